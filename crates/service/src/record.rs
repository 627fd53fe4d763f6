//! The log entry of a use (LOG-01): who, whose data, what, when, on which basis, how it ended.

use uuid::Uuid;
use varanto_model::Oid;
use varanto_rules::{Action, Basis, Decision};
use varanto_store::Plan;
use varanto_store::use_log::{Outcome, UseEntry};

use crate::Error;
use crate::context::CallContext;
use crate::found_document::own_register;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::world::fresh_key;

/// What is noted of a use, beside who calls.
pub(crate) struct Use<'a> {
    pub(crate) action: Action,
    pub(crate) context: &'a UseContext,
    /// On which basis: the one of the context, or the one that follows from the document.
    pub(crate) basis: Basis,
    /// The case of the use: the one of the context, or that of the document.
    pub(crate) case: Option<Oid>,
    /// Whose register; the own one where `None`.
    pub(crate) controller: Option<&'a Oid>,
    /// Whose data, as far as it is known.
    pub(crate) clients: &'a [Uuid],
    /// The clients whom the caller has named, `None` for who is not known; empty where it is one at most.
    pub(crate) named: &'a [Option<Uuid>],
    /// The documents used or asked for.
    pub(crate) documents: Vec<Oid>,
    /// What was searched for, without identifiers of persons.
    pub(crate) parameters: Option<String>,
}

impl<'a> Use<'a> {
    /// A use that is about nothing in particular yet.
    pub(crate) fn new(action: Action, context: &'a UseContext) -> Self {
        Self {
            action,
            context,
            basis: context.basis,
            case: context.case.clone(),
            controller: None,
            clients: &[],
            named: &[],
            documents: Vec::new(),
            parameters: None,
        }
    }

    /// The client of each entry. Everybody sees by how much the log grows: of what is refused there are as
    /// many entries as the caller has named clients, whoever else the data are about and whether they are
    /// there or not.
    fn noted(&self, is_refused: bool) -> Vec<Option<Uuid>> {
        match (self.clients, self.named) {
            (_, named @ [_, ..]) if is_refused => named.to_vec(),
            ([client], _) => vec![Some(*client)],
            (clients @ [_, ..], _) if !is_refused => clients.iter().copied().map(Some).collect(),
            _ => vec![None],
        }
    }
}

impl Service {
    /// Begins the plan of a use with its entries: one for each client whose data were used, a single one where
    /// none is known, and of a refusal one for each client who was named. Gives the first entry's name with it.
    pub(crate) fn record(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        used: &Use<'_>,
        decision: Option<&Decision>,
        refusal: Option<&Error>,
    ) -> (Uuid, Plan) {
        // A producer that is no controller keeps its log under its own name.
        let controller = used.controller.unwrap_or_else(|| own_register(snapshot, context));
        let entry = |client: Option<Uuid>| UseEntry {
            client,
            basis: Some(used.basis.as_str().to_owned()),
            purpose: Some(used.context.purpose.as_str().to_owned()),
            documents: used.documents.clone(),
            case: used.case.clone(),
            special_reason: used.context.special_reason.as_ref().map(ToString::to_string),
            ground: used.context.ground.as_ref().map(ToString::to_string),
            parameters: used.parameters.clone(),
            ..self.use_entry(context, controller, used.action, (decision, refusal))
        };
        let mut clients = used.noted(refusal.is_some()).into_iter();
        let first = entry(clients.next().flatten());
        let id = first.id;
        let mut plan = Plan::recorded(first);
        for client in clients {
            plan.also_recorded(entry(client));
        }
        (id, plan)
    }

    /// An entry in the log of a register, to be filled in: who calls, what for, and how it ended.
    pub(crate) fn use_entry(
        &self,
        context: &CallContext,
        controller: &Oid,
        action: Action,
        (decision, refusal): (Option<&Decision>, Option<&Error>),
    ) -> UseEntry {
        let actor = &context.actor;
        UseEntry {
            id: fresh_key(context.at, &*self.randomness),
            at: context.at,
            controller: controller.clone(),
            client: None,
            action: action.as_str().to_owned(),
            outcome: match refusal {
                Some(error) => Outcome::Refused(error.outcome().to_owned()),
                None => Outcome::Permitted,
            },
            basis: None,
            purpose: None,
            user_id: actor.id.clone(),
            user_name: actor.listed_name(),
            unit: Some(actor.unit.clone()),
            organisation: context.system.organisation.clone(),
            role: Some(actor.role.to_string()),
            authentication: actor.authentication.as_str().to_owned(),
            documents: Vec::new(),
            case: None,
            special_reason: None,
            ground: None,
            rules: decision
                .map(Decision::rule_ids)
                .unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            parameters: None,
            request_id: Some(context.request_id.to_string()),
            certificate: context.system.certificate.map(|digest| *digest.as_bytes()),
        }
    }

    /// Notes a request that could not even be read, and refuses it: nobody knows for what and on which basis.
    pub(crate) async fn refuse_unread<T>(
        &self,
        context: &CallContext,
        action: Action,
        error: Error,
    ) -> Result<T, Error> {
        let snapshot = self.snapshot();
        let own = own_register(&snapshot, context);
        let plan = Plan::recorded(self.use_entry(context, own, action, (None, Some(&error))));
        Err(self.refuse(plan, error).await)
    }

    /// Notes a refusal; if it cannot be noted, that is what is told.
    pub(crate) async fn refuse(&self, plan: Plan, error: Error) -> Error {
        match self.database.commit(plan).await {
            Ok(()) => error,
            Err(failure) => failure.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(numbers: &[u128]) -> Vec<Uuid> {
        numbers.iter().copied().map(Uuid::from_u128).collect()
    }

    /// REQ LOG-01
    #[test]
    fn a_use_is_noted_for_everybody_whose_data_were_used() {
        let context = UseContext::default();
        let noted =
            |clients: &[Uuid]| Use { clients, ..Use::new(Action::Read, &context) }.noted(false);
        let both = keys(&[1, 2]);
        assert_eq!(noted(&both), [Some(both[0]), Some(both[1])]);
        assert_eq!(noted(&[]), [None]);
    }

    proptest! {
        /// REQ LOG-03
        #[test]
        fn of_a_refusal_there_are_as_many_entries_as_clients_were_named(
            known in prop::collection::vec(1_u128..9, 0..5),
            named in prop::collection::vec(prop::option::of(1_u128..9), 0..5),
        ) {
            let (context, clients) = (UseContext::default(), keys(&known));
            let named: Vec<_> = named.into_iter().map(|key| key.map(Uuid::from_u128)).collect();
            let used = Use { clients: &clients, named: &named, ..Use::new(Action::Store, &context) };
            prop_assert_eq!(used.noted(true).len(), named.len().max(1));
        }
    }
}
