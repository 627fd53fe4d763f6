//! Service units of organisations, with the days on which they are valid.

use jiff::civil::Date;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row};

/// A service unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its name.
    pub oid: Oid,
    /// The operating unit of the organisation that it belongs to.
    pub organisation: Oid,
    /// What it is called.
    pub name: String,
    /// The first day of its validity.
    pub valid_from: Date,
    /// The last day, if it has one.
    pub valid_to: Option<Date>,
}

const UPSERT: &str = "-- unit::upsert_unit
INSERT INTO unit (oid, organisation, name, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (oid) DO UPDATE SET organisation = excluded.organisation, name = excluded.name,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to";

const REMOVE: &str = "-- unit::remove_unit
DELETE FROM unit WHERE oid = $1";

const ALL: &str = "-- unit::all_units
SELECT oid, organisation, name, valid_from, valid_to FROM unit ORDER BY oid";

/// Stores a unit, in place of one with the same name.
pub fn upsert_unit(new: Unit) -> Statement {
    let Unit { oid, organisation, name, valid_from, valid_to } = new;
    let args =
        vec![oid.into(), organisation.into(), name.into(), valid_from.into(), valid_to.into()];
    Statement::one(UPSERT, args, Conflict::AlreadyExists(Entity::DirectoryRecord))
}

/// Removes a unit.
pub fn remove_unit(oid: &Oid) -> Statement {
    Statement::one(REMOVE, vec![oid.into()], Conflict::Gone(Entity::DirectoryRecord))
}

/// All units by name.
pub fn all_units() -> Query<Unit> {
    Query::new(ALL, vec![], unit)
}

fn unit(row: &dyn Row) -> Result<Unit, Corrupt> {
    Ok(Unit {
        oid: row.oid(0)?,
        organisation: row.oid(1)?,
        name: row.string(2)?,
        valid_from: row.date(3)?,
        valid_to: row.maybe(4, <dyn Row>::date)?,
    })
}
