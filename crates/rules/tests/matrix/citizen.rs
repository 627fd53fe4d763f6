//! The citizen's side: rules C1, C2, and S1, S4 and W7 there.

mod declarations;
mod documents;
mod representatives;

use std::sync::Arc;

use varanto_model::{CitizenView, Generation, Group, GuardianView};
use varanto_rules::{
    Acting, CitizenAction, CitizenDocument, CitizenFacts, JoiningModel, Membership, Refusal,
    Representing, Restrictions, Rule, System, WillFacts, decide_citizen,
};

use crate::parts::{TODAY, always, code, coming, ended, ending, oid};
use CitizenAction::{Declare, Read, Search};
use Representing::{ContinuingPower, Guardian, Mandate, Trustee};

/// The organisation of the service for citizens.
const SERVICE: &str = "1.2.246.10.99990004.10.0";

/// A base case: who acts for whom.
#[derive(Clone, Copy, Debug)]
enum Side {
    /// An adult client.
    Client(CitizenAction),
    /// A minor client.
    Minor(CitizenAction),
    /// Somebody for a minor.
    ForMinor(Representing, CitizenAction),
    /// Somebody for an adult.
    ForAdult(Representing, CitizenAction),
}

const INFORMING: CitizenAction = Declare(Group::Informing);
const PERMIT: CitizenAction = Declare(Group::Permit);
const DENIAL: CitizenAction = Declare(Group::Denial);

const READING: &[Side] = &[
    Side::Client(Read),
    Side::Client(Search),
    Side::Minor(Read),
    Side::Minor(Search),
    Side::ForMinor(Guardian, Read),
    Side::ForMinor(Guardian, Search),
    Side::ForMinor(Trustee, Read),
    Side::ForAdult(Trustee, Read),
    Side::ForAdult(ContinuingPower, Read),
    Side::ForAdult(Mandate, Read),
    Side::ForAdult(Mandate, Search),
];

const DECLARING: &[Side] = &[
    Side::Client(INFORMING),
    Side::Client(PERMIT),
    Side::Client(DENIAL),
    Side::ForMinor(Guardian, INFORMING),
    Side::ForMinor(Guardian, PERMIT),
    Side::ForAdult(Trustee, INFORMING),
    Side::ForAdult(ContinuingPower, PERMIT),
    Side::ForAdult(Mandate, DENIAL),
];

const ON_BEHALF: &[Side] = &[
    Side::ForMinor(Guardian, Search),
    Side::ForMinor(Guardian, Read),
    Side::ForMinor(Guardian, INFORMING),
    Side::ForMinor(Guardian, PERMIT),
    Side::ForAdult(Trustee, Search),
    Side::ForAdult(ContinuingPower, Read),
    Side::ForAdult(Mandate, DENIAL),
];

impl Side {
    const fn action(self) -> CitizenAction {
        match self {
            Self::Client(action)
            | Self::Minor(action)
            | Self::ForMinor(_, action)
            | Self::ForAdult(_, action) => action,
        }
    }

    /// The facts of the base case: everything that any rule asks for is there.
    fn facts(self) -> CitizenFacts {
        CitizenFacts {
            action: self.action(),
            today: TODAY,
            system: System {
                organisation: oid(SERVICE),
                membership: Some(Membership { model: JoiningModel::Direct, period: always() }),
                controller: None,
                is_public: true,
            },
            acting: match self {
                Self::Client(_) | Self::Minor(_) => Acting::Self_,
                Self::ForMinor(role, _) | Self::ForAdult(role, _) => Acting::OnBehalf(vec![role]),
            },
            is_minor: matches!(self, Self::Minor(_) | Self::ForMinor(..)),
            will: WillFacts { informed: true, permit: None, denials: Vec::new() },
            document: (self.action() == Read).then(|| CitizenDocument {
                is_clients: true,
                group: Group::ClientDocument,
                generation: Generation::Phase2,
                type_code: Some(code("1000")),
                annulled: false,
                is_newest: true,
                citizen_view: CitizenView::Shown,
                guardian_view: GuardianView::Allowed,
            }),
            restrictions: Arc::new(Restrictions::builtin().unwrap()),
        }
    }
}

/// One way to break base cases, and what then refuses, in the order in which it is told.
struct Break {
    what: &'static str,
    sides: &'static [Side],
    change: fn(&mut CitizenFacts),
    refusals: &'static [(Rule, Refusal)],
}

const TABLES: &[&[Break]] = &[
    JOINING,
    documents::DOCUMENTS,
    representatives::REPRESENTATIVES,
    representatives::GUARDIANS_VIEW,
    declarations::DECLARATIONS,
];

fn refusals(facts: &CitizenFacts) -> Vec<(Rule, Refusal)> {
    decide_citizen(facts).refusals().collect()
}

fn hold(table: &[Break]) {
    for case in table {
        for side in case.sides {
            let mut facts = side.facts();
            (case.change)(&mut facts);
            assert_ne!(facts, side.facts(), "{side:?}: {}", case.what);
            assert_eq!(refusals(&facts), case.refusals, "{side:?}: {}", case.what);
        }
    }
}

/// Every rule that refuses on the citizen's side, with its refusal.
pub(crate) fn pairs() -> impl Iterator<Item = (Rule, Refusal)> {
    TABLES.iter().copied().flatten().flat_map(|case| case.refusals).copied()
}

fn document(facts: &mut CitizenFacts) -> &mut CitizenDocument {
    facts.document.as_mut().unwrap()
}

fn membership(facts: &mut CitizenFacts) -> &mut Membership {
    facts.system.membership.as_mut().unwrap()
}

#[test]
fn a_base_case_of_every_citizens_act_is_permitted() {
    for side in READING.iter().chain(DECLARING).chain(ON_BEHALF) {
        assert_eq!(refusals(&side.facts()), [], "{side:?}");
    }
}

const NOT_JOINED: &[(Rule, Refusal)] = &[(Rule::S1, Refusal::NotJoined)];

const JOINING: &[Break] = &[
    Break {
        what: "the service for citizens has not joined",
        sides: READING,
        change: |f| f.system.membership = None,
        refusals: NOT_JOINED,
    },
    Break {
        what: "the service for citizens has not joined",
        sides: DECLARING,
        change: |f| f.system.membership = None,
        refusals: NOT_JOINED,
    },
    Break {
        what: "its membership ended yesterday",
        sides: READING,
        change: |f| membership(f).period = ended(),
        refusals: NOT_JOINED,
    },
    Break {
        what: "its membership begins tomorrow",
        sides: READING,
        change: |f| membership(f).period = coming(),
        refusals: NOT_JOINED,
    },
    Break {
        what: "its membership ends today",
        sides: READING,
        change: |f| membership(f).period = ending(),
        refusals: &[],
    },
];

/// REQ DIR-02: rule S1
#[test]
fn a_service_for_citizens_has_joined() {
    hold(JOINING);
}
