//! What several areas need.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use reqwest::Url;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use varanto_client::{ClientSettings, Session, UseContext};
use varanto_model::Code;
use varanto_sandbox::World;
use varanto_testkit::{Draft, Expect, Site};

/// Stores a draft that is right, and gives its receipt.
pub(crate) async fn store(session: &Session, draft: &Draft) -> Value {
    session.store(&draft.build()).await.unwrap().expect_status(201)
}

/// The original identifiers of what a search finds, in the order found.
pub(crate) async fn found(session: &Session, search: &Value) -> Vec<String> {
    let page = session.search(search).await.unwrap().expect_status(200);
    identifiers(&page)
}

/// The original identifiers of a page.
pub(crate) fn identifiers(page: &Value) -> Vec<String> {
    let documents = page["documents"].as_array().unwrap();
    documents.iter().map(|d| d["original_oid"].as_str().unwrap().to_owned()).collect()
}

/// A search for everything of a client but the case and the clientship, without which there would be
/// nothing.
pub(crate) fn all_of(client: &str) -> Value {
    let groups = [
        "client_document",
        "record_entry",
        "informing",
        "permit",
        "denial",
        "disclosure_notice",
        "representation",
    ];
    json!({"client": {"id": client}, "filter": {"groups": groups}})
}

/// The same search by someone who has no context with the client, and a special reason.
pub(crate) fn with_reason(mut search: Value) -> Value {
    search["context"] = json!({"special_reason": "X-OTHER"});
    search
}

/// The context of client work in one's own register.
pub(crate) fn own() -> UseContext {
    UseContext::default()
}

/// The context of client work with someone else's client, for a special reason.
pub(crate) fn by_reason() -> UseContext {
    UseContext { special_reason: Code::parse("X-OTHER").ok(), ..own() }
}

/// Every entry of the use log that the privacy officer of the first controller sees, newest first.
pub(crate) async fn use_log(site: &Site) -> Vec<Value> {
    use_log_of(site, "T-1008").await
}

/// Every entry of the use log that a privacy officer sees, newest first.
pub(crate) async fn use_log_of(site: &Site, officer: &str) -> Vec<Value> {
    let session = site.person(officer).session();
    let mut entries = Vec::new();
    let mut page = json!({"size": 200});
    loop {
        let search = json!({"context": {"purpose": "supervision"}, "page": page});
        let answer = session.search_use_log(&search).await.unwrap().expect_status(200);
        entries.extend(answer["entries"].as_array().unwrap().iter().cloned());
        match answer["next"].as_str() {
            Some(next) => page = json!({"size": 200, "cursor": next}),
            None => return entries,
        }
    }
}

/// The built-in world with its JSON changed.
pub(crate) fn world(change: impl FnOnce(&mut Value)) -> World {
    let mut json = serde_json::from_str(World::builtin_json()).unwrap();
    change(&mut json);
    World::parse(json.to_string().as_bytes()).unwrap()
}

/// Plain HTTP over the certificate of a system, for what the client of the interface does not do.
pub(crate) struct Raw {
    http: reqwest::Client,
    base: Url,
}

impl Raw {
    pub(crate) fn new(settings: &ClientSettings) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        for certificate in certificates(&settings.ca_pem) {
            roots.add(certificate).unwrap();
        }
        let key = PrivateKeyDer::from_pem_slice(settings.key_pem.as_bytes()).unwrap();
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_client_auth_cert(certificates(&settings.certificate_pem), key)
            .unwrap();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .http1_only()
            .no_proxy()
            .build()
            .unwrap();
        Self { http, base: settings.base_url.parse().unwrap() }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().unwrap();
        self.http.request(method, self.base.join(path).unwrap())
    }
}

/// The status of an answer, and the slug where it is a problem.
pub(crate) async fn outcome(answer: reqwest::Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default();
    let slug = body["type"].as_str().unwrap_or_default().replace("urn:varanto:problem:", "");
    (status, slug)
}

fn certificates(pem: &str) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).map(Result::unwrap).collect()
}

/// The metrics, from the address that the server has told.
pub(crate) fn metrics(log: &str) -> String {
    let line = log.lines().find(|line| line.contains("metrics at http://")).unwrap();
    let address = line.split("http://").nth(1).unwrap().trim_end_matches("/metrics");
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}
