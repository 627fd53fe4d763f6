//! The register of breaches, over real TLS: who reports, who is told, who handles it, and what is kept.
//!
//! Every test has a server of its own over a sandbox of its own, so that none can disturb another.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "a breach wants no stored document")]
#[path = "../rights/in_process.rs"]
mod in_process;

mod given;
mod handling;
mod notices;
mod races;
mod repeated;
mod reporting;
mod sealed;
mod wrong_register;
