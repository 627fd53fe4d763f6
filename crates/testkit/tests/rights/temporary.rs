//! A temporary identifier stands in for a person until it is known who it is; then all goes under the
//! person, and nothing is lost.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_model::Oid;
use varanto_testkit::{
    Care, CaseDraft, ClientshipDraft, Draft, Expect, TestClient, TestPerson, TestServer, UnitEntry,
    fresh_case, fresh_client,
};

use crate::given::{KOIVULA, under};

const NAMELESS: &str = "1.2.246.10.99990001.22.2026.1";

fn nameless() -> TestClient {
    TestClient::temporary(NAMELESS, "2026-01-02").named("Tuntematon", "Tuntematon")
}

/// A case and a clientship of somebody, for whom the unit Koivula gives the service.
fn cared_for(worker: &TestPerson, client: &TestClient) -> (CaseDraft, ClientshipDraft) {
    let clientship = Draft::clientship(worker, client).producer(UnitEntry::of(KOIVULA));
    (Draft::case(worker, client, &fresh_case()), clientship)
}

fn joining(temporary: &str, person: &str) -> Value {
    json!({
        "temporary": {"temporary_id": temporary},
        "client": {"id": person, "family_name": "Testinen", "given_names": "Aino"}
    })
}

fn because(mut request: Value) -> Value {
    request["context"] = json!({"special_reason": "X-OTHER"});
    request
}

/// The original identifiers of all that a search for a client finds, annulled documents too.
async fn found(session: &Session, client: Value) -> BTreeSet<String> {
    let search = json!({"client": client, "filter": {"include_annulled": true}});
    let page = session.search(&search).await.unwrap().expect_status(200);
    let documents = page["documents"].as_array().unwrap().iter();
    documents.map(|d| d["original_oid"].as_str().unwrap().to_owned()).collect()
}

fn texts(oids: &[Oid]) -> BTreeSet<String> {
    oids.iter().map(Oid::to_string).collect()
}

/// The name of the only right of a producer's unit.
async fn only_right(producer: &Session) -> String {
    let page = producer.search_register_access(&json!({})).await.unwrap().expect_status(200);
    assert_eq!(page["rights"].as_array().unwrap().len(), 1, "{page}");
    page["rights"][0]["oid"].as_str().unwrap().to_owned()
}

async fn store(session: &Session, draft: &Draft) -> Oid {
    session.store(&draft.build()).await.unwrap().expect_status(201);
    draft.oid()
}

/// REQ CASE-06
#[tokio::test]
async fn all_that_a_temporary_identifier_has_goes_under_the_person() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (session, producer) = (maija.session(), tuula.session());
    let person = fresh_client();
    let (case, clientship) = cared_for(&maija, &nameless());
    let care = Care::arrange(&session, &case, &clientship).await;
    let draft = care.draft(&maija);
    let first = store(&session, &draft).await;
    let second = store(&session, &draft.next_version()).await;
    let annulled = store(&session, &care.draft(&maija)).await;
    let own = UseContext::default();
    session.annul(&annulled, "Kirjattu kahdesti", &own).await.unwrap().expect_status(200);
    let produced = store(&producer, &care.draft(&tuula)).await;
    let control = [care.case_document.oid(), care.clientship_document.oid()];
    let all = texts(&[[first.clone(), annulled, produced.clone()].as_slice(), &control].concat());
    assert_eq!(found(&session, nameless().key()).await, all);

    let joined = session.join_client(&joining(NAMELESS, &person)).await.unwrap();
    let joined = joined.expect_status(200);
    let moved = joined["documents"].as_array().unwrap().iter();
    assert_eq!(moved.map(|d| d.as_str().unwrap().to_owned()).collect::<BTreeSet<_>>(), all);
    for client in [nameless().key(), json!({"id": person})] {
        assert_eq!(found(&session, client).await, all);
    }
    let versions = session.versions(&first, &own).await.unwrap().expect_status(200);
    assert_eq!(versions["versions"].as_array().unwrap().len(), 2);
    session.fetch(&second, &own).await.unwrap().expect_status(200);

    // The right is the same one: under it the producer reads, stores and corrects.
    producer.fetch(&first, &under(&care.case)).await.unwrap().expect_status(200);
    let in_case = json!({"basis": "register_access", "case": care.case.as_str()});
    let search = json!({"context": in_case, "client": {"id": person}});
    let page = producer.search(&search).await.unwrap().expect_status(200);
    assert_eq!(page["documents"].as_array().unwrap().len(), 3, "{page}");
    let more = store(&producer, &care.draft(&tuula)).await;
    // Both identifiers lead to the same file from now on.
    let by_code = Draft::assessment(&maija, &person).in_case(&care.case);
    let by_code = store(&session, &by_code).await;
    let closed = case.closed("2026-09-30").version_after(&care.case_document);
    store(&session, &closed).await;
    let all: BTreeSet<_> = all.into_iter().chain(texts(&[more, by_code])).collect();
    for client in [nameless().key(), json!({"id": person})] {
        assert_eq!(found(&session, client).await, all);
    }

    let again = session.join_client(&joining(NAMELESS, &person)).await.unwrap().expect_status(200);
    assert_eq!(again, joined);
    let other = joining(NAMELESS, &fresh_client());
    session.join_client(&other).await.unwrap().expect_problem("already-joined");
    let officer = server.person("T-1008").session();
    let log = json!({"context": {"purpose": "supervision"}, "filter": {"action": "join-client"}});
    let log = officer.search_use_log(&log).await.unwrap().expect_status(200);
    let noted: Vec<_> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (entry["outcome"].as_str().unwrap(), entry["documents"].as_array().unwrap().len())
        })
        .collect();
    let joinings = [("already-joined", 0), ("permitted", 0), ("permitted", 5), ("permitted", 5)];
    assert_eq!(noted, joinings);
}

/// REQ CASE-06: of the same person there may be much already, and several temporary identifiers.
#[tokio::test]
async fn what_the_person_had_stays_beside_what_comes() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let session = maija.session();
    let person = TestClient::of(&fresh_client());
    let shown = TestClient::temporary("020126A999X", "2026-01-02");
    let mut drafts = Vec::new();
    let mut all = BTreeSet::new();
    for client in [&person, &nameless(), &shown] {
        let (case, clientship) = cared_for(&maija, client);
        let care = Care::arrange(&session, &case, &clientship).await;
        let draft = care.draft(&maija);
        let stored = store(&session, &draft).await;
        let control = [care.case_document.oid(), care.clientship_document.oid()];
        all.extend(texts(&[[stored].as_slice(), &control].concat()));
        drafts.push((draft, care.case));
    }
    for temporary in [&nameless(), &shown] {
        let request = joining(temporary.id(), person.id());
        let joined = session.join_client(&request).await.unwrap().expect_status(200);
        assert_eq!(joined["documents"].as_array().unwrap().len(), 3);
    }
    for client in [&person, &nameless(), &shown] {
        assert_eq!(found(&session, client.key()).await, all);
    }
    for (draft, case) in drafts {
        tuula.session().fetch(&draft.oid(), &under(&case)).await.unwrap().expect_status(200);
    }
}

/// REQ CASE-06
#[tokio::test]
async fn only_who_answers_for_the_register_joins_and_only_what_is_in_it() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
    let person = fresh_client();
    let (case, clientship) = cared_for(&maija, &nameless());
    let care = Care::arrange(&maija.session(), &case, &clientship).await;
    let draft = care.draft(&maija);
    maija.session().store(&draft.build()).await.unwrap().expect_status(201);

    // Whether another register has such a client cannot be told from the answer.
    for temporary in [NAMELESS, "1.2.246.10.99990001.22.2026.404"] {
        let refused = sanna.session().join_client(&joining(temporary, &person)).await.unwrap();
        refused.expect_problem("special-reason-required");
        let request = because(joining(temporary, &person));
        let refused = sanna.session().join_client(&request).await.unwrap();
        assert_eq!(refused.expect_problem("client-not-found").status, 404);
    }
    let request = because(joining(NAMELESS, &person));
    let refused = server.person("S-2001").session().join_client(&request).await.unwrap();
    assert_eq!(refused.expect_problem("not-the-controller").rules, ["W1"]);
    let refused = server.person("S-1004").session().join_client(&request).await.unwrap();
    refused.expect_problem("service-task-not-permitted");
    let olli = server.person("S-1002").session();
    let refused = olli.join_client(&joining(NAMELESS, &person)).await.unwrap();
    refused.expect_problem("special-reason-required");
    assert_eq!(found(&maija.session(), nameless().key()).await.len(), 3);
    olli.join_client(&request).await.unwrap().expect_status(200);
}

/// REQ CASE-06: a temporary identifier is a name within one register.
#[tokio::test]
async fn joining_moves_nothing_in_another_controllers_register() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
    let person = fresh_client();
    for worker in [&maija, &sanna] {
        let (case, clientship) = cared_for(worker, &nameless());
        Care::arrange(&worker.session(), &case, &clientship).await;
    }
    maija.session().join_client(&joining(NAMELESS, &person)).await.unwrap().expect_status(200);
    assert_eq!(found(&maija.session(), json!({"id": person})).await.len(), 2);
    assert_eq!(found(&sanna.session(), nameless().key()).await.len(), 2);
    let other = joining(NAMELESS, &fresh_client());
    sanna.session().join_client(&other).await.unwrap().expect_status(200);
    sanna
        .session()
        .join_client(&joining(NAMELESS, &person))
        .await
        .unwrap()
        .expect_problem("already-joined");
    assert_eq!(found(&maija.session(), json!({"id": person})).await.len(), 2);
}

/// REQ CASE-06, RA-07, CASE-05
#[tokio::test]
async fn a_suspension_and_its_history_go_with_the_file_and_documents_tell_the_same() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (session, producer) = (maija.session(), tuula.session());
    let person = fresh_client();
    let (case, clientship) = cared_for(&maija, &nameless());
    let care = Care::arrange(&session, &case, &clientship).await;
    let draft = care.draft(&maija);
    store(&session, &draft).await;
    let right = only_right(&producer).await;
    let order = json!({"reason": "Selvitys"});
    let ordered = session.order_register_access(&right, "suspension", &order).await.unwrap();
    ordered.expect_status(200);

    session.join_client(&joining(NAMELESS, &person)).await.unwrap().expect_status(200);
    let refused = producer.fetch(&draft.oid(), &under(&care.case)).await.unwrap();
    refused.expect_problem("register-access-suspended");
    // The right is named after the person's file now.
    let joined = only_right(&producer).await;
    assert_ne!(joined, right);
    let own = UseContext::default();
    session.find_register_access(&right, &own).await.unwrap().expect_problem("not-found");
    let found = session.find_register_access(&joined, &own).await.unwrap().expect_status(200);
    assert_eq!((&found["client"]["id"], &found["state"]), (&json!(person), &json!("suspended")));
    let kinds: Vec<_> = found["orders"].as_array().unwrap().iter().map(|o| &o["kind"]).collect();
    assert_eq!(kinds, ["suspension"]);
    let ordered = session.order_register_access(&joined, "resumption", &order).await.unwrap();
    ordered.expect_status(200);
    producer.fetch(&draft.oid(), &under(&care.case)).await.unwrap().expect_status(200);

    let service = varanto::server::open_service(&server.config(), &[]).await.unwrap();
    let rebuilt = service.rebuild(&mut |_| ()).await.unwrap();
    assert!(rebuilt.is_clean(), "{rebuilt:?}");
    assert_eq!((rebuilt.clients, rebuilt.cases, rebuilt.rights), (1, 1, 1));
}
