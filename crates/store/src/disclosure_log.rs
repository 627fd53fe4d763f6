//! The disclosure log: one entry for each controller whose data went to somebody outside its register,
//! through the repository or by a notice of what was given in another way (LOG-02).
//!
//! Entries are only ever added, beside an entry of the use log. They name staff and documents, never a
//! client: a client is a key. Who may read which entries is decided elsewhere.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row, Select, TooManyValues, json};
use crate::use_log::{LogCursor, page, upper_bound};

/// One disclosure of the data of one controller about one client.
#[derive(Clone, PartialEq, Eq)]
pub struct DisclosureEntry {
    /// Names the entry; version 7, so that names rise with time.
    pub id: Uuid,
    /// When it was.
    pub at: Timestamp,
    /// Whose data were disclosed.
    pub controller: Oid,
    /// About whom.
    pub client: Uuid,
    /// On which basis: disclosure, broad right, notice, request.
    pub basis: String,
    /// What was done, such as `search`, `read` or `deliver`.
    pub action: String,
    /// The documents, by the identifiers that were used; metadata in a list count as disclosed.
    pub documents: Vec<Oid>,
    /// What only words tell – what was disclosed outside the repository, to whom, for what, on which ground
    /// –, sealed.
    pub words: Option<Vec<u8>>,
    /// The operating unit of the organisation that received the data.
    pub receiver_organisation: Option<Oid>,
    /// The service unit in which the user worked.
    pub unit: Option<Oid>,
    /// Who did it: registration number or the organisation's own user id.
    pub user_id: String,
    /// The name of who did it.
    pub user_name: String,
    /// The user's work task.
    pub role: Option<String>,
    /// How the user had been authenticated.
    pub authentication: Option<String>,
    /// To what purpose, by its code.
    pub purpose: String,
    /// The code of the ground, where it has one.
    pub ground: Option<String>,
    /// The code of the special reason, where there was no context.
    pub special_reason: Option<String>,
    /// The entry of the use log that was written with it.
    pub use_entry: Option<Uuid>,
    /// The request, as in the program's own log.
    pub request_id: Option<String>,
    /// The SHA-256 thumbprint of the system's certificate.
    pub certificate: Option<[u8; 32]>,
}

/// Entries tell about staff and receivers: only what was done shows.
impl fmt::Debug for DisclosureEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DisclosureEntry")
            .field("id", &self.id)
            .field("basis", &self.basis)
            .field("action", &self.action)
            .finish_non_exhaustive()
    }
}

impl DisclosureEntry {
    /// Its place in a list.
    pub fn cursor(&self) -> LogCursor {
        LogCursor { at: self.at, id: self.id }
    }
}

/// Whose entries are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisclosureScope {
    /// All of the data of one controller.
    Controller(Oid),
    /// All of its data that went out on an authority's broad right (DIS-05).
    BroadOf(Oid),
    /// All about one client, of every controller's data.
    Client(Uuid),
    /// All about one client of the data of one controller.
    ClientAt(Uuid, Oid),
}

/// What narrows a list of entries; an empty list does not narrow it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DisclosureFilter {
    /// Only what this user did.
    pub user_id: Option<String>,
    /// Only what this organisation received, by its operating unit.
    pub receiver_organisation: Option<Oid>,
    /// Only on one of these bases.
    pub bases: Vec<String>,
    /// Only from this instant on.
    pub from: Option<Timestamp>,
    /// Only before this instant.
    pub until: Option<Timestamp>,
    /// Only what a user of this service unit did.
    pub unit: Option<Oid>,
}

const INSERT: &str = "-- disclosure_log::insert
INSERT INTO disclosure_entry (id, at, controller, client_key, basis, action, documents, words,
    receiver_organisation, unit, user_id, user_name, role, authentication, purpose,
    ground, special_reason, use_entry, request_id, certificate)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";

const FIND: &str = "-- disclosure_log::find
SELECT id, at, controller, client_key, basis, action, documents, words, receiver_organisation,
    unit, user_id, user_name, role, authentication, purpose, ground, special_reason,
    use_entry, request_id, certificate
FROM disclosure_entry WHERE id = $1";

/// In the order in which they were committed, which their names do not tell: those are made before.
#[cfg(any(test, feature = "interleave"))]
const COMMITTED: &str = "-- disclosure_log::committed
SELECT id, at, controller, client_key, basis, action, documents, words, receiver_organisation,
    unit, user_id, user_name, role, authentication, purpose, ground, special_reason,
    use_entry, request_id, certificate, number
FROM disclosure_entry WHERE number > $1 ORDER BY number LIMIT $2";

const LIST: &str = "-- disclosure_log::list
SELECT id, at, controller, client_key, basis, action, documents, words, receiver_organisation,
    unit, user_id, user_name, role, authentication, purpose, ground, special_reason,
    use_entry, request_id, certificate
FROM disclosure_entry WHERE";

/// Writes an entry. [`crate::Plan::also_disclosed`] does so.
pub(crate) fn insert(entry: DisclosureEntry) -> Statement {
    let args = vec![
        entry.id.into(),
        entry.at.into(),
        entry.controller.into(),
        entry.client.into(),
        entry.basis.into(),
        entry.action.into(),
        json(&entry.documents),
        entry.words.into(),
        entry.receiver_organisation.into(),
        entry.unit.into(),
        entry.user_id.into(),
        entry.user_name.into(),
        entry.role.into(),
        entry.authentication.into(),
        entry.purpose.into(),
        entry.ground.into(),
        entry.special_reason.into(),
        entry.use_entry.into(),
        entry.request_id.into(),
        entry.certificate.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::LogEntry))
}

/// The entry with this name.
pub fn find(id: Uuid) -> Query<DisclosureEntry> {
    Query::new(FIND, vec![id.into()], entry)
}

/// Entries with their numbers, which rise with each commit, after the number `after`; at most
/// [`crate::MAX_PAGE`] of them.
#[cfg(any(test, feature = "interleave"))]
pub fn committed(after: i64) -> Query<(i64, DisclosureEntry)> {
    let args = vec![after.into(), crate::MAX_PAGE.into()];
    Query::new(COMMITTED, args, |row| Ok((row.int(20)?, entry(row)?)))
}

/// Entries, newest first, at most `size` of them and at most [`crate::MAX_PAGE`].
pub fn list(
    scope: DisclosureScope,
    filter: DisclosureFilter,
    after: Option<LogCursor>,
    size: u32,
) -> Result<Query<DisclosureEntry>, TooManyValues> {
    let until = upper_bound(filter.from, filter.until, after);
    let select = Select::new(LIST, []);
    let select = match scope {
        DisclosureScope::Controller(controller) => {
            select.push(" controller = ?", [controller.into()])
        }
        DisclosureScope::BroadOf(controller) => {
            select.push(" controller = ? AND basis = 'broad'", [controller.into()])
        }
        DisclosureScope::Client(client) => select.push(" client_key = ?", [client.into()]),
        DisclosureScope::ClientAt(client, controller) => {
            select.push(" client_key = ? AND controller = ?", [client.into(), controller.into()])
        }
    };
    let select = select
        .within(" AND basis", &filter.bases, "")?
        .when(filter.user_id, " AND user_id = ?")
        .when(filter.receiver_organisation, " AND receiver_organisation = ?")
        .when(filter.from, " AND at >= ?")
        .when(until, " AND at < ?")
        .when(filter.unit, " AND unit = ?");
    Ok(page(select, after, size).decode(entry))
}

fn entry(row: &dyn Row) -> Result<DisclosureEntry, Corrupt> {
    let optional = |column| row.maybe(column, <dyn Row>::string);
    Ok(DisclosureEntry {
        id: row.uuid(0)?,
        at: row.instant(1)?,
        controller: row.oid(2)?,
        client: row.uuid(3)?,
        basis: row.string(4)?,
        action: row.string(5)?,
        documents: row.json(6)?,
        words: row.maybe(7, <dyn Row>::vec)?,
        receiver_organisation: row.maybe(8, <dyn Row>::oid)?,
        unit: row.maybe(9, <dyn Row>::oid)?,
        user_id: row.string(10)?,
        user_name: row.string(11)?,
        role: optional(12)?,
        authentication: optional(13)?,
        purpose: row.string(14)?,
        ground: optional(15)?,
        special_reason: optional(16)?,
        use_entry: row.maybe(17, <dyn Row>::key)?,
        request_id: optional(18)?,
        certificate: row.maybe(19, <dyn Row>::hash)?,
    })
}
