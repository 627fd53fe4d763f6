//! Requests of recipients outside social and health care for documents of one client (DIS-07): recorded,
//! then decided once, then – where approved – delivered once.
//!
//! A statement that takes a request from one state to the next finds it in the state before, or its
//! plan is undone: of two that deliver at the same time one does.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::{Digest, Oid};

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row, Select, json};
use crate::use_log::{LogCursor, page};

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestState {
    /// Recorded, and to be decided.
    Recorded,
    /// Approved, and to be delivered.
    Approved,
    /// Refused: the end of it.
    Refused,
    /// Delivered: the end of it.
    Delivered,
}

impl RequestState {
    /// Every state.
    pub const ALL: &[Self] = &[Self::Recorded, Self::Approved, Self::Refused, Self::Delivered];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Delivered => "delivered",
        }
    }
}

/// A request.
#[derive(Clone, PartialEq, Eq)]
pub struct DisclosureRequest {
    /// Names the request; version 7, so that names rise with time.
    pub id: Uuid,
    /// When it was recorded.
    pub at: Timestamp,
    /// In whose register.
    pub controller: Oid,
    /// The client's key.
    pub client: Uuid,
    /// Who asks.
    pub recipient: Uuid,
    /// How far it has come.
    pub state: RequestState,
    /// The versions of documents that are asked for.
    pub documents: Vec<Oid>,
    /// Ground, reference, day and purpose, sealed for the bytes of `id`.
    pub details: Vec<u8>,
    /// The user who recorded it.
    pub user_id: String,
    /// The entry of the use log that was written with it.
    pub log_entry: Uuid,
    /// What was decided.
    pub decision: Option<RequestDecision>,
    /// That it was delivered.
    pub delivery: Option<Delivery>,
}

/// Requests tell about clients and staff: only which it is and its state show.
impl fmt::Debug for DisclosureRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DisclosureRequest")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl DisclosureRequest {
    /// Its place in a list.
    pub fn cursor(&self) -> LogCursor {
        LogCursor { at: self.at, id: self.id }
    }
}

/// What was decided about a request.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestDecision {
    /// When.
    pub at: Timestamp,
    /// The user who decided.
    pub user_id: String,
    /// The versions that may be delivered; none where the request was refused.
    pub approved: Vec<Oid>,
    /// Why, sealed for the bytes of the request's `id`.
    pub reason: Vec<u8>,
}

/// Decisions tell about staff: only when it was shows.
impl fmt::Debug for RequestDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestDecision").field("at", &self.at).finish_non_exhaustive()
    }
}

/// That a request was delivered.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivery {
    /// When.
    pub at: Timestamp,
    /// The user who fetched the package.
    pub user_id: String,
    /// SHA-256 of the package.
    pub package: Digest,
}

/// Deliveries tell about staff: only when it was shows.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery").field("at", &self.at).finish_non_exhaustive()
    }
}

const INSERT: &str = "-- disclosure_request::insert
INSERT INTO disclosure_request (id, at, controller, client_key, recipient, state, documents, details,
    user_id, log_entry)
VALUES ($1, $2, $3, $4, $5, 'recorded', $6, $7, $8, $9)";

const DECIDE: &str = "-- disclosure_request::decide
UPDATE disclosure_request
SET state = $1, decided_at = $2, decided_by = $3, approved = $4, decision_reason = $5
WHERE id = $6 AND state = 'recorded'";

const DELIVER: &str = "-- disclosure_request::deliver
UPDATE disclosure_request
SET state = 'delivered', delivered_at = $1, delivered_by = $2, package_digest = $3, receipt = $4
WHERE id = $5 AND state = 'approved'";

const FOLLOW: &str = "-- disclosure_request::follow
UPDATE disclosure_request SET client_key = $1 WHERE client_key = $2 AND controller = $3";

const FIND: &str = "-- disclosure_request::find
SELECT id, at, controller, client_key, recipient, state, documents, details, user_id, log_entry,
    decided_at, decided_by, approved, decision_reason, delivered_at, delivered_by, package_digest
FROM disclosure_request WHERE id = $1";

const RECEIPT: &str = "-- disclosure_request::receipt
SELECT receipt FROM disclosure_request WHERE id = $1 AND receipt IS NOT NULL";

const LIST: &str = "-- disclosure_request::list
SELECT id, at, controller, client_key, recipient, state, documents, details, user_id, log_entry,
    decided_at, decided_by, approved, decision_reason, delivered_at, delivered_by, package_digest
FROM disclosure_request WHERE controller = ?";

/// Adds a request that is neither decided nor delivered.
pub fn insert(new: DisclosureRequest) -> Statement {
    let args = vec![
        new.id.into(),
        new.at.into(),
        new.controller.into(),
        new.client.into(),
        new.recipient.into(),
        json(&new.documents),
        new.details.into(),
        new.user_id.into(),
        new.log_entry.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::DisclosureRequest))
}

/// Decides a request; one that is decided by now is gone from those that can be.
pub fn decide(id: Uuid, decision: RequestDecision) -> Statement {
    let RequestDecision { at, user_id, approved, reason } = decision;
    let state = if approved.is_empty() { RequestState::Refused } else { RequestState::Approved };
    let args = vec![
        state.as_str().into(),
        at.into(),
        user_id.into(),
        json(&approved),
        reason.into(),
        id.into(),
    ];
    Statement::one(DECIDE, args, Conflict::Gone(Entity::DisclosureRequest))
}

/// Delivers a request; one that is not approved, or delivered by now, is gone from those that can be.
/// `receipt` is what the controller can note in its own file, sealed for the bytes of `id`.
pub fn deliver(id: Uuid, delivery: Delivery, receipt: Option<Vec<u8>>) -> Statement {
    let Delivery { at, user_id, package } = delivery;
    let args = vec![at.into(), user_id.into(), package.into(), receipt.into(), id.into()];
    Statement::one(DELIVER, args, Conflict::Gone(Entity::DisclosureRequest))
}

/// Carries the requests about one file over to another: a temporary identifier was joined to a person.
pub fn follow(from: Uuid, to: Uuid, controller: &Oid) -> Statement {
    let args = vec![to.into(), from.into(), controller.into()];
    Statement::any(FOLLOW, args, Conflict::Gone(Entity::DisclosureRequest))
}

/// The request with this name.
pub fn find(id: Uuid) -> Query<DisclosureRequest> {
    Query::new(FIND, vec![id.into()], request)
}

/// The sealed receipt of a request that was delivered, if it has one.
pub fn receipt(id: Uuid) -> Query<Vec<u8>> {
    Query::new(RECEIPT, vec![id.into()], |row| row.vec(0))
}

/// Requests in the register of a controller – of one client, in one state –, newest first, at most
/// `size` of them and at most [`crate::MAX_PAGE`].
pub fn list(
    controller: &Oid,
    client: Option<Uuid>,
    state: Option<RequestState>,
    after: Option<LogCursor>,
    size: u32,
) -> Query<DisclosureRequest> {
    let select = Select::new(LIST, [controller.into()])
        .when(client, " AND client_key = ?")
        .when(state.map(RequestState::as_str), " AND state = ?");
    page(select, after, size).decode(request)
}

fn request(row: &dyn Row) -> Result<DisclosureRequest, Corrupt> {
    let decision = |row: &dyn Row, column| {
        Ok(RequestDecision {
            at: row.instant(column)?,
            user_id: row.string(11)?,
            approved: row.json(12)?,
            reason: row.vec(13)?,
        })
    };
    let delivery = |row: &dyn Row, column| {
        Ok(Delivery {
            at: row.instant(column)?,
            user_id: row.string(15)?,
            package: row.digest(16)?,
        })
    };
    let word = row.text(5)?;
    let state = RequestState::ALL.iter().find(|state| state.as_str() == word);
    Ok(DisclosureRequest {
        id: row.uuid(0)?,
        at: row.instant(1)?,
        controller: row.oid(2)?,
        client: row.key(3)?,
        recipient: row.uuid(4)?,
        state: *state.ok_or(Corrupt { column: 5, wanted: "state of a request" })?,
        documents: row.json(6)?,
        details: row.vec(7)?,
        user_id: row.string(8)?,
        log_entry: row.uuid(9)?,
        decision: row.maybe(10, decision)?,
        delivery: row.maybe(14, delivery)?,
    })
}
