//! Several servers on one database of PostgreSQL, each a process of its own: what one of them has answered is so
//! at the others from then on, and whichever of them dies, the others go on.
//!
//! The embedded store has one server; these tests make their own sandboxes on PostgreSQL, whatever the run is
//! about.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "one tree needs less chance than other tests")]
#[path = "../crash/dice.rs"]
mod dice;
mod directories;
mod documents;
mod given;
#[path = "../rights/log_order.rs"]
mod log_order;
mod notices;
mod races;
#[expect(dead_code, reason = "here it only answers well, and what came is only counted")]
#[path = "../notices/receiver.rs"]
mod receiver;
mod rights;
mod sealing;
#[path = "../log_tamper/stored.rs"]
mod stored;
