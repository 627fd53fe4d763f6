//! Cases, clientships and register access rights over real TLS, on the national structures: what the
//! organiser marks, what a producer may do from then on, and how it ends.
//!
//! Every test has a server of its own over a sandbox of its own, so that none can disturb another.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../crash/dice.rs"]
mod dice;

mod attacks;
mod cases;
mod choices;
mod clientships;
mod context;
mod counted;
mod course;
mod explained;
mod given;
mod in_process;
mod inbox;
mod joint;
mod log_order;
mod no_trace;
mod overtaken;
mod races;
mod rebuilt;
mod record_entries;
mod registers;
mod shelter;
mod temporary;
mod turvakielto;
mod wrong_register;
