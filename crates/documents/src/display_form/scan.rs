//! A first look at the markup, before any tree is built.
//!
//! It bounds what a tree costs (depth, nodes, attributes of an element, declared namespaces) and
//! finds what a tree no longer shows: document types, processing instructions, CDATA sections,
//! namespaces declared twice. It walks the text once and keeps no stack; whether the text is
//! well-formed is left to the parser.

use std::ops::Range;

use super::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_NODES, Place, Report, name_for_fault};

/// The most declarations of namespaces with a prefix that are looked at; none is allowed.
const MAX_PREFIXES: usize = 16;

/// The most digits of a character by number, its semicolon included.
const MAX_DIGITS: usize = 12;

/// What a scan that may be followed by a parse has found.
pub(super) struct Scanned {
    /// Where the document type stands that the parser is not to see.
    pub(super) doctype: Option<Range<usize>>,
}

/// Scans the text. `None`: it must not be parsed; why is in the report.
pub(super) fn scan(text: &str, report: &mut Report<'_>) -> Option<Scanned> {
    let mut scan = Scan {
        text,
        place: Place::new(text),
        report,
        depth: 0,
        nodes: 0,
        prefixes: 0,
        doctype: None,
    };
    scan.run().map(|()| Scanned { doctype: scan.doctype })
}

struct Scan<'a, 'r, 'p> {
    text: &'a str,
    place: Place<'a>,
    report: &'r mut Report<'p>,
    depth: usize,
    nodes: usize,
    prefixes: usize,
    doctype: Option<Range<usize>>,
}

impl<'a> Scan<'a, '_, '_> {
    fn fault(&mut self, offset: usize, code: &'static str, what: &str) {
        self.report.add_at(&mut self.place, offset, code, what);
    }

    /// A fault after which nothing more is to be looked at.
    fn stop<T>(&mut self, offset: usize, code: &'static str, what: &str) -> Option<T> {
        self.fault(offset, code, what);
        None
    }

    fn rest(&self, offset: usize) -> &'a str {
        self.text.get(offset..).unwrap_or_default()
    }

    fn run(&mut self) -> Option<()> {
        let mut offset = if self.text.starts_with('\u{feff}') { 3 } else { 0 };
        offset = self.declaration(offset)?;
        loop {
            let rest = self.rest(offset);
            let Some(before) = rest.find('<') else {
                self.references(offset, rest);
                return Some(());
            };
            if before > 0 {
                self.references(offset, rest.get(..before).unwrap_or_default());
                self.count_node(offset)?;
            }
            offset += before;
            self.count_node(offset)?;
            offset = self.markup(offset)?;
        }
    }

    fn count_node(&mut self, offset: usize) -> Option<()> {
        self.nodes += 1;
        // End tags are counted too, hence twice the number.
        if self.nodes > 2 * MAX_NODES {
            return self.stop(offset, "xhtml-too-many-nodes", "has too many nodes");
        }
        Some(())
    }

    /// The XML declaration: version 1.0, UTF-8 where an encoding is named.
    fn declaration(&mut self, offset: usize) -> Option<usize> {
        let rest = self.rest(offset);
        let Some(inner) = rest.strip_prefix("<?xml") else { return Some(offset) };
        if !inner.starts_with([' ', '\t', '\r', '\n']) {
            return Some(offset);
        }
        let Some(length) = inner.find("?>") else {
            return self.stop(offset, "xhtml-not-well-formed", "has a declaration without an end");
        };
        let words: String =
            inner.get(..length)?.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let words = words.replace('\'', "\"").to_ascii_lowercase();
        let words = words.strip_suffix("standalone=\"yes\"").unwrap_or(&words);
        let words = words.strip_suffix("standalone=\"no\"").unwrap_or(words);
        match words {
            "version=\"1.0\"" | "version=\"1.0\"encoding=\"utf-8\"" => {}
            _ => self.fault(
                offset,
                "xhtml-encoding",
                "the declaration must say version 1.0 and UTF-8",
            ),
        }
        Some(offset + "<?xml".len() + length + "?>".len())
    }

    /// What begins with `<` at the offset; gives where it ends.
    fn markup(&mut self, offset: usize) -> Option<usize> {
        let rest = self.rest(offset);
        if let Some(inner) = rest.strip_prefix("<!--") {
            let Some(length) = inner.find("-->") else {
                return self.stop(offset, "xhtml-not-well-formed", "has a comment without an end");
            };
            if inner.get(..length)?.contains(['<', '>']) {
                self.fault(offset, "xhtml-comment", "a comment must not hold \"<\" or \">\"");
            }
            return Some(offset + "<!--".len() + length + "-->".len());
        }
        if rest.starts_with("<![CDATA[") {
            self.fault(offset, "xhtml-cdata", "CDATA sections are not allowed");
            return match rest.find("]]>") {
                Some(length) => Some(offset + length + "]]>".len()),
                None => self.stop(offset, "xhtml-not-well-formed", "has a section without an end"),
            };
        }
        if rest.starts_with("<!") {
            return self.doctype(offset);
        }
        if rest.starts_with("<?") {
            self.fault(
                offset,
                "xhtml-processing-instruction",
                "processing instructions are not allowed",
            );
            return match rest.find("?>") {
                Some(length) => Some(offset + length + "?>".len()),
                None => {
                    self.stop(offset, "xhtml-not-well-formed", "has an instruction without an end")
                }
            };
        }
        if rest.starts_with("</") {
            self.depth = self.depth.saturating_sub(1);
            return match rest.find('>') {
                Some(length) => Some(offset + length + 1),
                None => self.stop(offset, "xhtml-not-well-formed", "has an end tag without an end"),
            };
        }
        self.start_tag(offset)
    }

    /// Only `<!DOCTYPE html>` is tolerated, once, before the root.
    fn doctype(&mut self, offset: usize) -> Option<usize> {
        let rest = self.rest(offset);
        let simple = "<!DOCTYPE html>";
        if rest.starts_with(simple) && self.doctype.is_none() && self.depth == 0 {
            let range = offset..offset + simple.len();
            self.doctype = Some(range.clone());
            return Some(range.end);
        }
        self.stop(
            offset,
            "xhtml-doctype",
            "only a document type of \"<!DOCTYPE html>\" is allowed, without declarations",
        )
    }

    fn start_tag(&mut self, offset: usize) -> Option<usize> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let what = format!("is nested deeper than {MAX_DEPTH} elements");
            return self.stop(offset, "xhtml-too-deep", &what);
        }
        let mut attributes = 0;
        let mut own_namespace = false;
        let mut cursor = offset + 1;
        cursor += self.rest(cursor).find([' ', '\t', '\r', '\n', '/', '>', '<']).unwrap_or(0);
        loop {
            let rest = self.rest(cursor);
            let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
            cursor += rest.len() - trimmed.len();
            if trimmed.starts_with('>') {
                return Some(cursor + 1);
            }
            if trimmed.starts_with("/>") {
                self.depth -= 1;
                return Some(cursor + 2);
            }
            let Some((name, value, length)) = attribute(trimmed) else {
                return self.stop(
                    cursor,
                    "xhtml-not-well-formed",
                    "has a start tag that is not well-formed",
                );
            };
            attributes += 1;
            if attributes > MAX_ATTRIBUTES {
                let what = format!("an element has more than {MAX_ATTRIBUTES} attributes");
                return self.stop(cursor, "xhtml-too-many-attributes", &what);
            }
            if name == "xmlns" {
                if own_namespace {
                    self.fault(cursor, "xhtml-not-well-formed", "declares its namespace twice");
                }
                own_namespace = true;
            } else if name.starts_with("xmlns:") || name.ends_with(":xmlns") {
                let what = format!(
                    "namespaces with a prefix are not allowed: attribute {}",
                    name_for_fault(name)
                );
                self.fault(cursor, "xhtml-namespace", &what);
                self.prefixes += 1;
                if self.prefixes > MAX_PREFIXES {
                    return None;
                }
            }
            self.references(cursor, value);
            cursor += length;
        }
    }

    /// Characters by number must be characters of Unicode.
    fn references(&mut self, offset: usize, segment: &str) {
        for (at, _) in segment.match_indices("&#") {
            let digits = segment.get(at + 2..).unwrap_or_default();
            let (digits, radix) = match digits.strip_prefix('x') {
                Some(hex) => (hex, 16),
                None => (digits, 10),
            };
            // A look at a few bytes only: many references without an end must not cost a walk each.
            let known = digits
                .bytes()
                .take(MAX_DIGITS)
                .position(|byte| byte == b';')
                .and_then(|length| digits.get(..length))
                .and_then(|number| u32::from_str_radix(number, radix).ok())
                .and_then(char::from_u32);
            if known.is_none() {
                self.fault(
                    offset,
                    "xhtml-not-well-formed",
                    "has a number here that is no character of Unicode",
                );
            }
        }
    }
}

/// Reads `name = "value"` at the beginning of the text; gives name, value and the length of all.
fn attribute(text: &str) -> Option<(&str, &str, usize)> {
    let name_length = text.find([' ', '\t', '\r', '\n', '=', '/', '>', '<', '"', '\''])?;
    let name = text.get(..name_length).filter(|name| !name.is_empty())?;
    let blank = |text: &str| text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len();
    let mut at = name_length;
    at += blank(text.get(at..)?);
    text.get(at..)?.strip_prefix('=')?;
    at += 1;
    at += blank(text.get(at..)?);
    let quote = text.get(at..)?.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    at += 1;
    let value = text.get(at..)?.split_once(quote)?.0;
    if value.contains('<') {
        return None;
    }
    Some((name, value, at + value.len() + 1))
}
