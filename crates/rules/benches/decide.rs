//! What a decision costs: the facts of a social worker who stores a document in the own register.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up measures nothing")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::date;
use varanto_model::{Code, Group, Oid, Period};
use varanto_rules::{
    Action, Authentication, ControllerFacts, DocumentFacts, Facts, JoiningModel, Listing,
    Membership, Professional, Purpose, Roles, System, decide,
};

fn facts() -> Facts {
    let oid = |text| Oid::parse(text).unwrap();
    let (organisation, controller) =
        (oid("1.2.246.10.99990001.10.0"), oid("1.2.246.10.99990001.19.0"));
    let always = Period::new(date(2020, 1, 1), None).unwrap();
    Facts {
        action: Action::Store,
        purpose: Purpose::ClientWork,
        today: date(2026, 9, 2),
        system: System {
            organisation: organisation.clone(),
            membership: Some(Membership { model: JoiningModel::Direct, period: always }),
        },
        professional: Professional {
            unit: oid("1.2.246.10.99990001.10.1"),
            unit_of_organisation: Some(always),
            listing: Some(Listing { period: always, outsider: false }),
            role: Roles::builtin().unwrap().find(&Code::parse("social_worker").unwrap()).cloned(),
            authentication: Authentication::ProfessionalCard,
            card_shown: true,
        },
        controller: Some(ControllerFacts {
            oid: controller.clone(),
            organiser: organisation.clone(),
            accepts: vec![JoiningModel::Direct],
            opens: Some(date(2024, 1, 1)),
            professional_signatures_from: None,
        }),
        document: Some(DocumentFacts {
            controller,
            group: Group::ClientDocument,
            service_task: Some(Code::parse("X-ELDERLY").unwrap()),
            author_organisation: organisation,
            asks_professional_signature: false,
            has_professional_signature: false,
        }),
    }
}

fn benches(c: &mut Criterion) {
    let permitted = facts();
    assert!(decide(&permitted).outcome().is_ok());
    c.bench_function("decision that permits", |b| b.iter(|| decide(black_box(&permitted))));
    let refused = Facts { today: date(2019, 1, 1), ..facts() };
    assert!(decide(&refused).outcome().is_err());
    c.bench_function("decision that refuses", |b| b.iter(|| decide(black_box(&refused))));
}

criterion_group! {
    name = decision;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = benches
}
criterion_main!(decision);
