//! A repository of patient data as the tests need it: HTTPS, one answer after another, and a memory.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use varanto_testkit::{Site, TestServer};

/// What was received: the idempotency key and the body.
pub(crate) type Received = (String, Vec<u8>);

/// The endpoint. It answers 500 so many times, and then 201.
pub(crate) struct Endpoint {
    received: Arc<Mutex<Vec<Received>>>,
    failures: Arc<Mutex<usize>>,
}

impl Endpoint {
    /// A server that knows the endpoint, and the endpoint.
    pub(crate) async fn with_server(failures: usize) -> (TestServer, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let config = move |text: String| {
            let section = "[patient_data_repository]";
            format!(
                "{text}\n{section}\nurl = \"https://localhost:{port}/envelopes\"\nca = \"ca.pem\"\n"
            )
        };
        let server = TestServer::with_config(config).await;
        let endpoint = Self::over(listener, &server, failures);
        (server, endpoint)
    }

    fn over(listener: TcpListener, site: &Site, failures: usize) -> Self {
        let config = tls(site);
        let received = Arc::new(Mutex::new(Vec::new()));
        let failures = Arc::new(Mutex::new(failures));
        let (memory, left) = (Arc::clone(&received), Arc::clone(&failures));
        // It ends with the process of the test.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                answer(StreamOwned::new(connection, stream), &left, &memory);
            }
        });
        Self { received, failures }
    }

    /// What was received until now, failures and all.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// It takes everything from now on.
    pub(crate) fn recover(&self) {
        *self.failures.lock().unwrap() = 0;
    }
}

fn tls(site: &Site) -> Arc<ServerConfig> {
    let pem = std::fs::read(site.paths().server_certificate()).unwrap();
    let chain = CertificateDer::pem_slice_iter(&pem).map(Result::unwrap).collect();
    let key = std::fs::read(site.paths().server_key()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(&key).unwrap());
    Arc::new(config.unwrap())
}

/// Reads one request of HTTP/1.1, remembers it and answers it; `None` where none came or nobody listens.
fn answer(
    stream: StreamOwned<ServerConnection, TcpStream>,
    failures: &Mutex<usize>,
    memory: &Mutex<Vec<Received>>,
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let (mut length, mut key) = (0, String::new());
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        match line.split_once(": ") {
            Some(("content-length", value)) => length = value.parse().unwrap(),
            Some(("idempotency-key", value)) => value.clone_into(&mut key),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    memory.lock().unwrap().push((key, body));
    let mut left = failures.lock().unwrap();
    let status = if *left > 0 { "500 Internal Server Error" } else { "201 Created" };
    *left = left.saturating_sub(1);
    drop(left);
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let stream = stream.get_mut();
    stream.write_all(head.as_bytes()).ok()?;
    stream.conn.send_close_notify();
    stream.flush().ok()
}
