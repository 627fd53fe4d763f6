//! The example of a register access right, in which the organiser's and the producer's system share
//! no code with us, against the built program: both sides, and each against the other.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use varanto_sandbox::World;
use varanto_testkit::{ServerProcess, binary};

use crate::python::{Python, shown};

/// REQ RA-01, RA-03, RA-04, RA-06, RA-09
#[tokio::test]
async fn both_systems_of_the_example_play_a_right_from_its_case_to_the_destruction_of_copies() {
    let Some(python) = Python::find() else { return };
    let server = ServerProcess::start().await;
    let output = play(&python, &server).arg("--varanto").arg(binary()).output().unwrap();
    assert!(output.status.success(), "{}\n{}", shown(&output), server.log());
    let steps = String::from_utf8(output.stdout).unwrap();
    assert!(steps.ends_with("organiser: sees that they are destroyed\n"), "{steps}");
}

/// Two processes, each of which takes the other for the vendor's own system: they agree through the
/// repository alone.
#[tokio::test]
async fn either_system_of_the_example_can_be_replaced_by_another() {
    let Some(python) = Python::find() else { return };
    let server = ServerProcess::start().await;
    let mut sides = ["producer", "organiser"].map(|other| {
        let mut command = play(&python, &server);
        let child = command.args(["--own", other]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = child.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        (child, lines)
    });
    let mut steps = 0;
    loop {
        let told = sides.each_mut().map(|(_, lines)| lines.next().map(Result::unwrap));
        if told == [None, None] {
            break;
        }
        // One side has done a step, the other waits for it.
        for (told, (child, _)) in told.iter().zip(&mut sides) {
            if told.as_ref().is_some_and(|told| told.ends_with("press Enter")) {
                child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
                steps += 1;
            }
        }
    }
    for (mut child, _) in sides {
        assert!(child.wait().unwrap().success(), "{}", server.log());
    }
    assert_eq!(steps, 10);
}

/// A producer that has joined under a model that the organiser does not accept gets nowhere.
#[tokio::test]
async fn the_example_ends_with_an_error_where_something_is_not_as_it_must_be() {
    let Some(python) = Python::find() else { return };
    let mut world = World::builtin();
    world.organisations[0].controller.as_mut().unwrap().accepts_models.clear();
    let server = ServerProcess::with(&world, |text| text).await;
    let output = play(&python, &server).output().unwrap();
    assert!(!output.status.success(), "{}", shown(&output));
    assert!(shown(&output).contains("not-joined"), "{}", shown(&output));
}

/// The example with the keys of a sandbox against its server.
fn play(python: &Python, server: &ServerProcess) -> Command {
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/register_access.py");
    let mut command = python.command();
    // It imports the other example, and leaves nothing behind.
    command.env("PYTHONDONTWRITEBYTECODE", "1").arg(script);
    command.arg("--sandbox").arg(server.directory()).args(["--base-url", server.base_url()]);
    command
}
