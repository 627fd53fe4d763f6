//! Between our few types of values and PostgreSQL's, and from its errors to ours.

use std::error::Error as StdError;

use jiff::Timestamp;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::error::{Corrupt, FailureCode, StoreError};
use crate::plan::Value;
use crate::query::Row;

/// Arguments as the driver takes them.
pub(super) fn borrowed<'a>(
    args: impl IntoIterator<Item = &'a Value>,
) -> Vec<&'a (dyn ToSql + Sync)> {
    args.into_iter().map(|arg| arg as &(dyn ToSql + Sync)).collect()
}

type Refused = Box<dyn StdError + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Refused> {
        match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Uuid(uuid) => out.extend_from_slice(uuid.as_bytes()),
            Self::Text(text) => out.extend_from_slice(text.as_bytes()),
            Self::Bytes(bytes) => out.extend_from_slice(bytes),
            Self::Instant(at) => whole(at.as_microsecond(), ty, out)?,
            Self::Int(int) => whole(*int, ty, out)?,
            Self::Bool(bool) => whole((*bool).into(), ty, out)?,
        }
        Ok(IsNull::No)
    }

    /// What a text makes of an argument is seen when its statement is prepared; a test prepares all.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn whole(number: i64, ty: &Type, out: &mut BytesMut) -> Result<(), Refused> {
    match *ty {
        Type::INT8 => out.extend_from_slice(&number.to_be_bytes()),
        Type::INT4 => out.extend_from_slice(&i32::try_from(number)?.to_be_bytes()),
        Type::INT2 => out.extend_from_slice(&i16::try_from(number)?.to_be_bytes()),
        Type::BOOL => out.extend_from_slice(&[u8::from(number != 0)]),
        _ => return Err("a number has no place here".into()),
    }
    Ok(())
}

/// A whole number or a truth value of any width.
struct Whole(i64);

impl FromSql<'_> for Whole {
    fn from_sql(_: &Type, raw: &[u8]) -> Result<Self, Refused> {
        Ok(Self(match raw {
            [byte] => i64::from(*byte),
            [a, b] => i64::from(i16::from_be_bytes([*a, *b])),
            [a, b, c, d] => i64::from(i32::from_be_bytes([*a, *b, *c, *d])),
            raw => i64::from_be_bytes(raw.try_into()?),
        }))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL)
    }
}

/// Bytes of whatever holds them: a key is sixteen.
struct Raw<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Refused> {
        Ok(Self(raw))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::BYTEA | Type::UUID)
    }
}

/// Whether there is a value at all.
struct Any;

impl FromSql<'_> for Any {
    fn from_sql(_: &Type, _: &[u8]) -> Result<Self, Refused> {
        Ok(Self)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

fn get<'a, T: FromSql<'a>>(
    row: &'a tokio_postgres::Row,
    column: usize,
    wanted: &'static str,
) -> Result<T, Corrupt> {
    row.try_get(column).map_err(|_| Corrupt { column, wanted })
}

impl Row for tokio_postgres::Row {
    fn is_null(&self, column: usize) -> bool {
        matches!(self.try_get::<_, Option<Any>>(column), Ok(None))
    }

    fn uuid(&self, column: usize) -> Result<Uuid, Corrupt> {
        Uuid::from_slice(self.bytes(column)?).map_err(|_| Corrupt { column, wanted: "key" })
    }

    fn text(&self, column: usize) -> Result<&str, Corrupt> {
        get(self, column, "text")
    }

    fn instant(&self, column: usize) -> Result<Timestamp, Corrupt> {
        let corrupt = Corrupt { column, wanted: "instant" };
        let Whole(microsecond) = get(self, column, corrupt.wanted)?;
        Timestamp::from_microsecond(microsecond).map_err(|_| corrupt)
    }

    fn bytes(&self, column: usize) -> Result<&[u8], Corrupt> {
        get(self, column, "bytes").map(|Raw(bytes)| bytes)
    }

    fn int(&self, column: usize) -> Result<i64, Corrupt> {
        get(self, column, "number").map(|Whole(number)| number)
    }

    fn bool(&self, column: usize) -> Result<bool, Corrupt> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Corrupt { column, wanted: "truth value" }),
        }
    }
}

/// What an error means for whoever has to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The same key was stored before.
    Duplicate,
    /// A statement missed what it had to find: see [`super::texts::text`].
    Missed,
    /// Another transaction was in the way: nothing was kept, and it may be carried out again at once.
    Repeat(&'static str),
    /// It did not get to it in time. Nothing was kept.
    Busy,
    /// The connection is gone, and what was sent last may have been carried out or not.
    Lost,
    /// An earlier statement of the transaction failed.
    Aborted,
    /// The database refused. Nothing was kept.
    Failed(FailureCode, &'static str),
}

impl Trouble {
    pub(crate) fn of(error: &tokio_postgres::Error) -> Self {
        let Some(state) = error.code() else {
            // Without a word of the server: closed, cut, or what cannot be encoded.
            let encoding = error.to_string().starts_with("error serializing");
            return if encoding {
                Self::Failed(FailureCode::Driver, "the driver refused")
            } else {
                Self::Lost
            };
        };
        if *state == SqlState::UNIQUE_VIOLATION {
            Self::Duplicate
        } else if *state == SqlState::DIVISION_BY_ZERO {
            Self::Missed
        } else if *state == SqlState::IN_FAILED_SQL_TRANSACTION {
            Self::Aborted
        } else if *state == SqlState::T_R_SERIALIZATION_FAILURE {
            Self::Repeat("serialisation")
        } else if *state == SqlState::T_R_DEADLOCK_DETECTED {
            Self::Repeat("deadlock")
        } else if *state == SqlState::FEATURE_NOT_SUPPORTED
            && error.as_db_error().is_some_and(|e| e.routine() == Some("RevalidateCachedQuery"))
        {
            // A migration has changed a table under a prepared statement.
            Self::Lost
        } else if [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::QUERY_CANCELED,
            SqlState::TOO_MANY_CONNECTIONS,
        ]
        .contains(state)
        {
            Self::Busy
        } else if is_away(state) {
            Self::Lost
        } else {
            let code = state
                .code()
                .as_bytes()
                .try_into()
                .map_or(FailureCode::Driver, FailureCode::Postgres);
            Self::Failed(code, reason(state.code()))
        }
    }

    /// As an error of the store, where it is final.
    pub(crate) fn error(self, statement: &'static str) -> StoreError {
        match self {
            Self::Failed(code, reason) => StoreError::Failed { statement, code, reason },
            Self::Duplicate => failed(statement, SqlState::UNIQUE_VIOLATION),
            Self::Missed => failed(statement, SqlState::DIVISION_BY_ZERO),
            Self::Aborted => failed(statement, SqlState::IN_FAILED_SQL_TRANSACTION),
            Self::Busy | Self::Repeat(_) | Self::Lost => StoreError::Busy,
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the constants are given")]
fn failed(statement: &'static str, state: SqlState) -> StoreError {
    let code =
        state.code().as_bytes().try_into().map_or(FailureCode::Driver, FailureCode::Postgres);
    StoreError::Failed { statement, code, reason: reason(state.code()) }
}

/// Class 08 and 57P0x: the server closes, restarts or recovers. 25006 and 25P03: it takes no writes any more, as
/// after a change of the primary, or has ended the session.
fn is_away(state: &SqlState) -> bool {
    let code = state.code();
    code.starts_with("08") || code.starts_with("57P") || code == "25006" || code == "25P03"
}

/// A fixed text for the class of an SQLSTATE: the server's own words may hold values.
fn reason(state: &str) -> &'static str {
    match state.get(..2) {
        Some("22") => "a value does not fit",
        Some("23") => "a constraint is violated",
        Some("25") => "the transaction is in another state",
        Some("28") => "the server does not let us in",
        Some("3D" | "3F") => "there is no such database or schema",
        Some("42") => "the schema is not the expected one, or a right is missing",
        Some("53") => "the server lacks resources, such as room on its disk",
        Some("54") => "a limit of the server is reached",
        Some("55") => "the server is not in the state for it",
        Some("58") => "the server's disk or system fails",
        Some("XX") => "the server finds its data damaged",
        _ => "the server refused",
    }
}

/// For errors outside plans and queries.
pub(crate) fn refused(doing: &'static str) -> impl Fn(tokio_postgres::Error) -> StoreError {
    move |error| Trouble::of(&error).error(doing)
}
