//! A client with very many entries gets them in parts; nothing is left out in silence, and no request stays open
//! for ever.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;
use varanto_store::Plan;
use varanto_store::use_log::{self, UseEntry};
use varanto_testkit::Expect;

use crate::given::{Given, supervision, with};

/// One more than one answer holds.
const MANY: u32 = 5_001;

/// Many uses of the client's data, one every minute up to noon of 10 September.
async fn used_often(given: &Given) {
    let database = given.server.open_store().await;
    let (_, model) = database.fetch(use_log::committed(0)).await.unwrap().pop().unwrap();
    assert!(model.client.is_some(), "the clientship was stored last");
    let last: Timestamp = "2026-09-10T09:00:00Z".parse().unwrap();
    let entry = |n: u32| UseEntry {
        id: Uuid::now_v7(),
        at: last - SignedDuration::from_mins(i64::from(n)),
        ..model.clone()
    };
    let mut plan = Plan::recorded(entry(1));
    for n in 2..MANY {
        plan.also_recorded(entry(n));
    }
    database.commit(plan).await.unwrap();
}

/// REQ LOG-05
#[tokio::test]
async fn more_entries_than_one_answer_holds_are_given_in_parts_each_once() {
    let given = Given::start().await;
    used_often(&given).await;
    let whole = given.register(&given.request()).await;
    let why = with(&json!({"reason": "Merkintöjä on paljon"}));
    given.officer.extend_log_request(&whole, &why).await.unwrap().expect_status(200);
    let refused = given.officer.answer_log_request(&whole, &with(&json!({}))).await.unwrap();
    refused.expect_problem("log-request-too-large");
    let page = with(&json!({"page": {"size": 200}}));
    let page = given.officer.preview_log_request(&whole, &page).await.unwrap().expect_status(200);
    assert_eq!(page["entries"].as_array().unwrap().len(), 200, "it can be looked at all the same");
    let in_parts = json!({"in_parts": true});
    let first = given.answer(&whole, &in_parts).await;
    assert_eq!((&first["state"], &first["answer"]["given"]), (&json!("given"), &json!(5_000)));
    let rest = first["answer"]["continued_by"].as_str().unwrap();
    let found = given.officer.find_log_request(rest, &supervision()).await.unwrap();
    let found = found.expect_status(200);
    assert_eq!((&found["state"], &found["continues"]["request"]), (&json!("open"), &json!(whole)));
    for same in ["received_on", "due", "client", "period", "units", "language", "extension"] {
        assert_eq!(found[same], first[same], "{same}");
    }
    let twice = given.officer.extend_log_request(rest, &why).await.unwrap();
    twice.expect_problem("log-request-state");
    let second = given.answer(rest, &in_parts).await;
    assert_eq!(second["answer"].get("continued_by"), None, "nothing is left");
    let (mut names, mut moments) = (BTreeSet::new(), Vec::new());
    for id in [whole.as_str(), rest] {
        let answer = given.given(id, "fi").await;
        let entries = answer["entries"].as_array().unwrap();
        assert_eq!(answer["export"]["entries"].as_array().unwrap().len(), entries.len());
        for entry in entries {
            assert!(names.insert(entry["id"].as_str().unwrap().to_owned()), "told twice");
            moments.push(entry["at"].as_str().unwrap().parse::<Timestamp>().unwrap());
        }
    }
    assert!(moments.is_sorted_by(|newer, older| newer >= older), "the newest first");
    // Case and clientship were stored; the request was registered, extended and looked at before the answer.
    assert_eq!(names.len(), usize::try_from(MANY).unwrap() - 1 + 2 + 3);
    let form = ("en", "application/xhtml+xml");
    for (id, word) in [
        (whole.as_str(), "Older entries are given on the request"),
        (rest, "Continues the request"),
    ] {
        let page = given.officer.fetch_log_answer(id, form, &supervision()).await.unwrap();
        let page = String::from_utf8(page.body).unwrap();
        assert!(page.contains(word) && page.contains(&whole) && page.contains(rest), "{word}");
    }
}

/// REQ LOG-05
#[tokio::test]
async fn an_answer_that_holds_all_makes_no_request_of_a_rest() {
    let given = Given::start().await;
    given.letter().await;
    let id = given.register(&given.request()).await;
    let answered = given.answer(&id, &json!({"in_parts": true})).await;
    assert_eq!(answered["answer"].get("continued_by"), None);
    let page = given.officer.search_log_requests(&with(&json!({}))).await.unwrap();
    assert_eq!(page.expect_status(200)["requests"].as_array().unwrap().len(), 1);
}
