//! The tree over the logs: what is committed to, who writes it on, and what is let go (LOG-03).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{commit_all, conflict};
use crate::log_tree::{
    self, Batch, Leaf, LogKind, LogState, NewLeaf, Numbers, StoredCheckpoint, StoredTile,
};
use crate::samples::{administrative_entry, at, disclosure_entry, key, use_entry};
use crate::use_log::{self, UseEntry};
use crate::{Conflict, Database, Guard, Plan, Statement, disclosure_log};

fn leaf(log: LogKind, number: i64) -> NewLeaf {
    NewLeaf { log, number, salt: [5; 16], commitment: [6; 32] }
}

fn tile(level: u8, place: u64, hashes: usize) -> StoredTile {
    StoredTile { level, place, hashes: vec![level; hashes * 32] }
}

/// One that takes these leaves into the tree as it stands.
fn batch(from: LogState, holder: u64, now: i64, leaves: Vec<NewLeaf>) -> Batch {
    let size = from.size + leaves.len() as u64;
    let sealed = leaves.iter().fold(from.sealed, |sealed, l| sealed.with(l.log, l.number));
    let width = usize::try_from(size).unwrap();
    Batch {
        from,
        holder: key(holder),
        now: at(now),
        held_until: at(now + 5),
        sealed,
        leaves,
        tiles: vec![tile(0, 0, width)],
        checkpoint: StoredCheckpoint { size, at: at(now), note: format!("note {size}") },
    }
}

async fn state(database: &Database) -> LogState {
    database.fetch_one(log_tree::state()).await.unwrap().unwrap()
}

pub(crate) fn changes() -> Vec<Statement> {
    let from = LogState {
        size: 0,
        sealed: Numbers::default(),
        content_from: 0,
        holder: None,
        held_until: at(0),
    };
    let sealing = Plan::sealing(batch(from, 1, 0, vec![leaf(LogKind::Use, 1)]));
    let cosigned = Plan::cosigned(log_tree::cosign(1, "witness", at(0), "line\n".to_owned()));
    let statements = sealing.statements().iter().chain(cosigned.statements()).cloned();
    statements.chain(log_tree::forget(0, 1)).collect()
}

/// REQ LOG-03: with serde_json's sorted maps as a second writer of RFC 8785.
pub(super) async fn entries_are_committed_to_in_their_canonical_form(database: &Database) {
    let odd = "{\"text\":\"ä \\\" \u{1} \u{2028}\"}".to_owned();
    let entry = UseEntry { parameters: Some(odd), client: None, ..use_entry(1) };
    let mut plan = Plan::recorded(entry.clone());
    let disclosed = disclosure_entry(2);
    plan.also_disclosed(disclosed.clone());
    commit_all(database, [plan, Plan::administrative(administrative_entry(3))]).await;
    let form = |log, id| async move {
        let found = database.fetch_one(log_tree::entry(log, key(id))).await.unwrap().unwrap();
        let after = database.fetch(log_tree::entries_after(log, 0, 10)).await.unwrap();
        assert_eq!(after.iter().filter(|e| e.id == key(id)).collect::<Vec<_>>(), [&found]);
        String::from_utf8(found.form.unwrap()).unwrap()
    };
    let sorted = |value: Value| -> String {
        let members: BTreeMap<String, Value> = serde_json::from_value(value).unwrap();
        serde_json::to_string(&members).unwrap()
    };
    let written = form(LogKind::Use, 1).await;
    let expected = sorted(json!({
        "form": 1, "log": "use", "id": entry.id, "at": entry.at.as_microsecond(), "action": entry.action,
        "authentication": entry.authentication, "basis": entry.basis, "case": entry.case,
        "certificate": "09".repeat(32), "client": null, "controller": entry.controller,
        "documents": entry.documents, "ground": entry.ground, "organisation": entry.organisation,
        "parameters": entry.parameters, "purpose": entry.purpose, "refusal": null,
        "request_id": entry.request_id, "role": entry.role, "rules": entry.rules,
        "special_reason": entry.special_reason, "unit": entry.unit, "user_id": entry.user_id,
        "user_name": entry.user_name,
    }));
    assert_eq!(written, expected);
    insta::assert_snapshot!("canonical_use_entry", written);
    insta::assert_snapshot!("canonical_disclosure", form(LogKind::Disclosure, 2).await);
    insta::assert_snapshot!("canonical_administration", form(LogKind::Administration, 3).await);
    let read: Value = serde_json::from_str(&form(LogKind::Disclosure, 2).await).unwrap();
    assert_eq!(sorted(read.clone()), form(LogKind::Disclosure, 2).await);
    assert_eq!(read["receiver_organisation"], json!(disclosed.receiver_organisation));
}

pub(super) async fn a_batch_is_kept_whole(database: &Database) {
    let empty = state(database).await;
    assert_eq!((empty.size, empty.sealed, empty.holder), (0, Numbers::default(), None));
    let leaves = vec![leaf(LogKind::Use, 4), leaf(LogKind::Administration, 9)];
    commit_all(database, [Plan::sealing(batch(empty, 1, 10, leaves))]).await;
    let now = state(database).await;
    let sealed = Numbers { uses: 4, disclosures: 0, administration: 9 };
    assert_eq!((now.size, now.sealed, now.holder), (2, sealed, Some(key(1))));
    let stored = database.fetch(log_tree::leaves(0, 10)).await.unwrap();
    let expected = |place, log, number| Leaf {
        leaf: place,
        log: Some(log),
        number,
        salt: Some([5; 16]),
        commitment: Some([6; 32]),
    };
    let last = expected(1, LogKind::Administration, 9);
    assert_eq!(stored, [expected(0, LogKind::Use, 4), last.clone()]);
    assert_eq!(database.fetch(log_tree::leaves(1, 10)).await, Ok(vec![last.clone()]));
    assert_eq!(database.fetch(log_tree::numbers_of_leaves()).await, Ok(vec![sealed]));
    let found = database.fetch_one(log_tree::leaf_of(LogKind::Administration, 9)).await;
    assert_eq!(found, Ok(Some(last)));
    assert_eq!(database.fetch_one(log_tree::leaf_of(LogKind::Use, 9)).await, Ok(None));
    assert_eq!(database.fetch_one(log_tree::tile(0, 0)).await, Ok(Some(tile(0, 0, 2))));
    assert_eq!(database.fetch(log_tree::tiles(0, 0)).await, Ok(vec![tile(0, 0, 2)]));
    let note = |size: u64| StoredCheckpoint { size, at: at(10), note: format!("note {size}") };
    assert_eq!(database.fetch_one(log_tree::newest_checkpoint()).await, Ok(Some(note(2))));
    assert_eq!(database.fetch_one(log_tree::checkpoint(2)).await, Ok(Some(note(2))));
    assert_eq!(database.fetch_one(log_tree::checkpoint(1)).await, Ok(None));
    assert_eq!(database.fetch(log_tree::checkpoints(1)).await, Ok(vec![note(2)]));
    for (before, found) in [(9, None), (10, Some(note(2)))] {
        let query = log_tree::newest_checkpoint_before(at(before));
        assert_eq!(database.fetch_one(query).await, Ok(found));
    }
}

pub(super) async fn of_two_that_seal_at_once_one_comes_too_late(database: &Database) {
    let empty = state(database).await;
    let one = Plan::sealing(batch(empty.clone(), 1, 10, vec![leaf(LogKind::Use, 1)]));
    let other = Plan::sealing(batch(empty, 2, 10, vec![leaf(LogKind::Use, 1)]));
    commit_all(database, [one]).await;
    assert_eq!(conflict(database.commit(other).await), Conflict::Stale(Guard::Log));
    let seen = state(database).await;
    let held = Plan::sealing(batch(seen.clone(), 2, 12, vec![leaf(LogKind::Use, 2)]));
    assert_eq!(conflict(database.commit(held).await), Conflict::Stale(Guard::Log), "held by 1");
    let later = Plan::sealing(batch(seen, 2, 15, vec![leaf(LogKind::Use, 2)]));
    commit_all(database, [later]).await;
    let seen = state(database).await;
    assert_eq!(seen.holder, Some(key(2)));
    let mut ahead = batch(seen, 2, 16, vec![leaf(LogKind::Use, 3)]);
    ahead.held_until = at(1_000_000);
    commit_all(database, [Plan::sealing(ahead)]).await;
    let seen = state(database).await;
    let other = Plan::sealing(batch(seen, 1, 17, vec![leaf(LogKind::Use, 4)]));
    commit_all(database, [other]).await;
    assert_eq!(state(database).await.holder, Some(key(1)), "whose clock was ahead holds nothing");
}

pub(super) async fn an_entry_is_sealed_once_and_a_tile_only_grows(database: &Database) {
    let empty = state(database).await;
    commit_all(database, [Plan::sealing(batch(empty, 1, 10, vec![leaf(LogKind::Use, 1)]))]).await;
    let seen = state(database).await;
    let again = Plan::sealing(batch(seen.clone(), 1, 11, vec![leaf(LogKind::Use, 1)]));
    assert_eq!(conflict(database.commit(again).await), Conflict::Stale(Guard::Log));
    let mut narrower = batch(seen, 1, 11, vec![leaf(LogKind::Use, 2)]);
    narrower.tiles = vec![tile(0, 0, 1)];
    let refused = database.commit(Plan::sealing(narrower)).await;
    assert_eq!(conflict(refused), Conflict::Stale(Guard::Log));
    assert_eq!(state(database).await.size, 1, "nothing of it stands");
}

pub(super) async fn content_goes_and_leaves_stay(database: &Database) {
    let mut plan = Plan::recorded(use_entry(1));
    plan.also_disclosed(disclosure_entry(2));
    let rest = [Plan::administrative(administrative_entry(3)), Plan::recorded(use_entry(4))];
    commit_all(database, [plan]).await;
    commit_all(database, rest).await;
    let logs = [LogKind::Use, LogKind::Disclosure, LogKind::Administration];
    let leaves = logs.map(|log| leaf(log, 1)).into_iter().chain([leaf(LogKind::Use, 2)]).collect();
    let empty = state(database).await;
    commit_all(database, [Plan::sealing(batch(empty, 1, 10, leaves))]).await;
    let mut plan = Plan::administrative(administrative_entry(9));
    plan.extend(log_tree::forget(0, 3));
    commit_all(database, [plan]).await;
    assert_eq!(state(database).await.content_from, 3);
    assert_eq!(database.fetch_one(use_log::find(key(1))).await, Ok(None));
    assert_eq!(database.fetch_one(disclosure_log::find(key(2))).await, Ok(None));
    assert!(database.fetch_one(use_log::find(key(4))).await.unwrap().is_some());
    let kept = database.fetch(log_tree::entries_after(LogKind::Administration, 0, 9)).await;
    assert_eq!(kept.unwrap().iter().map(|e| e.number).collect::<Vec<_>>(), [2]);
    let stored = database.fetch(log_tree::leaves(0, 10)).await.unwrap();
    let salted: Vec<bool> = stored.iter().map(|leaf| leaf.salt.is_some()).collect();
    assert_eq!(salted, [false, false, false, true]);
    assert!(stored.iter().all(|leaf| leaf.commitment == Some([6; 32])));
    let mut twice = Plan::administrative(administrative_entry(10));
    twice.extend(log_tree::forget(0, 3));
    assert_eq!(conflict(database.commit(twice).await), Conflict::Stale(Guard::Log));
}

pub(super) async fn what_is_committed_is_told_by_numbers(database: &Database) {
    assert_eq!(database.fetch(log_tree::numbers()).await, Ok(vec![Numbers::default()]));
    commit_all(database, [Plan::recorded(use_entry(1)), Plan::recorded(use_entry(2))]).await;
    commit_all(database, [Plan::administrative(administrative_entry(3))]).await;
    let numbers = Numbers { uses: 2, disclosures: 0, administration: 1 };
    assert_eq!(database.fetch(log_tree::numbers()).await, Ok(vec![numbers]));
    assert_eq!(Numbers::default().until(numbers), 3);
}

/// REQ LOG-03: of each witness the line that it has signed last.
pub(super) async fn a_witness_has_one_line_under_a_checkpoint(database: &Database) {
    for (size, witness, line) in
        [(7, "b", "b\n"), (7, "a", "a\n"), (7, "b", "again\n"), (8, "a", "of another\n")]
    {
        let cosignature = log_tree::cosign(size, witness, at(1), line.to_owned());
        database.commit(Plan::cosigned(cosignature)).await.unwrap();
    }
    let lines = database.fetch(log_tree::cosignatures(7)).await.unwrap();
    assert_eq!(lines, ["a\n", "again\n"]);
    assert_eq!(database.fetch(log_tree::cosignatures(9)).await.unwrap(), Vec::<String>::new());
}
