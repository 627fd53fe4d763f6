//! What somebody wants to do, on which basis and for what.

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Store a document for the first time.
    Store,
    /// Store a new version of a document.
    StoreVersion,
    /// Store a document that was written before the register opened, with many others (DOC-10).
    Import,
    /// Store a new version of one in the same way.
    ImportVersion,
    /// Annul a document.
    Annul,
    /// Search by metadata.
    Search,
    /// Fetch a document or the list of its versions.
    Read,
    /// Look at the log of the own register, or at what one's own staff did.
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
    /// Look at what a client has declared (DIS-01…03).
    ReadWills,
    /// Get a client's summary (SUM-01).
    Summarise,
    /// Register those outside social and health care to whom documents go (DIS-07).
    ManageRecipients,
    /// Record, decide or deliver what somebody outside has asked for (DIS-07).
    DiscloseOutside,
    /// Pass on patient data that were born in social welfare (DIS-08).
    PassOn,
    /// Review uses and record what was found (LOG-06).
    Supervise,
    /// Handle a client's request for log data (LOG-05).
    AnswerLogRequest,
    /// Tell a controller that its clients' data may have been breached (LOG-07).
    ReportBreach,
    /// Assess a breach of the own register, note what is done about it, and close it (LOG-07).
    HandleBreach,
}

impl Action {
    /// Every action.
    pub const ALL: &[Self] = &[
        Self::Store,
        Self::StoreVersion,
        Self::Import,
        Self::ImportVersion,
        Self::Annul,
        Self::Search,
        Self::Read,
        Self::ReadLog,
        Self::ReadAccess,
        Self::ManageAccess,
        Self::ReportAccess,
        Self::JoinClient,
        Self::ReadUsers,
        Self::ReadWills,
        Self::Summarise,
        Self::ManageRecipients,
        Self::DiscloseOutside,
        Self::PassOn,
        Self::Supervise,
        Self::AnswerLogRequest,
        Self::ReportBreach,
        Self::HandleBreach,
    ];

    /// The word for it in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::StoreVersion => "store-version",
            Self::Import => "import",
            Self::ImportVersion => "import-version",
            Self::Annul => "annul",
            Self::Search => "search",
            Self::Read => "read",
            Self::ReadLog => "read-log",
            Self::ReadAccess => "read-access",
            Self::ManageAccess => "manage-access",
            Self::ReportAccess => "report-access",
            Self::JoinClient => "join-client",
            Self::ReadUsers => "read-users",
            Self::ReadWills => "read-wills",
            Self::Summarise => "summarise",
            Self::ManageRecipients => "manage-recipients",
            Self::DiscloseOutside => "disclose-outside",
            Self::PassOn => "pass-on",
            Self::Supervise => "supervise",
            Self::AnswerLogRequest => "answer-log-request",
            Self::ReportBreach => "report-breach",
            Self::HandleBreach => "handle-breach",
        }
    }

    /// Does it store, replace or annul a document?
    pub const fn writes(self) -> bool {
        self.stores() || matches!(self, Self::Annul)
    }

    /// Does it show clients' documents, or what is taken from them?
    pub const fn shows_documents(self) -> bool {
        matches!(self, Self::Search | Self::Read | Self::Summarise)
    }

    /// Does it store a document or a version of one?
    pub const fn stores(self) -> bool {
        matches!(self, Self::Store | Self::StoreVersion) || self.imports()
    }

    /// Does it store old data, in bulk?
    pub const fn imports(self) -> bool {
        matches!(self, Self::Import | Self::ImportVersion)
    }

    /// Does it store a new version of a document?
    pub const fn replaces(self) -> bool {
        matches!(self, Self::StoreVersion | Self::ImportVersion)
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
    /// Disclosure from other controllers' registers, as far as the client lets it (DIS-04).
    Disclosure,
    /// An authority's broad right of access to other controllers' registers (DIS-05).
    Broad,
}

impl Basis {
    /// Every basis.
    pub const ALL: &[Self] = &[Self::Own, Self::RegisterAccess, Self::Disclosure, Self::Broad];

    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::RegisterAccess => "register_access",
            Self::Disclosure => "disclosure",
            Self::Broad => "broad",
        }
    }

    /// Do data leave their controller's responsibility on it? Under a register access right they do not.
    pub const fn discloses(self) -> bool {
        matches!(self, Self::Disclosure | Self::Broad)
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
    /// Recording what the client declares, with the client.
    Will,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: &[Self] = &[Self::ClientWork, Self::Archive, Self::Supervision, Self::Will];

    /// The code of the purpose.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientWork => "client_work",
            Self::Archive => "archive",
            Self::Supervision => "supervision",
            Self::Will => "will",
        }
    }
}
