//! The scope of a search: the rules about documents, as a filter.

use std::collections::BTreeSet;
use std::sync::Arc;

use varanto_model::{Generation, Group, Oid};

use crate::{Basis, ClientFacts, Coverage, DocumentFacts, Facts, Purpose, Restrictions, WillFacts};

/// What a permitted search may show: documents of some registers, groups and service tasks, under a
/// register access right of one case.
///
/// A search gives exactly those documents that a fetch with the same facts would give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The registers that are searched.
    pub registers: Registers,
    /// Groups that are shown.
    pub groups: BTreeSet<Group>,
    /// The documents that are shown, by their codes.
    pub coverage: Coverage,
    /// The case whose documents are shown; `None`: of all cases and of none.
    pub case: Option<Oid>,
}

/// The registers that are searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registers {
    /// That of one controller.
    One(Oid),
    /// Those of all other controllers, and of them what leaves.
    Others(Leaving),
}

/// What leaves other controllers' registers for a reader (rules R4 and R5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// The reader's own controller.
    pub own: Option<Oid>,
    /// What the client who is sought lets out; `None` under a broad right, which passes it.
    pub will: Option<WillFacts>,
    /// The types that never leave.
    pub restrictions: Arc<Restrictions>,
}

impl Scope {
    /// The scope of a search on these facts; `None` where there is no register to search.
    ///
    /// Whether the search is permitted at all is for [`crate::decide`] to say.
    pub fn of(facts: &Facts) -> Option<Self> {
        let role = facts.professional.role.as_ref()?;
        let discloses = facts.basis.discloses();
        let hidden = |group: &Group| {
            (facts.purpose == Purpose::Archive && group.is_will())
                || (discloses && !is_disclosed(*group))
        };
        let case = match facts.basis {
            Basis::Own | Basis::Disclosure | Basis::Broad => None,
            Basis::RegisterAccess => Some(facts.sought_case.clone()?),
        };
        let registers = if discloses {
            let sought = || facts.clients.first().map(|client| client.will.clone());
            Registers::Others(Leaving {
                own: facts.system.controller.clone(),
                will: (facts.basis == Basis::Disclosure).then(|| sought().unwrap_or_default()),
                restrictions: Arc::clone(&facts.restrictions),
            })
        } else {
            Registers::One(facts.controller.as_ref()?.oid.clone())
        };
        Some(Self {
            registers,
            groups: role.reads.iter().copied().filter(|g| !hidden(g)).collect(),
            coverage: role.coverage.clone(),
            case,
        })
    }

    /// Is a document of these clients within the scope?
    pub fn covers<'a>(
        &self,
        document: &DocumentFacts,
        clients: impl IntoIterator<Item = &'a ClientFacts>,
    ) -> bool {
        let is_of_registers = match &self.registers {
            Registers::One(controller) => document.controller == *controller,
            Registers::Others(leaving) => leaving.covers(document, clients),
        };
        is_of_registers
            && self.groups.contains(&document.group)
            && self.coverage.covers(document)
            && (self.case.is_none() || self.case == document.case)
    }
}

impl Leaving {
    fn covers<'a>(
        &self,
        document: &DocumentFacts,
        clients: impl IntoIterator<Item = &'a ClientFacts>,
    ) -> bool {
        let is_kept_back = |code| self.restrictions.not_disclosed.contains(code);
        self.own.as_ref() != Some(&document.controller)
            && document.is_newest
            && !document.annulled
            && !document.type_code.as_ref().is_some_and(is_kept_back)
            && (self.will.is_none() || let_out(document, clients))
    }
}

/// Do all clients of a document let it out to other controllers (rule R4)? Only documents of the second
/// phase are let out at all.
fn let_out<'a>(
    document: &DocumentFacts,
    clients: impl IntoIterator<Item = &'a ClientFacts>,
) -> bool {
    let mut clients = clients.into_iter().peekable();
    document.generation == Generation::Phase2
        && clients.peek().is_some()
        && clients.all(|c| c.has_identity_code && c.will.lets_out(document))
}

/// What ever leaves: what is written of a client's matters, not what steers the registers.
const fn is_disclosed(group: Group) -> bool {
    matches!(group, Group::ClientDocument | Group::RecordEntry)
}
