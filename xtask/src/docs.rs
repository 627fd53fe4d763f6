//! `cargo xtask docs`: the documentation of our crates, without a single warning.

use crate::shell::{self, Done};

/// Builds the documentation.
pub(crate) fn run() -> Done {
    shell::run(
        shell::cargo().args(["doc", "--no-deps", "--workspace"]).env("RUSTDOCFLAGS", "-D warnings"),
    )
}
