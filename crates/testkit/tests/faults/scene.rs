//! A database server of a test's own with a sandbox on it, and what must be true of both after a fault.

use std::collections::BTreeMap;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::{Mutex, MutexGuard};
use tokio::task::JoinSet;
use varanto_client::Client;
use varanto_postgres::{Options, Server};
use varanto_testkit::{Site, run};

use crate::book::Sum;
use crate::dice::Dice;
use crate::interface;
use crate::ledger::SentDocument;
use crate::load::{Done, Load, Place};
use crate::process::Serving;
use crate::{store, uses, watch};

/// How long it may take until all is well again after a fault.
const PATIENCE: Duration = Duration::from_mins(1);
/// For how long faults go on, where nothing else is said.
const SECONDS: u64 = 6;
const PRIVACY_OFFICER: &str = "T-1008";

/// A sandbox on a PostgreSQL of its own. One at a time: each takes the whole machine.
pub(crate) struct Scene {
    // Before the server: it is dropped there.
    pub(crate) site: Site,
    pub(crate) postgres: Server,
    pub(crate) dice: Dice,
    /// Does the clock of the server never go back?
    pub(crate) in_order: bool,
    database: String,
    _turn: MutexGuard<'static, ()>,
}

impl Scene {
    /// A scene that begins with the options of a server; what it acknowledges is on its disk. `change` rewrites
    /// the configuration.
    pub(crate) async fn open(
        options: Options,
        change: impl FnOnce(&Server, String) -> String,
    ) -> Self {
        static TURN: Mutex<()> = Mutex::const_new(());
        let turn = TURN.lock().await;
        let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into();
        let seed = number("VARANTO_FAULTS_SEED").unwrap_or_else(clock);
        println!("VARANTO_FAULTS_SEED={seed}");
        let postgres = Server::start(Options { fsync: true, ..options });
        let database = postgres.create_database();
        let name = database.name().to_owned();
        let site = Site::in_database(database, |text| change(&postgres, text)).await;
        let dice = Dice::new(seed);
        Self { site, postgres, dice, in_order: true, database: name, _turn: turn }
    }

    /// On a plain server.
    pub(crate) async fn plain() -> Self {
        Self::open(Options::default(), |_, text| text).await
    }

    pub(crate) fn serve(&self, name: &str) -> Serving {
        Serving::start(&self.site, name, &[])
    }

    /// Callers at work on these servers.
    pub(crate) async fn load(&mut self, servers: &[&Serving], tolerated: &[&'static str]) -> Load {
        let addresses: Vec<_> = servers.iter().map(|server| server.address.as_str()).collect();
        let place = Place::of(&self.site, &addresses, tolerated);
        Load::begin(&self.site, place, &mut self.dice).await
    }

    /// A pause for the load between two faults, of up to twice this length.
    pub(crate) async fn pause(&mut self, milliseconds: u64) {
        let pause = milliseconds / 2 + self.dice.below(milliseconds * 3 / 2);
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }

    /// Everything is as it must be after a fault; tells what was done.
    pub(crate) async fn all_is_well(&self, what: &str, server: &Serving, done: Done) -> Sum {
        let Done { documents, calls, watched, before } = done;
        let sum = Sum::of(calls.iter());
        let versions: usize = documents.iter().map(|document| document.versions.len()).sum();
        println!(
            "{what}: {} documents, {versions} versions; {sum}; ready {}, not ready {} {:?}; \
             {} checkpoints seen",
            documents.len(),
            watched.ready,
            watched.not_ready,
            watched.reasons,
            watched.checkpoints.len(),
        );
        self.becomes_ready(server).await;
        uses::are_in_the_log(&self.site, &calls, &before).await;
        self.holds_just(versions);
        self.goes_on_from(server, &watched.checkpoints).await;
        store::is_consistent(&self.site, &documents, self.in_order).await;
        let officer = Place::of(&self.site, &[&server.address], &[]);
        let officer = officer.session(&server.address, PRIVACY_OFFICER);
        let some = documents.iter().rev().step_by(documents.len().div_ceil(20));
        interface::log_has(&officer, some.map(SentDocument::newest)).await;
        self.are_there(server, documents).await;
        self.is_sealed().await;
        self.operators_find_nothing();
        sum
    }

    /// The server says by itself that it is ready again.
    pub(crate) async fn becomes_ready(&self, server: &Serving) {
        let (stranger, began) = (self.stranger(server), Instant::now());
        while stranger.get("/readyz").await.ok().is_none_or(|answer| answer.status != 200) {
            assert!(began.elapsed() < PATIENCE, "not ready again: {}", server.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) fn stranger(&self, server: &Serving) -> Client {
        Client::without_certificate(&server.address, &self.site.ca_pem()).expect("a client")
    }

    /// One number that a statement selects.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        let told = self.postgres.sql(&self.database, sql);
        told.expect("the database answers").trim().parse().expect("a number")
    }

    /// There are no versions but those that were acknowledged.
    fn holds_just(&self, versions: usize) {
        let stored = self.count("SELECT count(*) FROM varanto.document_version");
        assert_eq!(usize::try_from(stored).unwrap(), versions);
    }

    /// The log goes on from every checkpoint that somebody has seen.
    async fn goes_on_from(&self, server: &Serving, seen: &BTreeMap<u64, String>) {
        let stranger = self.stranger(server);
        for (size, note) in seen {
            let answer = stranger.get(&format!("/v1/logs/checkpoint/{size}")).await.unwrap();
            assert_eq!(answer.status, 200, "the checkpoint over {size} leaves is gone");
            assert_eq!(String::from_utf8_lossy(&answer.body), *note);
            // Strangers are not let in at any rate.
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        let newest = watch::checkpoint(&stranger).await.expect("a checkpoint");
        assert!(seen.keys().all(|size| *size <= watch::size(&newest)));
    }

    /// Everything that was acknowledged is shown whole, and every client's list is complete.
    async fn are_there(&self, server: &Serving, documents: Vec<SentDocument>) {
        let place = Place::of(&self.site, &[&server.address], &[]);
        let mut by_client: BTreeMap<String, Vec<SentDocument>> = BTreeMap::new();
        for document in documents {
            by_client.entry(document.client.clone()).or_default().push(document);
        }
        let mut looking = JoinSet::new();
        for of_client in by_client.into_values() {
            let reader = place.person(&server.address, "S-1001");
            looking.spawn(async move { interface::everything_is_there(&reader, &of_client).await });
        }
        while let Some(looked) = looking.join_next().await {
            looked.unwrap();
        }
    }

    /// Every entry of the logs gets into the tree.
    pub(crate) async fn is_sealed(&self) {
        const OPEN: &str = "SELECT (SELECT count(*) FROM varanto.use_entry)
            + (SELECT count(*) FROM varanto.disclosure_entry)
            + (SELECT count(*) FROM varanto.administrative_entry)
            - (SELECT size FROM varanto.log_state)";
        let began = Instant::now();
        while self.count(OPEN) != 0 {
            assert!(began.elapsed() < PATIENCE, "{} entries are not sealed", self.count(OPEN));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// `check`, which rebuilds what is derived, and `log verify` have nothing to say.
    fn operators_find_nothing(&self) {
        let configuration = self.site.paths().configuration().display().to_string();
        for command in [["check", "--rebuild"], ["log", "verify"]] {
            let told = run(command.iter().copied().chain(["--config", &configuration]));
            let text = String::from_utf8_lossy(&told.stdout).into_owned();
            let error = String::from_utf8_lossy(&told.stderr);
            assert!(told.status.success(), "{command:?}: {text}{error}");
            assert!(!text.contains("repaired"), "{text}");
            if let Some(line) = text.lines().rfind(|line| line.contains("leaves")) {
                println!("{line}");
            }
        }
    }
}

/// Until when faults go on.
pub(crate) fn end() -> Instant {
    let seconds = number("VARANTO_FAULTS_SECONDS").unwrap_or(SECONDS);
    Instant::now() + Duration::from_secs(seconds)
}

/// Does what blocks while others go on.
pub(crate) fn block<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

/// A number from the environment.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}
