//! Whom the test authority issues certificates to, and what stands in them.

use jiff::Timestamp;
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    KeyUsagePurpose,
};
use time::OffsetDateTime;
use varanto_model::Oid;
use x509_parser::asn1_rs::{self, Sequence, ToDer};

use super::{AuthorityError, Validity, certificate_error};
use crate::policies::{CertificateKind, Policies};

/// The extension `certificatePolicies` (RFC 5280, section 4.2.1.4).
const CERTIFICATE_POLICIES: &[u64] = &[2, 5, 29, 32];
const ORGANIZATION_IDENTIFIER: &[u64] = &[2, 5, 4, 97];
const SERIAL_NUMBER: &[u64] = &[2, 5, 4, 5];
const SURNAME: &[u64] = &[2, 5, 4, 4];
const GIVEN_NAME: &[u64] = &[2, 5, 4, 42];

/// Whom a certificate is issued to.
#[derive(Clone, Copy)]
pub enum TestSubject<'a> {
    /// A system of an organisation, for connecting and for signing. `business_id` is put into the
    /// subject as `NTRFI-` followed by it.
    System {
        /// The organisation's name.
        name: &'a str,
        /// The organisation's business id, in any written form.
        business_id: &'a str,
    },
    /// A system's certificate that lacks the right to connect and to sign: for trying refusals.
    MisissuedSystem {
        /// The organisation's name.
        name: &'a str,
        /// The organisation's business id, in any written form.
        business_id: &'a str,
    },
    /// A server with these DNS names and IP addresses, the first of which is its common name.
    Server(&'a [&'a str]),
    /// A professional card.
    ProfessionalCard(CardSubject<'a>),
    /// A personnel card.
    PersonnelCard(CardSubject<'a>),
    /// An actor card.
    ActorCard(CardSubject<'a>),
}

/// The holder of a card.
#[derive(Clone, Copy)]
pub struct CardSubject<'a> {
    /// The registration number.
    pub registration_id: &'a str,
    /// The family name.
    pub family_name: &'a str,
    /// The given names.
    pub given_names: &'a str,
}

impl TestSubject<'_> {
    fn kind(&self) -> CertificateKind {
        match self {
            Self::System { .. } | Self::MisissuedSystem { .. } => CertificateKind::System,
            Self::Server(_) => CertificateKind::Server,
            Self::ProfessionalCard(_) => CertificateKind::ProfessionalCard,
            Self::PersonnelCard(_) => CertificateKind::PersonnelCard,
            Self::ActorCard(_) => CertificateKind::ActorCard,
        }
    }

    pub(super) fn is_card(&self) -> bool {
        self.kind().is_card()
    }

    pub(super) fn params(&self, validity: Validity) -> Result<CertificateParams, AuthorityError> {
        let mut params = self.own_params()?;
        params.distinguished_name.push(DnType::CountryName, "FI");
        params.custom_extensions.extend(policy_extension(self.kind()));
        params.use_authority_key_identifier_extension = true;
        params.not_before = offset(validity.not_before)?;
        params.not_after = offset(validity.not_after)?;
        Ok(params)
    }

    fn own_params(&self) -> Result<CertificateParams, AuthorityError> {
        use ExtendedKeyUsagePurpose::{ClientAuth, ServerAuth};
        use KeyUsagePurpose::{ContentCommitment, DigitalSignature, KeyEncipherment};
        let mut params = CertificateParams::default();
        let mut subject = DistinguishedName::new();
        match self {
            Self::System { name, business_id } | Self::MisissuedSystem { name, business_id } => {
                subject.push(DnType::OrganizationName, *name);
                subject.push(DnType::CommonName, format!("{name}, system"));
                subject.push(
                    DnType::CustomDnType(ORGANIZATION_IDENTIFIER.to_vec()),
                    format!("NTRFI-{business_id}"),
                );
                let good = matches!(self, Self::System { .. });
                params.key_usages = vec![if good { DigitalSignature } else { KeyEncipherment }];
                params.extended_key_usages = vec![if good { ClientAuth } else { ServerAuth }];
            }
            Self::Server(names) => {
                let list: Vec<String> = names.iter().map(ToString::to_string).collect();
                params = CertificateParams::new(list).map_err(certificate_error)?;
                subject.push(DnType::CommonName, names.first().copied().unwrap_or_default());
                params.key_usages = vec![DigitalSignature];
                params.extended_key_usages = vec![ServerAuth];
            }
            Self::ProfessionalCard(holder)
            | Self::PersonnelCard(holder)
            | Self::ActorCard(holder) => {
                let CardSubject { registration_id, family_name, given_names } = holder;
                let name = format!("{family_name} {given_names} {registration_id}");
                subject.push(DnType::CommonName, name);
                for (kind, value) in [
                    (SERIAL_NUMBER, registration_id),
                    (SURNAME, family_name),
                    (GIVEN_NAME, given_names),
                ] {
                    subject.push(DnType::CustomDnType(kind.to_vec()), *value);
                }
                params.key_usages = vec![DigitalSignature, ContentCommitment];
                params.extended_key_usages = vec![ClientAuth];
            }
        }
        params.distinguished_name = subject;
        Ok(params)
    }
}

fn policy_extension(kind: CertificateKind) -> Option<CustomExtension> {
    let policy: Oid = Policies::test_policy(kind)?;
    let arcs: Vec<u64> = policy.arcs().map(str::parse).collect::<Result<_, _>>().ok()?;
    let id = asn1_rs::Oid::from(&arcs).ok()?;
    let information = Sequence::from_iter_to_der(std::iter::once(id)).ok()?;
    let list = Sequence::from_iter_to_der(std::iter::once(information)).ok()?;
    let content = list.to_der_vec().ok()?;
    Some(CustomExtension::from_oid_content(CERTIFICATE_POLICIES, content))
}

/// An instant in the form that the certificate writer wants.
pub(super) fn offset(instant: Timestamp) -> Result<OffsetDateTime, AuthorityError> {
    OffsetDateTime::from_unix_timestamp(instant.as_second())
        .map_err(|error| AuthorityError::Certificate(error.into()))
}
