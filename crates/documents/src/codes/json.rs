//! Our own form of code sets.
//!
//! ```json
//! {"oid": "1.2.246.537.6.1221", "name": {"fi": "…", "sv": "…"}, "version": "201601",
//!  "coverage": "partial", "valid_from": "2011-12-01", "valid_to": "2099-12-31",
//!  "codes": [{"code": "10", "name": {"fi": "…"}, "valid_from": "…", "valid_to": "…",
//!             "local": true, "meaning": "…"}]}
//! ```
//! Mandatory are `oid`, `name`, `coverage`, `codes`, and in a code `code` and `name`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use varanto_model::json::{Limits, parse as parse_json};
use varanto_model::{Faults, LocalText, Oid, PartialDate, Pointer};

use super::{CodeSet, Coverage, Entry, MAX_BYTES, MAX_CODES, Validity};

pub(super) fn parse(bytes: &[u8]) -> Result<Vec<CodeSet>, Faults> {
    let mut faults = Faults::none();
    let root = Pointer::root();
    let limits = Limits { depth: 8, bytes: MAX_BYTES, members: 10 * MAX_CODES };
    let value = match parse_json(bytes, limits) {
        Ok(value) => value,
        Err(error) => {
            faults.push(error.fault());
            return Err(faults);
        }
    };
    let sets = match value.get("code_sets") {
        None => vec![set(&value, &root, &mut faults)],
        Some(list) => {
            let at = root.member("code_sets");
            let mut whole = Reader::of(&value, &root, &mut faults);
            whole.get("code_sets");
            whole.finish();
            elements(list, &at, &mut faults)
                .iter()
                .enumerate()
                .map(|(i, value)| set(value, &at.index(i), &mut faults))
                .collect()
        }
    };
    faults.or(sets.into_iter().flatten().collect())
}

/// The form that [`parse`] reads; what is not known is left out.
pub(super) fn write(set: &CodeSet) -> Value {
    let codes = set.codes.iter().map(|(code, entry)| {
        known([
            ("code", json!(code)),
            ("name", json!(entry.name)),
            ("valid_from", json!(entry.validity.from.map(|day| day.to_string()))),
            ("valid_to", json!(entry.validity.to.map(|day| day.to_string()))),
            ("local", json!(entry.local.then_some(true))),
            ("meaning", json!(entry.meaning)),
        ])
    });
    let coverage = match set.coverage {
        Coverage::Full => "full",
        Coverage::Partial => "partial",
    };
    known([
        ("oid", json!(set.oid)),
        ("name", json!(set.name)),
        ("version", json!(set.version)),
        ("coverage", json!(coverage)),
        ("valid_from", json!(set.validity.from.map(|day| day.to_string()))),
        ("valid_to", json!(set.validity.to.map(|day| day.to_string()))),
        ("codes", codes.collect()),
    ])
}

/// An object of those members that are not `null`.
fn known<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(members.map(|(name, value)| (name.to_owned(), value)).collect())
}

fn set(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<CodeSet> {
    let mut reader = Reader::of(value, at, faults);
    let oid = reader.required("oid", "not-an-oid", |v| Oid::parse(v.as_str()?).ok());
    let name = reader.required("name", "not-a-name", name);
    let version = reader.optional("version", "wrong-type", |v| v.as_str().map(String::from));
    let coverage = reader.required("coverage", "not-in-list", |v| match v.as_str()? {
        "full" => Some(Coverage::Full),
        "partial" => Some(Coverage::Partial),
        _ => None,
    });
    let validity = reader.validity();
    let list = reader.required("codes", "wrong-type", |v| v.is_array().then_some(v));
    reader.finish();
    let codes = codes(list?, &at.member("codes"), faults);
    Some(CodeSet { oid: oid?, name: name?, version, coverage: coverage?, validity, codes })
}

fn codes(list: &Value, at: &Pointer, faults: &mut Faults) -> BTreeMap<String, Entry> {
    let mut codes = BTreeMap::new();
    let list = elements(list, at, faults);
    if list.len() > MAX_CODES {
        faults.add(at.clone(), "too-many", format!("a code set has at most {MAX_CODES} codes"));
        return codes;
    }
    for (i, value) in list.iter().enumerate() {
        let place = at.index(i);
        let mut reader = Reader::of(value, &place, faults);
        let code = reader.required("code", "not-a-code", |v| code(v.as_str()?));
        let name = reader.required("name", "not-a-name", name);
        let validity = reader.validity();
        let local = reader.optional("local", "wrong-type", Value::as_bool).unwrap_or(false);
        let meaning = reader.optional("meaning", "wrong-type", |v| v.as_str().map(String::from));
        reader.finish();
        let (Some(code), Some(name)) = (code, name) else { continue };
        if codes.insert(code, Entry { name, validity, local, meaning }).is_some() {
            faults.add(place.member("code"), "twice", "the code stands twice");
        }
    }
    codes
}

/// A code: 1 to 128 visible ASCII characters. It may be an identifier with dots.
pub(super) fn code(text: &str) -> Option<String> {
    let fits = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| text.to_owned())
}

/// A whole day of the calendar, `2026-09-02`.
pub(super) fn day(text: &str) -> Option<Date> {
    PartialDate::parse(text).ok()?.day()
}

fn name(value: &Value) -> Option<LocalText> {
    let map = value.as_object()?;
    let known = map.keys().all(|key| matches!(key.as_str(), "fi" | "sv" | "en"));
    let text = |key| map.get(key).map(|v| v.as_str().map(String::from));
    let fi = map.get("fi")?.as_str().filter(|fi| !fi.is_empty())?.to_owned();
    let other = |key| text(key).map_or(Some(None), |found| found.map(Some));
    known.then_some(())?;
    Some(LocalText { fi, sv: other("sv")?, en: other("en")? })
}

fn elements<'a>(value: &'a Value, at: &Pointer, faults: &mut Faults) -> &'a [Value] {
    value.as_array().map_or_else(
        || {
            faults.add(at.clone(), "wrong-type", "an array is wanted here");
            [].as_slice()
        },
        Vec::as_slice,
    )
}

/// Reads the members of one object and notes what is wrong with each.
struct Reader<'a, 'f> {
    map: Option<&'a Map<String, Value>>,
    at: Pointer,
    asked: Vec<&'static str>,
    faults: &'f mut Faults,
}

impl<'a, 'f> Reader<'a, 'f> {
    fn of(value: &'a Value, at: &Pointer, faults: &'f mut Faults) -> Self {
        let map = value.as_object();
        if map.is_none() {
            faults.add(at.clone(), "wrong-type", "an object is wanted here");
        }
        Self { map, at: at.clone(), asked: Vec::new(), faults }
    }

    fn get(&mut self, name: &'static str) -> Option<&'a Value> {
        self.asked.push(name);
        self.map?.get(name)
    }

    fn optional<T>(
        &mut self,
        name: &'static str,
        fault: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = read(self.get(name)?);
        if value.is_none() {
            self.faults.add(self.at.member(name), fault, format!("`{name}` cannot be read"));
        }
        value
    }

    fn required<T>(
        &mut self,
        name: &'static str,
        fault: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        if self.map.is_some_and(|map| !map.contains_key(name)) {
            self.faults.add(self.at.member(name), "missing", format!("`{name}` is missing"));
        }
        self.optional(name, fault, read)
    }

    fn validity(&mut self) -> Validity {
        let read = |v: &Value| day(v.as_str()?);
        let from = self.optional("valid_from", "not-a-date", read);
        let to = self.optional("valid_to", "not-a-date", read);
        let validity = Validity { from, to };
        if validity.is_reversed() {
            let why = "the last day is before the first";
            self.faults.add(self.at.member("valid_to"), "ends-before-it-starts", why);
        }
        validity
    }

    fn finish(self) {
        for name in self.map.into_iter().flat_map(Map::keys) {
            if !self.asked.contains(&name.as_str()) {
                self.faults.add(
                    self.at.member(name),
                    "unknown-member",
                    "no such member is known here",
                );
            }
        }
    }
}
