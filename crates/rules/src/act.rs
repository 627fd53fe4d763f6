//! What somebody wants to do, on which basis and for what.

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Store a document for the first time.
    Store,
    /// Store a new version of a document.
    StoreVersion,
    /// Annul a document.
    Annul,
    /// Search by metadata.
    Search,
    /// Fetch a document or the list of its versions.
    Read,
    /// Look at the use log of the own register.
    ReadLog,
    /// Look at register access rights: those of one's own unit, or those in one's own register.
    ReadAccess,
    /// Suspend, resume or reopen a register access right in one's own register (RA-07).
    ManageAccess,
    /// Tell the controller something of a right or a choice: what was stored, that local copies are
    /// destroyed, which producer a client has chosen (RA-09, RA-12, ARC-05).
    ReportAccess,
    /// Join a temporary identifier to a person (CASE-06).
    JoinClient,
    /// Look at a user register (AC-04, AC-08).
    ReadUsers,
}

impl Action {
    /// Every action.
    pub const ALL: &[Self] = &[
        Self::Store,
        Self::StoreVersion,
        Self::Annul,
        Self::Search,
        Self::Read,
        Self::ReadLog,
        Self::ReadAccess,
        Self::ManageAccess,
        Self::ReportAccess,
        Self::JoinClient,
        Self::ReadUsers,
    ];

    /// The word for it in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::StoreVersion => "store-version",
            Self::Annul => "annul",
            Self::Search => "search",
            Self::Read => "read",
            Self::ReadLog => "read-log",
            Self::ReadAccess => "read-access",
            Self::ManageAccess => "manage-access",
            Self::ReportAccess => "report-access",
            Self::JoinClient => "join-client",
            Self::ReadUsers => "read-users",
        }
    }

    /// Does it store, replace or annul a document?
    pub const fn writes(self) -> bool {
        matches!(self, Self::Store | Self::StoreVersion | Self::Annul)
    }

    /// Does it store a document or a version of one?
    pub const fn stores(self) -> bool {
        matches!(self, Self::Store | Self::StoreVersion)
    }
}

/// On which basis data are used.
///
/// For reading it is said by the caller. A document that is stored or annulled says it itself: it
/// belongs to the own register, or to another's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Use of one's own register.
    #[default]
    Own,
    /// A register access right in another's register.
    RegisterAccess,
}

impl Basis {
    /// Every basis.
    pub const ALL: &[Self] = &[Self::Own, Self::RegisterAccess];

    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::RegisterAccess => "register_access",
        }
    }
}

/// For what the data is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Work with the client.
    #[default]
    ClientWork,
    /// The archivist's task.
    Archive,
    /// Supervision of use.
    Supervision,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: &[Self] = &[Self::ClientWork, Self::Archive, Self::Supervision];

    /// The code of the purpose.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientWork => "client_work",
            Self::Archive => "archive",
            Self::Supervision => "supervision",
        }
    }
}
