//! Checkpoints: the size and root of the tree at an instant, signed (C2SP tlog-checkpoint).

use jiff::Timestamp;

use crate::hash::Hash;
use crate::note::{self, NoteError, NoteSigner, VerifierKey};
use crate::tile::number;

/// The most bytes of a checkpoint that is read, with its signatures.
pub const MAX_CHECKPOINT_BYTES: usize = 8 * 1024;

/// What the extension line begins with.
const TIME: &str = "time ";

/// The tree at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose log it is.
    pub origin: String,
    /// The number of leaves.
    pub size: u64,
    /// The root of the tree.
    pub root: Hash,
    /// When it was signed, to the second. It stands in an extension line, so that the age of every leaf is
    /// signed too: by it content may leave after its years, and no earlier.
    pub at: Timestamp,
}

/// Why a text is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It is not the lines that a checkpoint has.
    #[error("this is not a checkpoint")]
    Form,
    /// It is not signed as it should be.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Checkpoint {
    /// The signed note.
    pub fn sign(&self, signer: &NoteSigner) -> String {
        signer.sign(&self.text())
    }

    fn text(&self) -> String {
        let Self { origin, size, root, .. } = self;
        let at = self.at.strftime("%Y-%m-%dT%H:%M:%SZ");
        format!("{origin}\n{size}\n{root}\n{TIME}{at}\n")
    }

    /// Reads a signed note of a log that one of the keys has signed, in its own name.
    pub fn open(note: &str, keys: &[VerifierKey]) -> Result<Self, CheckpointError> {
        if note.len() > MAX_CHECKPOINT_BYTES {
            return Err(CheckpointError::Form);
        }
        let read = Self::read(note::open(note, keys)?).ok_or(CheckpointError::Form)?;
        let is_ours = keys.iter().any(|key| key.name() == read.origin);
        if is_ours { Ok(read) } else { Err(NoteError::UnknownKey.into()) }
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = lines.next().filter(|origin| !origin.is_empty())?.to_owned();
        let size = number(lines.next()?, u64::MAX)?;
        let root = Hash::parse(lines.next()?).ok()?;
        let at = lines.next()?.strip_prefix(TIME)?.parse().ok()?;
        let read = Self { origin, size, root, at };
        (lines.next().is_none() && read.text() == text).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zeroize::Zeroizing;

    use super::*;

    fn signer() -> NoteSigner {
        NoteSigner::from_seed("example/log", &Zeroizing::new([1; 32])).unwrap()
    }

    fn checkpoint(size: u64) -> Checkpoint {
        Checkpoint {
            origin: "example/log".to_owned(),
            size,
            root: Hash::of_leaf(&size.to_be_bytes()),
            at: "2026-11-22T12:00:07Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_checkpoint_has_the_lines_of_the_standard() {
        let note = checkpoint(7).sign(&signer());
        let lines: Vec<&str> = note.split('\n').collect();
        assert_eq!(lines[..2], ["example/log", "7"]);
        assert_eq!(lines[3..5], ["time 2026-11-22T12:00:07Z", ""]);
        assert!(lines[5].starts_with("— example/log "));
        assert_eq!(lines.len(), 7);
    }

    #[test]
    fn a_checkpoint_is_read_only_as_it_was_signed() {
        let (signer, keys) = (signer(), [signer().key().clone()]);
        let note = checkpoint(7).sign(&signer);
        assert_eq!(Checkpoint::open(&note, &keys), Ok(checkpoint(7)));
        assert_eq!(
            Checkpoint::open(&note.replace("\n7\n", "\n8\n"), &keys),
            Err(NoteError::Signature.into())
        );
        for text in [
            "example/log\n07\nAAAA\n",
            "example/log\n7\n",
            "\n7\n",
            &checkpoint(7).text().replace("time ", "when "),
            &checkpoint(7).text().replace(":07Z", ":07.5Z"),
            &format!("{}more\n", checkpoint(7).text()),
        ] {
            assert_eq!(
                Checkpoint::open(&signer.sign(text), &keys),
                Err(CheckpointError::Form),
                "{text}"
            );
        }
        let elsewhere = Checkpoint { origin: "another/log".to_owned(), ..checkpoint(7) };
        assert_eq!(
            Checkpoint::open(&elsewhere.sign(&signer), &keys),
            Err(NoteError::UnknownKey.into()),
            "a key signs for its own log only"
        );
    }

    proptest! {
        #[test]
        fn whatever_comes_reading_ends(text in "(?s).{0,200}") {
            prop_assert!(Checkpoint::open(&text, &[signer().key().clone()]).is_err());
        }
    }
}
