//! One base case that every rule permits; then one fact at a time is broken, and exactly the rule
//! that speaks of it refuses.

#![expect(clippy::unwrap_used, reason = "a broken fixture fails the test")]

use jiff::civil::date;
use varanto_model::{Code, Group, Oid, Period};
use varanto_rules::{
    Action, Authentication, ControllerFacts, DocumentFacts, Facts, JoiningModel, Listing,
    Membership, Professional, Purpose, Refusal, Roles, Rule, System, decide,
};

fn oid(text: &str) -> Oid {
    Oid::parse(text).unwrap()
}

fn always() -> Period {
    Period::new(date(2020, 1, 1), None).unwrap()
}

fn ended() -> Period {
    Period::new(date(2020, 1, 1), Some(date(2026, 9, 1))).unwrap()
}

fn base(action: Action) -> Facts {
    let organisation = oid("1.2.246.10.99990001.10.0");
    let controller = oid("1.2.246.10.99990001.19.0");
    let roles = Roles::builtin().unwrap();
    let (role, purpose) = match action {
        Action::ReadLog => ("privacy_officer", Purpose::Supervision),
        _ => ("social_worker", Purpose::ClientWork),
    };
    Facts {
        action,
        purpose,
        today: date(2026, 9, 2),
        system: System {
            organisation: organisation.clone(),
            membership: Some(Membership { model: JoiningModel::Direct, period: always() }),
        },
        professional: Professional {
            unit: oid("1.2.246.10.99990001.10.1"),
            unit_of_organisation: Some(always()),
            listing: Some(Listing { period: always(), outsider: false }),
            role: roles.find(&Code::parse(role).unwrap()).cloned(),
            authentication: Authentication::ProfessionalCard,
            card_shown: true,
        },
        controller: Some(ControllerFacts {
            oid: controller.clone(),
            organiser: organisation.clone(),
            accepts: vec![JoiningModel::Direct, JoiningModel::Joint],
            opens: Some(date(2026, 9, 1)),
            professional_signatures_from: Some(date(2026, 1, 1)),
        }),
        document: (action != Action::ReadLog).then(|| DocumentFacts {
            controller,
            group: Group::ClientDocument,
            service_task: Some(Code::parse("10").unwrap()),
            author_organisation: organisation,
            asks_professional_signature: true,
            has_professional_signature: true,
        }),
    }
}

fn archivist(action: Action) -> Facts {
    let mut facts = base(action);
    facts.purpose = Purpose::Archive;
    facts.professional.role =
        Roles::builtin().unwrap().find(&Code::parse("archivist").unwrap()).cloned();
    facts
}

fn refusals(facts: &Facts) -> Vec<(Rule, Refusal)> {
    decide(facts).refusals().collect()
}

fn broken(action: Action, change: impl FnOnce(&mut Facts)) -> Vec<(Rule, Refusal)> {
    let mut facts = base(action);
    change(&mut facts);
    refusals(&facts)
}

#[test]
fn the_base_case_of_every_act_is_permitted() {
    for action in Action::ALL.iter().copied() {
        assert_eq!(refusals(&base(action)), [], "{action:?}");
    }
    for action in [Action::Search, Action::Read, Action::Annul] {
        assert_eq!(refusals(&archivist(action)), [], "{action:?}");
    }
}

/// REQ SIG-01: rule S1
#[test]
fn an_organisation_that_has_not_joined_does_nothing() {
    for action in Action::ALL.iter().copied() {
        let expected = [(Rule::S1, Refusal::NotJoined)];
        assert_eq!(broken(action, |f| f.system.membership = None), expected);
        let ended = |f: &mut Facts| f.system.membership.as_mut().unwrap().period = ended();
        assert_eq!(broken(action, ended), expected);
        let parallel =
            |f: &mut Facts| f.system.membership.as_mut().unwrap().model = JoiningModel::Parallel;
        assert_eq!(broken(action, parallel), expected);
    }
}

/// REQ AC-01: rule S2
#[test]
fn a_unit_must_be_valid_today_and_of_the_organisation() {
    for action in Action::ALL.iter().copied() {
        let expected = [(Rule::S2, Refusal::UnitUnknown)];
        assert_eq!(broken(action, |f| f.professional.unit_of_organisation = None), expected);
        assert_eq!(
            broken(action, |f| f.professional.unit_of_organisation = Some(ended())),
            expected
        );
    }
}

/// REQ AC-04, REQ AC-03: rule S3
#[test]
fn a_professional_must_be_listed_and_no_outsider() {
    for action in Action::ALL.iter().copied() {
        assert_eq!(
            broken(action, |f| f.professional.listing = None),
            [(Rule::S3, Refusal::UserUnknown)]
        );
        let ended = |f: &mut Facts| f.professional.listing.as_mut().unwrap().period = ended();
        assert_eq!(broken(action, ended), [(Rule::S3, Refusal::UserUnknown)]);
        let outsider = |f: &mut Facts| f.professional.listing.as_mut().unwrap().outsider = true;
        assert_eq!(broken(action, outsider), [(Rule::S3, Refusal::Outsider)]);
    }
}

/// REQ AC-02: rule S4
#[test]
fn a_role_covers_service_tasks_and_groups() {
    let nurse = |f: &mut Facts| {
        f.professional.role =
            Roles::builtin().unwrap().find(&Code::parse("practical_nurse").unwrap()).cloned();
    };
    for action in [Action::Store, Action::StoreVersion, Action::Annul, Action::Search, Action::Read]
    {
        let expected = [(Rule::S4, Refusal::ServiceTaskNotPermitted)];
        assert_eq!(broken(action, nurse), expected, "{action:?}");
        let other_task = |f: &mut Facts| {
            nurse(f);
            f.document.as_mut().unwrap().service_task = Some(Code::parse("X-ELDERLY").unwrap());
        };
        assert_eq!(broken(action, other_task), []);
    }
    assert_eq!(broken(Action::Read, |f| f.professional.role = None).len(), 2);
}

/// REQ REG-02: rule W1
#[test]
fn nobody_stores_into_anothers_register() {
    for action in [Action::Store, Action::StoreVersion] {
        let other = |f: &mut Facts| {
            f.controller.as_mut().unwrap().organiser = oid("1.2.246.10.99990002.10.0");
        };
        assert!(broken(action, other).contains(&(Rule::W1, Refusal::NotTheController)));
        let unknown = |f: &mut Facts| f.controller = None;
        assert!(broken(action, unknown).contains(&(Rule::W1, Refusal::NotTheController)));
    }
}

/// REQ REG-01: rule R1
#[test]
fn what_is_in_anothers_register_looks_as_if_it_were_not_there() {
    for action in [Action::Read, Action::Annul, Action::Search, Action::ReadLog] {
        let other = |f: &mut Facts| {
            f.controller.as_mut().unwrap().organiser = oid("1.2.246.10.99990002.10.0");
        };
        let told = broken(action, other)[0];
        assert_eq!(told, (Rule::R1, Refusal::NotOfOwnRegister));
        assert!(told.1.hides_existence());
    }
}

/// REQ REG-04: rule W3
#[test]
fn a_register_takes_documents_from_its_opening_day_on() {
    for action in [Action::Store, Action::StoreVersion] {
        let opens = |day| move |f: &mut Facts| f.controller.as_mut().unwrap().opens = day;
        assert_eq!(
            broken(action, opens(Some(date(2026, 9, 3)))),
            [(Rule::W3, Refusal::RegisterNotOpen)]
        );
        assert_eq!(broken(action, opens(None)), [(Rule::W3, Refusal::RegisterNotOpen)]);
        assert_eq!(broken(action, opens(Some(date(2026, 9, 2)))), []);
    }
    assert_eq!(broken(Action::Annul, |f| f.controller.as_mut().unwrap().opens = None), []);
}

/// REQ DOC-03, REQ DOC-04: rule W6
#[test]
fn a_document_is_changed_by_its_writer_or_its_controller() {
    for action in [Action::StoreVersion, Action::Annul] {
        let other = oid("1.2.246.10.99990002.10.0");
        let by_controller =
            |f: &mut Facts| f.document.as_mut().unwrap().author_organisation = other.clone();
        assert_eq!(broken(action, by_controller), []);
        let neither = |f: &mut Facts| {
            f.document.as_mut().unwrap().author_organisation = other.clone();
            f.controller.as_mut().unwrap().organiser = other.clone();
        };
        assert!(broken(action, neither).contains(&(Rule::W6, Refusal::NotTheAuthor)));
    }
}

/// REQ SIG-02, REQ SIG-04: rule W8
#[test]
fn a_professional_signature_is_demanded_from_the_controllers_day_on() {
    let unsigned = |f: &mut Facts| f.document.as_mut().unwrap().has_professional_signature = false;
    let expected = [(Rule::W8, Refusal::SignatureMissing)];
    assert_eq!(broken(Action::Store, unsigned), expected);
    assert_eq!(broken(Action::Store, |f| f.professional.card_shown = false), expected);
    for from in [None, Some(date(2026, 9, 3))] {
        let not_yet = |f: &mut Facts| {
            unsigned(f);
            f.controller.as_mut().unwrap().professional_signatures_from = from;
        };
        assert_eq!(broken(Action::Store, not_yet), []);
    }
    let not_asked = |f: &mut Facts| {
        unsigned(f);
        f.document.as_mut().unwrap().asks_professional_signature = false;
    };
    assert_eq!(broken(Action::Store, not_asked), []);
}

/// REQ ARC-01: rule A1
#[test]
fn an_archivist_annuls_but_does_not_store_and_never_sees_the_will() {
    for group in Group::ALL.iter().filter(|g| g.is_will()) {
        let mut facts = archivist(Action::Read);
        facts.document.as_mut().unwrap().group = *group;
        assert_eq!(refusals(&facts)[0], (Rule::A1, Refusal::HiddenFromArchivist));
    }
    assert!(
        refusals(&archivist(Action::Store)).contains(&(Rule::A1, Refusal::PurposeNotPermitted))
    );
    let mut worker = base(Action::Read);
    worker.purpose = Purpose::Archive;
    assert_eq!(refusals(&worker), [(Rule::A1, Refusal::PurposeNotPermitted)]);
}

/// Rule A2
#[test]
fn a_privacy_officer_sees_logs_and_no_documents() {
    let mut facts = base(Action::Read);
    facts.purpose = Purpose::Supervision;
    facts.professional.role =
        Roles::builtin().unwrap().find(&Code::parse("privacy_officer").unwrap()).cloned();
    assert_eq!(refusals(&facts)[0], (Rule::A2, Refusal::PurposeNotPermitted));
    let worker =
        broken(Action::ReadLog, |f| f.professional.role = base(Action::Read).professional.role);
    assert_eq!(worker, [(Rule::A2, Refusal::PurposeNotPermitted)]);
}

/// REQ LOG-01: what the log keeps of a decision.
#[test]
fn the_rules_that_decided_are_named_once_each() {
    let ids = decide(&base(Action::Store)).rule_ids();
    assert_eq!(ids, ["S1", "S2", "S3", "S4", "W1", "W3", "W8"]);
    let mut facts = base(Action::Store);
    facts.professional.listing = None;
    facts.professional.unit_of_organisation = None;
    assert_eq!(decide(&facts).rule_ids(), ["S2", "S3"]);
}
