//! Bounds: size, depth, rate; and requests that are no requests.

use serde_json::{Value, json};
use varanto_client::Session;
use varanto_testkit::{Expect, TestServer, fresh_client};

use crate::common::{Raw, all_of, outcome, use_log, with_reason};

async fn posted(session: &Session, body: impl Into<Vec<u8>>) -> varanto_client::Answer {
    session.post("/v1/documents", body.into()).await.unwrap()
}

/// REQ DOC-05
#[tokio::test]
async fn a_body_of_more_than_32_mebibytes_is_refused() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let largest = 32 * 1024 * 1024;
    let within = posted(&session, vec![b' '; largest]).await;
    within.expect_problem("invalid-request");
    let beyond = posted(&session, vec![b' '; largest + 1]).await;
    assert_eq!(beyond.expect_problem("request-too-large").status, 413);
    // The server goes on.
    let search = with_reason(all_of(&fresh_client()));
    session.search(&search).await.unwrap().expect_status(200);
}

/// REQ DOC-05
#[tokio::test]
async fn json_that_is_too_deep_doubled_or_none_is_refused_and_noted() {
    let server = TestServer::start().await;
    let session = server.person("S-1001").session();
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for (body, code) in [
        (nested(65), "too-deep"),
        ("[".repeat(1_000_000), "too-deep"),
        (r#"{"metadata": {}, "metadata": {}}"#.to_owned(), "duplicate-member"),
        (r#"{"metadata": {"oid": 1, "o\u0069d": 2}}"#.to_owned(), "duplicate-member"),
        ("{".to_owned(), "not-json"),
        (String::new(), "not-json"),
        ("{} {}".to_owned(), "not-json"),
        (r#"{"metadata": 1e400}"#.to_owned(), "not-json"),
    ] {
        let answer = posted(&session, body.clone()).await;
        let problem = answer.expect_problem("invalid-request");
        let start: String = body.chars().take(40).collect();
        if code != "not-json" {
            assert_eq!(problem.errors[0].code, code, "{start}");
        }
        assert_eq!(problem.status, 400, "{start}");
    }
    // As deep as it may be, and only then wrong.
    let told = posted(&session, nested(64)).await.expect_problem("invalid-request");
    assert_ne!(told.errors[0].code, "too-deep");
    let not_utf8 = posted(&session, vec![b'"', 0xff, b'"']).await;
    not_utf8.expect_problem("invalid-request");
    let entries = use_log(&server).await;
    let noted = entries.iter().filter(|e| e["outcome"] == "invalid-request").count();
    assert_eq!(noted, 10, "every attempt is in the log");
}

/// REQ DOC-05
#[tokio::test]
async fn unknown_paths_methods_and_media_types_are_told_apart() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let raw = Raw::new(maija.settings());
    let token = maija.session().token().await.unwrap();
    let draft = server.care_of(&maija).await.draft(&maija).build().to_string();
    for (method, path, status, slug) in [
        ("GET", "/", 404, "not-found"),
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/v2/documents", 404, "not-found"),
        ("GET", "/v1/documents", 405, "method-not-allowed"),
        ("DELETE", "/v1/documents/1.2.3", 405, "method-not-allowed"),
        ("PUT", "/v1/documents", 405, "method-not-allowed"),
        ("GET", "/v1/documents/not-an-oid", 404, "document-not-found"),
        ("GET", "/v1/structures/not-an-oid", 404, "not-found"),
        ("GET", "/v1/structures/1.2.3", 404, "not-found"),
        ("GET", "/v1/code-sets/1.2.3", 404, "not-found"),
        ("GET", "/v1/organisations/1.2.3", 404, "not-found"),
    ] {
        let answer = raw.request(method, path).bearer_auth(token.expose()).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{path}");
        assert_eq!(outcome(answer).await, (status, slug.to_owned()), "{method} {path}");
    }
    for media_type in ["text/plain", "application/xml", "application/jsonp", ""] {
        let request = raw.request("POST", "/v1/documents").bearer_auth(token.expose());
        let request = request.header("content-type", media_type).body(draft.clone());
        let answer = outcome(request.send().await.unwrap()).await;
        assert_eq!(answer, (415, "unsupported-media-type".to_owned()), "{media_type}");
    }
    let request = raw.request("POST", "/v1/documents").bearer_auth(token.expose());
    let request = request.header("content-type", "application/json; charset=utf-8").body(draft);
    assert_eq!(request.send().await.unwrap().status(), 201);
}

/// REQ DOC-05
#[tokio::test]
async fn an_organisation_that_asks_too_often_is_told_when_to_come_again() {
    let slow = |text: String| {
        let text = text.replace("requests_per_second = 2000", "requests_per_second = 1");
        text.replace("request_burst = 4000", "request_burst = 5")
    };
    let server = TestServer::with_config(slow).await;
    let busy = server.client("99990001");
    let mut taken = 0;
    let refused = loop {
        let answer = busy.structures().await.unwrap();
        if answer.status != 200 {
            break answer;
        }
        taken += 1;
        assert!(taken < 1_000, "nothing is refused");
    };
    assert!(taken >= 5, "{taken} at once are free");
    assert_eq!(refused.expect_problem("rate-limited").status, 429);
    let seconds: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=10).contains(&seconds));
    // One busy organisation takes nothing from the others.
    server.client("99990003").structures().await.unwrap().expect_status(200);
}

/// REQ DOC-05
#[tokio::test]
async fn every_answer_has_a_number_and_is_not_to_be_kept() {
    let server = TestServer::start().await;
    let session = server.person("S-1001").session();
    let answers = [
        session.search(&with_reason(all_of(&fresh_client()))).await.unwrap(),
        session.post_json("/v1/documents", &Value::Null).await.unwrap(),
        session.get("/v1/nothing").await.unwrap(),
    ];
    let mut numbers: Vec<_> = answers.iter().map(|a| a.headers["x-request-id"].clone()).collect();
    numbers.dedup();
    assert_eq!(numbers.len(), 3);
    for answer in &answers {
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
    let entries = use_log(&server).await;
    let searched = entries.iter().find(|entry| entry["action"] == "search").unwrap();
    assert_eq!(searched["request_id"], json!(numbers[0].to_str().unwrap()));
}
