//! Decisions on items: their history, who may make them, and the breach that one opens.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_testkit::{Draft, Expect, TestClient, TestServer, fresh_client};

use crate::given::{by_reason, decide, read, review, reviewed, shared_care, store, under, use_log};

/// A letter that has been read for a special reason so many times.
async fn read_for_reasons(server: &TestServer, times: usize) -> Draft {
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let letter = care.draft(&maija);
    store(&maija.session(), &letter).await;
    let olli = server.person("S-1002").session();
    for _ in 0..times {
        read(&olli, &letter, &by_reason()).await;
    }
    letter
}

fn ids(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// REQ LOG-06
#[tokio::test]
async fn every_decision_is_kept_and_the_newest_comes_first() {
    let server = TestServer::start().await;
    read_for_reasons(&server, 2).await;
    let found = ids(&review(&server, "T-1008", "special-reasons").await);
    let officer = server.person("T-1008").session();
    let [second, first] = &found[..] else { unreachable!("two were found") };
    for decision in ["clarify", "justified"] {
        let receipt = decide(&officer, "special-reasons", first, decision).await.expect_status(201);
        assert_eq!(receipt["breach"], Value::Null);
    }
    let wanted = async |decided: &str| {
        let filter = json!({"list": "special-reasons", "decided": decided});
        reviewed(&server, "T-1008", &filter).await
    };
    assert_eq!(ids(&wanted("open").await), [second.as_str()]);
    assert_eq!(ids(&wanted("all").await), found);
    let decided = wanted("decided").await;
    assert_eq!(ids(&decided), [first.as_str()]);
    let history = decided[0]["decisions"].as_array().unwrap();
    let told: Vec<_> = history.iter().map(|d| (&d["decision"], &d["reason"])).collect();
    let expected = [
        (json!("justified"), json!("Perustelu justified")),
        (json!("clarify"), json!("Perustelu clarify")),
    ];
    assert_eq!(told, expected.iter().map(|(d, r)| (d, r)).collect::<Vec<_>>());
    assert_eq!(history[0]["by"], json!({"id": "T-1008", "name": "Tietosuoja, Paavo"}));
}

/// REQ LOG-06
#[tokio::test]
async fn pages_give_each_item_once_also_where_only_open_ones_are_wanted() {
    let server = TestServer::start().await;
    read_for_reasons(&server, 7).await;
    let all = ids(&review(&server, "T-1008", "special-reasons").await);
    let distinct: BTreeSet<_> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (7, 7));
    let officer = server.person("T-1008").session();
    for item in all.iter().step_by(2) {
        decide(&officer, "special-reasons", item, "justified").await.expect_status(201);
    }
    let open = json!({"list": "special-reasons", "decided": "open"});
    let open = ids(&reviewed(&server, "T-1008", &open).await);
    let expected: Vec<_> = all.iter().skip(1).step_by(2).cloned().collect();
    assert_eq!(open, expected);
    for list in ["kin", "after-end", "own-unit"] {
        let items = ids(&review(&server, "T-1008", list).await);
        let distinct: BTreeSet<_> = items.iter().collect();
        assert_eq!(distinct.len(), items.len(), "{list}");
    }
}

/// REQ LOG-06, LOG-07
#[tokio::test]
async fn a_decision_that_it_is_a_breach_opens_one() {
    let server = TestServer::start().await;
    let letter = read_for_reasons(&server, 1).await;
    let item = ids(&review(&server, "T-1008", "special-reasons").await).remove(0);
    let officer = server.person("T-1008").session();
    let receipt = decide(&officer, "special-reasons", &item, "breach").await.expect_status(201);
    let name = receipt["breach"].as_str().unwrap();
    let path = format!("/v1/breaches/{name}?purpose=supervision");
    let breach = officer.get(&path).await.unwrap().expect_status(200);
    let text = breach.to_string();
    assert!(text.contains("\"supervision\"") && text.contains(letter.oid().as_str()), "{text}");
    assert!(text.contains("Perustelu breach") && text.contains("S-1002"), "{text}");
    let decided = review(&server, "T-1008", "special-reasons").await;
    assert_eq!(decided[0]["decisions"][0]["breach"], name);
}

/// REQ LOG-06, LOG-07
#[tokio::test]
async fn a_second_decision_that_it_is_a_breach_leads_to_the_one_that_is_open() {
    let server = TestServer::start().await;
    read_for_reasons(&server, 2).await;
    let found = ids(&review(&server, "T-1008", "special-reasons").await);
    let officer = server.person("T-1008").session();
    let breach = async |item: &str, decision: &str| {
        let receipt = decide(&officer, "special-reasons", item, decision).await.expect_status(201);
        receipt["breach"].as_str().map(str::to_owned)
    };
    let first = breach(&found[0], "breach").await.unwrap();
    assert_eq!(breach(&found[0], "breach").await.as_ref(), Some(&first));
    assert_eq!(breach(&found[0], "clarify").await, None);
    assert_eq!(breach(&found[0], "breach").await.as_ref(), Some(&first));
    assert_ne!(breach(&found[1], "breach").await.as_ref(), Some(&first), "another use");
    let search = json!({"context": {"purpose": "supervision"}});
    let register = officer.search_breaches(&search).await.unwrap().expect_status(200);
    assert_eq!(register["breaches"].as_array().unwrap().len(), 2);
    for step in [json!({"kind": "assessment", "risk": "none"}), json!({"kind": "closing"})] {
        let mut body = json!({"context": {"purpose": "supervision"}, "words": "Selvitetty"});
        body.as_object_mut().unwrap().extend(step.as_object().unwrap().clone());
        officer.step_breach(&first, &body).await.unwrap().expect_status(201);
    }
    let anew = breach(&found[0], "breach").await;
    assert!(anew.is_some() && anew.as_ref() != Some(&first), "nothing is added to a closed one");
}

/// REQ LOG-06
#[tokio::test]
async fn nobody_decides_on_an_own_use() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let namesake = TestClient::of(&fresh_client()).named("Tietosuoja", "Aino");
    let care = server.care_for(&maija, namesake).await;
    let report = json!({
        "what": "Kirje", "when_noticed": Timestamp::now(), "clients": [{"id": care.client}]
    });
    let taken = maija.session().report_breach(&report).await.unwrap().expect_status(201);
    let officer = server.person("T-1008").session();
    let path = format!("/v1/breaches/{}?purpose=supervision", taken["id"].as_str().unwrap());
    officer.get(&path).await.unwrap().expect_status(200);
    let found = review(&server, "T-1008", "kin").await;
    let [own] = &found[..] else { unreachable!("the look: {found:?}") };
    assert_eq!(own["user"]["id"], "T-1008");
    let item = own["id"].as_str().unwrap();
    for decision in ["justified", "breach"] {
        decide(&officer, "kin", item, decision).await.expect_problem("own-use");
    }
    assert_eq!(review(&server, "T-1008", "kin").await[0]["decisions"], json!([]));
}

/// REQ LOG-06, LOG-01
#[tokio::test]
async fn a_producer_decides_on_its_own_staff_and_the_controller_is_told_of_a_breach() {
    let server = TestServer::start().await;
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let care = shared_care(&maija).await;
    let letter = care.draft(&maija);
    store(&maija.session(), &letter).await;
    let used = UseContext { special_reason: by_reason().special_reason, ..under(&care.case) };
    read(&tuula.session(), &letter, &used).await;
    read(&server.person("S-1002").session(), &letter, &by_reason()).await;
    let county = ids(&review(&server, "T-1008", "special-reasons").await);
    let own = ids(&review(&server, "T-2006", "special-reasons").await);
    assert_eq!(own, county[1..]);
    let officer = server.person("T-2006").session();
    let others = decide(&officer, "special-reasons", &county[0], "clarify").await;
    others.expect_problem("not-found");
    let receipt = decide(&officer, "special-reasons", &own[0], "breach").await.expect_status(201);
    let path = format!("/v1/breaches/{}?purpose=supervision", receipt["breach"].as_str().unwrap());
    let county_officer = server.person("T-1008").session();
    county_officer.get(&path).await.unwrap().expect_status(200);
    let seen = review(&server, "T-1008", "special-reasons").await;
    assert_eq!(seen[1]["decisions"], json!([]), "each decides by itself");
}

/// REQ LOG-06
#[tokio::test]
async fn only_what_is_on_a_list_of_ones_own_is_decided_on_and_only_by_privacy_officers() {
    let server = TestServer::start().await;
    read_for_reasons(&server, 1).await;
    let item = ids(&review(&server, "T-1008", "special-reasons").await).remove(0);
    let stored = use_log(&server, "T-1008", json!({"action": "store"})).await;
    let stored = ids(&stored).remove(0);
    let officer = server.person("T-1008").session();
    let absent = "0199c2f0-7b6a-7c1e-9f00-2d6b8f3a1c55";
    for (list, item) in [
        ("special-reasons", stored.as_str()),
        ("special-reasons", absent),
        ("special-reasons", "x"),
        ("broad", &item),
        ("kin", &item),
    ] {
        decide(&officer, list, item, "justified").await.expect_problem("not-found");
    }
    let elsewhere = server.person("T-3003").session();
    decide(&elsewhere, "special-reasons", &item, "justified").await.expect_problem("not-found");
    let search = |purpose: &str| json!({"context": {"purpose": purpose}, "filter": {"list": "special-reasons"}});
    for (person, purpose) in
        [("S-1001", "supervision"), ("T-1008", "client_work"), ("T-1005", "supervision")]
    {
        let session = server.person(person).session();
        let path = "/v1/supervision/search";
        let refused = session.post_json(path, &search(purpose)).await.unwrap();
        refused.expect_problem("purpose-not-permitted");
    }
    let worker = server.person("S-1001").session();
    let refused = decide(&worker, "special-reasons", &item, "justified").await;
    refused.expect_problem("purpose-not-permitted");
    let wrong = json!({"context": {"purpose": "supervision"}, "filter": {"list": "everything"}});
    let wrong = officer.post_json("/v1/supervision/search", &wrong).await.unwrap();
    assert_eq!(wrong.expect_problem("invalid-request").errors[0].pointer, "/filter/list");
}

/// REQ LOG-06, LOG-01
#[tokio::test]
async fn looking_and_deciding_are_logged_without_the_reason() {
    let server = TestServer::start().await;
    let letter = read_for_reasons(&server, 1).await;
    let item = ids(&review(&server, "T-1008", "special-reasons").await).remove(0);
    let officer = server.person("T-1008").session();
    let receipt = decide(&officer, "special-reasons", &item, "clarify").await.expect_status(201);
    decide(&officer, "kin", &item, "clarify").await.expect_problem("not-found");
    let logged = use_log(&server, "T-1008", json!({"action": "supervise"})).await;
    let told: Vec<_> = logged.iter().map(|e| (e["outcome"].clone(), e["search"].clone())).collect();
    let noted =
        |list: &str| json!({"supervision": {"list": list, "item": item, "decision": "clarify"}});
    let expected = [
        (json!("not-found"), noted("kin")),
        (json!("permitted"), noted("special-reasons")),
        (
            json!("permitted"),
            json!({"supervision": {"list": "special-reasons"}, "page": {"size": 2, "cursor": null}}),
        ),
    ];
    assert_eq!(told, expected);
    for shown in &logged[1..] {
        assert_eq!(shown["documents"], json!([letter.oid().as_str()]), "what was shown");
    }
    assert_eq!(logged[1]["id"], receipt["log_entry"]);
    assert!(!Value::from(logged).to_string().contains("Perustelu"));
}
