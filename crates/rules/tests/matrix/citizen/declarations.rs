//! What citizens declare: rules W7 and S4 on their side.

use varanto_model::Group;
use varanto_rules::{CitizenAction, Refusal, Representing, Rule};

use super::{Break, DECLARING, DENIAL, INFORMING, PERMIT, Side, hold};
use CitizenAction::Declare;
use Representing::{Guardian, Mandate, Trustee};

pub(super) const DECLARATIONS: &[Break] = &[
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
