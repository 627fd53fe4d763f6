//! What is committed to the logs is in the tree soon, whoever seals, and the tree only goes on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinHandle;
use varanto_store::Database;
use varanto_store::log_tree::{self, LogKind};
use varanto_testkit::{ServerProcess, TestServer};

use crate::dice::Dice;
use crate::given::{sealed, state};
use crate::scene::{Scene, another_server};
use crate::stored::{Stored, place_of};

/// The newest entry of a log: what was done, and how it ended.
async fn newest(database: &Database, log: LogKind) -> (String, String) {
    let numbers = database.fetch_one(log_tree::numbers()).await.unwrap().unwrap();
    let entries = database.fetch(log_tree::entries_after(log, numbers.of(log) - 1, 1)).await;
    let form = entries.unwrap()[0].form.clone().unwrap();
    let entry: Value = serde_json::from_slice(&form).unwrap();
    let refusal = entry.get("refusal").map_or("none", |refusal| refusal.as_str().unwrap_or("null"));
    (entry["action"].as_str().unwrap().to_owned(), refusal.to_owned())
}

fn told(what: &str, mut lags: Vec<Duration>) {
    lags.sort_unstable();
    println!(
        "{what}: {} acts were in the tree after {} ms (median), {} ms (longest)",
        lags.len(),
        lags[lags.len() / 2].as_millis(),
        lags[lags.len() - 1].as_millis()
    );
}

/// REQ LOG-03
#[tokio::test]
async fn what_is_stored_read_refused_or_disclosed_is_in_the_tree_soon() {
    let server = TestServer::start().await;
    let scene = Scene::on(&server).await;
    let database = server.open_store().await;
    let mut lags = Vec::new();
    for turn in 0..50 {
        let (log, action, refusal) = scene.act(turn).await;
        assert_eq!(newest(&database, log).await, (action.to_owned(), refusal.to_owned()));
        let before = state(&database).await;
        lags.push(sealed(&database).await);
        let after = state(&database).await;
        assert!(after.size >= before.size);
        let leaf = database.fetch_one(log_tree::leaf_of(log, after.sealed.of(log))).await.unwrap();
        assert!(leaf.is_some_and(|leaf| leaf.leaf < after.size), "it has its leaf");
    }
    told("one server", lags);
    let stored = Stored::read(&server.stop().await).await;
    assert!(stored.entries.iter().all(|entries| entries.len() > 9), "every log is in the tree");
    stored.assert_whole(&mut Dice::new(1));
}

/// REQ LOG-03
#[tokio::test]
async fn the_tree_goes_on_after_a_restart() {
    let mut server = TestServer::start().await;
    let mut sizes = Vec::new();
    for turn in 0..3 {
        let scene = Scene::on(&server).await;
        scene.act(turn).await;
        // What is not sealed when the server stops is sealed by the next one.
        let site = server.stop().await;
        server = TestServer::over(site).await;
        let database = server.open_store().await;
        sealed(&database).await;
        sizes.push(state(&database).await.size);
    }
    assert!(sizes.windows(2).all(|pair| pair[0] < pair[1]), "{sizes:?}");
    Stored::read(&server.stop().await).await.assert_whole(&mut Dice::new(2));
}

/// What was told of the log while servers ran: every checkpoint that was the newest one at some time.
struct Watch {
    database: Arc<Database>,
    watching: JoinHandle<()>,
    seen: Arc<std::sync::Mutex<BTreeMap<u64, String>>>,
}

impl Watch {
    fn begin(database: Database) -> Self {
        let (database, seen) =
            (Arc::new(database), Arc::<std::sync::Mutex<BTreeMap<_, _>>>::default());
        let (from, notes) = (Arc::clone(&database), Arc::clone(&seen));
        let watching = tokio::spawn(async move {
            loop {
                let newest = from.fetch_one(log_tree::newest_checkpoint()).await.unwrap().unwrap();
                let earlier = notes.lock().unwrap().insert(newest.size, newest.note.clone());
                assert!(earlier.is_none_or(|note| note == newest.note), "signed twice");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        Self { database, watching, seen }
    }

    /// Every checkpoint that was seen stands in the store as it was.
    fn end(self, stored: &Stored) {
        assert!(!self.watching.is_finished(), "the watch has failed");
        self.watching.abort();
        let kept: BTreeMap<u64, &String> =
            stored.checkpoints.iter().map(|kept| (kept.size, &kept.note)).collect();
        let seen = self.seen.lock().unwrap();
        assert!(seen.len() > 1, "hardly anything was seen");
        for (size, note) in seen.iter() {
            assert_eq!(kept.get(size), Some(&note), "the checkpoint over {size}");
        }
        drop(self.database);
    }
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_store_make_one_tree() {
    let server = TestServer::start().await;
    let here = Scene::on(&server).await;
    let (other, people) = another_server(&server).await;
    let there = Scene::on(&server).await.through(&people);
    sealed(&server.open_store().await).await;
    let watch = Watch::begin(server.open_store().await);
    let busy = |scene: Scene| async move {
        for turn in 0..60 {
            scene.act(turn).await;
        }
    };
    let (one, two) = (tokio::spawn(busy(here)), tokio::spawn(busy(there)));
    one.await.unwrap();
    two.await.unwrap();
    sealed(&server.open_store().await).await;
    let holder = state(&server.open_store().await).await.holder;
    // Whichever of them sealed, both have done so when one after the other has been alone.
    other.stop().await;
    let scene = Scene::on(&server).await;
    scene.act(0).await;
    sealed(&server.open_store().await).await;
    let (third, people) = another_server(&server).await;
    let site = server.stop().await;
    let scene = scene.through(&people);
    scene.act(0).await;
    sealed(&site.open_store().await).await;
    assert_ne!(state(&site.open_store().await).await.holder, holder);
    third.stop().await;
    let stored = Stored::read(&site).await;
    watch.end(&stored);
    stored.assert_whole(&mut Dice::new(3));
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_server_that_seals_dies_another_one_goes_on() {
    let dies = ServerProcess::start().await;
    let scene = Scene::on(&dies).await;
    sealed(&dies.open_store().await).await;
    let held_by = state(&dies.open_store().await).await.holder;
    let (lives, people) = another_server(&dies).await;
    let scene = scene.through(&people);
    let site = dies.kill();
    scene.act(0).await;
    told("after a death", vec![sealed(&site.open_store().await).await]);
    let holds = state(&site.open_store().await).await.holder;
    assert!(holds.is_some() && holds != held_by, "another one seals");
    lives.stop().await;
    let stored = Stored::read(&site).await;
    assert!(!stored.entries[place_of(LogKind::Administration)].is_empty());
    stored.assert_whole(&mut Dice::new(4));
}
