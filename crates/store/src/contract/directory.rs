//! The directory and the counters of what is kept in memory.

use jiff::civil::date;

use super::{commit_all, conflict};
use crate::directory::{
    CertificateBinding, Controller, Deployment, Joining, Organisation, Person, ProfessionalRight,
    Record, RecordKind, Unit, WideAccess, all_certificates, all_deployments, all_organisations,
    all_people, all_professional_rights, all_units, history_of, history_of_organisation,
    history_of_person, put, remove_certificate, remove_organisation, remove_person, remove_unit,
    upsert_certificate, upsert_organisation, upsert_person, upsert_unit,
};
use crate::samples::{administrative_entry, at, code, lookup, oid};
use crate::{
    Conflict, Database, Entity, Guard, Plan, Statement, Subject, bump_revision, find_revision,
    guard_revisions,
};

fn county() -> Organisation {
    Organisation {
        operating_unit: oid("1.2.246.10.99990001.10.0"),
        business_id: "99990001".to_owned(),
        name_fi: "Testilän hyvinvointialue".to_owned(),
        name_sv: Some("Testby välfärdsområde".to_owned()),
        name_en: None,
        kind: "public".to_owned(),
        controller: Some(Controller {
            oid: oid("1.2.246.10.99990001.19.0"),
            register_opens: Some(date(2024, 1, 1)),
            accepts_models: vec!["direct".to_owned(), "joint".to_owned()],
            closing_working_days: Some(7),
            professional_signatures_from: Some(date(2026, 9, 1)),
            wide_access: vec![WideAccess {
                unit: oid("1.2.246.10.99990004.10.1"),
                service_tasks: vec![code("X-FAMILIES")],
                from: date(2024, 1, 1),
                to: None,
            }],
        }),
        joined: Some(Joining {
            model: "direct".to_owned(),
            from: date(2024, 1, 1),
            to: Some(date(2030, 12, 31)),
        }),
        citizen_service: true,
        valid_from: Some(date(2023, 1, 1)),
        valid_to: None,
    }
}

fn producer() -> Organisation {
    Organisation {
        operating_unit: oid("1.2.246.10.99990002.10.0"),
        business_id: "99990002".to_owned(),
        name_fi: "Hoiva Oy".to_owned(),
        name_sv: None,
        name_en: None,
        kind: "private".to_owned(),
        controller: None,
        joined: None,
        citizen_service: false,
        valid_from: None,
        valid_to: Some(date(2027, 1, 1)),
    }
}

fn unit() -> Unit {
    Unit {
        oid: oid("1.2.246.10.99990001.10.1"),
        organisation: county().operating_unit,
        name: "Iäkkäiden palvelut".to_owned(),
        name_sv: Some("Äldreservice".to_owned()),
        name_en: None,
        valid_from: date(2023, 1, 1),
        valid_to: None,
    }
}

fn person() -> Person {
    Person {
        organisation: county().operating_unit,
        user_id: "S-1001".to_owned(),
        family_name: "Esimerkki".to_owned(),
        given_names: "Maija".to_owned(),
        role: "social_worker".to_owned(),
        units: vec![unit().oid],
        card: Some("professional".to_owned()),
        outsider: false,
        valid_from: Some(date(2024, 1, 1)),
        valid_to: None,
        home: Some(lookup(7)),
    }
}

fn certificate() -> CertificateBinding {
    CertificateBinding { thumbprint: [4; 32], organisation: county().operating_unit }
}

fn right() -> ProfessionalRight {
    ProfessionalRight {
        registration_id: "S-1001".to_owned(),
        profession: "social_worker".to_owned(),
        valid_from: date(2020, 1, 1),
        valid_to: None,
        restriction: Some("ei itsenäisenä ammatinharjoittajana".to_owned()),
    }
}

fn deployment() -> Deployment {
    Deployment {
        organisation_name: "Testilän hyvinvointialue".to_owned(),
        in_use_since: date(2024, 1, 1),
        operating_unit: Some(county().operating_unit),
    }
}

/// Every change that the directory knows.
pub(crate) fn changes() -> Vec<Statement> {
    let noted = [Record::ProfessionalRight(right()), Record::Deployment(deployment())];
    let noted = noted.into_iter().flat_map(|record| put(at(0), "test", None, record).unwrap());
    let mut changes = vec![
        upsert_organisation(county()),
        upsert_unit(unit()),
        upsert_person(person()),
        upsert_certificate(certificate()),
        remove_organisation(&county().operating_unit),
        remove_unit(&unit().oid),
        remove_person(&county().operating_unit, person().user_id),
        remove_certificate([4; 32]),
    ];
    changes.extend(noted);
    changes
}

fn plan(entry: u64, statements: Vec<Statement>) -> Plan {
    let mut plan = Plan::administrative(administrative_entry(entry));
    plan.extend(statements);
    plan
}

pub(super) async fn the_directory_comes_back_as_it_was_stored(database: &Database) {
    let stored = vec![
        upsert_organisation(producer()),
        upsert_organisation(county()),
        upsert_unit(unit()),
        upsert_person(person()),
        upsert_certificate(certificate()),
    ];
    commit_all(database, [plan(1, stored)]).await;
    let organisations = database.fetch(all_organisations()).await;
    assert_eq!(organisations, Ok(vec![county(), producer()]));
    assert_eq!(database.fetch(all_units()).await, Ok(vec![unit()]));
    assert_eq!(database.fetch(all_people()).await, Ok(vec![person()]));
    assert_eq!(database.fetch(all_certificates()).await, Ok(vec![certificate()]));
    // Stored, changed and removed within one plan.
    commit_all(database, [plan(2, changes())]).await;
    assert_eq!(database.fetch(all_organisations()).await, Ok(vec![producer()]));
    assert_eq!(database.fetch(all_units()).await, Ok(vec![]));
    assert_eq!(database.fetch(all_people()).await, Ok(vec![]));
    assert_eq!(database.fetch(all_certificates()).await, Ok(vec![]));
    assert_eq!(database.fetch(all_professional_rights()).await, Ok(vec![right()]));
    assert_eq!(database.fetch(all_deployments()).await, Ok(vec![deployment()]));
    let outcome = database.commit(plan(3, vec![remove_unit(&unit().oid)])).await;
    assert_eq!(conflict(outcome), Conflict::Gone(Entity::DirectoryRecord));
}

pub(super) async fn a_second_record_of_a_name_takes_the_place_of_the_first(database: &Database) {
    let renamed = Organisation { name_fi: "Uusi".to_owned(), joined: None, ..county() };
    let outsider = Person { outsider: true, units: vec![], card: None, home: None, ..person() };
    let closed = Unit { valid_to: Some(date(2026, 6, 30)), ..unit() };
    let moved = CertificateBinding { organisation: producer().operating_unit, ..certificate() };
    let mut statements = changes();
    statements.truncate(4);
    statements.extend([
        upsert_organisation(renamed.clone()),
        upsert_person(outsider.clone()),
        upsert_unit(closed.clone()),
        upsert_certificate(moved.clone()),
    ]);
    commit_all(database, [plan(1, statements)]).await;
    assert_eq!(database.fetch(all_organisations()).await, Ok(vec![renamed]));
    assert_eq!(database.fetch(all_people()).await, Ok(vec![outsider]));
    assert_eq!(database.fetch(all_units()).await, Ok(vec![closed]));
    assert_eq!(database.fetch(all_certificates()).await, Ok(vec![moved]));
    let twice = Organisation { controller: county().controller, ..producer() };
    let outcome = database.commit(plan(2, vec![upsert_organisation(twice)])).await;
    assert_eq!(conflict(outcome), Conflict::AlreadyExists(Entity::DirectoryRecord));
}

/// REQ DIR-01, AC-04
pub(super) async fn a_record_is_put_in_together_with_the_note_of_its_change(database: &Database) {
    let closed = Unit { valid_to: Some(date(2026, 6, 30)), ..unit() };
    let outsider = Person { outsider: true, ..person() };
    let changes = [
        (None, Record::Organisation(county())),
        (None, Record::Unit(unit())),
        (Some(Record::Unit(unit())), Record::Unit(closed.clone())),
        (None, Record::Person(person())),
        (Some(Record::Person(person())), Record::Person(outsider.clone())),
        (None, Record::Certificate(certificate())),
    ];
    for (n, (earlier, later)) in (1..).zip(changes) {
        let put = put(at(10 + n), "register.csv", earlier.as_ref(), later).unwrap();
        commit_all(database, [plan(u64::try_from(n).unwrap(), put.to_vec())]).await;
    }
    assert_eq!(database.fetch(all_units()).await, Ok(vec![closed]));
    assert_eq!(database.fetch(all_people()).await, Ok(vec![outsider]));
    let of_unit = history_of(RecordKind::Unit, unit().oid.to_string());
    let of_unit = database.fetch(of_unit).await.unwrap();
    assert_eq!(of_unit.len(), 2);
    assert_eq!((of_unit[0].at, of_unit[1].at), (at(12), at(13)));
    assert_eq!(
        (&of_unit[0].earlier, &of_unit[1].earlier),
        (&None, &Some(of_unit[0].later.clone()))
    );
    assert!(of_unit[1].later.contains("2026-06-30") && of_unit[1].source == "register.csv");
    let of_person = history_of_person(&county().operating_unit, person().user_id);
    let of_person = database.fetch(of_person).await.unwrap();
    assert_eq!(of_person.len(), 2);
    assert!(of_person[0].later.contains("Esimerkki") && !format!("{of_person:?}").contains("Esim"));
    let elsewhere = history_of_person(&producer().operating_unit, person().user_id);
    assert_eq!(database.fetch(elsewhere).await, Ok(vec![]));
    // That of an organisation tells nothing about people.
    let whole = history_of_organisation(&county().operating_unit);
    let whole: Vec<_> = database.fetch(whole).await.unwrap().into_iter().map(|c| c.kind).collect();
    assert_eq!(whole, ["organisation", "unit", "unit", "certificate"]);
}

pub(super) async fn each_counter_guards_what_it_counts(database: &Database) {
    for (entry, subject) in (1..).zip(Subject::ALL) {
        let before = counters(database).await;
        let held = vec![guard_revisions(before), bump_revision(subject)];
        commit_all(database, [plan(entry, held)]).await;
        let after = counters(database).await;
        let raised = |(subject_of, before)| before + i64::from(subject_of == subject);
        assert!(Subject::ALL.into_iter().zip(before).map(raised).eq(after));
        let outcome = database.commit(plan(100, vec![guard_revisions(before)])).await;
        assert_eq!(conflict(outcome), Conflict::Stale(Guard::Kept));
        commit_all(database, [plan(100 + entry, vec![guard_revisions(after)])]).await;
    }
}

async fn counters(database: &Database) -> [i64; 3] {
    let found = database
        .fetch(Subject::ALL.into_iter().map(find_revision).collect::<Vec<_>>())
        .await
        .unwrap();
    found.concat().try_into().unwrap()
}
