//! The two faces that reports are set in: DejaVu Sans Condensed, regular and bold. They have the
//! letters of all Latin, Greek and Cyrillic alphabets and are narrow enough for tables.
//!
//! A character is set by its own sign; there is no joining of letters and no writing from right to
//! left. The font is under the licence of Bitstream Vera, whose text is in the crate that brings it.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

/// The faces.
pub(super) struct Faces {
    pub(super) regular: Face,
    pub(super) bold: Face,
}

impl Faces {
    /// Reads the faces that the program carries; `None` where they cannot be read.
    pub(super) fn load() -> Option<Self> {
        Some(Self {
            regular: Face::read(dejavu::sans_condensed::regular())?,
            bold: Face::read(dejavu::sans_condensed::bold())?,
        })
    }
}

/// One face. Its measures are in ems: they are multiplied by the size of the text.
pub(super) struct Face {
    font: Font,
    signs: Charmap<'static>,
    measures: GlyphMetrics<'static>,
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let file = FontRef::new(bytes).ok()?;
        Some(Self {
            font: Font::new(bytes.into(), 0)?,
            signs: file.charmap(),
            measures: file.glyph_metrics(Size::new(1.0), LocationRef::default()),
        })
    }

    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// The character that is shown for `c`: itself, U+FFFD where the face has no sign for it, and
    /// nothing for one that only directs how others are set.
    pub(super) fn shown(&self, c: char) -> Option<char> {
        match c {
            '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}' => None,
            // For private use: PDF/A-2a wants a meaning for each sign.
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => Some('\u{fffd}'),
            c if c.is_control() || self.sign(c).is_none() => Some('\u{fffd}'),
            c => Some(c),
        }
    }

    /// How wide a character is.
    pub(super) fn advance(&self, c: char) -> f32 {
        let sign = self.sign(c).unwrap_or_default();
        self.measures.advance_width(sign).unwrap_or_default()
    }

    /// How wide a text is on one line.
    pub(super) fn width(&self, text: &str) -> f32 {
        text.chars().map(|c| self.advance(c)).sum()
    }

    /// The signs of a text in which every character is [shown](Self::shown).
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(start, c)| {
                let sign = self.sign(c).unwrap_or_default();
                let advance = self.measures.advance_width(sign).unwrap_or_default();
                let range = start..start + c.len_utf8();
                KrillaGlyph::new(GlyphId::new(sign.to_u32()), advance, 0.0, 0.0, 0.0, range, None)
            })
            .collect()
    }

    fn sign(&self, c: char) -> Option<skrifa::GlyphId> {
        self.signs.map(c).filter(|sign| sign.to_u32() != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_have_the_letters_of_the_names_of_europe() {
        let faces = Faces::load().unwrap();
        let names = "Šárka Áilu Čáhppe Ŋuorttus Đorđe Ŧŧ Ǥǥ Ǧǧ Ǩǩ Ǯǯ Ʒʒ Õun Þór Łukasz Çağrı Őrsi Ģirts Ėglė \
                     Ελευθερία Ώρα Юлия Ёлкина Їжак Љубица Ћирић – “” § € …\u{fffd}";
        for c in names.chars() {
            for face in [&faces.regular, &faces.bold] {
                assert_eq!(face.shown(c), Some(c), "{c:?}");
                assert!(face.advance(c) > 0.0, "{c:?}");
            }
        }
    }

    #[test]
    fn what_has_no_sign_is_told_to_be_missing_and_what_only_directs_is_left_out() {
        let face = Faces::load().unwrap().regular;
        for c in ['\u{0}', '\u{7f}', '\u{e000}', '\u{10ffff}', '\u{ffff}', '漢'] {
            assert_eq!(face.shown(c), Some('\u{fffd}'), "{c:?}");
        }
        for c in ['\u{feff}', '\u{ad}', '\u{202e}', '\u{200b}'] {
            assert_eq!(face.shown(c), None, "{c:?}");
        }
    }
}
