//! Refusing a report of a client's choice (RA-12): the organiser opens no right, and says why.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;
use varanto_model::Pointer;
use varanto_model::reader::{Members, text};
use varanto_rules::{Action, Disclosed, decide};
use varanto_store::Purpose;
use varanto_store::choice::{self, Choice, Refusal};

use super::choice::{REPORTED, state};
use super::report_choice::ChoiceReceipt;
use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::gather::About;
use crate::new_version::microseconds;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

struct RefuseChoice<'a> {
    context: &'a CallContext,
    /// The name of the report, as given.
    id: &'a str,
    reason: String,
}

impl UseCase for RefuseChoice<'_> {
    type Answer = Disclosed<ChoiceReceipt>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, .. } = self;
        let used = UseContext::default();
        let about = About::new(Action::ManageAccess, &used);
        let decision = decide(&service.facts(snapshot, context, about));
        let found = service.reported_to_caller(snapshot, context, self.id).await?;
        let judged = match (decision.outcome(), &found) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::NotFound),
            (Ok(permission), Some((choice, file))) => {
                match state(choice, file.as_ref(), context.at) {
                    REPORTED => Ok((permission, choice)),
                    other => Err(Error::RegisterAccessState(other)),
                }
            }
        };
        let file = found.as_ref().and_then(|(_, file)| file.as_ref());
        let clients: Vec<_> = file.map(|file| file.key).into_iter().collect();
        let named = found.as_ref().map(|(choice, _)| choice.id);
        let used = Use {
            clients: &clients,
            parameters: Some(json!({"choice": named, "act": "refusal"}).to_string()),
            ..Use::new(Action::ManageAccess, &used)
        };
        let (_, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), judged.as_ref().err());
        plan.extend(file.map(ClientFile::guard));
        let result = match judged {
            Ok((permission, choice)) => {
                let place = choice.id.as_bytes();
                let refusal = Refusal {
                    at: microseconds(context.at),
                    user_id: context.actor.id.clone(),
                    reason: service.seal(Purpose::ChoiceRefusal, place, self.reason.as_bytes())?,
                };
                plan.push(choice::refuse(choice.id, refusal));
                Ok(permission.disclose(ChoiceReceipt { id: choice.id, state: "refused" }))
            }
            Err(error) => Err(error),
        };
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Refuses a report that was made to the caller's register, on the request of a body.
    pub async fn refuse_choice(
        &self,
        context: &CallContext,
        id: &str,
        body: &[u8],
    ) -> Result<Disclosed<ChoiceReceipt>, Error> {
        let reason = request::read(body, |value, faults| {
            let mut m = Members::of(value, &Pointer::root(), faults)?;
            let reason = m.required("reason", faults, text(1_000));
            m.finish(faults);
            reason
        });
        let reason = match reason {
            Ok(reason) => reason,
            Err(error) => return self.refuse_unread(context, Action::ManageAccess, error).await,
        };
        self.run(&RefuseChoice { context, id, reason }).await
    }

    /// A report with its client's file, if it was made to the caller's register.
    async fn reported_to_caller(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        id: &str,
    ) -> Result<Option<(Choice, Option<ClientFile>)>, Error> {
        let found = match Uuid::parse_str(id) {
            Ok(id) => self.database.fetch_one(choice::find(id)).await?,
            Err(_) => None,
        };
        let own = snapshot.directory.controller_of(&context.system.organisation);
        let Some(choice) = found.filter(|choice| Some(&choice.controller) == own) else {
            return Ok(None);
        };
        let keys = [choice.client].into();
        let file = self.files_of_choices(&choice.controller, &keys).await?.remove(&choice.client);
        Ok(Some((choice, file)))
    }
}
