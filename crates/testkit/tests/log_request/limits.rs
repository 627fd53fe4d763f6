//! A client with very many entries gets them on several requests; nothing is left out in silence.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_store::use_log::{self, UseEntry};
use varanto_store::{Database, Plan, Settings, SqliteSettings};
use varanto_testkit::Expect;

use crate::given::{Given, with};

/// One more than one answer holds.
const MANY: u32 = 5_001;

/// Many uses of the client's data, one every minute up to noon of 10 September.
async fn used_often(given: &Given) {
    let config = given.server.config();
    let store = SqliteSettings::new(config.path(&config.store.path));
    let database = Database::open(&Settings::Sqlite(store)).unwrap();
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
async fn more_entries_than_one_answer_holds_are_given_on_two_requests() {
    let given = Given::start().await;
    used_often(&given).await;
    let register = async |period: Value| {
        let mut request = given.request();
        request["period"] = period;
        given.register(&request).await
    };
    let whole = register(json!({})).await;
    let refused = given.officer.answer_log_request(&whole, &with(&json!({}))).await.unwrap();
    refused.expect_problem("log-request-too-large");
    let page = with(&json!({"page": {"size": 200}}));
    let page = given.officer.preview_log_request(&whole, &page).await.unwrap().expect_status(200);
    assert_eq!(page["entries"].as_array().unwrap().len(), 200, "it can be looked at all the same");
    let mut counted = 0;
    for period in [json!({"to": "2026-09-08"}), json!({"from": "2026-09-09"})] {
        let id = register(period).await;
        let answered = given.answer(&id, &json!({})).await;
        let answer = given.given(&id, "fi").await;
        let entries = answer["entries"].as_array().unwrap().len();
        assert_eq!(answered["answer"]["given"], entries);
        assert_eq!(answer["export"]["entries"].as_array().unwrap().len(), entries);
        assert!(entries > 1_000);
        counted += entries;
    }
    // Case and clientship were stored; three requests were registered, one was looked at, one answered and
    // given before the last answer.
    assert_eq!(counted, usize::try_from(MANY).unwrap() - 1 + 2 + 6);
}
