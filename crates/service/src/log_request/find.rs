//! Looking at one request with what became of it.

use std::sync::Arc;

use varanto_model::calendar;
use varanto_rules::{Action, Disclosed};

use super::met::Asked;
use super::shown::ShownLogRequest;
use crate::Error;
use crate::context::CallContext;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

struct FindRequest<'a>(Asked<'a>);

impl UseCase for FindRequest<'_> {
    type Answer = Disclosed<ShownLogRequest>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self(asked) = self;
        let met = asked.meet(service, snapshot).await?;
        let (decision, outcome) = asked.decide(service, snapshot, met.as_ref());
        let result = match outcome {
            Err(error) => Err(error),
            Ok((permission, met)) => {
                let today = calendar::day_of(asked.context.at);
                let shown = service.shown_log_request(&met.request, met.details.clone(), today)?;
                let kept = service.kept_answer(&met.request).await?;
                Ok(permission.disclose(shown.with_outcome(kept.map(|kept| kept.outcome))))
            }
        };
        let (_, plan) =
            asked.record(service, snapshot, &decision, met.as_ref(), result.as_ref().err());
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Gives one request for the log of the caller's register.
    pub async fn find_log_request(
        &self,
        context: &CallContext,
        id: &str,
        query: &[(String, String)],
    ) -> Result<Disclosed<ShownLogRequest>, Error> {
        match UseContext::of_query(query) {
            Ok(used) => {
                self.run(&FindRequest(Asked { context, id, used: &used, act: "look" })).await
            }
            Err(error) => self.refuse_unread(context, Action::AnswerLogRequest, error).await,
        }
    }
}
