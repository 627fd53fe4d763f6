//! What only the embedded database does: locks, full disks, closing, migrations.

use std::time::Duration;

use rusqlite::Connection;

use crate::contract::{Fixture, commit_all, sqlite};
use crate::plan::{Expect, Statement};
use crate::samples::{at, client_file, key, lookup, use_entry};
use crate::{
    Conflict, Database, Entity, FailureCode, OpenError, Plan, Settings, SqliteSettings, StoreError,
    client, use_log,
};

fn settings(fixture: &Fixture, wait: Duration) -> Settings {
    let path = fixture.folder.path().join("store.db");
    Settings::Sqlite(SqliteSettings { wait, ..SqliteSettings::new(path) })
}

fn other_hand(fixture: &Fixture) -> Connection {
    Connection::open(fixture.folder.path().join("store.db")).unwrap()
}

/// A plan that writes a hundred kilobytes.
fn large(n: u64) -> Plan {
    let mut file = client_file(n);
    file.identifier = vec![7; 100_000];
    Plan::recorded(use_entry(n)).with(client::insert(file, &lookup(n)))
}

/// Lets the file of the writer's connection have so many pages and no more.
fn allow(pages: &'static str) -> Statement {
    let otherwise = Conflict::Gone(Entity::Client);
    Statement { sql: pages, args: vec![], expect: Expect::Found, otherwise, holds: vec![] }
}

#[tokio::test]
async fn a_full_disk_fails_its_plans_and_the_writer_goes_on() {
    let fixture = sqlite().await;
    let database = &fixture.database;
    database.commit(large(1)).await.unwrap();
    let full = Plan::recorded(use_entry(2)).with(allow("PRAGMA max_page_count = 1"));
    database.commit(full).await.unwrap();
    let outcomes = tokio::join!(
        database.commit(large(3)),
        database.commit(large(4)),
        database.commit(large(5))
    );
    for outcome in [outcomes.0, outcomes.1, outcomes.2] {
        assert!(
            matches!(outcome, Err(StoreError::Failed { code: FailureCode::Sqlite(13), .. })),
            "{outcome:?}"
        );
    }
    for n in [3, 4, 5] {
        assert_eq!(database.fetch(use_log::find(key(n))).await, Ok(vec![]));
    }
    // There is room again.
    let room = Plan::recorded(use_entry(6)).with(allow("PRAGMA max_page_count = 1000000"));
    while database.commit(room.clone()).await.is_err() {
        // Its own entry may need a page that is not there yet; the limit is lifted all the same.
    }
    database.commit(large(7)).await.unwrap();
    assert!(database.fetch_one(client::find(key(7))).await.unwrap().is_some());
    assert!(database.fetch_one(client::find(key(1))).await.unwrap().is_some());
}

#[tokio::test]
async fn a_lock_of_another_process_makes_the_store_busy_and_then_not() {
    let fixture = sqlite().await;
    let database = Database::open(&settings(&fixture, Duration::from_millis(50))).await.unwrap();
    let other = other_hand(&fixture);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(database.commit(Plan::recorded(use_entry(1))).await, Err(StoreError::Busy));
    assert_eq!(database.fetch(use_log::find(key(1))).await, Ok(vec![]), "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(database.commit(Plan::recorded(use_entry(1))).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_open_databases_write_to_the_same_file() {
    let fixture = sqlite().await;
    let second = Database::open(&settings(&fixture, Duration::from_mins(1))).await.unwrap();
    for n in 1..=50 {
        let first = fixture.database.commit(Plan::recorded(use_entry(n)));
        let second = second.commit(Plan::recorded(use_entry(1000 + n)));
        assert_eq!(tokio::join!(first, second), (Ok(()), Ok(())));
    }
    let last = second.fetch(use_log::find(key(50))).await.unwrap();
    assert_eq!(last.len(), 1, "each sees what the other has committed");
}

#[tokio::test]
async fn closing_finishes_what_is_queued() {
    let fixture = sqlite().await;
    let database = Database::open(&settings(&fixture, Duration::from_secs(5))).await.unwrap();
    let mut commit = Box::pin(database.commit(large(1)));
    std::future::poll_fn(|cx| {
        let _ = commit.as_mut().poll(cx);
        std::task::Poll::Ready(())
    })
    .await;
    drop(commit);
    database.close();
    let found: i64 = other_hand(&fixture)
        .query_row("SELECT count(*) FROM use_entry", [], |row| row.get(0))
        .unwrap();
    assert_eq!(found, 1);
}

#[tokio::test]
async fn a_changed_value_is_corrupt_and_named_without_being_shown() {
    let fixture = sqlite().await;
    fixture.database.commit(Plan::recorded(use_entry(1))).await.unwrap();
    other_hand(&fixture).execute_batch("UPDATE use_entry SET controller = '010594Y9032'").unwrap();
    let error = fixture.database.fetch(use_log::find(key(1))).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the store is corrupt: column 2 of a row is no object identifier (statement use_log::find)"
    );
}

#[tokio::test]
async fn plans_of_one_caller_are_committed_in_their_order() {
    let Fixture { database, folder: _folder } = sqlite().await;
    let plans = (1..=200).map(|n| Plan::recorded(use_entry(n)));
    // Each is handed over before the next: they queue up and are committed in groups.
    let outcomes = database.commit_all(plans.collect()).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let kept = database.fetch(use_log::committed(0)).await.unwrap();
    assert!(kept.into_iter().map(|(_, entry)| entry.id).eq((1..=200).map(key)));
}

#[tokio::test]
async fn a_schema_that_is_not_this_programs_is_refused() {
    let fixture = sqlite().await;
    let settings = settings(&fixture, Duration::from_secs(5));
    let other = other_hand(&fixture);
    assert!(
        Database::migrate(&settings, at(1)).await.unwrap().is_empty(),
        "nothing is applied twice"
    );
    let status = Database::status(&settings).await.unwrap();
    assert!(status.iter().all(|m| m.applied_at == Some(at(0))), "{status:?}");

    other.execute_batch("INSERT INTO migration VALUES (99, 'later', x'00', 0, NULL)").unwrap();
    for outcome in
        [Database::open(&settings).await.err(), Database::migrate(&settings, at(1)).await.err()]
    {
        assert!(matches!(outcome, Some(OpenError::Unknown(99))), "{outcome:?}");
    }
    other
        .execute_batch(
            "DELETE FROM migration WHERE version = 99; UPDATE migration SET checksum = x'00'",
        )
        .unwrap();
    for outcome in [Database::open(&settings).await.err(), Database::status(&settings).await.err()]
    {
        assert!(matches!(outcome, Some(OpenError::Changed(1))), "{outcome:?}");
    }
    other.execute_batch("DELETE FROM migration").unwrap();
    let outcome = Database::open(&settings).await.err();
    assert!(matches!(outcome, Some(OpenError::NotMigrated(1))), "{outcome:?}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_made_by_opening_it() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::Sqlite(SqliteSettings::new(folder.path().join("none.db")));
    assert!(matches!(Database::open(&settings).await, Err(OpenError::Store(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_row_without_the_row_it_refers_to_is_a_fault_of_the_database() {
    let fixture = sqlite().await;
    let settings = settings(&fixture, Duration::from_secs(5));
    fixture.database.commit(large(1)).await.unwrap();
    assert_eq!(Database::faults(&settings).await.unwrap(), Vec::<String>::new());
    let loose = "PRAGMA foreign_keys = OFF; INSERT INTO content \
        (version_oid, ordinal, media_type, size, sha256, packed) VALUES ('1.2', 0, '', 0, x'', x'')";
    other_hand(&fixture).execute_batch(loose).unwrap();
    let faults = Database::faults(&settings).await.unwrap();
    assert_eq!(faults, ["a row of content refers to a row of document_version that is missing"]);
}

#[tokio::test]
async fn of_a_group_only_the_plan_that_does_not_hold_is_undone() {
    let fixture = sqlite().await;
    let database = &fixture.database;
    database.commit(large(1)).await.unwrap();
    // While another hand has the lock, plans queue up into one group.
    let other = other_hand(&fixture);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let second_file = Plan::recorded(use_entry(4)).with(client::insert(client_file(1), &lookup(1)));
    let (good, bad, late, ()) = tokio::join!(
        database.commit(large(2)),
        database.commit(second_file),
        database.commit(large(3)),
        async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            other.execute_batch("ROLLBACK").unwrap();
        }
    );
    assert_eq!((good, late), (Ok(()), Ok(())));
    let exists = StoreError::Conflict(Conflict::AlreadyExists(Entity::Client));
    assert_eq!(bad, Err(exists));
    for (n, written) in [(2, true), (3, true), (4, false)] {
        let entry = database.fetch_one(use_log::find(use_entry(n).id)).await.unwrap();
        assert_eq!(entry.is_some(), written, "{n}");
        let file = database.fetch_one(client::find(key(n))).await.unwrap();
        assert_eq!(file.is_some(), written, "{n}");
    }
}

async fn changed(fixture: &Fixture, sql: &str) -> (OpenError, Vec<String>) {
    let file = fixture.folder.path().join("store.db");
    rusqlite::Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    let settings = Settings::Sqlite(SqliteSettings::new(file));
    (Database::open(&settings).await.unwrap_err(), Database::faults(&settings).await.unwrap())
}

/// REQ LOG-03: a trigger could rewrite entries before they are sealed, an index hide them from who looks.
#[tokio::test]
async fn a_schema_that_somebody_has_changed_is_not_served() {
    for (sql, part) in [
        (
            "CREATE TRIGGER hide AFTER INSERT ON use_entry BEGIN DELETE FROM review; END",
            "trigger hide",
        ),
        ("CREATE VIEW other AS SELECT 1", "view other"),
        ("DROP INDEX use_entry_by_controller", "index use_entry_by_controller"),
        (
            "DROP INDEX use_entry_by_client;
             CREATE INDEX use_entry_by_client ON use_entry (client_key, at, id) WHERE id <> x'00'",
            "index use_entry_by_client",
        ),
    ] {
        let (error, faults) = changed(&sqlite().await, sql).await;
        assert!(matches!(error, OpenError::SchemaChanged(found) if found == part), "{part}");
        assert_eq!(faults, [format!("{part} is not as the migrations made it")]);
    }
}

/// REQ LOG-03: where the text of an index was put back, its content still shows it.
#[tokio::test]
async fn an_index_that_hides_an_entry_is_a_fault_of_the_database() {
    let fixture = sqlite().await;
    let plans = [Plan::recorded(use_entry(1)), Plan::recorded(use_entry(2))];
    commit_all(&fixture.database, plans).await;
    let file = fixture.folder.path().join("store.db");
    let connection = rusqlite::Connection::open(&file).unwrap();
    let text = "SELECT sql FROM sqlite_schema WHERE name = 'use_entry_by_client'";
    let text: String = connection.query_row(text, [], |row| row.get(0)).unwrap();
    let hiding = "DROP INDEX use_entry_by_client;
        CREATE INDEX use_entry_by_client ON use_entry (client_key, at, id)
        WHERE client_key IS NOT NULL AND number <> 1";
    connection.execute_batch(hiding).unwrap();
    connection.pragma_update(None, "writable_schema", "ON").unwrap();
    let back = "UPDATE sqlite_schema SET sql = ?1 WHERE name = 'use_entry_by_client'";
    connection.execute(back, [text]).unwrap();
    drop(connection);
    let settings = Settings::Sqlite(SqliteSettings::new(file));
    Database::open(&settings).await.unwrap().close();
    assert!(
        Database::open(&settings).await.is_ok(),
        "its text says nothing, and statistics are no change"
    );
    let faults = Database::faults(&settings).await.unwrap();
    assert!(faults.iter().any(|fault| fault.contains("use_entry_by_client")), "{faults:?}");
}
