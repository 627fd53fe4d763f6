//! Reading a JSON object member by member, noting every fault instead of stopping at the first.
//!
//! A parser here takes a value and its place and gives `Some` or notes why not. Members that nobody
//! asked for are faults as well, so that a misspelt name is told rather than ignored.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::{Code, Faults, Oid, Pointer};

/// The members of one JSON object, being read.
pub struct Members<'a> {
    map: &'a Map<String, Value>,
    at: Pointer,
    asked: Vec<&'static str>,
}

/// A parser of one value: gives it, or notes the fault and gives nothing.
pub trait Parse<T>: FnOnce(&Value, &Pointer, &mut Faults) -> Option<T> {}
impl<T, F: FnOnce(&Value, &Pointer, &mut Faults) -> Option<T>> Parse<T> for F {}

impl<'a> Members<'a> {
    /// Begins to read `value`, which must be an object.
    pub fn of(value: &'a Value, at: &Pointer, faults: &mut Faults) -> Option<Self> {
        let map = value.as_object();
        if map.is_none() {
            faults.add(at.clone(), "wrong-type", "an object is wanted here");
        }
        Some(Self { map: map?, at: at.clone(), asked: Vec::new() })
    }

    /// The place of the member `name`.
    pub fn place(&self, name: &str) -> Pointer {
        self.at.member(name)
    }

    /// The member `name` as it stands; `null` counts as absent.
    pub fn raw(&mut self, name: &'static str) -> Option<&'a Value> {
        self.asked.push(name);
        self.map.get(name).filter(|v| !v.is_null())
    }

    /// A member that must be there.
    pub fn required<T>(
        &mut self,
        name: &'static str,
        faults: &mut Faults,
        parse: impl Parse<T>,
    ) -> Option<T> {
        let Some(value) = self.raw(name) else {
            faults.add(self.place(name), "missing", format!("`{name}` is missing"));
            return None;
        };
        parse(value, &self.at.member(name), faults)
    }

    /// A member that may be there.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        faults: &mut Faults,
        parse: impl Parse<T>,
    ) -> Option<T> {
        let value = self.raw(name)?;
        parse(value, &self.at.member(name), faults)
    }

    /// A list that may be there, of at most `most` elements; an absent one is empty.
    pub fn list<T>(
        &mut self,
        name: &'static str,
        most: usize,
        faults: &mut Faults,
        parse: impl Fn(&Value, &Pointer, &mut Faults) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.raw(name) else { return Vec::new() };
        elements(value, &self.at.member(name), most, faults, parse)
    }

    /// Ends the reading: members that were never asked for are faults.
    pub fn finish(self, faults: &mut Faults) {
        for name in self.map.keys().filter(|n| !self.asked.contains(&n.as_str())) {
            faults.add(self.at.member(name), "unknown-member", "there is no such member here");
        }
    }
}

/// Every element of a list that parses.
pub fn elements<T>(
    value: &Value,
    at: &Pointer,
    most: usize,
    faults: &mut Faults,
    parse: impl Fn(&Value, &Pointer, &mut Faults) -> Option<T>,
) -> Vec<T> {
    let Some(list) = value.as_array() else {
        faults.add(at.clone(), "wrong-type", "a list is wanted here");
        return Vec::new();
    };
    if list.len() > most {
        faults.add(at.clone(), "too-many", format!("at most {most} are taken here"));
        return Vec::new();
    }
    list.iter().enumerate().filter_map(|(i, v)| parse(v, &at.index(i), faults)).collect()
}

/// A text of 1 to `most` characters that is not only white space and has no control characters.
pub fn text(most: usize) -> impl Fn(&Value, &Pointer, &mut Faults) -> Option<String> {
    move |value, at, faults| {
        let text = string(value, at, faults)?;
        if text.trim().is_empty() {
            faults.add(at.clone(), "too-short", "an empty text says nothing here");
        } else if text.chars().count() > most {
            faults.add(at.clone(), "too-long", format!("at most {most} characters are taken here"));
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            faults.add(at.clone(), "control-character", "control characters are not taken here");
        } else {
            return Some(text.to_owned());
        }
        None
    }
}

/// A string, as it stands.
pub fn string<'a>(value: &'a Value, at: &Pointer, faults: &mut Faults) -> Option<&'a str> {
    let text = value.as_str();
    if text.is_none() {
        faults.add(at.clone(), "wrong-type", "a string is wanted here");
    }
    text
}

/// `true` or `false`.
pub fn boolean(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<bool> {
    let truth = value.as_bool();
    if truth.is_none() {
        faults.add(at.clone(), "wrong-type", "`true` or `false` is wanted here");
    }
    truth
}

/// A whole number from `least` to `most`.
pub fn number(least: u32, most: u32) -> impl Fn(&Value, &Pointer, &mut Faults) -> Option<u32> {
    move |value, at, faults| {
        let number = value.as_u64().and_then(|n| u32::try_from(n).ok());
        let number = number.filter(|n| (least..=most).contains(n));
        if number.is_none() {
            let detail = format!("a whole number from {least} to {most} is wanted here");
            faults.add(at.clone(), "not-a-number", detail);
        }
        number
    }
}

/// An object identifier.
pub fn oid(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Oid> {
    parsed(value, at, faults, "not-an-oid", Oid::parse)
}

/// A code.
pub fn code(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Code> {
    parsed(value, at, faults, "not-a-code", Code::parse)
}

/// A moment in RFC 3339 form, with its offset.
pub fn instant(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Timestamp> {
    let wanted = "a time with date and offset is wanted here, as RFC 3339 has it";
    parsed(value, at, faults, "not-an-instant", |t| t.parse::<Timestamp>().map_err(|_| wanted))
}

/// A day in the form `YYYY-MM-DD`.
pub fn day(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Date> {
    let wanted = "a day of the calendar is wanted here, as `YYYY-MM-DD`";
    parsed(value, at, faults, "not-a-day", |text| {
        let date = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
        date.ok_or(wanted)
    })
}

/// One of a fixed list of words.
pub fn word<T: Copy + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl Fn(&Value, &Pointer, &mut Faults) -> Option<T> {
    move |value, at, faults| {
        let text = string(value, at, faults)?;
        let found = all.iter().copied().find(|w| name(*w) == text);
        if found.is_none() {
            let words: Vec<_> = all.iter().map(|w| format!("`{}`", name(*w))).collect();
            faults.add(
                at.clone(),
                "not-in-list",
                format!("one of {} is wanted here", words.join(", ")),
            );
        }
        found
    }
}

/// A string that a type's own `parse` reads.
pub fn parsed<T, E: ToString>(
    value: &Value,
    at: &Pointer,
    faults: &mut Faults,
    code: &'static str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    match parse(string(value, at, faults)?) {
        Ok(value) => Some(value),
        Err(error) => {
            faults.add(at.clone(), code, error.to_string());
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults_of(read: impl FnOnce(&mut Faults)) -> Vec<(String, &'static str)> {
        let mut faults = Faults::none();
        read(&mut faults);
        faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect()
    }

    /// REQ DOC-05
    #[test]
    fn every_fault_of_an_object_is_noted_with_its_place() {
        let value = json!({"day": "2026-02-30", "oid": 7, "list": [1, "x"], "extra/name": 1});
        let found = faults_of(|faults| {
            let mut members = Members::of(&value, &Pointer::root(), faults).unwrap();
            members.required("day", faults, day);
            members.required("oid", faults, oid);
            members.required("title", faults, text(5));
            members.list("list", 9, faults, code);
            members.finish(faults);
        });
        let expected = [
            ("/day", "not-a-day"),
            ("/oid", "wrong-type"),
            ("/title", "missing"),
            ("/list/0", "wrong-type"),
            ("/extra~1name", "unknown-member"),
        ];
        assert_eq!(found, expected.map(|(p, c)| (p.to_owned(), c)));
    }

    #[test]
    fn a_time_needs_its_offset() {
        let read = |text: &str, faults: &mut Faults| {
            let _ = instant(&json!(text), &Pointer::root(), faults);
        };
        assert!(faults_of(|f| read("2026-09-02T10:15:00+03:00", f)).is_empty());
        assert!(faults_of(|f| read("2026-09-02T10:15:00Z", f)).is_empty());
        for bad in ["2026-09-02T10:15:00", "2026-09-02", "yesterday", ""] {
            assert_eq!(faults_of(|f| read(bad, f)).len(), 1, "{bad}");
        }
    }

    #[test]
    fn a_null_member_counts_as_absent() {
        let value = json!({"a": null});
        assert_eq!(
            faults_of(|f| {
                let mut members = Members::of(&value, &Pointer::root(), f).unwrap();
                assert_eq!(members.optional("a", f, boolean), None);
                members.finish(f);
            }),
            []
        );
    }
}
