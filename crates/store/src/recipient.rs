//! Recipients outside social and health care: to whom a controller may disclose by law (DIS-07).
//!
//! A recipient is never changed, so that what was disclosed to whom and on which ground can be told
//! for ever: it is ended, and another is added.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use varanto_model::{Code, Oid};

use crate::error::{Conflict, Corrupt, Entity};
use crate::hold::{Held, Hold};
use crate::plan::Statement;
use crate::query::{Query, Row, Select};
use crate::use_log::{LogCursor, page};

/// A recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Names the recipient; version 7, so that names rise with time.
    pub id: Uuid,
    /// When it was registered.
    pub at: Timestamp,
    /// The controller that registered it.
    pub controller: Oid,
    /// What kind of party it is.
    pub kind: Code,
    /// The first day on which something may be disclosed to it.
    pub valid_from: Date,
    /// The last day, if there is one.
    pub valid_to: Option<Date>,
    /// Name, legal ground and how it is reached, sealed for the bytes of `id`.
    pub details: Vec<u8>,
    /// The user who registered it.
    pub user_id: String,
    /// The entry of the use log that was written with it.
    pub log_entry: Uuid,
    /// Its end, if it was ended.
    pub ended: Option<Ended>,
}

/// Recipients tell about staff: only which it is shows.
impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipient")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Recipient {
    /// Its place in a list.
    pub fn cursor(&self) -> LogCursor {
        LogCursor { at: self.at, id: self.id }
    }
}

/// That a recipient was ended.
#[derive(Clone, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// The user who ended it.
    pub user_id: String,
}

/// An end tells about staff: only when it was shows.
impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ended").field("at", &self.at).finish_non_exhaustive()
    }
}

const INSERT: &str = "-- recipient::insert
INSERT INTO recipient (id, at, controller, kind, valid_from, valid_to, details, user_id, log_entry)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const END: &str = "-- recipient::end
UPDATE recipient SET ended_at = $1, ended_by = $2 WHERE id = $3 AND ended_at IS NULL";

const GUARD: &str = "-- recipient::guard
SELECT 1 FROM recipient WHERE id = $1 AND ended_at IS NULL";

const FIND: &str = "-- recipient::find
SELECT id, at, controller, kind, valid_from, valid_to, details, user_id, log_entry, ended_at, ended_by
FROM recipient WHERE id = $1";

const LIST: &str = "-- recipient::list
SELECT id, at, controller, kind, valid_from, valid_to, details, user_id, log_entry, ended_at, ended_by
FROM recipient WHERE controller = ?";

/// Adds a recipient that was not ended.
pub fn insert(new: Recipient) -> Statement {
    let args = vec![
        new.id.into(),
        new.at.into(),
        new.controller.into(),
        new.kind.into(),
        new.valid_from.into(),
        new.valid_to.into(),
        new.details.into(),
        new.user_id.into(),
        new.log_entry.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::Recipient))
}

/// Ends a recipient; one that is ended by now is gone from those that can be.
pub fn end(id: Uuid, ended: Ended) -> Statement {
    let args = vec![ended.at.into(), ended.user_id.into(), id.into()];
    let hold = Hold::exclusive(Held::Recipient, &[id.as_bytes()]);
    Statement::one(END, args, Conflict::Gone(Entity::Recipient)).holding(hold)
}

/// Holds a plan to the recipient not having been ended.
pub fn guard(id: Uuid) -> Statement {
    let hold = Hold::shared(Held::Recipient, &[id.as_bytes()]);
    Statement::guard(GUARD, vec![id.into()], Conflict::Gone(Entity::Recipient)).holding(hold)
}

/// The recipient with this name.
pub fn find(id: Uuid) -> Query<Recipient> {
    Query::new(FIND, vec![id.into()], recipient)
}

/// The recipients of a controller, newest first, at most `size` of them and at most
/// [`crate::MAX_PAGE`].
pub fn list(controller: &Oid, after: Option<LogCursor>, size: u32) -> Query<Recipient> {
    page(Select::new(LIST, [controller.into()]), after, size).decode(recipient)
}

fn recipient(row: &dyn Row) -> Result<Recipient, Corrupt> {
    let ended =
        |row: &dyn Row, column| Ok(Ended { at: row.instant(column)?, user_id: row.string(10)? });
    Ok(Recipient {
        id: row.uuid(0)?,
        at: row.instant(1)?,
        controller: row.oid(2)?,
        kind: row.code(3)?,
        valid_from: row.date(4)?,
        valid_to: row.maybe(5, <dyn Row>::date)?,
        details: row.vec(6)?,
        user_id: row.string(7)?,
        log_entry: row.uuid(8)?,
        ended: row.maybe(9, ended)?,
    })
}
