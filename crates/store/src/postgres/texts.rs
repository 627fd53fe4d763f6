//! The texts of statements as they are sent to PostgreSQL.
//!
//! A plan goes to the server in one flight, its COMMIT with it: so the server itself has to notice where a
//! statement misses what it must find. Such a statement is wrapped so that a miss divides by zero, which no
//! text of ours does otherwise, and the COMMIT becomes a ROLLBACK.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::plan::{Expect, Statement};

/// Texts that were made before, by the places of their originals in memory: there are only so many statements.
#[derive(Debug, Default)]
pub(super) struct Texts {
    made: RwLock<HashMap<(usize, Expect), Known>>,
}

/// What is known of a statement's text.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// As it is sent.
    pub(super) text: Arc<str>,
    /// Its parts, where it inserts one row of arguments.
    pub(super) insert: Option<Insert>,
}

impl Texts {
    /// What is sent for a statement.
    pub(super) fn of(&self, statement: &Statement) -> Arc<str> {
        self.known(statement).text
    }

    /// What is known of a statement's text.
    pub(super) fn known(&self, statement: &Statement) -> Known {
        let key = (statement.sql.as_ptr().addr(), statement.expect);
        let made = self.made.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        made.unwrap_or_else(|| {
            let text = Arc::from(text(statement.sql, statement.expect));
            let known = Known { text, insert: Insert::of(statement.sql) };
            let mut made = self.made.write().unwrap_or_else(PoisonError::into_inner);
            made.entry(key).or_insert(known).clone()
        })
    }
}

/// The text of a statement that fails where it misses.
pub(crate) fn text(sql: &'static str, expect: Expect) -> String {
    let (name, body) = sql.split_once('\n').unwrap_or(("-- unnamed", sql));
    match expect {
        Expect::Any => sql.to_owned(),
        Expect::Rows(1) if Insert::cannot_miss(sql) => sql.to_owned(),
        Expect::Rows(rows) => format!(
            "{name}\nWITH touched AS ({body} RETURNING 1)\n\
             SELECT 1 / (count(*) = {rows})::int FROM touched"
        ),
        Expect::Found => format!("{name}\nSELECT 1 / (EXISTS ({body}))::int"),
    }
}

/// An `INSERT` of one row of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Insert {
    /// Table and columns, as they stand in the text.
    pub(super) into: &'static str,
    /// Does nothing stand behind the values? Such a statement touches one row or fails.
    pub(super) plain: bool,
}

impl Insert {
    /// The parts of a text that inserts its arguments in their order.
    pub(super) fn of(sql: &'static str) -> Option<Self> {
        let body = sql.split_once('\n')?.1;
        let (into, values) = body.strip_prefix("INSERT INTO ")?.split_once("VALUES (")?;
        let into = into.trim_end();
        let (values, rest) = values.split_once(')')?;
        let in_order = values.split(',').zip(1..).all(|(mark, n)| mark.trim() == format!("${n}"));
        in_order.then_some(Self { into, plain: rest.is_empty() })
    }

    /// Does the statement touch one row or fail? An entry of a log is counted all the same: where somebody has put a
    /// trigger before the table that lets entries vanish, nothing is done without one.
    fn cannot_miss(sql: &'static str) -> bool {
        Self::of(sql).is_some_and(|insert| insert.plain && !insert.is_of_a_log())
    }

    /// The name of the table.
    pub(super) fn table(self) -> &'static str {
        self.into.split([' ', '(']).next().unwrap_or_default()
    }

    /// Does it put an entry into a log?
    pub(super) fn is_of_a_log(self) -> bool {
        const LOGS: [&str; 3] = ["use_entry ", "disclosure_entry ", "administrative_entry "];
        LOGS.iter().any(|log| self.into.starts_with(log))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSERT: &str = "-- a::insert\nINSERT INTO a (b,\n    c)\nVALUES ($1, $2)";
    const UPSERT: &str = "-- a::upsert\nINSERT INTO a (b) VALUES ($1)\nON CONFLICT (b) DO NOTHING";

    #[test]
    fn what_cannot_miss_is_sent_as_it_is() {
        assert_eq!(text(INSERT, Expect::Rows(1)), INSERT);
        let delete = "-- a::clear\nDELETE FROM a";
        assert_eq!(text(delete, Expect::Any), delete);
    }

    /// REQ LOG-01
    #[test]
    fn entries_of_logs_are_counted() {
        for log in ["use", "disclosure", "administrative"] {
            let sql = format!("-- a::b\nINSERT INTO {log}_entry (id) VALUES ($1)");
            assert!(text(sql.leak(), Expect::Rows(1)).contains("touched"));
        }
    }

    #[test]
    fn what_can_miss_fails_at_the_server() {
        assert_eq!(
            text("-- a::raise\nUPDATE a SET b = 1", Expect::Rows(1)),
            "-- a::raise\nWITH touched AS (UPDATE a SET b = 1 RETURNING 1)\n\
             SELECT 1 / (count(*) = 1)::int FROM touched"
        );
        assert_eq!(
            text("-- a::guard\nSELECT 1 FROM a", Expect::Found),
            "-- a::guard\nSELECT 1 / (EXISTS (SELECT 1 FROM a))::int"
        );
        assert!(text(UPSERT, Expect::Rows(1)).contains("touched"));
    }

    #[test]
    fn the_table_of_an_insert_is_told_where_its_arguments_stand_in_order() {
        assert_eq!(Insert::of(INSERT).unwrap(), Insert { into: "a (b,\n    c)", plain: true });
        assert_eq!(Insert::of("-- a::b\nINSERT INTO a (b, c)\nVALUES ($2, $1)"), None);
        assert_eq!(Insert::of("-- a::b\nINSERT INTO a (b)\nVALUES ('x')"), None);
        assert_eq!(Insert::of("-- a::b\nUPDATE a SET b = $1"), None);
    }
}
