//! Breaking text into lines of a width.
//!
//! A line ends where the text has a break, else after a word, and within a word only where the word
//! is wider than the line. A line that ends after a word keeps a space at its end: whoever takes the
//! text out of the file finds the words apart.

use super::face::Face;

/// The lines of a text, one at least, none of them empty. `width` is in ems.
pub(super) fn wrap(face: &Face, width: f32, text: &str) -> Vec<String> {
    let mut wrap = Wrap { face, width, lines: Vec::new(), line: String::new(), at: 0.0 };
    for (n, line) in text.lines().enumerate() {
        if n > 0 {
            wrap.end_line();
        }
        for word in words(face, line) {
            wrap.word(&word);
        }
    }
    if wrap.line.is_empty() {
        wrap.line.push(' ');
    }
    wrap.lines.push(wrap.line);
    wrap.lines
}

/// The text on one line, with an ellipsis where it does not fit. `width` is in ems.
pub(super) fn clip(face: &Face, width: f32, text: &str) -> String {
    let lines = wrap(face, width - face.advance('…'), text);
    let first = lines.first().map_or("", |line| line.trim_end());
    if lines.len() > 1 { format!("{first}…") } else { first.to_owned() }
}

/// How wide the text would be where nothing but its own breaks ended a line, and its widest word;
/// both in ems.
pub(super) fn extent(face: &Face, text: &str) -> (f32, f32) {
    let space = face.advance(' ');
    text.lines().fold((0.0, 0.0), |(widest, longest): (f32, f32), line| {
        let (mut width, mut longest) = (0.0, longest);
        for word in words(face, line) {
            let word = face.width(&word);
            width += if width > 0.0 { space + word } else { word };
            longest = longest.max(word);
        }
        (widest.max(width), longest)
    })
}

/// The words of a line as they are shown. A space that must not break is part of a word.
fn words<'t>(face: &'t Face, line: &'t str) -> impl Iterator<Item = String> + 't {
    let apart = |c: char| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}');
    line.split(apart)
        .map(|word| word.chars().filter_map(|c| face.shown(c)).collect::<String>())
        .filter(|word| !word.is_empty())
}

struct Wrap<'f> {
    face: &'f Face,
    width: f32,
    lines: Vec<String>,
    line: String,
    at: f32,
}

impl Wrap<'_> {
    fn word(&mut self, word: &str) {
        let wide = self.face.width(word);
        let space = self.face.advance(' ');
        if !self.line.is_empty() {
            if self.at + space + wide <= self.width {
                self.line.push(' ');
                self.at += space;
            } else {
                self.end_line();
            }
        }
        if wide <= self.width {
            self.line.push_str(word);
            self.at += wide;
            return;
        }
        for c in word.chars() {
            let wide = self.face.advance(c);
            if self.at + wide > self.width && !self.line.is_empty() {
                self.lines.push(std::mem::take(&mut self.line));
                self.at = 0.0;
            }
            self.line.push(c);
            self.at += wide;
        }
    }

    fn end_line(&mut self) {
        self.line.push(' ');
        self.lines.push(std::mem::take(&mut self.line));
        self.at = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::super::face::Faces;
    use super::*;

    #[test]
    fn lines_end_at_breaks_after_words_and_only_then_within_them() {
        let face = Faces::load().unwrap().regular;
        let ems = face.width("aaaa ");
        assert_eq!(wrap(&face, ems, "aaaa aa  a\taaaa"), ["aaaa ", "aa a ", "aaaa"]);
        assert_eq!(wrap(&face, ems, "aaaaaaa aa"), ["aaaa", "aaa ", "aa"]);
        assert_eq!(wrap(&face, ems, "a\r\n\nb"), ["a ", " ", "b"]);
        assert_eq!(wrap(&face, ems, "a\u{a0}a a\u{a0}a"), ["a\u{a0}a ", "a\u{a0}a"]);
        assert_eq!(wrap(&face, -1.0, "ab"), ["a", "b"]);
        assert_eq!(wrap(&face, ems, ""), [" "]);
    }

    #[test]
    fn what_does_not_fit_on_one_line_is_cut_with_an_ellipsis() {
        let face = Faces::load().unwrap().regular;
        assert_eq!(clip(&face, face.width("aaaa…"), "aaaa"), "aaaa");
        assert_eq!(clip(&face, face.width("aaaa…"), "aaa bbbb"), "aaa…");
    }
}
