//! The same while the log is written to: nothing is told of a log that nobody has changed, and what somebody
//! has changed is told at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::SignedDuration;
use serde_json::json;
use tokio::task::JoinHandle;
use varanto_store::log_tree::LogKind;
use varanto_store::testing::Hand;
use varanto_testkit::{TestServer, run};

use crate::dice::Dice;
use crate::given::sealed;
use crate::scene::{Scene, fill};
use crate::stored::Stored;
use crate::verified::{Verdict, witness};

/// Somebody who uses the repository until told to stop.
struct Busy {
    is_over: Arc<AtomicBool>,
    at_work: JoinHandle<usize>,
}

impl Busy {
    fn with(scene: Scene) -> Self {
        let is_over = Arc::<AtomicBool>::default();
        let over = Arc::clone(&is_over);
        let at_work = tokio::spawn(async move {
            let mut turn = 0;
            while !over.load(Ordering::SeqCst) {
                scene.act(turn).await;
                turn += 1;
            }
            turn
        });
        Self { is_over, at_work }
    }

    /// How often it was used.
    async fn end(self) -> usize {
        self.is_over.store(true, Ordering::SeqCst);
        self.at_work.await.unwrap()
    }
}

/// Looks at the log while others go on.
async fn look(server: &Arc<TestServer>) -> Verdict {
    let server = Arc::clone(server);
    tokio::task::spawn_blocking(move || Verdict::on(&server, None)).await.unwrap()
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_log_that_is_only_written_to_nothing_is_told() {
    let server = Arc::new(TestServer::start().await);
    let busy = Busy::with(Scene::on(&server).await);
    let mut leaves = Vec::new();
    for _ in 0..10 {
        fill(&server, 50).await;
        let verdict = look(&server).await;
        verdict.expect_good("under load");
        leaves.push(verdict.told["leaves"].as_u64().unwrap());
    }
    let acts = busy.end().await;
    println!("looked at {leaves:?} leaves, during {acts} acts");
    assert!(leaves.is_sorted() && leaves[0] < leaves[9] && acts > 10, "it was written to");
}

/// REQ LOG-03, LOG-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_entries_that_leave_after_their_years_nothing_is_told() {
    let server = Arc::new(TestServer::start().await);
    Scene::on(&server).await;
    fill(&server, 400).await;
    sealed(&server.open_store().await).await;
    let stored = Stored::read(&server).await;
    let kept = witness(&server, &stored);
    server.advance_clock(SignedDuration::from_hours(24 * (12 * 366)));
    let busy = Busy::with(Scene::on(&server).await);
    let config = server.paths().configuration().to_str().unwrap().to_owned();
    let leaving = tokio::task::spawn_blocking(move || run(["log", "retain", "--config", &config]));
    let mut gone = Vec::new();
    while !leaving.is_finished() || gone.len() < 3 {
        let verdict = look(&server).await;
        verdict.expect_good("while content leaves");
        gone.push(verdict.told["without_content"].as_u64().unwrap());
    }
    assert!(leaving.await.unwrap().status.success());
    let acts = busy.end().await;
    println!("content of {gone:?} entries had left, during {acts} acts");
    assert!(*gone.last().unwrap() >= stored.state.size, "{gone:?}");
    let Ok(server) = Arc::try_unwrap(server) else { panic!("nobody else has it") };
    Verdict::on(&server.stop().await, Some(&kept)).expect_good("for the witness");
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_changed_under_load_is_found_too() {
    let server = Arc::new(TestServer::start().await);
    let scene = Scene::on(&server).await;
    // With checkpoints between what is changed below: of two changes under one nothing is certain.
    for _ in 0..8 {
        fill(&server, 50).await;
        sealed(&server.open_store().await).await;
    }
    let stored = Stored::read(&server).await;
    stored.assert_whole(&mut Dice::new(7));
    let mut uses = stored.leaves.iter().filter(|leaf| leaf.log == Some(LogKind::Use)).skip(20);
    let mut next = || uses.next().map(|leaf| (leaf.number, leaf.leaf)).unwrap();
    let busy = Busy::with(scene);
    let entry = |kind: &str, (number, leaf): (i64, u64)| json!({"fault": kind, "log": "use", "number": number, "leaf": leaf});
    let (changed, removed, (one, first), (other, _), bare, salted) =
        (next(), next(), next(), next(), next(), next());
    let (committed, middle) = (next(), stored.checkpoints[1].size);
    let store = Hand::on(server.store_settings());
    let (hash, salt) = (store.zeros(32), store.zeros(16));
    let tile = store.joined(&format!("substr(hashes, 1, 8160) || {hash}"));
    let mut wanted = Vec::new();
    for (sql, fault) in [
        (
            format!("UPDATE use_entry SET user_name = 'X' WHERE number = {}", changed.0),
            entry("changed", changed),
        ),
        (format!("DELETE FROM use_entry WHERE number = {}", removed.0), entry("removed", removed)),
        (
            format!(
                "UPDATE use_entry SET number = -5 WHERE number = {one};
                UPDATE use_entry SET number = {one} WHERE number = {other};
                UPDATE use_entry SET number = {other} WHERE number = -5;"
            ),
            entry("swapped", (one, first)),
        ),
        (
            format!("UPDATE log_leaf SET salt = NULL WHERE leaf = {}", bare.1),
            entry("salt-missing", bare),
        ),
        (
            format!("UPDATE log_leaf SET salt = {salt} WHERE leaf = {}", salted.1),
            entry("changed", salted),
        ),
        (
            format!("UPDATE log_leaf SET commitment = {hash} WHERE leaf = {}", committed.1),
            json!({"fault": "leaf-changed", "leaf": committed.1}),
        ),
        (
            format!("UPDATE log_tile SET hashes = {tile} WHERE level = 0 AND place = 0"),
            json!({"fault": "tile-changed", "level": 0, "place": 0}),
        ),
        (
            format!("UPDATE log_checkpoint SET at = at + 5000000 WHERE size = {middle}"),
            json!({"fault": "checkpoint", "size": middle}),
        ),
    ] {
        store.execute(&sql).unwrap();
        wanted.push(fault);
        let verdict = look(&server).await;
        for fault in &wanted {
            assert!(verdict.names(fault), "{fault} after {sql}: {:#}", verdict.told);
        }
        assert_eq!(verdict.faults().len(), wanted.len() + usize::from(wanted.len() > 2));
    }
    assert!(busy.end().await > 10, "it was written to");
}
