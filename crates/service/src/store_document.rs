//! Storing a document or a new version of one (DOC-01, DOC-03, DOC-05).
//!
//! The order: who may store at all, then whether the very same document is there already, then what
//! the document itself must hold, then its place among the versions. Whatever comes of it is in the
//! use log.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::{Digest, Envelope, MediaType, Oid, SignatureRole, digest};
use varanto_rules::{Action, Decision, DocumentFacts, decide};
use varanto_signatures::Evidence;
use varanto_store::client;
use varanto_store::document::{self, Document, Version};

use crate::Error;
use crate::check_document::{check, structure_of};
use crate::context::CallContext;
use crate::error::Findings;
use crate::gather::document_facts;
use crate::new_version::microseconds;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// Content above this size is checked off the threads that serve requests, in bytes.
const LARGE: usize = 256 * 1024;

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
    manifest: Vec<u8>,
    pub(crate) digest: Digest,
}

/// What is stored already that matters for it.
pub(crate) struct Present {
    /// Each client with the key of the file, where there is one.
    pub(crate) clients: Vec<Option<Uuid>>,
    /// The version of the same identifier.
    version: Option<Version>,
    /// The document of the original identifier, in the same register.
    pub(crate) document: Option<Document>,
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
        service.attempt_store(snapshot, self.context, &self.incoming).await
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

    /// Notes a request that could not even be read, and refuses it.
    pub(crate) async fn refuse_unread<T>(
        &self,
        context: &CallContext,
        action: Action,
        error: Error,
    ) -> Result<T, Error> {
        let used = UseContext::default();
        let snapshot = self.snapshot();
        let (_, plan) =
            self.record(&snapshot, context, &Use::new(action, &used), None, Some(&error));
        match self.database.commit(plan).await {
            Ok(()) => Err(error),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn attempt_store(
        &self,
        snapshot: &Arc<Snapshot>,
        context: &CallContext,
        incoming: &Arc<Incoming>,
    ) -> Result<Attempt<Stored>, Error> {
        let present = self.present(&incoming.envelope).await?;
        let decision = self.decide_store(snapshot, context, &incoming.envelope, &present);
        let judged = self.judge(snapshot, context, incoming, &present, &decision).await;
        let known: Vec<Uuid> = present.clients.iter().flatten().copied().collect();
        let metadata = &incoming.envelope.metadata;
        let used = UseContext::default();
        let action = action_of(&incoming.envelope);
        let controller = Some(&metadata.controller);
        let record = |controller, clients, refusal| {
            let used = Use {
                controller,
                clients,
                documents: vec![metadata.oid.clone()],
                ..Use::new(action, &used)
            };
            self.record(snapshot, context, &used, Some(&decision), refusal)
        };
        match judged {
            Err(error @ Error::Internal(_)) => Err(error),
            Err(error) => {
                let register = snapshot.directory.of_controller(&metadata.controller);
                let is_own =
                    register.is_some_and(|r| r.operating_unit == context.system.organisation);
                let (_, mut plan) = record(controller.filter(|_| is_own), &known, Some(&error));
                if register.is_some() && !is_own {
                    // An attempt on another's register stands in both logs.
                    let (_, theirs) = record(controller, &known, Some(&error));
                    plan.extend(theirs.statements().iter().cloned());
                }
                Ok(Attempt { plan, result: Err(error) })
            }
            Ok(Judged::StoredBefore(receipt)) => {
                let (_, plan) = record(controller, &known, None);
                let stored = Stored { receipt, created: false };
                Ok(Attempt { plan, result: Ok(stored) })
            }
            Ok(Judged::Good(evidence)) => {
                let (keys, new_files) = self.client_files(context, &incoming.envelope, &present)?;
                let (log_entry, mut plan) = record(controller, &keys, None);
                let receipt = Receipt {
                    oid: metadata.oid.clone(),
                    original_oid: metadata.original_oid.clone(),
                    version: metadata.version,
                    stored_at: microseconds(context.at),
                    digest: incoming.digest,
                    log_entry,
                };
                let new =
                    self.new_version(context, incoming, &receipt, keys, evidence, &present)?;
                plan.extend(new_files);
                plan.extend(match &present.document {
                    Some(seen) => document::replace_version(seen, new),
                    None => document::insert_first_version(new),
                });
                Ok(Attempt { plan, result: Ok(Stored { receipt, created: true }) })
            }
        }
    }

    async fn present(&self, envelope: &Envelope) -> Result<Present, Error> {
        let m = &envelope.metadata;
        let clients = m.clients.iter().map(|reference| self.lookup(&reference.identifier));
        let clients: Vec<_> = clients.map(|lookup| client::find_by_lookup(&lookup)).collect();
        let (version, document) =
            (document::find_version(&m.oid), document::find_document(&m.original_oid));
        let found = self.database.fetch((clients, version, document)).await?;
        let (clients, version, document) = found;
        let first = |files: Vec<client::Client>| files.first().map(|file| file.key);
        Ok(Present {
            clients: clients.into_iter().map(first).collect(),
            version: version.into_iter().next(),
            // What is in another register is as if it were not there.
            document: document.into_iter().find(|d| d.facts.controller == m.controller),
        })
    }

    /// Both the document as it shall be and, for a new version, as it is now must be open to the
    /// caller: nobody writes over what they may not touch.
    fn decide_store(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        envelope: &Envelope,
        present: &Present,
    ) -> Decision {
        let m = &envelope.metadata;
        let before = present.document.as_ref();
        let document = DocumentFacts {
            controller: m.controller.clone(),
            group: m.group,
            service_task: m.service_task.clone(),
            author_organisation: before.map_or_else(
                || context.system.organisation.clone(),
                |d| d.facts.author_organisation.clone(),
            ),
            asks_professional_signature: structure_of(m, snapshot)
                .is_some_and(varanto_documents::Structure::asks_for_professional_signature),
            has_professional_signature: envelope
                .signatures
                .iter()
                .any(|s| s.role == SignatureRole::Professional),
        };
        let purpose = varanto_rules::Purpose::ClientWork;
        let decide_on = |document| {
            decide(&self.facts(
                snapshot,
                context,
                action_of(envelope),
                purpose,
                Some(&m.controller),
                Some(document),
            ))
        };
        let decision = decide_on(document);
        match before {
            Some(before) if decision.outcome().is_ok() && m.version > 1 => {
                decide_on(document_facts(&before.facts))
            }
            _ => decision,
        }
    }

    async fn judge(
        &self,
        snapshot: &Arc<Snapshot>,
        context: &CallContext,
        incoming: &Arc<Incoming>,
        present: &Present,
        decision: &Decision,
    ) -> Result<Judged, Error> {
        if let Err(refusal) = decision.outcome() {
            return Err(Error::Refused { refusal, rules: decision.rule_ids() });
        }
        let m = &incoming.envelope.metadata;
        if let Some(version) = &present.version {
            let same = version.digest == incoming.digest && version.original_oid == m.original_oid;
            let receipt = || Receipt {
                oid: version.oid.clone(),
                original_oid: version.original_oid.clone(),
                version: version.version,
                stored_at: version.stored_at,
                digest: version.digest,
                log_entry: version.log_entry,
            };
            return if same {
                Ok(Judged::StoredBefore(receipt()))
            } else {
                Err(Error::DocumentExists)
            };
        }
        let now = context.at.max(self.real_time());
        let mut findings = content_findings(snapshot, incoming, now).await?;
        let signed = &incoming.manifest;
        let evidence =
            self.check_signatures(snapshot, context, &incoming.envelope, signed, &mut findings);
        let before = present.document.as_ref();
        if before.is_some_and(|d| d.facts.group != m.group) {
            let at = varanto_model::Pointer::root().member("metadata").member("group");
            let detail = "a new version stays in the group of the document";
            findings.add(crate::Cause::InvalidRequest, at, "changed", detail);
        }
        findings.outcome()?;
        match before {
            Some(document) if document.annulment.is_some() => Err(Error::DocumentAnnulled),
            Some(document) if document.version + 1 == m.version => Ok(Judged::Good(evidence)),
            None if m.version == 1 => Ok(Judged::Good(evidence)),
            Some(_) | None => Err(Error::VersionConflict),
        }
    }
}

/// What became of a document that may be stored.
enum Judged {
    Good(Vec<Evidence>),
    StoredBefore(Receipt),
}

fn read(body: &[u8]) -> Result<Incoming, Error> {
    let value = request::parse(body)?;
    let envelope = Envelope::parse(value).map_err(Error::invalid)?;
    let manifest = envelope.manifest();
    let digest = digest::sha256(&manifest);
    Ok(Incoming { envelope, manifest, digest })
}

/// The first version is stored, later ones replace it.
const fn action_of(envelope: &Envelope) -> Action {
    if envelope.metadata.version == 1 { Action::Store } else { Action::StoreVersion }
}

/// Checks the content, away from the threads that serve requests where that may take long.
async fn content_findings(
    snapshot: &Arc<Snapshot>,
    incoming: &Arc<Incoming>,
    now: Timestamp,
) -> Result<Findings, Error> {
    let content = &incoming.envelope.content;
    let size: usize = content.iter().map(|item| item.bytes.len()).sum();
    let mut findings = Findings::default();
    if size <= LARGE && content.iter().all(|item| item.media_type != MediaType::Pdf) {
        check(&incoming.envelope, snapshot, now, &mut findings);
        return Ok(findings);
    }
    let (snapshot, incoming) = (Arc::clone(snapshot), Arc::clone(incoming));
    let work = move || {
        check(&incoming.envelope, &snapshot, now, &mut findings);
        findings
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Internal("a check of content did not end"))
}
