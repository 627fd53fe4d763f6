//! Standings, cases and joined files; and what the other tests of cases are made of.

use jiff::civil::date;
use uuid::Uuid;
use varanto_model::Oid;

use super::documents::plan;
use super::{commit_all, conflict};
use crate::access_order::AccessOrder;
use crate::case_file::CaseFile;
use crate::choice::{Choice, Refusal};
use crate::document::insert_first_version;
use crate::register_access::AccessRow;
use crate::samples::{
    at, client_file, code, document_oid, first_version, key, lookup, oid, open_file,
};
use crate::standing::{ClientStanding, Standing};
use crate::{
    Conflict, Database, Entity, Guard, MAX_VALUES, Statement, TooManyValues, access_order,
    case_file, choice, client, register_access, standing,
};

/// Every change of what follows from control documents.
pub(crate) fn changes() -> Vec<Statement> {
    vec![
        upsert(1, 1),
        case_file::upsert(case(1)),
        case_file::remove(&case(1)),
        register_access::insert(right(1)),
        register_access::clear(key(1), &controller(1)),
        standing::remove(key(1), &controller(1)),
        access_order::insert(order(1)),
        choice::insert(report(1)),
        choice::refuse(key(1), refusal()),
    ]
}

/// A controller, the first of which is that of the documents.
pub(super) fn controller(n: u64) -> Oid {
    oid(&format!("1.2.246.10.9999000{n}.19.0"))
}

/// A standing of a client at a controller.
pub(super) fn upsert(client: u64, of: u64) -> Statement {
    let Standing { client, controller, derived, orders } = stands(client, of);
    standing::upsert(client, &controller, derived, orders)
}

pub(super) fn stands(client: u64, of: u64) -> Standing {
    Standing {
        client: key(client),
        controller: controller(of),
        derived: format!("{{\"cases\":{client}}}"),
        orders: format!("[{of}]"),
    }
}

pub(super) fn unit(n: u64) -> Oid {
    oid(&format!("1.2.246.10.99990002.10.{n}"))
}

pub(super) fn case(n: u64) -> CaseFile {
    CaseFile {
        case: document_oid(900 + n),
        controller: controller(1),
        original_oid: document_oid(n),
        clients: vec![key(1), key(2)],
    }
}

/// A right of unit `n` about client 1.
pub(super) fn right(n: u64) -> AccessRow {
    AccessRow {
        oid: oid(&format!("2.25.{n}")),
        unit: unit(n),
        client: key(1),
        controller: controller(1),
        case: document_oid(900),
        service_task: code("X-ELDERLY"),
        spells: "[{\"first\":\"2026-01-01\"}]".to_owned(),
    }
}

pub(super) fn order(n: u64) -> AccessOrder {
    AccessOrder {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        access: right(1).oid,
        client: key(1),
        controller: controller(1),
        case: right(1).case,
        unit: right(1).unit,
        kind: "reopening".to_owned(),
        until: Some(date(2026, 12, 31)),
        reason: Some(vec![0, 255]),
        organisation: oid("1.2.246.10.99990001.10.0"),
        user_id: "S-1001".to_owned(),
        log_entry: key(70 + n),
    }
}

pub(super) fn report(n: u64) -> Choice {
    Choice {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        controller: controller(1),
        unit: unit(1),
        client: key(1),
        service_task: code("X-ELDERLY"),
        first_day: date(2026, 10, 1),
        organisation: oid("1.2.246.10.99990002.10.0"),
        user_id: "S-2001".to_owned(),
        refusal: None,
    }
}

pub(super) fn refusal() -> Refusal {
    Refusal { at: at(900), user_id: "S-1001".to_owned(), reason: vec![8, 0, 8] }
}

pub(super) fn read(client: u64, of: Option<Standing>) -> ClientStanding {
    let (derived, orders) = of.map(|s| (s.derived, s.orders)).unzip();
    ClientStanding {
        client: key(client),
        client_version: 1,
        joined_to: None,
        derived,
        orders,
        will: None,
    }
}

pub(super) async fn a_standing_is_read_with_the_file_of_its_client(database: &Database) {
    commit_all(database, [open_file(1), open_file(2), plan(1, vec![upsert(1, 1)])]).await;
    let of = async |n| {
        let keys = [key(1), key(2), key(3)];
        database.fetch(standing::of_clients(&keys, &controller(n)).unwrap()).await.unwrap()
    };
    assert_eq!(of(1).await, [read(1, Some(stands(1, 1))), read(2, None)]);
    assert_eq!(of(3).await, [read(1, None), read(2, None)], "that of another controller");
    let by_lookup =
        async |n| database.fetch(standing::of_lookup(&lookup(n), &controller(1))).await.unwrap();
    assert_eq!(by_lookup(1).await, [read(1, Some(stands(1, 1)))]);
    assert_eq!(by_lookup(2).await, [read(2, None)]);
    assert_eq!(by_lookup(3).await, []);
    let none = standing::of_clients(&[], &controller(1)).unwrap();
    assert_eq!(database.fetch(none).await, Ok(vec![]));
    let refused = standing::of_clients(&[key(1); MAX_VALUES + 1], &controller(1));
    assert_eq!(refused.map(|query| query.name()), Err(TooManyValues));

    let newer = Standing { derived: "{}".to_owned(), orders: "[]".to_owned(), ..stands(1, 1) };
    let replace = standing::upsert(key(1), &controller(1), "{}".to_owned(), "[]".to_owned());
    commit_all(database, [plan(2, vec![replace])]).await;
    assert_eq!(by_lookup(1).await, [read(1, Some(newer))]);
    let remove = || vec![standing::remove(key(1), &controller(1))];
    commit_all(database, [plan(3, remove())]).await;
    assert_eq!(by_lookup(1).await, [read(1, None)]);
    let outcome = database.commit(plan(4, remove())).await;
    assert_eq!(conflict(outcome), Conflict::Gone(Entity::Standing));
}

pub(super) async fn standings_are_listed_in_pages(database: &Database) {
    commit_all(database, (1..=5).map(open_file)).await;
    let pairs = || (1..=5).flat_map(|client| [(client, 1), (client, 3)]);
    commit_all(database, [plan(1, pairs().map(|(client, of)| upsert(client, of)).collect())]).await;
    let expected: Vec<_> = pairs().map(|(client, of)| stands(client, of)).collect();
    for size in [1, 3, 50] {
        let (mut all, mut after) = (vec![], None);
        loop {
            let page = database.fetch(standing::every(after, size)).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.client, last.controller.clone()));
            all.extend(page);
        }
        assert_eq!(all, expected, "pages of {size}");
    }
    let of_one = database.fetch(standing::all_of(key(4))).await;
    assert_eq!(of_one, Ok(vec![stands(4, 1), stands(4, 3)]));
}

async fn documents(database: &Database, numbers: std::ops::RangeInclusive<u64>) {
    commit_all(database, [open_file(1), open_file(2)]).await;
    for n in numbers {
        let document = insert_first_version(first_version(n, &[1, 2]));
        commit_all(database, [plan(1000 + n, document)]).await;
    }
}

/// REQ CASE-01
pub(super) async fn a_case_is_opened_by_one_document(database: &Database) {
    documents(database, 1..=2).await;
    let found = async || database.fetch(case_file::find(&case(1).case)).await.unwrap();
    assert_eq!(found().await, []);
    let store = |entry, file| plan(entry, vec![case_file::upsert(file)]);
    let smaller = CaseFile { clients: vec![key(2)], ..case(1) };
    commit_all(database, [store(1, case(1)), store(2, smaller.clone())]).await;
    assert_eq!(found().await, std::slice::from_ref(&smaller));
    let by_another = CaseFile { original_oid: document_oid(2), ..case(1) };
    let second_case = CaseFile { case: document_oid(999), ..case(1) };
    for file in [by_another.clone(), second_case] {
        let outcome = database.commit(store(3, file)).await;
        assert_eq!(conflict(outcome), Conflict::AlreadyExists(Entity::Case));
    }
    let outcome = database.commit(plan(4, vec![case_file::remove(&by_another)])).await;
    assert_eq!(conflict(outcome), Conflict::Gone(Entity::Case));
    assert_eq!(found().await, std::slice::from_ref(&smaller));
    let passed_on = vec![case_file::remove(&smaller), case_file::upsert(by_another.clone())];
    commit_all(database, [plan(5, passed_on)]).await;
    assert_eq!(found().await, [by_another]);
}

pub(super) async fn cases_are_listed_in_pages(database: &Database) {
    documents(database, 1..=5).await;
    let cases: Vec<_> = (1..=5).map(case).collect();
    commit_all(database, [plan(1, cases.iter().cloned().map(case_file::upsert).collect())]).await;
    let first = database.fetch(case_file::every(None, 3)).await.unwrap();
    assert_eq!(first, cases[..3]);
    let rest = case_file::every(Some(first[2].case.clone()), 3);
    assert_eq!(database.fetch(rest).await.unwrap(), cases[3..]);
}

/// REQ CASE-06
pub(super) async fn a_joined_file_leads_to_the_persons(database: &Database) {
    commit_all(database, (1..=3).map(open_file)).await;
    let join = |entry, version, person: Uuid| {
        plan(entry, vec![upsert(2, 1), client::join(key(1), version, person)])
    };
    let outcome = database.commit(join(1, 7, key(2))).await;
    assert_eq!(conflict(outcome), Conflict::Stale(Guard::Client));
    commit_all(database, [join(2, 1, key(2))]).await;
    let joined = client::Client { version: 2, joined_to: Some(key(2)), ..client_file(1) };
    assert_eq!(database.fetch(client::find(key(1))).await, Ok(vec![joined.clone()]));
    assert_eq!(database.fetch(client::find_by_lookup(&lookup(1))).await, Ok(vec![joined]));
    let of_person = read(2, Some(stands(2, 1)));
    for n in [1, 2] {
        let found = database.fetch(standing::of_lookup(&lookup(n), &controller(1))).await;
        assert_eq!(found, Ok(vec![of_person.clone()]));
    }
    let both = standing::of_clients(&[key(1), key(2)], &controller(1)).unwrap();
    let file = ClientStanding { client_version: 2, joined_to: Some(key(2)), ..read(1, None) };
    assert_eq!(database.fetch(both).await, Ok(vec![file, of_person]));
    // Once and for good.
    let outcome = database.commit(join(3, 2, key(3))).await;
    assert_eq!(conflict(outcome), Conflict::Stale(Guard::Client));
}
