//! `varanto organisations`: imports organisations with their units and people, and lists them.

use std::path::PathBuf;

use clap::Subcommand;
use varanto_service::Error;

use super::structures::{Of, bounded, put_out, table};
use super::{CommandError, say};

/// The largest file that is read, in bytes; what is in it is bounded where it is read.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// What to do with organisations.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// Import organisations: all of a file, or, where there is any fault, none.
    Import {
        /// JSON: `{"organisations": […]}`, the form of a sandbox's world.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
    /// List the organisations.
    List {
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
}

/// Does it.
pub async fn run(options: Options) -> Result<(), CommandError> {
    match options {
        Options::Import { file, of } => {
            let bytes = bounded(&file, MAX_BYTES)?;
            let imported = of.open().await?.import_organisations(&bytes).await;
            let imported = imported.map_err(|error| match error {
                Error::Rejected { faults, .. } => {
                    CommandError::faults(file.display().to_string(), faults)
                }
                other => other.into(),
            })?;
            say(format_args!(
                "{} organisations, {} units and {} people are in",
                imported.organisations, imported.units, imported.people
            ));
        }
        Options::List { of } => {
            let columns = [
                ("BUSINESS ID", "/business_id"),
                ("OPERATING UNIT", "/operating_unit"),
                ("NAME", "/name/fi"),
                ("KIND", "/kind"),
                ("CONTROLLER", "/controller/oid"),
                ("JOINED", "/joined/model"),
                ("FROM", "/joined/from"),
                ("UNITS", "/units"),
            ];
            let list = of.open().await?.list_organisations().await?;
            put_out(table(&list, &columns)?.as_bytes())?;
        }
    }
    Ok(())
}
