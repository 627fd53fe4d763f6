//! Code sets as a table, `code;fi;sv;en;valid_from;valid_to`.
//!
//! Fields are separated by semicolons and may stand in double quotes, in which two stand for one
//! (RFC 4180 but for the separator); dates are `2026-09-02`. What the set is called comes from the
//! caller. The code server's own answer form is not published in a way that could be relied on, so
//! it is not read.

use std::collections::BTreeMap;

use jiff::civil::Date;
use varanto_model::{Faults, LocalText, Oid, Pointer};

use super::json::code;
use super::{CodeSet, Coverage, Entry, MAX_BYTES, MAX_CODES, Validity};

const COLUMNS: [&str; 6] = ["code", "fi", "sv", "en", "valid_from", "valid_to"];

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
    if rows.first().is_none_or(|head| head.iter().ne(COLUMNS)) {
        faults.add(
            Pointer::root().index(0),
            "not-a-table",
            format!("the head line is {}", COLUMNS.join(";")),
        );
    }
    for (line, row) in rows.iter().enumerate().skip(1) {
        let at = Pointer::root().index(line);
        let [raw, fi, sv, en, from, to] = row.as_slice() else {
            faults.add(at, "not-a-table", "the line has not six fields");
            continue;
        };
        let Some(code) = code(raw) else {
            faults.add(
                at.member("code"),
                "not-a-code",
                "a code is 1 to 128 visible ASCII characters",
            );
            continue;
        };
        if fi.is_empty() {
            faults.add(at.member("fi"), "missing", "the Finnish name is missing");
        }
        let mut day = |text: &str, column| match text.parse::<Date>() {
            _ if text.is_empty() => None,
            Ok(day) => Some(day),
            Err(_) => {
                faults.add(at.member(column), "not-a-date", "a day is year-month-day");
                None
            }
        };
        let validity = Validity { from: day(from, "valid_from"), to: day(to, "valid_to") };
        let other = |text: &String| (!text.is_empty()).then(|| text.clone());
        let name = LocalText { fi: fi.clone(), sv: other(sv), en: other(en) };
        if codes.insert(code, Entry { name, validity, local: false, meaning: None }).is_some() {
            faults.add(at.member("code"), "twice", "the code stands twice");
        }
    }
    let Header { oid, name, version, coverage, validity } = header;
    faults.or(CodeSet { oid, name, version, coverage, validity, codes })
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
