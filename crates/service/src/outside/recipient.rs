//! Recipients: registered and ended by one who oversees, and told to the controller's own systems.
//!
//! A recipient is no client's data: the list is told as the directories are, without a log entry. Who
//! registers or ends one stands in the log.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_documents::codes::Standing as CodeStanding;
use varanto_model::reader::{self, Members, text};
use varanto_model::{Code, Faults, Oid, Pointer, calendar};
use varanto_rules::{Action, Disclosed, Mask, decide};
use varanto_signatures::BusinessId;
use varanto_store::recipient::{self, Ended, Recipient};
use varanto_store::{MAX_PAGE, Purpose};

use super::Obstacle;
use crate::context::{CallContext, SystemIdentity};
use crate::error::Findings;
use crate::gather::About;
use crate::new_version::microseconds;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::world::fresh_key;
use crate::{Cause, Error};

/// The code set of kinds of recipients.
const KINDS: &str = "1.2.246.10.99990000.98.8";

/// A recipient as it is told to its controller.
#[derive(Debug, Serialize)]
pub struct ShownRecipient {
    id: Uuid,
    kind: Code,
    #[serde(flatten)]
    details: Details,
    valid_from: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Date>,
    registered_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
}

/// A recipient is no client.
impl Mask for ShownRecipient {
    fn masked(self) -> Self {
        self
    }
}

/// What is kept sealed of a recipient.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Details {
    pub(super) name: String,
    /// The section of the law on which it is entitled.
    pub(super) legal_ground: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ground_code: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) business_id: Option<String>,
    /// How it is reached.
    pub(super) contact: String,
}

/// May something be disclosed to the recipient on the day?
pub(super) fn is_valid(recipient: &Recipient, day: Date) -> bool {
    recipient.ended.is_none()
        && recipient.valid_from <= day
        && recipient.valid_to.is_none_or(|last| day <= last)
}

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
            Oid::parse(KINDS).map_err(|_| Error::Internal("a code set has no identifier"))?;
        if snapshot.codes.known(&kinds, self.kind.as_str(), today) != CodeStanding::Valid {
            let why = format!("the code is not in force in the code set {KINDS}");
            findings.add(Cause::UnknownCode, at("kind"), "unknown-code", why);
        }
        if self.valid_to.is_some_and(|last| last < self.valid_from.unwrap_or(today)) {
            let why = "the last day is before the first";
            findings.add(Cause::InvalidRequest, at("valid_to"), "before-its-start", why);
        }
        findings.outcome()
    }
}

struct EndRecipient<'a> {
    context: &'a CallContext,
    id: &'a str,
}

impl UseCase for EndRecipient<'_> {
    type Answer = Disclosed<ShownRecipient>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, id } = self;
        let used = UseContext::default();
        let about = About::new(Action::ManageRecipients, &used);
        let decision = decide(&service.facts(snapshot, context, about));
        let own = snapshot.directory.controller_of(&context.system.organisation);
        let found = service.recipient_of(own, Uuid::parse_str(id).ok()).await?;
        let judged = match (decision.outcome(), found) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::NotFound),
            (Ok(_), Some(found)) if found.ended.is_some() => {
                Err(Error::Outside(Obstacle::RecipientEnded))
            }
            (Ok(permission), Some(found)) => Ok((permission, found)),
        };
        let named = judged.as_ref().ok().map(|(_, found)| found.id);
        let noted = json!({"recipient": named, "act": "end"});
        let used = Use {
            parameters: Some(noted.to_string()),
            ..Use::new(Action::ManageRecipients, &used)
        };
        let (_, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), judged.as_ref().err());
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, found)) => {
                let ended =
                    Ended { at: microseconds(context.at), user_id: context.actor.id.clone() };
                plan.push(recipient::end(found.id, ended.clone()));
                let found = Recipient { ended: Some(ended), ..found };
                Ok(permission.disclose(service.shown_recipient(&found)?))
            }
        };
        Ok(Attempt { plan, result })
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

    /// Ends a recipient of the caller's controller: nothing is disclosed to it from then on.
    pub async fn end_recipient(
        &self,
        context: &CallContext,
        id: &str,
    ) -> Result<Disclosed<ShownRecipient>, Error> {
        self.run(&EndRecipient { context, id }).await
    }

    /// Every recipient of the caller's controller, newest first, those that were ended as well.
    pub async fn list_recipients(
        &self,
        system: &SystemIdentity,
    ) -> Result<Vec<ShownRecipient>, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let Some(own) = snapshot.directory.controller_of(&system.organisation) else {
            return Ok(Vec::new());
        };
        let (mut shown, mut after) = (Vec::new(), None);
        loop {
            let page = self.database.fetch(recipient::list(own, after, MAX_PAGE)).await?;
            let is_full = u32::try_from(page.len()) == Ok(MAX_PAGE);
            after = page.last().map(Recipient::cursor);
            for recipient in &page {
                shown.push(self.shown_recipient(recipient)?);
            }
            if !is_full {
                return Ok(shown);
            }
        }
    }

    /// A recipient, if it is one of this controller.
    pub(super) async fn recipient_of(
        &self,
        controller: Option<&Oid>,
        id: Option<Uuid>,
    ) -> Result<Option<Recipient>, Error> {
        let Some(id) = id else { return Ok(None) };
        let found = self.database.fetch_one(recipient::find(id)).await?;
        Ok(found.filter(|found| Some(&found.controller) == controller))
    }

    /// What is kept sealed of a recipient.
    pub(super) fn recipient_details(&self, recipient: &Recipient) -> Result<Details, Error> {
        let place = recipient.id.as_bytes();
        let plain = self.unseal(Purpose::Recipient, place, &recipient.details)?;
        serde_json::from_slice(&plain)
            .map_err(|_| Error::Internal("a stored recipient cannot be read"))
    }

    fn shown_recipient(&self, recipient: &Recipient) -> Result<ShownRecipient, Error> {
        Ok(ShownRecipient {
            id: recipient.id,
            kind: recipient.kind.clone(),
            details: self.recipient_details(recipient)?,
            valid_from: recipient.valid_from,
            valid_to: recipient.valid_to,
            registered_at: recipient.at,
            ended_at: recipient.ended.as_ref().map(|ended| ended.at),
        })
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
