//! Acting for somebody else: guardians, trustees, holders of a mandate.

use jiff::civil::date;
use serde_json::json;
use varanto_client::{CitizenSession, UseContext};
use varanto_model::Code;
use varanto_testkit::{Draft, Expect, TestRepresentative, fresh_client};

use crate::given::{Given, is_fetched, letters};

/// Records who may act for the client, and gives the document.
async fn record(given: &Given, representative: TestRepresentative) -> Draft {
    let draft = Draft::representation(&given.maija, &given.client);
    let draft = draft.represented_by(representative).draft();
    given.store(&draft).await;
    draft
}

/// Somebody logged in to act for the client.
fn acting(given: &Given, person: &str) -> CitizenSession {
    given.server.citizen(person).acting_for(&given.client).session()
}

/// Letters that say of guardians: allowed, denied, nothing.
async fn views(given: &Given) -> [Draft; 3] {
    let letter = |view: &str| given.letter().with("guardian_view", view);
    let drafts = [letter("allowed"), letter("denied"), given.letter()];
    for draft in &drafts {
        given.store(draft).await;
    }
    drafts
}

/// REQ CIT-05
#[tokio::test]
async fn a_guardian_sees_of_a_minor_what_a_professional_has_allowed() {
    let given = Given::born(date(2016, 5, 1)).await;
    let guardian = fresh_client();
    record(&given, TestRepresentative::of(&guardian)).await;
    let drafts = views(&given).await;
    let session = acting(&given, &guardian);
    let [allowed, denied, unknown] = drafts.each_ref().map(Draft::oid);
    assert_eq!(letters(&session).await, [allowed.to_string()]);
    assert!(is_fetched(&session, &allowed).await);
    assert!(!is_fetched(&session, &denied).await && !is_fetched(&session, &unknown).await);
    let own = given.server.citizen(&guardian).session();
    assert!(letters(&own).await.is_empty(), "in their own matter they see their own");
    let minor = given.citizen();
    assert_eq!(letters(&minor).await.len(), 3, "guardian views are not about the minor");
}

/// REQ CIT-05
#[tokio::test]
async fn whoever_represents_an_adult_sees_what_nobody_has_denied() {
    for role in ["32", "33", "34"] {
        let given = Given::start().await;
        let trustee = fresh_client();
        record(&given, TestRepresentative::of(&trustee).role(role)).await;
        let drafts = views(&given).await;
        let session = acting(&given, &trustee);
        let [allowed, denied, unknown] = drafts.each_ref().map(Draft::oid);
        assert_eq!(letters(&session).await.len(), 2, "{role}");
        assert!(is_fetched(&session, &allowed).await && is_fetched(&session, &unknown).await);
        assert!(!is_fetched(&session, &denied).await);
    }
}

/// REQ CIT-05
#[tokio::test]
async fn custody_ends_on_the_eighteenth_birthday() {
    let given = Given::born(date(2008, 9, 11)).await;
    let guardian = fresh_client();
    record(&given, TestRepresentative::of(&guardian)).await;
    let [allowed, ..] = views(&given).await;
    let session = acting(&given, &guardian);
    given.server.set_clock("2026-09-10T23:59:00+03:00");
    assert!(is_fetched(&session, &allowed.oid()).await);
    given.server.set_clock("2026-09-11T00:01:00+03:00");
    let answer = session.fetch(&allowed.oid()).await.unwrap();
    answer.expect_problem("not-a-representative");
    let login = acting(&given, &guardian).token().await;
    assert!(login.is_err(), "nor is a new log-in taken");
}

/// REQ CIT-05
#[tokio::test]
async fn a_mandate_that_is_withdrawn_ends_at_once_for_whoever_is_logged_in() {
    let given = Given::start().await;
    let holder = fresh_client();
    let mandate = record(&given, TestRepresentative::of(&holder).role("34")).await;
    let letter = given.letter();
    given.store(&letter).await;
    let session = acting(&given, &holder);
    assert!(is_fetched(&session, &letter.oid()).await);
    let withdrawn = Draft::representation(&given.maija, &given.client).nobody();
    given.store(&withdrawn.version_after(&mandate)).await;
    for answer in [
        session.fetch(&letter.oid()).await,
        session.search(&json!({})).await,
        session.search_cases(&json!({})).await,
        session.search_clientships(&json!({})).await,
        session.search_disclosures(&json!({})).await,
        session.will().await,
    ] {
        let problem = answer.unwrap().expect_problem("not-a-representative");
        assert_eq!(problem.status, 403);
    }
    let again = acting(&given, &holder);
    assert!(again.token().await.is_err());
}

/// REQ CIT-05
#[tokio::test]
async fn nobody_acts_for_another_without_a_representation_of_that_day() {
    let given = Given::start().await;
    let (later, earlier, stranger) = (fresh_client(), fresh_client(), fresh_client());
    record(&given, TestRepresentative::of(&later).role("34").from("2026-09-11")).await;
    record(&given, TestRepresentative::of(&earlier).role("34").until("2026-09-09")).await;
    for person in [&later, &earlier, &stranger] {
        let citizen = given.server.citizen(person).acting_for(&given.client);
        let now = jiff::Timestamp::now();
        let audience = citizen.client().token_url();
        let assertion = citizen.credentials.assertion(&audience, now, person).unwrap();
        let answer = citizen.client().request_token(&assertion).await.unwrap();
        assert_eq!(answer.expect_problem("not-a-representative").status, 403);
    }
    given.server.set_clock("2026-09-11T12:00:00+03:00");
    assert!(acting(&given, &later).token().await.is_ok());
    let nobodys = given.server.citizen(&stranger).acting_for(&fresh_client()).session();
    assert!(nobodys.token().await.is_err(), "nor for somebody who is not known here");
}

/// REQ CIT-04, CIT-05: where somebody lives or has found shelter is not told to those who act for them.
#[tokio::test]
async fn a_representative_is_not_told_who_received_the_data() {
    let given = Given::start().await;
    let holder = fresh_client();
    record(&given, TestRepresentative::of(&holder).role("34")).await;
    let letter = given.letter();
    given.store(&letter).await;
    given.store(&Draft::informing(&given.maija, &given.client).draft()).await;
    given.store(&Draft::permit(&given.maija, &given.client).draft()).await;
    let sanna = given.server.person("S-3001");
    given.server.care_for(&sanna, &given.client).await;
    let basis = Some(Code::parse("disclosure").unwrap());
    let context = UseContext { basis, ..UseContext::default() };
    sanna.session().fetch(&letter.oid(), &context).await.unwrap().expect_status(200);
    let session = acting(&given, &holder);
    let told = session.search_disclosures(&json!({})).await.unwrap().expect_status(200);
    let entries = told["disclosures"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["documents"], json!([letter.oid()]));
    assert!(entries[0]["receiver"].is_null());
    assert!(!told.to_string().contains("99990003"), "neither the organisation nor its unit");
    let own = given.citizen().search_disclosures(&json!({})).await.unwrap().expect_status(200);
    assert!(own["disclosures"][0]["receiver"]["organisation"].is_string());
}
