//! On which grounds log data are not given (AstL 11 §, facts 9): entries one by one, or a request as a
//! whole.

use serde::{Deserialize, Serialize};

/// Why an entry is withheld, or a request refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WithholdingGround {
    /// Giving it would endanger the client's health.
    ClientHealth,
    /// Giving it would endanger the client's care.
    ClientCare,
    /// Giving it would endanger the rights of somebody else.
    OthersRights,
    /// Data older than two years are asked for without a special reason.
    PeriodReasonMissing,
    /// Whoever asks is not a client of the controller.
    NotAClientHere,
}

impl WithholdingGround {
    /// Every ground: those of a refusal.
    pub(super) const ALL: &[Self] = &[
        Self::ClientHealth,
        Self::ClientCare,
        Self::OthersRights,
        Self::PeriodReasonMissing,
        Self::NotAClientHere,
    ];

    /// The grounds on which single entries are withheld.
    pub(super) const OF_ENTRIES: &[Self] =
        &[Self::ClientHealth, Self::ClientCare, Self::OthersRights];

    /// The word for it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::ClientHealth => "client-health",
            Self::ClientCare => "client-care",
            Self::OthersRights => "others-rights",
            Self::PeriodReasonMissing => "period-reason-missing",
            Self::NotAClientHere => "not-a-client-here",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ LOG-05
    #[test]
    fn a_ground_is_kept_by_its_word() {
        for ground in WithholdingGround::ALL {
            assert_eq!(serde_json::to_value(ground).unwrap(), ground.as_str());
        }
    }
}
