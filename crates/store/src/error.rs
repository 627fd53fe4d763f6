//! What can go wrong in the store: a lost race or a duplicate, named so that a use case can act on it,
//! and failures that only an operator can mend. No error text ever holds a stored value.

use std::fmt;

/// What a plan found otherwise than it had to be; the plan has been undone whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Conflict {
    /// The same key was stored before.
    #[error("{0} is stored already")]
    AlreadyExists(Entity),
    /// What the decision was made on has changed since: gather and decide anew.
    #[error("{0} has changed since it was read")]
    Stale(Guard),
    /// What was to be changed is not there.
    #[error("{0} is not there")]
    Gone(Entity),
}

/// The facts that a plan may be guarded by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guard {
    /// The client's file: rights, context and will of one client.
    Client,
    /// A document: its newest version and whether it is annulled.
    Document,
    /// What is kept in memory: directory, structures, code sets.
    Kept,
    /// The log's tree: its size, or who seals.
    Log,
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "the client's file",
            Self::Document => "the document",
            Self::Kept => "what is kept in memory",
            Self::Log => "the log's tree",
        })
    }
}

/// The kinds of things whose keys are unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entity {
    /// A client's file.
    Client,
    /// A document or one of its versions.
    Document,
    /// An entry of the use log, the disclosure log or the administration log.
    LogEntry,
    /// An organisation, a unit, a person or a certificate.
    DirectoryRecord,
    /// A document structure.
    Structure,
    /// A code set.
    CodeSet,
    /// An assertion that a token was got with.
    Assertion,
    /// What is derived from the control documents of a client at a controller.
    Standing,
    /// A case, or the document that opened it.
    Case,
    /// A register access right.
    RegisterAccess,
    /// An order about a register access right.
    AccessOrder,
    /// A report of a client's choice.
    Choice,
    /// A breach, or one of its steps.
    Breach,
    /// What is derived from the will documents of a client.
    Will,
    /// A recipient outside social and health care.
    Recipient,
    /// A request of such a recipient.
    DisclosureRequest,
    /// Something that waits to be handed to another system.
    Parcel,
    /// A client's request for log data.
    LogRequest,
    /// A decision on a use that was reviewed.
    Review,
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "the client",
            Self::Document => "the document",
            Self::LogEntry => "the log entry",
            Self::DirectoryRecord => "the directory record",
            Self::Structure => "the structure",
            Self::CodeSet => "the code set",
            Self::Assertion => "the assertion",
            Self::Standing => "the standing",
            Self::Case => "the case",
            Self::RegisterAccess => "the register access right",
            Self::AccessOrder => "the order",
            Self::Choice => "the choice",
            Self::Breach => "the breach",
            Self::Will => "the will",
            Self::Recipient => "the recipient",
            Self::DisclosureRequest => "the request",
            Self::Parcel => "the parcel",
            Self::LogRequest => "the log request",
            Self::Review => "a decision on a use",
        })
    }
}

/// A stored value that is not what this program writes: the store was changed by other hands, or
/// the disk failed. Never the fault of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column} of a row is no {wanted}")]
pub struct Corrupt {
    /// The position of the column in the row, from 0.
    pub column: usize,
    /// What should have stood there.
    pub wanted: &'static str,
}

/// Why the store did not do what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A condition of the plan did not hold. Nothing of the plan was kept.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The store did not get to it in time. Nothing was done; it may be tried again.
    #[error("the store is busy")]
    Busy,
    /// The store has been closed. Nothing was done.
    #[error("the store is closed")]
    Closed,
    /// A stored value is broken.
    #[error("the store is corrupt: {source} (statement {statement})")]
    Corrupt {
        /// The name of the statement that read it, as `file::function`.
        statement: &'static str,
        /// What is broken.
        source: Corrupt,
    },
    /// The connection was lost while the plan was being committed, and it could not be found out in time what
    /// became of it: it is kept whole, or nothing of it is.
    #[error("the connection to the store was lost: the plan may be kept or not")]
    Unsettled,
    /// The database refused: a full disk, a failing disk, a defect of ours. Nothing was kept.
    #[error("the database failed: {reason} (code {code}, statement {statement})")]
    Failed {
        /// The name of the statement, as `file::function`, or what the driver was doing.
        statement: &'static str,
        /// The database's own number of the failure.
        code: FailureCode,
        /// The database's fixed text for that number.
        reason: &'static str,
    },
}

/// The number that a database gives a failure; it never holds a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FailureCode {
    /// None: the driver itself could not go on.
    Driver,
    /// SQLite's extended result code.
    Sqlite(i32),
    /// PostgreSQL's SQLSTATE.
    Postgres([u8; 5]),
}

impl fmt::Display for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Driver => f.write_str("none"),
            Self::Sqlite(code) => code.fmt(f),
            Self::Postgres(state) => f.write_str(std::str::from_utf8(state).unwrap_or("none")),
        }
    }
}

impl fmt::Debug for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a database could not be opened or migrated.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database could not be opened, read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The schema is older than this program: migrate first.
    #[error("migration {0} has not been applied")]
    NotMigrated(i64),
    /// The schema is newer than this program, or of another program.
    #[error("migration {0} is not known to this program")]
    Unknown(i64),
    /// A migration differs from the one that was applied under its number.
    #[error("migration {0} was applied in another form")]
    Changed(i64),
    /// A table or an index has another form than the migrations gave it, or there is something beside them,
    /// such as a trigger.
    #[error("{0} has been changed by somebody else than the migrations")]
    SchemaChanged(String),
    /// The settings of the connection are not such as a database can be reached by.
    #[error("the store cannot be reached so: {0}")]
    Settings(&'static str),
    /// A thread of the driver could not be started.
    #[error("a thread of the store could not be started")]
    Thread(#[from] std::io::Error),
}
