//! Connections: which client certificates are taken, and until when.

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use varanto_client::{Client, ClientError};
use varanto_signatures::{Issued, KeyKind, TestAuthority, TestSubject, Validity};
use varanto_testkit::{Expect, Site, TestServer};

use crate::common::store;

const SYSTEM: TestSubject<'static> =
    TestSubject::System { name: "Testilän hyvinvointialue", business_id: "99990001" };

fn days(from: i64, to: i64) -> Validity {
    let at = |days: i64| Timestamp::now() + SignedDuration::from_hours(24 * days);
    Validity { not_before: at(from), not_after: at(to) }
}

fn issue(site: &Site, subject: &TestSubject<'_>, validity: Validity) -> Issued {
    site.sandbox().authority().issue(subject, KeyKind::P256, validity).unwrap()
}

/// The connection is refused in its handshake, before anything is answered.
async fn is_refused(client: &Client) {
    let answer = client.get("/healthz").await;
    assert!(matches!(answer, Err(ClientError::Transport(_))), "{answer:?}");
}

/// REQ SIG-01
#[tokio::test]
async fn without_a_certificate_only_what_needs_none_is_answered() {
    let server = TestServer::start().await;
    let stranger = server.stranger();
    for path in ["/healthz", "/readyz", "/openapi.json"] {
        stranger.get(path).await.unwrap().expect_status(200);
    }
    for path in ["/v1/structures", "/v1/code-sets", "/v1/organisations", "/v1/documents/1.2.3"] {
        let answer = stranger.get(path).await.unwrap();
        assert_eq!(answer.expect_problem("client-certificate-required").status, 401, "{path}");
    }
    let answer = stranger.request_token("x").await.unwrap();
    answer.expect_problem("client-certificate-required");
}

/// REQ SIG-01
#[tokio::test]
async fn certificates_of_every_kind_of_key_connect() {
    let server = TestServer::start().await;
    for kind in [KeyKind::P256, KeyKind::P384, KeyKind::Rsa] {
        let issued = server.sandbox().authority().issue(&SYSTEM, kind, days(-1, 1)).unwrap();
        server.client_with(&issued).structures().await.unwrap().expect_status(200);
    }
}

/// REQ SIG-01
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_another_authority_is_refused_in_the_handshake() {
    let server = TestServer::start().await;
    // It has the same names as the sandbox's own.
    let foreign = TestAuthority::create("Varanto sandbox", days(-10, 10)).unwrap();
    let issued = foreign.issue(&SYSTEM, KeyKind::P256, days(-1, 1)).unwrap();
    is_refused(&server.client_with(&issued)).await;
    let told = openssl(&server, Some(&issued), "/healthz");
    assert!(!text(&told).contains("200 OK"), "{}", text(&told));
    assert!(text(&told).contains("alert"), "{}", text(&told));
}

/// REQ SIG-01
#[tokio::test]
async fn a_certificate_out_of_its_time_or_for_servers_only_is_refused_in_the_handshake() {
    let server = TestServer::start().await;
    let servers_only = TestSubject::MisissuedSystem { name: "Testilä", business_id: "99990001" };
    for issued in [
        issue(&server, &SYSTEM, days(-3, -1)),
        issue(&server, &SYSTEM, days(1, 3)),
        issue(&server, &servers_only, days(-1, 1)),
        issue(&server, &TestSubject::Server(&["localhost"]), days(-1, 1)),
    ] {
        is_refused(&server.client_with(&issued)).await;
    }
}

/// REQ SIG-01
#[tokio::test]
async fn a_certificate_of_an_organisation_that_is_not_known_opens_nothing() {
    let server = TestServer::start().await;
    let unknown = TestSubject::System { name: "Joku muu", business_id: "99990008" };
    let client = server.client_with(&issue(&server, &unknown, days(-1, 1)));
    let answer = client.structures().await.unwrap();
    assert_eq!(answer.expect_problem("certificate-not-bound").status, 403);
}

/// A card is for signing and not a system: whoever connects with one is no organisation.
///
/// REQ SIG-01
#[tokio::test]
async fn a_card_is_not_taken_for_a_system() {
    let server = TestServer::start().await;
    let card = server.person("S-1001").person.card.unwrap();
    let mut settings = server.client_settings("99990001");
    settings.certificate_pem = server.read(&card.certificate);
    settings.key_pem = server.read(&card.key);
    match Client::connect(&settings).unwrap().structures().await {
        Ok(answer) => assert!([401, 403].contains(&answer.status), "{}", answer.status),
        Err(error) => assert!(matches!(error, ClientError::Transport(_)), "{error}"),
    }
}

/// REQ SIG-01
#[tokio::test]
async fn a_revoked_certificate_is_refused_within_seconds_on_old_and_new_connections() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    store(&session, &care.draft(&maija)).await;
    let other = server.person("S-3001").session();
    other.get("/v1/structures").await.unwrap().expect_status(200);
    server.revoke(&maija.organisation.system.certificate);
    // The connection that is open stays open; what is asked over it is refused.
    let mut tries = 0;
    let problem = loop {
        let answer = session.client().structures().await.unwrap();
        if answer.status != 200 {
            break answer.expect_problem("certificate-revoked");
        }
        tries += 1;
        assert!(tries < 200, "the revocation is not taken note of");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(problem.status, 401);
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_problem("certificate-revoked");
    is_refused(&maija.client()).await;
    other.get("/v1/structures").await.unwrap().expect_status(200);
}

/// REQ SIG-01
#[tokio::test(flavor = "multi_thread")]
async fn an_independent_tls_program_is_answered_with_and_without_a_certificate() {
    let server = TestServer::start().await;
    let issued = issue(&server, &SYSTEM, days(-1, 1));
    let with = openssl(&server, Some(&issued), "/v1/structures");
    assert!(text(&with).contains("HTTP/1.1 200 OK"), "{}", text(&with));
    let without = openssl(&server, None, "/v1/structures");
    assert!(text(&without).contains("HTTP/1.1 401"), "{}", text(&without));
    assert!(text(&without).contains("client-certificate-required"), "{}", text(&without));
}

/// REQ SIG-01
#[tokio::test(flavor = "multi_thread")]
async fn nothing_older_than_tls_1_2_is_spoken() {
    let server = TestServer::start().await;
    let connect = |version: &str| {
        let port = server.base_url().rsplit(':').next().unwrap().to_owned();
        let output = Command::new("openssl")
            .args(["s_client", "-connect", &format!("localhost:{port}"), version])
            .args(["-cipher", "DEFAULT@SECLEVEL=0"])
            .stdin(Stdio::null())
            .output();
        text(&output.unwrap())
    };
    assert!(connect("-tls1_2").contains("Cipher is ECDHE"), "{}", connect("-tls1_2"));
    for old in ["-tls1", "-tls1_1"] {
        let told = connect(old);
        assert!(told.contains("Cipher is (NONE)") || !told.contains("Cipher is"), "{told}");
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat())
        .into_owned()
}

/// Asks for a path with `openssl s_client`.
fn openssl(site: &Site, issued: Option<&Issued>, path: &str) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let port = site.base_url().rsplit(':').next().unwrap();
    let mut command = Command::new("openssl");
    command.args(["s_client", "-quiet", "-ign_eof", "-verify_return_error"]);
    command.args(["-connect", &format!("localhost:{port}"), "-CAfile"]).arg(site.paths().ca());
    if let Some(issued) = issued {
        let chain = directory.path().join("chain.pem");
        let key = directory.path().join("key.pem");
        std::fs::write(&chain, issued.chain_pem()).unwrap();
        std::fs::write(&key, issued.key_pem()).unwrap();
        command.arg("-cert").arg(&chain).arg("-cert_chain").arg(&chain).arg("-key").arg(&key);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("openssl runs");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    // Where the handshake is refused the program may be gone already.
    let _ = child.stdin.as_mut().unwrap().write_all(request.as_bytes());
    child.wait_with_output().unwrap()
}
