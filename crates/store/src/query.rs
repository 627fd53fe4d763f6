//! Reads as values: a [`Query`] is a text, its arguments and the decoder of a row; a [`Select`]
//! grows one. Nothing here knows a database.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use varanto_model::{Code, Digest, Generation, Group, MediaType, Oid};

use crate::error::{Corrupt, StoreError};
use crate::plan::{Value, name};

/// The most values that one filter takes.
pub const MAX_VALUES: usize = 128;
/// The most documents that a list leaves out by name.
pub const MAX_LEFT_OUT: usize = 8_192;

/// The most rows that one query of a list gives.
pub const MAX_PAGE: u32 = 1000;

/// A read: fetched by [`crate::Database::fetch`].
pub struct Query<T> {
    pub(crate) sql: Cow<'static, str>,
    pub(crate) name: &'static str,
    pub(crate) args: Vec<Value>,
    pub(crate) decode: Decode<T>,
}

/// Makes a value from a row, by position.
pub(crate) type Decode<T> = fn(&dyn Row) -> Result<T, Corrupt>;

impl<T> Query<T> {
    pub(crate) fn new(sql: &'static str, args: Vec<Value>, decode: Decode<T>) -> Self {
        Self { sql: Cow::Borrowed(sql), name: name(sql), args, decode }
    }

    /// The name that its text begins with, as `file::function`.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl<T> fmt::Debug for Query<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.name).finish()
    }
}

/// Queries that are fetched in one go: one, several of a kind, or two or three of different kinds.
/// To hand a query over to the database costs more than a look-up by key: what can be asked together
/// is.
pub trait Queries: Send + Sync + 'static {
    /// The rows, in the same shape.
    type Rows: Send + 'static;

    /// The queries in their order, for a database that is asked all at once and answers later.
    fn each(&self, ask: &mut dyn FnMut(Asked<'_>));

    /// Takes the rows of each from where they come, one after another in the same order.
    fn fetch_from<S: Source>(self, source: &S) -> Result<Self::Rows, StoreError>;
}

/// A query without what its rows mean.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub(crate) sql: &'a str,
    pub(crate) name: &'static str,
    pub(crate) args: &'a [Value],
}

/// Where rows come from.
pub trait Source {
    /// All rows of the next query, decoded.
    fn rows<T>(&self, query: &Query<T>) -> Result<Vec<T>, StoreError>;
}

impl<T: Send + 'static> Queries for Query<T> {
    type Rows = Vec<T>;

    fn each(&self, ask: &mut dyn FnMut(Asked<'_>)) {
        ask(Asked { sql: &self.sql, name: self.name, args: &self.args });
    }

    fn fetch_from<S: Source>(self, source: &S) -> Result<Self::Rows, StoreError> {
        source.rows(&self)
    }
}

impl<Q: Queries> Queries for Vec<Q> {
    type Rows = Vec<Q::Rows>;

    fn each(&self, ask: &mut dyn FnMut(Asked<'_>)) {
        for query in self {
            query.each(ask);
        }
    }

    fn fetch_from<S: Source>(self, source: &S) -> Result<Self::Rows, StoreError> {
        self.into_iter().map(|query| query.fetch_from(source)).collect()
    }
}

impl<A: Queries, B: Queries> Queries for (A, B) {
    type Rows = (A::Rows, B::Rows);

    fn each(&self, ask: &mut dyn FnMut(Asked<'_>)) {
        self.0.each(ask);
        self.1.each(ask);
    }

    fn fetch_from<S: Source>(self, source: &S) -> Result<Self::Rows, StoreError> {
        Ok((self.0.fetch_from(source)?, self.1.fetch_from(source)?))
    }
}

impl<A: Queries, B: Queries, C: Queries> Queries for (A, B, C) {
    type Rows = (A::Rows, B::Rows, C::Rows);

    fn each(&self, ask: &mut dyn FnMut(Asked<'_>)) {
        self.0.each(ask);
        self.1.each(ask);
        self.2.each(ask);
    }

    fn fetch_from<S: Source>(self, source: &S) -> Result<Self::Rows, StoreError> {
        Ok((self.0.fetch_from(source)?, self.1.fetch_from(source)?, self.2.fetch_from(source)?))
    }
}

/// What every driver can read from a row, by position from 0.
pub(crate) trait Row {
    fn is_null(&self, column: usize) -> bool;
    fn uuid(&self, column: usize) -> Result<Uuid, Corrupt>;
    fn text(&self, column: usize) -> Result<&str, Corrupt>;
    fn instant(&self, column: usize) -> Result<Timestamp, Corrupt>;
    fn bytes(&self, column: usize) -> Result<&[u8], Corrupt>;
    fn int(&self, column: usize) -> Result<i64, Corrupt>;
    fn bool(&self, column: usize) -> Result<bool, Corrupt>;
}

impl dyn Row + '_ {
    /// `None` where the column is null, else what `read` gives.
    pub(crate) fn maybe<'a, T>(
        &'a self,
        column: usize,
        read: impl FnOnce(&'a Self, usize) -> Result<T, Corrupt>,
    ) -> Result<Option<T>, Corrupt> {
        if self.is_null(column) { Ok(None) } else { read(self, column).map(Some) }
    }

    pub(crate) fn key(&self, column: usize) -> Result<Uuid, Corrupt> {
        self.uuid(column)
    }

    pub(crate) fn whole(&self, column: usize) -> Result<i64, Corrupt> {
        self.int(column)
    }

    pub(crate) fn string(&self, column: usize) -> Result<String, Corrupt> {
        self.text(column).map(str::to_owned)
    }

    pub(crate) fn vec(&self, column: usize) -> Result<Vec<u8>, Corrupt> {
        self.bytes(column).map(<[u8]>::to_vec)
    }

    pub(crate) fn oid(&self, column: usize) -> Result<Oid, Corrupt> {
        let text = self.text(column)?;
        Oid::parse(text).map_err(|_| Corrupt { column, wanted: "object identifier" })
    }

    pub(crate) fn code(&self, column: usize) -> Result<Code, Corrupt> {
        Code::parse(self.text(column)?).map_err(|_| Corrupt { column, wanted: "code" })
    }

    pub(crate) fn group(&self, column: usize) -> Result<Group, Corrupt> {
        Group::parse(self.text(column)?).ok_or(Corrupt { column, wanted: "group" })
    }

    pub(crate) fn generation(&self, column: usize) -> Result<Generation, Corrupt> {
        Generation::parse(self.text(column)?).ok_or(Corrupt { column, wanted: "generation" })
    }

    pub(crate) fn media_type(&self, column: usize) -> Result<MediaType, Corrupt> {
        MediaType::parse(self.text(column)?).ok_or(Corrupt { column, wanted: "media type" })
    }

    pub(crate) fn digest(&self, column: usize) -> Result<Digest, Corrupt> {
        self.hash(column).map(Digest::new)
    }

    pub(crate) fn date(&self, column: usize) -> Result<Date, Corrupt> {
        self.text(column)?.parse().map_err(|_| Corrupt { column, wanted: "day" })
    }

    pub(crate) fn hash(&self, column: usize) -> Result<[u8; 32], Corrupt> {
        self.bytes(column)?.try_into().map_err(|_| Corrupt { column, wanted: "hash" })
    }

    pub(crate) fn number(&self, column: usize) -> Result<u32, Corrupt> {
        self.int(column)?.try_into().map_err(|_| Corrupt { column, wanted: "small number" })
    }

    /// Keys that were written with [`keys`].
    pub(crate) fn keys(&self, column: usize) -> Result<Vec<Uuid>, Corrupt> {
        let (keys, rest) = self.bytes(column)?.as_chunks::<16>();
        if rest.is_empty() {
            Ok(keys.iter().map(|key| Uuid::from_bytes(*key)).collect())
        } else {
            Err(Corrupt { column, wanted: "list of keys" })
        }
    }

    /// A value that was written with [`json`].
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T, Corrupt> {
        serde_json::from_str(self.text(column)?)
            .map_err(|_| Corrupt { column, wanted: "list in JSON" })
    }
}

/// A list as text in JSON, read again with [`Row::json`].
pub(crate) fn json<T: serde::Serialize>(items: &[T]) -> Value {
    serde_json::to_string(items).unwrap_or_default().into()
}

/// Keys one after another, sixteen bytes each, read again with [`Row::keys`].
pub(crate) fn keys(keys: &[Uuid]) -> Value {
    keys.iter().flat_map(|key| *key.as_bytes()).collect::<Vec<u8>>().into()
}

/// A filter holds more values than it takes: [`MAX_VALUES`], and of documents that are left out
/// [`MAX_LEFT_OUT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a filter takes at most {MAX_VALUES} values, and leaves out at most {MAX_LEFT_OUT} documents"
)]
pub struct TooManyValues;

/// A query whose `WHERE` grows.
pub(crate) struct Select {
    name: &'static str,
    sql: String,
    args: Vec<Value>,
}

impl Select {
    /// Starts with a text that ends in a `WHERE` clause.
    pub(crate) fn new<const N: usize>(text: &'static str, args: [Value; N]) -> Self {
        Self { name: name(text), sql: String::with_capacity(text.len() + 256), args: vec![] }
            .push(text, args)
    }

    /// Appends `text`; each `?` in it takes the next argument.
    pub(crate) fn push<const N: usize>(mut self, text: &'static str, args: [Value; N]) -> Self {
        let mut parts = text.split('?');
        self.sql.push_str(parts.next().unwrap_or_default());
        for (part, arg) in parts.zip(args) {
            self.place(arg);
            self.sql.push_str(part);
        }
        self
    }

    /// Appends `text` where there is a value.
    pub(crate) fn when<T: Into<Value>>(self, value: Option<T>, text: &'static str) -> Self {
        match value {
            Some(value) => self.push(text, [value.into()]),
            None => self,
        }
    }

    /// Appends `text IN (…)` and `close` where there are values. The list is filled up to a power of
    /// two by repeating its last value, so that few texts exist and prepared statements are reused.
    pub(crate) fn within<T: Into<Value> + Clone>(
        self,
        text: &'static str,
        values: &[T],
        close: &'static str,
    ) -> Result<Self, TooManyValues> {
        self.listed(text, " IN (", (values, MAX_VALUES), close)
    }

    /// Appends `text IN (…)`; where there are no values, what nothing meets.
    pub(crate) fn among<T: Into<Value> + Clone>(
        self,
        text: &'static str,
        values: &[T],
    ) -> Result<Self, TooManyValues> {
        if values.is_empty() { Ok(self.push("false", [])) } else { self.within(text, values, "") }
    }

    /// Appends `text NOT IN (…)` and `close` in the same way. A null in a column is never outside a
    /// list: the text lets it pass where it has to.
    pub(crate) fn without<T: Into<Value> + Clone>(
        self,
        text: &'static str,
        values: &[T],
        close: &'static str,
    ) -> Result<Self, TooManyValues> {
        self.listed(text, " NOT IN (", (values, MAX_VALUES), close)
    }

    /// The same for up to [`MAX_LEFT_OUT`] values: rather a long text than an answer that takes the longer
    /// the more is left out.
    pub(crate) fn without_many<T: Into<Value> + Clone>(
        self,
        text: &'static str,
        values: &[T],
    ) -> Result<Self, TooManyValues> {
        self.listed(text, " NOT IN (", (values, MAX_LEFT_OUT), "")
    }

    fn listed<T: Into<Value> + Clone>(
        mut self,
        text: &'static str,
        start: &'static str,
        (values, bound): (&[T], usize),
        close: &'static str,
    ) -> Result<Self, TooManyValues> {
        let Some(last) = values.last() else { return Ok(self) };
        if values.len() > bound {
            return Err(TooManyValues);
        }
        self.sql.push_str(text);
        let padding = values.len().next_power_of_two() - values.len();
        let all = values.iter().chain(std::iter::repeat_n(last, padding));
        for (at, value) in all.enumerate() {
            self.sql.push_str(if at == 0 { start } else { ", " });
            self.place(value.clone().into());
        }
        self.sql.push(')');
        self.sql.push_str(close);
        Ok(self)
    }

    pub(crate) fn decode<T>(self, decode: Decode<T>) -> Query<T> {
        Query { sql: Cow::Owned(self.sql), name: self.name, args: self.args, decode }
    }

    fn place(&mut self, arg: Value) {
        self.args.push(arg);
        // Writing to a string cannot fail.
        let _ = write!(self.sql, "${}", self.args.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(select: Select) -> String {
        select.decode(|row| row.int(0)).sql.into_owned()
    }

    #[test]
    fn each_mark_takes_the_next_number() {
        let select = Select::new("SELECT 1 FROM t WHERE a = ?", [1_i64.into()])
            .when(Some(2_i64), " AND b = ?")
            .when(None::<i64>, " AND c = ?")
            .push(" AND (d, e) < (?, ?)", [3_i64.into(), 4_i64.into()]);
        assert_eq!(text(select), "SELECT 1 FROM t WHERE a = $1 AND b = $2 AND (d, e) < ($3, $4)");
    }

    #[test]
    fn lists_are_filled_to_a_power_of_two_and_bounded() {
        let select = |n: usize| {
            Select::new("SELECT 1 FROM t WHERE true", []).within(" AND a", &vec![7_i64; n], "")
        };
        assert_eq!(text(select(0).unwrap()), "SELECT 1 FROM t WHERE true");
        assert_eq!(text(select(1).unwrap()), "SELECT 1 FROM t WHERE true AND a IN ($1)");
        assert_eq!(text(select(3).unwrap()), text(select(4).unwrap()));
        assert!(select(MAX_VALUES).is_ok());
        assert!(select(MAX_VALUES + 1).is_err());
    }
}
