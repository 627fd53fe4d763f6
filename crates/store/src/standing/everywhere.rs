//! A client's file with the will and the standings at every controller: what a disclosure between
//! controllers is decided on.

use std::fmt;

use uuid::Uuid;
use varanto_model::Oid;

use crate::error::Corrupt;
use crate::query::{Query, Row, Select, TooManyValues};
use crate::vault::Lookup;

/// A client's file with everything that is derived about the client.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientEverywhere {
    /// The key of the client's file.
    pub client: Uuid,
    /// The client's counter at that moment.
    pub client_version: i64,
    /// The person's file that this file was joined to.
    pub joined_to: Option<Uuid>,
    /// The client's will, in JSON; `None` where none has been stored.
    pub will: Option<String>,
    /// The controllers at which there is a standing, in their order, and what was derived at each, in
    /// JSON.
    pub standings: Vec<(Oid, String)>,
}

/// It tells about a client: only whose it is shows.
impl fmt::Debug for ClientEverywhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientEverywhere")
            .field("client", &self.client)
            .field("client_version", &self.client_version)
            .finish_non_exhaustive()
    }
}

/// A row of it: a client's file with one standing, or without any. See [`fold`].
#[derive(Clone, PartialEq, Eq)]
pub struct EverywhereRow {
    client: Uuid,
    client_version: i64,
    joined_to: Option<Uuid>,
    will: Option<String>,
    standing: Option<(Oid, String)>,
}

/// It tells about a client: only whose it is shows.
impl fmt::Debug for EverywhereRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EverywhereRow").field("client", &self.client).finish_non_exhaustive()
    }
}

const EVERYWHERE: &str = "-- everywhere::everywhere
SELECT c.client_key, c.version, c.joined_to, w.derived, s.controller, s.derived
FROM client AS c
LEFT JOIN will AS w ON w.client_key = c.client_key
LEFT JOIN standing AS s ON s.client_key = c.client_key
WHERE ";

const OF_LOOKUP: &str = "-- everywhere::everywhere_of_lookup
SELECT p.client_key, p.version, p.joined_to, w.derived, s.controller, s.derived
FROM client AS c
JOIN client AS p ON p.client_key = COALESCE(c.joined_to, c.client_key)
LEFT JOIN will AS w ON w.client_key = p.client_key
LEFT JOIN standing AS s ON s.client_key = p.client_key
WHERE c.lookup = $1 ORDER BY s.controller";

/// The files with these keys, by key, each with its will and its standings by controller, in rows for
/// [`fold`]. A joined file is given as it is, with the name of the person's.
pub fn everywhere(keys: &[Uuid]) -> Result<Query<EverywhereRow>, TooManyValues> {
    let select = Select::new(EVERYWHERE, []).among("c.client_key", keys)?;
    Ok(select.push(" ORDER BY c.client_key, s.controller", []).decode(row))
}

/// The file of the client with this identifier, its will and its standings by controller, in rows for
/// [`fold`]. For a temporary identifier whose file was joined to a person's, all are the person's.
pub fn everywhere_of_lookup(lookup: &Lookup) -> Query<EverywhereRow> {
    Query::new(OF_LOOKUP, vec![lookup.into()], row)
}

/// Puts the rows of each client together, in their order.
pub fn fold(rows: Vec<EverywhereRow>) -> Vec<ClientEverywhere> {
    let mut clients: Vec<ClientEverywhere> = Vec::new();
    for EverywhereRow { client, client_version, joined_to, will, standing } in rows {
        match clients.last_mut() {
            Some(last) if last.client == client => last.standings.extend(standing),
            _ => clients.push(ClientEverywhere {
                client,
                client_version,
                joined_to,
                will,
                standings: standing.into_iter().collect(),
            }),
        }
    }
    clients
}

fn row(row: &dyn Row) -> Result<EverywhereRow, Corrupt> {
    Ok(EverywhereRow {
        client: row.uuid(0)?,
        client_version: row.int(1)?,
        joined_to: row.maybe(2, <dyn Row>::key)?,
        will: row.maybe(3, <dyn Row>::string)?,
        standing: row.maybe(4, |row, column| Ok((row.oid(column)?, row.string(column + 1)?)))?,
    })
}
