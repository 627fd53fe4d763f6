//! Recording what a recipient outside asks for: documents of one client in the own register (DIS-07).
//!
//! What is asked for is weighed at once, as it will be when it is decided and when it is delivered.

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_model::reader::{self, Members, text};
use varanto_model::{ClientIdentifier, Faults, Oid, Pointer, calendar, person};
use varanto_rules::{Action, Disclosed, decide};
use varanto_store::disclosure_request::{self, DisclosureRequest, RequestState};
use varanto_store::recipient::{self, Recipient};
use varanto_store::{Purpose, client};

use super::recipient::is_valid;
use super::shown::{Details, ShownRequest};
use super::weigh::{MAX_ASKED, Weighed};
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::error::Findings;
use crate::new_version::microseconds;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::world::fresh_key;
use crate::{Cause, Error};

/// What is asked for.
struct Wanted {
    used: UseContext,
    /// Names the recipient, as given.
    recipient: String,
    client: ClientIdentifier,
    documents: Vec<Oid>,
    details: Details,
}

struct RecordRequest<'a> {
    context: &'a CallContext,
    wanted: Wanted,
}

impl UseCase for RecordRequest<'_> {
    type Answer = Disclosed<ShownRequest>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, wanted } = self;
        let action = Action::DiscloseOutside;
        let sought = service.seek(snapshot, context, &wanted.used, &wanted.client).await?;
        let about = sought.about(snapshot, context, action, &wanted.used);
        let decision = decide(&service.facts(snapshot, context, about));
        let documents =
            service.weigh_asked(snapshot, context, &wanted.used, &wanted.documents).await?;
        let named = Uuid::parse_str(&wanted.recipient).ok();
        let recipient = service.recipient_of(Some(&sought.register), named).await?;
        let file = sought.file.as_ref();
        let judged = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let today = calendar::day_of(context.at);
                let judged = wanted.judge(file, recipient.as_ref(), &documents, today);
                judged.map(|(file, recipient, versions)| (permission, file, recipient, versions))
            }
        };
        let id = fresh_key(context.at, &*service.randomness);
        let used = Use {
            clients: file.map_or(&[], |file| std::slice::from_ref(&file.key)),
            documents: match &judged {
                Ok((.., versions)) => versions.clone(),
                Err(_) => wanted.documents.clone(),
            },
            parameters: Some(
                json!({"request": judged.is_ok().then_some(id), "act": "record"}).to_string(),
            ),
            ..Use::new(action, &wanted.used)
        };
        let (log_entry, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), judged.as_ref().err());
        plan.extend(sought.guard());
        plan.extend(documents.iter().flat_map(Weighed::guards));
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, file, recipient, versions)) => {
                let details = serde_json::to_vec(&wanted.details)
                    .map_err(|_| Error::Internal("a request could not be written"))?;
                let new = DisclosureRequest {
                    id,
                    at: microseconds(context.at),
                    controller: sought.register.clone(),
                    client: file.key,
                    recipient: recipient.id,
                    state: RequestState::Recorded,
                    documents: versions,
                    details: service.seal(Purpose::DisclosureRequest, id.as_bytes(), &details)?,
                    user_id: context.actor.id.clone(),
                    log_entry,
                    decision: None,
                    delivery: None,
                };
                let client = service.database.fetch_one(client::find(file.key)).await?;
                let client = client.ok_or(Error::Contended)?;
                let shown = service.shown_request(&new, &client, recipient)?;
                plan.push(recipient::guard(recipient.id));
                plan.push(disclosure_request::insert(new));
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
        let recipient = m.required("recipient", faults, text(64));
        let ground = m.required("ground", faults, text(500));
        let reference = m.required("reference", faults, text(200));
        let received_on = m.required("received_on", faults, reader::day);
        let purpose = m.required("purpose", faults, text(500));
        let client = m.required("client", faults, person::client_sought);
        let documents = m.required("documents", faults, |value, at, faults| {
            let oids = reader::elements(value, at, MAX_ASKED, faults, reader::oid);
            if value.as_array().is_some_and(Vec::is_empty) {
                faults.add(at.clone(), "too-few", "at least one document is asked for");
            }
            Some(oids)
        });
        m.finish(faults);
        Some(Self {
            used,
            recipient: recipient?,
            client: client?,
            documents: documents?,
            details: Details {
                ground: ground?,
                reference: reference?,
                received_on: received_on?,
                purpose: purpose?,
            },
        })
    }

    /// The client's file, who asks, and the versions that are asked for; or every fault.
    fn judge<'a>(
        &self,
        file: Option<&'a ClientFile>,
        recipient: Option<&'a Recipient>,
        documents: &[Weighed],
        today: Date,
    ) -> Result<(&'a ClientFile, &'a Recipient, Vec<Oid>), Error> {
        let mut findings = Findings::default();
        let at = |name: &str| Pointer::root().member(name);
        let refuse = |findings: &mut Findings, at, code, why: &str| {
            findings.add(Cause::InvalidRequest, at, code, why);
        };
        match recipient {
            None => {
                let why = "the controller has registered no such recipient";
                refuse(&mut findings, at("recipient"), "unknown-recipient", why);
            }
            Some(recipient) if !is_valid(recipient, today) => {
                let why = "nothing may be disclosed to this recipient today";
                refuse(&mut findings, at("recipient"), "recipient-ended", why);
            }
            Some(_) => {}
        }
        if self.details.received_on > today {
            let why = "the request has not come yet on this day";
            refuse(&mut findings, at("received_on"), "in-future", why);
        }
        // Of a person without a file there are no documents.
        let client = file.map_or(Uuid::nil(), |file| file.key);
        let mut versions: Vec<Oid> = Vec::new();
        for (i, document) in documents.iter().enumerate() {
            let at = at("documents").index(i);
            match document.of_client(client) {
                Ok((found, _)) if versions.contains(&found.version) => {
                    refuse(&mut findings, at, "named-twice", "this version is named before");
                }
                Ok((found, _)) => versions.push(found.version.clone()),
                Err(_) => document.note(client, Cause::InvalidRequest, at, &mut findings),
            }
        }
        findings.outcome()?;
        match (file, recipient) {
            (Some(file), Some(recipient)) => Ok((file, recipient, versions)),
            _ => Err(Error::Internal("a request without client or recipient was taken")),
        }
    }
}

impl Service {
    /// Records what a recipient outside asks for, on the request of a body.
    pub async fn record_disclosure_request(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ShownRequest>, Error> {
        let known = |wanted: Wanted| Ok(Wanted { used: self.disclosing(wanted.used)?, ..wanted });
        match request::read(body, Wanted::read).and_then(known) {
            Ok(wanted) => self.run(&RecordRequest { context, wanted }).await,
            Err(error) => self.refuse_unread(context, Action::DiscloseOutside, error).await,
        }
    }
}
