//! Proofs: that a leaf is in a tree, and that a tree is the beginning of a later one (RFC 6962, sections
//! 2.1.1 and 2.1.2; verified as RFC 9162, section 2.1, says).
//!
//! A proof is a list of hashes, each over a [`Range`] of leaves. What tiles it takes is told first, so that
//! whoever keeps them can fetch them together.

use std::collections::BTreeSet;

use crate::hash::Hash;
use crate::tile::{Node, Tile, Tiles};

/// The leaves from `first` to before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    first: u64,
    end: u64,
}

impl Range {
    /// The perfect subtrees of which it consists, the highest first. The tree's shape sees to it that each
    /// begins where one of its height may.
    fn nodes(self) -> impl Iterator<Item = Node> {
        let mut at = self.first;
        std::iter::from_fn(move || {
            let level = (self.end - at).checked_ilog2()?;
            let node = Node { level, index: at >> level };
            at += 1 << level;
            Some(node)
        })
    }

    fn hash(self, tiles: &Tiles) -> Option<Hash> {
        let hashes: Option<Vec<Hash>> = self.nodes().map(|node| tiles.hash(node)).collect();
        hashes?.into_iter().rev().reduce(|right, left| left.join(right))
    }
}

/// Why there is no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The tree has no such leaf, or is smaller than the earlier one.
    #[error("the tree is too small for this proof")]
    TooSmall,
    /// A tile that is needed is not at hand.
    #[error("a tile of the tree is missing")]
    TileMissing,
}

/// A proof does not show what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof does not hold")]
pub struct NotProven;

/// That the tree of some size has a leaf at some place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    leaf: u64,
    size: u64,
}

impl InclusionProof {
    /// A proof for the leaf at the place `leaf`, from 0.
    pub fn new(leaf: u64, size: u64) -> Result<Self, ProofError> {
        if leaf < size { Ok(Self { leaf, size }) } else { Err(ProofError::TooSmall) }
    }

    fn ranges(self) -> Vec<Range> {
        let (mut first, mut end, mut ranges) = (0, self.size, Vec::new());
        while end - first > 1 {
            let middle = first + split(end - first);
            if self.leaf < middle {
                ranges.push(Range { first: middle, end });
                end = middle;
            } else {
                ranges.push(Range { first, end: middle });
                first = middle;
            }
        }
        ranges.reverse();
        ranges
    }

    /// The tiles that the proof is made from.
    pub fn tiles(self) -> BTreeSet<Tile> {
        tiles(&self.ranges())
    }

    /// The hashes of the proof, from the leaf up.
    pub fn hashes(self, tiles: &Tiles) -> Result<Vec<Hash>, ProofError> {
        hashes(&self.ranges(), tiles)
    }

    /// Does the proof show that the tree with this root has the leaf?
    pub fn verify(self, leaf: Hash, hashes: &[Hash], root: Hash) -> Result<(), NotProven> {
        let (mut place, mut last, mut hash) = (self.leaf, self.size - 1, leaf);
        for step in hashes {
            if last == 0 {
                return Err(NotProven);
            }
            if place % 2 == 1 || place == last {
                hash = step.join(hash);
                // The subtree has no neighbour on its right: up to where it has one on its left.
                while place.is_multiple_of(2) && place != 0 {
                    place /= 2;
                    last /= 2;
                }
            } else {
                hash = hash.join(*step);
            }
            place /= 2;
            last /= 2;
        }
        if last == 0 && hash == root { Ok(()) } else { Err(NotProven) }
    }
}

/// That a tree of one size is the beginning of a tree of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsistencyProof {
    earlier: u64,
    later: u64,
}

impl ConsistencyProof {
    /// A proof from the tree of the size `earlier` to that of the size `later`.
    pub fn new(earlier: u64, later: u64) -> Result<Self, ProofError> {
        if earlier <= later { Ok(Self { earlier, later }) } else { Err(ProofError::TooSmall) }
    }

    fn ranges(self) -> Vec<Range> {
        let (mut first, mut end, mut ranges) = (0, self.later, Vec::new());
        // Every tree begins with the one without leaves, and with itself.
        if self.earlier == 0 || self.earlier == self.later {
            return ranges;
        }
        while end != self.earlier {
            let middle = first + split(end - first);
            if self.earlier <= middle {
                ranges.push(Range { first: middle, end });
                end = middle;
            } else {
                ranges.push(Range { first, end: middle });
                first = middle;
            }
        }
        // Where the earlier tree is one subtree of the later, its root is known.
        if first > 0 {
            ranges.push(Range { first, end });
        }
        ranges.reverse();
        ranges
    }

    /// The tiles that the proof is made from.
    pub fn tiles(self) -> BTreeSet<Tile> {
        tiles(&self.ranges())
    }

    /// The hashes of the proof, from the earlier tree up.
    pub fn hashes(self, tiles: &Tiles) -> Result<Vec<Hash>, ProofError> {
        hashes(&self.ranges(), tiles)
    }

    /// Does the proof show that the tree with the root `later` begins with the one with the root `earlier`?
    pub fn verify(self, hashes: &[Hash], earlier: Hash, later: Hash) -> Result<(), NotProven> {
        let proven = |is_so| if is_so { Ok(()) } else { Err(NotProven) };
        if self.earlier == 0 {
            return proven(hashes.is_empty() && earlier == Hash::of_nothing());
        }
        if self.earlier == self.later {
            return proven(hashes.is_empty() && earlier == later);
        }
        let mut steps = hashes.iter().copied();
        let (mut place, mut last) = (self.earlier - 1, self.later - 1);
        while place % 2 == 1 {
            place /= 2;
            last /= 2;
        }
        let known = if self.earlier.is_power_of_two() { Some(earlier) } else { steps.next() };
        let start = known.ok_or(NotProven)?;
        let (mut of_earlier, mut of_later) = (start, start);
        for step in steps {
            if last == 0 {
                return Err(NotProven);
            }
            if place % 2 == 1 || place == last {
                of_earlier = step.join(of_earlier);
                of_later = step.join(of_later);
                while place.is_multiple_of(2) && place != 0 {
                    place /= 2;
                    last /= 2;
                }
            } else {
                of_later = of_later.join(step);
            }
            place /= 2;
            last /= 2;
        }
        proven(last == 0 && of_earlier == earlier && of_later == later)
    }
}

/// The largest power of two below `leaves`, of which there are at least two.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// The tiles of all ranges; of each place the widest.
fn tiles(ranges: &[Range]) -> BTreeSet<Tile> {
    let needed = ranges.iter().flat_map(|range| range.nodes()).map(Node::tile);
    let all: BTreeSet<Tile> = needed.collect();
    let wider = |tile: &Tile| {
        let above = Tile { width: tile.width + 1, ..*tile };
        let end = Tile { width: u16::MAX, ..*tile };
        all.range(above..=end).next().is_some()
    };
    all.iter().filter(|tile| !wider(tile)).copied().collect()
}

fn hashes(ranges: &[Range], tiles: &Tiles) -> Result<Vec<Hash>, ProofError> {
    ranges.iter().map(|range| range.hash(tiles).ok_or(ProofError::TileMissing)).collect()
}
