//! Who sees which rights: a producer those of its unit, a controller those in its register.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_model::Code;
use varanto_testkit::{
    Care, Draft, Expect, TestPerson, TestServer, UnitEntry, fresh_case, fresh_client,
};

use crate::given::KOIVULA;

/// Another unit of the same producer.
pub(crate) const KATAJA: &str = "1.2.246.10.99990002.10.4";

/// Somebody new for whom a unit of a producer works.
pub(crate) async fn served_by(worker: &TestPerson, unit: UnitEntry) -> Care {
    let client = fresh_client();
    let case = Draft::case(worker, &client, &fresh_case());
    let clientship = Draft::clientship(worker, &client).producer(unit);
    Care::arrange(&worker.session(), &case, &clientship).await
}

/// The rights that a search gives on one page.
pub(crate) async fn rights(session: &Session, search: Value) -> Vec<Value> {
    let page = session.search_register_access(&search).await.unwrap().expect_status(200);
    assert_eq!(page["next"], Value::Null, "{page}");
    page["rights"].as_array().unwrap().clone()
}

/// The name of the only right of the caller's unit.
pub(crate) async fn only_right(session: &Session) -> String {
    let rights = rights(session, json!({})).await;
    assert_eq!(rights.len(), 1, "{rights:?}");
    rights[0]["oid"].as_str().unwrap().to_owned()
}

/// REQ RA-03
#[tokio::test]
async fn a_producer_learns_whose_clients_it_serves_in_the_inbox_of_its_unit_alone() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let care = served_by(&maija, UnitEntry::of(KOIVULA).until("2200-12-31")).await;
    let producer = tuula.session();
    let seen = rights(&producer, json!({})).await;
    assert_eq!(seen.len(), 1, "{seen:?}");
    let right = &seen[0];
    let client = json!({
        "id": care.client, "family_name": "Testinen", "given_names": "Aino", "turvakielto": false
    });
    assert_eq!(right["client"], client);
    assert_eq!(right["case"], care.case.as_str());
    assert_eq!(right["controller"], "1.2.246.10.99990001.19.0");
    assert_eq!((&right["unit"], &right["service_task"]), (&json!(KOIVULA), &json!("X-ELDERLY")));
    assert_eq!(
        (&right["first_day"], &right["last_day"]),
        (&json!("2024-04-02"), &json!("2200-12-31"))
    );
    assert_eq!((&right["state"], &right["local_copies"]), (&json!("open"), &json!("kept")));

    let oid = right["oid"].as_str().unwrap();
    let own = UseContext::default();
    let found = producer.find_register_access(oid, &own).await.unwrap().expect_status(200);
    assert_eq!(found["client"], client);
    assert_eq!((&found["stored"], &found["orders"]), (&json!({"documents": 0}), &json!([])));
    maija.session().find_register_access(oid, &own).await.unwrap().expect_status(200);
    let elsewhere = server.person("S-2002").in_unit(KATAJA);
    for stranger in [&elsewhere, &server.person("S-3001"), &server.person("S-5001")] {
        let session = stranger.session();
        assert_eq!(rights(&session, json!({})).await, Vec::<Value>::new());
        for oid in [oid, "2.25.1", "x"] {
            let answer = session.find_register_access(oid, &own).await.unwrap();
            assert_eq!(answer.expect_problem("not-found").status, 404);
        }
    }
    let here = server.person("S-2002").in_unit(KOIVULA).session();
    assert_eq!(rights(&here, json!({})).await, seen);
}

/// REQ AC-07, RA-03
#[tokio::test]
async fn the_inbox_is_for_professionals_of_the_producer_with_a_card() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let care = served_by(&maija, UnitEntry::of(KOIVULA)).await;
    let tuula = server.person("S-2001");
    let oid = only_right(&tuula.session()).await;
    let mobile = tuula.vouched().session();
    let refused = mobile.search_register_access(&json!({})).await.unwrap();
    let problem = refused.expect_problem("strong-authentication-required");
    assert_eq!((problem.status, problem.rules.as_slice()), (403, &["R3".to_owned()][..]));
    let refused = mobile.find_register_access(&oid, &UseContext::default()).await.unwrap();
    refused.expect_problem("strong-authentication-required");
    for view in ["producer", "controller"] {
        let outsider = server.person("U-1009").session();
        let refused = outsider.search_register_access(&json!({"view": view})).await.unwrap();
        refused.expect_problem("outsider");
    }
    let archivist = server.person("T-1007").session();
    let refused = archivist.search_register_access(&json!({"view": "controller"})).await.unwrap();
    refused.expect_problem("purpose-not-permitted");
    let controllers = server.person("S-2002").session();
    let view = json!({"view": "controller"});
    let refused = controllers.search_register_access(&view).await.unwrap();
    refused.expect_problem("not-the-controller");
    let desk = server.person("T-1006").session();
    let order = json!({"reason": "Selvitys"});
    let refused = desk.order_register_access(&oid, "suspension", &order).await.unwrap();
    refused.expect_problem("service-task-not-permitted");

    let officer = server.person("T-1008").session();
    let log = json!({"context": {"purpose": "supervision"}, "filter": {"user": "S-2001"}});
    let log = officer.search_use_log(&log).await.unwrap().expect_status(200);
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "{log}");
    let told = |entry: &Value| {
        ["action", "outcome", "basis"].map(|name| entry[name].as_str().unwrap().to_owned())
    };
    let refused = "strong-authentication-required";
    assert_eq!(told(&entries[0]), ["read-access", refused, "register_access"]);
    assert_eq!(entries[0]["case"], care.case.as_str());
    assert_eq!(told(&entries[1]), ["read-access", "permitted", "register_access"]);
}

/// REQ RA-03, LOG-01
#[tokio::test]
async fn everybody_whom_an_inbox_shows_has_an_entry_in_the_log_of_the_register() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
    for worker in [&maija, &maija, &sanna] {
        served_by(worker, UnitEntry::of(KOIVULA)).await;
    }
    assert_eq!(rights(&server.person("S-2001").session(), json!({})).await.len(), 3);
    for (officer, number) in [("T-1008", 2), ("T-3003", 1)] {
        let log = json!({"context": {"purpose": "supervision"}, "filter": {"user": "S-2001"}});
        let officer = server.person(officer).session();
        let log = officer.search_use_log(&log).await.unwrap().expect_status(200);
        assert_eq!(log["entries"].as_array().unwrap().len(), number, "{log}");
    }
}

/// REQ AC-08
#[tokio::test]
async fn a_controller_sees_the_rights_in_its_own_register_by_organisation_unit_client_and_state() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let first = served_by(&maija, UnitEntry::of(KOIVULA)).await;
    served_by(&maija, UnitEntry::of(KATAJA)).await;
    served_by(&maija, UnitEntry::of(KATAJA).until("2024-05-31")).await;
    served_by(&maija, UnitEntry::of(KOIVULA).from("2200-01-01")).await;
    let manager = server.person("T-1005").session();
    for (filter, number) in [
        (json!({}), 3),
        (json!({"units": [KATAJA]}), 2),
        (json!({"organisation": "1.2.246.10.99990002.10.0"}), 3),
        (json!({"organisation": KOIVULA, "units": [KOIVULA]}), 1),
        (json!({"organisation": "1.2.246.10.99990004.10.0"}), 0),
        (json!({"organisation": "1.2.246.10.99990009.10.0"}), 0),
        (json!({"client": {"id": first.client}}), 1),
        (json!({"client": {"id": fresh_client()}}), 0),
        (json!({"states": ["closed"]}), 1),
        (json!({"states": ["open", "closing"]}), 2),
        (json!({"states": ["suspended"]}), 0),
    ] {
        let mut search = filter.clone();
        search["view"] = "controller".into();
        assert_eq!(rights(&manager, search).await.len(), number, "{filter}");
    }
    let officer = server.person("T-1008").session();
    let search = json!({"view": "controller", "context": {"purpose": "supervision"}});
    assert_eq!(rights(&officer, search).await.len(), 3);
    let supervision =
        UseContext { purpose: Code::parse("supervision").ok(), ..UseContext::default() };
    let oid = only_right(&server.person("S-2001").session()).await;
    officer.find_register_access(&oid, &supervision).await.unwrap().expect_status(200);
    // Who does not oversee sees the rights of one client, in a context or for a special reason.
    let (worker, olli) = (maija.session(), server.person("S-1002").session());
    let everybody = json!({"view": "controller", "context": {"special_reason": "X-OTHER"}});
    let refused = worker.search_register_access(&everybody).await.unwrap();
    assert_eq!(refused.expect_problem("special-reason-required").rules, ["R1"]);
    let mut of_one = json!({"view": "controller", "client": {"id": first.client}});
    assert_eq!(rights(&worker, of_one.clone()).await.len(), 1);
    let refused = olli.search_register_access(&of_one).await.unwrap();
    refused.expect_problem("special-reason-required");
    of_one["context"] = json!({"special_reason": "X-OTHER"});
    assert_eq!(rights(&olli, of_one).await.len(), 1);
    let own = UseContext::default();
    let refused = olli.find_register_access(&oid, &own).await.unwrap();
    refused.expect_problem("special-reason-required");
}

/// REQ RA-03: how a right stands is reckoned as it is read, and pages stay whole all the same.
#[tokio::test]
async fn every_right_stands_on_one_page_whatever_states_are_sought() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        open.push(served_by(&maija, UnitEntry::of(KOIVULA)).await.client);
        closed.push(served_by(&maija, UnitEntry::of(KOIVULA).until("2024-05-31")).await.client);
    }
    let session = server.person("S-2001").session();
    let all = [open.clone(), closed.clone()].concat();
    for (states, mut expected) in
        [(json!(["open"]), open), (json!(["closed"]), closed), (json!([]), all)]
    {
        let (mut seen, mut page) = (Vec::new(), json!({"size": 1}));
        loop {
            let search = json!({"states": states, "page": page});
            let found = session.search_register_access(&search).await.unwrap().expect_status(200);
            let rights = found["rights"].as_array().unwrap();
            assert_eq!(rights.len(), 1, "{found}");
            seen.push(rights[0]["client"]["id"].as_str().unwrap().to_owned());
            let Some(next) = found["next"].as_str() else { break };
            page["cursor"] = next.into();
        }
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected, "{states}");
    }
}

/// REQ AC-02
#[tokio::test]
async fn an_inbox_shows_no_right_of_a_service_task_that_the_role_does_not_cover() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case).service_task("10");
    let clientship = Draft::clientship(&maija, &client).task("10").producer(UnitEntry::of(KOIVULA));
    Care::arrange(&maija.session(), &opened, &clientship).await;
    let (nurse, instructor) = (server.person("S-2001"), server.person("S-2002").in_unit(KOIVULA));
    assert_eq!(rights(&nurse.session(), json!({})).await, [Value::Null; 0]);
    let seen = only_right(&instructor.session()).await;
    let hidden = nurse.session().get(&format!("/v1/register-access/{seen}")).await.unwrap();
    hidden.expect_problem("not-found");
}
