//! The tree made anew from the rows of the leaves, and held against tiles and checkpoints: pure.
//!
//! Where the row of a leaf and its tile differ, two trees go on side by side until the next checkpoint tells
//! which of them was signed.

use varanto_log::{Frontier, Hash};

use super::fault::{LogFault, Verified};

/// The most doubts that wait for a checkpoint.
const MAX_DOUBTS: usize = 10_000;

/// A leaf whose row and tile differ.
pub(super) struct Doubt {
    pub(super) leaf: u64,
    /// What is wrong if the tile is right.
    pub(super) otherwise: LogFault,
}

/// A hash above the leaves, by the rows and, where that may be another, by the tiles.
pub(super) struct Made {
    pub(super) level: u8,
    pub(super) index: u64,
    pub(super) hash: Hash,
    pub(super) other: Option<Hash>,
}

/// The trees.
#[derive(Default)]
pub(super) struct Trees {
    by_rows: Frontier,
    by_tiles: Option<Frontier>,
    doubts: Vec<Doubt>,
    /// The hashes that the last leaf has made.
    pub(super) made: Vec<Made>,
    /// The size of the last checkpoint that the tree agrees with.
    agreed: u64,
    /// The first checkpoint that it does not agree with, and how many more.
    broken: Option<(LogFault, u64)>,
}

impl Trees {
    /// Appends a leaf that the row and the tile agree on, or that only one of them has.
    pub(super) fn append(&mut self, hash: Hash) {
        self.append_each(hash, hash);
    }

    /// Appends a leaf that the row and the tile do not agree on.
    pub(super) fn append_doubtful(&mut self, row: Hash, tile: Hash, doubt: Doubt) {
        if self.by_tiles.is_none() {
            self.by_tiles = Some(self.by_rows.clone());
        }
        if self.doubts.len() < MAX_DOUBTS {
            self.doubts.push(doubt);
        }
        self.append_each(row, tile);
    }

    fn append_each(&mut self, row: Hash, tile: Hash) {
        let made = &mut self.made;
        made.clear();
        self.by_rows.append(row, &mut |level, index, hash| {
            made.push(Made { level, index, hash, other: None });
        });
        if let Some(by_tiles) = &mut self.by_tiles {
            let mut at = made.iter_mut();
            by_tiles.append(tile, &mut |_, _, hash| {
                if let Some(made) = at.next() {
                    made.other = Some(hash);
                }
            });
        }
    }

    /// A leaf is lost: neither its row nor its tile is there.
    pub(super) fn lose(&mut self) {
        self.append(Hash::of_nothing());
    }

    /// Holds the tree against the signed root for its size.
    pub(super) fn meet(&mut self, root: Hash, verified: &mut Verified) {
        let size = self.by_rows.size();
        if self.by_rows.root() == root {
            self.agreed = size;
            for doubt in self.doubts.drain(..) {
                verified.note(LogFault::TileChanged { level: 0, place: doubt.leaf / 256 });
            }
            self.by_tiles = None;
        } else if let Some(by_tiles) = self.by_tiles.take_if(|by_tiles| by_tiles.root() == root) {
            self.agreed = size;
            self.by_rows = by_tiles;
            self.doubts.drain(..).for_each(|doubt| verified.note(doubt.otherwise));
        } else if let Some((_, more)) = &mut self.broken {
            *more += 1;
        } else {
            self.broken = Some((LogFault::Root { from: self.agreed, size }, 0));
        }
    }

    /// Ends: what no checkpoint has told.
    pub(super) fn end(&mut self, verified: &mut Verified) {
        for doubt in self.doubts.drain(..) {
            verified.note(LogFault::LeafUncertain { leaf: doubt.leaf });
        }
        if let Some((first, more)) = self.broken.take() {
            verified.note(first);
            verified.fault_count += more;
        }
    }
}
