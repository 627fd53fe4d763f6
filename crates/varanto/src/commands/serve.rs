//! `varanto serve`: the server.

use std::path::PathBuf;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::{CommandError, say};
use crate::config::Config;
use crate::server::{Overrides, start};
use crate::telemetry;

/// Options of `varanto serve`.
#[derive(Debug, Args)]
pub struct Options {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Another port than the configuration's; 0 takes a free one.
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// A file that is written, with the URL in it, when the server answers.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
}

/// Serves until it is told to stop (SIGTERM, SIGINT); requests under way then still end.
pub async fn run(options: Options) -> Result<(), CommandError> {
    let config = Config::read(&options.config)?;
    telemetry::log(&config.log);
    let server = start(&config, &Overrides { port: options.port }).await?;
    say(format_args!("varanto {} answers at {}", env!("CARGO_PKG_VERSION"), server.base_url));
    say(format_args!("  interface described at {}/docs", server.base_url));
    if let Some(metrics) = server.metrics {
        say(format_args!("  metrics at http://{metrics}/metrics"));
    }
    if let Some(file) = &options.ready_file {
        std::fs::write(file, format!("{}\n", server.base_url))
            .map_err(|e| CommandError::file(file, e))?;
    }
    until_told_to_stop().await;
    tracing::info!("stopping: requests under way still end");
    server.stop().await;
    Ok(())
}

/// Waits for SIGTERM or SIGINT.
pub(crate) async fn until_told_to_stop() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
