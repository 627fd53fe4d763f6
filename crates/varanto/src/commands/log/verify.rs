//! `varanto log verify`: holds the whole log against what was signed, and names what differs. It looks at the
//! store as it is, and changes nothing.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use varanto_service::{Verified, WitnessNotes};
use varanto_store::Database;

use super::super::structures::{pretty, put_out};
use super::super::{CommandError, say};
use crate::config::Config;
use crate::server::{look_through_service, store_settings};
use crate::witness;

/// Options of `varanto log verify`.
#[derive(Debug, Args)]
pub struct Options {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varanto.toml")]
    config: PathBuf,
    /// What a witness has kept of the checkpoints, in place of the file of the configuration.
    #[arg(long, value_name = "FILE")]
    witness: Option<PathBuf>,
    /// Tell what was found as JSON.
    #[arg(long)]
    json: bool,
}

/// Verifies. Fails where anything is not as it was signed.
pub(super) async fn run(options: Options) -> Result<(), CommandError> {
    let config = Config::read(&options.config)?;
    // What lists and rows are read through comes first: an index can hide a row, a trigger rewrite it.
    let damage = Database::faults(&store_settings(&config)?).await?;
    for fault in &damage {
        say_fault(options.json, fault);
    }
    let service = look_through_service(&config).await?;
    let kept =
        options.witness.or_else(|| config.sealing.witness_file.as_ref().map(|f| config.path(f)));
    let kept = kept.map(|file| witness::notes_in(&file).map_err(|e| CommandError::file(&file, e)));
    let kept: Option<WitnessNotes> = kept.transpose()?.map(|notes| Box::new(notes) as WitnessNotes);
    let bar = ProgressBar::new(0).with_style(style());
    let began = Instant::now();
    let mut progress = |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    };
    let verified = service.verify_log(kept, &mut progress).await?;
    let seconds = began.elapsed().as_secs_f64();
    bar.finish_and_clear();
    // Whose the entries are stands in the clients' files.
    let people = service.verify_people().await?;
    for fault in &people {
        say_fault(options.json, &fault.to_string());
    }
    let faults = verified.fault_count + (damage.len() + people.len()) as u64;
    if options.json {
        let mut told = json!(verified);
        if let Some(told) = told.as_object_mut() {
            told.insert("fault_count".to_owned(), json!(faults));
            told.insert("seconds".to_owned(), json!(seconds));
            told.insert("database".to_owned(), json!(damage));
            told.insert("people".to_owned(), json!(people));
        }
        put_out(pretty(&told)?.as_bytes())?;
    } else {
        tell(&verified, seconds);
    }
    match faults {
        0 => Ok(()),
        1 => Err(CommandError::Other("the log is not as it was signed: 1 fault".to_owned())),
        n => Err(CommandError::Other(format!("the log is not as it was signed: {n} faults"))),
    }
}

/// Tells a fault to people; JSON tells them all at the end.
fn say_fault(json: bool, fault: &str) {
    if !json {
        say(format_args!("✗ the database: {fault}"));
    }
}

fn style() -> ProgressStyle {
    let bar = "{wide_bar} {pos}/{len} leaves, {eta} left";
    ProgressStyle::with_template(bar).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
fn tell(verified: &Verified, seconds: f64) {
    let Verified { leaves, entries, without_content, unsealed, checkpoints, witnessed, .. } =
        verified;
    for fault in &verified.faults {
        say(format_args!("✗ {fault}"));
    }
    let more = verified.fault_count.saturating_sub(verified.faults.len() as u64);
    if more > 0 {
        say(format_args!("✗ and {more} more"));
    }
    let sign = if verified.is_clean() { "✓" } else { "✗" };
    let rate = *leaves as f64 / seconds.max(f64::EPSILON);
    say(format_args!(
        "{sign} log: {leaves} leaves, {entries} entries as they were sealed, {without_content} whose \
         content has left, {unsealed} not sealed yet; {checkpoints} checkpoints, {witnessed} at the \
         witness; {} faults; {rate:.0} leaves a second",
        verified.fault_count
    ));
}
