//! The metadata of a document in canonical form (RFC 8785), written at once: members stand in the order of
//! their names, and nothing in them but the title needs escaping.

use std::fmt::Write as _;

use varanto_documents::Structure;
use varanto_model::{Code, Generation, Group};

use crate::control::control_of;
use crate::country::{Country, Document, Kind};
use crate::organisations::TASKS;
use crate::person::Person;

/// What metadata say of a document beside its place in the country.
#[derive(Clone, Debug)]
pub(crate) struct Described<'a> {
    pub(crate) group: Group,
    pub(crate) generation: Generation,
    pub(crate) structure: Option<&'a Structure>,
    pub(crate) title: &'a str,
    pub(crate) service_task: Option<&'static str>,
    pub(crate) service_process: Option<&'static str>,
    pub(crate) service: Option<&'a Code>,
}

impl<'a> Described<'a> {
    /// The description of a document of a country.
    pub(crate) fn of(country: &'a Country, document: &Document) -> Self {
        let shapes = country.shapes();
        let (group, structure) = match (document.kind, control_of(document.kind)) {
            (_, Some(control)) => (group_of(document.kind), shapes.control(control)),
            (Kind::Ordinary { shape }, _) => {
                let shape = country.shape(shape);
                let is_entry = shape.is_some_and(|shape| shape.is_entry);
                let group = if is_entry { Group::RecordEntry } else { Group::ClientDocument };
                (group, shape.map(|shape| &shape.structure))
            }
            _ => (Group::ClientDocument, None),
        };
        let is_ordinary = matches!(document.kind, Kind::Ordinary { .. });
        let task = document.case.as_ref().and_then(|case| TASKS.get(case.task));
        let shape = match document.kind {
            Kind::Ordinary { shape } => country.shape(shape),
            _ => None,
        };
        let mut dice = country.dice(0xD5, document.number);
        let service = (is_ordinary && dice.chance(700)).then(|| dice.pick(shapes.services()));
        Self {
            group,
            generation: if document.kind == Kind::Old {
                Generation::Old
            } else {
                Generation::Phase2
            },
            structure,
            title: structure.map_or("Vanha asiakirja", |structure| structure.title().fi.as_str()),
            service_task: task.map(|task| task.code),
            service_process: shape.map(|shape| shape.process),
            service: service.flatten(),
        }
    }
}

/// The group of control documents of a kind.
const fn group_of(kind: Kind) -> Group {
    match kind {
        Kind::Clientship => Group::Clientship,
        Kind::Case => Group::Case,
        Kind::Informing => Group::Informing,
        Kind::Permit => Group::Permit,
        Kind::Denial => Group::Denial,
        Kind::Ordinary { .. } | Kind::Old => Group::ClientDocument,
    }
}

/// The canonical metadata of a document.
pub(crate) fn write(country: &Country, document: &Document, described: &Described<'_>) -> Vec<u8> {
    let mut text = String::with_capacity(1400);
    // Writing to a string cannot fail.
    let _ = put(&mut text, country, document, described);
    text.into_bytes()
}

fn put(
    text: &mut String,
    country: &Country,
    document: &Document,
    described: &Described<'_>,
) -> std::fmt::Result {
    let staff = country.staff(document.author);
    let provider = country.organisation(document.author.organisation);
    let organiser = country.organisation(document.controller);
    let is_old = document.kind == Kind::Old;
    write!(
        text,
        r#"{{"authors":[{{"family_name":"{}","given_names":"{}","id":"{}","unit":"{}"}}]"#,
        staff.family_name, staff.given_names, staff.id, staff.unit
    )?;
    if let (Kind::Ordinary { .. }, Some(case)) = (document.kind, &document.case) {
        write!(text, r#","case":"{}""#, case.oid)?;
    }
    text.push_str(r#","clients":["#);
    for (place, client) in document.clients.iter().enumerate() {
        text.push_str(if place > 0 { "," } else { "" });
        put_client(text, client)?;
    }
    write!(
        text,
        r#"],"controller":"{}","generation":"{}","group":"{}","language":"fi""#,
        organiser.controller.as_ref().unwrap_or(&organiser.operating_unit),
        described.generation.as_str(),
        described.group.as_str()
    )?;
    if let Some(link) = &document.link {
        write!(text, r#","links":[{{"oid":"{link}","relation":"based_on"}}]"#)?;
    }
    write!(text, r#","oid":"{}","organiser":"{}""#, document.oid, organiser.operating_unit)?;
    write!(text, r#","original_oid":"{}","provider":"{}""#, document.oid, provider.operating_unit)?;
    text.push_str(r#","register":"client""#);
    if let Some(process) = described.service_process {
        write!(text, r#","service_process":"{process}""#)?;
    }
    if let Some(task) = described.service_task {
        write!(text, r#","service_task":"{task}""#)?;
    }
    if let Some(service) = described.service {
        write!(text, r#","services":["{service}"]"#)?;
    }
    if let Some(structure) = described.structure {
        write!(text, r#","structure":"{}""#, structure.oid())?;
    }
    let title = serde_json::to_string(described.title).unwrap_or_else(|_| "\"-\"".to_owned());
    write!(text, r#","title":{title}"#)?;
    if let Some(structure) = described.structure.filter(|_| !is_old) {
        write!(text, r#","type_code":"{}""#, structure.code())?;
    }
    write!(text, r#","unit":"{}","version":1,"written_at":"{}"}}"#, staff.unit, document.written_at)
}

fn put_client(text: &mut String, client: &Person) -> std::fmt::Result {
    write!(
        text,
        r#"{{"family_name":"{}","given_names":"{}","id":"{}"}}"#,
        client.family_name(),
        client.given_names(),
        client.code()
    )
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use varanto_model::json::canonical;
    use varanto_model::{Metadata, Pointer};

    use super::*;
    use crate::country::Size;
    use crate::shapes::Shapes;

    #[test]
    fn metadata_are_canonical_and_are_read_without_fault() {
        let country = Country::new(3, Size { documents: 2000, bytes: 2000 }, Shapes::builtin());
        for number in 0..country.documents() {
            let document = country.document(number);
            let written = write(&country, &document, &Described::of(&country, &document));
            let value: Value = serde_json::from_slice(&written).unwrap();
            assert_eq!(canonical(&value), written);
            let read = Metadata::parse(&value, &Pointer::root()).unwrap();
            assert_eq!(read.oid, document.oid);
            assert_eq!(read.written_at, document.written_at);
            assert_eq!(read.clients.len(), document.clients.len());
        }
    }
}
