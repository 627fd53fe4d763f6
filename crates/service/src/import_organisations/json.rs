//! Organisations in the form of a sandbox's world: with units, people, controllers and joining.

use std::collections::BTreeSet;

use serde_json::Value;
use varanto_model::json::{self, Limits};
use varanto_model::metadata::flag;
use varanto_model::reader::{self, Members, day, elements, number, text, word};
use varanto_model::{Faults, Oid, Pointer};
use varanto_rules::JoiningModel;
use varanto_store::directory::{Controller, Joining, Organisation, Record, Unit, WideAccess};

use super::{KINDS, business_id, ordered};
use crate::directory_changes::Placed;
use crate::import_users::person;

/// The most organisations of one file, and units or people of one organisation.
const MAX_LISTED: usize = 100_000;
/// The most wide register access rights of a controller, and service tasks of one of them.
const MAX_WIDE: usize = 1_000;

/// The organisations of a file with all that belongs to them.
pub(super) fn read(bytes: &[u8], faults: &mut Faults) -> Vec<Placed> {
    let value = match json::parse(bytes, Limits::default()) {
        Ok(value) => value,
        Err(error) => {
            faults.push(error.fault());
            return Vec::new();
        }
    };
    let Some(mut m) = Members::of(&value, &Pointer::root(), faults) else { return Vec::new() };
    let records = m.required("organisations", faults, |value, at, faults| {
        Some(elements(value, at, MAX_LISTED, faults, organisation))
    });
    m.finish(faults);
    records.unwrap_or_default().into_iter().flatten().collect()
}

/// An organisation with its units and people.
fn organisation(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Vec<Placed>> {
    let mut m = Members::of(value, at, faults)?;
    let name = m.required("name", faults, text(300));
    let name_sv = m.optional("name_sv", faults, text(300));
    let name_en = m.optional("name_en", faults, text(300));
    let business_id = m.required("business_id", faults, business_id);
    let kind = m.required("kind", faults, word(KINDS, |kind| kind));
    let operating_unit = m.required("operating_unit", faults, reader::oid);
    let controller = m.optional("controller", faults, controller);
    let joined = m.optional("joined", faults, joining);
    let citizen_service = flag(&mut m, "citizen_service", faults);
    let valid_from = m.optional("valid_from", faults, day);
    let valid_to = m.optional("valid_to", faults, day);
    ordered(valid_from, valid_to, &m.place("valid_to"), faults);
    let owner = operating_unit.as_ref();
    let units = m.list("units", MAX_LISTED, faults, |value, at, faults| {
        Some((at.clone(), unit(owner, value, at, faults)?))
    });
    let known: BTreeSet<&Oid> = units.iter().map(|(_, unit)| &unit.oid).collect();
    let people = m.list("people", MAX_LISTED, faults, |value, at, faults| {
        let person = person(owner, |unit| known.contains(unit), value, at, faults)?;
        Some((at.clone(), Record::Person(person)))
    });
    m.finish(faults);
    let organisation = Record::Organisation(Organisation {
        operating_unit: operating_unit?,
        business_id: business_id?,
        name_fi: name?,
        name_sv,
        name_en,
        kind: kind?.to_owned(),
        controller,
        joined,
        citizen_service,
        valid_from,
        valid_to,
    });
    let mut records = vec![(at.clone(), organisation)];
    records.extend(units.into_iter().map(|(at, unit)| (at, Record::Unit(unit))));
    records.extend(people);
    Some(records)
}

fn controller(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Controller> {
    let mut m = Members::of(value, at, faults)?;
    let oid = m.required("oid", faults, reader::oid);
    let register_opens = m.optional("register_opens", faults, day);
    let models = word(JoiningModel::ALL, JoiningModel::as_str);
    let accepts_models = m.list("accepts_models", 3, faults, models);
    let closing_working_days = m.optional("closing_working_days", faults, number(0, 365));
    let professional_signatures_from = m.optional("professional_signatures_from", faults, day);
    let wide_access = m.list("wide_access", MAX_WIDE, faults, wide_access);
    m.finish(faults);
    Some(Controller {
        oid: oid?,
        register_opens,
        accepts_models: accepts_models.into_iter().map(|m| m.as_str().to_owned()).collect(),
        closing_working_days,
        professional_signatures_from,
        wide_access,
    })
}

fn wide_access(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<WideAccess> {
    let mut m = Members::of(value, at, faults)?;
    let unit = m.required("unit", faults, reader::oid);
    let service_tasks = m.required("service_tasks", faults, |value, at, faults| {
        let tasks = elements(value, at, MAX_WIDE, faults, reader::code);
        if value.as_array().is_some_and(Vec::is_empty) {
            faults.add(at.clone(), "too-few", "a right holds in one service task at least");
        }
        Some(tasks)
    });
    let (from, to) = (m.required("from", faults, day), m.optional("to", faults, day));
    ordered(from, to, &m.place("to"), faults);
    m.finish(faults);
    Some(WideAccess { unit: unit?, service_tasks: service_tasks?, from: from?, to })
}

fn joining(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Joining> {
    let mut m = Members::of(value, at, faults)?;
    let model = m.required("model", faults, word(JoiningModel::ALL, JoiningModel::as_str));
    let (from, to) = (m.required("from", faults, day), m.optional("to", faults, day));
    ordered(from, to, &m.place("to"), faults);
    m.finish(faults);
    Some(Joining { model: model?.as_str().to_owned(), from: from?, to })
}

fn unit(owner: Option<&Oid>, value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Unit> {
    let mut m = Members::of(value, at, faults)?;
    let oid = m.required("oid", faults, reader::oid);
    let name = m.required("name", faults, text(300));
    let name_sv = m.optional("name_sv", faults, text(300));
    let name_en = m.optional("name_en", faults, text(300));
    let (valid_from, valid_to) =
        (m.required("valid_from", faults, day), m.optional("valid_to", faults, day));
    ordered(valid_from, valid_to, &m.place("valid_to"), faults);
    m.finish(faults);
    Some(Unit {
        oid: oid?,
        organisation: owner?.clone(),
        name: name?,
        name_sv,
        name_en,
        valid_from: valid_from?,
        valid_to,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fault_of_a_file_is_told() {
        let file = json!({"organisations": [{
            "name": "Testilän hyvinvointialue", "business_id": "9999000-x", "kind": "royal",
            "operating_unit": "1.2.246.10.99990001.10.0",
            "controller": {"oid": "1.2.246.10.99990001.19.0", "wide_access": [
                {"unit": "1.2.246.10.99990004.10.1", "service_tasks": [], "from": "2024-01-01"}]},
            "joined": {"model": "direct", "from": "2024-02-01", "to": "2024-01-01"},
            "people": [{"id": "S-1", "family_name": "A", "given_names": "B", "role": "manager",
                        "units": ["1.2.246.10.99990001.10.7"]}]
        }]});
        let mut faults = Faults::none();
        read(file.to_string().as_bytes(), &mut faults);
        let codes: Vec<_> = faults.as_slice().iter().map(|f| f.code).collect();
        let expected =
            ["not-a-business-id", "not-in-list", "too-few", "before-first-day", "unit-unknown"];
        assert_eq!(codes, expected);
    }
}
