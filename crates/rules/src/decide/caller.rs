//! Rules about the caller alone: S1, S2, S3, R3, what R4 and R5 ask of the caller, and whether the role
//! has the purpose.

use std::borrow::Cow;

use super::{disclosure, register};
use crate::{Action, Basis, Decision, Facts, Purpose, Refusal, Role, Rule};

pub(super) fn check(facts: &Facts, decision: &mut Decision) {
    system(facts, decision);
    professional(facts, decision);
    purpose(facts, decision);
    if fetches_anothers(facts) {
        let strong = facts.professional.authentication.is_strong();
        decision.apply(Rule::R3, strong, Refusal::StrongAuthenticationRequired);
    }
    if facts.action.shows_documents() {
        disclosure::caller(facts, decision);
    }
}

/// That another's controller does not accept the model is told only where the caller names the
/// controller; of what is stored there, rule R2 keeps it silent. What is disclosed, wills, which are in
/// joint control, and reports of breaches, which have to reach their controller, are independent of models.
fn system(facts: &Facts, decision: &mut Decision) {
    let reads = facts.action.shows_documents();
    let of_anothers = (reads || facts.action == Action::Annul) && !register::is_own(facts);
    let is_silent = of_anothers
        || (reads && facts.basis.discloses())
        || register::is_joint_will(facts)
        || facts.action == Action::ReportBreach;
    let is_member =
        facts.system.membership.as_ref().is_some_and(|m| m.period.contains(facts.today));
    let joined = is_member && (is_silent || is_accepted(facts));
    decision.apply(Rule::S1, joined, Refusal::NotJoined);
}

/// Does the controller, where there is one, accept the model of the caller's organisation, where that
/// is a member today?
pub(super) fn is_accepted(facts: &Facts) -> bool {
    let membership = facts.system.membership.as_ref();
    let model = membership.filter(|m| m.period.contains(facts.today)).map(|m| m.model);
    let accepts = facts.controller.as_ref().map(|controller| &controller.accepts);
    accepts.zip(model).is_none_or(|(models, model)| models.contains(&model))
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
        Purpose::ClientWork | Purpose::Will => Rule::S4,
        Purpose::Archive => Rule::A1,
        Purpose::Supervision => Rule::A2,
    };
    let role = role(facts);
    let fits = match facts.action {
        Action::Store
        | Action::StoreVersion
        | Action::ManageAccess
        | Action::ReportAccess
        | Action::JoinClient
        | Action::Summarise
        | Action::ManageRecipients
        | Action::DiscloseOutside
        | Action::PassOn => facts.purpose == Purpose::ClientWork,
        // A task of the archive, whoever wrote the documents.
        Action::Import | Action::ImportVersion => facts.purpose == Purpose::Archive,
        Action::Annul => matches!(facts.purpose, Purpose::ClientWork | Purpose::Archive),
        Action::Search | Action::Read => match facts.purpose {
            Purpose::ClientWork => true,
            Purpose::Archive => facts.basis == Basis::Own,
            Purpose::Supervision | Purpose::Will => false,
        },
        Action::ReadAccess => match facts.basis {
            Basis::Own => matches!(facts.purpose, Purpose::ClientWork | Purpose::Supervision),
            Basis::RegisterAccess => facts.purpose == Purpose::ClientWork,
            Basis::Disclosure | Basis::Broad => false,
        },
        Action::ReadWills => matches!(facts.purpose, Purpose::ClientWork | Purpose::Will),
        Action::ReadLog | Action::Supervise | Action::AnswerLogRequest | Action::HandleBreach => {
            facts.purpose == Purpose::Supervision
        }
        // Whoever notices a breach tells of it, whatever they were doing.
        Action::ReportBreach => true,
        Action::ReadUsers => role.oversees,
    };
    let has_it = role.purposes.contains(&facts.purpose);
    decision.apply(rule, has_it && fits, Refusal::PurposeNotPermitted);
}

/// Are data asked for that another controller's register holds?
fn fetches_anothers(facts: &Facts) -> bool {
    match facts.basis {
        Basis::Own => false,
        Basis::RegisterAccess => {
            facts.action.shows_documents() || facts.action == Action::ReadAccess
        }
        Basis::Disclosure | Basis::Broad => facts.action.shows_documents(),
    }
}

/// An unknown role may do nothing.
pub(super) fn role(facts: &Facts) -> Cow<'_, Role> {
    match &facts.professional.role {
        Some(role) => Cow::Borrowed(role),
        None => Cow::Owned(Role::default()),
    }
}
