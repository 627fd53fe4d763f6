//! A right is given by the organiser's documents, and by nothing else.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_model::{Code, Oid};
use varanto_sandbox::World;
use varanto_testkit::{Care, Draft, Expect, TestServer, UnitEntry, fresh_case, fresh_client};

/// The controller of the first county in the built-in world.
const TESTILA: &str = "1.2.246.10.99990001.19.0";
/// The producer's unit in the built-in world.
pub(crate) const KOIVULA: &str = "1.2.246.10.99990002.10.3";

/// A use under the right to a case.
pub(crate) fn under(case: &Oid) -> UseContext {
    UseContext {
        basis: Code::parse("register_access").ok(),
        case: Some(case.clone()),
        ..UseContext::default()
    }
}

/// REQ RA-01, RA-04, RA-05, CASE-05
#[tokio::test]
async fn a_unit_marked_on_the_clientship_reads_and_stores_in_the_case_and_no_other_unit_does() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let clientship = Draft::clientship(&maija, &client);
    let session = maija.session();
    let care = Care::arrange(&session, &opened, &clientship).await;
    let organisers = care.draft(&maija);
    session.store(&organisers.build()).await.unwrap().expect_status(201);

    let producer = tuula.session();
    let refused = producer.fetch(&organisers.oid(), &under(&case)).await.unwrap();
    refused.expect_problem("document-not-found");
    let own = care.draft(&tuula);
    let refused = producer.store(&own.build()).await.unwrap();
    assert_eq!(refused.expect_problem("register-access-missing").rules, ["W2"]);

    let marked = clientship.producer(UnitEntry::of(KOIVULA));
    let newer = marked.version_after(&care.clientship_document);
    session.store(&newer.build()).await.unwrap().expect_status(201);

    producer.fetch(&organisers.oid(), &under(&case)).await.unwrap().expect_status(200);
    producer.store(&own.build()).await.unwrap().expect_status(201);
    session.fetch(&own.oid(), &UseContext::default()).await.unwrap().expect_status(200);
    let search = json!({
        "context": {"basis": "register_access", "case": case.as_str()}, "client": {"id": client}
    });
    let found = producer.search(&search).await.unwrap().expect_status(200);
    assert_eq!(found["documents"].as_array().unwrap().len(), 3, "{found}");
}

/// REQ RA-01: the organiser's document says from which day on.
#[tokio::test]
async fn a_right_holds_from_its_first_day_and_for_its_own_case() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case, other) = (fresh_client(), fresh_case(), fresh_case());
    let session = maija.session();
    server.set_clock("2026-09-09T12:00:00+03:00");
    let producer = UnitEntry::of(KOIVULA).from("2026-09-10");
    let clientship = Draft::clientship(&maija, &client).producer(producer);
    let care = Care::arrange(&session, &Draft::case(&maija, &client, &case), &clientship).await;
    let of_another_task = Draft::case(&maija, &client, &other).service_task("10").draft();
    session.store(&of_another_task.build()).await.unwrap().expect_status(201);
    let elderly = care.draft(&maija);
    let child = care.draft(&maija).with("service_task", "10").in_case(&other);
    for draft in [&elderly, &child] {
        session.store(&draft.build()).await.unwrap().expect_status(201);
    }
    let worker = tuula.session();
    let before = worker.fetch(&elderly.oid(), &under(&case)).await.unwrap();
    before.expect_problem("document-not-found");
    server.set_clock("2026-09-10T00:00:30+03:00");
    worker.fetch(&elderly.oid(), &under(&case)).await.unwrap().expect_status(200);
    let hidden = worker.fetch(&child.oid(), &under(&other)).await.unwrap();
    hidden.expect_problem("document-not-found");
    let wrong_case = worker.fetch(&elderly.oid(), &under(&other)).await.unwrap();
    wrong_case.expect_problem("document-not-found");
    let own_basis = worker.fetch(&elderly.oid(), &UseContext::default()).await.unwrap();
    own_basis.expect_problem("document-not-found");
}

/// REQ RA-05
#[tokio::test]
async fn a_worker_of_another_unit_of_the_same_producer_has_no_right() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let session = maija.session();
    let care = Care::arrange(&session, &opened, &clientship).await;
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let matti = server.person("S-2002");
    let here = matti.clone().in_unit(KOIVULA);
    let there = matti.in_unit("1.2.246.10.99990002.10.4");
    here.session().fetch(&draft.oid(), &under(&case)).await.unwrap().expect_status(200);
    let hidden = there.session().fetch(&draft.oid(), &under(&case)).await.unwrap();
    hidden.expect_problem("document-not-found");
    let refused = there.session().store(&care.draft(&there).build()).await.unwrap();
    refused.expect_problem("register-access-missing");
}

/// REQ RA-02
#[tokio::test]
async fn only_units_of_the_registry_whose_organisation_takes_part_are_marked() {
    let Some(world) = a_world_with_one_who_has_not_joined() else { return };
    let Some(server) = TestServer::start_national_with(&world).await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    for (unit, fault) in [
        ("1.2.246.10.99990002.10.77", "unknown-unit"),
        ("1.2.246.10.99990002.10.4", "unit-not-valid"),
        ("1.2.246.10.99990005.10.1", "not-joined"),
    ] {
        let marked = Draft::clientship(&maija, &fresh_client()).producer(UnitEntry::of(unit));
        let refused = session.store(&marked.draft().build()).await.unwrap();
        let problem = refused.expect_problem("unknown-unit");
        assert_eq!((problem.status, problem.errors.len()), (422, 1), "{problem}");
        assert_eq!(problem.errors[0].code, fault);
        let at = "/sosiaalihuollon_palvelutehtava/0/palveluntuottaja/0/palveluyksikon_nimi/code";
        assert!(problem.errors[0].pointer.ends_with(at), "{problem}");
    }
}

/// The built-in world, where a unit has ended and an organisation has not joined.
fn a_world_with_one_who_has_not_joined() -> Option<World> {
    let mut world: Value = serde_json::from_str(World::builtin_json()).ok()?;
    world["organisations"][1]["units"][1]["valid_to"] = "2025-12-31".into();
    world["organisations"][4].as_object_mut()?.remove("joined");
    World::parse(world.to_string().as_bytes()).ok()
}

/// REQ RA-10
#[tokio::test]
async fn a_denial_of_the_client_does_not_cut_a_producer_with_a_right() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let session = maija.session();
    let care = Care::arrange(&session, &opened, &clientship).await;
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let denial = Draft::denial(&maija, &client)
        .controller(&Oid::parse(TESTILA).unwrap())
        .document(&draft.oid());
    for will in [Draft::informing(&maija, &client).draft(), denial.draft()] {
        session.store(&will.build()).await.unwrap().expect_status(201);
    }
    tuula.session().fetch(&draft.oid(), &under(&case)).await.unwrap().expect_status(200);
    tuula.session().store(&care.draft(&tuula).build()).await.unwrap().expect_status(201);
}
