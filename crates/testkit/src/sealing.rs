//! Sealing the log of a store that nobody serves.

use std::time::Duration;

use varanto_service::{Sealed, Sealer};
use varanto_store::log_tree::{self, LogKind};

use crate::site::Site;

const BETWEEN: Duration = Duration::from_millis(5);

impl Site {
    /// Seals everything that is in the logs. On PostgreSQL that may take a moment: what is committed waits until
    /// no transaction is left that could come before it.
    pub async fn seal_with(&self, sealer: &mut Sealer) {
        let database = self.open_store().await;
        loop {
            match sealer.seal().await.expect("the tree goes on") {
                Sealed::Entries(_) => continue,
                Sealed::Nothing => {}
                Sealed::ByAnother => panic!("somebody else seals"),
            }
            let (numbers, state) = (log_tree::numbers(), log_tree::state());
            let (mut numbers, mut state) =
                database.fetch((numbers, state)).await.expect("the state of the log");
            let (numbers, state) = (numbers.pop().unwrap_or_default(), state.pop());
            let sealed = state.expect("the state of the log").sealed;
            if LogKind::ALL.iter().all(|log| sealed.of(*log) >= numbers.of(*log)) {
                return;
            }
            tokio::time::sleep(BETWEEN).await;
        }
    }
}
