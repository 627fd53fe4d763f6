//! Recipients: who registers and ends them, and what follows from their end.

use serde_json::json;
use varanto_testkit::{Expect, TestServer};

use crate::given::{Recorded, assessed, kela, registered, request};

/// REQ DIS-07
#[tokio::test]
async fn one_who_oversees_registers_and_ends_recipients_and_their_history_stays() {
    let server = TestServer::start().await;
    let kela = kela();
    for (person, slug) in
        [("S-1001", "service-task-not-permitted"), ("T-2005", "not-the-controller")]
    {
        let refused = server.person(person).session().register_recipient(&kela).await.unwrap();
        refused.expect_problem(slug);
    }
    let first = registered(&server, &kela).await;
    let manager = server.person("T-1005").session();
    let ended = manager.end_recipient(&first).await.unwrap().expect_status(200);
    assert!(ended["ended_at"].is_string());
    manager.end_recipient(&first).await.unwrap().expect_problem("recipient-ended");
    let unknown = "0199c2f0-7b6a-7c1e-9f00-2d6b8f3a1c55";
    manager.end_recipient(unknown).await.unwrap().expect_problem("not-found");
    manager.end_recipient("kela").await.unwrap().expect_problem("not-found");
    let second = registered(&server, &kela).await;
    let listed = server.client("99990001").list_recipients().await.unwrap().expect_status(200);
    let listed = listed["recipients"].as_array().unwrap();
    let ids: Vec<_> = listed.iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [second, first]);
    assert_eq!((&listed[1]["name"], &listed[1]["kind"]), (&"Kela".into(), &"kela".into()));
    // They are their controller's own.
    let others = server.client("99990003").list_recipients().await.unwrap().expect_status(200);
    assert_eq!(others, json!({"recipients": []}));
}

/// REQ DIS-07
#[tokio::test]
async fn a_recipient_that_is_not_rightly_described_is_refused_with_every_fault() {
    let server = TestServer::start().await;
    let manager = server.person("T-1005").session();
    let wrong = json!({
        "name": " ", "kind": "kela", "contact": "x", "business_id": "12-34", "colour": "red"
    });
    let refused = manager.register_recipient(&wrong).await.unwrap();
    let faults = refused.expect_problem("invalid-request").errors;
    let places: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(places, ["/name", "/legal_ground", "/business_id", "/colour"]);
    let mut wrong = kela();
    wrong["kind"] = "neighbour".into();
    wrong["valid_from"] = "2026-02-01".into();
    wrong["valid_to"] = "2026-01-01".into();
    let refused = manager.register_recipient(&wrong).await.unwrap();
    let problem = refused.problem().unwrap();
    let places: Vec<_> = problem.errors.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(places, ["/kind", "/valid_to"]);
}

/// REQ DIS-07
#[tokio::test]
async fn to_a_recipient_that_was_ended_nothing_goes_though_it_was_approved() {
    let server = TestServer::start().await;
    let (care, draft) = assessed(&server).await;
    let recorded = Recorded::of(&server, &care, &[&draft]).await;
    recorded.decide("approved").await.expect_status(200);
    let manager = server.person("T-1005").session();
    manager.end_recipient(&recorded.recipient).await.unwrap().expect_status(200);
    recorded.deliver().await.expect_problem("recipient-ended");
    let wanted = request(&recorded.recipient, &care, &[draft.oid().as_str()]);
    let refused = recorded.worker.record_disclosure_request(&wanted).await.unwrap();
    let faults = refused.expect_problem("invalid-request").errors;
    assert_eq!(
        (faults[0].pointer.as_str(), faults[0].code.as_str()),
        ("/recipient", "recipient-ended")
    );
}
