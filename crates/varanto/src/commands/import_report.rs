//! What the imports of the directories have in common: the file, and the report on what became of it.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use varanto_service::{Error, ImportOptions, ImportReport, Named};

use super::structures::{Of, bounded, put_out};
use super::{CommandError, say};

/// The largest file that is read, in bytes; what is in it is bounded where it is read.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// The most records that one line of the report stands for are named; the others are counted.
const MAX_NAMED: usize = 50;

/// The file of an import.
#[derive(Debug, Args)]
pub struct FileOptions {
    /// The file: all of it is imported, or, where there is any fault, nothing.
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Only tell what the import would come to.
    #[arg(long)]
    pub(super) check: bool,
    /// The installation.
    #[command(flatten)]
    pub(super) of: Of,
}

impl FileOptions {
    /// The bytes of the file, and how they are imported.
    pub(super) fn read(&self, complete: bool) -> Result<(Vec<u8>, ImportOptions), CommandError> {
        let bytes = bounded(&self.file, MAX_BYTES)?;
        let name = self.file.file_name().unwrap_or_default();
        let source = name.to_string_lossy().into_owned();
        Ok((bytes, ImportOptions { source, check: self.check, complete }))
    }

    /// Tells what the import has come to.
    pub(super) fn tell(&self, outcome: Result<ImportReport, Error>) -> Result<(), CommandError> {
        let report = outcome.map_err(|error| match error {
            Error::Rejected { faults, .. } => {
                CommandError::faults(self.file.display().to_string(), faults)
            }
            other => other.into(),
        })?;
        if self.check {
            say("checked only: nothing has been imported");
        }
        put_out(format!("{}\n", told(&report)).as_bytes())
    }
}

/// The report as lines: counts, then what is new, changed and ended, and which identifiers changed.
fn told(report: &ImportReport) -> impl fmt::Display {
    let ImportReport { new, changed, ended, unchanged, changed_oids } = report;
    fmt::from_fn(move |f| {
        let (n, c, e) = (new.len(), changed.len(), ended.len());
        write!(f, "{n} new, {c} changed, {e} ended, {unchanged} unchanged")?;
        list("new", new, f)?;
        list("changed", changed, f)?;
        list("ended", ended, f)?;
        for changed in changed_oids {
            write!(
                f,
                "\n  identifier changed: {}: {} is {} now",
                changed.name, changed.from, changed.to
            )?;
        }
        Ok(())
    })
}

fn list(word: &str, records: &[Named], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for Named { kind, subject, organisation } in records.iter().take(MAX_NAMED) {
        write!(f, "\n  {word}: {} {subject}", kind.as_str().replace('_', " "))?;
        if let Some(organisation) = organisation.as_ref().filter(|o| o.as_str() != subject) {
            write!(f, " of {organisation}")?;
        }
    }
    match records.len().saturating_sub(MAX_NAMED) {
        0 => Ok(()),
        more => write!(f, "\n  {word}: {more} more"),
    }
}
