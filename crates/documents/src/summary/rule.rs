//! One rule: of which documents, from where, while valid for how long, what.

use std::collections::BTreeSet;

use varanto_model::{Code, Group};

use super::Section;
use super::path::Path;
use super::value::Kind;

/// How entries of one section are made of some documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// Where the entries go.
    pub section: Section,
    /// Of which documents.
    pub applies_to: AppliesTo,
    /// One entry is made at each place that this leads to; without it, one of the whole document.
    pub each: Option<Path>,
    /// Where validity is told: the first of these that tells either day counts.
    pub validity: Vec<Validity>,
    /// Is there no entry where no validity is told?
    pub validity_needed: bool,
    /// Which of the documents count.
    pub keep: Keep,
    /// What is taken.
    pub fields: Vec<Field>,
}

/// The documents that a rule is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AppliesTo {
    /// Their groups.
    pub groups: BTreeSet<Group>,
    /// Leading numbers of type codes: 11 is 11000 to 11999, all decisions (facts 4.2).
    pub types: BTreeSet<u32>,
    /// Type codes. Without types and codes, documents of all types.
    pub codes: BTreeSet<Code>,
}

impl AppliesTo {
    pub(super) fn covers(&self, group: Group, type_code: Option<&Code>) -> bool {
        let is_any = self.types.is_empty() && self.codes.is_empty();
        let of_type = |code: &Code| {
            let number: Option<u32> = code.as_str().parse().ok();
            number.is_some_and(|n| n >= 1_000 && self.types.contains(&(n / 1_000)))
        };
        let is_listed = |code: &Code| self.codes.contains(code) || of_type(code);
        self.groups.contains(&group) && (is_any || type_code.is_some_and(is_listed))
    }
}

/// Where the first and the last day of validity are told. A day that is not told is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    pub first: Option<Path>,
    pub last: Option<Path>,
}

/// Which documents count, of those that a rule is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Every one.
    All,
    /// Of each controller the latest that is valid, and of these one for each value of the parts.
    LatestPer(BTreeSet<Part>),
}

/// What tells documents apart, of which the latest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Document type.
    Type,
    /// Service task.
    ServiceTask,
}

impl Part {
    pub(super) const ALL: &'static [Self] = &[Self::Type, Self::ServiceTask];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::ServiceTask => "service_task",
        }
    }
}

/// A named value of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub name: String,
    pub kind: Kind,
    /// Where it stands: the first path that leads to values counts.
    pub at: Vec<Path>,
    /// Is there no entry without it?
    pub needed: bool,
}
