//! The outbox: what waits to be handed to another system (DIS-08). Put in by the plan of the use that it
//! follows from, so that neither is without the other.
//!
//! Who wants to hand a parcel over claims it first, for a time: several servers on one store do not hand
//! it over at once, and what a server that died had claimed becomes due again. The number of the attempt
//! is the proof of the claim. What has been handed over, or given up, keeps no content.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::hold::{Held, Hold};
use crate::plan::Statement;
use crate::query::{MAX_PAGE, Query, Row};

/// How a parcel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParcelState {
    /// To be handed over.
    Waiting,
    /// Handed over.
    Delivered,
    /// Given up.
    Failed,
}

impl ParcelState {
    const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// A parcel, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Names the parcel; version 7, so that names rise with time.
    pub id: Uuid,
    /// What it is, which says where it goes.
    pub kind: String,
    /// When it was put in.
    pub at: Timestamp,
    /// The operating unit of the organisation that put it in.
    pub organisation: Oid,
    /// How it stands.
    pub state: ParcelState,
    /// How often it was attempted.
    pub attempts: u32,
    /// While it waits: when the next attempt is due, or the claim of the present one ends. Afterwards:
    /// when it was handed over or given up.
    pub due_at: Timestamp,
}

const INSERT: &str = "-- outbox::insert
INSERT INTO outbox (id, kind, at, organisation, state, attempts, due_at, payload)
VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $6)";

/// Nothing where one waits that has not been attempted yet.
const INSERT_NEXT: &str = "-- outbox::insert_next
INSERT INTO outbox (id, kind, at, organisation, state, attempts, due_at, payload, addressee)
SELECT $1, $2, $3, $4, 'waiting', 0, $5, $6, $7
WHERE NOT EXISTS (SELECT 1 FROM outbox
    WHERE kind = $2 AND addressee = $7 AND state = 'waiting' AND attempts = 0)";

const CLAIM: &str = "-- outbox::claim
UPDATE outbox SET attempts = attempts + 1, due_at = $1
WHERE id = $2 AND state = 'waiting' AND attempts = $3 AND due_at = $4";

const POSTPONE: &str = "-- outbox::postpone
UPDATE outbox SET due_at = $1 WHERE id = $2 AND state = 'waiting' AND attempts = $3";

const FINISH: &str = "-- outbox::finish
UPDATE outbox SET state = $1, due_at = $2, payload = NULL
WHERE id = $3 AND state = 'waiting' AND attempts = $4";

const FIND: &str = "-- outbox::find
SELECT id, kind, at, organisation, state, attempts, due_at FROM outbox WHERE id = $1";

const PAYLOAD: &str = "-- outbox::payload
SELECT payload FROM outbox WHERE id = $1 AND payload IS NOT NULL";

const DUE: &str = "-- outbox::due
SELECT id, kind, at, organisation, state, attempts, due_at
FROM outbox WHERE state = 'waiting' AND due_at <= $1 AND kind = $2 AND NOT EXISTS (
    SELECT 1 FROM outbox AS before WHERE before.state = 'waiting' AND before.kind = outbox.kind
    AND before.addressee = outbox.addressee
    AND (outbox.attempts, before.id) < (before.attempts, outbox.id))
ORDER BY due_at, id LIMIT $3";

const WAITING: &str = "-- outbox::waiting
SELECT COUNT(*), COALESCE(SUM(LENGTH(payload)), 0)
FROM outbox WHERE organisation = $1 AND state = 'waiting' AND kind = $2";

/// Puts in a parcel that waits; `payload` is sealed for the bytes of its `id`.
pub fn insert(new: Parcel, payload: Vec<u8>) -> Statement {
    let Parcel { id, kind, at, organisation, due_at, .. } = new;
    let args =
        vec![id.into(), kind.into(), at.into(), organisation.into(), due_at.into(), payload.into()];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::Parcel))
}

/// Puts in a parcel for an addressee, unless one of the kind waits for the same one that has not been attempted:
/// that one leads to whatever there is. With [`due`] giving one at a time, two wait for an addressee at most.
pub fn insert_next(new: Parcel, addressee: String, payload: Vec<u8>) -> Statement {
    let Parcel { id, kind, at, organisation, due_at, .. } = new;
    let hold = Hold::exclusive(Held::Parcels, &[kind.as_bytes()]);
    let args = vec![
        id.into(),
        kind.into(),
        at.into(),
        organisation.into(),
        due_at.into(),
        payload.into(),
        addressee.into(),
    ];
    Statement::any(INSERT_NEXT, args, Conflict::AlreadyExists(Entity::Parcel)).holding(hold)
}

/// Claims a parcel for its next attempt until an instant, as it was seen when it was due.
pub fn claim(seen: &Parcel, until: Timestamp) -> Statement {
    let args = vec![until.into(), seen.id.into(), seen.attempts.into(), seen.due_at.into()];
    // Whoever puts one in meanwhile sees it either unclaimed, and it tells of that too, or claimed.
    let hold = Hold::exclusive(Held::Parcels, &[seen.kind.as_bytes()]);
    Statement::one(CLAIM, args, Conflict::Gone(Entity::Parcel)).holding(hold)
}

/// Puts the next attempt off, after attempt `attempt` has not come through.
pub fn postpone(id: Uuid, attempt: u32, until: Timestamp) -> Statement {
    let args = vec![until.into(), id.into(), attempt.into()];
    Statement::one(POSTPONE, args, Conflict::Gone(Entity::Parcel))
}

/// Ends a parcel with attempt `attempt`, and removes its content.
pub fn finish(id: Uuid, attempt: u32, state: ParcelState, at: Timestamp) -> Statement {
    let args = vec![state.as_str().into(), at.into(), id.into(), attempt.into()];
    Statement::one(FINISH, args, Conflict::Gone(Entity::Parcel))
}

/// The parcel with this name.
pub fn find(id: Uuid) -> Query<Parcel> {
    Query::new(FIND, vec![id.into()], parcel)
}

/// The content of a parcel, as long as it waits.
pub fn payload(id: Uuid) -> Query<Payload> {
    Query::new(PAYLOAD, vec![id.into()], |row| Ok(Payload(row.vec(0)?)))
}

/// Parcels of a kind whose attempt is due, the one that has been longest first, and of each addressee only the
/// one that was put in first; at most `size` of them and at most [`MAX_PAGE`].
///
/// Of two that wait for an addressee, the first is the one that was attempted: [`insert_next`] puts none in
/// beside one that was not. Names do not tell it, for the clocks of servers differ.
pub fn due(kind: &'static str, now: Timestamp, size: u32) -> Query<Parcel> {
    Query::new(DUE, vec![now.into(), kind.into(), size.min(MAX_PAGE).into()], parcel)
}

/// How much of a kind waits that an organisation has put in.
pub fn waiting(organisation: &Oid, kind: &'static str) -> Query<Waiting> {
    Query::new(WAITING, vec![organisation.into(), kind.into()], |row| {
        let bytes = row.int(1)?;
        let bytes =
            bytes.try_into().map_err(|_| Corrupt { column: 1, wanted: "number of bytes" })?;
        Ok(Waiting { parcels: row.number(0)?, bytes })
    })
}

/// What an organisation has of a kind in the outbox that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// So many parcels.
    pub parcels: u32,
    /// The size of their sealed content.
    pub bytes: u64,
}

/// The sealed content of a parcel.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(pub Vec<u8>);

/// Only how long it is shows.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.0.len())
    }
}

fn parcel(row: &dyn Row) -> Result<Parcel, Corrupt> {
    let word = row.text(4)?;
    let state = ParcelState::ALL.into_iter().find(|state| state.as_str() == word);
    Ok(Parcel {
        id: row.uuid(0)?,
        kind: row.string(1)?,
        at: row.instant(2)?,
        organisation: row.oid(3)?,
        state: state.ok_or(Corrupt { column: 4, wanted: "state of a parcel" })?,
        attempts: row.number(5)?,
        due_at: row.instant(6)?,
    })
}
