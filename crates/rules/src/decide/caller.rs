//! Rules about the caller alone: S1, S2, S3, R3, and whether the role has the purpose.

use std::borrow::Cow;

use crate::{Action, Basis, Decision, Facts, Purpose, Refusal, Role, Rule};

pub(super) fn check(facts: &Facts, decision: &mut Decision) {
    system(facts, decision);
    professional(facts, decision);
    purpose(facts, decision);
    if under_register_access(facts) {
        let strong = facts.professional.authentication.is_strong();
        decision.apply(Rule::R3, strong, Refusal::StrongAuthenticationRequired);
    }
}

fn system(facts: &Facts, decision: &mut Decision) {
    let joined = facts.system.membership.as_ref().is_some_and(|membership| {
        let accepted =
            facts.controller.as_ref().is_none_or(|c| c.accepts.contains(&membership.model));
        membership.period.contains(facts.today) && accepted
    });
    decision.apply(Rule::S1, joined, Refusal::NotJoined);
}

fn professional(facts: &Facts, decision: &mut Decision) {
    let professional = &facts.professional;
    let unit = professional.unit_of_organisation.as_ref().is_some_and(|p| p.contains(facts.today));
    decision.apply(Rule::S2, unit, Refusal::UnitUnknown);
    let listing = professional.listing.as_ref().filter(|l| l.period.contains(facts.today));
    decision.apply(Rule::S3, listing.is_some(), Refusal::UserUnknown);
    decision.apply(Rule::S3, listing.is_none_or(|l| !l.outsider), Refusal::Outsider);
}

fn purpose(facts: &Facts, decision: &mut Decision) {
    let rule = match facts.purpose {
        Purpose::ClientWork => Rule::S4,
        Purpose::Archive => Rule::A1,
        Purpose::Supervision => Rule::A2,
    };
    let role = role(facts);
    let fits = match facts.action {
        Action::Store
        | Action::StoreVersion
        | Action::ManageAccess
        | Action::ReportAccess
        | Action::JoinClient => facts.purpose == Purpose::ClientWork,
        Action::Annul => facts.purpose != Purpose::Supervision,
        Action::Search | Action::Read => match facts.purpose {
            Purpose::ClientWork => true,
            Purpose::Archive => facts.basis == Basis::Own,
            Purpose::Supervision => false,
        },
        Action::ReadAccess => match facts.basis {
            Basis::Own => facts.purpose != Purpose::Archive,
            Basis::RegisterAccess => facts.purpose == Purpose::ClientWork,
        },
        Action::ReadLog => facts.purpose == Purpose::Supervision,
        Action::ReadUsers => role.oversees,
    };
    let has_it = role.purposes.contains(&facts.purpose);
    decision.apply(rule, has_it && fits, Refusal::PurposeNotPermitted);
}

/// Are data asked for that another controller's register holds?
fn under_register_access(facts: &Facts) -> bool {
    let reads = matches!(facts.action, Action::Search | Action::Read | Action::ReadAccess);
    reads && facts.basis == Basis::RegisterAccess
}

/// An unknown role may do nothing.
pub(super) fn role(facts: &Facts) -> Cow<'_, Role> {
    match &facts.professional.role {
        Some(role) => Cow::Borrowed(role),
        None => Cow::Owned(Role::default()),
    }
}
