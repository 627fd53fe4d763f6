//! Suspected breaches that a controller is told of, such as a document that was stored in the wrong
//! register (REG-07). Only ever added to; what comes of one is not kept here.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row, Select, json, keys};
use crate::use_log::{LogCursor, page};

/// A suspected breach.
#[derive(Clone, PartialEq, Eq)]
pub struct BreachEvent {
    /// Names the event; version 7, so that names rise with time.
    pub id: Uuid,
    /// When it came to light.
    pub at: Timestamp,
    /// The controller that is told.
    pub controller: Oid,
    /// What it is, such as `wrong_register`.
    pub kind: String,
    /// The documents, by the identifiers that were used.
    pub documents: Vec<Oid>,
    /// The keys of the clients whom it concerns.
    pub clients: Vec<Uuid>,
    /// The operating unit of the organisation that caused it.
    pub organisation: Oid,
    /// The user who brought it to light.
    pub user_id: String,
    /// The entry of the use log that was written with it.
    pub log_entry: Uuid,
}

/// Events tell about staff: only what it was shows.
impl fmt::Debug for BreachEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BreachEvent")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

const INSERT: &str = "-- breach_event::insert
INSERT INTO breach_event (id, at, controller, kind, documents, clients, organisation, user_id,
    log_entry)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const LIST: &str = "-- breach_event::list
SELECT id, at, controller, kind, documents, clients, organisation, user_id, log_entry
FROM breach_event WHERE controller = ?";

/// Adds an event.
pub fn insert(new: BreachEvent) -> Statement {
    let args = vec![
        new.id.into(),
        new.at.into(),
        new.controller.into(),
        new.kind.into(),
        json(&new.documents),
        keys(&new.clients),
        new.organisation.into(),
        new.user_id.into(),
        new.log_entry.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::BreachEvent))
}

/// The events that a controller is told of, newest first, at most `size` of them and at most
/// [`crate::MAX_PAGE`].
pub fn list(controller: &Oid, after: Option<LogCursor>, size: u32) -> Query<BreachEvent> {
    page(Select::new(LIST, [controller.into()]), after, size).decode(event)
}

fn event(row: &dyn Row) -> Result<BreachEvent, Corrupt> {
    Ok(BreachEvent {
        id: row.uuid(0)?,
        at: row.instant(1)?,
        controller: row.oid(2)?,
        kind: row.string(3)?,
        documents: row.json(4)?,
        clients: row.keys(5)?,
        organisation: row.oid(6)?,
        user_id: row.string(7)?,
        log_entry: row.uuid(8)?,
    })
}
