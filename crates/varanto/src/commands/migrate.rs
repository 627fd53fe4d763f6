//! `varanto migrate`: brings the store to the schema of this program.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use varanto_store::{Database, Settings, SqliteSettings};

use super::{CommandError, say};
use crate::config::Config;

/// Options of `varanto migrate`.
#[derive(Debug, Args)]
pub struct Options {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Applies what has not been applied.
pub fn run(options: &Options) -> Result<(), CommandError> {
    let config = Config::read(&options.config)?;
    let settings = Settings::Sqlite(SqliteSettings::new(config.path(&config.store.path)));
    let applied = Database::migrate(&settings, Timestamp::now())?;
    match applied.as_slice() {
        [] => say("the store is up to date"),
        applied => {
            for number in applied {
                say(format_args!("migration {number} applied"));
            }
        }
    }
    Ok(())
}
