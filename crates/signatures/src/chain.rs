//! A chain that held, and the reasons why one does not.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varanto_model::Digest;

use crate::certificate::Certificate;
use crate::names::{BusinessId, CardHolder};
use crate::policies::CertificateKind;

/// For what a certificate is used, and so which issuers may have issued it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Usage {
    /// A system connects (TLS client): issued by an issuer for systems, extended key usage
    /// `clientAuth` (SIG-01).
    Connection,
    /// A system signs: issued by an issuer for systems, key usage for signing.
    System,
    /// A card holder signs: issued by an issuer for cards, key usage for signing.
    Card,
    /// Either signs: the policies in the certificate tell whether it must be as [`Usage::Card`] or
    /// as [`Usage::System`]. The chain that is given back says which it was.
    SystemOrCard,
}

/// A certificate that was traced to a root, within its validity and not revoked, at an instant.
#[derive(Clone, Debug)]
pub struct ValidatedChain {
    pub(crate) path: Vec<Certificate>,
    pub(crate) usage: Usage,
    pub(crate) kind: CertificateKind,
    pub(crate) crls: Vec<CrlReference>,
    pub(crate) validated_at: Timestamp,
    pub(crate) valid_until: Timestamp,
    pub(crate) leaf: Certificate,
}

/// A revocation list that was consulted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrlReference {
    /// SHA-256 of the list.
    pub digest: Digest,
    /// When it was issued.
    pub this_update: Timestamp,
    /// When the next one was due.
    pub next_update: Timestamp,
}

/// Why a certificate is not trusted. [`ChainError::Revoked`] is the problem `certificate-revoked`,
/// all others are `certificate-untrusted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// No path leads to a trusted root through an issuer for this usage.
    #[error("the certificate was not issued by a trusted issuer")]
    Untrusted,
    /// The certificate or one of its issuers' is past its validity.
    #[error("a certificate of the chain has expired")]
    Expired,
    /// The certificate or one of its issuers' is not valid yet.
    #[error("a certificate of the chain is not valid yet")]
    NotYetValid,
    /// The certificate or one of its issuers' is revoked.
    #[error("a certificate of the chain is revoked")]
    Revoked,
    /// The certificate serves another purpose.
    #[error("the certificate was not issued for this use")]
    WrongUsage,
    /// There is no revocation list that speaks about a certificate of the chain.
    #[error("whether a certificate of the chain is revoked is not known")]
    RevocationUnknown,
    /// The revocation list that speaks about a certificate of the chain is too old.
    #[error("the revocation list for a certificate of the chain has expired")]
    CrlExpired,
    /// A certificate cannot be read.
    #[error("a certificate of the chain is not well-formed")]
    Malformed,
}

impl ValidatedChain {
    /// The certificate that was asked about.
    pub fn leaf(&self) -> &Certificate {
        &self.leaf
    }

    /// The path: the leaf, its issuers in order, the root last.
    pub fn path(&self) -> &[Certificate] {
        &self.path
    }

    /// The usage that held; never [`Usage::SystemOrCard`].
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// What the certificate was issued for (SIG-04).
    pub fn kind(&self) -> CertificateKind {
        self.kind
    }

    /// The organisation that the certificate names.
    pub fn organisation(&self) -> Option<&BusinessId> {
        self.leaf.organisation()
    }

    /// The person whom the certificate names, where it is a card's.
    pub fn holder(&self) -> Option<&CardHolder> {
        if self.kind.is_card() { self.leaf.holder() } else { None }
    }

    /// The revocation lists that were consulted.
    pub fn crls(&self) -> &[CrlReference] {
        &self.crls
    }

    /// When it was checked.
    pub fn validated_at(&self) -> Timestamp {
        self.validated_at
    }

    /// Until when the check need not be repeated: a certificate of the path expires, a revocation
    /// list becomes too old, or ten minutes have passed.
    pub fn valid_until(&self) -> Timestamp {
        self.valid_until
    }

    /// Does the check hold at `at` too?
    pub(crate) fn covers(&self, at: Timestamp) -> bool {
        (self.validated_at..=self.valid_until).contains(&at)
    }
}
