//! The tree as it is walked along: only what the root needs, for whoever checks a tree leaf by leaf.

use crate::hash::Hash;
use crate::tile::TILE_HEIGHT;

/// The perfect subtrees of which a tree consists, the highest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// The tree without leaves.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf by its hash. Every hash of a tile above level 0 that comes to be by it goes to `made`,
    /// with the level of its tile and its place in that level.
    pub fn append(&mut self, leaf: Hash, made: &mut impl FnMut(u8, u64, Hash)) {
        let mut hash = leaf;
        for level in 1..=self.size.trailing_ones() {
            let Some(left) = self.subtrees.pop() else { break };
            hash = left.join(hash);
            if level.is_multiple_of(TILE_HEIGHT) {
                let of_tile = u8::try_from(level / TILE_HEIGHT).unwrap_or(u8::MAX);
                made(of_tile, self.size >> level, hash);
            }
        }
        self.size += 1;
        self.subtrees.push(hash);
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let joined = self.subtrees.iter().rev().copied().reduce(|right, left| left.join(right));
        joined.unwrap_or_else(Hash::of_nothing)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::edge::Edge;
    use crate::tile::{TILE_WIDTH, hashes};

    /// REQ LOG-03: whoever checks a tree sees the same roots and tiles as whoever makes it.
    #[test]
    fn it_has_the_roots_and_the_tiles_of_the_tree_that_is_made() {
        let (mut frontier, mut edge) = (Frontier::empty(), Edge::empty());
        let (mut seen, mut stored) = (BTreeMap::new(), BTreeMap::new());
        assert_eq!(frontier.root(), edge.root());
        for n in 0..66_000_u64 {
            let leaf = Hash::of_leaf(&n.to_be_bytes());
            edge.append(leaf, &mut |tile| {
                stored.insert((tile.level, tile.index), hashes(&tile.bytes));
            });
            frontier.append(leaf, &mut |level, index, hash| {
                seen.insert((level, index), hash);
            });
            if n < 700 || n > 65_530 && n < 65_540 {
                assert_eq!(frontier.root(), edge.root(), "{n}");
            }
        }
        assert_eq!((frontier.root(), frontier.size()), (edge.root(), edge.size()));
        for (tile, bytes) in edge.partial_tiles() {
            stored.insert((tile.level, tile.index), hashes(&bytes));
        }
        let width = TILE_WIDTH as u64;
        let above = stored.iter().filter(|((level, _), _)| *level > 0);
        let above = above.flat_map(|((level, index), hashes)| {
            (index * width..).zip(hashes).map(move |(place, hash)| ((*level, place), *hash))
        });
        assert_eq!(seen, above.collect());
        assert_eq!(seen.len(), 66_000 / 256 + 1);
    }
}
