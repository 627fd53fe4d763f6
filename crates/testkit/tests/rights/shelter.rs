//! A shelter with the wide register access right: it opens its clients' cases itself, in the
//! organiser's register, and has no more of that register for it.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_sandbox::World;
use varanto_testkit::{
    Care, CaseDraft, ClientshipDraft, Draft, Expect, TestClient, TestPerson, TestServer, UnitEntry,
    fresh_case, fresh_client,
};

use crate::given::{KOIVULA, under};

/// The shelter's unit in the built-in world.
const SATAMA: &str = "1.2.246.10.99990004.10.1";
const TASK: &str = "X-WORKING-AGE";

/// What a producer's worker opens in the register of the first controller, for the worker's unit.
fn opened(
    server: &TestServer,
    worker: &TestPerson,
    client: &TestClient,
) -> (CaseDraft, ClientshipDraft) {
    let organiser = server.organisation("99990001");
    let case =
        Draft::case(worker, client, &fresh_case()).service_task(TASK).organised_by(organiser);
    let unit = UnitEntry::of(worker.unit().as_str());
    let organisers = UnitEntry::of("1.2.246.10.99990001.10.3");
    let clientship = Draft::clientship(worker, client).bare().task(TASK).unit(organisers);
    let clientship = clientship.producer(unit);
    (case, clientship.organised_by(organiser))
}

/// REQ RA-08
#[tokio::test]
async fn a_shelter_opens_case_and_clientship_itself_and_works_under_the_right_that_follows() {
    let Some(server) = TestServer::start_national().await else { return };
    let (marja, pekka) = (server.person("S-4001"), server.person("S-4002"));
    let client = TestClient::of(&fresh_client());
    let (case, clientship) = opened(&server, &marja, &client);
    let session = marja.session();
    let care = Care::arrange(&session, &case, &clientship).await;
    let draft = care.draft(&marja).with("service_task", TASK);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let read = pekka.session().fetch(&draft.oid(), &under(&care.case)).await.unwrap();
    read.expect_status(200);
    let search = json!({
        "context": {"basis": "register_access", "case": care.case.as_str()}, "client": client.key()
    });
    let page = session.search(&search).await.unwrap().expect_status(200);
    assert_eq!(page["documents"].as_array().unwrap().len(), 2, "{page}");
    session.fetch(&care.case_document.oid(), &under(&care.case)).await.unwrap().expect_status(200);
    let closed = case.closed("2026-09-30").version_after(&care.case_document);
    session.store(&closed.build()).await.unwrap().expect_status(201);
    let ended = clientship.ended("2026-09-30").version_after(&care.clientship_document);
    session.store(&ended.build()).await.unwrap().expect_status(201);
    // It is the organiser's register: its worker sees all of it, for a reason.
    let reason = json!({"context": {"special_reason": "X-OTHER"}, "client": client.key()});
    let maija = server.person("S-1001").session();
    let page = maija.search(&reason).await.unwrap().expect_status(200);
    assert_eq!(page["documents"].as_array().unwrap().len(), 3, "{page}");
}

/// REQ RA-08
#[tokio::test]
async fn the_wide_right_is_of_its_unit_and_its_service_tasks() {
    let Some(server) = TestServer::start_national().await else { return };
    let (marja, matti) = (server.person("S-4001"), server.person("S-2002"));
    let client = TestClient::of(&fresh_client());
    let (case, clientship) = opened(&server, &marja, &client);
    let elderly = case.service_task("X-ELDERLY").draft();
    let refused = marja.session().store(&elderly.build()).await.unwrap();
    assert_eq!(refused.expect_problem("not-the-organiser").rules, ["W5"]);
    let (of_another, theirs) = opened(&server, &matti, &client);
    for draft in [of_another.draft(), theirs.draft()] {
        let refused = matti.session().store(&draft.build()).await.unwrap();
        refused.expect_problem("not-the-organiser");
    }
    // It writes of its own unit alone, and of its own tasks.
    let session = marja.session();
    let marked = clientship.clone().producer(UnitEntry::of(KOIVULA)).draft();
    let refused = session.store(&marked.build()).await.unwrap().expect_problem("unknown-unit");
    assert_eq!((refused.status, refused.errors[0].code.as_str()), (422, "not-of-the-keeper"));
    let wider = clientship.task("X-ELDERLY").producer(UnitEntry::of(SATAMA)).draft();
    let refused = session.store(&wider.build()).await.unwrap().expect_problem("unknown-unit");
    assert_eq!(refused.errors[0].code, "not-of-the-wide-right");
}

/// REQ RA-08: a clientship reaches the cases of its own keeper alone.
#[tokio::test]
async fn the_shelters_cases_and_the_organisers_are_hidden_from_each_others_producers() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, marja, tuula) = ("S-1001", "S-4001", "S-2001");
    let (maija, marja, tuula) = (server.person(maija), server.person(marja), server.person(tuula));
    let client = TestClient::of(&fresh_client());
    // The organiser's own active clientship of the client does not stop the shelter.
    let case = Draft::case(&maija, &client, &fresh_case()).service_task(TASK);
    let unit = UnitEntry::of("1.2.246.10.99990001.10.3");
    let clientship = Draft::clientship(&maija, &client).task(TASK).unit(unit);
    let clientship = clientship.producer(UnitEntry::of(KOIVULA));
    let organisers = Care::arrange(&maija.session(), &case, &clientship).await;
    let (case, clientship) = opened(&server, &marja, &client);
    let shelters = Care::arrange(&marja.session(), &case, &clientship).await;
    let theirs = organisers.draft(&maija).with("service_task", TASK);
    maija.session().store(&theirs.build()).await.unwrap().expect_status(201);
    let own = shelters.draft(&marja).with("service_task", TASK);
    marja.session().store(&own.build()).await.unwrap().expect_status(201);

    tuula
        .session()
        .fetch(&theirs.oid(), &under(&organisers.case))
        .await
        .unwrap()
        .expect_status(200);
    let hidden = tuula.session().fetch(&own.oid(), &under(&shelters.case)).await.unwrap();
    hidden.expect_problem("document-not-found");
    let session = marja.session();
    for oid in [theirs.oid(), organisers.case_document.oid(), organisers.clientship_document.oid()]
    {
        let hidden = session.fetch(&oid, &under(&organisers.case)).await.unwrap();
        hidden.expect_problem("document-not-found");
    }
    let refused = organisers.draft(&marja).with("service_task", TASK).build();
    session.store(&refused).await.unwrap().expect_problem("register-access-missing");
    for oid in [theirs.oid(), organisers.case_document.oid(), organisers.clientship_document.oid()]
    {
        let refused = session.annul(&oid, "Väärä", &UseContext::default()).await.unwrap();
        refused.expect_problem("document-not-found");
        let onto = shelters.draft(&marja).with("service_task", TASK).with("version", 2);
        let onto = onto.with("original_oid", oid.as_str());
        session.store(&onto.build()).await.unwrap().expect_problem("version-conflict");
    }
    // One active clientship of a client is kept by each.
    let (_, second) = opened(&server, &marja, &client);
    let refused = session.store(&second.draft().build()).await.unwrap();
    refused.expect_problem("clientship-exists");
}

/// REQ RA-08
#[tokio::test]
async fn a_wide_right_that_the_directory_has_ended_opens_nothing() {
    let mut world: Value = serde_json::from_str(World::builtin_json()).unwrap();
    world["organisations"][0]["controller"]["wide_access"][0]["to"] = "2026-09-15".into();
    let world = World::parse(world.to_string().as_bytes()).unwrap();
    let Some(server) = TestServer::start_national_with(&world).await else { return };
    let marja = server.person("S-4001");
    let client = TestClient::of(&fresh_client());
    server.set_clock("2026-09-15T23:59:00+03:00");
    let (case, clientship) = opened(&server, &marja, &client);
    let session = marja.session();
    let care = Care::arrange(&session, &case, &clientship).await;
    server.set_clock("2026-09-16T00:00:30+03:00");
    let (case, clientship) = opened(&server, &marja, &TestClient::of(&fresh_client()));
    for draft in [case.draft(), clientship.draft()] {
        let refused = session.store(&draft.build()).await.unwrap();
        refused.expect_problem("not-the-organiser");
    }
    // The right that follows from what it wrote goes on.
    let draft = care.draft(&marja).with("service_task", TASK);
    session.store(&draft.build()).await.unwrap().expect_status(201);
}
