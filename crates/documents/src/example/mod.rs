//! Example documents out of a structure: for the sandbox, for tests, and for those who write
//! clients.
//!
//! [`minimal`] has only what is mandatory, [`full`] every field once and repeated ones twice; both
//! satisfy the structure and, for the control documents, the rules that only words tell.
//! [`mutations`] are documents that are wrong in exactly one place. The same seed gives the same
//! document. Persons are test persons, organisations have business ids 9999xxxx. A text with a
//! pattern of its own is not made to fit it.

mod control;
mod mutate;
mod value;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use varanto_model::LocalText;

use self::value::{Dice, family_name, given_names, identity_code};
use crate::codes::{CodeSets, Standing};
use crate::structure::{Coded, Field, Kind, Structure, System, Text};

pub use self::mutate::{Mutation, mutations};

/// A day on which the codes of examples are in use.
pub const DAY: Date = Date::constant(2024, 6, 3);

/// A document with only mandatory members, and those that the rules of a control document want.
pub fn minimal(structure: &Structure, codes: &CodeSets, seed: u64) -> Value {
    generate(structure, codes, seed, Extent::Minimal)
}

/// A document with every member, repeated ones twice.
pub fn full(structure: &Structure, codes: &CodeSets, seed: u64) -> Value {
    generate(structure, codes, seed, Extent::Full)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Minimal,
    Full,
}

fn generate(structure: &Structure, codes: &CodeSets, seed: u64, extent: Extent) -> Value {
    let wanted = structure.control().map_or([].as_slice(), control::wanted);
    let (dice, units) = (Dice::new(seed), BTreeSet::new());
    let mut generator = Generator { codes, dice, units, extent, wanted };
    let root = structure.root();
    let mut document = json!({ root.name(): generator.one(root, "") });
    if let Some(kind) = structure.control() {
        control::settle(kind, &mut document);
    }
    document
}

struct Generator<'a> {
    codes: &'a CodeSets,
    dice: Dice,
    /// The numbers of the units that stand in the document.
    units: BTreeSet<u64>,
    extent: Extent,
    /// Paths of names below the root that are filled although they are not mandatory.
    wanted: &'a [&'a str],
}

impl Generator<'_> {
    fn members(&mut self, fields: &[Field], path: &str) -> Value {
        let mut members = Map::new();
        for field in fields {
            let path = if path.is_empty() {
                field.name().to_owned()
            } else {
                format!("{path}/{}", field.name())
            };
            let is_wanted = self.wanted.contains(&path.as_str());
            if field.is_required() || is_wanted || self.extent == Extent::Full {
                members.insert(field.name().to_owned(), self.field(field, &path));
            }
        }
        Value::Object(members)
    }

    fn field(&mut self, field: &Field, path: &str) -> Value {
        let Some(least) = field.repeats() else { return self.one(field, path) };
        let count = if self.extent == Extent::Full { least.max(2) } else { least.max(1) };
        (0..count).map(|_| self.one(field, path)).collect()
    }

    fn one(&mut self, field: &Field, path: &str) -> Value {
        match field.kind() {
            Kind::Group(fields) => self.members(fields, path),
            Kind::Text(text) => self.text(field, text).into(),
            Kind::Date => self.dice.date(field.name()).into(),
            Kind::Moment => format!("{}T10:15:00Z", self.dice.date(field.name())).into(),
            Kind::Switch => (self.dice.below(2) == 1).into(),
            Kind::Number => (self.dice.below(40) + 1).into(),
            Kind::Quantity => json!({"value": self.dice.below(1000) + 1, "code": "EUR"}),
            Kind::Identifier { personal: true } => {
                json!({"system": "urn:oid:1.2.246.21", "value": identity_code(&mut self.dice)})
            }
            Kind::Identifier { personal: false } => json!({"value": self.identifier(field.name())}),
            Kind::Code(coded) => self.code(field, coded),
        }
    }

    fn text(&mut self, field: &Field, text: &Text) -> String {
        if let Some(listed) = text.allowed().and_then(|list| self.dice.pick(list)) {
            return listed.clone();
        }
        let mut made = match field.name() {
            "sukunimi" => family_name(&mut self.dice).to_owned(),
            "etunimet" => given_names(&mut self.dice).to_owned(),
            _ => format!("{} {}", field.label().fi, self.dice.below(100)),
        };
        while made.chars().count() < text.min_length() {
            made.push('.');
        }
        made
    }

    fn identifier(&mut self, name: &str) -> String {
        let number = self.dice.below(100_000) + 1;
        match name {
            "oid_tunnus" => format!("1.2.246.10.99990001.11.2024.{number}"),
            "tilapainen_yksilointitunnus" => value::temporary_identifier(&mut self.dice),
            _ => format!("1.2.246.10.99990001.14.2024.{number}"),
        }
    }

    /// The number of a unit that does not stand in the document yet: two entries of one unit could
    /// contradict each other.
    fn unit(&mut self) -> u64 {
        let mut number = self.dice.below(9) + 1;
        while !self.units.insert(number) {
            number += 1;
        }
        number
    }

    fn code(&mut self, field: &Field, coded: &Coded) -> Value {
        let (system, set) = match coded.system() {
            System::Own(names) => (names.first().cloned().unwrap_or_default(), None),
            System::CodeSet(oid) => (format!("urn:oid:{oid}"), Some(oid)),
        };
        let known = set.and_then(|oid| self.codes.find(oid));
        // A code that rules take for something is not chosen by chance.
        let usable: Vec<String> = known
            .into_iter()
            .flat_map(|set| set.codes().map(move |(code, entry)| (set, code, entry)))
            .filter(|(set, code, entry)| {
                entry.meaning().is_none() && set.known(code, DAY) == Standing::Valid
            })
            .map(|(_, code, _)| code.to_owned())
            .collect();
        let is_organisation = set.is_some_and(|oid| oid.as_str() == value::ORGANISATIONS);
        let code = if is_organisation {
            format!("1.2.246.10.99990001.10.{}", self.unit())
        } else {
            let choice = coded.allowed().unwrap_or(usable.as_slice());
            self.dice.pick(choice).cloned().unwrap_or_else(|| "1".to_owned())
        };
        let name: &LocalText = known
            .and_then(|set| set.find(&code))
            .map_or_else(|| field.label(), |entry| entry.name());
        json!({"system": system, "code": code, "display": name.fi})
    }
}

#[cfg(test)]
mod tests;
