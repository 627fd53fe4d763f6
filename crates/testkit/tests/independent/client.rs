//! The example client of the manual, which shares no code with us, against the built program.

use std::path::Path;
use std::process::Output;

use varanto_testkit::ServerProcess;

use crate::python::{Python, shown};

/// REQ DOC-01, DOC-03, DOC-04, DOC-06, DOC-07, SIG-01, SIG-02
#[tokio::test]
async fn the_example_client_stores_finds_reads_and_annuls_and_is_refused_where_it_should_be() {
    let Some(python) = Python::find() else { return };
    let server = ServerProcess::start().await;
    let output = run(&python, server.directory(), server.base_url());
    assert!(output.status.success(), "{}\n{}", shown(&output), server.log());
    let steps = String::from_utf8(output.stdout).unwrap();
    assert!(steps.ends_with("annulled: no longer found\n"), "{steps}");
}

/// REQ SIG-01
#[tokio::test]
async fn the_example_client_says_nothing_to_a_server_of_an_authority_that_it_does_not_trust() {
    let Some(python) = Python::find() else { return };
    let (server, other) = (ServerProcess::start().await, ServerProcess::start().await);
    let output = run(&python, other.directory(), server.base_url());
    assert!(!output.status.success(), "{}", shown(&output));
    assert!(shown(&output).contains("CERTIFICATE_VERIFY_FAILED"), "{}", shown(&output));
}

/// Runs the client with the keys of one sandbox against the server of another, or of the same.
fn run(python: &Python, sandbox: &Path, base_url: &str) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/client.py");
    let mut command = python.command();
    command.arg(script).arg("--sandbox").arg(sandbox).args(["--base-url", base_url]);
    command.output().unwrap()
}
