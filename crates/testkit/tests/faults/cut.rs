//! Connections to the database are cut in the middle of commits.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use varanto_postgres::Options;

use crate::book::End;
use crate::dice::Dice;
use crate::scene::{self, Scene};
use crate::wire::{Mood, Wire};

/// REQ DOC-01, REQ DOC-03, REQ LOG-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_kept_once_whenever_connections_are_cut() {
    let mut wire = None;
    let mut scene = Scene::open(Options::default(), |postgres, text| {
        let direct = postgres.socket();
        let between = wire.insert(Wire::before(direct, Dice::new(1)));
        let (from, to) = (direct.display().to_string(), between.folder().display().to_string());
        let changed = text.replace(&from, &to);
        assert_ne!(changed, text, "the configuration names the socket");
        changed
    })
    .await;
    let wire = wire.unwrap();
    let mut server = scene.serve("server");
    let load = scene.load(&[&server], &[]).await;
    let end = scene::end();
    while Instant::now() < end {
        wire.set(Mood::Bad);
        scene.pause(8000).await;
        wire.set(Mood::Good);
        scene.pause(300).await;
    }
    // Longer than a plan waits: of some nobody can tell what became of them.
    wire.set(Mood::Worst);
    tokio::time::sleep(Duration::from_millis(6500)).await;
    wire.set(Mood::Good);
    scene.pause(500).await;
    server.assert_alive();
    let done = load.end().await;
    let of = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::SeqCst);
    let cuts = wire.cuts();
    let (before, after, elsewhere) = (of(&cuts.before), of(&cuts.after), of(&cuts.elsewhere));
    let what = format!(
        "connections were cut {before} times before a commit, {after} times after one, {elsewhere} \
         times elsewhere"
    );
    assert!(before > 0 && after > 0 && elsewhere > 0, "{what}");
    let sum = scene.all_is_well(&what, &server, done).await;
    assert!(sum.ended(End::NotKnown) > 0, "nobody was left in doubt");
}
