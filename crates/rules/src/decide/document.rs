//! Rules about the document itself: S4, W3, W4, W6, W7, W8, W9.

use varanto_model::{Generation, Group, calendar};

use super::caller::role;
use super::register::is_joint_will;
use crate::{Action, Decision, DocumentFacts, Facts, Refusal, Rule};

pub(super) fn check(facts: &Facts, decision: &mut Decision) {
    task(facts, decision);
    if facts.action.stores() {
        opening(facts, decision);
        if let Some(document) = &facts.document {
            if facts.action.imports() {
                old_data(facts, document, decision);
            }
            case(facts, document, decision);
            if document.group.is_will() {
                will(facts, document, decision);
            }
        }
        // Who wrote old data has signed it where it was kept: the system that hands it over signs here.
        if !facts.action.imports() {
            signature(facts, decision);
        }
    }
    if facts.action.replaces() || facts.action == Action::Annul {
        authorship(facts, decision);
    }
}

/// What the role covers (AC-02).
fn task(facts: &Facts, decision: &mut Decision) {
    let role = role(facts);
    let groups = if facts.action.writes() { &role.writes } else { &role.reads };
    let covered = match (facts.action, &facts.document) {
        (
            Action::ReadLog
            | Action::Supervise
            | Action::AnswerLogRequest
            | Action::ReportBreach
            | Action::HandleBreach
            | Action::ReadUsers,
            _,
        ) => return,
        (Action::ManageAccess | Action::JoinClient, _) => role.writes.contains(&Group::Clientship),
        (Action::ReportAccess, _) => !role.writes.is_empty(),
        (Action::ReadWills, _) => role.reads.contains(&Group::Permit),
        (Action::ManageRecipients, _) => role.oversees,
        (Action::PassOn, _) => role.writes.contains(&Group::ClientDocument),
        (Action::DiscloseOutside, document) => {
            let is_covered =
                |d: &DocumentFacts| role.reads.contains(&d.group) && role.coverage.covers(d);
            role.writes.contains(&Group::DisclosureNotice)
                && document.as_ref().is_none_or(is_covered)
        }
        // Of a document that the role does not cover nothing is told, and no more of one that is not
        // there: see `disclosure::leaves`.
        (Action::Read | Action::Summarise, Some(_)) | (Action::Read, None)
            if facts.basis.discloses() =>
        {
            true
        }
        (_, Some(document)) => groups.contains(&document.group) && role.coverage.covers(document),
        (_, None) => !groups.is_empty() || (facts.action == Action::ReadAccess && role.oversees),
    };
    decision.apply(Rule::S4, covered, Refusal::ServiceTaskNotPermitted);
}

fn opening(facts: &Facts, decision: &mut Decision) {
    let opens = facts.controller.as_ref().and_then(|controller| controller.opens);
    let opened = opens.is_some_and(|day| day <= facts.today);
    decision.apply(Rule::W3, opened, Refusal::RegisterNotOpen);
}

/// What was written from the opening day on is stored as it is written, one by one (DOC-10). A case or a
/// clientship may be put into words later: old documents need it, and the old systems had none.
fn old_data(facts: &Facts, document: &DocumentFacts, decision: &mut Decision) {
    let opens = facts.controller.as_ref().and_then(|controller| controller.opens);
    let is_old = match document.group {
        Group::Case | Group::Clientship => true,
        Group::ClientDocument | Group::RecordEntry => {
            opens.is_some_and(|day| calendar::day_of(document.written_at) < day)
        }
        _ => false,
    };
    decision.apply(Rule::W9, is_old, Refusal::NotOldData);
}

/// Every client document but an old one belongs to a case (CASE-02); whatever names a case, fits it.
fn case(facts: &Facts, document: &DocumentFacts, decision: &mut Decision) {
    let asks = matches!(document.group, Group::ClientDocument | Group::RecordEntry)
        && document.generation != Generation::Old;
    let opens_it = matches!(document.group, Group::Case | Group::Clientship);
    if opens_it || (!asks && document.case.is_none()) {
        return;
    }
    // Which cases there are in the register of the one who recorded it is not told.
    if is_joint_will(facts) {
        return decision.apply(Rule::W4, false, Refusal::CaseMissing);
    }
    decision.apply(Rule::W4, facts.case.is_some(), Refusal::CaseMissing);
    let Some(case) = &facts.case else { return };
    let in_case = facts
        .clients
        .iter()
        .all(|client| client.stay.is_some_and(|stay| stay.contains(document.written_at)));
    decision.apply(Rule::W4, in_case, Refusal::CaseOfAnotherClient);
    if !facts.action.replaces() {
        let in_time = case.closed.is_none_or(|day| calendar::day_of(document.written_at) <= day);
        decision.apply(Rule::W4, in_time, Refusal::CaseClosed);
    }
}

/// Where the controller demands it, a structure that asks for a professional's signature has one, of
/// somebody who may practise (SIG-02, SIG-04, AC-05).
fn signature(facts: &Facts, decision: &mut Decision) {
    let controller = facts.controller.as_ref();
    let demanded = controller
        .and_then(|c| c.professional_signatures_from)
        .is_some_and(|day| day <= facts.today);
    let signed = facts.document.as_ref().is_none_or(|d| {
        !d.asks_professional_signature
            || (d.has_professional_signature && facts.professional.card_shown)
    });
    if demanded {
        decision.apply(Rule::W8, signed, Refusal::SignatureMissing);
    }
    if facts.document.as_ref().is_some_and(|d| d.has_professional_signature) {
        let entitled = facts.professional.right_to_practise.unwrap_or(true);
        decision.apply(Rule::W8, entitled, Refusal::AuthorNotEntitled);
    }
}

/// What a client declares: one person's, known by a real identity code; a permit or denial after the
/// informing; and no denial of a minor's by somebody else (DIS-01, DIS-03).
fn will(facts: &Facts, document: &DocumentFacts, decision: &mut Decision) {
    let [client] = facts.clients.as_slice() else {
        return decision.apply(Rule::W7, false, Refusal::HetuRequired);
    };
    decision.apply(Rule::W7, client.has_identity_code, Refusal::HetuRequired);
    if matches!(document.group, Group::Permit | Group::Denial) {
        decision.apply(Rule::W7, client.will.informed, Refusal::NotInformed);
    }
    if document.group == Group::Denial {
        let is_own = !(client.is_minor && document.by_representative);
        decision.apply(Rule::W7, is_own, Refusal::DenialByGuardian);
    }
}

fn authorship(facts: &Facts, decision: &mut Decision) {
    if is_joint_will(facts) {
        return decision.apply(Rule::W6, true, Refusal::NotTheAuthor);
    }
    let me = &facts.system.organisation;
    let controls = facts.controller.as_ref().is_some_and(|c| c.organiser == *me);
    let wrote = facts.document.as_ref().is_some_and(|d| d.author_organisation == *me);
    decision.apply(Rule::W6, controls || wrote, Refusal::NotTheAuthor);
}
