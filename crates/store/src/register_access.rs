//! The index of register access rights: what a producer finds its open rights by, and an organiser
//! those that it has given. Rights themselves are derived and stand in the standing of a client at a
//! controller; whenever that is written, its rights are cleared here and written anew.

use std::fmt;

use uuid::Uuid;
use varanto_model::{Code, Oid};

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{MAX_PAGE, Query, Row, Select, TooManyValues};

/// A right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRow {
    /// Names the right; derived from controller, client, case and unit.
    pub oid: Oid,
    /// The service unit that has it.
    pub unit: Oid,
    /// The client's key.
    pub client: Uuid,
    /// Whose register it is in.
    pub controller: Oid,
    /// The case that it reaches.
    pub case: Oid,
    /// The service task of the case, code set 1221.
    pub service_task: Code,
    /// The periods in which it stands, in JSON.
    pub spells: String,
}

/// A right with its client and with what decides how it stands today.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessFound {
    /// The right.
    pub right: AccessRow,
    /// The client's counter at that moment.
    pub client_version: i64,
    /// The client's identifier, sealed for the key's bytes.
    pub identifier: Vec<u8>,
    /// The client's names, sealed for the key's bytes.
    pub names: Option<Vec<u8>>,
    /// What was derived about the client at the controller, in JSON.
    pub derived: String,
    /// The orders about the client's rights at the controller, in JSON.
    pub orders: String,
}

/// What was found tells about the client: only the right shows.
impl fmt::Debug for AccessFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessFound").field("right", &self.right).finish_non_exhaustive()
    }
}

/// What narrows a list of rights; an empty list does not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessFilter {
    /// Only of these service units.
    pub units: Vec<Oid>,
    /// Only in the register of this controller.
    pub controller: Option<Oid>,
    /// Only about this client.
    pub client: Option<Uuid>,
}

/// The place of a right in a list; the next page starts after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessCursor {
    /// The service unit that has it.
    pub unit: Oid,
    /// Its name.
    pub oid: Oid,
}

impl AccessFound {
    /// Its place in the list.
    pub fn cursor(&self) -> AccessCursor {
        AccessCursor { unit: self.right.unit.clone(), oid: self.right.oid.clone() }
    }
}

const CLEAR: &str = "-- register_access::clear
DELETE FROM register_access WHERE client_key = $1 AND controller = $2";

const INSERT: &str = "-- register_access::insert
INSERT INTO register_access (oid, unit, client_key, controller, case_oid, service_task, spells)
VALUES ($1, $2, $3, $4, $5, $6, $7)";

const FIND: &str = "-- register_access::find
SELECT a.oid, a.unit, a.client_key, a.controller, a.case_oid, a.service_task, a.spells, c.version,
    c.identifier, c.names, s.derived, s.orders
FROM register_access AS a
JOIN client AS c ON c.client_key = a.client_key
JOIN standing AS s ON s.client_key = a.client_key AND s.controller = a.controller
WHERE a.oid = $1";

const LIST: &str = "-- register_access::list
SELECT page.oid, page.unit, page.client_key, page.controller, page.case_oid, page.service_task,
    page.spells, c.version, c.identifier, c.names, s.derived, s.orders
FROM (SELECT * FROM register_access WHERE true";

const END: &str = " ORDER BY unit, oid LIMIT ?) AS page
JOIN client AS c ON c.client_key = page.client_key
JOIN standing AS s ON s.client_key = page.client_key AND s.controller = page.controller
ORDER BY page.unit, page.oid";

/// Removes all rights about a client at a controller, however many there are.
pub fn clear(client: Uuid, controller: &Oid) -> Statement {
    let args = vec![client.into(), controller.into()];
    Statement::any(CLEAR, args, Conflict::Gone(Entity::RegisterAccess))
}

/// Adds a right; its standing is in the store or earlier in the plan.
pub fn insert(new: AccessRow) -> Statement {
    let AccessRow { oid, unit, client, controller, case, service_task, spells } = new;
    let args = vec![
        oid.into(),
        unit.into(),
        client.into(),
        controller.into(),
        case.into(),
        service_task.into(),
        spells.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::RegisterAccess))
}

/// The right with this name.
pub fn find(oid: &Oid) -> Query<AccessFound> {
    Query::new(FIND, vec![oid.into()], found)
}

/// Rights by unit and name, at most `size` of them and at most [`MAX_PAGE`].
pub fn list(
    filter: &AccessFilter,
    after: Option<AccessCursor>,
    size: u32,
) -> Result<Query<AccessFound>, TooManyValues> {
    let select = Select::new(LIST, [])
        .within(" AND unit", &filter.units, "")?
        .when(filter.controller.as_ref(), " AND controller = ?")
        .when(filter.client, " AND client_key = ?");
    let select = match after {
        Some(AccessCursor { unit, oid }) => {
            select.push(" AND (unit, oid) > (?, ?)", [unit.into(), oid.into()])
        }
        None => select,
    };
    Ok(select.push(END, [size.min(MAX_PAGE).into()]).decode(found))
}

fn found(row: &dyn Row) -> Result<AccessFound, Corrupt> {
    Ok(AccessFound {
        right: AccessRow {
            oid: row.oid(0)?,
            unit: row.oid(1)?,
            client: row.uuid(2)?,
            controller: row.oid(3)?,
            case: row.oid(4)?,
            service_task: row.code(5)?,
            spells: row.string(6)?,
        },
        client_version: row.int(7)?,
        identifier: row.vec(8)?,
        names: row.maybe(9, <dyn Row>::vec)?,
        derived: row.string(10)?,
        orders: row.string(11)?,
    })
}
