//! Clients' requests for log data (LOG-05): registered, extended at most once, answered once.
//!
//! A statement that extends or answers a request finds it open, or its plan is undone. What was given is
//! kept sealed and never changed, so that it can be told again as it was, until it is forgotten: then the row
//! stays without all that tells about persons, and is found and listed no more.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{MAX_PAGE, Query, Row, Select};
use crate::use_log::{LogCursor, page};

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogRequestState {
    /// To be answered.
    Open,
    /// Answered with entries: the end of it.
    Given,
    /// Refused as a whole: the end of it.
    Refused,
}

impl LogRequestState {
    /// Every state.
    pub const ALL: &[Self] = &[Self::Open, Self::Given, Self::Refused];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Given => "given",
            Self::Refused => "refused",
        }
    }
}

/// A request.
#[derive(Clone, PartialEq, Eq)]
pub struct LogRequest {
    /// Names the request; version 7, so that names rise with time.
    pub id: Uuid,
    /// When it was registered.
    pub at: Timestamp,
    /// Whose log is asked for.
    pub controller: Oid,
    /// How far it has come.
    pub state: LogRequestState,
    /// The day on which it came.
    pub received_on: Date,
    /// The last day on which it is answered in time.
    pub due_on: Date,
    /// Who asks for what, sealed for the bytes of `id`.
    pub details: Vec<u8>,
    /// The user who registered it.
    pub user_id: String,
    /// The entry of the use log that was written with it.
    pub log_entry: Uuid,
    /// That its time was extended.
    pub extension: Option<Extension>,
    /// That it was answered.
    pub answered: Option<Answered>,
}

/// Requests tell about clients and staff: only which it is and its state show.
impl fmt::Debug for LogRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogRequest")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl LogRequest {
    /// Its place in a list.
    pub fn cursor(&self) -> LogCursor {
        LogCursor { at: self.at, id: self.id }
    }
}

/// That the time of a request was extended.
#[derive(Clone, PartialEq, Eq)]
pub struct Extension {
    /// When.
    pub at: Timestamp,
    /// The user who extended it.
    pub user_id: String,
    /// Why, sealed for the bytes of the request's `id`.
    pub reason: Vec<u8>,
}

/// Extensions tell about staff: only when it was shows.
impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extension").field("at", &self.at).finish_non_exhaustive()
    }
}

/// That a request was answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Answered {
    /// When.
    pub at: Timestamp,
    /// The user who answered.
    pub user_id: String,
}

/// Answers tell about staff: only when it was shows.
impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered").field("at", &self.at).finish_non_exhaustive()
    }
}

const INSERT: &str = "-- log_request::insert
INSERT INTO log_request (id, at, controller, state, received_on, due_on, details, user_id, log_entry)
VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8)";

const EXTEND: &str = "-- log_request::extend
UPDATE log_request SET due_on = $1, extended_at = $2, extended_by = $3, extension_reason = $4
WHERE id = $5 AND state = 'open' AND extended_at IS NULL";

const ANSWER: &str = "-- log_request::answer
UPDATE log_request SET state = $1, answered_at = $2, answered_by = $3, answer = $4
WHERE id = $5 AND state = 'open'";

const FIND: &str = "-- log_request::find
SELECT id, at, controller, state, received_on, due_on, details, user_id, log_entry, extended_at,
    extended_by, extension_reason, answered_at, answered_by
FROM log_request WHERE id = $1 AND length(details) > 0";

const KEPT_ANSWER: &str = "-- log_request::kept_answer
SELECT answer FROM log_request WHERE id = $1 AND answer IS NOT NULL";

const LIST: &str = "-- log_request::list
SELECT id, at, controller, state, received_on, due_on, details, user_id, log_entry, extended_at,
    extended_by, extension_reason, answered_at, answered_by
FROM log_request WHERE controller = ? AND length(details) > 0";

const ANSWERED_BEFORE: &str = "-- log_request::answered_before
SELECT id FROM log_request WHERE answered_at < $1 AND length(details) > 0 ORDER BY id LIMIT $2";

const FORGET: &str = "-- log_request::forget
UPDATE log_request SET details = $1, user_id = '', extended_by = NULL, extension_reason = NULL,
    answered_by = NULL, answer = NULL
WHERE id = $2 AND state <> 'open' AND length(details) > 0";

/// Adds a request that is neither extended nor answered.
pub fn insert(new: LogRequest) -> Statement {
    let args = vec![
        new.id.into(),
        new.at.into(),
        new.controller.into(),
        new.received_on.into(),
        new.due_on.into(),
        new.details.into(),
        new.user_id.into(),
        new.log_entry.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::LogRequest))
}

/// Extends the time of a request to a day; one that is answered or was extended by now is gone from those
/// that can be.
pub fn extend(id: Uuid, due_on: Date, extension: Extension) -> Statement {
    let Extension { at, user_id, reason } = extension;
    let args = vec![due_on.into(), at.into(), user_id.into(), reason.into(), id.into()];
    Statement::one(EXTEND, args, Conflict::Gone(Entity::LogRequest))
}

/// Answers a request, with what is given or why nothing is, sealed for the bytes of `id`; one that is
/// answered by now is gone from those that can be.
pub fn answer(id: Uuid, state: LogRequestState, answered: Answered, kept: Vec<u8>) -> Statement {
    let Answered { at, user_id } = answered;
    let args = vec![state.as_str().into(), at.into(), user_id.into(), kept.into(), id.into()];
    Statement::one(ANSWER, args, Conflict::Gone(Entity::LogRequest))
}

/// The request with this name.
pub fn find(id: Uuid) -> Query<LogRequest> {
    Query::new(FIND, vec![id.into()], request)
}

/// The sealed answer of a request that was answered.
pub fn kept_answer(id: Uuid) -> Query<Vec<u8>> {
    Query::new(KEPT_ANSWER, vec![id.into()], |row| row.vec(0))
}

/// Requests for the log of a controller – in one state, due before a day –, newest first, at most `size`
/// of them and at most [`crate::MAX_PAGE`].
pub fn list(
    controller: &Oid,
    state: Option<LogRequestState>,
    due_before: Option<Date>,
    after: Option<LogCursor>,
    size: u32,
) -> Query<LogRequest> {
    let select = Select::new(LIST, [controller.into()])
        .when(state.map(LogRequestState::as_str), " AND state = ?")
        .when(due_before, " AND due_on < ?");
    page(select, after, size).decode(request)
}

/// Requests that were answered before an instant and are not forgotten, at most `size` of them and at most
/// [`MAX_PAGE`].
pub fn answered_before(before: Timestamp, size: u32) -> Query<Uuid> {
    Query::new(ANSWERED_BEFORE, vec![before.into(), size.min(MAX_PAGE).into()], |row| row.uuid(0))
}

/// Forgets who asked for what, who handled it, and what was given; one that is open or forgotten by now is gone
/// from those that can be.
pub fn forget(id: Uuid) -> Statement {
    let args = vec![Vec::<u8>::new().into(), id.into()];
    Statement::one(FORGET, args, Conflict::Gone(Entity::LogRequest))
}

fn request(row: &dyn Row) -> Result<LogRequest, Corrupt> {
    let extension = |row: &dyn Row, column| {
        Ok(Extension { at: row.instant(column)?, user_id: row.string(10)?, reason: row.vec(11)? })
    };
    let answered =
        |row: &dyn Row, column| Ok(Answered { at: row.instant(column)?, user_id: row.string(13)? });
    let word = row.text(3)?;
    let state = LogRequestState::ALL.iter().find(|state| state.as_str() == word);
    Ok(LogRequest {
        id: row.uuid(0)?,
        at: row.instant(1)?,
        controller: row.oid(2)?,
        state: *state.ok_or(Corrupt { column: 3, wanted: "state of a log request" })?,
        received_on: row.date(4)?,
        due_on: row.date(5)?,
        details: row.vec(6)?,
        user_id: row.string(7)?,
        log_entry: row.uuid(8)?,
        extension: row.maybe(9, extension)?,
        answered: row.maybe(12, answered)?,
    })
}
