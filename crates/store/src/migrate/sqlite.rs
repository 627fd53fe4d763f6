//! The migrations of the embedded database.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::{History, Migration, Parts, READS_FROM, compare, migrations};
use crate::error::{OpenError, StoreError};
use crate::plan::Value;
use crate::sqlite::failed;

pub(crate) const MIGRATIONS: &[Migration] = migrations!("sqlite");

pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, \
                         name TEXT NOT NULL, checksum BLOB NOT NULL, applied_at INTEGER NOT NULL) STRICT";
const EXISTS: &str = "SELECT 1 FROM pragma_table_info('migration') WHERE name = $1";
const APPLIED: &str = "SELECT version, name, checksum, applied_at, NULL FROM migration
ORDER BY version";
const APPLIED_AND_READ: &str =
    "SELECT version, name, checksum, applied_at, reads_from FROM migration
ORDER BY version";
/// Without the tables and indexes that the database makes for itself.
const PARTS: &str = "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema \
                     WHERE type NOT IN ('table', 'index') OR substr(name, 1, 7) <> 'sqlite_'";
const NOTE: &str =
    "INSERT INTO migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
const NOTE_READ: &str = "INSERT INTO migration (version, name, checksum, applied_at, reads_from)
VALUES ($1, $2, $3, $4, $5)";

/// What has been applied; nothing where there is no schema yet.
pub(crate) fn applied(connection: &Connection) -> Result<History, StoreError> {
    history(connection, MIGRATIONS)
}

pub(super) fn history(
    connection: &Connection,
    known: &'static [Migration],
) -> Result<History, StoreError> {
    let exists = |column: &str| {
        connection.query_row(EXISTS, [column], |_| Ok(())).optional().map(|found| found.is_some())
    };
    let read = || -> rusqlite::Result<Vec<_>> {
        if !exists("version")? {
            return Ok(Vec::new());
        }
        let text = if exists("reads_from")? { APPLIED_AND_READ } else { APPLIED };
        let mut statement = connection.prepare(text)?;
        let rows = statement.query_map([], |row| Ok(super::decode(row)))?;
        rows.collect()
    };
    let rows = read().map_err(|e| failed("migrate::applied", &e))?;
    let corrupt = |source| StoreError::Corrupt { statement: "migrate::applied", source };
    let applied = rows.into_iter().map(|row| row.map_err(corrupt)).collect::<Result<_, _>>()?;
    Ok(History { known, applied })
}

/// Applies what is missing in one transaction, under the write lock from its start.
pub(crate) fn apply(
    connection: &Connection,
    now: Timestamp,
    contract: bool,
) -> Result<Vec<i64>, OpenError> {
    apply_all(connection, MIGRATIONS, now, contract)
}

pub(super) fn apply_all(
    connection: &Connection,
    known: &'static [Migration],
    now: Timestamp,
    contract: bool,
) -> Result<Vec<i64>, OpenError> {
    let run = |sql: &str| connection.execute_batch(sql).map_err(|e| failed("migrate::apply", &e));
    run("BEGIN IMMEDIATE")?;
    let outcome = apply_missing(connection, known, now, contract);
    run(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    outcome
}

fn apply_missing(
    connection: &Connection,
    known: &'static [Migration],
    now: Timestamp,
    contract: bool,
) -> Result<Vec<i64>, OpenError> {
    let failed = |e| failed("migrate::apply", &e);
    connection.execute_batch(TABLE).map_err(failed)?;
    let mut fresh = Vec::new();
    for migration in history(connection, known)?.pending(contract)? {
        connection.execute_batch(migration.sql).map_err(failed)?;
        let mut note: Vec<Value> = vec![
            migration.version.into(),
            migration.name.into(),
            migration.checksum().into(),
            now.into(),
        ];
        let text = if migration.version < READS_FROM {
            NOTE
        } else {
            note.push(migration.reads_from().into());
            NOTE_READ
        };
        connection.execute(text, rusqlite::params_from_iter(note)).map_err(failed)?;
        fresh.push(migration.version);
    }
    Ok(fresh)
}

/// What the schema has otherwise than the migrations make it, by kind and name: what is missing, changed,
/// or was put in, such as a trigger. An index with another text can hide rows from whoever searches by it.
pub(crate) fn differences(connection: &Connection) -> Result<Vec<String>, StoreError> {
    differences_from(connection, MIGRATIONS)
}

pub(super) fn differences_from(
    connection: &Connection,
    known: &'static [Migration],
) -> Result<Vec<String>, StoreError> {
    let history = history(connection, known)?;
    let read = || -> rusqlite::Result<(Parts, Parts)> {
        let fresh = Connection::open_in_memory()?;
        fresh.execute_batch(TABLE)?;
        for migration in history.in_order() {
            fresh.execute_batch(migration.sql)?;
        }
        Ok((parts(&fresh)?, parts(connection)?))
    };
    let (expected, found) = read().map_err(|e| failed("migrate::differences", &e))?;
    let more = history.has_unknown();
    Ok(compare(
        &expected,
        &found,
        |expected, found| expected == found || more && has_more_columns(expected, found),
        |name, _| more && (name.starts_with("table ") || name.starts_with("index ")),
    ))
}

/// Is the text of a table the expected one with columns added behind the others?
fn has_more_columns(expected: &str, found: &str) -> bool {
    let more = || {
        let (columns, end) = expected.rsplit_once(')')?;
        found.strip_prefix(columns)?.strip_suffix(end)?.strip_suffix(')')
    };
    expected.starts_with("CREATE TABLE ") && more().is_some_and(|more| more.starts_with(','))
}

/// Everything in a schema by kind and name, with its text.
fn parts(connection: &Connection) -> rusqlite::Result<Parts> {
    let mut statement = connection.prepare(PARTS)?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
