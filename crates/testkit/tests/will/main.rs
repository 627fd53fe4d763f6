//! What clients declare – informing, permits, denials, representation – over real TLS: how it is recorded,
//! what it lets out to other controllers and what it keeps back, and that nothing tells of what is kept
//! back.
//!
//! Every test has a server of its own over a sandbox of its own, so that none can disturb another.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../crash/dice.rs"]
mod dice;
#[path = "../rights/in_process.rs"]
mod in_process;

mod archivist;
mod attacks;
mod broad;
mod chance;
mod disclosure;
mod effect;
mod given;
mod joint;
mod leaks;
mod logs;
mod notice;
mod readers;
mod rebuilt;
mod receipts;
mod recording;
mod refusals;
mod summary;
mod traces;
