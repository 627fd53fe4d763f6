//! Who uses whose data: unusually many clients, namesakes, those at home with the user, and representatives.

use jiff::Timestamp;
use serde_json::json;
use varanto::server::open_service;
use varanto_client::UseContext;
use varanto_model::calendar;
use varanto_sandbox::World;
use varanto_service::{Error, ImportOptions};
use varanto_testkit::{
    Care, Draft, Expect, Site, TestClient, TestRepresentative, TestServer, UnitEntry, fresh_case,
    fresh_client,
};

use crate::given::{KOIVULA, by, decide, read, review, reviewed, store, told, under, use_log};

/// REQ LOG-06
#[tokio::test]
async fn a_day_with_unusually_many_clients_is_listed_and_a_usual_day_is_not() {
    let few = |text: String| {
        let text = text.replace("clients_a_day = 30", "clients_a_day = 2");
        text.replace("times_median = 3", "times_median = 1")
    };
    let server = TestServer::with_config(few).await;
    let (maija, olli) = (server.person("S-1001"), server.person("S-1002"));
    for _ in 0..4 {
        server.care_of(&maija).await;
    }
    server.care_of(&olli).await;
    let found = review(&server, "T-1008", "volumes").await;
    let day = calendar::day_of(Timestamp::now());
    let id = format!("1.2.246.10.99990001.10.0/S-1001/{day}");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["id"], id);
    assert_eq!((&found[0]["user"]["id"], &found[0]["action"]), (&json!("S-1001"), &json!(null)));
    let expected = json!({"clients": 4, "uses": 8, "median": 2.5, "threshold": 2.5});
    assert_eq!(found[0]["findings"], expected);
    let officer = server.person("T-1008").session();
    decide(&officer, "volumes", &id, "justified").await.expect_status(201);
    let open = json!({"list": "volumes", "decided": "open"});
    assert!(reviewed(&server, "T-1008", &open).await.is_empty());
    let nobody = format!("1.2.246.10.99990001.10.0/S-1003/{day}");
    for item in [nobody.as_str(), "x", "1.2.3/S-1001/2026-09-01"] {
        decide(&officer, "volumes", item, "justified").await.expect_problem("not-found");
    }
    let aware = decide(&officer, "volumes", &id, "breach").await.expect_status(201);
    assert!(aware["breach"].is_string(), "of the own register");
    assert!(review(&server, "T-3003", "volumes").await.is_empty());
}

/// REQ LOG-06
#[tokio::test]
async fn the_data_of_a_namesake_are_listed_and_those_of_others_are_not() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let namesake = TestClient::of(&fresh_client()).named("Aaltonen-ESIMERKKI", "Aino");
    let care = server.care_for(&maija, namesake).await;
    let other = server.care_of(&maija).await;
    let (letter, not_found) = (care.draft(&maija), other.draft(&maija));
    let session = maija.session();
    store(&session, &letter).await;
    store(&session, &not_found).await;
    read(&server.person("S-1004").session(), &letter, &UseContext::default()).await;
    let found = review(&server, "T-1008", "kin").await;
    let expected =
        [&letter, &care.clientship_document, &care.case_document].map(|d| by("S-1001", d));
    assert_eq!(told(&found), expected);
    for item in &found {
        assert_eq!(item["findings"], json!({"family_name": true, "home_address": false}));
        let text = item.to_string();
        assert!(!text.contains("Aaltonen") && !text.contains(&care.client), "{text}");
    }
}

async fn give_home(site: &Site) {
    give_home_to(site, EERO).await;
}

/// A nurse of the producer.
const TUULA: &str =
    "1.2.246.10.99990002.10.0,S-2001,Hoivanen,Tuula,practical_nurse,1.2.246.10.99990002.10.3";
/// A nurse of the county.
const EERO: &str =
    "1.2.246.10.99990001.10.0,S-1004,Keksitty,Eero,practical_nurse,1.2.246.10.99990001.10.1";

async fn give_home_to(site: &Site, person: &str) {
    let service = Box::pin(open_service(&site.config(), &[])).await.unwrap();
    let table = format!(
        "organisation,id,family_name,given_names,role,units,home_street,home_postal_code\n\
         {person},koivukuja 3 a5,00100\n"
    );
    let options = ImportOptions { source: "hr.csv".to_owned(), ..ImportOptions::default() };
    service.import_users(table.as_bytes(), &options).await.unwrap();
}

/// REQ LOG-06
#[tokio::test]
async fn the_data_of_who_lives_at_the_users_address_are_listed_and_the_address_is_kept_nowhere() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let living = async |street: &str| {
        let (client, case) = (fresh_client(), fresh_case());
        let address = json!({"lahiosoite": street, "postinumero": "00100"});
        let clientship = Draft::clientship(&maija, &client)
            .about_client("yhteystiedot", json!({"osoite": [address]}));
        let opened = Draft::case(&maija, &client, &case);
        let care = Care::arrange(&maija.session(), &opened, &clientship).await;
        let letter = care.draft(&maija);
        store(&maija.session(), &letter).await;
        letter
    };
    let (at_home, next_door) = (living("Koivukuja 3 A 5").await, living("Koivukuja 3 A 6").await);
    let eero = server.person("S-1004");
    read(&eero.session(), &at_home, &UseContext::default()).await;
    assert!(review(&server, "T-1008", "kin").await.is_empty(), "no address is known");
    give_home(&server).await;
    read(&eero.session(), &next_door, &UseContext::default()).await;
    let found = review(&server, "T-1008", "kin").await;
    assert_eq!(told(&found), [by("S-1004", &at_home)]);
    assert_eq!(found[0]["findings"], json!({"family_name": false, "home_address": true}));
    let kept = kept(&server);
    assert!(holds(&kept, b"s-1004"), "this is where people are kept");
    assert!(!holds(&kept, b"koivukuja"));
}

/// REQ LOG-06: a producer could give its workers an address that it guesses, and would be told.
#[tokio::test]
async fn a_producer_is_told_nothing_of_what_the_documents_of_the_controller_say() {
    let server = TestServer::start().await;
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let address = json!({"lahiosoite": "Koivukuja 3 A 5", "postinumero": "00100"});
    let clientship = Draft::clientship(&maija, &client)
        .producer(UnitEntry::of(KOIVULA))
        .about_client("yhteystiedot", json!({"osoite": [address]}));
    let opened = Draft::case(&maija, &client, &case);
    let care = Care::arrange(&maija.session(), &opened, &clientship).await;
    let letter = care.draft(&maija);
    store(&maija.session(), &letter).await;
    give_home_to(&server, TUULA).await;
    read(&tuula.session(), &letter, &under(&care.case)).await;
    assert!(review(&server, "T-2006", "kin").await.is_empty());
    let found = review(&server, "T-1008", "kin").await;
    assert_eq!(told(&found), [by("S-2001", &letter)]);
    assert_eq!(found[0]["findings"], json!({"family_name": false, "home_address": true}));
    // What was opened for it stands in the log of the register.
    let looks = use_log(&server, "T-1008", json!({"action": "supervise"})).await;
    assert!(looks[0]["documents"].to_string().contains(care.clientship_document.oid().as_str()));

    let officer = server.person("T-2006").session();
    let item = found[0]["id"].as_str().unwrap();
    decide(&officer, "kin", item, "justified").await.expect_problem("not-found");
    for list in ["after-end", "wills-without-context", "own-unit"] {
        let search = json!({"context": {"purpose": "supervision"}, "filter": {"list": list}});
        let refused = officer.post_json("/v1/supervision/search", &search).await.unwrap();
        let problem = refused.expect_problem("invalid-request");
        let error = &problem.errors[0];
        assert_eq!((error.pointer.as_str(), error.code.as_str()), ("/filter/list", "not-offered"));
        let refused = decide(&officer, list, item, "justified").await;
        assert_eq!(refused.expect_problem("invalid-request").errors[0].pointer, "/list");
    }
}

/// The bytes of the store, in small letters.
fn kept(site: &Site) -> Vec<u8> {
    site.bytes_of_store().to_ascii_lowercase()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// REQ LOG-06
#[tokio::test]
async fn a_home_address_has_both_parts_and_stays_where_a_file_cannot_tell_it() {
    let server = TestServer::start().await;
    let service = Box::pin(open_service(&server.config(), &[])).await.unwrap();
    let options = ImportOptions { source: "hr.csv".to_owned(), ..ImportOptions::default() };
    let table = |home: &str| {
        format!(
            "organisation,id,family_name,given_names,role,units,card,home_street,home_postal_code\n\
             1.2.246.10.99990001.10.0,S-1004,Keksitty,Eero,practical_nurse,\
             1.2.246.10.99990001.10.1,professional,{home}\n"
        )
    };
    let half = service.import_users(table("Koivukuja 3,").as_bytes(), &options).await;
    let Err(Error::Rejected { faults, .. }) = half else { unreachable!("half an address") };
    let told: Vec<_> = faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect();
    assert_eq!(told, [("/line/2/home_street".to_owned(), "incomplete-address")]);
    let whole = table("Koivukuja 3,00100");
    service.import_users(whole.as_bytes(), &options).await.unwrap();
    let world = serde_json::to_vec(&World::builtin()).unwrap();
    let again = service.import_organisations(&world, &options).await.unwrap();
    assert!(again.changed.is_empty(), "{again:?}");
    let unchanged = service.import_users(whole.as_bytes(), &options).await.unwrap();
    assert_eq!(unchanged.unchanged, 1);
}

/// REQ LOG-06, CIT-05
#[tokio::test]
async fn uses_by_a_representative_are_listed_and_the_clients_own_are_not() {
    let server = TestServer::start().await;
    server.set_clock("2026-09-10T12:00:00+03:00");
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let trustee = fresh_client();
    let representation = Draft::representation(&maija, &care.client)
        .represented_by(TestRepresentative::of(&trustee).role("34"));
    store(&maija.session(), &representation.draft()).await;
    store(&maija.session(), &care.draft(&maija)).await;
    let search = json!({"filter": {"groups": ["client_document"]}});
    let own = server.citizen(&care.client).session();
    own.search(&search).await.unwrap().expect_status(200);
    let acting = server.citizen(&trustee).acting_for(&care.client).session();
    acting.search(&search).await.unwrap().expect_status(200);
    let officer = varanto_testkit::CITIZEN_SERVICE_WORKER;
    let found = review(&server, officer, "representatives").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["action"], "search");
    let text = found[0].to_string();
    assert!(!text.contains(&trustee) && !text.contains(&care.client), "{text}");
    let of_controller = review(&server, "T-1008", "representatives").await;
    assert_eq!(of_controller.len(), 1, "whose document was shown: {of_controller:?}");
    // Citizens are on no list of what staff does: everybody has their own name.
    for list in ["kin", "wills-without-context", "after-end", "own-unit", "volumes"] {
        for officer in [officer, "T-1008"] {
            let found = review(&server, officer, list).await;
            assert!(told(&found).iter().all(|(user, _)| user == "S-1001"), "{list}: {found:?}");
        }
    }
}
