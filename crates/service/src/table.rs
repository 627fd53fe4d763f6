//! Tables in text (RFC 4180) as registers publish them: a head line that names the columns, then one
//! record a line.
//!
//! Fields are separated by commas, or by semicolons where the head line has one, and may stand in
//! double quotes, in which two stand for one. Columns stand in any order; which there are, and which
//! must be there, the caller says. Every line becomes a JSON object of its fields that are not empty, so
//! that tables and JSON files are read by the same parsers and tell the same faults; the place of a
//! fault is `/line/7/oid`, lines counted from 1.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::{Map, Value};
use varanto_model::{Faults, Pointer};

/// The largest table, in bytes.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The most lines with a record.
const MAX_ROWS: usize = 200_000;
/// What a table that cannot be read has as its fault.
const NOT_A_TABLE: &str = "not-a-table";

/// The columns of a table.
pub(crate) struct Columns {
    /// Those that must be there.
    pub(crate) required: &'static [&'static str],
    /// Those that may be there.
    pub(crate) optional: &'static [&'static str],
}

/// A line with its place.
pub(crate) struct Row {
    pub(crate) at: Pointer,
    pub(crate) value: Value,
}

/// The lines of a table, without those that are empty; what is wrong with its form is noted.
pub(crate) fn rows(bytes: &[u8], columns: &Columns, faults: &mut Faults) -> Vec<Row> {
    let text = std::str::from_utf8(bytes).ok().filter(|_| bytes.len() <= MAX_BYTES);
    let Some(text) = text else {
        faults.add(Pointer::root(), NOT_A_TABLE, "the table is not UTF-8, or is too large");
        return Vec::new();
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let separator =
        if text.lines().next().is_some_and(|head| head.contains(';')) { ';' } else { ',' };
    let mut lines = Lines { chars: text.chars().peekable(), separator, line: 1 };
    let Some(head) = lines.next().and_then(|(at, fields)| head(&at, fields, columns, faults))
    else {
        if faults.is_empty() {
            faults.add(Pointer::root(), NOT_A_TABLE, "the table has no head line");
        }
        return Vec::new();
    };
    let mut rows = Vec::new();
    for (at, fields) in lines {
        if rows.len() == MAX_ROWS {
            faults.add(at, "too-many", format!("a table has at most {MAX_ROWS} lines"));
            break;
        }
        match fields {
            Err(why) => faults.add(at, NOT_A_TABLE, why),
            Ok(fields) if fields.iter().all(String::is_empty) => {}
            Ok(fields) if fields.len() != head.len() => {
                let why = format!("the line has not {} fields, as the head line has", head.len());
                faults.add(at, NOT_A_TABLE, why);
            }
            Ok(fields) => {
                let named = head.iter().map(|name| (*name).to_owned());
                let members = named.zip(fields.into_iter().map(Value::String));
                let members = members.filter(|(_, value)| value.as_str() != Some(""));
                rows.push(Row { at, value: Value::Object(members.collect::<Map<_, _>>()) });
            }
        }
    }
    rows
}

/// The names of the columns as they stand in the head line.
fn head(
    at: &Pointer,
    fields: Result<Vec<String>, &'static str>,
    columns: &Columns,
    faults: &mut Faults,
) -> Option<Vec<&'static str>> {
    let fields = match fields {
        Ok(fields) => fields,
        Err(why) => {
            faults.add(at.clone(), NOT_A_TABLE, why);
            return None;
        }
    };
    let known = || columns.required.iter().chain(columns.optional);
    let mut head = Vec::with_capacity(fields.len());
    for field in &fields {
        match known().find(|name| *name == field) {
            Some(name) if head.contains(name) => {
                faults.add(at.member(name), "duplicate", "the head line has this column twice");
            }
            Some(name) => head.push(*name),
            None => {
                let names: Vec<_> = known().copied().collect();
                let why = format!("a column has an unknown name; known are {}", names.join(", "));
                faults.add(at.clone(), "unknown-column", why);
            }
        }
    }
    let missing = columns.required.iter().filter(|name| !head.contains(name));
    let missing: Vec<_> = missing.collect();
    for name in &missing {
        faults.add(at.member(name), "missing", format!("the column `{name}` is missing"));
    }
    // Without the right columns every line would be at fault.
    (missing.is_empty() && head.len() == fields.len()).then_some(head)
}

/// The lines of a text: each with the place at which it begins, and its fields.
struct Lines<'a> {
    chars: Peekable<Chars<'a>>,
    separator: char,
    line: usize,
}

impl Iterator for Lines<'_> {
    type Item = (Pointer, Result<Vec<String>, &'static str>);

    fn next(&mut self) -> Option<Self::Item> {
        self.chars.peek()?;
        let at = Pointer::root().member("line").index(self.line);
        let fields = self.fields();
        if fields.is_err() {
            // On with what follows, so that one broken line hides no other.
            while self.chars.peek().is_some() && self.take() != Some('\n') {}
        }
        Some((at, fields))
    }
}

impl Lines<'_> {
    fn take(&mut self) -> Option<char> {
        let next = self.chars.next();
        self.line += usize::from(next == Some('\n'));
        next
    }

    /// The fields up to the end of the line, which is taken as well.
    fn fields(&mut self) -> Result<Vec<String>, &'static str> {
        let mut fields = Vec::new();
        loop {
            let field = match self.chars.peek() {
                Some('"') => self.quoted()?,
                _ => self.plain(),
            };
            fields.push(field.trim().to_owned());
            match self.take() {
                Some(c) if c == self.separator => {}
                None | Some('\n') => return Ok(fields),
                Some(_) => return Err("a field goes on after its closing quote"),
            }
        }
    }

    fn plain(&mut self) -> String {
        let mut field = String::new();
        let separator = self.separator;
        while let Some(c) = self.chars.next_if(|c| *c != separator && *c != '\n') {
            field.push(c);
        }
        field
    }

    fn quoted(&mut self) -> Result<String, &'static str> {
        self.take();
        let mut field = String::new();
        loop {
            match self.take() {
                Some('"') => match self.chars.next_if_eq(&'"') {
                    Some(quote) => field.push(quote),
                    None => break,
                },
                Some(c) => field.push(c),
                None => return Err("a quote is open at the end of the table"),
            }
        }
        self.chars.next_if_eq(&'\r');
        Ok(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = Columns { required: &["id", "name"], optional: &["to"] };

    type Rows = Vec<(String, String)>;
    type Codes = Vec<(String, &'static str)>;

    fn read(text: &str) -> (Rows, Codes) {
        let mut faults = Faults::none();
        let rows = rows(text.as_bytes(), &COLUMNS, &mut faults);
        let rows = rows.into_iter().map(|r| (r.at.to_string(), r.value.to_string())).collect();
        let faults = faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect();
        (rows, faults)
    }

    #[test]
    fn lines_become_objects_of_their_fields_that_are_not_empty() {
        let expected = vec![
            ("/line/2".to_owned(), r#"{"id":"1","name":"a, \"b\"\nc"}"#.to_owned()),
            ("/line/5".to_owned(), r#"{"id":"2","name":"d","to":"x"}"#.to_owned()),
        ];
        let comma = "\u{feff}name,id,to\r\n\"a, \"\"b\"\"\nc\",1,\r\n\r\n d ,2,x";
        assert_eq!(read(comma), (expected.clone(), vec![]));
        let semicolon = "name;id;to\n\"a, \"\"b\"\"\nc\";1;\n\nd;2;x\n";
        assert_eq!(read(semicolon), (expected, vec![]));
    }

    #[test]
    fn every_broken_line_is_told_with_its_number_and_hides_no_other() {
        let (rows, faults) = read("id,name\n1\n2,\"a\"b,c\n3,d\n4,\"e\n");
        assert_eq!(rows.len(), 1);
        let expected = ["/line/2", "/line/3", "/line/5"];
        assert_eq!(faults, expected.map(|at| (at.to_owned(), NOT_A_TABLE)));
    }

    #[test]
    fn the_head_line_names_known_columns_once() {
        let fault = |text| read(text).1.into_iter().map(|(_, code)| code).collect::<Vec<_>>();
        assert_eq!(fault(""), [NOT_A_TABLE]);
        assert_eq!(fault("id,id,colour"), ["duplicate", "unknown-column", "missing"]);
        assert_eq!(fault("\"id"), [NOT_A_TABLE]);
        let mut faults = Faults::none();
        assert!(rows(&[0xff], &COLUMNS, &mut faults).is_empty() && !faults.is_empty());
    }
}
