//! What the tests begin with: servers on one database, and who works at them.

use std::time::{Duration, Instant};

use varanto_client::UseContext;
use varanto_log::NoteSigner;
use varanto_model::{Code, Oid};
use varanto_sandbox::World;
use varanto_store::Database;
use varanto_store::log_tree::{self, LogKind, LogState};
use varanto_testkit::{FurtherServer, ServerProcess, Site, TestPerson, TestStore};
use zeroize::Zeroizing;

/// Longer than anything takes here that goes well.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
/// The unit of a producer in the built-in world.
pub(crate) const KOIVULA: &str = "1.2.246.10.99990002.10.3";

/// A server, and others on its database.
pub(crate) struct Servers {
    pub(crate) first: ServerProcess,
    pub(crate) others: Vec<FurtherServer>,
}

impl Servers {
    /// So many servers.
    pub(crate) async fn start(count: usize) -> Self {
        Self::with(count, |text| text).await
    }

    /// The same with another configuration.
    pub(crate) async fn with(count: usize, change: impl FnOnce(String) -> String) -> Self {
        let first = ServerProcess::with_on(TestStore::Postgres, &World::builtin(), change).await;
        let others =
            (1..count).map(|place| FurtherServer::over(&first, &format!("server-{place}")));
        Self { others: others.collect(), first }
    }

    pub(crate) fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// Somebody at the server in this place; behind the last one the first comes again.
    pub(crate) fn person(&self, place: usize, id: &str) -> TestPerson {
        match (place % self.count()).checked_sub(1) {
            None => self.first.person(id),
            Some(other) => self.others[other].person(id),
        }
    }
}

/// A use under the right to a case.
pub(crate) fn under(case: &Oid) -> UseContext {
    UseContext {
        basis: Code::parse("register_access").ok(),
        case: Some(case.clone()),
        ..UseContext::default()
    }
}

/// How far the tree has come.
pub(crate) async fn state(database: &Database) -> LogState {
    database.fetch_one(log_tree::state()).await.unwrap().unwrap()
}

/// Waits until everything is in the tree that is committed now; tells how long it took.
pub(crate) async fn sealed(database: &Database) -> Duration {
    let began = Instant::now();
    let committed = database.fetch_one(log_tree::numbers()).await.unwrap().unwrap();
    loop {
        let sealed = state(database).await.sealed;
        if LogKind::ALL.iter().all(|log| sealed.of(*log) >= committed.of(*log)) {
            return began.elapsed();
        }
        assert!(began.elapsed() < PATIENCE, "the tree does not go on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Who signs the log of a site.
pub(crate) fn signer(site: &Site) -> NoteSigner {
    let text = std::fs::read_to_string(site.paths().keys().join("log.key")).unwrap();
    let mut seed = Zeroizing::new([0; 32]);
    for (byte, digits) in seed.iter_mut().zip(text.trim().as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    }
    NoteSigner::from_seed(&site.config().sealing.origin, &seed).unwrap()
}
