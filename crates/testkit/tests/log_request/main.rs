//! Clients' requests for log data over real TLS: registered, answered once, and told again as they were
//! answered.
//!
//! Every test has a server of its own over a sandbox of its own, so that none can disturb another.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod answered;
mod entries;
mod exported;
mod forgotten;
mod given;
mod joint;
mod limits;
mod pages;
mod proofs;
mod registered;
mod withheld;
