//! Ending a recipient, once, by one who oversees (DIS-07).

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;
use varanto_rules::{Action, Disclosed, decide};
use varanto_store::recipient::{self, Ended, Recipient};

use super::Obstacle;
use super::recipient::ShownRecipient;
use crate::Error;
use crate::context::CallContext;
use crate::gather::About;
use crate::new_version::microseconds;
use crate::record::Use;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

struct EndRecipient<'a> {
    context: &'a CallContext,
    id: &'a str,
}

impl UseCase for EndRecipient<'_> {
    type Answer = Disclosed<ShownRecipient>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, id } = self;
        let used = UseContext::default();
        let about = About::new(Action::ManageRecipients, &used);
        let decision = decide(&service.facts(snapshot, context, about));
        let own = snapshot.directory.controller_of(&context.system.organisation);
        let found = service.recipient_of(own, Uuid::parse_str(id).ok()).await?;
        let judged = match (decision.outcome(), found) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::NotFound),
            (Ok(_), Some(found)) if found.ended.is_some() => {
                Err(Error::Outside(Obstacle::RecipientEnded))
            }
            (Ok(permission), Some(found)) => Ok((permission, found)),
        };
        let named = judged.as_ref().ok().map(|(_, found)| found.id);
        let noted = json!({"recipient": named, "act": "end"});
        let used = Use {
            parameters: Some(noted.to_string()),
            ..Use::new(Action::ManageRecipients, &used)
        };
        let (_, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), judged.as_ref().err());
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, found)) => {
                let ended =
                    Ended { at: microseconds(context.at), user_id: context.actor.id.clone() };
                plan.push(recipient::end(found.id, ended.clone()));
                let found = Recipient { ended: Some(ended), ..found };
                Ok(permission.disclose(service.shown_recipient(&found)?))
            }
        };
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Ends a recipient of the caller's controller: nothing is disclosed to it from then on.
    pub async fn end_recipient(
        &self,
        context: &CallContext,
        id: &str,
    ) -> Result<Disclosed<ShownRecipient>, Error> {
        self.run(&EndRecipient { context, id }).await
    }
}
