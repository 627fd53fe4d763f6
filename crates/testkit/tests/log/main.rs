//! The log's tree for outsiders, over the wire and on the command line: what it proves, what verifying finds,
//! what witnesses get, and what leaves after twelve years (LOG-03).

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod first;
mod given;
mod retained;
mod served;
mod verified;
mod witnessed;
