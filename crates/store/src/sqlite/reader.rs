//! Connections that only read, lent out one query at a time.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::values::{bind, failed};
use crate::error::StoreError;
use crate::query::{Queries, Query, Source};

/// The connections that nobody uses now, with one permit for each.
#[derive(Debug)]
pub(super) struct Readers {
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

/// A connection that goes back when this is dropped, whatever happens meanwhile.
pub(super) struct Lease {
    connection: Option<Connection>,
    readers: Arc<Readers>,
    // Dropped after the connection is back: `Drop::drop` runs before the fields are dropped.
    #[expect(dead_code, reason = "held, not read")]
    permit: OwnedSemaphorePermit,
}

impl Readers {
    pub(super) fn new(idle: Vec<Connection>) -> Self {
        Self { permits: Arc::new(Semaphore::new(idle.len())), idle: Mutex::new(idle) }
    }

    /// Waits for a connection.
    pub(super) async fn lease(readers: &Arc<Self>) -> Result<Lease, StoreError> {
        let permit = Arc::clone(&readers.permits).acquire_owned().await;
        let permit = permit.map_err(|_| StoreError::Closed)?;
        let connection = readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Ok(Lease { connection, readers: Arc::clone(readers), permit })
    }
}

impl Lease {
    /// The connection, for what is no query.
    pub(super) fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or(StoreError::Closed)
    }
}

impl Lease {
    /// The rows of queries, all as of one instant.
    pub(super) fn at_one_instant<Q: Queries>(&self, queries: Q) -> Result<Q::Rows, StoreError> {
        let mut several = 0;
        queries.each(&mut |_| several += 1);
        if several < 2 {
            return queries.fetch_from(self);
        }
        self.run("BEGIN")?;
        let rows = queries.fetch_from(self);
        self.run("COMMIT")?;
        rows
    }

    fn run(&self, command: &'static str) -> Result<(), StoreError> {
        let run = |c: &Connection| c.prepare_cached(command)?.raw_execute();
        run(self.connection()?).map(|_| ()).map_err(|e| failed(command, &e))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut idle = self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.connection.take());
    }
}

impl Source for Lease {
    fn rows<T>(&self, query: &Query<T>) -> Result<Vec<T>, StoreError> {
        let failed = |e: rusqlite::Error| failed(query.name, &e);
        let corrupt = |source| StoreError::Corrupt { statement: query.name, source };
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&query.sql).map_err(failed)?;
        bind(&mut statement, &query.args).map_err(failed)?;
        let (mut rows, mut found) = (statement.raw_query(), Vec::new());
        while let Some(row) = rows.next().map_err(failed)? {
            found.push((query.decode)(row).map_err(corrupt)?);
        }
        Ok(found)
    }
}
