//! What an explanation tells: the rules and the facts, in words of the interface.
//!
//! Of a refused act it tells what the refusal itself tells, and not more: the rules up to the one that
//! refuses, the caller's own facts, and the controller's where the caller got as far as a register.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use varanto_model::{Code, Group, Language, Oid};
use varanto_rules::{
    Action, Applied, Basis, ClientFacts, ControllerFacts, Decision, Disclosed, Facts, Mask,
    Permission, Refusal, decide,
};

use crate::Error;
use crate::context::CallContext;

/// Why an act is permitted or refused (AC-06).
#[derive(Serialize)]
pub struct Explanation {
    permitted: bool,
    /// The slug of the problem that the act would be answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<&'static str>,
    rules: Vec<ExplainedRule>,
    facts: ToldFacts,
}

#[derive(Serialize)]
struct ExplainedRule {
    id: &'static str,
    text: Texts,
    ground: &'static str,
    held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<&'static str>,
}

#[derive(Serialize)]
struct Texts {
    fi: &'static str,
    sv: &'static str,
    en: &'static str,
}

impl ExplainedRule {
    fn new(applied: Applied) -> Self {
        let rule = applied.rule;
        let text = |language| rule.text(language);
        Self {
            id: rule.id(),
            text: Texts { fi: text(Language::Fi), sv: text(Language::Sv), en: text(Language::En) },
            ground: rule.ground(),
            held: applied.refusal.is_none(),
            refusal: applied.refusal.map(|refusal| {
                if refusal.hides_existence() { "document-not-found" } else { refusal.slug() }
            }),
        }
    }
}

#[derive(Serialize)]
struct ToldFacts {
    action: &'static str,
    basis: &'static str,
    purpose: &'static str,
    now: Timestamp,
    today: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_named: Option<Oid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    special_reason: Option<Code>,
    system: ToldSystem,
    professional: ToldProfessional,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller: Option<ToldController>,
    /// What the act is about; only where it is permitted.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    about: Option<Disclosed<ToldObject>>,
}

#[derive(Serialize)]
struct ToldSystem {
    organisation: Oid,
    joined: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'static str>,
}

#[derive(Serialize)]
struct ToldProfessional {
    unit: Oid,
    unit_valid: bool,
    listed: bool,
    outsider: bool,
    role: Code,
    authentication: &'static str,
}

#[derive(Serialize)]
struct ToldController {
    oid: Oid,
    #[serde(skip_serializing_if = "Option::is_none")]
    opens: Option<Date>,
    closing_working_days: u32,
}

#[derive(Serialize)]
struct ToldObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<ToldDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<ToldCase>,
    clients: ToldClients,
}

/// No part of it is contact data.
impl Mask for ToldObject {
    fn masked(self) -> Self {
        self
    }
}

#[derive(Serialize)]
struct ToldDocument {
    group: &'static str,
    generation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_task: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_process: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    type_code: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<Oid>,
    author_organisation: Oid,
}

#[derive(Serialize)]
struct ToldCase {
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_on: Option<Date>,
}

#[derive(Serialize)]
struct ToldClients {
    count: usize,
    each: Vec<ToldClient>,
}

#[derive(Serialize)]
struct ToldClient {
    context: Vec<ToldUnit>,
    rights: Vec<ToldRight>,
}

#[derive(Serialize)]
struct ToldUnit {
    unit: Oid,
    first_day: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct ToldRight {
    case: Oid,
    unit: Oid,
    state: &'static str,
}

impl Explanation {
    /// Tells how the act is decided on `facts`. `refusal` is what it would be refused with.
    pub(crate) fn new(context: &CallContext, facts: &Facts, refusal: Option<&Error>) -> Self {
        let decision = decide(facts);
        let permission = decision.outcome().ok().filter(|_| refusal.is_none());
        let first_refused = decision.applied().iter().position(|applied| applied.refusal.is_some());
        let told = first_refused.map_or(usize::MAX, |at| at + 1);
        Self {
            permitted: permission.is_some(),
            refusal: refusal.map(Error::slug),
            rules: decision.applied().iter().take(told).copied().map(ExplainedRule::new).collect(),
            facts: ToldFacts::new(context, facts, &decision, permission.as_ref()),
        }
    }
}

impl ToldFacts {
    fn new(
        context: &CallContext,
        facts: &Facts,
        decision: &Decision,
        permission: Option<&Permission>,
    ) -> Self {
        let professional = &facts.professional;
        let membership = facts.system.membership.as_ref();
        let listing =
            professional.listing.as_ref().filter(|listing| listing.period.contains(facts.today));
        let unit = professional.unit_of_organisation.as_ref();
        let controller = facts.controller.as_ref();
        Self {
            action: facts.action.as_str(),
            basis: facts.basis.as_str(),
            purpose: facts.purpose.as_str(),
            now: facts.now,
            today: facts.today,
            case_named: facts.sought_case.clone(),
            special_reason: facts.special_reason.clone(),
            system: ToldSystem {
                organisation: facts.system.organisation.clone(),
                joined: membership.is_some_and(|m| m.period.contains(facts.today)),
                model: membership.map(|m| m.model.as_str()),
            },
            professional: ToldProfessional {
                unit: professional.unit.clone(),
                unit_valid: unit.is_some_and(|period| period.contains(facts.today)),
                listed: listing.is_some(),
                outsider: listing.is_some_and(|listing| listing.outsider),
                role: context.actor.role.clone(),
                authentication: professional.authentication.as_str(),
            },
            controller: controller.filter(|c| is_told(c, facts, decision)).map(|c| {
                ToldController {
                    oid: c.oid.clone(),
                    opens: c.opens,
                    closing_working_days: c.closing_working_days,
                }
            }),
            about: permission.map(|permission| permission.disclose(ToldObject::new(facts))),
        }
    }
}

/// Does the caller know whose register it is: as the own one, as the one named, or because the refusal
/// itself tells of it?
fn is_told(controller: &ControllerFacts, facts: &Facts, decision: &Decision) -> bool {
    let of_register = |refusal| {
        matches!(
            refusal,
            Refusal::RegisterAccessSuspended
                | Refusal::RegisterAccessEnded
                | Refusal::ServiceTaskNotPermitted
                | Refusal::NotTheAuthor
        )
    };
    controller.organiser == facts.system.organisation
        || facts.action.stores()
        || decision.outcome().err().is_none_or(of_register)
}

impl ToldObject {
    fn new(facts: &Facts) -> Self {
        Self {
            document: facts.document.as_ref().map(|document| ToldDocument {
                group: document.group.as_str(),
                generation: document.generation.as_str(),
                service_task: document.service_task.clone(),
                service_process: document.service_process.clone(),
                type_code: document.type_code.clone(),
                case: document.case.clone(),
                author_organisation: document.author_organisation.clone(),
            }),
            case: facts.case.as_ref().map(|case| ToldCase { closed_on: case.closed }),
            clients: told_clients(facts),
        }
    }
}

/// Of one who is sought it is not told whether there is a file: another controller may have opened it.
fn told_clients(facts: &Facts) -> ToldClients {
    let mut each: Vec<_> = facts.clients.iter().map(|client| told_client(facts, client)).collect();
    if each.is_empty() && facts.action == Action::Search {
        each.push(ToldClient { context: Vec::new(), rights: Vec::new() });
    }
    ToldClients { count: each.len(), each }
}

/// What the clientship documents say: whole to one who may read them under this decision, and else as
/// far as the caller's own unit is concerned.
fn told_client(facts: &Facts, client: &ClientFacts) -> ToldClient {
    let own = &facts.professional.unit;
    let reads = matches!(facts.action, Action::Read | Action::Search) && facts.basis == Basis::Own;
    let of_role = facts
        .professional
        .role
        .as_ref()
        .is_some_and(|role| role.reads.contains(&Group::Clientship));
    let is_told = |unit: &Oid| (reads && of_role) || unit == own;
    let closing = facts.controller.as_ref().map_or(0, |c| c.closing_working_days);
    let context = client.context.iter().filter(|context| is_told(&context.unit));
    let rights = client.rights.iter().filter(|right| is_told(&right.unit));
    ToldClient {
        context: context
            .map(|context| ToldUnit {
                unit: context.unit.clone(),
                first_day: context.spell.first,
                last_day: context.spell.last,
                withdrawn_at: context.spell.withdrawn_at,
            })
            .collect(),
        rights: rights
            .map(|right| ToldRight {
                case: right.case.clone(),
                unit: right.unit.clone(),
                state: right.state(facts.now, facts.today, closing).as_str(),
            })
            .collect(),
    }
}
