//! Verifying: a log that nobody has touched is clean, and whatever somebody does to the store is named.

use uuid::Uuid;
use varanto_log::{Commitment, Salt};
use varanto_service::LogFault;
use varanto_store::log_tree::{self, LogKind};
use varanto_testkit::{TestStore, run};

use crate::given::{Given, add_entry};

const LOG: &str = "administration";

/// REQ LOG-03: more than one tile, many checkpoints, entries that wait.
#[tokio::test]
async fn a_log_that_nobody_has_touched_is_clean() {
    let given = Given::with(600).await;
    let service = given.service().await;
    for _ in 0..3 {
        add_entry(&service).await;
    }
    let mut told = Vec::new();
    let verified = service.verify_log(None, &mut |done, of| told.push((done, of))).await.unwrap();
    assert_eq!(verified.faults, []);
    assert!(verified.is_clean() && verified.leaves >= 600 && verified.checkpoints > 10);
    assert_eq!(verified.entries, verified.leaves);
    assert_eq!((verified.unsealed, verified.without_content), (3, 0));
    assert_eq!(told.last(), Some(&(verified.leaves, verified.leaves)));
    assert!(told.is_sorted());
}

/// What somebody might do to the store, and what is to be told of it.
fn acts(given: &Given) -> Vec<(String, Vec<Wanted>)> {
    let place = |number: i64| -> u64 {
        let sql = format!("SELECT leaf FROM log_leaf WHERE log = 2 AND number = {number}");
        given.told(&sql)[0].parse().unwrap()
    };
    let size: u64 = given.told("SELECT size FROM log_state")[0].parse().unwrap();
    let middle = "SELECT size FROM log_checkpoint WHERE size > 300 ORDER BY size LIMIT 1";
    let middle: u64 = given.told(middle)[0].parse().unwrap();
    let changed = |number| (number, place(number));
    let hand = given.hand();
    let salt = hand.bytes(b"0123456789abcdef");
    let key = hand.key(Uuid::from_u128(1));
    let (hash, tile) = (hand.zeros(32), hand.zeros(8192));
    let (level, longer) = (hand.zeros("length(hashes)"), hand.joined(&format!("hashes || {hash}")));
    let acts = [
        (
            "UPDATE administrative_entry SET detail = 'x' WHERE number = 300",
            vec![Changed(changed(300))],
        ),
        (
            "UPDATE administrative_entry SET at = at + 1 WHERE number = 300",
            vec![Changed(changed(300))],
        ),
        (
            "UPDATE log_leaf SET salt = {salt} WHERE log = 2 AND number = 300",
            vec![Changed(changed(300))],
        ),
        (
            "DELETE FROM administrative_entry WHERE number IN (300, 301)",
            vec![Removed(changed(300)), Removed(changed(301))],
        ),
        (
            "INSERT INTO administrative_entry (number, id, at, action) \
             VALUES (-7, {key}, 1, 'x')",
            vec![Inserted(-7)],
        ),
        (
            "UPDATE administrative_entry SET number = -1 WHERE number = 300; \
             UPDATE administrative_entry SET number = 300 WHERE number = 310; \
             UPDATE administrative_entry SET number = 310 WHERE number = -1",
            vec![Swapped((300, 310)), Swapped((310, 300))],
        ),
        (
            "UPDATE log_leaf SET salt = NULL WHERE log = 2 AND number = 300",
            vec![SaltMissing(changed(300))],
        ),
        (
            "DELETE FROM log_leaf WHERE log = 2 AND number = 300",
            vec![LeafMissing(place(300)), Inserted(300)],
        ),
        (
            "UPDATE log_leaf SET commitment = {hash} WHERE log = 2 AND number = 300",
            vec![LeafChanged(place(300))],
        ),
        (
            "UPDATE log_leaf SET number = 100000 WHERE log = 2 AND number = 300",
            vec![LeafChanged(place(300))],
        ),
        ("DELETE FROM log_tile WHERE level = 0 AND place = 1", vec![TileMissing((0, 1))]),
        (
            "UPDATE log_tile SET hashes = {tile} WHERE level = 0 AND place = 1",
            vec![TileChanged((0, 1))],
        ),
        ("UPDATE log_tile SET hashes = {level} WHERE level = 1", vec![TileChanged((1, 0))]),
        ("UPDATE log_tile SET hashes = {longer} WHERE level = 1", vec![TileChanged((1, 0))]),
        (
            "UPDATE log_checkpoint SET note = replace(note, 'time 2', 'time 3') WHERE size = \
             (SELECT max(size) FROM log_checkpoint)",
            vec![Checkpoint(size)],
        ),
        (
            "UPDATE log_checkpoint SET at = at - 5000000 WHERE size = (SELECT max(size) FROM log_checkpoint)",
            vec![Checkpoint(size)],
        ),
        (
            "DELETE FROM log_checkpoint WHERE size = (SELECT max(size) FROM log_checkpoint)",
            vec![State],
        ),
        ("UPDATE log_state SET content_from = 5", vec![State]),
        ("UPDATE log_state SET administration_number = administration_number + 1", vec![State]),
        ("UPDATE log_state SET administration_number = administration_number - 1", vec![State]),
        ("UPDATE log_state SET administration_number = 0", vec![State]),
        (
            "UPDATE log_checkpoint SET size = size + 100000 WHERE size = \
             (SELECT size FROM log_checkpoint WHERE size > 300 ORDER BY size LIMIT 1)",
            vec![Checkpoint(middle + 100_000)],
        ),
    ];
    let filled = |sql: &str| {
        let sql = sql.replace("{salt}", &salt).replace("{key}", &key).replace("{hash}", &hash);
        sql.replace("{tile}", &tile).replace("{level}", &level).replace("{longer}", &longer)
    };
    acts.into_iter().map(|(sql, wanted)| (filled(sql), wanted)).collect()
}

/// REQ LOG-03: each act behind the program's back, and what is told of it.
#[tokio::test]
async fn whatever_is_done_to_the_store_is_named() {
    let given = Given::with(600).await;
    let whole = given.site.keep_store();
    for (sql, wanted) in acts(&given) {
        given.tamper(&sql);
        let verified = given.verified().await;
        let mut found: Vec<Wanted> = verified.faults.iter().map(Wanted::of).collect();
        for one in wanted {
            let at = found.iter().position(|other| *other == one);
            assert!(at.is_some(), "{sql}: {one:?} is not among {:?}", verified.faults);
            found.remove(at.unwrap());
        }
        // Several tiles of doubtful leaves are one act.
        found.retain(|more| !matches!(more, TileChanged(_)));
        assert_eq!(found, [], "{sql}");
        given.site.put_back(&whole);
    }
    assert_eq!(given.verified().await.faults, []);
}

/// REQ LOG-03: who makes a new commitment for a changed entry, and even a new tile, is found too.
#[tokio::test]
async fn an_entry_that_is_changed_with_its_leaf_is_named_and_with_its_tile_is_bounded() {
    let given = Given::with(100).await;
    given.tamper("UPDATE administrative_entry SET action = 'nothing' WHERE number = 50");
    let database = given.site.open_store().await;
    let leaf = log_tree::leaf_of(LogKind::Administration, 50);
    let leaf = database.fetch_one(leaf).await.unwrap().unwrap();
    let entry = log_tree::entries_after(LogKind::Administration, 49, 1);
    let entry = database.fetch_one(entry).await.unwrap().unwrap();
    let commitment = Commitment::to(&Salt::new(leaf.salt.unwrap()), &entry.form.unwrap());
    let hand = given.hand();
    let made = hand.bytes(commitment.as_bytes());
    given.tamper(&format!("UPDATE log_leaf SET commitment = {made} WHERE leaf = {}", leaf.leaf));
    let found = given.verified().await.faults;
    assert_eq!(
        found,
        [LogFault::Changed { log: LOG, number: 50, entry: entry.id, leaf: leaf.leaf }]
    );

    let (hash, at) = (hand.bytes(commitment.leaf().as_bytes()), leaf.leaf * 32);
    let hashes = format!("substr(hashes, 1, {at}) || {hash} || substr(hashes, {at} + 33)");
    let hashes = hand.joined(&hashes);
    given.tamper(&format!("UPDATE log_tile SET hashes = {hashes} WHERE level = 0 AND place = 0"));
    let verified = given.verified().await;
    match verified.faults.as_slice() {
        [LogFault::Root { from, size }] => {
            assert!(*from <= leaf.leaf && leaf.leaf < *size, "{from} {size}");
        }
        other => panic!("{other:?}"),
    }
    assert!(verified.fault_count > 1, "no later root is as it was signed");
}

/// REQ LOG-03: also in the moment before they are sealed no entries go unseen where every number is given to an
/// entry. On PostgreSQL it is not: what was undone leaves its number out.
#[tokio::test]
async fn entries_that_are_removed_before_they_are_sealed_are_named() {
    let given = Given::with(10).await;
    let service = given.service().await;
    for _ in 0..4 {
        add_entry(&service).await;
    }
    drop(service);
    let last: i64 = given.told("SELECT max(number) FROM administrative_entry")[0].parse().unwrap();
    let gone = last - 2..=last - 1;
    let missing = LogFault::Missing { log: LOG, from: *gone.start(), to: *gone.end() };
    given.tamper(&format!(
        "DELETE FROM administrative_entry WHERE number BETWEEN {} AND {}",
        gone.start(),
        gone.end()
    ));
    let verified = given.verified().await;
    let wanted = match given.site.store() {
        TestStore::Sqlite => vec![missing],
        TestStore::Postgres => Vec::new(),
    };
    assert_eq!((&verified.faults, verified.unsealed), (&wanted, 2));
    given.seal().await;
    assert_eq!(given.verified().await.faults, wanted);
}

/// REQ LOG-03
#[tokio::test]
async fn the_command_ends_with_1_where_something_was_changed() {
    let given = Given::with(20).await;
    let config = given.site.paths().configuration();
    let config = config.to_str().unwrap();
    let verify = || run(["log", "verify", "--config", config, "--json"]);
    let clean = verify();
    assert!(clean.status.success(), "{clean:?}");
    let told: serde_json::Value = serde_json::from_slice(&clean.stdout).unwrap();
    assert_eq!(
        (told["fault_count"].clone(), told["faults"].clone()),
        (0.into(), serde_json::json!([]))
    );
    given.tamper("DELETE FROM administrative_entry WHERE number = 10");
    let found = verify();
    assert_eq!(found.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(told["faults"][0]["fault"], "removed");
    assert_eq!(
        (&told["faults"][0]["log"], &told["faults"][0]["number"]),
        (&LOG.into(), &10.into())
    );
    let key = run(["log", "key", "--config", config]);
    let key = String::from_utf8(key.stdout).unwrap();
    assert!(key.starts_with(&given.site.config().sealing.origin), "{key}");
}

use Wanted::{
    Changed, Checkpoint, Inserted, LeafChanged, LeafMissing, Removed, SaltMissing, State, Swapped,
    TileChanged, TileMissing,
};

/// A fault as far as a test knows it beforehand.
#[derive(Debug, PartialEq)]
enum Wanted {
    Changed((i64, u64)),
    Removed((i64, u64)),
    Inserted(i64),
    Swapped((i64, i64)),
    SaltMissing((i64, u64)),
    LeafMissing(u64),
    LeafChanged(u64),
    TileMissing((u8, u64)),
    TileChanged((u8, u64)),
    Checkpoint(u64),
    State,
    Other(String),
}

impl Wanted {
    fn of(fault: &LogFault) -> Self {
        match fault {
            LogFault::Changed { log: LOG, number, leaf, .. } => Changed((*number, *leaf)),
            LogFault::Removed { log: LOG, number, leaf } => Removed((*number, *leaf)),
            LogFault::Inserted { log: LOG, number, .. } => Inserted(*number),
            LogFault::Swapped { log: LOG, number, stands_at, .. } => Swapped((*number, *stands_at)),
            LogFault::SaltMissing { log: LOG, number, leaf } => SaltMissing((*number, *leaf)),
            LogFault::LeafMissing { leaf } => LeafMissing(*leaf),
            LogFault::LeafChanged { leaf } => LeafChanged(*leaf),
            LogFault::TileMissing { level, place } => TileMissing((*level, *place)),
            LogFault::TileChanged { level, place } => TileChanged((*level, *place)),
            LogFault::Checkpoint { size, .. } => Checkpoint(*size),
            LogFault::State { .. } => State,
            other => Self::Other(other.to_string()),
        }
    }
}
