//! SHA-256 digests of content, and their text form.
//!
//! A digest names bytes in manifests and in the store; it is no secret and no identifier of a
//! person. Signing and verifying are not done here.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

/// The SHA-256 digest (FIPS 180-4) of some bytes.
///
/// As text it is base64url without padding (RFC 4648 section 5): 43 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// The text is no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest is 32 bytes in base64url without padding: 43 characters")]
pub struct DigestError;

/// The digest of `bytes`.
pub fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

impl Digest {
    /// The digest whose bytes are known, such as from a store or from a reader that hashed as it
    /// went.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the text form. Each digest has one form only: unused bits must be 0.
    pub fn parse(text: &str) -> Result<Self, DigestError> {
        let mut bytes = [0; 32];
        if text.len() != 43 {
            return Err(DigestError);
        }
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            _ => Err(DigestError),
        }
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Digest {
    /// Always the same text: guessable content must not be recognised by its digest in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

impl FromStr for Digest {
    type Err = DigestError;
    fn from_str(text: &str) -> Result<Self, DigestError> {
        Self::parse(text)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_ABC: &str = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";

    #[test]
    fn the_digest_of_abc_is_that_of_the_standard() {
        let digest = sha256(b"abc");
        assert_eq!(digest.to_string(), OF_ABC);
        assert_eq!(digest.as_bytes()[..4], [0xba, 0x78, 0x16, 0xbf]);
        assert_eq!(serde_json::to_string(&digest).unwrap(), format!("\"{OF_ABC}\""));
        assert_eq!(serde_json::from_str::<Digest>(&format!("\"{OF_ABC}\"")).unwrap(), digest);
    }

    #[test]
    fn a_digest_has_one_text_form() {
        assert_eq!(Digest::parse(OF_ABC), Ok(sha256(b"abc")));
        let other_bits = OF_ABC.replace("Fa0", "Fa1");
        let standard_alphabet = OF_ABC.replace('-', "+").replace('_', "/");
        let padded = format!("{OF_ABC}=");
        for bad in ["", &OF_ABC[1..], &other_bits, &standard_alphabet, &padded, &OF_ABC.repeat(2)] {
            assert_eq!(Digest::parse(bad), Err(DigestError), "{bad}");
        }
    }

    #[test]
    fn debugging_output_does_not_tell_the_digest() {
        assert_eq!(format!("{:?}", sha256(b"abc")), format!("{:?}", sha256(b"")));
    }
}
