//! Telling witnesses of the log: every checkpoint goes into a file, and the newest to a witness elsewhere, after
//! it is committed. A witness that fails is tried again, is told by a metric, and holds up nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;
use varanto_log::WitnessKey;
use varanto_service::{Error, Service};

use super::upkeep::sleep;
use super::{StartError, text};
use crate::config::Config;
use crate::witness::{Witness, WitnessError, WitnessFile, WitnessFileError};

/// How often it is looked for new checkpoints.
const LOOK: Duration = Duration::from_millis(200);
/// How often the newest tree is shown to a witness elsewhere, at most.
const SHOW: Duration = Duration::from_secs(1);
/// How long it is waited after a failure, at first and at most.
const AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));

/// The witness elsewhere, if the configuration names one.
pub(crate) fn witness(config: &Config) -> Result<Option<Witness>, StartError> {
    let section = &config.sealing;
    let Some(url) = &section.witness_url else { return Ok(None) };
    let ca_pem = section.witness_ca.as_ref().map(|ca| text(&config.path(ca))).transpose()?;
    let key = section.witness_key.as_ref().map(|key| WitnessKey::parse(key)).transpose();
    let key = key.map_err(StartError::WitnessKey)?;
    let wrong = |error| StartError::Endpoint { key: "sealing.witness_url", source: error };
    Witness::new(url, ca_pem.as_deref(), key).map(Some).map_err(wrong)
}

/// Why a checkpoint is not in the file.
#[derive(Debug, thiserror::Error)]
enum FileFailure {
    #[error(transparent)]
    File(#[from] WitnessFileError),
    #[error("the log cannot be read")]
    Log(Error),
    #[error("the last checkpoint in it is not in the store: the log was cut off, or replaced")]
    Forked,
    #[error("writing to it was stopped")]
    Stopped,
}

/// Adds every checkpoint to a file.
pub(super) async fn keep_in_file(service: Service, path: PathBuf, stopped: watch::Receiver<bool>) {
    let (mut file, mut again) = (None, AGAIN.0);
    loop {
        let wait = match write_on(&service, &path, &mut file).await {
            Ok(true) => Duration::ZERO,
            Ok(false) => LOOK,
            Err(error) => {
                file = None;
                failed("file");
                if matches!(error, FileFailure::Forked) {
                    service.distrust_tree();
                }
                tracing::error!(%error, "the file of checkpoints is not written on");
                again = (again * 2).min(AGAIN.1);
                again / 2
            }
        };
        if wait <= LOOK {
            again = AGAIN.0;
        }
        if !sleep(wait, &stopped).await {
            return;
        }
    }
}

/// Adds what is not in the file yet, some of it; whether there was any.
async fn write_on(
    service: &Service,
    path: &Path,
    kept: &mut Option<WitnessFile>,
) -> Result<bool, FileFailure> {
    let mut file = match kept.take() {
        Some(file) => file,
        None => take_up(service, path).await?,
    };
    let from = file.last().map_or(0, |(size, _)| size);
    let mut found = service.log_checkpoints_from(from).await.map_err(FileFailure::Log)?;
    if let Some((size, note)) = file.last() {
        if !found.first().is_some_and(|first| first.size == size && first.note == note) {
            return Err(FileFailure::Forked);
        }
        found.remove(0);
    }
    let Some(last) = found.last().map(|checkpoint| checkpoint.size) else {
        *kept = Some(file);
        return Ok(false);
    };
    let notes = found.into_iter().map(|checkpoint| (checkpoint.size, checkpoint.note)).collect();
    let written = tokio::task::spawn_blocking(move || file.add(notes).map(|()| file)).await;
    let written = written.map_err(|_| FileFailure::Stopped)?;
    *kept = Some(written.map_err(WitnessFileError::from)?);
    seen("file", last);
    Ok(true)
}

/// Looks, before anything is signed, whether the log goes on from what the file has; where it does not, nothing
/// is sealed until somebody has found out why. That the file cannot be read is told when it is written on.
pub(super) async fn look_before_sealing(service: &Service, path: &Path) {
    if let Err(error @ FileFailure::Forked) = take_up(service, path).await {
        tracing::error!(%error, "nothing is sealed");
        service.distrust_tree();
    }
}

/// Opens the file, whose last checkpoint has to be in the store.
async fn take_up(service: &Service, path: &Path) -> Result<WitnessFile, FileFailure> {
    let (path, keys) = (path.to_owned(), service.log_keys().to_vec());
    let opened = tokio::task::spawn_blocking(move || WitnessFile::open(&path, &keys)).await;
    let file = opened.map_err(|_| FileFailure::Stopped)??;
    if let Some((size, note)) = file.last() {
        let stored = service.log_checkpoints_from(size).await.map_err(FileFailure::Log)?;
        if stored.first().is_none_or(|stored| stored.note != note) {
            return Err(FileFailure::Forked);
        }
    }
    Ok(file)
}

/// Shows the newest tree to the witness elsewhere.
pub(super) async fn keep_witnessed(
    service: Service,
    mut witness: Witness,
    stopped: watch::Receiver<bool>,
) {
    let mut again = AGAIN.0;
    loop {
        let wait = match witness.show(&service).await {
            Ok(()) => {
                again = AGAIN.0;
                if let Some(size) = witness.seen() {
                    seen("url", size);
                }
                SHOW
            }
            Err(error) => {
                failed("url");
                if let WitnessError::Unreached = error {
                    tracing::warn!(%error, "the tree is not witnessed");
                } else {
                    tracing::error!(%error, "the tree is not witnessed");
                }
                again = (again * 2).min(AGAIN.1);
                again / 2
            }
        };
        if !sleep(wait, &stopped).await {
            return;
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a metric")]
fn seen(witness: &'static str, size: u64) {
    metrics::gauge!("varanto_log_witnessed_size", "witness" => witness).set(size as f64);
}

fn failed(witness: &'static str) {
    metrics::counter!("varanto_log_witness_failures_total", "witness" => witness).increment(1);
}
