//! The base cases: an organiser that uses its own register, a producer that uses it under a right,
//! and those who oversee.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use varanto_model::{Code, Generation, Group, Oid, Period};
use varanto_rules::{
    Action, Authentication, Basis, CLOSING_WORKING_DAYS, CaseFacts, ClientFacts, ContextUnit,
    ControllerFacts, DocumentFacts, Facts, JoiningModel, Listing, Membership, Professional,
    Purpose, RegisterAccess, Role, Roles, Spell, Stay, System, WideAccess,
};

pub(crate) const ORGANISER: &str = "1.2.246.10.99990001.10.0";
pub(crate) const PRODUCER: &str = "1.2.246.10.99990002.10.0";
pub(crate) const ORGANISERS_UNIT: &str = "1.2.246.10.99990001.10.1";
pub(crate) const PRODUCERS_UNIT: &str = "1.2.246.10.99990002.10.1";
pub(crate) const CASE: &str = "1.2.246.10.99990001.14.1";
pub(crate) const OTHER_CASE: &str = "1.2.246.10.99990001.14.2";
pub(crate) const TODAY: Date = date(2026, 9, 2);
pub(crate) const TOMORROW: Date = date(2026, 9, 3);

const CONTROLLER: &str = "1.2.246.10.99990001.19.0";

/// A base case: who acts on whose register.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Base {
    /// The organiser's social worker in the own register.
    Own(Action),
    /// A producer's social worker in the organiser's register, under a register access right.
    Right(Action),
    /// The same with a clientship document, under a wide right.
    Wide(Action),
    /// The organiser's archivist.
    Archive(Action),
    /// The organiser's privacy officer.
    Supervision(Action),
}

use Action::{
    Annul, JoinClient, ManageAccess, Read, ReadAccess, ReadLog, ReadUsers, ReportAccess, Search,
    Store, StoreVersion,
};

impl Base {
    pub(crate) const ALL: &[Self] = &[
        Self::Own(Store),
        Self::Own(StoreVersion),
        Self::Own(Annul),
        Self::Own(Search),
        Self::Own(Read),
        Self::Own(ReadAccess),
        Self::Own(ManageAccess),
        Self::Own(ReportAccess),
        Self::Own(JoinClient),
        Self::Own(ReadUsers),
        Self::Right(Store),
        Self::Right(StoreVersion),
        Self::Right(Annul),
        Self::Right(Search),
        Self::Right(Read),
        Self::Right(ReadAccess),
        Self::Right(ReportAccess),
        Self::Wide(Store),
        Self::Wide(StoreVersion),
        Self::Wide(Annul),
        Self::Wide(Read),
        Self::Archive(Annul),
        Self::Archive(Search),
        Self::Archive(Read),
        Self::Supervision(ReadLog),
        Self::Supervision(ReadAccess),
        Self::Supervision(ReadUsers),
    ];

    pub(crate) const fn action(self) -> Action {
        match self {
            Self::Own(action)
            | Self::Right(action)
            | Self::Wide(action)
            | Self::Archive(action)
            | Self::Supervision(action) => action,
        }
    }

    /// The facts of the base case: everything that any rule asks for is there.
    pub(crate) fn facts(self) -> Facts {
        let anothers = matches!(self, Self::Right(_) | Self::Wide(_));
        let controls = matches!(self, Self::Wide(_));
        let organisation = oid(if anothers { PRODUCER } else { ORGANISER });
        let (role, purpose) = match self {
            Self::Archive(_) => ("archivist", Purpose::Archive),
            Self::Supervision(_) => ("privacy_officer", Purpose::Supervision),
            _ if self.action() == ReadUsers => ("manager", Purpose::ClientWork),
            _ => ("social_worker", Purpose::ClientWork),
        };
        let is_about_a_document = matches!(self.action(), Store | StoreVersion | Annul | Read);
        Facts {
            action: self.action(),
            basis: if anothers { Basis::RegisterAccess } else { Basis::Own },
            purpose,
            now: instant("2026-09-02T12:00:00+03:00"),
            today: TODAY,
            system: System {
                organisation: organisation.clone(),
                membership: Some(Membership { model: JoiningModel::Direct, period: always() }),
            },
            professional: Professional {
                unit: oid(if anothers { PRODUCERS_UNIT } else { ORGANISERS_UNIT }),
                unit_of_organisation: Some(always()),
                listing: Some(Listing { period: always(), outsider: false }),
                role: named_role(role),
                authentication: Authentication::ProfessionalCard,
                card_shown: true,
                right_to_practise: Some(true),
            },
            controller: Some(controller()),
            sought_case: (anothers && !controls).then(|| oid(CASE)),
            special_reason: None,
            document: is_about_a_document.then(|| DocumentFacts {
                controller: oid(CONTROLLER),
                group: if controls { Group::Clientship } else { Group::ClientDocument },
                generation: Generation::Phase2,
                service_task: (!controls).then(|| code("10")),
                service_process: Some(code("1")),
                type_code: Some(code("1000")),
                case: (!controls).then(|| oid(CASE)),
                author_organisation: organisation,
                others_wrote: false,
                written_at: instant("2026-09-01T12:00:00+03:00"),
                stored_at: (self.action() != Store).then(|| instant("2026-09-01T13:00:00+03:00")),
                asks_professional_signature: true,
                has_professional_signature: true,
            }),
            case: Some(CaseFacts { closed: None }),
            clients: vec![client()],
        }
    }
}

fn controller() -> ControllerFacts {
    ControllerFacts {
        oid: oid(CONTROLLER),
        organiser: oid(ORGANISER),
        accepts: vec![JoiningModel::Direct, JoiningModel::Joint],
        opens: Some(date(2026, 9, 1)),
        professional_signatures_from: Some(date(2026, 1, 1)),
        closing_working_days: CLOSING_WORKING_DAYS,
        wide_access: vec![WideAccess {
            unit: oid(PRODUCERS_UNIT),
            service_tasks: [code("10")].into(),
            period: always(),
        }],
    }
}

/// A client of both units, who is in the case from its beginning.
fn client() -> ClientFacts {
    ClientFacts {
        context: vec![ContextUnit { unit: oid(ORGANISERS_UNIT), spell: since_always() }],
        rights: vec![RegisterAccess {
            case: oid(CASE),
            unit: oid(PRODUCERS_UNIT),
            spells: vec![since_always()],
            suspended_since: None,
            reopened_until: None,
        }],
        stay: Some(Stay::default()),
        turvakielto: false,
    }
}

fn since_always() -> Spell {
    Spell { first: date(2020, 1, 1), last: None, withdrawn_at: None }
}

pub(crate) fn oid(text: &str) -> Oid {
    Oid::parse(text).unwrap()
}

pub(crate) fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn named_role(name: &str) -> Option<Role> {
    Roles::builtin().unwrap().find(&code(name)).cloned()
}

pub(crate) fn always() -> Period {
    Period::new(date(2020, 1, 1), None).unwrap()
}

/// A period whose last day was yesterday.
pub(crate) fn ended() -> Period {
    Period::new(date(2020, 1, 1), Some(date(2026, 9, 1))).unwrap()
}

/// A period whose last day is today.
pub(crate) fn ending() -> Period {
    Period::new(date(2020, 1, 1), Some(TODAY)).unwrap()
}

/// A period whose first day is tomorrow.
pub(crate) fn coming() -> Period {
    Period::new(TOMORROW, None).unwrap()
}

/// The document of an act that is about one.
pub(crate) fn document(facts: &mut Facts) -> &mut DocumentFacts {
    facts.document.as_mut().unwrap()
}

/// The controller that is known.
pub(crate) fn register(facts: &mut Facts) -> &mut ControllerFacts {
    facts.controller.as_mut().unwrap()
}

/// The right of the producer's unit.
pub(crate) fn right(facts: &mut Facts) -> &mut RegisterAccess {
    &mut facts.clients[0].rights[0]
}
