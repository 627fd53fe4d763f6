//! Searching a client's documents by metadata (DOC-06).
//!
//! The permission gives the scope – register, groups, service tasks – and the scope narrows the
//! list, so that a search shows exactly what a fetch would give. Nothing is counted.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use varanto_model::metadata::flag;
use varanto_model::reader::{self, Members, instant, number, text};
use varanto_model::{
    ClientIdentifier, Code, Faults, Generation, Group, Oid, Pointer, json, person,
};
use varanto_rules::{Action, Disclosed, Scope};
use varanto_store::Purpose as Sealed;
use varanto_store::document::{self, DocumentCursor, ListFilter, ListedDocument};

use crate::Error;
use crate::context::CallContext;
use crate::fetch_documents::raw;
use crate::record::Use;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// Documents on a page where nothing else is asked for.
pub(crate) const PAGE: u32 = 50;
/// The most on a page.
pub(crate) const LARGEST_PAGE: u32 = 200;
/// The most values of one member of the filter.
const MAX_VALUES: usize = 100;

/// One document that was found: its signed metadata, and what has become of it.
#[derive(Debug)]
pub struct FoundDocument {
    metadata: Box<RawValue>,
    stored_at: Timestamp,
    annulled: bool,
}

impl Serialize for FoundDocument {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let metadata: Map<String, Value> =
            serde_json::from_str(self.metadata.get()).map_err(serde::ser::Error::custom)?;
        let more =
            [("stored_at", self.stored_at.to_string().into()), ("annulled", self.annulled.into())];
        let all = metadata.into_iter().chain(more.map(|(name, value)| (name.to_owned(), value)));
        serializer.collect_map(all)
    }
}

/// A page of a search.
#[derive(Debug, Serialize)]
pub struct FoundPage {
    documents: Vec<FoundDocument>,
    next: Option<String>,
}

struct Search {
    context: UseContext,
    client: ClientIdentifier,
    filter: ListFilter,
    size: u32,
    after: Option<DocumentCursor>,
    /// What is noted in the log: the request without the client.
    noted: String,
}

struct SearchDocuments<'a> {
    context: &'a CallContext,
    search: Search,
}

impl UseCase for SearchDocuments<'_> {
    type Answer = Disclosed<FoundPage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        service.attempt_search(snapshot, self.context, &self.search).await
    }
}

impl Service {
    /// Searches on the request of a body.
    pub async fn search_documents(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<FoundPage>, Error> {
        let search = match read(body) {
            Ok(search) => search,
            Err(error) => return self.refuse_unread(context, Action::Search, error).await,
        };
        self.run(&SearchDocuments { context, search }).await
    }

    async fn attempt_search(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        search: &Search,
    ) -> Result<Attempt<Disclosed<FoundPage>>, Error> {
        let facts =
            self.facts(snapshot, context, Action::Search, search.context.purpose, None, None);
        let decision = varanto_rules::decide(&facts);
        let client = self.find_client(&search.client).await?.map(|file| file.key);
        let result = match (decision.outcome(), Scope::of(&facts)) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::Internal("a search was permitted without a scope")),
            (Ok(permission), Some(scope)) => {
                let listed = match (client, within(&search.filter, scope)) {
                    (Some(client), Some(filter)) => self.list(client, &filter, search).await?,
                    _ => Vec::new(),
                };
                Ok((permission, listed))
            }
        };
        let documents = match &result {
            Ok((_, listed)) => {
                listed.iter().take(search.size as usize).map(|d| d.newest.clone()).collect()
            }
            Err(_) => Vec::new(),
        };
        let used = Use {
            clients: client.as_slice(),
            documents,
            parameters: Some(search.noted.clone()),
            ..Use::new(Action::Search, &search.context)
        };
        let (_, plan) =
            self.record(snapshot, context, &used, Some(&decision), result.as_ref().err());
        let result = match result {
            Ok((permission, listed)) => Ok(permission.disclose(self.page(listed, search.size)?)),
            Err(error) => Err(error),
        };
        Ok(Attempt { plan, result })
    }

    /// One more than is shown, to know whether there is more.
    async fn list(
        &self,
        client: uuid::Uuid,
        filter: &ListFilter,
        search: &Search,
    ) -> Result<Vec<ListedDocument>, Error> {
        let query = document::list_documents(client, filter, search.after.clone(), search.size + 1)
            .map_err(|_| Error::Internal("a filter has too many values"))?;
        Ok(self.database.fetch(query).await?)
    }

    fn page(&self, mut listed: Vec<ListedDocument>, size: u32) -> Result<FoundPage, Error> {
        let more = listed.len() > size as usize;
        listed.truncate(size as usize);
        let next = listed.last().filter(|_| more).map(|last| cursor(&last.cursor()));
        let open = |found: ListedDocument| {
            let metadata =
                self.unseal(Sealed::Metadata, found.newest.as_str().as_bytes(), &found.metadata)?;
            Ok(FoundDocument {
                metadata: raw(metadata)?,
                stored_at: found.stored_at,
                annulled: found.annulled,
            })
        };
        let documents = listed.into_iter().map(open).collect::<Result<_, Error>>()?;
        Ok(FoundPage { documents, next })
    }
}

/// The filter as far as the scope reaches; `None` where nothing can be within both.
fn within(filter: &ListFilter, scope: Scope) -> Option<ListFilter> {
    let mut filter = filter.clone();
    if !filter.controllers.is_empty() && !filter.controllers.contains(&scope.controller) {
        return None;
    }
    filter.controllers = vec![scope.controller];
    if filter.groups.is_empty() {
        filter.groups = scope.groups.into_iter().collect();
    } else {
        filter.groups.retain(|group| scope.groups.contains(group));
    }
    filter.permitted_service_tasks = scope.service_tasks.map(|tasks| tasks.into_iter().collect());
    (!filter.groups.is_empty()).then_some(filter)
}

/// The place at which the next page begins, as an opaque word.
fn cursor(at: &DocumentCursor) -> String {
    let text = format!("{}/{}", at.written_at.as_microsecond(), at.original_oid);
    URL_SAFE_NO_PAD.encode(text)
}

fn read_cursor(word: &str) -> Option<DocumentCursor> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
    let (written_at, oid) = text.split_once('/')?;
    let written_at = Timestamp::from_microsecond(written_at.parse().ok()?).ok()?;
    Some(DocumentCursor { written_at, original_oid: Oid::parse(oid).ok()? })
}

fn read(body: &[u8]) -> Result<Search, Error> {
    let mut faults = Faults::none();
    let value = match json::parse(body, json::Limits::default()) {
        Ok(value) => value,
        Err(error) => {
            faults.push(error.fault());
            return Err(Error::invalid(faults));
        }
    };
    let search = read_search(&value, &mut faults);
    match search {
        Some(search) if faults.is_empty() => Ok(search),
        _ => Err(Error::invalid(faults)),
    }
}

fn read_search(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let context = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let client = m.required("client", faults, person::client_sought);
    let filter = m.optional("filter", faults, read_filter).unwrap_or_default();
    let (size, after) = m.optional("page", faults, read_page).unwrap_or((PAGE, None));
    m.finish(faults);
    let mut noted = value.clone();
    if let Some(members) = noted.as_object_mut() {
        members.remove("client");
        members.remove("context");
    }
    Some(Search { context, client: client?, filter, size, after, noted: noted.to_string() })
}

fn read_page(
    value: &Value,
    at: &Pointer,
    faults: &mut Faults,
) -> Option<(u32, Option<DocumentCursor>)> {
    let mut m = Members::of(value, at, faults)?;
    let size = m.optional("size", faults, number(1, LARGEST_PAGE)).unwrap_or(PAGE);
    let after = m.optional("cursor", faults, |v, at, faults| {
        let cursor = read_cursor(&text(400)(v, at, faults)?);
        if cursor.is_none() {
            faults.add(at.clone(), "not-a-cursor", "a cursor is taken only as it was given");
        }
        cursor
    });
    m.finish(faults);
    Some((size, after))
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
        permitted_service_tasks: None,
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
        let search = read(body).unwrap();
        assert_eq!(search.size, 3);
        assert!(!search.noted.contains("9032") && search.noted.contains("case"));
    }

    /// REQ DOC-06
    #[test]
    fn every_fault_of_a_search_is_told() {
        let body = br#"{"filter": {"groups": ["x"], "cases": ["y"], "colour": 1}, "page": {"size": 201, "cursor": "?"}}"#;
        let Err(Error::Rejected { faults, .. }) = read(body) else { panic!("it must be refused") };
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
