//! The request of a search for rights: the side from which they are looked at, and what narrows it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use varanto_model::reader::{self, Members, word};
use varanto_model::{ClientIdentifier, Faults, Oid, Pointer, person};
use varanto_store::register_access::AccessCursor;

use super::right::View;
use crate::request::Page;
use crate::snapshot::Directory;
use crate::use_context::UseContext;

/// The most units of a filter.
const MAX_UNITS: usize = 100;
/// The states by which rights are sought; of what has not begun nobody is told.
const STATES: &[&str] = &["open", "closing", "suspended", "reopened", "closed"];

/// What is searched for.
pub(super) struct Search {
    pub(super) used: UseContext,
    pub(super) view: View,
    pub(super) client: Option<ClientIdentifier>,
    pub(super) units: Vec<Oid>,
    pub(super) organisation: Option<Oid>,
    pub(super) states: Vec<&'static str>,
    pub(super) page: Page<AccessCursor>,
    /// What is noted in the log: the request without the client.
    pub(super) noted: String,
}

impl Search {
    /// The units that are asked for, in order; `None` where any will do.
    pub(super) fn units(&self, directory: &Directory) -> Option<Vec<Oid>> {
        let organisation = self.organisation.as_ref().map(|oid| directory.find(oid));
        let mut units: Vec<Oid> = match organisation {
            None if self.units.is_empty() => return None,
            None => self.units.clone(),
            Some(None) => Vec::new(),
            Some(Some(organisation)) => {
                let wanted = |unit: &Oid| self.units.is_empty() || self.units.contains(unit);
                let all = directory.units.values();
                let of_it = all.filter(|unit| unit.organisation == organisation.operating_unit);
                of_it.map(|unit| unit.oid.clone()).filter(wanted).collect()
            }
        };
        units.sort_unstable();
        units.dedup();
        Some(units)
    }
}

/// The place at which the next page begins, as an opaque word.
pub(super) fn cursor(at: &AccessCursor) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}/{}", at.unit, at.oid))
}

fn read_cursor(word: &str) -> Option<AccessCursor> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
    let (unit, oid) = text.split_once('/')?;
    Some(AccessCursor { unit: Oid::parse(unit).ok()?, oid: Oid::parse(oid).ok()? })
}

pub(super) fn read(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let view = m.optional("view", faults, word(View::ALL, View::as_str));
    let view = view.unwrap_or(View::Producer);
    if view == View::Producer {
        for name in ["client", "units", "organisation"] {
            if m.raw(name).is_some() {
                let detail = "a producer sees the rights of the unit in the token, all of them";
                faults.add(m.place(name), "not-in-this-view", detail);
            }
        }
    }
    let client = m.optional("client", faults, person::client_sought);
    let units = m.list("units", MAX_UNITS, faults, reader::oid);
    let organisation = m.optional("organisation", faults, reader::oid);
    let states = m.list("states", STATES.len(), faults, word(STATES, |state| state));
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    let mut noted = value.clone();
    if let Some(members) = noted.as_object_mut() {
        members.remove("client");
        members.remove("context");
    }
    Some(Search {
        used: UseContext { basis: view.basis(), ..used },
        view,
        client,
        units,
        organisation,
        states,
        page: page.unwrap_or_default(),
        noted: noted.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use varanto_rules::AccessState;

    use super::*;
    use crate::{Error, request};

    #[test]
    fn a_cursor_is_read_as_it_was_given_and_nothing_else() {
        let at = AccessCursor {
            unit: Oid::parse("1.2.246.10.99990002.10.3").unwrap(),
            oid: Oid::parse("2.25.1").unwrap(),
        };
        assert_eq!(read_cursor(&cursor(&at)), Some(at));
        for word in ["", "x", "!!", "MS8x"] {
            assert_eq!(read_cursor(word), None, "{word}");
        }
    }

    #[test]
    fn every_state_but_the_one_that_is_shown_to_nobody_can_be_sought() {
        let day = jiff::civil::date(2026, 9, 10);
        let all = [
            AccessState::Open,
            AccessState::Closing { closes_on: day },
            AccessState::Suspended { since: jiff::Timestamp::UNIX_EPOCH },
            AccessState::Reopened { closed_on: day, until: day },
            AccessState::Closed { closed_on: day },
        ];
        assert_eq!(all.map(AccessState::as_str), STATES);
        assert!(!STATES.contains(&AccessState::Coming.as_str()));
    }

    /// REQ RA-03
    #[test]
    fn a_producer_cannot_ask_for_other_units_and_the_log_keeps_no_client() {
        let body = br#"{"units": ["1.2.3"], "states": ["coming"]}"#;
        let Err(Error::Rejected { faults, .. }) = request::read(body, read) else {
            panic!("it must be refused")
        };
        let found: Vec<_> =
            faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect();
        let wanted = [("/units", "not-in-this-view"), ("/states/0", "not-in-list")];
        assert_eq!(found, wanted.map(|(at, code)| (at.to_owned(), code)));
        let body = br#"{"view": "controller", "client": {"id": "010594Y9032"}}"#;
        assert!(!request::read(body, read).unwrap().noted.contains("9032"));
    }
}
