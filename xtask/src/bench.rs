//! `cargo xtask bench`: the benchmarks of single parts, a load run against a server, searches in others'
//! registers beside those in one's own, and verifying the log beside reading and hashing it.
//!
//! Never part of continuous integration: what is measured there is the neighbour's work.

use crate::shell::{self, Done};

/// The runs: each a server, a sandbox and clients in one program.
const RUNS: [&str; 3] = ["load", "disclosure", "log_verify"];

/// Measures.
pub(crate) fn run() -> Done {
    shell::run(shell::cargo().args(["bench", "--workspace", "--bench", "*"]))?;
    for run in RUNS {
        let arguments = ["run", "--release", "--package", "varanto-testkit", "--example", run];
        shell::run(shell::cargo().args(arguments))?;
    }
    Ok(())
}
