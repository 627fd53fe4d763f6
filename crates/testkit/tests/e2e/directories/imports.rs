//! Imports of organisations, people, rights to practise and deployments: all or nothing, compared with
//! what there is, and kept with their history.

use serde_json::{Value, json};
use varanto::server::open_service;
use varanto_model::Oid;
use varanto_sandbox::World;
use varanto_service::{Error, ImportOptions, ImportReport, Named, Service};
use varanto_testkit::{Expect, TestServer, run};

use super::oid;
use crate::common::Raw;

const HEAD: &str = "oid;parent;business_id;name_fi;name_sv;name_en;kind;valid_from;valid_to\n";
const COUNTY: &str = "1.2.246.10.99990001.10.0";

async fn start() -> (TestServer, Service) {
    let server = TestServer::start().await;
    let service = open_service(&server.config(), &[]).await.unwrap();
    (server, service)
}

fn options(source: &str) -> ImportOptions {
    ImportOptions { source: source.to_owned(), ..ImportOptions::default() }
}

fn complete() -> ImportOptions {
    ImportOptions { complete: true, ..options("whole.csv") }
}

fn subjects(records: &[Named]) -> Vec<&str> {
    records.iter().map(|record| record.subject.as_str()).collect()
}

fn codes(outcome: Result<ImportReport, Error>) -> Vec<(String, &'static str)> {
    let Err(Error::Rejected { faults, .. }) = outcome else { unreachable!("it must be refused") };
    faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect()
}

async fn shown(service: &Service, oid: &str) -> Value {
    serde_json::to_value(service.find_organisation(oid).await.unwrap()).unwrap()
}

/// REQ DIR-01
#[tokio::test]
async fn a_table_of_organisations_goes_in_whole_and_is_told_against_what_there_was() {
    let (_server, service) = start().await;
    let table = format!(
        "{HEAD}{COUNTY};;99990001;Testilän hyvinvointialue;Testby välfärdsområde;Testilä wellbeing \
         services county;public;;\n\
         {COUNTY}.1;{COUNTY};;Kotihoito;;;;2026-01-01;\n\
         1.2.246.10.99990001.10.1;{COUNTY};;Iäkkäiden palvelut;Äldreservice;;;2023-01-01;\n\
         1.2.246.10.99990001.10.2;{COUNTY};;Lapsiperheiden palvelut;;;;2023-01-01;2025-12-31\n\
         1.2.246.10.99990007.10.0;;99990007;Uusi Oy;;;private;2026-01-01;\n\
         1.2.246.10.99990007.10.1;1.2.246.10.99990007.10.0;;Uusi yksikkö;;;;2026-01-01;\n"
    );
    let check = ImportOptions { check: true, ..options("registry.csv") };
    let checked = service.import_organisations(table.as_bytes(), &check).await.unwrap();
    assert!(service.find_organisation("1.2.246.10.99990007.10.0").await.is_err());
    let how = options("registry.csv");
    let report = service.import_organisations(table.as_bytes(), &how).await.unwrap();
    assert_eq!(report, checked);
    let new =
        ["1.2.246.10.99990001.10.0.1", "1.2.246.10.99990007.10.0", "1.2.246.10.99990007.10.1"];
    assert_eq!(subjects(&report.new), new);
    assert_eq!(subjects(&report.changed), ["1.2.246.10.99990001.10.1"]);
    assert_eq!(subjects(&report.ended), ["1.2.246.10.99990001.10.2"]);
    assert_eq!(report.unchanged, 1);
    let again = service.import_organisations(table.as_bytes(), &how).await.unwrap();
    assert_eq!(again, ImportReport { unchanged: 6, ..ImportReport::default() });
    // What a table does not tell stays: joining, the controller, people, units that it has not.
    let county = shown(&service, COUNTY).await;
    assert_eq!(county["controller"]["oid"], "1.2.246.10.99990001.19.0");
    assert_eq!(county["joined"]["model"], "direct");
    assert_eq!(county["units"].as_array().unwrap().len(), 6);
    assert_eq!(county["units"][2]["valid_to"], "2025-12-31");
    assert_eq!(county["units"][1]["name_sv"], "Äldreservice");
}

/// REQ DIR-01
#[tokio::test]
async fn a_table_with_a_fault_changes_nothing_and_every_fault_is_told() {
    let (_server, service) = start().await;
    let table = format!(
        "{HEAD}1.2.246.10.99990007.10.0;;99990001;Toinen;;;public;;\n\
         1.2.246.10.99990008.10.1;1.2.246.10.99990008.10.0;;Orpo;;;;2026-01-01;\n\
         1.2.246.10.99990007.10.1;1.2.246.10.99990007.10.0;;Sama;;;;2026-01-01;\n\
         1.2.246.10.99990007.10.1;1.2.246.10.99990007.10.0;;Sama;;;;2026-01-01;\n\
         1.2.246.10.99990007.10.2;1.2.246.10.99990007.10.0;;;;;;2026-01-01;\n"
    );
    let outcome = service.import_organisations(table.as_bytes(), &options("x")).await;
    let expected = [
        ("/line/6/name_fi", "missing"),
        ("/line/2/business_id", "duplicate"),
        ("/line/3/parent", "organisation-unknown"),
        ("/line/5", "duplicate"),
    ];
    assert_eq!(codes(outcome), expected.map(|(at, code)| (at.to_owned(), code)));
    assert!(service.find_organisation("1.2.246.10.99990007.10.0").await.is_err());
}

/// REQ DIR-01
#[tokio::test]
async fn a_unit_that_comes_with_another_identifier_is_told() {
    let (_server, service) = start().await;
    let table = format!("{HEAD}{COUNTY}.7;{COUNTY};;Asiakirjahallinto;;;;2026-01-01;\n");
    let report = service.import_organisations(table.as_bytes(), &options("x")).await.unwrap();
    let [changed] = report.changed_oids.as_slice() else { panic!("{report:?}") };
    assert_eq!(changed.name, "Asiakirjahallinto");
    assert_eq!(changed.from.as_str(), "1.2.246.10.99990001.10.9");
    assert_eq!(changed.to.as_str(), "1.2.246.10.99990001.10.0.7");
}

/// REQ DIR-01
#[tokio::test]
async fn what_a_complete_table_has_not_ends_the_day_before_and_is_never_removed() {
    let (server, service) = start().await;
    server.set_clock("2026-09-15T00:30:00+03:00");
    let table = format!(
        "{HEAD}{COUNTY};;99990001;Testilän hyvinvointialue;;;public;;\n\
         1.2.246.10.99990001.10.1;{COUNTY};;Iäkkäiden palvelut;;;;2023-01-01;\n"
    );
    let report = service.import_organisations(table.as_bytes(), &options("part.csv")).await;
    assert_eq!(report.unwrap().ended, []);
    let report = service.import_organisations(table.as_bytes(), &complete()).await;
    let report = report.unwrap();
    assert!(subjects(&report.ended).contains(&"1.2.246.10.99990001.10.2"));
    assert!(subjects(&report.ended).contains(&"1.2.246.10.99990002.10.0"));
    let county = shown(&service, COUNTY).await;
    let last: Vec<&Value> =
        county["units"].as_array().unwrap().iter().map(|unit| &unit["valid_to"]).collect();
    let ended = json!("2026-09-14");
    assert_eq!(last, [&Value::Null, &ended, &ended, &ended, &ended]);
    let again = service.import_organisations(table.as_bytes(), &complete()).await.unwrap();
    assert_eq!((again.ended.len(), again.changed.len(), again.unchanged), (0, 0, 2));
}

/// REQ DIR-01
#[tokio::test]
async fn every_change_of_an_organisation_and_its_units_is_kept() {
    let (_server, service) = start().await;
    let unit = "1.2.246.10.99990001.10.1";
    for (source, last) in [("first.csv", ""), ("second.csv", "2026-06-30"), ("third.csv", "")] {
        let table = format!("{HEAD}{unit};{COUNTY};;Iäkkäiden palvelut;;;;2023-01-01;{last}\n");
        service.import_organisations(table.as_bytes(), &options(source)).await.unwrap();
    }
    let history = |oid: &str| {
        let (service, oid) = (service.clone(), Oid::parse(oid).unwrap());
        async move {
            let changes = service.organisation_history(&oid).await.unwrap();
            serde_json::to_value(changes).unwrap()
        }
    };
    let of_unit = history(unit).await;
    let told: Vec<_> =
        of_unit.as_array().unwrap().iter().map(|c| (&c["source"], &c["what"])).collect();
    let ended = json!("valid_to");
    let expected = [
        (&json!("world.json"), &json!("new")),
        (&json!("second.csv"), &ended),
        (&json!("third.csv"), &ended),
    ];
    assert_eq!(told, expected);
    assert_eq!(of_unit[2]["earlier"]["valid_to"], "2026-06-30");
    let whole = history("1.2.246.10.99990001.19.0").await;
    assert_eq!(whole.as_array().unwrap().len(), 8, "the organisation, five units, two changes");
    let nowhere = service.organisation_history(&oid("1.2.246.10.99990099.10.0")).await;
    assert!(matches!(nowhere, Err(Error::NotFound)));
}

/// REQ AC-04
#[tokio::test]
async fn people_come_from_a_table_and_every_change_is_kept() {
    let (_server, service) = start().await;
    let head =
        "organisation,id,family_name,given_names,role,units,card,outsider,valid_from,valid_to\n";
    let table = |last: &str| {
        format!(
            "{head}{COUNTY},S-1001,Esimerkki,Maija,social_worker,1.2.246.10.99990001.10.1 \
             1.2.246.10.99990001.10.3,professional,false,,{last}\n\
             {COUNTY},S-1010,Uusi,Niina,social_worker,1.2.246.10.99990001.10.1,,true,2026-01-01,\n"
        )
    };
    let report = service.import_users(table("").as_bytes(), &options("hr.csv")).await.unwrap();
    assert_eq!((subjects(&report.new), report.unchanged), (vec!["S-1010"], 1));
    let left = table("2026-06-30");
    let report = service.import_users(left.as_bytes(), &options("hr2.csv")).await.unwrap();
    assert_eq!(subjects(&report.ended), ["S-1001"]);
    assert!(!format!("{report:?}").contains("S-1001"), "ids of staff do not show");
    let county = oid(COUNTY);
    let history = service.user_history(&county, "S-1001").await.unwrap();
    let history = serde_json::to_value(history).unwrap();
    assert_eq!(history[0]["source"], "world.json");
    assert_eq!(history[1]["what"], "valid_to");
    let people = serde_json::to_value(service.list_users(&county).await.unwrap()).unwrap();
    assert_eq!(people.as_array().unwrap().len(), 10);
    assert_eq!(people[4]["id"], "S-1010");
    assert_eq!(people[4]["outsider"], true);
    let wrong = format!(
        "{head}1.2.246.10.99990099.10.0,S-1,A,B,manager,1.2.246.10.99990001.10.1,,,,\n\
         {COUNTY},S-2,A,B,manager,1.2.246.10.99990002.10.3,gold,perhaps,2026-02-01,2026-01-01\n"
    );
    let expected = [
        ("/line/2/organisation", "organisation-unknown"),
        ("/line/3/units/0", "unit-unknown"),
        ("/line/3/card", "not-in-list"),
        ("/line/3/outsider", "wrong-type"),
        ("/line/3/valid_to", "before-first-day"),
    ];
    let outcome = service.import_users(wrong.as_bytes(), &options("x")).await;
    assert_eq!(codes(outcome), expected.map(|(at, code)| (at.to_owned(), code)));
}

/// REQ AC-05
#[tokio::test]
async fn rights_to_practise_are_imported_and_end_where_a_complete_register_has_them_not() {
    let (_server, service) = start().await;
    let shown = serde_json::to_value(service.find_professional("S-1001").await.unwrap()).unwrap();
    assert_eq!(shown[0]["profession"], "social_worker", "the sandbox's own");
    let table = "id,profession,valid_from,valid_to,restriction\n\
        S-1001,social_worker,2020-01-01,,only with another\n";
    let report = service.import_professionals(table.as_bytes(), &options("register.csv")).await;
    assert_eq!(subjects(&report.unwrap().changed), ["S-1001"]);
    let report = service.import_professionals(table.as_bytes(), &complete()).await.unwrap();
    assert!(subjects(&report.ended).contains(&"S-1002") && report.unchanged == 1);
    let history = service.professional_history("S-1002").await.unwrap();
    assert_eq!(serde_json::to_value(history).unwrap()[1]["what"], "valid_to");
    assert!(matches!(service.find_professional("S-9999").await, Err(Error::NotFound)));
}

/// REQ DIR-02
#[tokio::test]
async fn the_published_deployments_and_those_who_have_joined_are_listed_by_date() {
    let (server, service) = start().await;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/deployments.csv");
    let table = std::fs::read(file).unwrap();
    let report = service.import_deployments(&table, &options("deployments.csv")).await.unwrap();
    assert_eq!(report.new.len(), 35);
    let raw = Raw::new(&server.client_settings("99990002"));
    let answer = raw.request("GET", "/v1/deployments").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let listed = answer["deployments"].as_array().unwrap();
    assert_eq!(listed.len(), 35 + 6);
    assert!(listed.is_sorted_by_key(|d| d["in_use_since"].as_str().unwrap().to_owned()));
    let find = |name: &str| listed.iter().find(|d| d["organisation"] == name).unwrap();
    assert_eq!(find("Turvasatama ry")["model"], "direct");
    assert_eq!(find("Aliverkko Oy")["operating_unit"], "1.2.246.10.99990005.10.0");
    assert!(listed.iter().filter(|d| d.get("model").is_none()).count() == 35);
    // One that is published and has joined stands once, with the published day.
    let table = "organisation,in_use_since,operating_unit\n\
        Testilä,2020-05-01,1.2.246.10.99990001.10.0\nMallilan hyvinvointialue,2021-05-01,\n";
    service.import_deployments(table.as_bytes(), &options("more.csv")).await.unwrap();
    let listed = serde_json::to_value(service.list_deployments().await.unwrap()).unwrap();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 35 + 6);
    let find = |name: &str| listed.iter().find(|d| d["organisation"] == name).unwrap();
    assert_eq!(find("Testilä")["model"], "direct");
    assert_eq!(find("Mallilan hyvinvointialue")["in_use_since"], "2021-05-01");
}

/// REQ RA-08
#[tokio::test]
async fn wide_access_is_of_known_units_and_told_with_its_controller() {
    let (server, service) = start().await;
    let client = server.client("99990004");
    let county = client.organisation(&oid(COUNTY)).await.unwrap().expect_status(200);
    let expected = json!([{"unit": "1.2.246.10.99990004.10.1", "from": "2024-01-01", "to": null,
        "service_tasks": ["X-FAMILIES", "X-WORKING-AGE"]}]);
    assert_eq!(county["controller"]["wide_access"], expected);
    let mut world: Value = serde_json::from_str(World::builtin_json()).unwrap();
    let wide = &mut world["organisations"][0]["controller"]["wide_access"];
    *wide = json!([{"unit": "1.2.246.10.99990004.10.9", "service_tasks": ["X-FAMILIES"],
        "from": "2024-02-01", "to": "2024-01-01"}]);
    let wide = "/organisations/0/controller/wide_access/0";
    let outcome = service.import_organisations(world.to_string().as_bytes(), &options("x")).await;
    let expected = [("to", "before-first-day"), ("unit", "unit-unknown")];
    assert_eq!(codes(outcome), expected.map(|(at, code)| (format!("{wide}/{at}"), code)));
}

/// REQ DIR-01
#[tokio::test]
async fn the_program_tells_what_an_import_comes_to() {
    let (server, _) = start().await;
    let config = server.paths().configuration();
    let config = config.to_str().unwrap();
    let file = server.directory().join("registry.csv");
    let table = format!("{HEAD}{COUNTY}.7;{COUNTY};;Asiakirjahallinto;;;;2026-01-01;\n");
    std::fs::write(&file, table).unwrap();
    let file = file.to_str().unwrap();
    let done = |arguments: &[&str]| {
        let output = run([arguments, &["--config", config]].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {told}");
        String::from_utf8(output.stdout).unwrap()
    };
    let checked = done(&["organisations", "import", file, "--check"]);
    assert!(checked.contains("nothing has been imported"), "{checked}");
    let told = done(&["organisations", "import", file]);
    for part in [
        "1 new, 0 changed, 0 ended, 0 unchanged",
        "identifier changed: Asiakirjahallinto: 1.2.246.10.99990001.10.9 is \
         1.2.246.10.99990001.10.0.7 now",
    ] {
        assert!(told.contains(part) && checked.contains(part), "{told}");
    }
    let history = done(&["organisations", "history", &format!("{COUNTY}.7")]);
    assert!(history.contains("registry.csv"), "{history}");
    assert!(done(&["users", "list", COUNTY]).contains("Esimerkki"));
    assert!(done(&["users", "history", COUNTY, "S-1001"]).contains("world.json"));
    assert!(done(&["professionals", "show", "S-1001"]).contains("social_worker"));
    assert!(done(&["deployments", "list"]).contains("Turvasatama ry"));
}
