//! A stored document that was found, and what the rules say of it: the same for every use of one.

use varanto_model::Oid;
use varanto_rules::{Action, Decision, Facts, Refusal, decide};
use varanto_store::document::Document;

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::gather::{About, client_facts, document_facts};
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A stored document as it was found: with the version that is meant, and the files of its clients.
pub(crate) struct Found {
    pub(crate) document: Document,
    pub(crate) version: Oid,
    pub(crate) files: Vec<ClientFile>,
}

impl Service {
    /// The files of a stored document's clients at its controller. Where there is no document, the
    /// store is asked all the same, so that both take as long.
    pub(crate) async fn files_of_found(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        stored: Option<&(Document, Oid)>,
    ) -> Result<Vec<ClientFile>, Error> {
        if let Some((document, _)) = stored {
            return self.files_of(&document.clients, &document.facts.controller).await;
        }
        let own = snapshot.directory.organisations.get(&context.system.organisation);
        let own = own.and_then(|o| o.controller.as_ref()).map(|c| &c.oid);
        self.files_of(&[], own.unwrap_or(&context.system.organisation)).await
    }

    /// Decides on a document that was found. What the caller may not know of is from here on as if it
    /// were not there: neither the answer nor the log of the caller's own organisation tells of it.
    pub(crate) fn decide_on_found(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        action: Action,
        used: &UseContext,
        found: Option<Found>,
    ) -> (Option<Found>, Decision) {
        let decision = self.decide_on(snapshot, context, action, used, found.as_ref());
        let is_hidden =
            |refusal: Refusal| refusal.hides_existence() && refusal != Refusal::HiddenFromArchivist;
        if found.is_some() && decision.outcome().err().is_some_and(is_hidden) {
            return (None, self.decide_on(snapshot, context, action, used, None));
        }
        (found, decision)
    }

    /// Decides on one stored document, or on none.
    pub(crate) fn decide_on(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        action: Action,
        used: &UseContext,
        found: Option<&Found>,
    ) -> Decision {
        decide(&self.facts_on(snapshot, context, action, used, found))
    }

    /// The facts of an act on one stored document, or on none.
    pub(crate) fn facts_on(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        action: Action,
        used: &UseContext,
        found: Option<&Found>,
    ) -> Facts {
        let about = match found {
            None => About::new(action, used),
            Some(Found { document, files, .. }) => {
                let controller = &document.facts.controller;
                let case = document.facts.case.as_ref();
                About {
                    controller: Some(controller),
                    document: Some(document_facts(document)),
                    clients: client_facts(snapshot, context, files, controller, case),
                    ..About::new(action, used)
                }
            }
        };
        self.facts(snapshot, context, about)
    }
}
