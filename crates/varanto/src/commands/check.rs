//! `varanto check`: is everything in order to serve?
//!
//! Everything that the configuration names is looked at, and one line tells each finding, with what
//! to do where something is not as it should be. Nothing is changed: neither is the store migrated,
//! nor is anything put into it. Only `--rebuild`, which is asked for, repairs what it finds.

mod certificates;
mod outside;
mod rebuild;
mod report;
mod sealing;
mod secrets;
mod store;

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use varanto_documents::summary::SummaryRules;
use varanto_rules::Roles;

use self::report::Report;
use super::structures::bounded;
use super::{CommandError, say};
use crate::config::Config;

/// The largest file of certificates, keys or roles that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Options of `varanto check`.
#[derive(Debug, Args)]
pub struct Options {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varanto.toml")]
    config: PathBuf,
    /// Print the configuration as it is in force, with the environment over the file, and do no
    /// more. No secrets are in it, only the paths to them.
    #[arg(long)]
    print_config: bool,
    /// Also derive cases, clientships and rights anew from the stored documents, and repair what is
    /// stored otherwise. The server may serve meanwhile. Fails if anything differed, even where it is
    /// repaired now.
    #[arg(long)]
    rebuild: bool,
}

/// Looks at everything; fails where something is wrong.
pub async fn run(options: &Options) -> Result<(), CommandError> {
    let config = Config::read(&options.config)?;
    if options.print_config {
        say(toml::to_string(&config).map_err(|e| CommandError::other(&e))?.trim_end());
        return Ok(());
    }
    let report = look(&config, &options.config.display().to_string(), Timestamp::now()).await;
    say(&report);
    match report.wrong_ones() {
        0 if options.rebuild => rebuild::run(&config).await,
        0 => Ok(()),
        1 => Err(CommandError::Other("one thing is wrong".to_owned())),
        n => Err(CommandError::Other(format!("{n} things are wrong"))),
    }
}

/// Everything that the configuration names, at the instant `now`.
async fn look(config: &Config, file: &str, now: Timestamp) -> Report {
    let mut report = Report::default();
    report.good(format_args!("configuration: {file}"));
    secrets::look(config, &mut report);
    let trust = certificates::look_at_trust(config, now, &mut report);
    certificates::look_at_server(config, trust.as_ref(), now, &mut report);
    outside::look_at_signing(config, trust.as_ref(), now, &mut report);
    outside::look_at_patient_data(config, now, &mut report);
    outside::look_at_notices(config, now, &mut report);
    sealing::look(config, now, &mut report);
    roles(config, &mut report);
    summary(config, &mut report);
    store::look(config, file, now, &mut report).await;
    report
}

/// The table of roles, where there is one of one's own.
fn roles(config: &Config, report: &mut Report) {
    let Some(file) = &config.roles.file else {
        report.good("roles: the built-in table");
        return;
    };
    let name = file.display();
    let Some(text) = text(config, file, "roles", report) else { return };
    match Roles::parse(&text) {
        Ok(_) => report.good(format_args!("roles: {name}")),
        Err(error) => report.wrong(format_args!("roles: {name}: {error}"), "correct the file"),
    }
}

/// The rules of summaries, where there are some of one's own.
fn summary(config: &Config, report: &mut Report) {
    let Some(file) = &config.summary.file else {
        report.good("summary: the built-in rules");
        return;
    };
    let name = file.display();
    let Some(text) = text(config, file, "summary", report) else { return };
    match SummaryRules::parse(text.as_bytes()) {
        Ok(_) => report.good(format_args!("summary: {name}")),
        Err(faults) => {
            for fault in faults.as_slice() {
                let what = format_args!("summary: {name}{}: {}", fault.pointer, fault.detail);
                report.wrong(what, "correct the file");
            }
        }
    }
}

/// A text file that the configuration names under `key`; that it cannot be read is told.
fn text(config: &Config, file: &std::path::Path, key: &str, report: &mut Report) -> Option<String> {
    let read = bounded(&config.path(file), MAX_BYTES).and_then(|bytes| {
        String::from_utf8(bytes).map_err(|e| CommandError::other(&e.utf8_error()))
    });
    match read {
        Ok(text) => Some(text),
        Err(error) => {
            report.wrong(format_args!("{key}: {error}"), "put the file there, or name another");
            None
        }
    }
}

#[cfg(test)]
mod tests;
