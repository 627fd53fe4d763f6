//! A joint case: its documents are found under everyone who was in it when they were written.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_testkit::{
    Care, CaseDraft, Draft, Expect, TestClient, TestPerson, TestServer, UnitEntry, fresh_case,
    fresh_client,
};

use crate::given::{KOIVULA, under};

/// What a search of the own register for a client finds, but control documents, oldest first.
async fn found(session: &Session, client: &TestClient) -> Vec<String> {
    let search = json!({"client": client.key(), "filter": {"groups": ["client_document"]}});
    let page = session.search(&search).await.unwrap().expect_status(200);
    let documents = page["documents"].as_array().unwrap().iter().rev();
    documents.map(|d| d["original_oid"].as_str().unwrap().to_owned()).collect()
}

/// A document of the case that names one client, written at an instant.
fn naming(author: &TestPerson, care: &Care, client: &TestClient, at: &str) -> Draft {
    let draft = Draft::assessment(author, client).in_case(&care.case);
    draft.in_register_of(&care.organiser).with("written_at", at)
}

/// The next version of a case document, with the clients that the case has now.
fn next(case: &CaseDraft, earlier: &Draft) -> Draft {
    let clients = case.draft().metadata["clients"].clone();
    case.version_after(earlier).with("clients", clients)
}

async fn store(session: &Session, draft: &Draft) -> String {
    session.store(&draft.build()).await.unwrap().expect_status(201);
    draft.oid().to_string()
}

/// Two people with a clientship each, of whom the first has a case.
async fn two(worker: &TestPerson) -> (Care, CaseDraft, TestClient, TestClient) {
    let (one, other) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
    let case = Draft::case(worker, &one, &fresh_case()).joint();
    let session = worker.session();
    let care = Care::arrange(&session, &case, &Draft::clientship(worker, &one)).await;
    store(&session, &Draft::clientship(worker, &other).draft()).await;
    (care, case, one, other)
}

/// REQ CASE-03
#[tokio::test]
async fn a_document_is_found_under_everyone_who_was_in_the_case_when_it_was_written() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let (care, case, one, other) = two(&maija).await;
    let early = store(&session, &naming(&maija, &care, &one, "2026-03-01T10:00:00Z")).await;
    let later = store(&session, &naming(&maija, &care, &one, "2026-05-01T10:00:00Z")).await;
    assert!(found(&session, &other).await.is_empty());

    // The other one has been in the case since April, as the next version says.
    let joined = case.clone().with_client(other.clone().joining("2026-04-01T08:00:00Z"));
    let second = next(&joined, &care.case_document);
    store(&session, &second).await;
    assert_eq!(found(&session, &one).await, [early.clone(), later.clone()]);
    assert_eq!(found(&session, &other).await, std::slice::from_ref(&later));
    let theirs = store(&session, &naming(&maija, &care, &other, "2026-06-01T10:00:00Z")).await;
    assert_eq!(found(&session, &one).await, [early.clone(), later.clone(), theirs.clone()]);
    let before = naming(&maija, &care, &other, "2026-03-31T23:00:00Z");
    let problem =
        session.store(&before.build()).await.unwrap().expect_problem("case-of-another-client");
    assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, "/metadata/clients"));

    // Who leaves keeps what was written before, and is told nothing more.
    let last = store(&session, &naming(&maija, &care, &one, "2026-08-01T10:00:00Z")).await;
    assert_eq!(found(&session, &other).await, [later.clone(), theirs.clone(), last.clone()]);
    let left = other.clone().joining("2026-04-01T08:00:00Z").leaving("2026-07-01T08:00:00Z");
    let third = next(&case.with_client(left), &second);
    store(&session, &third).await;
    assert_eq!(found(&session, &other).await, [later.clone(), theirs.clone()]);
    let after = store(&session, &naming(&maija, &care, &one, "2026-08-02T10:00:00Z")).await;
    assert_eq!(found(&session, &other).await, [later.clone(), theirs.clone()]);
    assert_eq!(found(&session, &one).await, [early, later, theirs, last, after]);
    let gone = naming(&maija, &care, &other, "2026-07-01T08:00:00Z");
    session.store(&gone.build()).await.unwrap().expect_problem("case-of-another-client");
}

/// REQ CASE-03
#[tokio::test]
async fn nobody_vanishes_from_a_joint_case() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let (care, case, _, other) = two(&maija).await;
    let second = next(&case.clone().with_client(other), &care.case_document);
    store(&session, &second).await;
    let without = session.store(&next(&case, &second).build()).await.unwrap();
    let problem = without.expect_problem("invalid-request");
    assert!(problem.errors.iter().any(|fault| fault.code == "left-out"), "{problem}");
}

/// REQ CASE-03, DOC-03, DOC-04
#[tokio::test]
async fn versions_and_annulments_reach_everyone_in_the_case() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let (care, case, one, other) = two(&maija).await;
    let joined = case.with_client(other.clone().joining("2026-04-01T08:00:00Z"));
    store(&session, &next(&joined, &care.case_document)).await;
    let draft = naming(&maija, &care, &one, "2026-05-01T10:00:00Z");
    let stored = store(&session, &draft).await;
    let second = draft.next_version().with("title", "Korjattu arvio");
    store(&session, &second).await;
    let search = json!({"client": other.key(), "filter": {"groups": ["client_document"]}});
    let page = session.search(&search).await.unwrap().expect_status(200);
    assert_eq!(page["documents"][0]["title"], "Korjattu arvio");
    let own = UseContext::default();
    session.annul(&draft.oid(), "Väärä arvio", &own).await.unwrap().expect_status(200);
    for client in [&one, &other] {
        assert!(found(&session, client).await.is_empty());
        let mut all = search.clone();
        all["client"] = client.key();
        all["filter"]["include_annulled"] = true.into();
        let page = session.search(&all).await.unwrap().expect_status(200);
        assert_eq!(page["documents"][0]["original_oid"], stored.as_str());
    }
}

/// REQ CASE-03, RA-04, AC-01
#[tokio::test]
async fn a_right_or_a_context_to_one_client_reaches_the_documents_of_the_joint_case() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, olli, tuula) = ("S-1001", "S-1002", "S-2001");
    let (maija, olli, tuula) = (server.person(maija), server.person(olli), server.person(tuula));
    let session = maija.session();
    let (one, other) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
    let case = Draft::case(&maija, &one, &fresh_case()).with_client(&other);
    let care = Care::arrange(&session, &case, &Draft::clientship(&maija, &one)).await;
    let of_other = Draft::clientship(&olli, &other).producer(UnitEntry::of(KOIVULA));
    store(&olli.session(), &of_other.draft()).await;
    let draft = naming(&maija, &care, &one, "2026-05-01T10:00:00Z");
    let stored = store(&session, &draft).await;

    olli.session().fetch(&draft.oid(), &UseContext::default()).await.unwrap().expect_status(200);
    let producer = tuula.session();
    producer.fetch(&draft.oid(), &under(&care.case)).await.unwrap().expect_status(200);
    let search = |client: &TestClient| {
        json!({
            "context": {"basis": "register_access", "case": care.case.as_str()},
            "client": client.key(), "filter": {"groups": ["client_document"]}
        })
    };
    let page: Value = producer.search(&search(&other)).await.unwrap().expect_status(200);
    assert_eq!(page["documents"][0]["original_oid"], stored.as_str());
    // It is a right about the other one: the first is not a client of the unit.
    let refused = producer.search(&search(&one)).await.unwrap();
    refused.expect_problem("register-access-missing");
    let about_one = naming(&tuula, &care, &one, "2026-05-02T10:00:00Z");
    let refused = producer.store(&about_one.build()).await.unwrap();
    refused.expect_problem("register-access-missing");
    let about_other =
        store(&producer, &naming(&tuula, &care, &other, "2026-05-03T10:00:00Z")).await;
    assert_eq!(found(&session, &one).await, [stored, about_other]);
}
