//! What has become of each record of the directories (DIR-01, AC-04): an account that only grows.
//!
//! A record is put in together with the note of what it was and what it became, so that neither can be
//! without the other. What is noted is the whole record, names of staff among it: the account is a
//! part of the register and is kept as the register is.

use std::fmt;

use jiff::Timestamp;
use varanto_model::Oid;

use super::certificate::{CertificateBinding, upsert_certificate};
use super::deployment::{Deployment, upsert_deployment};
use super::organisation::{Organisation, upsert_organisation};
use super::person::{Person, upsert_person};
use super::professional_right::{ProfessionalRight, upsert_professional_right};
use super::unit::{Unit, upsert_unit};
use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row};

/// One record of the directories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// An organisation.
    Organisation(Organisation),
    /// A service unit.
    Unit(Unit),
    /// A person in a user register.
    Person(Person),
    /// The certificate of a system.
    Certificate(CertificateBinding),
    /// A right to practise a profession.
    ProfessionalRight(ProfessionalRight),
    /// The use of the client data repository by an organisation.
    Deployment(Deployment),
}

/// What kind of record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKind {
    /// An organisation.
    Organisation,
    /// A service unit.
    Unit,
    /// A person in a user register.
    Person,
    /// The certificate of a system.
    Certificate,
    /// A right to practise a profession.
    ProfessionalRight,
    /// The use of the client data repository by an organisation.
    Deployment,
}

impl RecordKind {
    /// The word in the account.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Unit => "unit",
            Self::Person => "person",
            Self::Certificate => "certificate",
            Self::ProfessionalRight => "professional_right",
            Self::Deployment => "deployment",
        }
    }
}

impl Record {
    /// Its kind.
    pub const fn kind(&self) -> RecordKind {
        match self {
            Self::Organisation(_) => RecordKind::Organisation,
            Self::Unit(_) => RecordKind::Unit,
            Self::Person(_) => RecordKind::Person,
            Self::Certificate(_) => RecordKind::Certificate,
            Self::ProfessionalRight(_) => RecordKind::ProfessionalRight,
            Self::Deployment(_) => RecordKind::Deployment,
        }
    }

    /// What it is about: an identifier, the id of a person, or a name.
    pub fn subject(&self) -> String {
        match self {
            Self::Organisation(organisation) => organisation.operating_unit.to_string(),
            Self::Unit(unit) => unit.oid.to_string(),
            Self::Person(person) => person.user_id.clone(),
            Self::Certificate(binding) => hex(&binding.thumbprint),
            Self::ProfessionalRight(right) => right.registration_id.clone(),
            Self::Deployment(deployment) => deployment.organisation_name.clone(),
        }
    }

    /// The operating unit of the organisation that it belongs to.
    pub const fn organisation(&self) -> Option<&Oid> {
        match self {
            Self::Organisation(organisation) => Some(&organisation.operating_unit),
            Self::Unit(unit) => Some(&unit.organisation),
            Self::Person(person) => Some(&person.organisation),
            Self::Certificate(binding) => Some(&binding.organisation),
            Self::ProfessionalRight(_) => None,
            Self::Deployment(deployment) => deployment.operating_unit.as_ref(),
        }
    }

    fn json(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::Organisation(organisation) => serde_json::to_string(organisation),
            Self::Unit(unit) => serde_json::to_string(unit),
            Self::Person(person) => serde_json::to_string(person),
            Self::Certificate(binding) => serde_json::to_string(binding),
            Self::ProfessionalRight(right) => serde_json::to_string(right),
            Self::Deployment(deployment) => serde_json::to_string(deployment),
        }
    }

    fn upsert(self) -> Statement {
        match self {
            Self::Organisation(organisation) => upsert_organisation(organisation),
            Self::Unit(unit) => upsert_unit(unit),
            Self::Person(person) => upsert_person(person),
            Self::Certificate(binding) => upsert_certificate(binding),
            Self::ProfessionalRight(right) => upsert_professional_right(right),
            Self::Deployment(deployment) => upsert_deployment(deployment),
        }
    }
}

/// A change of a record.
#[derive(Clone, PartialEq, Eq)]
pub struct DirectoryChange {
    /// The order in which changes were committed.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// What kind of record.
    pub kind: String,
    /// What it is about, as [`Record::subject`] says.
    pub subject: String,
    /// The operating unit of the organisation that it belongs to.
    pub organisation: Option<Oid>,
    /// The record before, as JSON; `None` where there was none.
    pub earlier: Option<String>,
    /// The record since, as JSON.
    pub later: String,
    /// Where the change came from, such as the name of an imported file.
    pub source: String,
}

/// The records tell about staff: only what kind of change it was shows.
impl fmt::Debug for DirectoryChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryChange")
            .field("number", &self.number)
            .field("at", &self.at)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

const NOTE: &str = "-- change::note
INSERT INTO directory_change (at, kind, subject, organisation, earlier, later, source)
VALUES ($1, $2, $3, $4, $5, $6, $7)";

const OF: &str = "-- change::history_of
SELECT number, at, kind, subject, organisation, earlier, later, source
FROM directory_change WHERE kind = $1 AND subject = $2 ORDER BY number";

const OF_PERSON: &str = "-- change::history_of_person
SELECT number, at, kind, subject, organisation, earlier, later, source
FROM directory_change WHERE kind = 'person' AND subject = $1 AND organisation = $2 ORDER BY number";

const OF_ORGANISATION: &str = "-- change::history_of_organisation
SELECT number, at, kind, subject, organisation, earlier, later, source
FROM directory_change
WHERE organisation = $1 AND kind IN ('organisation', 'unit', 'certificate', 'deployment')
ORDER BY number";

/// Puts a record in, in place of the earlier one of the same subject, and notes the change.
pub fn put(
    at: Timestamp,
    source: &str,
    earlier: Option<&Record>,
    later: Record,
) -> Result<[Statement; 2], serde_json::Error> {
    let args = vec![
        at.into(),
        later.kind().as_str().into(),
        later.subject().into(),
        later.organisation().into(),
        earlier.map(Record::json).transpose()?.into(),
        later.json()?.into(),
        source.to_owned().into(),
    ];
    let taken = Conflict::AlreadyExists(Entity::DirectoryRecord);
    Ok([later.upsert(), Statement::one(NOTE, args, taken)])
}

/// The changes of one record that is known by its subject alone, the first one first.
pub fn history_of(kind: RecordKind, subject: String) -> Query<DirectoryChange> {
    Query::new(OF, vec![kind.as_str().into(), subject.into()], change)
}

/// The changes of a person in the user register of an organisation, the first one first.
pub fn history_of_person(organisation: &Oid, user_id: String) -> Query<DirectoryChange> {
    Query::new(OF_PERSON, vec![user_id.into(), organisation.into()], change)
}

/// The changes of an organisation, its units, certificates and published use, the first one first.
pub fn history_of_organisation(organisation: &Oid) -> Query<DirectoryChange> {
    Query::new(OF_ORGANISATION, vec![organisation.into()], change)
}

fn change(row: &dyn Row) -> Result<DirectoryChange, Corrupt> {
    Ok(DirectoryChange {
        number: row.int(0)?,
        at: row.instant(1)?,
        kind: row.string(2)?,
        subject: row.string(3)?,
        organisation: row.maybe(4, <dyn Row>::oid)?,
        earlier: row.maybe(5, <dyn Row>::string)?,
        later: row.string(6)?,
        source: row.string(7)?,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).fold(String::new(), |mut text, digit| {
        text.extend(char::from_digit(digit.into(), 16));
        text
    })
}
