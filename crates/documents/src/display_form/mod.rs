//! Display forms: the XHTML that is stored and signed together with a document (DOC-02, DOC-05).
//!
//! A display form is signed, so it is never repaired: it either keeps to a small, inert part of
//! XHTML or it is refused with all its faults. What is accepted has no script, no style that loads
//! anything, and no reference to anything outside itself. Every `<` of an accepted text opens an
//! allowed tag, a comment without markup or the declaration, so that a reader which takes the
//! bytes for HTML meets nothing active either. Nothing here renders or changes a text.

mod allow;
mod joined;
mod place;
mod reference;
mod scan;
mod style;
mod tree;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use varanto_model::{Faults, Language, Pointer};

pub use joined::Joined;
use place::Place;

/// The most bytes of a display form: 4 MiB.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The deepest nesting of elements; the root is at depth 1.
pub const MAX_DEPTH: usize = 100;
/// The most nodes: elements, texts and comments.
pub const MAX_NODES: usize = 100_000;
/// The most attributes of one element, declarations of namespaces included.
pub const MAX_ATTRIBUTES: usize = 64;

/// What is known of a display form that was accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct DisplayForm {
    language: Option<Language>,
    title: Option<String>,
}

impl DisplayForm {
    /// The language of the root element, where it names one of the service's languages.
    pub const fn language(&self) -> Option<Language> {
        self.language
    }

    /// The text of `title`, trimmed; `None` where there is none or it is blank. It may name a
    /// person.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }
}

impl fmt::Debug for DisplayForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DisplayForm").field("language", &self.language).finish_non_exhaustive()
    }
}

/// Checks a display form (DOC-05). `at` is what the faults point at.
///
/// # Errors
///
/// All faults that were found, each with the line and the column, counted in characters from 1.
/// The codes: `xhtml-too-large`, `xhtml-encoding`, `xhtml-doctype`,
/// `xhtml-processing-instruction`, `xhtml-cdata`, `xhtml-comment`, `xhtml-too-deep`,
/// `xhtml-too-many-nodes`, `xhtml-too-many-attributes`, `xhtml-not-well-formed`, `xhtml-entity`,
/// `xhtml-namespace`, `xhtml-structure`, `xhtml-empty`, `xhtml-element`, `xhtml-attribute`,
/// `xhtml-reference` and `xhtml-style`. Where a text is too large, too deep, not in UTF-8 or not
/// well-formed, what lies behind that fault is not looked at.
pub fn check(bytes: &[u8], at: &Pointer) -> Result<DisplayForm, Faults> {
    let mut report = Report { faults: Faults::none(), at };
    let Some(text) = readable_text(bytes, &mut report) else { return Err(report.faults) };
    match roxmltree::Document::parse_with_options(&text, options()) {
        Ok(document) => {
            let form = tree::check(&document, &mut report);
            report.faults.or(form)
        }
        Err(error) => {
            report_parser_error(&error, &mut report);
            Err(report.faults)
        }
    }
}

/// The text for the parser; `None` where it cannot be read at all, with the faults reported.
fn readable_text<'a>(bytes: &'a [u8], report: &mut Report<'_>) -> Option<Cow<'a, str>> {
    if bytes.len() > MAX_BYTES {
        report.add("xhtml-too-large", format!("is larger than {MAX_BYTES} bytes"));
        return None;
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        report.add("xhtml-encoding", "is not in UTF-8");
        return None;
    };
    let scanned = scan::scan(text, report)?;
    // A document type without any identifier is blanked, not cut out: places stay what they are.
    Some(match scanned.doctype {
        None => Cow::Borrowed(text),
        Some(range) => {
            let mut blanked = text.to_owned();
            blanked.replace_range(range.clone(), &" ".repeat(range.len()));
            Cow::Owned(blanked)
        }
    })
}

/// How the parser is set.
fn options<'a>() -> roxmltree::ParsingOptions<'a> {
    roxmltree::ParsingOptions {
        allow_dtd: false,
        nodes_limit: u32::try_from(MAX_NODES).unwrap_or(u32::MAX),
        entity_resolver: None,
    }
}

/// Says in our words what the parser refused: its own words repeat names and values of the text.
fn report_parser_error(error: &roxmltree::Error, report: &mut Report<'_>) {
    use roxmltree::Error;
    let (code, what) = match error {
        Error::UnknownEntityReference(..) | Error::MalformedEntityReference(..) => (
            "xhtml-entity",
            "has an entity other than amp, lt, gt, quot, apos and characters by number",
        ),
        Error::NodesLimitReached | Error::AttributesLimitReached => {
            ("xhtml-too-many-nodes", "has too many nodes")
        }
        Error::UnknownNamespace(..) => ("xhtml-namespace", "has a prefix that is not declared"),
        Error::DuplicatedAttribute(..) => {
            ("xhtml-not-well-formed", "is not well-formed: has an attribute twice")
        }
        Error::UnexpectedCloseTag(..) => {
            ("xhtml-not-well-formed", "is not well-formed: an end tag does not fit its start tag")
        }
        Error::NonXmlChar(..) => {
            ("xhtml-not-well-formed", "is not well-formed: has a character that XML forbids")
        }
        _ => ("xhtml-not-well-formed", "is not well-formed"),
    };
    let position = error.pos();
    report.add(code, format!("{what} (line {}, column {})", position.row, position.col));
}

/// The faults of one check, all at one pointer.
struct Report<'a> {
    faults: Faults,
    at: &'a Pointer,
}

impl Report<'_> {
    fn add(&mut self, code: &'static str, detail: impl Into<String>) {
        self.faults.add(self.at.clone(), code, detail);
    }

    /// A fault at a byte of the text; `place` remembers where it was last asked.
    fn add_at(&mut self, place: &mut Place<'_>, offset: usize, code: &'static str, what: &str) {
        let (line, column) = place.of(offset);
        self.add(code, format!("{what} (line {line}, column {column})"));
    }
}

/// A name of the text for a fault: in quotes where it is a short, plain word, else unnamed. Any
/// other name could carry what nobody should read in a log.
fn name_for_fault(name: &str) -> Cow<'_, str> {
    let plain = name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'));
    if plain { Cow::Owned(format!("\"{name}\"")) } else { Cow::Borrowed("of an unusual name") }
}
