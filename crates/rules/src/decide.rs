//! The decision: every rule that applies to an act, looked at in turn.
//!
//! The order is the order in which refusals are told: first what is wrong with the caller, then what
//! hides the document, then what the document lacks. So a caller who may not act at all learns
//! nothing of any document.

mod caller;
mod disclosure;
mod document;
mod register;

use crate::{Decision, Facts, Masking};

/// Decides one act on its facts.
///
/// All rules that apply are looked at, whatever the others say.
pub fn decide(facts: &Facts) -> Decision {
    let mut decision = Decision::new(register::masking(facts));
    caller::check(facts, &mut decision);
    register::check(facts, &mut decision);
    document::check(facts, &mut decision);
    if decision.masking() == Masking::ContactData {
        decision.note(crate::Rule::R7);
    }
    decision
}
