//! Taking more time for a request, once: the client is told of it, with the reason, before the first time
//! is over.

use std::sync::Arc;

use serde_json::Value;
use varanto_model::reader::{Members, text};
use varanto_model::{Faults, Pointer, calendar};
use varanto_rules::{Action, Disclosed};
use varanto_store::Purpose;
use varanto_store::log_request::{self, Extension, LogRequest};

use super::due::due_extended;
use super::met::{Asked, Met};
use super::shown::ShownLogRequest;
use crate::Error;
use crate::context::CallContext;
use crate::new_version::microseconds;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

struct ExtendRequest<'a> {
    asked: Asked<'a>,
    reason: &'a str,
}

impl UseCase for ExtendRequest<'_> {
    type Answer = Disclosed<ShownLogRequest>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { asked, reason } = self;
        let today = calendar::day_of(asked.context.at);
        let met = asked.meet(service, snapshot).await?;
        let (decision, outcome) = asked.decide(service, snapshot, met.as_ref());
        let judged = outcome.and_then(|(permission, met)| {
            met.expect_open()?;
            expect_extensible(met, today)?;
            Ok((permission, met))
        });
        let (_, mut plan) =
            asked.record(service, snapshot, &decision, met.as_ref(), judged.as_ref().err());
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, met)) => {
                let id = met.request.id;
                let due_on = due_extended(met.request.received_on);
                let place = id.as_bytes();
                let extension = Extension {
                    at: microseconds(asked.context.at),
                    user_id: asked.context.actor.id.clone(),
                    reason: service.seal(Purpose::LogRequestExtension, place, reason.as_bytes())?,
                };
                plan.push(log_request::extend(id, due_on, extension.clone()));
                let extended =
                    LogRequest { due_on, extension: Some(extension), ..met.request.clone() };
                let shown = service.shown_log_request(&extended, met.details.clone(), today)?;
                Ok(permission.disclose(shown))
            }
        };
        Ok(Attempt { plan, result })
    }
}

fn expect_extensible(met: &Met, today: jiff::civil::Date) -> Result<(), Error> {
    if met.request.extension.is_some() {
        Err(Error::LogRequestState("extended"))
    } else if met.request.due_on < today {
        Err(Error::LogRequestState("overdue"))
    } else {
        Ok(())
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<(UseContext, String)> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let reason = m.required("reason", faults, text(1_000));
    m.finish(faults);
    Some((used, reason?))
}

impl Service {
    /// Extends the time of a request to three months from the day on which it came, on the request of a
    /// body.
    pub async fn extend_log_request(
        &self,
        context: &CallContext,
        id: &str,
        body: &[u8],
    ) -> Result<Disclosed<ShownLogRequest>, Error> {
        match request::read(body, read) {
            Ok((used, reason)) => {
                let asked = Asked { context, id, used: &used, act: "extend" };
                self.run(&ExtendRequest { asked, reason: &reason }).await
            }
            Err(error) => self.refuse_unread(context, Action::AnswerLogRequest, error).await,
        }
    }
}
