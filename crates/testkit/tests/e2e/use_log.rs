//! The use log: every use is in it, no identity code is anywhere.

use serde_json::{Value, json};
use varanto_sandbox::World;
use varanto_testkit::{Expect, ServerProcess, TestServer, fresh_client, fresh_oid};

use crate::common::{all_of, metrics, own, store, use_log, use_log_of, with_reason};

fn told(entries: &[Value]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    entries.iter().map(|e| (text(&e["action"]), text(&e["outcome"]))).collect()
}

/// REQ LOG-01, LOG-04
#[tokio::test]
async fn every_use_and_every_refused_attempt_has_its_entry() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    store(&session, &draft).await;
    session.store(&draft.build()).await.unwrap().expect_status(200);
    session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    session.versions(&draft.oid(), &own()).await.unwrap().expect_status(200);
    let filter = json!({"client": {"id": care.client}, "filter": {"groups": ["client_document"]}});
    session.search(&filter).await.unwrap().expect_status(200);
    session.search(&json!({})).await.unwrap().expect_problem("invalid-request");
    session.fetch(&fresh_oid(), &own()).await.unwrap().expect_problem("document-not-found");
    let next = draft.next_version();
    store(&session, &next).await;
    session.annul(&draft.oid(), "Syy", &own()).await.unwrap().expect_status(200);
    let several = json!({"oids": [draft.oid().as_str(), next.oid().as_str()]});
    session.fetch_several(&several).await.unwrap().expect_status(200);
    let mut entries = use_log(&server).await;
    entries.reverse();
    let expected = [
        // The case and the clientship.
        ("store", "permitted"),
        ("store", "permitted"),
        ("store", "permitted"),
        ("store", "permitted"),
        ("read", "permitted"),
        ("read", "permitted"),
        ("search", "permitted"),
        ("search", "invalid-request"),
        ("read", "document-not-found"),
        ("store-version", "permitted"),
        ("annul", "permitted"),
        ("read", "permitted"),
        ("read", "permitted"),
    ];
    let expected: Vec<_> = expected.map(|(a, o)| (a.to_owned(), o.to_owned())).to_vec();
    assert_eq!(told(&entries), expected);
    for entry in &entries {
        assert_eq!(entry["user"], json!({"id": "S-1001", "name": "Esimerkki, Maija"}));
        assert_eq!(entry["unit"], "1.2.246.10.99990001.10.1");
        assert_eq!(entry["organisation"], "1.2.246.10.99990001.10.0");
        assert_eq!(entry["role"], "social_worker");
        assert_eq!(entry["authentication"], "professional_card");
        let unread = entry["outcome"] == "invalid-request";
        assert_eq!(entry["purpose"], if unread { Value::Null } else { json!("client_work") });
        assert_eq!(entry["basis"], if unread { Value::Null } else { json!("own") });
        assert!(entry["at"].is_string() && entry["request_id"].is_string());
    }
    assert_eq!(entries[4]["documents"], json!([draft.oid().as_str()]));
    assert_eq!(entries[6]["documents"], json!([draft.oid().as_str()]), "what was shown");
    assert_eq!(entries[6]["search"]["filter"]["groups"], json!(["client_document"]));
    assert!(entries[4]["rules"].as_array().unwrap().contains(&json!("S3")));
}

/// REQ LOG-01
#[tokio::test]
async fn looking_at_the_log_is_a_use_too_and_pages_follow_each_other() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    for _ in 0..7 {
        let search = with_reason(all_of(&fresh_client()));
        session.search(&search).await.unwrap().expect_status(200);
    }
    let officer = server.person("T-1008").session();
    let search = |page: Value| json!({"context": {"purpose": "supervision"}, "filter": {"user": "S-1001"}, "page": page});
    let mut seen = Vec::new();
    let mut page = json!({"size": 3});
    loop {
        let answer = officer.search_use_log(&search(page)).await.unwrap().expect_status(200);
        seen.extend(answer["entries"].as_array().unwrap().iter().map(|e| e["id"].clone()));
        match answer["next"].as_str() {
            Some(next) => page = json!({"size": 3, "cursor": next}),
            None => break,
        }
    }
    let distinct: std::collections::BTreeSet<_> = seen.iter().map(Value::to_string).collect();
    assert_eq!((seen.len(), distinct.len()), (7, 7));
    let looked = use_log(&server).await;
    let looked = looked.iter().filter(|entry| entry["action"] == "read-log").count();
    assert_eq!(looked, 3);
}

/// REQ LOG-01
#[tokio::test]
async fn the_log_is_narrowed_by_user_action_and_time() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = server.care_of(&maija).await.draft(&maija);
    store(&session, &draft).await;
    session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    let nurse = server.person("S-1004").session();
    nurse.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    let officer = server.person("T-1008").session();
    let count = async |filter: Value| {
        let search = json!({"context": {"purpose": "supervision"}, "filter": filter});
        let answer = officer.search_use_log(&search).await.unwrap().expect_status(200);
        answer["entries"].as_array().unwrap().len()
    };
    // The case, the clientship and the document are stored, and one is read.
    assert_eq!(count(json!({"user": "S-1001"})).await, 4);
    assert_eq!(count(json!({"user": "S-1004"})).await, 1);
    assert_eq!(count(json!({"action": "read"})).await, 2);
    assert_eq!(count(json!({"user": "S-1001", "action": "read"})).await, 1);
    assert_eq!(count(json!({"to": "2020-01-01T00:00:00Z"})).await, 0);
    assert_eq!(count(json!({"user": "S-1001", "from": "2020-01-01T00:00:00Z"})).await, 4);
    let wrong = json!({"context": {"purpose": "supervision"}, "filter": {"client": "x"}});
    let answer = officer.search_use_log(&wrong).await.unwrap();
    assert_eq!(answer.expect_problem("invalid-request").errors[0].pointer, "/filter/client");
}

/// REQ LOG-01, REG-01
#[tokio::test]
async fn a_privacy_officer_sees_the_log_of_the_own_register_alone() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let draft = server.care_of(&maija).await.draft(&maija);
    store(&maija.session(), &draft).await;
    let other = server.person("S-3001").session();
    other.fetch(&draft.oid(), &own()).await.unwrap().expect_problem("document-not-found");
    let theirs = use_log_of(&server, "T-3003").await;
    assert_eq!(told(&theirs), [("read".to_owned(), "document-not-found".to_owned())]);
    let ours = use_log(&server).await;
    let stored = || ("store".to_owned(), "permitted".to_owned());
    assert_eq!(told(&ours), [stored(), stored(), stored()], "case, clientship, document");
}

/// The entry of a refused use tells nothing of another register: it is the same for a document that
/// exists there and for none.
///
/// REQ LOG-04, REG-01
#[tokio::test]
async fn the_own_log_does_not_tell_that_a_document_of_another_register_exists() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let first = server.care_of(&maija).await.draft(&maija);
    let second = first.next_version();
    store(&maija.session(), &first).await;
    store(&maija.session(), &second).await;
    let other = server.person("S-3001").session();
    let asked = [first.oid(), second.oid(), fresh_oid()];
    for oid in &asked {
        other.fetch(oid, &own()).await.unwrap().expect_problem("document-not-found");
        other.versions(oid, &own()).await.unwrap().expect_problem("document-not-found");
        other.annul(oid, "Syy", &own()).await.unwrap().expect_problem("document-not-found");
    }
    let mut entries = use_log_of(&server, "T-3003").await;
    entries.reverse();
    let noted: Vec<_> = entries.iter().map(|entry| entry["documents"].clone()).collect();
    let expected = asked.iter().flat_map(|oid| [(); 3].map(|()| json!([oid.as_str()])));
    assert_eq!(noted, expected.collect::<Vec<_>>(), "as it was asked for");
    for entry in &mut entries {
        for member in ["id", "at", "request_id", "documents"] {
            entry.as_object_mut().unwrap().remove(member);
        }
    }
    let (existing, missing) = entries.split_at(6);
    assert_eq!([missing, missing].concat(), existing);
}

/// REQ LOG-01, DOC-06
#[tokio::test]
async fn no_identity_code_is_in_the_log_of_uses_of_the_program_or_in_its_metrics() {
    let change = |text: String| {
        let text = text.replace("[metrics]\n", "[metrics]\nlisten = \"127.0.0.1:0\"\n");
        text.replace("level = \"info\"", "level = \"debug\"")
    };
    let server = ServerProcess::with(&World::builtin(), change).await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let (client, draft) = (care.client.clone(), care.draft(&maija));
    store(&session, &draft).await;
    session.search(&all_of(&client)).await.unwrap().expect_status(200);
    session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    let wrong = json!({"client": {"id": client, "extra": client}, "filter": {"groups": [client]}});
    session.search(&wrong).await.unwrap().expect_problem("invalid-request");
    let mut broken = draft.clone();
    broken.metadata[&client] = json!(client);
    session.store(&broken.build()).await.unwrap().expect_problem("invalid-request");
    session
        .get(&format!("/v1/documents/{client}"))
        .await
        .unwrap()
        .expect_problem("document-not-found");
    session.get(&format!("/{client}?id={client}")).await.unwrap().expect_problem("not-found");
    session
        .annul(&draft.oid(), &format!("Väärä: {client}"), &own())
        .await
        .unwrap()
        .expect_status(200);
    let entries = Value::from(use_log(&server).await).to_string();
    assert!(entries.contains(draft.oid().as_str()));
    let metrics = metrics(&server.log());
    assert!(metrics.contains("varanto_requests_total"), "{metrics}");
    let log = server.log();
    assert!(log.contains("request"), "{log}");
    for (place, text) in [("use log", entries), ("metrics", metrics), ("log", log)] {
        for secret in [client.as_str(), "Testinen"] {
            assert!(!text.contains(secret), "{secret} is in the {place}: {text}");
        }
    }
}
