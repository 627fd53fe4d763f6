//! With a voucher the client chooses the producer: the producer reports it, and the organiser opens the
//! right or refuses.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_sandbox::World;
use varanto_testkit::{Care, Draft, Expect, TestServer, UnitEntry, fresh_case, fresh_client};

use crate::given::{KOIVULA, under};
use crate::inbox::KATAJA;

fn report(client: &str) -> Value {
    json!({
        "client": {"id": client, "family_name": "Testinen", "given_names": "Aino"},
        "controller": "1.2.246.10.99990001.19.0", "unit": KOIVULA,
        "service_task": "X-ELDERLY", "from": "2024-04-02"
    })
}

async fn choices(session: &Session, view: &str) -> Vec<Value> {
    let search = json!({"view": view});
    let page = session.search_choices(&search).await.unwrap().expect_status(200);
    page["choices"].as_array().unwrap().clone()
}

/// REQ RA-12
#[tokio::test]
async fn a_choice_that_a_producer_reports_is_opened_by_the_organisers_document() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (organiser, producer) = (maija.session(), tuula.session());
    let client = fresh_client();
    let receipt = producer.report_choice(&report(&client)).await.unwrap().expect_status(201);
    assert_eq!(receipt["state"], "reported");
    let reported = choices(&organiser, "controller").await;
    assert_eq!(reported.len(), 1, "{reported:?}");
    assert_eq!((&reported[0]["id"], &reported[0]["state"]), (&receipt["id"], &json!("reported")));
    let named = json!({"id": client, "family_name": "Testinen", "given_names": "Aino"});
    assert_eq!(reported[0]["client"], named);
    assert_eq!(
        (&reported[0]["unit"], &reported[0]["from"]),
        (&json!(KOIVULA), &json!("2024-04-02"))
    );

    let care = server.care_for(&maija, &client).await;
    let draft = care.draft(&maija);
    organiser.store(&draft.build()).await.unwrap().expect_status(201);
    let hidden = producer.fetch(&draft.oid(), &under(&care.case)).await.unwrap();
    hidden.expect_problem("document-not-found");
    assert_eq!(choices(&producer, "producer").await[0]["state"], "reported");
    let marked = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let newer = marked.version_after(&care.clientship_document);
    organiser.store(&newer.build()).await.unwrap().expect_status(201);
    assert_eq!(choices(&organiser, "controller").await[0]["state"], "opened");
    let own = choices(&producer, "producer").await;
    assert_eq!((&own[0]["state"], &own[0]["client"]), (&json!("opened"), &Value::Null));
    producer.fetch(&draft.oid(), &under(&care.case)).await.unwrap().expect_status(200);
    let id = receipt["id"].as_str().unwrap();
    let refused = organiser.refuse_choice(id, "Liian myöhään").await.unwrap();
    assert_eq!(refused.expect_problem("register-access-state").status, 409);
}

/// REQ RA-12, CASE-06
#[tokio::test]
async fn a_choice_that_was_reported_under_a_temporary_identifier_is_the_persons() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (organiser, producer) = (maija.session(), tuula.session());
    let (client, nameless) = (fresh_client(), "1.2.246.10.99990001.22.2026.1");
    let mut body = report(&client);
    body["client"] = json!({
        "temporary_id": nameless, "birth_date": "1994-05-01",
        "family_name": "Tuntematon", "given_names": "Tuntematon"
    });
    producer.report_choice(&body).await.unwrap().expect_status(201);
    assert_eq!(choices(&organiser, "controller").await[0]["client"]["temporary_id"], nameless);
    let joining = json!({
        "context": {"special_reason": "X-OTHER"}, "temporary": {"temporary_id": nameless},
        "client": {"id": client, "family_name": "Testinen", "given_names": "Aino"}
    });
    organiser.join_client(&joining).await.unwrap().expect_status(200);
    let reported = &choices(&organiser, "controller").await[0];
    assert_eq!(
        (&reported["client"]["id"], &reported["state"]),
        (&json!(client), &json!("reported"))
    );
    let case = Draft::case(&maija, &client, &fresh_case());
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    Care::arrange(&organiser, &case, &clientship).await;
    assert_eq!(choices(&organiser, "controller").await[0]["state"], "opened");
}

/// REQ RA-12
#[tokio::test]
async fn a_choice_is_refused_once_by_the_controller_that_it_was_reported_to_with_a_reason() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001").session(), server.person("S-2001").session());
    let receipt = tuula.report_choice(&report(&fresh_client())).await.unwrap().expect_status(201);
    let id = receipt["id"].as_str().unwrap();
    let reason = "Palvelusetelipäätöstä ei ole";
    let stranger = server.person("S-3001").session();
    for unknown in [id, "0199c2f0-7b6a-7c1e-9f00-2d6b8f3a1c55", "x"] {
        let refused = stranger.refuse_choice(unknown, reason).await.unwrap();
        assert_eq!(refused.expect_problem("not-found").status, 404);
    }
    let refused = server.person("S-2002").session().refuse_choice(id, reason).await.unwrap();
    refused.expect_problem("not-the-controller");
    assert_eq!(choices(&stranger, "controller").await, Vec::<Value>::new());
    assert_eq!(choices(&stranger, "producer").await, Vec::<Value>::new());

    let answer = maija.refuse_choice(id, reason).await.unwrap().expect_status(200);
    assert_eq!(answer["state"], "refused");
    let told = choices(&tuula, "producer").await;
    assert_eq!(
        (&told[0]["state"], &told[0]["refusal"]["reason"]),
        (&json!("refused"), &json!(reason))
    );
    let again = maija.refuse_choice(id, reason).await.unwrap();
    let problem = again.expect_problem("register-access-state");
    assert_eq!(problem.detail.as_deref(), Some("its state is refused"));
}

/// REQ RA-12
#[tokio::test]
async fn a_report_names_a_unit_of_ones_own_and_a_register_that_is_open() {
    let mut world: Value = serde_json::from_str(World::builtin_json()).unwrap();
    world["organisations"][1]["units"][1]["valid_to"] = "2025-12-31".into();
    world["organisations"][2]["controller"]["register_opens"] = "2100-01-01".into();
    let world = World::parse(world.to_string().as_bytes()).unwrap();
    let Some(server) = TestServer::start_national_with(&world).await else { return };
    let tuula = server.person("S-2001").session();
    for (member, value, slug, fault) in [
        ("unit", "1.2.246.10.99990004.10.1", "unknown-unit", "unknown-unit"),
        ("unit", KATAJA, "unknown-unit", "unit-not-valid"),
        ("controller", "1.2.246.10.99990002.10.0", "invalid-request", "unknown-controller"),
        ("client", "Aino", "invalid-request", "wrong-type"),
    ] {
        let mut body = report(&fresh_client());
        body[member] = value.into();
        let problem = tuula.report_choice(&body).await.unwrap().expect_problem(slug);
        assert_eq!(
            (problem.errors[0].code.as_str(), problem.errors.len()),
            (fault, 1),
            "{problem}"
        );
        assert_eq!(problem.errors[0].pointer, format!("/{member}"));
    }
    let mut closed = report(&fresh_client());
    closed["controller"] = "1.2.246.10.99990003.19.0".into();
    tuula.report_choice(&closed).await.unwrap().expect_problem("register-not-open");
    let mut own = report(&fresh_client());
    own["unit"] = "1.2.246.10.99990001.10.1".into();
    let maija = server.person("S-1001").session();
    let problem = maija.report_choice(&own).await.unwrap().expect_problem("invalid-request");
    assert_eq!(problem.errors[0].code, "own-register");
    let desk = server.person("T-1006").session();
    desk.report_choice(&own).await.unwrap().expect_problem("service-task-not-permitted");
    assert_eq!(choices(&maija, "controller").await, Vec::<Value>::new());
    let own = UseContext::default();
    let unknown = tuula.find_register_access("2.25.1", &own).await.unwrap();
    unknown.expect_problem("not-found");
}
