//! A breach as its controller's privacy officers see it in a list: nothing that names a client or a worker.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::Oid;
use varanto_rules::Mask;
use varanto_store::breach::{Breach, Risk};

use super::clock::Clock;

/// A breach with how far it has come.
#[derive(Serialize)]
pub struct ShownBreach {
    id: Uuid,
    state: &'static str,
    source: &'static str,
    opened_at: Timestamp,
    aware_at: Timestamp,
    clock: Clock,
    #[serde(skip_serializing_if = "Option::is_none")]
    risk: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<Timestamp>,
    /// The documents, by the identifiers that were used.
    documents: Vec<Oid>,
}

/// A breach holds no contact data.
impl Mask for ShownBreach {
    fn masked(self) -> Self {
        self
    }
}

impl ShownBreach {
    /// A breach at `now`.
    pub(super) fn of(breach: &Breach, now: Timestamp) -> Self {
        let progress = &breach.progress;
        Self {
            id: breach.id,
            state: progress.state.as_str(),
            source: breach.source.as_str(),
            opened_at: breach.at,
            aware_at: breach.aware_at,
            clock: Clock::read(breach.aware_at, progress, now),
            risk: progress.risk.map(Risk::as_str),
            closed_at: progress.closed_at,
            documents: breach.documents.clone(),
        }
    }
}
