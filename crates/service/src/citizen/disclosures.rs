//! Who has received a citizen's data: the disclosure log about the client, of all controllers (CIT-04).
//!
//! Of the documents of an entry those are named that the citizen may see, and nothing is counted. Somebody
//! who acts for the client is told of entries with such a document alone. Neither they, nor a client of a
//! document that is another person's as well, are told who received it: that can tell where the other lives or
//! has found shelter, and to leave it out only for clients under turvakielto would tell who is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;
use varanto_model::reader::{Members, instant};
use varanto_model::{Faults, LocalText, Oid, Pointer};
use varanto_rules::{Action, CitizenAction, Disclosed};
use varanto_store::disclosure_log::DisclosureEntry;
use varanto_store::document::{self, ListFilter};
use varanto_store::use_log::LogCursor;

use super::list::CitizenList;
use super::subject::Subject;
use super::{CitizenContext, CitizenUse};
use crate::Error;
use crate::client_log::{ClientEntry, ClientLog, Logs};
use crate::disclosure::Words;
use crate::log_page::{cursor, read_cursor};
use crate::request::{self, Page};
use crate::service::{Attempt, Service, UseCase};
use crate::shown_document::{own_codes, text_without_codes};
use crate::snapshot::{Snapshot, name_of};

/// A disclosure of a citizen's data, as the citizen sees it.
#[derive(Debug, Serialize)]
pub struct CitizenDisclosure {
    id: Uuid,
    at: Timestamp,
    basis: String,
    /// Were the data taken by an authority's own right, whatever the client has declared?
    broad: bool,
    controller: Oid,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller_name: Option<LocalText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver: Option<Receiver>,
    purpose: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<String>,
    /// What was disclosed, in words, where it did not go through the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<String>,
    documents: Vec<Oid>,
}

#[derive(Debug, Serialize)]
struct Receiver {
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<Oid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_name: Option<LocalText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Oid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_name: Option<LocalText>,
    /// Somebody outside, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// What is searched for.
struct Search {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    page: Page<LogCursor>,
    noted: String,
}

struct SearchDisclosures<'a> {
    context: &'a CitizenContext,
    search: Search,
}

/// An entry with what is told of it.
struct Told {
    entry: DisclosureEntry,
    named: Named,
}

/// What the citizen is told of the documents of an entry.
pub(super) struct Named {
    /// Those that are shown, by their original identifiers.
    pub(super) shown: Vec<Oid>,
    /// Whether one of them is another person's as well.
    pub(super) joint: bool,
}

impl UseCase for SearchDisclosures<'_> {
    type Answer = Disclosed<CitizenList<CitizenDisclosure>>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, search } = self;
        let subject = service.subject_of(snapshot, context).await?;
        let decision = subject.decide(CitizenAction::Search);
        let result = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let mut told = service.disclosures_to(&subject, search).await?;
                let size = search.page.size as usize;
                let more = told.len() > size;
                told.truncate(size);
                let next = told.last().filter(|_| more).map(|told| cursor(told.entry.cursor()));
                let own = own_codes(&context.citizen);
                let shown = |told: Told| {
                    let words = service.words_of(&told.entry)?;
                    let is_told = !subject.is_represented() && !told.named.joint;
                    let shown = shown(told, words, snapshot, &own);
                    Ok(CitizenDisclosure { receiver: shown.receiver.filter(|_| is_told), ..shown })
                };
                let items = told.into_iter().map(shown).collect::<Result<_, Error>>()?;
                Ok(permission.disclose(CitizenList { member: "disclosures", items, next }))
            }
        };
        let used = CitizenUse {
            parameters: Some(search.noted.clone()),
            ..CitizenUse::new(Action::ReadLog, &subject)
        };
        let refusal = result.as_ref().err();
        let (_, mut plan) =
            service.record_citizen(snapshot, context, used, Some(&decision), refusal);
        plan.extend(subject.guard());
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Lists who has received the citizen's data, newest first.
    pub async fn search_citizen_disclosures(
        &self,
        context: &CitizenContext,
        body: &[u8],
    ) -> Result<Disclosed<CitizenList<CitizenDisclosure>>, Error> {
        match request::read(body, read_search) {
            Ok(search) => self.run(&SearchDisclosures { context, search }).await,
            Err(error) => self.refuse_unread_citizen(context, Action::ReadLog, error).await,
        }
    }

    /// The entries of a page and one more.
    async fn disclosures_to(&self, subject: &Subject, search: &Search) -> Result<Vec<Told>, Error> {
        let Some(file) = &subject.file else { return Ok(Vec::new()) };
        let shown = self.shown_to(subject, &ListFilter::default(), None, None).await?;
        let shown: BTreeSet<Oid> =
            shown.into_iter().map(|shown| shown.listed.original_oid).collect();
        let size = search.page.size + 1;
        let (mut told, mut after) = (Vec::new(), search.page.after);
        let log = ClientLog {
            keys: self.keys_of(file).await?,
            register: None,
            from: search.from,
            until: search.until,
            logs: Logs::Disclosures,
        };
        loop {
            let page = log.page(self, after, size).await?;
            let is_last = page.len() < size.min(varanto_store::MAX_PAGE) as usize;
            after = page.last().map(ClientEntry::cursor);
            let entries: Vec<_> = page.into_iter().filter_map(disclosed).collect();
            let named = entries.iter().map(|entry| entry.documents.as_slice());
            let named = self.named_to(&shown, named).await?;
            for (entry, named) in entries.into_iter().zip(named) {
                if !subject.is_represented() || !named.shown.is_empty() {
                    told.push(Told { entry, named });
                }
            }
            if is_last || told.len() >= size as usize {
                told.truncate(size as usize);
                return Ok(told);
            }
        }
    }

    /// What is told of the documents of each of some log entries, which name them by any identifier.
    pub(super) async fn named_to<'a>(
        &self,
        shown: &BTreeSet<Oid>,
        entries: impl Iterator<Item = &'a [Oid]> + Clone,
    ) -> Result<Vec<Named>, Error> {
        let named: BTreeSet<&Oid> = entries.clone().flatten().collect();
        let queries: Vec<_> = named.iter().map(|oid| document::find_by_any(oid)).collect();
        let found = self.database.fetch(queries).await?;
        let found = named.into_iter().zip(found).filter_map(|(named, rows)| {
            let (document, _) = rows.into_iter().next()?;
            Some((named, (document.original_oid, document.clients.len() > 1)))
        });
        let found: BTreeMap<&Oid, (Oid, bool)> = found.collect();
        let of_entry = |documents: &[Oid]| {
            let documents: Vec<_> = documents.iter().map(|oid| found.get(oid)).collect();
            let originals = documents.iter().flatten().map(|(original, _)| original);
            let shown: BTreeSet<&Oid> = originals.filter(|oid| shown.contains(*oid)).collect();
            Named {
                shown: shown.into_iter().cloned().collect(),
                // Of what cannot be found any more nobody knows whose else it was.
                joint: documents.iter().any(|found| found.is_none_or(|(_, joint)| *joint)),
            }
        };
        Ok(entries.map(of_entry).collect())
    }
}

fn disclosed(entry: ClientEntry) -> Option<DisclosureEntry> {
    match entry {
        ClientEntry::Disclosure(entry) => Some(*entry),
        ClientEntry::Use(_) => None,
    }
}

fn shown(
    Told { entry, named }: Told,
    words: Words,
    snapshot: &Snapshot,
    own: &[&str],
) -> CitizenDisclosure {
    let directory = &snapshot.directory;
    let without_codes = |text: String| text_without_codes(&text, own).unwrap_or(text);
    let organisation = entry.receiver_organisation;
    // The unit of an entry is the receiver's only where the receiver took part.
    let unit = entry.unit.filter(|_| organisation.is_some());
    let known_unit = unit.as_ref().and_then(|unit| directory.units.get(unit));
    CitizenDisclosure {
        id: entry.id,
        at: entry.at,
        broad: entry.basis == "broad",
        basis: entry.basis,
        controller_name: directory.of_controller(&entry.controller).map(name_of),
        controller: entry.controller,
        receiver: Some(Receiver {
            organisation_name: organisation
                .as_ref()
                .and_then(|oid| directory.organisations.get(oid))
                .map(name_of),
            organisation,
            unit_name: known_unit.map(|unit| LocalText {
                fi: unit.name.clone(),
                sv: unit.name_sv.clone(),
                en: unit.name_en.clone(),
            }),
            unit,
            name: words.receiver.map(without_codes),
        }),
        purpose: words.purpose.unwrap_or(entry.purpose),
        ground: words.ground.or(entry.ground).map(without_codes),
        what: words.what.map(without_codes),
        documents: named.shown,
    }
}

fn read_search(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let (from, until) = m.optional("filter", faults, read_filter).unwrap_or_default();
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    let noted = serde_json::json!({"disclosures": value}).to_string();
    Some(Search { from, until, page: page.unwrap_or_default(), noted })
}

/// From which instant on, and before which.
type Spell = (Option<Timestamp>, Option<Timestamp>);

fn read_filter(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Spell> {
    let mut m = Members::of(value, at, faults)?;
    let spell = (m.optional("from", faults, instant), m.optional("to", faults, instant));
    m.finish(faults);
    Some(spell)
}
