//! What the base cases are made of, and ways to reach into them.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use varanto_model::{Code, Oid, Period};
use varanto_rules::{
    CLOSING_WORKING_DAYS, ClientFacts, ContextUnit, ControllerFacts, DocumentFacts, Facts,
    JoiningModel, RegisterAccess, Role, Roles, Spell, Stay, WideAccess, WillFacts,
};

pub(crate) const ORGANISER: &str = "1.2.246.10.99990001.10.0";
pub(crate) const PRODUCER: &str = "1.2.246.10.99990002.10.0";
pub(crate) const NEIGHBOUR: &str = "1.2.246.10.99990003.10.0";
pub(crate) const ORGANISERS_UNIT: &str = "1.2.246.10.99990001.10.1";
pub(crate) const PRODUCERS_UNIT: &str = "1.2.246.10.99990002.10.1";
pub(crate) const CASE: &str = "1.2.246.10.99990001.14.1";
pub(crate) const OTHER_CASE: &str = "1.2.246.10.99990001.14.2";
pub(crate) const DOCUMENT: &str = "1.2.246.10.99990001.11.2026.1";
pub(crate) const OTHER_DOCUMENT: &str = "1.2.246.10.99990001.11.2026.2";
/// The organiser's, the own controller of its workers.
pub(crate) const CONTROLLER: &str = "1.2.246.10.99990001.19.0";
pub(crate) const NEIGHBOURS_CONTROLLER: &str = "1.2.246.10.99990003.19.0";
pub(crate) const TODAY: Date = date(2026, 9, 2);
pub(crate) const TOMORROW: Date = date(2026, 9, 3);

/// A controller that demands signatures and gives the producer a wide right.
pub(crate) fn controller(name: &str, organiser: &str) -> ControllerFacts {
    ControllerFacts {
        oid: oid(name),
        organiser: oid(organiser),
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

/// A grown client of both units, who is in the case from its beginning and lets everything out.
pub(crate) fn client() -> ClientFacts {
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
        will: WillFacts { informed: true, permit: Some(true), denials: Vec::new() },
        has_identity_code: true,
        is_minor: false,
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

/// What the client has declared.
pub(crate) fn will(facts: &mut Facts) -> &mut WillFacts {
    &mut facts.clients[0].will
}

/// The role of the professional.
pub(crate) fn role(facts: &mut Facts) -> &mut Role {
    facts.professional.role.as_mut().unwrap()
}

/// The roles that the system starts with.
pub(crate) const ROLES: &[&str] = &[
    "social_worker",
    "social_instructor",
    "practical_nurse",
    "manager",
    "service_desk",
    "archivist",
    "privacy_officer",
];
