//! The whole repository over real TLS: what a client system sees, area by area.
//!
//! Every test has a server of its own over a sandbox of its own, so that none can disturb another.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod common;
mod directories;
mod limits;
mod metrics;
mod reading;
mod refusals;
mod roles;
mod sandbox;
mod searching;
mod signing;
mod storing;
mod structures;
mod tls;
mod tokens;
mod use_log;
mod versions;
