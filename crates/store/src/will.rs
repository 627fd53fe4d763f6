//! Wills: everything that is derived from the will documents of one client – informing, permit,
//! denials, representation –, as JSON that this crate does not look into.
//!
//! A will is the person's and the same for every controller. It has no counter of its own: a plan that
//! changes one raises the client's counter, and a plan that was decided on one guards that. So for
//! decisions it is read together with the client's file (see [`crate::standing`]).

use std::fmt;

use uuid::Uuid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{MAX_PAGE, Query, Row, Select};

/// A client's will by itself.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientWill {
    /// The client's key.
    pub client: Uuid,
    /// What was derived, in JSON.
    pub derived: String,
}

/// Wills tell about clients: only whose it is shows.
impl fmt::Debug for ClientWill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientWill").field("client", &self.client).finish_non_exhaustive()
    }
}

const OF_CLIENT: &str = "-- will::of_client
SELECT client_key, derived FROM will WHERE client_key = $1";

const EVERY: &str = "-- will::every
SELECT client_key, derived FROM will WHERE true";

const UPSERT: &str = "-- will::upsert
INSERT INTO will (client_key, derived) VALUES ($1, $2)
ON CONFLICT (client_key) DO UPDATE SET derived = excluded.derived";

const REMOVE: &str = "-- will::remove
DELETE FROM will WHERE client_key = $1";

/// The will of a client, where there is one.
pub fn of_client(client: Uuid) -> Query<ClientWill> {
    Query::new(OF_CLIENT, vec![client.into()], will)
}

/// All wills by client, after that of `after`; at most `size` of them and at most [`MAX_PAGE`].
pub fn every(after: Option<Uuid>, size: u32) -> Query<ClientWill> {
    Select::new(EVERY, [])
        .when(after, " AND client_key > ?")
        .push(" ORDER BY client_key LIMIT ?", [size.min(MAX_PAGE).into()])
        .decode(will)
}

/// Stores a will, in place of the one before. The client's counter is raised in the same plan.
pub fn upsert(client: Uuid, derived: String) -> Statement {
    let args = vec![client.into(), derived.into()];
    Statement::one(UPSERT, args, Conflict::AlreadyExists(Entity::Will))
}

/// Removes a will that has nothing in it any more. The client's counter is raised in the same plan.
pub fn remove(client: Uuid) -> Statement {
    Statement::one(REMOVE, vec![client.into()], Conflict::Gone(Entity::Will))
}

fn will(row: &dyn Row) -> Result<ClientWill, Corrupt> {
    Ok(ClientWill { client: row.uuid(0)?, derived: row.string(1)? })
}
