//! The scope of a search: the rules about documents, as a filter.

use std::collections::BTreeSet;

use varanto_model::{Group, Oid};

use crate::{Basis, Coverage, DocumentFacts, Facts, Purpose};

/// What a permitted search may show: documents of one register, of some groups and service tasks,
/// under a register access right of one case.
///
/// A search gives exactly those documents that a fetch with the same facts would give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The register's controller.
    pub controller: Oid,
    /// Groups that are shown.
    pub groups: BTreeSet<Group>,
    /// The documents that are shown, by their codes.
    pub coverage: Coverage,
    /// The case whose documents are shown; `None`: of all cases and of none.
    pub case: Option<Oid>,
}

impl Scope {
    /// The scope of a search on these facts; `None` where there is no register to search.
    ///
    /// Whether the search is permitted at all is for [`crate::decide`] to say.
    pub fn of(facts: &Facts) -> Option<Self> {
        let controller = facts.controller.as_ref()?;
        let role = facts.professional.role.as_ref()?;
        let hidden = |group: &Group| facts.purpose == Purpose::Archive && group.is_will();
        let case = match facts.basis {
            Basis::Own => None,
            Basis::RegisterAccess => Some(facts.sought_case.clone()?),
        };
        Some(Self {
            controller: controller.oid.clone(),
            groups: role.reads.iter().copied().filter(|g| !hidden(g)).collect(),
            coverage: role.coverage.clone(),
            case,
        })
    }

    /// Is the document within the scope?
    pub fn covers(&self, document: &DocumentFacts) -> bool {
        document.controller == self.controller
            && self.groups.contains(&document.group)
            && self.coverage.covers(document)
            && (self.case.is_none() || self.case == document.case)
    }
}
