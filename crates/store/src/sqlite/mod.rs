//! SQLite as the embedded database: one writer thread that commits what has queued up in one
//! transaction (one sync to disk for many plans), and a few connections that only read.
//!
//! Other processes may write to the same file meanwhile, such as an import from the command line:
//! each transaction takes the write lock at its start and waits for it. `synchronous=FULL` keeps a
//! committed plan through a loss of power; memory mapping is off, it hurt under mixed load. The log
//! of the database is folded into its file at 32 MB rather than at 4: half the syncs under load.

mod reader;
mod values;
mod writer;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::error::{FailureCode, OpenError, StoreError};
use crate::migrate::{self, Migrated};
use crate::plan::Plan;
use crate::query::Queries;
use reader::Readers;
pub(crate) use values::failed;
use writer::Job;

/// How the embedded database is opened.
#[derive(Clone, Debug)]
pub struct SqliteSettings {
    /// The file; beside it stand `…-wal` and `…-shm` while it is open.
    pub path: PathBuf,
    /// How many queries may run at once.
    pub readers: usize,
    /// How long a plan or a query may wait for its turn, and for the lock of another process,
    /// before it is [`StoreError::Busy`].
    pub wait: Duration,
}

impl SqliteSettings {
    /// Four readers, five seconds of waiting.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), readers: 4, wait: Duration::from_secs(5) }
    }
}

/// Plans that may wait for the writer.
const QUEUE: usize = 1024;

/// Prepared statements that each connection keeps; there are fewer fixed ones than this.
const PREPARED: usize = 256;

/// An open embedded database.
#[derive(Debug)]
pub struct Sqlite {
    queue: Option<mpsc::Sender<Job>>,
    writer: Option<JoinHandle<()>>,
    readers: Arc<Readers>,
    wait: Duration,
}

impl Sqlite {
    pub(crate) fn open(settings: &SqliteSettings) -> Result<Self, OpenError> {
        let connection = writable(settings, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        migrate::check(&migrate::sqlite::applied(&connection)?)?;
        if let Some(changed) = migrate::sqlite::differences(&connection)?.into_iter().next() {
            return Err(OpenError::SchemaChanged(changed));
        }
        let read_only = || connect(settings, OpenFlags::SQLITE_OPEN_READ_ONLY);
        let readers =
            (0..settings.readers.max(1)).map(|_| read_only()).collect::<Result<_, _>>()?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        let writer = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer::run(&connection, jobs))?;
        Ok(Self {
            queue: Some(queue),
            writer: Some(writer),
            readers: Arc::new(Readers::new(readers)),
            wait: settings.wait,
        })
    }

    pub(crate) async fn commit(&self, plan: Plan) -> Result<(), StoreError> {
        self.hand_over(plan).await?.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Hands plans to the writer in their order, as it takes them.
    pub(crate) async fn commit_all(&self, plans: Vec<Plan>) -> Vec<Result<(), StoreError>> {
        let mut replies = Vec::with_capacity(plans.len());
        for plan in plans {
            replies.push(self.hand_over(plan).await);
        }
        let mut outcomes = Vec::with_capacity(replies.len());
        for reply in replies {
            outcomes.push(match reply {
                Ok(outcome) => outcome.await.unwrap_or(Err(StoreError::Closed)),
                Err(error) => Err(error),
            });
        }
        outcomes
    }

    async fn hand_over(
        &self,
        plan: Plan,
    ) -> Result<oneshot::Receiver<Result<(), StoreError>>, StoreError> {
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        let until = Instant::now() + self.wait;
        let place = timeout(self.wait, queue.reserve()).await.map_err(|_| StoreError::Busy)?;
        let (reply, outcome) = oneshot::channel();
        place.map_err(|_| StoreError::Closed)?.send(Job { plan, reply, until });
        Ok(outcome)
    }

    pub(crate) async fn fetch<Q: Queries>(&self, queries: Q) -> Result<Q::Rows, StoreError> {
        let lease = timeout(self.wait, Readers::lease(&self.readers));
        let lease = lease.await.map_err(|_| StoreError::Busy)??;
        let work = move || lease.at_one_instant(queries);
        tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Failed {
            statement: "sqlite::fetch",
            code: FailureCode::Driver,
            reason: "the reading thread stopped",
        })?
    }
}

impl Sqlite {
    /// How often the schema has been changed, by whomever.
    pub(crate) async fn schema_changes(&self) -> Result<i64, StoreError> {
        self.look(|connection| {
            connection
                .pragma_query_value(None, "schema_version", |row| row.get(0))
                .map_err(|e| failed("sqlite::schema_changes", &e))
        })
        .await
    }

    /// What the schema has otherwise than the migrations make it.
    pub(crate) async fn schema_differences(&self) -> Result<Vec<String>, StoreError> {
        self.look(migrate::sqlite::differences).await
    }

    async fn look<T: Send + 'static>(
        &self,
        look: fn(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let lease = timeout(self.wait, Readers::lease(&self.readers));
        let lease = lease.await.map_err(|_| StoreError::Busy)??;
        let work = move || lease.connection().and_then(look);
        tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Failed {
            statement: "sqlite::look",
            code: FailureCode::Driver,
            reason: "the reading thread stopped",
        })?
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            // The thread catches nothing: if it has panicked, there is nothing left to wait for.
            let _ = writer.join();
        }
    }
}

pub(crate) fn migrate(
    settings: &SqliteSettings,
    now: Timestamp,
    contract: bool,
) -> Result<Vec<i64>, OpenError> {
    let create = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    migrate::sqlite::apply(&writable(settings, create)?, now, contract)
}

pub(crate) fn status(settings: &SqliteSettings) -> Result<Vec<Migrated>, OpenError> {
    let connection = writable(settings, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    migrate::status(&migrate::sqlite::applied(&connection)?)
}

/// What is wrong with the schema, the pages, the indexes and the references of the file.
pub(crate) fn faults(settings: &SqliteSettings) -> Result<Vec<String>, OpenError> {
    let connection = writable(settings, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let look = || -> rusqlite::Result<Vec<String>> {
        let mut pages = connection.prepare("PRAGMA integrity_check")?;
        let told = pages.query_map([], |row| row.get::<_, String>(0))?;
        let mut faults = told.collect::<Result<Vec<_>, _>>()?;
        faults.retain(|line| line != "ok");
        let mut references = connection.prepare("PRAGMA foreign_key_check")?;
        let told = references.query_map([], |row| {
            let (from, to): (String, String) = (row.get(0)?, row.get(2)?);
            Ok(format!("a row of {from} refers to a row of {to} that is missing"))
        })?;
        for fault in told {
            faults.push(fault?);
        }
        Ok(faults)
    };
    let mut faults = look().map_err(|e| failed("sqlite::faults", &e))?;
    let changed = migrate::sqlite::differences(&connection)?;
    faults
        .extend(changed.into_iter().map(|part| format!("{part} is not as the migrations made it")));
    Ok(faults)
}

fn writable(settings: &SqliteSettings, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = connect(settings, flags)?;
    connection
        .pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
        .map_err(|e| failed("sqlite::open", &e))?;
    Ok(connection)
}

fn connect(settings: &SqliteSettings, flags: OpenFlags) -> Result<Connection, StoreError> {
    let open = || {
        let connection =
            Connection::open_with_flags(&settings.path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(settings.wait)?;
        connection.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA mmap_size = 0; \
             PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16384; \
             PRAGMA wal_autocheckpoint = 8192;",
        )?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        Ok(connection)
    };
    open().map_err(|e| failed("sqlite::open", &e))
}
