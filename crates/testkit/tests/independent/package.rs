//! A package for a recipient outside, proven by a program that shares no code with us.

use std::path::Path;
use std::process::Output;

use serde_json::json;
use varanto_testkit::{Expect, Site, TestServer};

use crate::python::{Python, shown};

/// REQ DIS-07
#[tokio::test]
async fn a_recipient_proves_a_package_and_is_told_of_any_change() {
    let Some(python) = Python::find() else { return };
    let server = TestServer::start().await;
    let package = delivered(&server).await;
    let file = server.directory().join("package.zip");
    std::fs::write(&file, &package).unwrap();
    let output = run(&python, &file, &server.paths().signing_certificate());
    assert!(output.status.success(), "{}", shown(&output));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.ends_with("proven: signed by the repository, complete and unchanged\n"), "{told}");

    // The certificate of another, and a package in which one byte of a file is another.
    let output = run(&python, &file, &server.paths().server_certificate());
    assert!(!output.status.success(), "{}", shown(&output));
    let mut changed = package;
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    std::fs::write(&file, &changed).unwrap();
    let output = run(&python, &file, &server.paths().signing_certificate());
    assert!(!output.status.success(), "{}", shown(&output));
}

/// The package of a request that was recorded, approved and delivered.
async fn delivered(server: &Site) -> Vec<u8> {
    let (maija, manager) = (server.person("S-1001"), server.person("T-1005").session());
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    let session = maija.session();
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let recipient = json!({
        "name": "Kela", "kind": "kela", "legal_ground": "703/2023 64 §", "contact": "postitse"
    });
    let recipient = manager.register_recipient(&recipient).await.unwrap().expect_status(201);
    let request = json!({
        "recipient": recipient["id"], "ground": "703/2023 64 §", "reference": "KELA-1",
        "received_on": "2026-01-02", "purpose": "etuus", "client": {"id": care.client},
        "documents": [draft.oid().as_str(), care.case_document.oid().as_str()]
    });
    let request = session.record_disclosure_request(&request).await.unwrap().expect_status(201);
    let id = request["id"].as_str().unwrap();
    let decision = json!({
        "context": {"special_reason": "X-OTHER"}, "decision": "approved", "reason": "laki"
    });
    manager.decide_disclosure_request(id, &decision).await.unwrap().expect_status(200);
    let answer = session.deliver_disclosure_request(id, &json!({})).await.unwrap();
    assert_eq!(answer.status, 200);
    answer.body
}

fn run(python: &Python, package: &Path, certificate: &Path) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/package.py");
    let mut command = python.command();
    command.arg(script).arg(package).arg("--certificate").arg(certificate);
    command.output().unwrap()
}
