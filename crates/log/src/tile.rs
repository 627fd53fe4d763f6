//! Tiles: the tree in pieces of 256 hashes, as they are stored and published (C2SP tlog-tiles).
//!
//! The tile `index` of level 0 holds the hashes of the leaves from `256 × index` on, and each hash of level
//! `l + 1` is the root over a full tile of level `l`. Only the last tile of a level may be partial.

use std::collections::BTreeMap;
use std::fmt;

use crate::hash::{HASH_LENGTH, Hash};

/// The hashes in a full tile.
pub const TILE_WIDTH: usize = 256;

/// How many levels of the tree one tile spans.
pub(crate) const TILE_HEIGHT: u32 = 8;

/// The highest level of tiles: eight of them hold more leaves than can be counted.
const MAX_LEVEL: u8 = 7;

/// A tile by its place, with so many of its hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// The level, from 0.
    pub level: u8,
    /// The place within the level, from 0.
    pub index: u64,
    /// How many hashes: 1 to 256.
    pub width: u16,
}

/// A path that names no tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the path of a tile")]
pub struct TilePathError;

impl Tile {
    /// Is it full, so that it never changes again?
    pub fn is_full(self) -> bool {
        usize::from(self.width) == TILE_WIDTH
    }

    /// How many of the tile's hashes a tree of this size has; none where the tile is not in it.
    pub fn width_in(level: u8, index: u64, size: u64) -> u16 {
        let hashes = size.checked_shr(u32::from(level) * TILE_HEIGHT).unwrap_or(0);
        let before = index.saturating_mul(TILE_WIDTH as u64);
        u16::try_from(hashes.saturating_sub(before).min(TILE_WIDTH as u64)).unwrap_or(0)
    }

    /// Reads a path as C2SP writes it after `tile/`, such as `0/x001/x234/067` or `1/000.p/7`.
    pub fn parse(path: &str) -> Result<Self, TilePathError> {
        let (level, place) = path.split_once('/').ok_or(TilePathError)?;
        let level = number(level, MAX_LEVEL.into()).ok_or(TilePathError)?;
        let (index, width) = parse_place(place)?;
        Ok(Self { level: u8::try_from(level).map_err(|_| TilePathError)?, index, width })
    }

    /// Reads the path of a bundle of entries as C2SP writes it after `tile/entries/`: the leaves' own data,
    /// which stand in the same places as the hashes of level 0.
    pub fn parse_entries(place: &str) -> Result<Self, TilePathError> {
        let (index, width) = parse_place(place)?;
        Ok(Self { level: 0, index, width })
    }
}

/// The path after `tile/`.
impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.level)?;
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (at, group) in groups.iter().enumerate().rev() {
            if at > 0 {
                write!(f, "x{group:03}/")?;
            } else {
                write!(f, "{group:03}")?;
            }
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// A place of at most this many characters is read: more than any number needs.
const MAX_PLACE: usize = 48;

fn parse_place(place: &str) -> Result<(u64, u16), TilePathError> {
    if place.len() > MAX_PLACE {
        return Err(TilePathError);
    }
    let (index, width) = match place.split_once(".p/") {
        None => (place, TILE_WIDTH as u64),
        Some((index, width)) => {
            let partial = number(width, TILE_WIDTH as u64 - 1).filter(|w| *w > 0);
            (index, partial.ok_or(TilePathError)?)
        }
    };
    let groups: Vec<&str> = index.split('/').collect();
    let (last, leading) = groups.split_last().ok_or(TilePathError)?;
    let mut read = 0_u64;
    for (at, group) in leading.iter().enumerate() {
        let group = group.strip_prefix('x').and_then(three_digits).ok_or(TilePathError)?;
        if at == 0 && group == 0 {
            return Err(TilePathError);
        }
        read = appended(read, group)?;
    }
    read = appended(read, three_digits(last).ok_or(TilePathError)?)?;
    Ok((read, u16::try_from(width).map_err(|_| TilePathError)?))
}

fn appended(read: u64, group: u64) -> Result<u64, TilePathError> {
    read.checked_mul(1000).and_then(|read| read.checked_add(group)).ok_or(TilePathError)
}

fn three_digits(text: &str) -> Option<u64> {
    let is_three = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_three { text.parse().ok() } else { None }
}

/// A number without sign or leading zeros, at most `most`.
pub(crate) fn number(text: &str, most: u64) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let shortest = text == "0" || !text.starts_with('0');
    let read = if plain && shortest { text.parse().ok() } else { None };
    read.filter(|read| *read <= most)
}

/// The root of a perfect subtree of 2^`level` leaves, the `index`th of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// The height of the subtree.
    pub level: u32,
    /// Its place among those of its height, from 0.
    pub index: u64,
}

impl Node {
    /// The tile, as narrow as can be, that its hash follows from.
    pub fn tile(self) -> Tile {
        let within = self.level % TILE_HEIGHT;
        let first = self.index << within;
        let index = first / TILE_WIDTH as u64;
        let end = (first % TILE_WIDTH as u64) + (1 << within);
        Tile {
            level: u8::try_from(self.level / TILE_HEIGHT).unwrap_or(u8::MAX),
            index,
            width: u16::try_from(end).unwrap_or(u16::MAX),
        }
    }

    /// Its hash, from the hashes of its tile.
    fn hash(self, tile: &[Hash]) -> Option<Hash> {
        let within = self.level % TILE_HEIGHT;
        let first = usize::try_from((self.index << within) % TILE_WIDTH as u64).ok()?;
        Hash::over(tile.get(first..first + (1 << within))?)
    }
}

/// Tiles at hand, from which the hashes of subtrees are taken.
#[derive(Clone, Debug, Default)]
pub struct Tiles(BTreeMap<(u8, u64), Vec<Hash>>);

impl Tiles {
    /// Adds the tile at this place, as bytes one hash after another.
    pub fn add(&mut self, level: u8, index: u64, bytes: &[u8]) {
        self.0.insert((level, index), hashes(bytes));
    }

    /// The hash of a subtree, where its tile is at hand.
    pub fn hash(&self, node: Node) -> Option<Hash> {
        let Tile { level, index, .. } = node.tile();
        node.hash(self.0.get(&(level, index))?)
    }
}

/// The hashes of a tile, from its bytes. What is left over at the end is no hash.
pub(crate) fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks::<HASH_LENGTH>().0.iter().map(|hash| Hash::new(*hash)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_written_as_the_standard_writes_it() {
        for (path, level, index, width) in [
            ("0/000", 0, 0, 256),
            ("1/005.p/7", 1, 5, 7),
            ("0/x001/x234/067", 0, 1_234_067, 256),
            ("7/x999/x999/999.p/255", 7, 999_999_999, 255),
        ] {
            let tile = Tile { level, index, width };
            assert_eq!(tile.to_string(), path);
            assert_eq!(Tile::parse(path), Ok(tile));
        }
        assert_eq!(
            Tile::parse_entries("x001/000.p/1"),
            Ok(Tile { level: 0, index: 1000, width: 1 })
        );
    }

    #[test]
    fn what_the_standard_would_write_otherwise_is_refused() {
        for path in [
            "",
            "/",
            "0",
            "0/",
            "0/0",
            "0/00",
            "0/0000",
            "00/000",
            "8/000",
            "-1/000",
            "0/+01",
            "0/x000/000",
            "0/x01/000",
            "0/001/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000.p/1/2",
            "0/000/",
            "0/x018/x446/x744/x073/x709/x551/616",
            "0/ 00",
            "0/٠٠٠",
        ] {
            assert_eq!(Tile::parse(path), Err(TilePathError), "{path}");
        }
    }

    #[test]
    fn a_tile_is_as_wide_as_the_tree_reaches() {
        assert_eq!(Tile::width_in(0, 0, 0), 0);
        assert_eq!(Tile::width_in(0, 0, 255), 255);
        assert_eq!(Tile::width_in(0, 1, 256), 0);
        assert_eq!(Tile::width_in(1, 0, 256), 1);
        assert_eq!(Tile::width_in(1, 0, 65_536), 256);
        assert_eq!(Tile::width_in(7, u64::MAX, u64::MAX), 0);
        assert_eq!(Tile::width_in(255, 0, u64::MAX), 0);
    }

    proptest! {
        #[test]
        fn a_path_reads_back(level in 0..8_u8, index: u64, width in 1..=256_u16) {
            let tile = Tile { level, index, width };
            prop_assert_eq!(Tile::parse(&tile.to_string()), Ok(tile));
        }

        #[test]
        fn whatever_a_path_says_reading_ends(path in ".{0,60}") {
            if let Ok(tile) = Tile::parse(&path) {
                prop_assert_eq!(tile.to_string(), path);
            }
        }
    }
}
