//! What it costs to verify the log, beside what it cannot cost less than: reading the rows and SHA-256.
//!
//! One store of many entries of the use log, sealed as a server seals it. In the same run the rows are read
//! alone, the commitments and the tree are hashed alone, and the whole is verified. The processor time of all
//! threads is told, so that entries a second and core can be read off whatever else the machine does.
//!
//! `cargo run --release --package varanto-testkit --example log_verify -- --entries 1000000`

#![expect(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "this is run by hand: it tells what it measures, and ends where it cannot measure"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use clap::Parser;
use varanto::server::open_service;
use varanto_log::{Commitment, Frontier, Salt};
use varanto_service::Sealer;
use varanto_store::Database;
use varanto_store::log_tree::{self, LogKind};
use varanto_store::testing::Hand;
use varanto_testkit::{Expect, TestServer};

/// What is aimed at, of each core.
const AIM: f64 = 300_000.0;

/// Measures verifying.
#[derive(Debug, Parser)]
struct Options {
    /// How many entries the use log has.
    #[arg(long, default_value_t = 1_000_000)]
    entries: u64,
    /// How often each is measured.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

#[tokio::main]
async fn main() {
    let options = Options::parse();
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    maija.session().store(&care.draft(&maija).build()).await.unwrap().expect_status(201);
    let site = server.stop().await;
    let store = Hand::on(site.store_settings());
    multiply(&store, options.entries);
    let service = Box::pin(open_service(&site.config(), &[])).await.unwrap();
    store.execute("UPDATE log_state SET held_until = 0").unwrap();
    site.seal_with(&mut Sealer::new(service.clone())).await;

    println!("{:<34}{:>12}{:>14}{:>18}", "", "seconds", "CPU seconds", "entries/s·core");
    let database = site.open_store().await;
    for _ in 0..options.rounds {
        let (read, (entries, bytes)) = timed(rows_alone(&database)).await;
        tell("reading the rows alone", &read, entries);
        let (hashed, ()) = timed(async { hashes_alone(entries, bytes / entries) }).await;
        tell("SHA-256 alone", &hashed, entries);
        let (whole, verified) = timed(service.verify_log(None, &mut |_, _| ())).await;
        let verified = verified.unwrap();
        assert!(verified.is_clean(), "{:?}", verified.faults);
        tell("verifying", &whole, verified.leaves);
        let floor = read.work + hashed.work;
        println!(
            "  × {:.2} of reading and SHA-256; {} leaves of {} bytes, {} checkpoints; {:.0} entries a second{}",
            whole.work.as_secs_f64() / floor.as_secs_f64(),
            verified.leaves,
            bytes / entries,
            verified.checkpoints,
            verified.leaves as f64 / whole.time.as_secs_f64(),
            if verified.leaves as f64 / whole.work.as_secs_f64() < AIM {
                "  NOT the aim"
            } else {
                ""
            }
        );
    }
}

/// Copies the last entry of the use log so many times.
fn multiply(store: &Hand, entries: u64) {
    let columns = store.columns("use_entry").unwrap().into_iter().map(|column| column.name);
    let columns: Vec<_> = columns.filter(|name| name != "number" && name != "id").collect();
    let (columns, id) = (columns.join(", "), store.any_key());
    let sql = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {entries}) \
         INSERT INTO use_entry (id, {columns}) SELECT {id}, {columns} \
         FROM n, (SELECT * FROM use_entry ORDER BY number DESC LIMIT 1) AS last"
    );
    store.execute(&sql).unwrap();
}

/// Reads every row of the use log in its canonical form, and the row of every leaf; how many entries there are,
/// and their bytes.
async fn rows_alone(database: &Database) -> (u64, u64) {
    let mut from = 0;
    loop {
        let page = database.fetch(log_tree::leaves(from, 1_000)).await.unwrap();
        let Some(last) = page.last() else { break };
        from = last.leaf + 1;
    }
    let (mut after, mut entries, mut bytes) = (0, 0, 0);
    loop {
        let page = log_tree::entries_after(LogKind::Use, after, 1_000);
        let page = database.fetch(page).await.unwrap();
        let Some(last) = page.last() else { return (entries, bytes) };
        after = last.number;
        entries += page.len() as u64;
        bytes += page.iter().map(|e| e.form.as_ref().map_or(0, Vec::len) as u64).sum::<u64>();
    }
}

/// Makes as many commitments to as many bytes, and the tree over them.
fn hashes_alone(entries: u64, bytes: u64) {
    let mut form = vec![b'x'; usize::try_from(bytes).unwrap()];
    let mut tree = Frontier::empty();
    for n in 0..entries {
        form[..8].copy_from_slice(&n.to_be_bytes());
        tree.append(Commitment::to(&Salt::new([7; 16]), &form).leaf(), &mut |_, _, _| ());
    }
    black_box(tree.root());
}

/// What something took.
struct Taken {
    time: Duration,
    work: Duration,
}

async fn timed<T>(what: impl Future<Output = T>) -> (Taken, T) {
    let (began, worked) = (Instant::now(), processor_time());
    let outcome = what.await;
    (Taken { time: began.elapsed(), work: processor_time().saturating_sub(worked) }, outcome)
}

/// The processor time of this process so far, in hundredths of a second (Linux).
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("the figures of this process");
    let after_name = stat.rsplit_once(") ").expect("the name ends").1;
    let ticks = after_name.split(' ').skip(11).take(2).map(|n| n.parse::<u64>().unwrap());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

fn tell(what: &str, taken: &Taken, entries: u64) {
    let (time, work) = (taken.time.as_secs_f64(), taken.work.as_secs_f64());
    println!("{what:<34}{time:>12.2}{work:>14.2}{:>18.0}", entries as f64 / work);
}
