//! What a witness has kept of the checkpoints, held against those that are stored.

use varanto_log::Checkpoint;
use varanto_store::log_tree;

use super::fault::{LogFault, Verified};
use crate::Error;
use crate::service::Service;

/// How many checkpoints are looked up at once.
const AT_ONCE: usize = 500;

/// The notes that a witness has kept, in any order; `None` stands for something that is no note.
pub type WitnessNotes = Box<dyn Iterator<Item = Option<String>> + Send>;

impl Service {
    /// Every checkpoint that the witness has was signed by us, and is here as the witness has it. One more is
    /// kept here than at the witness is no fault: the witness hears of it later.
    pub(super) async fn verify_witness(
        &self,
        notes: &mut WitnessNotes,
        verified: &mut Verified,
    ) -> Result<(), Error> {
        loop {
            let some: Vec<_> = notes.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                return Ok(());
            }
            verified.witnessed += some.len() as u64;
            let sizes = some.iter().map(|note| size_in(note.as_deref()));
            let sizes: Vec<_> = sizes.collect();
            let asked = sizes.iter().map(|size| log_tree::checkpoint(size.unwrap_or(u64::MAX)));
            let stored = self.database.fetch(asked.collect::<Vec<_>>()).await?;
            for ((note, size), stored) in some.into_iter().zip(sizes).zip(stored) {
                let stored = stored.into_iter().next();
                let why = match (note, stored) {
                    (Some(note), Some(stored)) if stored.note == note => continue,
                    (Some(note), _) if Checkpoint::open(&note, self.log_keys()).is_err() => {
                        "it is not signed by us"
                    }
                    (None, _) => "something in it is no checkpoint",
                    (_, None) => {
                        "it is not in the store: the end of the log was cut off, or replaced"
                    }
                    (_, Some(_)) => "another one is in the store: the tree was replaced",
                };
                verified.note(LogFault::Witness { size, why });
            }
        }
    }
}

/// The size that a note names, believed or not.
fn size_in(note: Option<&str>) -> Option<u64> {
    note?.split('\n').nth(1)?.parse().ok()
}
