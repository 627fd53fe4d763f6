//! The administration log: what is done to the system rather than with client data, such as imports,
//! migrations, tokens issued or refused, and systems turned away before a professional is known.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row, Select};
use crate::use_log::{LogCursor, Outcome, page};

/// One act of upkeep.
#[derive(Clone, PartialEq, Eq)]
pub struct AdministrativeEntry {
    /// Names the entry; version 7, so that names rise with time.
    pub id: Uuid,
    /// When it was.
    pub at: Timestamp,
    /// What was done, such as `issue_token`.
    pub action: String,
    /// Whether it was permitted.
    pub outcome: Outcome,
    /// The organisation that it concerns.
    pub organisation: Option<Oid>,
    /// Who did it, as far as is known: user id, or the account that ran a command.
    pub actor: Option<String>,
    /// Particulars as JSON, without identifiers of persons.
    pub detail: Option<String>,
    /// The request, as in the program's own log.
    pub request_id: Option<String>,
    /// The SHA-256 thumbprint of the system's certificate.
    pub certificate: Option<[u8; 32]>,
}

/// Entries tell about staff: only what was done shows.
impl fmt::Debug for AdministrativeEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdministrativeEntry")
            .field("id", &self.id)
            .field("action", &self.action)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// What narrows a list of entries.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AdministrativeFilter {
    /// Only what concerns this organisation.
    pub organisation: Option<Oid>,
    /// Only this action.
    pub action: Option<String>,
    /// Only from this instant on.
    pub from: Option<Timestamp>,
    /// Only before this instant.
    pub until: Option<Timestamp>,
}

const INSERT: &str = "-- administration_log::insert
INSERT INTO administrative_entry (id, at, action, refusal, organisation, actor, detail, request_id,
    certificate)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const LIST: &str = "-- administration_log::list
SELECT id, at, action, refusal, organisation, actor, detail, request_id, certificate
FROM administrative_entry WHERE true";

/// Writes an entry. [`crate::Plan::administrative`] does so for every plan of upkeep.
pub(crate) fn insert(entry: AdministrativeEntry) -> Statement {
    let args = vec![
        entry.id.into(),
        entry.at.into(),
        entry.action.into(),
        entry.outcome.into_refusal().into(),
        entry.organisation.into(),
        entry.actor.into(),
        entry.detail.into(),
        entry.request_id.into(),
        entry.certificate.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::LogEntry))
}

/// Entries, newest first, at most `size` of them and at most [`crate::MAX_PAGE`].
pub fn list(
    filter: AdministrativeFilter,
    after: Option<LogCursor>,
    size: u32,
) -> Query<AdministrativeEntry> {
    let select = Select::new(LIST, [])
        .when(filter.organisation, " AND organisation = ?")
        .when(filter.action, " AND action = ?")
        .when(filter.from, " AND at >= ?")
        .when(filter.until, " AND at < ?");
    page(select, after, size).decode(entry)
}

fn entry(row: &dyn Row) -> Result<AdministrativeEntry, Corrupt> {
    let optional = |column| row.maybe(column, <dyn Row>::string);
    Ok(AdministrativeEntry {
        id: row.uuid(0)?,
        at: row.instant(1)?,
        action: row.string(2)?,
        outcome: Outcome::from_refusal(optional(3)?),
        organisation: row.maybe(4, <dyn Row>::oid)?,
        actor: optional(5)?,
        detail: optional(6)?,
        request_id: optional(7)?,
        certificate: row.maybe(8, <dyn Row>::hash)?,
    })
}
