//! `varanto migrate`: brings the store to the schema of this program, while servers of the version before still
//! run: first what adds to it, and when none of them runs any more, what takes away from it.

mod citus;

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use varanto_store::{Database, Migrated};

use super::{CommandError, say};
use crate::config::Config;
use crate::server::store_settings;

/// Options of `varanto migrate`.
#[derive(Debug, Args)]
pub struct Options {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Also apply what takes something away that an older program may still use: when all servers are of
    /// this version.
    #[arg(long, conflicts_with = "status")]
    contract: bool,
    /// List the migrations and when each was applied, and change nothing.
    #[arg(long)]
    status: bool,
    /// Lay the tables that grow with the documents over many servers, once: PostgreSQL with the extension Citus.
    /// Says what is missing, and changes nothing then.
    #[arg(long, conflicts_with_all = ["status", "contract"])]
    citus: bool,
}

/// Applies what has not been applied, or tells it.
pub async fn run(options: &Options) -> Result<(), CommandError> {
    let settings = store_settings(&Config::read(&options.config)?)?;
    if options.status {
        for migration in Database::status(&settings).await? {
            say(line(&migration));
        }
        return Ok(());
    }
    if options.citus {
        return citus::run(&settings).await;
    }
    let now = Timestamp::now();
    let applied = if options.contract {
        Database::contract(&settings, now).await?
    } else {
        Database::migrate(&settings, now).await?
    };
    for number in &applied {
        say(format_args!("migration {number} applied"));
    }
    let kept_back = Database::status(&settings).await?;
    let kept_back = kept_back.iter().filter(|migration| migration.applied_at.is_none());
    match (applied.len(), kept_back.count()) {
        (_, 1..) => say(
            "what is left takes something away: when all servers are of this version, apply it with --contract",
        ),
        (0, 0) => say("the store is up to date"),
        (1.., 0) => {}
    }
    Ok(())
}

/// One migration, for people.
fn line(migration: &Migrated) -> String {
    let Migrated { version, name, .. } = migration;
    match migration.applied_at {
        Some(at) => format!("{version:4} {name}: applied {}", at.strftime("%Y-%m-%d %H:%M:%SZ")),
        None if migration.takes_away => {
            format!("{version:4} {name}: to be applied with --contract")
        }
        None => format!("{version:4} {name}: to be applied"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_a_migration_was_applied_or_what_applies_it() {
        let at = |applied_at, takes_away| {
            line(&Migrated { version: 7, name: "log_tree".into(), applied_at, takes_away })
        };
        let instant = "2026-09-01T08:00:00Z".parse().ok();
        assert_eq!(at(instant, false), "   7 log_tree: applied 2026-09-01 08:00:00Z");
        assert_eq!(at(None, false), "   7 log_tree: to be applied");
        assert!(at(None, true).ends_with("with --contract"));
    }
}
