//! `varanto log`: checks the log, tells the key of its verifiers, lets old content go, and hands out
//! what was given on a client's request.

mod export;
mod verify;

use clap::Subcommand;

use super::structures::Of;
use super::{CommandError, say};
use crate::config::Config;
use crate::server::sealing::log_identity;

/// What to do with the log.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// Is the log as it was signed? Every entry, leaf, tile and checkpoint is looked at; a server may run.
    Verify(verify::Options),
    /// Print the key that checkpoints are verified with.
    Key {
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
    /// Let the content of entries go that have been kept for twelve years. A server does it daily.
    Retain {
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
    /// Write the entries that were given on a client's request, with all that proves them.
    Export(export::Options),
}

/// Does it.
pub async fn run(options: Options) -> Result<(), CommandError> {
    match options {
        Options::Verify(options) => verify::run(options).await,
        Options::Key { of } => {
            let identity = log_identity(&Config::read(&of.config)?)?;
            if let Some(key) = identity.keys().first() {
                say(key);
            }
            Ok(())
        }
        Options::Retain { of } => {
            let service = of.open().await?;
            let gone = service.retain_log().await?;
            say(format_args!("the content of {gone} entries has left"));
            let handled = service.forget_handled().await?;
            say(format_args!("and of {handled} log requests, breaches and reviews"));
            Ok(())
        }
        Options::Export(options) => export::run(options).await,
    }
}
