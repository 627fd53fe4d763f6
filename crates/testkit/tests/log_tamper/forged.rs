//! Another tree in the place of the signed one, as somebody makes it who knows how it is made.

use std::fmt::Write as _;

use jiff::Timestamp;
use varanto_log::{Checkpoint, Commitment, Edge, NoteSigner, Salt};
use varanto_store::log_tree::{Leaf, LogKind};
use varanto_store::testing::Hand;

use crate::stored::{Stored, place_of};

/// The tables of the logs, in the order of [`LogKind::ALL`].
pub(crate) const TABLES: [&str; 3] = ["use_entry", "disclosure_entry", "administrative_entry"];

/// Statements that take away all that was sealed after a checkpoint, as if it had never been.
pub(crate) fn cut(hand: &Hand, stored: &Stored, size: u64, signer: &NoteSigner) -> String {
    let (rows, tree) = (rows_from(stored, size), tree(hand, stored, size, (signer, false)));
    format!("{rows} {tree} {}", state_from_leaves(size))
}

/// Takes away the rows of the entries from a leaf on.
pub(crate) fn rows_from(stored: &Stored, size: u64) -> String {
    let cut = &stored.leaves[usize::try_from(size).unwrap()..];
    let rows = LogKind::ALL.into_iter().zip(TABLES).filter_map(|(log, table)| {
        let first = cut.iter().find(|leaf| leaf.log == Some(log))?.number;
        Some(format!("DELETE FROM {table} WHERE number >= {first};"))
    });
    rows.collect()
}

/// The state of a tree with the leaves that there are.
pub(crate) fn state_from_leaves(size: u64) -> String {
    let last = |log| format!("(SELECT coalesce(max(number), 0) FROM log_leaf WHERE log = {log})");
    format!(
        "UPDATE log_state SET size = {size}, use_number = {}, disclosure_number = {},
            administration_number = {};",
        last(0),
        last(1),
        last(2)
    )
}

/// Statements that put a tree over the first `size` entries in the place of the one that there is: leaves with
/// salts of its own where `anew`, tiles, and one checkpoint over each of the sizes of the real one up to there.
pub(crate) fn tree(
    hand: &Hand,
    stored: &Stored,
    size: u64,
    (signer, anew): (&NoteSigner, bool),
) -> String {
    let mut sql =
        String::from("DELETE FROM log_leaf; DELETE FROM log_tile; DELETE FROM log_checkpoint;");
    let mut edge = Edge::empty();
    let mut tiles = Vec::new();
    let mut sizes = stored.checkpoints.iter().peekable();
    let length = usize::try_from(size).unwrap();
    for leaf in std::iter::once(None).chain(stored.leaves[..length].iter().map(Some)) {
        if let Some(leaf) = leaf {
            let (salt, commitment) = if anew { remade(stored, leaf) } else { kept(leaf) };
            let Leaf { leaf: place, number, .. } = leaf;
            let log = place_of(leaf.log.unwrap());
            let (salt, data) = (hand.bytes(&salt), hand.bytes(commitment.as_bytes()));
            write!(sql, "INSERT INTO log_leaf VALUES ({place},{log},{number},{salt},{data});")
                .unwrap();
            edge.append(commitment.leaf(), &mut |t| tiles.push((t.level, t.index, t.bytes)));
        }
        if let Some(real) = sizes.next_if(|real| real.size == edge.size()) {
            sql.push_str(&signed(&edge, real.at, signer));
        }
    }
    tiles.extend(edge.partial_tiles().map(|(t, bytes)| (t.level, t.index, bytes)));
    for (level, place, bytes) in tiles {
        let hashes = hand.bytes(&bytes);
        write!(sql, "INSERT INTO log_tile VALUES ({level},{place},{hashes});").unwrap();
    }
    sql
}

fn signed(edge: &Edge, at: Timestamp, signer: &NoteSigner) -> String {
    let origin = signer.key().name().to_owned();
    let note = Checkpoint { origin, size: edge.size(), root: edge.root(), at }.sign(signer);
    let (size, at) = (edge.size(), at.as_microsecond());
    format!("INSERT INTO log_checkpoint VALUES ({size},{at},'{note}');")
}

fn kept(leaf: &Leaf) -> ([u8; 16], Commitment) {
    (leaf.salt.unwrap(), Commitment::new(leaf.commitment.unwrap()))
}

/// A leaf over what stands in the log, with another salt.
fn remade(stored: &Stored, leaf: &Leaf) -> ([u8; 16], Commitment) {
    let salt = leaf.salt.unwrap().map(|byte| !byte);
    let entries = &stored.entries[place_of(leaf.log.unwrap())];
    let entry = entries.iter().find(|entry| entry.number == leaf.number).unwrap();
    (salt, Commitment::to(&Salt::new(salt), entry.form.as_deref().unwrap()))
}

/// The hash of the leaf of a commitment.
pub(crate) fn leaf_hash(commitment: [u8; 32]) -> [u8; 32] {
    *Commitment::new(commitment).leaf().as_bytes()
}
