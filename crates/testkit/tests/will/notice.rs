//! Disclosures that were made outside the system stand in the disclosure log beside the others (DIS-06).

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_testkit::{Draft, Expect, TestClient, fresh_client};

use crate::given::{Pair, broadly, by_disclosure, log_of, log_where, store, with_reason};

/// REQ DIS-06, LOG-02
#[tokio::test]
async fn a_notice_makes_an_entry_in_the_disclosure_log_of_its_controller() {
    let pair = Pair::silent().await;
    let document = pair.writes().await;
    let notice = Draft::disclosure_notice(&pair.maija, &pair.client)
        .document(&document.oid())
        .receiver("Vastaanottaja", "Veera", "Poliisi")
        .because("Poliisilaki 4 luku 2 §", "Rikoksen selvittäminen");
    let stored = store(&pair.testila, &notice.draft()).await;
    let log = log_of(&pair.server, "T-1008", "disclosure").await;
    assert_eq!(log.len(), 1);
    let entry = &log[0];
    assert_eq!((&entry["basis"], &entry["action"]), (&json!("notice"), &json!("store")));
    assert_eq!(entry["documents"], json!([document.oid().as_str()]));
    let receiver = entry["receiver"]["name"].as_str().unwrap();
    for word in ["Vastaanottaja", "Veera", "Poliisi"] {
        assert!(receiver.contains(word), "{receiver}");
    }
    assert!(entry["receiver"]["organisation"].is_null());
    assert_eq!(entry["ground"], "Poliisilaki 4 luku 2 §");
    assert_eq!(entry["purpose"], "Rikoksen selvittäminen");
    assert!(entry["what"].as_str().unwrap().contains("2026-09-01"), "{entry}");
    assert_eq!(entry["user"]["id"], "S-1001");
    assert_eq!(entry["use_entry"], stored["log_entry"], "the entry of its storing");
    let by_notice = json!({"bases": ["notice"]});
    assert_eq!(log_where(&pair.server, "T-1008", "disclosure", by_notice).await, log);
    assert!(log_of(&pair.server, "T-3003", "disclosure").await.is_empty());
    // Storing the same again is no disclosure anew.
    let again = Draft::disclosure_notice(&pair.maija, &pair.client).draft();
    let body = again.build();
    pair.testila.store(&body).await.unwrap().expect_status(201);
    pair.testila.store(&body).await.unwrap().expect_status(200);
    assert_eq!(log_of(&pair.server, "T-1008", "disclosure").await.len(), 2);
}

/// REQ DIS-06
#[tokio::test]
async fn a_notice_about_two_makes_an_entry_for_each_and_a_refused_one_none() {
    let pair = Pair::silent().await;
    let other = TestClient::of(&fresh_client());
    pair.server.care_for(&pair.maija, &other).await;
    let both = Draft::disclosure_notice(&pair.maija, &pair.client).with_client(&other);
    pair.records(both.draft()).await;
    assert_eq!(log_of(&pair.server, "T-1008", "disclosure").await.len(), 2);
    let future = Draft::disclosure_notice(&pair.maija, &pair.client).on("2099-01-01").draft();
    let refused = pair.testila.store(&future.build()).await.unwrap();
    let problem = refused.expect_problem("structure-violation");
    assert_eq!(problem.errors[0].code, "in-the-future");
    let of_another = Draft::disclosure_notice(&pair.maija, &pair.client).draft();
    let of_another = of_another.with("clients", json!([other.reference()]));
    let refused = pair.testila.store(&of_another.build()).await.unwrap();
    assert_eq!(refused.expect_problem("invalid-request").errors[0].code, "differs-from-metadata");
    let nurse = pair.server.person("S-1004");
    let by_nurse = Draft::disclosure_notice(&nurse, &pair.client).draft();
    let refused = nurse.session().store(&by_nurse.build()).await.unwrap();
    refused.expect_problem("service-task-not-permitted");
    assert_eq!(log_of(&pair.server, "T-1008", "disclosure").await.len(), 2);
}

/// REQ DIS-06
#[tokio::test]
async fn a_notice_stays_with_its_controller() {
    let pair = Pair::open().await;
    let notice = pair.records(Draft::disclosure_notice(&pair.maija, &pair.client).draft()).await;
    pair.expect(&notice, false).await;
    for used in [broadly(), with_reason(by_disclosure())] {
        let hidden = pair.mallila.fetch(&notice.oid(), &used).await.unwrap();
        hidden.expect_problem("document-not-found");
    }
    let own = UseContext::default();
    let fetched = pair.testila.fetch(&notice.oid(), &own).await.unwrap().expect_status(200);
    assert_eq!(fetched["metadata"]["group"], "disclosure_notice");
    let claimed = Draft::disclosure_notice(&pair.sanna, &pair.client).draft();
    let claimed = claimed.in_register_of(&pair.maija.organisation);
    let refused = pair.mallila.store(&claimed.build()).await.unwrap();
    refused.expect_problem("not-the-controller");
    assert_eq!(log_of(&pair.server, "T-1008", "disclosure").await.len(), 1);
    assert_eq!(log_of(&pair.server, "T-3003", "disclosure").await, Vec::<Value>::new());
}
