//! Uses after the end of the case that they name, or of the context of the user's unit. Pure.
//!
//! What counts is what the documents say now: a use that had its context when it was made is found as well,
//! where it was stored afterwards that the context had ended before.

use varanto_documents::projection::Standing;
use varanto_model::calendar;
use varanto_store::use_log::UseEntry;

use crate::supervision::item::AfterEnd;

/// The purposes that need a context; archivists and privacy officers work without one.
const NEEDING_CONTEXT: &[&str] = &["client_work", "will"];

/// What had ended before the use, by the client's standing in the register that was used.
pub(in crate::supervision) fn after_end(entry: &UseEntry, standing: &Standing) -> Option<AfterEnd> {
    if !entry.purpose.as_deref().is_some_and(|purpose| NEEDING_CONTEXT.contains(&purpose)) {
        return None;
    }
    let day = calendar::day_of(entry.at);
    let case = entry.case.as_ref().and_then(|case| standing.find_case(case));
    let case_ended = case.and_then(|(_, case)| case.last_day()).filter(|last| *last < day);
    let of_unit =
        standing.context_units().filter(|context| entry.unit.as_ref() == Some(context.unit));
    let mut context_ended = None;
    for context in of_unit {
        if context.holds_at(entry.at) {
            context_ended = None;
            break;
        }
        let withdrawn = context.withdrawn_at.filter(|at| *at <= entry.at).map(calendar::day_of);
        let last = context.last.filter(|last| *last < day);
        let ended = match (withdrawn, last) {
            (Some(withdrawn), Some(last)) => Some(withdrawn.min(last)),
            (withdrawn, last) => withdrawn.or(last),
        };
        context_ended = context_ended.max(ended);
    }
    let found = AfterEnd { case_ended, context_ended };
    (case_ended.is_some() || context_ended.is_some()).then_some(found)
}

/// Had the user's unit no context to the client?
pub(in crate::supervision) fn without_context(entry: &UseEntry, standing: &Standing) -> bool {
    let mut contexts = standing.context_units();
    !contexts.any(|context| entry.unit.as_ref() == Some(context.unit) && context.holds_at(entry.at))
}
