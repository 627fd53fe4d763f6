//! Register access rights, the orders about them, and reported choices.

use super::cases::{controller, order, refusal, report, right, unit, upsert};
use super::documents::plan;
use super::{commit_all, conflict};
use crate::access_order::AccessOrder;
use crate::choice::{Choice, ChoiceFilter};
use crate::register_access::{AccessFilter, AccessFound, AccessRow};
use crate::samples::{client_file, key, lookup, oid, open_file, use_entry};
use crate::use_log::LogCursor;
use crate::{
    Conflict, Database, Entity, MAX_VALUES, Plan, StoreError, TooManyValues, access_order, choice,
    client, register_access,
};

/// REQ RA-03
pub(super) async fn a_right_is_found_with_its_client_and_standing(database: &Database) {
    let named = client::Client { names: Some(vec![4, 5]), ..client_file(1) };
    let opening = Plan::recorded(use_entry(1)).with(client::insert(named, &lookup(1)));
    let given = vec![upsert(1, 1), register_access::insert(right(1))];
    commit_all(database, [opening, plan(2, given)]).await;
    let found = AccessFound {
        right: right(1),
        client_version: 1,
        identifier: vec![1, 2, 3],
        names: Some(vec![4, 5]),
        derived: "{\"cases\":1}".to_owned(),
        orders: "[1]".to_owned(),
    };
    let by_name = database.fetch(register_access::find(&right(1).oid)).await;
    assert_eq!(by_name, Ok(vec![found.clone()]));
    let all = register_access::list(&AccessFilter::default(), None, 50).unwrap();
    assert_eq!(database.fetch(all).await, Ok(vec![found]));
    assert_eq!(database.fetch(register_access::find(&right(2).oid)).await, Ok(vec![]));
    let outcome = database.commit(plan(3, vec![register_access::insert(right(1))])).await;
    assert_eq!(conflict(outcome), Conflict::AlreadyExists(Entity::RegisterAccess));
}

/// Rights of three units, two clients and two controllers, `11` to `46`.
async fn rights(database: &Database) {
    commit_all(database, [open_file(1), open_file(2)]).await;
    let mut statements = vec![upsert(1, 1), upsert(1, 3), upsert(2, 1)];
    for (n, client, of) in [(1, 1, 1), (2, 1, 3), (3, 2, 1)] {
        for u in 1..=3 {
            let row = AccessRow {
                oid: oid(&format!("2.25.{u}{n}")),
                unit: unit(u),
                client: key(client),
                controller: controller(of),
                ..right(1)
            };
            statements.push(register_access::insert(row));
        }
    }
    commit_all(database, [plan(1, statements)]).await;
}

/// The last arcs of the rights in a list, fetched page by page.
async fn listed(database: &Database, filter: &AccessFilter, size: u32) -> Vec<String> {
    let (mut all, mut after) = (vec![], None);
    loop {
        let query = register_access::list(filter, after, size).unwrap();
        let page = database.fetch(query).await.unwrap();
        let Some(last) = page.last() else { return all };
        assert!(page.len() <= size as usize);
        after = Some(last.cursor());
        all.extend(page.iter().map(|f| f.right.oid.arcs().next_back().unwrap().to_owned()));
    }
}

/// REQ RA-03
pub(super) async fn rights_are_listed_by_unit_controller_and_client(database: &Database) {
    rights(database).await;
    let all = AccessFilter::default;
    let units = |units: &[u64]| units.iter().map(|n| unit(*n)).collect::<Vec<_>>();
    let of_controller = AccessFilter { controller: Some(controller(1)), ..all() };
    for (filter, expected) in [
        (all(), &["11", "12", "13", "21", "22", "23", "31", "32", "33"][..]),
        (AccessFilter { units: units(&[2]), ..all() }, &["21", "22", "23"]),
        (AccessFilter { units: units(&[3, 1]), ..all() }, &["11", "12", "13", "31", "32", "33"]),
        (of_controller.clone(), &["11", "13", "21", "23", "31", "33"]),
        (
            AccessFilter { units: units(&[1, 2]), ..of_controller.clone() },
            &["11", "13", "21", "23"],
        ),
        (AccessFilter { client: Some(key(1)), ..all() }, &["11", "12", "21", "22", "31", "32"]),
        (AccessFilter { client: Some(key(1)), ..of_controller }, &["11", "21", "31"]),
        (AccessFilter { units: units(&[4]), ..all() }, &[]),
    ] {
        for size in [1, 2, 50] {
            assert_eq!(listed(database, &filter, size).await, expected, "{filter:?} by {size}");
        }
    }
    let refused = AccessFilter { units: vec![unit(1); MAX_VALUES + 1], ..all() };
    let refused = register_access::list(&refused, None, 50);
    assert_eq!(refused.map(|query| query.name()), Err(TooManyValues));
}

pub(super) async fn rights_of_one_standing_are_cleared_and_no_others(database: &Database) {
    rights(database).await;
    let clear = |entry| plan(entry, vec![register_access::clear(key(1), &controller(1))]);
    commit_all(database, [clear(2), clear(3)]).await;
    let left = listed(database, &AccessFilter::default(), 50).await;
    assert_eq!(left, ["12", "13", "22", "23", "32", "33"]);
}

pub(super) async fn a_right_without_a_standing_is_a_failure(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    let outcome = database.commit(plan(1, vec![register_access::insert(right(1))])).await;
    assert!(matches!(outcome, Err(StoreError::Failed { .. })), "{outcome:?}");
}

/// REQ RA-07
pub(super) async fn orders_about_one_right_are_listed_newest_first(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    let bare = AccessOrder { until: None, reason: None, ..order(2) };
    let of_another = AccessOrder { unit: unit(2), ..order(3) };
    let given = [order(1), bare.clone(), of_another];
    commit_all(database, [plan(1, given.into_iter().map(access_order::insert).collect())]).await;
    let AccessRow { client, controller, case, unit, .. } = right(1);
    let listed = database.fetch(access_order::list(client, &controller, &case, &unit)).await;
    assert_eq!(listed, Ok(vec![bare, order(1)]));
    let outcome = database.commit(plan(2, vec![access_order::insert(order(1))])).await;
    assert_eq!(conflict(outcome), Conflict::AlreadyExists(Entity::AccessOrder));
}

/// REQ RA-12
pub(super) async fn a_choice_is_refused_once(database: &Database) {
    commit_all(database, [open_file(1), plan(1, vec![choice::insert(report(1))])]).await;
    let found = async || database.fetch(choice::find(key(1))).await.unwrap();
    assert_eq!(found().await, [report(1)]);
    let refuse = |entry| plan(entry, vec![choice::refuse(key(1), refusal())]);
    commit_all(database, [refuse(2)]).await;
    let refused = Choice { refusal: Some(refusal()), ..report(1) };
    assert_eq!(found().await, [refused]);
    assert_eq!(conflict(database.commit(refuse(3)).await), Conflict::Gone(Entity::Choice));
    let outcome = database.commit(plan(4, vec![choice::insert(report(1))])).await;
    assert_eq!(conflict(outcome), Conflict::AlreadyExists(Entity::Choice));
}

pub(super) async fn choices_are_listed_for_both_sides(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    let elsewhere = Choice { controller: controller(3), ..report(2) };
    let by_another = Choice { organisation: oid("1.2.246.10.99990004.10.0"), ..report(3) };
    let reports = [report(1), elsewhere.clone(), by_another.clone()];
    commit_all(database, [plan(1, reports.into_iter().map(choice::insert).collect())]).await;
    let listed = async |filter: &ChoiceFilter, after, size| {
        database.fetch(choice::list(filter.clone(), after, size)).await.unwrap()
    };
    let to = ChoiceFilter::Controller(controller(1));
    assert_eq!(listed(&to, None, 50).await, [by_another.clone(), report(1)]);
    assert_eq!(listed(&to, None, 1).await, std::slice::from_ref(&by_another));
    let after = Some(LogCursor { at: by_another.at, id: by_another.id });
    assert_eq!(listed(&to, after, 50).await, [report(1)]);
    let from = ChoiceFilter::Organisation(report(1).organisation);
    assert_eq!(listed(&from, None, 50).await, [elsewhere, report(1)]);
}
