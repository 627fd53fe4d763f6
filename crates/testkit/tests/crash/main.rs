//! Sudden death: the server is killed in the middle of load, again and again, and whatever it has
//! acknowledged is there afterwards – whole, once, and with its log entry (DOC-01, LOG-01).
//!
//! What is killed is the process. That a commit also outlives a loss of power rests on the store's
//! syncs to disk, which no test on a running machine can take away.
//!
//! `VARANTO_CRASH_ROUNDS` and `VARANTO_CRASH_SEED` change the number of deaths and repeat a run.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and tells its seed"
)]

mod dice;
mod interface;
mod ledger;
mod store;
mod worker;

use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::task::JoinSet;
use varanto_testkit::{ServerProcess, Site, binary};

use dice::Dice;
use ledger::SentDocument;
use worker::{CaredFor, Settled, Worker};

const ROUNDS: u64 = 50;
/// Who stores, each with a connection of its own.
const PEOPLE: [&str; 4] = ["S-1001", "S-1002", "S-1001", "S-1002"];
const PRIVACY_OFFICER: &str = "T-1008";

/// REQ DOC-01, REQ DOC-03, REQ LOG-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_sudden_death() {
    let rounds = number("VARANTO_CRASH_ROUNDS").unwrap_or(ROUNDS);
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into();
    let seed = number("VARANTO_CRASH_SEED").unwrap_or_else(clock);
    println!("{rounds} rounds, VARANTO_CRASH_SEED={seed}");
    let mut dice = Dice::new(seed);

    let mut server = ServerProcess::start().await;
    let (mut workers, control) = assemble(&server, &mut dice).await;
    let mut settled = Settled::default();
    for round in 1..=rounds {
        let mut at_work = JoinSet::new();
        for (id, mut worker) in PEOPLE.iter().zip(workers.drain(..)) {
            let session = server.person(id).session();
            at_work.spawn(async move {
                worker.work(&session).await;
                worker
            });
        }
        tokio::time::sleep(Duration::from_millis(80 + dice.below(550))).await;
        let site = server.kill();
        while let Some(worker) = at_work.join_next().await {
            workers.push(worker.unwrap());
        }
        if round % 5 == 0 {
            die_while_starting(&site, &mut dice);
        }
        server = ServerProcess::over(site);
        for (id, worker) in PEOPLE.iter().zip(&mut workers) {
            worker.after_death(&server.person(id).session(), &mut settled).await;
        }
        if round % 10 == 0 || round == rounds {
            let officer = server.person(PRIVACY_OFFICER).session();
            interface::log_has(&officer, workers.iter().filter_map(Worker::latest)).await;
        }
    }

    let stored = workers.into_iter().flat_map(Worker::into_documents);
    let documents: Vec<_> = stored.chain(control).collect();
    let versions: usize = documents.iter().map(|document| document.versions.len()).sum();
    println!(
        "{} documents, {versions} versions; of the requests that died unanswered, {} had been \
         carried out and {} had not",
        documents.len(),
        settled.were_there,
        settled.were_not,
    );
    assert!(versions as u64 >= rounds, "hardly anything was stored");
    interface::everything_is_there(&server.person("S-1001"), &documents).await;
    let (status, site) = server.terminate();
    assert!(status.success(), "{status}");
    store::is_consistent(&site, &documents, true).await;
}

/// The workers, each for two clients of its own and one that is shared with the others; and the cases
/// and clientships of all these clients.
async fn assemble(site: &Site, dice: &mut Dice) -> (Vec<Worker>, Vec<SentDocument>) {
    let people = PEOPLE.map(|id| site.person(id));
    let session = people[0].session();
    let (shared, control) = CaredFor::arrange(&session, &people).await;
    let mut control = Vec::from(control);
    let mut workers = Vec::new();
    for person in &people {
        let mut clients = vec![shared.clone()];
        for _ in 0..2 {
            let (client, of_client) = CaredFor::arrange(&session, &people).await;
            clients.push(client);
            control.extend(of_client);
        }
        workers.push(Worker::new(person, clients, dice.fork()));
    }
    (workers, control)
}

/// Starts the server and kills it before it is ready, or a little after.
fn die_while_starting(site: &Site, dice: &mut Dice) {
    let started = Command::new(binary())
        .args(["serve", "--port", "0", "--config"])
        .arg(site.paths().configuration())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = started.expect("the program runs");
    std::thread::sleep(Duration::from_millis(dice.below(400)));
    child.kill().expect("it still runs");
    child.wait().expect("it ends");
}

/// A number from the environment.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}
