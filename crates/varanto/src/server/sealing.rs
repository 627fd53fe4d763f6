//! Who signs the log, from the configuration.

use std::time::Duration;

use varanto_log::{NoteSigner, VerifierKey};
use varanto_service::LogIdentity;

use super::{StartError, secret};
use crate::config::Config;

/// The signer of the log's checkpoints and the keys that are believed.
pub(crate) fn log_identity(config: &Config) -> Result<LogIdentity, StartError> {
    let section = &config.sealing;
    let seed = secret(&config.path(&config.keys.log))?;
    let signer = NoteSigner::from_seed(&section.origin, &seed).map_err(StartError::LogSigner)?;
    let earlier = section.earlier_keys.iter().map(|key| VerifierKey::parse(key));
    let earlier = earlier.collect::<Result<_, _>>().map_err(StartError::EarlierKey)?;
    let alarm = Duration::from_secs(section.alarm_seconds.into());
    Ok(LogIdentity::new(signer, earlier, alarm))
}
