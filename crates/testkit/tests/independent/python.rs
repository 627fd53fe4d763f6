//! The Python environment with the independent tools.
//!
//! `cargo xtask test` makes it and names its interpreter in `VARANTO_TEST_PYTHON`. Where it is
//! missing a test fails and says so; only `VARANTO_SKIP_PYTHON=1` lets it pass unproven.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The interpreter of the environment.
pub(crate) struct Python(PathBuf);

impl Python {
    /// The environment; none only where its absence was asked for.
    pub(crate) fn find() -> Option<Self> {
        if let Some(interpreter) = std::env::var_os("VARANTO_TEST_PYTHON") {
            return Some(Self(interpreter.into()));
        }
        let skipped = std::env::var_os("VARANTO_SKIP_PYTHON").is_some_and(|value| value == "1");
        assert!(
            skipped,
            "VARANTO_TEST_PYTHON is not set: run `cargo xtask test`, which makes the environment \
             (or set VARANTO_SKIP_PYTHON=1 to leave these tests out)"
        );
        None
    }

    /// Runs a script beside this file with a question in JSON; gives its answer.
    pub(crate) fn ask(&self, script: &str, question: &Value) -> Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/independent").join(script);
        let mut child = Command::new(&self.0)
            .arg(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{} does not run: {e}", self.0.display()));
        // Scripts read all of the question before they answer.
        let mut input = child.stdin.take().unwrap();
        let sent = input.write_all(question.to_string().as_bytes());
        drop(input);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && sent.is_ok(), "{script}: {}", shown(&output));
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// The interpreter, to be given arguments.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.0);
        command.stdin(Stdio::null());
        command
    }

    /// A program that a package of the environment has installed.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.0.with_file_name(name));
        command.stdin(Stdio::null());
        command
    }
}

/// Everything that a program has said.
pub(crate) fn shown(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}\n{}", output.status, text(&output.stdout), text(&output.stderr))
}
