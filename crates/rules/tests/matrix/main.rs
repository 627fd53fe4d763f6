//! The matrix of the access rules: for each act a base case that every rule permits; then one fact at
//! a time is broken, and exactly the rules that speak of it refuse.
//!
//! Each table of breaks stands beside the test that holds it. [`TABLES`] names them all, so that the
//! last tests can say that no rule and no refusal is left out.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a broken fixture fails the test"
)]

mod base;
mod broad;
mod caller;
mod case;
mod citizen;
mod context;
mod denials;
mod disclosure;
mod document;
mod old_data;
mod outside;
mod overseers;
mod parts;
mod register_access;
mod reports;
mod storing;
mod supervision;
mod turvakielto;
mod wills;

use std::collections::BTreeSet;

use varanto_rules::{Action, Facts, Refusal, Rule, decide};

use crate::base::Base;

/// One way to break base cases, and what then refuses, in the order in which it is told.
struct Break {
    /// What is broken, for people.
    what: &'static str,
    bases: &'static [Base],
    change: fn(&mut Facts),
    refusals: &'static [(Rule, Refusal)],
}

const TABLES: &[&[Break]] = &[
    broad::AUTHORITIES,
    broad::PASSED,
    broad::KEPT_BACK,
    caller::JOINING,
    caller::UNITS,
    caller::LISTINGS,
    caller::ROLES,
    caller::AUTHENTICATION,
    case::CASES,
    case::JOINT_CASES,
    case::CLOSED_CASES,
    context::CONTEXTS,
    context::OTHERS_REGISTERS,
    disclosure::DECLARED,
    disclosure::JOINT_DOCUMENTS,
    disclosure::DOCUMENTS,
    disclosure::READERS,
    document::OPENING,
    document::SIGNATURES,
    document::RIGHT_TO_PRACTISE,
    document::AUTHORSHIP,
    outside::ROLES,
    outside::DOCUMENTS,
    old_data::KINDS,
    old_data::IMPORTERS,
    overseers::ARCHIVISTS,
    overseers::PRIVACY_OFFICERS,
    register_access::MISSING,
    register_access::SUSPENDED,
    register_access::ENDED,
    register_access::REOPENED,
    reports::REPORTS,
    storing::REGISTERS,
    storing::WIDE_ACCESS,
    supervision::PURPOSES,
    supervision::REGISTERS,
    supervision::LOOKED_AT_BY_NONE,
    wills::WILLS,
    wills::MINORS,
    wills::JOINT_CONTROL,
    wills::LOOKING,
];

fn refusals(facts: &Facts) -> Vec<(Rule, Refusal)> {
    decide(facts).refusals().collect()
}

/// Breaks each base case of a table and looks at what refuses.
fn hold(table: &[Break]) {
    for case in table {
        for base in case.bases {
            let mut facts = base.facts();
            (case.change)(&mut facts);
            assert_eq!(refusals(&facts), case.refusals, "{base:?}: {}", case.what);
        }
    }
}

fn breaks() -> impl Iterator<Item = &'static Break> {
    TABLES.iter().copied().flatten()
}

/// Every rule that refuses, the citizen's side with it, with its refusal.
fn pairs() -> BTreeSet<(Rule, Refusal)> {
    breaks().flat_map(|b| b.refusals).copied().chain(citizen::pairs()).collect()
}

#[test]
fn a_base_case_of_every_act_is_permitted() {
    for base in Base::ALL {
        assert_eq!(refusals(&base.facts()), [], "{base:?}");
    }
}

#[test]
fn every_break_changes_a_fact() {
    for case in breaks() {
        for base in case.bases {
            let mut facts = base.facts();
            (case.change)(&mut facts);
            assert_ne!(facts, base.facts(), "{base:?}: {}", case.what);
        }
    }
}

#[test]
fn every_refusal_is_in_the_matrix() {
    let told: BTreeSet<Refusal> = pairs().into_iter().map(|(_, refusal)| refusal).collect();
    assert_eq!(told, BTreeSet::from(Refusal::ALL));
}

/// R6 says what a denial does not cut, R7 masks, and L1 is the store's: they have no refusal here.
#[test]
fn every_rule_is_in_the_matrix_and_refuses_as_it_says() {
    let pairs = pairs();
    let stated: BTreeSet<_> = Refusal::ALL
        .into_iter()
        .flat_map(|refusal| refusal.rules().iter().map(move |rule| (*rule, refusal)))
        .collect();
    assert_eq!(pairs, stated);
    let refusing: BTreeSet<Rule> = pairs.into_iter().map(|(rule, _)| rule).collect();
    let others: Vec<Rule> = Rule::ALL.into_iter().filter(|r| !refusing.contains(r)).collect();
    assert_eq!(others, [Rule::R6, Rule::R7, Rule::L1]);
}

/// REQ LOG-01: what the log keeps of a decision.
#[test]
fn the_rules_that_decided_are_named_once_each() {
    let ids = |base: Base| decide(&base.facts()).rule_ids();
    let store = ids(Base::Own(Action::Store));
    assert_eq!(store, ["S1", "S2", "S3", "S4", "W1", "W3", "W4", "W8"]);
    let under_a_right = ids(Base::Right(Action::Store));
    assert_eq!(under_a_right, ["S1", "S2", "S3", "S4", "W2", "R8", "W3", "W4", "W8"]);
    let imported = ids(Base::Archive(Action::Import));
    assert_eq!(imported, ["S1", "S2", "S3", "A1", "W1", "S4", "W3", "W9", "W4"]);
    assert_eq!(ids(Base::Own(Action::Read)), ["S1", "S2", "S3", "S4", "R1"]);
    assert_eq!(ids(Base::Right(Action::Read)), ["S1", "S2", "S3", "S4", "R3", "R2", "R8"]);
    let disclosed = ids(Base::Disclosure(Action::Read));
    assert_eq!(disclosed, ["S1", "S2", "S3", "S4", "R3", "R4"]);
    let broad = ids(Base::Broad(Action::Search));
    assert_eq!(broad, ["S1", "S2", "S3", "S4", "R3", "R5"]);
    let mut facts = Base::Own(Action::Store).facts();
    facts.professional.listing = None;
    facts.professional.unit_of_organisation = None;
    assert_eq!(decide(&facts).rule_ids(), ["S2"], "the one that is told");
}
