//! Mandates of purchased services: made as an organiser makes them, and wrong in every way.

use serde_json::{Value, json};
use varanto_testkit::{Expect, Site, TestServer, fresh_client};

use crate::endpoint::Endpoint;

/// The organiser, the producer, and the producer's unit.
pub(crate) const ORGANISER: &str = "1.2.246.10.99990001.10.0";
pub(crate) const PRODUCER: &str = "1.2.246.10.99990002.10.0";
const KOIVULA: &str = "1.2.246.10.99990002.10.3";

/// What a good mandate says.
pub(crate) fn claims(client: &str) -> Value {
    json!({
        "organiser": ORGANISER, "producer": PRODUCER, "unit": KOIVULA, "client": {"id": client},
        "service": "kotihoito", "valid_from": "2024-01-01", "valid_to": "2099-12-31", "jti": "m-1"
    })
}

/// An envelope with a mandate of these claims, signed by the system of a person's organisation.
pub(crate) fn envelope(site: &Site, signer: &str, claims: &Value, client: &str) -> Value {
    let signer = site.person(signer).system_signer();
    let mandate = signer.sign_compact(claims.to_string().as_bytes()).unwrap();
    json!({
        "mandate": mandate, "client": {"id": client},
        "document": {"media_type": "application/xml", "base64": "PGNkYS8+"}
    })
}

/// REQ DIS-08
#[tokio::test]
async fn a_mandate_that_is_not_for_this_call_is_refused_with_every_fault() {
    let (server, endpoint) = Endpoint::with_server(0).await;
    let session = server.person("S-2001").session();
    let client = fresh_client();
    let wrong = |member: &str, value: Value| {
        let mut claims = claims(&client);
        claims[member] = value;
        envelope(&server, "S-1001", &claims, &client)
    };
    let other = "1.2.246.10.99990003.10.0";
    let mut tampered = wrong("jti", json!("m-2"));
    let jws = tampered["mandate"].as_str().unwrap().to_owned();
    let (head, rest) = jws.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let (first, last) = payload.split_at(payload.len() / 2);
    let flipped = if last.starts_with('A') { "B" } else { "A" };
    tampered["mandate"] = format!("{head}.{first}{flipped}{}.{signature}", &last[1..]).into();
    let by_another = envelope(&server, "S-3001", &claims(&client), &client);
    let all_wrong = json!({
        "organiser": ORGANISER, "producer": other, "unit": "1.2.246.10.99990002.10.4",
        "client": {"id": fresh_client()}, "service": "x", "valid_from": "2024-01-01",
        "valid_to": "2024-12-31", "jti": "m"
    });
    let by_card = {
        let card = server.person("S-1001").card_signer();
        let mut envelope = wrong("jti", json!("m-3"));
        let mandate = card.sign_compact(claims(&client).to_string().as_bytes()).unwrap();
        envelope["mandate"] = mandate.into();
        envelope
    };
    for (envelope, codes) in [
        (wrong("organiser", json!(other)), &["not-of-the-organiser"][..]),
        (by_another, &["not-of-the-organiser"]),
        (wrong("producer", json!(other)), &["of-another-producer"]),
        (wrong("unit", json!("1.2.246.10.99990002.10.4")), &["of-another-unit"]),
        (wrong("client", json!({"id": fresh_client()})), &["of-another-client"]),
        (wrong("valid_from", json!("2099-01-01")), &["not-valid-today"]),
        (wrong("valid_to", json!("2025-01-01")), &["not-valid-today"]),
        (wrong("valid_to", json!("soon")), &["not-well-formed"]),
        (wrong("jti", Value::Null), &["not-well-formed"]),
        (tampered, &["signature-invalid"]),
        (by_card, &["signature-invalid"]),
        (
            envelope(&server, "S-1001", &all_wrong, &client),
            &["of-another-producer", "of-another-unit", "of-another-client", "not-valid-today"],
        ),
    ] {
        let refused = session.pass_on_patient_data(&envelope).await.unwrap();
        let problem = refused.expect_problem("mandate-invalid");
        let found: Vec<_> = problem.errors.iter().map(|fault| fault.code.as_str()).collect();
        assert_eq!(found, codes);
        assert!(problem.errors.iter().all(|fault| fault.pointer == "/mandate"));
    }
    assert!(endpoint.received().is_empty());
}

/// REQ DIS-08
#[tokio::test]
async fn an_envelope_that_is_not_whole_or_too_large_is_refused() {
    let (server, _) = Endpoint::with_server(0).await;
    let session = server.person("S-2001").session();
    let client = fresh_client();
    let good = envelope(&server, "S-1001", &claims(&client), &client);
    for (place, value, at) in [
        ("/document/base64", json!("***"), "/document/base64"),
        ("/document/base64", json!(""), "/document/base64"),
        ("/document/base64", json!("A".repeat(28 << 20)), "/document/base64"),
        ("/document/media_type", Value::Null, "/document/media_type"),
        ("/mandate", json!("x".repeat((64 << 10) + 1)), "/mandate"),
        ("/client", json!({}), "/client/id"),
    ] {
        let mut envelope = good.clone();
        *envelope.pointer_mut(place).unwrap() = value;
        let refused = session.pass_on_patient_data(&envelope).await.unwrap();
        let problem = refused.expect_problem("invalid-request");
        assert_eq!(problem.errors[0].pointer, at);
    }
}

/// REQ DIS-08
#[tokio::test]
async fn without_a_repository_of_patient_data_nothing_is_taken() {
    let server = TestServer::start().await;
    let client = fresh_client();
    let envelope = envelope(&server, "S-1001", &claims(&client), &client);
    let refused = server.person("S-2001").session().pass_on_patient_data(&envelope).await.unwrap();
    assert_eq!(refused.expect_problem("patient-data-not-configured").status, 501);
}
