//! What the tests begin with: who signs the log, and waiting for its tree.

use std::time::{Duration, Instant};

use varanto_client::UseContext;
use varanto_log::NoteSigner;
use varanto_model::Code;
use varanto_store::Database;
use varanto_store::log_tree::{self, LogKind, LogState};
use varanto_testkit::Site;
use zeroize::Zeroizing;

/// Longer than anything takes here that goes well.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Who signs the log of a site.
pub(crate) fn signer(site: &Site) -> NoteSigner {
    let text = std::fs::read_to_string(site.paths().keys().join("log.key")).unwrap();
    let mut seed = Zeroizing::new([0; 32]);
    for (byte, digits) in seed.iter_mut().zip(text.trim().as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    }
    NoteSigner::from_seed(&site.config().sealing.origin, &seed).unwrap()
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

/// How far the tree has come.
pub(crate) async fn state(database: &Database) -> LogState {
    database.fetch_one(log_tree::state()).await.unwrap().unwrap()
}

/// Fetching what another controller discloses.
pub(crate) fn by_disclosure() -> UseContext {
    UseContext { basis: Code::parse("disclosure").ok(), ..UseContext::default() }
}
