//! Who acts for another, and what is shown to them: rule C2.

use varanto_model::GuardianView;
use varanto_rules::{Acting, Refusal, Representing, Rule};

use super::{Break, DENIAL, INFORMING, ON_BEHALF, PERMIT, Side, document, hold};
use crate::parts::code;
use Representing::{ContinuingPower, Guardian, Mandate, Trustee};
use varanto_rules::CitizenAction::{Read, Search};

const NOT_A_REPRESENTATIVE: &[(Rule, Refusal)] = &[(Rule::C2, Refusal::NotARepresentative)];

pub(super) const REPRESENTATIVES: &[Break] = &[
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

pub(super) const GUARDIANS_VIEW: &[Break] = &[
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

/// REQ CIT-05: the roles of code set 1284.
#[test]
fn four_codes_are_those_of_representatives() {
    let of = |text: &str| Representing::of_code(&code(text));
    let roles = ["30", "31", "32", "33", "34", "35"].map(of);
    let expected =
        [None, Some(Guardian), Some(Trustee), Some(ContinuingPower), Some(Mandate), None];
    assert_eq!(roles, expected);
}
