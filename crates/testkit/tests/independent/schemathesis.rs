//! The interface, held against its own description by schemathesis of PyPI: requests made at random
//! from the OpenAPI document, right ones and wrong ones, whose answers must be as described.
//!
//! Nothing here knows what an answer should be but the document: no answer may be a failure of the
//! server, have an undocumented status or media type, or break its schema; no request that breaks
//! its schema or lacks its token may succeed.

use std::fs;
use std::process::Command;

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_testkit::{Draft, Expect, ServerProcess};

use crate::python::{Python, shown};

/// The client in the examples of the description.
const CLIENT: &str = "010594Y9032";

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,negative_data_rejection,\
    unsupported_method,allow_header_conformance,ignored_auth";

/// Beside the statuses with which the tester expects wrong requests to be refused: a text that is
/// longer than its schema says may be longer than any body.
const REFUSALS: &str = "[checks.negative_data_rejection]\n\
    expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429]\n";

/// A repository of patient data that nobody reaches: what is taken for it waits.
const PATIENT_DATA: &str =
    "\n[patient_data_repository]\nurl = \"https://localhost:1/\"\nca = \"ca.pem\"\n";

/// Nobody waits on its rate limit here.
const RATES: [(&str, &str); 2] = [
    ("requests_per_second = 2000", "requests_per_second = 1000000"),
    ("request_burst = 4000", "request_burst = 1000000"),
];

#[tokio::test]
async fn every_answer_to_a_social_worker_is_as_the_interface_is_described() {
    let Some(python) = Python::find() else { return };
    let server = start().await;
    let mut command = schemathesis(&python, &server);
    log_in(&mut command, &server, "S-1001").await;
    prove(command.args(["--max-examples", "100"]));
}

#[tokio::test]
async fn every_answer_to_a_privacy_officer_is_as_the_interface_is_described() {
    let Some(python) = Python::find() else { return };
    let server = start().await;
    let mut command = schemathesis(&python, &server);
    log_in(&mut command, &server, "T-1008").await;
    prove(command.args(["--max-examples", "100", "--include-tag", "logs"]));
}

#[tokio::test]
async fn every_answer_to_a_stranger_is_as_the_interface_is_described() {
    let Some(python) = Python::find() else { return };
    let server = start().await;
    prove(schemathesis(&python, &server).args(["--max-examples", "20"]));
}

/// A server that holds something to be found, and the tester's settings that say where.
async fn start() -> ServerProcess {
    let world = varanto_sandbox::World::builtin();
    let raised = |text: String| {
        RATES.into_iter().fold(text, |text, (from, to)| {
            assert!(text.contains(from), "the configuration has no `{from}`");
            text.replace(from, to)
        }) + PATIENT_DATA
    };
    let server = Box::pin(ServerProcess::with(&world, raised)).await;
    let mut identifiers = Box::pin(store_documents(&server)).await;
    identifiers.push(server.manifest().structures[0].to_string());
    identifiers.push(server.manifest().organisations[0].operating_unit.to_string());
    identifiers.push(CODE_SET.to_owned());
    let names = Box::pin(record_request(&server, &identifiers[0])).await;
    // So that the tester meets more than 404 and 403.
    let settings = format!(
        "[dictionaries.identifiers]\n\
         values = {identifiers:?}\n\
         [dictionaries.names]\n\
         values = {names:?}\n\
         [dictionaries.reasons]\n\
         values = [\"X-OTHER\"]\n\
         [parameters]\n\
         \"query.special_reason\" = {{ dictionary = \"reasons\", probability = 0.5 }}\n\
         \"body.context.special_reason\" = {{ dictionary = \"reasons\", probability = 0.5 }}\n\
         \"path.oid\" = {{ dictionary = \"identifiers\", probability = 0.5 }}\n\
         \"path.id\" = {{ dictionary = \"names\", probability = 0.5 }}\n\
         \"body.recipient\" = {{ dictionary = \"names\", probability = 0.5 }}\n\
         \"body.documents[*]\" = {{ dictionary = \"identifiers\", probability = 0.5 }}\n\
         \"body.oids[*]\" = {{ dictionary = \"identifiers\", probability = 0.5 }}\n\
         {REFUSALS}"
    );
    fs::write(server.paths().join("schemathesis.toml"), settings).unwrap();
    server
}

/// Registers a recipient outside, and records what it asks for; gives the names of both.
async fn record_request(server: &ServerProcess, document: &str) -> Vec<String> {
    let name = |answer: Value| answer["id"].as_str().unwrap().to_owned();
    let recipient = json!({
        "name": "Kela", "kind": "kela", "legal_ground": "703/2023 64 §", "contact": "postitse"
    });
    let session = server.person("T-1005").session();
    let recipient = session.register_recipient(&recipient).await.unwrap().expect_status(201);
    let recipient = name(recipient);
    let request = json!({
        "recipient": recipient, "ground": "703/2023 64 §", "reference": "KELA-1",
        "received_on": "2026-01-02", "purpose": "etuus", "client": {"id": CLIENT},
        "documents": [document]
    });
    let session = server.person("S-1001").session();
    let request = session.record_disclosure_request(&request).await.unwrap().expect_status(201);
    vec![recipient, name(request)]
}

/// Stores a document in two versions, and another one, in a case of a client who is cared for; gives
/// their identifiers and the case's.
async fn store_documents(server: &ServerProcess) -> Vec<String> {
    let maija = server.person("S-1001");
    let care = server.care_for(&maija, CLIENT).await;
    let (session, first) = (maija.session(), care.draft(&maija));
    let drafts = [first.clone(), first.next_version(), care.draft(&maija)];
    for draft in &drafts {
        session.store(&draft.build()).await.unwrap().expect_status(201);
    }
    let documents = drafts.iter().chain([&care.case_document, &care.clientship_document]);
    documents.map(Draft::oid).chain([care.case]).map(|oid| oid.to_string()).collect()
}

/// Social services.
const CODE_SET: &str = "1.2.246.537.6.1222";

/// The tester, set up so that the same requests are made each time. It works in the sandbox's
/// directory, so that nothing of it stays.
fn schemathesis(python: &Python, server: &ServerProcess) -> Command {
    let mut command = python.program("schemathesis");
    command
        .current_dir(server.directory())
        .arg("run")
        .arg(format!("{}/openapi.json", server.base_url()))
        .arg("--tls-verify")
        .arg(server.paths().ca())
        .args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing"])
        .args(["--generation-deterministic", "--no-shrink", "--no-color"])
        .args(["--workers", "2", "--request-timeout", "20"]);
    command
}

/// Lets the tester call as a person, over the certificate of the organisation's system.
async fn log_in(command: &mut Command, server: &ServerProcess, person: &str) {
    let person = server.person(person);
    let now = Timestamp::now();
    let token = person.client().token(&person.credentials, now, "schemathesis").await.unwrap();
    let system = &person.organisation.system;
    command
        .arg("--request-cert")
        .arg(server.paths().join(&system.certificate))
        .arg("--request-cert-key")
        .arg(server.paths().join(&system.key))
        .args(["--header", &format!("Authorization: Bearer {}", token.expose())]);
}

fn prove(command: &mut Command) {
    let output = command.output().expect("schemathesis is installed");
    assert!(output.status.success(), "{}", shown(&output));
}
