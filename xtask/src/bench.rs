//! `cargo xtask bench`: the benchmarks of single parts, then a load run against a server.
//!
//! Never part of continuous integration: what is measured there is the neighbour's work.

use crate::shell::{self, Done};

/// The load run: a server, a sandbox and clients in one program.
const LOAD: [&str; 6] = ["run", "--release", "--package", "varanto-testkit", "--example", "load"];

/// Measures.
pub(crate) fn run() -> Done {
    shell::run(shell::cargo().args(["bench", "--workspace", "--bench", "*"]))?;
    shell::run(shell::cargo().args(LOAD))
}
