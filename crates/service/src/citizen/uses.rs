//! Who has used a citizen's data: the use logs about the client, of all registers (CIT-04).
//!
//! It tells when, in which organisation and unit, for what, on which basis and what was done; not who the
//! worker was, which the controller tells on a log request. Refused attempts used no data. Of the documents
//! those are named that the citizen may see.
//!
//! Somebody who acts for the client is told of uses with such a document alone, not of what the client or
//! another representative did here. Neither they, nor a client of a document that is another person's as well,
//! are told who used the data: a unit or a register can tell where the other lives or has found shelter. To
//! leave that out only for clients under turvakielto would tell who is.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;
use varanto_model::reader::{Members, instant};
use varanto_model::{Faults, LocalText, Oid, Pointer};
use varanto_rules::{Action, CitizenAction, Disclosed};
use varanto_store::MAX_PAGE;
use varanto_store::document::ListFilter;
use varanto_store::use_log::{LogCursor, Outcome, UseEntry};

use super::disclosures::Named;
use super::list::CitizenList;
use super::subject::Subject;
use super::{CITIZEN_STRONG, CitizenContext, CitizenUse};
use crate::Error;
use crate::client_log::{ClientEntry, ClientLog, Logs};
use crate::log_page::{cursor, read_cursor};
use crate::past_names::PastNames;
use crate::request::{self, Page};
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::{Snapshot, name_of};

/// A use of a citizen's data, as the citizen sees it.
#[derive(Debug, Serialize)]
pub struct CitizenUsed {
    id: Uuid,
    at: Timestamp,
    /// Who did it: a professional, the citizen, or a representative.
    by: &'static str,
    action: String,
    /// Whose register.
    #[serde(skip_serializing_if = "Option::is_none")]
    controller: Option<Oid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller_name: Option<LocalText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<Oid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_name: Option<LocalText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Oid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_name: Option<LocalText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    special_reason: Option<String>,
    documents: Vec<Oid>,
}

/// What is searched for.
struct Search {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    page: Page<LogCursor>,
    noted: String,
}

struct SearchUses<'a> {
    context: &'a CitizenContext,
    search: Search,
}

/// An entry with what is told of it.
struct Told {
    entry: UseEntry,
    named: Named,
}

impl UseCase for SearchUses<'_> {
    type Answer = Disclosed<CitizenList<CitizenUsed>>;

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
                let list = service.uses_shown_to(snapshot, &subject, search).await?;
                Ok(permission.disclose(list))
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
    /// Lists who has used the citizen's data, newest first.
    pub async fn search_citizen_uses(
        &self,
        context: &CitizenContext,
        body: &[u8],
    ) -> Result<Disclosed<CitizenList<CitizenUsed>>, Error> {
        match request::read(body, read_search) {
            Ok(search) => self.run(&SearchUses { context, search }).await,
            Err(error) => self.refuse_unread_citizen(context, Action::ReadLog, error).await,
        }
    }

    async fn uses_shown_to(
        &self,
        snapshot: &Snapshot,
        subject: &Subject,
        search: &Search,
    ) -> Result<CitizenList<CitizenUsed>, Error> {
        let mut told = self.uses_told_to(subject, search).await?;
        let size = search.page.size as usize;
        let more = told.len() > size;
        told.truncate(size);
        let next = told.last().filter(|_| more).map(|told| cursor(told.entry.cursor()));
        let parties = told.iter().flat_map(|Told { entry, .. }| {
            std::iter::once(&entry.organisation).chain(&entry.unit).cloned()
        });
        let names = self.past_names(snapshot, &parties.collect()).await?;
        let item = |told: Told| {
            let is_told = !subject.is_represented() && !told.named.joint;
            shown(told, snapshot, is_told.then_some(&names))
        };
        let items = told.into_iter().map(item).collect();
        Ok(CitizenList { member: "uses", items, next })
    }

    /// The entries of a page and one more.
    async fn uses_told_to(&self, subject: &Subject, search: &Search) -> Result<Vec<Told>, Error> {
        let Some(file) = &subject.file else { return Ok(Vec::new()) };
        let shown = self.shown_to(subject, &ListFilter::default(), None, None).await?;
        let shown: BTreeSet<Oid> =
            shown.into_iter().map(|shown| shown.listed.original_oid).collect();
        let log = ClientLog {
            keys: self.keys_of(file).await?,
            register: None,
            from: search.from,
            until: search.until,
            logs: Logs::Uses,
        };
        let size = search.page.size + 1;
        let (mut told, mut after, mut batch) = (Vec::new(), search.page.after, size);
        loop {
            let page = log.page(self, after, batch).await?;
            let is_last = u32::try_from(page.len()).is_ok_and(|found| found < batch);
            after = page.last().map(ClientEntry::cursor);
            let entries: Vec<UseEntry> = page.into_iter().filter_map(used).collect();
            let named = entries.iter().map(|entry| entry.documents.as_slice());
            let named = self.named_to(&shown, named).await?;
            for (entry, named) in entries.into_iter().zip(named) {
                let told_to_others = !named.shown.is_empty() && !is_of_citizen(&entry);
                if !subject.is_represented() || told_to_others {
                    told.push(Told { entry, named });
                }
            }
            if is_last || told.len() >= size as usize {
                told.truncate(size as usize);
                return Ok(told);
            }
            batch = MAX_PAGE;
        }
    }
}

/// The use that an entry tells of; a refused attempt was none.
fn used(entry: ClientEntry) -> Option<UseEntry> {
    match entry {
        ClientEntry::Use(entry) if entry.outcome == Outcome::Permitted => Some(*entry),
        ClientEntry::Use(_) | ClientEntry::Disclosure(_) => None,
    }
}

/// Did the client do it, or somebody who acted for the client?
fn is_of_citizen(entry: &UseEntry) -> bool {
    entry.authentication == CITIZEN_STRONG
}

/// An entry as it is told; without `names` it is not told who used the data.
fn shown(
    Told { entry, named }: Told,
    snapshot: &Snapshot,
    names: Option<&PastNames>,
) -> CitizenUsed {
    let by = match entry.role.as_deref() {
        Some("representative") if is_of_citizen(&entry) => "representative",
        _ if is_of_citizen(&entry) => "citizen",
        _ => "professional",
    };
    let name = |oid: &Oid| names.and_then(|names| names.at(oid, entry.at));
    let told = |oid: Oid| names.is_some().then_some(oid);
    let controller = snapshot.directory.of_controller(&entry.controller);
    CitizenUsed {
        id: entry.id,
        at: entry.at,
        by,
        action: entry.action,
        controller_name: controller.filter(|_| names.is_some()).map(name_of),
        controller: told(entry.controller),
        organisation_name: name(&entry.organisation),
        organisation: told(entry.organisation),
        unit_name: entry.unit.as_ref().and_then(name),
        unit: entry.unit.and_then(told),
        purpose: entry.purpose,
        basis: entry.basis,
        ground: entry.ground,
        special_reason: entry.special_reason,
        documents: named.shown,
    }
}

fn read_search(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let (from, until) = m.optional("filter", faults, read_filter).unwrap_or_default();
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    let noted = serde_json::json!({"uses": value}).to_string();
    Some(Search { from, until, page: page.unwrap_or_default(), noted })
}

fn read_filter(
    value: &Value,
    at: &Pointer,
    faults: &mut Faults,
) -> Option<(Option<Timestamp>, Option<Timestamp>)> {
    let mut m = Members::of(value, at, faults)?;
    let from = m.optional("from", faults, instant);
    let until = m.optional("to", faults, instant);
    m.finish(faults);
    Some((from, until))
}
