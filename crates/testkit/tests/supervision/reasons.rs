//! Uses without a context, and on a broad right.

use serde_json::json;
use varanto_client::UseContext;
use varanto_model::Code;
use varanto_testkit::{Expect, TestServer};

use crate::given::{HOIVA, by, by_reason, read, review, reviewed, shared_care, store, told, under};

/// REQ LOG-06, AC-08
#[tokio::test]
async fn uses_for_a_special_reason_are_listed_and_uses_in_a_context_are_not() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let letter = care.draft(&maija);
    store(&maija.session(), &letter).await;
    read(&maija.session(), &letter, &UseContext::default()).await;
    let olli = server.person("S-1002").session();
    read(&olli, &letter, &by_reason()).await;
    let without = olli.fetch(&letter.oid(), &UseContext::default()).await.unwrap();
    without.expect_problem("special-reason-required");
    let found = review(&server, "T-1008", "special-reasons").await;
    assert_eq!(told(&found), [by("S-1002", &letter)]);
    let item = &found[0];
    assert_eq!(item["user"]["name"], "Mallikas, Olli");
    assert_eq!((&item["special_reason"], &item["action"]), (&json!("X-OTHER"), &json!("read")));
    assert_eq!((&item["findings"], &item["decisions"]), (&json!({}), &json!([])));
    assert!(!item.to_string().contains(&care.client), "nobody's identity code shows");
    let by_filter = async |more: serde_json::Value| {
        let mut filter = json!({"list": "special-reasons"});
        filter.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        reviewed(&server, "T-1008", &filter).await.len()
    };
    assert_eq!(by_filter(json!({"user": "S-1002", "unit": "1.2.246.10.99990001.10.2"})).await, 1);
    assert_eq!(by_filter(json!({"user": "S-1001"})).await, 0);
    assert_eq!(by_filter(json!({"unit": "1.2.246.10.99990001.10.1"})).await, 0);
    assert_eq!(by_filter(json!({"organisation": HOIVA})).await, 0);
    assert_eq!(by_filter(json!({"to": item["at"]})).await, 0, "before then");
    assert!(review(&server, "T-3003", "special-reasons").await.is_empty(), "another's register");
}

/// REQ AC-08, LOG-01
#[tokio::test]
async fn a_controller_sees_its_producers_special_reasons_and_a_producer_its_own_staffs() {
    let server = TestServer::start().await;
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let care = shared_care(&maija).await;
    let letter = care.draft(&maija);
    store(&maija.session(), &letter).await;
    let used = UseContext { special_reason: by_reason().special_reason, ..under(&care.case) };
    read(&tuula.session(), &letter, &used).await;
    read(&server.person("S-1002").session(), &letter, &by_reason()).await;
    let county = review(&server, "T-1008", "special-reasons").await;
    assert_eq!(told(&county), [by("S-1002", &letter), by("S-2001", &letter)]);
    let of_producers = json!({"list": "special-reasons", "organisation": HOIVA});
    let of_producers = reviewed(&server, "T-1008", &of_producers).await;
    assert_eq!(told(&of_producers), [by("S-2001", &letter)]);
    let own = review(&server, "T-2006", "special-reasons").await;
    assert_eq!(told(&own), [by("S-2001", &letter)]);
}

/// REQ DIS-05, LOG-06
#[tokio::test]
async fn a_broad_right_is_listed_on_both_sides_and_other_uses_are_not() {
    let server = TestServer::start().await;
    let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
    let care = server.care_of(&maija).await;
    let elsewhere = server.care_for(&sanna, care.person.clone()).await;
    let (letter, own) = (care.draft(&maija), elsewhere.draft(&sanna));
    store(&maija.session(), &letter).await;
    store(&sanna.session(), &own).await;
    let broadly = UseContext {
        basis: Code::parse("broad").ok(),
        ground: Code::parse("X-AUTHORITY").ok(),
        ..UseContext::default()
    };
    read(&sanna.session(), &letter, &broadly).await;
    read(&sanna.session(), &own, &UseContext::default()).await;
    for (officer, kind) in [("T-3003", "use"), ("T-1008", "disclosure")] {
        let found = review(&server, officer, "broad").await;
        assert_eq!(told(&found), [by("S-3001", &letter)], "{officer}");
        assert_eq!(found[0]["findings"], json!({"kind": kind}));
        assert_eq!(found[0]["organisation"], "1.2.246.10.99990003.10.0");
        assert_eq!(found[0]["ground"], "X-AUTHORITY");
    }
    assert!(review(&server, "T-2006", "broad").await.is_empty());
}
