//! What logs have about a citizen, as far as the citizen is told of it, newest first (CIT-04).
//!
//! A call looks at a bounded number of entries: there may be fewer on a page than were asked for, and yet a next
//! one. Of the documents of an entry those are named that the citizen may see; somebody who acts for the client
//! is told of entries with such a document alone.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_model::reader::{Members, instant};
use varanto_model::{Faults, Oid, Pointer};
use varanto_store::MAX_PAGE;
use varanto_store::disclosure_log::DisclosureEntry;
use varanto_store::document::ListFilter;
use varanto_store::use_log::{self, LogCursor, UseEntry};

use super::subject::Subject;
use crate::Error;
use crate::client_log::{ClientEntry, ClientLog, Logs};
use crate::documents_named::Named;
use crate::log_page::{cursor, read_cursor};
use crate::request::Page;
use crate::service::Service;

/// From so many entries on that it has looked at, a call looks at no more.
const MAX_SEEN: usize = 2_000;
/// The fewest entries that are fetched at once.
const LEAST_BATCH: u32 = 100;

/// What is searched for.
pub(super) struct EntrySearch {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    page: Page<LogCursor>,
    /// What the log keeps of it.
    pub(super) noted: String,
}

impl EntrySearch {
    /// Reads the body of a request; `list` is what the log calls it.
    pub(super) fn read(list: &str, value: &Value, faults: &mut Faults) -> Option<Self> {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let (from, until) = m.optional("filter", faults, read_filter).unwrap_or_default();
        let page =
            m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
        m.finish(faults);
        let noted = json!({list: value}).to_string();
        Some(Self { from, until, page: page.unwrap_or_default(), noted })
    }
}

/// From which instant on, and before which.
type Spell = (Option<Timestamp>, Option<Timestamp>);

fn read_filter(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Spell> {
    let mut m = Members::of(value, at, faults)?;
    let spell = (m.optional("from", faults, instant), m.optional("to", faults, instant));
    m.finish(faults);
    Some(spell)
}

/// An entry of one of the logs.
pub(super) trait OfLog: Sized + Send {
    /// In which log it stands.
    const LOGS: Logs;

    /// An entry about a client, where it is of this log.
    fn of(entry: ClientEntry) -> Option<Self>;

    /// Its place in a list.
    fn cursor(&self) -> LogCursor;

    /// The documents that it names.
    fn documents(&self) -> &[Oid];

    /// The case that it names, and the entry of the use in which it was made, by which it is known whose data
    /// it tells of where it names no document.
    fn beside(&self) -> (Option<&Oid>, Option<Uuid>);
}

impl OfLog for UseEntry {
    const LOGS: Logs = Logs::Uses;

    fn of(entry: ClientEntry) -> Option<Self> {
        match entry {
            ClientEntry::Use(entry) => Some(*entry),
            ClientEntry::Disclosure(_) => None,
        }
    }

    fn cursor(&self) -> LogCursor {
        self.cursor()
    }

    fn documents(&self) -> &[Oid] {
        &self.documents
    }

    fn beside(&self) -> (Option<&Oid>, Option<Uuid>) {
        (self.case.as_ref(), None)
    }
}

impl OfLog for DisclosureEntry {
    const LOGS: Logs = Logs::Disclosures;

    fn of(entry: ClientEntry) -> Option<Self> {
        match entry {
            ClientEntry::Disclosure(entry) => Some(*entry),
            ClientEntry::Use(_) => None,
        }
    }

    fn cursor(&self) -> LogCursor {
        self.cursor()
    }

    fn documents(&self) -> &[Oid] {
        &self.documents
    }

    fn beside(&self) -> (Option<&Oid>, Option<Uuid>) {
        (None, self.use_entry)
    }
}

/// An entry with what is told of it.
pub(super) struct Told<E> {
    pub(super) entry: E,
    /// Those of its documents that are shown, by their original identifiers.
    pub(super) shown: Vec<Oid>,
    /// Whether it tells of data that are another person's as well.
    pub(super) joint: bool,
}

/// A page of entries.
pub(super) struct ToldPage<E> {
    pub(super) entries: Vec<Told<E>>,
    /// The cursor of the next one.
    pub(super) next: Option<String>,
}

impl Service {
    /// The page of the entries about the client of which `is_told` lets the citizen know.
    pub(super) async fn entries_told_to<E: OfLog>(
        &self,
        subject: &Subject,
        search: &EntrySearch,
        is_told: impl Fn(&E) -> bool + Sync,
    ) -> Result<ToldPage<E>, Error> {
        let mut page = ToldPage { entries: Vec::new(), next: None };
        let Some(file) = &subject.file else { return Ok(page) };
        let shown = self.shown_to(subject, &ListFilter::default(), None, None).await?;
        let shown: BTreeSet<Oid> =
            shown.into_iter().map(|shown| shown.listed.original_oid).collect();
        if subject.is_represented() && shown.is_empty() {
            return Ok(page);
        }
        let log = ClientLog {
            keys: self.keys_of(file).await?,
            register: None,
            from: search.from,
            until: search.until,
            logs: E::LOGS,
        };
        let size = search.page.size as usize;
        let (mut after, mut seen) = (search.page.after, 0);
        let mut batch = (search.page.size + 1).max(LEAST_BATCH);
        loop {
            let found = log.page(self, after, batch).await?;
            let is_last = u32::try_from(found.len()).is_ok_and(|found| found < batch);
            after = found.last().map(ClientEntry::cursor);
            seen += found.len();
            let entries: Vec<E> = found.into_iter().filter_map(E::of).filter(&is_told).collect();
            let told = self.told(&shown, entries).await?.into_iter();
            let is_for = |told: &Told<E>| !subject.is_represented() || !told.shown.is_empty();
            page.entries.extend(told.filter(is_for));
            if page.entries.len() > size {
                page.entries.truncate(size);
                page.next = page.entries.last().map(|last| cursor(last.entry.cursor()));
                return Ok(page);
            }
            if is_last || seen >= MAX_SEEN {
                page.next = after.filter(|_| !is_last).map(cursor);
                return Ok(page);
            }
            batch = MAX_PAGE;
        }
    }

    async fn told<E: OfLog>(
        &self,
        shown: &BTreeSet<Oid>,
        entries: Vec<E>,
    ) -> Result<Vec<Told<E>>, Error> {
        let uses = self.uses_of_wordy(&entries).await?;
        let all = || entries.iter().map(|entry| of_whom(entry, &uses)).collect::<Vec<_>>();
        let documents = all().into_iter().flatten().flat_map(|of| of.documents).collect();
        let cases = all().into_iter().flatten().filter_map(|of| of.case).collect();
        let named = self.documents_named(documents, cases).await?;
        let joint: Vec<bool> = all().into_iter().map(|of| is_joint(of, &named)).collect();
        let told = |(entry, joint): (E, bool)| {
            let found = entry.documents().iter().filter_map(|oid| named.document(oid));
            let originals = found.map(|document| &document.original);
            let shown: BTreeSet<&Oid> = originals.filter(|oid| shown.contains(*oid)).collect();
            Told { shown: shown.into_iter().cloned().collect(), joint, entry }
        };
        Ok(entries.into_iter().zip(joint).map(told).collect())
    }

    /// The uses in which entries were made that name no document, but tell in words what it was.
    async fn uses_of_wordy<E: OfLog>(
        &self,
        entries: &[E],
    ) -> Result<BTreeMap<Uuid, UseEntry>, Error> {
        let wordy = entries.iter().filter(|entry| entry.documents().is_empty());
        let queries: Vec<_> = wordy.filter_map(|e| e.beside().1).map(use_log::find).collect();
        let found = self.database.fetch(queries).await?.into_iter().flatten();
        Ok(found.map(|entry| (entry.id, entry)).collect())
    }
}

/// By what it is known whose data an entry tells of.
#[derive(Clone, Copy)]
struct OfWhom<'a> {
    documents: &'a [Oid],
    /// Looked at where there is no document.
    case: Option<&'a Oid>,
}

/// `None` of what cannot be found any more.
fn of_whom<'a, E: OfLog>(entry: &'a E, uses: &'a BTreeMap<Uuid, UseEntry>) -> Option<OfWhom<'a>> {
    let of = |documents: &'a [Oid], case: Option<&'a Oid>| OfWhom {
        documents,
        case: case.filter(|_| documents.is_empty()),
    };
    match entry.beside() {
        (_, Some(id)) if entry.documents().is_empty() => {
            uses.get(&id).map(|found| of(&found.documents, found.case.as_ref()))
        }
        (case, _) => Some(of(entry.documents(), case)),
    }
}

fn is_joint(of: Option<OfWhom<'_>>, named: &Named) -> bool {
    of.is_none_or(|of| named.is_joint(of.documents, of.case))
}
