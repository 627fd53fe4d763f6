//! Who signs the log, and its witnesses: can they be used?

use std::path::Path;

use jiff::Timestamp;

use super::certificates::certificates_of;
use super::report::Report;
use crate::config::Config;
use crate::server::sealing::log_identity;
use crate::server::witnesses::witness;
use crate::witness::notes_in;

/// Looks at who signs the log, and at its witnesses, without telling them anything.
pub(super) fn look(config: &Config, now: Timestamp, report: &mut Report) {
    let section = &config.sealing;
    match log_identity(config) {
        Ok(identity) => report.good(format_args!(
            "sealing: the log of {}, {} earlier keys",
            section.origin,
            identity.keys().len().saturating_sub(1)
        )),
        Err(error) => report.wrong(format_args!("sealing: {error}"), "correct the section"),
    }
    if let Some(ca) = &section.witness_ca {
        certificates_of(config, "sealing.witness_ca", ca, now, report);
    }
    match witness(config) {
        Ok(Some(_)) => report.good("sealing.witness_url: a witness is told"),
        Ok(None) if section.witness_file.is_none() => {
            report.good("sealing: no witness is configured, and none is told");
        }
        Ok(None) => {}
        Err(error) => report.wrong(format_args!("sealing: {error}"), "correct the section"),
    }
    let Some(file) = &section.witness_file else { return };
    let path = config.path(file);
    let last = if path.exists() { last_in(&path) } else { Ok(None) };
    match last {
        Ok(last) => {
            let last = last.map_or("none yet".to_owned(), |note| size_line(&note));
            report.good(format_args!("sealing.witness_file: {}, the last: {last}", file.display()));
        }
        Err(error) => report.wrong(
            format_args!("sealing.witness_file: {}: {error}", file.display()),
            "look at the file and at who may read it",
        ),
    }
}

/// The last checkpoint of a file.
fn last_in(path: &Path) -> std::io::Result<Option<String>> {
    Ok(notes_in(path)?.flatten().last())
}

fn size_line(note: &str) -> String {
    let size = note.split('\n').nth(1).unwrap_or_default();
    format!("{size} entries")
}
