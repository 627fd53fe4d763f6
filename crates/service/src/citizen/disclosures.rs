//! Who has received a citizen's data: the disclosure log about the client, of all controllers (CIT-04).
//!
//! Of the documents of an entry those are named that the citizen may see, and nothing is counted. Somebody
//! who acts for the client is told of entries with such a document alone. Neither they, nor a client of a
//! document that is another person's as well, are told who received it: that can tell where the other lives or
//! has found shelter, and to leave it out only for clients under turvakielto would tell who is.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::{LocalText, Oid};
use varanto_rules::{Action, CitizenAction, Disclosed};
use varanto_store::disclosure_log::DisclosureEntry;

use super::entries::{EntrySearch, Told, ToldPage};
use super::list::CitizenList;
use super::{CitizenContext, CitizenUse};
use crate::Error;
use crate::disclosure::Words;
use crate::request;
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

struct SearchDisclosures<'a> {
    context: &'a CitizenContext,
    search: EntrySearch,
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
                let told = service.entries_told_to(&subject, search, |_| true).await?;
                let ToldPage { entries, next } = told;
                let own = own_codes(&context.citizen);
                let shown = |told: Told<DisclosureEntry>| {
                    let words = service.words_of(&told.entry)?;
                    let is_told = !subject.is_represented() && !told.joint;
                    let shown = shown(told, words, snapshot, &own);
                    Ok(CitizenDisclosure { receiver: shown.receiver.filter(|_| is_told), ..shown })
                };
                let items = entries.into_iter().map(shown).collect::<Result<_, Error>>()?;
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
        match request::read(body, |value, faults| EntrySearch::read("disclosures", value, faults)) {
            Ok(search) => self.run(&SearchDisclosures { context, search }).await,
            Err(error) => self.refuse_unread_citizen(context, Action::ReadLog, error).await,
        }
    }
}

fn shown(
    Told { entry, shown, .. }: Told<DisclosureEntry>,
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
        documents: shown,
    }
}
