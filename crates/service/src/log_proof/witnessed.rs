//! What witnesses are shown of the log, and what they have signed.

use jiff::Timestamp;
use varanto_log::{ConsistencyProof, Hash};
use varanto_store::Plan;
use varanto_store::log_tree::{self, StoredCheckpoint};

use crate::Error;
use crate::service::Service;

impl Service {
    /// The newest checkpoint, if one was signed.
    pub async fn newest_signed(&self) -> Result<Option<StoredCheckpoint>, Error> {
        Ok(self.database.fetch_one(log_tree::newest_checkpoint()).await?)
    }

    /// Checkpoints over trees of the size `from` or more, the smallest first; some, where there are many.
    pub async fn log_checkpoints_from(&self, from: u64) -> Result<Vec<StoredCheckpoint>, Error> {
        Ok(self.database.fetch(log_tree::checkpoints(from)).await?)
    }

    /// The proof that the tree of the size `to` begins with that of the size `from`; both have been signed.
    pub async fn log_growth(&self, from: u64, to: u64) -> Result<Vec<Hash>, Error> {
        let proof = ConsistencyProof::new(from, to)?;
        Ok(proof.hashes(&self.log_tiles(proof.tiles()).await?)?)
    }

    /// Keeps the line by which a witness has signed the checkpoint of a size.
    pub async fn keep_cosignature(
        &self,
        size: u64,
        witness: &str,
        at: Timestamp,
        line: String,
    ) -> Result<(), Error> {
        let plan = Plan::cosigned(log_tree::cosign(size, witness, at, line));
        Ok(self.database.commit(plan).await?)
    }

    /// A checkpoint with what witnesses have signed of it.
    pub(super) async fn with_cosignatures(
        &self,
        checkpoint: StoredCheckpoint,
    ) -> Result<String, Error> {
        let lines = self.database.fetch(log_tree::cosignatures(checkpoint.size)).await?;
        Ok(checkpoint.note + &lines.concat())
    }
}
