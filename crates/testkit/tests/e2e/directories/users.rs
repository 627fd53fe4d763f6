//! User registers over the interface: one's own, and those of the producers of a controller.

use serde_json::{Value, json};
use varanto_client::Session;
use varanto_testkit::{Care, Draft, Expect, TestServer, UnitEntry, fresh_case, fresh_client};

use crate::common::use_log;

/// A search of a privacy officer.
fn search(more: &Value) -> Value {
    let mut search = json!({"context": {"purpose": "supervision"}});
    search.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    search
}

/// What a privacy officer sees.
async fn page(officer: &Session, more: &Value) -> Value {
    found(officer, &search(more)).await
}

async fn found(session: &Session, search: &Value) -> Value {
    let answer = session.post_json("/v1/users/search", search).await.unwrap();
    answer.expect_status(200)
}

fn ids(page: &Value) -> Vec<&str> {
    page["users"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap()).collect()
}

async fn refused(session: &Session, search: &Value, slug: &str) {
    session.post_json("/v1/users/search", search).await.unwrap().expect_problem(slug);
}

/// REQ AC-04
#[tokio::test]
async fn managers_and_privacy_officers_look_at_their_own_register_and_are_logged() {
    let server = TestServer::start().await;
    let officer = server.person("T-1008").session();
    let whole = page(&officer, &json!({})).await;
    assert_eq!(whole["organisation"], "1.2.246.10.99990001.10.0");
    assert_eq!(ids(&whole).len(), 9);
    let maija = json!({"id": "S-1001", "family_name": "Esimerkki", "given_names": "Maija",
        "role": "social_worker", "card": "professional", "outsider": false,
        "units": ["1.2.246.10.99990001.10.1", "1.2.246.10.99990001.10.3"],
        "valid_from": null, "valid_to": null});
    assert_eq!(whole["users"][0], maija);
    let in_unit = json!({"unit": "1.2.246.10.99990001.10.2", "role": "social_worker"});
    assert_eq!(ids(&page(&officer, &in_unit).await), ["S-1002"]);
    let first = page(&officer, &json!({"page": {"size": 5}})).await;
    let next = json!({"page": {"size": 5, "cursor": first["next"]}});
    let second = page(&officer, &next).await;
    assert_eq!([ids(&first), ids(&second)].concat(), ids(&whole));
    assert_eq!(second["next"], Value::Null);
    // That of a producer who is no controller is the producer's own.
    let manager = server.person("T-2005").session();
    let own = found(&manager, &json!({})).await;
    assert_eq!(ids(&own), ["S-2001", "S-2002", "T-2003", "T-2004", "T-2005", "T-2006"]);
    let entries = use_log(&server).await;
    let looked: Vec<_> = entries.iter().filter(|entry| entry["action"] == "read-users").collect();
    assert_eq!(looked.len(), 4);
    assert_eq!(looked[2]["search"]["unit"], "1.2.246.10.99990001.10.2");
    assert!(looked.iter().all(|entry| entry["outcome"] == "permitted"));
}

/// REQ AC-04
#[tokio::test]
async fn who_has_left_is_in_the_register_only_where_asked_for() {
    let left = crate::common::world(|world| {
        world["organisations"][2]["people"][1]["valid_to"] = json!("2025-12-31");
    });
    let server = TestServer::with_world(&left).await;
    let officer = server.person("T-3003").session();
    assert_eq!(ids(&page(&officer, &json!({})).await), ["S-3001", "T-3003"]);
    let with_ended = page(&officer, &json!({"include_ended": true})).await;
    assert_eq!(ids(&with_ended), ["S-3001", "S-3002", "T-3003"]);
}

/// REQ AC-04
#[tokio::test]
async fn nobody_else_looks_at_a_register_and_none_at_that_of_a_stranger() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001").session();
    for all in [search(&json!({})), json!({})] {
        refused(&maija, &all, "purpose-not-permitted").await;
    }
    let officer = server.person("T-1008").session();
    refused(&officer, &json!({"colour": "red"}), "invalid-request").await;
    for stranger in [
        "1.2.246.10.99990003.10.0", // another controller
        "1.2.246.10.99990002.10.3", // a producer that does not work for this one
        "1.2.246.10.99990099.10.0", // nobody
    ] {
        refused(&officer, &search(&json!({"organisation": stranger})), "not-found").await;
    }
    // A producer looks at nobody's but its own, also where it works for the other.
    let manager = server.person("T-2005").session();
    let county = json!({"organisation": "1.2.246.10.99990001.10.0"});
    refused(&manager, &county, "not-found").await;
    let entries = use_log(&server).await;
    let outcomes = |slug: &str| entries.iter().filter(|entry| entry["outcome"] == slug).count();
    assert_eq!((outcomes("purpose-not-permitted"), outcomes("not-found")), (2, 3));
}

/// REQ AC-08
#[tokio::test]
async fn a_controller_looks_at_the_register_of_a_producer_that_works_for_it() {
    let server = TestServer::start().await;
    let officer = server.person("T-1008").session();
    let of_producer = json!({"organisation": "1.2.246.10.99990002.10.0"});
    refused(&officer, &search(&of_producer), "not-found").await;
    let maija = server.person("S-1001");
    let client = fresh_client();
    let case = Draft::case(&maija, &client, &fresh_case());
    let clientship =
        Draft::clientship(&maija, &client).producer(UnitEntry::of("1.2.246.10.99990002.10.3"));
    Care::arrange(&maija.session(), &case, &clientship).await;
    let seen = page(&officer, &of_producer).await;
    assert_eq!(ids(&seen), ["S-2001", "S-2002", "T-2003", "T-2004", "T-2005", "T-2006"]);
    // Named by a unit it is the same, and the other controller still sees nothing.
    let by_unit = json!({"organisation": "1.2.246.10.99990002.10.4"});
    assert_eq!(page(&officer, &by_unit).await["users"], seen["users"]);
    refused(&server.person("T-3003").session(), &search(&of_producer), "not-found").await;
}
