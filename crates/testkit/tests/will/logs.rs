//! Every disclosure stands in two logs: the reader's own use log, and the disclosure log of whoever's data it
//! is (LOG-01, LOG-02). What is kept back stands in none.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_model::MediaType;
use varanto_testkit::{Draft, Expect};

use crate::given::{
    MALLILA, Pair, body_of, by_disclosure, log_of, log_where, oid, search_of, store, with_reason,
};

/// REQ LOG-02
#[tokio::test]
async fn each_way_to_a_document_leaves_an_entry_with_who_where_for_what_and_on_which_ground() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    let (named, used) = (document.oid(), by_disclosure());
    pair.shown().await;
    pair.mallila.fetch(&named, &used).await.unwrap().expect_status(200);
    pair.mallila.fetch_form(&named, MediaType::Xhtml, &used).await.unwrap();
    pair.mallila.versions(&named, &used).await.unwrap().expect_status(200);
    let several = json!({"context": body_of(&used), "oids": [named.as_str()]});
    pair.mallila.fetch_several(&several).await.unwrap().expect_status(200);
    let colleague = pair.server.person("S-3002").session();
    colleague.fetch(&named, &with_reason(used)).await.unwrap().expect_status(200);

    let disclosed = log_of(&pair.server, "T-1008", "disclosure").await;
    let actions: Vec<_> = disclosed.iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["search", "read", "read", "read", "read", "read"]);
    for entry in &disclosed {
        assert_eq!(entry["basis"], "disclosure");
        assert_eq!(entry["documents"], json!([named.as_str()]));
        assert_eq!(entry["purpose"], "client_work");
        assert_eq!(entry["receiver"]["organisation"], "1.2.246.10.99990003.10.0");
        let name = &entry["receiver"]["organisation_name"]["fi"];
        assert_eq!(name, "Mallilan hyvinvointialue", "{entry}");
        assert!(entry["use_entry"].is_null(), "that stands in Mallila's log");
        assert!(!entry.to_string().contains(pair.client.id()));
    }
    assert_eq!(disclosed[0]["user"], json!({"id": "S-3001", "name": "Testimaa, Sanna"}));
    assert_eq!(disclosed[0]["unit"], "1.2.246.10.99990003.10.1");
    assert_eq!(disclosed[5]["user"]["id"], "S-3002");
    assert_eq!(disclosed[5]["special_reason"], "X-OTHER");
    let theirs = json!({"bases": ["disclosure"]});
    let theirs = log_where(&pair.server, "T-3003", "use", theirs).await;
    assert_eq!(theirs.len(), 6);
    for (here, there) in theirs.iter().zip(&disclosed) {
        assert_eq!((&here["at"], &here["documents"]), (&there["at"], &there["documents"]));
        assert_eq!((&here["user"], &here["outcome"]), (&there["user"], &json!("permitted")));
    }

    // Each officer sees the own register's.
    assert!(log_of(&pair.server, "T-3003", "disclosure").await.is_empty());
    let ours = log_of(&pair.server, "T-1008", "use").await;
    assert!(ours.iter().all(|entry| entry["user"]["id"] != "S-3001"));
    for (person, purpose) in [
        ("S-1001", "client_work"),
        ("S-1001", "supervision"),
        ("T-1007", "archive"),
        ("T-1008", "client_work"),
    ] {
        let asked = json!({"context": {"purpose": purpose}});
        let session = pair.server.person(person).session();
        let refused = session.search_disclosure_log(&asked).await.unwrap();
        refused.expect_problem("purpose-not-permitted");
    }
    let producer = pair.server.person("T-2003").session();
    let asked = json!({"context": {"purpose": "supervision"}});
    let refused = producer.search_disclosure_log(&asked).await.unwrap();
    assert!(refused.status >= 400);
}

/// REQ LOG-02
#[tokio::test]
async fn the_disclosure_log_is_narrowed_by_user_receiver_and_time_and_looking_at_it_is_noted() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    let colleague = pair.server.person("S-3002").session();
    let reason = with_reason(by_disclosure());
    colleague.fetch(&document.oid(), &reason).await.unwrap().expect_status(200);
    pair.fetched(&document.oid()).await.expect_status(200);
    let narrowed =
        async |filter: Value| log_where(&pair.server, "T-1008", "disclosure", filter).await.len();
    assert_eq!(narrowed(json!({"user": "S-3002"})).await, 1);
    assert_eq!(narrowed(json!({"user": "S-1001"})).await, 0);
    assert_eq!(narrowed(json!({"organisation": "1.2.246.10.99990003.10.0"})).await, 2);
    assert_eq!(narrowed(json!({"organisation": "1.2.246.10.99990002.10.0"})).await, 0);
    assert_eq!(narrowed(json!({"to": "2020-01-01T00:00:00Z"})).await, 0);
    assert_eq!(narrowed(json!({"from": "2020-01-01T00:00:00Z"})).await, 2);
    let log = log_of(&pair.server, "T-1008", "use").await;
    let looked = log.iter().filter(|entry| entry["action"] == "read-log");
    assert_eq!(looked.count(), 6);
    let officer = pair.server.person("T-1008").session();
    let (mut seen, mut page) = (0, json!({"size": 1}));
    loop {
        let asked = json!({"context": {"purpose": "supervision"}, "page": page});
        let found = officer.search_disclosure_log(&asked).await.unwrap().expect_status(200);
        seen += found["entries"].as_array().unwrap().len();
        let Some(next) = found["next"].as_str() else { break };
        page = json!({"size": 1, "cursor": next});
    }
    assert_eq!(seen, 2);
}

/// REQ LOG-02
#[tokio::test]
async fn a_search_leaves_one_entry_for_each_controller_and_of_what_its_page_showed() {
    let mut world = serde_json::from_str::<Value>(varanto_sandbox::World::builtin_json()).unwrap();
    let third = "1.2.246.10.99990002";
    world["organisations"][1]["kind"] = json!("public");
    world["organisations"][1]["people"][2]["role"] = json!("social_worker");
    world["organisations"][1]["controller"] = json!({
        "oid": format!("{third}.19.0"), "register_opens": "2024-01-01", "accepts_models": ["direct"]
    });
    let world = varanto_sandbox::World::parse(world.to_string().as_bytes()).unwrap();
    let pair = Pair::on(varanto_testkit::TestServer::with_world(&world).await).await;
    pair.inform().await;
    pair.permit().await;
    let ritva = pair.server.person("T-2003");
    let care = pair.server.care_for(&ritva, &pair.client).await;
    let of_third = care.draft(&ritva).with("written_at", "2026-06-02T10:00:00Z");
    store(&ritva.session(), &of_third).await;
    let one = pair.writes_at("2026-06-03T10:00:00Z").await;
    let two = pair.writes_at("2026-06-01T10:00:00Z").await;
    let denied = pair.writes_at("2026-06-04T10:00:00Z").await;
    pair.records(pair.denial().document(&denied.oid()).draft()).await;
    let mut search = search_of(&pair.client, &by_disclosure());
    search["page"] = json!({"size": 2});
    let first = pair.mallila.search(&search).await.unwrap().expect_status(200);
    let of_testila = log_of(&pair.server, "T-1008", "disclosure").await;
    assert_eq!(of_testila.len(), 1);
    assert_eq!(of_testila[0]["documents"], json!([one.oid().as_str()]), "what was shown");
    search["page"] = json!({"size": 2, "cursor": first["next"]});
    pair.mallila.search(&search).await.unwrap().expect_status(200);
    let of_testila = log_of(&pair.server, "T-1008", "disclosure").await;
    assert_eq!(of_testila[1]["documents"], json!([two.oid().as_str()]));
    let uses = json!({"bases": ["disclosure"]});
    let uses = log_where(&pair.server, "T-3003", "use", uses).await;
    assert_eq!(uses[0]["documents"], json!([one.oid().as_str(), of_third.oid().as_str()]));
    assert_eq!(uses[1]["documents"], json!([two.oid().as_str()]));
    search["page"] = json!({"size": 3});
    pair.mallila.search(&search).await.unwrap().expect_status(200);
    let of_testila = log_of(&pair.server, "T-1008", "disclosure").await;
    let both = json!([one.oid().as_str(), two.oid().as_str()]);
    assert_eq!((of_testila.len(), &of_testila[2]["documents"]), (3, &both));
}

/// REQ LOG-02, DIS-03
#[tokio::test]
async fn what_is_kept_back_stands_in_no_disclosure_log_and_as_nothing_in_the_readers() {
    let pair = Pair::open().await;
    let denied = pair.writes().await;
    let newer = pair.records(denied.next_version()).await;
    pair.records(pair.denial().document(&denied.oid()).draft()).await;
    let ours = async || {
        let log = log_of(&pair.server, "T-1008", "use").await;
        log.iter().filter(|entry| entry["action"] != "read-log").count()
    };
    let before = ours().await;
    pair.expect(&denied, false).await;
    pair.expect(&newer, false).await;
    let mut search = search_of(&pair.client, &by_disclosure());
    search["filter"] = json!({"cases": [pair.care.case.as_str()]});
    pair.mallila.search(&search).await.unwrap().expect_status(200);
    assert!(log_of(&pair.server, "T-1008", "disclosure").await.is_empty());
    assert_eq!(ours().await, before);
    let theirs = json!({"bases": ["disclosure"]});
    let theirs = log_where(&pair.server, "T-3003", "use", theirs).await;
    assert_eq!(theirs.len(), 11);
    for entry in &theirs {
        if entry["action"] == "search" {
            assert_eq!(entry["documents"], json!([]), "{entry}");
        } else {
            assert_eq!(entry["outcome"], "document-not-found", "{entry}");
            // As the reader has named it.
            let named = entry["documents"][0].as_str().unwrap();
            assert!([denied.oid(), newer.oid()].contains(&oid(named)), "{entry}");
        }
        assert!(entry["case"].is_null(), "{entry}");
    }
    let mut of_one: Vec<_> = theirs.iter().map(|e| e["documents"].to_string()).collect();
    of_one.dedup();
    assert!(of_one.len() > 2);
}

/// REQ LOG-02, DIS-05, AC-06: whoever is told of a document by an explanation has had it disclosed.
#[tokio::test]
async fn an_explanation_that_tells_of_a_document_is_a_disclosure() {
    let pair = Pair::open().await;
    let (shown, denied) = (pair.writes().await, pair.writes().await);
    pair.records(pair.denial().document(&denied.oid()).draft()).await;
    for (draft, is_permitted) in [(&shown, true), (&denied, false)] {
        let asked = json!({
            "action": "read", "oid": draft.oid().as_str(), "context": body_of(&by_disclosure())
        });
        let told = pair.mallila.explain(&asked).await.unwrap().expect_status(200);
        assert_eq!(told["permitted"], is_permitted, "{told}");
    }
    let disclosed = log_of(&pair.server, "T-1008", "disclosure").await;
    assert_eq!(disclosed.len(), 1);
    assert_eq!(disclosed[0]["documents"], json!([shown.oid().as_str()]));
    let own = UseContext::default();
    let ours = pair.testila.fetch(&shown.oid(), &own).await.unwrap();
    ours.expect_status(200);
    let theirs: Draft = pair.elsewhere.draft(&pair.sanna);
    store(&pair.mallila, &theirs).await;
    pair.mallila.fetch(&theirs.oid(), &own).await.unwrap().expect_status(200);
    assert_eq!(log_of(&pair.server, "T-1008", "disclosure").await.len(), 1, "own use is none");
    assert_eq!(theirs.metadata["controller"], MALLILA);
}
