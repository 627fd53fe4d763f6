//! `varanto documents`: client documents, in bulk (DOC-10).

mod import;
mod journal;
mod places;
mod regular;
mod telling;

use clap::Subcommand;

use super::CommandError;

/// What to do with documents.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// Store old data: documents written before the register opened, with their cases and clientships.
    Import(import::Options),
}

/// Does it.
pub async fn run(options: Options) -> Result<(), CommandError> {
    match options {
        Options::Import(options) => import::run(options).await,
    }
}
