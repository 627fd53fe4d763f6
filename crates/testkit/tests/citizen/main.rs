//! The citizen's side over real TLS: what clients see of their own data and what they do not, who may act
//! for whom, and what they declare.
//!
//! Every test has a server of its own over a sandbox of its own, so that none can disturb another.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and tells the seed of its dice"
)]

#[path = "../crash/dice.rs"]
mod dice;
#[path = "../rights/in_process.rs"]
mod in_process;

mod agreement;
mod behalf;
mod declaring;
mod given;
mod lists;
mod noted;
mod overtaken;
mod shown;
mod tokens;
mod traces;
mod uses;
