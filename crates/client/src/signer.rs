//! A key with its certificates, for signing assertions and documents.

use std::fmt;

use jiff::Timestamp;
use varanto_signatures::{
    Certificate, KeyError, SigningKey, certificates_from_pem, sign_compact, sign_detached,
};

use crate::error::ClientError;

/// A private key with the certificate that it belongs to, and that certificate's issuers.
/// `Debug` hides both: a card's certificate is personal data.
pub struct Signer {
    key: SigningKey,
    chain: Vec<Certificate>,
}

impl Signer {
    /// A signer of a key and its chain, leaf first and without the root.
    pub fn new(key: SigningKey, chain: Vec<Certificate>) -> Self {
        Self { key, chain }
    }

    /// Reads the chain and the key (PKCS#8) from PEM.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Self, ClientError> {
        let chain = certificates_from_pem(certificate_pem)?;
        Ok(Self { key: SigningKey::from_pkcs8_pem(key_pem)?, chain })
    }

    /// A detached signature over `payload` (RFC 7515, appendix F).
    pub fn sign_detached(&self, payload: &[u8], at: Timestamp) -> Result<String, KeyError> {
        sign_detached(&self.key, &self.chain, payload, at)
    }

    /// A compact signature with `payload` in it.
    pub fn sign_compact(&self, payload: &[u8]) -> Result<String, KeyError> {
        sign_compact(&self.key, &self.chain, payload)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}, hidden)", self.key.algorithm().name())
    }
}
