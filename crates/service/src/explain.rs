//! Explaining a decision (AC-06): the same facts are gathered as by the act itself and the same rules
//! decide, but nothing is done. The log keeps that somebody asked, and with what outcome.

use std::sync::Arc;

use uuid::Uuid;
use varanto_model::{ClientIdentifier, Oid, Pointer};
use varanto_rules::{Action, Basis, Decision, Facts, decide};
use varanto_store::{Statement, document};

use crate::Error;
use crate::annul_document::without_disclosure;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::disclosure::Shown;
use crate::explain_request::{self, Explain, Intended, Object};
use crate::explanation::Explanation;
use crate::found_document::Found;
use crate::present::Coming;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;

/// What the log keeps beside the use that was explained.
const NOTED: &str = r#"{"explain":true}"#;

struct ExplainDecision<'a> {
    context: &'a CallContext,
    asked: Explain,
}

/// An act, gathered and decided.
struct Weighed {
    /// What the decision was made on, as far as the caller may know of it.
    facts: Facts,
    decision: Decision,
    /// What the act would be refused with.
    refusal: Option<Error>,
    /// Whose register, where the act would be noted there.
    register: Option<Oid>,
    /// Does an attempt on it stand in the log of the caller too?
    is_attempt_on_anothers: bool,
    basis: Basis,
    clients: Vec<Uuid>,
    /// The clients whom the caller has named, where that may be several.
    named: Vec<Option<Uuid>>,
    documents: Vec<Oid>,
    /// The document that is disclosed by being explained, with its controller.
    disclosed: Option<(Oid, Oid)>,
    case: Option<Oid>,
    guards: Vec<Statement>,
}

impl UseCase for ExplainDecision<'_> {
    type Answer = Explanation;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Explanation>, Error> {
        let Self { context, asked } = self;
        let weighed = match &asked.object {
            Object::Document(oid) => service.weigh_document(snapshot, context, asked, oid).await?,
            Object::Client(client) => {
                service.weigh_search(snapshot, context, asked, client).await?
            }
            Object::Coming(intended, original) => {
                let original = original.as_ref();
                service.weigh_coming(snapshot, context, asked, intended, original).await?
            }
        };
        let note = |controller: Option<&Oid>| {
            let used = Use {
                controller,
                clients: &weighed.clients,
                named: &weighed.named,
                documents: weighed.documents.clone(),
                basis: weighed.basis,
                case: weighed.case.clone(),
                parameters: Some(NOTED.to_owned()),
                ..Use::new(asked.action, &asked.context)
            };
            let decision = Some(&weighed.decision);
            service.record(snapshot, context, &used, decision, weighed.refusal.as_ref())
        };
        let (entry, mut plan) = note(weighed.register.as_ref());
        let shown = Shown {
            action: asked.action,
            used: &asked.context,
            use_entry: entry,
            clients: &weighed.clients,
        };
        let disclosed = weighed.disclosed.iter().map(|(controller, of)| (controller, of));
        service.note_disclosures(&mut plan, context, &shown, disclosed);
        if weighed.is_attempt_on_anothers {
            plan.extend(note(None).1.statements().iter().cloned());
        }
        plan.extend(weighed.guards);
        let refusal = weighed.refusal.as_ref();
        let told = Explanation::new(context, &weighed.facts, refusal);
        Ok(Attempt { plan, result: Ok(told) })
    }
}

impl Service {
    /// Explains how an act would be decided now.
    pub async fn explain_decision(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Explanation, Error> {
        let known = |asked: Explain| {
            let context = match &asked.object {
                Object::Client(client) => self.seeking(asked.context, client)?,
                Object::Document(_) if asked.action == Action::Annul => {
                    let at = Pointer::root().member("context");
                    self.known_context(without_disclosure(asked.context, &at)?)?
                }
                Object::Document(_) | Object::Coming(..) => self.known_context(asked.context)?,
            };
            Ok(Explain { context, ..asked })
        };
        match request::read(body, explain_request::read).and_then(known) {
            Ok(asked) => self.run(&ExplainDecision { context, asked }).await,
            Err(error) => self.refuse_unread(context, Action::Read, error).await,
        }
    }

    /// A stored document that is read or annulled.
    async fn weigh_document(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        asked: &Explain,
        oid: &Oid,
    ) -> Result<Weighed, Error> {
        let (action, used) = (asked.action, &asked.context);
        let stored = self.find_document(oid).await?;
        let files = self.files_of_found(snapshot, context, used, stored.as_ref()).await?;
        let mut guards: Vec<_> = files.iter().map(ClientFile::guard).collect();
        guards.extend(stored.iter().map(|(document, _)| document::guard_document(document)));
        let others_wrote = match &stored {
            Some((document, _)) => self.others_wrote(context, document).await?,
            None => false,
        };
        let found =
            stored.map(|(document, version)| Found { document, version, files, others_wrote });
        let (found, decision) = self.decide_on_found(snapshot, context, action, used, found);
        let refusal =
            refused(&decision).or_else(|| found.is_none().then_some(Error::DocumentNotFound));
        let facts = self.facts_on(snapshot, context, action, used, found.as_ref());
        let facts = match decision.outcome() {
            Ok(_) => facts,
            Err(why) => {
                // Who is refused where there is no document either, or is to take it for absent, is
                // told what would be told of none.
                let of_none = self.facts_on(snapshot, context, action, used, None);
                let refuses = decide(&of_none).outcome().is_err_and(|why| !why.hides_existence());
                if refuses || why.hides_existence() { of_none } else { facts }
            }
        };
        let found = found.map(|found| found.document);
        // What is disclosed is noted in the own log, beside the disclosure log of its controller.
        let register = found.as_ref().filter(|_| !used.basis.discloses());
        let register = register.map(|d| d.facts.controller.clone());
        let disclosed = found
            .as_ref()
            .filter(|_| refusal.is_none() && used.basis.discloses())
            .map(|d| (d.facts.controller.clone(), d.original_oid.clone()));
        let own = snapshot.directory.controller_of(&context.system.organisation);
        Ok(Weighed {
            decision,
            refusal,
            basis: match &register {
                Some(of) if action == Action::Annul && Some(of) != own => Basis::RegisterAccess,
                _ if action == Action::Annul => Basis::Own,
                _ => used.basis,
            },
            clients: found.as_ref().map(|d| d.clients.clone()).unwrap_or_default(),
            named: Vec::new(),
            disclosed,
            documents: vec![found.as_ref().map_or(oid, |d| &d.original_oid).clone()],
            case: found.and_then(|d| d.facts.case).or_else(|| used.case.clone()),
            register,
            is_attempt_on_anothers: false,
            facts,
            guards,
        })
    }

    /// A search for a client's documents.
    async fn weigh_search(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        asked: &Explain,
        client: &ClientIdentifier,
    ) -> Result<Weighed, Error> {
        let sought = self.seek(snapshot, context, &asked.context, client).await?;
        let about = sought.about(snapshot, context, Action::Search, &asked.context);
        let facts = self.facts(snapshot, context, about);
        let decision = decide(&facts);
        Ok(Weighed {
            refusal: refused(&decision),
            register: sought.noted_register(snapshot).cloned(),
            is_attempt_on_anothers: false,
            basis: asked.context.basis,
            clients: sought.file.iter().map(|file| file.key).collect(),
            named: Vec::new(),
            disclosed: None,
            documents: Vec::new(),
            case: asked.context.case.clone(),
            guards: sought.guard().into_iter().collect(),
            facts,
            decision,
        })
    }

    /// A document that is to be stored, as a first version or as a new one.
    async fn weigh_coming(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        asked: &Explain,
        intended: &Intended,
        original: Option<&Oid>,
    ) -> Result<Weighed, Error> {
        let own = snapshot.directory.controller_of(&context.system.organisation);
        let is_joint = intended.is_will() && original.is_some();
        let coming = Coming {
            controller: &intended.controller,
            looked_at: own.filter(|_| is_joint).unwrap_or(&intended.controller),
            clients: intended.clients.iter().collect(),
            case: intended.case.as_ref(),
            version: None,
            document: original,
            replaces: original.is_some(),
        };
        let present = self.present(&coming).await?;
        let present = self.conceal(snapshot, context, present);
        let keeper = present.keeper(&context.system.organisation);
        let document = intended.facts(keeper, context.at);
        let (facts, decision) =
            self.decide_on_coming(snapshot, context, asked.action, document, &present);
        let refusal = refused(&decision).or_else(|| match (&present.document, original) {
            (Some(document), _) if document.annulment.is_some() => Some(Error::DocumentAnnulled),
            (None, Some(_)) => Some(Error::VersionConflict),
            _ => None,
        });
        let register = snapshot.directory.of_controller(&intended.controller);
        let is_own = register.is_some_and(|of| of.operating_unit == context.system.organisation);
        let is_others = register.is_some() && !is_own;
        Ok(Weighed {
            register: register.map(|_| intended.controller.clone()),
            is_attempt_on_anothers: is_others && refusal.is_some(),
            basis: if is_own { Basis::Own } else { Basis::RegisterAccess },
            clients: present.files().map(|file| file.key).collect(),
            named: present.named(),
            disclosed: None,
            documents: original.into_iter().cloned().collect(),
            case: intended.case.clone(),
            guards: present.guards(&[]),
            facts,
            decision,
            refusal,
        })
    }
}

fn refused(decision: &Decision) -> Option<Error> {
    let refusal = decision.outcome().err()?;
    Some(Error::Refused { refusal, rules: decision.rule_ids() })
}
