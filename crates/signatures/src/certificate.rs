//! A certificate (X.509, RFC 5280), read once.
//!
//! All fields that Varanto uses are taken out when the certificate is parsed, its public key is made
//! ready for checking signatures, and a clone is a counted reference. Reading says nothing about
//! trust: that is `Trust::verify`.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use varanto_model::digest::sha256;
use varanto_model::{Digest, Oid};
use x509_parser::certificate::{TbsCertificate, X509Certificate};
use x509_parser::extensions::{DistributionPointName, GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

use crate::algorithm::KeyKind;
use crate::names::{BusinessId, CardHolder};
use crate::policies::{CertificateKind, Policies};
use crate::public_key::VerifyingKey;

/// The longest certificate that is read, in bytes of DER.
pub const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

// Attribute types of subjects (ITU-T X.520) in DER, without tag and length.
const SERIAL_NUMBER: &[u8] = &[0x55, 0x04, 0x05];
const SURNAME: &[u8] = &[0x55, 0x04, 0x04];
const GIVEN_NAME: &[u8] = &[0x55, 0x04, 0x2a];
const ORGANIZATION_IDENTIFIER: &[u8] = &[0x55, 0x04, 0x61];

/// A certificate, read from DER. Cheap to clone. `Debug` shows the thumbprint alone, as a card's
/// certificate is personal data.
#[derive(Clone)]
pub struct Certificate(Arc<Fields>);

struct Fields {
    der: Box<[u8]>,
    thumbprint: Digest,
    key_thumbprint: Digest,
    serial: Box<[u8]>,
    issuer: Box<[u8]>,
    subject: Box<[u8]>,
    not_before: Timestamp,
    not_after: Timestamp,
    key: Option<VerifyingKey>,
    signs: bool,
    signs_crls: bool,
    purposes: Purposes,
    policies: Vec<Oid>,
    crl_points: Option<Vec<Box<str>>>,
    organisation: Option<BusinessId>,
    holder: Option<CardHolder>,
}

/// The extended key usage (RFC 5280, section 4.2.1.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purposes {
    /// The extension is missing.
    Open,
    /// It is there, and holds these.
    Only { client: bool, signing: bool },
}

/// Why bytes are no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Longer than [`MAX_CERTIFICATE_BYTES`].
    #[error("a certificate has at most {MAX_CERTIFICATE_BYTES} bytes")]
    TooLong,
    /// Not DER of a certificate, or bytes follow it.
    #[error("the bytes are not a well-formed certificate")]
    Malformed,
}

impl Certificate {
    /// Reads a certificate from DER.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::TooLong);
        }
        let (rest, certificate) =
            X509Certificate::from_der(der).map_err(|_| CertificateError::Malformed)?;
        if !rest.is_empty() {
            return Err(CertificateError::Malformed);
        }
        Fields::read(der, &certificate.tbs_certificate)
            .map(|fields| Self(Arc::new(fields)))
            .ok_or(CertificateError::Malformed)
    }

    /// The bytes that were read.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// SHA-256 of the certificate's bytes (`x5t#S256`, RFC 8705 section 3.1).
    pub fn thumbprint(&self) -> Digest {
        self.0.thumbprint
    }

    /// The serial number: big-endian, two's complement, as in DER.
    pub fn serial(&self) -> &[u8] {
        &self.0.serial
    }

    /// The issuer's name in DER.
    pub fn issuer(&self) -> &[u8] {
        &self.0.issuer
    }

    /// The subject's name in DER.
    pub fn subject(&self) -> &[u8] {
        &self.0.subject
    }

    /// The first instant of its validity.
    pub fn not_before(&self) -> Timestamp {
        self.0.not_before
    }

    /// The last instant of its validity.
    pub fn not_after(&self) -> Timestamp {
        self.0.not_after
    }

    /// The kind of its public key; nothing for kinds, curves and sizes that are not taken.
    pub fn key_kind(&self) -> Option<KeyKind> {
        self.0.key.as_ref().map(VerifyingKey::kind)
    }

    /// The organisation that the subject names by its `organizationIdentifier`; nothing where there
    /// is none, where there are two, or where it is no Finnish business id.
    pub fn organisation(&self) -> Option<&BusinessId> {
        self.0.organisation.as_ref()
    }

    /// The person whom the subject names by its `serialNumber`; nothing where there is none or two.
    pub fn holder(&self) -> Option<&CardHolder> {
        self.0.holder.as_ref()
    }

    /// What it was issued for, as its policies tell.
    pub fn kind(&self, policies: &Policies) -> CertificateKind {
        policies.kind(&self.0.policies)
    }

    /// Does its public key satisfy `check`?
    pub(crate) fn key_satisfies(&self, check: impl Fn(&SubjectPublicKeyInfo<'_>) -> bool) -> bool {
        X509Certificate::from_der(self.der())
            .is_ok_and(|(_, certificate)| check(&certificate.tbs_certificate.subject_pki))
    }

    /// Was it signed by the key of `issuer`, under its name? Nothing else is checked.
    pub(crate) fn is_signed_by(&self, issuer: &Self) -> bool {
        self.issuer() == issuer.subject()
            && X509Certificate::from_der(self.der()).is_ok_and(|(_, own)| {
                issuer.key_satisfies(|key| own.verify_signature(Some(key)).is_ok())
            })
    }

    /// SHA-256 of its public key (`SubjectPublicKeyInfo` in DER).
    pub(crate) fn key_thumbprint(&self) -> Digest {
        self.0.key_thumbprint
    }

    pub(crate) fn key(&self) -> Option<&VerifyingKey> {
        self.0.key.as_ref()
    }

    /// May its key sign data: key usage `digitalSignature` or `nonRepudiation` (SIG-03)?
    pub(crate) fn signs(&self) -> bool {
        self.0.signs
    }

    /// May its key sign revocation lists: no key usage, or `cRLSign`?
    pub(crate) fn signs_crls(&self) -> bool {
        self.0.signs_crls
    }

    pub(crate) fn purposes(&self) -> Purposes {
        self.0.purposes
    }

    /// The addresses of its revocation lists; nothing where it names none.
    pub(crate) fn crl_points(&self) -> Option<&[Box<str>]> {
        self.0.crl_points.as_deref()
    }
}

impl Fields {
    fn read(der: &[u8], tbs: &TbsCertificate<'_>) -> Option<Self> {
        let usage = tbs.key_usage().ok()?.map(|extension| *extension.value);
        let purposes = match tbs.extended_key_usage().ok()? {
            None => Purposes::Open,
            Some(extension) => Purposes::Only {
                client: extension.value.client_auth,
                signing: extension.value.any
                    || extension.value.client_auth
                    || extension.value.email_protection
                    || extension.value.other.iter().any(|o| o.as_bytes() == DOCUMENT_SIGNING),
            },
        };
        let (policies, crl_points) = policies_and_crl_points(tbs)?;
        let subject = &tbs.subject;
        let holder = single(subject, SERIAL_NUMBER).map(|id| {
            let name = |kind| single(subject, kind).unwrap_or_default();
            CardHolder::new(id, name(SURNAME), name(GIVEN_NAME))
        });
        Some(Self {
            thumbprint: sha256(der),
            key_thumbprint: sha256(tbs.subject_pki.raw),
            serial: tbs.raw_serial().into(),
            issuer: tbs.issuer.as_raw().into(),
            subject: subject.as_raw().into(),
            not_before: Timestamp::from_second(tbs.validity.not_before.timestamp()).ok()?,
            not_after: Timestamp::from_second(tbs.validity.not_after.timestamp()).ok()?,
            key: VerifyingKey::from_spki(&tbs.subject_pki),
            signs: usage.is_some_and(|u| u.digital_signature() || u.non_repudiation()),
            signs_crls: usage.is_none_or(|u| u.crl_sign()),
            purposes,
            policies,
            crl_points,
            organisation: single(subject, ORGANIZATION_IDENTIFIER).and_then(BusinessId::parse),
            holder,
            der: der.into(),
        })
    }
}

/// The purpose `id-kp-documentSigning` (RFC 9336) in DER, without tag and length.
const DOCUMENT_SIGNING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x24];

/// The one value of an attribute; nothing where it is missing, stands twice, or is no text.
fn single<'a>(name: &'a X509Name<'_>, kind: &[u8]) -> Option<&'a str> {
    let mut found = name.iter_attributes().filter(|a| a.attr_type().as_bytes() == kind);
    let only = found.next()?;
    if found.next().is_some() { None } else { only.as_str().ok() }
}

type PoliciesAndPoints = (Vec<Oid>, Option<Vec<Box<str>>>);

fn policies_and_crl_points(tbs: &TbsCertificate<'_>) -> Option<PoliciesAndPoints> {
    let mut policies = Vec::new();
    let mut points = None;
    for extension in tbs.iter_extensions() {
        match extension.parsed_extension() {
            ParsedExtension::ParseError { .. } => return None,
            ParsedExtension::CertificatePolicies(list) => {
                for policy in list {
                    policies.push(Oid::parse(&policy.policy_id.to_id_string()).ok()?);
                }
            }
            ParsedExtension::CRLDistributionPoints(list) => {
                let plain = list.iter().filter(|p| p.reasons.is_none() && p.crl_issuer.is_none());
                points = Some(plain.flat_map(|p| uris(p.distribution_point.as_ref())).collect());
            }
            _ => {}
        }
    }
    Some((policies, points))
}

/// The addresses in the name of a distribution point.
pub(crate) fn uris(name: Option<&DistributionPointName<'_>>) -> Vec<Box<str>> {
    let Some(DistributionPointName::FullName(names)) = name else { return Vec::new() };
    let uri = |name: &GeneralName<'_>| match name {
        GeneralName::URI(uri) => Some(Box::from(*uri)),
        _ => None,
    };
    names.iter().filter_map(uri).collect()
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.0.thumbprint)
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Eq for Certificate {}
