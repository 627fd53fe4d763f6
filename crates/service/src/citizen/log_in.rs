//! Logging in to a service for citizens: whether whoever acts for a client represents the client today
//! (CIT-05). It is looked at again with each use, so that a mandate that is withdrawn ends at once.

use varanto_rules::{CitizenAction, decide_citizen};

use super::Citizen;
use crate::Error;
use crate::context::SystemIdentity;
use crate::service::Service;

impl Service {
    /// Refuses whoever would act for a client without representing the client.
    pub(crate) async fn check_representation(
        &self,
        system: &SystemIdentity,
        citizen: &Citizen,
    ) -> Result<(), Error> {
        let (snapshot, now) = (self.snapshot(), self.now());
        let subject = self.subject(&snapshot, (&system.organisation, now), citizen).await?;
        let decision = decide_citizen(&subject.facts(CitizenAction::Search));
        match decision.outcome() {
            Ok(_) => Ok(()),
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
        }
    }
}
