//! The request of a search: client, filter, page – read with every fault noted.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;
use varanto_model::metadata::flag;
use varanto_model::reader::{self, Members, instant};
use varanto_model::{ClientIdentifier, Code, Faults, Generation, Group, Oid, Pointer, person};
use varanto_store::document::{DocumentCursor, ListFilter, Permitted, Withheld};

use crate::Error;
use crate::request::{self, Page};
use crate::use_context::UseContext;

/// The most values of one member of the filter.
const MAX_VALUES: usize = 100;

/// What is searched for.
pub(crate) struct Search {
    pub(crate) context: UseContext,
    pub(crate) client: ClientIdentifier,
    pub(crate) filter: ListFilter,
    pub(crate) page: Page<DocumentCursor>,
    /// What is noted in the log: the request without the client.
    pub(crate) noted: String,
}

impl Search {
    /// Reads the body of a request.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Error> {
        request::read(body, read_search)
    }
}

/// The place at which the next page begins, as an opaque word.
pub(crate) fn cursor(at: &DocumentCursor) -> String {
    let text = format!("{}/{}", at.written_at.as_microsecond(), at.original_oid);
    URL_SAFE_NO_PAD.encode(text)
}

pub(crate) fn read_cursor(word: &str) -> Option<DocumentCursor> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
    let (written_at, oid) = text.split_once('/')?;
    let written_at = Timestamp::from_microsecond(written_at.parse().ok()?).ok()?;
    Some(DocumentCursor { written_at, original_oid: Oid::parse(oid).ok()? })
}

fn read_search(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let context = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let client = m.required("client", faults, person::client_sought);
    let filter = m.optional("filter", faults, read_filter).unwrap_or_default();
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    let mut noted = value.clone();
    if let Some(members) = noted.as_object_mut() {
        members.remove("client");
        members.remove("context");
    }
    let page = page.unwrap_or_default();
    Some(Search { context, client: client?, filter, page, noted: noted.to_string() })
}

fn read_filter(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<ListFilter> {
    let mut m = Members::of(value, at, faults)?;
    let group = reader::word(Group::ALL, Group::as_str);
    let generation = reader::word(Generation::ALL, Generation::as_str);
    let codes = |m: &mut Members<'_>, name, faults: &mut Faults| -> Vec<Code> {
        m.list(name, MAX_VALUES, faults, reader::code)
    };
    let oids = |m: &mut Members<'_>, name, faults: &mut Faults| -> Vec<Oid> {
        m.list(name, MAX_VALUES, faults, reader::oid)
    };
    let filter = ListFilter {
        groups: m.list("groups", MAX_VALUES, faults, group),
        service_tasks: codes(&mut m, "service_tasks", faults),
        service_processes: codes(&mut m, "service_processes", faults),
        services: codes(&mut m, "services", faults),
        type_codes: codes(&mut m, "type_codes", faults),
        structures: oids(&mut m, "structures", faults),
        controllers: oids(&mut m, "controllers", faults),
        providers: oids(&mut m, "providers", faults),
        units: oids(&mut m, "units", faults),
        cases: oids(&mut m, "cases", faults),
        linked_to: oids(&mut m, "linked_to", faults),
        written_from: m.optional("written_from", faults, instant),
        written_until: m.optional("written_to", faults, instant),
        stored_from: m.optional("stored_from", faults, instant),
        stored_until: m.optional("stored_to", faults, instant),
        generations: m.list("generations", MAX_VALUES, faults, generation),
        include_annulled: flag(&mut m, "include_annulled", faults),
        permitted: Permitted::default(),
        without: Withheld::default(),
    };
    m.finish(faults);
    Some(filter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_given_and_nothing_else() {
        let at = DocumentCursor {
            written_at: "2026-09-02T07:15:00.000001Z".parse().unwrap(),
            original_oid: Oid::parse("1.2.246.10.99990001.11.2026.17").unwrap(),
        };
        assert_eq!(read_cursor(&cursor(&at)), Some(at));
        for word in ["", "x", "!!", "MQ", "MS8x"] {
            assert_eq!(read_cursor(word), None, "{word}");
        }
    }

    /// REQ DOC-06
    #[test]
    fn what_the_log_keeps_of_a_search_has_no_client() {
        let body = br#"{"client": {"id": "010594Y9032"}, "filter": {"groups": ["case"]}, "page": {"size": 3}}"#;
        let search = Search::read(body).unwrap();
        assert_eq!(search.page.size, 3);
        assert!(!search.noted.contains("9032") && search.noted.contains("case"));
    }

    /// REQ DOC-06
    #[test]
    fn every_fault_of_a_search_is_told() {
        let body = br#"{"filter": {"groups": ["x"], "cases": ["y"], "colour": 1}, "page": {"size": 201, "cursor": "?"}}"#;
        let Err(Error::Rejected { faults, .. }) = Search::read(body) else {
            panic!("it must be refused")
        };
        let mut places: Vec<_> = faults.as_slice().iter().map(|f| f.pointer.to_string()).collect();
        places.sort();
        assert_eq!(
            places,
            [
                "/client",
                "/filter/cases/0",
                "/filter/colour",
                "/filter/groups/0",
                "/page/cursor",
                "/page/size"
            ]
        );
    }
}
