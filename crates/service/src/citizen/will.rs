//! What a citizen has declared, as it stands wherever it was recorded (CIT-03).
//!
//! To somebody who acts for the client a denial is told where its document is shown to them: what a minor
//! has denied is not told to the guardians unless a professional has allowed it.

use std::collections::BTreeSet;
use std::sync::Arc;

use varanto_documents::projection::Will;
use varanto_model::{Group, Oid};
use varanto_rules::{Action, CitizenAction, Disclosed};
use varanto_store::document::ListFilter;

use super::subject::Subject;
use super::{CitizenContext, CitizenUse};
use crate::Error;
use crate::search_wills::{ShownWill, partial_will, whole_will};
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;

struct TellWill<'a> {
    context: &'a CitizenContext,
}

impl UseCase for TellWill<'_> {
    type Answer = Disclosed<ShownWill>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let subject = service.subject_of(snapshot, self.context).await?;
        let decision = subject.decide(CitizenAction::Search);
        let result = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => Ok((permission, service.will_shown_to(&subject).await?)),
        };
        let shown = result.iter().flat_map(|(_, will)| will.documents());
        let used = CitizenUse::new(Action::ReadWills, &subject).with(shown);
        let refusal = result.as_ref().err();
        let (_, mut plan) =
            service.record_citizen(snapshot, self.context, used, Some(&decision), refusal);
        plan.extend(subject.guard());
        let result = result.map(|(permission, will)| permission.disclose(will));
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Tells what the citizen has declared.
    pub async fn citizen_will(
        &self,
        context: &CitizenContext,
    ) -> Result<Disclosed<ShownWill>, Error> {
        self.run(&TellWill { context }).await
    }

    async fn will_shown_to(&self, subject: &Subject) -> Result<ShownWill, Error> {
        let nothing = Will::default();
        let will = subject.will().unwrap_or(&nothing);
        if !subject.is_represented() {
            return self.with_versions(whole_will(will, subject.today)).await;
        }
        let filter = ListFilter { groups: vec![Group::Denial], ..ListFilter::default() };
        let shown = self.shown_to(subject, &filter, None, None).await?;
        let shown: BTreeSet<Oid> =
            shown.into_iter().map(|shown| shown.listed.original_oid).collect();
        let partial = partial_will(will, subject.today, |denial| shown.contains(denial));
        self.with_versions(partial).await
    }
}
