//! New versions, races between them, and annulment.

use serde_json::{Value, json};
use varanto_testkit::{Draft, Expect, TestServer, fresh_oid};

use crate::common::{all_of, found, own, store, use_log};

/// REQ DOC-03
#[tokio::test]
async fn a_new_version_takes_the_place_of_the_earlier_one_and_all_are_listed() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let first = care.draft(&maija);
    let second = first.next_version().with("title", "Toinen versio");
    let third = second.next_version().with("title", "Kolmas versio");
    for draft in [&first, &second, &third] {
        store(&session, draft).await;
    }
    let page = session.search(&all_of(&care.client)).await.unwrap().expect_status(200);
    assert_eq!(page["documents"].as_array().unwrap().len(), 1);
    assert_eq!(page["documents"][0]["oid"], third.oid().as_str());
    assert_eq!(page["documents"][0]["original_oid"], first.oid().as_str());
    let newest = session.fetch(&first.oid(), &own()).await.unwrap().expect_status(200);
    assert_eq!(newest["metadata"]["title"], "Kolmas versio");
    let earlier = session.fetch(&second.oid(), &own()).await.unwrap().expect_status(200);
    assert_eq!(earlier["metadata"]["title"], "Toinen versio");
    for oid in [first.oid(), second.oid(), third.oid()] {
        let listed = session.versions(&oid, &own()).await.unwrap().expect_status(200);
        let listed = listed["versions"].as_array().unwrap();
        let told: Vec<_> = listed.iter().map(|v| (&v["oid"], &v["version"])).collect();
        let oids = [third.oid(), second.oid(), first.oid()].map(|oid| json!(oid.as_str()));
        let numbers = [json!(3), json!(2), json!(1)];
        assert_eq!(told, oids.iter().zip(&numbers).collect::<Vec<_>>());
    }
}

/// The first version has the original identifier, under which the newest one is given; by its number
/// it stays readable all the same.
///
/// REQ DOC-03, DOC-07
#[tokio::test]
async fn every_version_is_fetched_by_its_number_byte_for_byte() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let first = care.draft(&maija).with("title", "Ensimmäinen");
    let second = first.next_version().with("title", "Toinen");
    store(&session, &first).await;
    store(&session, &second).await;
    for (number, draft) in [(1, &first), (2, &second)] {
        for oid in [first.oid(), second.oid()] {
            let path = format!("/v1/documents/{oid}?version={number}");
            let fetched = session.get(&path).await.unwrap().expect_status(200);
            assert_eq!(fetched["metadata"], draft.metadata);
            assert_eq!(fetched["content"][0]["data"], *draft.data());
        }
    }
    for (number, status) in [("3", 404), ("0", 400), ("x", 400), ("1&version=2", 400)] {
        let path = format!("/v1/documents/{}?version={number}", first.oid());
        assert_eq!(session.get(&path).await.unwrap().status, status, "{number}");
    }
}

/// REQ DOC-03
#[tokio::test]
async fn a_version_is_stored_only_on_top_of_the_one_before_it() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let first = care.draft(&maija);
    store(&session, &first).await;
    let gap = first.next_version().next_version();
    let orphan = care.draft(&maija).next_version();
    for draft in [&gap, &orphan] {
        let answer = session.store(&draft.build()).await.unwrap();
        assert_eq!(answer.expect_problem("version-conflict").status, 409);
        assert_eq!(session.fetch(&draft.oid(), &own()).await.unwrap().status, 404);
    }
    store(&session, &first.next_version()).await;
    let late = session.store(&first.next_version().build()).await.unwrap();
    late.expect_problem("version-conflict");
}

/// REQ DOC-03
#[tokio::test]
async fn of_two_versions_sent_at_once_one_is_stored() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let mut newest = care.draft(&maija);
    store(&session, &newest).await;
    for _ in 0..10 {
        let rivals = [newest.next_version(), newest.next_version()];
        let [one, other] = rivals.each_ref().map(Draft::build);
        let (one, other) = tokio::join!(session.store(&one), session.store(&other));
        let (one, other) = (one.unwrap(), other.unwrap());
        let (won, lost) = if one.status == 201 { (0, &other) } else { (1, &one) };
        lost.expect_problem("version-conflict");
        newest = rivals[won].clone();
        let fetched = session.fetch(&newest.oid(), &own()).await.unwrap().expect_status(200);
        assert_eq!(fetched["metadata"]["oid"], newest.oid().as_str());
    }
    assert_eq!(found(&session, &all_of(&care.client)).await.len(), 1);
}

/// REQ DOC-03
#[tokio::test]
async fn a_new_version_stays_in_the_group_and_keeps_its_identifiers_apart() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let first = care.draft(&maija);
    store(&session, &first).await;
    let other_group = first.next_version().with("group", "record_entry");
    let problem = session.store(&other_group.build()).await.unwrap();
    let problem = problem.expect_problem("invalid-request");
    assert!(problem.errors.iter().any(|e| e.pointer == "/metadata/group" && e.code == "changed"));
    let same_oid = first.next_version().with("oid", first.oid().as_str());
    let problem = session.store(&same_oid.build()).await.unwrap();
    assert_eq!(problem.expect_problem("invalid-request").errors[0].code, "version-identifier");
}

/// REQ DOC-04
#[tokio::test]
async fn an_annulled_document_leaves_searches_and_stays_readable() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    store(&session, &draft).await;
    let (oid, context) = (draft.oid(), own());
    let annul = || session.annul(&oid, "Väärä asiakas", &context);
    let receipt = annul().await.unwrap().expect_status(200);
    assert_eq!(receipt["oid"], draft.oid().as_str());
    assert_eq!(annul().await.unwrap().expect_status(200), receipt, "annulled once");
    assert_eq!(found(&session, &all_of(&care.client)).await, [""; 0]);
    let mut with = all_of(&care.client);
    with["filter"]["include_annulled"] = json!(true);
    let page = session.search(&with).await.unwrap().expect_status(200);
    assert_eq!(page["documents"][0]["annulled"], true);
    let fetched = session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    assert_eq!(fetched["annulled"]["reason"], "Väärä asiakas");
    assert_eq!(fetched["annulled"]["by"], "S-1001");
    let entries = use_log(&server).await;
    let entry = entries.iter().find(|entry| entry["id"] == receipt["log_entry"]).unwrap();
    assert_eq!(entry["action"], "annul");
}

/// REQ DOC-04
#[tokio::test]
async fn on_an_annulled_document_no_version_is_stored() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = server.care_of(&maija).await.draft(&maija);
    store(&session, &draft).await;
    session.annul(&draft.oid(), "Kahdesti", &own()).await.unwrap().expect_status(200);
    let next = draft.next_version();
    let answer = session.store(&next.build()).await.unwrap();
    assert_eq!(answer.expect_problem("document-annulled").status, 409);
    assert_eq!(session.fetch(&next.oid(), &own()).await.unwrap().status, 404);
    // What was stored before is still answered as stored before.
    assert_eq!(session.store(&draft.build()).await.unwrap().status, 200);
}

/// REQ DOC-04
#[tokio::test]
async fn an_annulment_has_a_reason_and_a_document() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = server.care_of(&maija).await.draft(&maija);
    store(&session, &draft).await;
    let empty = session.annul(&draft.oid(), " ", &own()).await.unwrap();
    assert_eq!(empty.expect_problem("invalid-request").errors[0].pointer, "/reason");
    let unknown = session.annul(&fresh_oid(), "Syy", &own()).await.unwrap();
    unknown.expect_problem("document-not-found");
    // Another controller's document cannot be told from one that is not there.
    let foreign = server.person("S-3001").session();
    let hidden = foreign.annul(&draft.oid(), "Syy", &own()).await.unwrap();
    assert_eq!(hidden.expect_problem("document-not-found").status, 404);
    let fetched = session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    assert_eq!(fetched["annulled"], Value::Null);
}
