//! `cargo xtask ci`: the script that continuous integration runs, run here.
//!
//! The steps and their order stand in `.ci/run` alone, so that the two cannot differ.

use std::process::Command;

use crate::shell::{self, Done, Places};

/// Runs the script.
pub(crate) fn run() -> Done {
    let places = Places::find()?;
    shell::run(Command::new("bash").arg(places.root.join(".ci/run")))
}
