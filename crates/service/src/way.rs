//! The ways in which a document comes into the repository: what differs between them, in one place.

use varanto_model::Metadata;
use varanto_rules::{Action, Purpose};

use crate::citizen::Declaring;
use crate::import_documents::CheckedAlone;
use crate::use_context::UseContext;

/// How a document comes in.
#[derive(Clone, Copy)]
pub(crate) enum Way<'a> {
    /// A professional stores it, as it is written.
    Daily,
    /// A citizen declares it.
    Declared(&'a Declaring<'a>),
    /// It is old data, stored with many others; what can be known of it alone has been looked at
    /// (DOC-10).
    Bulk(&'a CheckedAlone),
}

impl<'a> Way<'a> {
    /// The citizen who declares, where it is not a professional who stores.
    pub(crate) const fn declaring(self) -> Option<&'a Declaring<'a>> {
        match self {
            Self::Declared(declaring) => Some(declaring),
            Self::Daily | Self::Bulk(_) => None,
        }
    }

    /// What is done: the first version is stored, later ones replace it.
    pub(crate) const fn action(self, metadata: &Metadata) -> Action {
        match (self, metadata.version) {
            (Self::Daily | Self::Declared(_), 1) => Action::Store,
            (Self::Daily | Self::Declared(_), _) => Action::StoreVersion,
            (Self::Bulk(_), 1) => Action::Import,
            (Self::Bulk(_), _) => Action::ImportVersion,
        }
    }

    /// In which context.
    pub(crate) fn used(self) -> UseContext {
        match self {
            Self::Daily | Self::Declared(_) => UseContext::default(),
            Self::Bulk(_) => used_for(Action::Import),
        }
    }
}

/// The context in which a document is stored by this act: old data is a task of the archive's.
pub(crate) fn used_for(action: Action) -> UseContext {
    let purpose = if action.imports() { Purpose::Archive } else { Purpose::default() };
    UseContext { purpose, ..UseContext::default() }
}
