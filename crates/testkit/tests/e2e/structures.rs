//! Every published national structure, stored and read back over TLS.
//!
//! The files of the structures are not part of the project; where they are not beside it, the tests
//! say so and test nothing.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinSet;
use varanto::server::open_service;
use varanto_client::Session;
use varanto_documents::codes::CodeSets;
use varanto_documents::{Structure, example};
use varanto_service::Importable;
use varanto_testkit::{Draft, Expect, TestPerson, TestServer, codes, fresh_client};

use crate::common::own;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/sosmeta");
/// The day on which the codes of examples are in use.
const WRITTEN_AT: &str = "2024-06-03T12:00:00+03:00";

/// The national structures with their texts, in the order of their files.
fn national() -> Vec<(Structure, String)> {
    if !Path::new(FOLDER).is_dir() {
        println!("SKIPPED: there are no national structures in {FOLDER}");
        return Vec::new();
    }
    let files = std::fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
    files.sort();
    let read = |path| std::fs::read_to_string(path).unwrap();
    let parse = |text: String| Structure::parse(text.as_bytes()).ok().map(|s| (s, text));
    files.into_iter().map(read).filter_map(parse).collect()
}

/// A server that knows them all.
async fn server(structures: &[(Structure, String)]) -> TestServer {
    let server = TestServer::start().await;
    let service = open_service(&server.config(), &[]).await.unwrap();
    let given = structures
        .iter()
        .map(|(structure, text)| Importable { oid: structure.oid().clone(), json: text.clone() });
    service.import_structures(given.collect()).await.unwrap();
    server
}

struct Sender {
    author: TestPerson,
    session: Session,
    codes: CodeSets,
}

impl Sender {
    fn of(server: &TestServer) -> Arc<Self> {
        let author = server.person("S-1001");
        let session = author.session();
        Arc::new(Self { author, session, codes: codes() })
    }

    fn draft(&self, structure: &Structure, data: Value) -> Draft {
        let draft = Draft::of_data(&self.author, &fresh_client(), structure, data);
        draft.with("written_at", WRITTEN_AT)
    }

    /// Stores a document and reads it back.
    async fn there_and_back(&self, structure: &Structure, data: Value) {
        let draft = self.draft(structure, data);
        let sent = draft.build();
        let oid = structure.oid();
        let answer = self.session.store(&sent).await.unwrap();
        assert_eq!(answer.status, 201, "{oid}: {}", answer.problem().unwrap());
        let fetched = self.session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
        assert_eq!(fetched["metadata"], sent["metadata"], "{oid}");
        assert_eq!(fetched["signatures"], sent["signatures"], "{oid}");
        assert_eq!(fetched["content"][0]["data"], sent["content"][0]["data"], "{oid}");
        assert_eq!(fetched["content"][1]["text"], sent["content"][1]["text"], "{oid}");
        assert_eq!(fetched["digest"], answer.json().unwrap()["digest"], "{oid}");
    }
}

/// REQ DOC-02, DOC-05, DOC-07, DIR-05
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_smallest_and_a_fullest_document_of_every_national_structure_is_stored_and_read_back() {
    let structures = national();
    let server = Box::pin(server(&structures)).await;
    let listed = server.client("99990001").structures().await.unwrap().expect_status(200);
    let listed = listed["structures"].as_array().unwrap();
    let sender = Sender::of(&server);
    sender.session.token().await.unwrap();
    let mut storing = JoinSet::new();
    for (seed, (structure, _)) in (1..).zip(structures) {
        assert!(listed.iter().any(|l| l["oid"] == structure.oid().as_str()));
        let sender = Arc::clone(&sender);
        storing.spawn(async move {
            for make in [example::minimal, example::full] {
                let data = make(&structure, &sender.codes, seed);
                sender.there_and_back(&structure, data).await;
            }
        });
        if storing.len() >= 4 {
            storing.join_next().await.unwrap().unwrap();
        }
    }
    storing.join_all().await;
}

/// Of all single faults that can be made, some from each structure.
///
/// REQ DOC-05
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_fault_in_a_document_is_named_at_its_place() {
    let structures = national();
    let server = Box::pin(server(&structures)).await;
    let sender = Sender::of(&server);
    let mut sent = 0;
    for (seed, (structure, _)) in (1..).zip(&structures) {
        let right = example::minimal(structure, &sender.codes, seed);
        let display = sender.draft(structure, right.clone()).content[1].clone();
        let faults: Vec<_> = example::mutations(structure, &sender.codes, &right).collect();
        // One of the first and one further down, by the structure's place in the list.
        let seed = usize::try_from(seed).unwrap();
        for fault in [seed % faults.len(), (seed * 7919) % faults.len()].map(|n| &faults[n]) {
            let mut draft = sender.draft(structure, fault.document.clone());
            draft.content[1] = display.clone();
            let answer = sender.session.store(&draft.build()).await.unwrap();
            let problem = answer.expect_problem("structure-violation");
            assert_eq!(problem.status, 422);
            let place = format!("/content/0/data{}", fault.pointer);
            let told = problem.errors.iter().any(|e| e.pointer == place && e.code == fault.code);
            assert!(told, "{}: {} at {place}: {problem}", structure.oid(), fault.code);
            sent += 1;
        }
    }
    println!("{sent} documents with one fault each were refused");
}
