//! Reading what is asked: a page of a list, or a decision on an item.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use varanto_model::reader::{self, Members, instant, text, word};
use varanto_model::{Faults, Oid, Pointer};
use varanto_store::use_log::LogCursor;

use super::item::{Decision, Place};
use super::list::List;
use crate::log_page::{cursor, read_cursor};
use crate::request::Page;
use crate::use_context::UseContext;

/// The days that are looked at where nothing else is asked for.
const DAYS: i64 = 31;

/// Which items are wanted, by whether there is a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Open,
    Decided,
    All,
}

impl Wanted {
    const EVERY: &[Self] = &[Self::Open, Self::Decided, Self::All];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
            Self::All => "all",
        }
    }

    pub(super) const fn takes(self, is_decided: bool) -> bool {
        match self {
            Self::Open => !is_decided,
            Self::Decided => is_decided,
            Self::All => true,
        }
    }
}

/// A page of a list, asked for.
pub(super) struct Search {
    pub(super) used: UseContext,
    pub(super) filter: Filter,
    pub(super) page: Page<Place>,
    /// What the use log notes of it.
    pub(super) noted: String,
}

/// What narrows a list.
pub(super) struct Filter {
    pub(super) list: List,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) user: Option<String>,
    pub(super) organisation: Option<Oid>,
    pub(super) unit: Option<Oid>,
    pub(super) wanted: Wanted,
}

impl Search {
    /// Reads the body of a search that is made at `now`.
    pub(super) fn read(now: Timestamp, value: &Value, faults: &mut Faults) -> Option<Self> {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
        let filter = m.required("filter", faults, |v, at, faults| Filter::read(now, v, at, faults));
        let page =
            m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, Place::read));
        m.finish(faults);
        let asked = value.get("filter").cloned().unwrap_or_default();
        let page = page.unwrap_or_default();
        let noted = json!({"supervision": asked, "page": page.noted(Place::word)}).to_string();
        Some(Self { used, filter: filter?, page, noted })
    }
}

impl Filter {
    fn read(now: Timestamp, value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Self> {
        let mut m = Members::of(value, at, faults)?;
        let list = m.required("list", faults, word(List::ALL, List::as_str));
        let from = m.optional("from", faults, instant);
        let until = m.optional("to", faults, instant);
        let (first, place) = (from, m.place("from"));
        let filter = Self {
            list: list.unwrap_or(List::SpecialReasons),
            until: until.unwrap_or(now),
            from: first.unwrap_or_else(|| days_before(until.unwrap_or(now), DAYS)),
            user: m.optional("user", faults, text(64)),
            organisation: m.optional("organisation", faults, reader::oid),
            unit: m.optional("unit", faults, reader::oid),
            wanted: m
                .optional("decided", faults, word(Wanted::EVERY, Wanted::as_str))
                .unwrap_or(Wanted::All),
        };
        m.finish(faults);
        let most = filter.list.most_days();
        if filter.from > filter.until || filter.from < days_before(filter.until, most) {
            let why = format!("not after `to`, and at most {most} days before it");
            faults.add(place, "out-of-range", why);
        }
        list.map(|_| filter)
    }
}

fn days_before(instant: Timestamp, days: i64) -> Timestamp {
    let time = SignedDuration::from_hours(24 * days);
    instant.checked_sub(time).unwrap_or(Timestamp::MIN)
}

impl Place {
    /// The place as an opaque word.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Entry(at) => cursor(*at),
            Self::Day(item) => super::item::day_word(item),
        }
    }

    /// The place that an opaque word stands for.
    fn read(word: &str) -> Option<Self> {
        let entry: Option<LogCursor> = read_cursor(word);
        entry.map(Self::Entry).or_else(|| super::item::read_day_word(word).map(Self::Day))
    }
}

/// A decision, asked for.
pub(super) struct Asked {
    pub(super) used: UseContext,
    pub(super) list: List,
    pub(super) item: String,
    pub(super) decision: Decision,
    pub(super) reason: String,
    /// What the use log notes of it: all but the reason.
    pub(super) noted: String,
}

impl Asked {
    /// Reads the body of a decision.
    pub(super) fn read(value: &Value, faults: &mut Faults) -> Option<Self> {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
        let list = m.required("list", faults, word(List::ALL, List::as_str));
        let item = m.required("item", faults, text(200));
        let decision = m.required("decision", faults, word(Decision::ALL, Decision::as_str));
        let reason = m.required("reason", faults, text(2_000));
        m.finish(faults);
        let (list, item, decision) = (list?, item?, decision?);
        let noted = json!({"supervision": {
            "list": list.as_str(), "item": item, "decision": decision.as_str()
        }});
        Some(Self { used, list, item, decision, reason: reason?, noted: noted.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(filter: &Value) -> Result<Search, Vec<String>> {
        let now = "2026-09-30T12:00:00Z".parse().unwrap();
        let mut faults = Faults::none();
        let read = Search::read(now, &json!({"filter": filter}), &mut faults);
        let places = faults.as_slice().iter().map(|f| f.pointer.to_string()).collect();
        read.filter(|_| faults.is_empty()).ok_or(places)
    }

    fn faults(filter: &Value) -> Vec<String> {
        read(filter).err().unwrap()
    }

    /// REQ LOG-06
    #[test]
    fn the_last_31_days_are_looked_at_where_nothing_else_is_asked_for() {
        let search = read(&json!({"list": "kin"})).ok().unwrap();
        let days = |from: &str, until: &str| (from.parse().unwrap(), until.parse().unwrap());
        let asked = (search.filter.from, search.filter.until);
        assert_eq!(asked, days("2026-08-30T12:00:00Z", "2026-09-30T12:00:00Z"));
        assert_eq!((search.filter.list, search.filter.wanted), (List::Kin, Wanted::All));
        assert_eq!(
            search.noted,
            r#"{"page":{"cursor":null,"size":50},"supervision":{"list":"kin"}}"#
        );
        let search = read(&json!({"list": "kin", "to": "2026-02-01T00:00:00Z"})).ok().unwrap();
        let asked = (search.filter.from, search.filter.until);
        assert_eq!(asked, days("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"));
    }

    /// REQ LOG-06
    #[test]
    fn a_call_looks_at_92_days_at_most_and_at_volumes_of_31() {
        let from = |list: &str, from: &str| json!({"list": list, "from": from});
        assert!(read(&from("kin", "2026-06-30T12:00:00Z")).is_ok());
        assert_eq!(faults(&from("kin", "2026-06-30T11:59:59Z")), ["/filter/from"]);
        assert!(read(&from("volumes", "2026-08-30T12:00:00Z")).is_ok());
        assert_eq!(faults(&from("volumes", "2026-08-30T11:00:00Z")), ["/filter/from"]);
        assert_eq!(faults(&from("kin", "2026-10-01T00:00:00Z")), ["/filter/from"]);
    }

    #[test]
    fn every_fault_of_a_filter_is_named() {
        let wrong = json!({"list": "all", "decided": "no", "client": "x"});
        assert_eq!(faults(&wrong), ["/filter/list", "/filter/decided", "/filter/client"]);
        assert_eq!(faults(&json!({})), ["/filter/list"]);
    }

    #[test]
    fn a_place_is_read_as_it_was_given() {
        let day = Place::Day("1.2.246.10.99990001.10.0/S-1001/2026-09-01".to_owned());
        let at = "2026-09-01T00:00:00Z".parse().unwrap();
        let entry = Place::Entry(LogCursor { at, id: uuid::Uuid::from_u128(7) });
        for place in [day, entry] {
            assert_eq!(Place::read(&place.word()), Some(place));
        }
        for word in ["", "x", "!"] {
            assert_eq!(Place::read(word), None, "{word}");
        }
    }
}
