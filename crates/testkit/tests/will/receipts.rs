//! What is disclosed comes with a receipt: the record entry by which the reader notes in the client's own file
//! what was received (DIS-04).

use serde_json::Value;
use varanto_client::UseContext;
use varanto_testkit::{Draft, Expect, builtin_structure};

use crate::given::{Pair, broadly, by_disclosure, identifiers, search_of, store};

/// Every string in a value.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// REQ DIS-04
#[tokio::test]
async fn the_receipt_of_what_was_received_is_stored_in_the_readers_own_file() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    for used in [by_disclosure(), broadly()] {
        let fetched = pair.mallila.fetch(&document.oid(), &used).await.unwrap().expect_status(200);
        let receipt = &fetched["receipt"];
        assert_eq!(receipt["group"], "record_entry", "{fetched}");
        let told = texts(&receipt["data"]);
        for word in [document.oid().as_str(), "Testilän hyvinvointialue", pair.client.id()] {
            assert!(told.iter().any(|text| text.contains(word)), "{word}: {receipt}");
        }
        let structure = builtin_structure(receipt["structure"].as_str().unwrap());
        let data = receipt["data"].clone();
        let entry = pair.elsewhere.draft_with(&pair.sanna, &structure, data);
        let entry = entry.with("group", "record_entry");
        store(&pair.mallila, &entry).await;
        let own = UseContext::default();
        let own = pair.mallila.search(&search_of(&pair.client, &own)).await.unwrap();
        assert!(identifiers(&own.expect_status(200)).contains(&entry.oid().to_string()));
    }
}

/// REQ DIS-03, DIS-04
#[tokio::test]
async fn there_is_no_receipt_of_ones_own_and_none_tells_of_what_is_linked() {
    let pair = Pair::open().await;
    let denied = pair.writes().await;
    pair.records(pair.denial().document(&denied.oid()).draft()).await;
    let links = serde_json::json!([{"oid": denied.oid().as_str(), "relation": "based_on"}]);
    let linked: Draft = pair.records(pair.care.draft(&pair.maija).with("links", links)).await;
    let own = UseContext::default();
    let ours = pair.testila.fetch(&linked.oid(), &own).await.unwrap().expect_status(200);
    assert!(ours.get("receipt").is_none(), "{ours}");
    let theirs = pair.fetched(&linked.oid()).await.expect_status(200);
    assert!(theirs["receipt"].is_object());
    assert!(!theirs.to_string().contains(denied.oid().as_str()), "{theirs}");
}
