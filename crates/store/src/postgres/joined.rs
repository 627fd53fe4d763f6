//! Statements of a plan put together, so that few go to the server.
//!
//! What a statement costs is for the greater part its message: to be read, bound, started, ended and answered.
//! So statements that follow each other and cannot see each other's work – inserts of arguments, and guards over
//! other tables – go as one, of which each is a part; and many equal inserts go as one of many rows. Such a
//! statement does all that its parts do, or fails. It does not tell which part failed: then the plan, of which
//! nothing was kept, is carried out statement by statement.

use std::collections::HashMap;
use std::iter;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use super::texts::{Insert, Texts};
use crate::plan::{Expect, Statement, Value};

/// The most parts of a statement.
const MAX_PARTS: usize = 12;
/// How many equal inserts go together.
const ROWS: [usize; 3] = [64, 16, 4];
/// How many texts of several parts are kept, and prepared on each connection: plans have few forms. What would
/// be one more goes in its parts.
const MAX_TEXTS: usize = 128;

/// A statement as it is sent.
pub(super) struct Sending<'a> {
    pub(super) text: Arc<str>,
    pub(super) args: Vec<&'a Value>,
    /// Which statements of the flight it stands for.
    pub(super) stands_for: Range<usize>,
}

/// A statement of a plan, by the place of its text in memory.
type Key = (usize, Expect);

/// Texts of several parts that were made before.
#[derive(Debug, Default)]
pub(super) struct Joined {
    made: RwLock<HashMap<Vec<Key>, Arc<str>>>,
}

/// What a statement is as a part of one.
#[derive(Clone, Copy)]
enum Part {
    /// It selects a row, or the whole fails.
    Guard,
    /// It inserts a row of arguments.
    Insert(Insert),
}

/// A statement of a plan, and what it is as a part; `None` for what is sent alone.
type Step<'a> = (&'a Statement, Option<Part>);

fn step<'a>(statement: &'a Statement, texts: &Texts) -> Step<'a> {
    let part = match statement.expect {
        Expect::Found => Some(Part::Guard),
        Expect::Rows(1) => {
            texts.known(statement).insert.filter(|insert| insert.plain).map(Part::Insert)
        }
        Expect::Rows(_) | Expect::Any => None,
    };
    (statement, part)
}

/// Each statement for itself.
pub(super) fn apart<'a>(statements: &[&'a Statement], texts: &Texts) -> Vec<Sending<'a>> {
    statements.iter().enumerate().map(|(at, statement)| single(statement, at, texts)).collect()
}

fn single<'a>(statement: &'a Statement, at: usize, texts: &Texts) -> Sending<'a> {
    let args = statement.args.iter().collect();
    Sending { text: texts.of(statement), args, stands_for: at..at + 1 }
}

impl Joined {
    /// As few as may be, in the order of the plan, of which `before` statements come before it in the flight.
    pub(super) fn of<'a>(
        &self,
        statements: &'a [Statement],
        before: usize,
        texts: &Texts,
    ) -> Vec<Sending<'a>> {
        let steps: Vec<Step<'a>> = statements.iter().map(|s| step(s, texts)).collect();
        let mut sendings = Vec::new();
        let mut rest = steps.as_slice();
        while let Some((first, _)) = rest.first() {
            let at = before + steps.len() - rest.len();
            let several = several(rest).and_then(|(count, make)| {
                let (these, after) = rest.split_at_checked(count)?;
                Some((self.text(these, make)?, these, after))
            });
            if let Some((text, these, after)) = several {
                let args = these.iter().flat_map(|(statement, _)| &statement.args).collect();
                sendings.push(Sending { text, args, stands_for: at..at + these.len() });
                rest = after;
            } else {
                sendings.push(single(first, at, texts));
                rest = rest.get(1..).unwrap_or_default();
            }
        }
        sendings
    }

    /// None where enough texts are kept.
    fn text(&self, these: &[Step<'_>], make: Make) -> Option<Arc<str>> {
        let key: Vec<Key> = these.iter().map(|(s, _)| (s.sql.as_ptr().addr(), s.expect)).collect();
        let made = self.made.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        made.or_else(|| {
            let mut made = self.made.write().unwrap_or_else(PoisonError::into_inner);
            let has_room = made.len() < MAX_TEXTS;
            has_room.then(|| Arc::clone(made.entry(key).or_insert(make(these).into())))
        })
    }
}

/// Makes the text that stands for several statements.
type Make = fn(&[Step<'_>]) -> String;

/// How many of the next statements go as one, and how its text is made; `None` where the first goes alone.
fn several(steps: &[Step<'_>]) -> Option<(usize, Make)> {
    match rows(steps) {
        0 => Some((parts(steps), of_parts as Make)).filter(|(count, _)| *count > 1),
        count => Some((count, of_rows)),
    }
}

/// How many of the next statements go as rows of one; 0 where they do not.
fn rows(steps: &[Step<'_>]) -> usize {
    let (first, most) = match steps.first() {
        // Entries of logs are counted, each for itself.
        Some((first, Some(Part::Insert(insert)))) if !insert.is_of_a_log() => (first, ROWS[0]),
        _ => return 0,
    };
    let is_equal = |(other, _): &&Step<'_>| std::ptr::eq(other.sql, first.sql);
    let equal = steps.iter().take(most).take_while(is_equal).count();
    ROWS.into_iter().find(|count| *count <= equal).unwrap_or_default()
}

/// How many of the next statements go as parts of one.
fn parts(steps: &[Step<'_>]) -> usize {
    let mut tables = Vec::new();
    let goes_on = |(at, (statement, part)): &(usize, &Step<'_>)| match part {
        // It would not see what a part before it has inserted.
        Some(Part::Guard) => !mentions(statement.sql, &tables),
        Some(Part::Insert(insert)) => {
            tables.push(insert.table());
            steps.get(*at..).is_some_and(|rest| rows(rest) == 0)
        }
        None => false,
    };
    steps.iter().enumerate().take(MAX_PARTS).take_while(goes_on).count()
}

/// Does a text name one of the tables?
fn mentions(sql: &str, tables: &[&str]) -> bool {
    let is_apart = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    sql.split(is_apart).any(|word| tables.contains(&word))
}

/// One insert of many rows.
fn of_rows(steps: &[Step<'_>]) -> String {
    let Some((first, Some(Part::Insert(insert)))) = steps.first() else { return String::new() };
    let width = first.args.len();
    let row = |n: usize| {
        let marks: Vec<String> = (1..=width).map(|mark| format!("${}", n * width + mark)).collect();
        format!("({})", marks.join(", "))
    };
    let rows: Vec<String> = (0..steps.len()).map(row).collect();
    format!("-- {}\nINSERT INTO {} VALUES {}", first.name(), insert.into, rows.join(", "))
}

/// One statement of which each is a part. Where a guard finds nothing, or a log takes no entry, it divides by
/// zero; see [`super::texts`].
fn of_parts(steps: &[Step<'_>]) -> String {
    let (mut names, mut inserts, mut asks, mut before) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (n, (statement, part)) in steps.iter().enumerate() {
        let body = statement.sql.split_once('\n').map_or(statement.sql, |(_, body)| body);
        let body = renumbered(body, before);
        before += statement.args.len();
        names.push(statement.name());
        match part {
            Some(Part::Insert(insert)) if insert.is_of_a_log() => {
                inserts.push(format!("part_{n} AS ({body} RETURNING 1)"));
                asks.push(format!("(SELECT count(*) FROM part_{n}) = 1"));
            }
            Some(Part::Insert(_)) => inserts.push(format!("part_{n} AS ({body})")),
            Some(Part::Guard) | None => asks.push(format!("EXISTS ({body})")),
        }
    }
    let (names, inserts) = (names.join(", "), inserts.join(",\n"));
    let with = if inserts.is_empty() { "" } else { "WITH " };
    let asked = if asks.is_empty() { "true".to_owned() } else { asks.join(" AND ") };
    format!("-- {names}\n{with}{inserts}\nSELECT 1 / ({asked})::int")
}

/// The text with other numbers for its arguments: as many are before them.
fn renumbered(text: &str, before: usize) -> String {
    let shifted = |piece: &str| {
        let end = piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len());
        let (number, rest) = piece.split_at(end);
        let number = number.parse::<usize>().map_or(0, |number| number + before);
        format!("{number}{rest}")
    };
    let mut pieces = text.split('$');
    let first = pieces.next().unwrap_or_default().to_owned();
    iter::once(first).chain(pieces.map(shifted)).collect::<Vec<_>>().join("$")
}

#[cfg(test)]
mod tests;
