//! A stored log that is spoilt again and again, and looked at each time.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::Value;
use varanto_store::log_tree::{Leaf, LogKind};
use varanto_store::testing::Hand;
use varanto_testkit::{KeptStore, Site, TestServer};

use crate::given::sealed;
use crate::scene::{Scene, fill};
use crate::stored::Stored;
use crate::verified::{Verdict, witness};

/// A log of some hundred entries that nobody writes to, kept to be spoilt again and again.
pub(crate) struct Archive {
    pub(crate) site: Site,
    pub(crate) stored: Stored,
    pub(crate) hand: Hand,
    kept: KeptStore,
    witness: PathBuf,
    /// What should have been found.
    missed: Mutex<Vec<String>>,
}

impl Archive {
    pub(crate) async fn of_some_hundred_entries() -> Self {
        let server = TestServer::start().await;
        let scene = Scene::on(&server).await;
        for turn in 0..150 {
            scene.act(turn).await;
            if turn % 10 == 0 {
                sealed(&server.open_store().await).await;
            }
        }
        fill(&server, 250).await;
        sealed(&server.open_store().await).await;
        let site = server.stop().await;
        let stored = Stored::read(&site).await;
        assert!(stored.state.size > 300, "a full tile, and a level above");
        let (hand, kept) = (Hand::on(site.store_settings()), site.keep_store());
        let witness = witness(&site, &stored);
        Self { site, stored, hand, kept, witness, missed: Mutex::default() }
    }

    /// What is told after a change, with and without a witness. The next change begins anew.
    pub(crate) fn after(&self, sql: &str) -> [Verdict; 2] {
        self.site.put_back(&self.kept);
        self.hand.execute(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
        [None, Some(self.witness.as_path())]
            .map(|kept: Option<&Path>| Verdict::on(&self.site, kept))
    }

    /// The change is found with this fault, whoever looks.
    pub(crate) fn finds(&self, sql: &str, fault: &Value) {
        for verdict in self.after(sql) {
            if !verdict.names(fault) {
                let missed = format!("{fault} after {sql}: {:#}", verdict.told);
                self.missed.lock().unwrap().push(missed);
            }
        }
    }

    /// Everything was found.
    pub(crate) fn end(self) {
        let missed = self.missed.into_inner().unwrap();
        assert!(missed.is_empty(), "{}", missed.join("\n"));
    }

    /// A leaf in the middle of a log.
    pub(crate) fn leaf_of(&self, log: LogKind) -> &Leaf {
        let leaves: Vec<_> = self.stored.leaves.iter().filter(|l| l.log == Some(log)).collect();
        leaves[leaves.len() / 2]
    }
}
