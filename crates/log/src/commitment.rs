//! What stands in the tree for an entry: a salted hash of its canonical form.
//!
//! Without the salt nobody can try out what an entry may have said, and when the salt is destroyed together
//! with the content, nobody ever can.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::hash::{HASH_LENGTH, Hash};

/// The bytes of a salt.
pub const SALT_LENGTH: usize = 16;

/// The salt of one entry: random, used once, and as secret as the entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; SALT_LENGTH]);

impl Salt {
    /// The salt with these bytes.
    pub const fn new(bytes: [u8; SALT_LENGTH]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; SALT_LENGTH] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// SHA-256 over the salt and the canonical form of an entry. It may be public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment([u8; HASH_LENGTH]);

impl Commitment {
    /// The commitment to an entry in its canonical form.
    pub fn to(salt: &Salt, canonical: &[u8]) -> Self {
        Self(Sha256::new().chain_update(salt.0).chain_update(canonical).finalize().into())
    }

    /// The commitment with these bytes.
    pub const fn new(bytes: [u8; HASH_LENGTH]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; HASH_LENGTH] {
        &self.0
    }

    /// The hash of the leaf in the tree.
    pub fn leaf(&self) -> Hash {
        Hash::of_leaf(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_follows_from_salt_and_entry() {
        let (one, other) = (Salt::new([1; 16]), Salt::new([2; 16]));
        let commitment = Commitment::to(&one, b"entry");
        assert_eq!(commitment, Commitment::to(&one, b"entry"));
        assert_ne!(commitment, Commitment::to(&other, b"entry"), "equal entries look different");
        assert_ne!(commitment, Commitment::to(&one, b"entri"));
    }

    #[test]
    fn a_salt_does_not_show() {
        assert_eq!(format!("{:?}", Salt::new([7; 16])), "Salt(…)");
    }
}
