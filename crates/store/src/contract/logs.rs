//! The use log and the administration log.

use super::{commit_all, conflict};
use crate::administration_log::{self, AdministrativeFilter};
use crate::samples::{administrative_entry, at, key, oid, use_entry};
use crate::use_log::{self, LogCursor, LogFilter, Outcome, Scope, Staff, UseEntry};
use crate::{Conflict, Database, Entity, MAX_VALUES, Plan, TooManyValues};

/// REQ LOG-01
pub(super) async fn an_entry_comes_back_whole(database: &Database) {
    let full = use_entry(1);
    let bare = UseEntry {
        client: None,
        outcome: Outcome::Refused("special-reason-required".to_owned()),
        basis: None,
        purpose: None,
        unit: None,
        role: None,
        documents: vec![],
        case: None,
        special_reason: Some("1".to_owned()),
        ground: Some("2".to_owned()),
        rules: vec![],
        parameters: Some("{\"groups\":[\"case\"]}".to_owned()),
        request_id: None,
        certificate: None,
        ..use_entry(2)
    };
    commit_all(database, [Plan::recorded(full.clone()), Plan::recorded(bare.clone())]).await;
    assert_eq!(database.fetch_one(use_log::find(key(1))).await, Ok(Some(full)));
    assert_eq!(database.fetch_one(use_log::find(key(2))).await, Ok(Some(bare)));
}

pub(super) async fn an_entry_is_never_written_twice(database: &Database) {
    commit_all(database, [Plan::recorded(use_entry(1))]).await;
    let outcome = database.commit(Plan::recorded(use_entry(1))).await;
    assert_eq!(conflict(outcome), Conflict::AlreadyExists(Entity::LogEntry));
}

async fn numbers(database: &Database, scope: &Scope, filter: &LogFilter, size: u32) -> Vec<u64> {
    let (mut all, mut after) = (vec![], None);
    loop {
        let query = use_log::list(scope.clone(), filter.clone(), after, size).unwrap();
        let page = database.fetch(query).await.unwrap();
        let Some(last) = page.last() else { return all };
        after = Some(LogCursor { at: last.at, id: last.id });
        all.extend(page.iter().map(|entry| entry.id.as_u64_pair().1 & 0xffff));
    }
}

pub(super) async fn entries_are_listed_newest_first_by_register_and_by_client(database: &Database) {
    let other = oid("1.2.246.10.99990003.19.0");
    for n in 1..=30 {
        let mut entry = use_entry(n);
        entry.at = at(i64::try_from(n / 10).unwrap());
        entry.client = (n % 2 == 0).then_some(key(n % 4));
        if n % 3 == 0 {
            entry.controller = other.clone();
        }
        commit_all(database, [Plan::recorded(entry)]).await;
    }
    let expected = |keep: fn(&u64) -> bool| (1..=30).rev().filter(keep).collect::<Vec<_>>();
    let all = LogFilter::default();
    for size in [1, 4, 100] {
        let of = async |scope| numbers(database, &scope, &all, size).await;
        assert_eq!(of(Scope::Register(other.clone())).await, expected(|n| n % 3 == 0));
        assert_eq!(of(Scope::Client(key(2))).await, expected(|n| n % 4 == 2));
        let both = Scope::ClientInRegister(key(2), other.clone());
        assert_eq!(of(both).await, expected(|n| n % 4 == 2 && n % 3 == 0));
    }
}

/// REQ LOG-01
pub(super) async fn what_the_staff_of_an_organisation_did_is_listed_once(database: &Database) {
    let [organisation, other] = ["1.2.246.10.99990002.10.0", "1.2.246.10.99990004.10.0"].map(oid);
    let register = use_entry(1).controller;
    let entries = [
        (&organisation, &organisation, "own"),
        (&organisation, &organisation, "register_access"),
        (&organisation, &register, "register_access"),
        (&organisation, &register, "own"),
        (&other, &register, "register_access"),
        (&other, &other, "own"),
        (&organisation, &organisation, "broad"),
        (&organisation, &register, "register_access"),
    ];
    for (n, (organisation, controller, basis)) in (1..).zip(entries) {
        let entry = UseEntry {
            organisation: organisation.clone(),
            controller: controller.clone(),
            basis: Some(basis.to_owned()),
            ..use_entry(n)
        };
        commit_all(database, [Plan::recorded(entry)]).await;
    }
    let all = LogFilter::default();
    let staff = Staff { organisation: organisation.clone(), log: organisation };
    for size in [1, 50] {
        let at_home = numbers(database, &Scope::StaffAtHome(staff.clone()), &all, size).await;
        assert_eq!(at_home, [7, 2, 1]);
        let elsewhere = numbers(database, &Scope::StaffElsewhere(staff.clone()), &all, size).await;
        assert_eq!(elsewhere, [8, 3]);
    }
}

pub(super) async fn entries_are_narrowed_by_user_action_and_time(database: &Database) {
    for n in 1..=4 {
        let mut entry = use_entry(n);
        entry.user_id = format!("S-{}", n % 2);
        entry.action = if n < 3 { "read_document" } else { "annul_document" }.to_owned();
        commit_all(database, [Plan::recorded(entry)]).await;
    }
    let register = Scope::Register(use_entry(1).controller);
    let narrowed = async |filter| numbers(database, &register, &filter, 50).await;
    let all = LogFilter::default;
    assert_eq!(narrowed(LogFilter { user_id: Some("S-1".to_owned()), ..all() }).await, [3, 1]);
    let action = Some("read_document".to_owned());
    assert_eq!(narrowed(LogFilter { action, ..all() }).await, [2, 1]);
    let time = LogFilter { from: Some(at(2)), until: Some(at(4)), ..all() };
    assert_eq!(narrowed(time).await, [3, 2]);
}

/// REQ AC-08
pub(super) async fn entries_are_narrowed_by_organisation_and_special_reason(database: &Database) {
    let producer = oid("1.2.246.10.99990002.10.0");
    for n in 1..=4 {
        let mut entry = use_entry(n);
        if n % 2 == 0 {
            entry.organisation = producer.clone();
        }
        entry.special_reason = (n > 2).then(|| "1".to_owned());
        commit_all(database, [Plan::recorded(entry)]).await;
    }
    let register = Scope::Register(use_entry(1).controller);
    let narrowed = async |filter| numbers(database, &register, &filter, 50).await;
    let of_producer = LogFilter { organisation: Some(producer), ..LogFilter::default() };
    assert_eq!(narrowed(of_producer.clone()).await, [4, 2]);
    let special = LogFilter { with_special_reason: true, ..LogFilter::default() };
    assert_eq!(narrowed(special).await, [4, 3]);
    assert_eq!(narrowed(LogFilter { with_special_reason: true, ..of_producer }).await, [4]);
}

/// REQ DIS-05
pub(super) async fn entries_are_narrowed_by_basis(database: &Database) {
    let bases = [Some("own"), Some("broad"), None, Some("disclosure"), Some("broad")];
    for (n, basis) in (1..).zip(bases) {
        let entry = UseEntry { basis: basis.map(str::to_owned), ..use_entry(n) };
        commit_all(database, [Plan::recorded(entry)]).await;
    }
    let register = Scope::Register(use_entry(1).controller);
    let on = async |bases: &[&str]| {
        let bases = bases.iter().map(|basis| (*basis).to_owned()).collect();
        let filter = LogFilter { bases, ..LogFilter::default() };
        numbers(database, &register, &filter, 2).await
    };
    assert_eq!(on(&["broad"]).await, [5, 2]);
    assert_eq!(on(&["disclosure", "broad", "notice"]).await, [5, 4, 2]);
    assert_eq!(on(&[]).await, [5, 4, 3, 2, 1]);
    let bases = vec!["broad".to_owned(); MAX_VALUES + 1];
    let refused = use_log::list(register, LogFilter { bases, ..LogFilter::default() }, None, 50);
    assert_eq!(refused.map(|query| query.name()), Err(TooManyValues));
}

pub(super) async fn acts_of_upkeep_are_listed_and_narrowed(database: &Database) {
    let mut turned_away = administrative_entry(2);
    turned_away.action = "issue_token".to_owned();
    turned_away.outcome = Outcome::Refused("not-joined".to_owned());
    turned_away.organisation = None;
    turned_away.actor = None;
    turned_away.detail = None;
    turned_away.request_id = Some("request-2".to_owned());
    turned_away.certificate = Some([3; 32]);
    let plans = [administrative_entry(1), turned_away.clone(), administrative_entry(3)];
    commit_all(database, plans.clone().map(Plan::administrative)).await;
    let [first, _, third] = plans;
    let listed = async |filter, after, size| {
        database.fetch(administration_log::list(filter, after, size)).await.unwrap()
    };
    let all = AdministrativeFilter::default;
    let newest = listed(all(), None, 2).await;
    assert_eq!(newest, [third.clone(), turned_away.clone()]);
    let after = Some(LogCursor { at: turned_away.at, id: turned_away.id });
    assert_eq!(listed(all(), after, 2).await, std::slice::from_ref(&first));
    let tokens = AdministrativeFilter { action: Some("issue_token".to_owned()), ..all() };
    assert_eq!(listed(tokens, None, 9).await, [turned_away]);
    let of = AdministrativeFilter { organisation: first.organisation.clone(), ..all() };
    assert_eq!(listed(of, None, 9).await, [third, first.clone()]);
    let early = AdministrativeFilter { from: Some(at(0)), until: Some(at(2)), ..all() };
    assert_eq!(listed(early, None, 9).await, [first]);
}
