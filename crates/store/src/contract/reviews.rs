//! Decisions on uses that were reviewed, and what lists of them are made from.

use jiff::Timestamp;

use super::{commit_all, conflict};
use crate::review::{self, Review};
use crate::samples::{at, key, oid, use_entry};
use crate::use_log::{self, LogCursor, LogFilter, Outcome, ReviewFilter, Scope, UseEntry};
use crate::{Conflict, Database, Entity, MAX_VALUES, Plan, TooManyValues};

pub(crate) fn decision(n: u64, item: &str) -> Review {
    Review {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        log: oid("1.2.246.10.99990001.19.0"),
        list: "special-reasons".to_owned(),
        item: item.to_owned(),
        decision: "clarify".to_owned(),
        reason: vec![1, 2, 3],
        breach: None,
        user_id: "T-1008".to_owned(),
        user_name: "Tietosuoja, Paavo".to_owned(),
        log_entry: key(n),
    }
}

/// REQ LOG-06
pub(super) async fn every_decision_on_an_item_is_kept_the_newest_first(database: &Database) {
    let elsewhere = Review { log: oid("1.2.246.10.99990003.19.0"), ..decision(5, "a") };
    let of_another_list = Review { list: "kin".to_owned(), ..decision(6, "a") };
    let breach = Review { breach: Some(key(9)), ..decision(4, "a") };
    let first = decision(1, "a");
    let all = [&decision(2, "b"), &first, &decision(3, "c"), &breach, &elsewhere, &of_another_list];
    for new in all {
        let plan = Plan::recorded(use_entry(new.id.as_u64_pair().1 & 0xffff));
        commit_all(database, [plan.with(review::insert(new.clone()))]).await;
    }
    let twice = Plan::recorded(use_entry(7)).with(review::insert(first.clone()));
    let expected = Conflict::AlreadyExists(Entity::Review);
    assert_eq!(conflict(database.commit(twice).await), expected);
    let of = async |items: &[&str]| {
        let items: Vec<_> = items.iter().map(|item| (*item).to_owned()).collect();
        let query = review::of_items(&first.log, first.list.clone(), &items).unwrap();
        database.fetch(query).await.unwrap()
    };
    assert_eq!(of(&["a", "c"]).await, [breach, first.clone(), decision(3, "c")]);
    assert_eq!(of(&[]).await, []);
    let many = vec!["a".to_owned(); MAX_VALUES + 1];
    let refused = review::of_items(&first.log, first.list.clone(), &many);
    assert_eq!(refused.map(|query| query.name()), Err(TooManyValues));
}

/// REQ LOG-06
pub(super) async fn entries_are_narrowed_for_a_review(database: &Database) {
    let unit = oid("1.2.246.10.99990001.10.9");
    let entries = [
        UseEntry { outcome: Outcome::Refused("not-joined".to_owned()), ..use_entry(1) },
        UseEntry { client: None, ..use_entry(2) },
        UseEntry { basis: Some("broad".to_owned()), ..use_entry(3) },
        UseEntry { case: None, special_reason: None, ..use_entry(4) },
        UseEntry {
            action: "store".to_owned(),
            special_reason: Some("1".to_owned()),
            ..use_entry(5)
        },
        UseEntry { unit: Some(unit.clone()), ..use_entry(6) },
        UseEntry { role: Some("representative".to_owned()), ..use_entry(7) },
    ];
    commit_all(database, entries.clone().map(Plan::recorded)).await;
    let register = || Scope::Register(use_entry(1).controller);
    let narrowed = async |review: ReviewFilter| -> Vec<u64> {
        let filter = LogFilter { review, ..LogFilter::default() };
        let query = use_log::list(register(), filter, None, 50).unwrap();
        let found = database.fetch(query).await.unwrap();
        found.iter().map(|entry| entry.id.as_u64_pair().1 & 0xffff).collect()
    };
    let all = ReviewFilter::default;
    assert_eq!(narrowed(all()).await, [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(narrowed(ReviewFilter { permitted: true, ..all() }).await, [7, 6, 5, 4, 3, 2]);
    assert_eq!(narrowed(ReviewFilter { about_client: true, ..all() }).await, [7, 6, 5, 4, 3, 1]);
    assert_eq!(narrowed(ReviewFilter { broad: true, ..all() }).await, [3]);
    assert_eq!(narrowed(ReviewFilter { without_context: true, ..all() }).await, [4]);
    let actions = vec!["store".to_owned(), "annul".to_owned()];
    assert_eq!(narrowed(ReviewFilter { actions, ..all() }).await, [5]);
    assert_eq!(narrowed(ReviewFilter { unit: Some(unit), ..all() }).await, [6]);
    let role = Some("representative".to_owned());
    assert_eq!(narrowed(ReviewFilter { role, ..all() }).await, [7]);
    let down_to = Some(LogCursor { at: entries[4].at, id: entries[4].id });
    assert_eq!(narrowed(ReviewFilter { down_to, ..all() }).await, [7, 6, 5]);
}

/// REQ LOG-06
pub(super) async fn a_look_at_the_log_ends_after_so_many_entries(database: &Database) {
    commit_all(database, (1..=5).map(|n| Plan::recorded(use_entry(n)))).await;
    let place = |n| LogCursor { at: use_entry(n).at, id: use_entry(n).id };
    let ends = async |after, entries| {
        let whole = (at(0), Timestamp::MAX);
        let scope = Scope::Register(use_entry(1).controller);
        database.fetch(use_log::stretch(scope, whole, after, entries)).await.unwrap()
    };
    assert_eq!(ends(None, 1).await, [place(5)]);
    assert_eq!(ends(None, 5).await, [place(1)]);
    assert_eq!(ends(None, 6).await, []);
    assert_eq!(ends(Some(place(4)), 2).await, [place(2)]);
}

/// REQ LOG-06
pub(super) async fn volumes_count_each_client_of_a_user_once(database: &Database) {
    let other = "S-9".to_owned();
    let entries = [
        UseEntry { client: Some(key(1)), ..use_entry(1) },
        UseEntry { client: Some(key(1)), ..use_entry(2) },
        UseEntry { client: Some(key(2)), ..use_entry(3) },
        UseEntry { client: None, ..use_entry(4) },
        UseEntry { outcome: Outcome::Refused("not-joined".to_owned()), ..use_entry(5) },
        UseEntry { user_id: other.clone(), client: Some(key(1)), ..use_entry(6) },
        UseEntry { client: Some(key(3)), ..use_entry(7) },
    ];
    let (from, until) = (entries[0].at, entries[6].at);
    commit_all(database, entries.map(Plan::recorded)).await;
    let scope = Scope::Register(use_entry(1).controller);
    let found = database.fetch(use_log::volumes(scope, from, until)).await.unwrap();
    let told: Vec<_> = found.iter().map(|v| (v.user_id.clone(), v.clients, v.uses)).collect();
    assert_eq!(told, [(use_entry(1).user_id, 2, 3), (other, 1, 1)]);
}
