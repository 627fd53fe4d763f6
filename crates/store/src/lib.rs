//! The store of Varanto: plans and queries as values, over SQLite or PostgreSQL, and the only place of SQL.
//!
//! A use case gathers facts with [`Query`] values, decides, and commits one [`Plan`]: each aggregate's
//! file makes both from plain rows, with its SQL beside its decoder. [`Database`] carries them out.
//! There are no open transactions: guards in a plan make it fail where its facts have changed. What is
//! personal is sealed by [`vault`] before it comes here; the clock, keys and randomness are passed in.

pub mod access_order;
pub mod administration_log;
pub mod breach;
mod canonical;
pub mod case_file;
pub mod choice;
pub mod client;
pub mod code_set;
mod database;
pub mod directory;
pub mod disclosure_log;
pub mod disclosure_request;
pub mod document;
mod error;
mod hold;
#[cfg(feature = "interleave")]
pub mod interleave;
pub mod log_request;
pub mod log_tree;
mod migrate;
pub mod outbox;
mod packing;
mod plan;
mod postgres;
mod published;
mod query;
pub mod recipient;
pub mod register_access;
pub mod review;
mod revision;
mod sqlite;
pub mod standing;
pub mod structure;
#[cfg(feature = "interleave")]
pub mod testing;
pub mod token;
pub mod use_log;
pub mod vault;
pub mod will;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod statements;

pub use canonical::CanonicalEntry;
pub use database::{Database, Settings};
pub use error::{Conflict, Corrupt, Entity, FailureCode, Guard, OpenError, StoreError};
pub use migrate::Migrated;
pub use packing::{MAX_UNPACKED, pack, unpack};
pub use plan::{Plan, Statement, Value};
pub use postgres::citus::{CitusError, distribute};
pub use postgres::{Postgres, PostgresSettings, PostgresTls, Secret};
pub use published::{Origin, Published, PublishedSummary};
pub use query::{MAX_LEFT_OUT, MAX_PAGE, MAX_VALUES, Queries, Query, Source, TooManyValues};
pub use revision::{Subject, bump_revision, find_revision, guard_revisions};
pub use sqlite::{Sqlite, SqliteSettings};
pub use vault::{Lookup, Purpose, Vault, VaultError};
