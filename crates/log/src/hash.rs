//! The hashes of the tree (RFC 6962, section 2.1), with SHA-256.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The bytes of a hash.
pub const HASH_LENGTH: usize = 32;

/// The hash of a leaf, of a subtree, or of the whole tree. It tells nothing of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_LENGTH]);

/// A text that is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not 32 bytes in base64")]
pub struct HashError;

impl Hash {
    /// The hash with these bytes.
    pub const fn new(bytes: [u8; HASH_LENGTH]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; HASH_LENGTH] {
        &self.0
    }

    /// Reads a hash in base64, with padding, as it stands in checkpoints and proofs.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        let bytes = STANDARD.decode(text).map_err(|_| HashError)?;
        bytes.try_into().map(Self).map_err(|_| HashError)
    }

    /// The root of the tree without leaves.
    pub fn of_nothing() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The hash of a leaf with these data.
    pub fn of_leaf(data: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(data).finalize().into())
    }

    /// The hash over two neighbouring subtrees.
    #[must_use]
    pub fn join(self, right: Self) -> Self {
        Self(
            Sha256::new()
                .chain_update([1])
                .chain_update(self.0)
                .chain_update(right.0)
                .finalize()
                .into(),
        )
    }

    /// The root over subtrees that stand side by side: all of one height but the last, which may be lower.
    /// `None` of none.
    pub fn over(subtrees: &[Self]) -> Option<Self> {
        match subtrees {
            [] => None,
            [only] => Some(*only),
            _ => {
                let middle = subtrees.len().next_power_of_two() / 2;
                let (left, right) = subtrees.split_at(middle);
                Some(Self::over(left)?.join(Self::over(right)?))
            }
        }
    }
}

/// In base64, with padding.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_written_and_nothing_else() {
        let hash = Hash::of_leaf(b"leaf");
        assert_eq!(Hash::parse(&hash.to_string()), Ok(hash));
        for text in ["", "abc", "AAAA", &format!("{hash}="), &format!(" {hash}")] {
            assert_eq!(Hash::parse(text), Err(HashError), "{text}");
        }
    }

    /// RFC 6962, section 2.1: known values of SHA-256.
    #[test]
    fn leaves_and_nodes_are_kept_apart() {
        assert_eq!(Hash::of_nothing().to_string(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(Hash::of_leaf(b"").to_string(), "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");
        let (a, b) = (Hash::of_leaf(b"a"), Hash::of_leaf(b"b"));
        let data = [a.as_bytes().as_slice(), b.as_bytes()].concat();
        assert_ne!(a.join(b), Hash::of_leaf(&data));
        assert_ne!(a.join(b), b.join(a));
    }
}
