//! What a decision costs, on the facts of a client with a long clientship: six context units, and
//! eight rights of which three are in their closing time; eight documents are denied.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up measures nothing")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::{Date, date};
use varanto_model::{Code, Generation, Group, Oid, Period, calendar};
use varanto_rules::{
    Action, Authentication, Basis, CLOSING_WORKING_DAYS, CaseFacts, ClientFacts, ContextUnit,
    ControllerFacts, Denial, DocumentFacts, Facts, JoiningModel, Listing, Membership, Professional,
    Purpose, RegisterAccess, Restrictions, Roles, Spell, Stay, System, WillFacts, decide,
};

const TODAY: Date = date(2026, 9, 2);
/// The services in their closing time ended on this day.
const LAST: Date = date(2026, 8, 28);
/// The case that is asked for.
const CASE: u64 = 1;

fn oid(text: &str) -> Oid {
    Oid::parse(text).unwrap()
}

fn case(number: u64) -> Oid {
    oid(&format!("1.2.246.10.99990001.14.2026.{number}"))
}

fn document(number: u64) -> Oid {
    oid(&format!("1.2.246.10.99990001.11.2026.{number}"))
}

fn unit_of(organisation: u64, number: u64) -> Oid {
    oid(&format!("1.2.246.10.9999000{organisation}.10.{number}"))
}

/// The organiser's units 1 to 6, and the producer's unit 1 with rights to eight cases: those to the
/// first three are closing.
fn client() -> ClientFacts {
    let spell = |last| Spell { first: date(2026, 1, 5), last, withdrawn_at: None };
    let context = |number| ContextUnit { unit: unit_of(1, number), spell: spell(None) };
    let right = |number| RegisterAccess {
        case: case(number),
        unit: unit_of(2, 1),
        spells: vec![spell((number <= 3).then_some(LAST))],
        suspended_since: None,
        reopened_until: None,
    };
    ClientFacts {
        context: (1..=6).map(context).collect(),
        rights: (1..=8).map(right).collect(),
        stay: Some(Stay::default()),
        turvakielto: false,
        will: WillFacts {
            informed: true,
            permit: Some(true),
            denials: (1..=8).map(|number| Denial::Document(document(number))).collect(),
        },
        has_identity_code: true,
        is_minor: false,
    }
}

/// A social worker of an organisation's unit fetches a document of the first organisation's register.
fn facts(basis: Basis, organisation: u64, unit: u64) -> Facts {
    let always = Period::new(date(2020, 1, 1), None).unwrap();
    let now = calendar::start_of(TODAY).unwrap();
    let organiser = oid("1.2.246.10.99990001.10.0");
    let controller = oid("1.2.246.10.99990001.19.0");
    Facts {
        action: Action::Read,
        basis,
        purpose: Purpose::ClientWork,
        now,
        today: TODAY,
        system: System {
            organisation: oid(&format!("1.2.246.10.9999000{organisation}.10.0")),
            membership: Some(Membership { model: JoiningModel::Direct, period: always }),
            controller: (organisation == 1).then(|| controller.clone()),
            is_public: true,
        },
        professional: Professional {
            unit: unit_of(organisation, unit),
            unit_of_organisation: Some(always),
            listing: Some(Listing { period: always, outsider: false }),
            role: Roles::builtin().unwrap().find(&Code::parse("social_worker").unwrap()).cloned(),
            authentication: Authentication::ProfessionalCard,
            card_shown: true,
            right_to_practise: Some(true),
        },
        controller: Some(ControllerFacts {
            oid: controller.clone(),
            organiser: organiser.clone(),
            accepts: vec![JoiningModel::Direct],
            opens: Some(date(2024, 1, 1)),
            professional_signatures_from: None,
            closing_working_days: CLOSING_WORKING_DAYS,
            wide_access: Vec::new(),
        }),
        sought_case: Some(case(CASE)),
        special_reason: None,
        ground: None,
        restrictions: Arc::new(Restrictions::builtin().unwrap()),
        document: Some(DocumentFacts {
            original_oid: document(9),
            controller,
            group: Group::ClientDocument,
            generation: Generation::Phase2,
            service_task: Some(Code::parse("X-ELDERLY").unwrap()),
            service_process: Some(Code::parse("X-ASSESSMENT").unwrap()),
            type_code: Some(Code::parse("1000").unwrap()),
            case: Some(case(CASE)),
            author_organisation: organiser,
            others_wrote: false,
            written_at: now,
            stored_at: Some(now),
            annulled: false,
            is_newest: true,
            by_representative: false,
            asks_professional_signature: false,
            has_professional_signature: false,
        }),
        case: Some(CaseFacts { closed: None }),
        clients: vec![client()],
    }
}

fn benches(c: &mut Criterion) {
    let own = facts(Basis::Own, 1, 6);
    let closing = facts(Basis::RegisterAccess, 2, 1);
    let mut open = closing.clone();
    open.sought_case = Some(case(8));
    open.document.as_mut().unwrap().case = Some(case(8));
    // The same of another controller's document, to which the client's eight denials do not reach.
    let mut disclosed = facts(Basis::Disclosure, 1, 6);
    disclosed.document.as_mut().unwrap().controller = oid("1.2.246.10.99990003.19.0");
    let mut denied = disclosed.clone();
    denied.document.as_mut().unwrap().original_oid = document(8);
    for (name, facts) in [
        ("decision that permits, own register", &own),
        ("decision that permits, register access", &open),
        ("decision that permits, register access in its closing time", &closing),
        ("decision that permits, disclosure", &disclosed),
    ] {
        assert!(decide(facts).outcome().is_ok(), "{name}");
        c.bench_function(name, |b| b.iter(|| decide(black_box(facts))));
    }
    let refused = facts(Basis::RegisterAccess, 2, 2);
    assert!(decide(&refused).outcome().is_err());
    c.bench_function("decision that refuses", |b| b.iter(|| decide(black_box(&refused))));
    assert!(decide(&denied).outcome().is_err());
    c.bench_function("decision that refuses, denied by the client", |b| {
        b.iter(|| decide(black_box(&denied)));
    });
}

criterion_group! {
    name = decision;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = benches
}
criterion_main!(decision);
