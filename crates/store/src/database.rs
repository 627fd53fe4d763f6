//! The one door to the stored data: [`Database::commit`] for a plan, [`Database::fetch`] for a query.
//!
//! There are no open transactions to hold: whoever must not act on stale facts puts guards into the
//! plan. Which database stands behind is nobody's concern above this file.

use jiff::Timestamp;

use crate::error::{OpenError, StoreError};
use crate::migrate::Migrated;
use crate::plan::Plan;
use crate::query::{Queries, Query};
use crate::sqlite::{self, Sqlite, SqliteSettings};

/// Where the data is kept.
#[derive(Clone, Debug)]
pub enum Settings {
    /// Embedded, in one file.
    Sqlite(SqliteSettings),
}

/// An open database. Dropping it finishes what is queued and closes it.
#[derive(Debug)]
pub enum Database {
    /// Embedded, in one file.
    Sqlite(Sqlite),
}

impl Database {
    /// Opens a database whose schema is the one of this program; see [`Database::migrate`].
    pub fn open(settings: &Settings) -> Result<Self, OpenError> {
        match settings {
            Settings::Sqlite(settings) => Sqlite::open(settings).map(Self::Sqlite),
        }
    }

    /// Brings the schema to the one of this program, in one transaction, making the database where
    /// there is none; gives the numbers that were applied. Blocks: it is meant for start-up.
    pub fn migrate(settings: &Settings, now: Timestamp) -> Result<Vec<i64>, OpenError> {
        match settings {
            Settings::Sqlite(settings) => sqlite::migrate(settings, now),
        }
    }

    /// Each known migration with the instant at which it was applied. Blocks; changes nothing.
    pub fn status(settings: &Settings) -> Result<Vec<Migrated>, OpenError> {
        match settings {
            Settings::Sqlite(settings) => sqlite::status(settings),
        }
    }

    /// What the database finds wrong with itself, such as damaged pages or references to rows that
    /// are missing; empty where it is sound. Tells no stored value. Blocks, and reads everything.
    pub fn faults(settings: &Settings) -> Result<Vec<String>, OpenError> {
        match settings {
            Settings::Sqlite(settings) => sqlite::faults(settings),
        }
    }

    /// Commits a plan. After `Ok` it is on disk; after an error nothing of it is kept.
    ///
    /// A plan that was handed over is carried out even if the caller stops waiting.
    pub async fn commit(&self, plan: Plan) -> Result<(), StoreError> {
        #[cfg(feature = "interleave")]
        crate::interleave::step().await;
        match self {
            Self::Sqlite(sqlite) => sqlite.commit(plan).await,
        }
    }

    /// Fetches all rows of a query, or of several in one go, as they were committed last.
    pub async fn fetch<Q: Queries>(&self, queries: Q) -> Result<Q::Rows, StoreError> {
        #[cfg(feature = "interleave")]
        crate::interleave::step().await;
        match self {
            Self::Sqlite(sqlite) => sqlite.fetch(queries).await,
        }
    }

    /// Fetches the first row of a query, if there is one.
    pub async fn fetch_one<T: Send + 'static>(
        &self,
        query: Query<T>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.fetch(query).await?.into_iter().next())
    }

    /// How often the schema has been changed, by whomever: it changes whenever somebody makes or drops a
    /// table, an index or a trigger.
    pub async fn schema_changes(&self) -> Result<i64, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.schema_changes().await,
        }
    }

    /// What the schema has otherwise than the migrations make it, by kind and name.
    pub async fn schema_differences(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.schema_differences().await,
        }
    }

    /// Finishes what is queued and closes the database. Blocks until then.
    pub fn close(self) {
        drop(self);
    }
}
