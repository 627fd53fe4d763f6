//! Which certificate policies tell what a certificate was issued for.
//!
//! Issuers say by policy OIDs (RFC 5280, section 4.2.1.4) what they checked and for what the
//! certificate serves. Which OIDs mean what is configuration: national issuers change them, and the
//! test authority has its own.

use serde::{Deserialize, Serialize};
use varanto_model::Oid;

/// What a certificate was issued for (SIG-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateKind {
    /// A system of an organisation: it connects and makes system signatures.
    System,
    /// A server.
    Server,
    /// A professional card: the holder has a right in Suosikki or Terhikki.
    ProfessionalCard,
    /// A personnel card: somebody else in a provider's service.
    PersonnelCard,
    /// An actor card.
    ActorCard,
    /// None of the configured policies stands in the certificate.
    Other,
}

impl CertificateKind {
    /// Is it one of the three cards?
    pub const fn is_card(self) -> bool {
        matches!(self, Self::ProfessionalCard | Self::PersonnelCard | Self::ActorCard)
    }
}

/// The policy OIDs of each kind of certificate. Where `system` is empty, certificates of the issuers
/// for systems count as systems' by having no other kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policies {
    /// Of systems.
    pub system: Vec<Oid>,
    /// Of servers.
    pub server: Vec<Oid>,
    /// Of professional cards.
    pub professional_card: Vec<Oid>,
    /// Of personnel cards.
    pub personnel_card: Vec<Oid>,
    /// Of actor cards.
    pub actor_card: Vec<Oid>,
}

/// The branch of the test authority's policies, one arc per kind below it.
const TEST_BRANCH: &str = "1.2.246.10.99990000.5.1";

impl Policies {
    /// The policies of the test authority.
    pub fn of_test_authority() -> Self {
        let policy = |kind| Self::test_policy(kind).into_iter().collect();
        Self {
            system: policy(CertificateKind::System),
            server: policy(CertificateKind::Server),
            professional_card: policy(CertificateKind::ProfessionalCard),
            personnel_card: policy(CertificateKind::PersonnelCard),
            actor_card: policy(CertificateKind::ActorCard),
        }
    }

    /// The kind that the policies of a certificate tell: cards first, so that a certificate which
    /// bears several is never taken for a system.
    pub fn kind(&self, policies: &[Oid]) -> CertificateKind {
        use CertificateKind::{ActorCard, Other, PersonnelCard, ProfessionalCard, Server, System};
        [
            (&self.actor_card, ActorCard),
            (&self.personnel_card, PersonnelCard),
            (&self.professional_card, ProfessionalCard),
            (&self.server, Server),
            (&self.system, System),
        ]
        .into_iter()
        .find(|(known, _)| policies.iter().any(|p| known.contains(p)))
        .map_or(Other, |(_, kind)| kind)
    }

    /// The test authority's policy for a kind; none for [`CertificateKind::Other`].
    pub(crate) fn test_policy(kind: CertificateKind) -> Option<Oid> {
        let arc = match kind {
            CertificateKind::System => 1,
            CertificateKind::Server => 2,
            CertificateKind::ProfessionalCard => 3,
            CertificateKind::PersonnelCard => 4,
            CertificateKind::ActorCard => 5,
            CertificateKind::Other => return None,
        };
        Oid::parse(TEST_BRANCH).and_then(|branch| branch.child(arc)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ SIG-04
    #[test]
    fn kinds_are_told_apart_by_policy_and_a_doubtful_certificate_is_the_lesser_kind() {
        use CertificateKind::{ActorCard, Other, PersonnelCard, ProfessionalCard, Server, System};
        let policies = Policies::of_test_authority();
        let of = |kind| Policies::test_policy(kind).unwrap();
        for kind in [System, Server, ProfessionalCard, PersonnelCard, ActorCard] {
            assert_eq!(policies.kind(&[of(kind)]), kind);
        }
        assert_eq!(policies.kind(&[]), Other);
        assert_eq!(policies.kind(&[Oid::parse("2.5.29.32.0").unwrap()]), Other);
        assert_eq!(policies.kind(&[of(ProfessionalCard), of(PersonnelCard)]), PersonnelCard);
        assert_eq!(policies.kind(&[of(System), of(Server)]), Server);
    }
}
