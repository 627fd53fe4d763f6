//! Passing on an envelope of patient data: taken under a mandate, sealed, and handed over by the outbox.
//!
//! What is in the envelope is nobody's business here: it is bounded, and carried as it came.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use varanto_model::reader::{Members, string, text};
use varanto_model::{ClientIdentifier, Faults, Pointer, person};
use varanto_rules::{Action, Disclosed, decide};
use varanto_signatures::MAX_ASSERTION_BYTES;
use varanto_store::outbox::{Parcel, ParcelState};

use super::mandate::noted;
use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::error::Findings;
use crate::found_document::own_register;
use crate::gather::About;
use crate::new_version::microseconds;
use crate::outbox::ParcelStatus;
use crate::outside::Obstacle;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::world::fresh_key;

/// The kind of parcel that patient data is.
pub const KIND: &str = "patient-data";

/// The largest document in an envelope, in bytes (20 MiB).
const MAX_DOCUMENT: usize = 20 * 1024 * 1024;

/// What the envelope says of itself.
struct Envelope {
    mandate: String,
    client: ClientIdentifier,
}

struct PassOn<'a> {
    context: &'a CallContext,
    envelope: Envelope,
    /// The envelope as it came.
    body: &'a [u8],
}

impl UseCase for PassOn<'_> {
    type Answer = Disclosed<ParcelStatus>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, envelope, body } = self;
        let action = Action::PassOn;
        let mut findings = Findings::default();
        let Envelope { mandate: jws, client } = envelope;
        let mandate = service.check_mandate(snapshot, context, jws, client, &mut findings);
        let checked = findings.outcome();
        let controller = mandate.and_then(|mandate| mandate.controller).filter(|_| checked.is_ok());
        let used = UseContext::default();
        let about = About { controller: controller.as_ref(), ..About::new(action, &used) };
        let decision = decide(&service.facts(snapshot, context, about));
        let judged = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(_) if !service.courier.reaches(KIND) => {
                Err(Error::Outside(Obstacle::PatientDataNotConfigured))
            }
            Ok(permission) => checked.map(|()| permission),
        };
        let organisation = &context.system.organisation;
        let is_full = judged.is_ok() && service.outbox_is_full(organisation, KIND).await?;
        let judged = if is_full { Err(Error::Outside(Obstacle::OutboxFull)) } else { judged };
        let register = controller.as_ref().unwrap_or_else(|| own_register(snapshot, context));
        let file = service.file_of_person(client, register).await?;
        let id = fresh_key(context.at, &*service.randomness);
        let parcel = judged.is_ok().then_some(id);
        let used = Use {
            controller: controller.as_ref(),
            clients: file.as_ref().map_or(&[], |file| std::slice::from_ref(&file.key)),
            parameters: Some(json!({"parcel": parcel, "mandate": noted(jws)}).to_string()),
            ..Use::new(action, &used)
        };
        let (_, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), judged.as_ref().err());
        plan.extend(file.as_ref().map(ClientFile::guard));
        let result = match judged {
            Err(error) => Err(error),
            Ok(permission) => {
                let at = microseconds(context.at);
                let parcel = Parcel {
                    id,
                    kind: KIND.to_owned(),
                    at,
                    organisation: organisation.clone(),
                    state: ParcelState::Waiting,
                    attempts: 0,
                    due_at: at,
                };
                plan.push(service.put_in(&parcel, body)?);
                Ok(permission.disclose(ParcelStatus::of(&parcel)))
            }
        };
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Takes an envelope of patient data to be passed on.
    pub async fn pass_on_patient_data(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ParcelStatus>, Error> {
        match request::read(body, read) {
            Ok(envelope) => self.run(&PassOn { context, envelope, body }).await,
            Err(error) => self.refuse_unread(context, Action::PassOn, error).await,
        }
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<Envelope> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let mandate = m.required("mandate", faults, text(MAX_ASSERTION_BYTES));
    let client = m.required("client", faults, person::client_sought);
    let document = m.required("document", faults, |value, at, faults| {
        let mut m = Members::of(value, at, faults)?;
        let media_type = m.required("media_type", faults, text(100));
        let content = m.required("base64", faults, bounded);
        m.finish(faults);
        media_type.and(content)
    });
    m.finish(faults);
    document?;
    Some(Envelope { mandate: mandate?, client: client? })
}

/// Base64 of no more than is carried. The bytes themselves are not looked at.
fn bounded(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<()> {
    let encoded = string(value, at, faults)?;
    match STANDARD.decode(encoded) {
        Ok(bytes) if bytes.is_empty() => {
            faults.add(at.clone(), "too-short", "an empty document says nothing here");
        }
        Ok(bytes) if bytes.len() > MAX_DOCUMENT => {
            let detail = format!("at most {MAX_DOCUMENT} bytes are taken here");
            faults.add(at.clone(), "too-long", detail);
        }
        Ok(_) => return Some(()),
        Err(_) => faults.add(at.clone(), "not-base64", "base64 is wanted here"),
    }
    None
}
