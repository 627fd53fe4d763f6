//! For tests alone: what somebody does to the file of an embedded database who stands beside the program,
//! with the file in hand. Without the feature `interleave` nothing of this is in the program.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior};

/// How long the lock of a program that has the file open is waited for.
const WAIT: Duration = Duration::from_secs(30);

/// Runs statements in one transaction, or tells what the database says against it. Blocks.
pub fn execute(file: &Path, sql: &str) -> Result<(), String> {
    let run = || {
        let mut connection = open(file)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        transaction.commit()
    };
    run().map_err(|error: rusqlite::Error| error.to_string())
}

/// The first column of every row of a query as text, null as the empty one. Blocks.
pub fn column(file: &Path, sql: &str) -> Result<Vec<String>, String> {
    let run = || {
        let connection = open(file)?;
        let mut query = connection.prepare(sql)?;
        query.query_map([], |row| Ok(text(row.get(0)?)))?.collect::<rusqlite::Result<Vec<String>>>()
    };
    run().map_err(|error: rusqlite::Error| error.to_string())
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

fn open(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(WAIT)?;
    Ok(connection)
}
