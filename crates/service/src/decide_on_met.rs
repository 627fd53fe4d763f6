//! Deciding on an act of a privacy officer on one thing of the own register, such as a breach or a log request.

use varanto_rules::{Action, Decision, Permission, decide};

use crate::Error;
use crate::context::CallContext;
use crate::gather::About;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

impl Service {
    /// Decides whether the caller may do this at all, and only then tells that there is nothing to do it to.
    pub(crate) fn decide_on_met<'m, M>(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        (action, used): (Action, &UseContext),
        met: Option<&'m M>,
    ) -> (Decision, Result<(Permission, &'m M), Error>) {
        let decision = decide(&self.facts(snapshot, context, About::new(action, used)));
        let outcome = match (decision.outcome(), met) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::NotFound),
            (Ok(permission), Some(met)) => Ok((permission, met)),
        };
        (decision, outcome)
    }
}
