//! The signature algorithms that are taken, and the kinds of keys that make them.
//!
//! Four of JOSE's algorithms (RFC 7518, section 3.1): those that Finnish cards and service
//! certificates use today. `none` and the keyed hashes have no value here and so cannot be asked for.

use serde::{Deserialize, Serialize};

/// A signature algorithm of JOSE (RFC 7518, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
}

/// What kind a public key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// An elliptic curve key on P-256.
    P256,
    /// An elliptic curve key on P-384.
    P384,
    /// An RSA key of 2,048 to 8,192 bits.
    Rsa,
}

impl Algorithm {
    /// Every algorithm that is taken.
    pub const ALL: [Self; 4] = [Self::Es256, Self::Es384, Self::Rs256, Self::Ps256];

    /// The algorithm with this JOSE name; names are compared exactly (RFC 7515, section 4.1.1).
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.name() == name)
    }

    /// The JOSE name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }

    /// The kind of key that makes it.
    pub const fn key_kind(self) -> KeyKind {
        match self {
            Self::Es256 => KeyKind::P256,
            Self::Es384 => KeyKind::P384,
            Self::Rs256 | Self::Ps256 => KeyKind::Rsa,
        }
    }
}

impl KeyKind {
    /// The algorithm that is used with such a key where none was asked for.
    pub const fn usual_algorithm(self) -> Algorithm {
        match self {
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::Rsa => Algorithm::Ps256,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_exactly_and_nothing_unsigned_or_symmetric_is() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::find(algorithm.name()), Some(algorithm));
            let json = serde_json::to_string(&algorithm).unwrap();
            assert_eq!(json, format!("\"{}\"", algorithm.name()));
        }
        for name in ["none", "NONE", "HS256", "es256", "ES256 ", "ES512", "EdDSA", ""] {
            assert_eq!(Algorithm::find(name), None, "{name}");
        }
    }
}
