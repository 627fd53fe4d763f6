//! The register of breaches (LOG-07): suspected breaches of clients' data, and every step that was taken
//! about them.
//!
//! Steps are only ever added. How far a breach has come follows from them and is written with each, so that
//! lists need not read them; the number of steps is what the next one is held to, so that of two who close a
//! breach at the same time one does. A closed breach can be forgotten: then the row stays without all that
//! tells about persons and without steps, and is found and listed no more.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::hold::{Held, Hold};
use crate::plan::{Statement, Value};
use crate::query::{MAX_PAGE, Query, Row, Select, json, keys};
use crate::use_log::{LogCursor, page};

/// How a breach came to light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BreachSource {
    /// Somebody reported it.
    Person,
    /// A document had been stored in the wrong register (REG-07).
    WrongRegister,
    /// A privacy officer found it in the log (LOG-06).
    Supervision,
}

impl BreachSource {
    /// Every source.
    pub const ALL: &[Self] = &[Self::Person, Self::WrongRegister, Self::Supervision];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::WrongRegister => "wrong-register",
            Self::Supervision => "supervision",
        }
    }
}

/// How far the handling of a breach has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BreachState {
    /// To be assessed.
    Suspected,
    /// Assessed, and to be closed.
    Assessed,
    /// Closed: the end of it.
    Closed,
}

impl BreachState {
    /// Every state.
    pub const ALL: &[Self] = &[Self::Suspected, Self::Assessed, Self::Closed];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suspected => "suspected",
            Self::Assessed => "assessed",
            Self::Closed => "closed",
        }
    }
}

/// The risk of a breach to the rights and freedoms of persons (GDPR, articles 33 and 34).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Unlikely to be any.
    None,
    /// There is one, and the authority is told.
    Low,
    /// There is a high one, and the persons are told too.
    High,
}

impl Risk {
    /// Every risk.
    pub const ALL: &[Self] = &[Self::None, Self::Low, Self::High];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::High => "high",
        }
    }
}

/// How far a breach has come, as it follows from its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The state.
    pub state: BreachState,
    /// The risk of the newest assessment.
    pub risk: Option<Risk>,
    /// When the duty to tell the authority was met, or turned out not to be there.
    pub met_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

impl Progress {
    /// That nothing has been done yet.
    pub const BEGINNING: Self =
        Self { state: BreachState::Suspected, risk: None, met_at: None, closed_at: None };
}

/// A breach.
#[derive(Clone, PartialEq, Eq)]
pub struct Breach {
    /// Names the breach, and the entry of the use log that was written with it; version 7, so that names rise
    /// with time.
    pub id: Uuid,
    /// When it was opened.
    pub at: Timestamp,
    /// The controller whose register it is about.
    pub controller: Oid,
    /// When the controller became aware of it.
    pub aware_at: Timestamp,
    /// How it came to light.
    pub source: BreachSource,
    /// The documents, by the identifiers that were used.
    pub documents: Vec<Oid>,
    /// The keys of the clients whom it concerns.
    pub clients: Vec<Uuid>,
    /// What was told of it, sealed for the bytes of `id`.
    pub details: Option<Vec<u8>>,
    /// The operating unit of the organisation of who brought it to light.
    pub organisation: Oid,
    /// The user who brought it to light.
    pub user_id: String,
    /// How many steps have been taken.
    pub steps: u32,
    /// How far it has come.
    pub progress: Progress,
}

/// Breaches tell about clients and staff: only which it is and its state show.
impl fmt::Debug for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Breach")
            .field("id", &self.id)
            .field("state", &self.progress.state)
            .finish_non_exhaustive()
    }
}

impl Breach {
    /// Its place in a list.
    pub fn cursor(&self) -> LogCursor {
        LogCursor { at: self.at, id: self.id }
    }
}

/// A step that was taken about a breach.
#[derive(Clone, PartialEq, Eq)]
pub struct BreachStep {
    /// The breach.
    pub breach: Uuid,
    /// Its number, from 1.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// What it was, sealed for [`step_place`].
    pub details: Vec<u8>,
    /// The user who took it.
    pub user_id: String,
    /// The entry of the use log that was written with it.
    pub log_entry: Uuid,
}

/// Steps tell about staff: only which it is shows.
impl fmt::Debug for BreachStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BreachStep")
            .field("breach", &self.breach)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// The place that a step is sealed for: the breach, then its number.
pub fn step_place(breach: Uuid, number: u32) -> Vec<u8> {
    [breach.as_bytes().as_slice(), &number.to_be_bytes()].concat()
}

const INSERT: &str = "-- breach::insert
INSERT INTO breach (id, at, controller, aware_at, source, documents, clients, details, organisation,
    user_id, steps, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 'suspected')";

const ADVANCE: &str = "-- breach::advance
UPDATE breach SET steps = $1, state = $2, risk = $3, met_at = $4, closed_at = $5
WHERE id = $6 AND steps = $7 AND state <> 'closed'";

const INSERT_STEP: &str = "-- breach::insert_step
INSERT INTO breach_step (breach, number, at, details, user_id, log_entry)
VALUES ($1, $2, $3, $4, $5, $6)";

const FIND: &str = "-- breach::find
SELECT id, at, controller, aware_at, source, documents, clients, details, organisation, user_id, steps,
    state, risk, met_at, closed_at
FROM breach WHERE id = $1 AND user_id <> ''";

const LIST: &str = "-- breach::list
SELECT id, at, controller, aware_at, source, documents, clients, details, organisation, user_id, steps,
    state, risk, met_at, closed_at
FROM breach WHERE controller = ? AND user_id <> ''";

const REPORTS_BY: &str = "-- breach::reports_by
SELECT id, at, controller, aware_at, source, documents, clients, details, organisation, user_id, steps,
    state, risk, met_at, closed_at
FROM breach WHERE controller = $1 AND organisation = $2 AND user_id = $3 AND at > $4 AND source = 'person'
ORDER BY at DESC, id DESC LIMIT $5";

const GUARD_REPORTS: &str = "-- breach::guard_reports
SELECT 1 WHERE (SELECT COUNT(*) FROM breach WHERE controller = $1 AND organisation = $2 AND user_id = $3
    AND at > $4 AND source = 'person') = $5";

const GUARD_OPEN: &str = "-- breach::guard_open
SELECT 1 FROM breach WHERE id = $1 AND state <> 'closed'";

const CLOSED_BEFORE: &str = "-- breach::closed_before
SELECT id FROM breach WHERE closed_at < $1 AND user_id <> '' ORDER BY id LIMIT $2";

const FORGET: &str = "-- breach::forget
UPDATE breach SET documents = $1, clients = $2, details = NULL, user_id = ''
WHERE id = $3 AND state = 'closed' AND user_id <> ''";

const FORGET_STEPS: &str = "-- breach::forget_steps
DELETE FROM breach_step WHERE breach = $1";

const STEPS: &str = "-- breach::steps
SELECT breach, number, at, details, user_id, log_entry
FROM breach_step WHERE breach = $1 ORDER BY number LIMIT $2";

/// Adds a breach about which nothing has been done.
pub fn insert(new: Breach) -> Statement {
    let args = vec![
        new.id.into(),
        new.at.into(),
        new.controller.into(),
        new.aware_at.into(),
        new.source.as_str().into(),
        json(&new.documents),
        keys(&new.clients),
        new.details.into(),
        new.organisation.into(),
        new.user_id.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::Breach))
}

/// Takes the next step, after which the breach has come so far. One that has come further by now, or is
/// closed, is gone from those about which this step can be taken.
pub fn step(new: BreachStep, progress: Progress) -> [Statement; 2] {
    let alone = Hold::exclusive(Held::Breach, &[new.breach.as_bytes()]);
    let advance = vec![
        new.number.into(),
        progress.state.as_str().into(),
        progress.risk.map(Risk::as_str).into(),
        progress.met_at.into(),
        progress.closed_at.into(),
        new.breach.into(),
        new.number.saturating_sub(1).into(),
    ];
    let insert = vec![
        new.breach.into(),
        new.number.into(),
        new.at.into(),
        new.details.into(),
        new.user_id.into(),
        new.log_entry.into(),
    ];
    [
        Statement::one(ADVANCE, advance, Conflict::Gone(Entity::Breach)).holding(alone),
        Statement::one(INSERT_STEP, insert, Conflict::AlreadyExists(Entity::Breach)),
    ]
}

/// Who has reported breaches, and to whom.
#[derive(Clone, PartialEq, Eq)]
pub struct Reporter {
    /// The controller who was told.
    pub controller: Oid,
    /// The operating unit of the reporter's organisation.
    pub organisation: Oid,
    /// The user.
    pub user_id: String,
}

/// Reporters are staff: only whom they told shows.
impl fmt::Debug for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reporter").field("controller", &self.controller).finish_non_exhaustive()
    }
}

impl Reporter {
    fn args(&self, since: Timestamp, number: u32) -> Vec<Value> {
        let Self { controller, organisation, user_id } = self;
        let user_id = user_id.clone();
        vec![controller.into(), organisation.into(), user_id.into(), since.into(), number.into()]
    }
}

/// What somebody has reported to a controller after an instant, newest first; at most `size` of them and at most
/// [`MAX_PAGE`].
pub fn reports_by(reporter: &Reporter, since: Timestamp, size: u32) -> Query<Breach> {
    Query::new(REPORTS_BY, reporter.args(since, size.min(MAX_PAGE)), breach)
}

/// That somebody has reported so many breaches to a controller after an instant, and no more.
pub fn guard_reports(reporter: &Reporter, since: Timestamp, reports: u32) -> Statement {
    let Reporter { controller, organisation, user_id } = reporter;
    let whose = [controller.as_str(), organisation.as_str(), user_id].map(str::as_bytes);
    let args = reporter.args(since, reports);
    Statement::guard(GUARD_REPORTS, args, Conflict::AlreadyExists(Entity::Breach))
        .holding(Hold::exclusive(Held::Reports, &whose))
}

/// That a breach is not closed.
pub fn guard_open(id: Uuid) -> Statement {
    let hold = Hold::shared(Held::Breach, &[id.as_bytes()]);
    Statement::guard(GUARD_OPEN, vec![id.into()], Conflict::Gone(Entity::Breach)).holding(hold)
}

/// Breaches that were closed before an instant and are not forgotten, at most `size` of them and at most
/// [`MAX_PAGE`].
pub fn closed_before(before: Timestamp, size: u32) -> Query<Uuid> {
    Query::new(CLOSED_BEFORE, vec![before.into(), size.min(MAX_PAGE).into()], |row| row.uuid(0))
}

/// Forgets whom and what a closed breach was about, who brought it to light and the steps; one that is open or
/// forgotten by now is gone from those that can be.
pub fn forget(id: Uuid) -> [Statement; 2] {
    let args = vec![json(&Vec::<Oid>::new()), keys(&[]), id.into()];
    [
        Statement::one(FORGET, args, Conflict::Gone(Entity::Breach)),
        Statement::any(FORGET_STEPS, vec![id.into()], Conflict::Gone(Entity::Breach)),
    ]
}

/// The breach with this name.
pub fn find(id: Uuid) -> Query<Breach> {
    Query::new(FIND, vec![id.into()], breach)
}

/// The breaches of a controller's register – in one state –, newest first, at most `size` of them and at most
/// [`MAX_PAGE`].
pub fn list(
    controller: &Oid,
    state: Option<BreachState>,
    after: Option<LogCursor>,
    size: u32,
) -> Query<Breach> {
    let select = Select::new(LIST, [controller.into()])
        .when(state.map(BreachState::as_str), " AND state = ?");
    page(select, after, size).decode(breach)
}

/// The steps that were taken about a breach, in their order; at most [`MAX_PAGE`] of them.
pub fn steps(breach: Uuid) -> Query<BreachStep> {
    Query::new(STEPS, vec![breach.into(), MAX_PAGE.into()], taken)
}

fn breach(row: &dyn Row) -> Result<Breach, Corrupt> {
    let risk = |row: &dyn Row, column| word(row, column, Risk::ALL, Risk::as_str);
    let instant = |column| row.maybe(column, Row::instant);
    Ok(Breach {
        id: row.uuid(0)?,
        at: row.instant(1)?,
        controller: row.oid(2)?,
        aware_at: row.instant(3)?,
        source: word(row, 4, BreachSource::ALL, BreachSource::as_str)?,
        documents: row.json(5)?,
        clients: row.keys(6)?,
        details: row.maybe(7, <dyn Row>::vec)?,
        organisation: row.oid(8)?,
        user_id: row.string(9)?,
        steps: row.number(10)?,
        progress: Progress {
            state: word(row, 11, BreachState::ALL, BreachState::as_str)?,
            risk: row.maybe(12, risk)?,
            met_at: instant(13)?,
            closed_at: instant(14)?,
        },
    })
}

fn taken(row: &dyn Row) -> Result<BreachStep, Corrupt> {
    Ok(BreachStep {
        breach: row.uuid(0)?,
        number: row.number(1)?,
        at: row.instant(2)?,
        details: row.vec(3)?,
        user_id: row.string(4)?,
        log_entry: row.uuid(5)?,
    })
}

fn word<T: Copy>(
    row: &dyn Row,
    column: usize,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, Corrupt> {
    let text = row.text(column)?;
    let found = all.iter().copied().find(|word| name(*word) == text);
    found.ok_or(Corrupt { column, wanted: "word of a breach" })
}
