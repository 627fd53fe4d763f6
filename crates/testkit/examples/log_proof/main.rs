//! The long proofs of the log: many sudden deaths, and many requests held against what the log has of them.
//!
//! It is what `tests/log_tamper` does for moments, done for as long as it takes.
//!
//! `cargo run --release --package varanto-testkit --example log_proof -- --help`

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "this is run by hand: it tells what it has found, and ends where it finds a fault"
)]

#[path = "../../tests/log_tamper/complete/mod.rs"]
mod complete;
#[path = "../../tests/crash/dice.rs"]
mod dice;
#[path = "../../tests/log_tamper/given.rs"]
mod given;
#[path = "../../tests/log_tamper/kills.rs"]
mod kills;
#[path = "../../tests/log_tamper/stored.rs"]
mod stored;

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use clap::Parser;
use dice::Dice;

/// Proves the log at length.
#[derive(Debug, Parser)]
struct Options {
    /// How often the server is killed under load.
    #[arg(long, default_value_t = 100)]
    deaths: u64,
    /// How many requests are made, and looked for in the log.
    #[arg(long, default_value_t = 100_000)]
    requests: usize,
    /// How often the server is killed while they are made.
    #[arg(long, default_value_t = 20)]
    deaths_among: usize,
    /// Repeats the chance of a run.
    #[arg(long)]
    seed: Option<u64>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let options = Options::parse();
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").subsec_nanos();
    let seed = options.seed.unwrap_or_else(|| clock().into());
    println!("--seed {seed}");
    let mut dice = Dice::new(seed);
    if options.deaths > 0 {
        let began = Instant::now();
        let deaths = kills::die(options.deaths, &mut dice).await;
        println!("{deaths} ({} s)", began.elapsed().as_secs());
    }
    if options.requests > 0 {
        let began = Instant::now();
        let told = complete::run(options.requests, options.deaths_among, &mut dice).await;
        println!("{told}({} s)", began.elapsed().as_secs());
    }
}
