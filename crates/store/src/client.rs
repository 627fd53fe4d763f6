//! The client's file: who the client is, sealed, and the counter that every plan about the client is
//! guarded by. Rights and context are not kept here: they are derived from documents (see
//! [`crate::standing`]).

use jiff::Timestamp;
use uuid::Uuid;

use crate::error::{Conflict, Corrupt, Entity, Guard};
use crate::hold::{Held, Hold};
use crate::plan::Statement;
use crate::query::{Query, Row};
use crate::vault::Lookup;

/// A client's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Names the client in every other table.
    pub key: Uuid,
    /// The identity code or temporary identifier, sealed for the key's bytes.
    pub identifier: Vec<u8>,
    /// The names, sealed for the key's bytes.
    pub names: Option<Vec<u8>>,
    /// Raised by every plan that changes what is decided about the client.
    pub version: i64,
    /// When the file was opened.
    pub created_at: Timestamp,
    /// The person's file that this file of a temporary identifier was joined to.
    pub joined_to: Option<Uuid>,
}

const FIND: &str = "-- client::find
SELECT client_key, identifier, names, version, created_at, joined_to FROM client WHERE client_key = $1";

const FIND_BY_LOOKUP: &str = "-- client::find_by_lookup
SELECT client_key, identifier, names, version, created_at, joined_to FROM client WHERE lookup = $1";

const EVERY: &str = "-- client::every
SELECT client_key, identifier, names, version, created_at, joined_to, lookup FROM client
WHERE client_key > $1 ORDER BY client_key LIMIT $2";

const JOINED_TO: &str = "-- client::joined_to
SELECT client_key FROM client WHERE joined_to = $1 ORDER BY client_key LIMIT $2";

const INSERT: &str = "-- client::insert
INSERT INTO client (client_key, lookup, identifier, names, version, created_at, joined_to)
VALUES ($1, $2, $3, $4, $5, $6, $7)";

const RAISE: &str = "-- client::raise
UPDATE client SET version = version + 1 WHERE client_key = $1 AND version = $2";

const JOIN: &str = "-- client::join
UPDATE client SET joined_to = $1, version = version + 1
WHERE client_key = $2 AND version = $3 AND joined_to IS NULL";

const GUARD: &str = "-- client::guard
SELECT 1 FROM client WHERE client_key = $1 AND version = $2";

/// The file with this key.
pub fn find(key: Uuid) -> Query<Client> {
    Query::new(FIND, vec![key.into()], client)
}

/// The file of the client with this identifier.
pub fn find_by_lookup(lookup: &Lookup) -> Query<Client> {
    Query::new(FIND_BY_LOOKUP, vec![lookup.into()], client)
}

/// Every file after a key, in the order of keys, with the hash that it is found by; at most `size` of them.
pub fn every(after: Option<Uuid>, size: u32) -> Query<(Client, Lookup)> {
    let args = vec![after.unwrap_or(Uuid::nil()).into(), size.into()];
    Query::new(EVERY, args, |row| Ok((client(row)?, Lookup::of_stored(row.hash(6)?))))
}

/// The keys of the files of temporary identifiers that were joined to a person's, at most `most`. What was
/// noted in logs before the joining stays under them.
pub fn joined_to(person: Uuid, most: u32) -> Query<Uuid> {
    Query::new(JOINED_TO, vec![person.into(), most.into()], |row| row.key(0))
}

/// Opens a file; a second file for the same key or identifier is a conflict.
pub fn insert(client: Client, lookup: &Lookup) -> Statement {
    let Client { key, identifier, names, version, created_at, joined_to } = client;
    let args = vec![
        key.into(),
        lookup.into(),
        identifier.into(),
        names.into(),
        version.into(),
        created_at.into(),
        joined_to.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::Client))
}

/// Raises the counter from the value that the facts were read at.
pub fn raise(key: Uuid, from_version: i64) -> Statement {
    let args = vec![key.into(), from_version.into()];
    let hold = Hold::exclusive(Held::Client, &[key.as_bytes()]);
    Statement::one(RAISE, args, Conflict::Stale(Guard::Client)).holding(hold)
}

/// Joins the file of a temporary identifier to that of the person, once and for good, and raises its
/// counter from the value that the facts were read at. The person's counter is raised by itself.
pub fn join(temporary: Uuid, from_version: i64, person: Uuid) -> Statement {
    let args = vec![person.into(), temporary.into(), from_version.into()];
    let hold = Hold::exclusive(Held::Client, &[temporary.as_bytes()]);
    Statement::one(JOIN, args, Conflict::Stale(Guard::Client)).holding(hold)
}

/// Holds a plan to the value that the facts were read at, without raising it: for reads.
pub fn guard(key: Uuid, version: i64) -> Statement {
    let args = vec![key.into(), version.into()];
    let hold = Hold::shared(Held::Client, &[key.as_bytes()]);
    Statement::guard(GUARD, args, Conflict::Stale(Guard::Client)).holding(hold)
}

fn client(row: &dyn Row) -> Result<Client, Corrupt> {
    Ok(Client {
        key: row.uuid(0)?,
        identifier: row.vec(1)?,
        names: row.maybe(2, <dyn Row>::vec)?,
        version: row.int(3)?,
        created_at: row.instant(4)?,
        joined_to: row.maybe(5, <dyn Row>::key)?,
    })
}
