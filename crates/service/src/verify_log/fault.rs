//! What can be wrong with the log, by name.

use std::fmt;

use serde::Serialize;
use uuid::Uuid;

/// The most faults that are told one by one.
pub const MAX_SHOWN: usize = 100;

/// One thing that is not as it was signed. Names entries and leaves, and tells nothing of what they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "kebab-case")]
pub enum LogFault {
    /// An entry, or its salt, is not what was sealed.
    Changed {
        /// The log.
        log: &'static str,
        /// The number of the entry in the log.
        number: i64,
        /// The name that stands on it now.
        entry: Uuid,
        /// Its place in the tree.
        leaf: u64,
    },
    /// An entry is gone before its years are over.
    Removed {
        /// The log.
        log: &'static str,
        /// The number that it had.
        number: i64,
        /// Its place in the tree.
        leaf: u64,
    },
    /// Numbers have neither entry nor leaf: what had them was removed before it was sealed, or with its leaf.
    Missing {
        /// The log.
        log: &'static str,
        /// The first number.
        from: i64,
        /// The last number.
        to: i64,
    },
    /// An entry has no leaf although those before and after it have.
    Inserted {
        /// The log.
        log: &'static str,
        /// Its number.
        number: i64,
        /// Its name.
        entry: Uuid,
    },
    /// An entry stands where another was sealed.
    Swapped {
        /// The log.
        log: &'static str,
        /// The number under which it was sealed.
        number: i64,
        /// The number under which it stands now.
        stands_at: i64,
        /// Its name.
        entry: Uuid,
        /// Its place in the tree.
        leaf: u64,
    },
    /// The salt of an entry is gone, and the entry cannot be checked.
    SaltMissing {
        /// The log.
        log: &'static str,
        /// The number of the entry.
        number: i64,
        /// Its place in the tree.
        leaf: u64,
    },
    /// The row of a leaf is gone.
    LeafMissing {
        /// Its place.
        leaf: u64,
    },
    /// The row of a leaf is not what was signed.
    LeafChanged {
        /// Its place.
        leaf: u64,
    },
    /// The row of a leaf and the tile differ, and no checkpoint tells which is right.
    LeafUncertain {
        /// Its place.
        leaf: u64,
    },
    /// A tile, or a part of it, is gone.
    TileMissing {
        /// Its level.
        level: u8,
        /// Its place in the level.
        place: u64,
    },
    /// A tile is not what the leaves give.
    TileChanged {
        /// Its level.
        level: u8,
        /// Its place in the level.
        place: u64,
    },
    /// A checkpoint is not believed.
    Checkpoint {
        /// The size under which it stands.
        size: u64,
        /// What is wrong with it.
        why: String,
    },
    /// The leaves do not give the root that was signed: between the two sizes leaves, or tiles and leaves
    /// alike, were changed. All roots after it are other than they were signed.
    Root {
        /// The size of the last checkpoint whose root the leaves give.
        from: u64,
        /// The size of the first whose root they do not give.
        size: u64,
    },
    /// How far the tree has come is noted otherwise than it is.
    State {
        /// What is wrong with it.
        why: &'static str,
    },
    /// The witness has a checkpoint that is not here, or is here otherwise: the end of the log was cut off, or
    /// the tree was replaced.
    Witness {
        /// The size of its tree; none where the witness's own text cannot be read.
        size: Option<u64>,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl fmt::Display for LogFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { log, number, entry, leaf } => {
                write!(f, "entry {number} of the {log} log ({entry}, leaf {leaf}) was changed")
            }
            Self::Removed { log, number, leaf } => {
                write!(f, "entry {number} of the {log} log (leaf {leaf}) was removed")
            }
            Self::Missing { log, from, to } => {
                write!(f, "entries {from} to {to} of the {log} log are not there and have no leaf")
            }
            Self::Inserted { log, number, entry } => {
                write!(f, "entry {number} of the {log} log ({entry}) was put in: it has no leaf")
            }
            Self::Swapped { log, number, stands_at, entry, leaf } => write!(
                f,
                "entry {number} of the {log} log ({entry}, leaf {leaf}) stands where entry {stands_at} was"
            ),
            Self::SaltMissing { log, number, leaf } => {
                write!(f, "the salt of entry {number} of the {log} log (leaf {leaf}) is gone")
            }
            Self::LeafMissing { leaf } => write!(f, "the row of leaf {leaf} is gone"),
            Self::LeafChanged { leaf } => write!(f, "the row of leaf {leaf} was changed"),
            Self::LeafUncertain { leaf } => {
                write!(f, "the row of leaf {leaf} and its tile differ, and neither gives the root")
            }
            Self::TileMissing { level, place } => {
                write!(f, "tile {place} of level {level} is gone or too short")
            }
            Self::TileChanged { level, place } => {
                write!(f, "tile {place} of level {level} was changed")
            }
            Self::Checkpoint { size, why } => write!(f, "the checkpoint of size {size}: {why}"),
            Self::Root { from, size } => write!(
                f,
                "the leaves do not give the root that was signed for size {size}: something from leaf {from} \
                 on was changed"
            ),
            Self::State { why } => write!(f, "the state of the tree: {why}"),
            Self::Witness { size: Some(size), why } => {
                write!(f, "the witness's checkpoint of size {size}: {why}")
            }
            Self::Witness { size: None, why } => write!(f, "the witness's file: {why}"),
        }
    }
}

/// What verifying has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The leaves of the tree.
    pub leaves: u64,
    /// The entries that were found as they were sealed.
    pub entries: u64,
    /// The leaves whose content has left after its years.
    pub without_content: u64,
    /// The entries that are not in the tree yet.
    pub unsealed: u64,
    /// The checkpoints.
    pub checkpoints: u64,
    /// The checkpoints of the witness.
    pub witnessed: u64,
    /// How many faults there are.
    pub fault_count: u64,
    /// The first hundred of them.
    pub faults: Vec<LogFault>,
}

impl Verified {
    /// Is the log as it was signed?
    pub fn is_clean(&self) -> bool {
        self.fault_count == 0
    }

    pub(super) fn note(&mut self, fault: LogFault) {
        self.fault_count += 1;
        if self.faults.len() < MAX_SHOWN {
            self.faults.push(fault);
        }
    }
}
