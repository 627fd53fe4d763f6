//! An answer is given once and stays as it is.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_testkit::Expect;

use crate::given::{Given, supervision, told, with};

/// REQ LOG-05
#[tokio::test]
async fn an_answer_is_given_once_and_tells_the_same_in_each_language_ever_after() {
    let given = Given::start().await;
    let letter = given.letter().await;
    let id = given.register(&given.request()).await;
    let form = ("fi", "application/json");
    let open = given.officer.fetch_log_answer(&id, form, &supervision()).await.unwrap();
    assert_eq!(open.expect_problem("log-request-state").detail.unwrap(), "it is open");
    let answered = given.answer(&id, &json!({})).await;
    assert_eq!((&answered["state"], &answered["answer"]["given"]), (&json!("given"), &json!(4)));
    let first = given.given(&id, "fi").await;
    assert_eq!(first["entries"].as_array().unwrap().len(), 4);
    for again in [
        given.officer.answer_log_request(&id, &with(&json!({}))).await.unwrap(),
        given.officer.preview_log_request(&id, &with(&json!({}))).await.unwrap(),
    ] {
        assert_eq!(again.expect_problem("log-request-state").detail.unwrap(), "it is given");
    }
    let nurse = given.server.person("S-1004").session();
    nurse.fetch(&letter.oid(), &UseContext::default()).await.unwrap().expect_status(200);
    given.server.set_clock("2027-09-10T12:00:00+03:00");
    assert_eq!(given.given(&id, "fi").await, first);
    let codes = |answer: &Value| {
        let entries = answer["entries"].as_array().unwrap();
        let entries: Vec<_> = told(entries).iter().map(|told| format!("{told:?}")).collect();
        entries
    };
    for (language, word) in [("sv", "Handling lagrad"), ("en", "Document stored")] {
        let other = given.given(&id, language).await;
        assert_eq!(codes(&other), codes(&first));
        assert_eq!(other["entries"][1]["action"]["text"], word);
        assert_eq!(other["language"], language);
    }
}

/// REQ LOG-05
#[tokio::test]
async fn of_two_that_answer_at_the_same_time_one_does() {
    let given = Given::start().await;
    for _ in 0..5 {
        let id = given.register(&given.request()).await;
        let (give, other) = (with(&json!({})), given.server.person("T-1008").session());
        let refusal = json!({"refusal": {"ground": "client-care", "words": "Syy"}});
        let refuse = with(&refusal);
        let (gave, refused) = tokio::join!(
            given.officer.answer_log_request(&id, &give),
            other.answer_log_request(&id, &refuse),
        );
        let mut statuses = [gave.unwrap().status, refused.unwrap().status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
}

/// REQ LOG-01, LOG-04, LOG-05
#[tokio::test]
async fn handling_a_request_is_a_use_too_and_names_nobody() {
    let given = Given::start().await;
    let id = given.register(&given.request()).await;
    given.preview(&id).await;
    given.answer(&id, &json!({})).await;
    given.given(&id, "fi").await;
    let refused = given.officer.answer_log_request(&id, &with(&json!({}))).await.unwrap();
    refused.expect_problem("log-request-state");
    let filter = json!({"filter": {"action": "answer-log-request"}, "page": {"size": 200}});
    let log = given.officer.search_use_log(&with(&filter)).await.unwrap().expect_status(200);
    let noted: Vec<_> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|e| (e["search"]["act"].as_str().unwrap(), e["outcome"].as_str().unwrap()))
        .collect();
    let expected = [
        ("register", "permitted"),
        ("preview", "permitted"),
        ("answer", "permitted"),
        ("give", "permitted"),
        ("answer", "log-request-state"),
    ];
    assert_eq!(noted, expected);
    assert!(!log.to_string().contains(&given.client));
    let second = given.register(&given.request()).await;
    let entries = given.preview(&second).await;
    let handled = told(&entries).iter().filter(|(_, act, _)| *act == "answer-log-request").count();
    assert_eq!(handled, 5, "the client is told of the handling: four acts, and this registering");
}
