//! What is told of a document in the journal: how it ended, and every fault with its place. Nothing of what
//! the document says, and no identity code.

use serde::Serialize;
use uuid::Uuid;
use varanto_model::{Fault, Oid};
use varanto_service::{Error, Verdict};

use super::places::Broken;

/// How a document ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// Stored by this run.
    Stored,
    /// It was there already.
    StoredBefore,
    /// Good, where nothing was to be stored.
    Good,
    /// Refused.
    Refused,
    /// It could not be read.
    Broken,
    /// Nothing could be found out; another run tries again.
    Undecided,
}

impl Outcome {
    /// Does the store have it?
    pub(super) const fn is_stored(self) -> bool {
        matches!(self, Self::Stored | Self::StoredBefore)
    }
}

/// What is told of a document.
#[derive(Debug, Serialize)]
pub(super) struct Told<'a> {
    pub(super) outcome: Outcome,
    /// The identifier of the version.
    #[serde(skip_serializing_if = "Option::is_none")]
    oid: Option<&'a Oid>,
    /// The entry of the use log, where it is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    log_entry: Option<Uuid>,
    /// Why not, in one word, as in problems of the interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'static str>,
    /// The access rules that refused.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    rules: &'a [&'static str],
    /// Every fault, with its place.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    faults: &'a [Fault],
    /// How many more faults there are.
    #[serde(skip_serializing_if = "is_zero")]
    faults_left_out: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl<'a> Told<'a> {
    const fn new(outcome: Outcome, oid: Option<&'a Oid>) -> Self {
        Self {
            outcome,
            oid,
            log_entry: None,
            problem: None,
            rules: &[],
            faults: &[],
            faults_left_out: 0,
        }
    }

    /// What is told of a document on which the repository has said something.
    pub(super) fn of(oid: Option<&'a Oid>, verdict: &'a Verdict) -> Self {
        let new = |outcome| Self::new(outcome, oid);
        match verdict {
            Verdict::Stored(receipt) => {
                Self { log_entry: Some(receipt.log_entry), ..new(Outcome::Stored) }
            }
            Verdict::StoredBefore(receipt) => {
                Self { log_entry: Some(receipt.log_entry), ..new(Outcome::StoredBefore) }
            }
            Verdict::Good => new(Outcome::Good),
            Verdict::Waiting(_) => new(Outcome::Undecided),
            Verdict::Undecided(error) => {
                Self { problem: Some(error.slug()), ..new(Outcome::Undecided) }
            }
            Verdict::Refused(error) => {
                let refused = Self { problem: Some(error.outcome()), ..new(Outcome::Refused) };
                match error {
                    Error::Rejected { faults, .. } => Self {
                        faults: faults.as_slice(),
                        faults_left_out: faults.left_out(),
                        ..refused
                    },
                    Error::Refused { rules, .. } => Self { rules, ..refused },
                    _ => refused,
                }
            }
        }
    }

    /// What is told of one that could not be read.
    pub(super) const fn broken(why: Broken) -> Self {
        let problem = match why {
            Broken::Unreadable(_) => "unreadable",
            Broken::TooLarge => "too-large",
            Broken::Changed => "changed-meanwhile",
            Broken::TooDeep => "too-deep",
            Broken::TooMany => "too-many",
            Broken::Nameless => "name-not-text",
        };
        Self { problem: Some(problem), ..Self::new(Outcome::Broken, None) }
    }
}
