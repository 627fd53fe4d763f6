//! From the published dialect to fields.

use std::collections::HashSet;

use varanto_model::{LocalText, Pointer};

use super::dialect::{Members, Node, Notes, Type, local};
use super::error::StructureError;
use super::field::{Coded, Display, Field, Kind, System, Text};
use super::{MAX_DEPTH, MAX_FIELDS, pattern};

/// The identifier system of personal identity codes.
const IDENTITY_CODES: &str = "urn:oid:1.2.246.21";

/// Compiles the fields of one structure and counts them.
#[derive(Default)]
pub(super) struct Compiler {
    fields: usize,
}

impl Compiler {
    /// The fields of an object, in the order of presentation.
    pub(super) fn members(
        &mut self,
        members: Members,
        required: &[String],
        at: &Pointer,
        depth: usize,
    ) -> Result<Vec<Field>, StructureError> {
        let required: HashSet<&str> = required.iter().map(String::as_str).collect();
        let known = members.0.iter().filter(|(name, _)| required.contains(name.as_str())).count();
        if known != required.len() {
            return Err(refuse(at, "a mandatory field is not among the fields"));
        }
        let mut fields = Vec::with_capacity(members.0.len());
        for (name, node) in members.0 {
            let is_required = required.contains(name.as_str());
            let place = at.member(&name);
            fields.push(self.field(name, node, is_required, &place, depth)?);
        }
        fields.sort_by_key(|f| f.row);
        Ok(fields)
    }

    fn field(
        &mut self,
        name: String,
        node: Node,
        required: bool,
        at: &Pointer,
        depth: usize,
    ) -> Result<Field, StructureError> {
        self.fields += 1;
        if self.fields > MAX_FIELDS {
            return Err(StructureError::TooManyFields);
        }
        if depth > MAX_DEPTH {
            return Err(StructureError::TooDeep);
        }
        let (repeat, mut node) = unfold(node, at)?;
        let notes = node.sosmeta.take().unwrap_or_default();
        let representation = local(&notes.representation).map(|t| t.fi.into_boxed_str());
        Ok(Field {
            label: local(&notes.name).unwrap_or_else(|| LocalText {
                fi: name.clone(),
                sv: None,
                en: None,
            }),
            title: local(&notes.title),
            required,
            conditional: notes.conditional_required,
            display: match (notes.hidden_field, notes.hidden_title) {
                (true, _) => Display::Hidden,
                (false, true) => Display::WithoutTitle,
                (false, false) => Display::Whole,
            },
            row: notes.row_number,
            repeat,
            kind: self.kind(node, &notes, representation.as_deref(), at, depth)?,
            representation,
            name: name.into(),
        })
    }

    fn kind(
        &mut self,
        node: Node,
        notes: &Notes,
        representation: Option<&str>,
        at: &Pointer,
        depth: usize,
    ) -> Result<Kind, StructureError> {
        match node.kind {
            Type::Object => self.object(node, notes, representation, at, depth),
            Type::Array => Err(refuse(at, "an array directly in an array")),
            Type::String => text(node, at),
            Type::Boolean if node.only(&[]) => Ok(Kind::Switch),
            Type::Number if node.only(&[]) => Ok(Kind::Number),
            Type::Boolean | Type::Number => {
                Err(refuse(at, "a keyword that does not belong to the type"))
            }
        }
    }

    fn object(
        &mut self,
        node: Node,
        notes: &Notes,
        representation: Option<&str>,
        at: &Pointer,
        depth: usize,
    ) -> Result<Kind, StructureError> {
        if !node.only(&["additionalProperties", "required", "properties"]) {
            return Err(refuse(at, "a keyword that does not belong to the type"));
        }
        if node.additional_properties != Some(false) {
            return Err(refuse(at, "an object that is open to further members"));
        }
        let members = node.properties.ok_or_else(|| refuse(at, "an object without fields"))?;
        let required = node.required.unwrap_or_default();
        if let Some(kind) = composite(&members, &required, notes, representation) {
            return Ok(kind);
        }
        Ok(Kind::Group(self.members(members, &required, at, depth + 1)?))
    }
}

/// An array becomes a repeated field of its element.
fn unfold(node: Node, at: &Pointer) -> Result<(Option<usize>, Node), StructureError> {
    if node.kind != Type::Array {
        return Ok((None, node));
    }
    if !node.only(&["items", "minItems"]) || node.sosmeta.is_some() {
        return Err(refuse(at, "a keyword that does not belong to the type"));
    }
    let least = node.min_items.unwrap_or(0);
    let element =
        node.items.ok_or_else(|| refuse(at, "an array without a field for its elements"))?;
    Ok((Some(least), *element))
}

fn text(node: Node, at: &Pointer) -> Result<Kind, StructureError> {
    if !node.only(&["minLength", "pattern", "enum"]) {
        return Err(refuse(at, "a keyword that does not belong to the type"));
    }
    if node.allowed.as_ref().is_some_and(Vec::is_empty) {
        return Err(refuse(at, "an empty list of values"));
    }
    let alone = node.allowed.is_none() && node.min_length.is_none();
    match node.pattern.as_deref() {
        Some(pattern::DATE) if alone => return Ok(Kind::Date),
        Some(pattern::MOMENT) if alone => return Ok(Kind::Moment),
        _ => {}
    }
    let pattern = node.pattern.as_deref().map(pattern::compile).transpose();
    Ok(Kind::Text(Text {
        min_length: node.min_length.unwrap_or(0),
        pattern: pattern.map_err(|why| refuse(at, why))?,
        allowed: node.allowed,
    }))
}

/// The objects that stand for one value: a code, an identifier, a quantity. Only an object that
/// asks for exactly what such a value is checked for is taken as one.
fn composite(
    members: &Members,
    required: &[String],
    notes: &Notes,
    representation: Option<&str>,
) -> Option<Kind> {
    let find = |name: &str| members.0.iter().find(|(n, _)| n == name).map(|(_, node)| node);
    let plain = |node: &Node, kind: Type, keywords: &[&str]| {
        node.kind == kind && node.sosmeta.is_none() && node.only(keywords)
    };
    let asks = |names: &[&str]| {
        required.len() == names.len() && names.iter().all(|n| required.iter().any(|r| r == n))
    };
    match (members.0.len(), representation) {
        (3, Some("Koodi")) if asks(&["system", "code", "display"]) => {
            let (system, code, display) = (find("system")?, find("code")?, find("display")?);
            let fits = plain(system, Type::String, &["pattern", "enum"])
                && plain(code, Type::String, &["enum"])
                && plain(display, Type::String, &[]);
            let system = match (&system.pattern, &system.allowed) {
                (Some(pattern), None) => System::CodeSet(pattern::code_set(pattern)?),
                (None, Some(names)) => System::Own(names.clone()),
                _ => return None,
            };
            fits.then(|| Kind::Code(Coded { system, allowed: code.allowed.clone() }))
        }
        (2, Some("Tunnus")) if asks(&["value"]) => {
            let (system, value) = (find("system")?, find("value")?);
            let fits = plain(system, Type::String, &[]) && plain(value, Type::String, &[]);
            let personal = local(&notes.system_uri).is_some_and(|uri| uri.fi == IDENTITY_CODES);
            fits.then_some(Kind::Identifier { personal })
        }
        (2, _) if asks(&["value", "code"]) => {
            let (value, code) = (find("value")?, find("code")?);
            let fits = plain(value, Type::Number, &[]) && plain(code, Type::String, &[]);
            fits.then_some(Kind::Quantity)
        }
        _ => None,
    }
}

fn refuse(at: &Pointer, why: &'static str) -> StructureError {
    StructureError::Field { at: at.clone(), why }
}
