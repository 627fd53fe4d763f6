//! Reads a world from JSON and tells every fault with its place.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::Value;
use varanto_model::json::{self, Limits};
use varanto_model::metadata::flag;
use varanto_model::reader::{Members, boolean, code, day, elements, number, oid, text, word};
use varanto_model::{Faults, Oid, Pointer};
use varanto_signatures::BusinessId;

use crate::world::{
    Card, Controller, Joined, JoiningModel, Kind, Organisation, Person, Unit, WideAccess, World,
};

/// The most organisations of a world, and the most units or people of an organisation: each makes
/// keys and files.
const MAX_LISTED: usize = 1_000;

pub(crate) fn world(bytes: &[u8]) -> Result<World, Faults> {
    let mut faults = Faults::none();
    let value = json::parse(bytes, Limits::default()).map_err(|error| {
        let mut faults = Faults::none();
        faults.push(error.fault());
        faults
    })?;
    let mut organisations = Vec::new();
    if let Some(mut m) = Members::of(&value, &Pointer::root(), &mut faults) {
        let list = m.required("organisations", &mut faults, |value, at, faults| {
            Some(elements(value, at, MAX_LISTED, faults, organisation))
        });
        organisations = list.unwrap_or_default();
        m.finish(&mut faults);
    }
    let mut seen = BTreeSet::new();
    for (at, organisation) in &organisations {
        if !seen.insert(&organisation.operating_unit) {
            let at = at.member("operating_unit");
            faults.add(at, "duplicate", "another organisation has this operating unit");
        }
    }
    let units = organisations.iter().flat_map(|(_, o)| &o.units).map(|unit| &unit.oid);
    let units: BTreeSet<&Oid> = units.collect();
    for (at, organisation) in &organisations {
        let wide = organisation.controller.iter().flat_map(|c| &c.wide_access);
        for (i, _) in wide.enumerate().filter(|(_, wide)| !units.contains(&wide.unit)) {
            let at = at.member("controller").member("wide_access").index(i).member("unit");
            faults.add(at, "unit-unknown", "the world has no such unit");
        }
    }
    let organisations = organisations.into_iter().map(|(_, o)| o).collect();
    faults.or(World { organisations })
}

fn organisation(
    value: &Value,
    at: &Pointer,
    faults: &mut Faults,
) -> Option<(Pointer, Organisation)> {
    let mut m = Members::of(value, at, faults)?;
    let name = m.required("name", faults, text(300));
    let name_sv = m.optional("name_sv", faults, text(300));
    let name_en = m.optional("name_en", faults, text(300));
    let business_id = m.required("business_id", faults, business_id);
    let kind = m.required("kind", faults, word(Kind::ALL, Kind::as_str));
    let operating_unit = m.required("operating_unit", faults, oid);
    let controller = m.optional("controller", faults, controller);
    let joined = m.optional("joined", faults, joined);
    let citizen_service = flag(&mut m, "citizen_service", faults);
    let valid_from = m.optional("valid_from", faults, day);
    let valid_to = m.optional("valid_to", faults, day);
    in_order(valid_from, valid_to, &m, "valid_to", faults);
    let units = m.list("units", MAX_LISTED, faults, unit);
    let known: BTreeSet<&Oid> = units.iter().map(|unit| &unit.oid).collect();
    let people = m.list("people", MAX_LISTED, faults, |value, at, faults| {
        person(&known, value, at, faults).map(|person| (at.clone(), person))
    });
    m.finish(faults);
    let mut seen = BTreeSet::new();
    for (at, person) in &people {
        if !seen.insert(&person.id) {
            faults.add(
                at.member("id"),
                "duplicate",
                "another person of the organisation has this id",
            );
        }
    }
    let organisation = Organisation {
        name: name?,
        name_sv,
        name_en,
        business_id: business_id?,
        kind: kind?,
        operating_unit: operating_unit?,
        controller,
        joined,
        citizen_service,
        valid_from,
        valid_to,
        units,
        people: people.into_iter().map(|(_, person)| person).collect(),
    };
    Some((at.clone(), organisation))
}

fn business_id(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<String> {
    let written = text(12)(value, at, faults)?;
    if BusinessId::parse(&written).is_none() {
        let wanted =
            "a business id is at most eight digits, with or without a hyphen before the last";
        faults.add(at.clone(), "not-a-business-id", wanted);
        return None;
    }
    Some(written)
}

fn controller(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Controller> {
    let mut m = Members::of(value, at, faults)?;
    let oid = m.required("oid", faults, oid);
    let register_opens = m.optional("register_opens", faults, day);
    let models = word(JoiningModel::ALL, JoiningModel::as_str);
    let accepts_models = m.list("accepts_models", JoiningModel::ALL.len(), faults, models);
    let closing_working_days = m.optional("closing_working_days", faults, number(0, 365));
    let professional_signatures_from = m.optional("professional_signatures_from", faults, day);
    let wide_access = m.list("wide_access", MAX_LISTED, faults, wide_access);
    m.finish(faults);
    Some(Controller {
        oid: oid?,
        register_opens,
        accepts_models,
        closing_working_days,
        professional_signatures_from,
        wide_access,
    })
}

fn wide_access(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<WideAccess> {
    let mut m = Members::of(value, at, faults)?;
    let unit = m.required("unit", faults, oid);
    let service_tasks = m.required("service_tasks", faults, |value, at, faults| {
        Some(elements(value, at, MAX_LISTED, faults, code))
    });
    let from = m.required("from", faults, day);
    let to = m.optional("to", faults, day);
    in_order(from, to, &m, "to", faults);
    m.finish(faults);
    Some(WideAccess { unit: unit?, service_tasks: service_tasks?, from: from?, to })
}

fn joined(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Joined> {
    let mut m = Members::of(value, at, faults)?;
    let model = m.required("model", faults, word(JoiningModel::ALL, JoiningModel::as_str));
    let from = m.required("from", faults, day);
    let to = m.optional("to", faults, day);
    in_order(from, to, &m, "to", faults);
    m.finish(faults);
    Some(Joined { model: model?, from: from?, to })
}

fn unit(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Unit> {
    let mut m = Members::of(value, at, faults)?;
    let oid = m.required("oid", faults, oid);
    let name = m.required("name", faults, text(300));
    let name_sv = m.optional("name_sv", faults, text(300));
    let name_en = m.optional("name_en", faults, text(300));
    let valid_from = m.required("valid_from", faults, day);
    let valid_to = m.optional("valid_to", faults, day);
    in_order(valid_from, valid_to, &m, "valid_to", faults);
    m.finish(faults);
    Some(Unit { oid: oid?, name: name?, name_sv, name_en, valid_from: valid_from?, valid_to })
}

fn person(
    known: &BTreeSet<&Oid>,
    value: &Value,
    at: &Pointer,
    faults: &mut Faults,
) -> Option<Person> {
    let mut m = Members::of(value, at, faults)?;
    let id = m.required("id", faults, text(64));
    let family_name = m.required("family_name", faults, text(200));
    let given_names = m.required("given_names", faults, text(200));
    let role = m.required("role", faults, code);
    let units = m.list("units", MAX_LISTED, faults, |value, at, faults| {
        let unit = oid(value, at, faults)?;
        if !known.contains(&unit) {
            faults.add(at.clone(), "unit-unknown", "the organisation has no such unit");
        }
        Some(unit)
    });
    let card = m.optional("card", faults, word(Card::ALL, Card::as_str));
    let outsider = m.optional("outsider", faults, boolean).unwrap_or(false);
    let valid_from = m.optional("valid_from", faults, day);
    let valid_to = m.optional("valid_to", faults, day);
    in_order(valid_from, valid_to, &m, "valid_to", faults);
    m.finish(faults);
    Some(Person {
        id: id?,
        family_name: family_name?,
        given_names: given_names?,
        role: role?,
        units,
        card,
        outsider,
        valid_from,
        valid_to,
    })
}

fn in_order(
    first: Option<Date>,
    last: Option<Date>,
    m: &Members<'_>,
    name: &str,
    faults: &mut Faults,
) {
    if first.zip(last).is_some_and(|(first, last)| last < first) {
        faults.add(m.place(name), "before-first-day", "the last day is before the first");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::World;

    fn faults(world: &Value) -> Vec<(String, &'static str)> {
        let faults = World::parse(world.to_string().as_bytes()).unwrap_err();
        faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect()
    }

    #[test]
    fn all_faults_of_a_world_are_told_with_their_places() {
        let world = json!({"organisations": [{
            "name": "Testilän hyvinvointialue", "business_id": "9999-0001", "kind": "royal",
            "operating_unit": "1.2.246.10.99990001.10.0", "colour": "red",
            "controller": {"oid": "x", "accepts_models": ["direct", "crooked"], "wide_access": [
                {"unit": "1.2.246.10.99990004.10.1", "service_tasks": [7], "from": "2024-01-01"}]},
            "joined": {"model": "direct", "from": "2024-02-01", "to": "2024-01-01"},
            "units": [{"oid": "1.2.246.10.99990001.10.1", "name": " ", "valid_from": "2024-02-30"}],
            "people": [{"id": "S-1", "family_name": "A", "given_names": "B", "role": "manager",
                        "units": ["1.2.246.10.99990002.10.1"], "card": "gold", "outsider": "no"}]
        }], "more": 1});
        let expected = [
            ("/organisations/0/business_id", "not-a-business-id"),
            ("/organisations/0/kind", "not-in-list"),
            ("/organisations/0/controller/oid", "not-an-oid"),
            ("/organisations/0/controller/accepts_models/1", "not-in-list"),
            ("/organisations/0/controller/wide_access/0/service_tasks/0", "wrong-type"),
            ("/organisations/0/joined/to", "before-first-day"),
            ("/organisations/0/units/0/name", "too-short"),
            ("/organisations/0/units/0/valid_from", "not-a-day"),
            ("/organisations/0/people/0/units/0", "unit-unknown"),
            ("/organisations/0/people/0/card", "not-in-list"),
            ("/organisations/0/people/0/outsider", "wrong-type"),
            ("/organisations/0/colour", "unknown-member"),
            ("/more", "unknown-member"),
        ];
        let found = faults(&world);
        let found: Vec<(&str, &str)> =
            found.iter().map(|(at, code)| (at.as_str(), *code)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn wide_access_is_given_to_units_of_the_world() {
        let mut world: Value = serde_json::from_str(World::builtin_json()).unwrap();
        let wide = &mut world["organisations"][0]["controller"]["wide_access"][0];
        wide["unit"] = json!("1.2.246.10.99990004.10.9");
        let at = "/organisations/0/controller/wide_access/0/unit".to_owned();
        assert_eq!(faults(&world), [(at, "unit-unknown")]);
    }

    #[test]
    fn operating_units_and_persons_are_named_once() {
        let mut world: Value = serde_json::from_str(World::builtin_json()).unwrap();
        let first = world["organisations"][0]["operating_unit"].clone();
        world["organisations"][1]["operating_unit"] = first;
        let person = world["organisations"][0]["people"][0].clone();
        world["organisations"][0]["people"].as_array_mut().unwrap().push(person);
        let codes: Vec<&str> = faults(&world).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, ["duplicate", "duplicate"]);
    }

    #[test]
    fn what_is_no_world_is_refused() {
        for text in [
            "",
            "[]",
            "{}",
            "{\"organisations\":{}}",
            "{\"organisations\":[7]}",
            "{\"a\":1,\"a\":1}",
        ] {
            assert!(World::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(World::parse(b"{\"organisations\":[]}").unwrap().organisations, []);
    }
}
