//! Tokens: which assertions are believed, and where a token is good.

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_client::{Client, Signer};
use varanto_testkit::{Expect, TestPerson, TestServer, fresh_client};

use crate::common::{Raw, outcome, store, use_log};

/// The claims of a right assertion of a person.
fn claims(client: &Client, person: &TestPerson) -> Value {
    let now = Timestamp::now().as_second();
    let c = &person.credentials;
    json!({
        "iss": c.organisation.as_str(), "sub": c.user_id, "aud": client.token_url(),
        "iat": now, "exp": now + 120, "jti": fresh_id(),
        "name": format!("{}, {}", c.name.family_name, c.name.given_names),
        "unit": c.unit.as_str(), "role": c.role.as_str(),
        "authentication": c.authentication.as_str(),
    })
}

fn fresh_id() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("test-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

async fn asked(client: &Client, signer: &Signer, claims: &Value) -> varanto_client::Answer {
    let assertion = signer.sign_compact(claims.to_string().as_bytes()).unwrap();
    client.request_token(&assertion).await.unwrap()
}

/// REQ SIG-04
#[tokio::test]
async fn a_card_or_the_system_gets_a_token_for_fifteen_minutes_at_most() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    for person in [
        maija.clone(),
        maija.vouched(),
        server.person("T-1006"),
        server.person("T-2003"),
        server.person("T-2004"),
    ] {
        let client = person.client();
        let answer = asked(&client, &person.credentials.signer, &claims(&client, &person)).await;
        let token = answer.expect_status(200);
        assert_eq!(token["token_type"], "Bearer");
        assert!((1..=900).contains(&token["expires_in"].as_i64().unwrap()));
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
}

/// REQ SIG-04
#[tokio::test]
async fn the_issuer_may_be_named_by_its_controller_and_the_audience_in_a_list() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let client = maija.client();
    let mut said = claims(&client, &maija);
    said["iss"] = json!("1.2.246.10.99990001.19.0");
    said["aud"] = json!(["https://elsewhere.example/token", client.token_url()]);
    asked(&client, &maija.card_signer(), &said).await.expect_status(200);
}

/// REQ SIG-04, AC-04
#[tokio::test]
async fn an_assertion_that_does_not_hold_gets_no_token() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let client = maija.client();
    let card = maija.card_signer();
    let now = Timestamp::now().as_second();
    let changes = [
        ("aud", json!("https://elsewhere.example/oauth2/token")),
        ("aud", json!(server.base_url())),
        ("aud", json!([])),
        ("iss", json!("1.2.246.10.99990003.10.0")),
        ("iss", json!("1.2.246.10.99990001.10.1")),
        ("exp", json!(now - 1)),
        ("exp", json!(now + 400)),
        ("iat", json!(now + 3_600)),
        ("sub", json!("S-1002")),
        ("authentication", json!("personnel_card")),
        ("authentication", json!("system")),
    ];
    for (claim, value) in changes {
        let mut said = claims(&client, &maija);
        said[claim] = value.clone();
        if claim == "iat" {
            said["exp"] = json!(now + 3_660);
        }
        let answer = asked(&client, &card, &said).await;
        let problem = answer.expect_problem("assertion-invalid");
        assert_eq!(problem.status, 400, "{claim} {value}");
    }
    let mut expired = claims(&client, &maija);
    expired["iat"] = json!(now - 120);
    expired["exp"] = json!(now - 1);
    asked(&client, &card, &expired).await.expect_problem("assertion-invalid");
    for claim in
        ["iss", "sub", "aud", "iat", "exp", "jti", "name", "unit", "role", "authentication"]
    {
        let mut said = claims(&client, &maija);
        said.as_object_mut().unwrap().remove(claim);
        let answer = asked(&client, &card, &said).await;
        let problem = answer.expect_problem("invalid-request");
        assert_eq!(problem.errors[0].pointer, format!("/{claim}"));
    }
}

/// REQ SIG-04
#[tokio::test]
async fn an_assertion_is_taken_once() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let client = maija.client();
    let said = claims(&client, &maija);
    asked(&client, &maija.card_signer(), &said).await.expect_status(200);
    asked(&client, &maija.card_signer(), &said).await.expect_problem("assertion-invalid");
    // Of many who use one assertion at the same time, one gets a token.
    let once = claims(&client, &maija);
    let assertion = maija.card_signer().sign_compact(once.to_string().as_bytes()).unwrap();
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (client, assertion) = (client.clone(), assertion.clone());
        racers.spawn(async move { client.request_token(&assertion).await.unwrap().status });
    }
    let statuses = racers.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

/// REQ SIG-04
#[tokio::test]
async fn an_assertion_is_signed_by_the_own_card_or_the_own_system() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let client = maija.client();
    let mut vouched = claims(&client, &maija);
    vouched["authentication"] = json!("system");
    let foreign_system = server.person("S-3001").system_signer();
    let foreign_card = server.person("S-1002").card_signer();
    asked(&client, &foreign_system, &vouched).await.expect_problem("assertion-invalid");
    let said = claims(&client, &maija);
    asked(&client, &foreign_card, &said).await.expect_problem("assertion-invalid");
    let assertion = maija.card_signer().sign_compact(said.to_string().as_bytes()).unwrap();
    let mut parts: Vec<String> = assertion.split('.').map(str::to_owned).collect();
    let other = maija.card_signer().sign_compact(claims(&client, &maija).to_string().as_bytes());
    parts[1] = other.unwrap().split('.').nth(1).unwrap().to_owned();
    for tampered in
        [parts.join("."), assertion[..assertion.len() - 6].to_owned(), "a.b.c".into(), "x".into()]
    {
        let answer = client.request_token(&tampered).await.unwrap();
        answer.expect_problem("assertion-invalid");
    }
    client.request_token(&assertion).await.unwrap().expect_status(200);
}

/// A controller's system may be used only for its own professionals.
///
/// REQ AC-04
#[tokio::test]
async fn a_token_names_somebody_of_the_user_register_or_opens_nothing() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001").vouched();
    let client = maija.client();
    let mut said = claims(&client, &maija);
    said["sub"] = json!("S-7777");
    let signer = maija.system_signer();
    let token = asked(&client, &signer, &said).await.expect_status(200);
    let raw = Raw::new(maija.settings());
    let body = json!({"client": {"id": fresh_client()}});
    let request = raw.request("POST", "/v1/documents/search").json(&body);
    let request = request.bearer_auth(token["access_token"].as_str().unwrap());
    assert_eq!(outcome(request.send().await.unwrap()).await, (403, "user-unknown".to_owned()));
    let entries = use_log(&server).await;
    assert!(entries.iter().any(|e| e["user"]["id"] == "S-7777" && e["outcome"] == "user-unknown"));
}

/// REQ SIG-01
#[tokio::test]
async fn a_token_is_good_only_over_the_certificate_that_it_was_got_with() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let draft = server.care_of(&maija).await.draft(&maija);
    store(&maija.session(), &draft).await;
    let token = maija.session().token().await.unwrap();
    let path = format!("/v1/documents/{}", draft.oid());
    let own = Raw::new(maija.settings());
    let get = |raw: &Raw, token: &str| raw.request("GET", &path).bearer_auth(token).send();
    assert_eq!(get(&own, token.expose()).await.unwrap().status(), 200);
    let other = Raw::new(server.person("S-3001").settings());
    let refused = (401, "token-invalid".to_owned());
    assert_eq!(outcome(get(&other, token.expose()).await.unwrap()).await, refused);
    let mut tampered = token.expose().to_owned();
    let last = tampered.pop().unwrap();
    tampered.push(if last == 'A' { 'B' } else { 'A' });
    for wrong in [tampered.as_str(), "x", "a.b", &token.expose()[1..]] {
        let answer = get(&own, wrong).await.unwrap();
        assert!(answer.headers().contains_key("www-authenticate"));
        assert_eq!(outcome(answer).await, refused, "{wrong}");
    }
    let without = own.request("GET", &path).send().await.unwrap();
    assert_eq!(outcome(without).await, (401, "token-missing".to_owned()));
    let basic = own.request("GET", &path).header("authorization", "Basic eA==").send();
    assert_eq!(outcome(basic.await.unwrap()).await, (401, "token-missing".to_owned()));
}

/// A token lasts no longer than its time, whatever the sandbox's own clock says; and it does not
/// survive another key.
///
/// REQ SIG-01
#[tokio::test]
async fn a_token_goes_by_real_time() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let before = session.token().await.unwrap();
    server.set_clock("2031-07-01T12:00:00+03:00");
    store(&session, &care.draft(&maija)).await;
    assert!(session.token().await.unwrap() == before, "no new token was needed");
}

/// REQ SIG-04
#[tokio::test]
async fn the_form_of_a_token_request_is_checked() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let raw = Raw::new(maija.settings());
    let post = |body: &'static str| {
        let form = "application/x-www-form-urlencoded";
        raw.request("POST", "/oauth2/token").header("content-type", form).body(body).send()
    };
    for body in [
        "",
        "grant_type=password&assertion=x",
        "assertion=x",
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer",
    ] {
        let answer = outcome(post(body).await.unwrap()).await;
        assert_eq!(answer, (400, "invalid-request".to_owned()), "{body}");
    }
    let json = raw.request("POST", "/oauth2/token").json(&json!({})).send().await.unwrap();
    assert_eq!(outcome(json).await, (415, "unsupported-media-type".to_owned()));
}
