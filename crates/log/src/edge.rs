//! The right edge of a growing tree: all that is needed to append leaves and to know the root.

use crate::hash::Hash;
use crate::tile::{TILE_HEIGHT, TILE_WIDTH, Tile, hashes};

/// A tile that has become full, and never changes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullTile {
    /// The level, from 0.
    pub level: u8,
    /// The place within the level, from 0.
    pub index: u64,
    /// Its 256 hashes, one after another.
    pub bytes: Vec<u8>,
}

/// A tree cannot be taken up again: the tile of this level is not there as it was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the last tile of level {level} is missing or too short")]
pub struct EdgeError {
    /// The level.
    pub level: u8,
}

/// The partial tiles of a tree, lowest level first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// The tree without leaves.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Takes up the tree of this size again. `tile` gives the bytes of a tile as it is stored, which may be
    /// wider than asked for.
    pub fn restore(size: u64, tile: impl Fn(Tile) -> Option<Vec<u8>>) -> Result<Self, EdgeError> {
        let mut levels = Vec::new();
        for tile_wanted in Self::tiles_of(size) {
            let Tile { level, width, .. } = tile_wanted;
            let stored = if width == 0 { Some(Vec::new()) } else { tile(tile_wanted) };
            let mut found = hashes(&stored.ok_or(EdgeError { level })?);
            if found.len() < usize::from(width) {
                return Err(EdgeError { level });
            }
            found.truncate(width.into());
            levels.push(found);
        }
        Ok(Self { size, levels })
    }

    /// The partial tiles at the edge of a tree of this size, lowest level first; of width 0 where all tiles of
    /// a level are full.
    pub fn tiles_of(size: u64) -> Vec<Tile> {
        let reaches = |level: &u32| size.checked_shr(level * TILE_HEIGHT).is_some_and(|n| n > 0);
        let tile = |level: u32| {
            let hashes = size >> (level * TILE_HEIGHT);
            let width = hashes % TILE_WIDTH as u64;
            Tile {
                level: u8::try_from(level).unwrap_or(u8::MAX),
                index: hashes / TILE_WIDTH as u64,
                width: u16::try_from(width).unwrap_or(0),
            }
        };
        (0..u64::BITS / TILE_HEIGHT).take_while(reaches).map(tile).collect()
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf by its hash. Every tile that becomes full by it goes to `full`.
    pub fn append(&mut self, leaf: Hash, full: &mut impl FnMut(FullTile)) {
        self.size += 1;
        let mut carried = Some(leaf);
        for level in 0_u8.. {
            let Some(hash) = carried.take() else { break };
            let at = usize::from(level);
            if self.levels.len() == at {
                self.levels.push(Vec::new());
            }
            let Some(tile) = self.levels.get_mut(at) else { break };
            tile.push(hash);
            if tile.len() == TILE_WIDTH {
                carried = Hash::over(tile);
                let index = (self.size >> (u32::from(level) * TILE_HEIGHT)) / TILE_WIDTH as u64 - 1;
                full(FullTile { level, index, bytes: bytes(tile) });
                tile.clear();
            }
        }
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut lower = None;
        for tile in &self.levels {
            let mut subtrees = tile.clone();
            subtrees.extend(lower);
            lower = Hash::over(&subtrees);
        }
        lower.unwrap_or_else(Hash::of_nothing)
    }

    /// The partial tiles with their bytes, for storing; none of width 0.
    pub fn partial_tiles(&self) -> impl Iterator<Item = (Tile, Vec<u8>)> {
        Self::tiles_of(self.size)
            .into_iter()
            .zip(&self.levels)
            .filter(|(tile, _)| tile.width > 0)
            .map(|(tile, hashes)| (tile, bytes(hashes)))
    }
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(Hash::as_bytes).copied().collect()
}
