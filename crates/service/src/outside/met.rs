//! A recorded request that is looked at, decided or delivered: with its client's file and its recipient.

use serde_json::json;
use uuid::Uuid;
use varanto_model::{Oid, calendar};
use varanto_rules::{Action, Decision, Permission, decide};
use varanto_store::Plan;
use varanto_store::disclosure_request::{self, DisclosureRequest};
use varanto_store::recipient::Recipient;

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::gather::{About, client_facts};
use crate::record::Use;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A request in the caller's register.
pub(super) struct Met {
    pub(super) request: DisclosureRequest,
    pub(super) file: ClientFile,
    pub(super) recipient: Recipient,
}

/// An act on a request, named as the caller names it.
pub(super) struct Asked<'a> {
    pub(super) context: &'a CallContext,
    pub(super) id: &'a str,
    pub(super) used: &'a UseContext,
    /// What is done, for the log.
    pub(super) act: &'static str,
}

impl Asked<'_> {
    /// The request, if there is such a one in the caller's register.
    pub(super) async fn meet(
        &self,
        service: &Service,
        snapshot: &Snapshot,
    ) -> Result<Option<Met>, Error> {
        let found = match Uuid::parse_str(self.id) {
            Ok(id) => service.database.fetch_one(disclosure_request::find(id)).await?,
            Err(_) => None,
        };
        let own = snapshot.directory.controller_of(&self.context.system.organisation);
        let Some(request) = found.filter(|request| Some(&request.controller) == own) else {
            return Ok(None);
        };
        let today = calendar::day_of(self.context.at);
        let files = service.files_everywhere(&[request.client], &request.controller, today).await?;
        let file = files.into_iter().next().ok_or(Error::Internal("a request has no client"))?;
        let recipient = service.recipient_of(own, Some(request.recipient)).await?;
        let recipient = recipient.ok_or(Error::Internal("a request has no recipient"))?;
        Ok(Some(Met { request, file, recipient }))
    }

    /// Decides whether the caller may act on the request at all. Who has neither a context nor a reason is
    /// refused for that also where there is none.
    pub(super) fn decide(
        &self,
        service: &Service,
        snapshot: &Snapshot,
        met: Option<&Met>,
    ) -> (Decision, Result<Permission, Error>) {
        let Self { context, used, .. } = self;
        let of = |met: &Met| {
            let file = std::slice::from_ref(&met.file);
            client_facts(snapshot, context, file, &met.request.controller, None)
        };
        let clients = met.map(of).unwrap_or_default();
        let about = About { clients, ..About::new(Action::DiscloseOutside, used) };
        let decision = decide(&service.facts(snapshot, context, about));
        let outcome = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(_) if met.is_none() => Err(Error::NotFound),
            Ok(permission) => Ok(permission),
        };
        (decision, outcome)
    }

    /// Begins the plan with the log entry. It stands in the log of the own register, to which the request
    /// belongs, also where the caller is refused.
    pub(super) fn record(
        &self,
        service: &Service,
        snapshot: &Snapshot,
        decision: &Decision,
        met: Option<&Met>,
        about: &Noted<'_>,
    ) -> (Uuid, Plan) {
        let noted = json!({"request": met.map(|met| met.request.id), "act": self.act});
        let file = met.map(|met| met.file.key);
        let clients = if about.clients.is_empty() { file.as_slice() } else { about.clients };
        let used = Use {
            clients,
            documents: about.documents.to_vec(),
            parameters: Some(noted.to_string()),
            ..Use::new(Action::DiscloseOutside, self.used)
        };
        let (entry, mut plan) =
            service.record(snapshot, self.context, &used, Some(decision), about.refusal);
        plan.extend(met.map(|met| met.file.guard()));
        (entry, plan)
    }
}

/// What is noted of an act beside the request.
#[derive(Default)]
pub(super) struct Noted<'a> {
    /// Whose documents; the request's client where it is empty.
    pub(super) clients: &'a [Uuid],
    pub(super) documents: &'a [Oid],
    pub(super) refusal: Option<&'a Error>,
}
