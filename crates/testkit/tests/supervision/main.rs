//! What privacy officers look at and decide: whose log it is, the lists of uses to review, and the decisions
//! on them, over real TLS.
//!
//! Every test has a server of its own over a sandbox of its own, so that none can disturb another.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "a decision wants no annulment")]
#[path = "../rights/in_process.rs"]
mod in_process;

mod commands;
mod decisions;
mod documents;
mod given;
mod people;
mod races;
mod reasons;
mod whose;
