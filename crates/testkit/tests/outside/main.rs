//! What goes to parties outside social and health care, and patient data that is passed on, over real TLS.
//!
//! Every test has a server of its own over a sandbox of its own, so that none can disturb another.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../rights/in_process.rs"]
mod in_process;

mod endpoint;
mod given;
mod mandates;
mod outbox;
mod package;
mod races;
mod receipts;
mod recipients;
mod refused;
mod story;
