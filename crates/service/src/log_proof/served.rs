//! The log as C2SP tlog-tiles serves it: checkpoints, keys, tiles, bundles of entries.
//!
//! A tile is given as wide as it is asked for, cut from what is stored, and never wider than the tree of the
//! newest checkpoint.

use varanto_log::{HASH_LENGTH, TILE_WIDTH, Tile};
use varanto_model::Pointer;
use varanto_store::log_tree;

use super::{NOT_WHOLE, not_a_size, number};
use crate::Error;
use crate::service::Service;

impl Service {
    /// The newest checkpoint, as it was signed, with the signatures of witnesses.
    pub async fn newest_log_checkpoint(&self) -> Result<String, Error> {
        self.with_cosignatures(self.recent().await?).await
    }

    /// The checkpoint over the tree of a size, if one was signed.
    pub async fn log_checkpoint(&self, size: &str) -> Result<String, Error> {
        let size = number(size).ok_or_else(|| not_a_size(Pointer::root().member("size")))?;
        let found = self.database.fetch_one(log_tree::checkpoint(size)).await?;
        self.with_cosignatures(found.ok_or(Error::NotFound)?).await
    }

    /// The keys of verifiers, the present one first, each on a line.
    pub fn log_key_lines(&self) -> String {
        self.log_keys().iter().flat_map(|key| [key.to_string(), "\n".to_owned()]).collect()
    }

    /// The hashes of the tile that `path` names after `tile/`.
    pub async fn log_tile(&self, path: &str) -> Result<Vec<u8>, Error> {
        let tile = Tile::parse(path).map_err(|_| Error::NotFound)?;
        self.expect_in_tree(tile).await?;
        let stored = self.database.fetch_one(log_tree::tile(tile.level, tile.index)).await?;
        let mut hashes = stored.ok_or(NOT_WHOLE)?.hashes;
        let length = usize::from(tile.width) * HASH_LENGTH;
        if hashes.len() < length {
            return Err(NOT_WHOLE);
        }
        hashes.truncate(length);
        Ok(hashes)
    }

    /// The bundle of entries that `place` names after `tile/entries/`: of each leaf its data, which is the
    /// commitment, behind its length in two bytes.
    pub async fn log_entries_bundle(&self, place: &str) -> Result<Vec<u8>, Error> {
        let tile = Tile::parse_entries(place).map_err(|_| Error::NotFound)?;
        self.expect_in_tree(tile).await?;
        let first = tile.index * TILE_WIDTH as u64;
        let leaves = self.database.fetch(log_tree::leaves(first, tile.width.into())).await?;
        let mut bundle = Vec::with_capacity(leaves.len() * (HASH_LENGTH + 2));
        for (place, leaf) in (first..).zip(&leaves) {
            let commitment = leaf.commitment.filter(|_| leaf.leaf == place).ok_or(NOT_WHOLE)?;
            bundle.extend([0, 32]);
            bundle.extend(commitment);
        }
        if leaves.len() == usize::from(tile.width) { Ok(bundle) } else { Err(NOT_WHOLE) }
    }

    async fn expect_in_tree(&self, tile: Tile) -> Result<(), Error> {
        let size = self.recent().await?.size;
        if tile.width <= Tile::width_in(tile.level, tile.index, size) {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    }
}
