//! Whom the system trusts: roots, issuers for systems, issuers for cards, revocation lists.
//!
//! Issuers are pinned: a certificate must come from an issuer that is configured for its usage, and
//! certificates that a peer sends along with its own are not asked. So a card is never a system,
//! though both may stand below one root. The path is built by webpki; revocation is looked up in the
//! lists, whose signatures were checked when trust was built. A certificate without a valid list is
//! not trusted.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use varanto_model::Digest;
use varanto_model::digest::sha256;

use crate::cache::{self, Cache};
use crate::certificate::{Certificate, Purposes};
use crate::chain::{ChainError, Usage, ValidatedChain};
use crate::crl::{Crl, CrlError};
use crate::path::{Issuers, Purpose, Revocation, Roots, trace};
use crate::policies::{CertificateKind, Policies};

/// How long a validated chain is taken again without a new check.
const RECHECK_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// A list that is due no longer counts: what was checked with it holds until just before.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// What trust is built from.
#[derive(Clone, Debug, Default)]
pub struct TrustMaterial {
    /// The roots.
    pub roots: Vec<Certificate>,
    /// The certificates of issuers for systems.
    pub system_issuers: Vec<Certificate>,
    /// The certificates of issuers for cards.
    pub card_issuers: Vec<Certificate>,
    /// Revocation lists of roots and issuers, in DER.
    pub crls: Vec<Vec<u8>>,
}

/// Roots, issuers, revocation lists and policies, ready for checking certificates. It does not
/// change: whoever gets new revocation lists builds another.
pub struct Trust {
    roots: Roots,
    systems: Issuers,
    cards: Issuers,
    crls: Vec<Crl>,
    policies: Policies,
    cache: Cache,
}

/// Why material gives no trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// There is no root.
    #[error("there is no root certificate")]
    NoRoot,
    /// A root cannot be an anchor of trust.
    #[error("the root certificate number {0}, counted from 0, is not usable")]
    Root(usize),
    /// A revocation list cannot be read, or is of a form that is not taken.
    #[error("the revocation list number {0}, counted from 0, is not usable")]
    Crl(usize),
    /// A revocation list was not signed by any of the roots and issuers.
    #[error("the revocation list number {0}, counted from 0, is not of a known issuer")]
    ForeignCrl(usize),
}

impl Trust {
    /// Builds trust; the signature of every revocation list is checked.
    pub fn build(material: TrustMaterial, policies: Policies) -> Result<Self, TrustError> {
        let TrustMaterial { roots, system_issuers, card_issuers, crls } = material;
        if roots.is_empty() {
            return Err(TrustError::NoRoot);
        }
        let known = || roots.iter().chain(&system_issuers).chain(&card_issuers);
        let crls = crls
            .iter()
            .enumerate()
            .map(|(n, der)| {
                Crl::parse(der, known()).map_err(|error| match error {
                    CrlError::Malformed => TrustError::Crl(n),
                    CrlError::Foreign => TrustError::ForeignCrl(n),
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            roots: Roots::new(roots).map_err(TrustError::Root)?,
            systems: Issuers::new(system_issuers),
            cards: Issuers::new(card_issuers),
            crls,
            policies,
            cache: Cache::new(cache::CAPACITY),
        })
    }

    /// Checks a certificate for a usage at an instant: issued by an issuer for that usage, all of
    /// the path within its validity and not revoked (SIG-01, SIG-03).
    ///
    /// A success is remembered for at most ten minutes, so the call is cheap enough to be made for
    /// every request on a connection that stays open.
    pub fn verify(
        &self,
        leaf: &Certificate,
        usage: Usage,
        at: Timestamp,
    ) -> Result<Arc<ValidatedChain>, ChainError> {
        match self.cache.find(leaf.thumbprint(), usage, at) {
            Some(chain) => Ok(chain),
            None => self.validate(leaf, usage, at),
        }
    }

    /// As [`Trust::verify`], for a certificate in DER; it is read only where it was not checked a
    /// short while ago.
    pub fn verify_der(
        &self,
        leaf: &[u8],
        usage: Usage,
        at: Timestamp,
    ) -> Result<Arc<ValidatedChain>, ChainError> {
        if let Some(chain) = self.cache.find(sha256(leaf), usage, at) {
            return Ok(chain);
        }
        let leaf = Certificate::parse(leaf).map_err(|_| ChainError::Malformed)?;
        self.validate(&leaf, usage, at)
    }

    /// Is the certificate with this serial number of this issuer (name in DER) on a list? A list's
    /// age does not matter here.
    pub fn is_revoked(&self, issuer: &[u8], serial: &[u8]) -> bool {
        self.crls.iter().any(|crl| *crl.issuer() == *issuer && crl.lists(serial))
    }

    /// The roots.
    pub fn roots(&self) -> &[Certificate] {
        self.roots.certificates()
    }

    /// The issuers for systems: what a TLS listener names to those who connect.
    pub fn system_issuers(&self) -> &[Certificate] {
        self.systems.certificates()
    }

    /// The issuers for cards.
    pub fn card_issuers(&self) -> &[Certificate] {
        self.cards.certificates()
    }

    /// The revocation lists; kept with the evidence, they let it be checked again decades later.
    pub fn crls(&self) -> &[Crl] {
        &self.crls
    }

    /// The list with this digest.
    pub fn find_crl(&self, digest: Digest) -> Option<&Crl> {
        self.crls.iter().find(|crl| crl.digest() == digest)
    }

    /// When the first of the lists becomes too old; nothing where there are no lists.
    pub fn next_update(&self) -> Option<Timestamp> {
        self.crls.iter().map(Crl::next_update).min()
    }

    /// The policies by which kinds of certificates are told apart.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    fn validate(
        &self,
        leaf: &Certificate,
        usage: Usage,
        at: Timestamp,
    ) -> Result<Arc<ValidatedChain>, ChainError> {
        let kind = leaf.kind(&self.policies);
        let exact = self.exact_usage(leaf, kind, usage)?;
        let issuers = if exact == Usage::Card { &self.cards } else { &self.systems };
        let purpose = if exact == Usage::Connection { Purpose::Client } else { Purpose::Any };
        let found =
            trace(leaf, &self.roots, issuers, purpose, Revocation::Checked(&self.crls), at)?;
        let expiry = found.path.iter().map(Certificate::not_after);
        let valid_until = expiry
            .chain(found.crls.iter().filter_map(|crl| crl.next_update.checked_sub(SECOND).ok()))
            .chain(at.checked_add(RECHECK_AFTER).ok())
            .fold(Timestamp::MAX, Timestamp::min);
        let chain = Arc::new(ValidatedChain {
            path: found.path,
            usage: exact,
            kind,
            crls: found.crls,
            validated_at: at,
            valid_until,
            leaf: leaf.clone(),
        });
        self.cache.keep(usage, &chain, at);
        Ok(chain)
    }

    /// What the certificate itself says about its usage.
    fn exact_usage(
        &self,
        leaf: &Certificate,
        kind: CertificateKind,
        usage: Usage,
    ) -> Result<Usage, ChainError> {
        let exact = match usage {
            Usage::SystemOrCard if kind.is_card() => Usage::Card,
            Usage::SystemOrCard => Usage::System,
            exact => exact,
        };
        let of_system = kind == CertificateKind::System
            || (kind == CertificateKind::Other && self.policies.system.is_empty());
        let purposes = leaf.purposes();
        let fits = match exact {
            Usage::Connection => {
                of_system && matches!(purposes, Purposes::Only { client: true, .. })
            }
            Usage::System => of_system && leaf.signs() && may_sign(purposes),
            Usage::Card | Usage::SystemOrCard => {
                kind.is_card() && leaf.signs() && may_sign(purposes)
            }
        };
        if fits { Ok(exact) } else { Err(ChainError::WrongUsage) }
    }
}

fn may_sign(purposes: Purposes) -> bool {
    matches!(purposes, Purposes::Open | Purposes::Only { signing: true, .. })
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("roots", &self.roots())
            .field("system_issuers", &self.system_issuers())
            .field("card_issuers", &self.card_issuers())
            .field("crls", &self.crls)
            .finish_non_exhaustive()
    }
}
