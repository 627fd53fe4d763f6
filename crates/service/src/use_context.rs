//! The context in which data is used: basis, purpose, case, reason, ground (api.md, “Use context”).

use serde_json::{Map, Value};
use varanto_model::reader::{self, Members, word};
use varanto_model::{Code, Faults, Oid, Pointer};
use varanto_rules::{Basis, Purpose};

use crate::Error;

/// The context of one use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UseContext {
    pub(crate) basis: Basis,
    pub(crate) purpose: Purpose,
    pub(crate) case: Option<Oid>,
    pub(crate) special_reason: Option<Code>,
    pub(crate) ground: Option<Code>,
}

impl UseContext {
    /// Reads the members of a context.
    pub(crate) fn read(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Self> {
        let mut m = Members::of(value, at, faults)?;
        let basis = m.optional("basis", faults, word(Basis::ALL, Basis::as_str));
        let purpose = m.optional("purpose", faults, word(Purpose::ALL, Purpose::as_str));
        let case = m.optional("case", faults, reader::oid);
        let special_reason = m.optional("special_reason", faults, reader::code);
        let ground = m.optional("ground", faults, reader::code);
        m.finish(faults);
        Some(Self {
            basis: basis.unwrap_or_default(),
            purpose: purpose.unwrap_or_default(),
            case,
            special_reason,
            ground,
        })
    }

    /// Reads the members of a query of the same names.
    pub(crate) fn of_query(query: &[(String, String)]) -> Result<Self, Error> {
        let mut faults = Faults::none();
        let mut map = Map::new();
        for (name, value) in query {
            if map.insert(name.clone(), Value::String(value.clone())).is_some() {
                faults.add(Pointer::root().member(name), "duplicate-member", "it is given twice");
            }
        }
        let read = Self::read(&Value::Object(map), &Pointer::root(), &mut faults);
        match read {
            Some(context) if faults.is_empty() => Ok(context),
            _ => Err(Error::invalid(faults)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_query_and_a_body_say_the_same() {
        let query = pairs(&[("purpose", "archive"), ("case", "1.2.246.10.99990001.14.1")]);
        let context = UseContext::of_query(&query).unwrap();
        assert_eq!(context.purpose, Purpose::Archive);
        assert!(context.case.is_some());
        assert_eq!(UseContext::of_query(&[]).unwrap(), UseContext::default());
    }

    #[test]
    fn what_is_unknown_or_given_twice_is_refused() {
        for query in [
            pairs(&[("colour", "red")]),
            pairs(&[("purpose", "archive"), ("purpose", "archive")]),
            pairs(&[("basis", "curiosity")]),
            pairs(&[("purpose", "curiosity")]),
        ] {
            assert!(UseContext::of_query(&query).is_err(), "{query:?}");
        }
    }
}
