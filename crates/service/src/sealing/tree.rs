//! The tree as a sealer knows it, and taking up the stored one: it must be the one that was signed last, and
//! one that the tree known before has grown into.

use jiff::Timestamp;
use varanto_log::{Checkpoint, ConsistencyProof, Edge, Tile, Tiles};
use varanto_store::log_tree::{self, LogState, StoredCheckpoint, StoredTile};

use super::SealError;
use crate::service::Service;

/// The tree with the checkpoint that was signed over it.
#[derive(Clone)]
pub(super) struct Tree {
    pub(super) edge: Edge,
    pub(super) signed_at: Timestamp,
    /// The signed note; none over a tree that was never signed.
    pub(super) note: Option<String>,
}

impl Tree {
    /// Is it the stored one?
    pub(super) fn is(&self, state: &LogState, last: Option<&StoredCheckpoint>) -> bool {
        self.edge.size() == state.size && self.note.as_deref() == last.map(|c| c.note.as_str())
    }
}

impl Service {
    /// The stored tree. Where a tree is known from before, it has grown from that one.
    pub(super) async fn take_up(
        &self,
        state: &LogState,
        last: Option<&StoredCheckpoint>,
        known: Option<&Tree>,
    ) -> Result<Tree, SealError> {
        let wanted = Edge::tiles_of(state.size).into_iter().filter(|tile| tile.width > 0);
        let tiles = self.stored_tiles(wanted).await?;
        let edge = Edge::restore(state.size, |tile| {
            let is_it = |t: &&StoredTile| t.level == tile.level && t.place == tile.index;
            tiles.iter().find(is_it).map(|tile| tile.hashes.clone())
        })?;
        let signed = last.map(|last| Checkpoint::open(&last.note, self.log_keys())).transpose()?;
        let (size, root, signed_at) =
            signed.map_or((0, Edge::empty().root(), Timestamp::MIN), |c| (c.size, c.root, c.at));
        if (size, root) != (state.size, edge.root()) {
            return Err(SealError::TreeChanged);
        }
        if let Some(known) = known {
            self.has_grown(&known.edge, &edge).await?;
        }
        Ok(Tree { edge, signed_at, note: last.map(|last| last.note.clone()) })
    }

    /// Is the one tree the beginning of the other?
    async fn has_grown(&self, earlier: &Edge, later: &Edge) -> Result<(), SealError> {
        let changed = |_| SealError::TreeChanged;
        let proof = ConsistencyProof::new(earlier.size(), later.size()).map_err(changed)?;
        let mut tiles = Tiles::default();
        for tile in self.stored_tiles(proof.tiles()).await? {
            tiles.add(tile.level, tile.place, &tile.hashes);
        }
        let hashes = proof.hashes(&tiles).map_err(changed)?;
        proof.verify(&hashes, earlier.root(), later.root()).map_err(|_| SealError::TreeChanged)
    }

    async fn stored_tiles(
        &self,
        wanted: impl IntoIterator<Item = Tile>,
    ) -> Result<Vec<StoredTile>, SealError> {
        let wanted: Vec<_> =
            wanted.into_iter().map(|tile| log_tree::tile(tile.level, tile.index)).collect();
        Ok(self.database.fetch(wanted).await?.into_iter().flatten().collect())
    }
}
