//! Registering a recipient, by one who oversees (DIS-07).

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Value, json};
use varanto_documents::codes::Standing as CodeStanding;
use varanto_model::reader::{self, Members, text};
use varanto_model::{Code, Faults, Oid, Pointer, calendar};
use varanto_rules::{Action, Disclosed, decide};
use varanto_signatures::BusinessId;
use varanto_store::Purpose;
use varanto_store::recipient::{self, Recipient};

use super::recipient::{Details, ShownRecipient};
use crate::context::CallContext;
use crate::error::Findings;
use crate::gather::About;
use crate::new_version::microseconds;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::sets::RECIPIENTS;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::world::fresh_key;
use crate::{Cause, Error};

struct Registration {
    kind: Code,
    details: Details,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
}

struct RegisterRecipient<'a> {
    context: &'a CallContext,
    registration: Registration,
}

impl UseCase for RegisterRecipient<'_> {
    type Answer = Disclosed<ShownRecipient>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, registration } = self;
        let used = UseContext::default();
        let about = About::new(Action::ManageRecipients, &used);
        let decision = decide(&service.facts(snapshot, context, about));
        let own = snapshot.directory.controller_of(&context.system.organisation);
        let judged = match (decision.outcome(), own) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::Internal("a recipient was permitted to no controller")),
            (Ok(permission), Some(own)) => {
                let today = calendar::day_of(context.at);
                registration.check(snapshot, today).map(|()| (permission, own, today))
            }
        };
        let id = fresh_key(context.at, &*service.randomness);
        let noted = json!({"recipient": id, "act": "registration"});
        let used = Use {
            parameters: Some(noted.to_string()),
            ..Use::new(Action::ManageRecipients, &used)
        };
        let (log_entry, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), judged.as_ref().err());
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, own, today)) => {
                let details = serde_json::to_vec(&registration.details)
                    .map_err(|_| Error::Internal("a recipient could not be written"))?;
                let new = Recipient {
                    id,
                    at: microseconds(context.at),
                    controller: own.clone(),
                    kind: registration.kind.clone(),
                    valid_from: registration.valid_from.unwrap_or(today),
                    valid_to: registration.valid_to,
                    details: service.seal(Purpose::Recipient, id.as_bytes(), &details)?,
                    user_id: context.actor.id.clone(),
                    log_entry,
                    ended: None,
                };
                let shown = service.shown_recipient(&new)?;
                plan.push(recipient::insert(new));
                Ok(permission.disclose(shown))
            }
        };
        Ok(Attempt { plan, result })
    }
}

impl Registration {
    fn read(value: &Value, faults: &mut Faults) -> Option<Self> {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let name = m.required("name", faults, text(200));
        let kind = m.required("kind", faults, reader::code);
        let legal_ground = m.required("legal_ground", faults, text(500));
        let ground_code = m.optional("ground_code", faults, reader::code);
        let business_id = m.optional("business_id", faults, business_id);
        let contact = m.required("contact", faults, text(1_000));
        let valid_from = m.optional("valid_from", faults, reader::day);
        let valid_to = m.optional("valid_to", faults, reader::day);
        m.finish(faults);
        let details = Details {
            name: name?,
            legal_ground: legal_ground?,
            ground_code,
            business_id,
            contact: contact?,
        };
        Some(Self { kind: kind?, details, valid_from, valid_to })
    }

    fn check(&self, snapshot: &Snapshot, today: Date) -> Result<(), Error> {
        let mut findings = Findings::default();
        let at = |name: &str| Pointer::root().member(name);
        let kinds =
            Oid::parse(RECIPIENTS).map_err(|_| Error::Internal("a code set has no identifier"))?;
        if snapshot.codes.known(&kinds, self.kind.as_str(), today) != CodeStanding::Valid {
            let why = format!("the code is not in force in the code set {RECIPIENTS}");
            findings.add(Cause::UnknownCode, at("kind"), "unknown-code", why);
        }
        if self.valid_to.is_some_and(|last| last < self.valid_from.unwrap_or(today)) {
            let why = "the last day is before the first";
            findings.add(Cause::InvalidRequest, at("valid_to"), "before-its-start", why);
        }
        findings.outcome()
    }
}

impl Service {
    /// Registers a recipient outside social and health care, on the request of a body.
    pub async fn register_recipient(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ShownRecipient>, Error> {
        match request::read(body, Registration::read) {
            Ok(registration) => self.run(&RegisterRecipient { context, registration }).await,
            Err(error) => self.refuse_unread(context, Action::ManageRecipients, error).await,
        }
    }
}

/// A business id, kept as it was written.
fn business_id(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<String> {
    let written = text(20)(value, at, faults)?;
    if BusinessId::parse(&written).is_none() {
        faults.add(at.clone(), "not-a-business-id", "a business id is wanted here");
        return None;
    }
    Some(written)
}
