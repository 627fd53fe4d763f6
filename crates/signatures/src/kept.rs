//! Signatures as they are kept with a document, each with its evidence (SIG-03), and the bytes that they are
//! kept in. They come back byte for byte: a signature is itself evidence.
//!
//! The first form is JSON. The second, which is written now, is a mark and the same JSON, folded: header,
//! signature and certificates as bytes in place of base64. Both are read. The store compresses and seals.

use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;
use crate::folded::{fold, unfold};

/// What the second form begins with. The first begins with the bracket of a list.
const SECOND_FORM: u8 = 2;

/// A signature with what is needed to check it again decades later (SIG-03).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSignature {
    /// In which capacity it was given (SIG-02), as a word.
    pub role: String,
    /// The detached JWS, as it came.
    pub jws: String,
    /// What was found when it was checked.
    pub evidence: Evidence,
}

/// Why signatures were not written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeptError {
    /// They have no JSON.
    #[error("the signatures cannot be written")]
    Unwritable,
    /// The bytes are of neither form.
    #[error("the bytes are no kept signatures")]
    Malformed,
}

impl KeptSignature {
    /// The bytes of all signatures of a version, in order. Where what the second form gives back would not be
    /// the same to the byte, it is the first.
    pub fn write_all(signatures: &[Self]) -> Result<Vec<u8>, KeptError> {
        let json = serde_json::to_vec(signatures).map_err(|_| KeptError::Unwritable)?;
        let mut bytes = Vec::with_capacity(json.len());
        bytes.push(SECOND_FORM);
        fold(&json, &mut bytes);
        let same = bytes.get(1..).and_then(unfold).is_some_and(|again| again == json);
        Ok(if same { bytes } else { json })
    }

    /// The signatures that bytes of either form hold.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>, KeptError> {
        let unfolded = match bytes.split_first() {
            Some((&SECOND_FORM, folded)) => Some(unfold(folded).ok_or(KeptError::Malformed)?),
            _ => None,
        };
        serde_json::from_slice(unfolded.as_deref().unwrap_or(bytes))
            .map_err(|_| KeptError::Malformed)
    }
}

impl std::fmt::Debug for KeptSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptSignature")
            .field("role", &self.role)
            .field("evidence", &self.evidence)
            .finish_non_exhaustive()
    }
}
