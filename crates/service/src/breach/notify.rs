//! Telling the controller at once: in the plan that opens the breach.

use varanto_store::Plan;
use varanto_store::breach::Breach;

use super::clock::due;
use crate::Error;
use crate::notices::Notice;
use crate::service::Service;

impl Service {
    /// Puts the notices of a breach into the plan that opens it.
    pub(super) fn tell_of(&self, plan: &mut Plan, breach: &Breach) -> Result<(), Error> {
        let notice = Notice {
            breach: breach.id,
            controller: breach.controller.clone(),
            source: breach.source.as_str(),
            opened_at: breach.at,
            due_at: due(breach.aware_at),
        };
        self.put_in_notices(plan, &notice)
    }
}
