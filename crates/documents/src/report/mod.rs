//! Readable reports: a title, headings, paragraphs, facts and tables, as a page of XHTML and as an
//! accessible PDF/A (LOG-05).
//!
//! A report is what a person takes along, such as the answer to a log request. Both forms tell the
//! same in the same order; the same report gives the same bytes. Both are made so that a screen
//! reader can follow them: headings, terms and header cells are marked as what they are. Nothing is
//! decided here about what may be told to whom.

mod columns;
mod draw;
mod face;
mod layout;
mod lines;
mod style;
mod tags;
mod xhtml;

#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;
use varanto_model::Language;

use crate::pdfa;

/// The most columns of one table in a PDF: more are too narrow to be read.
pub const MAX_COLUMNS: usize = 24;
/// The most pages of a PDF.
pub const MAX_PAGES: usize = 5_000;
/// The most parts of a PDF that have a mark of their own: headings, paragraphs, facts, rows and
/// cells. With this many, [`pdfa::check`] still accepts the file.
pub const MAX_PARTS: usize = 150_000;

/// A report: its title, its language, and what it tells, in this order.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// The title; a blank one becomes the word for a report.
    pub title: String,
    /// The language of the words.
    pub language: Language,
    /// What is told.
    pub blocks: Vec<Block>,
}

/// A part of a report. Line breaks in its texts stay.
#[derive(Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading of what follows until the next one; a blank one is none.
    Heading(String),
    /// Running text.
    Paragraph(String),
    /// Terms, each with its value.
    Facts(Vec<(String, String)>),
    /// A table. A row with fewer cells than others is filled up with empty ones.
    Table {
        /// The heading of each column.
        columns: Vec<String>,
        /// The cells, row by row.
        rows: Vec<Vec<String>>,
    },
}

/// Why there is no PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// A table has more columns than [`MAX_COLUMNS`].
    #[error("a table has more than {MAX_COLUMNS} columns")]
    TooManyColumns,
    /// There are more parts than [`MAX_PARTS`], more pages than [`MAX_PAGES`], or more bytes than
    /// [`pdfa::MAX_BYTES`].
    #[error("the report is too large for one file")]
    TooLarge,
    /// What was made is not a PDF/A; a defect of the program, whatever the report tells.
    #[error("the report cannot be made into a PDF/A")]
    NotPdfA,
}

impl Report {
    /// The report as a page of XHTML. Up to the size that a display form may have,
    /// [`display_form::check`](crate::display_form::check) accepts it.
    pub fn to_xhtml(&self) -> String {
        xhtml::write(self)
    }

    /// The report as a PDF/A-2a that is also PDF/UA-1, made at this instant. A character for which
    /// the font has no sign is shown as U+FFFD; text is set from left to right.
    ///
    /// # Errors
    ///
    /// See [`ReportError`]; texts do not cause one, only number and length do.
    pub fn to_pdf(&self, made_at: Timestamp) -> Result<Vec<u8>, ReportError> {
        if self.parts() > MAX_PARTS {
            return Err(ReportError::TooLarge);
        }
        let faces = face::Faces::load().ok_or(ReportError::NotPdfA)?;
        let laid_out = layout::lay_out(self, &faces)?;
        let bytes = draw::write(self, &faces, &laid_out, made_at)?;
        if bytes.len() > pdfa::MAX_BYTES { Err(ReportError::TooLarge) } else { Ok(bytes) }
    }

    /// The title, or the word for a report where there is none.
    fn heading(&self) -> &str {
        if !self.title.trim().is_empty() {
            return &self.title;
        }
        match self.language {
            Language::Fi => "Raportti",
            Language::Sv => "Rapport",
            Language::En => "Report",
        }
    }

    /// The blocks that have something to tell: no blank headings, no tables without cells.
    fn told(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|block| match block {
            Block::Heading(text) => !text.trim().is_empty(),
            Block::Paragraph(_) => true,
            Block::Facts(facts) => !facts.is_empty(),
            Block::Table { columns, rows } => width(columns, rows) > 0,
        })
    }

    /// How many objects of structure the PDF will have at most.
    fn parts(&self) -> usize {
        self.told().fold(1, |sum, block| {
            sum.saturating_add(match block {
                // Its entry in the outline has two objects more.
                Block::Heading(_) => 3,
                Block::Paragraph(_) => 1,
                Block::Facts(facts) => facts.len().saturating_mul(3).saturating_add(1),
                Block::Table { columns, rows } => {
                    let row = width(columns, rows).saturating_add(1);
                    rows.len().saturating_add(1).saturating_mul(row).saturating_add(3)
                }
            })
        })
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("language", &self.language).finish_non_exhaustive()
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Heading(_) => "Heading(…)",
            Self::Paragraph(_) => "Paragraph(…)",
            Self::Facts(_) => "Facts(…)",
            Self::Table { .. } => "Table(…)",
        })
    }
}

/// How many cells each row of the table has: as many as the longest.
fn width(columns: &[String], rows: &[Vec<String>]) -> usize {
    rows.iter().map(Vec::len).fold(columns.len(), usize::max)
}

/// The cells of a row, filled up with empty ones.
fn filled(cells: &[String], width: usize) -> impl Iterator<Item = &str> {
    cells.iter().map(String::as_str).chain(std::iter::repeat("")).take(width)
}
