//! Builds the path from a certificate over pinned issuers to a root (RFC 5280, section 6).
//!
//! Signatures, names, validity, basic constraints and extended key usage are webpki's work. Whether
//! a certificate of the path is revoked is looked up in lists that were checked before; it decides
//! while the path is sought, so that another path is tried where one is revoked.

use std::cell::RefCell;
use std::time::Duration;

use jiff::Timestamp;
use pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{
    ALL_VERIFICATION_ALGS, EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter,
    KeyUsage, VerifiedPath, anchor_from_trusted_cert,
};

use crate::certificate::Certificate;
use crate::chain::{ChainError, CrlReference};
use crate::crl::Crl;

/// Roots, each with its anchor at the same place.
pub(crate) struct Roots {
    certificates: Vec<Certificate>,
    anchors: Vec<TrustAnchor<'static>>,
}

/// Issuers between roots and leaves, each with its bytes at the same place.
pub(crate) struct Issuers {
    certificates: Vec<Certificate>,
    ders: Vec<CertificateDer<'static>>,
}

/// What extended key usage the whole path must allow.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Client,
    Any,
}

/// Is revocation checked?
#[derive(Clone, Copy)]
pub(crate) enum Revocation<'a> {
    Checked(&'a [Crl]),
    Ignored,
}

/// A path that held, leaf first and root last, and the lists that were consulted.
pub(crate) struct Traced {
    pub(crate) path: Vec<Certificate>,
    pub(crate) crls: Vec<CrlReference>,
}

impl Roots {
    /// Anchors of trust from roots; the place of the first that cannot be one, otherwise.
    pub(crate) fn new(certificates: Vec<Certificate>) -> Result<Self, usize> {
        let anchor = |root: &Certificate| {
            let der = CertificateDer::from(root.der());
            anchor_from_trusted_cert(&der).map(|anchor| anchor.to_owned())
        };
        let anchors = certificates
            .iter()
            .enumerate()
            .map(|(place, root)| anchor(root).map_err(|_| place))
            .collect::<Result<_, _>>()?;
        Ok(Self { certificates, anchors })
    }

    pub(crate) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    fn find(&self, anchor: &TrustAnchor<'_>) -> Option<&Certificate> {
        self.anchors.iter().position(|a| a == anchor).and_then(|n| self.certificates.get(n))
    }
}

impl Issuers {
    pub(crate) fn new(certificates: Vec<Certificate>) -> Self {
        let ders = certificates.iter().map(|c| CertificateDer::from(c.der().to_vec())).collect();
        Self { certificates, ders }
    }

    pub(crate) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    fn find(&self, der: &[u8]) -> Option<&Certificate> {
        self.certificates.iter().find(|c| c.der() == der)
    }
}

/// Seeks a path from `leaf` to one of `roots` that holds at `at`.
pub(crate) fn trace(
    leaf: &Certificate,
    roots: &Roots,
    issuers: &Issuers,
    purpose: Purpose,
    revocation: Revocation<'_>,
    at: Timestamp,
) -> Result<Traced, ChainError> {
    let seconds = u64::try_from(at.as_second()).map_err(|_| ChainError::NotYetValid)?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let der = CertificateDer::from(leaf.der());
    let entity = EndEntityCert::try_from(&der).map_err(|_| ChainError::Malformed)?;
    let traced = RefCell::new(None);
    let accept = |verified: &VerifiedPath<'_>| {
        let path = read_path(leaf, roots, issuers, verified).ok_or(Error::UnknownIssuer)?;
        let crls = match revocation {
            Revocation::Checked(lists) => {
                consult(lists, &path, at).map_err(|e| e.for_webpki(time))?
            }
            Revocation::Ignored => Vec::new(),
        };
        traced.replace(Some(Traced { path, crls }));
        Ok(())
    };
    entity
        .verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &roots.anchors,
            &issuers.ders,
            time,
            purpose,
            None,
            Some(&accept),
        )
        .map_err(|error| chain_error(&error))?;
    traced.into_inner().ok_or(ChainError::Untrusted)
}

/// The path that webpki found, as certificates that are already read.
fn read_path(
    leaf: &Certificate,
    roots: &Roots,
    issuers: &Issuers,
    verified: &VerifiedPath<'_>,
) -> Option<Vec<Certificate>> {
    let mut path = vec![leaf.clone()];
    for issuer in verified.intermediate_certificates() {
        path.push(issuers.find(&issuer.der())?.clone());
    }
    path.push(roots.find(verified.anchor())?.clone());
    Some(path)
}

/// The lists that show that nothing of the path is revoked.
fn consult(lists: &[Crl], path: &[Certificate], at: Timestamp) -> Result<Vec<CrlReference>, Doubt> {
    let mut consulted = Vec::new();
    for (place, (certificate, issuer)) in path.iter().zip(path.iter().skip(1)).enumerate() {
        let (current, expired): (Vec<&Crl>, Vec<&Crl>) = lists
            .iter()
            .filter(|list| list.speaks_about(certificate, issuer, place > 0))
            .partition(|list| at < list.next_update());
        let judges = if current.is_empty() { &expired } else { &current };
        if judges.iter().any(|list| list.lists(certificate.serial())) {
            return Err(Doubt::Revoked);
        }
        if current.is_empty() {
            return Err(if expired.is_empty() { Doubt::NoList } else { Doubt::OldList });
        }
        consulted.extend(current.into_iter().map(Crl::reference));
    }
    Ok(consulted)
}

/// Why the lists do not clear a path.
enum Doubt {
    Revoked,
    NoList,
    OldList,
}

impl Doubt {
    /// The same as an error of webpki, in whose search the lists are consulted.
    fn for_webpki(self, time: UnixTime) -> Error {
        match self {
            Self::Revoked => Error::CertRevoked,
            Self::NoList => Error::UnknownRevocationStatus,
            Self::OldList => Error::CrlExpired { time, next_update: time },
        }
    }
}

impl ExtendedKeyUsageValidator for Purpose {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        match self {
            Self::Client => KeyUsage::client_auth().validate(purposes),
            Self::Any => Ok(()),
        }
    }
}

fn chain_error(error: &Error) -> ChainError {
    match error {
        Error::CertExpired { .. } => ChainError::Expired,
        Error::CertNotValidYet { .. } => ChainError::NotYetValid,
        Error::CertRevoked => ChainError::Revoked,
        Error::UnknownRevocationStatus => ChainError::RevocationUnknown,
        Error::CrlExpired { .. } => ChainError::CrlExpired,
        Error::CaUsedAsEndEntity
        | Error::EmptyEkuExtension
        | Error::RequiredEkuNotFoundContext(_) => ChainError::WrongUsage,
        Error::BadDer | Error::BadDerTime | Error::TrailingData(_) => ChainError::Malformed,
        // Everything else says in some way that no trusted issuer stands behind the certificate.
        _ => ChainError::Untrusted,
    }
}
