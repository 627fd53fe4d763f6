//! The archivist and the privacy officer: rules A1, A2.

use varanto_model::Group;
use varanto_rules::{Action, Basis, Purpose, Refusal, Rule};

use crate::base::Base;
use crate::parts::{document, named_role};
use crate::{Break, hold, refusals};
use Action::{
    Annul, AnswerLogRequest, DiscloseOutside, HandleBreach, JoinClient, ManageAccess,
    ManageRecipients, PassOn, Read, ReadAccess, ReadLog, ReadUsers, ReadWills, ReportAccess,
    ReportBreach, Search, Store, StoreVersion, Summarise, Supervise,
};

pub(crate) const ARCHIVISTS: &[Break] = &[
    Break {
        what: "the archivist stores",
        bases: &[Base::Own(Store), Base::Own(StoreVersion)],
        change: |f| {
            f.purpose = Purpose::Archive;
            f.professional.role = named_role("archivist");
        },
        refusals: &[(Rule::A1, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "the archivist manages rights or joins clients",
        bases: &[Base::Own(ManageAccess), Base::Own(JoinClient)],
        change: |f| {
            f.purpose = Purpose::Archive;
            f.professional.role = named_role("archivist");
        },
        refusals: &[(Rule::A1, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "the archivist looks at rights, reports of them, or at users",
        bases: &[Base::Own(ReadAccess), Base::Own(ReportAccess), Base::Own(ReadUsers)],
        change: |f| {
            f.purpose = Purpose::Archive;
            f.professional.role = named_role("archivist");
        },
        refusals: &[(Rule::A1, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "the archivist uses another's register",
        bases: &[
            Base::Right(Read),
            Base::Right(Search),
            Base::Right(ReadAccess),
            Base::Disclosure(Read),
            Base::Disclosure(Search),
        ],
        change: |f| {
            f.purpose = Purpose::Archive;
            f.professional.role = named_role("archivist");
        },
        refusals: &[(Rule::A1, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "the archivist asks for everything under the broad right",
        bases: &[Base::Broad(Read), Base::Broad(Search)],
        change: |f| {
            f.purpose = Purpose::Archive;
            f.professional.role = named_role("archivist");
        },
        refusals: &[
            (Rule::A1, Refusal::PurposeNotPermitted),
            (Rule::R5, Refusal::BroadNotPermitted),
        ],
    },
    Break {
        what: "the archivist looks at wills, which the role does not read, or at recipients",
        bases: &[Base::Own(ReadWills), Base::Own(ManageRecipients)],
        change: |f| {
            f.purpose = Purpose::Archive;
            f.professional.role = named_role("archivist");
        },
        refusals: &[
            (Rule::A1, Refusal::PurposeNotPermitted),
            (Rule::S4, Refusal::ServiceTaskNotPermitted),
        ],
    },
    Break {
        what: "the archivist gets summaries, gives data to somebody outside or passes them on",
        bases: &[Base::Own(Summarise), Base::Outside, Base::Own(PassOn)],
        change: |f| {
            f.purpose = Purpose::Archive;
            f.professional.role = named_role("archivist");
        },
        refusals: &[(Rule::A1, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "a social worker calls it the archive's work",
        bases: &[Base::Own(Read), Base::Own(Search), Base::Own(Annul)],
        change: |f| f.purpose = Purpose::Archive,
        refusals: &[(Rule::A1, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "the archivist, whose role would let it, sees a permit",
        bases: &[Base::Archive(Read), Base::Archive(Annul)],
        change: |f| {
            document(f).group = Group::Permit;
            f.professional.role.as_mut().unwrap().reads.insert(Group::Permit);
            f.professional.role.as_mut().unwrap().writes.insert(Group::Permit);
        },
        refusals: &[(Rule::A1, Refusal::HiddenFromArchivist)],
    },
];

/// REQ ARC-01: rule A1
#[test]
fn an_archivist_sees_and_annuls_documents_of_the_own_register_and_stores_none_day_by_day() {
    hold(ARCHIVISTS);
}

/// REQ ARC-01: rule A1
#[test]
fn no_declaration_of_will_is_shown_to_an_archivist() {
    for group in Group::ALL.iter().filter(|group| group.is_will()) {
        for base in [Base::Archive(Read), Base::Archive(Annul)] {
            let mut facts = base.facts();
            document(&mut facts).group = *group;
            let told = refusals(&facts)[0];
            assert_eq!(told, (Rule::A1, Refusal::HiddenFromArchivist), "{base:?} {group:?}");
            assert!(told.1.hides_existence());
        }
    }
}

pub(crate) const PRIVACY_OFFICERS: &[Break] = &[
    Break {
        what: "the privacy officer reads, searches or discloses",
        bases: &[
            Base::Own(Read),
            Base::Own(Search),
            Base::Own(Summarise),
            Base::Own(ReadWills),
            Base::Own(DiscloseOutside),
            Base::Own(PassOn),
            Base::Disclosure(Search),
        ],
        change: |f| {
            f.purpose = Purpose::Supervision;
            f.professional.role = named_role("privacy_officer");
        },
        refusals: &[
            (Rule::A2, Refusal::PurposeNotPermitted),
            (Rule::S4, Refusal::ServiceTaskNotPermitted),
        ],
    },
    Break {
        what: "the privacy officer stores or annuls",
        bases: &[Base::Own(Store), Base::Own(StoreVersion), Base::Own(Annul)],
        change: |f| {
            f.purpose = Purpose::Supervision;
            f.professional.role = named_role("privacy_officer");
        },
        refusals: &[
            (Rule::A2, Refusal::PurposeNotPermitted),
            (Rule::S4, Refusal::ServiceTaskNotPermitted),
        ],
    },
    Break {
        what: "the privacy officer looks at the inbox of a producer's rights",
        bases: &[Base::Supervision(ReadAccess)],
        change: |f| f.basis = Basis::RegisterAccess,
        refusals: &[(Rule::A2, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "a social worker calls it supervision",
        bases: &[
            Base::Supervision(ReadAccess),
            Base::Supervision(ReadLog),
            Base::Supervision(Supervise),
            Base::Supervision(AnswerLogRequest),
            Base::Supervision(ReportBreach),
            Base::Supervision(HandleBreach),
            Base::Staff(ReadLog),
            Base::Staff(Supervise),
        ],
        change: |f| f.professional.role = named_role("social_worker"),
        refusals: &[(Rule::A2, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "a manager, who oversees, calls it supervision",
        bases: &[Base::Supervision(ReadUsers)],
        change: |f| f.professional.role = named_role("manager"),
        refusals: &[(Rule::A2, Refusal::PurposeNotPermitted)],
    },
];

/// REQ AC-08: rule A2
#[test]
fn a_privacy_officer_sees_logs_and_users_and_no_documents() {
    hold(PRIVACY_OFFICERS);
}
