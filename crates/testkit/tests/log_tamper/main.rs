//! The log that nobody can change unseen (LOG-03): everything is in its tree soon and once, whatever dies
//! meanwhile, and whoever changes a stored log is found out.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and tells what it has seen"
)]

mod archive;
mod complete;
#[path = "../crash/dice.rs"]
mod dice;
mod doubted;
mod forged;
mod given;
mod interleaved;
mod kills;
mod loaded;
mod people;
mod scene;
mod schema;
mod sealing;
mod stopped;
mod stored;
mod tampered;
mod verified;

use std::time::{SystemTime, UNIX_EPOCH};

use dice::Dice;

/// Deaths of the server; `VARANTO_LOG_DEATHS` changes it.
const DEATHS: u64 = 20;
/// Requests, with some deaths among them; `VARANTO_LOG_REQUESTS` changes it.
const REQUESTS: usize = 15_000;
/// The deaths among them.
const DEATHS_AMONG: usize = 8;

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_often_the_server_dies_the_tree_only_goes_on() {
    let deaths = number("VARANTO_LOG_DEATHS").unwrap_or(DEATHS);
    println!("{}", kills::die(deaths, &mut dice()).await);
}

/// REQ LOG-01, LOG-02, LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_has_exactly_what_its_users_have_done() {
    let requests = number("VARANTO_LOG_REQUESTS").map_or(REQUESTS, |n| n.try_into().unwrap());
    print!("{}", complete::run(requests, DEATHS_AMONG, &mut dice()).await);
}

/// Chance that can be repeated by its seed.
fn dice() -> Dice {
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into();
    let seed = number("VARANTO_LOG_SEED").unwrap_or_else(clock);
    println!("VARANTO_LOG_SEED={seed}");
    Dice::new(seed)
}

/// A number from the environment.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}
