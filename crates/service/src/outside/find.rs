//! Looking at one request with what became of it.

use std::sync::Arc;

use varanto_rules::{Action, Disclosed};
use varanto_store::client;

use super::met::{Asked, Noted};
use super::shown::ShownRequest;
use crate::Error;
use crate::context::CallContext;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

struct FindRequest<'a>(Asked<'a>);

impl UseCase for FindRequest<'_> {
    type Answer = Disclosed<ShownRequest>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self(asked) = self;
        let met = asked.meet(service, snapshot).await?;
        let (decision, outcome) = asked.decide(service, snapshot, met.as_ref());
        let result = match (outcome, &met) {
            (Err(error), _) => Err(error),
            (Ok(_), None) => Err(Error::NotFound),
            (Ok(permission), Some(met)) => {
                let client = service.database.fetch_one(client::find(met.file.key)).await?;
                let client = client.ok_or(Error::Contended)?;
                let shown = service.shown_request(&met.request, &client, &met.recipient)?;
                let receipt = service.kept_receipt(&met.request).await?;
                Ok(permission.disclose(shown.with_receipt(receipt)))
            }
        };
        let noted = Noted { refusal: result.as_ref().err(), ..Noted::default() };
        let (_, plan) = asked.record(service, snapshot, &decision, met.as_ref(), &noted);
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Gives one request in the caller's register.
    pub async fn find_disclosure_request(
        &self,
        context: &CallContext,
        id: &str,
        query: &[(String, String)],
    ) -> Result<Disclosed<ShownRequest>, Error> {
        match UseContext::of_query(query).and_then(|used| self.disclosing(used)) {
            Ok(used) => {
                self.run(&FindRequest(Asked { context, id, used: &used, act: "look" })).await
            }
            Err(error) => self.refuse_unread(context, Action::DiscloseOutside, error).await,
        }
    }
}
