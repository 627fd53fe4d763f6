//! In whose register the act happens, and by what right: W1, W2, W5, R1, R2, R8, A1 and the masking
//! that R7 demands (REG-01, REG-02). A denial of the client's has no word here (R6).

use jiff::Timestamp;
use varanto_model::Group;

use super::caller::{is_accepted, role};
use super::disclosure;
use crate::{
    AccessState, Action, Basis, ControllerFacts, Decision, DocumentFacts, Facts, Masking, Purpose,
    Refusal, RegisterAccess, Rule,
};

pub(super) fn check(facts: &Facts, decision: &mut Decision) {
    match facts.action {
        Action::Store | Action::StoreVersion => store(facts, decision),
        Action::Annul => annul(facts, decision),
        Action::Read if facts.document.is_none() => {} // there is nothing to have a right to
        Action::Search | Action::Read | Action::Summarise => match facts.basis {
            Basis::Own => use_own(facts, decision),
            Basis::RegisterAccess => use_anothers(facts, decision),
            Basis::Disclosure | Basis::Broad => disclosure::read(facts, decision),
        },
        Action::ReadLog | Action::Supervise => {
            let own = is_own(facts) || is_without_register(facts);
            decision.apply(Rule::A2, own, Refusal::NotOfOwnRegister);
        }
        Action::AnswerLogRequest | Action::HandleBreach => {
            decision.apply(Rule::A2, is_own(facts), Refusal::NotOfOwnRegister);
        }
        Action::Import
        | Action::ImportVersion
        | Action::ManageAccess
        | Action::ManageRecipients => {
            decision.apply(Rule::W1, is_own(facts), Refusal::NotTheController);
        }
        Action::DiscloseOutside => disclose_outside(facts, decision),
        Action::JoinClient | Action::ReadWills => {
            decision.apply(Rule::W1, is_own(facts), Refusal::NotTheController);
            context(facts, decision);
        }
        Action::ReadAccess if facts.basis == Basis::Own => {
            decision.apply(Rule::W1, is_own(facts), Refusal::NotTheController);
            if !role(facts).oversees {
                of_a_client(facts, decision);
            }
        }
        Action::ReadAccess
        | Action::ReportAccess
        | Action::ReadUsers
        | Action::PassOn
        | Action::ReportBreach => {}
    }
    if facts.purpose == Purpose::Archive {
        let seen = facts.document.as_ref().is_none_or(|d| !d.group.is_will());
        decision.apply(Rule::A1, seen, Refusal::HiddenFromArchivist);
    }
}

/// What must be masked in a document that is read on these facts (rule R7). Whoever wrote a document
/// sees it as it was written, unless somebody else has written into it since; what goes to somebody
/// outside is masked whoever wrote it.
pub(super) fn masking(facts: &Facts) -> Masking {
    let wrote =
        |d: &DocumentFacts| d.author_organisation == facts.system.organisation && !d.others_wrote;
    let leaves_the_controller = match facts.action {
        Action::Read | Action::Summarise => facts.basis != Basis::Own,
        Action::DiscloseOutside => true,
        _ => false,
    };
    let is_read_by_writer =
        facts.action != Action::DiscloseOutside && facts.document.as_ref().is_some_and(wrote);
    if leaves_the_controller
        && !is_read_by_writer
        && facts.clients.iter().any(|client| client.turvakielto)
    {
        Masking::ContactData
    } else {
        Masking::None
    }
}

fn store(facts: &Facts, decision: &mut Decision) {
    let Some(document) = &facts.document else {
        return decision.apply(Rule::W1, is_own(facts), Refusal::NotTheController);
    };
    let controls = is_control(document.group);
    if is_own(facts) {
        decision.apply(Rule::W1, true, Refusal::NotTheController);
        if controls {
            decision.apply(Rule::W5, true, Refusal::NotTheOrganiser);
        }
        // Whoever may act for a client sees and declares all that the client may.
        if document.group == Group::Representation {
            context(facts, decision);
        }
    } else if is_joint_will(facts) {
        decision.apply(Rule::W1, true, Refusal::NotTheController);
        context(facts, decision);
    } else if facts.controller.is_none() || (document.case.is_none() && !controls) {
        decision.apply(Rule::W1, false, Refusal::NotTheController);
    } else if controls {
        decision.apply(Rule::W5, has_wide_access(facts, document), Refusal::NotTheOrganiser);
    } else {
        store_into_anothers(facts, decision);
    }
}

fn store_into_anothers(facts: &Facts, decision: &mut Decision) {
    let corrects = facts.action == Action::StoreVersion;
    let state = best_right(facts).map(|(state, _)| state);
    let found = !matches!(state, None | Some(AccessState::Coming));
    decision.apply(Rule::W2, found, Refusal::RegisterAccessMissing);
    let suspended = matches!(state, Some(AccessState::Suspended { .. }));
    decision.apply(Rule::W2, !suspended, Refusal::RegisterAccessSuspended);
    decision.apply(Rule::R8, !has_ended(state, corrects), Refusal::RegisterAccessEnded);
}

/// An annulment in the own register, or of what was written under a right.
fn annul(facts: &Facts, decision: &mut Decision) {
    let Some(document) = &facts.document else {
        return decision.apply(Rule::W1, is_own(facts), Refusal::NotOfOwnRegister);
    };
    if is_own(facts) {
        decision.apply(Rule::W1, true, Refusal::NotOfOwnRegister);
    } else if is_control(document.group) {
        let wrote = document.author_organisation == facts.system.organisation;
        let held = wrote && is_accepted(facts) && has_wide_access(facts, document);
        decision.apply(Rule::W5, held, Refusal::NotUnderRegisterAccess);
    } else {
        of_right(facts, document, decision);
    }
}

/// Use of the own register: within the context, or for a special reason (AC-01). The archivist's
/// work has no client and so no context.
fn use_own(facts: &Facts, decision: &mut Decision) {
    decision.apply(Rule::R1, is_own(facts), Refusal::NotOfOwnRegister);
    if facts.purpose == Purpose::ClientWork {
        context(facts, decision);
    }
}

/// Who does not oversee looks at the rights of one client, within the context or for a special reason,
/// and never at everybody's.
fn of_a_client(facts: &Facts, decision: &mut Decision) {
    if facts.clients.is_empty() {
        decision.apply(Rule::R1, false, Refusal::SpecialReasonRequired);
    } else {
        context(facts, decision);
    }
}

/// Documents go to somebody outside from the own register alone, and never what steers it for others:
/// what clients have declared, or what is annulled.
fn disclose_outside(facts: &Facts, decision: &mut Decision) {
    match &facts.document {
        None => decision.apply(Rule::W1, is_own(facts), Refusal::NotTheController),
        Some(document) => {
            decision.apply(Rule::R1, is_own(facts), Refusal::NotOfOwnRegister);
            let leaves = !document.annulled && !document.group.is_will();
            decision.apply(Rule::R4, leaves, Refusal::NothingToDisclose);
        }
    }
    context(facts, decision);
}

fn context(facts: &Facts, decision: &mut Decision) {
    decision.apply(Rule::R1, has_context(facts), Refusal::SpecialReasonRequired);
}

/// Is somebody of the clients a client of the professional's unit today, or is a special reason given?
pub(super) fn has_context(facts: &Facts) -> bool {
    let unit = &facts.professional.unit;
    let is_of_unit = facts
        .clients
        .iter()
        .flat_map(|client| &client.context)
        .any(|context| context.unit == *unit && context.spell.holds(facts.now, facts.today));
    is_of_unit || facts.special_reason.is_some()
}

fn use_anothers(facts: &Facts, decision: &mut Decision) {
    if let Some(document) = &facts.document {
        return of_right(facts, document, decision);
    }
    let state = best_right(facts).map(|(state, _)| state);
    let found = takes_part(facts) && !matches!(state, None | Some(AccessState::Coming));
    decision.apply(Rule::R2, found, Refusal::RegisterAccessMissing);
    let suspended = matches!(state, Some(AccessState::Suspended { .. }));
    decision.apply(Rule::R2, !suspended, Refusal::RegisterAccessSuspended);
    decision.apply(Rule::R8, !has_ended(state, false), Refusal::RegisterAccessEnded);
}

/// A stored document that is read or annulled under a right. That the right is suspended or has
/// ended is told only of documents that could have been seen under it.
fn of_right(facts: &Facts, document: &DocumentFacts, decision: &mut Decision) {
    let wrote = document.author_organisation == facts.system.organisation;
    let sought = facts.sought_case.as_ref().is_none_or(|case| document.case.as_ref() == Some(case));
    let kept_by_unit = is_control(document.group) && wrote && has_wide_access(facts, document);
    if sought && kept_by_unit && takes_part(facts) {
        return decision.apply(Rule::R2, true, Refusal::NotUnderRegisterAccess);
    }
    let right = best_right(facts);
    let state = right.map(|(state, _)| state);
    let stored_before =
        |end| wrote || matches!((document.stored_at, end), (Some(at), Some(end)) if at < end);
    let seen = right.is_some_and(|(state, end)| match state {
        AccessState::Coming => false,
        AccessState::Open | AccessState::Closing { .. } => true,
        AccessState::Suspended { .. }
        | AccessState::Reopened { .. }
        | AccessState::Closed { .. } => stored_before(end),
    });
    let held = sought && seen && takes_part(facts);
    decision.apply(Rule::R2, held, Refusal::NotUnderRegisterAccess);
    let suspended = matches!(state, Some(AccessState::Suspended { .. }));
    decision.apply(Rule::R2, !suspended, Refusal::RegisterAccessSuspended);
    decision.apply(Rule::R8, !has_ended(state, wrote), Refusal::RegisterAccessEnded);
}

/// Is it a new version of a will that another controller has recorded? All controllers answer for wills
/// together, so that a client can withdraw with any of them (DIS-09).
pub(super) fn is_joint_will(facts: &Facts) -> bool {
    let is_will = facts.document.as_ref().is_some_and(|document| document.group.is_will());
    let controls = facts.system.controller.is_some();
    facts.action == Action::StoreVersion && is_will && controls && !is_own(facts)
}

/// Is it another's register, whose controller accepts the model of the caller's organisation?
fn takes_part(facts: &Facts) -> bool {
    !is_own(facts) && is_accepted(facts)
}

/// The own register is that of the controller whose organiser is the system's organisation.
pub(super) fn is_own(facts: &Facts) -> bool {
    facts.controller.as_ref().is_some_and(|controller| {
        let own = controller.organiser == facts.system.organisation;
        own && facts.document.as_ref().is_none_or(|d| d.controller == controller.oid)
    })
}

/// Does the act concern an organisation that has no register? Such a one has the log of what its staff did.
/// A controller that is not known is nobody's own.
const fn is_without_register(facts: &Facts) -> bool {
    facts.controller.is_none() && facts.system.controller.is_none()
}

/// The documents that steer the register: only who answers for it opens them.
fn is_control(group: Group) -> bool {
    matches!(group, Group::Case | Group::Clientship)
}

fn has_wide_access(facts: &Facts, document: &DocumentFacts) -> bool {
    let of_unit = |controller: &ControllerFacts| {
        controller.wide_access.iter().any(|wide| {
            wide.unit == facts.professional.unit
                && wide.period.contains(facts.today)
                && document.service_task.as_ref().is_none_or(|t| wide.service_tasks.contains(t))
        })
    };
    facts.controller.as_ref().is_some_and(of_unit)
}

/// How the right of the professional's unit to the case of the document, or to the one that is
/// sought, stands, and from when on it reaches nothing. Of the clients' rights it is the one that
/// reaches furthest.
fn best_right(facts: &Facts) -> Option<(AccessState, Option<Timestamp>)> {
    let case = match &facts.document {
        Some(document) => document.case.as_ref(),
        None => facts.sought_case.as_ref(),
    }?;
    let closing = facts.controller.as_ref()?.closing_working_days;
    let of_unit =
        |right: &&RegisterAccess| right.case == *case && right.unit == facts.professional.unit;
    let rights = facts.clients.iter().flat_map(|client| &client.rights).filter(of_unit);
    let stands = |right: &RegisterAccess| {
        let state = right.state(facts.now, facts.today, closing);
        let end = match state {
            AccessState::Coming | AccessState::Open | AccessState::Closing { .. } => None,
            AccessState::Suspended { since } => Some(since),
            AccessState::Reopened { .. } | AccessState::Closed { .. } => {
                right.ended_at(facts.now, facts.today, closing)
            }
        };
        (state, end)
    };
    rights.map(stands).max_by_key(|(state, end)| (reach(*state), *end))
}

fn has_ended(state: Option<AccessState>, corrects: bool) -> bool {
    match state {
        Some(AccessState::Closed { .. }) => true,
        Some(AccessState::Reopened { .. }) => !corrects,
        _ => false,
    }
}

/// How far a right in this state reaches.
const fn reach(state: AccessState) -> u8 {
    match state {
        AccessState::Coming => 0,
        AccessState::Closed { .. } => 1,
        AccessState::Reopened { .. } => 2,
        AccessState::Suspended { .. } => 3,
        AccessState::Closing { .. } => 4,
        AccessState::Open => 5,
    }
}
