//! What only PostgreSQL does: connections that are cut, servers that go away, holds, numbers that overtake
//! each other, bulk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;
use varanto_postgres::{Options, Server, TestDatabase};

use super::Postgres;
use crate::contract::{commit_all, conflict};
use crate::log_tree::{LogKind, Numbers};
use crate::samples::{at, client_file, first_version, key, lookup, open_file, use_entry};
use crate::{
    Conflict, Database, Entity, OpenError, Plan, PostgresSettings, Query, Settings, StoreError,
    client, document, log_tree, will,
};

/// How long a plan may take in these tests.
pub(super) const WAIT: Duration = Duration::from_millis(1500);

fn settings(place: &TestDatabase) -> PostgresSettings {
    PostgresSettings { wait: WAIT, ..PostgresSettings::from_url(&place.url()).unwrap() }
}

pub(super) async fn open(settings: &PostgresSettings) -> Database {
    Database::open(&Settings::Postgres(Box::new(settings.clone()))).await.unwrap()
}

/// A migrated database of its own.
pub(super) async fn fresh(server: &Server) -> (TestDatabase, PostgresSettings) {
    let place = server.create_database();
    let settings = settings(&place);
    let of = Settings::Postgres(Box::new(settings.clone()));
    Database::migrate(&of, at(0)).await.unwrap();
    (place, settings)
}

/// Somebody beside the program.
pub(super) async fn other_hand(settings: &PostgresSettings) -> Client {
    let (client, connection) = settings.config().unwrap().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub(super) async fn entries(database: &Database) -> Vec<Uuid> {
    let sql = "-- tests::entries\nSELECT id FROM use_entry ORDER BY id";
    database.fetch(Query::new(sql, vec![], |row| row.uuid(0))).await.unwrap()
}

/// The entry of `open_file`.
pub(super) fn opened(n: u64) -> Uuid {
    key(1_000_000 + n)
}

/// What becomes of connections at a COMMIT.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Cut {
    Never,
    /// Once, with everything but the COMMIT at the server.
    OnceBefore,
    /// Once, with the COMMIT carried out and its answer lost.
    OnceAfter,
    /// Each time, with the COMMIT carried out and its answer lost.
    AlwaysAfter,
    /// Not cut: each BEGIN fails at the server, as one that is cancelled does.
    NoBegin,
    /// Not cut: the next COMMIT fails so.
    OnceNoCommit,
}

/// Stands between driver and server, and cuts.
pub(super) struct Wire {
    cut: Arc<AtomicU8>,
    folder: TempDir,
}

impl Wire {
    pub(super) fn before(settings: &PostgresSettings) -> (Self, PostgresSettings) {
        let folder = tempfile::tempdir().unwrap();
        let name = format!(".s.PGSQL.{}", settings.port);
        let listener = UnixListener::bind(folder.path().join(&name)).unwrap();
        let cut = Arc::new(AtomicU8::new(Cut::Never as u8));
        let server = Path::new(&settings.host).join(&name);
        tokio::spawn(accept(listener, server, Arc::clone(&cut)));
        let host = folder.path().display().to_string();
        (Self { cut, folder }, PostgresSettings { host, ..settings.clone() })
    }

    pub(super) fn cut(&self, cut: Cut) {
        assert!(self.folder.path().is_dir());
        self.cut.store(cut as u8, Ordering::SeqCst);
    }
}

async fn accept(listener: UnixListener, server: PathBuf, cut: Arc<AtomicU8>) {
    while let Ok((driver, _)) = listener.accept().await {
        let (server, cut) = (UnixStream::connect(&server).await.unwrap(), Arc::clone(&cut));
        tokio::spawn(async move {
            // An error ends the connection, as a cut does.
            let _ = carry(driver, server, &cut).await;
        });
    }
}

const BEGIN: &[u8] = b"BEGIN ";
const COMMIT: &[u8] = b"COMMIT\0";

fn place_of(text: &[u8], bytes: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|part| part == text)
}

async fn carry(driver: UnixStream, server: UnixStream, cut: &AtomicU8) -> std::io::Result<()> {
    let (mut from_driver, mut to_driver) = driver.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut sent, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = from_driver.read(&mut sent) => {
                let bytes = match read? { 0 => return Ok(()), n => &mut sent[..n] };
                let (begin, commit) = (place_of(BEGIN, bytes), place_of(COMMIT, bytes));
                let mode = cut.load(Ordering::SeqCst);
                match commit {
                    // A simple query: a letter and four bytes of length before its text.
                    Some(place) if mode == Cut::OnceBefore as u8 => {
                        cut.store(Cut::Never as u8, Ordering::SeqCst);
                        to_server.write_all(&bytes[..place - 5]).await?;
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        return Ok(());
                    }
                    Some(_) if mode == Cut::OnceAfter as u8 || mode == Cut::AlwaysAfter as u8 => {
                        if mode == Cut::OnceAfter as u8 {
                            cut.store(Cut::Never as u8, Ordering::SeqCst);
                        }
                        to_server.write_all(bytes).await?;
                        // Long enough to be carried out.
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        return Ok(());
                    }
                    Some(place) if mode == Cut::OnceNoCommit as u8 => {
                        cut.store(Cut::Never as u8, Ordering::SeqCst);
                        bytes[place] = b'x';
                        to_server.write_all(bytes).await?;
                    }
                    _ => {
                        if let Some(place) = begin.filter(|_| mode == Cut::NoBegin as u8) {
                            bytes[place] = b'x';
                        }
                        to_server.write_all(bytes).await?;
                    }
                }
            }
            read = from_server.read(&mut answered) => {
                let bytes = match read? { 0 => return Ok(()), n => &answered[..n] };
                to_driver.write_all(bytes).await?;
            }
        }
    }
}

/// REQ DOC-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_whose_connection_is_cut_before_its_commit_is_carried_out_once() {
    let (_place, settings) = fresh(Server::shared()).await;
    let (wire, through) = Wire::before(&settings);
    let database = open(&through).await;
    wire.cut(Cut::OnceBefore);
    assert_eq!(database.commit(open_file(1)).await, Ok(()));
    assert_eq!(entries(&database).await, [opened(1)]);
}

/// REQ DOC-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_whose_commit_is_not_answered_is_known_by_its_entry_and_kept_once() {
    let (_place, settings) = fresh(Server::shared()).await;
    let (wire, through) = Wire::before(&settings);
    let database = open(&through).await;
    wire.cut(Cut::OnceAfter);
    assert_eq!(database.commit(open_file(1)).await, Ok(()));
    assert_eq!(entries(&database).await, [opened(1)]);
    // The same entry in another plan is a conflict: there was no doubt about this one.
    let outcome = database.commit(Plan::recorded(use_entry(1_000_001))).await;
    assert_eq!(conflict(outcome), Conflict::AlreadyExists(Entity::LogEntry));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_of_which_nothing_can_be_found_out_in_time_is_unsettled() {
    let (_place, settings) = fresh(Server::shared()).await;
    let (wire, through) = Wire::before(&settings);
    let database = open(&through).await;
    wire.cut(Cut::AlwaysAfter);
    assert_eq!(database.commit(open_file(1)).await, Err(StoreError::Unsettled));
    wire.cut(Cut::Never);
    assert_eq!(entries(&database).await, [opened(1)], "kept once, whatever was tried");
}

/// REQ DOC-10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_plans_whose_commit_is_not_answered_are_kept_once_each() {
    let (_place, settings) = fresh(Server::shared()).await;
    let (wire, through) = Wire::before(&settings);
    let database = open(&through).await;
    wire.cut(Cut::OnceAfter);
    let outcomes = database.commit_all((1..=20).map(open_file).collect()).await;
    assert_eq!(outcomes, vec![Ok(()); 20]);
    assert_eq!(entries(&database).await, (1..=20).map(opened).collect::<Vec<_>>());
}

/// REQ DOC-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_whose_begin_is_cancelled_is_not_kept_in_parts() {
    let (_place, settings) = fresh(Server::shared()).await;
    let (wire, through) = Wire::before(&settings);
    let database = open(&through).await;
    wire.cut(Cut::NoBegin);
    assert_eq!(database.commit(open_file(1)).await, Err(StoreError::Unsettled));
    assert!(entries(&database).await.is_empty());
    assert_eq!(database.fetch(client::find(key(1))).await, Ok(vec![]));
    wire.cut(Cut::Never);
    assert_eq!(database.commit(open_file(1)).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_whose_commit_is_cancelled_is_not_used_again() {
    let (_place, settings) = fresh(Server::shared()).await;
    let (wire, through) = Wire::before(&PostgresSettings { connections: 1, ..settings });
    let database = open(&through).await;
    wire.cut(Cut::OnceNoCommit);
    assert_eq!(database.commit(open_file(1)).await, Ok(()));
    wire.cut(Cut::OnceNoCommit);
    let both = (client::find(key(1)), client::find(key(2)));
    let (first, second) = database.fetch(both).await.unwrap();
    assert_eq!((first.len(), second.len()), (1, 0));
    assert_eq!(entries(&database).await, [opened(1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_connection_is_opened_in_place_of_one_that_waits_for_a_standby() {
    let server = Server::start(Options::default());
    let (place, settings) = fresh(&server).await;
    let mut database = open(&PostgresSettings { connections: 1, ..settings }).await;
    let Database::Postgres(Postgres(inner)) = &mut database else { unreachable!() };
    Arc::get_mut(inner).unwrap().limit = WAIT / 5;
    let name_standbys = |names: &str| {
        place.sql(&format!("ALTER SYSTEM SET synchronous_standby_names = '{names}'")).unwrap();
        place.sql("SELECT pg_reload_conf()").unwrap();
    };
    name_standbys("away");
    // The server takes a setting over in its own time.
    let mut n = 1;
    while database.commit(open_file(n)).await != Err(StoreError::Unsettled) {
        n += 1;
    }
    let later = database.commit(open_file(n + 1)).await;
    let found = database.fetch(client::find(key(n))).await;
    let count = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'varanto'";
    let connections = place.sql(count).unwrap();
    // Before anything can fail: what drops the database waits for a standby too.
    name_standbys("");
    assert_eq!((later, found), (Err(StoreError::Busy), Err(StoreError::Busy)));
    assert_eq!(connections.trim(), "1");
    while database.fetch(client::find(key(n))).await == Err(StoreError::Busy) {}
    assert_eq!(database.commit(open_file(n + 1)).await, Ok(()));
    assert_eq!(entries(&database).await, (1..=n + 1).map(opened).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_killed_makes_callers_wait_and_serves_them_when_it_is_back() {
    let mut server = Server::start(Options { fsync: true, ..Options::default() });
    let (_place, settings) = fresh(&server).await;
    let database = open(&settings).await;
    commit_all(&database, [open_file(1)]).await;
    server.kill();
    assert_eq!(database.commit(open_file(2)).await, Err(StoreError::Busy), "nothing was sent");
    assert_eq!(database.fetch(client::find(key(1))).await, Err(StoreError::Busy));
    server.restart();
    commit_all(&database, [open_file(3)]).await;
    assert_eq!(entries(&database).await, [opened(1), opened(3)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_looked_at_is_not_changed_before_the_plan_is_committed() {
    let (_place, settings) = fresh(Server::shared()).await;
    let database = open(&settings).await;
    commit_all(&database, [open_file(1)]).await;
    // A plan that looks at the client's file, stopped in its middle.
    let mut other = other_hand(&settings).await;
    let looking = other.transaction().await.unwrap();
    let hold = client::guard(key(1), 1).holds[0];
    assert!(!hold.exclusive);
    looking.execute("SELECT pg_advisory_xact_lock_shared($1)", &[&hold.number]).await.unwrap();
    let raise = |n| Plan::recorded(use_entry(n)).with(client::raise(key(1), 1));
    let look = |n| Plan::recorded(use_entry(n)).with(client::guard(key(1), 1));
    assert_eq!(database.commit(look(2)).await, Ok(()), "others look too");
    assert_eq!(database.commit(raise(3)).await, Err(StoreError::Busy));
    looking.commit().await.unwrap();
    assert_eq!(database.commit(raise(4)).await, Ok(()));
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_are_settled_when_no_lower_one_can_come() {
    let (_place, settings) = fresh(Server::shared()).await;
    let database = open(&settings).await;
    commit_all(&database, [open_file(1), open_file(2)]).await;
    let uses = |uses| Numbers { uses, ..Numbers::default() };
    let eventually = async |expected: Numbers| {
        for _ in 0..100 {
            if database.settled().await == Ok(expected) {
                return true;
            }
        }
        false
    };
    assert!(eventually(uses(2)).await);
    // Somebody takes the next number and does not commit yet.
    let mut other = other_hand(&settings).await;
    let slow = other.transaction().await.unwrap();
    let copy = "INSERT INTO use_entry (id, at, controller, action, user_id, user_name, organisation,
            authentication, documents, rules)
        SELECT gen_random_uuid(), at, controller, action, user_id, user_name, organisation, authentication,
            documents, rules FROM use_entry LIMIT 1";
    assert_eq!(slow.execute(copy, &[]).await.unwrap(), 1);
    commit_all(&database, [open_file(4)]).await;
    let shown = database.fetch(log_tree::entries_after(LogKind::Use, 2, 10)).await.unwrap();
    assert_eq!(shown.iter().map(|entry| entry.number).collect::<Vec<_>>(), [4], "3 is not there");
    for _ in 0..5 {
        assert_eq!(database.settled().await, Ok(uses(2)), "3 may still come");
    }
    slow.commit().await.unwrap();
    assert!(eventually(uses(4)).await);
}

/// REQ DOC-10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_plans_each_is_kept_whole_or_not_at_all() {
    let (_place, settings) = fresh(Server::shared()).await;
    let database = open(&settings).await;
    let mut plans: Vec<Plan> = (1..=30).map(open_file).collect();
    for n in 1..=30 {
        let mut plan = Plan::recorded(use_entry(100 + n)).with(client::guard(key(n), 1));
        plan.extend(document::insert_first_version(first_version(n, &[n])));
        plans.push(plan);
    }
    // Two that cannot be kept: a file that exists, and one that was looked at in another state.
    plans.insert(
        7,
        Plan::recorded(use_entry(200)).with(client::insert(client_file(1), &lookup(99))),
    );
    plans.push(Plan::recorded(use_entry(201)).with(client::guard(key(1), 9)));
    // One that is more than inserts, after what it needs.
    plans.push(Plan::recorded(use_entry(202)).with(client::raise(key(1), 1)));
    let outcomes = database.commit_all(plans).await;
    let failed: Vec<usize> =
        outcomes.iter().enumerate().filter(|(_, o)| o.is_err()).map(|(at, _)| at).collect();
    assert_eq!(failed, [7, 61]);
    assert_eq!(conflict(outcomes[7]), Conflict::AlreadyExists(Entity::Client));
    let expected =
        (101..=130).chain([202]).map(key).chain((1..=30).map(opened)).collect::<Vec<_>>();
    assert_eq!(entries(&database).await, expected);
    let found = database.fetch(document::contents_of(&first_version(9, &[9]).version.oid)).await;
    assert_eq!(found, Ok(first_version(9, &[9]).content));
    assert_eq!(database.fetch_one(client::find(key(1))).await.unwrap().unwrap().version, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_error_of_the_server_tells_a_stored_value() {
    let (_place, settings) = fresh(Server::shared()).await;
    let database = open(&settings).await;
    let plan = Plan::recorded(use_entry(1)).with(will::upsert(key(1), "{}".to_owned()));
    let error = database.commit(plan).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database failed: a constraint is violated (code 23503, statement will::upsert)"
    );
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_whose_triggers_are_switched_off_is_not_served() {
    let (place, settings) = fresh(Server::shared()).await;
    let name = place.name();
    place.sql(&format!("ALTER DATABASE {name} SET session_replication_role = replica")).unwrap();
    let opened = Database::open(&Settings::Postgres(Box::new(settings))).await;
    assert!(matches!(opened, Err(OpenError::SchemaChanged(_))), "{opened:?}");
}
