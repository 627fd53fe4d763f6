//! The example of disclosure, in which two counties share no code with us, against the built program.

use std::path::Path;

use varanto_sandbox::World;
use varanto_testkit::ServerProcess;

use crate::python::{Python, shown};

/// REQ DIS-01, DIS-02, DIS-03, DIS-04, DIS-05, LOG-02
#[tokio::test]
async fn two_counties_of_the_example_get_of_each_other_what_the_client_lets_out() {
    let Some(python) = Python::find() else { return };
    let server = ServerProcess::start().await;
    let output = play(&python, &server);
    assert!(output.status.success(), "{}\n{}", shown(&output), server.log());
    let steps = String::from_utf8(output.stdout).unwrap();
    assert!(steps.ends_with("the privacy officer at home sees each of it\n"), "{steps}");
}

/// Where the second county has not joined, it gets nothing, and the example says so.
#[tokio::test]
async fn the_example_of_disclosure_ends_with_an_error_where_a_county_has_not_joined() {
    let Some(python) = Python::find() else { return };
    let mut world = World::builtin();
    world.organisations[2].joined = None;
    let server = ServerProcess::with(&world, |text| text).await;
    let output = play(&python, &server);
    assert!(!output.status.success(), "{}", shown(&output));
    assert!(shown(&output).contains("not-joined"), "{}", shown(&output));
}

fn play(python: &Python, server: &ServerProcess) -> std::process::Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/disclosure.py");
    let mut command = python.command();
    // It imports other examples, and leaves nothing behind.
    command.env("PYTHONDONTWRITEBYTECODE", "1").arg(script);
    command.arg("--sandbox").arg(server.directory()).args(["--base-url", server.base_url()]);
    command.output().unwrap()
}
