//! A registered request that is looked at, extended or answered: what is asked for, and the client's file.

use serde_json::json;
use uuid::Uuid;
use varanto_rules::{Action, Decision, Permission};
use varanto_store::log_request::{self, LogRequest, LogRequestState};
use varanto_store::{Plan, Purpose};

use super::wanted::Details;
use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::record::Use;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A request for the log of the caller's register.
pub(super) struct Met {
    pub(super) request: LogRequest,
    pub(super) details: Details,
    /// The client's file, if there is one.
    pub(super) file: Option<ClientFile>,
}

impl Met {
    /// Refuses what can be done with an open request only.
    pub(super) fn expect_open(&self) -> Result<(), Error> {
        match self.request.state {
            LogRequestState::Open => Ok(()),
            state => Err(Error::LogRequestState(state.as_str())),
        }
    }
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
    /// The request, if there is such a one for the log of the caller's register.
    pub(super) async fn meet(
        &self,
        service: &Service,
        snapshot: &Snapshot,
    ) -> Result<Option<Met>, Error> {
        let found = match Uuid::parse_str(self.id) {
            Ok(id) => service.database.fetch_one(log_request::find(id)).await?,
            Err(_) => None,
        };
        let own = snapshot.directory.controller_of(&self.context.system.organisation);
        let Some(request) = found.filter(|request| Some(&request.controller) == own) else {
            return Ok(None);
        };
        let details = service.log_request_details(&request)?;
        let client = details.client.identifier()?;
        let file = service.file_of_person(&client, &request.controller).await?;
        Ok(Some(Met { request, details, file }))
    }

    /// Decides whether the caller may handle requests, and finds whether there is this one.
    pub(super) fn decide<'m>(
        &self,
        service: &Service,
        snapshot: &Snapshot,
        met: Option<&'m Met>,
    ) -> (Decision, Result<(Permission, &'m Met), Error>) {
        service.decide_on_met(snapshot, self.context, (Action::AnswerLogRequest, self.used), met)
    }

    /// Begins the plan with the log entry, under the client's key: this looking is told to the client as any
    /// other use is.
    pub(super) fn record(
        &self,
        service: &Service,
        snapshot: &Snapshot,
        decision: &Decision,
        met: Option<&Met>,
        refusal: Option<&Error>,
    ) -> (Uuid, Plan) {
        self.record_with(service, snapshot, (decision, refusal), met, None)
    }

    /// The same, with the request that was made of the rest.
    pub(super) fn record_with(
        &self,
        service: &Service,
        snapshot: &Snapshot,
        (decision, refusal): (&Decision, Option<&Error>),
        met: Option<&Met>,
        rest: Option<Uuid>,
    ) -> (Uuid, Plan) {
        let mut noted = json!({"request": met.map(|met| met.request.id), "act": self.act});
        if let (Some(rest), Some(noted)) = (rest, noted.as_object_mut()) {
            noted.insert("rest".to_owned(), rest.to_string().into());
        }
        let file = met.and_then(|met| met.file.as_ref());
        let client = file.map(|file| file.key);
        let used = Use {
            clients: client.as_slice(),
            parameters: Some(noted.to_string()),
            ..Use::new(Action::AnswerLogRequest, self.used)
        };
        let (entry, mut plan) =
            service.record(snapshot, self.context, &used, Some(decision), refusal);
        plan.extend(file.map(ClientFile::guard));
        (entry, plan)
    }
}

impl Service {
    /// What is kept sealed of a request.
    pub(super) fn log_request_details(&self, request: &LogRequest) -> Result<Details, Error> {
        let plain = self.unseal(Purpose::LogRequest, request.id.as_bytes(), &request.details)?;
        serde_json::from_slice(&plain)
            .map_err(|_| Error::Internal("a stored log request cannot be read"))
    }
}
