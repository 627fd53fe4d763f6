//! `cargo xtask bench`: the benchmarks of single parts, a load run against a server, searches in others'
//! registers beside those in one's own, verifying the log beside reading and hashing it, and short forms of the
//! runs of the load runner over small countries on PostgreSQL.
//!
//! Never part of continuous integration: what is measured there is the neighbour's work.

use crate::machine;
use crate::shell::{self, Done};

/// The runs: each a server, a sandbox and clients in one program.
const RUNS: [(&str, &[&str]); 4] = [
    ("varanto-testkit", &["load"]),
    ("varanto-testkit", &["disclosure"]),
    ("varanto-testkit", &["log_verify"]),
    (
        "varanto-country",
        &["load", "--", "short", "--html", "target/load.html", "--json", "target/load.json"],
    ),
];

/// Measures.
pub(crate) fn run() -> Done {
    machine::prepare()?;
    shell::run(shell::cargo().args(["bench", "--workspace", "--bench", "*"]))?;
    for (package, run) in RUNS {
        let arguments = ["run", "--release", "--package", package, "--example"];
        shell::run(shell::cargo().args(arguments).args(run))?;
    }
    Ok(())
}
