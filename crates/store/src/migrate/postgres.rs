//! The migrations of PostgreSQL, and what tells that nobody else has changed the schema.
//!
//! Servers go on working meanwhile. One program migrates at a time; each migration is a transaction of its own,
//! which waits for the locks of those who work only for a moment: whoever comes after it would wait behind it.
//! Then it is undone and tried again.

use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

use super::{History, Migration, Parts, READS_FROM, compare, decode, migrations};
use crate::error::{OpenError, StoreError};
use crate::postgres::values::refused;

#[cfg(test)]
mod tests;

pub(crate) const MIGRATIONS: &[Migration] = migrations!("postgres");

/// How long another program that migrates is waited for, and the end of those who hold a table.
const PATIENCE: Duration = Duration::from_mins(10);

/// How long those who work wait behind a migration that waits for a table.
const AT_ONCE: &str = "SET LOCAL lock_timeout = '200ms'";

/// How long they work before it is tried again.
const PAUSE: Duration = Duration::from_millis(800);

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (version bigint PRIMARY KEY, \
     name text COLLATE \"C\" NOT NULL, checksum bytea NOT NULL, applied_at bigint NOT NULL)";
const COLUMNS: &str = "SELECT attname::text FROM pg_attribute \
     WHERE attrelid = to_regclass('migration') AND attnum > 0 AND NOT attisdropped";
const APPLIED: &str = "SELECT version, name, checksum, applied_at, NULL::bigint FROM migration \
     ORDER BY version";
const APPLIED_AND_READ: &str = "SELECT version, name, checksum, applied_at, reads_from \
     FROM migration ORDER BY version";
const NOTE: &str =
    "INSERT INTO migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
const NOTE_READ: &str = "INSERT INTO migration (version, name, checksum, applied_at, reads_from) \
     VALUES ($1, $2, $3, $4, $5)";

/// Gives a name and a form for each part.
const PARTS: &str = include_str!("postgres/parts.sql");
const CHANGES: &str = include_str!("postgres/changes.sql");
const IS_CITUS: &str = "SELECT 1 WHERE to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL";

/// What [`PARTS`] gives where every migration has been applied: a line for each part. A test writes it.
const SCHEMA: &str = include_str!("../../migrations/postgres/schema.txt");

/// What has been applied; nothing where there is no schema yet.
pub(crate) async fn applied(client: &Client) -> Result<History, StoreError> {
    history(client, MIGRATIONS).await
}

async fn history(client: &Client, known: &'static [Migration]) -> Result<History, StoreError> {
    let fail = refused("migrate::applied");
    let columns = client.query(COLUMNS, &[]).await.map_err(&fail)?;
    if columns.is_empty() {
        return Ok(History { known, applied: Vec::new() });
    }
    let is_noted = |row: &tokio_postgres::Row| matches!(row.try_get(0), Ok("reads_from"));
    let text = if columns.iter().any(is_noted) { APPLIED_AND_READ } else { APPLIED };
    let rows = client.query(text, &[]).await.map_err(&fail)?;
    let corrupt = |source| StoreError::Corrupt { statement: "migrate::applied", source };
    let applied = rows.iter().map(|row| decode(row).map_err(corrupt)).collect::<Result<_, _>>()?;
    Ok(History { known, applied })
}

/// Applies what is missing, making the schema where there is none; gives the numbers.
pub(crate) async fn apply(
    client: &mut Client,
    schema: &str,
    now: Timestamp,
    contract: bool,
) -> Result<Vec<i64>, OpenError> {
    apply_all(client, schema, MIGRATIONS, now, contract).await
}

async fn apply_all(
    client: &mut Client,
    schema: &str,
    known: &'static [Migration],
    now: Timestamp,
    contract: bool,
) -> Result<Vec<i64>, OpenError> {
    let fail = refused("migrate::apply");
    let lock = lock_of(schema);
    let wait = format!("SET lock_timeout = {}", PATIENCE.as_millis());
    client.batch_execute(&wait).await.map_err(&fail)?;
    client.execute("SELECT pg_advisory_lock($1)", &[&lock]).await.map_err(&fail)?;
    let outcome = apply_missing(client, schema, known, now, contract).await;
    // It ends with the connection too.
    let _ = client.execute("SELECT pg_advisory_unlock($1)", &[&lock]).await;
    outcome
}

async fn apply_missing(
    client: &mut Client,
    schema: &str,
    known: &'static [Migration],
    now: Timestamp,
    contract: bool,
) -> Result<Vec<i64>, OpenError> {
    let fail = refused("migrate::apply");
    // To make it if it is not there would ask for a right that who made it need not have.
    let there = "SELECT 1 FROM pg_namespace WHERE nspname = $1";
    if client.query_opt(there, &[&schema]).await.map_err(&fail)?.is_none() {
        client.batch_execute(&format!("CREATE SCHEMA \"{schema}\"")).await.map_err(&fail)?;
    }
    client.batch_execute(TABLE).await.map_err(&fail)?;
    let mut fresh = Vec::new();
    for migration in history(client, known).await?.pending(contract)? {
        let until = Instant::now() + PATIENCE;
        loop {
            match apply_one(client, migration, now).await {
                Err(StoreError::Busy) if Instant::now() < until && !client.is_closed() => {
                    tokio::time::sleep(PAUSE).await;
                }
                outcome => break outcome?,
            }
        }
        fresh.push(migration.version);
    }
    Ok(fresh)
}

/// In one transaction, with its note; busy where somebody else is at its tables.
async fn apply_one(
    client: &mut Client,
    migration: &Migration,
    now: Timestamp,
) -> Result<(), StoreError> {
    let fail = refused("migrate::apply");
    let transaction = client.transaction().await.map_err(&fail)?;
    transaction.batch_execute(AT_ONCE).await.map_err(&fail)?;
    transaction.batch_execute(migration.sql).await.map_err(&fail)?;
    let (checksum, at, reads) =
        (migration.checksum(), now.as_microsecond(), migration.reads_from());
    let mut note: Vec<&(dyn ToSql + Sync)> =
        vec![&migration.version, &migration.name, &checksum, &at];
    let text = if migration.version < READS_FROM {
        NOTE
    } else {
        note.push(&reads);
        NOTE_READ
    };
    transaction.execute(text, &note).await.map_err(&fail)?;
    transaction.commit().await.map_err(&fail)
}

/// The number of the lock under which a schema is migrated.
fn lock_of(schema: &str) -> i64 {
    let name = digest(&SHA256, format!("migrate {schema}").as_bytes());
    name.as_ref().first_chunk().map_or(0, |first| i64::from_be_bytes(*first))
}

/// What the schema has otherwise than the migrations make it, by kind and name. Reads catalogs only.
pub(crate) async fn differences(client: &Client) -> Result<Vec<String>, StoreError> {
    let history = history(client, MIGRATIONS).await?;
    differences_from(client, &listed(SCHEMA), &history).await
}

async fn differences_from(
    client: &Client,
    expected: &Parts,
    history: &History,
) -> Result<Vec<String>, StoreError> {
    let fail = refused("migrate::differences");
    let found = parts(client).await?;
    let is_citus = client.query_opt(IS_CITUS, &[]).await.map_err(fail)?.is_some();
    // What is still to be taken away is listed no more.
    let more = history.has_unknown() || history.has_left();
    let mut differences = compare(
        expected,
        &found,
        |expected, found| expected == found,
        |name, form| more && only_adds(name, form),
    );
    if is_citus {
        differences.retain(|name| !is_moved(name));
    }
    Ok(differences)
}

/// Every part of the schema with its form.
async fn parts(client: &Client) -> Result<Parts, StoreError> {
    let fail = refused("migrate::differences");
    let rows = client.query(PARTS, &[]).await.map_err(&fail)?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<_, _>>()
        .map_err(fail)
}

/// The parts that a text lists.
fn listed(text: &str) -> Parts {
    let part = |line: &str| {
        let (name, form) = line.split_once(": ")?;
        Some((name.to_owned(), form.to_owned()))
    };
    text.lines().filter_map(part).collect()
}

/// Can this be what a newer program has added? Such a thing neither changes what others store nor hides it: no
/// trigger, rule or policy, nothing whose rows show in a table of ours, no function that would be taken for one
/// of the database's.
fn only_adds(name: &str, form: &str) -> bool {
    match name.split_once(' ') {
        Some(("table", _)) => {
            let is_partition = form.contains(", FOR VALUES ") || form.ends_with(", DEFAULT");
            (!form.contains(", part of ") || is_partition) && !form.contains("rows are hidden")
        }
        Some(("column" | "index" | "constraint" | "sequence", _)) => true,
        _ => false,
    }
}

/// Is it what becomes another thing where Citus spreads tables over servers? See `migrate --citus`.
fn is_moved(name: &str) -> bool {
    let of_moved = |table: &str| {
        let whole = table.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
        crate::postgres::citus::MOVED.contains(&whole)
    };
    match name.split_once(' ') {
        Some(("table", table)) => of_moved(table),
        Some(("constraint", rest)) => rest
            .split_once(" of ")
            .is_some_and(|(name, of)| name.ends_with("_fkey") && of_moved(of)),
        Some(("trigger", rest)) => rest.starts_with("truncate_trigger_"),
        _ => false,
    }
}

/// A number that is another one when somebody has changed the schema.
pub(crate) async fn changes(client: &Client) -> Result<i64, StoreError> {
    let fail = refused("migrate::changes");
    let row = client.query_one(CHANGES, &[]).await.map_err(&fail)?;
    row.try_get(0).map_err(fail)
}
