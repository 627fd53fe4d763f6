//! The load run: the whole repository over TLS, with signing and checking on, beside the bare store.
//!
//! The server is the release build in a process of its own, over a sandbox in a temporary directory;
//! clients are tasks of this program, each with a connection and a token of its own. Clients and
//! server share the machine, so each one's processor time is told. Beside every round of storing, the
//! same documents go straight into a store on the same disk: the ratio says what the interface, the
//! checks and the rules cost.
//!
//! With `--races` producers use a right while it is given and withdrawn, and the log is looked at
//! afterwards. With `--sealing` storing is measured with and without the log's tree.
//!
//! `cargo run --release --package varanto-testkit --example load -- --help`

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "this is run by hand: it tells what it measures, and ends where it cannot measure"
)]

mod bare;
mod clients;
mod documents;
mod figures;
#[path = "../../tests/rights/log_order.rs"]
mod log_order;
mod machine;
mod races;
mod report;
mod sealing;
mod server;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use clients::{Act, Clients};
use documents::Documents;
use races::Races;
use report::Report;
use sealing::Sealing;
use server::Server;

/// Measures storing, searching and fetching, and the bare store beside them.
#[derive(Debug, Parser)]
struct Options {
    /// How long each measurement takes.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many clients at once, for each round.
    #[arg(long, value_delimiter = ',', default_value = "1,8,32")]
    clients: Vec<usize>,
    /// Instead of that: how often a right is withdrawn and given again while producers use it.
    #[arg(long, value_name = "NUMBER")]
    races: Option<usize>,
    /// Instead of that: so many rounds of storing with the log's tree written on, and as many without.
    #[arg(long, value_name = "ROUNDS")]
    sealing: Option<usize>,
    /// Writes the figures here as well.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The folder for the sandbox and the store; its disk is what is measured.
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// The server to measure; otherwise it is built from these sources.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let options = Options::parse();
    let program = options.program.clone().unwrap_or_else(server::build);
    let directory = options.directory.clone().unwrap_or_else(std::env::temp_dir);
    let directory = tempfile::Builder::new().prefix("varanto-load-").tempdir_in(directory);
    let directory = directory.expect("a directory to measure in");
    let seconds = Duration::from_secs(options.seconds);

    if let Some(withdrawals) = options.races {
        let server = Server::start(&program, &directory.path().join("sandbox")).await;
        print!("{}", Races::run(&server, withdrawals).await);
        return;
    }
    let documents = Documents::new();
    let mut report = Report::begin(directory.path(), documents.sizes());
    let server = Server::start(&program, &directory.path().join("sandbox")).await;
    report.started("start, new store", &server);
    let clients = Clients::connect(&server, documents, options.clients.iter().copied().max());
    clients.prepare().await;
    if let Some(rounds) = options.sealing {
        for &count in &options.clients {
            print!("{}", Sealing::run(&server, &clients, (count, rounds), seconds).await);
        }
        return;
    }
    let bare = bare::Bare::of(&server, &directory.path().join("bare.db")).await;

    for &count in &options.clients {
        let signed_before = clients.measure(Act::StorePrepared, count, seconds, &server).await;
        let bare = bare.measure(count, seconds).await;
        report.ratio(count, &signed_before, &bare);
        report.add(signed_before);
        report.add(bare);
        for act in [Act::Store, Act::Search, Act::Fetch] {
            report.add(clients.measure(act, count, seconds, &server).await);
        }
    }
    report.memory(&server);
    let server = server.start_again(&program);
    report.started("start, with what was stored", &server);
    report.end();
    print!("{report}");
    if let Some(file) = &options.json {
        std::fs::write(file, format!("{:#}\n", report.json())).expect("the file can be written");
    }
}
