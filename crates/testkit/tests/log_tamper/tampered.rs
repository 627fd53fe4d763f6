//! Whoever changes a stored log is found out, and told where.

use serde_json::json;
use uuid::Uuid;
use varanto_log::NoteSigner;
use varanto_store::log_tree::{Leaf, LogKind};
use varanto_store::testing::{Column, Kind};
use zeroize::Zeroizing;

use crate::archive::Archive;
use crate::forged::{self, TABLES};
use crate::given::signer;

/// Each column of each log is changed in a row of its own: just these rows are named.
fn each_column(archive: &Archive, change: impl Fn(&Column) -> Option<String>) -> usize {
    let (mut sql, mut wanted) = (String::new(), Vec::new());
    for (log, table) in LogKind::ALL.into_iter().zip(TABLES) {
        let mut rows = archive.stored.leaves.iter().filter(|leaf| leaf.log == Some(log));
        for column in archive.hand.columns(table).unwrap() {
            let Some(value) = change(&column) else { continue };
            let name = &column.name;
            let leaf = rows.next().expect("enough rows");
            let number = leaf.number;
            let set = format!("UPDATE {table} SET {name} = {value} WHERE number = {number};");
            sql.push_str(&set);
            let fault = json!({"fault": "changed", "log": log.as_str(), "number": number, "leaf": leaf.leaf});
            wanted.push((format!("{table}.{name}"), fault));
        }
    }
    for verdict in archive.after(&sql) {
        for (place, fault) in &wanted {
            assert!(verdict.names(fault), "{place} was changed: {:#}", verdict.told);
        }
        assert_eq!(verdict.faults().len(), wanted.len(), "nothing else was: {:#}", verdict.told);
    }
    wanted.len()
}

/// REQ LOG-03
#[tokio::test]
async fn whatever_is_changed_in_a_stored_log_is_found_and_named() {
    let archive = Archive::of_some_hundred_entries().await;
    for verdict in archive.after("SELECT 1") {
        verdict.expect_good("nobody has changed anything");
    }
    every_field(&archive);
    rows(&archive);
    leaves_and_tiles(&archive);
    checkpoints_and_state(&archive);
    ends(&archive);
    other_trees(&archive);
    archive.end();
}

fn every_field(archive: &Archive) {
    let hand = &archive.hand;
    let changed = each_column(archive, |Column { name, kind, .. }| {
        let other = match kind {
            _ if name == "number" => return None,
            Kind::Number => format!("{name} + 1"),
            Kind::Key => hand.key(Uuid::nil()),
            Kind::Bytes => hand.zeros(format!("coalesce(length({name}), 16)")),
            Kind::Text => format!("coalesce({name}, '') || 'x'"),
        };
        Some(other)
    });
    // Nothing instead of something, and the empty text instead of nothing.
    let emptied = each_column(archive, |Column { name, kind, is_required }| {
        let may_be_null = *kind == Kind::Text && !is_required;
        may_be_null.then(|| format!("CASE WHEN {name} IS NULL THEN '' END"))
    });
    println!("{changed} columns were changed, and {emptied} emptied");
    assert!(changed > 48 && emptied > 20);
}

fn rows(archive: &Archive) {
    for (log, table) in LogKind::ALL.into_iter().zip(TABLES) {
        let Leaf { leaf, number, .. } = archive.leaf_of(log);
        let next = number + 1;
        let entry =
            |kind: &str, number: i64| json!({"fault": kind, "log": log.as_str(), "number": number});
        let mut removed = entry("removed", *number);
        removed["leaf"] = json!(leaf);
        archive.finds(&format!("DELETE FROM {table} WHERE number = {number}"), &removed);
        let moved = format!("UPDATE {table} SET number = number + 100000 WHERE number = {number};");
        archive.finds(&moved, &entry("removed", *number));
        let swapped = format!(
            "{moved} UPDATE {table} SET number = {number} WHERE number = {next};
            UPDATE {table} SET number = {next} WHERE number = {number} + 100000;"
        );
        archive.finds(&swapped, &entry("swapped", *number));
        archive.finds(&swapped, &entry("swapped", next));
        // Before the first, and in the middle of those that have moved on.
        let columns = archive.hand.columns(table).unwrap();
        let names = columns.into_iter().map(|column| column.name);
        let names: Vec<_> = names.filter(|name| name != "number" && name != "id").collect();
        let names = names.join(", ");
        let any_key = archive.hand.any_key();
        let copy = |to: i64| {
            format!(
                "INSERT INTO {table} (number, id, {names})
                SELECT {to}, {any_key}, {names} FROM {table} WHERE number = {next};"
            )
        };
        archive.finds(&copy(0), &entry("inserted", 0));
        archive.finds(&copy(-1), &entry("inserted", -1));
        let shifted = format!(
            "UPDATE {table} SET number = -number - 1 WHERE number >= {number};
            UPDATE {table} SET number = -number WHERE number < 0; {}",
            copy(*number).replace(&format!("number = {next}"), &format!("number = {next} + 1"))
        );
        archive.finds(&shifted, &entry("swapped", *number));
    }
}

fn leaves_and_tiles(archive: &Archive) {
    let Leaf { leaf, number, .. } = archive.leaf_of(LogKind::Use);
    let hand = &archive.hand;
    let (hash, shorter, salt) = (hand.zeros(32), hand.zeros(31), hand.zeros(16));
    let at = format!("WHERE leaf = {leaf}");
    let named = json!({"fault": "leaf-changed", "leaf": leaf});
    archive.finds(&format!("UPDATE log_leaf SET commitment = {hash} {at}"), &named);
    archive.finds(&format!("UPDATE log_leaf SET commitment = {shorter} {at}"), &named);
    archive.finds(&format!("UPDATE log_leaf SET log = 7 {at}"), &named);
    archive.finds(&format!("UPDATE log_leaf SET number = 0 {at}"), &named);
    let gone = json!({"fault": "leaf-missing", "leaf": leaf});
    archive.finds(&format!("DELETE FROM log_leaf {at}"), &gone);
    let changed = json!({"fault": "changed", "log": "use", "number": number, "leaf": leaf});
    archive.finds(&format!("UPDATE log_leaf SET salt = {salt} {at}"), &changed);
    let bare = json!({"fault": "salt-missing", "log": "use", "number": number, "leaf": leaf});
    archive.finds(&format!("UPDATE log_leaf SET salt = NULL {at}"), &bare);
    // As if its twelve years were over.
    let early = format!(
        "UPDATE log_leaf SET salt = NULL {at}; DELETE FROM use_entry WHERE number = {number};
        UPDATE log_state SET content_from = {leaf} + 1;"
    );
    let removed = json!({"fault": "removed", "log": "use", "number": number, "leaf": leaf});
    archive.finds(&early, &removed);
    for (level, place) in [(0, 0), (0, 1), (1, 0)] {
        let tile = format!("WHERE level = {level} AND place = {place}");
        let changed = json!({"fault": "tile-changed", "level": level, "place": place});
        let missing = json!({"fault": "tile-missing", "level": level, "place": place});
        let spoilt = hand.joined(&format!("{hash} || substr(hashes, 33)"));
        archive.finds(&format!("UPDATE log_tile SET hashes = {spoilt} {tile}"), &changed);
        archive.finds(&format!("DELETE FROM log_tile {tile}"), &missing);
        let short = "substr(hashes, 1, length(hashes) - 32)";
        archive.finds(&format!("UPDATE log_tile SET hashes = {short} {tile}"), &missing);
    }
    // A leaf, its entry and its tile alike: the root tells.
    let hashes = format!(
        "substr(hashes, 1, 32 * ({leaf} % 256)) || {} || substr(hashes, 32 * ({leaf} % 256) + 33)",
        hand.bytes(&forged::leaf_hash([0; 32]))
    );
    let together = format!(
        "UPDATE log_leaf SET commitment = {hash} {at};
        UPDATE log_tile SET hashes = {} WHERE level = 0 AND place = {leaf} / 256;",
        hand.joined(&hashes)
    );
    archive.finds(&together, &json!({"fault": "root"}));
}

fn checkpoints_and_state(archive: &Archive) {
    let checkpoints = &archive.stored.checkpoints;
    let (size, other) = (checkpoints[checkpoints.len() / 2].size, checkpoints[3].size);
    let newest = checkpoints[checkpoints.len() - 1].size;
    let at = format!("WHERE size = {size}");
    let named = json!({"fault": "checkpoint", "size": size});
    for change in [
        "note = replace(note, 'time 2', 'time 1')".to_owned(),
        "note = ''".to_owned(),
        "at = at - 1000000".to_owned(),
        format!("note = (SELECT note FROM log_checkpoint WHERE size = {other})"),
    ] {
        archive.finds(&format!("UPDATE log_checkpoint SET {change} {at}"), &named);
    }
    archive.finds(
        &format!("UPDATE log_checkpoint SET size = size + 100000 {at}"),
        &json!({"fault": "checkpoint", "size": size + 100_000}),
    );
    // One in the middle leaves no gap that anybody could see but who has kept it.
    let [alone, with_witness] = archive.after(&format!("DELETE FROM log_checkpoint {at}"));
    alone.expect_good("without a witness");
    assert!(with_witness.names(&json!({"fault": "witness", "size": size})));
    let state = json!({"fault": "state"});
    archive.finds(&format!("DELETE FROM log_checkpoint WHERE size = {newest}"), &state);
    for change in [
        "size = size - 1",
        "size = size + 1",
        "use_number = use_number - 1",
        "use_number = use_number + 1",
        "disclosure_number = disclosure_number - 1",
        "administration_number = 0",
    ] {
        archive.finds(&format!("UPDATE log_state SET {change}"), &state);
    }
    archive.finds("UPDATE log_state SET content_from = content_from + 5", &state);
}

/// The end of the log is cut off.
fn ends(archive: &Archive) {
    let checkpoints = &archive.stored.checkpoints;
    let size = checkpoints[checkpoints.len() / 2].size;
    let cut = &archive.stored.leaves[usize::try_from(size).unwrap()..];
    let first = cut.iter().find(|leaf| leaf.log == Some(LogKind::Use)).unwrap();
    let rows = forged::rows_from(&archive.stored, size);
    let removed =
        json!({"fault": "removed", "log": "use", "number": first.number, "leaf": first.leaf});
    archive.finds(&rows, &removed);
    let leaves = format!("{rows} DELETE FROM log_leaf WHERE leaf >= {size};");
    archive.finds(&leaves, &json!({"fault": "leaf-missing", "leaf": size}));
    // All of it, as if it had never been: only who has kept a checkpoint can tell.
    let all = forged::cut(&archive.hand, &archive.stored, size, &signer(&archive.site));
    let [alone, with_witness] = archive.after(&all);
    alone.expect_good("without a witness");
    for lost in checkpoints.iter().filter(|checkpoint| checkpoint.size > size) {
        assert!(with_witness.names(&json!({"fault": "witness", "size": lost.size})));
    }
    let state = forged::state_from_leaves(size);
    let unsigned = format!("{leaves} {state} DELETE FROM log_checkpoint WHERE size > {size};");
    let [alone, _] = archive.after(&unsigned);
    assert!(!alone.is_good(), "tiles are left over: {:#}", alone.told);
}

/// The whole tree is made anew.
fn other_trees(archive: &Archive) {
    let size = archive.stored.state.size;
    let origin = archive.site.config().sealing.origin;
    let stranger = NoteSigner::from_seed(&origin, &Zeroizing::new([7; 32])).unwrap();
    let anew = forged::tree(&archive.hand, &archive.stored, size, (&stranger, true));
    archive.finds(&anew, &json!({"fault": "checkpoint", "size": size}));
    // By who has the key: only the witness can tell.
    let signer = signer(&archive.site);
    let anew = forged::tree(&archive.hand, &archive.stored, size, (&signer, true));
    let [alone, with_witness] = archive.after(&anew);
    alone.expect_good("without a witness");
    let kept = archive.stored.checkpoints.iter().filter(|checkpoint| checkpoint.size > 0);
    for kept in kept {
        assert!(with_witness.names(&json!({"fault": "witness", "size": kept.size})));
    }
}
