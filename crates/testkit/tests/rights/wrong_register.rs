//! A document that a producer has stored into the wrong controller's register.

use serde_json::Value;
use varanto_client::UseContext;
use varanto_store::breach::{self, Breach, BreachSource};
use varanto_testkit::{
    Care, Draft, Expect, TestClient, TestPerson, TestServer, UnitEntry, fresh_case, fresh_client,
};

use crate::given::{KOIVULA, under};

const WHY: &str = "Tallennettu väärän hyvinvointialueen rekisteriin";

/// One client with a case at each of two controllers, for whom Koivula gives services at both.
async fn of_two_controllers(server: &TestServer) -> (Care, Care) {
    let client = TestClient::of(&fresh_client());
    let mut cares = Vec::new();
    for worker in [server.person("S-1001"), server.person("S-3001")] {
        let case = Draft::case(&worker, &client, &fresh_case());
        let clientship = Draft::clientship(&worker, &client).producer(UnitEntry::of(KOIVULA));
        cares.push((Care::arrange(&worker.session(), &case, &clientship).await, clientship));
    }
    let right = cares.pop().unwrap().0;
    (cares.pop().unwrap().0, right)
}

async fn stored(author: &TestPerson, care: &Care) -> Draft {
    let draft = care.draft(author);
    author.session().store(&draft.build()).await.unwrap().expect_status(201);
    draft
}

/// The breaches that a controller has been told of.
async fn breaches(server: &TestServer, care: &Care) -> Vec<Breach> {
    let controller = care.organiser.controller.as_ref().unwrap();
    let database = server.open_store().await;
    database.fetch(breach::list(&controller.oid, None, None, 10)).await.unwrap()
}

/// REQ REG-07
#[tokio::test]
async fn a_document_in_the_wrong_register_is_stored_where_it_belongs_and_its_controller_is_told() {
    let Some(server) = TestServer::start_national().await else { return };
    let tuula = server.person("S-2001");
    let session = tuula.session();
    let (wrong, right) = of_two_controllers(&server).await;
    let (draft, corrected) = (stored(&tuula, &wrong).await, right.draft(&tuula));
    let own = UseContext::default();
    let moved = session.transfer(&draft.oid(), WHY, &corrected.build(), &own).await.unwrap();
    let moved = moved.expect_status(200);
    assert_eq!(moved["stored"]["oid"], corrected.oid().as_str());
    assert_eq!(moved["annulled"]["oid"], draft.oid().as_str());

    let (maija, sanna) = (server.person("S-1001").session(), server.person("S-3001").session());
    let here = sanna.fetch(&corrected.oid(), &own).await.unwrap().expect_status(200);
    assert_eq!(here["annulled"], Value::Null);
    let there = maija.fetch(&draft.oid(), &own).await.unwrap().expect_status(200);
    assert_eq!(there["annulled"]["reason"], WHY);
    sanna.fetch(&draft.oid(), &own).await.unwrap().expect_problem("document-not-found");

    let told = breaches(&server, &wrong).await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].source, &told[0].documents[..]),
        (BreachSource::WrongRegister, &[draft.oid()][..])
    );
    assert_eq!(told[0].id.to_string(), moved["breach_event"].as_str().unwrap());
    assert_eq!((told[0].clients.len(), told[0].user_id.as_str()), (1, "S-2001"));
    assert!(breaches(&server, &right).await.is_empty());
    for (officer, action, entry) in [
        ("T-1008", "annul", &moved["annulled"]["log_entry"]),
        ("T-3003", "store", &moved["stored"]["log_entry"]),
    ] {
        let log = serde_json::json!({"context": {"purpose": "supervision"}, "filter": {"user": "S-2001"}});
        let log = server.person(officer).session().search_use_log(&log).await.unwrap();
        let newest = &log.expect_status(200)["entries"][0];
        assert_eq!((&newest["action"], &newest["id"]), (&action.into(), entry));
    }

    // The same again is answered as the first time; the wrong document gives way to nothing else.
    let envelope = corrected.build();
    let again = session.transfer(&draft.oid(), WHY, &envelope, &own).await.unwrap();
    assert_eq!(again.expect_status(200), moved);
    let other = right.draft(&tuula).build();
    let refused = session.transfer(&draft.oid(), WHY, &other, &own).await.unwrap();
    refused.expect_problem("document-annulled");
    assert_eq!(breaches(&server, &wrong).await.len(), 1);
}

/// REQ REG-07
#[tokio::test]
async fn what_is_moved_is_the_same_kind_of_document_in_another_register() {
    let Some(server) = TestServer::start_national().await else { return };
    let tuula = server.person("S-2001");
    let session = tuula.session();
    let (wrong, right) = of_two_controllers(&server).await;
    let (draft, corrected) = (stored(&tuula, &wrong).await, right.draft(&tuula));
    let own = UseContext::default();
    for (other, place) in [
        (wrong.draft(&tuula), "/document/metadata/controller"),
        (corrected.clone().with("group", "record_entry"), "/document/metadata/group"),
        (corrected.clone().with("type_code", "1001"), "/document/metadata/type_code"),
        (corrected.clone().next_version(), "/document/metadata/version"),
        (right.case_document.clone(), "/document/metadata/group"),
    ] {
        let refused = session.transfer(&draft.oid(), WHY, &other.build(), &own).await.unwrap();
        let problem = refused.expect_problem("invalid-request");
        assert!(problem.errors.iter().any(|fault| fault.pointer == place), "{problem}");
    }
    let bare = session.transfer(&draft.oid(), "", &serde_json::json!({}), &own).await.unwrap();
    let problem = bare.expect_problem("invalid-request");
    let places: Vec<_> = problem.errors.iter().map(|fault| fault.pointer.as_str()).collect();
    assert!(places.contains(&"/reason") && places.contains(&"/document/metadata"), "{places:?}");
    let there = session.fetch(&draft.oid(), &under(&wrong.case)).await.unwrap().expect_status(200);
    assert_eq!(there["annulled"], Value::Null);
}

/// REQ REG-07
#[tokio::test]
async fn storing_and_annulling_are_refused_together() {
    let Some(server) = TestServer::start_national().await else { return };
    let tuula = server.person("S-2001");
    let session = tuula.session();
    let (wrong, right) = of_two_controllers(&server).await;
    let (draft, corrected) = (stored(&tuula, &wrong).await, right.draft(&tuula));
    let own = UseContext::default();
    // The storing is refused: by a rule, and by what is in the document.
    let caseless = corrected.clone().in_case(&fresh_case()).build();
    let refused = session.transfer(&draft.oid(), WHY, &caseless, &own).await.unwrap();
    let problem = refused.expect_problem("register-access-missing");
    assert_eq!(problem.rules, ["W2"]);
    let mut unsigned = corrected.clone().unsigned().build();
    unsigned["content"][0]["data"] = serde_json::json!({"x": 1});
    let refused = session.transfer(&draft.oid(), WHY, &unsigned, &own).await.unwrap();
    let problem = refused.expect_problem("structure-violation");
    assert!(problem.errors.iter().all(|fault| fault.pointer.starts_with("/document")), "{problem}");
    let there = session.fetch(&draft.oid(), &under(&wrong.case)).await.unwrap().expect_status(200);
    assert_eq!(there["annulled"], Value::Null);

    // The annulment is refused: the document is another's.
    let maija = server.person("S-1001");
    let organisers = stored(&maija, &wrong).await;
    let refused = session.transfer(&organisers.oid(), WHY, &corrected.build(), &own).await.unwrap();
    refused.expect_problem("not-the-author");
    let matti = server.person("S-2002").in_unit("1.2.246.10.99990002.10.4").session();
    let refused = matti.transfer(&draft.oid(), WHY, &corrected.build(), &own).await.unwrap();
    refused.expect_problem("document-not-found");
    let hidden = session.fetch(&corrected.oid(), &under(&right.case)).await.unwrap();
    hidden.expect_problem("document-not-found");
    assert!(breaches(&server, &wrong).await.is_empty());
}

/// REQ REG-07, RA-06
#[tokio::test]
async fn a_right_that_has_closed_at_the_wrong_register_moves_nothing() {
    let Some(server) = TestServer::start_national().await else { return };
    let (tuula, maija) = (server.person("S-2001"), server.person("S-1001"));
    let session = tuula.session();
    let (wrong, right) = of_two_controllers(&server).await;
    let (draft, corrected) = (stored(&tuula, &wrong).await, right.draft(&tuula).build());
    let client = TestClient::of(&wrong.client);
    let without = Draft::clientship(&maija, &client).version_after(&wrong.clientship_document);
    maija.session().store(&without.build()).await.unwrap().expect_status(201);
    let own = UseContext::default();
    let refused = session.transfer(&draft.oid(), WHY, &corrected, &own).await.unwrap();
    assert_eq!(refused.expect_problem("register-access-ended").rules, ["R8"]);
}
