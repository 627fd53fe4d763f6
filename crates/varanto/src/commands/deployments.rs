//! `varanto deployments`: who uses the client data repository since when (DIR-02).

use clap::Subcommand;

use super::CommandError;
use super::import_report::FileOptions;
use super::structures::{Of, put_out, table};

/// What to do with deployments.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// Import the published list: a table `organisation,in_use_since`, with `operating_unit` where it
    /// is known.
    Import(FileOptions),
    /// List the imported deployments and everybody who has joined.
    List {
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
}

/// Does it.
pub async fn run(options: Options) -> Result<(), CommandError> {
    match options {
        Options::Import(file) => {
            let (bytes, how) = file.read(false)?;
            file.tell(file.of.open().await?.import_deployments(&bytes, &how).await)
        }
        Options::List { of } => {
            let columns = [
                ("SINCE", "/in_use_since"),
                ("ORGANISATION", "/organisation"),
                ("OPERATING UNIT", "/operating_unit"),
                ("MODEL", "/model"),
            ];
            let list = of.open().await?.list_deployments().await?;
            put_out(table(&list, &columns)?.as_bytes())
        }
    }
}
