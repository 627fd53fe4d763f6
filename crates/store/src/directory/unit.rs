//! Service units of organisations, with the days on which they are valid.

use jiff::civil::Date;
use serde::Serialize;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row};

/// A service unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// Its name.
    pub oid: Oid,
    /// The operating unit of the organisation that it belongs to.
    pub organisation: Oid,
    /// What it is called in Finnish.
    pub name: String,
    /// Its name in Swedish.
    pub name_sv: Option<String>,
    /// Its name in English.
    pub name_en: Option<String>,
    /// The first day of its validity.
    pub valid_from: Date,
    /// The last day, if it has one.
    pub valid_to: Option<Date>,
}

const UPSERT: &str = "-- unit::upsert_unit
INSERT INTO unit (oid, organisation, name, valid_from, valid_to, name_sv, name_en)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (oid) DO UPDATE SET organisation = excluded.organisation, name = excluded.name,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to, name_sv = excluded.name_sv,
    name_en = excluded.name_en";

const REMOVE: &str = "-- unit::remove_unit
DELETE FROM unit WHERE oid = $1";

const ALL: &str = "-- unit::all_units
SELECT oid, organisation, name, valid_from, valid_to, name_sv, name_en FROM unit ORDER BY oid";

/// Stores a unit, in place of one with the same name.
pub fn upsert_unit(new: Unit) -> Statement {
    let args = vec![
        new.oid.into(),
        new.organisation.into(),
        new.name.into(),
        new.valid_from.into(),
        new.valid_to.into(),
        new.name_sv.into(),
        new.name_en.into(),
    ];
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
        name_sv: row.maybe(5, <dyn Row>::string)?,
        name_en: row.maybe(6, <dyn Row>::string)?,
    })
}
