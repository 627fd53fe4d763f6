//! Registers are kept apart, and each opens on its day.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_sandbox::World;
use varanto_testkit::{Care, Draft, Expect, TestServer, UnitEntry, fresh_case, fresh_client};

use crate::given::{KOIVULA, under};

/// The built-in world with its JSON changed.
fn world(change: impl FnOnce(&mut Value)) -> World {
    let mut world = serde_json::from_str(World::builtin_json()).unwrap();
    change(&mut world);
    World::parse(world.to_string().as_bytes()).unwrap()
}

/// REQ REG-02
#[tokio::test]
async fn nothing_goes_into_anothers_register_without_a_right() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    for stranger in ["S-2001", "S-3001"] {
        let stranger = server.person(stranger);
        let session = stranger.session();
        let without_case = care.draft(&stranger).without("case");
        let refused = session.store(&without_case.build()).await.unwrap();
        assert_eq!(refused.expect_problem("not-the-controller").rules[0], "W1");
        let refused = session.store(&care.draft(&stranger).build()).await.unwrap();
        assert_eq!(refused.expect_problem("register-access-missing").rules, ["W2"]);
    }
    let found = json!({"client": {"id": care.client}});
    let found = maija.session().search(&found).await.unwrap().expect_status(200);
    assert_eq!(found["documents"].as_array().unwrap().len(), 2, "{found}");
}

/// REQ REG-01, REG-03
#[tokio::test]
async fn a_private_provider_is_controller_of_its_own_services_and_producer_for_the_organiser() {
    let own = json!({
        "oid": "1.2.246.10.99990002.19.0", "register_opens": "2024-01-01",
        "accepts_models": ["direct"]
    });
    let world = world(|world| world["organisations"][1]["controller"] = own);
    let Some(server) = TestServer::start_national_with(&world).await else { return };
    let (maija, matti) = (server.person("S-1001"), server.person("S-2002"));
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let purchased = Care::arrange(&maija.session(), &opened, &clientship).await;
    let paid = server.care_for(&matti, &client).await;
    let session = matti.session();
    let (for_organiser, for_itself) = (purchased.draft(&matti), paid.draft(&matti));
    for draft in [&for_organiser, &for_itself] {
        session.store(&draft.build()).await.unwrap().expect_status(201);
    }
    let own = UseContext::default();
    session.fetch(&for_itself.oid(), &own).await.unwrap().expect_status(200);
    let kept_apart = session.fetch(&for_organiser.oid(), &own).await.unwrap();
    kept_apart.expect_problem("document-not-found");
    session.fetch(&for_organiser.oid(), &under(&case)).await.unwrap().expect_status(200);
    let organiser = maija.session();
    organiser.fetch(&for_organiser.oid(), &own).await.unwrap().expect_status(200);
    let kept_apart = organiser.fetch(&for_itself.oid(), &own).await.unwrap();
    kept_apart.expect_problem("document-not-found");
    let mixed = for_itself.with("controller", "1.2.246.10.99990001.19.0");
    session.store(&mixed.build()).await.unwrap().expect_problem("register-access-missing");
}

/// REQ REG-04
#[tokio::test]
async fn a_register_takes_documents_from_its_day_on_under_a_right_too() {
    let opens = |world: &mut Value| {
        world["organisations"][0]["controller"]["register_opens"] = "2026-09-01".into();
    };
    let Some(server) = TestServer::start_national_with(&world(opens)).await else { return };
    server.set_clock("2026-08-31T23:59:00+03:00");
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let session = maija.session();
    let written = |draft: Draft| draft.with("written_at", "2026-08-30T10:00:00+03:00");
    let refused = session.store(&written(opened.draft()).build()).await.unwrap();
    assert_eq!(refused.expect_problem("register-not-open").rules, ["W3"]);
    server.set_clock("2026-09-01T00:00:30+03:00");
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let care = Care::arrange(&session, &opened, &clientship).await;
    let early = written(care.draft(&tuula));
    tuula.session().store(&early.build()).await.unwrap().expect_status(201);
    server.set_clock("2026-08-31T23:59:00+03:00");
    let refused = tuula.session().store(&written(care.draft(&tuula)).build()).await.unwrap();
    assert!(refused.expect_problem("register-not-open").rules.contains(&"W3".to_owned()));
}
