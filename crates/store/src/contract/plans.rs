//! Plans: whole or not at all.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use uuid::Uuid;

use super::{commit_all, conflict};
use crate::samples::{client_file, key, lookup, open_file, use_entry};
use crate::{Conflict, Database, Entity, Guard, Plan, Query, StoreError, client, use_log, will};

async fn entries(database: &Database) -> Vec<Uuid> {
    let sql = "-- plans::entries\nSELECT id FROM use_entry ORDER BY number";
    database.fetch(Query::new(sql, vec![], |row| row.uuid(0))).await.unwrap()
}

/// REQ LOG-01
pub(super) async fn a_plan_is_kept_whole_with_its_log_entry(database: &Database) {
    let mut plan = Plan::recorded(use_entry(1)).with(client::insert(client_file(1), &lookup(1)));
    plan.also_recorded(use_entry(2));
    assert_eq!(database.commit(plan).await, Ok(()));
    assert_eq!(entries(database).await, [key(1), key(2)]);
    assert_eq!(database.fetch_one(client::find(key(1))).await, Ok(Some(client_file(1))));
}

pub(super) async fn a_failing_plan_leaves_nothing_behind(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    let plan = Plan::recorded(use_entry(1))
        .with(client::raise(key(1), 1))
        .with(client::insert(client_file(2), &lookup(2)))
        .with(client::insert(client_file(3), &lookup(2)));
    let outcome = database.commit(plan).await;
    assert_eq!(conflict(outcome), Conflict::AlreadyExists(Entity::Client));
    assert_eq!(database.fetch(use_log::find(key(1))).await, Ok(vec![]));
    assert_eq!(database.fetch(client::find(key(2))).await, Ok(vec![]));
    assert_eq!(database.fetch_one(client::find(key(1))).await.unwrap().unwrap().version, 1);
}

pub(super) async fn a_guard_that_no_longer_holds_undoes_the_plan(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    let read = |entry| Plan::recorded(use_entry(entry)).with(client::guard(key(1), 1));
    assert_eq!(database.commit(read(1)).await, Ok(()));
    let raised = Plan::recorded(use_entry(2)).with(client::raise(key(1), 1));
    assert_eq!(database.commit(raised.clone()).await, Ok(()));
    assert_eq!(conflict(database.commit(read(3)).await), Conflict::Stale(Guard::Client));
    assert_eq!(database.fetch(use_log::find(key(3))).await, Ok(vec![]));
    let again = Plan::recorded(use_entry(4)).with(client::raise(key(1), 1));
    assert_eq!(conflict(database.commit(again).await), Conflict::Stale(Guard::Client));
}

pub(super) async fn a_failing_plan_among_many_undoes_only_itself(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    let mut plans: Vec<Plan> = (2..=60).map(open_file).collect();
    // These open the file that is open.
    for n in (10..=60).step_by(10) {
        let insert = client::insert(client_file(1), &lookup(100 + n));
        plans.push(Plan::recorded(use_entry(n)).with(insert));
    }
    let outcomes = together(plans.into_iter().map(|plan| database.commit(plan)).collect()).await;
    let (kept, undone) = outcomes.split_at(59);
    assert!(kept.iter().all(Result::is_ok), "{kept:?}");
    assert!(undone.iter().all(|o| conflict(*o) == Conflict::AlreadyExists(Entity::Client)));
    assert_eq!(entries(database).await.len(), 60);
}

pub(super) async fn plans_are_numbered_in_the_order_in_which_they_are_answered(
    database: &Database,
) {
    commit_all(database, (1..=20).map(|n| Plan::recorded(use_entry(n)))).await;
    assert_eq!(entries(database).await, (1..=20).map(key).collect::<Vec<_>>());
}

pub(super) async fn plans_that_are_handed_over_at_once_are_all_kept(database: &Database) {
    let plans = (1..=200).map(|n| Plan::recorded(use_entry(n))).collect::<Vec<_>>();
    let outcomes = together(plans.into_iter().map(|plan| database.commit(plan)).collect()).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let mut kept = entries(database).await;
    kept.sort();
    assert_eq!(kept, (1..=200).map(key).collect::<Vec<_>>());
}

/// Waits for all at once, in one task, polling them in their order.
pub(super) async fn together<F: Future>(all: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = all.into_iter().map(|f| (Box::pin(f), None)).collect();
    poll_fn(|cx| {
        for (future, output) in waiting.iter_mut().filter(|(_, output)| output.is_none()) {
            if let Poll::Ready(ready) = future.as_mut().poll(cx) {
                *output = Some(ready);
            }
        }
        let done = waiting.iter().all(|(_, output)| output.is_some());
        if done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    waiting.into_iter().filter_map(|(_, output)| output).collect()
}

pub(super) async fn a_plan_goes_on_when_its_caller_has_gone_away(database: &Database) {
    let mut commit = Box::pin(database.commit(Plan::recorded(use_entry(1))));
    poll_fn(|cx| {
        let _ = commit.as_mut().poll(cx);
        Poll::Ready(())
    })
    .await;
    drop(commit);
    let is_kept = async {
        while entries(database).await != [key(1)] {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), is_kept).await.expect("it is carried out");
}

pub(super) async fn a_missing_parent_is_a_failure_and_no_conflict(database: &Database) {
    let plan = Plan::recorded(use_entry(1)).with(will::upsert(key(1), "{}".to_owned()));
    let outcome = database.commit(plan).await;
    assert!(matches!(outcome, Err(StoreError::Failed { .. })), "{outcome:?}");
    assert_eq!(entries(database).await, [] as [Uuid; 0]);
}

pub(super) async fn what_is_fetched_together_was_committed_at_one_instant(database: &Database) {
    commit_all(database, [open_file(1), open_file(2)]).await;
    let writing = async {
        for version in 1..=100 {
            let entry = u64::try_from(version).unwrap();
            let plan = Plan::recorded(use_entry(entry))
                .with(client::raise(key(1), version))
                .with(client::raise(key(2), version));
            database.commit(plan).await.unwrap();
        }
    };
    let reading = async {
        loop {
            let both = (client::find(key(1)), client::find(key(2)));
            let (first, second) = database.fetch(both).await.unwrap();
            assert_eq!(first[0].version, second[0].version);
            if first[0].version > 100 {
                break;
            }
        }
    };
    tokio::join!(writing, reading);
}
