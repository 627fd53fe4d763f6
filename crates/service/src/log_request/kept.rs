//! What is kept sealed of an answer: what was given as it was given, and what the controller alone knows of
//! it – which entries were withheld, and why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varanto_model::LocalText;

use super::ground::WithholdingGround;
use super::told::Told;
use crate::log_proof::Export;

/// An answer. Has no `Debug`: it tells about a person.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    /// What the controller was called.
    pub(super) controller: LocalText,
    /// The entries that were given, newest first.
    pub(super) entries: Vec<Told>,
    /// What proves them as of then: as they stand in the log, or by their commitments alone; none of a refusal.
    pub(super) export: Option<Export>,
    /// How it was decided.
    pub(super) outcome: Outcome,
}

/// How a request was decided, for the controller's own eyes.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Outcome {
    /// How many entries were given.
    pub(super) given: usize,
    /// The entries that were withheld.
    pub(super) withheld: Vec<Withheld>,
    /// The joint entries that were given, and of which of them is told who worked on them.
    #[serde(default)]
    pub(super) joint: Vec<Joint>,
    /// Were canonical forms and salts given?
    #[serde(default)]
    pub(super) with_proofs: bool,
    /// The request on which the rest is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) continued_by: Option<Uuid>,
    /// Why the request was refused as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<Refused>,
}

/// An entry that is not given.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Withheld {
    pub(super) entry: Uuid,
    pub(super) ground: WithholdingGround,
    /// Why, in words that are not told to the client.
    pub(super) words: String,
}

/// Whether of a joint entry is told who worked on it.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Joint {
    pub(super) entry: Uuid,
    pub(super) show: bool,
}

/// That a request was refused.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Refused {
    pub(super) ground: WithholdingGround,
    /// Why, in words that are told to the client.
    pub(super) words: String,
}

impl Outcome {
    /// How many entries were withheld on each ground.
    pub(super) fn counted(&self) -> BTreeMap<WithholdingGround, usize> {
        self.withheld.iter().fold(BTreeMap::new(), |mut counted, withheld| {
            *counted.entry(withheld.ground).or_default() += 1;
            counted
        })
    }
}
