//! Certificate revocation lists (RFC 5280, section 5), read and checked once.
//!
//! National lists are long: checking a list's signature with every certificate would cost more than
//! the certificate. A list is therefore checked against its issuer when trust is built, and its
//! serial numbers are kept for look-up. Lists that speak only about a part of the certificates by
//! reason, that change another list, or that speak for other issuers are refused.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use varanto_model::Digest;
use varanto_model::digest::sha256;
use x509_parser::extensions::{IssuingDistributionPoint, ParsedExtension};
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

use crate::certificate::{Certificate, uris};
use crate::chain::CrlReference;

/// The longest revocation list that is read, in bytes of DER.
pub const MAX_CRL_BYTES: usize = 64 * 1024 * 1024;

/// A revocation list whose signature by its issuer has been checked.
pub struct Crl {
    der: Arc<[u8]>,
    digest: Digest,
    issuer: Box<[u8]>,
    issuer_key: Digest,
    this_update: Timestamp,
    next_update: Timestamp,
    serials: HashSet<Box<[u8]>>,
    scope: Scope,
}

/// Which of the issuer's certificates the list speaks about.
#[derive(Default)]
struct Scope {
    points: Option<Vec<Box<str>>>,
    users_only: bool,
    issuers_only: bool,
}

/// Why a list is not usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CrlError {
    Malformed,
    Foreign,
}

impl Crl {
    /// Reads a list and checks its signature with the key of one of `issuers`.
    pub(crate) fn parse<'a>(
        der: &[u8],
        mut issuers: impl Iterator<Item = &'a Certificate>,
    ) -> Result<Self, CrlError> {
        if der.len() > MAX_CRL_BYTES {
            return Err(CrlError::Malformed);
        }
        // Refuses what RFC 5280 lets a user of lists refuse: delta and indirect lists, partition by
        // reason, unknown critical extensions.
        webpki::BorrowedCertRevocationList::from_der(der).map_err(|_| CrlError::Malformed)?;
        let (_, list) =
            CertificateRevocationList::from_der(der).map_err(|_| CrlError::Malformed)?;
        let issuer =
            issuers.find(|candidate| is_issued_by(&list, candidate)).ok_or(CrlError::Foreign)?;
        let instant = |seconds| Timestamp::from_second(seconds).map_err(|_| CrlError::Malformed);
        Ok(Self {
            digest: sha256(der),
            issuer: issuer.subject().into(),
            issuer_key: issuer.key_thumbprint(),
            this_update: instant(list.last_update().timestamp())?,
            next_update: instant(list.next_update().ok_or(CrlError::Malformed)?.timestamp())?,
            serials: list.iter_revoked_certificates().map(|r| r.raw_serial().into()).collect(),
            scope: Scope::of(&list)?,
            der: der.into(),
        })
    }

    /// The bytes of the list.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the bytes of the list.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// When it was issued.
    pub fn this_update(&self) -> Timestamp {
        self.this_update
    }

    /// When the next one is due. From this instant on the list proves nothing.
    pub fn next_update(&self) -> Timestamp {
        self.next_update
    }

    /// How many certificates it revokes.
    pub fn revoked(&self) -> usize {
        self.serials.len()
    }

    /// What is kept of it with evidence.
    pub(crate) fn reference(&self) -> CrlReference {
        CrlReference {
            digest: self.digest,
            this_update: self.this_update,
            next_update: self.next_update,
        }
    }

    /// The name of its issuer in DER.
    pub(crate) fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// Does it list this serial number?
    pub(crate) fn lists(&self, serial: &[u8]) -> bool {
        self.serials.contains(serial)
    }

    /// Does it speak about `certificate`, which `issuer` issued?
    pub(crate) fn speaks_about(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        is_issuer: bool,
    ) -> bool {
        *self.issuer == *certificate.issuer()
            && self.issuer_key == issuer.key_thumbprint()
            && self.scope.includes(certificate, is_issuer)
    }
}

fn is_issued_by(list: &CertificateRevocationList<'_>, candidate: &Certificate) -> bool {
    list.issuer().as_raw() == candidate.subject()
        && candidate.signs_crls()
        && candidate.key_satisfies(|key| list.verify_signature(key).is_ok())
}

impl Scope {
    fn of(list: &CertificateRevocationList<'_>) -> Result<Self, CrlError> {
        let mut scope = Self::default();
        for extension in list.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::ParseError { .. } => return Err(CrlError::Malformed),
                ParsedExtension::IssuingDistributionPoint(point) => scope = Self::at(point),
                _ => {}
            }
        }
        Ok(scope)
    }

    fn at(point: &IssuingDistributionPoint<'_>) -> Self {
        Self {
            points: Some(uris(point.distribution_point.as_ref())),
            users_only: point.only_contains_user_certs,
            issuers_only: point.only_contains_ca_certs,
        }
    }

    /// A list without a distribution point is complete. A list with one speaks about certificates
    /// that name the same point, or none (RFC 5280, section 6.3.3 b 2).
    fn includes(&self, certificate: &Certificate, is_issuer: bool) -> bool {
        let role = if is_issuer { !self.users_only } else { !self.issuers_only };
        let place = match (&self.points, certificate.crl_points()) {
            (None, _) | (_, None) => true,
            (Some(own), Some(wanted)) => own.iter().any(|point| wanted.contains(point)),
        };
        role && place
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crl")
            .field("this_update", &self.this_update)
            .field("next_update", &self.next_update)
            .field("revoked", &self.serials.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{
        BasicConstraints, CertificateParams, CertificateRevocationListParams, CrlDistributionPoint,
        CrlIssuingDistributionPoint, CrlScope, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
        SerialNumber, date_time_ymd,
    };

    use super::*;

    struct Authority {
        certificate: Certificate,
        issuer: Issuer<'static, KeyPair>,
    }

    impl Authority {
        fn new() -> Self {
            let key = KeyPair::generate().unwrap();
            let mut params = CertificateParams::default();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            let certificate = params.self_signed(&key).unwrap();
            let certificate = Certificate::parse(certificate.der()).unwrap();
            Self { certificate, issuer: Issuer::new(params, key) }
        }

        fn leaf(&self, points: &[&str]) -> Certificate {
            let mut params = CertificateParams::default();
            let point = |uri: &&str| CrlDistributionPoint { uris: vec![(*uri).to_owned()] };
            params.crl_distribution_points = points.iter().map(point).collect();
            let key = KeyPair::generate().unwrap();
            Certificate::parse(params.signed_by(&key, &self.issuer).unwrap().der()).unwrap()
        }

        fn list(&self, point: Option<(&str, Option<CrlScope>)>) -> Crl {
            let params = CertificateRevocationListParams {
                this_update: date_time_ymd(2026, 9, 1),
                next_update: date_time_ymd(2026, 9, 8),
                crl_number: SerialNumber::from(1),
                issuing_distribution_point: point.map(|(uri, scope)| CrlIssuingDistributionPoint {
                    distribution_point: CrlDistributionPoint { uris: vec![uri.to_owned()] },
                    scope,
                }),
                revoked_certs: vec![],
                key_identifier_method: KeyIdMethod::Sha256,
            };
            let list = params.signed_by(&self.issuer).unwrap();
            Crl::parse(list.der(), std::iter::once(&self.certificate)).unwrap()
        }
    }

    const HERE: &str = "http://crl.example/1.crl";
    const THERE: &str = "http://crl.example/2.crl";

    #[test]
    fn a_list_for_one_distribution_point_says_nothing_about_certificates_of_another() {
        let authority = Authority::new();
        let part = authority.list(Some((HERE, None)));
        let whole = authority.list(None);
        for (points, told) in
            [(vec![HERE], true), (vec![THERE], false), (vec![THERE, HERE], true), (vec![], true)]
        {
            let leaf = authority.leaf(&points);
            assert_eq!(part.speaks_about(&leaf, &authority.certificate, false), told, "{points:?}");
            assert!(whole.speaks_about(&leaf, &authority.certificate, false));
        }
    }

    #[test]
    fn a_list_about_users_says_nothing_about_issuers_and_the_other_way_round() {
        let authority = Authority::new();
        let leaf = authority.leaf(&[]);
        let users = authority.list(Some((HERE, Some(CrlScope::UserCertsOnly))));
        let issuers = authority.list(Some((HERE, Some(CrlScope::CaCertsOnly))));
        for (list, of_users) in [(&users, true), (&issuers, false)] {
            assert_eq!(list.speaks_about(&leaf, &authority.certificate, false), of_users);
            assert_eq!(list.speaks_about(&leaf, &authority.certificate, true), !of_users);
        }
    }

    #[test]
    fn a_list_says_nothing_about_certificates_of_an_issuer_of_the_same_name_with_another_key() {
        let (authority, namesake) = (Authority::new(), Authority::new());
        let leaf = namesake.leaf(&[]);
        let list = authority.list(None);
        assert!(!list.speaks_about(&leaf, &namesake.certificate, false));
        assert!(namesake.list(None).speaks_about(&leaf, &namesake.certificate, false));
    }
}
