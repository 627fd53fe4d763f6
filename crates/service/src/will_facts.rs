//! What a client has declared, in the form in which the rules need it.

use varanto_documents::projection::{DeniedScope, Will};
use varanto_rules::{Denial, WillFacts};

/// What the rules need of a will.
pub(crate) fn will_facts(will: &Will) -> WillFacts {
    let entries = will.denials_in_force().flat_map(|(_, denial)| &denial.entries);
    WillFacts {
        informed: will.is_informed(),
        permit: will.permit().map(|(_, permit)| permit.given),
        denials: entries.flat_map(|entry| denials(&entry.scope)).collect(),
    }
}

/// A document counts by the name that the denial gives it and by that of its original, should the two
/// differ.
fn denials(scope: &DeniedScope) -> Vec<Denial> {
    match scope {
        DeniedScope::Everything => vec![Denial::Everything],
        DeniedScope::Controller(controller) => vec![Denial::Controller(controller.clone())],
        DeniedScope::ServiceTask(task) => vec![Denial::ServiceTask(task.clone())],
        DeniedScope::Document { named, original } if named == original => {
            vec![Denial::Document(original.clone())]
        }
        DeniedScope::Document { named, original } => {
            vec![Denial::Document(original.clone()), Denial::Document(named.clone())]
        }
    }
}
