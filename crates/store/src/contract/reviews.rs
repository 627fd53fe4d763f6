//! Decisions on uses that were reviewed, and what lists of them are made from.

use jiff::Timestamp;

use super::{commit_all, conflict};
use crate::review::{self, Review};
use crate::samples::{at, key, oid, use_entry};
use crate::use_log::{self, LogCursor, LogFilter, Outcome, ReviewFilter, Scope, Stretch, UseEntry};
use crate::{Conflict, Database, Entity, MAX_VALUES, Plan, Statement, TooManyValues};

/// Every change of decisions.
pub(crate) fn changes() -> Vec<Statement> {
    let guard = decided(1);
    vec![review::insert(decision(1, "a")), guard, review::forget(key(1))]
}

/// That there are so many decisions on the item `a`.
fn decided(decisions: u32) -> Statement {
    let Review { log, list, item, .. } = decision(1, "a");
    review::guard_decisions(&log, list, item, decisions)
}

fn decision(n: u64, item: &str) -> Review {
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
    let counted = |n, decisions| Plan::recorded(use_entry(n)).with(decided(decisions));
    commit_all(database, [counted(8, 2)]).await;
    assert_eq!(conflict(database.commit(counted(9, 1)).await), expected);
    assert_eq!(of(&["a", "c"]).await, [breach, first.clone(), decision(3, "c")]);
    assert_eq!(of(&[]).await, []);
    let many = vec!["a".to_owned(); MAX_VALUES + 1];
    let refused = review::of_items(&first.log, first.list.clone(), &many);
    assert_eq!(refused.map(|query| query.name()), Err(TooManyValues));
}

/// REQ LOG-03, LOG-06
pub(super) async fn a_decision_is_forgotten_and_belongs_to_no_item_any_more(database: &Database) {
    for n in [1, 2] {
        let plan = Plan::recorded(use_entry(n)).with(review::insert(decision(n, "a")));
        commit_all(database, [plan]).await;
    }
    let due = async |before| database.fetch(review::decided_before(at(before), 50)).await.unwrap();
    assert_eq!(due(2).await, [key(1)]);
    assert_eq!(due(3).await, [key(1), key(2)]);
    commit_all(database, [Plan::recorded(use_entry(3)).with(review::forget(key(1)))]).await;
    let again = database.commit(Plan::recorded(use_entry(4)).with(review::forget(key(1)))).await;
    assert_eq!(conflict(again), Conflict::Gone(Entity::Review));
    assert_eq!(due(3).await, [key(2)]);
    let item = ["a".to_owned()];
    let query = review::of_items(&decision(1, "a").log, "special-reasons".to_owned(), &item);
    assert_eq!(database.fetch(query.unwrap()).await.unwrap(), [decision(2, "a")]);
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
        UseEntry {
            role: Some("representative".to_owned()),
            authentication: "citizen_strong".to_owned(),
            ..use_entry(7)
        },
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
    assert_eq!(narrowed(ReviewFilter { by_staff: true, ..all() }).await, [6, 5, 4, 3, 2, 1]);
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
    let stretch = |last, entries| [Stretch { last: place(last), entries }];
    assert_eq!(ends(None, 1).await, stretch(5, 1));
    assert_eq!(ends(None, 5).await, stretch(1, 5));
    assert_eq!(ends(None, 6).await, stretch(1, 5));
    assert_eq!(ends(Some(place(4)), 2).await, stretch(2, 2));
    assert_eq!(ends(Some(place(1)), 2).await, []);
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
