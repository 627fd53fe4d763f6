//! The clientships of a client with their units: what is taken, what stays as history, what is listed.

use serde_json::{Value, json};
use varanto_client::Session;
use varanto_sandbox::World;
use varanto_testkit::{Care, Draft, Expect, TestServer, UnitEntry, fresh_case, fresh_client};

use crate::given::KOIVULA;

const KATAJA: &str = "1.2.246.10.99990002.10.4";

async fn clientships_of(session: &Session, client: &str) -> Vec<Value> {
    let search = json!({"client": {"id": client}});
    let page = session.search_clientships(&search).await.unwrap().expect_status(200);
    page["clientships"].as_array().unwrap().clone()
}

/// REQ CASE-04
#[tokio::test]
async fn a_client_has_one_active_clientship_at_a_controller() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let second = Draft::clientship(&maija, &care.client);
    let refused = session.store(&second.draft().build()).await.unwrap();
    let problem = refused.expect_problem("clientship-exists");
    assert_eq!(problem.status, 409);
    assert!(
        problem.errors[0].pointer.ends_with("/asiakkuuden_yksilointitunnus/value"),
        "{problem}"
    );

    let first = Draft::clientship(&maija, &care.client).ended("2026-08-31");
    let ended = first.version_after(&care.clientship_document);
    session.store(&ended.build()).await.unwrap().expect_status(201);
    let second = second.started("2026-09-01").draft();
    session.store(&second.build()).await.unwrap().expect_status(201);

    let found = clientships_of(&session, &care.client).await;
    assert_eq!(found.len(), 2, "{found:?}");
    let of = |document: &Draft| {
        let oid = document.oid().to_string();
        found.iter().find(|c| c["document"] == oid.as_str()).unwrap()
    };
    assert_eq!(of(&care.clientship_document)["ended_on"], "2026-08-31");
    assert_eq!(of(&second)["started_on"], "2026-09-01");
    assert_eq!(of(&second).get("ended_on"), None);
}

/// REQ CASE-04: new versions keep the history.
#[tokio::test]
async fn what_a_new_version_leaves_out_is_listed_with_the_instant_of_it() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let (client, case) = (fresh_client(), fresh_case());
    let plain = Draft::clientship(&maija, &client);
    let given = UnitEntry::of(KOIVULA).from("2026-09-01").service("46").implementer(
        UnitEntry::of("1.2.246.10.99990005.10.1").from("2026-09-05").until("2026-12-31"),
    );
    let with_producer = plain.clone().producer(given);
    let opened = Draft::case(&maija, &client, &case);
    let care = Care::arrange(&session, &opened, &with_producer).await;

    let units = clientships_of(&session, &client).await[0]["units"].clone();
    let part = |units: &Value, part: &str| {
        let found = units.as_array().unwrap().iter().find(|unit| unit["part"] == part);
        found.unwrap_or_else(|| panic!("{part}: {units}")).clone()
    };
    let producer = json!({
        "part": "producer", "service_task": "X-ELDERLY", "unit": KOIVULA, "services": ["46"],
        "first_day": "2026-09-01"
    });
    assert_eq!(part(&units, "producer"), producer);
    let implementer = part(&units, "implementer");
    assert_eq!(
        (&implementer["via"], &implementer["last_day"]),
        (&json!(KOIVULA), &json!("2026-12-31"))
    );
    assert_eq!(part(&units, "organiser")["first_day"], "2024-04-02");

    let second = plain.version_after(&care.clientship_document);
    let stored = session.store(&second.build()).await.unwrap().expect_status(201);
    let units = clientships_of(&session, &client).await[0]["units"].clone();
    assert_eq!(units.as_array().unwrap().len(), 3);
    assert_eq!(part(&units, "producer")["withdrawn_at"], stored["stored_at"]);
    assert_eq!(part(&units, "implementer")["withdrawn_at"], stored["stored_at"]);
    assert_eq!(part(&units, "organiser").get("withdrawn_at"), None);

    let document = care.clientship_document.oid();
    let own = varanto_client::UseContext::default();
    session.annul(&document, "Väärä asiakas.", &own).await.unwrap().expect_status(200);
    let search = json!({"client": {"id": client}, "context": {"special_reason": "X-OTHER"}});
    let page = session.search_clientships(&search).await.unwrap().expect_status(200);
    assert_eq!(page, json!({"clientships": [], "next": null}));
}

/// REQ CASE-04, RA-02: every unit that cannot stand there is told with its place.
#[tokio::test]
async fn units_that_cannot_stand_in_a_clientship_are_refused_with_their_places() {
    let mut world: Value = serde_json::from_str(World::builtin_json()).unwrap();
    world["organisations"][4]["joined"] = Value::Null;
    let world = World::parse(world.to_string().as_bytes()).unwrap();
    let Some(server) = TestServer::start_national_with(&world).await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let plain = Draft::clientship(&maija, &fresh_client());
    let task = "/sosiaalihuollon_palvelutehtava/0";
    let unit = "palveluyksikon_nimi/code";
    let overlapping = [
        UnitEntry::of(KOIVULA).from("2026-09-01").until("2026-09-10"),
        UnitEntry::of(KOIVULA).from("2026-09-10"),
    ];
    let [early, late] = overlapping;
    let cases = [
        (
            plain.clone().producer(UnitEntry::of("1.2.246.10.99990002.10.77")),
            "unknown-unit",
            "unknown-unit",
            format!("{task}/palveluntuottaja/0/{unit}"),
        ),
        (
            plain.clone().producer(UnitEntry::of("1.2.246.10.99990005.10.1")),
            "unknown-unit",
            "not-joined",
            format!("{task}/palveluntuottaja/0/{unit}"),
        ),
        (
            plain.clone().unit(UnitEntry::of(KATAJA)),
            "unknown-unit",
            "not-of-the-organiser",
            format!("{task}/palvelunjarjestajan_palveluyksikko/1/{unit}"),
        ),
        (
            plain.clone().producer(early).producer(late),
            "structure-violation",
            "overlapping-periods",
            format!("{task}/palveluntuottaja/1"),
        ),
    ];
    for (draft, slug, code, place) in cases {
        let refused = session.store(&draft.draft().build()).await.unwrap();
        let problem = refused.expect_problem(slug);
        assert_eq!((problem.status, problem.errors.len()), (422, 1), "{problem}");
        assert_eq!(problem.errors[0].code, code);
        let pointer = &problem.errors[0].pointer;
        assert!(pointer.contains(&place), "{pointer} is not at {place}");
    }
}

/// REQ CASE-04, RA-04: a producer sees its rights as such, not the clientships.
#[tokio::test]
async fn clientships_are_listed_in_ones_own_register_alone() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, olli) = (server.person("S-1001"), server.person("S-1002"));
    let care = server.care_of(&maija).await;
    let client = json!({"id": care.client});
    let right = json!({"basis": "register_access", "case": care.case.as_str()});
    let tuula = server.person("S-2001").session();
    let refused = tuula.search_clientships(&json!({"context": right, "client": client})).await;
    let problem = refused.unwrap().expect_problem("invalid-request");
    assert_eq!(problem.errors[0].code, "not-offered");
    assert_eq!(problem.errors[0].pointer, "/context/basis");
    let refused = olli.session().search_clientships(&json!({"client": client})).await.unwrap();
    refused.expect_problem("special-reason-required");
    let search = json!({"context": {"special_reason": "X-OTHER"}, "client": client});
    let found = olli.session().search_clientships(&search).await.unwrap().expect_status(200);
    assert_eq!(found["clientships"].as_array().unwrap().len(), 1);
    let sanna = server.person("S-3001").session();
    let found = sanna.search_clientships(&search).await.unwrap().expect_status(200);
    assert_eq!(found, json!({"clientships": [], "next": null}));
}
