//! The log entry of a citizen's use: in the log of the service's own register, with the client's key, and
//! without any identity code (LOG-01). It has no basis, purpose, unit or work task: those are of
//! professionals.

use uuid::Uuid;
use varanto_model::Oid;
use varanto_rules::{Action, Decision};
use varanto_store::Plan;
use varanto_store::use_log::{Outcome, UseEntry};

use super::CitizenContext;
use super::subject::Subject;
use crate::Error;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::world::fresh_key;

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
        let (actor, organisation) = (&call.actor, &call.system.organisation);
        let is_represented = context.citizen.acting_for.is_some();
        let own = snapshot.directory.controller_of(organisation).unwrap_or(organisation);
        let entry = UseEntry {
            id: fresh_key(call.at, &*self.randomness),
            at: call.at,
            controller: own.clone(),
            client: used.client,
            action: used.action.as_str().to_owned(),
            outcome: match refusal {
                Some(error) => Outcome::Refused(error.outcome().to_owned()),
                None => Outcome::Permitted,
            },
            basis: None,
            purpose: None,
            user_id: actor.id.clone(),
            user_name: actor.listed_name(),
            unit: None,
            organisation: organisation.clone(),
            role: Some(if is_represented { "representative" } else { "citizen" }.to_owned()),
            authentication: CITIZEN_STRONG.to_owned(),
            documents: used.documents,
            case: None,
            special_reason: None,
            ground: None,
            rules: decision
                .map(Decision::rule_ids)
                .unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            parameters: used.parameters,
            request_id: Some(call.request_id.to_string()),
            certificate: Some(*call.system.certificate.as_bytes()),
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
        match self.database.commit(plan).await {
            Ok(()) => Err(error),
            Err(failure) => Err(failure.into()),
        }
    }
}
