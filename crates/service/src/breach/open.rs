//! Opening a breach in the plan of the use that brought it to light, however it did.

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::Oid;
use varanto_store::Plan;
use varanto_store::breach::{self, Breach, BreachSource, Progress};

use super::details::BreachDetails;
use crate::Error;
use crate::context::CallContext;
use crate::new_version::microseconds;
use crate::service::Service;

/// A breach to be opened.
pub(crate) struct OpenBreach<'a> {
    /// The entry of the use log that the plan writes with it, whose name it gets. A plan opens one breach for
    /// an entry at most.
    pub(crate) log_entry: Uuid,
    /// Whose register it is about.
    pub(crate) controller: &'a Oid,
    /// How it came to light.
    pub(crate) source: BreachSource,
    /// When the controller became aware of it: from then on the 72 hours run.
    pub(crate) aware_at: Timestamp,
    /// The documents that it is about, by any of their identifiers.
    pub(crate) documents: Vec<Oid>,
    /// The keys of the clients whom it concerns.
    pub(crate) clients: Vec<Uuid>,
    /// What is told of it, to be sealed.
    pub(crate) details: Option<&'a BreachDetails>,
}

impl Service {
    /// Opens a breach in a plan, with the notices to its controller; gives its name.
    pub(crate) fn open_breach(
        &self,
        plan: &mut Plan,
        context: &CallContext,
        new: OpenBreach<'_>,
    ) -> Result<Uuid, Error> {
        let id = new.log_entry;
        let breach = Breach {
            id,
            at: microseconds(context.at),
            controller: new.controller.clone(),
            aware_at: microseconds(new.aware_at),
            source: new.source,
            documents: new.documents,
            clients: new.clients,
            details: new.details.map(|details| self.seal_breach(id, details)).transpose()?,
            organisation: context.system.organisation.clone(),
            user_id: context.actor.id.clone(),
            steps: 0,
            progress: Progress::BEGINNING,
        };
        self.tell_of(plan, &breach)?;
        plan.push(breach::insert(breach));
        Ok(id)
    }
}
