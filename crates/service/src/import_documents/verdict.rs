//! What becomes of each document of an import, and of all together.

use std::fmt;

use varanto_model::Oid;

use crate::Error;
use crate::store_document::Receipt;

/// What has become of a document.
#[derive(Debug)]
pub enum Verdict {
    /// It has been stored now.
    Stored(Receipt),
    /// The very same was stored before.
    StoredBefore(Receipt),
    /// It would be stored: nothing speaks against it, and nothing was to be stored.
    Good,
    /// It may be stored when others have been: it names a case, or replaces a version, that is not there yet.
    /// Nothing has been noted of it.
    Waiting(Turn),
    /// It is refused, for all the faults told; that stands in the use log.
    Refused(Error),
    /// Nothing could be found out, because others kept changing what it depends on or the store holds what
    /// cannot be read; it may be tried again.
    Undecided(Error),
}

/// When a document that waits had best be tried again: cases first, then clientships, then the others, and
/// versions in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    pub(super) rank: u8,
    pub(super) version: u32,
}

/// A document of a batch, settled or not.
#[derive(Debug)]
pub struct Settled {
    /// The identifier of its version, where it could be read.
    pub oid: Option<Oid>,
    /// What has become of it.
    pub verdict: Verdict,
}

/// The counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Stored now.
    pub stored: u64,
    /// Stored before.
    pub stored_before: u64,
    /// Good, where nothing was to be stored.
    pub good: u64,
    /// Refused.
    pub refused: u64,
    /// Undecided, to be tried again.
    pub undecided: u64,
}

impl Summary {
    /// Counts a document; one that waits counts when it is settled.
    pub const fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Stored(_) => self.stored += 1,
            Verdict::StoredBefore(_) => self.stored_before += 1,
            Verdict::Good => self.good += 1,
            Verdict::Refused(_) => self.refused += 1,
            Verdict::Undecided(_) => self.undecided += 1,
            Verdict::Waiting(_) => {}
        }
    }

    /// All documents that were counted.
    pub const fn all(&self) -> u64 {
        self.stored + self.stored_before + self.good + self.refused + self.undecided
    }

    /// Is every document stored, or good?
    pub const fn is_clean(&self) -> bool {
        self.refused == 0 && self.undecided == 0
    }
}

/// One line of counts; what there is none of is left out, but for what is stored and refused.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stored, stored_before, good, refused, undecided } = self;
        write!(f, "{stored} stored")?;
        for (count, word) in [(stored_before, "stored before"), (good, "good")] {
            if *count > 0 {
                write!(f, ", {count} {word}")?;
            }
        }
        write!(f, ", {refused} refused")?;
        if *undecided > 0 {
            write!(f, ", {undecided} undecided")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_tells_what_there_is() {
        let mut summary = Summary::default();
        assert_eq!(summary.to_string(), "0 stored, 0 refused");
        assert!(summary.is_clean());
        summary.count(&Verdict::Good);
        summary.count(&Verdict::Waiting(Turn { rank: 0, version: 1 }));
        summary.count(&Verdict::Undecided(Error::Contended));
        assert_eq!(summary.to_string(), "0 stored, 1 good, 0 refused, 1 undecided");
        assert_eq!(summary.all(), 2);
        assert!(!summary.is_clean());
    }

    #[test]
    fn cases_come_before_clientships_and_versions_in_their_order() {
        let turn = |rank, version| Turn { rank, version };
        assert!(turn(0, 9) < turn(1, 1));
        assert!(turn(2, 1) < turn(2, 2));
    }
}
