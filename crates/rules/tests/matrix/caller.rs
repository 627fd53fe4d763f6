//! Rules about the caller alone: S1, S2, S3, S4, R3.

use varanto_model::Group;
use varanto_rules::{Action, Authentication, Facts, JoiningModel, Purpose, Refusal, Rule};

use crate::base::Base;
use crate::parts::{code, coming, document, ended, ending, named_role, register, role};
use crate::{Break, hold, refusals};
use Action::{
    Annul, AnswerLogRequest, DiscloseOutside, HandleBreach, JoinClient, ManageAccess,
    ManageRecipients, PassOn, Read, ReadAccess, ReadLog, ReadUsers, ReadWills, ReportAccess,
    ReportBreach, Search, Store, StoreVersion, Summarise, Supervise,
};

const ABOUT_A_DOCUMENT: &[Base] = &[
    Base::Own(Store),
    Base::Own(StoreVersion),
    Base::Own(Annul),
    Base::Own(Read),
    Base::Right(Store),
    Base::Right(StoreVersion),
    Base::Right(Annul),
    Base::Right(Read),
];

/// Where data of another's register are asked for.
const OF_ANOTHERS: &[Base] = &[
    Base::Right(Search),
    Base::Right(Read),
    Base::Right(Summarise),
    Base::Right(ReadAccess),
    Base::Wide(Read),
    Base::Disclosure(Search),
    Base::Disclosure(Read),
    Base::Disclosure(Summarise),
    Base::Broad(Search),
    Base::Broad(Read),
    Base::Broad(Summarise),
];

/// Where models of joining say nothing: what is disclosed, wills, which are in joint control, and reports
/// of breaches.
const INDEPENDENT_OF_MODELS: &[Base] = &[
    Base::Disclosure(Search),
    Base::Disclosure(Read),
    Base::Disclosure(Summarise),
    Base::Broad(Search),
    Base::Broad(Read),
    Base::Broad(Summarise),
    Base::JointWill(Group::Permit),
    Base::JointWill(Group::Denial),
    Base::Own(ReportBreach),
    Base::Right(ReportBreach),
];

fn membership(facts: &mut Facts) -> &mut varanto_rules::Membership {
    facts.system.membership.as_mut().unwrap()
}

pub(crate) const JOINING: &[Break] = &[
    Break {
        what: "the organisation has not joined",
        bases: Base::ALL,
        change: |f| f.system.membership = None,
        refusals: &[(Rule::S1, Refusal::NotJoined)],
    },
    Break {
        what: "its membership ended yesterday",
        bases: Base::ALL,
        change: |f| membership(f).period = ended(),
        refusals: &[(Rule::S1, Refusal::NotJoined)],
    },
    Break {
        what: "its membership begins tomorrow",
        bases: Base::ALL,
        change: |f| membership(f).period = coming(),
        refusals: &[(Rule::S1, Refusal::NotJoined)],
    },
    Break {
        what: "its membership ends today",
        bases: Base::ALL,
        change: |f| membership(f).period = ending(),
        refusals: &[],
    },
    Break {
        what: "the controller does not accept its joining model",
        bases: TOLD_OF_MODELS,
        change: |f| membership(f).model = JoiningModel::Parallel,
        refusals: &[(Rule::S1, Refusal::NotJoined)],
    },
    Break {
        what: "the controller accepts no joining model",
        bases: TOLD_OF_MODELS,
        change: |f| register(f).accepts.clear(),
        refusals: &[(Rule::S1, Refusal::NotJoined)],
    },
    Break {
        what: "another's controller does not accept its joining model",
        bases: &[Base::Right(Read), Base::Wide(Read), Base::Right(Annul)],
        change: |f| membership(f).model = JoiningModel::Parallel,
        refusals: &[(Rule::R2, Refusal::NotUnderRegisterAccess)],
    },
    Break {
        what: "another's controller does not accept its joining model",
        bases: &[Base::Wide(Annul)],
        change: |f| membership(f).model = JoiningModel::Parallel,
        refusals: &[(Rule::W5, Refusal::NotUnderRegisterAccess)],
    },
    Break {
        what: "another's controller does not accept its joining model",
        bases: &[Base::Right(Search), Base::Right(Summarise)],
        change: |f| membership(f).model = JoiningModel::Parallel,
        refusals: &[(Rule::R2, Refusal::RegisterAccessMissing)],
    },
    Break {
        what: "another's controller does not accept its joining model",
        bases: INDEPENDENT_OF_MODELS,
        change: |f| membership(f).model = JoiningModel::Parallel,
        refusals: &[],
    },
];

/// Where the caller names the controller, or is it, the model is told; elsewhere nothing is.
const TOLD_OF_MODELS: &[Base] = &[
    Base::Own(Store),
    Base::Own(StoreVersion),
    Base::Own(Annul),
    Base::Own(Search),
    Base::Own(Read),
    Base::Own(ReadAccess),
    Base::Own(ManageAccess),
    Base::Own(JoinClient),
    Base::Own(Summarise),
    Base::Own(ReadWills),
    Base::Own(ManageRecipients),
    Base::Own(DiscloseOutside),
    Base::Own(PassOn),
    Base::Will(Store, Group::Permit),
    Base::Outside,
    Base::Right(Store),
    Base::Right(StoreVersion),
    Base::Right(ReadAccess),
    Base::Right(ReportAccess),
    Base::Wide(Store),
    Base::Wide(StoreVersion),
    Base::Archive(Read),
    Base::Supervision(ReadLog),
    Base::Supervision(ReadUsers),
    Base::Supervision(Supervise),
    Base::Supervision(AnswerLogRequest),
    Base::Supervision(HandleBreach),
];

/// REQ DIR-02: rule S1
#[test]
fn an_organisation_that_has_not_joined_does_nothing() {
    hold(JOINING);
}

pub(crate) const UNITS: &[Break] = &[
    Break {
        what: "the unit is not the organisation's",
        bases: Base::ALL,
        change: |f| f.professional.unit_of_organisation = None,
        refusals: &[(Rule::S2, Refusal::UnitUnknown)],
    },
    Break {
        what: "the unit ended yesterday",
        bases: Base::ALL,
        change: |f| f.professional.unit_of_organisation = Some(ended()),
        refusals: &[(Rule::S2, Refusal::UnitUnknown)],
    },
    Break {
        what: "the unit begins tomorrow",
        bases: Base::ALL,
        change: |f| f.professional.unit_of_organisation = Some(coming()),
        refusals: &[(Rule::S2, Refusal::UnitUnknown)],
    },
    Break {
        what: "the unit ends today",
        bases: Base::ALL,
        change: |f| f.professional.unit_of_organisation = Some(ending()),
        refusals: &[],
    },
];

/// REQ AC-01, RA-02: rule S2
#[test]
fn a_unit_must_be_valid_today_and_of_the_organisation() {
    hold(UNITS);
}

pub(crate) const LISTINGS: &[Break] = &[
    Break {
        what: "the professional is not listed",
        bases: Base::ALL,
        change: |f| f.professional.listing = None,
        refusals: &[(Rule::S3, Refusal::UserUnknown)],
    },
    Break {
        what: "the listing ended yesterday",
        bases: Base::ALL,
        change: |f| f.professional.listing.as_mut().unwrap().period = ended(),
        refusals: &[(Rule::S3, Refusal::UserUnknown)],
    },
    Break {
        what: "the listing begins tomorrow",
        bases: Base::ALL,
        change: |f| f.professional.listing.as_mut().unwrap().period = coming(),
        refusals: &[(Rule::S3, Refusal::UserUnknown)],
    },
    Break {
        what: "the professional is an outsider",
        bases: Base::ALL,
        change: |f| f.professional.listing.as_mut().unwrap().outsider = true,
        refusals: &[(Rule::S3, Refusal::Outsider)],
    },
];

/// REQ AC-03, AC-04: rule S3
#[test]
fn a_professional_must_be_listed_and_no_outsider() {
    hold(LISTINGS);
}

pub(crate) const ROLES: &[Break] = &[
    Break {
        what: "the role does not cover the service task",
        bases: ABOUT_A_DOCUMENT,
        change: |f| role(f).coverage.service_tasks = Some([code("20")].into()),
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
    Break {
        what: "the role does not cover the service process",
        bases: ABOUT_A_DOCUMENT,
        change: |f| role(f).coverage.service_processes = Some([code("2")].into()),
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
    Break {
        what: "the role does not cover the document type",
        bases: ABOUT_A_DOCUMENT,
        change: |f| role(f).coverage.type_codes = Some([code("1012")].into()),
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
    Break {
        what: "the role covers no service task, but the document has none",
        bases: &[Base::Own(Annul), Base::Own(Read), Base::Right(Annul), Base::Right(Read)],
        change: |f| {
            role(f).coverage.service_tasks = Some([].into());
            document(f).service_task = None;
        },
        refusals: &[],
    },
    Break {
        what: "the role does not write the group, which it reads",
        bases: &[
            Base::Own(Store),
            Base::Own(StoreVersion),
            Base::Own(Annul),
            Base::Right(Store),
            Base::Right(StoreVersion),
            Base::Right(Annul),
            Base::Archive(Annul),
        ],
        change: |f| {
            role(f).writes.remove(&Group::ClientDocument);
        },
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
    Break {
        what: "the role does not read the group, which it writes",
        bases: &[Base::Own(Read), Base::Right(Read), Base::Archive(Read)],
        change: |f| {
            role(f).reads.remove(&Group::ClientDocument);
        },
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
    Break {
        what: "the role reads nothing",
        bases: &[
            Base::Own(Search),
            Base::Own(Summarise),
            Base::Own(ReadWills),
            Base::Right(Summarise),
            Base::Disclosure(Search),
            Base::Disclosure(Summarise),
            Base::Broad(Search),
            Base::Broad(Summarise),
            Base::Own(ReadAccess),
            Base::Right(Search),
            Base::Right(ReadAccess),
            Base::Archive(Search),
        ],
        change: |f| role(f).reads.clear(),
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
    Break {
        what: "the role writes no clientships",
        bases: &[Base::Own(ManageAccess), Base::Own(JoinClient), Base::Wide(Store)],
        change: |f| {
            role(f).writes.remove(&Group::Clientship);
        },
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
    Break {
        what: "the role writes nothing",
        bases: &[Base::Own(ReportAccess), Base::Right(ReportAccess)],
        change: |f| role(f).writes.clear(),
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
    Break {
        what: "no such role is known",
        bases: &[Base::Own(Store), Base::Own(Read), Base::Right(Search), Base::Right(ReadAccess)],
        change: |f| f.professional.role = None,
        refusals: &[
            (Rule::S4, Refusal::PurposeNotPermitted),
            (Rule::S4, Refusal::ServiceTaskNotPermitted),
        ],
    },
    Break {
        what: "the role does not have the purpose",
        bases: &[
            Base::Own(Store),
            Base::Own(StoreVersion),
            Base::Own(Annul),
            Base::Own(Search),
            Base::Own(Read),
            Base::Own(ReadAccess),
            Base::Own(ManageAccess),
            Base::Own(ReportAccess),
            Base::Own(JoinClient),
            Base::Own(ReadUsers),
            Base::Own(Summarise),
            Base::Own(ReadWills),
            Base::Own(ManageRecipients),
            Base::Own(DiscloseOutside),
            Base::Own(PassOn),
            Base::Outside,
            Base::Will(Store, Group::Denial),
            Base::JointWill(Group::Denial),
            Base::Disclosure(Search),
            Base::Disclosure(Read),
            Base::Disclosure(Summarise),
            Base::Broad(Search),
            Base::Broad(Read),
            Base::Broad(Summarise),
            Base::Right(Store),
            Base::Right(Search),
            Base::Right(Read),
            Base::Right(ReadAccess),
            Base::Wide(Store),
        ],
        change: |f| {
            role(f).purposes.remove(&Purpose::ClientWork);
        },
        refusals: &[(Rule::S4, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "the role does not oversee",
        bases: &[Base::Own(ReadUsers)],
        change: |f| role(f).oversees = false,
        refusals: &[(Rule::S4, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "the log is asked for as client work",
        bases: &[Base::Own(ReadUsers)],
        change: |f| f.action = ReadLog,
        refusals: &[(Rule::S4, Refusal::PurposeNotPermitted)],
    },
];

/// REQ AC-02: rule S4
#[test]
fn a_role_covers_purposes_service_tasks_and_groups() {
    hold(ROLES);
}

/// REQ AC-02
#[test]
fn a_practical_nurse_works_for_the_elderly_and_not_with_other_tasks() {
    for base in ABOUT_A_DOCUMENT {
        let mut facts = base.facts();
        facts.professional.role = named_role("practical_nurse");
        assert_eq!(refusals(&facts), [(Rule::S4, Refusal::ServiceTaskNotPermitted)], "{base:?}");
        document(&mut facts).service_task = Some(code("X-ELDERLY"));
        assert_eq!(refusals(&facts), [], "{base:?}");
    }
}

pub(crate) const AUTHENTICATION: &[Break] = &[
    Break {
        what: "the professional is known by the organisation's own means",
        bases: OF_ANOTHERS,
        change: |f| f.professional.authentication = Authentication::System,
        refusals: &[(Rule::R3, Refusal::StrongAuthenticationRequired)],
    },
    Break {
        what: "the professional is known by other strong means",
        bases: OF_ANOTHERS,
        change: |f| f.professional.authentication = Authentication::OtherStrong,
        refusals: &[],
    },
    Break {
        what: "the professional is known by the organisation's own means, and fetches nothing of another's",
        bases: &[
            Base::Own(Read),
            Base::Own(Search),
            Base::Own(Store),
            Base::Right(Store),
            Base::Right(StoreVersion),
            Base::Right(Annul),
            Base::Right(ReportAccess),
            Base::Archive(Read),
            Base::Supervision(ReadLog),
        ],
        change: |f| f.professional.authentication = Authentication::System,
        refusals: &[],
    },
];

/// REQ AC-07: rule R3
#[test]
fn data_of_anothers_register_want_strong_authentication() {
    hold(AUTHENTICATION);
}
