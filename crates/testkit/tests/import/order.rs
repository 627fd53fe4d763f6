//! Documents that depend on each other, in whatever order they come.

use varanto_testkit::{Draft, TestClient, fresh_case, fresh_client};

use crate::in_process::InProcess;
use crate::old_data::{body, case_and_clientship, entry, letter, store, whole_file};

/// REQ DOC-10, REQ DOC-03, REQ CASE-02
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_in_the_wrong_order_is_stored_in_the_right_one() {
    let varanto = InProcess::start().await;
    let maija = varanto.site.person("S-1001");
    let mut drafts: Vec<_> = (0..5).flat_map(|_| whole_file(&maija, &fresh_case())).collect();
    drafts.reverse();
    let run = varanto.import(false).await;
    let stored = store(&run, drafts.iter().map(body).collect(), false).await;
    assert_eq!(stored, vec!["stored"; drafts.len()]);
    let again = store(&run, drafts.iter().map(body).collect(), false).await;
    assert_eq!(again, vec!["stored before"; drafts.len()]);
    assert_eq!(varanto.differences().await, 0);
}

/// REQ DOC-10
#[tokio::test(flavor = "multi_thread")]
async fn what_depends_on_another_batch_waits_for_it_and_is_refused_when_it_does_not_come() {
    let varanto = InProcess::start().await;
    let maija = varanto.site.person("S-1001");
    let (client, case) = (fresh_client(), fresh_case());
    let [opened, clientship] = case_and_clientship(&maija, &client, &case);
    let first = entry(&maija, &client, &case);
    let second = first.next_version();
    let run = varanto.import(false).await;
    let after = varanto.last_number().await;
    assert_eq!(store(&run, vec![body(&second), body(&first)], false).await, ["waiting"; 2]);
    assert_eq!(varanto.last_number().await, after, "nothing is noted of what waits");
    let controls = vec![body(&clientship), body(&opened)];
    assert_eq!(store(&run, controls, false).await, ["stored"; 2]);
    assert_eq!(store(&run, vec![body(&second)], false).await, ["waiting"]);
    assert_eq!(store(&run, vec![body(&second), body(&first)], false).await, ["stored"; 2]);
    // One that nobody brings.
    let third = second.next_version().next_version();
    let lost = entry(&maija, &client, &fresh_case());
    let left = store(&run, vec![body(&third), body(&lost)], true).await;
    assert_eq!(left, ["version-conflict", "case-missing"]);
}

/// REQ DOC-10, REQ DOC-01
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_stored_twice_however_often_a_batch_has_it() {
    let varanto = InProcess::start().await;
    let maija = varanto.site.person("S-1001");
    let (one, client) = (letter(&maija, &fresh_client()), fresh_client());
    let changed = one.clone().with("title", "Toinen");
    // Many documents of a client who was not known.
    let many: Vec<_> = (0..20).map(|_| letter(&maija, &client)).collect();
    let mut batch = vec![body(&one), body(&one), body(&changed)];
    batch.extend(many.iter().map(body));
    let run = varanto.import(false).await;
    let after = varanto.last_number().await;
    let stored = store(&run, batch, false).await;
    assert_eq!(stored[..3], ["stored", "stored before", "document-exists"]);
    assert_eq!(stored[3..], vec!["stored"; many.len()]);
    let entries = varanto.committed(after).await;
    let clients: std::collections::BTreeSet<_> =
        entries.iter().filter_map(|(_, entry)| entry.client).collect();
    assert_eq!(clients.len(), 2, "each client has one file");
}

/// REQ DOC-10, REQ CASE-03
#[tokio::test(flavor = "multi_thread")]
async fn documents_of_a_joint_case_meet_their_clients_files() {
    let varanto = InProcess::start().await;
    let maija = varanto.site.person("S-1001");
    let clients: Vec<_> = (0..3).map(|_| fresh_client()).collect();
    let case = fresh_case();
    let before = |draft: Draft| draft.with("written_at", "2023-02-01T09:00:00+02:00");
    let of_case = clients.iter().map(|client| TestClient::of(client));
    let first = clients[0].as_str();
    let opened =
        Draft::case(&maija, first, &case).with_clients(of_case).opened("2023-02-01").draft();
    let mut drafts = vec![before(opened)];
    for client in &clients {
        let clientship = Draft::clientship(&maija, TestClient::of(client));
        drafts.push(before(clientship.started("2023-02-01").draft()));
        drafts.extend((0..4).map(|_| entry(&maija, client, &case)));
    }
    drafts.reverse();
    let run = varanto.import(false).await;
    let stored = store(&run, drafts.iter().map(body).collect(), false).await;
    assert_eq!(stored, vec!["stored"; drafts.len()]);
    assert_eq!(varanto.differences().await, 0);
}
