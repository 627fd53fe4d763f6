//! Documents that are wrong in exactly one place, with the fault that must be found there.

use serde_json::{Value, json};
use varanto_model::Pointer;

use crate::codes::{CodeSets, Coverage};
use crate::structure::{Coded, Field, Kind, Structure, System, Text};

/// A document with one fault.
#[derive(Clone, Debug)]
pub struct Mutation {
    /// The document.
    pub document: Value,
    /// Where the fault is, from the root of the document.
    pub pointer: Pointer,
    /// The code of the fault.
    pub code: &'static str,
    /// Does the published schema let it through? So it is where the check here is stricter.
    pub beyond_schema: bool,
}

/// All single faults that can be made in `document`, which must be right by `structure`; of repeated
/// fields in the first element. They are made one after the other, on demand.
pub fn mutations<'a>(
    structure: &'a Structure,
    codes: &'a CodeSets,
    document: &'a Value,
) -> impl Iterator<Item = Mutation> + 'a {
    let mut collector = Collector { codes, edits: Vec::new() };
    collector.members(std::slice::from_ref(structure.root()), document, &Pointer::root());
    collector.edits.into_iter().map(|edit| edit.apply(document))
}

struct Edit {
    parent: Pointer,
    name: String,
    change: Change,
    pointer: Pointer,
    code: &'static str,
    beyond_schema: bool,
}

enum Change {
    Remove,
    Put(Value),
}

impl Edit {
    fn apply(self, original: &Value) -> Mutation {
        let mut document = original.clone();
        match (document.pointer_mut(self.parent.as_str()), self.change) {
            (Some(Value::Object(members)), Change::Remove) => drop(members.remove(&self.name)),
            (Some(Value::Object(members)), Change::Put(value)) => {
                members.insert(self.name, value);
            }
            (Some(Value::Array(elements)), Change::Put(value)) => {
                if let Some(first) = elements.first_mut() {
                    *first = value;
                }
            }
            _ => {}
        }
        Mutation {
            document,
            pointer: self.pointer,
            code: self.code,
            beyond_schema: self.beyond_schema,
        }
    }
}

/// A place in the document: the name in its parent.
#[derive(Clone, Copy)]
struct Place<'a> {
    parent: &'a Pointer,
    name: &'a str,
}

impl Place<'_> {
    fn pointer(self) -> Pointer {
        self.parent.member(self.name)
    }
}

struct Collector<'a> {
    codes: &'a CodeSets,
    edits: Vec<Edit>,
}

impl Collector<'_> {
    fn edit(&mut self, place: Place<'_>, change: Change, code: &'static str, beyond_schema: bool) {
        let (parent, name) = (place.parent.clone(), place.name.to_owned());
        self.edits.push(Edit {
            parent,
            name,
            change,
            pointer: place.pointer(),
            code,
            beyond_schema,
        });
    }

    fn put(&mut self, place: Place<'_>, value: Value, code: &'static str) {
        self.edit(place, Change::Put(value), code, false);
    }

    fn beyond(&mut self, place: Place<'_>, value: Value, code: &'static str) {
        self.edit(place, Change::Put(value), code, true);
    }

    fn members(&mut self, fields: &[Field], value: &Value, at: &Pointer) {
        self.put(Place { parent: at, name: "unknown_member" }, json!("x"), "unknown-member");
        for field in fields {
            let Some(value) = value.get(field.name()) else { continue };
            let place = Place { parent: at, name: field.name() };
            if field.is_required() {
                self.edit(place, Change::Remove, "missing", false);
            }
            let Some(least) = field.repeats() else {
                self.one(field, value, place);
                continue;
            };
            self.put(place, json!(true), "wrong-type");
            if least > 0 {
                self.put(place, json!([]), "too-few");
            }
            if let Some(first) = value.get(0) {
                self.one(field, first, Place { parent: &place.pointer(), name: "0" });
            }
        }
    }

    fn one(&mut self, field: &Field, value: &Value, place: Place<'_>) {
        let at = place.pointer();
        let wrong = if matches!(field.kind(), Kind::Switch) { json!("true") } else { json!(true) };
        self.put(place, wrong, "wrong-type");
        match field.kind() {
            Kind::Group(fields) => self.members(fields, value, &at),
            Kind::Text(text) => self.text(text, place),
            Kind::Date => self.dates(place, "not-a-date"),
            Kind::Moment => {
                self.dates(place, "not-a-moment");
                self.put(place, json!("2024-05-01T10:15:00"), "not-a-moment");
                self.beyond(place, json!("2024-02-30T10:15:00Z"), "not-a-moment");
            }
            Kind::Switch | Kind::Number => {}
            Kind::Quantity => {
                self.parts(&["value", "code"], &at);
                self.put(Place { parent: &at, name: "value" }, json!("1"), "wrong-type");
            }
            Kind::Identifier { personal } => {
                self.parts(&["value"], &at);
                let value = Place { parent: &at, name: "value" };
                self.put(value, json!(1), "wrong-type");
                if *personal {
                    self.beyond(value, json!("010594Y9033"), "not-an-identity-code");
                }
            }
            Kind::Code(coded) => self.code(coded, &at),
        }
    }

    fn text(&mut self, text: &Text, place: Place<'_>) {
        match text.allowed() {
            Some(_) => self.put(place, json!("not among the listed texts"), "not-in-list"),
            None if text.min_length() > 0 => self.put(place, json!(""), "too-short"),
            None => {}
        }
    }

    fn dates(&mut self, place: Place<'_>, code: &'static str) {
        for text in ["", "2024-13-01", "1.5.2024"] {
            self.put(place, json!(text), code);
        }
        for text in ["2024-02-30", "2024-05-00"] {
            self.beyond(place, json!(text), code);
        }
    }

    fn code(&mut self, coded: &Coded, at: &Pointer) {
        self.parts(&["system", "code", "display"], at);
        let (system, code) =
            (Place { parent: at, name: "system" }, Place { parent: at, name: "code" });
        self.put(system, json!("urn:oid:1.2.3"), "wrong-code-system");
        self.put(code, json!(1), "wrong-type");
        if coded.allowed().is_some() {
            self.put(code, json!("not-a-listed-code"), "not-in-list");
        } else if let System::CodeSet(set) = coded.system()
            && self.codes.find(set).is_some_and(|set| set.coverage() == Coverage::Full)
        {
            self.beyond(code, json!("no-such-code"), "unknown-code");
        }
    }

    /// Each mandatory part left out, and one part too many.
    fn parts(&mut self, names: &[&str], at: &Pointer) {
        for name in names {
            self.edit(Place { parent: at, name }, Change::Remove, "missing", false);
        }
        self.put(Place { parent: at, name: "unknown_member" }, json!("x"), "unknown-member");
    }
}
