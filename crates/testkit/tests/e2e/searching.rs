//! Searching a client's documents by metadata.

use serde_json::{Value, json};
use varanto_testkit::{Care, Draft, Expect, TestClient, TestServer, fresh_case, fresh_client};

use crate::common::{all_of, found, identifiers, own, store};

/// Two documents of one client that differ in every member that can be searched by, each in a case
/// of its own.
async fn two_documents(server: &TestServer) -> (Care, Draft, Draft, [Value; 2]) {
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let second = Draft::case(&maija, &care.client, &fresh_case()).service_task("X-WORKING-AGE");
    store(&session, &second.draft()).await;
    let one = care.draft(&maija);
    let decision = varanto_testkit::builtin_structure("1.2.246.537.6.1506.11052.2023.9.8");
    let other = Draft::of_structure(&maija, &care.client, &decision, 1)
        .with("group", "record_entry")
        .with("service_task", "X-WORKING-AGE")
        .with("service_process", "X-DECISION")
        .with("services", json!(["51", "93"]))
        .with("provider", "1.2.246.10.99990002.10.0")
        .with("unit", "1.2.246.10.99990002.10.3")
        .with("written_at", "2026-10-05T12:00:00+03:00")
        .in_case(second.oid());
    let receipts = [store(&session, &one).await, store(&session, &other).await];
    (care, one, other, receipts)
}

/// REQ DOC-06
#[tokio::test]
async fn every_member_of_the_filter_narrows_the_search() {
    let server = TestServer::start().await;
    let (care, one, other, receipts) = two_documents(&server).await;
    let second_case = other.metadata["case"].clone();
    let case_document = care.case_document.oid().to_string();
    let session = server.person("S-1001").session();
    let stored_at = receipts[1]["stored_at"].clone();
    let (one, other) = (one.oid().as_str().to_owned(), other.oid().as_str().to_owned());
    for (filter, expected) in [
        (json!({}), vec![&other, &one]),
        (json!({"groups": ["client_document"]}), vec![&one]),
        (json!({"groups": ["record_entry"]}), vec![&other]),
        (json!({"groups": ["record_entry", "client_document"]}), vec![&other, &one]),
        // A case document belongs to its own case.
        (json!({"groups": ["case"], "cases": [care.case]}), vec![&case_document]),
        (json!({"groups": ["clientship"], "cases": [care.case]}), vec![]),
        (json!({"service_tasks": ["X-WORKING-AGE"]}), vec![&other]),
        (json!({"service_processes": ["X-ASSESSMENT"]}), vec![&one]),
        (json!({"services": ["46"]}), vec![&one]),
        (json!({"services": ["51", "93"]}), vec![&other]),
        (json!({"services": ["2"]}), vec![]),
        (json!({"type_codes": ["1000"]}), vec![&one]),
        (json!({"structures": ["1.2.246.537.6.1506.11052.2023.9.8"]}), vec![&other]),
        (json!({"controllers": ["1.2.246.10.99990001.19.0"]}), vec![&other, &one]),
        (json!({"controllers": ["1.2.246.10.99990003.19.0"]}), vec![]),
        (json!({"providers": ["1.2.246.10.99990002.10.0"]}), vec![&other]),
        (json!({"units": ["1.2.246.10.99990001.10.1"]}), vec![&one]),
        (json!({"cases": [care.case]}), vec![&one]),
        (json!({"cases": [second_case]}), vec![&other]),
        (json!({"written_from": "2026-10-01T00:00:00+03:00"}), vec![&other]),
        (json!({"written_to": "2026-10-01T00:00:00+03:00"}), vec![&one]),
        (json!({"written_from": "2026-10-05T09:00:00Z"}), vec![&other]),
        (json!({"written_to": "2026-10-05T09:00:00Z"}), vec![&one]),
        (json!({"stored_from": stored_at.clone()}), vec![&other]),
        (json!({"stored_to": stored_at}), vec![&one]),
        (json!({"generations": ["phase2"]}), vec![&other, &one]),
        (json!({"generations": ["old", "phase1"]}), vec![]),
        (json!({"linked_to": ["1.2.246.10.99990001.11.2026.999999"]}), vec![]),
        (json!({"services": ["46"], "type_codes": ["1000"], "units": []}), vec![&one]),
        (json!({"services": ["46"], "type_codes": ["11052"]}), vec![]),
    ] {
        let mut search = all_of(&care.client);
        for (member, value) in filter.as_object().unwrap() {
            search["filter"][member] = value.clone();
        }
        assert_eq!(
            found(&session, &search).await,
            expected.into_iter().cloned().collect::<Vec<_>>(),
            "{filter}"
        );
    }
}

/// REQ DOC-06
#[tokio::test]
async fn a_search_shows_the_metadata_as_stored_and_what_became_of_it() {
    let server = TestServer::start().await;
    let (care, one, _, receipts) = two_documents(&server).await;
    let session = server.person("S-1001").session();
    let page = session.search(&all_of(&care.client)).await.unwrap().expect_status(200);
    let mut expected = one.metadata.clone();
    expected["stored_at"] = receipts[0]["stored_at"].clone();
    expected["annulled"] = json!(false);
    assert_eq!(page["documents"][1], expected);
    assert_eq!(page["next"], Value::Null);
}

/// REQ DOC-06
#[tokio::test]
async fn pages_follow_each_other_while_documents_are_added_and_annulled() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let client = &care.client;
    // Several are written at the same instant: the order among them is stable too.
    let written = |n: usize| format!("2026-09-{:02}T10:00:00+03:00", 1 + n / 4);
    let mut drafts = Vec::new();
    for n in 0..25 {
        let draft = care.draft(&maija).with("written_at", written(n));
        store(&session, &draft).await;
        drafts.push(draft);
    }
    let whole = found(&session, &page_of(client, json!({"size": 200}))).await;
    assert_eq!(whole.len(), 25);
    for size in [1, 3, 7, 24, 25, 26] {
        assert_eq!(paged(&session, client, size).await, whole, "{size}");
    }
    // What comes in before the cursor is not shown again, and shifts nothing.
    let first = page_of(client, json!({"size": 10}));
    let first = session.search(&first).await.unwrap().expect_status(200);
    for n in 0..3 {
        let newer =
            care.draft(&maija).with("written_at", format!("2026-10-0{}T10:00:00+03:00", n + 1));
        store(&session, &newer).await;
    }
    let next = page_of(client, json!({"size": 200, "cursor": first["next"]}));
    let rest = found(&session, &next).await;
    let mut all = identifiers(&first);
    all.extend(rest);
    assert_eq!(all, whole);
    let gone = drafts.last().unwrap();
    session.annul(&gone.oid(), "Kahdesti", &own()).await.unwrap().expect_status(200);
    assert_eq!(paged(&session, client, 200).await.len(), 27);
}

/// A page of the documents of a client.
fn page_of(client: &str, page: Value) -> Value {
    let mut search = all_of(client);
    search["page"] = page;
    search
}

async fn paged(session: &varanto_client::Session, client: &str, size: u32) -> Vec<String> {
    let mut all = Vec::new();
    let mut page = json!({"size": size});
    loop {
        let search = page_of(client, page);
        let answer = session.search(&search).await.unwrap().expect_status(200);
        let shown = identifiers(&answer);
        assert!(shown.len() <= size as usize);
        all.extend(shown);
        match answer["next"].as_str() {
            Some(next) => page = json!({"size": size, "cursor": next}),
            None => return all,
        }
    }
}

/// REQ DOC-06
#[tokio::test]
async fn a_page_has_fifty_documents_where_nothing_is_said_and_two_hundred_at_most() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    for _ in 0..51 {
        store(&session, &care.draft(&maija)).await;
    }
    let page = session.search(&all_of(&care.client)).await.unwrap().expect_status(200);
    assert_eq!(identifiers(&page).len(), 50);
    assert!(page["next"].is_string());
    for (page, pointer) in [
        (json!({"size": 0}), "/page/size"),
        (json!({"size": 201}), "/page/size"),
        (json!({"size": "50"}), "/page/size"),
        (json!({"cursor": "x"}), "/page/cursor"),
        (json!({"offset": 50}), "/page/offset"),
    ] {
        let search = page_of(&care.client, page);
        let answer = session.search(&search).await.unwrap();
        let problem = answer.expect_problem("invalid-request");
        assert_eq!(problem.errors[0].pointer, pointer);
    }
}

/// REQ DOC-06
#[tokio::test]
async fn a_search_needs_a_client_by_one_identifier() {
    let server = TestServer::start().await;
    let session = server.person("S-1001").session();
    for (search, pointer) in [
        (json!({}), "/client"),
        (json!({"client": {}}), "/client/id"),
        (json!({"client": {"id": "010190-999X"}}), "/client/id"),
        (
            json!({"client": {"id": fresh_client(), "temporary_id": "1.2.246.10.99990001.22.2026.1"}}),
            "/client/id",
        ),
    ] {
        let answer = session.search(&search).await.unwrap();
        let problem = answer.expect_problem("invalid-request");
        assert_eq!(problem.errors[0].pointer, pointer, "{search}");
    }
}

/// REQ DOC-06
#[tokio::test]
async fn a_client_of_a_temporary_identifier_and_a_joint_document_are_found() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let temporary = "1.2.246.10.99990001.22.2026.77";
    let clients = [TestClient::temporary(temporary, "2026-01-02"), TestClient::of(&fresh_client())];
    let case = Draft::case(&maija, &clients[0], &fresh_case()).with_client(&clients[1]);
    let care = Care::arrange(&session, &case, &Draft::clientship(&maija, &clients[0])).await;
    store(&session, &Draft::clientship(&maija, &clients[1]).draft()).await;
    let references = clients.each_ref().map(TestClient::reference);
    let draft = care.draft(&maija).with("clients", references.as_slice());
    store(&session, &draft).await;
    for client in &clients {
        let search = json!({"client": client.key(), "filter": {"groups": ["client_document"]}});
        assert_eq!(found(&session, &search).await, [draft.oid().as_str()]);
    }
}
