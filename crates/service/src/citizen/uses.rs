//! Who has used a citizen's data: the use logs about the client, of all registers (CIT-04).
//!
//! It tells when, in which organisation and unit, for what, on which basis and what was done; not who the
//! worker was, which the controller tells on a log request. Refused attempts used no data. Of the documents
//! those are named that the citizen may see. What a citizen did here is noted for every controller whose documents
//! it showed, and told once.
//!
//! Somebody who acts for the client is told of uses with such a document alone, not of what the client or
//! another representative did here. Neither they, nor a client of a document that is another person's as well,
//! are told who used the data: a unit or a register can tell where the other lives or has found shelter. To
//! leave that out only for clients under turvakielto would tell who is.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::{LocalText, Oid};
use varanto_rules::{Action, CitizenAction, Disclosed};
use varanto_store::use_log::{Outcome, UseEntry};

use super::entries::{EntrySearch, Told, ToldPage};
use super::list::CitizenList;
use super::record::is_noted_beside;
use super::subject::Subject;
use super::{CITIZEN_STRONG, CitizenContext, CitizenUse};
use crate::Error;
use crate::past_names::PastNames;
use crate::request;
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

struct SearchUses<'a> {
    context: &'a CitizenContext,
    search: EntrySearch,
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
        match request::read(body, |value, faults| EntrySearch::read("uses", value, faults)) {
            Ok(search) => self.run(&SearchUses { context, search }).await,
            Err(error) => self.refuse_unread_citizen(context, Action::ReadLog, error).await,
        }
    }

    async fn uses_shown_to(
        &self,
        snapshot: &Snapshot,
        subject: &Subject,
        search: &EntrySearch,
    ) -> Result<CitizenList<CitizenUsed>, Error> {
        // A refused attempt was no use.
        let is_told = |entry: &UseEntry| {
            entry.outcome == Outcome::Permitted
                && !is_noted_beside(entry, snapshot)
                && !(subject.is_represented() && is_of_citizen(entry))
        };
        let ToldPage { entries, next } = self.entries_told_to(subject, search, is_told).await?;
        let parties = entries.iter().flat_map(|Told { entry, .. }| {
            std::iter::once(&entry.organisation).chain(&entry.unit).cloned()
        });
        let names = self.past_names(snapshot, &parties.collect()).await?;
        let item = |told: Told<UseEntry>| {
            let is_told = !subject.is_represented() && !told.joint;
            shown(told, snapshot, is_told.then_some(&names))
        };
        let items = entries.into_iter().map(item).collect();
        Ok(CitizenList { member: "uses", items, next })
    }
}

/// Did the client do it, or somebody who acted for the client?
fn is_of_citizen(entry: &UseEntry) -> bool {
    entry.authentication == CITIZEN_STRONG
}

/// An entry as it is told; without `names` it is not told who used the data.
fn shown(
    Told { entry, shown, .. }: Told<UseEntry>,
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
        documents: shown,
    }
}
