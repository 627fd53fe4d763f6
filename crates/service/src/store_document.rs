//! Storing a document or a new version of one (DOC-01, DOC-03, DOC-05).
//!
//! The order: who may store at all, then whether the very same document is there already, then what
//! the document itself must hold, then its place among the versions. Whatever comes of it is in the
//! use log.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::{Digest, Envelope, Oid, digest};
use varanto_rules::{Action, Basis};
use varanto_store::Plan;
use varanto_store::document;

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::control_reading::Reading;
use crate::judge_document::{Asked, Judged};
use crate::new_version::{Filing, microseconds};
use crate::present::Coming;
use crate::project::{Place, Projection};
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::way::Way;

/// That a version has been stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The version.
    pub oid: Oid,
    /// The document.
    pub original_oid: Oid,
    /// The number of the version.
    pub version: u32,
    /// When it was stored.
    pub stored_at: Timestamp,
    /// SHA-256 of the manifest.
    pub digest: Digest,
    /// The entry of the use log.
    pub log_entry: Uuid,
}

/// The outcome of storing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What is answered.
    pub receipt: Receipt,
    /// Was it stored now, and not before?
    pub created: bool,
}

/// A document on its way in: read, and not yet judged.
pub(crate) struct Incoming {
    pub(crate) envelope: Envelope,
    pub(crate) manifest: Vec<u8>,
    pub(crate) digest: Digest,
}

impl Incoming {
    pub(crate) fn of(envelope: Envelope) -> Self {
        let manifest = envelope.manifest();
        let digest = digest::sha256(&manifest);
        Self { envelope, manifest, digest }
    }
}

struct StoreDocument<'a> {
    context: &'a CallContext,
    incoming: Arc<Incoming>,
}

impl UseCase for StoreDocument<'_> {
    type Answer = Stored;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Stored>, Error> {
        service.attempt_store(snapshot, self.context, &self.incoming, Way::Daily).await
    }
}

impl Service {
    /// Stores the document of a request body.
    pub async fn store_document(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Stored, Error> {
        match read(body) {
            Ok(incoming) => {
                self.run(&StoreDocument { context, incoming: Arc::new(incoming) }).await
            }
            Err(error) => self.refuse_unread(context, Action::Store, error).await,
        }
    }

    /// Stores a document in one of the ways in which documents come.
    pub(crate) async fn attempt_store(
        &self,
        snapshot: &Arc<Snapshot>,
        context: &CallContext,
        incoming: &Arc<Incoming>,
        way: Way<'_>,
    ) -> Result<Attempt<Stored>, Error> {
        let metadata = &incoming.envelope.metadata;
        let reading = Reading::of(&incoming.envelope, snapshot);
        let declaring = way.declaring();
        let own = snapshot.directory.controller_of(&context.system.organisation);
        let coming = Coming::of(metadata, reading.case(metadata), own);
        let present = self.present(&coming).await?;
        let present = match declaring {
            Some(declaring) => declaring.conceal(present),
            None => self.conceal(snapshot, context, present),
        };
        let (reading, present) = (&reading, &present);
        let asked = Asked { snapshot, context, incoming, reading, present, way };
        let decision = match declaring {
            Some(declaring) => declaring.decide(metadata.group),
            None => self.decide_store(&asked),
        };
        let judged = self.judge(&asked, &decision).await;
        let known: Vec<Uuid> = present.files().map(|file| file.key).collect();
        let named = present.named();
        let register = snapshot.directory.of_controller(&metadata.controller);
        let is_own = register.is_some_and(|r| r.operating_unit == context.system.organisation);
        let is_joint = present.looked_at != metadata.controller;
        let (act, used) = (way.action(metadata), way.used());
        let record = |controller, clients: &[Uuid], refusal| {
            if let Some(declaring) = declaring {
                let named = (act, clients.first().copied(), metadata);
                return self.record_declared(snapshot, declaring, named, &decision, refusal);
            }
            let used = Use {
                controller,
                clients,
                named: &named,
                documents: vec![metadata.oid.clone()],
                basis: if is_own || is_joint { Basis::Own } else { Basis::RegisterAccess },
                case: reading.case(metadata).cloned(),
                ..Use::new(act, &used)
            };
            self.record(snapshot, context, &used, Some(&decision), refusal)
        };
        let controller = Some(&metadata.controller);
        let (mut plan, result) = match judged {
            Err(error @ (Error::Internal(_) | Error::LogUnavailable(_) | Error::Contended)) => {
                return Err(error);
            }
            Err(error) => {
                // Who else is in the case is none of the business of who is refused.
                let (_, mut plan) = record(controller.filter(|_| is_own), &[], Some(&error));
                if register.is_some() && !is_own && declaring.is_none() {
                    // An attempt on another's register stands in both logs.
                    let (_, theirs) = record(controller, &[], Some(&error));
                    plan.extend(theirs.statements().iter().cloned());
                }
                (plan, Err(error))
            }
            Ok(Judged::StoredBefore(receipt)) => {
                let (_, plan) = record(controller, &known, None);
                (plan, Ok(Stored { receipt, created: false }))
            }
            Ok(Judged::Good(evidence)) => {
                let (files, new_files) = self.client_files(context, &incoming.envelope, present)?;
                let mut clients: Vec<Uuid> = files.iter().map(|file| file.key).collect();
                clients.extend(present.joint_clients(metadata));
                let (log_entry, mut plan) = record(controller, &clients, None);
                let receipt = receipt(context, incoming, log_entry);
                plan.extend(new_files);
                let filing = Filing { case: reading.case(metadata).cloned(), clients };
                let new =
                    self.new_version(context, incoming, &receipt, filing, evidence, present)?;
                plan.extend(match &present.document {
                    Some(seen) => document::replace_version(seen, new),
                    None => document::insert_first_version(new),
                });
                let changed = self.follow(&asked, &receipt, files, &mut plan).await?;
                plan.extend(present.guards(&changed));
                return Ok(Attempt { plan, result: Ok(Stored { receipt, created: true }) });
            }
        };
        plan.extend(present.guards(&[]));
        Ok(Attempt { plan, result })
    }

    /// What follows from a control document, into the plan. Gives the clients whose files change.
    async fn follow(
        &self,
        asked: &Asked<'_>,
        receipt: &Receipt,
        files: Vec<ClientFile>,
        plan: &mut Plan,
    ) -> Result<Vec<Uuid>, Error> {
        let envelope = &asked.incoming.envelope;
        let keeper = asked.keeper();
        let place = Place {
            document: &receipt.original_oid,
            controller: &envelope.metadata.controller,
            keeper: &keeper,
            stored_at: receipt.stored_at,
        };
        let projection = match (asked.reading, files.first()) {
            (Reading::Will(will), Some(file)) => {
                let names = self.names_of(will).await?;
                Projection::of_will(will, &place, &names, file.clone())?
            }
            _ => Projection::of_version(asked.reading, envelope, &place, files.clone())?,
        };
        plan.extend(projection.statements);
        if let Reading::Notice(notice) = asked.reading {
            let clients: Vec<Uuid> = files.iter().map(|file| file.key).collect();
            let noted = (clients.as_slice(), receipt.log_entry);
            self.note_notice(plan, asked.context, notice, place.controller, noted)?;
        }
        if let (Reading::Case(case), Some(before)) = (asked.reading, &asked.present.case) {
            plan.extend(self.refile_joint_case(case, before, envelope, &files).await?);
        }
        Ok(projection.changed)
    }
}

/// Reads the envelope of a request body.
pub(crate) fn read(body: &[u8]) -> Result<Incoming, Error> {
    let value = request::parse(body)?;
    Envelope::parse(value).map(Incoming::of).map_err(Error::invalid)
}

fn receipt(context: &CallContext, incoming: &Incoming, log_entry: Uuid) -> Receipt {
    let m = &incoming.envelope.metadata;
    Receipt {
        oid: m.oid.clone(),
        original_oid: m.original_oid.clone(),
        version: m.version,
        stored_at: microseconds(context.at),
        digest: incoming.digest,
        log_entry,
    }
}
