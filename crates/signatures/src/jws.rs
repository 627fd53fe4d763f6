//! Signatures in the compact form of JOSE (RFC 7515): made and checked.
//!
//! Documents bear *detached* ones (appendix F): `header..signature`, over a payload that both sides
//! make themselves – the canonical manifest. Assertions for tokens (RFC 7523) carry their payload.
//! The signer's certificate stands in the header (`x5c`); no other key is ever used. A check ends
//! with a [`VerifiedSignature`], which says who signed, and is all that evidence is made from.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use crate::algorithm::Algorithm;
use crate::certificate::Certificate;
use crate::chain::{ChainError, Usage, ValidatedChain};
use crate::header::Header;
use crate::key::{KeyError, SigningKey};
use crate::public_key::{VerifyError, VerifyingKey};
use crate::trust::Trust;

/// The longest detached signature that is read, in bytes.
pub const MAX_JWS_BYTES: usize = 64 * 1024;

/// The longest compact assertion that is read, in bytes.
pub const MAX_ASSERTION_BYTES: usize = 64 * 1024;

/// How far `iat` may lie ahead of the instant of the check: clocks differ.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// A signature that held: made by the key of a trusted certificate over just these bytes.
#[derive(Clone, Debug)]
pub struct VerifiedSignature {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// When it was made, as the signer says (`iat`, whole seconds).
    pub signed_at: Timestamp,
    /// When it was checked.
    pub checked_at: Timestamp,
    /// The signer's certificate and its issuers.
    pub chain: Arc<ValidatedChain>,
}

/// A signed message that held. What its claims mean is for the reader to check.
#[derive(Clone)]
pub struct VerifiedAssertion {
    /// The message: the claims in JSON, not read yet.
    pub payload: Vec<u8>,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// When it was checked.
    pub checked_at: Timestamp,
    /// The signer's certificate and its issuers.
    pub chain: Arc<ValidatedChain>,
}

/// Why a signature is refused. [`SignatureError::Chain`] is one of the problems about certificates,
/// all others are `signature-invalid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Longer than the limit.
    #[error("the signature is too long")]
    TooLong,
    /// Not the compact form, or a header that lacks what it needs.
    #[error("the signature is not well-formed")]
    Malformed,
    /// The header asks for an extension (`crit`, `b64`) that is not taken.
    #[error("the signature's header asks for an extension that is not taken")]
    Extension,
    /// The algorithm is not taken.
    #[error("the signature's algorithm is not taken")]
    Algorithm,
    /// The algorithm is not for the certificate's kind of key.
    #[error("the signature's algorithm does not fit the certificate's key")]
    KeyMismatch,
    /// The signature is not of this content by this key.
    #[error("the signature does not match the content")]
    Wrong,
    /// `iat` is more than five minutes ahead.
    #[error("the signature was made in the future")]
    InFuture,
    /// `iat` is outside the validity of the signer's certificate.
    #[error("the signature was made outside the validity of its certificate")]
    OutsideValidity,
    /// The certificate is not trusted.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

/// Signs `payload`, which is not put into the result. `chain` is the signer's certificate and its
/// issuers without the root; `issued_at` is told in whole seconds.
pub fn sign_detached(
    key: &SigningKey,
    chain: &[Certificate],
    payload: &[u8],
    issued_at: Timestamp,
) -> Result<String, KeyError> {
    let header = Header::write(key.algorithm(), chain, Some(issued_at));
    let signature = key.sign(signing_input(&header, payload).as_bytes())?;
    Ok(format!("{header}..{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Signs `payload` and puts it into the result (RFC 7523). `chain` is as in [`sign_detached`].
pub fn sign_compact(
    key: &SigningKey,
    chain: &[Certificate],
    payload: &[u8],
) -> Result<String, KeyError> {
    let header = Header::write(key.algorithm(), chain, None);
    let mut text = signing_input(&header, payload);
    let signature = key.sign(text.as_bytes())?;
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut text);
    Ok(text)
}

/// Checks a detached signature over `payload` at the instant `at`: form, signer's certificate for
/// `usage`, signature, and that it was made within the certificate's validity (SIG-03).
pub fn verify_detached(
    jws: &str,
    payload: &[u8],
    trust: &Trust,
    usage: Usage,
    at: Timestamp,
) -> Result<VerifiedSignature, SignatureError> {
    let parts = Detached::parse(jws)?;
    let signed_at = parts.signed_at()?;
    let chain = trust.verify_der(&parts.header.leaf, usage, at)?;
    parts.check(chain.leaf(), payload)?;
    if signed_at > at.checked_add(CLOCK_TOLERANCE).unwrap_or(Timestamp::MAX) {
        return Err(SignatureError::InFuture);
    }
    Ok(VerifiedSignature { algorithm: parts.header.algorithm, signed_at, checked_at: at, chain })
}

/// Checks a compact signature at the instant `at` and gives its payload. A time in the header is not
/// needed: an assertion has its times in its claims.
pub fn verify_compact(
    jws: &str,
    trust: &Trust,
    usage: Usage,
    at: Timestamp,
) -> Result<VerifiedAssertion, SignatureError> {
    if jws.len() > MAX_ASSERTION_BYTES {
        return Err(SignatureError::TooLong);
    }
    let (signed, signature) = jws.rsplit_once('.').ok_or(SignatureError::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(SignatureError::Malformed)?;
    let header = Header::parse(header)?;
    let payload = decode(payload)?;
    let signature = decode(signature)?;
    let chain = trust.verify_der(&header.leaf, usage, at)?;
    check(chain.leaf().key(), header.algorithm, signed.as_bytes(), &signature)?;
    Ok(VerifiedAssertion { payload, algorithm: header.algorithm, checked_at: at, chain })
}

/// A detached signature, taken apart.
pub(crate) struct Detached<'a> {
    encoded_header: &'a str,
    pub(crate) header: Header,
    signature: Vec<u8>,
}

impl<'a> Detached<'a> {
    pub(crate) fn parse(jws: &'a str) -> Result<Self, SignatureError> {
        if jws.len() > MAX_JWS_BYTES {
            return Err(SignatureError::TooLong);
        }
        let (encoded_header, signature) = jws.split_once("..").ok_or(SignatureError::Malformed)?;
        Ok(Self {
            encoded_header,
            header: Header::parse(encoded_header)?,
            signature: decode(signature)?,
        })
    }

    /// When it was made; a detached signature must say so.
    pub(crate) fn signed_at(&self) -> Result<Timestamp, SignatureError> {
        self.header.issued_at.ok_or(SignatureError::Malformed)
    }

    /// Is it of `payload` by the key of `leaf`, and made within the validity of `leaf`?
    pub(crate) fn check(&self, leaf: &Certificate, payload: &[u8]) -> Result<(), SignatureError> {
        let input = signing_input(self.encoded_header, payload);
        check(leaf.key(), self.header.algorithm, input.as_bytes(), &self.signature)?;
        let validity = leaf.not_before()..=leaf.not_after();
        if validity.contains(&self.signed_at()?) {
            Ok(())
        } else {
            Err(SignatureError::OutsideValidity)
        }
    }
}

fn check(
    key: Option<&VerifyingKey>,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let key = key.ok_or(SignatureError::KeyMismatch)?;
    key.verify(algorithm, message, signature).map_err(|error| match error {
        VerifyError::OtherKind => SignatureError::KeyMismatch,
        VerifyError::Wrong => SignatureError::Wrong,
    })
}

fn decode(text: &str) -> Result<Vec<u8>, SignatureError> {
    if text.is_empty() {
        return Err(SignatureError::Malformed);
    }
    URL_SAFE_NO_PAD.decode(text).map_err(|_| SignatureError::Malformed)
}

/// What is signed: `header.payload`, both in base64url (RFC 7515, section 5.1).
fn signing_input(header: &str, payload: &[u8]) -> String {
    let mut input = String::with_capacity(header.len() + 1 + payload.len().div_ceil(3) * 4);
    input.push_str(header);
    input.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut input);
    input
}

impl std::fmt::Debug for VerifiedAssertion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedAssertion")
            .field("algorithm", &self.algorithm)
            .field("chain", &self.chain)
            .finish_non_exhaustive()
    }
}
