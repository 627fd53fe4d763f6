//! Delivering an approved request: a signed package, made once (DIS-07).
//!
//! Everything is decided anew at this moment: a document that was annulled since, or a recipient that was
//! ended, stops it. Of two who fetch at the same time one gets the package: the plan that takes the request
//! to its last state, with the entries of both logs, is committed before anything is given.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;
use varanto_model::reader::Members;
use varanto_model::{Faults, Metadata, Oid, Pointer, calendar, digest};
use varanto_rules::{Action, Disclosed, Mask};
use varanto_store::disclosure_log::DisclosureEntry;
use varanto_store::disclosure_request::{self, Delivery, RequestState};
use varanto_store::recipient;

use super::Obstacle;
use super::met::{Asked, Met, Noted};
use super::package::{About, Package, Party, Recipient};
use super::recipient::{Details, is_valid};
use super::weigh::Weighed;
use crate::context::CallContext;
use crate::disclosure::Words;
use crate::error::Findings;
use crate::new_version::microseconds;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::shown_document::{FetchedDocument, Opening};
use crate::snapshot::{Snapshot, name_of};
use crate::use_context::UseContext;
use crate::{Cause, Error};

/// A package, as it is given once. Has no `Debug`: it holds documents.
pub struct DeliveredPackage {
    /// The request that it answers.
    pub request: Uuid,
    /// A zip.
    pub bytes: Vec<u8>,
}

/// Each document in it was masked, where that was demanded, before it was put in.
impl Mask for DeliveredPackage {
    fn masked(self) -> Self {
        self
    }
}

struct DeliverRequest<'a>(Asked<'a>);

impl UseCase for DeliverRequest<'_> {
    type Answer = Disclosed<DeliveredPackage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self(asked) = self;
        let met = asked.meet(service, snapshot).await?;
        let (decision, outcome) = asked.decide(service, snapshot, met.as_ref());
        let approved = met.as_ref().and_then(|met| met.request.decision.as_ref());
        let approved = approved.map_or(&[][..], |decision| decision.approved.as_slice());
        let weighed = if outcome.is_ok() {
            service.weigh_recorded(snapshot, asked.context, asked.used, approved).await?
        } else {
            Vec::new()
        };
        let judged = match (outcome, &met) {
            (Err(error), _) => Err(error),
            (Ok(_), None) => Err(Error::NotFound),
            (Ok(permission), Some(met)) => {
                let judged = judge(service, met, &weighed, calendar::day_of(asked.context.at));
                judged.map(|()| (permission, met))
            }
        };
        let packed = match judged {
            Err(error) => Err(error),
            Ok((permission, met)) => {
                let packed = service.pack_request(snapshot, asked.context, met, &weighed).await;
                packed.map(|packed| (permission, met, packed))
            }
        };
        if let Err(error @ (Error::Internal(_) | Error::LogUnavailable(_) | Error::Contended)) =
            packed
        {
            return Err(error);
        }
        let clients: BTreeSet<Uuid> = weighed.iter().flat_map(Weighed::clients).copied().collect();
        let clients: Vec<Uuid> = clients.into_iter().collect();
        let noted = match &packed {
            Ok(_) => Noted { clients: &clients, documents: approved, refusal: None },
            Err(error) => Noted { refusal: Some(error), ..Noted::default() },
        };
        let (entry, mut plan) = asked.record(service, snapshot, &decision, met.as_ref(), &noted);
        plan.extend(weighed.iter().flat_map(Weighed::guards));
        let result = match packed {
            Err(error) => Err(error),
            Ok((permission, met, Packed { bytes, documents })) => {
                let details = service.recipient_details(&met.recipient)?;
                for client in clients {
                    let disclosed = Given { asked, met, details: &details, client, entry };
                    let each = approved.iter().zip(&weighed);
                    let of_client =
                        each.filter(|(_, document)| document.clients().contains(&client));
                    let documents: Vec<Oid> = of_client.map(|(oid, _)| oid.clone()).collect();
                    plan.also_disclosed(disclosed.noted(service, documents)?);
                }
                plan.push(recipient::guard(met.recipient.id));
                let delivery = Delivery {
                    at: microseconds(asked.context.at),
                    user_id: asked.context.actor.id.clone(),
                    package: digest::sha256(&bytes),
                };
                let receipt = service.delivery_receipt(snapshot, asked.context, met, &documents)?;
                plan.push(disclosure_request::deliver(met.request.id, delivery, receipt));
                Ok(permission.disclose(DeliveredPackage { request: met.request.id, bytes }))
            }
        };
        Ok(Attempt { plan, result })
    }
}

/// A package with the metadata of what is in it.
struct Packed {
    bytes: Vec<u8>,
    documents: Vec<Metadata>,
}

fn metadata_of(shown: &FetchedDocument) -> Result<Metadata, Error> {
    let unreadable = || Error::Internal("stored metadata cannot be read");
    let value: Value = serde_json::from_str(shown.metadata()).map_err(|_| unreadable())?;
    Metadata::parse(&value, &Pointer::root()).map_err(|_| unreadable())
}

/// Is it approved, not delivered, and may all of it still go out?
fn judge(service: &Service, met: &Met, weighed: &[Weighed], today: Date) -> Result<(), Error> {
    let obstacle = match met.request.state {
        RequestState::Recorded | RequestState::Refused => Some(Obstacle::NotApproved),
        RequestState::Delivered => Some(Obstacle::AlreadyDelivered),
        RequestState::Approved if !is_valid(&met.recipient, today) => {
            Some(Obstacle::RecipientEnded)
        }
        RequestState::Approved if service.signing.is_none() => Some(Obstacle::SigningNotConfigured),
        RequestState::Approved => None,
    };
    if let Some(obstacle) = obstacle {
        return Err(Error::Outside(obstacle));
    }
    let mut findings = Findings::default();
    for (i, document) in weighed.iter().enumerate() {
        // The place in what was approved: this request's body names no document.
        let at = Pointer::root().member("decision").member("documents").index(i);
        document.note(met.request.client, Cause::DocumentWithheld, at, &mut findings);
    }
    findings.outcome()
}

/// One client's part in a delivery, for the disclosure log.
struct Given<'a> {
    asked: &'a Asked<'a>,
    met: &'a Met,
    details: &'a Details,
    client: Uuid,
    /// The entry of the use log.
    entry: Uuid,
}

impl Given<'_> {
    fn noted(&self, service: &Service, documents: Vec<Oid>) -> Result<DisclosureEntry, Error> {
        let Asked { context, used, .. } = self.asked;
        let Details { name, legal_ground, ground_code, .. } = self.details;
        let words = Words {
            receiver: Some(name.clone()),
            ground: Some(legal_ground.clone()),
            ..Words::default()
        };
        let of = (&self.met.request.controller, self.client);
        let entry = service.disclosure_entry(context, used, of, self.entry);
        Ok(DisclosureEntry {
            basis: "request".to_owned(),
            action: "deliver".to_owned(),
            documents,
            words: Some(service.seal_words(entry.id, &words)?),
            ground: ground_code.as_ref().map(ToString::to_string),
            ..entry
        })
    }
}

impl Service {
    /// Delivers an approved request in the caller's register, once.
    pub async fn deliver_disclosure_request(
        &self,
        context: &CallContext,
        id: &str,
        body: &[u8],
    ) -> Result<Disclosed<DeliveredPackage>, Error> {
        match request::read(body, read).and_then(|used| self.disclosing(used)) {
            Ok(used) => {
                let asked = Asked { context, id, used: &used, act: "deliver" };
                self.run(&DeliverRequest(asked)).await
            }
            Err(error) => self.refuse_unread(context, Action::DiscloseOutside, error).await,
        }
    }

    /// The package of a request whose documents have been weighed.
    async fn pack_request(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        met: &Met,
        weighed: &[Weighed],
    ) -> Result<Packed, Error> {
        let today = calendar::day_of(context.at);
        let (mut package, mut documents) = (Package::default(), Vec::new());
        for document in weighed {
            let (found, permission) = document
                .of_client(met.request.client)
                .map_err(|_| Error::Internal("a document was packed that may not go out"))?;
            let opening = Opening {
                document: &found.document,
                version: &found.version,
                log_entry: Uuid::nil(),
                turvakielto: found.files.iter().any(|file| file.turvakielto(today)),
                masking: permission.masking(),
            };
            let shown = permission.disclose(self.open(snapshot, opening).await?.without_links()?);
            package.put(&found.document, &found.version, shown.get())?;
            documents.push(metadata_of(shown.get())?);
        }
        let (service, request) = (self.clone(), met.request.clone());
        let recipient = met.recipient.clone();
        let register = snapshot.directory.of_controller(&request.controller);
        let controller = register.map(|register| name_of(register).fi).unwrap_or_default();
        let delivered_at = microseconds(context.at);
        let work = move || {
            let asked = service.request_details(&request)?;
            let details = service.recipient_details(&recipient)?;
            let signer = service.signing.as_ref();
            let signer = signer.ok_or(Error::Outside(Obstacle::SigningNotConfigured))?;
            let approved_at = request.decision.as_ref().map_or(request.at, |decision| decision.at);
            let about = About {
                request: request.id,
                controller: Party { oid: &request.controller, name: &controller },
                recipient: Recipient {
                    name: &details.name,
                    kind: recipient.kind.as_str(),
                    business_id: details.business_id.as_deref(),
                },
                legal_ground: &details.legal_ground,
                ground_code: details.ground_code.as_ref().map(varanto_model::Code::as_str),
                ground: &asked.ground,
                reference: &asked.reference,
                purpose: &asked.purpose,
                received_on: asked.received_on,
                approved_at,
                delivered_at,
            };
            package.sealed(about, signer, service.real_time())
        };
        let packed = tokio::task::spawn_blocking(work).await;
        let bytes = packed.map_err(|_| Error::Internal("the making of a package did not end"))?;
        Ok(Packed { bytes: bytes?, documents })
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<UseContext> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    m.finish(faults);
    Some(used)
}
