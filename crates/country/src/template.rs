//! Documents of a structure with places left open: made and rendered once, and then filled in by copying
//! bytes, so that millions of them take little time.
//!
//! A place is marked by two characters of the private use area with a number between them. These pass through
//! the canonical form and the display form as they are, and what is filled in needs no escaping in either.

use serde_json::Value;
use varanto_documents::Structure;
use varanto_documents::codes::CodeSets;
use varanto_documents::example;
use varanto_documents::structure::{Field, Kind, System};
use varanto_model::Language;
use varanto_model::json::canonical;

const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';
/// The register of organisations and units as a code set.
const ORGANISATIONS: &str = "1.2.246.537.6.202";
/// Texts that a document has at most beside those that its structure demands.
const MORE_TEXTS: usize = 4;
/// Texts of which more is demanded stay as they are.
const LONGEST_DEMAND: usize = 20;

/// What is filled into a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    ClientFamilyName,
    ClientGivenNames,
    ClientCode,
    AuthorFamilyName,
    AuthorGivenNames,
    Unit,
    UnitName,
    /// The text of this place among the texts.
    Text(usize),
}

/// What documents of a template differ in, beside texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Values<'a> {
    pub(crate) client_family_name: &'a str,
    pub(crate) client_given_names: &'a str,
    pub(crate) client_code: &'a str,
    pub(crate) author_family_name: &'a str,
    pub(crate) author_given_names: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) unit_name: &'a str,
}

enum Part {
    Literal(String),
    Place(Slot),
}

/// A document with places left open.
pub(crate) struct Template {
    data: Vec<Part>,
    display: Vec<Part>,
    fixed: usize,
    texts: usize,
}

impl Template {
    /// A template of a structure: what is mandatory, and a few texts more.
    pub(crate) fn new(structure: &Structure, codes: &CodeSets, seed: u64) -> Self {
        let (mut data, mut marker) =
            Marker::walk(structure, example::minimal(structure, codes, seed));
        if marker.texts == 0 {
            // What people write stands deeper in it.
            (data, marker) = Marker::walk(structure, example::full(structure, codes, seed));
        }
        let display = marker.split(&structure.render(&data, Language::Fi));
        let data = canonical(&data);
        let data = marker.split(&String::from_utf8_lossy(&data));
        let literal = |part: &Part| match part {
            Part::Literal(text) => text.len(),
            Part::Place(_) => 12,
        };
        let fixed = data.iter().map(literal).sum();
        Self { data, display, fixed, texts: marker.texts }
    }

    /// The bytes of the structured form without its texts, about.
    pub(crate) const fn fixed(&self) -> usize {
        self.fixed
    }

    /// How many texts it takes.
    pub(crate) const fn texts(&self) -> usize {
        self.texts
    }

    /// The canonical structured form and the display form, with these values and texts.
    pub(crate) fn fill(&self, values: &Values<'_>, texts: &[String]) -> (Vec<u8>, Vec<u8>) {
        (fill(&self.data, values, texts), fill(&self.display, values, texts))
    }
}

fn fill(parts: &[Part], values: &Values<'_>, texts: &[String]) -> Vec<u8> {
    let size = parts.iter().map(|part| part.text(values, texts).len()).sum();
    let mut filled = Vec::with_capacity(size);
    for part in parts {
        filled.extend_from_slice(part.text(values, texts).as_bytes());
    }
    filled
}

impl Part {
    fn text<'a>(&'a self, values: &Values<'a>, texts: &'a [String]) -> &'a str {
        match self {
            Self::Literal(text) => text,
            Self::Place(slot) => match slot {
                Slot::ClientFamilyName => values.client_family_name,
                Slot::ClientGivenNames => values.client_given_names,
                Slot::ClientCode => values.client_code,
                Slot::AuthorFamilyName => values.author_family_name,
                Slot::AuthorGivenNames => values.author_given_names,
                Slot::Unit => values.unit,
                Slot::UnitName => values.unit_name,
                Slot::Text(place) => texts.get(*place).map_or("", String::as_str),
            },
        }
    }
}

/// Of whom a part of a document speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Nobody,
    Client,
    Author,
}

/// Walks through a document and leaves places open.
struct Marker {
    slots: Vec<Slot>,
    texts: usize,
    more: usize,
}

impl Marker {
    /// Leaves places open in the content of a structure.
    fn walk(structure: &Structure, mut data: Value) -> (Value, Self) {
        let mut marker = Self { slots: Vec::new(), texts: 0, more: MORE_TEXTS };
        let root = structure.root();
        if let (Kind::Group(fields), Some(value)) = (root.kind(), data.get_mut(root.name())) {
            marker.members(fields, value, Whose::Nobody);
        }
        (data, marker)
    }

    fn mark(&mut self, slot: Slot) -> Value {
        self.slots.push(slot);
        Value::String(format!("{OPEN}{}{CLOSE}", self.slots.len() - 1))
    }

    fn text(&mut self) -> Value {
        self.texts += 1;
        self.mark(Slot::Text(self.texts - 1))
    }

    fn members(&mut self, fields: &[Field], value: &mut Value, whose: Whose) {
        let Value::Object(members) = value else { return };
        for field in fields {
            let whose = whose_of(field.name(), whose);
            match members.get_mut(field.name()) {
                Some(Value::Array(elements)) if field.repeats().is_some() => {
                    for element in elements {
                        self.one(field, element, whose);
                    }
                }
                Some(value) => self.one(field, value, whose),
                None if self.more > 0 && takes_more(field, whose) => {
                    self.more -= 1;
                    let text = self.text();
                    let value =
                        if field.repeats().is_some() { [text].into_iter().collect() } else { text };
                    members.insert(field.name().to_owned(), value);
                }
                None => {}
            }
        }
    }

    fn one(&mut self, field: &Field, value: &mut Value, whose: Whose) {
        match field.kind() {
            Kind::Group(fields) => self.members(fields, value, whose),
            Kind::Text(text) => {
                let slot = match (field.name(), whose) {
                    ("sukunimi", Whose::Client) => Some(Slot::ClientFamilyName),
                    ("etunimet", Whose::Client) => Some(Slot::ClientGivenNames),
                    ("sukunimi", Whose::Author) => Some(Slot::AuthorFamilyName),
                    ("etunimet", Whose::Author) => Some(Slot::AuthorGivenNames),
                    _ => None,
                };
                if let Some(slot) = slot {
                    *value = self.mark(slot);
                } else if is_free(text) && !is_name(field.name()) {
                    *value = self.text();
                }
            }
            Kind::Identifier { personal: true } if whose == Whose::Client => {
                if let Some(code) = value.get_mut("value") {
                    *code = self.mark(Slot::ClientCode);
                }
            }
            Kind::Code(coded) => {
                let is_unit =
                    matches!(coded.system(), System::CodeSet(oid) if oid.as_str() == ORGANISATIONS);
                if is_unit && coded.allowed().is_none() {
                    for (member, slot) in [("code", Slot::Unit), ("display", Slot::UnitName)] {
                        if let Some(part) = value.get_mut(member) {
                            *part = self.mark(slot);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// A text with marks as literals and places.
    fn split(&self, text: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut pieces = text.split(OPEN);
        parts.extend(pieces.next().map(|first| Part::Literal(first.to_owned())));
        for piece in pieces {
            let (number, rest) = piece.split_once(CLOSE).unwrap_or(("", piece));
            let slot = number.parse().ok().and_then(|number: usize| self.slots.get(number));
            parts.extend(slot.map(|slot| Part::Place(*slot)));
            parts.push(Part::Literal(rest.to_owned()));
        }
        parts
    }
}

fn whose_of(name: &str, above: Whose) -> Whose {
    match name {
        "asiakas" => Whose::Client,
        "laatija" => Whose::Author,
        _ if above == Whose::Client && name.contains("henkilo") && name != "henkilotunnus" => {
            Whose::Nobody
        }
        _ => above,
    }
}

/// May any text stand here?
fn is_free(text: &varanto_documents::structure::Text) -> bool {
    text.allowed().is_none() && text.pattern().is_none() && text.min_length() <= LONGEST_DEMAND
}

fn is_name(field: &str) -> bool {
    ["sukunimi", "etunimet", "nimi", "puhelin", "postinumero", "osoite"]
        .iter()
        .any(|part| field.contains(part))
}

/// Is it a text that a document may well have beside what is mandatory?
fn takes_more(field: &Field, whose: Whose) -> bool {
    let is_text = matches!(field.kind(), Kind::Text(text) if is_free(text));
    is_text
        && whose == Whose::Nobody
        && field.repeats().is_none_or(|least| least <= 1)
        && !field.is_conditional()
        && !is_name(field.name())
}

#[cfg(test)]
mod tests {
    use varanto_documents::{builtin, display_form};
    use varanto_model::Pointer;

    use super::*;
    use crate::shapes::Shapes;

    const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/sosmeta");

    const VALUES: Values<'_> = Values {
        client_family_name: "Ojala",
        client_given_names: "Väinö Arvo",
        client_code: "010594Y9032",
        author_family_name: "Yrjölä",
        author_given_names: "Äijä",
        unit: "1.2.246.10.99991000.10.1",
        unit_name: "Iäkkäiden palvelut, keskus",
    };

    fn hold(shapes: &Shapes) {
        let codes = builtin::code_sets().unwrap();
        for shape in shapes.ordinary() {
            for template in &shape.templates {
                let texts = vec!["Sovittiin jatkosta. Ääni öljy.".to_owned(); template.texts()];
                let (data, display) = template.fill(&VALUES, &texts);
                let value: Value = serde_json::from_slice(&data).unwrap();
                assert_eq!(canonical(&value), data);
                let name = shape.structure.oid();
                assert_eq!(
                    shape.structure.render(&value, Language::Fi).as_bytes(),
                    display,
                    "{name}"
                );
                let faults =
                    shape.structure.validate(&value, &Pointer::root(), &codes, example::DAY);
                assert_eq!(faults.as_slice(), [], "{name}");
                assert!(display_form::check(&display, &Pointer::root()).is_ok(), "{name}");
                assert!(!String::from_utf8(display).unwrap().contains([OPEN, CLOSE]));
            }
        }
    }

    /// REQ DOC-05
    #[test]
    fn what_is_filled_in_is_what_a_system_would_have_written_and_rendered() {
        hold(&Shapes::builtin());
    }

    /// REQ DOC-05, DOC-12
    #[test]
    fn it_holds_for_every_published_structure() {
        let Ok(shapes) = Shapes::read(std::path::Path::new(PUBLISHED)) else {
            println!("SKIPPED: there are no national structures in {PUBLISHED}");
            return;
        };
        assert!(shapes.ordinary().len() >= 198);
        hold(&shapes);
    }

    #[test]
    fn every_builtin_structure_takes_texts() {
        for shape in Shapes::builtin().ordinary() {
            assert!(shape.templates.iter().all(|template| template.texts() > 0));
        }
    }
}
