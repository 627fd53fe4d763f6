//! Private keys that sign.
//!
//! A key comes in as PKCS#8 (RFC 5958) and never leaves: the library keeps it and wipes it when it
//! is dropped, and every buffer that held its bytes on the way is wiped here.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use pki_types::PrivatePkcs8KeyDer;
use pki_types::pem::PemObject;
use zeroize::Zeroizing;

use crate::algorithm::{Algorithm, KeyKind};

/// The longest private key that is read, in bytes, as PEM or as DER.
const MAX_KEY_BYTES: usize = 64 * 1024;

/// A private key with the algorithm that it signs with.
pub struct SigningKey {
    pair: Pair,
    algorithm: Algorithm,
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// Why there is no such key or no such signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No PKCS#8 private key was found in the text.
    #[error("the text holds no pkcs#8 private key in pem")]
    Pem,
    /// Not a key on P-256 or P-384, and not an RSA key of at least 2,048 bits.
    #[error("the private key is not of a kind that is taken: p-256, p-384, or rsa from 2,048 bits")]
    Kind,
    /// The algorithm is not for this kind of key.
    #[error("the algorithm is not for this kind of key")]
    Algorithm,
    /// The cryptographic library could not sign.
    #[error("the signature could not be made")]
    Signing,
}

impl SigningKey {
    /// The first PKCS#8 private key of a PEM text.
    pub fn from_pkcs8_pem(text: &str) -> Result<Self, KeyError> {
        if text.len() > MAX_KEY_BYTES {
            return Err(KeyError::Pem);
        }
        let key = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes()).map_err(|_| KeyError::Pem)?;
        let der = Zeroizing::new(key.secret_pkcs8_der().to_vec());
        Self::from_pkcs8_der(&der)
    }

    /// A PKCS#8 private key in DER.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        if der.len() > MAX_KEY_BYTES {
            return Err(KeyError::Kind);
        }
        let (pair, kind) = if let Ok(pair) = ecdsa(KeyKind::P256, der) {
            (Pair::Ecdsa(pair), KeyKind::P256)
        } else if let Ok(pair) = ecdsa(KeyKind::P384, der) {
            (Pair::Ecdsa(pair), KeyKind::P384)
        } else {
            let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Kind)?;
            if pair.public_modulus_len() < 256 {
                return Err(KeyError::Kind);
            }
            (Pair::Rsa(pair), KeyKind::Rsa)
        };
        Ok(Self { pair, algorithm: kind.usual_algorithm() })
    }

    /// The same key, signing with another algorithm of its kind: `RS256` or `PS256` of an RSA key,
    /// which signs with `PS256` unless told otherwise.
    pub fn with_algorithm(self, algorithm: Algorithm) -> Result<Self, KeyError> {
        if algorithm.key_kind() == self.kind() {
            Ok(Self { algorithm, ..self })
        } else {
            Err(KeyError::Algorithm)
        }
    }

    /// The algorithm that it signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The kind of the key.
    pub fn kind(&self) -> KeyKind {
        self.algorithm.key_kind()
    }

    /// The signature of `message` in JOSE's form (RFC 7518, section 3).
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ecdsa(pair) => {
                let signature = pair.sign(&random, message).map_err(|_| KeyError::Signing)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Rsa(pair) => {
                let encoding: &'static dyn aws_lc_rs::signature::RsaEncoding =
                    if self.algorithm == Algorithm::Rs256 {
                        &RSA_PKCS1_SHA256
                    } else {
                        &RSA_PSS_SHA256
                    };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message, &mut signature)
                    .map_err(|_| KeyError::Signing)?;
                Ok(signature)
            }
        }
    }
}

fn ecdsa(kind: KeyKind, der: &[u8]) -> Result<EcdsaKeyPair, KeyError> {
    let algorithm = match kind {
        KeyKind::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
        KeyKind::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        KeyKind::Rsa => return Err(KeyError::Kind),
    };
    EcdsaKeyPair::from_pkcs8(algorithm, der).map_err(|_| KeyError::Kind)
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, hidden)", self.algorithm.name())
    }
}
