//! TLS as OpenSSL sees it: who gets a connection, who does not, and what we show ourselves.
//!
//! In TLS 1.3 a client has ended the handshake before the server has looked at its certificate, so
//! the alert comes in place of the first answer. Therefore each try sends a request.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use varanto_signatures::{
    Issued, KeyKind, TestAuthority, TestSubject, Validity, certificates_to_pem,
};
use varanto_testkit::ServerProcess;

const SYSTEM: TestSubject<'static> =
    TestSubject::System { name: "Testilän hyvinvointialue", business_id: "99990001" };

const TLS_1_2: &str = "-tls1_2";
const TLS_1_3: &str = "-tls1_3";

/// REQ SIG-01
#[tokio::test]
async fn without_certificate_the_handshake_succeeds_and_the_interface_answers_401() {
    let world = World::start().await;
    for version in [TLS_1_2, TLS_1_3] {
        let said = world.get("/v1/documents/1.2.246.10.99990001.11.2026.1", &[version]);
        said.expect("HTTP/1.1 401 Unauthorized");
        said.expect("urn:varanto:problem:client-certificate-required");
        world.get("/healthz", &[version]).expect("HTTP/1.1 200 OK");
    }
}

/// REQ SIG-01
#[tokio::test]
async fn with_a_good_certificate_the_handshake_succeeds_and_only_the_token_is_missing() {
    let world = World::start().await;
    let good = world.issue("good", &SYSTEM, -1, 1);
    for version in [TLS_1_2, TLS_1_3] {
        let said = world.get_with("/v1/documents/1.2.246.10.99990001.11.2026.1", &good, &[version]);
        said.expect("HTTP/1.1 401 Unauthorized");
        said.expect("urn:varanto:problem:token-missing");
    }
}

/// REQ SIG-01
#[tokio::test]
async fn foreign_expired_coming_and_misissued_certificates_are_refused_with_an_alert() {
    let world = World::start().await;
    let foreign = TestAuthority::create("Foreign", days(-10, 10)).unwrap();
    let foreign = foreign.issue(&SYSTEM, KeyKind::P256, days(-1, 1)).unwrap();
    let server = TestSubject::Server(&["localhost"]);
    let misissued = TestSubject::MisissuedSystem { name: "Testilä", business_id: "99990001" };
    for (certificate, alert) in [
        (world.write("foreign", &foreign), "alert unknown ca"),
        (world.issue("expired", &SYSTEM, -3, -2), "alert certificate expired"),
        (world.issue("coming", &SYSTEM, 2, 3), "alert certificate expired"),
        (world.issue("server", &server, -1, 1), "alert unsupported certificate"),
        (world.issue("misissued", &misissued, -1, 1), "alert unsupported certificate"),
    ] {
        for version in [TLS_1_2, TLS_1_3] {
            world.get_with("/healthz", &certificate, &[version]).expect_alert(alert);
        }
    }
}

/// REQ SIG-01
#[tokio::test]
async fn a_revoked_certificate_is_refused_with_an_alert_as_soon_as_the_list_is_read() {
    let world = World::start().await;
    let system = &world.server.organisation("99990001").system;
    let paths = world.server.paths();
    let revoked = [paths.join(&system.certificate), paths.join(&system.key)];
    world.get_with("/healthz", &revoked, &[TLS_1_3]).expect("HTTP/1.1 200 OK");
    world.server.revoke(&system.certificate);
    let began = Instant::now();
    while world.get_with("/healthz", &revoked, &[TLS_1_3]).0.contains("HTTP/1.1 200 OK") {
        assert!(began.elapsed() < Duration::from_secs(30), "the list is not read");
        std::thread::sleep(Duration::from_millis(100));
    }
    for version in [TLS_1_2, TLS_1_3] {
        let said = world.get_with("/healthz", &revoked, &[version]);
        said.expect_alert("alert certificate revoked");
    }
    let other = &world.server.organisation("99990003").system;
    let other = [paths.join(&other.certificate), paths.join(&other.key)];
    world.get_with("/healthz", &other, &[TLS_1_3]).expect("HTTP/1.1 200 OK");
}

/// REQ SIG-01
#[tokio::test]
async fn older_versions_than_tls_1_2_are_refused_with_an_alert() {
    let world = World::start().await;
    // Level 0 lets OpenSSL itself offer what it considers too old, with every cipher that it has.
    // Without the extensions of TLS 1.2 the alert may be `handshake failure` as well.
    for version in ["-tls1", "-tls1_1"] {
        let said = world.get("/healthz", &[version, "-cipher", "ALL:@SECLEVEL=0"]);
        said.expect_alert("alert");
    }
    world.get("/healthz", &[TLS_1_2, "-cipher", "ALL:@SECLEVEL=0"]).expect("HTTP/1.1 200 OK");
}

/// REQ SIG-01
#[tokio::test]
async fn our_chain_is_verified_by_the_authority_and_the_name_and_by_nothing_else() {
    let world = World::start().await;
    let good = world.get("/healthz", &["-verify_hostname", "localhost", "-showcerts"]);
    good.expect("Verify return code: 0 (ok)");
    let shown = good.0.matches("-----BEGIN CERTIFICATE-----").count();
    assert!(shown >= 2, "the server shows its issuer too: {}", good.0);

    let other_name = world.get("/healthz", &["-verify_hostname", "localhost.example"]);
    other_name.expect("hostname mismatch");
    other_name.expect_no_answer();

    let foreign = TestAuthority::create("Foreign", days(-10, 10)).unwrap();
    let file = world.folder.path().join("foreign-ca.pem");
    fs::write(&file, certificates_to_pem([foreign.root()])).unwrap();
    let untrusted = world.connect("/healthz", &file, &[]);
    untrusted.expect("unable to get local issuer certificate");
    untrusted.expect_no_answer();
}

/// A server, and a place for certificates of the test's own making.
struct World {
    server: ServerProcess,
    folder: TempDir,
}

/// What OpenSSL and the server have said.
struct Said(String);

impl World {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { server: ServerProcess::start().await, folder }
    }

    /// A certificate of the sandbox's authority, valid between two days from now; and its key.
    fn issue(&self, name: &str, subject: &TestSubject<'_>, from: i64, to: i64) -> [PathBuf; 2] {
        let sandbox = self.server.sandbox();
        let issued = sandbox.authority().issue(subject, KeyKind::P256, days(from, to)).unwrap();
        self.write(name, &issued)
    }

    fn write(&self, name: &str, issued: &Issued) -> [PathBuf; 2] {
        let file = |ending| self.folder.path().join(format!("{name}.{ending}"));
        let (certificate, key) = (file("pem"), file("key"));
        fs::write(&certificate, issued.chain_pem()).unwrap();
        fs::write(&key, issued.key_pem()).unwrap();
        [certificate, key]
    }

    fn get_with(&self, path: &str, [certificate, key]: &[PathBuf; 2], options: &[&str]) -> Said {
        let files = [certificate.to_str().unwrap(), key.to_str().unwrap()];
        let options: Vec<&str> = options
            .iter()
            .copied()
            .chain(["-cert", files[0], "-key", files[1], "-cert_chain", files[0]])
            .collect();
        self.get(path, &options)
    }

    /// A request over a connection by `openssl s_client`, which trusts the sandbox's authority alone.
    fn get(&self, path: &str, options: &[&str]) -> Said {
        self.connect(path, &self.server.paths().ca(), options)
    }

    fn connect(&self, path: &str, authority: &Path, options: &[&str]) -> Said {
        let address = self.server.base_url().trim_start_matches("https://");
        let mut child = Command::new("openssl")
            .args(["s_client", "-connect", address, "-servername", "localhost", "-ign_eof"])
            .args(["-verify_return_error", "-no-CApath", "-no-CAstore", "-CAfile"])
            .arg(authority)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("openssl is installed");
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        // Where the handshake has failed nobody reads it.
        let _ = child.stdin.take().unwrap().write_all(request.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said(format!("{}\n{}", text(&output.stdout), text(&output.stderr)))
    }
}

impl Said {
    #[track_caller]
    fn expect(&self, text: &str) {
        assert!(self.0.contains(text), "`{text}` was expected: {}", self.0);
    }

    /// The connection ended by an alert from the server, before any answer.
    #[track_caller]
    fn expect_alert(&self, alert: &str) {
        self.expect(alert);
        self.expect("SSL alert number");
        self.expect_no_answer();
    }

    #[track_caller]
    fn expect_no_answer(&self) {
        assert!(!self.0.contains("HTTP/1.1"), "no answer was expected: {}", self.0);
    }
}

fn days(from: i64, to: i64) -> Validity {
    let day = |days: i64| Timestamp::now() + SignedDuration::from_hours(24 * days);
    Validity { not_before: day(from), not_after: day(to) }
}
