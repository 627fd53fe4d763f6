//! Deciding on a request, once, by another professional than the one who recorded it (DIS-07).

use std::sync::Arc;

use serde_json::Value;
use varanto_model::reader::{self, Members, text, word};
use varanto_model::{Faults, Oid, Pointer};
use varanto_rules::{Action, Disclosed};
use varanto_store::disclosure_request::{self, DisclosureRequest, RequestDecision, RequestState};
use varanto_store::{Purpose, client};

use super::Obstacle;
use super::met::{Asked, Met, Noted};
use super::shown::ShownRequest;
use super::weigh::{MAX_ASKED, Weighed};
use crate::context::CallContext;
use crate::error::Findings;
use crate::new_version::microseconds;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::{Cause, Error};

/// The outcomes that can be decided.
const OUTCOMES: &[RequestState] = &[RequestState::Approved, RequestState::Refused];

/// What is decided.
struct Wanted {
    used: UseContext,
    outcome: RequestState,
    /// The versions that are approved; all that are asked for where `None`.
    documents: Option<Vec<Oid>>,
    reason: String,
}

struct DecideRequest<'a> {
    asked: Asked<'a>,
    wanted: &'a Wanted,
}

impl UseCase for DecideRequest<'_> {
    type Answer = Disclosed<ShownRequest>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { asked, wanted } = self;
        let met = asked.meet(service, snapshot).await?;
        let (decision, outcome) = asked.decide(service, snapshot, met.as_ref());
        let approved = met.as_ref().map(|met| wanted.approved(&met.request)).unwrap_or_default();
        let weighed = if outcome.is_ok() {
            service.weigh_recorded(snapshot, asked.context, asked.used, &approved).await?
        } else {
            Vec::new()
        };
        let judged = match (outcome, &met) {
            (Err(error), _) => Err(error),
            (Ok(_), None) => Err(Error::NotFound),
            (Ok(permission), Some(met)) => {
                let judged = judge(met, &approved, &weighed, &asked.context.actor.id);
                judged.map(|()| (permission, met))
            }
        };
        let documents = if judged.is_ok() { approved.as_slice() } else { &[] };
        let noted = Noted { documents, refusal: judged.as_ref().err(), ..Noted::default() };
        let (_, mut plan) = asked.record(service, snapshot, &decision, met.as_ref(), &noted);
        plan.extend(weighed.iter().flat_map(Weighed::guards));
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, met)) => {
                let id = met.request.id;
                let reason = wanted.reason.as_bytes();
                let made = RequestDecision {
                    at: microseconds(asked.context.at),
                    user_id: asked.context.actor.id.clone(),
                    approved,
                    reason: service.seal(Purpose::DisclosureDecision, id.as_bytes(), reason)?,
                };
                plan.push(disclosure_request::decide(id, made.clone()));
                let decided = DisclosureRequest {
                    state: wanted.outcome,
                    decision: Some(made),
                    ..met.request.clone()
                };
                let client = service.database.fetch_one(client::find(met.file.key)).await?;
                let client = client.ok_or(Error::Contended)?;
                let shown = service.shown_request(&decided, &client, &met.recipient)?;
                Ok(permission.disclose(shown))
            }
        };
        Ok(Attempt { plan, result })
    }
}

impl Wanted {
    fn read(value: &Value, faults: &mut Faults) -> Option<Self> {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
        let outcome = m.required("decision", faults, word(OUTCOMES, RequestState::as_str));
        let at = m.place("documents");
        let documents = m.optional("documents", faults, |value, at, faults| {
            Some(reader::elements(value, at, MAX_ASKED, faults, reader::oid))
        });
        let reason = m.required("reason", faults, text(1_000));
        m.finish(faults);
        match (outcome, &documents) {
            (Some(RequestState::Refused), Some(_)) => {
                faults.add(at, "not-wanted", "nothing is approved where the request is refused");
            }
            (_, Some(documents)) if documents.is_empty() => {
                faults.add(
                    at,
                    "too-few",
                    "at least one document is approved, or the request refused",
                );
            }
            _ => {}
        }
        Some(Self { used, outcome: outcome?, documents, reason: reason? })
    }

    /// The versions that are to be approved.
    fn approved(&self, request: &DisclosureRequest) -> Vec<Oid> {
        match (self.outcome, &self.documents) {
            (RequestState::Approved, Some(documents)) => documents.clone(),
            (RequestState::Approved, None) => request.documents.clone(),
            _ => Vec::new(),
        }
    }
}

/// May this user approve these versions, or refuse, now?
fn judge(met: &Met, approved: &[Oid], weighed: &[Weighed], user: &str) -> Result<(), Error> {
    if met.request.state != RequestState::Recorded {
        return Err(Error::Outside(Obstacle::AlreadyDecided));
    }
    if met.request.user_id == user {
        return Err(Error::Outside(Obstacle::FourEyes));
    }
    let mut findings = Findings::default();
    for (i, (oid, document)) in approved.iter().zip(weighed).enumerate() {
        let at = Pointer::root().member("documents").index(i);
        let is_twice = approved.iter().take(i).any(|earlier| earlier == oid);
        if is_twice || !met.request.documents.contains(oid) {
            let why = "each version that was asked for is approved once, and no other";
            findings.add(Cause::InvalidRequest, at, "not-requested", why);
        } else {
            document.note(met.request.client, Cause::DocumentWithheld, at, &mut findings);
        }
    }
    findings.outcome()
}

impl Service {
    /// Decides on a request in the caller's register, on the request of a body.
    pub async fn decide_disclosure_request(
        &self,
        context: &CallContext,
        id: &str,
        body: &[u8],
    ) -> Result<Disclosed<ShownRequest>, Error> {
        let known = |wanted: Wanted| Ok(Wanted { used: self.disclosing(wanted.used)?, ..wanted });
        match request::read(body, Wanted::read).and_then(known) {
            Ok(wanted) => {
                let asked = Asked { context, id, used: &wanted.used, act: "decide" };
                self.run(&DecideRequest { asked, wanted: &wanted }).await
            }
            Err(error) => self.refuse_unread(context, Action::DiscloseOutside, error).await,
        }
    }
}
