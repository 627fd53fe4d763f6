//! Code sets as a table, `code;fi;sv;en;valid_from;valid_to`, and a seventh column `meaning` where
//! rules take some of the codes for something.
//!
//! Fields are separated by semicolons and may stand in double quotes, in which two stand for one
//! (RFC 4180 but for the separator); dates are `2026-09-02`. What the set is called comes from the
//! caller. The code server's own answer form is not published in a way that could be relied on, so
//! it is not read.

use std::collections::BTreeMap;

use varanto_model::{Faults, LocalText, Oid, Pointer};

use super::json::{code, day};
use super::{CodeSet, Coverage, Entry, MAX_BYTES, MAX_CODES, Validity};

const COLUMNS: [&str; 7] = ["code", "fi", "sv", "en", "valid_from", "valid_to", "meaning"];

/// What a table does not say of its set.
#[derive(Clone, Debug)]
pub struct Header {
    /// The identifier, without that of a version.
    pub oid: Oid,
    /// What the set is called.
    pub name: LocalText,
    /// The version, as published.
    pub version: Option<String>,
    /// Are all its codes in the table?
    pub coverage: Coverage,
    /// When the set may be used.
    pub validity: Validity,
}

pub(super) fn parse(header: Header, bytes: &[u8]) -> Result<CodeSet, Faults> {
    let mut faults = Faults::none();
    let text = std::str::from_utf8(bytes).ok().filter(|_| bytes.len() <= MAX_BYTES);
    let Some(text) = text else {
        faults.add(Pointer::root(), "not-a-table", "the table is not UTF-8, or is too large");
        return Err(faults);
    };
    let Some(rows) = rows(text.strip_prefix('\u{feff}').unwrap_or(text)) else {
        faults.add(Pointer::root(), "not-a-table", "the table has an open quote or too many lines");
        return Err(faults);
    };
    let mut codes = BTreeMap::new();
    let columns = rows.first().map_or(0, Vec::len);
    let head = COLUMNS.get(..columns.max(COLUMNS.len() - 1)).unwrap_or(&COLUMNS);
    if rows.first().is_none_or(|found| found.iter().ne(head)) {
        let why = format!("the head line is {}", head.join(";"));
        faults.add(Pointer::root().index(0), "not-a-table", why);
    }
    for (line, row) in rows.iter().enumerate().skip(1) {
        let at = Pointer::root().index(line);
        if row.len() != head.len() {
            faults.add(at, "not-a-table", format!("the line has not {} fields", head.len()));
        } else if let Some((code, entry)) = entry(row, &at, &mut faults)
            && codes.insert(code, entry).is_some()
        {
            faults.add(at.member("code"), "twice", "the code stands twice");
        }
    }
    let Header { oid, name, version, coverage, validity } = header;
    faults.or(CodeSet { oid, name, version, coverage, validity, codes })
}

/// One line: its code and what is told of it.
fn entry(row: &[String], at: &Pointer, faults: &mut Faults) -> Option<(String, Entry)> {
    let field = |column: usize| row.get(column).filter(|text| !text.is_empty());
    let code = field(0).and_then(|text| code(text));
    if code.is_none() {
        let why = "a code is 1 to 128 visible ASCII characters";
        faults.add(at.member("code"), "not-a-code", why);
    }
    if field(1).is_none() {
        faults.add(at.member("fi"), "missing", "the Finnish name is missing");
    }
    let mut limit = |column: usize, name| {
        let text = field(column)?;
        let found = day(text);
        if found.is_none() {
            faults.add(at.member(name), "not-a-date", "a day is year-month-day");
        }
        found
    };
    let validity = Validity { from: limit(4, "valid_from"), to: limit(5, "valid_to") };
    if validity.is_reversed() {
        let why = "the last day is before the first";
        faults.add(at.member("valid_to"), "ends-before-it-starts", why);
    }
    let (fi, sv, en) = (field(1).cloned()?, field(2).cloned(), field(3).cloned());
    let name = LocalText { fi, sv, en };
    Some((code?, Entry { name, validity, local: false, meaning: field(6).cloned() }))
}

/// The lines and their fields; `None` for an open quote or more lines than a set has codes.
fn rows(text: &str) -> Option<Vec<Vec<String>>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ';' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
                (rows.len() <= MAX_CODES + 1).then_some(())?;
            }
            c => field.push(c),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    (!quoted).then_some(rows)
}
