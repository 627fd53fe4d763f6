//! What privacy officers do with logs, log requests and breaches: rule A2, and what neither they nor whoever
//! reports a breach are asked for.

use varanto_model::Group;
use varanto_rules::{
    Action, Authentication, Basis, Facts, Masking, Purpose, Refusal, Role, Rule, Scope, decide,
};

use crate::base::Base;
use crate::parts::{
    CASE, CONTROLLER, NEIGHBOUR, NEIGHBOURS_CONTROLLER, ROLES, code, controller, named_role, oid,
    register,
};
use crate::reports::REPORTING;
use crate::{Break, hold, refusals};
use Action::{AnswerLogRequest, HandleBreach, ReadLog, ReportBreach, Supervise};

/// What privacy officers alone do, in the own register and, without one, with what the own staff did.
const OFFICERS: &[Base] = &[
    Base::Supervision(ReadLog),
    Base::Supervision(Supervise),
    Base::Supervision(AnswerLogRequest),
    Base::Supervision(HandleBreach),
    Base::Staff(ReadLog),
    Base::Staff(Supervise),
];
const ALL: &[Base] = &[
    Base::Supervision(ReadLog),
    Base::Supervision(Supervise),
    Base::Supervision(AnswerLogRequest),
    Base::Supervision(HandleBreach),
    Base::Staff(ReadLog),
    Base::Staff(Supervise),
    Base::Own(ReportBreach),
    Base::Right(ReportBreach),
    Base::Archive(ReportBreach),
    Base::Supervision(ReportBreach),
    Base::Staff(ReportBreach),
];
const NOT_OWN: &[(Rule, Refusal)] = &[(Rule::A2, Refusal::NotOfOwnRegister)];

/// A role that may do all but supervise.
fn all_but_supervision() -> Role {
    Role {
        purposes: [Purpose::ClientWork, Purpose::Archive, Purpose::Will].into(),
        reads: Group::ALL.iter().copied().collect(),
        writes: Group::ALL.iter().copied().collect(),
        oversees: true,
        broad: true,
        ..Role::default()
    }
}

fn purpose(facts: &mut Facts, purpose: Purpose) {
    facts.purpose = purpose;
    facts.professional.role.as_mut().unwrap().purposes.insert(purpose);
}

pub(crate) const PURPOSES: &[Break] = &[
    Break {
        what: "a privacy officer who works with clients too calls it client work",
        bases: OFFICERS,
        change: |f| purpose(f, Purpose::ClientWork),
        refusals: &[(Rule::S4, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "one who records wills too calls it that",
        bases: OFFICERS,
        change: |f| purpose(f, Purpose::Will),
        refusals: &[(Rule::S4, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "one who keeps the archive too calls it the archive's work",
        bases: OFFICERS,
        change: |f| purpose(f, Purpose::Archive),
        refusals: &[(Rule::A1, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "the role does not have the purpose",
        bases: OFFICERS,
        change: |f| f.professional.role.as_mut().unwrap().purposes.clear(),
        refusals: &[(Rule::A2, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "the role has everything but the purpose",
        bases: OFFICERS,
        change: |f| f.professional.role = Some(all_but_supervision()),
        refusals: &[(Rule::A2, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "no such role is known",
        bases: OFFICERS,
        change: |f| f.professional.role = None,
        refusals: &[(Rule::A2, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "the role has nothing but the purpose",
        bases: OFFICERS,
        change: |f| {
            let purposes = [Purpose::Supervision].into();
            f.professional.role = Some(Role { purposes, ..Role::default() });
        },
        refusals: &[],
    },
];

/// REQ AC-08, LOG-05, LOG-06, LOG-07: rule A2
#[test]
fn logs_log_requests_and_breaches_want_supervision_as_purpose() {
    hold(PURPOSES);
}

/// REQ AC-02, AC-08: rule A2
#[test]
fn no_role_but_one_with_supervision_does_a_privacy_officers_work() {
    let roles = ROLES.iter().map(|name| named_role(name).unwrap());
    for role in roles.chain([all_but_supervision(), Role::default()]) {
        for purpose in Purpose::ALL {
            for base in OFFICERS {
                let mut facts = base.facts();
                facts.purpose = *purpose;
                facts.professional.role = Some(role.clone());
                let supervises = role.purposes.contains(&Purpose::Supervision);
                let may = supervises && *purpose == Purpose::Supervision;
                let told = decide(&facts).outcome().err();
                let expected = (!may).then_some(Refusal::PurposeNotPermitted);
                assert_eq!(told, expected, "{base:?} {purpose:?} {role:?}");
            }
        }
    }
}

pub(crate) const REGISTERS: &[Break] = &[
    Break {
        what: "it is the neighbour's register",
        bases: OFFICERS,
        change: |f| f.controller = Some(controller(NEIGHBOURS_CONTROLLER, NEIGHBOUR)),
        refusals: NOT_OWN,
    },
    Break {
        what: "the controller's organiser is another",
        bases: &[
            Base::Supervision(ReadLog),
            Base::Supervision(Supervise),
            Base::Supervision(AnswerLogRequest),
            Base::Supervision(HandleBreach),
        ],
        change: |f| register(f).organiser = oid(NEIGHBOUR),
        refusals: NOT_OWN,
    },
    Break {
        what: "no such controller is known, and the own organisation has a register",
        bases: &[
            Base::Supervision(ReadLog),
            Base::Supervision(Supervise),
            Base::Supervision(AnswerLogRequest),
            Base::Supervision(HandleBreach),
        ],
        change: |f| f.controller = None,
        refusals: NOT_OWN,
    },
    Break {
        what: "a producer's privacy officer names the organiser whose services it produces",
        bases: &[Base::Staff(ReadLog), Base::Staff(Supervise)],
        change: |f| f.controller = Base::Own(ReadLog).facts().controller,
        refusals: NOT_OWN,
    },
    Break {
        what: "the organisation has a register, and another's that is not known is named",
        bases: &[Base::Staff(ReadLog), Base::Staff(Supervise)],
        change: |f| f.system.controller = Some(oid(CONTROLLER)),
        refusals: NOT_OWN,
    },
    Break {
        what: "an organisation without a register answers a log request",
        bases: &[Base::Staff(ReadLog)],
        change: |f| f.action = AnswerLogRequest,
        refusals: NOT_OWN,
    },
    Break {
        what: "an organisation without a register handles a breach",
        bases: &[Base::Staff(Supervise)],
        change: |f| f.action = HandleBreach,
        refusals: NOT_OWN,
    },
];

/// REQ LOG-01, LOG-05, LOG-06, LOG-07: rule A2
#[test]
fn a_privacy_officer_works_in_the_own_register_or_without_one_on_the_own_staff() {
    hold(REGISTERS);
    assert!(Refusal::NotOfOwnRegister.hides_existence());
}

pub(crate) const LOOKED_AT_BY_NONE: &[Break] = &[
    Break { what: "nobody is sought", bases: ALL, change: |f| f.clients.clear(), refusals: &[] },
    Break {
        what: "the person sought is no client of any unit, and unknown",
        bases: ALL,
        change: |f| f.clients = vec![varanto_rules::ClientFacts::default()],
        refusals: &[],
    },
    Break {
        what: "the role covers no code and neither reads nor writes any group",
        bases: ALL,
        change: |f| {
            let purposes = [f.purpose].into();
            f.professional.role = Some(Role { purposes, ..Role::default() });
            let role = f.professional.role.as_mut().unwrap();
            role.coverage.service_tasks = Some([].into());
            role.coverage.service_processes = Some([].into());
            role.coverage.type_codes = Some([].into());
        },
        refusals: &[],
    },
    Break {
        what: "there is no case",
        bases: ALL,
        change: |f| {
            f.case = None;
            f.sought_case = None;
        },
        refusals: &[],
    },
    Break {
        what: "a special reason and a ground are given, which nobody asks for",
        bases: ALL,
        change: |f| {
            f.special_reason = Some(code("1"));
            f.ground = Some(code("1"));
        },
        refusals: &[],
    },
    Break {
        what: "the professional is known by the organisation's own means",
        bases: ALL,
        change: |f| f.professional.authentication = Authentication::System,
        refusals: &[],
    },
    Break {
        what: "the right to practise has ended",
        bases: ALL,
        change: |f| {
            f.professional.card_shown = false;
            f.professional.right_to_practise = Some(false);
        },
        refusals: &[],
    },
    Break {
        what: "the organisation is no public authority, or is one",
        bases: ALL,
        change: |f| f.system.is_public = !f.system.is_public,
        refusals: &[],
    },
];

/// REQ AC-08, LOG-05, LOG-06, LOG-07
#[test]
fn supervision_and_reports_ask_for_no_context_no_group_and_no_client() {
    hold(LOOKED_AT_BY_NONE);
}

/// REQ AC-08: a privacy officer sees no documents
#[test]
fn supervision_and_reports_give_no_documents() {
    for base in OFFICERS.iter().chain(REPORTING) {
        let action = base.action();
        assert!(!action.shows_documents() && !action.writes() && !action.stores(), "{base:?}");
        for basis in Basis::ALL {
            let mut facts = base.facts();
            facts.basis = *basis;
            facts.sought_case = Some(oid(CASE));
            facts.clients[0].turvakielto = true;
            assert_eq!(refusals(&facts), [], "{base:?} {basis:?}");
            assert_eq!(decide(&facts).masking(), Masking::None, "{base:?} {basis:?}");
            if facts.purpose == Purpose::Supervision {
                let scope = Scope::of(&facts);
                assert!(scope.is_none_or(|s| s.groups.is_empty()), "{base:?} {basis:?}");
            }
        }
    }
}

/// REQ LOG-01: what the log keeps of these decisions.
#[test]
fn supervision_names_a2_and_a_report_the_rule_of_its_purpose() {
    let ids = |base: Base| decide(&base.facts()).rule_ids();
    for base in OFFICERS {
        assert_eq!(ids(*base), ["S1", "S2", "S3", "A2"], "{base:?}");
    }
    assert_eq!(ids(Base::Own(ReportBreach)), ["S1", "S2", "S3", "S4"]);
    assert_eq!(ids(Base::Right(ReportBreach)), ["S1", "S2", "S3", "S4"]);
    assert_eq!(ids(Base::Archive(ReportBreach)), ["S1", "S2", "S3", "A1"]);
    assert_eq!(ids(Base::Staff(ReportBreach)), ["S1", "S2", "S3", "A2"]);
}
