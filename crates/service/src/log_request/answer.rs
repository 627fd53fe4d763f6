//! Answering a request, once: with the entries that are not withheld, or with a refusal as a whole.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;
use varanto_model::reader::{Members, elements, string, text, word};
use varanto_model::{Faults, Pointer, calendar};
use varanto_rules::{Action, Disclosed};
use varanto_store::log_request::{self, Answered, LogRequest, LogRequestState};
use varanto_store::{MAX_UNPACKED, Purpose};

use super::entries::MAX_GIVEN;
use super::ground::WithholdingGround;
use super::kept::{Kept, Outcome, Refused, Withheld};
use super::met::{Asked, Met};
use super::shown::ShownLogRequest;
use super::told::Told;
use crate::client_log::ClientEntry;
use crate::context::CallContext;
use crate::error::Findings;
use crate::new_version::microseconds;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::{Snapshot, name_of};
use crate::use_context::UseContext;
use crate::{Cause, Error};

/// The most entries that one answer withholds by name.
const MAX_WITHHELD: usize = 1_000;

/// An answer that can be given.
struct Weighed {
    outcome: Outcome,
    /// What is kept of it, as it is to be sealed.
    kept: Vec<u8>,
}

/// What is decided.
struct Wanted {
    used: UseContext,
    withheld: Vec<Withheld>,
    refusal: Option<Refused>,
}

struct AnswerRequest<'a> {
    asked: Asked<'a>,
    wanted: &'a Wanted,
}

impl UseCase for AnswerRequest<'_> {
    type Answer = Disclosed<ShownLogRequest>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { asked, wanted } = self;
        let met = asked.meet(service, snapshot).await?;
        let (decision, outcome) = asked.decide(service, snapshot, met.as_ref());
        let open =
            outcome.and_then(|(permission, met)| met.expect_open().map(|()| (permission, met)));
        let judged = match open {
            Err(error) => Err(error),
            Ok((permission, met)) => match service.weigh_answer(snapshot, met, wanted).await {
                Ok(weighed) => Ok((permission, met, weighed)),
                Err(error @ (Error::Rejected { .. } | Error::LogRequestTooLarge)) => Err(error),
                Err(error) => return Err(error),
            },
        };
        let (_, mut plan) =
            asked.record(service, snapshot, &decision, met.as_ref(), judged.as_ref().err());
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, met, Weighed { outcome, kept })) => {
                let id = met.request.id;
                let refused = outcome.refusal.is_some();
                let state = if refused { LogRequestState::Refused } else { LogRequestState::Given };
                let sealed = service.seal(Purpose::LogRequestAnswer, id.as_bytes(), &kept)?;
                let answered = Answered {
                    at: microseconds(asked.context.at),
                    user_id: asked.context.actor.id.clone(),
                };
                plan.push(log_request::answer(id, state, answered.clone(), sealed));
                let request = LogRequest { state, answered: Some(answered), ..met.request.clone() };
                let today = calendar::day_of(asked.context.at);
                let shown = service.shown_log_request(&request, met.details.clone(), today)?;
                Ok(permission.disclose(shown.with_outcome(Some(outcome))))
            }
        };
        Ok(Attempt { plan, result })
    }
}

impl Wanted {
    fn read(value: &Value, faults: &mut Faults) -> Option<Self> {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
        let withheld = m.optional("withheld", faults, |value, at, faults| {
            Some(elements(value, at, MAX_WITHHELD, faults, withheld))
        });
        let refusal = m.optional("refusal", faults, refusal);
        let at = m.place("withheld");
        m.finish(faults);
        let withheld = withheld.unwrap_or_default();
        if refusal.is_some() && !withheld.is_empty() {
            faults.add(at, "not-wanted", "nothing is withheld where the request is refused");
        }
        Some(Self { used, withheld, refusal })
    }
}

fn withheld(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Withheld> {
    let mut m = Members::of(value, at, faults)?;
    let entry = m.required("entry", faults, |value, at, faults| {
        let id = Uuid::parse_str(string(value, at, faults)?).ok();
        if id.is_none() {
            faults.add(at.clone(), "not-an-entry", "the name of an entry is wanted here");
        }
        id
    });
    let ground = word(WithholdingGround::OF_ENTRIES, WithholdingGround::as_str);
    let ground = m.required("ground", faults, ground);
    let words = m.required("words", faults, text(1_000));
    m.finish(faults);
    Some(Withheld { entry: entry?, ground: ground?, words: words? })
}

fn refusal(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Refused> {
    let mut m = Members::of(value, at, faults)?;
    let ground = word(WithholdingGround::ALL, WithholdingGround::as_str);
    let ground = m.required("ground", faults, ground);
    let words = m.required("words", faults, text(1_000));
    m.finish(faults);
    Some(Refused { ground: ground?, words: words? })
}

impl Service {
    /// Answers a request, on the request of a body.
    pub async fn answer_log_request(
        &self,
        context: &CallContext,
        id: &str,
        body: &[u8],
    ) -> Result<Disclosed<ShownLogRequest>, Error> {
        match request::read(body, Wanted::read) {
            Ok(wanted) => {
                let asked = Asked { context, id, used: &wanted.used, act: "answer" };
                self.run(&AnswerRequest { asked, wanted: &wanted }).await
            }
            Err(error) => self.refuse_unread(context, Action::AnswerLogRequest, error).await,
        }
    }

    /// What is given on a request, or why it is refused.
    async fn weigh_answer(
        &self,
        snapshot: &Snapshot,
        met: &Met,
        wanted: &Wanted,
    ) -> Result<Weighed, Error> {
        let register = snapshot.directory.of_controller(&met.request.controller).map(name_of);
        let controller = register.ok_or(Error::Internal("a log request has no controller"))?;
        if let Some(refusal) = &wanted.refusal {
            let entries = self.entries_asked_for(met, None, MAX_GIVEN).await?;
            expect_true(refusal.ground, met, &entries)?;
            let outcome = Outcome { refusal: Some(refusal.clone()), ..Outcome::default() };
            return Kept { controller, entries: Vec::new(), export: None, outcome }.weighed();
        }
        let entries = self.entries_asked_for(met, None, MAX_GIVEN + 1).await?;
        if entries.len() > MAX_GIVEN {
            return Err(Error::LogRequestTooLarge);
        }
        let told = self.tell_entries(snapshot, entries, met.details.client.text()).await?;
        let entries = without(told, &wanted.withheld)?;
        let named: Vec<_> = entries.iter().map(|told| (told.log.kind(), told.id)).collect();
        let export = Some(self.prove_entries(&named).await?);
        let (given, withheld) = (entries.len(), wanted.withheld.clone());
        let outcome = Outcome { given, withheld, refusal: None };
        Kept { controller, entries, export, outcome }.weighed()
    }
}

impl Kept {
    /// The answer, if it is not larger than what can be sealed: entries may name many documents.
    fn weighed(self) -> Result<Weighed, Error> {
        let kept = serde_json::to_vec(&self)
            .map_err(|_| Error::Internal("an answer could not be written"))?;
        if kept.len() > MAX_UNPACKED {
            return Err(Error::LogRequestTooLarge);
        }
        Ok(Weighed { outcome: self.outcome, kept })
    }
}

/// Refuses a ground that is not true of the request. That requests of the person were handled makes nobody a
/// client.
fn expect_true(ground: WithholdingGround, met: &Met, entries: &[ClientEntry]) -> Result<(), Error> {
    let handling = Action::AnswerLogRequest.as_str();
    let tells_of_handling = |entry: &ClientEntry| match entry {
        ClientEntry::Use(entry) => entry.action == handling,
        ClientEntry::Disclosure(_) => false,
    };
    let refused = |code, why: &str| {
        let at = Pointer::root().member("refusal").member("ground");
        Err(Error::fault(at, code, why))
    };
    match ground {
        WithholdingGround::NotAClientHere if !entries.iter().all(tells_of_handling) => {
            refused("has-entries", "the log has entries about this client")
        }
        WithholdingGround::PeriodReasonMissing
            if !met.details.is_older(met.request.received_on) =>
        {
            refused("not-older", "nothing older than two years is asked for")
        }
        _ => Ok(()),
    }
}

/// The entries without those that are withheld, each of which has to be among them.
fn without(entries: Vec<Told>, withheld: &[Withheld]) -> Result<Vec<Told>, Error> {
    let asked_for: BTreeSet<Uuid> = entries.iter().map(|told| told.id).collect();
    let mut left_out = BTreeSet::new();
    let mut findings = Findings::default();
    for (i, Withheld { entry, .. }) in withheld.iter().enumerate() {
        let at = Pointer::root().member("withheld").index(i).member("entry");
        if !asked_for.contains(entry) {
            let why = "it is none of the entries that are asked for";
            findings.add(Cause::InvalidRequest, at, "unknown-entry", why);
        } else if !left_out.insert(*entry) {
            findings.add(Cause::InvalidRequest, at, "named-twice", "this entry is named before");
        }
    }
    findings.outcome()?;
    Ok(entries.into_iter().filter(|told| !left_out.contains(&told.id)).collect())
}
