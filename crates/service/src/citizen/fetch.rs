//! Fetching one of one's own documents, in its newest version (CIT-02).
//!
//! The identity codes of others are taken out, and links. Where another of its clients is under
//! turvakielto, or where somebody acts for a client who is, contact data are masked as for a disclosure.

use std::sync::Arc;

use varanto_model::{Faults, Oid, Pointer};
use varanto_rules::{Action, Decision, Disclosed, Mask, Masking};
use varanto_store::document::{self, Document};
use varanto_store::{Purpose, Statement};

use super::documents::citizen_document;
use super::subject::Subject;
use super::{CitizenContext, CitizenUse};
use crate::Error;
use crate::client_file::ClientFile;
use crate::fetch_documents::WantedForm;
use crate::service::{Attempt, Service, UseCase};
use crate::shown_document::{FetchedDocument, Opening, own_codes};
use crate::snapshot::Snapshot;

struct FetchDocument<'a> {
    context: &'a CitizenContext,
    oid: &'a str,
    wanted: WantedForm,
}

/// A document that was found, whoever's it is.
struct Met {
    document: Document,
    decision: Decision,
    /// The files of its clients.
    files: Vec<ClientFile>,
}

impl UseCase for FetchDocument<'_> {
    type Answer = Disclosed<FetchedDocument>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, .. } = self;
        let subject = service.subject_of(snapshot, context).await?;
        let named = Oid::parse(self.oid).ok();
        let met = match &named {
            Some(oid) => service.meet(&subject, oid).await?,
            None => None,
        };
        let met = met.filter(|met| met.decision.outcome().is_ok());
        // Of what is not shown nothing is known from here on.
        let general = subject.decide(varanto_rules::CitizenAction::Read);
        let decision = met.as_ref().map_or(&general, |met| &met.decision);
        let note = |refusal: Option<&Error>| {
            let shown = met.iter().map(|met| &met.document);
            let shown = shown.map(|document| (&document.facts.controller, &document.newest));
            let mut used = CitizenUse::new(Action::Read, &subject).with(shown);
            if met.is_none() {
                used.documents.extend(named.clone());
            }
            service.record_citizen(snapshot, context, used, Some(decision), refusal)
        };
        let (log_entry, permitted) = note(None);
        let result = match (decision.outcome(), &met) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::DocumentNotFound),
            (Ok(permission), Some(met)) => {
                let masks = subject.masks(&met.files);
                let opening = Opening {
                    document: &met.document,
                    version: &met.document.newest,
                    log_entry,
                    // Whether another client is under turvakielto is told nobody here.
                    turvakielto: false,
                    masking: if masks { Masking::ContactData } else { Masking::None },
                };
                let opened = service.open(snapshot, opening).await?;
                let opened = if masks { opened.masked() } else { opened };
                let opened = opened.without_links()?;
                let shown = opened.without_others(&own_codes(&context.citizen))?;
                match self.wanted {
                    WantedForm::Only(form) if shown.form(form).is_none() => {
                        Err(Error::FormNotAvailable)
                    }
                    WantedForm::Only(_) | WantedForm::Whole => Ok(permission.disclose(shown)),
                }
            }
        };
        let mut plan = match &result {
            Ok(_) => permitted,
            Err(error) => note(Some(error)).1,
        };
        plan.extend(subject.guard());
        plan.extend(met.iter().flat_map(|met| met.guards(&subject)));
        Ok(Attempt { plan, result })
    }
}

impl Met {
    /// Holds a plan to the document and to the files of its other clients.
    fn guards(&self, subject: &Subject) -> Vec<Statement> {
        let own = subject.file.as_ref().map(|file| file.key);
        let others = self.files.iter().filter(|file| Some(file.key) != own);
        let mut guards: Vec<_> = others.map(ClientFile::guard).collect();
        guards.push(document::guard_document(&self.document));
        guards
    }
}

impl Subject {
    /// Are contact data masked in a document of these clients? The client's own are shown to the client.
    fn masks(&self, files: &[ClientFile]) -> bool {
        let own = self.file.as_ref().map(|file| file.key);
        let counts = |file: &&ClientFile| self.is_represented() || Some(file.key) != own;
        files.iter().filter(counts).any(|file| file.turvakielto(self.today))
    }
}

impl Service {
    /// Fetches one of the citizen's own documents by its original identifier or that of its newest
    /// version.
    pub async fn fetch_citizen_document(
        &self,
        context: &CitizenContext,
        oid: &str,
        query: &[(String, String)],
        wanted: WantedForm,
    ) -> Result<Disclosed<FetchedDocument>, Error> {
        if !query.is_empty() {
            let mut faults = Faults::none();
            for (name, _) in query {
                let why = "a document is named by its identifier alone";
                faults.add(Pointer::root().member(name), "unknown-member", why);
            }
            return self.refuse_unread_citizen(context, Action::Read, Error::invalid(faults)).await;
        }
        self.run(&FetchDocument { context, oid, wanted }).await
    }

    /// The document of an identifier, and whether it is shown.
    async fn meet(&self, subject: &Subject, oid: &Oid) -> Result<Option<Met>, Error> {
        let found = self.find_document(oid).await?;
        let version = found.as_ref().map_or(oid, |(document, _)| &document.newest);
        let version = self.database.fetch_one(document::find_version(version)).await?;
        let keys = found.as_ref().map_or(&[][..], |(document, _)| document.clients.as_slice());
        let files = self.files_everywhere(keys, &subject.own, subject.today).await?;
        let (Some((document, meant)), Some(version)) = (found, version) else { return Ok(None) };
        let place = document.newest.as_str().as_bytes();
        let metadata = self.unseal(Purpose::Metadata, place, &version.metadata)?;
        let annulled = document.annulment.is_some();
        let mut facts = citizen_document(&document.facts, annulled, &metadata)?;
        let own = subject.file.as_ref().map(|file| file.key);
        facts.is_clients = own.is_some_and(|own| document.clients.contains(&own));
        facts.is_newest = meant == document.newest;
        let decision = subject.decide_on(facts);
        Ok(Some(Met { document, decision, files }))
    }
}
