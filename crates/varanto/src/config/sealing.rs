//! `[sealing]`: who signs the log, who keeps its checkpoints elsewhere, and when an alarm is due.

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
    /// How many seconds the tree may lag behind before the server is not ready.
    #[serde(default = "alarm")]
    pub alarm_seconds: u32,
}

const fn alarm() -> u32 {
    30
}
