//! The log entries of a citizen's use: in the log of the service's own register, and in that of each controller
//! whose documents are used, with the client's key and without any identity code (LOG-01). They have no basis,
//! unit or work task: those are of professionals.

use std::collections::BTreeMap;

use uuid::Uuid;
use varanto_model::Oid;
use varanto_rules::{Action, Decision};
use varanto_store::Plan;
use varanto_store::use_log::UseEntry;

use super::CitizenContext;
use super::subject::Subject;
use crate::Error;
use crate::found_document::own_register;
use crate::service::Service;
use crate::snapshot::Snapshot;

/// How citizens are authenticated, in assertions and in the log.
pub(crate) const CITIZEN_STRONG: &str = "citizen_strong";

/// For what the data are used by whoever acts in their own matter, in the log.
pub(crate) const OWN_MATTER: &str = "own_matter";

/// For what the data are used by whoever represents the client, in the log.
pub(crate) const REPRESENTATION: &str = "representation";

/// What is noted of a citizen's use, beside who calls.
pub(crate) struct CitizenUse {
    pub(crate) action: Action,
    /// The client's key, where there is a file.
    pub(crate) client: Option<Uuid>,
    /// The documents used or asked for.
    pub(crate) documents: Vec<Oid>,
    /// What was searched for, without identifiers of persons.
    pub(crate) parameters: Option<String>,
    /// The documents used, by controller.
    pub(crate) used: BTreeMap<Oid, Vec<Oid>>,
}

impl CitizenUse {
    /// A use of the client's data that is about no document yet.
    pub(crate) fn new(action: Action, subject: &Subject) -> Self {
        Self::of(action, subject.file.as_ref().map(|file| file.key))
    }

    fn of(action: Action, client: Option<Uuid>) -> Self {
        let (documents, used) = (Vec::new(), BTreeMap::new());
        Self { action, client, documents, parameters: None, used }
    }

    /// The same use, of these documents of controllers.
    pub(crate) fn with<'a>(mut self, documents: impl Iterator<Item = (&'a Oid, &'a Oid)>) -> Self {
        for (controller, document) in documents {
            self.documents.push(document.clone());
            self.used.entry(controller.clone()).or_default().push(document.clone());
        }
        self
    }
}

impl Service {
    /// Begins the plan of a citizen's use with its entries: that of the service, and, of a use that is
    /// permitted, one for each other controller with its documents alone. Gives the name of the first.
    pub(crate) fn record_citizen(
        &self,
        snapshot: &Snapshot,
        context: &CitizenContext,
        used: CitizenUse,
        decision: Option<&Decision>,
        refusal: Option<&Error>,
    ) -> (Uuid, Plan) {
        let call = &context.call;
        let (role, purpose) = match context.citizen.acting_for {
            Some(_) => ("representative", REPRESENTATION),
            None => ("citizen", OWN_MATTER),
        };
        let entry = |controller: &Oid, documents| UseEntry {
            client: used.client,
            purpose: Some(purpose.to_owned()),
            unit: None,
            role: Some(role.to_owned()),
            authentication: CITIZEN_STRONG.to_owned(),
            documents,
            ..self.use_entry(call, controller, used.action, (decision, refusal))
        };
        let own = own_register(snapshot, call);
        let first = UseEntry { parameters: used.parameters, ..entry(own, used.documents) };
        let id = first.id;
        let mut plan = Plan::recorded(first);
        let others = used.used.into_iter().filter(|(controller, _)| controller != own);
        for (controller, documents) in others.filter(|_| refusal.is_none()) {
            // What was searched for was for all of them: it may name the place of another's document.
            plan.also_recorded(entry(&controller, documents));
        }
        (id, plan)
    }

    /// Notes a request that could not even be read, and refuses it.
    pub(crate) async fn refuse_unread_citizen<T>(
        &self,
        context: &CitizenContext,
        action: Action,
        error: Error,
    ) -> Result<T, Error> {
        let snapshot = self.snapshot();
        let used = CitizenUse::of(action, None);
        let (_, plan) = self.record_citizen(&snapshot, context, used, None, Some(&error));
        Err(self.refuse(plan, error).await)
    }
}

/// Was it noted for the controller of documents, beside the entry in the log of the service?
pub(super) fn is_noted_beside(entry: &UseEntry, snapshot: &Snapshot) -> bool {
    let service = &entry.organisation;
    let own = snapshot.directory.controller_of(service).unwrap_or(service);
    entry.authentication == CITIZEN_STRONG && entry.controller != *own
}
