//! What leaves its controller, and to whom: R4 and R5.
//!
//! Of what is kept back nothing is told, nor why: a search shows nothing of it, and a fetch answers as if
//! it were not there. What is asked of the caller alone is told, and does not depend on any document.

use super::caller::role;
use super::register::has_context;
use crate::{Basis, Decision, DocumentFacts, Facts, Refusal, Rule, Scope};

/// What is asked of whoever reads on the basis of disclosure, whatever there is to read.
pub(super) fn caller(facts: &Facts, decision: &mut Decision) {
    match facts.basis {
        Basis::Disclosure => {
            let controls = facts.system.controller.is_some();
            decision.apply(Rule::R4, controls, Refusal::NotTheController);
        }
        Basis::Broad => {
            decision.apply(Rule::R5, facts.system.is_public, Refusal::NotAnAuthority);
            decision.apply(Rule::R5, role(facts).broad, Refusal::BroadNotPermitted);
            decision.apply(Rule::R5, facts.ground.is_some(), Refusal::GroundRequired);
        }
        Basis::Own | Basis::RegisterAccess => {}
    }
}

/// Reading what other controllers' registers hold: one document, or what there is of a client.
pub(super) fn read(facts: &Facts, decision: &mut Decision) {
    let rule = if facts.basis == Basis::Broad { Rule::R5 } else { Rule::R4 };
    match &facts.document {
        Some(document) => {
            let held =
                (facts.basis == Basis::Broad || has_context(facts)) && leaves(facts, document);
            decision.apply(rule, held, Refusal::NothingToDisclose);
        }
        // The client is named: whether there is a context depends on no document of others.
        None if facts.basis == Basis::Disclosure => {
            decision.apply(Rule::R1, has_context(facts), Refusal::SpecialReasonRequired);
            decision.apply(rule, true, Refusal::NothingToDisclose);
        }
        None => decision.apply(rule, true, Refusal::NothingToDisclose),
    }
}

/// Does a document of these clients leave its controller for the reader? It does where a search would show
/// it. The role is looked at here too, so that a document that it does not cover is no more told of than
/// any other.
fn leaves(facts: &Facts, document: &DocumentFacts) -> bool {
    Scope::of(facts).is_some_and(|scope| scope.covers(document, &facts.clients))
}
