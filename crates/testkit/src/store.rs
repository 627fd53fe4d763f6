//! On which of the two stores a sandbox stands.
//!
//! The environment says it for a whole run; a test of what only one store has names its own. On PostgreSQL a
//! sandbox has a database of its own, a copy of one with today's schema, which goes with it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use jiff::Timestamp;
use varanto_postgres::{Server, TestDatabase};
use varanto_store::{Database, PostgresSettings, Settings};

/// The environment variable that says it: `sqlite`, which is meant where nothing is said, or `postgres`.
const VARIABLE: &str = "VARANTO_TEST_STORE";

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../store/migrations/postgres");

/// A store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestStore {
    /// The embedded one: a file in the sandbox.
    Sqlite,
    /// A database of PostgreSQL.
    Postgres,
}

impl TestStore {
    /// The one that this run of the tests is about.
    pub fn of_this_run() -> Self {
        match std::env::var(VARIABLE).as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite,
            Ok("postgres") => Self::Postgres,
            Ok(other) => panic!("{VARIABLE} is `sqlite` or `postgres`, not `{other}`"),
        }
    }
}

/// An empty database with today's schema.
pub(crate) fn fresh_database() -> TestDatabase {
    let template = format!("sandbox_{:016x}", checksum(Path::new(MIGRATIONS)));
    let server = Server::shared();
    server.make_template(&template, |database| migrate(&database.url()));
    server.from_template(&template)
}

/// Of the schema: who shares the server with another version of it has templates of their own.
fn checksum(migrations: &Path) -> u64 {
    let read = |path| std::fs::read(path).expect("a migration");
    let files = migrations.read_dir().expect("the migrations").map(|entry| entry.expect("a file"));
    let mut files: Vec<_> = files.map(|file| (file.file_name(), read(file.path()))).collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    hasher.finish()
}

/// On a runtime of its own, which is gone with its connections when this returns.
fn migrate(url: &str) {
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let settings = PostgresSettings::from_url(url).expect("an address");
        let settings = Settings::Postgres(Box::new(settings));
        let migrated = Database::migrate(&settings, Timestamp::now());
        runtime.expect("a runtime").block_on(migrated).expect("a migrated database");
    };
    std::thread::scope(|scope| scope.spawn(work).join()).expect("the schema is made");
}

/// What a store held at some time. It goes when this is dropped.
pub struct KeptStore(pub(crate) Kept);

pub(crate) enum Kept {
    /// The bytes of the file.
    File(Vec<u8>),
    /// A copy of the database.
    Database(TestDatabase),
}

/// Makes a database what another one is, whoever is connected to it.
pub(crate) fn replace(database: &TestDatabase, by: &TestDatabase) {
    let (name, template) = (database.name(), by.name());
    for sql in [
        format!("DROP DATABASE {name} WITH (FORCE)"),
        format!("CREATE DATABASE {name} TEMPLATE {template}"),
    ] {
        Server::shared().sql("postgres", &sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// A copy of a database; who is connected to it is cut off.
pub(crate) fn copy(database: &TestDatabase) -> TestDatabase {
    let name = database.name();
    let others = format!(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
    );
    Server::shared().sql("postgres", &others).expect("the server runs");
    Server::shared().from_template(name)
}

/// Every value in a database, bytes as they are where they are text.
pub(crate) fn dump(database: &TestDatabase) -> Vec<u8> {
    const TABLES: &str = "
        SELECT format('SELECT concat_ws(''|'', %s) FROM %s',
            string_agg(CASE a.atttypid WHEN 'bytea'::regtype THEN format('encode(%I, ''escape'')', a.attname)
                ELSE format('%I::text', a.attname) END, ', '), c.oid::regclass)
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'varanto'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND a.attnum > 0 AND NOT a.attisdropped
        GROUP BY c.oid";
    let tables = database.sql(TABLES).expect("the tables");
    let all = tables.lines().collect::<Vec<_>>().join(" UNION ALL ");
    database.sql(&all).expect("the values").into_bytes()
}
