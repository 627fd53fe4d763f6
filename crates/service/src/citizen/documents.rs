//! Which of a client's documents are shown to the citizen, and the search for them (CIT-02).
//!
//! What decides stands partly in the sealed metadata, so documents are opened one after the other until
//! the page is full. The list of one client's documents is its bound.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use varanto_model::reader::{self, Members, instant};
use varanto_model::{Faults, Generation, Group, Metadata, Pointer};
use varanto_rules::{Action, CitizenAction, CitizenDocument, Disclosed, Mask};
use varanto_store::document::{
    self, DocumentCursor, ListFilter, ListOrder, ListedDocument, Withheld,
};
use varanto_store::{MAX_PAGE, MAX_VALUES, Purpose};

use super::subject::Subject;
use super::{CitizenContext, CitizenUse};
use crate::Error;
use crate::request::{self, Page};
use crate::search_documents::FoundDocument;
use crate::search_request::{cursor, read_cursor};
use crate::service::{Attempt, Service, UseCase};
use crate::shown_document::{own_codes, without_links, without_others};
use crate::snapshot::Snapshot;

/// The most values of one member of the filter.
const MAX_LISTED: usize = 100;

/// A page of a citizen's search.
#[derive(Debug, Serialize)]
pub struct CitizenPage {
    documents: Vec<FoundDocument>,
    next: Option<String>,
}

/// A search shows metadata alone, which hold no contact data.
impl Mask for CitizenPage {
    fn masked(self) -> Self {
        self
    }
}

/// A document that is shown, as the list has it and with its metadata opened.
pub(crate) struct ShownListed {
    pub(crate) listed: ListedDocument,
    metadata: Vec<u8>,
}

/// What is searched for.
struct Search {
    filter: ListFilter,
    page: Page<DocumentCursor>,
    noted: String,
}

struct SearchDocuments<'a> {
    context: &'a CitizenContext,
    search: Search,
}

impl UseCase for SearchDocuments<'_> {
    type Answer = Disclosed<CitizenPage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, search } = self;
        let subject = service.subject_of(snapshot, context).await?;
        let decision = subject.decide(CitizenAction::Search);
        let size = search.page.size as usize;
        let found = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let after = search.page.after.clone();
                let filter = &search.filter;
                let shown = service.shown_to(&subject, filter, after, Some(size + 1)).await?;
                Ok((permission, shown))
            }
        };
        let shown = found.iter().flat_map(|(_, shown)| shown.iter().take(size));
        let shown =
            shown.map(|shown| &shown.listed).map(|row| (&row.facts.controller, &row.newest));
        let used = CitizenUse {
            parameters: Some(search.noted.clone()),
            ..CitizenUse::new(Action::Search, &subject).with(shown)
        };
        let refusal = found.as_ref().err();
        let (_, mut plan) =
            service.record_citizen(snapshot, context, used, Some(&decision), refusal);
        plan.extend(subject.guard());
        let result = match found {
            Ok((permission, shown)) => {
                Ok(permission.disclose(page(shown, size, &own_codes(&context.citizen))?))
            }
            Err(error) => Err(error),
        };
        Ok(Attempt { plan, result })
    }
}

/// The documents of a page, without what names others, and where the next one begins.
fn page(mut shown: Vec<ShownListed>, size: usize, own: &[&str]) -> Result<CitizenPage, Error> {
    let more = shown.len() > size;
    shown.truncate(size);
    let next = shown.last().filter(|_| more).map(|last| cursor(&last.listed.cursor()));
    let open = |shown: ShownListed| {
        let (metadata, _) = without_links(shown.metadata)?;
        let (metadata, _) = without_others(metadata, own)?;
        FoundDocument::new(metadata, shown.listed.stored_at, shown.listed.annulled)
    };
    Ok(CitizenPage { documents: shown.into_iter().map(open).collect::<Result<_, _>>()?, next })
}

/// What decides on showing a document of the client, in its newest version.
pub(crate) fn citizen_document(
    facts: &document::Facts,
    annulled: bool,
    metadata: &[u8],
) -> Result<CitizenDocument, Error> {
    let unreadable = || Error::Internal("stored metadata cannot be read");
    let value: Value = serde_json::from_slice(metadata).map_err(|_| unreadable())?;
    let read = Metadata::parse(&value, &Pointer::root()).map_err(|_| unreadable())?;
    Ok(CitizenDocument {
        is_clients: true,
        group: facts.group,
        generation: facts.generation,
        type_code: facts.type_code.clone(),
        annulled,
        is_newest: true,
        citizen_view: read.citizen_view,
        guardian_view: read.guardian_view,
    })
}

impl Service {
    /// Searches the citizen's own documents on the request of a body.
    pub async fn search_citizen_documents(
        &self,
        context: &CitizenContext,
        body: &[u8],
    ) -> Result<Disclosed<CitizenPage>, Error> {
        match request::read(body, read_search) {
            Ok(search) => self.run(&SearchDocuments { context, search }).await,
            Err(error) => self.refuse_unread_citizen(context, Action::Search, error).await,
        }
    }

    /// The client's documents that are shown, newest first, after a place: so many, or all.
    pub(crate) async fn shown_to(
        &self,
        subject: &Subject,
        filter: &ListFilter,
        mut after: Option<DocumentCursor>,
        wanted: Option<usize>,
    ) -> Result<Vec<ShownListed>, Error> {
        let Some(file) = &subject.file else { return Ok(Vec::new()) };
        let filter = subject.narrowed(filter);
        let batch = wanted.map_or(MAX_PAGE, |wanted| u32::try_from(wanted).unwrap_or(MAX_PAGE));
        let batch = batch.min(MAX_PAGE);
        let mut shown = Vec::new();
        loop {
            let order = ListOrder::NewestFirst;
            let query = document::list_documents(file.key, &filter, order, after.take(), batch)
                .map_err(|_| Error::Internal("a filter has too many values"))?;
            let rows = self.database.fetch(query).await?;
            let is_last = rows.len() < batch as usize;
            after = rows.last().map(ListedDocument::cursor);
            for listed in rows {
                let place = listed.newest.as_str().as_bytes();
                let metadata = self.unseal(Purpose::Metadata, place, &listed.metadata)?;
                let document = citizen_document(&listed.facts, listed.annulled, &metadata)?;
                if subject.decide_on(document).outcome().is_ok() {
                    shown.push(ShownListed { listed, metadata });
                }
            }
            if is_last || wanted.is_some_and(|wanted| shown.len() >= wanted) {
                shown.truncate(wanted.unwrap_or(usize::MAX));
                return Ok(shown);
            }
        }
    }
}

impl Subject {
    /// A filter as far as rule C1 can be told from what is not sealed. Types beyond what a filter takes
    /// are left to the rules, which look at each document anyway.
    fn narrowed(&self, filter: &ListFilter) -> ListFilter {
        let hidden = self.hidden_types().take(MAX_VALUES).cloned().collect();
        ListFilter {
            generations: vec![Generation::Phase2],
            include_annulled: false,
            without: Withheld { type_codes: hidden, ..Withheld::default() },
            ..filter.clone()
        }
    }
}

fn read_search(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let filter = m.optional("filter", faults, read_filter).unwrap_or_default();
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    Some(Search { filter, page: page.unwrap_or_default(), noted: value.to_string() })
}

fn read_filter(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<ListFilter> {
    let mut m = Members::of(value, at, faults)?;
    let group = reader::word(Group::ALL, Group::as_str);
    let filter = ListFilter {
        groups: m.list("groups", MAX_LISTED, faults, group),
        service_tasks: m.list("service_tasks", MAX_LISTED, faults, reader::code),
        written_from: m.optional("written_from", faults, instant),
        written_until: m.optional("written_to", faults, instant),
        ..ListFilter::default()
    };
    m.finish(faults);
    Some(filter)
}
