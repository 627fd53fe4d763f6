//! The one door to the stored data: [`Database::commit`] for a plan, [`Database::fetch`] for a query.
//!
//! There are no open transactions to hold: whoever must not act on stale facts puts guards into the
//! plan. Which database stands behind is nobody's concern above this file.

use jiff::Timestamp;

use crate::error::{FailureCode, OpenError, StoreError};
use crate::log_tree::{self, Numbers};
use crate::migrate::Migrated;
use crate::plan::Plan;
use crate::postgres::{self, Postgres, PostgresSettings};
use crate::query::{Queries, Query};
use crate::sqlite::{self, Sqlite, SqliteSettings};

/// Where the data is kept.
#[derive(Clone, Debug)]
pub enum Settings {
    /// Embedded, in one file.
    Sqlite(SqliteSettings),
    /// In a database of PostgreSQL.
    Postgres(Box<PostgresSettings>),
}

/// An open database. Dropping it finishes what is queued and closes it.
#[derive(Debug)]
pub enum Database {
    /// Embedded, in one file.
    Sqlite(Sqlite),
    /// In a database of PostgreSQL.
    Postgres(Postgres),
}

impl Database {
    /// Opens a database whose schema is one that this program can work with; see [`Database::migrate`].
    pub async fn open(settings: &Settings) -> Result<Self, OpenError> {
        match settings {
            Settings::Sqlite(settings) => {
                let settings = settings.clone();
                blocking(move || Sqlite::open(&settings)).await.map(Self::Sqlite)
            }
            Settings::Postgres(settings) => Postgres::open(settings).await.map(Self::Postgres),
        }
    }

    /// Brings the schema to the one of this program, making the embedded database or the schema where there is
    /// none; gives the numbers that were applied. What takes something away is left: see
    /// [`Database::contract`]. Servers may go on working meanwhile.
    pub async fn migrate(settings: &Settings, now: Timestamp) -> Result<Vec<i64>, OpenError> {
        Self::apply(settings, now, false).await
    }

    /// The same with the migrations that take away what older programs need, once none of those is running.
    pub async fn contract(settings: &Settings, now: Timestamp) -> Result<Vec<i64>, OpenError> {
        Self::apply(settings, now, true).await
    }

    async fn apply(
        settings: &Settings,
        now: Timestamp,
        contract: bool,
    ) -> Result<Vec<i64>, OpenError> {
        match settings {
            Settings::Sqlite(settings) => {
                let settings = settings.clone();
                blocking(move || sqlite::migrate(&settings, now, contract)).await
            }
            Settings::Postgres(settings) => postgres::migrate(settings, now, contract).await,
        }
    }

    /// Each known migration with the instant at which it was applied. Changes nothing.
    pub async fn status(settings: &Settings) -> Result<Vec<Migrated>, OpenError> {
        match settings {
            Settings::Sqlite(settings) => {
                let settings = settings.clone();
                blocking(move || sqlite::status(&settings)).await
            }
            Settings::Postgres(settings) => postgres::status(settings).await,
        }
    }

    /// What the database finds wrong with itself, such as damaged pages or references to rows that
    /// are missing; empty where it is sound. Tells no stored value. On the embedded database it reads
    /// everything; a server has tools of its own for its pages.
    pub async fn faults(settings: &Settings) -> Result<Vec<String>, OpenError> {
        match settings {
            Settings::Sqlite(settings) => {
                let settings = settings.clone();
                blocking(move || sqlite::faults(&settings)).await
            }
            Settings::Postgres(settings) => postgres::faults(settings).await,
        }
    }

    /// Commits a plan. After `Ok` it is on disk; after an error nothing of it is kept, but for
    /// [`StoreError::Unsettled`].
    ///
    /// A plan that was handed over is carried out even if the caller stops waiting.
    pub async fn commit(&self, plan: Plan) -> Result<(), StoreError> {
        #[cfg(feature = "interleave")]
        crate::interleave::step().await;
        match self {
            Self::Sqlite(sqlite) => sqlite.commit(plan).await,
            Self::Postgres(postgres) => postgres.commit(plan).await,
        }
    }

    /// Commits many plans, in their order and in few transactions; tells of each what [`Database::commit`]
    /// would. Each is kept whole or not at all, whatever becomes of the others.
    pub async fn commit_all(&self, plans: Vec<Plan>) -> Vec<Result<(), StoreError>> {
        #[cfg(feature = "interleave")]
        crate::interleave::step().await;
        match self {
            // The writer puts together what waits for it.
            Self::Sqlite(sqlite) => sqlite.commit_all(plans).await,
            Self::Postgres(postgres) => postgres.commit_all(plans).await,
        }
    }

    /// Fetches all rows of a query, or of several in one go, as they were committed last: what is fetched together
    /// was committed at one instant.
    pub async fn fetch<Q: Queries>(&self, queries: Q) -> Result<Q::Rows, StoreError> {
        #[cfg(feature = "interleave")]
        crate::interleave::step().await;
        match self {
            Self::Sqlite(sqlite) => sqlite.fetch(queries).await,
            Self::Postgres(postgres) => postgres.fetch(queries).await,
        }
    }

    /// Fetches the first row of a query, if there is one.
    pub async fn fetch_one<T: Send + 'static>(
        &self,
        query: Query<T>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.fetch(query).await?.into_iter().next())
    }

    /// Of each log the number up to which it is final: no entry with it or a lower one will still be committed.
    /// Where commits overtake each other, what shows already may have a higher one.
    pub async fn settled(&self) -> Result<Numbers, StoreError> {
        match self {
            Self::Sqlite(sqlite) => {
                let numbers = sqlite.fetch(log_tree::numbers()).await?;
                Ok(numbers.into_iter().next().unwrap_or_default())
            }
            Self::Postgres(postgres) => postgres.settled().await,
        }
    }

    /// Are there numbers of log entries that no entry has, because what took them was undone?
    pub fn has_gaps(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(_) => true,
        }
    }

    /// How often the schema has been changed, by whomever: it changes whenever somebody makes or drops a
    /// table, an index or a trigger.
    pub async fn schema_changes(&self) -> Result<i64, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.schema_changes().await,
            Self::Postgres(postgres) => postgres.schema_changes().await,
        }
    }

    /// What the schema has otherwise than the migrations make it, by kind and name.
    pub async fn schema_differences(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.schema_differences().await,
            Self::Postgres(postgres) => postgres.schema_differences().await,
        }
    }

    /// Finishes what is queued and closes the database. Blocks until then.
    pub fn close(self) {
        drop(self);
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OpenError> + Send + 'static,
) -> Result<T, OpenError> {
    let stopped = StoreError::Failed {
        statement: "database::blocking",
        code: FailureCode::Driver,
        reason: "the thread stopped",
    };
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(stopped.into()))
}
