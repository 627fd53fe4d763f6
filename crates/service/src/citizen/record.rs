//! The log entry of a citizen's use: in the log of the service's own register, with the client's key, and
//! without any identity code (LOG-01). It has no basis, purpose, unit or work task: those are of
//! professionals.

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

/// What is noted of a citizen's use, beside who calls.
pub(crate) struct CitizenUse {
    pub(crate) action: Action,
    /// The client's key, where there is a file.
    pub(crate) client: Option<Uuid>,
    /// The documents used or asked for.
    pub(crate) documents: Vec<Oid>,
    /// What was searched for, without identifiers of persons.
    pub(crate) parameters: Option<String>,
}

impl CitizenUse {
    /// A use of the client's data that is about no document yet.
    pub(crate) fn new(action: Action, subject: &Subject) -> Self {
        let client = subject.file.as_ref().map(|file| file.key);
        Self { action, client, documents: Vec::new(), parameters: None }
    }
}

impl Service {
    /// Begins the plan of a citizen's use with its entry. Gives the entry's name with it.
    pub(crate) fn record_citizen(
        &self,
        snapshot: &Snapshot,
        context: &CitizenContext,
        used: CitizenUse,
        decision: Option<&Decision>,
        refusal: Option<&Error>,
    ) -> (Uuid, Plan) {
        let call = &context.call;
        let is_represented = context.citizen.acting_for.is_some();
        let own = own_register(snapshot, call);
        let entry = UseEntry {
            client: used.client,
            unit: None,
            role: Some(if is_represented { "representative" } else { "citizen" }.to_owned()),
            authentication: CITIZEN_STRONG.to_owned(),
            documents: used.documents,
            parameters: used.parameters,
            ..self.use_entry(call, own, used.action, (decision, refusal))
        };
        let id = entry.id;
        (id, Plan::recorded(entry))
    }

    /// Notes a request that could not even be read, and refuses it.
    pub(crate) async fn refuse_unread_citizen<T>(
        &self,
        context: &CitizenContext,
        action: Action,
        error: Error,
    ) -> Result<T, Error> {
        let snapshot = self.snapshot();
        let used = CitizenUse { action, client: None, documents: Vec::new(), parameters: None };
        let (_, plan) = self.record_citizen(&snapshot, context, used, None, Some(&error));
        Err(self.refuse(plan, error).await)
    }
}
