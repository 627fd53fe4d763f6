//! Registering what a client asks for. The register need not know the client: such a request is answered
//! too, with that.

use std::sync::Arc;

use serde_json::json;
use varanto_model::{Pointer, calendar};
use varanto_rules::{Action, Disclosed, decide};
use varanto_store::Purpose;
use varanto_store::log_request::{self, LogRequest, LogRequestState};

use super::due::due;
use super::shown::ShownLogRequest;
use super::wanted::Wanted;
use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::found_document::own_register;
use crate::gather::About;
use crate::new_version::microseconds;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::world::fresh_key;

struct RegisterRequest<'a> {
    context: &'a CallContext,
    wanted: Wanted,
}

impl UseCase for RegisterRequest<'_> {
    type Answer = Disclosed<ShownLogRequest>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, wanted } = self;
        let own = own_register(snapshot, context);
        let file = service.file_of_person(&wanted.client, own).await?;
        let about = About::new(Action::AnswerLogRequest, &wanted.used);
        let decision = decide(&service.facts(snapshot, context, about));
        let judged = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(_) if wanted.received_at > context.at => {
                let why = "the request has not come yet at this time";
                Err(Error::fault(Pointer::root().member("received_at"), "in-future", why))
            }
            Ok(permission) => Ok(permission),
        };
        let id = fresh_key(context.at, &*service.randomness);
        let client = file.as_ref().map(|file| file.key);
        let noted = json!({"request": judged.is_ok().then_some(id), "act": "register"});
        let used = Use {
            clients: client.as_slice(),
            parameters: Some(noted.to_string()),
            ..Use::new(Action::AnswerLogRequest, &wanted.used)
        };
        let (log_entry, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), judged.as_ref().err());
        plan.extend(file.as_ref().map(ClientFile::guard));
        let result = match judged {
            Err(error) => Err(error),
            Ok(permission) => {
                let details = serde_json::to_vec(&wanted.details)
                    .map_err(|_| Error::Internal("a log request could not be written"))?;
                let received_on = calendar::day_of(wanted.received_at);
                let new = LogRequest {
                    id,
                    at: microseconds(context.at),
                    controller: own.clone(),
                    state: LogRequestState::Open,
                    received_on,
                    due_on: due(received_on),
                    details: service.seal(Purpose::LogRequest, id.as_bytes(), &details)?,
                    user_id: context.actor.id.clone(),
                    log_entry,
                    extension: None,
                    answered: None,
                };
                let today = calendar::day_of(context.at);
                let shown = service.shown_log_request(&new, wanted.details.clone(), today)?;
                plan.push(log_request::insert(new));
                Ok(permission.disclose(shown))
            }
        };
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Registers a client's request for log data, on the request of a body.
    pub async fn register_log_request(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ShownLogRequest>, Error> {
        match request::read(body, Wanted::read) {
            Ok(wanted) => self.run(&RegisterRequest { context, wanted }).await,
            Err(error) => self.refuse_unread(context, Action::AnswerLogRequest, error).await,
        }
    }
}
