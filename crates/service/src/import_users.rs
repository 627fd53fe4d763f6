//! Importing people into the user registers of organisations from a table (AC-04).

use serde_json::Value;
use varanto_model::reader::{self, Members, boolean, day, text, word};
use varanto_model::{Faults, Oid, Pointer};
use varanto_store::directory::{Person, Record};
use varanto_store::vault::Vault;

use crate::Error;
use crate::directory_changes::{Import, ImportOptions, ImportReport, Placed};
use crate::import_organisations::ordered;
use crate::service::Service;
use crate::snapshot::Directory;
use crate::supervision::HomeAddress;
use crate::table::{Columns, rows};

const CARDS: &[&str] = &["professional", "personnel", "actor"];
/// The most units of a person.
const MAX_UNITS: usize = 1_000;

const COLUMNS: Columns = Columns {
    required: &["organisation", "id", "family_name", "given_names", "role", "units"],
    optional: &["card", "outsider", "valid_from", "valid_to", "home_street", "home_postal_code"],
};

impl Service {
    /// Imports people from a table: all of them, or, where there is any fault, none. People who are
    /// not in it stay as they are.
    pub async fn import_users(
        &self,
        bytes: &[u8],
        options: &ImportOptions,
    ) -> Result<ImportReport, Error> {
        let import = Import { action: "import_users", options, kinds: &[] };
        self.import_records(import, |directory, faults| read(bytes, directory, &self.vault, faults))
            .await
    }
}

fn read(bytes: &[u8], directory: &Directory, vault: &Vault, faults: &mut Faults) -> Vec<Placed> {
    let rows = rows(bytes, &COLUMNS, faults);
    let people = rows.into_iter().filter_map(|row| {
        let mut value = row.value;
        let organisation = owner(&mut value, directory, &row.at, faults);
        let of_owner = |unit: &Oid| {
            // Where the organisation itself is unknown, that alone is told.
            let known = directory.units.get(unit).map(|unit| &unit.organisation);
            organisation.is_none() || known == organisation.as_ref()
        };
        let home = home(&mut value, &row.at, faults);
        let person = person(organisation.as_ref(), of_owner, &value, &row.at, faults)?;
        let home = home.map(|address| address.hashed(vault));
        Some((row.at, Record::Person(Person { home, ..person })))
    });
    people.collect()
}

/// The organisation of a line, which is taken out of it; the list of units and the mark of an outsider
/// get the form that they have in JSON.
fn owner(
    value: &mut Value,
    directory: &Directory,
    at: &Pointer,
    faults: &mut Faults,
) -> Option<Oid> {
    let line = value.as_object_mut()?;
    if let Some(Value::String(units)) = line.get("units") {
        let units = units.split_whitespace().map(Value::from).collect();
        line.insert("units".to_owned(), units);
    }
    if let Some(outsider) = line.get("outsider").and_then(|word| word.as_str()?.parse().ok()) {
        line.insert("outsider".to_owned(), Value::Bool(outsider));
    }
    let at = at.member("organisation");
    let Some(organisation) = line.remove("organisation") else {
        faults.add(at, "missing", "`organisation` is missing");
        return None;
    };
    let organisation = reader::oid(&organisation, &at, faults)?;
    if !directory.organisations.contains_key(&organisation) {
        let why = "no organisation with this operating unit is known";
        faults.add(at, "organisation-unknown", why);
        return None;
    }
    Some(organisation)
}

/// A person of the organisation `owner`, whose units are the `known` ones. A home address is told by a
/// table alone.
pub(crate) fn person(
    owner: Option<&Oid>,
    known: impl Fn(&Oid) -> bool,
    value: &Value,
    at: &Pointer,
    faults: &mut Faults,
) -> Option<Person> {
    let mut m = Members::of(value, at, faults)?;
    let user_id = m.required("id", faults, text(64));
    let family_name = m.required("family_name", faults, text(200));
    let given_names = m.required("given_names", faults, text(200));
    let role = m.required("role", faults, reader::code);
    let units = m.list("units", MAX_UNITS, faults, |value, at, faults| {
        let unit = reader::oid(value, at, faults)?;
        if !known(&unit) {
            faults.add(at.clone(), "unit-unknown", "the organisation has no such unit");
        }
        Some(unit)
    });
    let card = m.optional("card", faults, word(CARDS, |card| card));
    let outsider = m.optional("outsider", faults, boolean).unwrap_or(false);
    let (valid_from, valid_to) =
        (m.optional("valid_from", faults, day), m.optional("valid_to", faults, day));
    ordered(valid_from, valid_to, &m.place("valid_to"), faults);
    m.finish(faults);
    Some(Person {
        organisation: owner?.clone(),
        user_id: user_id?,
        family_name: family_name?,
        given_names: given_names?,
        role: role?.to_string(),
        units,
        card: card.map(str::to_owned),
        outsider,
        valid_from,
        valid_to,
        home: None,
    })
}

/// The home address of a line, which is taken out of it: both parts of it, or neither.
fn home(value: &mut Value, at: &Pointer, faults: &mut Faults) -> Option<HomeAddress> {
    let line = value.as_object_mut()?;
    let mut part = |name: &str| {
        let value = line.remove(name)?;
        text(200)(&value, &at.member(name), faults)
    };
    let (street, postal_code) = (part("home_street"), part("home_postal_code"));
    if street.is_some() != postal_code.is_some() {
        let why = "a home address has both a street and a postal code";
        faults.add(at.member("home_street"), "incomplete-address", why);
    }
    HomeAddress::of(&street?, &postal_code?)
}
