//! A breach of the own register that is looked at or handled.

use serde_json::{Value, json};
use uuid::Uuid;
use varanto_model::{Oid, Pointer};
use varanto_rules::{Action, Basis, Decision, Permission};
use varanto_store::Plan;
use varanto_store::breach::{self, Breach};

use crate::Error;
use crate::context::CallContext;
use crate::record::Use;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// An act on a breach, named as the caller names it.
pub(super) struct Asked<'a> {
    pub(super) context: &'a CallContext,
    pub(super) id: &'a str,
    pub(super) used: &'a UseContext,
    /// What is done, for the log.
    pub(super) act: &'static str,
}

impl Asked<'_> {
    /// The breach, if there is such a one in the caller's register.
    pub(super) async fn meet(
        &self,
        service: &Service,
        snapshot: &Snapshot,
    ) -> Result<Option<Breach>, Error> {
        let found = match Uuid::parse_str(self.id) {
            Ok(id) => service.database.fetch_one(breach::find(id)).await?,
            Err(_) => None,
        };
        let own = snapshot.directory.controller_of(&self.context.system.organisation);
        Ok(found.filter(|breach| Some(&breach.controller) == own))
    }

    /// Decides whether the caller may handle breaches at all, and only then tells that there is none.
    pub(super) fn decide<'b>(
        &self,
        service: &Service,
        snapshot: &Snapshot,
        met: Option<&'b Breach>,
    ) -> (Decision, Result<(Permission, &'b Breach), Error>) {
        service.decide_on_met(snapshot, self.context, (Action::HandleBreach, self.used), met)
    }

    /// Begins the plan with the log entries: one for each client that is shown, or a single one.
    pub(super) fn record(
        &self,
        service: &Service,
        snapshot: &Snapshot,
        decision: &Decision,
        met: Option<&Breach>,
        noted: &Noted<'_>,
    ) -> (Uuid, Plan) {
        let mut parameters = json!({"breach": met.map(|breach| breach.id), "act": self.act});
        if let (Some(step), Value::Object(members)) = (noted.step, &mut parameters) {
            members.insert("step".to_owned(), step.into());
        }
        let used = Use {
            clients: noted.clients,
            documents: noted.documents.to_vec(),
            parameters: Some(parameters.to_string()),
            ..Use::new(Action::HandleBreach, self.used)
        };
        service.record(snapshot, self.context, &used, Some(decision), noted.refusal)
    }
}

/// What is noted of an act beside the breach.
#[derive(Default)]
pub(super) struct Noted<'a> {
    /// The clients who are shown.
    pub(super) clients: &'a [Uuid],
    /// The documents that are shown.
    pub(super) documents: &'a [Oid],
    /// The kind of step that is taken.
    pub(super) step: Option<&'static str>,
    pub(super) refusal: Option<&'a Error>,
}

impl Service {
    /// A use context in which breaches are reported and handled: on no other basis than the own one.
    pub(super) fn of_breach(&self, used: UseContext) -> Result<UseContext, Error> {
        if used.basis != Basis::Own {
            let at = Pointer::root().member("context").member("basis");
            let detail = "a breach is reported and handled on no basis of its own";
            return Err(Error::fault(at, "not-offered", detail));
        }
        self.known_context(used)
    }
}
