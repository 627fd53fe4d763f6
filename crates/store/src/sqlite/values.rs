//! Between our few types of values and SQLite's, and from its errors to ours.

use jiff::Timestamp;
use rusqlite::types::{FromSql, ToSqlOutput, ValueRef};
use rusqlite::{Statement, ToSql};
use uuid::Uuid;

use crate::error::{Corrupt, FailureCode, StoreError};
use crate::plan::Value;
use crate::query::Row;

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Uuid(uuid) => ValueRef::Blob(uuid.as_bytes()),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Instant(at) => ValueRef::Integer(at.as_microsecond()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Int(int) => ValueRef::Integer(*int),
            Self::Bool(bool) => ValueRef::Integer((*bool).into()),
        }))
    }
}

fn get<T: FromSql>(
    row: &rusqlite::Row<'_>,
    column: usize,
    wanted: &'static str,
) -> Result<T, Corrupt> {
    row.get(column).map_err(|_| Corrupt { column, wanted })
}

impl Row for rusqlite::Row<'_> {
    fn is_null(&self, column: usize) -> bool {
        matches!(self.get_ref(column), Ok(ValueRef::Null))
    }

    fn uuid(&self, column: usize) -> Result<Uuid, Corrupt> {
        Uuid::from_slice(self.bytes(column)?).map_err(|_| Corrupt { column, wanted: "key" })
    }

    fn text(&self, column: usize) -> Result<&str, Corrupt> {
        let corrupt = Corrupt { column, wanted: "text" };
        self.get_ref(column).map_err(|_| corrupt)?.as_str().map_err(|_| corrupt)
    }

    fn instant(&self, column: usize) -> Result<Timestamp, Corrupt> {
        Timestamp::from_microsecond(get(self, column, "instant")?)
            .map_err(|_| Corrupt { column, wanted: "instant" })
    }

    fn bytes(&self, column: usize) -> Result<&[u8], Corrupt> {
        let corrupt = Corrupt { column, wanted: "bytes" };
        self.get_ref(column).map_err(|_| corrupt)?.as_blob().map_err(|_| corrupt)
    }

    fn int(&self, column: usize) -> Result<i64, Corrupt> {
        get(self, column, "number")
    }

    fn bool(&self, column: usize) -> Result<bool, Corrupt> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Corrupt { column, wanted: "truth value" }),
        }
    }
}

/// Binds by position: each text names its arguments `$1`, `$2` … in that order, which a test checks.
pub(super) fn bind(statement: &mut Statement<'_>, args: &[Value]) -> rusqlite::Result<()> {
    if statement.parameter_count() != args.len() {
        return Err(rusqlite::Error::InvalidParameterCount(
            args.len(),
            statement.parameter_count(),
        ));
    }
    for (at, arg) in args.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, arg)?;
    }
    Ok(())
}

/// Our error for one of SQLite's, with its fixed texts only: those never hold a value.
pub(crate) fn failed(statement: &'static str, error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error() {
        Some(e) if is_busy(e.code) => StoreError::Busy,
        Some(e) => StoreError::Failed {
            statement,
            code: FailureCode::Sqlite(e.extended_code),
            reason: rusqlite::ffi::code_to_str(e.extended_code),
        },
        None => {
            let reason = "the driver refused";
            StoreError::Failed { statement, code: FailureCode::Driver, reason }
        }
    }
}

fn is_busy(code: rusqlite::ErrorCode) -> bool {
    matches!(code, rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
}

/// Was a key stored before? Other broken constraints are defects, not conflicts.
pub(super) fn is_duplicate(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
    error.sqlite_error().is_some_and(|e| {
        matches!(e.extended_code, SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE)
    })
}
