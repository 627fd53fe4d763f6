//! The proof that the log's tree has a leaf for an entry.

use serde::Serialize;
use uuid::Uuid;
use varanto_log::{Commitment, Hash, InclusionProof};
use varanto_model::Pointer;
use varanto_store::log_tree::{self, Leaf, LogKind};

use super::{NOT_WHOLE, sizes};
use crate::Error;
use crate::service::Service;

/// That the tree of a checkpoint has a leaf for an entry. Tells nothing of what the entry says.
#[derive(Debug, Serialize)]
pub struct EntryProof {
    entry: Uuid,
    log: &'static str,
    leaf: u64,
    size: u64,
    /// In base64.
    commitment: String,
    /// In base64, from the leaf up.
    hashes: Vec<String>,
    checkpoint: String,
}

impl Service {
    /// Proves that an entry is in the tree of the newest checkpoint, or in that of the `size` of the query.
    /// Whether an entry is not sealed yet or does not exist is not told.
    pub async fn prove_log_entry(
        &self,
        entry: &str,
        query: &[(String, String)],
    ) -> Result<EntryProof, Error> {
        let [size] = sizes(query, ["size"])?;
        let id = Uuid::try_parse(entry).map_err(|_| Error::LogEntryNotSealed)?;
        let checkpoint = match size {
            None => self.recent().await?,
            Some(size) => {
                let found = self.database.fetch_one(log_tree::checkpoint(size)).await?;
                let at = Pointer::root().member("size");
                let why = "no checkpoint was signed over a tree of this size";
                found.ok_or_else(|| Error::fault(at, "no-checkpoint", why))?
            }
        };
        let (log, leaf) = self.leaf_named(id).await?.ok_or(Error::LogEntryNotSealed)?;
        let proof = InclusionProof::new(leaf.leaf, checkpoint.size)
            .map_err(|_| Error::LogEntryNotSealed)?;
        let commitment = leaf.commitment.map(Commitment::new).ok_or(NOT_WHOLE)?;
        let hashes = proof.hashes(&self.log_tiles(proof.tiles()).await?)?;
        Ok(EntryProof {
            entry: id,
            log: log.as_str(),
            leaf: leaf.leaf,
            size: checkpoint.size,
            commitment: Hash::new(*commitment.as_bytes()).to_string(),
            hashes: hashes.iter().map(ToString::to_string).collect(),
            checkpoint: checkpoint.note,
        })
    }

    /// The leaf of the entry with this name, in whichever log it is.
    async fn leaf_named(&self, id: Uuid) -> Result<Option<(LogKind, Leaf)>, Error> {
        let entries = LogKind::ALL.map(|log| log_tree::entry(log, id));
        let found = self.database.fetch(Vec::from(entries)).await?;
        let mut found = LogKind::ALL.into_iter().zip(found);
        let place = found.find_map(|(log, rows)| Some((log, rows.first()?.number)));
        let Some((log, number)) = place else { return Ok(None) };
        let leaf = self.database.fetch_one(log_tree::leaf_of(log, number)).await?;
        Ok(leaf.map(|leaf| (log, leaf)))
    }
}
