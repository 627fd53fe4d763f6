//! Who may report to whom, what the controller sees, and that the reporter learns nothing by it.

use serde_json::{Value, json};
use varanto_client::{Problem, UseContext};
use varanto_testkit::{
    Care, Draft, Expect, TestClient, TestServer, UnitEntry, fresh_case, fresh_client, fresh_oid,
};

use crate::given::{BEGINNING, MALLILA, Officer, TESTILA, ids, report, reported, supervision};

/// The producer's unit in the built-in world.
const KOIVULA: &str = "1.2.246.10.99990002.10.3";
/// Names somebody who is not known yet.
const NAMELESS: &str = "1.2.246.10.99990001.22.2026.1";

fn with(mut report: Value, members: &Value) -> Value {
    report.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    report
}

/// REQ LOG-07
#[tokio::test]
async fn a_report_is_in_the_controllers_register_at_once_and_its_officer_sees_all_of_it() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let (maija, officer) = (server.person("S-1001"), Officer::of(&server, "T-1008"));
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let other = server.care_of(&maija).await;
    let told = json!({
        "documents": [draft.oid().as_str()], "clients": [{"id": other.client}],
        "suspected_user": "S-1002"
    });
    let id = reported(&session, &with(report(), &told)).await;

    let listed = officer.listed(None).await;
    assert_eq!(ids(&listed), [id.as_str()]);
    let breach = &listed[0];
    assert_eq!((&breach["state"], &breach["source"]), (&"suspected".into(), &"person".into()));
    assert_eq!(breach["documents"], json!([draft.oid().as_str()]));
    assert_eq!(breach["clock"]["due_at"], "2026-09-04T08:00:00Z");
    assert_eq!(
        (&breach["clock"]["overdue"], &breach["clock"]["met"]),
        (&false.into(), &false.into())
    );
    for personal in [&care.client, &other.client, "S-1001", "S-1002", "Kirje"] {
        assert!(!breach.to_string().contains(personal), "a list names nobody: {breach}");
    }

    let found = officer.found(&id).await;
    assert_eq!(found["what"], report()["what"]);
    assert_eq!(found["reported_by"]["id"], "S-1001");
    assert_eq!(found["suspected_user"], "S-1002");
    let clients = found["clients"].as_array().unwrap();
    assert_eq!(clients.len(), 2, "the client of the document and the one who is named");
    for client in [&care.client, &other.client] {
        let shown = clients.iter().find(|shown| shown["id"] == client.as_str()).unwrap();
        assert!(shown["family_name"].is_string(), "{shown}");
    }
    assert_eq!(found["steps"], json!([]));

    let noted = officer.log("report-breach").await;
    assert_eq!((noted.len(), &noted[0]["id"]), (1, &Value::from(id.as_str())));
    assert_eq!(noted[0]["documents"], json!([draft.oid().as_str()]));
    let looks = officer.log("handle-breach").await;
    let of_clients = looks.iter().filter(|entry| entry["search"]["act"] == "look").count();
    assert_eq!(of_clients, 2, "who was shown is noted, one entry for each");
}

/// REQ LOG-07
#[tokio::test]
async fn only_the_controllers_privacy_officer_reads_the_register() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001").session();
    let id = reported(&maija, &report()).await;
    for context in [UseContext::default(), supervision()] {
        let refused = maija.find_breach(&id, &context).await.unwrap();
        refused.expect_problem("purpose-not-permitted");
    }
    let search = json!({"context": {"purpose": "supervision"}});
    maija.search_breaches(&search).await.unwrap().expect_problem("purpose-not-permitted");
    let step = json!({"context": {"purpose": "supervision"}, "kind": "note", "words": "x"});
    maija.step_breach(&id, &step).await.unwrap().expect_problem("purpose-not-permitted");

    let elsewhere = Officer::of(&server, "T-3003");
    assert!(elsewhere.listed(None).await.is_empty());
    elsewhere.look(&id).await.expect_problem("not-found");
    elsewhere.look("no-such-name").await.expect_problem("not-found");
    elsewhere.step(&id, &json!({"kind": "note"})).await.expect_problem("not-found");
    // One who has no register has no breaches of it.
    let of_producer = Officer::of(&server, "T-2006");
    of_producer.look(&id).await.expect_problem("document-not-found");

    let own = Officer::of(&server, "T-1008");
    let refused = own.log("handle-breach").await;
    let outcomes: Vec<_> = refused.iter().map(|entry| entry["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["purpose-not-permitted"; 4]);
}

/// REQ LOG-07
#[tokio::test]
async fn a_producer_tells_the_controller_in_whose_register_its_unit_works_and_nobody_else_does() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001").session());
    let client = fresh_client();
    let case = Draft::case(&maija, &client, &fresh_case());
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let to = |controller: &str| {
        with(report(), &json!({"controller": controller, "when_noticed": "2026-08-20T08:00:00Z"}))
    };
    let before = tuula.report_breach(&to(TESTILA)).await.unwrap();
    let before = before.expect_problem("invalid-request");
    assert_eq!(before.errors[0].pointer, "/controller");
    Care::arrange(&maija.session(), &case, &clientship).await;

    let id = reported(&tuula, &to(TESTILA)).await;
    let officer = Officer::of(&server, "T-1008");
    let found = officer.found(&id).await;
    assert_eq!(found["reported_by"]["organisation"], "1.2.246.10.99990002.10.0");
    // What others noticed the controller knows from when it is told.
    assert_eq!(found["aware_at"], found["opened_at"]);
    let entry = &officer.log("report-breach").await[0];
    assert_eq!((&entry["id"], &entry["basis"]), (&id.as_str().into(), &"register_access".into()));

    let nobody = tuula.report_breach(&report()).await.unwrap().expect_problem("invalid-request");
    assert_eq!(
        (nobody.errors[0].pointer.as_str(), nobody.errors[0].code.as_str()),
        ("/controller", "missing")
    );
    let told = |problem: &Problem| (problem.status, problem.to_string());
    let mut answers = Vec::new();
    for controller in [MALLILA, "1.2.246.10.99990099.19.0", "1.2.3"] {
        let refused = tuula.report_breach(&to(controller)).await.unwrap();
        answers.push(told(&refused.expect_problem("invalid-request")));
    }
    let stranger = server.person("S-5001").session();
    let refused = stranger.report_breach(&to(TESTILA)).await.unwrap();
    answers.push(told(&refused.expect_problem("invalid-request")));
    assert!(answers.iter().all(|answer| *answer == told(&before)), "{answers:?}");
    assert_eq!(officer.listed(None).await.len(), 1);
}

/// REQ LOG-07: wide access is given to a unit in the directory, without any client.
#[tokio::test]
async fn a_unit_with_wide_access_reports_to_the_controller_that_gave_it() {
    let server = TestServer::start().await;
    let shelter = server.person("S-4001").session();
    let id = reported(&shelter, &with(report(), &json!({"controller": TESTILA}))).await;
    assert_eq!(Officer::of(&server, "T-1008").found(&id).await["reported_by"]["id"], "S-4001");
    let elsewhere = with(report(), &json!({"controller": MALLILA}));
    shelter.report_breach(&elsewhere).await.unwrap().expect_problem("invalid-request");
}

/// REQ LOG-07: nothing about others' registers is learnt, neither by who reports nor by who reads it.
#[tokio::test]
async fn who_is_no_client_here_is_shown_by_the_identifier_alone_that_the_report_gave() {
    let server = TestServer::start().await;
    let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
    let elsewhere = server.care_of(&sanna).await;
    let document = elsewhere.draft(&sanna);
    sanna.session().store(&document.build()).await.unwrap().expect_status(201);
    let unknown = fresh_client();
    let session = maija.session();
    let told = json!({
        "clients": [{"id": elsewhere.client}, {"id": unknown}, {"temporary_id": NAMELESS}],
        "documents": [document.oid().as_str(), fresh_oid().as_str()]
    });
    let taken = session.report_breach(&with(report(), &told)).await.unwrap().expect_status(201);
    let members: Vec<_> = taken.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["id", "reported_at"]);
    let officer = Officer::of(&server, "T-1008");
    let found = officer.found(taken["id"].as_str().unwrap()).await;
    let expected = json!([{"id": elsewhere.client}, {"id": unknown}, {"temporary_id": NAMELESS}]);
    assert_eq!(found["clients"], expected);
}

/// REQ LOG-07, CASE-06
#[tokio::test]
async fn one_who_was_reported_by_a_temporary_identifier_is_shown_as_the_person_when_it_is_known() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let nameless = TestClient::temporary(NAMELESS, "2026-01-02").named("Tuntematon", "Tuntematon");
    server.care_for(&maija, nameless).await;
    let session = maija.session();
    let told = json!({"clients": [{"temporary_id": NAMELESS}]});
    let id = reported(&session, &with(report(), &told)).await;
    let officer = Officer::of(&server, "T-1008");
    let clients = officer.found(&id).await["clients"].clone();
    assert_eq!(
        (clients.as_array().unwrap().len(), &clients[0]["temporary_id"]),
        (1, &NAMELESS.into())
    );
    let person = fresh_client();
    let joining = json!({
        "temporary": {"temporary_id": NAMELESS},
        "client": {"id": person, "family_name": "Testinen", "given_names": "Aino"}
    });
    session.join_client(&joining).await.unwrap().expect_status(200);
    let clients = officer.found(&id).await["clients"].clone();
    assert_eq!(
        (clients.as_array().unwrap().len(), &clients[0]["id"]),
        (1, &person.as_str().into())
    );
}

/// REQ LOG-07
#[tokio::test]
async fn what_the_own_staff_noticed_the_controller_knows_from_then_on() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let maija = server.person("S-1001").session();
    let early = with(report(), &json!({"when_noticed": "2026-08-28T07:59:00Z"}));
    let id = reported(&maija, &early).await;
    let found = Officer::of(&server, "T-1008").found(&id).await;
    assert_eq!(found["aware_at"], "2026-08-28T07:59:00Z");
    let clock = &found["clock"];
    assert_eq!(
        (&clock["due_at"], &clock["overdue"]),
        (&"2026-08-31T07:59:00Z".into(), &true.into())
    );
    assert_eq!(clock["remaining_seconds"], 0);
    for (wrong, place) in [
        (json!({"when_noticed": "2026-09-02T08:00:00Z"}), "/when_noticed"),
        (json!({"what": " "}), "/what"),
        (json!({"documents": vec!["1.2.3"; 51]}), "/documents"),
        (json!({"clients": [{"id": "no code"}]}), "/clients/0/id"),
        (json!({"context": {"basis": "broad"}}), "/context/basis"),
        (json!({"colour": "red"}), "/colour"),
    ] {
        let refused = maija.report_breach(&with(report(), &wrong)).await.unwrap();
        let problem = refused.expect_problem("invalid-request");
        assert_eq!(problem.errors[0].pointer, place, "{problem}");
    }
}
