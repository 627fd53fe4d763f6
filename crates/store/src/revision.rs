//! Counters of what is loaded whole and kept in memory: directory, structures, code sets.
//!
//! Read the counter first, then what it counts: if a change falls between, the counter is too old and
//! the next plan that it guards is stale, never the other way round.

use crate::error::{Conflict, Corrupt, Entity, Guard};
use crate::hold::{Held, Hold};
use crate::plan::Statement;
use crate::query::{Query, Row};

/// What has a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Organisations, units, people, certificates.
    Directory,
    /// Document structures.
    Structures,
    /// Code sets.
    Codes,
}

impl Subject {
    /// All, in the order in which [`guard_revisions`] takes their counters.
    pub const ALL: [Self; 3] = [Self::Directory, Self::Structures, Self::Codes];

    const fn name(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Structures => "structures",
            Self::Codes => "codes",
        }
    }

    const fn entity(self) -> Entity {
        match self {
            Self::Directory => Entity::DirectoryRecord,
            Self::Structures => Entity::Structure,
            Self::Codes => Entity::CodeSet,
        }
    }
}

const FIND: &str = "-- revision::find_revision
SELECT number FROM revision WHERE name = $1";

const BUMP: &str = "-- revision::bump_revision
UPDATE revision SET number = number + 1 WHERE name = $1";

const GUARD: &str = "-- revision::guard_revisions
SELECT 1 WHERE (SELECT number FROM revision WHERE name = 'directory') = $1
    AND (SELECT number FROM revision WHERE name = 'structures') = $2
    AND (SELECT number FROM revision WHERE name = 'codes') = $3";

/// The counter now; there is always one.
pub fn find_revision(subject: Subject) -> Query<i64> {
    Query::new(FIND, vec![subject.name().into()], number)
}

/// Raises the counter: part of every plan that changes what it counts.
pub fn bump_revision(subject: Subject) -> Statement {
    let hold = Hold::exclusive(Held::Revision, &[subject.name().as_bytes()]);
    let args = vec![subject.name().into()];
    Statement::one(BUMP, args, Conflict::Gone(subject.entity())).holding(hold)
}

/// Holds a plan to the counters that its facts were read at, in the order of [`Subject::ALL`]. Which of them has
/// changed is not told: one statement for all is part of every plan.
pub fn guard_revisions(numbers: [i64; 3]) -> Statement {
    let guard =
        Statement::guard(GUARD, numbers.map(Into::into).into(), Conflict::Stale(Guard::Kept));
    let hold = |subject: Subject| Hold::shared(Held::Revision, &[subject.name().as_bytes()]);
    Subject::ALL.into_iter().map(hold).fold(guard, Statement::holding)
}

fn number(row: &dyn Row) -> Result<i64, Corrupt> {
    row.int(0)
}
