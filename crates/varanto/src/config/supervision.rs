//! `[supervision]`: from when on a day with many clients is shown to privacy officers.

use serde::{Deserialize, Serialize};
use varanto_service::Thresholds;

/// `[supervision]`
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SupervisionSection {
    /// So many different clients of one user on a day are never unusual.
    pub clients_a_day: u32,
    /// Nor is so many times the median of the same role in the organisation.
    pub times_median: u32,
}

impl Default for SupervisionSection {
    fn default() -> Self {
        let Thresholds { clients_a_day, times_median } = Thresholds::default();
        Self { clients_a_day, times_median }
    }
}

impl SupervisionSection {
    /// As the service takes them.
    pub fn thresholds(self) -> Thresholds {
        let Self { clients_a_day, times_median } = self;
        Thresholds { clients_a_day, times_median }
    }
}
