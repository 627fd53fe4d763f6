//! The proof that the log's tree has only grown.

use serde::Serialize;
use varanto_log::ConsistencyProof;
use varanto_model::Pointer;

use super::sizes;
use crate::Error;
use crate::service::Service;

/// That the tree of one size begins with the tree of another.
#[derive(Debug, Serialize)]
pub struct GrowthProof {
    from: u64,
    to: u64,
    /// In base64.
    hashes: Vec<String>,
}

impl Service {
    /// Proves that the tree of the size `to` begins with the tree of the size `from`; both stand in the query.
    pub async fn prove_log_growth(&self, query: &[(String, String)]) -> Result<GrowthProof, Error> {
        let fault = |name, code, why: &str| Error::fault(Pointer::root().member(name), code, why);
        let [from, to] = sizes(query, ["from", "to"])?;
        let from = from.ok_or_else(|| fault("from", "missing", "`from` is missing"))?;
        let to = to.ok_or_else(|| fault("to", "missing", "`to` is missing"))?;
        if to > self.recent().await?.size {
            return Err(fault("to", "too-large", "the tree has not grown so far"));
        }
        let proof = ConsistencyProof::new(from, to)
            .map_err(|_| fault("from", "too-large", "it is more than `to`"))?;
        let hashes = proof.hashes(&self.log_tiles(proof.tiles()).await?)?;
        Ok(GrowthProof { from, to, hashes: hashes.iter().map(ToString::to_string).collect() })
    }
}
