//! What goes together is kept, answered and undone as it would be by itself.

use futures_util::future::join_all;
use tokio_postgres::Client;
use varanto_postgres::Server;

use super::super::Postgres;
use super::super::tests::{Cut, Wire, entries, fresh, open, opened, other_hand};
use super::*;
use crate::contract::{commit_all, conflict};
use crate::error::{Conflict, Guard};
use crate::samples::{key, open_file, use_entry};
use crate::{Database, PostgresSettings, client};

fn driver(database: &Database) -> &Postgres {
    match database {
        Database::Postgres(postgres) => postgres,
        Database::Sqlite(_) => unreachable!("these tests open a server"),
    }
}

/// Commits plans side by side while nothing can be written, so that most wait for their turn.
async fn while_they_wait(
    database: &Database,
    settings: &PostgresSettings,
    plans: Vec<Plan>,
) -> Vec<Outcome> {
    let mut other = other_hand(settings).await;
    let nobody_writes = other.transaction().await.unwrap();
    nobody_writes.execute("LOCK TABLE use_entry IN SHARE MODE", &[]).await.unwrap();
    let came = || driver(database).0.turns.state().came;
    let all = came() + u64::try_from(plans.len()).unwrap();
    let committing = join_all(plans.into_iter().map(|plan| database.commit(plan)));
    let then = async {
        while came() < all {
            tokio::task::yield_now().await;
        }
        nobody_writes.commit().await.unwrap();
    };
    tokio::join!(committing, then).0
}

/// How many transactions the entries of the use log have come by.
async fn transactions(hand: &Client) -> i64 {
    let sql = "SELECT count(DISTINCT xmin::text) FROM use_entry";
    hand.query_one(sql, &[]).await.unwrap().get(0)
}

/// REQ LOG-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_goes_together_and_each_is_kept() {
    let (_place, settings) = fresh(Server::shared()).await;
    let database = open(&settings).await;
    let outcomes = while_they_wait(&database, &settings, (1..=20).map(open_file).collect()).await;
    assert_eq!(outcomes, vec![Ok(()); 20]);
    assert_eq!(entries(&database).await, (1..=20).map(opened).collect::<Vec<_>>());
    let together = transactions(&other_hand(&settings).await).await;
    assert!(together <= 4, "two at first, then sixteen and two: {together}");
}

/// REQ LOG-01, DOC-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_that_is_refused_takes_no_other_with_it() {
    let (_place, settings) = fresh(Server::shared()).await;
    let database = open(&settings).await;
    commit_all(&database, [open_file(50)]).await;
    let mut plans: Vec<Plan> = (1..=12).map(open_file).collect();
    // The file is another one, and a name is taken.
    plans[5] = Plan::recorded(use_entry(5)).with(client::guard(key(50), 2));
    plans[8] = open_file(50);
    let mut outcomes = while_they_wait(&database, &settings, plans).await;
    assert_eq!(conflict(outcomes.remove(8)), Conflict::AlreadyExists(crate::Entity::LogEntry));
    assert_eq!(conflict(outcomes.remove(5)), Conflict::Stale(Guard::Client));
    assert_eq!(outcomes, vec![Ok(()); 10]);
    assert_eq!(entries(&database).await.len(), 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_sees_what_was_made_before_it_in_the_same_transaction() {
    let (_place, settings) = fresh(Server::shared()).await;
    let database = open(&settings).await;
    let look = Plan::recorded(use_entry(2)).with(client::guard(key(1), 1));
    let inner = &driver(&database).0;
    let until = Instant::now() + inner.wait;
    let too_early = inner.attempt(&[&look, &open_file(1)], until, Holding::IfFree).await;
    assert!(too_early.is_err());
    assert!(entries(&database).await.is_empty());
    assert!(inner.attempt(&[&open_file(1), &look], until, Holding::IfFree).await.is_ok());
    assert_eq!(entries(&database).await, [key(2), opened(1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_what_another_plan_waits_for() {
    let (_place, settings) = fresh(Server::shared()).await;
    let database = open(&settings).await;
    commit_all(&database, [open_file(1)]).await;
    let look = |n| Plan::recorded(use_entry(n)).with(client::guard(key(1), 1));
    let hold = client::raise(key(1), 1).holds[0];
    assert!(hold.exclusive);
    let mut other = other_hand(&settings).await;
    let changing = other.transaction().await.unwrap();
    changing.execute("SELECT pg_advisory_xact_lock($1)", &[&hold.number]).await.unwrap();
    let looking = join_all((2..=9).map(|n| database.commit(look(n))));
    let others = async {
        let others = join_all((11..=30).map(|n| database.commit(open_file(n)))).await;
        assert_eq!(others, vec![Ok(()); 20]);
        assert_eq!(entries(&database).await.len(), 21);
        changing.commit().await.unwrap();
    };
    let (looked, ()) = tokio::join!(looking, others);
    assert_eq!(looked, vec![Ok(()); 8]);
}

/// REQ DOC-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plans_whose_common_commit_is_not_answered_are_kept_once_each() {
    let (_place, settings) = fresh(Server::shared()).await;
    let (wire, through) = Wire::before(&settings);
    let database = open(&through).await;
    for (cut, first) in [(Cut::OnceBefore, 1), (Cut::OnceAfter, 101)] {
        wire.cut(cut);
        let plans = (first..first + 30).map(open_file).collect();
        assert_eq!(while_they_wait(&database, &settings, plans).await, vec![Ok(()); 30]);
    }
    let all = (1..=30).chain(101..=130).map(opened);
    assert_eq!(entries(&database).await, all.collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_gets_no_turn_in_time_is_told_so_and_nothing_is_kept() {
    let (_place, settings) = fresh(Server::shared()).await;
    let database = open(&settings).await;
    let turns = &driver(&database).0.turns;
    turns.state().under_way = MOST;
    assert_eq!(database.commit(open_file(1)).await, Err(StoreError::Busy));
    turns.state().under_way = 0;
    assert_eq!(database.commit(open_file(2)).await, Ok(()));
    assert_eq!(entries(&database).await, [opened(2)]);
}
