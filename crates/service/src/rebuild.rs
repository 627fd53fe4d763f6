//! Deriving anew what follows from the control documents – standings, cases, rights, wills – and putting right
//! what is stored otherwise (CASE-05): projections are nothing but the documents.
//!
//! It can run beside a server. A first reading of all documents only finds suspects: something may have
//! been stored meanwhile. Of these the counters and what is stored are read first and the documents
//! again after that, and a repair is held to the counters: a plan for each client's file and each case.
//! Whatever has changed meanwhile is looked at once more. Orders are not derived and are kept.

mod compare;
mod repair;
mod sweep;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use varanto_model::Oid;
use varanto_store::Plan;
use varanto_store::administration_log::AdministrativeEntry;

use crate::Error;
use crate::service::Service;

/// How often what had changed meanwhile is looked at again.
const ROUNDS: usize = 4;

/// How a stored row differed from what the documents say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// There was none.
    Missing,
    /// It said something else.
    Changed,
    /// No document stands behind it.
    Superfluous,
}

/// What is derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Derivation {
    /// The standing of a client at a controller.
    Standing,
    /// A case.
    Case,
    /// A register access right in its index.
    Right,
    /// What a client has declared.
    Will,
}

/// What became of a rebuild. Names nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Control documents read.
    pub documents: u64,
    /// Their versions.
    pub versions: u64,
    /// Documents from which nothing can be derived: they cannot be opened or read. What is stored about
    /// their clients was left as it is.
    pub unreadable: u64,
    /// Clients about whom anything follows from them.
    pub clients: u64,
    /// Cases that follow.
    pub cases: u64,
    /// Register access rights that follow, those of the organisers' own units included.
    pub rights: u64,
    /// Clients who have declared something.
    pub wills: u64,
    /// The rows that differed and were repaired.
    pub repaired: BTreeMap<(Derivation, Difference), u64>,
    /// Clients' files and cases that differ and could not be repaired, because they were changed all the
    /// time or because one of their documents cannot be read.
    pub left: u64,
}

impl Rebuilt {
    /// Was everything found as the documents have it?
    pub fn is_clean(&self) -> bool {
        self.repaired.is_empty() && self.left == 0 && self.unreadable == 0
    }

    fn note(&mut self, found: &[(Derivation, Difference)]) {
        for kind in found {
            *self.repaired.entry(*kind).or_default() += 1;
        }
    }

    fn counts(&self) -> String {
        let repaired: u64 = self.repaired.values().sum();
        let Self { documents, unreadable, left, .. } = self;
        format!("{documents} documents, {unreadable} unreadable, {repaired} repaired, {left} left")
    }
}

/// Whose files and which cases seem to differ.
#[derive(Default)]
struct Suspects {
    files: BTreeSet<(Uuid, Oid)>,
    cases: BTreeSet<Oid>,
    /// The clients of the cases, as they are stored and as they follow.
    of_cases: BTreeSet<Uuid>,
    /// The clients whose wills seem to differ.
    wills: BTreeSet<Uuid>,
}

impl Suspects {
    fn clients(&self) -> BTreeSet<Uuid> {
        let of_files = self.files.iter().map(|(client, _)| *client);
        of_files.chain(self.of_cases.iter().copied()).chain(self.wills.iter().copied()).collect()
    }

    fn is_empty(&self) -> bool {
        self.files.is_empty() && self.cases.is_empty() && self.wills.is_empty()
    }
}

impl Service {
    /// Derives everything anew, compares, and repairs what differs. `progress` is told now and then how
    /// many documents have been read.
    ///
    /// What documents say is read by the structures and code sets of today: where a code set was
    /// imported that says otherwise which states of a case are closed, the standings follow it from here
    /// on.
    ///
    /// # Errors
    /// Where the store fails, or a stored row cannot be read. What was repaired by then stays so.
    pub async fn rebuild(&self, progress: &mut (dyn FnMut(u64) + Send)) -> Result<Rebuilt, Error> {
        let mut rebuilt = Rebuilt::default();
        let derived = self.derive_anew(None, progress).await?;
        derived.count(&mut rebuilt);
        let mut suspects = self.suspects(&derived).await?;
        drop(derived);
        for _ in 0..ROUNDS {
            if suspects.is_empty() {
                break;
            }
            suspects = self.repair(&suspects, &mut rebuilt, progress).await?;
        }
        rebuilt.left = count(suspects.files.len() + suspects.cases.len() + suspects.wills.len());
        let plan = Plan::administrative(self.rebuild_entry(rebuilt.counts()));
        self.database.commit(plan).await?;
        Ok(rebuilt)
    }

    fn rebuild_entry(&self, detail: String) -> AdministrativeEntry {
        AdministrativeEntry {
            action: "rebuild".to_owned(),
            detail: Some(detail),
            ..self.entry(self.now())
        }
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
