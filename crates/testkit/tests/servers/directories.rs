//! Organisations, people and structures that were changed beside a server are known to it with the next request.

use varanto::server::open_service;
use varanto_client::UseContext;
use varanto_service::ImportOptions;
use varanto_testkit::Expect;

use crate::given::Servers;

const COUNTY: &str = "1.2.246.10.99990001.10.0";

/// REQ AC-04, DIR-01
#[tokio::test]
async fn whoever_has_left_is_refused_at_every_server_with_the_next_request() {
    let servers = Servers::start(3).await;
    let maija = servers.person(0, "S-1001");
    let care = servers.first.care_of(&maija).await;
    let service = Box::pin(open_service(&servers.first.config(), &[])).await.unwrap();
    let sessions = [0, 1, 2].map(|place| servers.person(place, "S-1001").session());
    let own = UseContext::default();
    let read = async |expected: Option<&str>| {
        for session in &sessions {
            let answer = session.fetch(&care.case_document.oid(), &own).await.unwrap();
            match expected {
                None => drop(answer.expect_status(200)),
                Some(slug) => drop(answer.expect_problem(slug)),
            }
        }
    };
    read(None).await;
    for turn in 0..4 {
        for (last, expected) in [("2026-06-30", Some("user-unknown")), ("", None)] {
            let table = format!(
                "organisation,id,family_name,given_names,role,units,card,valid_to\n\
                 {COUNTY},S-1001,Esimerkki,Maija,social_worker,\
                 1.2.246.10.99990001.10.1 1.2.246.10.99990001.10.3,professional,{last}\n"
            );
            let source = format!("hr-{turn}.csv");
            let options = ImportOptions { source, ..ImportOptions::default() };
            service.import_users(table.as_bytes(), &options).await.unwrap();
            read(expected).await;
        }
    }
}

/// REQ DIR-01
#[tokio::test]
async fn an_organisation_that_came_is_shown_by_every_server_with_the_next_request() {
    let servers = Servers::start(2).await;
    let service = Box::pin(open_service(&servers.first.config(), &[])).await.unwrap();
    let clients = [0, 1].map(|place| servers.person(place, "S-1001").client());
    for number in 1..=5 {
        let oid = varanto_model::Oid::parse(&format!("{COUNTY}.{number}")).unwrap();
        for client in &clients {
            client.organisation(&oid).await.unwrap().expect_problem("not-found");
        }
        let table = format!(
            "oid;parent;business_id;name_fi;name_sv;name_en;kind;valid_from;valid_to\n\
             {oid};{COUNTY};;Yksikkö {number};;;;2026-01-01;\n"
        );
        let options = ImportOptions { source: "units.csv".to_owned(), ..ImportOptions::default() };
        service.import_organisations(table.as_bytes(), &options).await.unwrap();
        for client in &clients {
            let shown = client.organisation(&oid).await.unwrap().expect_status(200);
            let units = shown["units"].as_array().unwrap();
            assert!(units.iter().any(|unit| unit["oid"] == oid.as_str()), "{shown}");
        }
    }
}
