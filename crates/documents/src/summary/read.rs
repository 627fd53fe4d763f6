//! Reading a file of rules, noting every fault.

use std::collections::BTreeSet;

use serde_json::Value;
use varanto_model::json::{Limits, parse};
use varanto_model::reader::{self, Members, boolean, code, number, text, word};
use varanto_model::{Code, Faults, Group, Pointer};

use super::path::{Path, PathError};
use super::rule::{AppliesTo, Field, Keep, Part, Rule, Validity};
use super::value::Kind;
use super::{MAX_BYTES, Section};

const LIMITS: Limits = Limits { depth: 10, bytes: MAX_BYTES, members: 20_000 };
/// The most rules of a file, and of one rule the most fields, paths of a field and periods.
const MAX_RULES: usize = 50;
const MAX_FIELDS: usize = 20;
const MAX_PATHS: usize = 30;
/// The most types, codes or groups that a rule names.
const MAX_LISTED: usize = 200;
/// The most characters that a rule may take of a text, and those that it takes if it does not say.
const MAX_TEXT: u32 = 2_000;
const USUAL_TEXT: u32 = 500;

pub(super) fn rules(json: &[u8]) -> Result<Vec<Rule>, Faults> {
    let mut faults = Faults::none();
    let value = match parse(json, LIMITS) {
        Ok(value) => value,
        Err(error) => {
            faults.push(error.fault());
            return Err(faults);
        }
    };
    let rules = file(&value, &mut faults);
    faults.or(rules)
}

fn file(value: &Value, faults: &mut Faults) -> Vec<Rule> {
    let Some(mut m) = Members::of(value, &Pointer::root(), faults) else { return Vec::new() };
    let all = |value: &Value, at: &Pointer, faults: &mut Faults| {
        Some(some(value, at, MAX_RULES, faults, rule))
    };
    let rules = m.required("rules", faults, all);
    m.finish(faults);
    rules.unwrap_or_default()
}

fn rule(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Rule> {
    let mut m = Members::of(value, at, faults)?;
    let section = m.required("section", faults, word(Section::ALL, Section::as_str));
    let applies_to = m.required("documents", faults, applies_to);
    let each = m.optional("each", faults, path);
    if each.as_ref().is_some_and(Path::is_relative) {
        faults.add(m.place("each"), "goes-back", "`each` begins at the whole content");
    }
    let deep = each.as_ref().map_or(0, Path::steps);
    let validity =
        m.list("validity", MAX_PATHS, faults, |v, at, faults| validity(v, at, deep, faults));
    let validity_needed = m.optional("validity_needed", faults, boolean).unwrap_or(false);
    if validity_needed && m.raw("validity").is_none() {
        faults.add(m.place("validity"), "missing", "`validity` is needed, and no path leads to it");
    }
    let keep = m.required("keep", faults, keep);
    let fields = |value: &Value, at: &Pointer, faults: &mut Faults| {
        Some(some(value, at, MAX_FIELDS, faults, |v, at, faults| field(v, at, deep, faults)))
    };
    let fields = m.required("fields", faults, fields);
    if let Some(fields) = &fields {
        twice(fields, &m.place("fields"), faults);
    }
    m.finish(faults);
    Some(Rule {
        section: section?,
        applies_to: applies_to?,
        each,
        validity,
        validity_needed,
        keep: keep?,
        fields: fields?,
    })
}

fn applies_to(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<AppliesTo> {
    let mut m = Members::of(value, at, faults)?;
    let groups = |value: &Value, at: &Pointer, faults: &mut Faults| {
        Some(some(value, at, MAX_LISTED, faults, word(Group::ALL, Group::as_str)))
    };
    let groups = m.required("groups", faults, groups);
    let types = m.list("types", MAX_LISTED, faults, number(1, 999));
    let codes: Vec<Code> = m.list("codes", MAX_LISTED, faults, code);
    m.finish(faults);
    Some(AppliesTo {
        groups: groups?.into_iter().collect(),
        types: types.into_iter().collect(),
        codes: codes.into_iter().collect(),
    })
}

fn validity(value: &Value, at: &Pointer, deep: usize, faults: &mut Faults) -> Option<Validity> {
    let mut m = Members::of(value, at, faults)?;
    let within = |value: &Value, at: &Pointer, faults: &mut Faults| place(value, at, deep, faults);
    let first = m.optional("first", faults, within);
    let last = m.optional("last", faults, within);
    let is_silent = m.raw("first").is_none() && m.raw("last").is_none();
    m.finish(faults);
    if is_silent {
        faults.add(at.clone(), "missing", "`first` or `last` is wanted here");
    }
    Some(Validity { first, last })
}

/// `"all"`, or `{"latest_per": [part, …]}`.
fn keep(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Keep> {
    if value.as_str() == Some("all") {
        return Some(Keep::All);
    }
    if !value.is_object() {
        faults.add(
            at.clone(),
            "not-in-list",
            "`all` or an object with `latest_per` is wanted here",
        );
        return None;
    }
    let mut m = Members::of(value, at, faults)?;
    let parts = |value: &Value, at: &Pointer, faults: &mut Faults| {
        let parts = reader::elements(value, at, 2, faults, word(Part::ALL, Part::as_str));
        Some(parts.into_iter().collect::<BTreeSet<_>>())
    };
    let parts = m.required("latest_per", faults, parts);
    m.finish(faults);
    Some(Keep::LatestPer(parts?))
}

fn field(value: &Value, at: &Pointer, deep: usize, faults: &mut Faults) -> Option<Field> {
    let mut m = Members::of(value, at, faults)?;
    let name = m.required("name", faults, name);
    let kind = m.required("as", faults, word(WORDS, |word: Word| word.as_str()));
    let most = m.optional("at_most", faults, number(1, MAX_TEXT));
    if most.is_some() && kind.is_some_and(|kind| kind != Word::Text) {
        faults.add(m.place("at_most"), "not-a-text", "only a text is cut");
    }
    let at = |value: &Value, at: &Pointer, faults: &mut Faults| {
        Some(some(value, at, MAX_PATHS, faults, |v, at, faults| place(v, at, deep, faults)))
    };
    let at = m.required("at", faults, at);
    let needed = m.optional("needed", faults, boolean).unwrap_or(false);
    m.finish(faults);
    let kind = match kind? {
        Word::Day => Kind::Day,
        Word::Code => Kind::Code,
        Word::Person => Kind::Person,
        Word::Text => Kind::Text(usize::try_from(most.unwrap_or(USUAL_TEXT)).ok()?),
    };
    Some(Field { name: name?, kind, at: at?, needed })
}

/// What a field can be read as, by its word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Day,
    Code,
    Text,
    Person,
}

const WORDS: &[Word] = &[Word::Day, Word::Code, Word::Text, Word::Person];

impl Word {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Code => "code",
            Self::Text => "text",
            Self::Person => "person",
        }
    }
}

/// The name of a field: lower case letters, digits and `_`.
fn name(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<String> {
    let name = text(40)(value, at, faults)?;
    let is_plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !is_plain {
        faults.add(at.clone(), "not-a-name", "a name has lower case letters, digits and `_` only");
    }
    is_plain.then_some(name)
}

fn twice(fields: &[Field], at: &Pointer, faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for field in fields {
        if !seen.insert(&field.name) {
            faults.add(at.clone(), "twice", "two fields of a rule have one name");
        }
    }
}

/// A path that starts where `each` has led, `deep` names into the content.
fn place(value: &Value, at: &Pointer, deep: usize, faults: &mut Faults) -> Option<Path> {
    let path = path(value, at, faults)?;
    let is_lost = path.up() > deep || (path.is_relative() && deep == 0);
    if is_lost {
        faults.add(at.clone(), "goes-back", "the path goes back further than `each` has led");
    }
    (!is_lost).then_some(path)
}

fn path(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Path> {
    let text = reader::string(value, at, faults)?;
    let why = |error: &PathError| match error {
        PathError::Form => "not-a-path",
        PathError::NeverShown => "never-shown",
    };
    Path::parse(text).map_err(|e| faults.add(at.clone(), why(&e), e.to_string())).ok()
}

/// The elements of a list that must not be empty.
fn some<T>(
    value: &Value,
    at: &Pointer,
    most: usize,
    faults: &mut Faults,
    parse: impl Fn(&Value, &Pointer, &mut Faults) -> Option<T>,
) -> Vec<T> {
    if value.as_array().is_some_and(Vec::is_empty) {
        faults.add(at.clone(), "empty", "at least one is wanted here");
    }
    reader::elements(value, at, most, faults, parse)
}
