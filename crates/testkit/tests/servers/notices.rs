//! What waits to be handed over is handed over by one of the servers.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use varanto_store::outbox;
use varanto_testkit::{Expect, Site, fresh_client};

use crate::given::{PATIENCE, Servers};
use crate::receiver::{Answering, Receiver};

/// The controller of S-1001 in the built-in world.
const TESTILA: &str = "1.2.246.10.99990001.19.0";
/// Who reports: nobody may do so without end.
const WHO: [&str; 4] = ["S-1001", "S-1002", "S-1003", "S-1004"];
const NOTICES: usize = 24;

/// A set-up of TLS with the certificate of the servers, which is of `localhost`.
fn tls(site: &Site) -> Arc<ServerConfig> {
    let pem = std::fs::read(site.paths().server_certificate()).unwrap();
    let chain = CertificateDer::pem_slice_iter(&pem).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(site.paths().server_key()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key);
    Arc::new(config.unwrap())
}

/// REQ LOG-07
#[tokio::test]
async fn each_notice_is_handed_over_once_by_three_servers() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let section = format!(
        "\n[[notices]]\nname = \"duty\"\ncontroller = \"{TESTILA}\"\n\
         webhook = \"https://localhost:{port}/notices\"\nca = \"ca.pem\"\nsecret_file = \"{}\"\n",
        secret.display()
    );
    let servers = Servers::with(3, |text| text + &section).await;
    let receiver = Receiver::over(listener, Some(tls(&servers.first)), Answering::Well);
    let database = servers.first.open_store().await;
    for place in 0..NOTICES {
        let report = json!({
            "what": "Kirje jäi bussiin",
            "when_noticed": Timestamp::now() - SignedDuration::from_mins(5),
            "documents": [], "clients": [{"id": fresh_client()}],
        });
        let session = servers.person(place, WHO[place % WHO.len()]).session();
        session.report_breach(&report).await.unwrap().expect_status(201);
        // While one waits, further breaches add one more at most: the next is reported when none does.
        let began = Instant::now();
        while !database
            .fetch(outbox::due("notice-webhook", Timestamp::MAX, 10))
            .await
            .unwrap()
            .is_empty()
        {
            assert!(began.elapsed() < PATIENCE, "a notice is not handed over");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let received = receiver.received();
    let names: BTreeSet<_> = received.iter().map(|one| &one.headers["webhook-id"]).collect();
    assert_eq!((received.len(), names.len()), (NOTICES, NOTICES), "each once");
}
