//! What Varanto does, held against other people's tools: a JOSE library, a canonical JSON, a
//! calendar, a validator and a tester of OpenAPI, OpenSSL, and a client that shares no code with us.
//!
//! The Python tools live in an environment that `cargo xtask test` makes; see `python.rs`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "the tests of notices need more of it")]
#[path = "../notices/receiver.rs"]
mod receiver;

mod calendar;
mod canonical_form;
mod client;
mod disclosure;
mod early_answer;
mod log_proof;
mod openapi;
mod package;
mod python;
mod register_access;
mod schemathesis;
mod signatures;
mod tls;
mod webhook;
