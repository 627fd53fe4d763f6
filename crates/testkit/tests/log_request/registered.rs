//! Registering a request, taking more time for it, and who may.

use serde_json::{Value, json};
use varanto_testkit::Expect;

use crate::given::{Given, supervision, with};

/// REQ LOG-05, CIT-06
#[tokio::test]
async fn a_request_is_due_a_month_after_the_day_on_which_it_came() {
    let given = Given::start().await;
    let registered = given.officer.register_log_request(&given.request()).await.unwrap();
    let registered = registered.expect_status(201);
    let id = registered["id"].as_str().unwrap();
    assert_eq!((&registered["state"], &registered["due"]), (&json!("open"), &json!("2026-10-10")));
    assert_eq!(registered["period"], json!({"from": "2024-09-10", "to": "2026-09-10"}));
    assert_eq!(registered["client"], json!({"id": given.client}));
    assert_eq!(registered["identified_by"], "identity-document");
    let found = given.officer.find_log_request(id, &supervision()).await.unwrap();
    assert_eq!(found.expect_status(200), registered);
    let listed = async |filter: Value| {
        let page = given.officer.search_log_requests(&with(&filter)).await.unwrap();
        page.expect_status(200)["requests"].as_array().unwrap().clone()
    };
    assert_eq!(listed(json!({})).await, std::slice::from_ref(&registered));
    assert_eq!(listed(json!({"state": "open", "due_before": "2026-10-11"})).await.len(), 1);
    assert!(listed(json!({"due_before": "2026-10-10"})).await.is_empty());
    assert!(listed(json!({"state": "given"})).await.is_empty());
    given.server.set_clock("2026-10-10T23:59:00+03:00");
    assert_eq!(listed(json!({})).await[0]["overdue"], false);
    given.server.set_clock("2026-10-11T00:00:00+03:00");
    assert_eq!(listed(json!({})).await[0]["overdue"], true);
}

/// REQ LOG-05
#[tokio::test]
async fn what_is_older_than_two_years_is_asked_for_with_a_reason_alone() {
    let given = Given::start().await;
    let mut request = given.request();
    request["period"] = json!({"from": "2020-01-01"});
    let refused = given.officer.register_log_request(&request).await.unwrap();
    let problem = refused.expect_problem("invalid-request");
    assert_eq!(problem.errors[0].pointer, "/reason_for_older");
    assert_eq!(problem.errors[0].code, "reason-required");
    request["reason_for_older"] = json!("Epäilen, että tietojani katsottiin vuonna 2020");
    given.register(&request).await;
    let mut early = given.request();
    early["received_at"] = json!("2026-09-10T18:00:00+03:00");
    let refused = given.officer.register_log_request(&early).await.unwrap();
    assert_eq!(refused.expect_problem("invalid-request").errors[0].code, "in-future");
}

/// REQ LOG-05
#[tokio::test]
async fn more_time_is_taken_once_and_before_the_first_time_is_over() {
    let given = Given::start().await;
    let id = given.register(&given.request()).await;
    let reason = with(&json!({"reason": "Pyyntö koskee monta yksikköä"}));
    let extended = given.officer.extend_log_request(&id, &reason).await.unwrap();
    let extended = extended.expect_status(200);
    assert_eq!(extended["due"], "2026-12-10");
    assert_eq!(extended["extension"]["reason"], "Pyyntö koskee monta yksikköä");
    let again = given.officer.extend_log_request(&id, &reason).await.unwrap();
    assert_eq!(again.expect_problem("log-request-state").detail.unwrap(), "it is extended");
    let late = given.register(&given.request()).await;
    given.server.set_clock("2026-10-11T00:00:00+03:00");
    let refused = given.officer.extend_log_request(&late, &reason).await.unwrap();
    assert_eq!(refused.expect_problem("log-request-state").detail.unwrap(), "it is overdue");
    given.answer(&late, &json!({})).await;
    let answered = given.officer.extend_log_request(&late, &reason).await.unwrap();
    assert_eq!(answered.expect_problem("log-request-state").detail.unwrap(), "it is given");
}

/// REQ LOG-05, AC-08
#[tokio::test]
async fn only_a_privacy_officer_of_the_controller_handles_requests() {
    let given = Given::start().await;
    let id = given.register(&given.request()).await;
    for (person, slug) in [("S-1001", "purpose-not-permitted"), ("T-1005", "purpose-not-permitted")]
    {
        let session = given.server.person(person).session();
        for answer in [
            session.register_log_request(&given.request()).await.unwrap(),
            session.find_log_request(&id, &supervision()).await.unwrap(),
            session.preview_log_request(&id, &with(&json!({}))).await.unwrap(),
            session.answer_log_request(&id, &with(&json!({}))).await.unwrap(),
        ] {
            answer.expect_problem(slug);
        }
    }
    let elsewhere = given.server.person("T-3003").session();
    elsewhere.find_log_request(&id, &supervision()).await.unwrap().expect_problem("not-found");
    let answered = elsewhere.answer_log_request(&id, &with(&json!({}))).await.unwrap();
    answered.expect_problem("not-found");
    let page = elsewhere.search_log_requests(&with(&json!({}))).await.unwrap().expect_status(200);
    assert_eq!(page["requests"], json!([]));
    let producer = given.server.person("T-2006").session();
    let refused = producer.register_log_request(&given.request()).await.unwrap();
    assert!(refused.status >= 400, "who has no register has no clients' log");
    let without = json!({"client": {"id": given.client}, "received_at": "2026-09-10T12:00:00+03:00",
        "channel": "letter", "identified_by": "other"});
    let refused = given.officer.register_log_request(&without).await.unwrap();
    refused.expect_problem("purpose-not-permitted");
    given.officer.find_log_request("x", &supervision()).await.unwrap().expect_problem("not-found");
}
