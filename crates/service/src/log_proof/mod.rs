//! What proves the log to outsiders (LOG-03): checkpoints, keys, tiles, and proofs of single entries and of
//! growth.
//!
//! All of it is hashes and signatures, tells nothing of what an entry says, and is for anybody. Only an
//! [`Export`], which holds the entries themselves, goes to those who may see them. Everything is as of the
//! newest checkpoint: nothing is told of a tree that has not been signed and committed.

mod export;
mod growth;
mod inclusion;
mod served;
mod witnessed;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;
use varanto_log::{ProofError, Tile, Tiles};
use varanto_model::Pointer;
use varanto_store::log_tree::{self, StoredCheckpoint};

pub use self::export::{Export, ProvenEntry, ToProve};
pub use self::growth::GrowthProof;
pub use self::inclusion::EntryProof;
use crate::Error;
use crate::service::Service;

/// A stored tree of which something is missing: `varanto log verify` names it.
const NOT_WHOLE: Error = Error::Internal("the log's tree is not whole");

/// How long the newest checkpoint is kept in memory.
const MOMENT: SignedDuration = SignedDuration::from_millis(200);

impl Service {
    /// The newest checkpoint, or the one that was it a moment ago: many ask, and all get the same.
    async fn recent(&self) -> Result<StoredCheckpoint, Error> {
        let now = self.real_time();
        let kept = self.sealing.recent.load_full();
        let is_fresh = |at| now >= at && now.duration_since(at) < MOMENT;
        if let Some((_, kept)) = kept.as_deref().filter(|(at, _)| is_fresh(*at)) {
            return Ok(kept.clone());
        }
        let newest = self.newest().await?.ok_or(Error::NotFound)?;
        self.sealing.recent.store(Some(Arc::new((now, newest.clone()))));
        Ok(newest)
    }

    /// The newest checkpoint; none is there before the first is signed.
    async fn newest(&self) -> Result<Option<StoredCheckpoint>, Error> {
        Ok(self.database.fetch_one(log_tree::newest_checkpoint()).await?)
    }

    /// These tiles, all fetched together.
    async fn log_tiles(&self, wanted: BTreeSet<Tile>) -> Result<Tiles, Error> {
        let queries = wanted.iter().map(|tile| log_tree::tile(tile.level, tile.index));
        let found = self.database.fetch(queries.collect::<Vec<_>>()).await?;
        let mut tiles = Tiles::default();
        for tile in found.into_iter().flatten() {
            tiles.add(tile.level, tile.place, &tile.hashes);
        }
        Ok(tiles)
    }
}

impl From<ProofError> for Error {
    fn from(_: ProofError) -> Self {
        NOT_WHOLE
    }
}

/// The members of a query, each given at most once and each a size of the tree.
fn sizes<const N: usize>(
    query: &[(String, String)],
    names: [&str; N],
) -> Result<[Option<u64>; N], Error> {
    let mut sizes = [None; N];
    for (name, value) in query {
        let at = || Pointer::root().member(name);
        let known = names.iter().zip(&mut sizes).find(|(known, _)| *known == name);
        let Some((_, size)) = known else {
            return Err(Error::fault(at(), "unknown-member", "it is not known here"));
        };
        if size.is_some() {
            return Err(Error::fault(at(), "duplicate-member", "it is given twice"));
        }
        *size = Some(number(value).ok_or_else(|| not_a_size(at()))?);
    }
    Ok(sizes)
}

fn not_a_size(at: Pointer) -> Error {
    Error::fault(at, "not-a-size", "a number of leaves is wanted here")
}

/// A number of leaves, in digits.
fn number(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Option<[Option<u64>; 2]> {
        let query: Vec<_> = query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        sizes(&query, ["from", "to"]).ok()
    }

    #[test]
    fn sizes_are_numbers_each_given_once() {
        assert_eq!(read(&[]), Some([None, None]));
        assert_eq!(read(&[("to", "7"), ("from", "0")]), Some([Some(0), Some(7)]));
        for wrong in [
            [("from", "")].as_slice(),
            &[("from", "-1")],
            &[("from", "+1")],
            &[("from", "1.0")],
            &[("from", "18446744073709551616")],
            &[("size", "1")],
            &[("from", "1"), ("from", "1")],
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
