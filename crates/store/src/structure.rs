//! Document structures, as published: JSON text by object identifier. What the text means is known elsewhere.
//!
//! A plan that changes one also bumps the counter of [`crate::Subject::Structures`].

use crate::error::{Conflict, Entity};
use crate::plan::Statement;
use crate::published::{Published, PublishedSummary, args, published, summary};
use crate::query::Query;

const UPSERT: &str = "-- structure::upsert
INSERT INTO structure (oid, digest, origin, imported_at, json) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (oid) DO UPDATE SET digest = excluded.digest, origin = excluded.origin,
    imported_at = excluded.imported_at, json = excluded.json";

const LIST: &str = "-- structure::list
SELECT oid, digest, origin, imported_at FROM structure ORDER BY oid";

const ALL: &str = "-- structure::all
SELECT oid, digest, origin, imported_at, json FROM structure ORDER BY oid";

/// Stores a structure, in place of one with the same name.
pub fn upsert(new: Published) -> Statement {
    Statement::one(UPSERT, args(new), Conflict::Gone(Entity::Structure))
}

/// All of them by name, without their text.
pub fn list() -> Query<PublishedSummary> {
    Query::new(LIST, vec![], summary)
}

/// All of them by name.
pub fn all() -> Query<Published> {
    Query::new(ALL, vec![], published)
}
