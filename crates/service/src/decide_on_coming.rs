//! Deciding on a document on its way in, on what is stored already.

use uuid::Uuid;
use varanto_model::{ClientIdentifier, Oid, SignatureRole, calendar};
use varanto_rules::{Action, CaseFacts, Decision, DocumentFacts, Facts, Stay, decide};

use crate::check_document::structure_of;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::control_reading::Reading;
use crate::gather::{About, client_facts, document_facts, incoming_facts};
use crate::judge_document::Asked;
use crate::present::Present;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::way::used_for;
use crate::will_reading::is_minor;

impl Service {
    /// Decides on storing a document for a professional.
    pub(crate) fn decide_store(&self, asked: &Asked<'_>) -> Decision {
        let Asked { snapshot, context, incoming, reading, present, way } = *asked;
        let (envelope, m) = (&incoming.envelope, &incoming.envelope.metadata);
        let asks = structure_of(m, snapshot)
            .is_some_and(varanto_documents::Structure::asks_for_professional_signature);
        let has = envelope.signatures.iter().any(|s| s.role == SignatureRole::Professional);
        let mut document = incoming_facts(m, asked.keeper(), asks, has);
        document.case = reading.case(m).cloned();
        document.by_representative =
            matches!(reading, Reading::Will(will) if will.is_by_representative());
        self.decide_on_coming(snapshot, context, way.action(m), document, present).1
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
        let used = used_for(action);
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
            Some(before) if decided.1.outcome().is_ok() && action.replaces() => {
                let mut clients = facts_of(&present.before, before.facts.case.as_ref());
                // Its case was checked when it was stored.
                for client in &mut clients {
                    client.stay = Some(Stay::default());
                }
                let case = Some(CaseFacts { closed: None });
                let mut earlier = document_facts(before);
                // The case in which another controller's producer recorded a will is no matter of others.
                let is_joint = present.looked_at != earlier.controller;
                earlier.case = earlier.case.filter(|_| !is_joint);
                decide_on(earlier, case, clients)
            }
            _ => decided,
        }
    }
}
