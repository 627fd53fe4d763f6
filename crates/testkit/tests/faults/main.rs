//! Faults on PostgreSQL: servers and databases that die, connections that are cut in the middle of a commit, a
//! disk that is full, clocks that jump – under load, on a database that syncs to its disk (DOC-01, LOG-01, LOG-03).
//!
//! Callers keep a book of what was acknowledged, what was refused, and what was never answered. Afterwards what
//! was acknowledged is there, once, whole and with its log entry; a request that is repeated gets its first
//! answer; the log is the one that was signed; what is derived from documents is as they say; and whatever went
//! wrong meanwhile was told in the words of the interface, and ended by itself.
//!
//! `VARANTO_FAULTS_SECONDS` makes the faults of each test go on for about as long, and `VARANTO_FAULTS_SEED`
//! repeats a run's choices.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and tells its seed"
)]

#[path = "../crash/dice.rs"]
mod dice;
#[path = "../crash/interface.rs"]
mod interface;
#[path = "../crash/ledger.rs"]
mod ledger;
#[path = "../crash/store.rs"]
mod store;

mod book;
mod caller;
mod clock;
mod cut;
mod database;
mod disk;
mod full;
mod killed;
mod load;
mod process;
mod scene;
mod two;
mod uses;
mod watch;
mod wire;
