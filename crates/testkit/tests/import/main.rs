//! Storing old data in bulk (DOC-10): what is taken and what is not, in whatever order it comes, and that a run
//! which is ended anywhere is gone on with, nothing lost and nothing stored twice.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod command;
#[expect(dead_code, reason = "another test uses all of it")]
#[path = "../crash/dice.rs"]
mod dice;
#[expect(dead_code, reason = "other tests use all of it")]
#[path = "../rights/in_process.rs"]
mod in_process;
mod killed;
mod old_data;
mod order;
mod rehearsed;
mod taken;
