//! One right, asked for by its name: found, decided on, noted.
//!
//! A right that is not the caller's is from here on as if it were not there: the answer, and the log
//! of the caller's own organisation, are the same for both.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;
use varanto_model::Oid;
use varanto_rules::{Action, Decision, Permission, Refusal, decide};
use varanto_store::{Plan, register_access};

use super::right::{Right, View};
use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::gather::{About, client_facts};
use crate::record::Use;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// Who asks for which right, and for what.
pub(super) struct Asked<'a> {
    pub(super) context: &'a CallContext,
    pub(super) action: Action,
    /// What the caller says of the use; its basis follows from the side that the caller is on.
    pub(super) used: UseContext,
    /// The sides from which this is done.
    pub(super) views: &'static [View],
    /// The name of the right, as given.
    pub(super) oid: &'a str,
    /// What is done to it, as the log has it.
    pub(super) noted: &'static str,
}

/// What there is, and what the rules say of it.
pub(super) struct Weighed {
    pub(super) view: View,
    pub(super) right: Option<Right>,
    used: UseContext,
    decision: Decision,
}

impl Asked<'_> {
    pub(super) async fn weigh(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Weighed, Error> {
        let Self { context, .. } = self;
        let found = match Oid::parse(self.oid) {
            Ok(oid) => service.database.fetch_one(register_access::find(&oid)).await?,
            Err(_) => None,
        };
        let right = match found {
            Some(found) => Right::of(found, snapshot, context)?,
            None => None,
        };
        let seen = right.and_then(|right| {
            let view = right.view(service, &snapshot.directory, context)?;
            self.views.contains(&view).then_some((view, right))
        });
        let (view, right) = match seen {
            Some((view, right)) => (view, Some(right)),
            None => (self.usual_view(snapshot), None),
        };
        let used = UseContext { basis: view.basis(), ..self.used.clone() };
        let nobody = ClientFile::new(Uuid::nil());
        let (controller, file) = match &right {
            Some(right) => (Some(&right.row.controller), &right.file),
            None => (None, &nobody),
        };
        let of = controller.unwrap_or(&context.system.organisation);
        let about = About {
            controller,
            clients: client_facts(snapshot, context, std::slice::from_ref(file), of, None),
            ..About::new(self.action, &used)
        };
        let decision = decide(&service.facts(snapshot, context, about));
        Ok(Weighed { view, right, used, decision })
    }

    /// The side on which a caller is taken to be where there is no right to tell it.
    fn usual_view(&self, snapshot: &Snapshot) -> View {
        let own = snapshot.directory.controller_of(&self.context.system.organisation);
        let is_controller = own.is_some();
        let usual = if is_controller { View::Controller } else { View::Producer };
        match self.views {
            [only] => *only,
            _ => usual,
        }
    }

    /// Begins the plan with the entry of the log.
    pub(super) fn note(
        &self,
        service: &Service,
        snapshot: &Snapshot,
        weighed: &Weighed,
        refusal: Option<&Error>,
    ) -> (Uuid, Plan) {
        let known = weighed.right.as_ref();
        let clients: Vec<_> = known.map(|right| right.file.key).into_iter().collect();
        let named = known.map(|right| &right.row.oid);
        let used = Use {
            controller: known.map(|right| &right.row.controller),
            clients: &clients,
            case: known.map(|right| right.row.case.clone()),
            parameters: Some(json!({"register_access": named, "act": self.noted}).to_string()),
            ..Use::new(self.action, &weighed.used)
        };
        service.record(snapshot, self.context, &used, Some(&weighed.decision), refusal)
    }
}

impl Weighed {
    /// That there is such a right and the act is permitted. For what is not there no special reason is
    /// asked.
    pub(super) fn permitted(&self) -> Result<(Permission, &Right), Error> {
        let refused = |refusal| match (refusal, &self.right) {
            (Refusal::SpecialReasonRequired, None) => Error::NotFound,
            _ => Error::Refused { refusal, rules: self.decision.rule_ids() },
        };
        let permission = self.decision.outcome().map_err(refused)?;
        Ok((permission, self.right.as_ref().ok_or(Error::NotFound)?))
    }
}
