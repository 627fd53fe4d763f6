//! What stands out by what documents say: uses after the end, wills without a context, the own unit.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_testkit::{Care, Draft, TestServer, UnitEntry, fresh_case, fresh_client};

use crate::given::{by, by_reason, read, review, store, told};

/// REQ LOG-06
#[tokio::test]
async fn uses_after_the_case_or_the_context_had_ended_are_listed_and_earlier_ones_are_not() {
    let server = TestServer::start().await;
    server.set_clock("2026-09-10T12:00:00+03:00");
    let maija = server.person("S-1001");
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let clientship = Draft::clientship(&maija, &client);
    let session = maija.session();
    let care = Care::arrange(&session, &opened, &clientship).await;
    let letter = care.draft(&maija);
    store(&session, &letter).await;
    read(&session, &letter, &UseContext::default()).await;
    let closed = opened.closed("2026-09-10").version_after(&care.case_document);
    store(&session, &closed).await;
    assert!(review(&server, "T-1008", "after-end").await.is_empty(), "it is the last day");
    server.set_clock("2026-09-12T12:00:00+03:00");
    read(&session, &letter, &UseContext::default()).await;
    let ended = |items: &[Value]| -> Vec<(Value, Value)> {
        let findings = items.iter().map(|item| &item["findings"]);
        findings.map(|f| (f["case_ended"].clone(), f["context_ended"].clone())).collect()
    };
    let found = review(&server, "T-1008", "after-end").await;
    assert_eq!(told(&found), [by("S-1001", &letter)]);
    assert_eq!(ended(&found), [(json!("2026-09-10"), Value::Null)]);
    let over = clientship.ended("2026-09-14").version_after(&care.clientship_document);
    store(&session, &over).await;
    server.set_clock("2026-09-15T12:00:00+03:00");
    read(&session, &letter, &by_reason()).await;
    let found = review(&server, "T-1008", "after-end").await;
    assert_eq!(told(&found), [by("S-1001", &letter), by("S-1001", &letter)]);
    let both = (json!("2026-09-10"), json!("2026-09-14"));
    assert_eq!(ended(&found), [both, (json!("2026-09-10"), Value::Null)]);
}

/// REQ LOG-06
#[tokio::test]
async fn wills_stored_without_a_context_are_listed_and_those_within_one_are_not() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let session = maija.session();
    store(&session, &Draft::informing(&maija, &care.client).draft()).await;
    let stranger = fresh_client();
    let informing = Draft::informing(&maija, &stranger).draft();
    store(&session, &informing).await;
    let permit = Draft::permit(&maija, &stranger).draft();
    store(&session, &permit).await;
    let found = review(&server, "T-1008", "wills-without-context").await;
    assert_eq!(told(&found), [by("S-1001", &permit), by("S-1001", &informing)]);
    let groups: Vec<_> = found.iter().map(|item| item["findings"]["group"].clone()).collect();
    assert_eq!(groups, ["permit", "informing"]);
}

/// REQ LOG-06
#[tokio::test]
async fn clientships_that_newly_name_the_storing_unit_are_listed_and_others_are_not() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let arranged = async |clientship: &dyn Fn(&str) -> varanto_testkit::ClientshipDraft| {
        let (client, case) = (fresh_client(), fresh_case());
        let clientship = clientship(&client);
        let opened = Draft::case(&maija, &client, &case);
        (Care::arrange(&session, &opened, &clientship).await, clientship)
    };
    let (own, draft) = arranged(&|client| Draft::clientship(&maija, client)).await;
    let of_another_unit = |client: &str| {
        let bare = Draft::clientship(&maija, client).bare().task("X-ELDERLY");
        bare.unit(UnitEntry::of("1.2.246.10.99990001.10.2"))
    };
    let (other, others) = arranged(&of_another_unit).await;
    let again = draft.unit(UnitEntry::of("1.2.246.10.99990001.10.2"));
    store(&session, &again.version_after(&own.clientship_document)).await;
    let found = review(&server, "T-1008", "own-unit").await;
    assert_eq!(told(&found), [by("S-1001", &own.clientship_document)]);
    assert_eq!(found[0]["findings"], json!({"first_version": true}));
    let taken_in = others.unit(UnitEntry::of(maija.unit().as_str()));
    let taken_in = taken_in.version_after(&other.clientship_document);
    store(&session, &taken_in).await;
    let found = review(&server, "T-1008", "own-unit").await;
    let expected = [by("S-1001", &taken_in), by("S-1001", &own.clientship_document)];
    assert_eq!(told(&found), expected);
    assert_eq!(found[0]["findings"], json!({"first_version": false}));
}
