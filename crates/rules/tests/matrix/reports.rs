//! Who tells a controller of a breach: S1, S2, S3 and a purpose that the role has.

use varanto_rules::{Action, Facts, Purpose, Refusal, Rule, decide};

use crate::base::Base;
use crate::parts::{NEIGHBOUR, NEIGHBOURS_CONTROLLER, ROLES, controller, named_role, register};
use crate::{Break, hold};
use Action::ReportBreach;

pub(crate) const REPORTING: &[Base] = &[
    Base::Own(ReportBreach),
    Base::Right(ReportBreach),
    Base::Archive(ReportBreach),
    Base::Supervision(ReportBreach),
    Base::Staff(ReportBreach),
];

pub(crate) const REPORTS: &[Break] = &[
    Break {
        what: "the neighbour is told, in whose register nobody of the caller's works",
        bases: REPORTING,
        change: |f| f.controller = Some(controller(NEIGHBOURS_CONTROLLER, NEIGHBOUR)),
        refusals: &[],
    },
    Break {
        what: "the controller accepts no joining model",
        bases: &[Base::Own(ReportBreach), Base::Right(ReportBreach), Base::Archive(ReportBreach)],
        change: |f| register(f).accepts.clear(),
        refusals: &[],
    },
    Break {
        what: "the role does not have the purpose",
        bases: &[Base::Own(ReportBreach), Base::Right(ReportBreach)],
        change: |f| f.professional.role.as_mut().unwrap().purposes.clear(),
        refusals: &[(Rule::S4, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "no such role is known",
        bases: &[Base::Own(ReportBreach), Base::Right(ReportBreach)],
        change: |f| f.professional.role = None,
        refusals: &[(Rule::S4, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "no such role is known to whoever calls it supervision",
        bases: &[Base::Supervision(ReportBreach), Base::Staff(ReportBreach)],
        change: |f| f.professional.role = None,
        refusals: &[(Rule::A2, Refusal::PurposeNotPermitted)],
    },
];

/// REQ LOG-07
#[test]
fn a_breach_is_reported_to_any_controller_by_one_whose_role_is_known() {
    hold(REPORTS);
}

/// REQ LOG-07
#[test]
fn every_role_reports_a_breach_for_each_purpose_that_it_has_and_no_other() {
    for name in ROLES {
        let role = named_role(name).unwrap();
        for purpose in Purpose::ALL {
            for base in REPORTING {
                let mut facts = base.facts();
                facts.purpose = *purpose;
                facts.professional.role = Some(role.clone());
                let told = decide(&facts).outcome().err();
                let has_it = role.purposes.contains(purpose);
                let expected = (!has_it).then_some(Refusal::PurposeNotPermitted);
                assert_eq!(told, expected, "{base:?} {name} {purpose:?}");
            }
        }
    }
}

/// Nothing is learnt of a controller by reporting to it: neither whether there is one, nor which models it
/// accepts, nor whether its register has opened.
///
/// REQ LOG-07
#[test]
fn a_report_is_decided_alike_whichever_controller_is_named() {
    let refused: [fn(&mut Facts); 6] = [
        |_| {},
        |f| f.system.membership = None,
        |f| f.professional.unit_of_organisation = None,
        |f| f.professional.listing = None,
        |f| f.professional.listing.as_mut().unwrap().outsider = true,
        |f| f.professional.role = None,
    ];
    for base in REPORTING {
        for refuse in refused {
            let mut facts = base.facts();
            refuse(&mut facts);
            let decision = decide(&facts);
            let mut closed = controller(NEIGHBOURS_CONTROLLER, NEIGHBOUR);
            closed.accepts.clear();
            closed.opens = None;
            let own = Base::Own(ReportBreach).facts().controller;
            for named in [None, own, Some(closed)] {
                facts.controller = named;
                assert_eq!(decide(&facts), decision, "{base:?} {:?}", facts.controller);
            }
        }
    }
}
