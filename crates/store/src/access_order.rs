//! The history of orders about register access rights: suspended, resumed, reopened, destruction
//! confirmed. Only ever added to, and carried over where the file of a temporary
//! identifier is joined to the person's. What an order does to a right stands in the standing; here stands
//! who gave it, when and why.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{MAX_PAGE, Query, Row};

/// An order.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessOrder {
    /// Names the order.
    pub id: Uuid,
    /// When it was given.
    pub at: Timestamp,
    /// The name of the right at that moment.
    pub access: Oid,
    /// The client's key.
    pub client: Uuid,
    /// Whose register the right is in.
    pub controller: Oid,
    /// The case that the right reaches.
    pub case: Oid,
    /// The service unit that has the right.
    pub unit: Oid,
    /// What was ordered, such as `suspension`.
    pub kind: String,
    /// The last day that it is good for.
    pub until: Option<Date>,
    /// Why, sealed for the bytes of `id`.
    pub reason: Option<Vec<u8>>,
    /// The operating unit of the organisation that gave it.
    pub organisation: Oid,
    /// The user who gave it.
    pub user_id: String,
    /// The entry of the use log that was written with it.
    pub log_entry: Uuid,
}

/// Orders tell about staff: only what was ordered shows.
impl fmt::Debug for AccessOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessOrder")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

const INSERT: &str = "-- access_order::insert
INSERT INTO access_order (id, at, access_oid, client_key, controller, case_oid, unit, kind, until,
    reason, organisation, user_id, log_entry)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

const LIST: &str = "-- access_order::list
SELECT id, at, access_oid, client_key, controller, case_oid, unit, kind, until, reason, organisation,
    user_id, log_entry
FROM access_order WHERE client_key = $1 AND controller = $2 AND case_oid = $3 AND unit = $4
ORDER BY at DESC, id DESC LIMIT $5";

const FOLLOW: &str = "-- access_order::follow
UPDATE access_order SET client_key = $1 WHERE client_key = $2 AND controller = $3";

/// Adds an order.
pub fn insert(new: AccessOrder) -> Statement {
    let args = vec![
        new.id.into(),
        new.at.into(),
        new.access.into(),
        new.client.into(),
        new.controller.into(),
        new.case.into(),
        new.unit.into(),
        new.kind.into(),
        new.until.into(),
        new.reason.into(),
        new.organisation.into(),
        new.user_id.into(),
        new.log_entry.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::AccessOrder))
}

/// Carries all orders about one client's rights at a controller over to another's: the file of a
/// temporary identifier was joined to the person's (CASE-06).
pub fn follow(from: Uuid, to: Uuid, controller: &Oid) -> Statement {
    let args = vec![to.into(), from.into(), controller.into()];
    Statement::any(FOLLOW, args, Conflict::Gone(Entity::Client))
}

/// The orders about one right, newest first, at most [`MAX_PAGE`] of them.
pub fn list(client: Uuid, controller: &Oid, case: &Oid, unit: &Oid) -> Query<AccessOrder> {
    let args = vec![client.into(), controller.into(), case.into(), unit.into(), MAX_PAGE.into()];
    Query::new(LIST, args, order)
}

fn order(row: &dyn Row) -> Result<AccessOrder, Corrupt> {
    Ok(AccessOrder {
        id: row.uuid(0)?,
        at: row.instant(1)?,
        access: row.oid(2)?,
        client: row.uuid(3)?,
        controller: row.oid(4)?,
        case: row.oid(5)?,
        unit: row.oid(6)?,
        kind: row.string(7)?,
        until: row.maybe(8, <dyn Row>::date)?,
        reason: row.maybe(9, <dyn Row>::vec)?,
        organisation: row.oid(10)?,
        user_id: row.string(11)?,
        log_entry: row.uuid(12)?,
    })
}
