//! Reports of clients' choices: with a voucher the client chooses the producer, the producer reports
//! it, and the organiser opens the register access right (RA-12) or refuses once, with a reason.
//!
//! A report gives no right by itself.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use varanto_model::{Code, Oid};

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row, Select};
use crate::use_log::{LogCursor, page};

/// A report.
#[derive(Clone, PartialEq, Eq)]
pub struct Choice {
    /// Names the report; version 7, so that names rise with time.
    pub id: Uuid,
    /// When it was made.
    pub at: Timestamp,
    /// The organiser's register.
    pub controller: Oid,
    /// The producer's service unit that was chosen.
    pub unit: Oid,
    /// The client's key.
    pub client: Uuid,
    /// The service task, code set 1221.
    pub service_task: Code,
    /// The first day of the service.
    pub first_day: Date,
    /// The operating unit of the producer that reported it.
    pub organisation: Oid,
    /// The user who reported it.
    pub user_id: String,
    /// Its refusal, if the organiser refused it.
    pub refusal: Option<Refusal>,
}

/// Reports tell about clients and staff: only which it is shows.
impl fmt::Debug for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Choice").field("id", &self.id).field("at", &self.at).finish_non_exhaustive()
    }
}

/// A refusal by the organiser.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// When it was refused.
    pub at: Timestamp,
    /// The organiser's user who refused it.
    pub user_id: String,
    /// Why, sealed for the bytes of the report's `id`.
    pub reason: Vec<u8>,
}

/// Refusals tell about staff: only when it was shows.
impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal").field("at", &self.at).finish_non_exhaustive()
    }
}

/// Whose reports are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChoiceFilter {
    /// All that were made to this controller.
    Controller(Oid),
    /// All that this organisation made.
    Organisation(Oid),
}

const INSERT: &str = "-- choice::insert
INSERT INTO choice (id, at, controller, unit, client_key, service_task, first_day, organisation,
    user_id, refused_at, refused_by, refusal_reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

const REFUSE: &str = "-- choice::refuse
UPDATE choice SET refused_at = $1, refused_by = $2, refusal_reason = $3
WHERE id = $4 AND refused_at IS NULL";

const FIND: &str = "-- choice::find
SELECT id, at, controller, unit, client_key, service_task, first_day, organisation, user_id,
    refused_at, refused_by, refusal_reason
FROM choice WHERE id = $1";

const LIST: &str = "-- choice::list
SELECT id, at, controller, unit, client_key, service_task, first_day, organisation, user_id,
    refused_at, refused_by, refusal_reason
FROM choice WHERE";

/// Adds a report.
pub fn insert(new: Choice) -> Statement {
    let refusal = new.refusal.as_ref();
    let args = vec![
        new.id.into(),
        new.at.into(),
        new.controller.into(),
        new.unit.into(),
        new.client.into(),
        new.service_task.into(),
        new.first_day.into(),
        new.organisation.into(),
        new.user_id.into(),
        refusal.map(|r| r.at).into(),
        refusal.map(|r| r.user_id.clone()).into(),
        refusal.map(|r| r.reason.clone()).into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::Choice))
}

/// Refuses a report; one that is refused by now is gone from those that can be.
pub fn refuse(id: Uuid, refusal: Refusal) -> Statement {
    let Refusal { at, user_id, reason } = refusal;
    let args = vec![at.into(), user_id.into(), reason.into(), id.into()];
    Statement::one(REFUSE, args, Conflict::Gone(Entity::Choice))
}

/// The report with this name.
pub fn find(id: Uuid) -> Query<Choice> {
    Query::new(FIND, vec![id.into()], choice)
}

/// Reports, newest first, at most `size` of them and at most [`crate::MAX_PAGE`].
pub fn list(filter: ChoiceFilter, after: Option<LogCursor>, size: u32) -> Query<Choice> {
    let select = Select::new(LIST, []);
    let select = match filter {
        ChoiceFilter::Controller(oid) => select.push(" controller = ?", [oid.into()]),
        ChoiceFilter::Organisation(oid) => select.push(" organisation = ?", [oid.into()]),
    };
    page(select, after, size).decode(choice)
}

fn choice(row: &dyn Row) -> Result<Choice, Corrupt> {
    let refusal = |row: &dyn Row, column| {
        Ok(Refusal { at: row.instant(column)?, user_id: row.string(10)?, reason: row.vec(11)? })
    };
    Ok(Choice {
        id: row.uuid(0)?,
        at: row.instant(1)?,
        controller: row.oid(2)?,
        unit: row.oid(3)?,
        client: row.uuid(4)?,
        service_task: row.code(5)?,
        first_day: row.date(6)?,
        organisation: row.oid(7)?,
        user_id: row.string(8)?,
        refusal: row.maybe(9, refusal)?,
    })
}
