//! Storing a document or a new version of one (DOC-01, DOC-03, DOC-05).
//!
//! The order: who may store at all, then whether the very same document is there already, then what
//! the document itself must hold, then its place among the versions. Whatever comes of it is in the
//! use log.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::{
    ClientIdentifier, Digest, Envelope, MediaType, Oid, SignatureRole, calendar, digest,
};
use varanto_rules::{Action, Basis, CaseFacts, Decision, DocumentFacts, Facts, Stay, decide};
use varanto_signatures::Evidence;
use varanto_store::Plan;
use varanto_store::document::{self, Document};

use crate::Error;
use crate::check_document::{check, structure_of};
use crate::citizen::Declaring;
use crate::claims;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::control_reading::{CheckControl, Reading};
use crate::error::Findings;
use crate::gather::{About, client_facts, document_facts, incoming_facts};
use crate::new_version::{Filing, microseconds};
use crate::present::{Coming, Present};
use crate::project::{Place, Projection};
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::will_reading::is_minor;

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
        service.attempt_store(snapshot, self.context, &self.incoming, None).await
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

    /// Stores a document for a professional, or what a citizen declares.
    pub(crate) async fn attempt_store(
        &self,
        snapshot: &Arc<Snapshot>,
        context: &CallContext,
        incoming: &Arc<Incoming>,
        declaring: Option<&Declaring<'_>>,
    ) -> Result<Attempt<Stored>, Error> {
        let metadata = &incoming.envelope.metadata;
        let reading = Reading::of(&incoming.envelope, snapshot);
        let own = snapshot.directory.controller_of(&context.system.organisation);
        let coming = Coming::of(metadata, reading.case(metadata), own);
        let present = self.present(&coming).await?;
        let present = match declaring {
            Some(declaring) => declaring.conceal(present),
            None => self.conceal(snapshot, context, present),
        };
        let (reading, present) = (&reading, &present);
        let asked = Asked { snapshot, context, incoming, reading, present, declaring };
        let decision = match declaring {
            Some(declaring) => declaring.decide(metadata.group),
            None => self.decide_store(&asked),
        };
        let judged = self.judge(&asked, &decision).await;
        let known: Vec<Uuid> = present.files().map(|file| file.key).collect();
        let register = snapshot.directory.of_controller(&metadata.controller);
        let is_own = register.is_some_and(|r| r.operating_unit == context.system.organisation);
        let is_joint = present.looked_at != metadata.controller;
        let used = UseContext::default();
        let record = |controller, clients: &[Uuid], refusal| {
            if let Some(declaring) = declaring {
                let act = action_of(&incoming.envelope);
                let named = (act, clients.first().copied(), &metadata.oid);
                return self.record_declared(snapshot, declaring, named, &decision, refusal);
            }
            let used = Use {
                controller,
                clients,
                documents: vec![metadata.oid.clone()],
                basis: if is_own || is_joint { Basis::Own } else { Basis::RegisterAccess },
                case: reading.case(metadata).cloned(),
                ..Use::new(action_of(&incoming.envelope), &used)
            };
            self.record(snapshot, context, &used, Some(&decision), refusal)
        };
        let controller = Some(&metadata.controller);
        let (mut plan, result) = match judged {
            Err(error @ (Error::Internal(_) | Error::LogUnavailable(_) | Error::Contended)) => {
                return Err(error);
            }
            Err(error) => {
                // Who else is in a case of another's register is none of the own log's business.
                let named: Vec<Uuid> = present.keys_now().into_iter().collect();
                let told = if is_own { &known } else { &named };
                let (_, mut plan) = record(controller.filter(|_| is_own), told, Some(&error));
                if register.is_some() && !is_own && declaring.is_none() {
                    // An attempt on another's register stands in both logs.
                    let (_, theirs) = record(controller, &known, Some(&error));
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

    fn decide_store(&self, asked: &Asked<'_>) -> Decision {
        let Asked { snapshot, context, incoming, reading, present, .. } = *asked;
        let (envelope, m) = (&incoming.envelope, &incoming.envelope.metadata);
        let asks = structure_of(m, snapshot)
            .is_some_and(varanto_documents::Structure::asks_for_professional_signature);
        let has = envelope.signatures.iter().any(|s| s.role == SignatureRole::Professional);
        let mut document = incoming_facts(m, asked.keeper(), asks, has);
        document.case = reading.case(m).cloned();
        document.by_representative =
            matches!(reading, Reading::Will(will) if will.is_by_representative());
        self.decide_on_coming(snapshot, context, action_of(envelope), document, present).1
    }

    /// Decides on a document on its way in, and gives the facts on which that stands. Both the
    /// document as it shall be and, for a new version, as it is now must be open to the caller: nobody
    /// writes over what they may not touch.
    pub(crate) fn decide_on_coming(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        action: Action,
        document: DocumentFacts,
        present: &Present,
    ) -> (Facts, Decision) {
        let register = document.controller.clone();
        let new_ones = present.clients.iter().map(|file| {
            let new = || ClientFile::new(Uuid::nil());
            file.clone().unwrap_or_else(new)
        });
        let files: Vec<_> = new_ones.collect();
        let used = UseContext::default();
        let decide_on = |document: DocumentFacts, case, clients| {
            let facts = self.facts(
                snapshot,
                context,
                About {
                    controller: Some(&register),
                    document: Some(document),
                    case,
                    clients,
                    ..About::new(action, &used)
                },
            );
            let decision = decide(&facts);
            (facts, decision)
        };
        let facts_of = |files: &[ClientFile], case: Option<&Oid>| {
            client_facts(snapshot, context, files, &present.looked_at, case)
        };
        let mut clients = facts_of(&files, document.case.as_ref());
        let today = calendar::day_of(context.at);
        for (client, identifier) in clients.iter_mut().zip(&present.identifiers) {
            client.has_identity_code =
                matches!(identifier, ClientIdentifier::PersonalIdentityCode(_));
            client.is_minor = is_minor(identifier, today);
        }
        let decided = decide_on(document, present.case_facts(&register), clients);
        match &present.document {
            Some(before) if decided.1.outcome().is_ok() && action == Action::StoreVersion => {
                let mut clients = facts_of(&present.before, before.facts.case.as_ref());
                // Its case was checked when it was stored.
                for client in &mut clients {
                    client.stay = Some(Stay::default());
                }
                let case = Some(CaseFacts { closed: None });
                decide_on(document_facts(before), case, clients)
            }
            _ => decided,
        }
    }

    async fn judge(&self, asked: &Asked<'_>, decision: &Decision) -> Result<Judged, Error> {
        if let Err(refusal) = decision.outcome() {
            return Err(Error::Refused { refusal, rules: decision.rule_ids() });
        }
        let Asked { snapshot, context, incoming, reading, present, declaring } = *asked;
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
        let (keeper, today) = (asked.keeper(), calendar::day_of(context.at));
        let check = CheckControl { metadata: m, snapshot, present, keeper: &keeper, today };
        check.check(reading, &mut findings);
        asked.unchanged(&mut findings);
        let caller = &context.system.organisation;
        claims::check(m, reading, &snapshot.directory, caller, &mut findings);
        match declaring {
            Some(declaring) => {
                declaring.check(&incoming.envelope, reading, &snapshot.directory, &mut findings);
            }
            None => claims::author(m, &mut findings),
        }
        findings.outcome()?;
        match &present.document {
            Some(document) if document.annulment.is_some() => Err(Error::DocumentAnnulled),
            Some(document) if document.version + 1 == m.version => Ok(Judged::Good(evidence)),
            None if m.version == 1 => Ok(Judged::Good(evidence)),
            Some(_) | None => Err(Error::VersionConflict),
        }
    }
}

/// A document on its way in, with what is known about it.
#[derive(Clone, Copy)]
struct Asked<'a> {
    snapshot: &'a Arc<Snapshot>,
    context: &'a CallContext,
    incoming: &'a Arc<Incoming>,
    reading: &'a Reading,
    present: &'a Present,
    /// The citizen who declares, where it is not a professional who stores.
    declaring: Option<&'a Declaring<'a>>,
}

impl Asked<'_> {
    /// The organisation that wrote the first version, or writes it now.
    fn keeper(&self) -> Oid {
        self.present.keeper(&self.context.system.organisation)
    }

    /// What a new version does not change: the group, and whose document it is.
    fn unchanged(&self, findings: &mut Findings) {
        let m = &self.incoming.envelope.metadata;
        let place = |name: &str| varanto_model::Pointer::root().member("metadata").member(name);
        let mut refuse = |at, code, detail: &str| {
            findings.add(crate::Cause::InvalidRequest, at, code, detail);
        };
        let keys: Vec<_> = self.present.clients.iter().flatten().map(|file| file.key).collect();
        for (i, key) in keys.iter().enumerate() {
            if keys.iter().take(i).any(|earlier| earlier == key) {
                let why = "two of the clients are one person";
                refuse(place("clients"), "duplicate-client", why);
            }
        }
        let Some(before) = &self.present.document else { return };
        if before.facts.group != m.group {
            let why = "a new version stays in the group of the document";
            refuse(place("group"), "changed", why);
        }
        let is_new = |file: &Option<ClientFile>| {
            file.as_ref().is_none_or(|file| !before.clients.contains(&file.key))
        };
        let opens_case = matches!(self.reading, Reading::Case(_));
        if m.version > 1 && !opens_case && self.present.clients.iter().any(is_new) {
            let why =
                "a new version is about the same clients: annul it and store another document";
            refuse(place("clients"), "changed", why);
        }
        if m.version > 1 && !opens_case && self.loses_somebody(before) {
            let why = "a client of the version before is missing: annul it and store another one";
            refuse(place("clients"), "left-out", why);
        }
    }

    /// Would somebody under whom the document is found have it no more? In a joint case that is as the
    /// clients come and go.
    fn loses_somebody(&self, before: &Document) -> bool {
        let (m, present) = (&self.incoming.envelope.metadata, self.present);
        let case = m.case.as_ref().filter(|case| before.facts.case.as_ref() == Some(case));
        let is_joint = |file: &ClientFile| {
            let found = case.and_then(|case| file.standing.find_case(case));
            found.is_some_and(|(_, case)| case.is_joint)
        };
        let now = present.keys_now();
        present.before.iter().any(|file| !now.contains(&file.key) && !is_joint(file))
    }
}

/// What became of a document that may be stored.
enum Judged {
    Good(Vec<Evidence>),
    StoredBefore(Receipt),
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
