//! `varanto log export`: what was given on a client's request, as a file that anybody can check.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use uuid::Uuid;

use super::super::structures::{Of, not_found};
use super::super::{CommandError, say};

/// Options of `varanto log export`.
#[derive(Debug, Args)]
pub struct Options {
    /// Names the client's request, which has been answered.
    #[arg(long, value_name = "ID")]
    request: Uuid,
    /// The file to write; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Who takes it out: the name stands in the log, and the client is told of it.
    #[arg(long = "as", value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    by: String,
    /// The installation.
    #[command(flatten)]
    of: Of,
}

/// Writes the file. It tells about persons: nobody else may read it.
pub(super) async fn run(options: Options) -> Result<(), CommandError> {
    let Options { request, out, by, of } = options;
    let export = of.open().await?.export_log_answer(request, &by).await;
    let export = export.map_err(not_found("answered request"))?;
    let text = serde_json::to_vec_pretty(&export).map_err(|error| CommandError::other(&error))?;
    let mut made = OpenOptions::new();
    made.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut made, 0o600);
    let failed = |error| CommandError::file(&out, error);
    let mut file = made.open(&out).map_err(failed)?;
    file.write_all(&text).and_then(|()| file.sync_all()).map_err(failed)?;
    say(format_args!("{} entries with their proofs: {}", export.entries.len(), out.display()));
    Ok(())
}
