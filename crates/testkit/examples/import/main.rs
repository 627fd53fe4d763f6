//! What storing in bulk gains: the same number of documents stored one by one over the use cases, and by an
//! import, on stores of the same kind.
//!
//! Each is a letter of its own client's, or of one of a few who have many, signed beforehand; both ways check,
//! decide, log and commit the same. One by one, each document waits for the disk before the next begins, as a
//! system does that stores what it has kept; in bulk, as `varanto documents import` does it. The network is in
//! neither. The two ways take turns, a part at a time, so that whatever else goes on meets both alike.
//!
//! On PostgreSQL with `VARANTO_TEST_STORE=postgres`.
//!
//! `cargo run --release --package varanto-testkit --example import -- --documents 4096`

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "this is run by hand: it tells what it measures, and ends where it cannot measure"
)]

#[expect(dead_code, reason = "the tests use all of it")]
#[path = "../../tests/rights/in_process.rs"]
mod in_process;
#[expect(dead_code, reason = "the tests use all of it")]
#[path = "../../tests/import/old_data.rs"]
mod old_data;

use std::time::{Duration, Instant};

use clap::Parser;
use varanto_service::{DocumentImport, Verdict};
use varanto_testkit::{TestPerson, fresh_client};

use in_process::{Caller, InProcess};
use old_data::{body, letter};

/// The size of a batch of `varanto documents import`.
const BATCH: usize = 256;

#[derive(Parser)]
struct Options {
    /// How many documents are stored in each way.
    #[arg(long, default_value_t = 4096)]
    documents: usize,
    /// How many documents each client has.
    #[arg(long, default_value_t = 4)]
    of_client: usize,
    /// In how many parts.
    #[arg(long, default_value_t = 4)]
    parts: usize,
}

#[tokio::main]
async fn main() {
    let options = Options::parse();
    let varanto = Box::pin(InProcess::start()).await;
    let caller = varanto.caller("S-1001").await;
    let import = varanto.import(false).await;
    let part = options.documents.div_ceil(options.parts.max(1));
    let (mut single, mut bulk) = (Duration::ZERO, Duration::ZERO);
    let mut stored = 0_u32;
    while usize::try_from(stored).unwrap() < options.documents {
        let bodies = |count| bodies(&caller.person, count, options.of_client.max(1));
        let (one_by_one, together) = (bodies(part), bodies(part));
        single += one_at_a_time(&caller, one_by_one).await;
        bulk += in_bulk(&import, together).await;
        stored += u32::try_from(part).unwrap();
    }
    let rate = |took: Duration| f64::from(stored) / took.as_secs_f64();
    println!("{stored} documents each way, {} of each client", options.of_client);
    println!("one by one: {:8.0} documents a second", rate(single));
    println!("in bulk:    {:8.0} documents a second", rate(bulk));
    println!("ratio:      {:8.2}", rate(bulk) / rate(single));
}

/// Signed documents, ready to be stored.
fn bodies(author: &TestPerson, count: usize, of_client: usize) -> Vec<Vec<u8>> {
    let mut client = String::new();
    let draft = |i: usize| {
        if i.is_multiple_of(of_client) {
            client = fresh_client();
        }
        body(&letter(author, &client))
    };
    (0..count).map(draft).collect()
}

async fn one_at_a_time(caller: &Caller, bodies: Vec<Vec<u8>>) -> Duration {
    let began = Instant::now();
    for body in bodies {
        let stored = caller.service.store_document(&caller.context(), &body).await;
        assert!(stored.unwrap().created);
    }
    began.elapsed()
}

/// As `varanto documents import` does it: a batch is checked while the one before is stored.
async fn in_bulk(import: &DocumentImport, bodies: Vec<Vec<u8>>) -> Duration {
    let batches: Vec<Vec<Vec<u8>>> = bodies.chunks(BATCH).map(<[_]>::to_vec).collect();
    let began = Instant::now();
    let check = |batch: Vec<Vec<u8>>| {
        let import = import.clone();
        tokio::spawn(async move { import.check(batch).await.unwrap() })
    };
    let mut batches = batches.into_iter();
    let mut coming = batches.next().map(check);
    while let Some(batch) = coming {
        let checked = batch.await.unwrap();
        coming = batches.next().map(check);
        for settled in import.store(checked, false).await.unwrap() {
            assert!(matches!(settled.verdict, Verdict::Stored(_)), "{:?}", settled.verdict);
        }
    }
    began.elapsed()
}
