//! Whose uses are seen: those of the own register, or those of the own staff.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_testkit::{Expect, TestServer};

use crate::given::{HOIVA, shared_care, store, under, use_log};

fn users(entries: &[Value]) -> BTreeSet<&str> {
    entries.iter().map(|entry| entry["user"]["id"].as_str().unwrap()).collect()
}

/// REQ LOG-01: the log of what a producer's staff did is in the producer's own control.
#[tokio::test]
async fn a_producer_sees_what_its_own_staff_did_wherever_and_nothing_of_others() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let care = shared_care(&maija).await;
    let letter = care.draft(&maija);
    store(&maija.session(), &letter).await;
    let producer = tuula.session();
    let case = under(&care.case);
    producer.fetch(&letter.oid(), &case).await.unwrap().expect_status(200);
    store(&producer, &care.draft(&tuula)).await;
    let unknown = varanto_testkit::fresh_oid();
    producer.fetch(&unknown, &case).await.unwrap().expect_problem("document-not-found");
    producer.fetch(&unknown, &UseContext::default()).await.unwrap().expect_status(404);

    let seen = use_log(&server, "T-2006", json!({})).await;
    let told: Vec<_> = seen.iter().map(|e| (&e["action"], &e["outcome"], &e["basis"])).collect();
    let entry = |action, outcome, basis| (json!(action), json!(outcome), json!(basis));
    let expected = [
        entry("read", "document-not-found", "own"),
        entry("read", "document-not-found", "register_access"),
        entry("store", "permitted", "register_access"),
        entry("read", "permitted", "register_access"),
    ];
    // The officer's own looks at the earlier pages stand among them.
    let uses: Vec<_> = told.into_iter().filter(|(action, ..)| *action != "read-log").collect();
    assert_eq!(uses, expected.iter().map(|(a, o, b)| (a, o, b)).collect::<Vec<_>>());
    assert_eq!(users(&seen), BTreeSet::from(["S-2001"]), "a page is as of the first look");
    let distinct: BTreeSet<_> = seen.iter().map(|entry| entry["id"].to_string()).collect();
    assert_eq!(distinct.len(), seen.len());
    let asked = use_log(&server, "T-2006", json!({"whose": "staff", "user": "S-2001"})).await;
    assert_eq!(asked, seen);

    let county = use_log(&server, "T-1008", json!({"organisation": HOIVA})).await;
    assert_eq!(county.len(), 2, "what the producer did in the county's register");
}

/// REQ LOG-01, AC-08
#[tokio::test]
async fn a_controller_may_ask_for_its_own_staff_alone() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let care = shared_care(&maija).await;
    store(&tuula.session(), &care.draft(&tuula)).await;
    let all = use_log(&server, "T-1008", json!({})).await;
    assert_eq!(users(&all), BTreeSet::from(["S-1001", "S-2001"]));
    let staff = use_log(&server, "T-1008", json!({"whose": "staff"})).await;
    assert_eq!(users(&staff), BTreeSet::from(["S-1001", "T-1008"]));
}

/// REQ LOG-02
#[tokio::test]
async fn nothing_has_left_an_organisation_without_a_register() {
    let server = TestServer::start().await;
    let officer = server.person("T-2006").session();
    let look = json!({"context": {"purpose": "supervision"}});
    let page = officer.search_disclosure_log(&look).await.unwrap().expect_status(200);
    assert_eq!(page["entries"], json!([]));
    let nurse = server.person("S-2001").session();
    let refused = nurse.search_disclosure_log(&look).await.unwrap();
    refused.expect_problem("purpose-not-permitted");
}
