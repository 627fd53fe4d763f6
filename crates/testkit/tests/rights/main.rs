//! Cases, clientships and register access rights over real TLS, on the national structures: what the
//! organiser marks, what a producer may do from then on, and how it ends.
//!
//! Every test has a server of its own over a sandbox of its own, so that none can disturb another.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod clientships;
mod context;
mod given;
mod record_entries;
mod registers;
