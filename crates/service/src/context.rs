//! Who calls, from where, when: the context of every use case.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::{Code, Digest, Oid, PersonName};
use varanto_rules::Authentication;

/// The professional whom the token names.
#[derive(Clone, PartialEq, Eq)]
pub struct Actor {
    /// Registration number or the provider's own user id.
    pub id: String,
    /// The name, for the log.
    pub name: PersonName,
    /// Service unit in which the professional works now.
    pub unit: Oid,
    /// Work task.
    pub role: Code,
    /// How authenticated.
    pub authentication: Authentication,
    /// Has the card itself signed the assertion?
    pub card_shown: bool,
}

impl Actor {
    /// Family name and given names, as they stand in logs.
    pub(crate) fn listed_name(&self) -> String {
        format!("{}, {}", self.name.family_name, self.name.given_names)
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actor")
            .field("unit", &self.unit)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// A system that has shown its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemIdentity {
    /// The organisation's operating unit.
    pub organisation: Oid,
    /// SHA-256 of the certificate.
    pub certificate: Digest,
}

/// The system behind a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallingSystem {
    /// The organisation's operating unit.
    pub(crate) organisation: Oid,
    /// SHA-256 of the certificate; none where the operator of the repository stores in bulk for the
    /// organisation, which then has not called itself.
    pub(crate) certificate: Option<Digest>,
}

impl From<SystemIdentity> for CallingSystem {
    fn from(system: SystemIdentity) -> Self {
        Self { organisation: system.organisation, certificate: Some(system.certificate) }
    }
}

/// One call: made by authentication alone, and needed by every use case about clients.
#[derive(Clone, Debug)]
pub struct CallContext {
    pub(crate) request_id: Uuid,
    pub(crate) at: Timestamp,
    pub(crate) system: CallingSystem,
    pub(crate) actor: Actor,
}

impl CallContext {
    /// The request, as it stands in the log and in the answer's headers.
    pub fn request_id(&self) -> Uuid {
        self.request_id
    }

    /// The organisation that calls.
    pub fn organisation(&self) -> &Oid {
        &self.system.organisation
    }
}
