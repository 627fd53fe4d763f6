//! Exports: entries of the logs with all that proves them, to be checked by anybody without us.
//!
//! Form 1, which `docs/examples/verify_log.py` checks: the entries in their canonical form with their salts
//! and inclusion proofs, the checkpoint that the proofs lead to, and the key that has signed it. Of an entry
//! whose canonical form is not to be told its commitment stands there alone: it proves that the entry was in the
//! log, and without the salt tells nothing of what it says.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;
use varanto_log::{Checkpoint, InclusionProof};
use varanto_store::log_tree::{self, Leaf, LogKind, StoredCheckpoint};

use super::NOT_WHOLE;
use crate::Error;
use crate::service::Service;

/// The most entries of one export.
const MAX_PROVEN: usize = 5_000;
/// How many are looked up at once.
const AT_ONCE: usize = 500;
/// How long it is waited for entries to be sealed.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked whether they are.
const LOOK: Duration = Duration::from_millis(100);

/// Entries that anybody can check. Has no `Debug`: it tells about persons.
#[derive(Clone, Deserialize, Serialize)]
pub struct Export {
    /// The version of the form: 1.
    pub form: u32,
    /// The key of the verifier by which the checkpoint was signed.
    pub key: String,
    /// The checkpoint that the proofs lead to.
    pub checkpoint: String,
    /// The entries, in the order in which they were asked for.
    pub entries: Vec<ProvenEntry>,
}

/// An entry with its proof. Has no `Debug`: it tells about persons.
#[derive(Clone, Deserialize, Serialize)]
pub struct ProvenEntry {
    /// The canonical form, byte for byte; `null` where it is not told.
    pub entry: Option<Box<RawValue>>,
    /// The salt of the commitment, in hexadecimal digits; only with the canonical form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// The commitment, in hexadecimal digits; only in place of canonical form and salt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<String>,
    /// The place in the tree, from 0.
    pub leaf: u64,
    /// The hashes from the leaf up, in base64.
    pub proof: Vec<String>,
}

/// An entry that is to be proven.
#[derive(Clone, Copy, Debug)]
pub struct ToProve {
    /// The log in which it stands.
    pub log: LogKind,
    /// Its name.
    pub id: Uuid,
    /// With its canonical form and salt, or by its commitment alone?
    pub with_content: bool,
}

/// An entry that is to be exported.
struct Found {
    log: LogKind,
    number: i64,
    /// The canonical form, where it is to be told.
    form: Option<Vec<u8>>,
}

impl Service {
    /// Proves entries of the logs to whoever gets the export. Entries that are not sealed yet, and of a new log
    /// the first checkpoint, are waited for a few seconds, and then it may be tried again.
    ///
    /// # Errors
    /// [`Error::Contended`] where that is still not there; [`Error::LogRequestTooLarge`] for more than
    /// 5,000 entries; [`Error::NotFound`] where there is no such entry, or its content has left the log.
    pub async fn prove_entries(&self, entries: &[ToProve]) -> Result<Export, Error> {
        if entries.len() > MAX_PROVEN {
            return Err(Error::LogRequestTooLarge);
        }
        let mut found = Vec::with_capacity(entries.len());
        for some in entries.chunks(AT_ONCE) {
            found.extend(self.entries_to_prove(some).await?);
        }
        let (leaves, checkpoint) = self.sealed(&found).await?;
        let mut proven = Vec::with_capacity(found.len());
        let all: Vec<_> = found.into_iter().zip(leaves).collect();
        for some in all.chunks(AT_ONCE) {
            proven.extend(self.proven(some, checkpoint.size).await?);
        }
        Ok(Export {
            form: 1,
            key: self.key_of(&checkpoint)?,
            checkpoint: checkpoint.note,
            entries: proven,
        })
    }

    async fn entries_to_prove(&self, named: &[ToProve]) -> Result<Vec<Found>, Error> {
        let queries = named.iter().map(|named| log_tree::entry(named.log, named.id));
        let rows = self.database.fetch(queries.collect::<Vec<_>>()).await?;
        let found = named.iter().zip(rows).map(|(named, rows)| {
            let entry = rows.into_iter().next().ok_or(Error::NotFound)?;
            let form = entry.form.ok_or(NOT_WHOLE)?;
            let form = named.with_content.then_some(form);
            Ok(Found { log: named.log, number: entry.number, form })
        });
        found.collect()
    }

    /// The leaves of these entries, when all of them have one, and a checkpoint whose tree has them.
    async fn sealed(&self, found: &[Found]) -> Result<(Vec<Leaf>, StoredCheckpoint), Error> {
        let mut leaves = Vec::with_capacity(found.len());
        let mut waited = Duration::ZERO;
        loop {
            let before = leaves.len();
            let missing = found.iter().skip(before).take(AT_ONCE);
            let queries = missing.map(|f| log_tree::leaf_of(f.log, f.number)).collect::<Vec<_>>();
            let rows = self.database.fetch(queries).await?;
            leaves.extend(rows.into_iter().map_while(|rows| rows.into_iter().next()));
            if leaves.len() == found.len() {
                // It is read after the leaves, and so their tree is not larger than its.
                if let Some(checkpoint) = self.newest().await? {
                    return Ok((leaves, checkpoint));
                }
            }
            if leaves.len() == before {
                if waited >= PATIENCE {
                    return Err(Error::Contended);
                }
                tokio::time::sleep(LOOK).await;
                waited += LOOK;
            }
        }
    }

    async fn proven(&self, some: &[(Found, Leaf)], size: u64) -> Result<Vec<ProvenEntry>, Error> {
        let proofs = some.iter().map(|(_, leaf)| InclusionProof::new(leaf.leaf, size));
        let proofs = proofs.collect::<Result<Vec<_>, _>>()?;
        let wanted: BTreeSet<_> = proofs.iter().flat_map(|proof| proof.tiles()).collect();
        let tiles = self.log_tiles(wanted).await?;
        let proven = some.iter().zip(proofs).map(|((found, leaf), proof)| {
            let proof = proof.hashes(&tiles)?.iter().map(ToString::to_string).collect();
            let Some(form) = &found.form else {
                let commitment = Some(hex(&leaf.commitment.ok_or(NOT_WHOLE)?));
                let (entry, salt) = (None, None);
                return Ok(ProvenEntry { entry, salt, commitment, leaf: leaf.leaf, proof });
            };
            let form = String::from_utf8(form.clone()).ok();
            let entry = form.and_then(|form| RawValue::from_string(form).ok());
            Ok(ProvenEntry {
                entry: Some(entry.ok_or(NOT_WHOLE)?),
                salt: Some(hex(&leaf.salt.ok_or(Error::NotFound)?)),
                commitment: None,
                leaf: leaf.leaf,
                proof,
            })
        });
        proven.collect()
    }

    /// The key that has signed a checkpoint: an earlier one, where nothing was sealed since it was changed.
    fn key_of(&self, checkpoint: &StoredCheckpoint) -> Result<String, Error> {
        let keys = self.log_keys().chunks(1);
        let mut signed = keys.filter(|key| Checkpoint::open(&checkpoint.note, key).is_ok());
        let key = signed.next().and_then(<[_]>::first);
        key.map(ToString::to_string).ok_or(Error::Internal("the last checkpoint is not believed"))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
