//! Decisions of privacy officers on uses that were reviewed (LOG-06). Only ever added to: the newest
//! decision on an item counts, the earlier ones are its history. What an item is and who may decide on it is
//! said elsewhere. A decision can be forgotten: then the row stays without all that tells about persons, and
//! belongs to no item any more.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::hold::{Held, Hold};
use crate::plan::Statement;
use crate::query::{MAX_PAGE, Query, Row, Select, TooManyValues};

/// A decision on one item of a list.
#[derive(Clone, PartialEq, Eq)]
pub struct Review {
    /// Names the decision.
    pub id: Uuid,
    /// When it was made.
    pub at: Timestamp,
    /// Whose log it is about: a controller, or an organisation without a register.
    pub log: Oid,
    /// The list, such as `special-reasons`.
    pub list: String,
    /// The item: the name of an entry, or organisation, user and day.
    pub item: String,
    /// What was decided, such as `justified`.
    pub decision: String,
    /// Why, sealed for the bytes of `id`.
    pub reason: Vec<u8>,
    /// The breach that it opened.
    pub breach: Option<Uuid>,
    /// Who decided.
    pub user_id: String,
    /// The name of who decided.
    pub user_name: String,
    /// The entry of the use log that was written with it.
    pub log_entry: Uuid,
}

/// Decisions tell about staff: only what was decided shows.
impl fmt::Debug for Review {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Review")
            .field("id", &self.id)
            .field("list", &self.list)
            .field("decision", &self.decision)
            .finish_non_exhaustive()
    }
}

const INSERT: &str = "-- review::insert
INSERT INTO review (id, at, log, list, item, decision, reason, breach, user_id, user_name, log_entry)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const OF_ITEMS: &str = "-- review::of_items
SELECT id, at, log, list, item, decision, reason, breach, user_id, user_name, log_entry
FROM review WHERE log = ? AND list = ?";

const GUARD_DECISIONS: &str = "-- review::guard_decisions
SELECT 1 WHERE (SELECT COUNT(*) FROM review WHERE log = $1 AND list = $2 AND item = $3) = $4";

const DECIDED_BEFORE: &str = "-- review::decided_before
SELECT id FROM review WHERE at < $1 AND user_id <> '' ORDER BY id LIMIT $2";

const FORGET: &str = "-- review::forget
UPDATE review SET item = '', reason = $1, user_id = '', user_name = ''
WHERE id = $2 AND user_id <> ''";

/// Adds a decision.
pub fn insert(new: Review) -> Statement {
    let args = vec![
        new.id.into(),
        new.at.into(),
        new.log.into(),
        new.list.into(),
        new.item.into(),
        new.decision.into(),
        new.reason.into(),
        new.breach.into(),
        new.user_id.into(),
        new.user_name.into(),
        new.log_entry.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::Review))
}

/// All decisions on these items of a list, by item, the newest of each first.
pub fn of_items(log: &Oid, list: String, items: &[String]) -> Result<Query<Review>, TooManyValues> {
    let select = Select::new(OF_ITEMS, [log.into(), list.into()]);
    let select = if items.is_empty() {
        select.push(" AND false", [])
    } else {
        select.within(" AND item", items, "")?
    };
    Ok(select.push(" ORDER BY item, at DESC, id DESC", []).decode(review))
}

/// That there are so many decisions on an item of a list, and no more.
pub fn guard_decisions(log: &Oid, list: String, item: String, decisions: u32) -> Statement {
    let item_of_list = [log.as_str(), &list, &item].map(str::as_bytes);
    let hold = Hold::exclusive(Held::Decisions, &item_of_list);
    let args = vec![log.into(), list.into(), item.into(), decisions.into()];
    Statement::guard(GUARD_DECISIONS, args, Conflict::AlreadyExists(Entity::Review)).holding(hold)
}

/// Decisions that were made before an instant and are not forgotten, at most `size` of them and at most
/// [`MAX_PAGE`].
pub fn decided_before(before: Timestamp, size: u32) -> Query<Uuid> {
    Query::new(DECIDED_BEFORE, vec![before.into(), size.min(MAX_PAGE).into()], |row| row.uuid(0))
}

/// Forgets what a decision was about, why it was made and by whom; one that is forgotten by now is gone.
pub fn forget(id: Uuid) -> Statement {
    let args = vec![Vec::<u8>::new().into(), id.into()];
    Statement::one(FORGET, args, Conflict::Gone(Entity::Review))
}

fn review(row: &dyn Row) -> Result<Review, Corrupt> {
    Ok(Review {
        id: row.uuid(0)?,
        at: row.instant(1)?,
        log: row.oid(2)?,
        list: row.string(3)?,
        item: row.string(4)?,
        decision: row.string(5)?,
        reason: row.vec(6)?,
        breach: row.maybe(7, <dyn Row>::key)?,
        user_id: row.string(8)?,
        user_name: row.string(9)?,
        log_entry: row.uuid(10)?,
    })
}
