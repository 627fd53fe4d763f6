//! Directories: structures, code sets, organisations, and what other processes bring in.

mod imports;
mod users;

use serde_json::{Value, json};
use varanto::server::open_service;
use varanto_documents::{Structure, builtin};
use varanto_model::Oid;
use varanto_service::{ImportOptions, Importable};
use varanto_testkit::{Expect, TestServer};

use crate::common::store;

/// REQ DIR-05
#[tokio::test]
async fn structures_are_listed_and_their_schemas_come_byte_for_byte() {
    let server = TestServer::start().await;
    let client = server.client("99990002");
    let listed = client.structures().await.unwrap().expect_status(200);
    let oids: Vec<_> = listed["structures"].as_array().unwrap().iter().map(|s| &s["oid"]).collect();
    let known: Vec<Value> =
        server.manifest().structures.iter().map(|oid| json!(oid.as_str())).collect();
    assert_eq!(oids, known.iter().collect::<Vec<_>>());
    for (_, text) in builtin::structures() {
        let oid = Structure::parse(text.as_bytes()).unwrap().oid().clone();
        let shown = client.structure(&oid).await.unwrap().expect_status(200);
        assert_eq!(shown["oid"], oid.as_str());
        assert_eq!(shown["origin"], "builtin");
        let schema = client.structure_schema(&oid).await.unwrap();
        assert_eq!((schema.status, schema.media_type()), (200, "application/schema+json"));
        assert_eq!(schema.body, text.as_bytes());
    }
}

/// REQ DIR-04
#[tokio::test]
async fn code_sets_are_listed_and_shown_with_their_codes() {
    let server = TestServer::start().await;
    let client = server.client("99990001");
    let listed = client.code_sets().await.unwrap().expect_status(200);
    let listed = listed["code_sets"].as_array().unwrap();
    assert!(listed.len() > 50);
    assert!(listed.iter().all(|set| set.get("codes").is_none()));
    let tasks = client.code_set(&oid("1.2.246.537.6.1221")).await.unwrap().expect_status(200);
    assert_eq!(tasks["coverage"], "partial");
    let codes: Vec<_> = tasks["codes"].as_array().unwrap().iter().map(|c| &c["code"]).collect();
    assert!(codes.contains(&&json!("X-ELDERLY")) && codes.contains(&&json!("10")));
    // Documents may name the set with its version.
    let versioned = client.code_set(&oid("1.2.246.537.6.1221.201601")).await.unwrap();
    assert_eq!(versioned.expect_status(200)["oid"], tasks["oid"]);
}

/// REQ DIR-04
#[tokio::test]
async fn an_imported_code_set_is_what_documents_are_checked_against() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let draft = || care.draft(&maija).with("service_task", "X-NEW");
    session.store(&draft().build()).await.unwrap().expect_problem("unknown-code");
    let set = json!({"code_sets": [{
    "oid": "1.2.246.537.6.1221", "name": {"fi": "Palvelutehtävä"}, "version": "2",
    "coverage": "full", "codes": [
        {"code": "X-NEW", "name": {"fi": "Uusi tehtävä"}},
        {"code": "X-ELDERLY", "name": {"fi": "Iäkkäiden palvelut"}, "valid_to": "2026-08-31"},
    ]}]});
    let other = open_service(&server.config(), &[]).await.unwrap();
    let sets = varanto_service::code_sets(set.to_string().as_bytes()).unwrap();
    assert_eq!(other.import_code_sets(sets.clone()).await.unwrap().replaced.len(), 1);
    assert_eq!(other.import_code_sets(sets).await.unwrap().unchanged, 1);
    store(&session, &draft()).await;
    // A code that has ended is good for what was written while it was in force.
    let old = care.draft(&maija);
    let problem = session.store(&old.build()).await.unwrap();
    assert_eq!(problem.expect_problem("unknown-code").errors[0].pointer, "/metadata/service_task");
    store(&session, &old.with("written_at", "2026-08-31T23:00:00+03:00")).await;
}

/// REQ DIR-05
#[tokio::test]
async fn a_structure_that_another_process_imports_is_known_at_the_next_request() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let is_assessment = |(name, _): &(&str, &str)| *name == "service-needs.json";
    let (_, text) = builtin::structures().find(is_assessment).unwrap();
    let newer = text.replace("1506.1000.2023.9.8", "1506.1000.2027.1.1");
    assert_ne!(newer, text);
    let structure = Structure::parse(newer.as_bytes()).unwrap();
    let draft = care.draft_of(&maija, &structure, 7);
    let envelope = draft.build();
    session.store(&envelope).await.unwrap().expect_problem("unknown-structure");
    let other = open_service(&server.config(), &[]).await.unwrap();
    let given = Importable { oid: structure.oid().clone(), json: newer.clone() };
    let imported = other.import_structures(vec![given]).await.unwrap();
    assert_eq!(imported.added, [structure.oid().clone()]);
    session.store(&envelope).await.unwrap().expect_status(201);
    let shown = session.client().structure(structure.oid()).await.unwrap().expect_status(200);
    assert_eq!(shown["origin"], "imported");
}

/// REQ DIR-04, AC-04
#[tokio::test]
async fn a_user_whom_another_process_takes_off_the_register_is_out_at_the_next_request() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    store(&session, &care.draft(&maija)).await;
    let other = open_service(&server.config(), &[]).await.unwrap();
    let mut world: Value =
        serde_json::from_slice(&std::fs::read(server.paths().world()).unwrap()).unwrap();
    world["organisations"][0]["people"][0]["valid_to"] = json!("2026-01-01");
    let options = ImportOptions::default();
    other.import_organisations(world.to_string().as_bytes(), &options).await.unwrap();
    let answer = session.store(&care.draft(&maija).build()).await.unwrap();
    answer.expect_problem("user-unknown");
}

/// REQ DIR-05
#[tokio::test]
async fn organisations_are_listed_with_their_units_and_found_by_any_of_their_identifiers() {
    let server = TestServer::start().await;
    let client = server.client("99990002");
    let listed = client.organisations().await.unwrap().expect_status(200);
    let listed = listed["organisations"].as_array().unwrap();
    assert_eq!(listed.len(), 6);
    let for_citizens = listed.iter().filter(|o| o["citizen_service"] == true);
    let for_citizens: Vec<_> = for_citizens.map(|o| o["business_id"].as_str().unwrap()).collect();
    assert_eq!(for_citizens, ["99990006"]);
    for found_by in
        ["1.2.246.10.99990001.10.0", "1.2.246.10.99990001.19.0", "1.2.246.10.99990001.10.2"]
    {
        let shown = client.organisation(&oid(found_by)).await.unwrap().expect_status(200);
        assert_eq!(shown["operating_unit"], "1.2.246.10.99990001.10.0", "{found_by}");
        assert_eq!(shown["units"].as_array().unwrap().len(), 5);
        assert_eq!(shown["joined"], json!({"model": "direct", "from": "2024-01-01", "to": null}));
    }
    // The people of an organisation are nobody else's business.
    assert!(!Value::from(listed.clone()).to_string().contains("Esimerkki, "));
    assert!(listed.iter().all(|organisation| organisation.get("people").is_none()));
}

fn oid(text: &str) -> Oid {
    Oid::parse(text).unwrap()
}
