//! How the texts of a PDF look: face, size, distance of lines, and ink.

use super::face::{Face, Faces};

/// How a text is set: sizes in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) bold: bool,
    pub(super) size: f32,
    /// From one line to the next.
    pub(super) leading: f32,
    pub(super) ink: Ink,
}

/// What something is drawn with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ink {
    /// Text.
    Black,
    /// Text that stands back.
    Grey,
    /// Lines between rows.
    Rule,
    /// The ground of a header.
    Shade,
}

pub(super) const TITLE: Style = Style { bold: true, size: 19.0, leading: 24.0, ink: Ink::Black };
pub(super) const HEADING: Style = Style { bold: true, size: 12.5, leading: 16.0, ink: Ink::Black };
pub(super) const BODY: Style = Style { bold: false, size: 9.5, leading: 13.5, ink: Ink::Black };
pub(super) const TERM: Style = Style { bold: false, size: 9.5, leading: 13.5, ink: Ink::Grey };
pub(super) const COLUMN: Style = Style { bold: true, size: 8.5, leading: 11.5, ink: Ink::Black };
pub(super) const CELL: Style = Style { bold: false, size: 8.5, leading: 11.5, ink: Ink::Black };
pub(super) const MARGINAL: Style = Style { bold: false, size: 8.0, leading: 10.0, ink: Ink::Grey };

impl Style {
    pub(super) fn face<'f>(&self, faces: &'f Faces) -> &'f Face {
        if self.bold { &faces.bold } else { &faces.regular }
    }

    /// Where the feet of the letters stand below the top of a line.
    pub(super) fn foot(&self) -> f32 {
        f32::midpoint(self.leading, self.size * 0.72)
    }
}
