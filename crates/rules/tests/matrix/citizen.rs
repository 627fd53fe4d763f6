//! The citizen's side: rules C1, C2, and S1, S4 and W7 there.

use std::sync::Arc;

use varanto_model::{CitizenView, Generation, Group, GuardianView};
use varanto_rules::{
    Acting, CitizenAction, CitizenDocument, CitizenFacts, Denial, JoiningModel, Membership,
    Refusal, Representing, Restrictions, Rule, System, WillFacts, decide_citizen,
};

use crate::parts::{TODAY, TOMORROW, always, code, coming, ended, ending, oid};
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

const TABLES: &[&[Break]] = &[JOINING, DOCUMENTS, REPRESENTATIVES, GUARDIANS_VIEW, DECLARATIONS];

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

const CLIENTS: &[Side] = &[Side::Client(Read), Side::Minor(Read)];
const ALL_READERS: &[Side] = &[
    Side::Client(Read),
    Side::Minor(Read),
    Side::ForMinor(Guardian, Read),
    Side::ForAdult(Trustee, Read),
    Side::ForAdult(Mandate, Read),
];
const NOT_SHOWN: &[(Rule, Refusal)] = &[(Rule::C1, Refusal::NotShown)];

const DOCUMENTS: &[Break] = &[
    Break {
        what: "it is somebody else's",
        sides: ALL_READERS,
        change: |f| document(f).is_clients = false,
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is from before the controller joined",
        sides: ALL_READERS,
        change: |f| document(f).generation = Generation::Old,
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is of the first phase",
        sides: ALL_READERS,
        change: |f| document(f).generation = Generation::Phase1,
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is annulled",
        sides: ALL_READERS,
        change: |f| document(f).annulled = true,
        refusals: NOT_SHOWN,
    },
    Break {
        what: "an older version is meant",
        sides: ALL_READERS,
        change: |f| document(f).is_newest = false,
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is of a shelter",
        sides: ALL_READERS,
        change: |f| document(f).type_code = Some(code("1011")),
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is a payment commitment, which other controllers may get",
        sides: ALL_READERS,
        change: |f| document(f).type_code = Some(code("9001")),
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it has no type",
        sides: ALL_READERS,
        change: |f| document(f).type_code = None,
        refusals: &[],
    },
    Break {
        what: "a professional has restricted it",
        sides: ALL_READERS,
        change: |f| document(f).citizen_view = CitizenView::Hidden { reason: "worry".into() },
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is delayed until tomorrow",
        sides: ALL_READERS,
        change: |f| document(f).citizen_view = CitizenView::Delayed { release_on: TOMORROW },
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is delayed until today",
        sides: ALL_READERS,
        change: |f| document(f).citizen_view = CitizenView::Delayed { release_on: TODAY },
        refusals: &[],
    },
    Break {
        what: "it is kept from guardians, and the client looks",
        sides: CLIENTS,
        change: |f| document(f).guardian_view = GuardianView::Denied,
        refusals: &[],
    },
    Break {
        what: "nobody has said whether guardians see it, and the client looks",
        sides: CLIENTS,
        change: |f| document(f).guardian_view = GuardianView::Unknown,
        refusals: &[],
    },
    Break {
        what: "the client denies everything, which concerns other controllers",
        sides: ALL_READERS,
        change: |f| f.will.denials.push(Denial::Everything),
        refusals: &[],
    },
    Break {
        what: "the client has not been informed",
        sides: ALL_READERS,
        change: |f| f.will = WillFacts::default(),
        refusals: &[],
    },
];

/// REQ CIT-02: rule C1
#[test]
fn a_citizen_sees_what_stands_and_may_be_shown() {
    hold(DOCUMENTS);
}

/// A list may ask of each of its documents whether it is shown.
///
/// REQ CIT-02: rule C1
#[test]
fn a_document_in_a_list_is_shown_where_it_could_be_read() {
    for case in DOCUMENTS.iter().chain(GUARDIANS_VIEW) {
        for side in case.sides {
            let mut facts = side.facts();
            (case.change)(&mut facts);
            let read = decide_citizen(&facts);
            facts.action = Search;
            assert_eq!(decide_citizen(&facts), read, "{side:?}: {}", case.what);
        }
    }
}

/// REQ CIT-02: rule C1
#[test]
fn what_is_not_shown_looks_as_if_it_were_not_there() {
    for case in DOCUMENTS.iter().chain(GUARDIANS_VIEW) {
        for (_, refusal) in case.refusals {
            assert!(refusal.hides_existence(), "{}", case.what);
        }
    }
}

const NOT_A_REPRESENTATIVE: &[(Rule, Refusal)] = &[(Rule::C2, Refusal::NotARepresentative)];

const REPRESENTATIVES: &[Break] = &[
    Break {
        what: "whoever acts has no role today",
        sides: ON_BEHALF,
        change: |f| f.acting = Acting::OnBehalf(Vec::new()),
        refusals: NOT_A_REPRESENTATIVE,
    },
    Break {
        what: "the minor has turned 18, and a guardian acts",
        sides: &[
            Side::ForMinor(Guardian, Read),
            Side::ForMinor(Guardian, Search),
            Side::ForMinor(Guardian, INFORMING),
            Side::ForMinor(Guardian, PERMIT),
        ],
        change: |f| f.is_minor = false,
        refusals: NOT_A_REPRESENTATIVE,
    },
    Break {
        what: "the minor has turned 18, and somebody acts who is a mandate holder too",
        sides: &[Side::ForMinor(Guardian, Read), Side::ForMinor(Guardian, PERMIT)],
        change: |f| {
            f.is_minor = false;
            f.acting = Acting::OnBehalf(vec![Guardian, Mandate]);
        },
        refusals: &[],
    },
    Break {
        what: "the minor has turned 18, and a trustee acts",
        sides: &[Side::ForMinor(Trustee, Read), Side::ForMinor(Trustee, Search)],
        change: |f| f.is_minor = false,
        refusals: &[],
    },
    Break {
        what: "an adult's former guardian acts",
        sides: &[Side::ForAdult(Trustee, Search), Side::ForAdult(Mandate, DENIAL)],
        change: |f| f.acting = Acting::OnBehalf(vec![Guardian]),
        refusals: NOT_A_REPRESENTATIVE,
    },
];

/// REQ CIT-05: rule C2
#[test]
fn a_guardian_acts_for_a_minor_and_others_while_their_right_is_valid() {
    hold(REPRESENTATIVES);
}

const NOT_FOR_OTHERS: &[(Rule, Refusal)] = &[(Rule::C2, Refusal::NotShown)];
const FOR_A_MINOR: &[Side] =
    &[Side::ForMinor(Guardian, Read), Side::ForMinor(Trustee, Read), Side::ForMinor(Mandate, Read)];
const FOR_AN_ADULT: &[Side] = &[
    Side::ForAdult(Trustee, Read),
    Side::ForAdult(ContinuingPower, Read),
    Side::ForAdult(Mandate, Read),
];

const GUARDIANS_VIEW: &[Break] = &[
    Break {
        what: "a professional has kept a minor's document from the guardian",
        sides: FOR_A_MINOR,
        change: |f| document(f).guardian_view = GuardianView::Denied,
        refusals: NOT_FOR_OTHERS,
    },
    Break {
        what: "nobody has taken a stand on a minor's document",
        sides: FOR_A_MINOR,
        change: |f| document(f).guardian_view = GuardianView::Unknown,
        refusals: NOT_FOR_OTHERS,
    },
    Break {
        what: "nobody has taken a stand on an adult's document",
        sides: FOR_AN_ADULT,
        change: |f| document(f).guardian_view = GuardianView::Unknown,
        refusals: &[],
    },
    Break {
        what: "an adult's document is kept from others",
        sides: FOR_AN_ADULT,
        change: |f| document(f).guardian_view = GuardianView::Denied,
        refusals: NOT_FOR_OTHERS,
    },
    Break {
        what: "a minor's document is restricted, and kept from the guardian",
        sides: FOR_A_MINOR,
        change: |f| {
            document(f).type_code = Some(code("15019"));
            document(f).guardian_view = GuardianView::Denied;
        },
        refusals: &[(Rule::C1, Refusal::NotShown), (Rule::C2, Refusal::NotShown)],
    },
];

/// REQ CIT-05: rule C2
#[test]
fn a_guardian_is_shown_only_what_a_professional_has_allowed() {
    hold(GUARDIANS_VIEW);
}

const DECLARATIONS: &[Break] = &[
    Break {
        what: "the client has not been informed",
        sides: &[
            Side::Client(PERMIT),
            Side::Client(DENIAL),
            Side::ForMinor(Guardian, PERMIT),
            Side::ForAdult(Mandate, DENIAL),
        ],
        change: |f| f.will.informed = false,
        refusals: &[(Rule::W7, Refusal::NotInformed)],
    },
    Break {
        what: "the client has not been informed before the informing",
        sides: &[Side::Client(INFORMING), Side::ForMinor(Guardian, INFORMING)],
        change: |f| f.will.informed = false,
        refusals: &[],
    },
    Break {
        what: "a guardian denies for a minor",
        sides: &[Side::ForMinor(Guardian, PERMIT), Side::ForMinor(Trustee, INFORMING)],
        change: |f| f.action = DENIAL,
        refusals: &[(Rule::W7, Refusal::DenialByGuardian)],
    },
    Break {
        what: "a minor declares alone",
        sides: &[Side::Client(INFORMING), Side::Client(PERMIT), Side::Client(DENIAL)],
        change: |f| f.is_minor = true,
        refusals: &[(Rule::W7, Refusal::CapacityNotAssessed)],
    },
    Break {
        what: "a representation is declared, which professionals record",
        sides: DECLARING,
        change: |f| f.action = Declare(Group::Representation),
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
    Break {
        what: "a document of another kind is declared",
        sides: DECLARING,
        change: |f| f.action = Declare(Group::ClientDocument),
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
];

/// REQ CIT-03, CIT-05, DIS-01, DIS-03: rule W7
#[test]
fn citizens_declare_after_the_informing_and_minors_with_a_professional() {
    hold(DECLARATIONS);
}

/// REQ CIT-05: the roles of code set 1284.
#[test]
fn four_codes_are_those_of_representatives() {
    let of = |text: &str| Representing::of_code(&code(text));
    let roles = ["30", "31", "32", "33", "34", "35"].map(of);
    let expected =
        [None, Some(Guardian), Some(Trustee), Some(ContinuingPower), Some(Mandate), None];
    assert_eq!(roles, expected);
}
