//! Who sees what: roles, outsiders, other controllers, producers.

use serde_json::json;
use varanto_client::{Session, UseContext};
use varanto_model::{Code, Oid};
use varanto_testkit::{Draft, Expect, TestServer, fresh_client, fresh_oid};

use crate::common::{all_of, found, own, store, use_log, with_reason, world};

fn archive() -> UseContext {
    UseContext { purpose: Code::parse("archive").ok(), ..own() }
}

async fn fetched(session: &Session, oid: &Oid, context: &UseContext) -> (u16, String) {
    let answer = session.fetch(oid, context).await.unwrap();
    let slug = answer.problem().map(|problem| problem.slug().to_owned()).unwrap_or_default();
    (answer.status, slug)
}

/// REQ AC-02
#[tokio::test]
async fn a_role_sees_the_service_tasks_and_groups_that_its_work_needs() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let client = &care.client;
    let elderly = care.draft(&maija);
    let child = care.draft(&maija).with("service_task", "10");
    let informing = Draft::informing(&maija, client).draft();
    let permit = Draft::permit(&maija, client).draft();
    for draft in [&elderly, &child, &informing, &permit] {
        store(&session, draft).await;
    }
    assert_eq!(found(&session, &all_of(client)).await.len(), 4);
    let nurse = server.person("S-1004").session();
    assert_eq!(found(&nurse, &all_of(client)).await, [elderly.oid().as_str()]);
    let refused = (403, "service-task-not-permitted".to_owned());
    assert_eq!(fetched(&nurse, &elderly.oid(), &own()).await, (200, String::new()));
    assert_eq!(fetched(&nurse, &child.oid(), &own()).await, refused);
    assert_eq!(fetched(&nurse, &permit.oid(), &own()).await, refused);
    let desk = server.person("T-1006").session();
    assert_eq!(found(&desk, &all_of(client)).await, [""; 0]);
    assert_eq!(fetched(&desk, &elderly.oid(), &own()).await, refused);
    let mut steering = found(&desk, &json!({"client": {"id": client}})).await;
    steering.sort();
    let mut expected =
        [&care.case_document, &care.clientship_document].map(|draft| draft.oid().to_string());
    expected.sort();
    assert_eq!(steering, expected);
}

/// REQ AC-03
#[tokio::test]
async fn an_outsider_in_the_same_unit_sees_nothing() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    store(&maija.session(), &draft).await;
    let outsider = server.person("U-1009").session();
    assert_eq!(fetched(&outsider, &draft.oid(), &own()).await, (403, "outsider".to_owned()));
    outsider.search(&all_of(&care.client)).await.unwrap().expect_problem("outsider");
    outsider.versions(&draft.oid(), &own()).await.unwrap().expect_problem("outsider");
    outsider.annul(&draft.oid(), "Syy", &own()).await.unwrap().expect_problem("outsider");
    let entries = use_log(&server).await;
    let refusals = entries.iter().filter(|e| e["outcome"] == "outsider").count();
    assert_eq!(refusals, 4, "{entries:#?}");
}

/// REQ REG-01, AC-04
#[tokio::test]
async fn to_another_controller_a_document_is_as_if_it_were_not_there() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    store(&maija.session(), &draft).await;
    let other = server.person("S-3001").session();
    assert_eq!(found(&other, &with_reason(all_of(&care.client))).await, [""; 0]);
    for existing in [true, false] {
        let oid = if existing { draft.oid() } else { fresh_oid() };
        let whole = other.fetch(&oid, &own()).await.unwrap();
        let versions = other.versions(&oid, &own()).await.unwrap();
        let annulment = other.annul(&oid, "Syy", &own()).await.unwrap();
        for answer in [whole, versions, annulment] {
            answer.expect_problem("document-not-found");
            assert_eq!(without_instance(&answer), without_instance_of_missing(&other).await);
        }
    }
    // A search for a client who is known elsewhere and one for nobody are answered alike.
    let nobody = fresh_client();
    for search in [all_of, |client: &str| with_reason(all_of(client))] {
        let known = other.search(&search(&care.client)).await.unwrap();
        let nobody = other.search(&search(&nobody)).await.unwrap();
        assert_eq!(known.status, nobody.status);
        assert_eq!(without_instance(&known), without_instance(&nobody));
    }
}

fn without_instance(answer: &varanto_client::Answer) -> serde_json::Value {
    let mut body: serde_json::Value = answer.json().unwrap();
    body.as_object_mut().unwrap().remove("instance");
    body
}

async fn without_instance_of_missing(session: &Session) -> serde_json::Value {
    without_instance(&session.fetch(&fresh_oid(), &own()).await.unwrap())
}

/// REQ REG-02
#[tokio::test]
async fn a_producer_without_a_register_sees_nothing_of_another() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    store(&maija.session(), &draft).await;
    let producer = server.person("T-2003").session();
    assert_eq!(
        fetched(&producer, &draft.oid(), &own()).await,
        (404, "document-not-found".to_owned())
    );
    let known = producer.search(&all_of(&care.client)).await.unwrap();
    let nobody = producer.search(&all_of(&fresh_client())).await.unwrap();
    assert_eq!(without_instance(&known), without_instance(&nobody));
    known.expect_problem("document-not-found");
}

/// REQ AC-02
#[tokio::test]
async fn an_archivist_handles_documents_for_the_archive_and_never_wills() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let document = care.draft(&maija);
    let informing = Draft::informing(&maija, &care.client).draft();
    let permit = Draft::permit(&maija, &care.client).draft();
    store(&maija.session(), &document).await;
    store(&maija.session(), &informing).await;
    store(&maija.session(), &permit).await;
    let archivist = server.person("T-1007").session();
    let mut search = all_of(&care.client);
    search["context"] = json!({"purpose": "archive"});
    assert_eq!(found(&archivist, &search).await, [document.oid().as_str()]);
    assert_eq!(fetched(&archivist, &document.oid(), &archive()).await, (200, String::new()));
    let hidden = (404, "document-not-found".to_owned());
    assert_eq!(fetched(&archivist, &permit.oid(), &archive()).await, hidden);
    let refused = (403, "purpose-not-permitted".to_owned());
    assert_eq!(fetched(&archivist, &document.oid(), &own()).await, refused);
    let worker = maija.session();
    assert_eq!(fetched(&worker, &document.oid(), &archive()).await, refused);
}

/// REQ AC-02
#[tokio::test]
async fn a_privacy_officer_sees_logs_and_no_documents() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    store(&maija.session(), &draft).await;
    let officer = server.person("T-1008").session();
    let supervision = UseContext { purpose: Code::parse("supervision").ok(), ..own() };
    for context in [own(), archive(), supervision] {
        let refused = (403, "purpose-not-permitted".to_owned());
        assert_eq!(fetched(&officer, &draft.oid(), &context).await, refused);
    }
    let search = json!({"context": {"purpose": "supervision"}, "client": {"id": care.client}});
    officer.search(&search).await.unwrap().expect_problem("purpose-not-permitted");
    let worker = json!({"context": {"purpose": "supervision"}});
    let answer = maija.session().search_use_log(&worker).await.unwrap();
    answer.expect_problem("purpose-not-permitted");
}

/// REQ AC-02, AC-04
#[tokio::test]
async fn a_role_that_nobody_has_described_may_do_nothing() {
    let unknown = world(|world| {
        world["organisations"][0]["people"][0]["role"] = json!("astronaut");
    });
    let server = TestServer::with_world(&unknown).await;
    let maija = server.person("S-1001");
    let care = server.care_of(&server.person("S-1003")).await;
    let answer = maija.session().store(&care.draft(&maija).build()).await;
    let problem = answer.unwrap().expect_problem("purpose-not-permitted");
    assert!(problem.rules.contains(&"S4".to_owned()), "{:?}", problem.rules);
    maija
        .session()
        .search(&all_of(&fresh_client()))
        .await
        .unwrap()
        .expect_problem("purpose-not-permitted");
}
