//! Answering a request, once: with the entries that are not withheld, or with a refusal as a whole.
//!
//! Of joint entries is told who worked on them only where the decision says so. More entries than one answer
//! holds are given in parts: what is left becomes a request of its own in the same plan, so that nothing is
//! left out and nothing is told twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;
use varanto_model::{LocalText, Pointer, calendar};
use varanto_rules::{Action, Disclosed};
use varanto_store::log_request::{self, Answered, Extension, LogRequest, LogRequestState};
use varanto_store::{MAX_UNPACKED, Purpose, Statement};

use super::decision::Wanted;
use super::entries::{AskedFor, MAX_GIVEN};
use super::ground::WithholdingGround;
use super::kept::{Joint, Kept, Outcome, Withheld};
use super::met::{Asked, Met};
use super::shown::ShownLogRequest;
use super::told::Told;
use super::wanted::{Continued, Details};
use crate::client_log::ClientEntry;
use crate::context::CallContext;
use crate::error::Findings;
use crate::log_proof::ToProve;
use crate::new_version::microseconds;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::{Snapshot, name_of};
use crate::world::fresh_key;
use crate::{Cause, Error};

/// An answer that can be given.
struct Weighed {
    outcome: Outcome,
    /// What is kept of it, as it is to be sealed.
    kept: Vec<u8>,
    /// The request for the rest: its name, and what is asked for.
    rest: Option<(Uuid, Details)>,
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
                Err(
                    error @ (Error::Rejected { .. } | Error::LogRequestTooLarge | Error::Contended),
                ) => Err(error),
                Err(error) => return Err(error),
            },
        };
        let rest = judged.as_ref().ok().and_then(|(_, _, weighed)| weighed.rest.as_ref());
        let rest = rest.map(|(id, _)| *id);
        let refused = judged.as_ref().err();
        let (entry, mut plan) =
            asked.record_with(service, snapshot, (&decision, refused), met.as_ref(), rest);
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, met, Weighed { outcome, kept, rest })) => {
                let id = met.request.id;
                if let Some(rest) = rest {
                    plan.extend(service.request_for_rest(asked.context, met, entry, rest)?);
                }
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
            let asked_for = self.entries_asked_for(met, None, MAX_GIVEN).await?;
            expect_true(refusal.ground, met, &asked_for)?;
            let outcome = Outcome { refusal: Some(refusal.clone()), ..Outcome::default() };
            let kept = Kept { controller, entries: Vec::new(), export: None, outcome };
            return kept.weighed(None);
        }
        let mut most = MAX_GIVEN;
        loop {
            let asked_for = self.entries_asked_for(met, None, most).await?;
            match self.weigh_entries(snapshot, met, wanted, asked_for, &controller).await {
                // These entries tell very much each.
                Err(Error::LogRequestTooLarge) if wanted.in_parts && most > 1 => most /= 2,
                weighed => return weighed,
            }
        }
    }

    /// What is given of these entries.
    async fn weigh_entries(
        &self,
        snapshot: &Snapshot,
        met: &Met,
        wanted: &Wanted,
        asked_for: AskedFor,
        controller: &LocalText,
    ) -> Result<Weighed, Error> {
        let AskedFor { entries, rest } = asked_for;
        if rest.is_some() && !wanted.in_parts {
            return Err(Error::LogRequestTooLarge);
        }
        let told = self.tell_entries(snapshot, entries, met.details.client.text()).await?;
        let entries = without(told, &wanted.withheld)?;
        let (entries, joint) = without_who(entries, &wanted.joint)?;
        let prove = |told: &Told| ToProve {
            log: told.log.kind(),
            id: told.id,
            with_content: wanted.with_proofs && told.user.is_some() && !told.tells_of_handling(),
        };
        let to_prove: Vec<_> = entries.iter().map(prove).collect();
        let export = self.prove_entries(&to_prove).await.map_err(|error| match error {
            // Its content has left the log meanwhile.
            Error::NotFound => Error::Contended,
            error => error,
        })?;
        let rest = rest.map(|place| {
            let continues = Continued { request: met.request.id, at: place.at, entry: place.id };
            let details = Details { continues: Some(continues), ..met.details.clone() };
            (fresh_key(self.now(), &*self.randomness), details)
        });
        let outcome = Outcome {
            given: entries.len(),
            withheld: wanted.withheld.clone(),
            joint,
            with_proofs: wanted.with_proofs,
            continued_by: rest.as_ref().map(|(id, _)| *id),
            refusal: None,
        };
        let controller = controller.clone();
        Kept { controller, entries, export: Some(export), outcome }.weighed(rest)
    }

    /// Registers the rest of a request that is answered, with the time that is left for it.
    fn request_for_rest(
        &self,
        context: &CallContext,
        met: &Met,
        log_entry: Uuid,
        (id, details): (Uuid, Details),
    ) -> Result<Vec<Statement>, Error> {
        let details = serde_json::to_vec(&details)
            .map_err(|_| Error::Internal("a log request could not be written"))?;
        let new = LogRequest {
            id,
            at: microseconds(context.at),
            user_id: context.actor.id.clone(),
            details: self.seal(Purpose::LogRequest, id.as_bytes(), &details)?,
            log_entry,
            extension: None,
            ..met.request.clone()
        };
        let mut statements = vec![log_request::insert(new)];
        if let Some(extension) = &met.request.extension {
            let from = met.request.id;
            let reason = self.unseal_text(Purpose::LogRequestExtension, from, &extension.reason)?;
            let place = id.as_bytes();
            let reason = self.seal(Purpose::LogRequestExtension, place, reason.as_bytes())?;
            let extension = Extension { reason, ..extension.clone() };
            statements.push(log_request::extend(id, met.request.due_on, extension));
        }
        Ok(statements)
    }
}

impl Kept {
    /// The answer, if it is not larger than what can be sealed: entries may name many documents.
    fn weighed(self, rest: Option<(Uuid, Details)>) -> Result<Weighed, Error> {
        let kept = serde_json::to_vec(&self)
            .map_err(|_| Error::Internal("an answer could not be written"))?;
        if kept.len() > MAX_UNPACKED {
            return Err(Error::LogRequestTooLarge);
        }
        Ok(Weighed { outcome: self.outcome, kept, rest })
    }
}

/// Refuses a ground that is not true of the request. That requests of the person were handled makes nobody a
/// client.
fn expect_true(ground: WithholdingGround, met: &Met, asked_for: &AskedFor) -> Result<(), Error> {
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
        WithholdingGround::NotAClientHere
            if met.details.continues.is_some()
                || asked_for.rest.is_some()
                || !asked_for.entries.iter().all(tells_of_handling) =>
        {
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

/// The entries, the joint ones without who worked on them unless they are to be shown, and how it was decided on
/// each of these. What is decided on has to be a joint entry that is given.
fn without_who(entries: Vec<Told>, decided: &[Joint]) -> Result<(Vec<Told>, Vec<Joint>), Error> {
    let given: BTreeMap<Uuid, bool> = entries.iter().map(|told| (told.id, told.joint)).collect();
    let mut shown = BTreeMap::new();
    let mut findings = Findings::default();
    for (i, Joint { entry, show }) in decided.iter().enumerate() {
        let at = Pointer::root().member("joint").index(i).member("entry");
        let mut fault = |code, why| findings.add(Cause::InvalidRequest, at.clone(), code, why);
        match given.get(entry) {
            None => fault("unknown-entry", "it is none of the entries that are given"),
            Some(false) => fault("not-joint", "it is about this client alone"),
            Some(true) if shown.contains_key(entry) => {
                fault("named-twice", "this entry is named before");
            }
            Some(true) => {
                shown.insert(*entry, *show);
            }
        }
    }
    findings.outcome()?;
    let show = |id: Uuid| shown.get(&id).copied().unwrap_or_default();
    let joint = entries.iter().filter(|told| told.joint).map(|told| told.id);
    let joint = joint.map(|entry| Joint { entry, show: show(entry) }).collect();
    let tell = |told: Told| {
        if told.joint && !show(told.id) { told.without_who() } else { told }
    };
    Ok((entries.into_iter().map(tell).collect(), joint))
}
