//! Laying a report out on pages: what stands where, before anything is drawn.
//!
//! Everything is a row of cells that hold lines of text: a paragraph is a row of one, a fact a row of
//! two. A row that does not fit goes on to the next page, as a whole where it is short, else line by
//! line; there a table repeats its header. Each cell has a number, counted in the order of the
//! report, by which [`tags`](super::tags) find what was drawn for it.

use std::collections::VecDeque;

use super::columns::{self, Wish};
use super::face::Faces;
use super::lines::{extent, wrap};
use super::style::{BODY, CELL, COLUMN, HEADING, Ink, Style, TERM, TITLE};
use super::{Block, MAX_COLUMNS, MAX_PAGES, Report, ReportError, filled, width};

/// A4 in points.
const SHORT: f32 = 595.28;
const LONG: f32 = 841.89;
/// A table of more columns turns the report on its side.
const UPRIGHT_COLUMNS: usize = 5;
pub(super) const MARGIN: f32 = 51.0;
const TOP: f32 = 62.0;
const BOTTOM: f32 = 62.0;
/// The widest running text that is read with ease.
const MEASURE: f32 = 500.0;
const PADDING: f32 = 4.0;
/// What has to fit below a heading, or else it goes on to the next page.
const BELOW_HEADING: f32 = 56.0;

/// The laid out report.
pub(super) struct LaidOut {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) pages: Vec<Page>,
    /// Where title and headings begin: their text, the page from 0, the place from its top.
    pub(super) marks: Vec<(String, usize, f32)>,
    /// How many cells there are.
    pub(super) cells: usize,
}

/// What stands on one page.
#[derive(Default)]
pub(super) struct Page {
    pub(super) bars: Vec<Bar>,
    pub(super) pieces: Vec<Piece>,
}

/// A filled rectangle that means nothing.
pub(super) struct Bar {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) ink: Ink,
}

/// The lines of one cell on one page.
pub(super) struct Piece {
    /// The number of the cell; `None` where a header is repeated.
    pub(super) cell: Option<usize>,
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) style: Style,
    pub(super) lines: Vec<String>,
}

/// Lays the report out.
pub(super) fn lay_out(report: &Report, faces: &Faces) -> Result<LaidOut, ReportError> {
    let columns = report.told().map(|block| match block {
        Block::Table { columns, rows } => width(columns, rows),
        _ => 0,
    });
    let columns = columns.max().unwrap_or(0);
    if columns > MAX_COLUMNS {
        return Err(ReportError::TooManyColumns);
    }
    let (width, height) = if columns > UPRIGHT_COLUMNS { (LONG, SHORT) } else { (SHORT, LONG) };
    let done = LaidOut { width, height, pages: Vec::new(), marks: Vec::new(), cells: 0 };
    let mut layout = Layout { faces, done, page: Page::default(), y: TOP - 12.0 };
    layout.heading(TITLE, report.heading())?;
    layout.y += 10.0;
    for block in report.told() {
        match block {
            Block::Heading(text) => {
                layout.y += 10.0;
                layout.heading(HEADING, text)?;
                layout.y += 4.0;
            }
            Block::Paragraph(text) => layout.paragraph(text)?,
            Block::Facts(facts) => layout.facts(facts)?,
            Block::Table { columns, rows } => layout.table(columns, rows)?,
        }
    }
    layout.done.pages.push(layout.page);
    Ok(layout.done)
}

struct Layout<'f> {
    faces: &'f Faces,
    done: LaidOut,
    page: Page,
    /// How far the page is filled.
    y: f32,
}

/// A cell that is being set.
struct Cell {
    number: Option<usize>,
    x: f32,
    style: Style,
    lines: VecDeque<String>,
}

impl Cell {
    fn height(&self) -> f32 {
        self.lines.iter().map(|_| self.style.leading).sum()
    }
}

/// The header that a table repeats on every page: where its cells stand, and what they say. One
/// without height is none.
#[derive(Default)]
struct Header {
    cells: Vec<(f32, Vec<String>)>,
    height: f32,
}

impl Layout<'_> {
    fn bottom(&self) -> f32 {
        self.done.height - BOTTOM
    }

    fn room(&self) -> f32 {
        self.done.width - 2.0 * MARGIN
    }

    /// A cell with the next number.
    fn cell(&mut self, style: Style, x: f32, width: f32, text: &str) -> Cell {
        let number = Some(self.done.cells);
        self.done.cells += 1;
        let lines = wrap(style.face(self.faces), width / style.size, text).into();
        Cell { number, x, style, lines }
    }

    /// Begins the next page.
    fn turn(&mut self) -> Result<(), ReportError> {
        self.done.pages.push(std::mem::take(&mut self.page));
        if self.done.pages.len() >= MAX_PAGES {
            return Err(ReportError::TooLarge);
        }
        self.y = TOP;
        Ok(())
    }

    /// Begins the next page where less than this is left of the page.
    fn need(&mut self, height: f32) -> Result<(), ReportError> {
        if self.y > TOP && self.y + height > self.bottom() { self.turn() } else { Ok(()) }
    }

    fn heading(&mut self, style: Style, text: &str) -> Result<(), ReportError> {
        let cell = self.cell(style, MARGIN, self.room(), text);
        let height = cell.height();
        self.need(height.min(self.done.height / 3.0) + BELOW_HEADING)?;
        self.done.marks.push((text.to_owned(), self.done.pages.len(), self.y));
        self.row(vec![cell], 0.0, None)
    }

    fn paragraph(&mut self, text: &str) -> Result<(), ReportError> {
        let cell = self.cell(BODY, MARGIN, self.room().min(MEASURE), text);
        self.row(vec![cell], 0.0, None)?;
        self.y += 6.0;
        Ok(())
    }

    fn facts(&mut self, facts: &[(String, String)]) -> Result<(), ReportError> {
        let face = TERM.face(self.faces);
        let widest = facts.iter().map(|(term, _)| extent(face, term).0 * TERM.size);
        let width = widest.fold(0.0, f32::max).min(MEASURE * 0.36) + 1.0;
        let value = width + 14.0;
        for (term, text) in facts {
            let term = self.cell(TERM, MARGIN, width, term);
            let text = self.cell(BODY, MARGIN + value, MEASURE.min(self.room()) - value, text);
            self.row(vec![term, text], 1.0, None)?;
        }
        self.y += 6.0;
        Ok(())
    }

    fn table(&mut self, columns: &[String], rows: &[Vec<String>]) -> Result<(), ReportError> {
        let count = width(columns, rows);
        let mut wishes = vec![Wish::default(); count];
        let heads = std::iter::once((columns, COLUMN));
        for (cells, style) in heads.chain(rows.iter().map(|row| (row.as_slice(), CELL))) {
            for (wish, text) in wishes.iter_mut().zip(cells) {
                let (text, word) = extent(style.face(self.faces), text);
                *wish =
                    wish.or(Wish { text: text * style.size + 0.5, word: word * style.size + 0.5 });
            }
        }
        let mut x = MARGIN;
        let places: Vec<(f32, f32)> = columns::share(&wishes, 2.0 * PADDING, self.room())
            .into_iter()
            .map(|width| {
                x += width;
                (x - width + PADDING, width - 2.0 * PADDING)
            })
            .collect();
        let header =
            if columns.is_empty() { Header::default() } else { self.header(columns, &places)? };
        for row in rows {
            let cells: Vec<Cell> = places
                .iter()
                .zip(filled(row, count))
                .map(|((x, width), text)| self.cell(CELL, *x, *width, text))
                .collect();
            self.row(cells, 3.0, Some(&header))?;
        }
        self.y += 10.0;
        Ok(())
    }

    /// Sets the header and gives it back where it is to be repeated; one that would take a good part
    /// of every page stands only once.
    fn header(&mut self, columns: &[String], places: &[(f32, f32)]) -> Result<Header, ReportError> {
        let cells: Vec<Cell> = places
            .iter()
            .zip(filled(columns, places.len()))
            .map(|((x, width), text)| self.cell(COLUMN, *x, *width, text))
            .collect();
        let height = cells.iter().map(Cell::height).fold(0.0, f32::max) + 2.0 * PADDING;
        if height > self.done.height / 4.0 {
            let none = Header::default();
            self.row(cells, PADDING, Some(&none))?;
            return Ok(none);
        }
        self.need(height + 3.0 * CELL.leading)?;
        let first = cells.first().and_then(|cell| cell.number);
        let lines = cells.into_iter().map(|cell| (cell.x, cell.lines.into())).collect();
        let header = Header { cells: lines, height };
        self.put_header(&header, first);
        Ok(header)
    }

    /// Puts a header on the page; its cells have numbers from the first on, or none.
    fn put_header(&mut self, header: &Header, first: Option<usize>) {
        let (y, width) = (self.y, self.room());
        self.page.bars.push(Bar { x: MARGIN, y, width, height: header.height, ink: Ink::Shade });
        for (n, (x, lines)) in header.cells.iter().enumerate() {
            self.page.pieces.push(Piece {
                cell: first.map(|first| first + n),
                x: *x,
                y: y + PADDING,
                style: COLUMN,
                lines: lines.clone(),
            });
        }
        self.y += header.height;
    }

    /// Puts a row on the page and on those that follow, with `gap` above and below. `table`: it is
    /// one of a table, whose header may be repeated.
    fn row(
        &mut self,
        mut cells: Vec<Cell>,
        gap: f32,
        table: Option<&Header>,
    ) -> Result<(), ReportError> {
        let height = cells.iter().map(Cell::height).fold(0.0, f32::max) + 2.0 * gap;
        if self.y + height > self.bottom() && height <= self.done.height / 4.0 {
            self.turn_with(table)?;
        }
        loop {
            let room = self.bottom() - self.y - 2.0 * gap;
            let mut used: f32 = 0.0;
            for cell in &mut cells {
                used = used.max(self.piece(cell, self.y + gap, room));
            }
            if used > 0.0 {
                self.y += used + 2.0 * gap;
                if table.is_some() {
                    let (y, width) = (self.y, self.room());
                    self.page.bars.push(Bar { x: MARGIN, y, width, height: 0.5, ink: Ink::Rule });
                }
            }
            if cells.iter().all(|cell| cell.lines.is_empty()) {
                return Ok(());
            }
            self.turn_with(table)?;
        }
    }

    fn turn_with(&mut self, table: Option<&Header>) -> Result<(), ReportError> {
        self.turn()?;
        if let Some(header) = table.filter(|header| header.height > 0.0) {
            self.put_header(header, None);
        }
        Ok(())
    }

    /// Puts as many lines of the cell on the page as there is room for; gives their height.
    fn piece(&mut self, cell: &mut Cell, y: f32, room: f32) -> f32 {
        let (mut lines, mut used) = (Vec::new(), 0.0);
        while used + cell.style.leading <= room
            && let Some(line) = cell.lines.pop_front()
        {
            lines.push(line);
            used += cell.style.leading;
        }
        if !lines.is_empty() {
            let (cell, x, style) = (cell.number, cell.x, cell.style);
            self.page.pieces.push(Piece { cell, x, y, style, lines });
        }
        used
    }
}
