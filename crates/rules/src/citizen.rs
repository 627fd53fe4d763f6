//! The citizen's side: what clients see of their own, what others see and do on their behalf (rules C1, C2,
//! W7).
//!
//! The citizen speaks through a service for citizens that has joined and has authenticated whoever acts.
//! That somebody may act for another follows from a signed representation document, looked at on each use.

use std::sync::Arc;

use jiff::civil::Date;
use varanto_model::{CitizenView, Code, Generation, Group, GuardianView};

use crate::{Decision, Masking, Refusal, Restrictions, Rule, System, WillFacts};

/// What somebody wants to do on the citizen's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CitizenAction {
    /// See one document.
    Read,
    /// See what there is: documents, cases, services, wills, and who has received data.
    Search,
    /// Declare something: acknowledge the informing, give or withdraw a permit, set or cancel denials.
    Declare(Group),
}

/// Who acts for the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acting {
    /// The client.
    Self_,
    /// Somebody else, in these roles, each valid today by a document that stands.
    OnBehalf(Vec<Representing>),
}

/// In what role somebody acts for another; code set 1284.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Representing {
    /// 31: has the custody of a minor.
    Guardian,
    /// 32: a legal guardian (edunvalvoja).
    Trustee,
    /// 33: by a continuing power of attorney.
    ContinuingPower,
    /// 34: by a mandate.
    Mandate,
}

impl Representing {
    /// The role of a code of the set 1284.
    pub fn of_code(code: &Code) -> Option<Self> {
        match code.as_str() {
            "31" => Some(Self::Guardian),
            "32" => Some(Self::Trustee),
            "33" => Some(Self::ContinuingPower),
            "34" => Some(Self::Mandate),
            _ => None,
        }
    }
}

/// A document that may be shown to a citizen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitizenDocument {
    /// Is whoever is the client one of its clients?
    pub is_clients: bool,
    /// Its group.
    pub group: Group,
    /// Its generation.
    pub generation: Generation,
    /// Its document type, if it has one.
    pub type_code: Option<Code>,
    /// Is it annulled?
    pub annulled: bool,
    /// Is its newest version meant?
    pub is_newest: bool,
    /// How it is shown to the client.
    pub citizen_view: CitizenView,
    /// How it is shown to a minor's guardian.
    pub guardian_view: GuardianView,
}

/// All facts of one act on the citizen's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitizenFacts {
    /// What is wanted.
    pub action: CitizenAction,
    /// The day, in Europe/Helsinki.
    pub today: Date,
    /// The service for citizens that speaks.
    pub system: System,
    /// Who acts.
    pub acting: Acting,
    /// Is the client under 18 years today?
    pub is_minor: bool,
    /// What the client has declared.
    pub will: WillFacts,
    /// The document, where the act is about one that there is.
    pub document: Option<CitizenDocument>,
    /// The types of documents that are kept back.
    pub restrictions: Arc<Restrictions>,
}

/// Decides one act on the citizen's side.
pub fn decide_citizen(facts: &CitizenFacts) -> Decision {
    let mut decision = Decision::new(Masking::None);
    let is_member =
        facts.system.membership.as_ref().is_some_and(|m| m.period.contains(facts.today));
    decision.apply(Rule::S1, is_member, Refusal::NotJoined);
    if matches!(facts.acting, Acting::OnBehalf(_)) {
        decision.apply(Rule::C2, roles(facts).next().is_some(), Refusal::NotARepresentative);
    }
    match facts.action {
        CitizenAction::Declare(group) => declare(facts, group, &mut decision),
        CitizenAction::Read | CitizenAction::Search => {
            if let Some(document) = &facts.document {
                decision.apply(Rule::C1, is_shown(facts, document), Refusal::NotShown);
                if matches!(facts.acting, Acting::OnBehalf(_)) {
                    let shown = is_shown_on_behalf(facts, document);
                    decision.apply(Rule::C2, shown, Refusal::NotShown);
                }
            }
        }
    }
    decision
}

/// The roles that count today: a guardian's, as long as the client is a minor; the others always.
fn roles(facts: &CitizenFacts) -> impl Iterator<Item = Representing> {
    let roles = match &facts.acting {
        Acting::Self_ => &[][..],
        Acting::OnBehalf(roles) => roles.as_slice(),
    };
    let is_minor = facts.is_minor;
    roles.iter().copied().filter(move |role| is_minor || *role != Representing::Guardian)
}

fn is_shown(facts: &CitizenFacts, document: &CitizenDocument) -> bool {
    let is_restricted = |code| facts.restrictions.not_shown_to_citizen.contains(code);
    let is_released = match document.citizen_view {
        CitizenView::Shown => true,
        CitizenView::Delayed { release_on } => release_on <= facts.today,
        CitizenView::Hidden { .. } => false,
    };
    document.is_clients
        && document.is_newest
        && !document.annulled
        && document.generation == Generation::Phase2
        && !document.type_code.as_ref().is_some_and(is_restricted)
        && is_released
}

/// A minor's document is shown to others only where a professional has allowed it; an adult's, where
/// nobody has denied it.
fn is_shown_on_behalf(facts: &CitizenFacts, document: &CitizenDocument) -> bool {
    match document.guardian_view {
        GuardianView::Allowed => true,
        GuardianView::Denied => false,
        GuardianView::Unknown => !facts.is_minor,
    }
}

/// Informing, permits and denials are declared here; representations are recorded by professionals.
fn declare(facts: &CitizenFacts, group: Group, decision: &mut Decision) {
    let is_declared = matches!(group, Group::Informing | Group::Permit | Group::Denial);
    decision.apply(Rule::S4, is_declared, Refusal::ServiceTaskNotPermitted);
    if matches!(group, Group::Permit | Group::Denial) {
        decision.apply(Rule::W7, facts.will.informed, Refusal::NotInformed);
    }
    if facts.is_minor {
        match facts.acting {
            Acting::Self_ => decision.apply(Rule::W7, false, Refusal::CapacityNotAssessed),
            Acting::OnBehalf(_) => {
                let held = group != Group::Denial;
                decision.apply(Rule::W7, held, Refusal::DenialByGuardian);
            }
        }
    }
}
