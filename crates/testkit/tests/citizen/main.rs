//! The citizen's side over real TLS: what clients see of their own data and what they do not, who may act
//! for whom, and what they declare.
//!
//! Every test has a server of its own over a sandbox of its own, so that none can disturb another.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

mod behalf;
mod declaring;
mod given;
mod lists;
mod shown;
mod tokens;
mod traces;
