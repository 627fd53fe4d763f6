//! Migrations: numbered texts that bring a schema forward, each applied once and never changed after.
//!
//! The database keeps the number, name and checksum of what was applied. A text that has changed is refused,
//! and so is a schema that this program does not know – but for what only adds: that notes the oldest migration
//! that a program must know to go on beside it, so that a newer program may migrate while older ones serve.
//! What older programs need is taken away in a migration of its own, which waits until somebody asks for it.

pub(crate) mod postgres;
pub(crate) mod sqlite;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;

use crate::error::{Corrupt, OpenError};
use crate::query::Row;

/// The migration that gives the table of migrations its column for [`Migration::reads_from`].
const READS_FROM: i64 = 11;

/// A migration as this program has it.
#[derive(Clone)]
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
    pub(crate) effect: Effect,
}

/// What a migration means for programs that do not know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// They cannot work with the schema any more.
    Changes,
    /// It only adds what they do not look at: who knows this earlier migration goes on.
    Adds { reads_from: i64 },
    /// It only takes away what they need. Applied when somebody asks for it, once none of them is running;
    /// who knows it works before and after.
    TakesAway,
}

impl Migration {
    fn checksum(&self) -> Vec<u8> {
        digest(&SHA256, self.sql.as_bytes()).as_ref().to_vec()
    }

    /// The oldest migration that a program must know to work with the schema though it does not know this one.
    fn reads_from(&self) -> Option<i64> {
        match self.effect {
            Effect::Adds { reads_from } => Some(reads_from),
            Effect::Changes | Effect::TakesAway => None,
        }
    }

    fn takes_away(&self) -> bool {
        self.effect == Effect::TakesAway
    }
}

/// The migrations of a database, whose texts lie in the folder of its name.
macro_rules! migrations {
    ($folder:literal) => {
        migrations!($folder:
            1 "initial" "0001_initial.sql" Changes,
            2 "cases" "0002_cases.sql" Changes,
            3 "directories" "0003_directories.sql" Changes,
            4 "wills" "0004_wills.sql" Changes,
            5 "outside" "0005_outside.sql" Changes,
            6 "citizens" "0006_citizens.sql" Changes,
            7 "log_tree" "0007_log_tree.sql" Changes,
            8 "breaches" "0008_breaches.sql" Changes,
            9 "supervision" "0009_supervision.sql" Changes,
            10 "log_requests" "0010_log_requests.sql" Changes,
            11 "reads_from" "0011_reads_from.sql" Changes,
            12 "hot_paths" "0012_hot_paths.sql" Changes,
            13 "listed_metadata" "0013_listed_metadata.sql" Adds { reads_from: 12 },
        )
    };
    ($folder:literal: $($version:literal $name:literal $file:literal $effect:expr,)+) => {{
        use $crate::migrate::Effect::*;
        &[$($crate::migrate::Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../../migrations/", $folder, "/", $file)),
            effect: $effect,
        }),+]
    }};
}
use migrations;

/// A migration as the database has it.
pub(crate) struct Applied {
    version: i64,
    name: String,
    checksum: Vec<u8>,
    at: Timestamp,
    reads_from: Option<i64>,
}

/// What has been applied to a database, beside what this program knows.
pub(crate) struct History {
    known: &'static [Migration],
    applied: Vec<Applied>,
}

/// A migration and when it was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// Its number, from 1.
    pub version: i64,
    /// Its name.
    pub name: Cow<'static, str>,
    /// When it was applied; `None` if it is still to come.
    pub applied_at: Option<Timestamp>,
    /// Does it take away what older programs need? Then it is applied only when it is asked for.
    pub takes_away: bool,
}

impl History {
    fn when(&self, version: i64) -> Option<Timestamp> {
        self.applied.iter().find(|applied| applied.version == version).map(|applied| applied.at)
    }

    /// Those that this program does not know.
    fn unknown(&self) -> impl Iterator<Item = &Applied> {
        let is_known = |version| self.known.iter().any(|migration| migration.version == version);
        self.applied.iter().filter(move |applied| !is_known(applied.version))
    }

    /// Refuses what has changed, and what is unknown and not to be gone on beside.
    fn acceptable(&self) -> Result<(), OpenError> {
        let newest = self.known.iter().map(|migration| migration.version).max();
        for applied in &self.applied {
            let known = self.known.iter().find(|migration| migration.version == applied.version);
            let goes_on = || applied.reads_from.is_some() && applied.reads_from <= newest;
            match known {
                Some(migration) if migration.checksum() != applied.checksum => {
                    return Err(OpenError::Changed(applied.version));
                }
                None if !goes_on() => return Err(OpenError::Unknown(applied.version)),
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// Those still to come, without what takes away where that is not asked for.
    fn pending(&self, contract: bool) -> Result<Vec<&'static Migration>, OpenError> {
        self.acceptable()?;
        let is_pending = |migration: &&Migration| {
            self.when(migration.version).is_none() && (contract || !migration.takes_away())
        };
        Ok(self.known.iter().filter(is_pending).collect())
    }

    /// Has a newer program added to the schema?
    fn has_unknown(&self) -> bool {
        self.unknown().next().is_some()
    }

    /// Is something to be taken away yet?
    fn has_left(&self) -> bool {
        self.known.iter().any(|m| m.takes_away() && self.when(m.version).is_none())
    }

    /// What has made the schema what it is, in the order in which it was applied, and behind it what is missing;
    /// without what is yet to take something away.
    fn in_order(&self) -> Vec<&'static Migration> {
        let is_left = |m: &&Migration| m.takes_away() && self.when(m.version).is_none();
        let mut order: Vec<_> = self.known.iter().filter(|m| !is_left(m)).collect();
        order.sort_by_key(|m| {
            let when = self.when(m.version);
            (when.is_none(), when, m.version)
        });
        order
    }
}

/// Is the schema one that this program can work with?
pub(crate) fn check(history: &History) -> Result<(), OpenError> {
    match history.pending(false)?.first() {
        Some(pending) => Err(OpenError::NotMigrated(pending.version)),
        None => Ok(()),
    }
}

/// Each known migration with its state, and those that a newer program has applied; refuses what
/// [`check`] refuses but for what is to come.
pub(crate) fn status(history: &History) -> Result<Vec<Migrated>, OpenError> {
    history.acceptable()?;
    let known = history.known.iter().map(|migration| Migrated {
        version: migration.version,
        name: migration.name.into(),
        applied_at: history.when(migration.version),
        takes_away: migration.takes_away(),
    });
    let unknown = history.unknown().map(|applied| Migrated {
        version: applied.version,
        name: applied.name.clone().into(),
        applied_at: Some(applied.at),
        takes_away: false,
    });
    Ok(known.chain(unknown).collect())
}

/// The parts of a schema by kind and name, with how each is made.
type Parts = BTreeMap<String, String>;

/// The names of the parts that are missing, are made otherwise than `is_same` accepts, or are there beside what
/// is expected, unless `is_harmless`.
fn compare(
    expected: &Parts,
    found: &Parts,
    is_same: impl Fn(&str, &str) -> bool,
    is_harmless: impl Fn(&str, &str) -> bool,
) -> Vec<String> {
    let names = expected.keys().chain(found.keys()).collect::<BTreeSet<_>>();
    let differs = |name: &&&String| match (expected.get(**name), found.get(**name)) {
        (Some(expected), Some(found)) => !is_same(expected, found),
        (None, Some(found)) => !is_harmless(name, found),
        (Some(_) | None, None) => true,
    };
    names.iter().filter(differs).map(ToString::to_string).collect()
}

/// A row of the table of migrations.
fn decode(row: &dyn Row) -> Result<Applied, Corrupt> {
    Ok(Applied {
        version: row.int(0)?,
        name: row.string(1)?,
        checksum: row.vec(2)?,
        at: row.instant(3)?,
        reads_from: row.maybe(4, <dyn Row>::whole)?,
    })
}
