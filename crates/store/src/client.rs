//! The client's file: who the client is, sealed, and the counter that every plan about the client is
//! guarded by. Rights, context and will are not kept here: they are read from documents.

use jiff::Timestamp;
use uuid::Uuid;

use crate::error::{Conflict, Corrupt, Entity, Guard};
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
}

const FIND: &str = "-- client::find
SELECT client_key, identifier, names, version, created_at FROM client WHERE client_key = $1";

const FIND_BY_LOOKUP: &str = "-- client::find_by_lookup
SELECT client_key, identifier, names, version, created_at FROM client WHERE lookup = $1";

const INSERT: &str = "-- client::insert
INSERT INTO client (client_key, lookup, identifier, names, version, created_at)
VALUES ($1, $2, $3, $4, $5, $6)";

const NAME: &str = "-- client::name
UPDATE client SET names = $1 WHERE client_key = $2";

const RAISE: &str = "-- client::raise
UPDATE client SET version = version + 1 WHERE client_key = $1 AND version = $2";

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

/// Opens a file; a second file for the same key or identifier is a conflict.
pub fn insert(client: Client, lookup: &Lookup) -> Statement {
    let Client { key, identifier, names, version, created_at } = client;
    let args = vec![
        key.into(),
        lookup.into(),
        identifier.into(),
        names.into(),
        version.into(),
        created_at.into(),
    ];
    Statement::one(INSERT, args, Conflict::AlreadyExists(Entity::Client))
}

/// Replaces the sealed names.
pub fn name(key: Uuid, names: Vec<u8>) -> Statement {
    let args = vec![names.into(), key.into()];
    Statement::one(NAME, args, Conflict::Gone(Entity::Client))
}

/// Raises the counter from the value that the facts were read at.
pub fn raise(key: Uuid, from_version: i64) -> Statement {
    let args = vec![key.into(), from_version.into()];
    Statement::one(RAISE, args, Conflict::Stale(Guard::Client))
}

/// Holds a plan to the value that the facts were read at, without raising it: for reads.
pub fn guard(key: Uuid, version: i64) -> Statement {
    let args = vec![key.into(), version.into()];
    Statement::guard(GUARD, args, Conflict::Stale(Guard::Client))
}

fn client(row: &dyn Row) -> Result<Client, Corrupt> {
    Ok(Client {
        key: row.uuid(0)?,
        identifier: row.vec(1)?,
        names: row.maybe(2, <dyn Row>::vec)?,
        version: row.int(3)?,
        created_at: row.instant(4)?,
    })
}
