//! The base cases: an organiser that uses its own register, a producer that uses it under a right, an
//! organiser to which its neighbour's documents are disclosed, and those who oversee.

use std::sync::Arc;

use varanto_model::{Generation, Group};
use varanto_rules::{
    Action, Authentication, Basis, CaseFacts, DocumentFacts, Facts, JoiningModel, Listing,
    Membership, Professional, Purpose, Restrictions, System,
};

use crate::parts::{
    CASE, CONTROLLER, DOCUMENT, NEIGHBOUR, NEIGHBOURS_CONTROLLER, ORGANISER, ORGANISERS_UNIT,
    PRODUCER, PRODUCERS_UNIT, TODAY, always, client, code, controller, instant, named_role, oid,
};

/// A base case: who acts on whose register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// The organiser's social worker in the own register.
    Own(Action),
    /// The same, who records the client's will with the client.
    Recording(Action),
    /// The same, with a declaration of the client's.
    Will(Action, Group),
    /// The same, with a new version of a declaration that the neighbour has recorded.
    JointWill(Group),
    /// The same, who gives a document of the own register to somebody outside.
    Outside,
    /// A producer's social worker in the organiser's register, under a register access right.
    Right(Action),
    /// The same with a clientship document, under a wide right.
    Wide(Action),
    /// The organiser's social worker, to whom the neighbour's documents are disclosed.
    Disclosure(Action),
    /// The same, under the authority's broad right.
    Broad(Action),
    /// The organiser's archivist.
    Archive(Action),
    /// The organiser's privacy officer.
    Supervision(Action),
    /// The producer's privacy officer, whose organisation has no register.
    Staff(Action),
}

use Action::{
    Annul, AnswerLogRequest, DiscloseOutside, HandleBreach, Import, ImportVersion, JoinClient,
    ManageAccess, ManageRecipients, PassOn, Read, ReadAccess, ReadLog, ReadUsers, ReadWills,
    ReportAccess, ReportBreach, Search, Store, StoreVersion, Summarise, Supervise,
};

impl Base {
    pub(crate) const ALL: &[Self] = &[
        Self::Own(Store),
        Self::Own(StoreVersion),
        Self::Own(Annul),
        Self::Own(Search),
        Self::Own(Read),
        Self::Own(Summarise),
        Self::Own(ReadAccess),
        Self::Own(ManageAccess),
        Self::Own(ReportAccess),
        Self::Own(JoinClient),
        Self::Own(ReadUsers),
        Self::Own(ReadWills),
        Self::Own(ManageRecipients),
        Self::Own(DiscloseOutside),
        Self::Own(PassOn),
        Self::Own(ReportBreach),
        Self::Recording(ReadWills),
        Self::Will(Store, Group::Informing),
        Self::Will(Store, Group::Permit),
        Self::Will(Store, Group::Denial),
        Self::Will(Store, Group::Representation),
        Self::Will(StoreVersion, Group::Informing),
        Self::Will(StoreVersion, Group::Permit),
        Self::Will(StoreVersion, Group::Denial),
        Self::Will(StoreVersion, Group::Representation),
        Self::JointWill(Group::Informing),
        Self::JointWill(Group::Permit),
        Self::JointWill(Group::Denial),
        Self::JointWill(Group::Representation),
        Self::Outside,
        Self::Right(Store),
        Self::Right(StoreVersion),
        Self::Right(Annul),
        Self::Right(Search),
        Self::Right(Read),
        Self::Right(Summarise),
        Self::Right(ReadAccess),
        Self::Right(ReportAccess),
        Self::Right(ReportBreach),
        Self::Wide(Store),
        Self::Wide(StoreVersion),
        Self::Wide(Annul),
        Self::Wide(Read),
        Self::Disclosure(Search),
        Self::Disclosure(Read),
        Self::Disclosure(Summarise),
        Self::Broad(Search),
        Self::Broad(Read),
        Self::Broad(Summarise),
        Self::Archive(Import),
        Self::Archive(ImportVersion),
        Self::Archive(Annul),
        Self::Archive(Search),
        Self::Archive(Read),
        Self::Archive(ReportBreach),
        Self::Supervision(ReadLog),
        Self::Supervision(ReadAccess),
        Self::Supervision(ReadUsers),
        Self::Supervision(Supervise),
        Self::Supervision(AnswerLogRequest),
        Self::Supervision(ReportBreach),
        Self::Supervision(HandleBreach),
        Self::Staff(ReadLog),
        Self::Staff(Supervise),
        Self::Staff(ReportBreach),
    ];

    pub(crate) const fn action(self) -> Action {
        match self {
            Self::Own(action)
            | Self::Recording(action)
            | Self::Will(action, _)
            | Self::Right(action)
            | Self::Wide(action)
            | Self::Disclosure(action)
            | Self::Broad(action)
            | Self::Archive(action)
            | Self::Supervision(action)
            | Self::Staff(action) => action,
            Self::JointWill(_) => StoreVersion,
            Self::Outside => DiscloseOutside,
        }
    }

    const fn basis(self) -> Basis {
        match self {
            Self::Right(_) | Self::Wide(_) => Basis::RegisterAccess,
            Self::Disclosure(_) => Basis::Disclosure,
            Self::Broad(_) => Basis::Broad,
            _ => Basis::Own,
        }
    }

    const fn group(self) -> Group {
        match self {
            Self::Will(_, group) | Self::JointWill(group) => group,
            Self::Wide(_) => Group::Clientship,
            _ => Group::ClientDocument,
        }
    }

    const fn is_producers(self) -> bool {
        matches!(self, Self::Right(_) | Self::Wide(_) | Self::Staff(_))
    }

    fn is_about_a_document(self) -> bool {
        self == Self::Outside || self.action().writes() || self.action() == Read
    }

    /// Does the document, or the register, belong to the neighbour?
    fn is_of_neighbour(self) -> bool {
        match self {
            Self::JointWill(_) => true,
            Self::Disclosure(action) | Self::Broad(action) => action == Read,
            _ => false,
        }
    }

    /// The facts of the base case: everything that any rule asks for is there.
    pub(crate) fn facts(self) -> Facts {
        let (role, purpose) = match self {
            Self::Archive(_) => ("archivist", Purpose::Archive),
            Self::Supervision(_) | Self::Staff(_) => ("privacy_officer", Purpose::Supervision),
            Self::Recording(_) => ("social_worker", Purpose::Will),
            _ if matches!(self.action(), ReadUsers | ManageRecipients) => {
                ("manager", Purpose::ClientWork)
            }
            _ => ("social_worker", Purpose::ClientWork),
        };
        Facts {
            action: self.action(),
            basis: self.basis(),
            purpose,
            now: instant("2026-09-02T12:00:00+03:00"),
            today: TODAY,
            system: self.system(),
            professional: Professional {
                unit: oid(if self.is_producers() { PRODUCERS_UNIT } else { ORGANISERS_UNIT }),
                unit_of_organisation: Some(always()),
                listing: Some(Listing { period: always(), outsider: false }),
                role: named_role(role),
                authentication: Authentication::ProfessionalCard,
                card_shown: true,
                right_to_practise: Some(true),
            },
            controller: match self {
                Self::Staff(_) => None,
                _ if self.is_of_neighbour() => Some(controller(NEIGHBOURS_CONTROLLER, NEIGHBOUR)),
                _ => Some(controller(CONTROLLER, ORGANISER)),
            },
            sought_case: matches!(self, Self::Right(_)).then(|| oid(CASE)),
            special_reason: None,
            ground: matches!(self, Self::Broad(_)).then(|| code("1")),
            restrictions: Arc::new(Restrictions::builtin().unwrap()),
            document: self.is_about_a_document().then(|| self.document()),
            case: Some(CaseFacts { closed: None }),
            clients: vec![client()],
        }
    }

    fn system(self) -> System {
        let producers = self.is_producers();
        System {
            organisation: oid(if producers { PRODUCER } else { ORGANISER }),
            membership: Some(Membership { model: JoiningModel::Direct, period: always() }),
            controller: (!producers).then(|| oid(CONTROLLER)),
            is_public: !producers,
        }
    }

    fn document(self) -> DocumentFacts {
        let has_case = self.group() == Group::ClientDocument;
        let neighbours = self.is_of_neighbour();
        DocumentFacts {
            original_oid: oid(DOCUMENT),
            controller: oid(if neighbours { NEIGHBOURS_CONTROLLER } else { CONTROLLER }),
            group: self.group(),
            generation: Generation::Phase2,
            service_task: has_case.then(|| code("10")),
            service_process: Some(code("1")),
            type_code: Some(code("1000")),
            case: has_case.then(|| oid(CASE)),
            author_organisation: match (neighbours, self.is_producers()) {
                (true, _) => oid(NEIGHBOUR),
                (false, true) => oid(PRODUCER),
                (false, false) => oid(ORGANISER),
            },
            others_wrote: false,
            // Old data is from before the register opened.
            written_at: instant(if self.action().imports() {
                "2026-08-31T12:00:00+03:00"
            } else {
                "2026-09-01T12:00:00+03:00"
            }),
            stored_at: (!matches!(self.action(), Store | Import))
                .then(|| instant("2026-09-01T13:00:00+03:00")),
            annulled: false,
            is_newest: true,
            by_representative: false,
            asks_professional_signature: true,
            has_professional_signature: true,
        }
    }
}
