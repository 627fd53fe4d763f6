//! `varanto check`: is everything in order?

use std::path::PathBuf;

use clap::Args;

use super::{CommandError, say};
use crate::config::Config;

/// Options of `varanto check`.
#[derive(Debug, Args)]
pub struct Options {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varanto.toml")]
    config: PathBuf,
    /// Print the configuration as it is in force, with the environment over the file.
    #[arg(long)]
    print_config: bool,
}

/// Looks at everything; fails where something is wrong.
pub async fn run(options: &Options) -> Result<(), CommandError> {
    let config = Config::read(&options.config)?;
    if options.print_config {
        say(toml::to_string(&config).map_err(|e| CommandError::other(&e))?);
    }
    Ok(())
}
