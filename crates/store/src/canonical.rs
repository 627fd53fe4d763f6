//! The canonical form of log entries, version 1: the bytes that the log's tree commits to (LOG-03).
//!
//! JSON after RFC 8785 – members sorted, no white space – with every member of an entry, `null` where it has
//! no value, so that anybody can make the same bytes from an entry that they were given. It is written
//! straight from the columns: what stands in the database is what is committed to, whatever it says. The
//! form is fixed for ever; another one would be version 2, told by `form`.

use std::io::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use uuid::Uuid;

use crate::error::Corrupt;
use crate::query::Row;

/// The version of the form.
const FORM: i64 = 1;

/// An entry as the tree sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct CanonicalEntry {
    /// Its number in its log: the order of commits.
    pub number: i64,
    /// Its name; nil where what is stored is none.
    pub id: Uuid,
    /// The bytes; `None` where what is stored cannot be read at all.
    pub form: Option<Vec<u8>>,
}

/// Entries tell about staff and clients: only the place shows.
impl std::fmt::Debug for CanonicalEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CanonicalEntry").field("number", &self.number).finish_non_exhaustive()
    }
}

/// Writes a member from a column.
type Member = fn(&mut Vec<u8>, &dyn Row, usize) -> Result<(), Corrupt>;

/// The members of an entry in the order of the form, each from the next column; `None` stands for the
/// members that are the same in all entries of a log.
pub(crate) struct Form {
    pub(crate) log: &'static str,
    pub(crate) members: &'static [(&'static str, Option<Member>)],
}

/// An entry from a row: its number, its name, and the columns of its members.
pub(crate) fn entry(row: &dyn Row, form: &Form) -> Result<CanonicalEntry, Corrupt> {
    Ok(CanonicalEntry {
        number: row.int(0)?,
        id: row.uuid(1).unwrap_or_default(),
        form: written(row, form).ok(),
    })
}

fn written(row: &dyn Row, form: &Form) -> Result<Vec<u8>, Corrupt> {
    let mut json = Vec::with_capacity(1024);
    let mut column = 2;
    for (name, member) in form.members {
        json.extend_from_slice(if json.is_empty() { b"{\"" } else { b",\"" });
        json.extend_from_slice(name.as_bytes());
        json.extend_from_slice(b"\":");
        match member {
            Some(member) => {
                member(&mut json, row, column)?;
                column += 1;
            }
            None if *name == "form" => number(&mut json, FORM),
            None => quoted(&mut json, form.log),
        }
    }
    json.push(b'}');
    Ok(json)
}

/// Text, or `null`.
pub(crate) fn text(json: &mut Vec<u8>, row: &dyn Row, column: usize) -> Result<(), Corrupt> {
    if row.is_null(column) {
        json.extend_from_slice(b"null");
    } else {
        quoted(json, row.text(column)?);
    }
    Ok(())
}

/// An instant or another number.
pub(crate) fn int(json: &mut Vec<u8>, row: &dyn Row, column: usize) -> Result<(), Corrupt> {
    number(json, row.int(column)?);
    Ok(())
}

/// A key as UUIDs are written, or `null`. Bytes that are none are written as hexadecimal digits.
pub(crate) fn key(json: &mut Vec<u8>, row: &dyn Row, column: usize) -> Result<(), Corrupt> {
    if row.is_null(column) {
        json.extend_from_slice(b"null");
        return Ok(());
    }
    let bytes = row.bytes(column)?;
    match Uuid::from_slice(bytes) {
        Ok(key) => quoted(json, key.hyphenated().encode_lower(&mut Uuid::encode_buffer())),
        Err(_) => hex(json, bytes),
    }
    Ok(())
}

/// Bytes as hexadecimal digits, or `null`.
pub(crate) fn bytes(json: &mut Vec<u8>, row: &dyn Row, column: usize) -> Result<(), Corrupt> {
    if row.is_null(column) {
        json.extend_from_slice(b"null");
    } else {
        hex(json, row.bytes(column)?);
    }
    Ok(())
}

/// The SHA-256 of sealed bytes, or `null`: what is sealed is committed to without being told.
pub(crate) fn sealed(json: &mut Vec<u8>, row: &dyn Row, column: usize) -> Result<(), Corrupt> {
    if row.is_null(column) {
        json.extend_from_slice(b"null");
    } else {
        hex(json, digest(&SHA256, row.bytes(column)?).as_ref());
    }
    Ok(())
}

/// A list of words, which stands in its column as JSON already. Anything else that may stand there is written
/// as text, so that no two rows have the same form.
pub(crate) fn list(json: &mut Vec<u8>, row: &dyn Row, column: usize) -> Result<(), Corrupt> {
    let stored = row.text(column)?;
    if is_list_of_words(stored) {
        json.extend_from_slice(stored.as_bytes());
    } else {
        quoted(json, stored);
    }
    Ok(())
}

/// Is it `[]` or `["word","word"]`, of words that need no escaping?
fn is_list_of_words(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
        return false;
    };
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let mut items = inner.split(',');
    inner.is_empty()
        || items.all(|item| {
            let word = item.strip_prefix('"').and_then(|item| item.strip_suffix('"'));
            word.is_some_and(|word| word.as_bytes().iter().all(is_word))
        })
}

fn number(json: &mut Vec<u8>, number: i64) {
    // A vector is always written to.
    let _ = write!(json, "{number}");
}

fn hex(json: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
    json.push(b'"');
    for byte in bytes {
        json.extend_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    json.push(b'"');
}

/// A string as RFC 8785, section 3.2.2.2, writes it.
fn quoted(json: &mut Vec<u8>, text: &str) {
    json.push(b'"');
    // Without an early end, so that many bytes are looked at together: a whole log is written in this form.
    let special = text.bytes().fold(0, |found, byte| {
        found | u8::from(byte < b' ') | u8::from(byte == b'"') | u8::from(byte == b'\\')
    });
    if special == 0 {
        json.extend_from_slice(text.as_bytes());
    } else {
        text.bytes().for_each(|byte| escaped(json, byte));
    }
    json.push(b'"');
}

fn escaped(json: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' => json.extend_from_slice(b"\\\""),
        b'\\' => json.extend_from_slice(b"\\\\"),
        0x08 => json.extend_from_slice(b"\\b"),
        0x09 => json.extend_from_slice(b"\\t"),
        0x0a => json.extend_from_slice(b"\\n"),
        0x0c => json.extend_from_slice(b"\\f"),
        0x0d => json.extend_from_slice(b"\\r"),
        0..=0x1f => json.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
        _ => json.push(byte),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_lists_of_words_stand_as_they_are() {
        for list in ["[]", r#"["1.2.3"]"#, r#"["A2","R1","w-3_x"]"#] {
            assert!(is_list_of_words(list), "{list}");
        }
        for other in [
            "",
            "[",
            "]",
            "[1]",
            r#"["a" ,"b"]"#,
            r#"["a",]"#,
            r#"["a":"b"]"#,
            r#"["a\"b"]"#,
            r#"["ä"]"#,
            r#"[],"x":[]"#,
        ] {
            assert!(!is_list_of_words(other), "{other}");
        }
    }

    proptest! {
        /// Whatever a text holds, a reader of JSON gets it back, and equal texts are written equally.
        #[test]
        fn a_text_is_read_back_from_its_form(text: String) {
            let mut json = Vec::new();
            quoted(&mut json, &text);
            prop_assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
        }

        #[test]
        fn no_two_stored_lists_have_the_same_form(one in "[\\[\\]\",a:]{0,8}", other in "[\\[\\]\",a:]{0,8}") {
            let form = |text: &str| {
                let mut json = Vec::new();
                if is_list_of_words(text) { json.extend_from_slice(text.as_bytes()) } else { quoted(&mut json, text) }
                json
            };
            prop_assert_eq!(one == other, form(&one) == form(&other));
        }
    }
}
