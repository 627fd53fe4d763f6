//! Writes as values: a [`Plan`] is one transaction, made by pure functions and committed at once.
//!
//! A plan cannot be made without the log entry of what it does, so that no change and no disclosure
//! is without its record. A statement says what it must find; where it does not, the whole plan is
//! undone. SQL text comes from this crate alone: the fields of a statement are private.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use varanto_model::{Code, Digest, Generation, Group, MediaType, Oid};

use crate::administration_log::{self, AdministrativeEntry};
use crate::disclosure_log::{self, DisclosureEntry};
use crate::error::Conflict;
use crate::hold::Hold;
use crate::log_tree::{self, Batch};
use crate::use_log::{self, UseEntry};

/// An argument of a statement, in one of the few types that every database has.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// No value.
    Null,
    /// A key given by us.
    Uuid(Uuid),
    /// Text; also object identifiers, codes and days.
    Text(Cow<'static, str>),
    /// An instant, kept to the microsecond; what is finer is cut off.
    Instant(Timestamp),
    /// Bytes: hashes and whatever is sealed.
    Bytes(Vec<u8>),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
}

/// Only the kind: values are personal data or sealed.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Uuid(_) => "Uuid",
            Self::Text(_) => "Text",
            Self::Instant(_) => "Instant",
            Self::Bytes(_) => "Bytes",
            Self::Int(_) => "Int",
            Self::Bool(_) => "Bool",
        })
    }
}

impl Value {
    /// The bytes that this takes, roughly.
    fn size(&self) -> usize {
        match self {
            Self::Null | Self::Bool(_) => 1,
            Self::Int(_) | Self::Instant(_) => 8,
            Self::Uuid(_) => 16,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

macro_rules! value_from {
    ($($from:ty => |$v:ident| $to:expr;)*) => {
        $(impl From<$from> for Value {
            fn from($v: $from) -> Self {
                $to
            }
        })*
    };
}

value_from! {
    Uuid => |v| Self::Uuid(v);
    &'static str => |v| Self::Text(Cow::Borrowed(v));
    String => |v| Self::Text(Cow::Owned(v));
    Oid => |v| Self::Text(Cow::Owned(v.into()));
    &Oid => |v| Self::Text(Cow::Owned(v.as_str().to_owned()));
    Code => |v| Self::Text(Cow::Owned(v.into()));
    &Code => |v| Self::Text(Cow::Owned(v.as_str().to_owned()));
    Group => |v| Self::Text(Cow::Borrowed(v.as_str()));
    Generation => |v| Self::Text(Cow::Borrowed(v.as_str()));
    MediaType => |v| Self::Text(Cow::Borrowed(v.as_str()));
    Digest => |v| Self::Bytes(v.as_bytes().to_vec());
    Date => |v| Self::Text(Cow::Owned(v.to_string()));
    Timestamp => |v| Self::Instant(v);
    Vec<u8> => |v| Self::Bytes(v);
    [u8; 32] => |v| Self::Bytes(v.to_vec());
    i64 => |v| Self::Int(v);
    u32 => |v| Self::Int(v.into());
    bool => |v| Self::Bool(v);
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// What a statement must find or touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Expect {
    /// It touches exactly so many rows.
    Rows(u64),
    /// It selects at least one row: a guard, which writes nothing.
    Found,
    /// It touches any number of rows.
    Any,
}

/// One statement of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub(crate) sql: &'static str,
    pub(crate) args: Vec<Value>,
    pub(crate) expect: Expect,
    pub(crate) otherwise: Conflict,
    /// What its plan holds from its start to its end, where several plans run at once.
    pub(crate) holds: Vec<Hold>,
}

impl Statement {
    /// A statement that touches one row, or else its plan is undone with `otherwise`.
    pub(crate) fn one(sql: &'static str, args: Vec<Value>, otherwise: Conflict) -> Self {
        Self { sql, args, expect: Expect::Rows(1), otherwise, holds: Vec::new() }
    }

    /// A statement that touches as many rows as there are. `otherwise` never comes of it, but is what
    /// it is about.
    pub(crate) fn any(sql: &'static str, args: Vec<Value>, otherwise: Conflict) -> Self {
        Self { sql, args, expect: Expect::Any, otherwise, holds: Vec::new() }
    }

    /// A guard: a `SELECT` that finds a row, or else its plan is undone with `otherwise`.
    pub(crate) fn guard(sql: &'static str, args: Vec<Value>, otherwise: Conflict) -> Self {
        Self { sql, args, expect: Expect::Found, otherwise, holds: Vec::new() }
    }

    /// The same statement, for whose plan something is held.
    pub(crate) fn holding(mut self, hold: Hold) -> Self {
        self.holds.push(hold);
        self
    }

    /// The name that its text begins with, as `file::function`.
    pub fn name(&self) -> &'static str {
        name(self.sql)
    }
}

/// The name in the comment that a statement's text begins with.
pub(crate) fn name(sql: &str) -> &str {
    sql.lines().next().and_then(|line| line.strip_prefix("-- ")).unwrap_or("unnamed")
}

/// One transaction: committed whole or not at all.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a plan does nothing until it is committed"]
pub struct Plan {
    statements: Vec<Statement>,
}

impl Plan {
    /// A plan about a client: starts with its entry in the use log (LOG-01, rule L1).
    pub fn recorded(entry: UseEntry) -> Self {
        Self { statements: vec![use_log::insert(entry)] }
    }

    /// A plan of upkeep, such as an import, the issue of a token or a migration: starts with its
    /// entry in the administration log.
    pub fn administrative(entry: AdministrativeEntry) -> Self {
        Self { statements: vec![administration_log::insert(entry)] }
    }

    /// A plan that takes entries of the logs into their tree. It has no entry of its own, for that would have to
    /// be sealed in turn.
    pub fn sealing(batch: Batch) -> Self {
        Self { statements: log_tree::seal(batch) }
    }

    /// A plan that keeps what a witness has signed of the tree; without an entry for the same reason.
    pub fn cosigned(cosignature: Statement) -> Self {
        Self { statements: vec![cosignature] }
    }

    /// Adds another entry to the use log, such as for each further client of a joint case.
    pub fn also_recorded(&mut self, entry: UseEntry) {
        self.statements.push(use_log::insert(entry));
    }

    /// Adds an entry to the disclosure log: the data of a controller that the plan discloses (LOG-02).
    pub fn also_disclosed(&mut self, entry: DisclosureEntry) {
        self.statements.push(disclosure_log::insert(entry));
    }

    /// Adds a statement.
    pub fn push(&mut self, statement: Statement) {
        self.statements.push(statement);
    }

    /// Takes in another plan, log entries and all: both are carried out, or neither.
    pub fn append(&mut self, other: Self) {
        self.statements.extend(other.statements);
    }

    /// The same plan with one more statement.
    pub fn with(mut self, statement: Statement) -> Self {
        self.push(statement);
        self
    }

    /// The statements in the order in which they run.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The bytes of all arguments together, roughly: what the plan costs in memory and on disk.
    pub fn size(&self) -> usize {
        self.statements.iter().flat_map(|s| &s.args).map(Value::size).sum()
    }
}

impl Extend<Statement> for Plan {
    fn extend<I: IntoIterator<Item = Statement>>(&mut self, statements: I) {
        self.statements.extend(statements);
    }
}
