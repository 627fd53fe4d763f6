//! Leaves whose entries were not found as they were sealed, and entries without a leaf: brought together in
//! the end, so that entries that only stand in each other's places are told as such.

use uuid::Uuid;
use varanto_log::{Commitment, Salt};
use varanto_store::CanonicalEntry;
use varanto_store::log_tree::{Leaf, LogKind};

use super::fault::{LogFault, Verified};

/// The most leaves, and the most entries, that are brought together.
const MAX_KEPT: usize = 1_000;

/// A leaf whose entry was not found.
struct Lost {
    log: LogKind,
    leaf: Leaf,
    /// What stands under its number, if anything does.
    found: Option<Uuid>,
    /// The number itself cannot be right.
    misplaced: bool,
}

/// An entry that belongs to no leaf, or not to the one with its number.
struct Loose {
    log: LogKind,
    entry: CanonicalEntry,
    /// A leaf with its number tells of it.
    told: bool,
    placed: bool,
}

/// Both.
#[derive(Default)]
pub(super) struct Unmatched {
    lost: Vec<Lost>,
    loose: Vec<Loose>,
}

impl Unmatched {
    /// Another entry stands where a leaf has its own.
    pub(super) fn changed(
        &mut self,
        log: LogKind,
        leaf: Leaf,
        entry: CanonicalEntry,
        verified: &mut Verified,
    ) {
        let found = Some(entry.id);
        if self.loose.len() < MAX_KEPT {
            self.loose.push(Loose { log, entry, told: true, placed: false });
        }
        self.lose(Lost { log, leaf, found, misplaced: false }, verified);
    }

    /// Nothing stands where a leaf has its entry.
    pub(super) fn removed(&mut self, log: LogKind, leaf: Leaf, verified: &mut Verified) {
        self.lose(Lost { log, leaf, found: None, misplaced: false }, verified);
    }

    /// A leaf names a number that it cannot have.
    pub(super) fn misplaced(&mut self, log: LogKind, leaf: Leaf, verified: &mut Verified) {
        self.lose(Lost { log, leaf, found: None, misplaced: true }, verified);
    }

    /// An entry has no leaf.
    pub(super) fn without_leaf(
        &mut self,
        log: LogKind,
        entry: CanonicalEntry,
        verified: &mut Verified,
    ) {
        let loose = Loose { log, entry, told: false, placed: false };
        if self.loose.len() < MAX_KEPT { self.loose.push(loose) } else { loose.tell(verified) }
    }

    fn lose(&mut self, lost: Lost, verified: &mut Verified) {
        if self.lost.len() < MAX_KEPT { self.lost.push(lost) } else { lost.tell(verified) }
    }

    /// Brings together and tells the rest. Content of leaves before `horizon` may have left.
    pub(super) fn end(&mut self, horizon: u64, verified: &mut Verified) {
        for lost in std::mem::take(&mut self.lost) {
            match self.loose.iter_mut().find(|loose| lost.is(loose)) {
                Some(loose) => {
                    loose.placed = true;
                    if loose.entry.number == lost.leaf.number {
                        verified.entries += 1;
                    } else if lost.misplaced {
                        verified.entries += 1;
                        lost.tell(verified);
                    } else {
                        verified.note(LogFault::Swapped {
                            log: lost.log.as_str(),
                            number: lost.leaf.number,
                            stands_at: loose.entry.number,
                            entry: loose.entry.id,
                            leaf: lost.leaf.leaf,
                        });
                    }
                }
                None if lost.found.is_none() && !lost.misplaced && lost.leaf.leaf < horizon => {
                    verified.without_content += 1;
                }
                None => lost.tell(verified),
            }
        }
        let loose = std::mem::take(&mut self.loose);
        loose.iter().filter(|l| !l.placed && !l.told).for_each(|loose| loose.tell(verified));
    }
}

impl Lost {
    /// Is this the entry that was sealed?
    fn is(&self, loose: &Loose) -> bool {
        let form = loose.entry.form.as_ref().filter(|_| loose.log == self.log && !loose.placed);
        let (Some(form), Some(salt)) = (form, self.leaf.salt) else { return false };
        let sealed = self.leaf.commitment.map(Commitment::new);
        sealed.is_some_and(|sealed| Commitment::to(&Salt::new(salt), form) == sealed)
    }

    fn tell(&self, verified: &mut Verified) {
        let (log, number, leaf) = (self.log.as_str(), self.leaf.number, self.leaf.leaf);
        verified.note(match self.found {
            Some(entry) => LogFault::Changed { log, number, entry, leaf },
            None if self.misplaced => LogFault::LeafChanged { leaf },
            None => LogFault::Removed { log, number, leaf },
        });
    }
}

impl Loose {
    fn tell(&self, verified: &mut Verified) {
        let (log, number, entry) = (self.log.as_str(), self.entry.number, self.entry.id);
        verified.note(LogFault::Inserted { log, number, entry });
    }
}
