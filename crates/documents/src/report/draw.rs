//! Writing the laid out pages as PDF/A-2a and PDF/UA-1.
//!
//! Text that belongs to the report is marked with what it is; rules, grounds, repeated headers and
//! what stands in the margins are marked as no part of it. Identifiers come from the content.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier};
use krilla::{Document, SerializeSettings};
use varanto_model::Moment;

use super::face::Faces;
use super::layout::{Bar, LaidOut, MARGIN, Piece};
use super::lines::clip;
use super::style::{Ink, MARGINAL, Style};
use super::{Report, ReportError, tags};

/// From the edge of the page to the line in its margin.
const EDGE: f32 = 34.0;

/// Writes the report.
pub(super) fn write(
    report: &Report,
    faces: &Faces,
    laid_out: &LaidOut,
    made_at: Timestamp,
) -> Result<Vec<u8>, ReportError> {
    let settings = SerializeSettings {
        configuration: configuration().ok_or(ReportError::NotPdfA)?,
        ..SerializeSettings::default()
    };
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(report, made_at));
    let pen = Pen { faces };
    let room = laid_out.width - 2.0 * MARGIN;
    let title = clip(&faces.regular, room / MARGINAL.size, report.heading());
    let day = Moment::Instant(made_at).date().finnish();
    let mut drawn: Vec<Vec<Identifier>> = vec![Vec::new(); laid_out.cells];
    let total = laid_out.pages.len();
    for (n, page) in laid_out.pages.iter().enumerate() {
        let settings =
            PageSettings::from_wh(laid_out.width, laid_out.height).ok_or(ReportError::NotPdfA)?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        draw_bars(&mut surface, &page.bars);
        if n > 0 {
            pen.marginal(&mut surface, ArtifactType::Header, &[(MARGIN, EDGE, title.as_str())]);
        }
        for piece in &page.pieces {
            let part = pen.piece(&mut surface, piece);
            if let Some(parts) = piece.cell.and_then(|cell| drawn.get_mut(cell)) {
                parts.push(part);
            }
        }
        let number = format!("{} / {total}", n + 1);
        let right = MARGIN + room - faces.regular.width(&number) * MARGINAL.size;
        let foot = laid_out.height - EDGE - MARGINAL.leading;
        let texts = [(MARGIN, foot, day.as_str()), (right, foot, number.as_str())];
        pen.marginal(&mut surface, ArtifactType::Footer, &texts);
        surface.finish();
        sheet.finish();
    }
    document.set_outline(outline(laid_out));
    document.set_tag_tree(tags::tree(report, drawn));
    // Its error may name text of the report, so it ends here.
    document.finish().map_err(|_| ReportError::NotPdfA)
}

fn configuration() -> Option<Configuration> {
    ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .ok()
}

fn metadata(report: &Report, made_at: Timestamp) -> Metadata {
    let at = made_at.to_zoned(TimeZone::UTC);
    let made_at = DateTime::new(at.year().unsigned_abs())
        .month(at.month().unsigned_abs())
        .day(at.day().unsigned_abs())
        .hour(at.hour().unsigned_abs())
        .minute(at.minute().unsigned_abs())
        .second(at.second().unsigned_abs())
        .utc_offset_hour(0);
    Metadata::new()
        .title(tags::spoken(report.heading()))
        .language(report.language.code().to_owned())
        .creator("Varanto".to_owned())
        .creation_date(made_at)
}

/// Title and headings, to go to.
fn outline(laid_out: &LaidOut) -> Outline {
    let mut outline = Outline::new();
    for (text, page, y) in &laid_out.marks {
        let place = XyzDestination::new(*page, Point::from_xy(MARGIN, *y));
        outline.push_child(OutlineNode::new(tags::spoken(text), place));
    }
    outline
}

fn draw_bars(surface: &mut Surface<'_>, bars: &[Bar]) {
    if bars.is_empty() {
        return;
    }
    surface.start_tagged(artifact(ArtifactType::Layout));
    for bar in bars {
        let mut path = PathBuilder::new();
        if let Some(rectangle) = Rect::from_xywh(bar.x, bar.y, bar.width, bar.height) {
            path.push_rect(rectangle);
        }
        if let Some(path) = path.finish() {
            surface.set_fill(Some(fill(bar.ink)));
            surface.draw_path(&path);
        }
    }
    surface.end_tagged();
}

/// What draws text.
struct Pen<'f> {
    faces: &'f Faces,
}

impl Pen<'_> {
    fn piece(&self, surface: &mut Surface<'_>, piece: &Piece) -> Identifier {
        let part = surface.start_tagged(match piece.cell {
            Some(_) => ContentTag::Other,
            None => artifact(ArtifactType::PaginationOther),
        });
        let mut y = piece.y;
        for line in &piece.lines {
            self.line(surface, piece.style, piece.x, y, line);
            y += piece.style.leading;
        }
        surface.end_tagged();
        part
    }

    /// Texts in the margin: each with its place.
    fn marginal(&self, surface: &mut Surface<'_>, kind: ArtifactType, texts: &[(f32, f32, &str)]) {
        surface.start_tagged(artifact(kind));
        for (x, y, text) in texts {
            self.line(surface, MARGINAL, *x, *y, text);
        }
        surface.end_tagged();
    }

    fn line(&self, surface: &mut Surface<'_>, style: Style, x: f32, y: f32, text: &str) {
        let face = style.face(self.faces);
        let start = Point::from_xy(x, y + style.foot());
        surface.set_fill(Some(fill(style.ink)));
        surface.draw_glyphs(start, &face.glyphs(text), face.font(), text, style.size, false);
    }
}

fn artifact(kind: ArtifactType) -> ContentTag<'static> {
    ContentTag::Artifact(Artifact::with_kind(kind))
}

fn fill(ink: Ink) -> Fill {
    let color = match ink {
        Ink::Black => rgb::Color::new(0x1c, 0x1c, 0x1c),
        Ink::Grey => rgb::Color::new(0x55, 0x59, 0x5e),
        Ink::Rule => rgb::Color::new(0xc8, 0xcc, 0xd0),
        Ink::Shade => rgb::Color::new(0xec, 0xef, 0xf2),
    };
    Fill { paint: color.into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}
