//! Standings: everything that is derived from the control documents of one client at one controller,
//! and the orders about it. Both are JSON that this crate does not look into.
//!
//! A standing has no counter of its own: a plan that changes one raises the client's counter, and a
//! plan that was decided on one guards that. So it is always read together with the client's file, and
//! the file is found also where there is no standing yet.

mod everywhere;

use std::fmt;

use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{MAX_PAGE, Query, Row, Select, TooManyValues};
use crate::vault::Lookup;

pub use everywhere::{ClientEverywhere, EverywhereRow, everywhere, everywhere_of_lookup, fold};

/// A client's file with the client's standing at one controller, and with the client's will.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientStanding {
    /// The key of the client's file.
    pub client: Uuid,
    /// The client's counter at that moment.
    pub client_version: i64,
    /// The person's file that this file was joined to.
    pub joined_to: Option<Uuid>,
    /// What was derived, in JSON; `None` where there is no standing.
    pub derived: Option<String>,
    /// The orders, in JSON; `None` where there is no standing.
    pub orders: Option<String>,
    /// The client's will, in JSON; `None` where none has been stored.
    pub will: Option<String>,
}

/// Standings tell about clients: only whose it is shows.
impl fmt::Debug for ClientStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientStanding")
            .field("client", &self.client)
            .field("client_version", &self.client_version)
            .finish_non_exhaustive()
    }
}

/// A standing by itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Standing {
    /// The client's key.
    pub client: Uuid,
    /// Whose register it is about.
    pub controller: Oid,
    /// What was derived, in JSON.
    pub derived: String,
    /// The orders, in JSON.
    pub orders: String,
}

/// Standings tell about clients: only whose it is shows.
impl fmt::Debug for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standing")
            .field("client", &self.client)
            .field("controller", &self.controller)
            .finish_non_exhaustive()
    }
}

const OF_CLIENTS: &str = "-- standing::of_clients
SELECT c.client_key, c.version, c.joined_to, s.derived, s.orders, w.derived
FROM client AS c
LEFT JOIN will AS w ON w.client_key = c.client_key
LEFT JOIN standing AS s ON s.client_key = c.client_key AND s.controller = ?
WHERE ";

const OF_LOOKUP: &str = "-- standing::of_lookup
SELECT p.client_key, p.version, p.joined_to, s.derived, s.orders, w.derived
FROM client AS c
JOIN client AS p ON p.client_key = COALESCE(c.joined_to, c.client_key)
LEFT JOIN will AS w ON w.client_key = p.client_key
LEFT JOIN standing AS s ON s.client_key = p.client_key AND s.controller = $1
WHERE c.lookup = $2";

const ALL_OF: &str = "-- standing::all_of
SELECT client_key, controller, derived, orders FROM standing
WHERE client_key = $1 ORDER BY controller";

const EVERY: &str = "-- standing::every
SELECT client_key, controller, derived, orders FROM standing WHERE true";

const UPSERT: &str = "-- standing::upsert
INSERT INTO standing (client_key, controller, derived, orders) VALUES ($1, $2, $3, $4)
ON CONFLICT (client_key, controller) DO UPDATE SET derived = excluded.derived,
    orders = excluded.orders";

const REMOVE: &str = "-- standing::remove
DELETE FROM standing WHERE client_key = $1 AND controller = $2";

/// The files with these keys, by key, each with its standing at the controller and its will. A joined
/// file is given as it is, with the name of the person's.
pub fn of_clients(keys: &[Uuid], controller: &Oid) -> Result<Query<ClientStanding>, TooManyValues> {
    let select = Select::new(OF_CLIENTS, [controller.into()]).among("c.client_key", keys)?;
    Ok(select.push(" ORDER BY c.client_key", []).decode(of_client))
}

/// The file of the client with this identifier, its standing at the controller and its will. For a
/// temporary identifier whose file was joined to a person's, all are the person's.
pub fn of_lookup(lookup: &Lookup, controller: &Oid) -> Query<ClientStanding> {
    Query::new(OF_LOOKUP, vec![controller.into(), lookup.into()], of_client)
}

/// All standings of a client, by controller.
pub fn all_of(client: Uuid) -> Query<Standing> {
    Query::new(ALL_OF, vec![client.into()], standing)
}

/// All standings by client and controller, after those of `after`; at most `size` of them and at most
/// [`MAX_PAGE`].
pub fn every(after: Option<(Uuid, Oid)>, size: u32) -> Query<Standing> {
    let select = Select::new(EVERY, []);
    let select = match after {
        Some((client, controller)) => select
            .push(" AND (client_key, controller) > (?, ?)", [client.into(), controller.into()]),
        None => select,
    };
    select
        .push(" ORDER BY client_key, controller LIMIT ?", [size.min(MAX_PAGE).into()])
        .decode(standing)
}

/// Stores a standing, in place of the one before. The client's counter is raised in the same plan.
pub fn upsert(client: Uuid, controller: &Oid, derived: String, orders: String) -> Statement {
    let args = vec![client.into(), controller.into(), derived.into(), orders.into()];
    Statement::one(UPSERT, args, Conflict::AlreadyExists(Entity::Standing))
}

/// Removes a standing that has nothing in it any more, after its rights (see
/// [`crate::register_access::clear`]).
pub fn remove(client: Uuid, controller: &Oid) -> Statement {
    let args = vec![client.into(), controller.into()];
    Statement::one(REMOVE, args, Conflict::Gone(Entity::Standing))
}

fn of_client(row: &dyn Row) -> Result<ClientStanding, Corrupt> {
    Ok(ClientStanding {
        client: row.uuid(0)?,
        client_version: row.int(1)?,
        joined_to: row.maybe(2, <dyn Row>::key)?,
        derived: row.maybe(3, <dyn Row>::string)?,
        orders: row.maybe(4, <dyn Row>::string)?,
        will: row.maybe(5, <dyn Row>::string)?,
    })
}

fn standing(row: &dyn Row) -> Result<Standing, Corrupt> {
    Ok(Standing {
        client: row.uuid(0)?,
        controller: row.oid(1)?,
        derived: row.string(2)?,
        orders: row.string(3)?,
    })
}
