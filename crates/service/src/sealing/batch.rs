//! A batch: entries made into leaves, and what they change in the tree.

use jiff::Timestamp;
use uuid::Uuid;
use varanto_log::{Commitment, SALT_LENGTH, Salt};
use varanto_store::CanonicalEntry;
use varanto_store::log_tree::{Batch, LogKind, LogState, NewLeaf, StoredCheckpoint, StoredTile};

use super::tree::Tree;
use crate::service::Service;

/// An entry that cannot be read.
pub(super) struct Unread {
    pub(super) log: LogKind,
    pub(super) number: i64,
}

/// A batch with the tree that it leads to.
pub(super) struct Made {
    pub(super) batch: Batch,
    pub(super) tree: Tree,
}

/// Makes a batch of the entries of each log, in the order of [`LogKind::ALL`], on this tree.
pub(super) fn batch(
    service: &Service,
    state: &LogState,
    Tree { mut edge, signed_at, .. }: Tree,
    (holder, now, held_until): (Uuid, Timestamp, Timestamp),
    entries: &[Vec<CanonicalEntry>],
) -> Result<Made, Unread> {
    let (mut leaves, mut tiles, mut sealed) = (Vec::new(), Vec::new(), state.sealed);
    for (log, entries) in LogKind::ALL.into_iter().zip(entries) {
        for entry in entries {
            let number = entry.number;
            let form = entry.form.as_ref().ok_or(Unread { log, number })?;
            let salt = fresh_salt(service);
            let commitment = Commitment::to(&salt, form);
            edge.append(commitment.leaf(), &mut |tile| {
                tiles.push(StoredTile { level: tile.level, place: tile.index, hashes: tile.bytes });
            });
            let (salt, commitment) = (*salt.as_bytes(), *commitment.as_bytes());
            leaves.push(NewLeaf { log, number, salt, commitment });
            sealed = sealed.with(log, number);
        }
    }
    let partial = edge.partial_tiles().filter(|(tile, _)| {
        // Those of higher levels mostly stand as they were.
        let before = state.size >> (8 * u32::from(tile.level));
        before != edge.size() >> (8 * u32::from(tile.level))
    });
    tiles.extend(partial.map(|(tile, hashes)| StoredTile {
        level: tile.level,
        place: tile.index,
        hashes,
    }));
    let checkpoint = service.sign_checkpoint(&edge, signed_at);
    let note = checkpoint.sign(&service.sealing.identity.signer);
    let batch = Batch {
        from: state.clone(),
        holder,
        now,
        held_until,
        sealed,
        leaves,
        tiles,
        checkpoint: StoredCheckpoint {
            size: checkpoint.size,
            at: checkpoint.at,
            note: note.clone(),
        },
    };
    Ok(Made { batch, tree: Tree { edge, signed_at: checkpoint.at, note: Some(note) } })
}

fn fresh_salt(service: &Service) -> Salt {
    let mut salt = [0; SALT_LENGTH];
    service.randomness.fill(&mut salt);
    Salt::new(salt)
}
