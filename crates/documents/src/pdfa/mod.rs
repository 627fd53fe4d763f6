//! Acceptance of PDF/A (DOC-02, DOC-05): is this a PDF/A-1, -2 or -3 that will still open in the
//! future, and is nothing in it that acts?
//!
//! The checks are those that matter for keeping and for safety: the identification in the
//! metadata, embedded fonts, an output intent, no encryption, no actions, no outside data. This is
//! not a full validator of ISO 19005: content streams, images and the programs of fonts are not
//! looked into. A file is read strictly and never repaired, at a cost that its size bounds; the
//! caller runs it off its event loop all the same.

mod actions;
mod cross_reference;
mod decode;
pub mod example;
mod file;
mod fonts;
mod load;
mod metadata;
mod rules;
mod syntax;

#[cfg(test)]
mod tests;

use varanto_model::{Faults, Pointer};

/// The most bytes of a file: 32 MiB.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The most objects of a file.
pub const MAX_OBJECTS: usize = 200_000;
/// The most bytes of its metadata, decoded: 1 MiB.
pub const MAX_METADATA: usize = 1024 * 1024;

/// The part of ISO 19005 that a file follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// PDF/A-1, of PDF 1.4.
    One,
    /// PDF/A-2, of PDF 1.7.
    Two,
    /// PDF/A-3, which may have any files within.
    Three,
}

impl Part {
    /// Its number: 1, 2 or 3.
    pub const fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
        }
    }
}

/// The level of conformance within a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Conformance {
    /// Accessible: tagged, besides what `U` or `B` asks for.
    A,
    /// Basic: it always looks the same.
    B,
    /// Unicode: its text can be read out as well; not in part 1.
    U,
}

/// What is known of a file that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PdfA {
    part: Part,
    conformance: Conformance,
    pages: usize,
}

impl PdfA {
    /// The part it says to follow.
    pub const fn part(self) -> Part {
        self.part
    }

    /// The level of conformance it says to have.
    pub const fn conformance(self) -> Conformance {
        self.conformance
    }

    /// How many pages it has: at least one.
    pub const fn pages(self) -> usize {
        self.pages
    }
}

/// Checks a PDF/A file (DOC-05). `at` is what the faults point at.
///
/// # Errors
///
/// All faults that were found. The codes: `pdf-too-large`, `pdf-header`, `pdf-unreadable` (alone:
/// then nothing else could be looked at), `pdf-encrypted` (alone), `pdf-catalog`, `pdf-no-pages`,
/// `pdfa-file-identifier-missing`, `pdfa-metadata`, `pdfa-identification-missing`,
/// `pdfa-identification-unknown`, `pdfa-output-intent`, `pdfa-font-not-embedded`, `pdfa-action`,
/// `pdfa-annotation`, `pdfa-form`, `pdfa-external-data`, `pdfa-filter`, `pdfa-embedded-file`,
/// `pdfa-not-tagged`, and `pdfa-part-1` for what only later parts allow. Where it helps, the detail
/// names the number of the object.
pub fn check(bytes: &[u8], at: &Pointer) -> Result<PdfA, Faults> {
    let mut report = Report { faults: Faults::none(), at };
    if bytes.len() > MAX_BYTES {
        report.add("pdf-too-large", format!("is larger than {MAX_BYTES} bytes"));
        return Err(report.faults);
    }
    let version = bytes.strip_prefix(b"%PDF-1.").and_then(<[u8]>::first);
    if !version.is_some_and(|version| (b'0'..=b'7').contains(version)) {
        report.add("pdf-header", "does not begin with \"%PDF-1.\" and a number from 0 to 7");
        return Err(report.faults);
    }
    let file = match load::load(bytes) {
        Ok(file) => file,
        Err(why) => {
            report.add("pdf-unreadable", why);
            return Err(report.faults);
        }
    };
    if file.encrypted {
        report.add("pdf-encrypted", "is encrypted");
        return Err(report.faults);
    }
    match rules::check(&file, &mut report) {
        Some(pdfa) => report.faults.or(pdfa),
        None => Err(report.faults),
    }
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

    fn add_in(&mut self, object: u32, code: &'static str, what: &str) {
        self.add(code, format!("{what} (object {object})"));
    }
}
