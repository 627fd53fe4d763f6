//! `cargo xtask bench`: the benchmarks of single parts, a load run against a server, and searches in others'
//! registers beside those in one's own.
//!
//! Never part of continuous integration: what is measured there is the neighbour's work.

use crate::shell::{self, Done};

/// The runs: each a server, a sandbox and clients in one program.
const RUNS: [&str; 2] = ["load", "disclosure"];

/// Measures.
pub(crate) fn run() -> Done {
    shell::run(shell::cargo().args(["bench", "--workspace", "--bench", "*"]))?;
    for run in RUNS {
        let arguments = ["run", "--release", "--package", "varanto-testkit", "--example", run];
        shell::run(shell::cargo().args(arguments))?;
    }
    Ok(())
}
