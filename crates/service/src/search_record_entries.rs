//! The continuous record (DOC-09): the entries of a client, oldest first, each whole, or all of them
//! as one page for reading.
//!
//! Which entries there are is decided like a search for documents of their group; then each is decided
//! on like a fetch of it alone, and masked as that would be.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;
use varanto_documents::display_form::Joined;
use varanto_model::metadata::flag;
use varanto_model::reader::{self, Members, instant};
use varanto_model::{
    ClientIdentifier, Faults, Group, Language, MediaType, Metadata, Moment, Oid, Pointer, calendar,
    person,
};
use varanto_rules::{Action, Disclosed, Scope};
use varanto_store::document::{
    self, Document, DocumentCursor, ListFilter, ListOrder, ListedDocument,
};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::found_document::Found;
use crate::record::Use;
use crate::request::{self, Page};
use crate::search_documents::within;
use crate::search_request::{cursor, read_cursor};
use crate::seek::Sought;
use crate::service::{Attempt, Service, UseCase};
use crate::sets::SERVICE_TASKS;
use crate::shown_document::{FetchedDocument, Opening};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// The most entries of a page.
const MAX_ENTRIES: u32 = 50;
/// A page ends after the entry with which it has this much content, in bytes.
const FULL: usize = 16 * 1024 * 1024;
/// The most values of one member of the filter.
const MAX_VALUES: usize = 100;

/// A page of the continuous record.
#[derive(Serialize)]
pub struct RecordPage {
    entries: Vec<Disclosed<FetchedDocument>>,
    /// Is the client under turvakielto (CASE-07)?
    turvakielto: bool,
    /// The cursor of the next page.
    next: Option<String>,
    /// The head lines of the entries where they are read, in a language.
    #[serde(skip)]
    headings: Vec<String>,
    #[serde(skip)]
    language: Language,
}

impl RecordPage {
    /// Is there nothing on it?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The cursor of the next page, where there is one.
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// All display forms one after another in one text of XHTML, each under its date, time, author
    /// and service task.
    pub fn readable(&self) -> String {
        let title = match self.language {
            Language::Fi => "Asiakaskertomus",
            Language::Sv => "Klientberättelse",
            Language::En => "Continuous record",
        };
        let mut page = Joined::new(self.language, title);
        for (heading, entry) in self.headings.iter().zip(&self.entries) {
            let form = entry.get().form(MediaType::Xhtml);
            page.add(heading, form.unwrap_or_default());
        }
        page.finish()
    }
}

/// What is searched for.
struct Search {
    context: UseContext,
    client: ClientIdentifier,
    filter: ListFilter,
    page: Page<DocumentCursor>,
    noted: String,
}

struct SearchRecordEntries<'a> {
    context: &'a CallContext,
    language: Language,
    search: Search,
}

/// The entries of a page as they were decided on.
struct Shown {
    entries: Vec<Disclosed<FetchedDocument>>,
    documents: Vec<Document>,
    versions: Vec<Oid>,
    files: Vec<ClientFile>,
    next: Option<String>,
}

impl UseCase for SearchRecordEntries<'_> {
    type Answer = RecordPage;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<RecordPage>, Error> {
        let Self { context, search, .. } = self;
        let sought = service.seek(snapshot, context, &search.context, &search.client).await?;
        let about = sought.about(snapshot, context, Action::Search, &search.context);
        let facts = service.facts(snapshot, context, about);
        let decision = varanto_rules::decide(&facts);
        let client = sought.file.as_ref().map(|file| file.key);
        let scope = match (decision.outcome(), Scope::of(&facts)) {
            (Ok(_), Some(scope)) => scope,
            (Ok(_), None) => {
                return Err(Error::Internal("a search was permitted without a scope"));
            }
            (Err(refusal), _) => {
                let error = Error::Refused { refusal, rules: decision.rule_ids() };
                let used = Use {
                    controller: sought.noted_register(snapshot),
                    clients: client.as_slice(),
                    parameters: Some(search.noted.clone()),
                    ..Use::new(Action::Search, &search.context)
                };
                let (_, mut plan) =
                    service.record(snapshot, context, &used, Some(&decision), Some(&error));
                plan.extend(sought.guard());
                return Ok(Attempt { plan, result: Err(error) });
            }
        };
        let listed = match (client, within(&search.filter, &scope)) {
            (Some(client), Some(filter)) => service.list_entries(client, &filter, search).await?,
            _ => Vec::new(),
        };
        let shown = service.show_entries(snapshot, self, &sought, listed).await?;
        let note = |client: Option<Uuid>| {
            let is_of = |d: &&Document| client.is_none_or(|client| d.clients.contains(&client));
            let of_client = shown.documents.iter().zip(&shown.versions);
            let used = Use {
                controller: sought.noted_register(snapshot),
                clients: client.as_slice(),
                documents: of_client.filter(|(d, _)| is_of(d)).map(|(_, v)| v.clone()).collect(),
                parameters: Some(search.noted.clone()),
                ..Use::new(Action::Read, &search.context)
            };
            service.record(snapshot, context, &used, Some(&decision), None)
        };
        let (log_entry, mut plan) = note(client);
        for other in shown.files.iter().filter(|file| Some(file.key) != client) {
            plan.extend(note(Some(other.key)).1.statements().iter().cloned());
            plan.push(other.guard());
        }
        plan.extend(sought.guard());
        plan.extend(shown.documents.iter().map(document::guard_document));
        let today = calendar::day_of(context.at);
        let heading = |entry: &Disclosed<FetchedDocument>| {
            heading(entry.get().metadata(), snapshot, self.language)
        };
        let page = RecordPage {
            headings: shown.entries.iter().map(heading).collect(),
            turvakielto: sought.file.as_ref().is_some_and(|f| f.standing.turvakielto(today)),
            entries: shown
                .entries
                .into_iter()
                .map(|entry| entry.map(|entry| entry.noted_in(log_entry)))
                .collect(),
            next: shown.next,
            language: self.language,
        };
        Ok(Attempt { plan, result: Ok(page) })
    }
}

impl Service {
    /// Reads a client's record entries, oldest first. `language` is that of the head lines.
    pub async fn search_record_entries(
        &self,
        context: &CallContext,
        body: &[u8],
        language: Language,
    ) -> Result<RecordPage, Error> {
        let known = |search: Search| {
            let context = self.seeking_without_disclosure(search.context, &search.client)?;
            Ok(Search { context, ..search })
        };
        match request::read(body, read).and_then(known) {
            Ok(search) => self.run(&SearchRecordEntries { context, language, search }).await,
            Err(error) => self.refuse_unread(context, Action::Search, error).await,
        }
    }

    /// One more than is shown, to know whether there is more.
    async fn list_entries(
        &self,
        client: Uuid,
        filter: &ListFilter,
        search: &Search,
    ) -> Result<Vec<ListedDocument>, Error> {
        let after = search.page.after.clone();
        let size = search.page.size + 1;
        let query = document::list_documents(client, filter, ListOrder::OldestFirst, after, size)
            .map_err(|_| Error::Internal("a filter has too many values"))?;
        Ok(self.database.fetch(query).await?)
    }

    /// Opens what was listed, each as a fetch of it would, until the page is full.
    async fn show_entries(
        &self,
        snapshot: &Snapshot,
        case: &SearchRecordEntries<'_>,
        sought: &Sought,
        listed: Vec<ListedDocument>,
    ) -> Result<Shown, Error> {
        let SearchRecordEntries { context, search, .. } = case;
        let size = search.page.size as usize;
        let wanted = listed.iter().take(size).map(|l| document::find_document(&l.original_oid));
        let found = self.database.fetch(wanted.collect::<Vec<_>>()).await?;
        let clients: BTreeSet<Uuid> =
            found.iter().flatten().flat_map(|document| document.clients.iter().copied()).collect();
        let clients: Vec<Uuid> = clients.into_iter().collect();
        let files = self.files_of(&clients, &sought.register).await?;
        let mut shown = Shown {
            entries: Vec::new(),
            documents: Vec::new(),
            versions: Vec::new(),
            files: Vec::new(),
            next: None,
        };
        let (mut bytes, mut last) = (0, None);
        for (entry, rows) in listed.iter().take(size).zip(found) {
            if bytes >= FULL {
                break;
            }
            last = Some(entry);
            let document = rows.into_iter().next().ok_or(Error::Contended)?;
            let of_document = |file: &&ClientFile| document.clients.contains(&file.key);
            let others_wrote = self.others_wrote(context, &document).await?;
            let found = Found {
                others_wrote,
                files: files.iter().filter(of_document).cloned().collect(),
                version: entry.newest.clone(),
                document,
            };
            let used = &search.context;
            let decision = self.decide_on(snapshot, context, Action::Read, used, Some(&found));
            let Ok(permission) = decision.outcome() else { continue };
            let today = calendar::day_of(context.at);
            let opening = Opening {
                document: &found.document,
                version: &found.version,
                // Named when all are known.
                log_entry: Uuid::nil(),
                turvakielto: found.files.iter().any(|file| file.standing.turvakielto(today)),
                masking: permission.masking(),
            };
            let opened = self.open(snapshot, opening).await?;
            bytes += opened.size();
            shown.entries.push(permission.disclose(opened));
            for file in found.files {
                if !shown.files.iter().any(|known| known.key == file.key) {
                    shown.files.push(file);
                }
            }
            shown.documents.push(found.document);
            shown.versions.push(found.version);
        }
        let is_last = |entry: &&ListedDocument| {
            listed.last().is_some_and(|end| end.original_oid == entry.original_oid)
        };
        shown.next = last.filter(|entry| !is_last(entry)).map(|entry| cursor(&entry.cursor()));
        Ok(shown)
    }
}

/// Date and time, authors and service task of an entry, for people.
fn heading(metadata: &str, snapshot: &Snapshot, language: Language) -> String {
    let value = serde_json::from_str::<Value>(metadata).unwrap_or_default();
    let Ok(metadata) = Metadata::parse(&value, &Pointer::root()) else { return String::new() };
    let hour = match language {
        Language::Fi => "klo",
        Language::Sv => "kl.",
        Language::En => "at",
    };
    let mut parts = vec![Moment::Instant(metadata.written_at).finnish().replace("klo", hour)];
    let author = |author: &varanto_model::Author| {
        let name = format!("{} {}", author.name.given_names, author.name.family_name);
        match &author.title {
            Some(title) => format!("{name}, {title}"),
            None => name,
        }
    };
    parts.extend(metadata.authors.iter().map(author));
    if let Some(task) = &metadata.service_task {
        let set = Oid::parse(SERVICE_TASKS).ok().and_then(|set| snapshot.codes.find(&set));
        let named = set.and_then(|set| set.find(task.as_str()));
        parts.push(named.map_or_else(|| task.to_string(), |e| e.name().get(language).to_owned()));
    }
    parts.join(" – ")
}

fn read(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let context = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let client = m.required("client", faults, person::client_sought);
    let filter = m.optional("filter", faults, read_filter).unwrap_or_else(entries);
    let page = m
        .optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor))
        .unwrap_or_default();
    if page.size > MAX_ENTRIES {
        let why = format!("at most {MAX_ENTRIES} entries stand on a page");
        faults.add(m.place("page").member("size"), "too-large", why);
    }
    m.finish(faults);
    let mut noted = value.clone();
    if let Some(members) = noted.as_object_mut() {
        members.remove("client");
        members.remove("context");
        members.insert("groups".into(), serde_json::json!([Group::RecordEntry.as_str()]));
    }
    Some(Search { context, client: client?, filter, page, noted: noted.to_string() })
}

/// All record entries.
fn entries() -> ListFilter {
    ListFilter { groups: vec![Group::RecordEntry], ..ListFilter::default() }
}

fn read_filter(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<ListFilter> {
    let mut m = Members::of(value, at, faults)?;
    let filter = ListFilter {
        cases: m.list("cases", MAX_VALUES, faults, reader::oid),
        service_tasks: m.list("service_tasks", MAX_VALUES, faults, reader::code),
        written_from: m.optional("written_from", faults, instant),
        written_until: m.optional("written_to", faults, instant),
        include_annulled: flag(&mut m, "include_annulled", faults),
        ..entries()
    };
    m.finish(faults);
    Some(filter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ DOC-09
    #[test]
    fn a_search_is_for_record_entries_alone_and_what_the_log_keeps_names_nobody() {
        let body = br#"{"client": {"id": "010594Y9032"}, "filter": {"service_tasks": ["1"]}}"#;
        let search = request::read(body, read).unwrap();
        assert_eq!(search.filter.groups, [Group::RecordEntry]);
        assert!(!search.noted.contains("9032") && search.noted.contains("record_entry"));
        let all = request::read(br#"{"client": {"id": "010594Y9032"}}"#, read).unwrap();
        assert_eq!(all.filter.groups, [Group::RecordEntry]);
        for body in [
            br#"{"client": {"id": "010594Y9032"}, "page": {"size": 51}}"#.as_slice(),
            br#"{"client": {"id": "010594Y9032"}, "filter": {"groups": ["case"]}}"#,
            b"{}",
        ] {
            assert!(request::read(body, read).is_err());
        }
    }
}
