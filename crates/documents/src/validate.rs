//! Does a document's content agree with its structure? All faults at once, each at its own place
//! (DOC-05).
//!
//! Beyond what the published schemas check: dates are days of the calendar, a code is known and in
//! use on the day where its whole code set is loaded, and a personal identity code is a real one.
//! Details name the field and never repeat what stood in it. What the structures of the control
//! documents say only in words is not checked here but in [`crate::control`].

use jiff::civil::Date;
use serde_json::{Map, Value};
use varanto_model::{Faults, Moment, Oid, PartialDate, PersonalIdentityCode, Pointer};

use crate::codes::{CodeSets, Standing};
use crate::structure::{Coded, Field, Kind, Structure, System, Text};

impl Structure {
    /// Checks the whole JSON content `document`, which stands at `at` in the request. Codes must
    /// have been in use on `day`.
    ///
    /// Fault codes: `missing`, `unknown-member`, `wrong-type`, `too-short`, `too-few`,
    /// `not-in-list`, `pattern`, `wrong-code-system`, `unknown-code`, `code-not-in-use`,
    /// `not-a-date`, `not-a-moment`, `not-an-identity-code`.
    pub fn validate(&self, document: &Value, at: &Pointer, codes: &CodeSets, day: Date) -> Faults {
        let mut check = Check { codes, day, faults: Faults::none() };
        if let Some(members) = check.object(document, at, "the document") {
            check.members(members, std::slice::from_ref(self.root()), at);
        }
        check.faults
    }
}

/// The longest name of an unknown member that is told back, in bytes. Of a longer one the object
/// is told. The longest published name has 139.
const LONGEST_NAME: usize = 200;

struct Check<'a> {
    codes: &'a CodeSets,
    day: Date,
    faults: Faults,
}

impl Check<'_> {
    fn members(&mut self, members: &Map<String, Value>, fields: &[Field], at: &Pointer) {
        for field in fields {
            match members.get(field.name()) {
                Some(value) => self.field(field, value, &at.member(field.name())),
                None if field.is_required() => {
                    let detail = format!("`{}` is missing", field.label().fi);
                    self.faults.add(at.member(field.name()), "missing", detail);
                }
                None => {}
            }
        }
        self.no_others(members, at, |name| fields.iter().any(|f| f.name() == name));
    }

    fn no_others(
        &mut self,
        members: &Map<String, Value>,
        at: &Pointer,
        known: impl Fn(&str) -> bool,
    ) {
        for name in members.keys().filter(|name| !known(name)) {
            let place = if name.len() <= LONGEST_NAME { at.member(name) } else { at.clone() };
            self.faults.add(place, "unknown-member", "the structure has no such member here");
        }
    }

    fn field(&mut self, field: &Field, value: &Value, at: &Pointer) {
        let Some(least) = field.repeats() else { return self.one(field, value, at) };
        let label = &field.label().fi;
        let Some(elements) = value.as_array() else {
            return self.faults.add(at.clone(), "wrong-type", format!("`{label}` is an array"));
        };
        if elements.len() < least {
            let detail = match least {
                1 => format!("`{label}` has no element"),
                _ => format!("`{label}` has fewer than {least} elements"),
            };
            self.faults.add(at.clone(), "too-few", detail);
        }
        for (i, element) in elements.iter().enumerate() {
            self.one(field, element, &at.index(i));
        }
    }

    fn one(&mut self, field: &Field, value: &Value, at: &Pointer) {
        let label = field.label().fi.as_str();
        match field.kind() {
            Kind::Group(fields) => {
                if let Some(members) = self.object(value, at, label) {
                    self.members(members, fields, at);
                }
            }
            Kind::Text(text) => self.text(text, value, at, label),
            Kind::Date => {
                if self.string(value, at, label).is_some_and(|t| PartialDate::parse(t).is_err()) {
                    let detail = format!("`{label}` is not a year, month or day of the calendar");
                    self.faults.add(at.clone(), "not-a-date", detail);
                }
            }
            Kind::Moment => {
                if self.string(value, at, label).is_some_and(|t| Moment::parse(t).is_err()) {
                    let detail =
                        format!("`{label}` is neither a date nor a day with time and zone");
                    self.faults.add(at.clone(), "not-a-moment", detail);
                }
            }
            Kind::Switch => self.is(value.is_boolean(), at, label, "true or false"),
            Kind::Number => self.is(value.is_number(), at, label, "a number"),
            Kind::Quantity => self.quantity(value, at, label),
            Kind::Identifier { personal } => self.identifier(*personal, value, at, label),
            Kind::Code(coded) => self.code(coded, value, at, label),
        }
    }

    fn text(&mut self, text: &Text, value: &Value, at: &Pointer, label: &str) {
        let Some(value) = self.string(value, at, label) else { return };
        let least = text.min_length();
        if value.chars().take(least).count() < least {
            let detail = match least {
                1 => format!("`{label}` is empty"),
                _ => format!("`{label}` has fewer than {least} characters"),
            };
            self.faults.add(at.clone(), "too-short", detail);
        }
        if text.pattern().is_some_and(|pattern| !pattern.is_match(value)) {
            let detail = format!("`{label}` has not the form that the structure asks for");
            self.faults.add(at.clone(), "pattern", detail);
        }
        if text.allowed().is_some_and(|list| !list.iter().any(|t| t == value)) {
            let detail = format!("`{label}` is not one of the texts that the structure lists");
            self.faults.add(at.clone(), "not-in-list", detail);
        }
    }

    fn quantity(&mut self, value: &Value, at: &Pointer, label: &str) {
        let Some(members) = self.object(value, at, label) else { return };
        if let Some(number) = self.part(members, "value", at, label) {
            self.is(number.is_number(), &at.member("value"), label, "a number");
        }
        self.string_part(members, "code", at, label);
        self.no_others(members, at, |name| matches!(name, "value" | "code"));
    }

    fn identifier(&mut self, personal: bool, value: &Value, at: &Pointer, label: &str) {
        let Some(members) = self.object(value, at, label) else { return };
        if let Some(system) = members.get("system") {
            self.string(system, &at.member("system"), label);
        }
        let id = self.string_part(members, "value", at, label);
        if personal && id.is_some_and(|id| PersonalIdentityCode::parse(id).is_err()) {
            let detail = format!("`{label}` is not a personal identity code");
            self.faults.add(at.member("value"), "not-an-identity-code", detail);
        }
        self.no_others(members, at, |name| matches!(name, "system" | "value"));
    }

    fn code(&mut self, coded: &Coded, value: &Value, at: &Pointer, label: &str) {
        let Some(members) = self.object(value, at, label) else { return };
        if let Some(system) = self.string_part(members, "system", at, label)
            && !is_of(coded.system(), system)
        {
            let detail = format!("`{label}` takes its codes from another system");
            self.faults.add(at.member("system"), "wrong-code-system", detail);
        }
        if let Some(code) = self.string_part(members, "code", at, label) {
            let listed = coded.allowed().is_none_or(|list| list.iter().any(|c| c == code));
            if listed {
                self.standing(coded.system(), code, &at.member("code"), label);
            } else {
                let detail = format!("`{label}` has a code that the structure does not list");
                self.faults.add(at.member("code"), "not-in-list", detail);
            }
        }
        self.string_part(members, "display", at, label);
        self.no_others(members, at, |name| matches!(name, "system" | "code" | "display"));
    }

    fn standing(&mut self, system: &System, code: &str, at: &Pointer, label: &str) {
        let System::CodeSet(set) = system else { return };
        let (fault, detail) = match self.codes.known(set, code, self.day) {
            Standing::Valid | Standing::Unchecked => return,
            Standing::Unknown => ("unknown-code", "a code that its code set does not have"),
            Standing::NotOnThatDay => ("code-not-in-use", "a code that is not in use on the day"),
        };
        self.faults.add(at.clone(), fault, format!("`{label}` has {detail}"));
    }

    fn object<'v>(
        &mut self,
        value: &'v Value,
        at: &Pointer,
        label: &str,
    ) -> Option<&'v Map<String, Value>> {
        self.is(value.is_object(), at, label, "an object");
        value.as_object()
    }

    fn string<'v>(&mut self, value: &'v Value, at: &Pointer, label: &str) -> Option<&'v str> {
        self.is(value.is_string(), at, label, "a text");
        value.as_str()
    }

    fn part<'v>(
        &mut self,
        members: &'v Map<String, Value>,
        name: &str,
        at: &Pointer,
        label: &str,
    ) -> Option<&'v Value> {
        let part = members.get(name);
        if part.is_none() {
            self.faults.add(
                at.member(name),
                "missing",
                format!("`{name}` of `{label}` is missing"),
            );
        }
        part
    }

    fn string_part<'v>(
        &mut self,
        members: &'v Map<String, Value>,
        name: &str,
        at: &Pointer,
        label: &str,
    ) -> Option<&'v str> {
        let part = self.part(members, name, at, label)?;
        self.string(part, &at.member(name), label)
    }

    fn is(&mut self, so: bool, at: &Pointer, label: &str, what: &str) {
        if !so {
            self.faults.add(at.clone(), "wrong-type", format!("`{label}` is not {what}"));
        }
    }
}

/// Is `system` the one that a field takes its codes from, in any version?
fn is_of(wanted: &System, system: &str) -> bool {
    match wanted {
        System::Own(names) => names.iter().any(|name| name == system),
        System::CodeSet(set) => system
            .strip_prefix("urn:oid:")
            .and_then(|oid| Oid::parse(oid).ok())
            .is_some_and(|oid| oid.is_under(set)),
    }
}

#[cfg(test)]
mod tests;
