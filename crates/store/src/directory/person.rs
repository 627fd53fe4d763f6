//! The user registers of organisations: who works where, as what, and who is an outsider.

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::{Statement, Value};
use crate::query::{Query, Row, json};
use crate::vault::Lookup;

/// A person in the user register of an organisation.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The operating unit of the organisation.
    pub organisation: Oid,
    /// Registration number, or the organisation's own user id.
    pub user_id: String,
    /// The family name.
    pub family_name: String,
    /// The given names.
    pub given_names: String,
    /// The work task.
    pub role: String,
    /// The service units in which the person works.
    pub units: Vec<Oid>,
    /// The kind of card that the person has, if any.
    pub card: Option<String>,
    /// Is the person no professional of the organisation, and so without access?
    pub outsider: bool,
    /// The first day of validity, if it is limited.
    pub valid_from: Option<Date>,
    /// The last day, if it is limited.
    pub valid_to: Option<Date>,
    /// The keyed hash of the home address, where the organisation gives one to be compared with those of
    /// clients (LOG-06). The address itself is kept nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<Lookup>,
}

/// Names and ids of staff do not show.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("organisation", &self.organisation)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

const UPSERT: &str = "-- person::upsert_person
INSERT INTO person (organisation, user_id, family_name, given_names, role, units, card, outsider,
    valid_from, valid_to, home)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (organisation, user_id) DO UPDATE SET family_name = excluded.family_name,
    given_names = excluded.given_names, role = excluded.role, units = excluded.units,
    card = excluded.card, outsider = excluded.outsider, valid_from = excluded.valid_from,
    valid_to = excluded.valid_to, home = excluded.home";

const REMOVE: &str = "-- person::remove_person
DELETE FROM person WHERE organisation = $1 AND user_id = $2";

const ALL: &str = "-- person::all_people
SELECT organisation, user_id, family_name, given_names, role, units, card, outsider, valid_from,
    valid_to, home
FROM person ORDER BY organisation, user_id";

/// Stores a person, in place of one with the same id in the organisation.
pub fn upsert_person(new: Person) -> Statement {
    let args = vec![
        new.organisation.into(),
        new.user_id.into(),
        new.family_name.into(),
        new.given_names.into(),
        new.role.into(),
        json(&new.units),
        new.card.into(),
        new.outsider.into(),
        new.valid_from.into(),
        new.valid_to.into(),
        new.home.as_ref().map(Value::from).into(),
    ];
    Statement::one(UPSERT, args, Conflict::AlreadyExists(Entity::DirectoryRecord))
}

/// Removes a person.
pub fn remove_person(organisation: &Oid, user_id: String) -> Statement {
    let args = vec![organisation.into(), user_id.into()];
    Statement::one(REMOVE, args, Conflict::Gone(Entity::DirectoryRecord))
}

/// All people by organisation and id.
pub fn all_people() -> Query<Person> {
    Query::new(ALL, vec![], person)
}

fn person(row: &dyn Row) -> Result<Person, Corrupt> {
    Ok(Person {
        organisation: row.oid(0)?,
        user_id: row.string(1)?,
        family_name: row.string(2)?,
        given_names: row.string(3)?,
        role: row.string(4)?,
        units: row.json(5)?,
        card: row.maybe(6, <dyn Row>::string)?,
        outsider: row.bool(7)?,
        valid_from: row.maybe(8, <dyn Row>::date)?,
        valid_to: row.maybe(9, <dyn Row>::date)?,
        home: row.maybe(10, <dyn Row>::hash)?.map(Lookup::of_stored),
    })
}
