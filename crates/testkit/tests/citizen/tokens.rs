//! Logging in: who vouches for citizens, and what their tokens are good for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use varanto::server::open_service;
use varanto_client::{Answer, UseContext};
use varanto_sandbox::World;
use varanto_service::ImportOptions;
use varanto_testkit::{CITIZEN_SERVICE_WORKER, Expect, TestCitizen, fresh_client, fresh_oid};

use crate::given::Given;

/// Asks for a token with changed claims.
async fn asked(citizen: &TestCitizen, change: impl FnOnce(&mut Value)) -> Answer {
    let (now, audience) = (Timestamp::now(), citizen.client().token_url());
    let jti = fresh_oid().to_string();
    let mut claims = citizen.credentials.claims(&audience, now, &jti);
    change(&mut claims);
    let signer = &citizen.credentials.signer;
    let assertion = signer.sign_compact(claims.to_string().as_bytes()).unwrap();
    citizen.client().request_token(&assertion).await.unwrap()
}

/// REQ AC-07
#[tokio::test]
async fn only_a_service_for_citizens_vouches_for_citizens() {
    let given = Given::start().await;
    for business_id in ["99990001", "99990002"] {
        let citizen = given.server.citizen_of(business_id, &given.client);
        asked(&citizen, |_| {}).await.expect_problem("assertion-invalid");
    }
    let citizen = given.server.citizen(&given.client);
    asked(&citizen, |_| {}).await.expect_status(200);
    let card = given.server.person(CITIZEN_SERVICE_WORKER).card_signer();
    let mut by_card = citizen.clone();
    by_card.credentials.signer = card;
    asked(&by_card, |_| {}).await.expect_problem("assertion-invalid");
    let client = given.client.clone();
    let wrong = asked(&citizen, |claims| {
        claims["sub"] = json!("S-1001");
        claims["acting_for"] = json!("x");
    });
    let problem = wrong.await.expect_problem("invalid-request");
    let mut places: Vec<_> = problem.errors.iter().map(|e| e.pointer.clone()).collect();
    places.sort();
    assert_eq!(places, ["/acting_for", "/sub"]);
    let own = asked(&citizen, |claims| claims["acting_for"] = json!(client)).await;
    assert_eq!(own.expect_problem("invalid-request").errors[0].code, "not-another");
}

/// REQ AC-07
#[tokio::test]
async fn the_token_of_a_citizen_opens_nothing_of_professionals_and_theirs_nothing_of_citizens() {
    let given = Given::start().await;
    let letter = given.letter();
    given.store(&letter).await;
    let citizen = given.server.citizen(&given.client);
    let token = citizen.session().token().await.unwrap();
    let url = |path: &str| format!("{}{path}", given.server.base_url());
    let plain = given.server.client_settings("99990006");
    let http = http(&plain);
    for path in ["/v1/documents/1.2.3", "/v1/citizen/will"] {
        let answer = http.get(url(path)).bearer_auth(token.expose()).send().await.unwrap();
        let expected = if path.contains("citizen") { 200 } else { 401 };
        assert_eq!(answer.status().as_u16(), expected, "{path}");
    }
    let worker = given.server.person(CITIZEN_SERVICE_WORKER).session();
    worker.get("/v1/citizen/will").await.unwrap().expect_problem("token-invalid");
    let stranger = given.server.person("S-1001").session();
    stranger.get("/v1/citizen/will").await.unwrap().expect_problem("token-invalid");
    // Over another certificate it opens nothing either.
    let other = self::http(&given.server.client_settings("99990001"));
    let answer =
        other.get(url("/v1/citizen/will")).bearer_auth(token.expose()).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 401);
    let read = stranger.fetch(&letter.oid(), &UseContext::default()).await.unwrap();
    read.expect_status(200);
}

/// REQ DOC-06
#[tokio::test]
async fn nobody_reads_in_a_token_who_has_logged_in() {
    let given = Given::start().await;
    let (one, other) = (fresh_client(), &given.client);
    for person in [&one, other] {
        let token = given.server.citizen(person).session().token().await.unwrap();
        let parts = token.expose().split('.').map(|part| URL_SAFE_NO_PAD.decode(part));
        let bytes: Vec<u8> = parts.flatten().flatten().collect();
        for secret in [person.as_str(), "Testinen", "Aino"] {
            assert!(!token.expose().contains(secret));
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret}");
        }
    }
}

/// REQ DIR-01
#[tokio::test]
async fn without_its_mark_a_service_speaks_for_nobody() {
    let given = Given::start().await;
    let session = given.citizen();
    session.will().await.unwrap().expect_status(200);
    let directories = open_service(&given.server.config(), &[]).await.unwrap();
    let options = ImportOptions::default();
    let table = "oid;parent;business_id;name_fi;name_sv;name_en;kind;valid_from;valid_to\n\
        1.2.246.10.99990006.10.0;;99990006;Uusi nimi;;;public;;\n";
    directories.import_organisations(table.as_bytes(), &options).await.unwrap();
    session.will().await.unwrap().expect_status(200);
    let mut world = serde_json::to_value(World::builtin()).unwrap();
    world["organisations"][5].as_object_mut().unwrap().remove("citizen_service");
    directories.import_organisations(world.to_string().as_bytes(), &options).await.unwrap();
    // The server takes note with the first plan that its directory no longer fits.
    let _ = session.will().await;
    let _ = session.search(&json!({})).await;
    let login = given.server.citizen(&given.client);
    asked(&login, |_| {}).await.expect_problem("assertion-invalid");
    assert!(session.will().await.is_err(), "the token at hand is refused, and another not given");
}

/// A client of plain HTTP with a system's certificate.
fn http(settings: &varanto_client::ClientSettings) -> reqwest::Client {
    let identity = varanto_client::TlsIdentity {
        certificate_pem: &settings.certificate_pem,
        key_pem: &settings.key_pem,
    };
    let config = varanto_client::tls_config(&settings.ca_pem, Some(&identity)).unwrap();
    reqwest::Client::builder().tls_backend_preconfigured(config).no_proxy().build().unwrap()
}
