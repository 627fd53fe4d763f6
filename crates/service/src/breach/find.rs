//! Looking at one breach: what was told, whom it concerns, and what has been done about it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::Oid;
use varanto_rules::{Action, Disclosed, Mask};
use varanto_store::breach::{self, Breach, BreachStep};
use varanto_store::client::{self, Client};

use super::course::Step;
use super::met::{Asked, Noted};
use super::shown::ShownBreach;
use crate::Error;
use crate::context::CallContext;
use crate::service::{Attempt, Service, UseCase};
use crate::shown_client::ShownClient;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A breach with all that is known of it. Has no `Debug`: it names persons.
#[derive(Serialize)]
pub struct FoundBreach {
    #[serde(flatten)]
    breach: ShownBreach,
    reported_by: Reporter,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    when_noticed: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suspected_user: Option<String>,
    clients: Vec<ShownClient>,
    steps: Vec<TakenStep>,
}

/// A breach holds no contact data.
impl Mask for FoundBreach {
    fn masked(self) -> Self {
        self
    }
}

/// Who brought a breach to light.
#[derive(Serialize)]
struct Reporter {
    id: String,
    organisation: Oid,
}

/// A step with who took it and when.
#[derive(Serialize)]
struct TakenStep {
    number: u32,
    at: Timestamp,
    by: String,
    /// By the user who is suspected.
    by_suspected_user: bool,
    #[serde(flatten)]
    step: Step,
}

struct FindBreach<'a>(Asked<'a>);

impl UseCase for FindBreach<'_> {
    type Answer = Disclosed<FoundBreach>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self(asked) = self;
        let met = asked.meet(service, snapshot).await?;
        let (decision, outcome) = asked.decide(service, snapshot, met.as_ref());
        let mut clients = Vec::new();
        let result = match outcome {
            Err(error) => Err(error),
            Ok((permission, breach)) => {
                clients = service.clients_of(breach).await?;
                let steps = service.database.fetch(breach::steps(breach.id)).await?;
                let found = service.found_breach(breach, &clients, &steps, asked.context.at)?;
                Ok(permission.disclose(found))
            }
        };
        let keys: Vec<_> = clients.iter().map(|client| client.key).collect();
        let shown = met.as_ref().filter(|_| result.is_ok());
        let noted = Noted {
            clients: &keys,
            documents: shown.map_or(&[], |breach| &breach.documents),
            refusal: result.as_ref().err(),
            ..Noted::default()
        };
        let (_, plan) = asked.record(service, snapshot, &decision, met.as_ref(), &noted);
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Gives one breach of the caller's register.
    pub async fn find_breach(
        &self,
        context: &CallContext,
        id: &str,
        query: &[(String, String)],
    ) -> Result<Disclosed<FoundBreach>, Error> {
        match UseContext::of_query(query).and_then(|used| self.of_breach(used)) {
            Ok(used) => {
                self.run(&FindBreach(Asked { context, id, used: &used, act: "look" })).await
            }
            Err(error) => self.refuse_unread(context, Action::HandleBreach, error).await,
        }
    }

    /// The files of the clients whom a breach concerns, each once. One who was named by a temporary
    /// identifier and is known by now is shown as the person.
    async fn clients_of(&self, breach: &Breach) -> Result<Vec<Client>, Error> {
        let found = self.files_with(breach.clients.iter().copied()).await?;
        let joined = self.files_with(found.iter().filter_map(|client| client.joined_to)).await?;
        let known = found.into_iter().filter(|client| client.joined_to.is_none());
        let mut seen = BTreeSet::new();
        Ok(known.chain(joined).filter(|client| seen.insert(client.key)).collect())
    }

    async fn files_with(&self, keys: impl Iterator<Item = Uuid>) -> Result<Vec<Client>, Error> {
        let queries: Vec<_> = keys.map(client::find).collect();
        Ok(self.database.fetch(queries).await?.into_iter().flatten().collect())
    }

    fn found_breach(
        &self,
        breach: &Breach,
        clients: &[Client],
        steps: &[BreachStep],
        now: Timestamp,
    ) -> Result<FoundBreach, Error> {
        let shown = clients.iter().map(|client| self.shown_client(client));
        let mut clients = shown.collect::<Result<Vec<_>, _>>()?;
        let (mut what, mut when_noticed, mut suspected_user) = (None, None, None);
        if let Some(details) = self.breach_details(breach)? {
            clients.extend(details.named_clients.into_iter().map(ShownClient::named));
            what = Some(details.what);
            (when_noticed, suspected_user) = (details.when_noticed, details.suspected_user);
        }
        let taken = |step: &BreachStep| {
            Ok(TakenStep {
                number: step.number,
                at: step.at,
                by: step.user_id.clone(),
                by_suspected_user: suspected_user.as_ref() == Some(&step.user_id),
                step: self.unseal_step(step)?,
            })
        };
        let steps = steps.iter().map(taken).collect::<Result<_, Error>>()?;
        Ok(FoundBreach {
            breach: ShownBreach::of(breach, now),
            reported_by: Reporter {
                id: breach.user_id.clone(),
                organisation: breach.organisation.clone(),
            },
            what,
            when_noticed,
            suspected_user,
            clients,
            steps,
        })
    }
}
