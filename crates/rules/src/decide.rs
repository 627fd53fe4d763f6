//! The decision: every rule that applies to an act, looked at in turn.

use std::borrow::Cow;

use crate::{Action, Decision, DocumentFacts, Facts, Purpose, Refusal, Role, Rule};

/// Decides one act on its facts.
///
/// All rules that apply are looked at, whatever the others say. Rules about the caller come first,
/// then those that hide the document, then those about the document itself.
pub fn decide(facts: &Facts) -> Decision {
    let mut decision = Decision::new();
    system(facts, &mut decision);
    purpose(facts, &mut decision);
    register(facts, &mut decision);
    task(facts, &mut decision);
    if facts.action.writes() {
        writing(facts, &mut decision);
    }
    decision
}

fn system(facts: &Facts, decision: &mut Decision) {
    let joined = facts.system.membership.as_ref().is_some_and(|membership| {
        let accepted =
            facts.controller.as_ref().is_none_or(|c| c.accepts.contains(&membership.model));
        membership.period.contains(facts.today) && accepted
    });
    decision.apply(Rule::S1, joined, Refusal::NotJoined);
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
    let role_has_it = role(facts).purposes.contains(&facts.purpose);
    let fits = match facts.action {
        Action::Store | Action::StoreVersion => facts.purpose == Purpose::ClientWork,
        Action::Annul | Action::Search | Action::Read => facts.purpose != Purpose::Supervision,
        Action::ReadLog => facts.purpose == Purpose::Supervision,
    };
    decision.apply(rule, role_has_it && fits, Refusal::PurposeNotPermitted);
}

/// In whose register the act happens (REG-01, REG-02).
fn register(facts: &Facts, decision: &mut Decision) {
    let own = in_own_register(facts);
    match facts.action {
        Action::Store | Action::StoreVersion => {
            decision.apply(Rule::W1, own, Refusal::NotTheController);
        }
        Action::Annul | Action::Search | Action::Read | Action::ReadLog => {
            decision.apply(Rule::R1, own, Refusal::NotOfOwnRegister);
        }
    }
    if facts.purpose == Purpose::Archive {
        let seen = facts.document.as_ref().is_none_or(|d| !d.group.is_will());
        decision.apply(Rule::A1, seen, Refusal::HiddenFromArchivist);
    }
}

/// The own register is that of the controller whose organiser is the system's organisation. The
/// professional's unit belongs to that organisation by rule S2; the client's context joins here.
fn in_own_register(facts: &Facts) -> bool {
    facts.controller.as_ref().is_some_and(|controller| {
        let own = controller.organiser == facts.system.organisation;
        own && facts.document.as_ref().is_none_or(|d| d.controller == controller.oid)
    })
}

fn task(facts: &Facts, decision: &mut Decision) {
    let role = role(facts);
    let groups = if facts.action.writes() { &role.writes } else { &role.reads };
    let covered = match (facts.action, &facts.document) {
        (Action::ReadLog, _) => return,
        (_, Some(document)) => {
            groups.contains(&document.group) && role.covers_task(document.service_task.as_ref())
        }
        (_, None) => !groups.is_empty(),
    };
    decision.apply(Rule::S4, covered, Refusal::ServiceTaskNotPermitted);
}

fn writing(facts: &Facts, decision: &mut Decision) {
    let controller = facts.controller.as_ref();
    if matches!(facts.action, Action::Store | Action::StoreVersion) {
        let opened = controller.is_some_and(|c| c.opens.is_some_and(|day| day <= facts.today));
        decision.apply(Rule::W3, opened, Refusal::RegisterNotOpen);
        let demanded = controller
            .and_then(|c| c.professional_signatures_from)
            .is_some_and(|d| d <= facts.today);
        let signed = facts.document.as_ref().is_none_or(|d| {
            !d.asks_professional_signature
                || (d.has_professional_signature && facts.professional.card_shown)
        });
        if demanded {
            decision.apply(Rule::W8, signed, Refusal::SignatureMissing);
        }
    }
    if matches!(facts.action, Action::StoreVersion | Action::Annul) {
        let wrote = |d: &DocumentFacts| d.author_organisation == facts.system.organisation;
        let controls = controller.is_some_and(|c| c.organiser == facts.system.organisation);
        let held = controls || facts.document.as_ref().is_some_and(wrote);
        decision.apply(Rule::W6, held, Refusal::NotTheAuthor);
    }
}

/// An unknown role may do nothing.
fn role(facts: &Facts) -> std::borrow::Cow<'_, Role> {
    match &facts.professional.role {
        Some(role) => Cow::Borrowed(role),
        None => Cow::Owned(Role::default()),
    }
}
