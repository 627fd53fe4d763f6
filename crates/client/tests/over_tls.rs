//! The client against a listener of our own: mutual TLS, tokens, and their renewal.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use jiff::Timestamp;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use varanto_client::{
    Client, ClientError, ClientSettings, Credentials, Session, Signer, UseContext,
};
use varanto_model::{Code, Oid, PersonName};
use varanto_signatures::{
    Issued, KeyKind, TestAuthority, TestSubject, Validity, certificates_to_pem,
};

const SYSTEM: TestSubject<'static> =
    TestSubject::System { name: "Testilä", business_id: "99990001" };

/// A request as the listener saw it.
struct Seen {
    head: String,
    certificate: bool,
}

impl Seen {
    fn line(&self) -> &str {
        self.head.lines().next().unwrap()
    }

    fn has(&self, header: &str) -> bool {
        self.head.lines().any(|line| line.eq_ignore_ascii_case(header))
    }
}

struct World {
    authority: TestAuthority,
    system: Issued,
}

impl World {
    fn new() -> Self {
        let validity = Validity {
            not_before: "2020-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2045-01-01T00:00:00Z".parse().unwrap(),
        };
        let authority = TestAuthority::create("Test", validity).unwrap();
        let system = authority.issue(&SYSTEM, KeyKind::P256, validity).unwrap();
        Self { authority, system }
    }

    fn ca_pem(&self) -> String {
        certificates_to_pem([self.authority.root()])
    }

    /// Answers one request after the other with these bodies, each on a connection of its own.
    fn listen(&self, answers: Vec<(u16, &'static str, String)>) -> (String, Receiver<Seen>) {
        let config = Arc::new(self.server_config());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let (sender, seen) = channel();
        thread::spawn(move || {
            for (status, media_type, body) in answers {
                let (socket, _) = listener.accept().unwrap();
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = StreamOwned::new(connection, socket);
                let head = read_request(&mut stream);
                let certificate = stream.conn.peer_certificates().is_some();
                write!(
                    stream,
                    "HTTP/1.1 {status} X\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\n\
                     connection: close\r\n\r\n{body}",
                    body.len()
                )
                .unwrap();
                stream.conn.send_close_notify();
                stream.flush().unwrap();
                sender.send(Seen { head, certificate }).unwrap();
            }
        });
        (base_url, seen)
    }

    fn server_config(&self) -> ServerConfig {
        let validity = Validity {
            not_before: "2020-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2045-01-01T00:00:00Z".parse().unwrap(),
        };
        let server = TestSubject::Server(&["localhost"]);
        let server = self.authority.issue(&server, KeyKind::P256, validity).unwrap();
        let chain = server.chain().map(|c| CertificateDer::from(c.der().to_vec())).to_vec();
        let key = PrivateKeyDer::from_pem_slice(server.key_pem().as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.authority.root().der().to_vec())).unwrap();
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .allow_unauthenticated()
                .build()
                .unwrap();
        ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(chain, key)
            .unwrap()
    }

    fn client(&self, base_url: &str) -> Client {
        Client::connect(&ClientSettings {
            base_url: base_url.to_owned(),
            ca_pem: self.ca_pem(),
            certificate_pem: self.system.chain_pem(),
            key_pem: self.system.key_pem().to_owned(),
        })
        .unwrap()
    }

    fn session(&self, base_url: &str) -> Session {
        let credentials = Credentials {
            organisation: oid("1.2.246.10.99990001.10.0"),
            user_id: "S-1001".into(),
            name: PersonName { family_name: "Esimerkki".into(), given_names: "Maija".into() },
            unit: oid("1.2.246.10.99990001.10.1"),
            role: Code::parse("social_worker").unwrap(),
            authentication: Code::parse("system").unwrap(),
            signer: Arc::new(
                Signer::from_pem(&self.system.chain_pem(), self.system.key_pem()).unwrap(),
            ),
        };
        self.client(base_url).session(credentials, Timestamp::now)
    }
}

fn oid(text: &str) -> Oid {
    Oid::parse(text).unwrap()
}

/// Reads a request to its end and gives its head.
fn read_request(stream: &mut StreamOwned<ServerConnection, TcpStream>) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).unwrap();
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok()
            });
            if body.len() >= length.unwrap_or(0) {
                return head.to_owned();
            }
        }
    }
}

fn token(text: &str) -> (u16, &'static str, String) {
    let body =
        format!(r#"{{"access_token": "{text}", "token_type": "Bearer", "expires_in": 900}}"#);
    (200, "application/json", body)
}

fn problem(slug: &str) -> (u16, &'static str, String) {
    let body = format!(r#"{{"type": "urn:varanto:problem:{slug}", "title": "X", "status": 401}}"#);
    (401, "application/problem+json", body)
}

#[tokio::test]
async fn a_session_shows_the_certificate_and_gets_its_token_once() {
    let world = World::new();
    let ok = || (200, "application/json", "{}".to_owned());
    let (base_url, seen) = world.listen(vec![token("first"), ok(), ok()]);
    let session = world.session(&base_url);
    let document = oid("1.2.246.10.99990001.11.2026.17");
    let context = UseContext { purpose: Code::parse("archive").ok(), ..UseContext::default() };
    assert!(session.fetch(&document, &context).await.unwrap().is_success());
    assert!(session.versions(&document, &UseContext::default()).await.unwrap().is_success());
    let seen: Vec<Seen> = seen.iter().take(3).collect();
    let lines: Vec<_> = seen.iter().map(Seen::line).collect();
    assert_eq!(
        lines,
        [
            "POST /oauth2/token HTTP/1.1",
            "GET /v1/documents/1.2.246.10.99990001.11.2026.17?purpose=archive HTTP/1.1",
            "GET /v1/documents/1.2.246.10.99990001.11.2026.17/versions HTTP/1.1",
        ]
    );
    assert!(seen.iter().all(|request| request.certificate));
    assert!(seen[0].has("content-type: application/x-www-form-urlencoded"));
    assert!(
        seen[1].has("authorization: Bearer first") && seen[2].has("authorization: Bearer first")
    );
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_once() {
    let world = World::new();
    let refused = || problem("token-invalid");
    let (base_url, seen) =
        world.listen(vec![token("first"), refused(), token("second"), refused()]);
    let answer = world.session(&base_url).get("/v1/documents/1.2").await.unwrap();
    assert_eq!(answer.problem().unwrap().slug(), "token-invalid");
    let seen: Vec<Seen> = seen.iter().take(4).collect();
    assert!(seen[3].has("authorization: Bearer second"));
}

#[tokio::test]
async fn a_refused_assertion_is_told_as_the_problem_that_it_is() {
    let world = World::new();
    let (base_url, _seen) = world.listen(vec![problem("assertion-invalid")]);
    let error = world.session(&base_url).token().await.unwrap_err();
    assert!(matches!(error, ClientError::Refused(p) if p.slug() == "assertion-invalid"));
}

#[tokio::test]
async fn a_server_of_another_authority_is_not_talked_to() {
    let world = World::new();
    let ok = (200, "application/json", "{}".to_owned());
    let (base_url, seen) = World::new().listen(vec![ok]);
    let error = world.client(&base_url).structures().await.unwrap_err();
    assert!(matches!(error, ClientError::Transport(_)), "{error}");
    assert!(seen.recv().is_err());
}

#[tokio::test]
async fn a_client_without_certificate_shows_none() {
    let world = World::new();
    let ok = (200, "application/json", r#"{"status": "ready"}"#.to_owned());
    let (base_url, seen) = world.listen(vec![ok]);
    let client = Client::without_certificate(&base_url, &world.ca_pem()).unwrap();
    assert!(client.readiness().await.unwrap().is_success());
    assert!(!seen.recv().unwrap().certificate);
}
