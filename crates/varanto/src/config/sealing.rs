//! `[sealing]`: who signs the log, who keeps its checkpoints elsewhere, and when an alarm is due.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// `[sealing]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SealingSection {
    /// The name of the log, which never changes: a name of one's own such as `repository.example/log`.
    pub origin: String,
    /// The keys of verifiers with which earlier checkpoints were signed, as `varanto log key` tells them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_keys: Vec<String>,
    /// The file that every checkpoint is added to; best on a device that others look after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness_file: Option<PathBuf>,
    /// The `https` URL of a witness (C2SP tlog-witness), without a slash at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness_url: Option<String>,
    /// PEM: the certificates that the witness's certificate must come from; no others are trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness_ca: Option<PathBuf>,
    /// The witness's key, with which it signs what it has seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness_key: Option<String>,
    /// How many seconds the tree may lag behind before the server is not ready.
    #[serde(default = "alarm")]
    pub alarm_seconds: u32,
}

impl SealingSection {
    /// The log of a name, without witnesses.
    pub fn of(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            earlier_keys: Vec::new(),
            witness_file: None,
            witness_url: None,
            witness_ca: None,
            witness_key: None,
            alarm_seconds: alarm(),
        }
    }
}

const fn alarm() -> u32 {
    30
}
