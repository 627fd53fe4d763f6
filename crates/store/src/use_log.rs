//! The use log: one entry for every use of client data, granted or refused (LOG-01, LOG-04).
//!
//! Entries are only ever added. They name staff and documents, never a client: a client is a key. Who
//! may read which entries is decided elsewhere.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{MAX_PAGE, Query, Row, Select, TooManyValues, json};

/// One use of client data.
#[derive(Clone, PartialEq, Eq)]
pub struct UseEntry {
    /// Names the entry; version 7, so that names rise with time.
    pub id: Uuid,
    /// When it was.
    pub at: Timestamp,
    /// Whose register was used.
    pub controller: Oid,
    /// Whose data; none where no client's file was reached.
    pub client: Option<Uuid>,
    /// What was done, such as `store_document`.
    pub action: String,
    /// Whether it was permitted.
    pub outcome: Outcome,
    /// On which basis: own register, register access, disclosure, broad right.
    pub basis: Option<String>,
    /// To what purpose.
    pub purpose: Option<String>,
    /// Who did it: registration number or the provider's own user id.
    pub user_id: String,
    /// The name of who did it.
    pub user_name: String,
    /// The service unit in which the user worked.
    pub unit: Option<Oid>,
    /// The organisation whose system was used.
    pub organisation: Oid,
    /// The user's work task.
    pub role: Option<String>,
    /// How the user had been authenticated.
    pub authentication: String,
    /// The documents, by the identifiers that were used; as many as one request may name.
    pub documents: Vec<Oid>,
    /// The case that the use belonged to.
    pub case: Option<Oid>,
    /// The code of the special reason, where there was no context.
    pub special_reason: Option<String>,
    /// The code of the ground of a broad right.
    pub ground: Option<String>,
    /// The access rules that decided, by id.
    pub rules: Vec<String>,
    /// What was searched for, as JSON without identifiers of persons.
    pub parameters: Option<String>,
    /// The request, as in the program's own log.
    pub request_id: Option<String>,
    /// The SHA-256 thumbprint of the system's certificate.
    pub certificate: Option<[u8; 32]>,
}

/// Entries tell about staff: only what was done shows.
impl fmt::Debug for UseEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UseEntry")
            .field("id", &self.id)
            .field("action", &self.action)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

impl UseEntry {
    /// Its place in a list.
    pub fn cursor(&self) -> LogCursor {
        LogCursor { at: self.at, id: self.id }
    }
}

/// Whether something was permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Permitted,
    /// It was refused, with the slug of the problem.
    Refused(String),
}

impl Outcome {
    pub(crate) fn into_refusal(self) -> Option<String> {
        match self {
            Self::Permitted => None,
            Self::Refused(slug) => Some(slug),
        }
    }

    pub(crate) fn from_refusal(slug: Option<String>) -> Self {
        slug.map_or(Self::Permitted, Self::Refused)
    }
}

/// Whose entries are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of one register.
    Register(Oid),
    /// All about one client in one register.
    ClientInRegister(Uuid, Oid),
    /// All about one client, in every register.
    Client(Uuid),
    /// What the staff of an organisation did in its own register, or, where it has none, in its own name.
    StaffAtHome(Staff),
    /// What its staff did under register access in the registers of others.
    StaffElsewhere(Staff),
}

/// The staff of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// The operating unit of the organisation.
    pub organisation: Oid,
    /// Whose name its own log stands under: its register's controller, or the organisation itself.
    pub log: Oid,
}

/// What narrows a list of entries.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Only what this user did.
    pub user_id: Option<String>,
    /// Only this action.
    pub action: Option<String>,
    /// Only from this instant on.
    pub from: Option<Timestamp>,
    /// Only before this instant.
    pub until: Option<Timestamp>,
    /// Only through the systems of this organisation: the organiser's supervision (AC-08).
    pub organisation: Option<Oid>,
    /// Only uses without context, for a special reason (AC-08).
    pub with_special_reason: bool,
    /// Only on one of these bases: the supervision of broad rights (DIS-05). None narrows nothing.
    pub bases: Vec<String>,
    /// What narrows it further for a review.
    pub review: ReviewFilter,
}

/// What narrows a list of entries that are reviewed (LOG-06).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each narrows by itself, in any combination")]
pub struct ReviewFilter {
    /// Only on an authority's broad right; served by an index of its own, which [`LogFilter::bases`] is not.
    pub broad: bool,
    /// Only what was permitted.
    pub permitted: bool,
    /// Only about a client.
    pub about_client: bool,
    /// Only what was done in no service for citizens.
    pub by_staff: bool,
    /// Only without a case and without a special reason.
    pub without_context: bool,
    /// Only one of these actions; none narrows nothing.
    pub actions: Vec<String>,
    /// Only in this service unit.
    pub unit: Option<Oid>,
    /// Only in this work task.
    pub role: Option<String>,
    /// Only down to this entry and with it.
    pub down_to: Option<LogCursor>,
}

impl ReviewFilter {
    fn narrow(self, select: Select) -> Result<Select, TooManyValues> {
        let literal =
            |select: Select, wanted, text| if wanted { select.push(text, []) } else { select };
        let select = literal(select, self.broad, " AND basis = 'broad'");
        let select = literal(select, self.permitted, " AND refusal IS NULL");
        let select = literal(select, self.about_client, " AND client_key IS NOT NULL");
        let by_staff = " AND authentication <> 'citizen_strong'";
        let select = literal(select, self.by_staff, by_staff);
        let without = " AND case_oid IS NULL AND special_reason IS NULL";
        let select = literal(select, self.without_context, without)
            .within(" AND action", &self.actions, "")?
            .when(self.unit, " AND unit = ?")
            .when(self.role, " AND role = ?");
        Ok(match self.down_to {
            Some(LogCursor { at, id }) => {
                select.push(" AND (at, id) >= (?, ?)", [at.into(), id.into()])
            }
            None => select,
        })
    }
}

/// Of how many clients somebody used data in some time.
#[derive(Clone, PartialEq, Eq)]
pub struct UserVolume {
    /// The organisation whose system was used.
    pub organisation: Oid,
    /// Who it was.
    pub user_id: String,
    /// The name, as an entry of that time has it.
    pub user_name: String,
    /// The work task, as an entry of that time has it.
    pub role: Option<String>,
    /// The service unit, as an entry of that time has it.
    pub unit: Option<Oid>,
    /// The number of different clients.
    pub clients: u32,
    /// The number of entries.
    pub uses: u32,
}

/// Volumes tell about staff: only the numbers show.
impl fmt::Debug for UserVolume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserVolume")
            .field("clients", &self.clients)
            .field("uses", &self.uses)
            .finish_non_exhaustive()
    }
}

/// The place of an entry in a list; the next page starts after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogCursor {
    /// The instant of the entry.
    pub at: Timestamp,
    /// Its name.
    pub id: Uuid,
}

/// Some entries that follow each other, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The place of the last one.
    pub last: LogCursor,
    /// How many they are.
    pub entries: u32,
}

const INSERT: &str = "-- use_log::insert
INSERT INTO use_entry (id, at, controller, client_key, action, refusal, basis, purpose, user_id,
    user_name, unit, organisation, role, authentication, documents, case_oid, special_reason, ground,
    rules, parameters, request_id, certificate)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
$21, $22)";

const FIND: &str = "-- use_log::find
SELECT id, at, controller, client_key, action, refusal, basis, purpose, user_id, user_name, unit,
    organisation, role, authentication, documents, case_oid, special_reason, ground, rules, parameters,
    request_id, certificate
FROM use_entry WHERE id = $1";

/// In the order in which they were committed, which their names do not tell: those are made before.
#[cfg(any(test, feature = "interleave"))]
const COMMITTED: &str = "-- use_log::committed
SELECT id, at, controller, client_key, action, refusal, basis, purpose, user_id, user_name, unit,
    organisation, role, authentication, documents, case_oid, special_reason, ground, rules, parameters,
    request_id, certificate, number
FROM use_entry WHERE number > $1 ORDER BY number LIMIT $2";

const LIST: &str = "-- use_log::list
SELECT id, at, controller, client_key, action, refusal, basis, purpose, user_id, user_name, unit,
    organisation, role, authentication, documents, case_oid, special_reason, ground, rules, parameters,
    request_id, certificate
FROM use_entry WHERE";

/// Read from the index alone.
const STRETCH: &str = "-- use_log::stretch
SELECT at, id, COUNT(*) OVER () FROM (SELECT at, id FROM use_entry WHERE";

const VOLUMES: &str = "-- use_log::volumes
SELECT organisation, user_id, MAX(user_name), MAX(role), MAX(unit), COUNT(DISTINCT client_key), COUNT(*)
FROM use_entry WHERE";

const CLIENTS_WITHOUT_FILE: &str = "-- use_log::clients_without_file
SELECT client_key FROM use_entry WHERE client_key IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM client WHERE client.client_key = use_entry.client_key)
GROUP BY client_key ORDER BY client_key LIMIT $1";

const OF_ACTION: &str = "-- use_log::of_action
SELECT number, request_id, client_key FROM use_entry
WHERE number > $1 AND action = $2 AND refusal IS NULL AND client_key IS NOT NULL
    AND request_id IS NOT NULL
ORDER BY number LIMIT $3";

/// A permitted act about a client, for verifying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acted {
    /// The number of the entry.
    pub number: i64,
    /// The request: entries of one act have the same.
    pub request_id: String,
    /// About whom.
    pub client: Uuid,
}

/// The clients whom entries name though they have no file; at most `most`. Reads the whole log.
pub fn clients_without_file(most: u32) -> Query<Uuid> {
    Query::new(CLIENTS_WITHOUT_FILE, vec![most.into()], |row| row.key(0))
}

/// Permitted acts of one kind about clients after the number `after`, in the order of commits; at most `most`.
/// Reads the whole log.
pub fn of_action(action: &'static str, after: i64, most: u32) -> Query<Acted> {
    Query::new(OF_ACTION, vec![after.into(), action.into(), most.into()], |row| {
        Ok(Acted { number: row.int(0)?, request_id: row.string(1)?, client: row.uuid(2)? })
    })
}

/// Writes an entry. [`crate::Plan::recorded`] does so for every plan about a client.
pub(crate) fn insert(entry: UseEntry) -> Statement {
    let args = vec![
        entry.id.into(),
        entry.at.into(),
        entry.controller.into(),
        entry.client.into(),
        entry.action.into(),
        entry.outcome.into_refusal().into(),
        entry.basis.into(),
        entry.purpose.into(),
        entry.user_id.into(),
        entry.user_name.into(),
        entry.unit.into(),
        entry.organisation.into(),
        entry.role.into(),
        entry.authentication.into(),
        json(&entry.documents),
        entry.case.into(),
        entry.special_reason.into(),
        entry.ground.into(),
        json(&entry.rules),
        entry.parameters.into(),
        entry.request_id.into(),
        entry.certificate.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::LogEntry))
}

/// The entry with this name.
pub fn find(id: Uuid) -> Query<UseEntry> {
    Query::new(FIND, vec![id.into()], entry)
}

/// Entries with their numbers, which rise with each commit, after the number `after`; at most
/// [`MAX_PAGE`] of them.
#[cfg(any(test, feature = "interleave"))]
pub fn committed(after: i64) -> Query<(i64, UseEntry)> {
    let args = vec![after.into(), MAX_PAGE.into()];
    Query::new(COMMITTED, args, |row| Ok((row.int(22)?, entry(row)?)))
}

/// Entries, newest first, at most `size` of them and at most [`MAX_PAGE`].
pub fn list(
    scope: Scope,
    filter: LogFilter,
    after: Option<LogCursor>,
    size: u32,
) -> Result<Query<UseEntry>, TooManyValues> {
    let down_to = filter.review.down_to.map(|place| place.at);
    let from = filter.from.max(down_to);
    let until = upper_bound(from, filter.until, after);
    let select = within(Select::new(LIST, []), scope);
    let select = if filter.with_special_reason {
        select.push(" AND special_reason IS NOT NULL", [])
    } else {
        select
    };
    let select = select
        .within(" AND basis", &filter.bases, "")?
        .when(filter.user_id, " AND user_id = ?")
        .when(filter.action, " AND action = ?")
        .when(from, " AND at >= ?")
        .when(until, " AND at < ?")
        .when(filter.organisation, " AND organisation = ?");
    Ok(page(filter.review.narrow(select)?, after, size).decode(entry))
}

/// The next entries of a scope, at most `most` of them, so that a look at them is bounded however few of them it
/// finds; none where there are none.
pub fn stretch(
    scope: Scope,
    (from, until): (Timestamp, Timestamp),
    after: Option<LogCursor>,
    most: u32,
) -> Query<Stretch> {
    let until = upper_bound(Some(from), Some(until), after);
    let select = within(Select::new(STRETCH, []), scope)
        .push(" AND at >= ?", [from.into()])
        .when(until, " AND at < ?");
    let select = match after {
        Some(LogCursor { at, id }) => select.push(" AND (at, id) < (?, ?)", [at.into(), id.into()]),
        None => select,
    };
    let select = select.push(" ORDER BY at DESC, id DESC LIMIT ?", [most.into()]);
    select.push(") AS stretch ORDER BY at, id LIMIT 1", []).decode(|row| {
        let last = LogCursor { at: row.instant(0)?, id: row.uuid(1)? };
        Ok(Stretch { last, entries: row.number(2)? })
    })
}

/// How much everybody of a scope used from an instant until another, by organisation and user: permitted
/// uses about clients, but for those of citizens.
pub fn volumes(scope: Scope, from: Timestamp, until: Timestamp) -> Query<UserVolume> {
    within(Select::new(VOLUMES, []), scope)
        .push(" AND at >= ? AND at < ?", [from.into(), until.into()])
        .push(
            " AND refusal IS NULL AND client_key IS NOT NULL AND authentication <> 'citizen_strong'
GROUP BY organisation, user_id
ORDER BY organisation, user_id",
            [],
        )
        .decode(volume)
}

fn volume(row: &dyn Row) -> Result<UserVolume, Corrupt> {
    Ok(UserVolume {
        organisation: row.oid(0)?,
        user_id: row.string(1)?,
        user_name: row.string(2)?,
        role: row.maybe(3, <dyn Row>::string)?,
        unit: row.maybe(4, <dyn Row>::oid)?,
        clients: row.number(5)?,
        uses: row.number(6)?,
    })
}

fn within(select: Select, scope: Scope) -> Select {
    match scope {
        Scope::Register(controller) => select.push(" controller = ?", [controller.into()]),
        Scope::Client(client) => select.push(" client_key = ?", [client.into()]),
        Scope::ClientInRegister(client, controller) => {
            select.push(" client_key = ? AND controller = ?", [client.into(), controller.into()])
        }
        Scope::StaffAtHome(Staff { organisation, log }) => {
            select.push(" controller = ? AND organisation = ?", [log.into(), organisation.into()])
        }
        // What is under register access in the own name are attempts that reached no other's register.
        Scope::StaffElsewhere(Staff { organisation, log }) => select.push(
            " organisation = ? AND basis = 'register_access' AND controller <> ?",
            [organisation.into(), log.into()],
        ),
    }
}

/// Before when the entries of a page are, where they are bounded by time: an index is entered at one bound
/// above and one below, and so not above all that earlier pages have shown.
pub(crate) fn upper_bound(
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    after: Option<LogCursor>,
) -> Option<Timestamp> {
    let past = after.and_then(|after| after.at.checked_add(SignedDuration::from_micros(1)).ok());
    match (past, until) {
        (Some(past), Some(until)) => Some(past.min(until)),
        (Some(past), None) if from.is_some() => Some(past),
        (_, until) => until,
    }
}

/// The end of a list of log entries, newest first.
pub(crate) fn page(select: Select, after: Option<LogCursor>, size: u32) -> Select {
    let select = match after {
        Some(LogCursor { at, id }) => select.push(" AND (at, id) < (?, ?)", [at.into(), id.into()]),
        None => select,
    };
    select.push(" ORDER BY at DESC, id DESC LIMIT ?", [size.min(MAX_PAGE).into()])
}

fn entry(row: &dyn Row) -> Result<UseEntry, Corrupt> {
    let optional = |column| row.maybe(column, <dyn Row>::string);
    Ok(UseEntry {
        id: row.uuid(0)?,
        at: row.instant(1)?,
        controller: row.oid(2)?,
        client: row.maybe(3, <dyn Row>::key)?,
        action: row.string(4)?,
        outcome: Outcome::from_refusal(optional(5)?),
        basis: optional(6)?,
        purpose: optional(7)?,
        user_id: row.string(8)?,
        user_name: row.string(9)?,
        unit: row.maybe(10, <dyn Row>::oid)?,
        organisation: row.oid(11)?,
        role: optional(12)?,
        authentication: row.string(13)?,
        documents: row.json(14)?,
        case: row.maybe(15, <dyn Row>::oid)?,
        special_reason: optional(16)?,
        ground: optional(17)?,
        rules: row.json(18)?,
        parameters: optional(19)?,
        request_id: optional(20)?,
        certificate: row.maybe(21, <dyn Row>::hash)?,
    })
}
