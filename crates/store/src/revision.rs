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
    const fn name(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Structures => "structures",
            Self::Codes => "codes",
        }
    }

    const fn guard(self) -> Guard {
        match self {
            Self::Directory => Guard::Directory,
            Self::Structures => Guard::Structures,
            Self::Codes => Guard::Codes,
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

const GUARD: &str = "-- revision::guard_revision
SELECT 1 FROM revision WHERE name = $1 AND number = $2";

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

/// Holds a plan to the counter that its facts were read at.
pub fn guard_revision(subject: Subject, number: i64) -> Statement {
    let args = vec![subject.name().into(), number.into()];
    let hold = Hold::shared(Held::Revision, &[subject.name().as_bytes()]);
    Statement::guard(GUARD, args, Conflict::Stale(subject.guard())).holding(hold)
}

fn number(row: &dyn Row) -> Result<i64, Corrupt> {
    row.int(0)
}
