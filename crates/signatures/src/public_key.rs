//! A certificate's public key, made ready once for checking many signatures.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256,
};
use x509_parser::oid_registry::{
    OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384, OID_PKCS1_RSAENCRYPTION,
};
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::algorithm::{Algorithm, KeyKind};

/// A public key of a kind that is taken.
pub(crate) enum VerifyingKey {
    P256(ParsedPublicKey),
    P384(ParsedPublicKey),
    Rsa { pkcs1: ParsedPublicKey, pss: ParsedPublicKey },
}

/// Why a signature was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VerifyError {
    /// The algorithm is not for this kind of key.
    OtherKind,
    /// The signature is not of these bytes by this key.
    Wrong,
}

impl VerifyingKey {
    /// The key of a certificate; nothing where its kind, curve or size is not taken, or where it is
    /// no point of its curve.
    pub(crate) fn from_spki(spki: &SubjectPublicKeyInfo<'_>) -> Option<Self> {
        let bytes: &[u8] = &spki.subject_public_key.data;
        let kind = &spki.algorithm.algorithm;
        if *kind == OID_PKCS1_RSAENCRYPTION {
            let pkcs1 = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, bytes).ok()?;
            let pss = ParsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, bytes).ok()?;
            return rsa_size_is_taken(spki).then_some(Self::Rsa { pkcs1, pss });
        }
        if *kind != OID_KEY_TYPE_EC_PUBLIC_KEY {
            return None;
        }
        let curve = spki.algorithm.parameters.as_ref()?.as_oid().ok()?;
        if curve == OID_EC_P256 {
            ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes).ok().map(Self::P256)
        } else if curve == OID_NIST_EC_P384 {
            ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, bytes).ok().map(Self::P384)
        } else {
            None
        }
    }

    pub(crate) fn kind(&self) -> KeyKind {
        match self {
            Self::P256(_) => KeyKind::P256,
            Self::P384(_) => KeyKind::P384,
            Self::Rsa { .. } => KeyKind::Rsa,
        }
    }

    /// Is `signature` (in JOSE's form, RFC 7518 section 3) of `message` by this key?
    pub(crate) fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let key = match (self, algorithm) {
            (Self::P256(key), Algorithm::Es256) | (Self::P384(key), Algorithm::Es384) => key,
            (Self::Rsa { pkcs1, .. }, Algorithm::Rs256) => pkcs1,
            (Self::Rsa { pss, .. }, Algorithm::Ps256) => pss,
            _ => return Err(VerifyError::OtherKind),
        };
        key.verify_sig(message, signature).map_err(|_| VerifyError::Wrong)
    }
}

fn rsa_size_is_taken(spki: &SubjectPublicKeyInfo<'_>) -> bool {
    spki.parsed().is_ok_and(|key| (2_048..=8_192).contains(&key.key_size()))
}
