//! Names of people, and how a document refers to its client.

use std::fmt;

use jiff::civil::Date;
use serde_json::Value;

use crate::reader::{Members, day, parsed, text};
use crate::{Faults, PersonalIdentityCode, Pointer, TemporaryIdentifier};

/// A person's name. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName {
    /// Family name.
    pub family_name: String,
    /// Given names, all in one.
    pub given_names: String,
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

/// The identifier by which a client is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientIdentifier {
    /// A real one.
    PersonalIdentityCode(PersonalIdentityCode),
    /// One that stands in for a missing identity code (CASE-06).
    Temporary(TemporaryIdentifier),
}

/// A client as a document's metadata names it. `Debug` hides all but the kind of identifier.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientReference {
    /// Who it is.
    pub identifier: ClientIdentifier,
    /// Day of birth, with a temporary identifier.
    pub birth_date: Option<Date>,
    /// The name; search requests do without.
    pub name: Option<PersonName>,
}

impl fmt::Debug for ClientReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClientReference").field(&self.identifier).finish()
    }
}

/// Reads a client of a document: identifier and name.
pub fn client(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<ClientReference> {
    let mut m = Members::of(value, at, faults)?;
    let identified = identifier(&mut m, faults);
    let name = name_of(&mut m, faults);
    m.finish(faults);
    let (identifier, birth_date) = identified?;
    Some(ClientReference { identifier, birth_date, name: Some(name?) })
}

/// Reads a client in a search: the identifier is enough.
pub fn client_sought(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<ClientIdentifier> {
    let mut m = Members::of(value, at, faults)?;
    let id = m.optional("id", faults, identity_code);
    let temporary = m.optional("temporary_id", faults, temporary_identifier);
    m.optional("birth_date", faults, day);
    m.optional("family_name", faults, text(200));
    m.optional("given_names", faults, text(200));
    let given = [m.raw("id"), m.raw("temporary_id")].iter().flatten().count();
    let place = m.place("id");
    m.finish(faults);
    one_of(id, temporary, given, place, faults)
}

/// Reads `family_name` and `given_names` of the object being read.
pub fn name_of(m: &mut Members<'_>, faults: &mut Faults) -> Option<PersonName> {
    let family_name = m.required("family_name", faults, text(200));
    let given_names = m.required("given_names", faults, text(200));
    Some(PersonName { family_name: family_name?, given_names: given_names? })
}

fn identifier(
    m: &mut Members<'_>,
    faults: &mut Faults,
) -> Option<(ClientIdentifier, Option<Date>)> {
    let id = m.optional("id", faults, identity_code);
    let temporary = m.optional("temporary_id", faults, temporary_identifier);
    let is_temporary = m.raw("temporary_id").is_some();
    let given = usize::from(m.raw("id").is_some()) + usize::from(is_temporary);
    let birth_date = if is_temporary {
        m.required("birth_date", faults, day)
    } else {
        m.optional("birth_date", faults, day)
    };
    one_of(id, temporary, given, m.place("id"), faults).map(|identifier| (identifier, birth_date))
}

fn one_of(
    id: Option<PersonalIdentityCode>,
    temporary: Option<TemporaryIdentifier>,
    given: usize,
    place: Pointer,
    faults: &mut Faults,
) -> Option<ClientIdentifier> {
    match given {
        0 => faults.add(place, "missing", "`id` or `temporary_id` is missing"),
        1 => {}
        _ => faults.add(
            place,
            "both-identifiers",
            "either `id` or `temporary_id` is given, not both",
        ),
    }
    let code = id.map(ClientIdentifier::PersonalIdentityCode);
    code.or_else(|| temporary.map(ClientIdentifier::Temporary)).filter(|_| given == 1)
}

fn identity_code(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<PersonalIdentityCode> {
    parsed(value, at, faults, "not-an-identity-code", PersonalIdentityCode::parse)
}

fn temporary_identifier(
    value: &Value,
    at: &Pointer,
    faults: &mut Faults,
) -> Option<TemporaryIdentifier> {
    parsed(value, at, faults, "not-a-temporary-identifier", TemporaryIdentifier::parse)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn codes(value: &Value) -> Vec<(String, &'static str)> {
        let mut faults = Faults::none();
        client(value, &Pointer::root(), &mut faults);
        faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect()
    }

    #[test]
    fn a_client_has_one_identifier_and_a_name() {
        let name = |mut v: Value| {
            v["family_name"] = json!("Testinen");
            v["given_names"] = json!("Aino");
            v
        };
        assert_eq!(codes(&name(json!({"id": "010594Y9032"}))), []);
        assert_eq!(codes(&name(json!({}))), [("/id".into(), "missing")]);
        assert_eq!(
            codes(&name(json!({"id": "010594Y9033"}))),
            [("/id".into(), "not-an-identity-code")]
        );
        let temporary = json!({"temporary_id": "1.2.246.10.99990001.22.2026.1"});
        assert_eq!(codes(&name(temporary.clone())), [("/birth_date".into(), "missing")]);
        let mut both = name(temporary);
        both["id"] = json!("010594Y9032");
        both["birth_date"] = json!("1994-05-01");
        assert_eq!(codes(&both), [("/id".into(), "both-identifiers")]);
        assert_eq!(codes(&json!({"id": "010594Y9032"})).len(), 2);
    }

    #[test]
    fn debug_shows_no_person() {
        let value = json!({"id": "010594Y9032", "family_name": "Testinen", "given_names": "Aino"});
        let client = client(&value, &Pointer::root(), &mut Faults::none()).unwrap();
        let text = format!("{client:?}");
        assert!(
            !text.contains("9032") && !text.contains("Testinen") && !text.contains("Aino"),
            "{text}"
        );
    }
}
