//! For tests alone: what somebody does to the stored data who stands beside the program, with the file of the
//! embedded database in hand or all rights on the server. Without the feature `interleave` nothing of this is
//! in the program.
//!
//! A statement may be refused only for what the database cannot be told to overlook: on PostgreSQL triggers and
//! references are switched off for it. What the two write differently is made by functions here.

use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior};
use tokio_postgres::{Client, SimpleQueryMessage};
use uuid::Uuid;

use crate::database::Settings;
use crate::postgres::{self, PostgresSettings};
use crate::sqlite::SqliteSettings;

/// How long the locks of a program that has the data open are waited for.
const WAIT: Duration = Duration::from_secs(30);

/// Somebody's hand in the stored data.
#[derive(Clone, Debug)]
pub struct Hand(Settings);

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Number,
    /// Text.
    Text,
    /// Keys.
    Key,
    /// Other bytes.
    Bytes,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Must there be a value?
    pub is_required: bool,
}

impl Hand {
    /// The hand of somebody who gets at the data as these settings do.
    pub fn on(settings: Settings) -> Self {
        Self(settings)
    }

    /// Runs statements in one transaction, or tells what the database says against it. Blocks.
    pub fn execute(&self, sql: &str) -> Result<(), String> {
        match &self.0 {
            Settings::Sqlite(settings) => execute_in_file(settings, sql).map_err(said),
            Settings::Postgres(settings) => {
                let sql =
                    format!("BEGIN; SET LOCAL session_replication_role = replica; {sql}; COMMIT");
                beside(settings, async move |client| {
                    client.batch_execute(&sql).await.map_err(|error| told(&error))
                })
            }
        }
    }

    /// The first column of every row of a query as text, null as the empty one. Blocks.
    pub fn column(&self, sql: &str) -> Result<Vec<String>, String> {
        match &self.0 {
            Settings::Sqlite(settings) => column_of_file(settings, sql).map_err(said),
            Settings::Postgres(settings) => beside(settings, async move |client| {
                let messages = client.simple_query(sql).await.map_err(|error| told(&error))?;
                let text = |message| match message {
                    SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
                    _ => None,
                };
                Ok(messages.into_iter().filter_map(text).collect())
            }),
        }
    }

    /// The columns of a table in their order. Blocks.
    pub fn columns(&self, table: &str) -> Result<Vec<Column>, String> {
        let sql = match &self.0 {
            // Keys are bytes there.
            Settings::Sqlite(_) => format!(
                "SELECT name || ' ' || type || ' ' || \"notnull\" FROM pragma_table_info('{table}') ORDER BY cid"
            ),
            Settings::Postgres(_) => format!(
                "SELECT attname || ' ' || atttypid::regtype || ' ' || attnotnull::int FROM pg_attribute
                WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
            ),
        };
        let column = |row: String| {
            let mut words = row.split(' ');
            let mut word = || words.next().map(str::to_owned).ok_or_else(|| row.clone());
            let (name, kind, required) = (word()?, word()?, word()?);
            let kind = match kind.as_str() {
                "INTEGER" | "bigint" | "smallint" => Kind::Number,
                "TEXT" | "text" => Kind::Text,
                "uuid" => Kind::Key,
                "BLOB" | "bytea" => Kind::Bytes,
                _ => return Err(row.clone()),
            };
            Ok(Column { name, kind, is_required: required == "1" })
        };
        self.column(&sql)?.into_iter().map(column).collect()
    }

    /// Bytes, as they are written in a statement.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        let digits = bytes.iter().fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        match &self.0 {
            Settings::Sqlite(_) => format!("x'{digits}'"),
            Settings::Postgres(_) => format!("'\\x{digits}'::bytea"),
        }
    }

    /// So many bytes that are zero; the number may be any expression.
    pub fn zeros(&self, length: impl std::fmt::Display) -> String {
        match &self.0 {
            Settings::Sqlite(_) => format!("zeroblob({length})"),
            Settings::Postgres(_) => format!("decode(repeat('00', ({length})::int), 'hex')"),
        }
    }

    /// Bytes that are put together by an expression.
    pub fn joined(&self, expression: &str) -> String {
        match &self.0 {
            Settings::Sqlite(_) => format!("CAST({expression} AS BLOB)"),
            Settings::Postgres(_) => format!("({expression})"),
        }
    }

    /// A key, as it is written in a statement.
    pub fn key(&self, key: Uuid) -> String {
        match &self.0 {
            Settings::Sqlite(_) => self.bytes(key.as_bytes()),
            Settings::Postgres(_) => format!("'{key}'::uuid"),
        }
    }

    /// A new key for each row.
    pub fn any_key(&self) -> &'static str {
        match &self.0 {
            Settings::Sqlite(_) => "randomblob(16)",
            Settings::Postgres(_) => "gen_random_uuid()",
        }
    }

    /// The digits of a key in a column.
    pub fn digits_of_key(&self, column: &str) -> String {
        match &self.0 {
            Settings::Sqlite(_) => format!("lower(hex({column}))"),
            Settings::Postgres(_) => format!("replace({column}::text, '-', '')"),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is mapped")]
fn said(error: rusqlite::Error) -> String {
    error.to_string()
}

fn told(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)
}

fn execute_in_file(settings: &SqliteSettings, sql: &str) -> rusqlite::Result<()> {
    let mut connection = open(settings)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(sql)?;
    transaction.commit()
}

fn column_of_file(settings: &SqliteSettings, sql: &str) -> rusqlite::Result<Vec<String>> {
    let connection = open(settings)?;
    let mut query = connection.prepare(sql)?;
    query.query_map([], |row| Ok(text(row.get(0)?)))?.collect()
}

fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
    }
}

fn open(settings: &SqliteSettings) -> rusqlite::Result<Connection> {
    let connection = Connection::open(&settings.path)?;
    connection.busy_timeout(WAIT)?;
    Ok(connection)
}

/// Does something over a connection of its own, on a thread and a runtime of its own: who blocks here may be
/// in another.
fn beside<T: Send>(
    settings: &PostgresSettings,
    work: impl AsyncFnOnce(&Client) -> Result<T, String> + Send,
) -> Result<T, String> {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|error| error.to_string())?.block_on(async {
            let client = postgres::connect_alone(settings).await.map_err(|e| e.to_string())?;
            let wait = format!("SET lock_timeout = {}", WAIT.as_millis());
            client.batch_execute(&wait).await.map_err(|error| told(&error))?;
            work(&client).await
        })
    };
    let ended = thread::scope(|scope| scope.spawn(run).join());
    ended.unwrap_or_else(|_| Err("the thread stopped".to_owned()))
}
