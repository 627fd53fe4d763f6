//! A certificate authority for sandboxes and tests. Never for production: it trusts whoever calls it.
//!
//! One root, one issuer for systems and servers, one issuer for cards; their revocation lists; and
//! certificates of every kind, told apart by policies of its own branch
//! (`Policies::of_test_authority`). Instants are arguments. An authority can be written as PEM and
//! loaded again, so that a sandbox can issue more certificates and newer lists later.

mod lists;
mod subject;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use zeroize::Zeroizing;

use crate::algorithm::KeyKind;
use crate::certificate::Certificate;
use crate::key::{KeyError, SigningKey};
use crate::pem::certificates_to_pem;
use crate::policies::Policies;
use crate::trust::{Trust, TrustError, TrustMaterial};

use self::lists::Revoked;
use self::subject::offset;
pub use self::subject::{CardSubject, TestSubject};

/// The first and the last instant of a certificate's validity, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first instant.
    pub not_before: Timestamp,
    /// The last instant.
    pub not_after: Timestamp,
}

/// A root and its two issuers.
pub struct TestAuthority {
    root: Member,
    systems: Member,
    cards: Member,
    revoked: Vec<Revoked>,
}

/// The root or one of the issuers.
struct Member {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// The root or an issuer as PEM.
pub struct AuthorityPart {
    /// `root`, `systems` or `cards`.
    pub name: &'static str,
    /// Its certificate.
    pub certificate: String,
    /// Its private key (PKCS#8). Wiped when dropped.
    pub key: Zeroizing<String>,
}

/// A certificate with its private key.
pub struct Issued {
    certificate: Certificate,
    issuer: Certificate,
    key: Zeroizing<Vec<u8>>,
    key_pem: Zeroizing<String>,
}

/// Why the authority cannot do it.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The subject or its validity cannot be put into a certificate.
    #[error("the certificate cannot be made")]
    Certificate(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A part of a written authority is missing or cannot be read.
    #[error("the authority's part `{0}` cannot be loaded")]
    Part(&'static str),
    /// A revocation list cannot be made or read.
    #[error("the revocation list cannot be made or read")]
    List,
    /// The certificate is none of this authority's.
    #[error("the certificate was not issued by this authority")]
    Foreign,
}

const NAMES: [&str; 3] = ["root", "systems", "cards"];

impl TestAuthority {
    /// A new authority with new keys on P-256. `name` stands in its certificates' subjects.
    pub fn create(name: &str, validity: Validity) -> Result<Self, AuthorityError> {
        let root_key = KeyPair::generate().map_err(certificate_error)?;
        let params = member_params(&format!("{name} root"), 1, validity)?;
        let certificate = params.self_signed(&root_key).map_err(certificate_error)?;
        let root =
            Member { certificate: read(certificate.der())?, issuer: Issuer::new(params, root_key) };
        let below = |purpose: &str| {
            let key = KeyPair::generate().map_err(certificate_error)?;
            let params = member_params(&format!("{name} {purpose}"), 0, validity)?;
            let certificate = params.signed_by(&key, &root.issuer).map_err(certificate_error)?;
            Ok(Member { certificate: read(certificate.der())?, issuer: Issuer::new(params, key) })
        };
        let (systems, cards) = (below("systems")?, below("cards")?);
        Ok(Self { root, systems, cards, revoked: Vec::new() })
    }

    /// The authority that was written as these parts, in any order. What it had revoked is not in
    /// them: [`TestAuthority::adopt_crls`] takes that over.
    pub fn load(parts: &[AuthorityPart]) -> Result<Self, AuthorityError> {
        let member = |name: &'static str| {
            let part = parts.iter().find(|p| p.name == name);
            part.and_then(Member::load).ok_or(AuthorityError::Part(name))
        };
        let [root, systems, cards] = NAMES;
        Ok(Self {
            root: member(root)?,
            systems: member(systems)?,
            cards: member(cards)?,
            revoked: Vec::new(),
        })
    }

    /// The authority with its private keys, to be written: root, systems, cards.
    pub fn parts(&self) -> [AuthorityPart; 3] {
        let [root, systems, cards] = NAMES;
        [self.root.part(root), self.systems.part(systems), self.cards.part(cards)]
    }

    /// The root's certificate.
    pub fn root(&self) -> &Certificate {
        &self.root.certificate
    }

    /// The certificate of the issuer for systems and servers.
    pub fn systems(&self) -> &Certificate {
        &self.systems.certificate
    }

    /// The certificate of the issuer for cards.
    pub fn cards(&self) -> &Certificate {
        &self.cards.certificate
    }

    /// Issues a certificate with a new key of the given kind; RSA keys have 2,048 bits.
    pub fn issue(
        &self,
        subject: &TestSubject<'_>,
        kind: KeyKind,
        validity: Validity,
    ) -> Result<Issued, AuthorityError> {
        let member = if subject.is_card() { &self.cards } else { &self.systems };
        let key = generate(kind).map_err(certificate_error)?;
        let certificate =
            subject.params(validity)?.signed_by(&key, &member.issuer).map_err(certificate_error)?;
        Ok(Issued {
            certificate: read(certificate.der())?,
            issuer: member.certificate.clone(),
            key: Zeroizing::new(key.serialize_der()),
            key_pem: Zeroizing::new(key.serialize_pem()),
        })
    }

    /// What trust in this authority is built from.
    pub fn material(&self, crls: Vec<Vec<u8>>) -> TrustMaterial {
        TrustMaterial {
            roots: vec![self.root().clone()],
            system_issuers: vec![self.systems().clone()],
            card_issuers: vec![self.cards().clone()],
            crls,
        }
    }

    /// Trust in this authority with the given lists.
    pub fn trust(&self, crls: Vec<Vec<u8>>) -> Result<Trust, TrustError> {
        Trust::build(self.material(crls), Policies::of_test_authority())
    }
}

impl Issued {
    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The certificate and its issuer's: what stands in `x5c` and in TLS handshakes.
    pub fn chain(&self) -> [Certificate; 2] {
        [self.certificate.clone(), self.issuer.clone()]
    }

    /// [`Issued::chain`] as PEM.
    pub fn chain_pem(&self) -> String {
        certificates_to_pem(&self.chain())
    }

    /// The private key as PEM (PKCS#8). To be kept from others.
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// The private key for signing.
    pub fn signing_key(&self) -> Result<SigningKey, KeyError> {
        SigningKey::from_pkcs8_der(&self.key)
    }
}

impl Member {
    fn load(part: &AuthorityPart) -> Option<Self> {
        let certificate = crate::pem::certificates_from_pem(&part.certificate).ok()?.pop()?;
        let key = KeyPair::from_pem(&part.key).ok()?;
        let issuer = Issuer::from_ca_cert_der(&certificate.der().into(), key).ok()?;
        Some(Self { certificate, issuer })
    }

    fn part(&self, name: &'static str) -> AuthorityPart {
        AuthorityPart {
            name,
            certificate: certificates_to_pem([&self.certificate]),
            key: Zeroizing::new(self.issuer.key().serialize_pem()),
        }
    }
}

fn member_params(
    name: &str,
    issuers_below: u8,
    validity: Validity,
) -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "FI");
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(issuers_below));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    params.not_before = offset(validity.not_before)?;
    params.not_after = offset(validity.not_after)?;
    Ok(params)
}

fn generate(kind: KeyKind) -> Result<KeyPair, rcgen::Error> {
    match kind {
        KeyKind::P256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
        KeyKind::P384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384),
        KeyKind::Rsa => {
            KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048)
        }
    }
}

fn read(der: &[u8]) -> Result<Certificate, AuthorityError> {
    Certificate::parse(der).map_err(|error| AuthorityError::Certificate(error.into()))
}

fn certificate_error(error: rcgen::Error) -> AuthorityError {
    AuthorityError::Certificate(error.into())
}
