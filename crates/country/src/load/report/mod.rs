//! A report for people: one HTML file with tables and plots that asks nothing of any network.
//!
//! Every plot is drawn as SVG with a title, a sentence that says what it shows, and its figures in a table beside
//! it; lines differ by dashes and not by colour alone; colours follow the reader's choice of light or dark.
//! What stands in it is told by whoever makes it: this module knows no run.

mod axis;
mod chart;
mod page;

pub use axis::{Axis, Scale};
pub use chart::{Chart, Series};
pub use page::{Page, Part, Section, Table, Verdict};

/// A number for people: with thousands set apart, and so many digits behind the point as say something.
pub fn number(value: f64) -> String {
    let size = value.abs();
    let digits = match size {
        _ if size >= 100.0 || size == 0.0 => 0,
        _ if size >= 10.0 => 1,
        _ if size >= 1.0 => 2,
        _ => 3,
    };
    fixed(value, digits)
}

/// A number with so many digits behind the point, thousands set apart.
fn fixed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(w, r)| (w, r));
    let mut grouped = String::new();
    let count = whole.chars().filter(char::is_ascii_digit).count();
    let mut left = count;
    for letter in whole.chars() {
        if letter.is_ascii_digit() {
            if left != count && left.is_multiple_of(3) {
                grouped.push(',');
            }
            left -= 1;
        }
        grouped.push(letter);
    }
    if rest.is_empty() { grouped } else { format!("{grouped}.{rest}") }
}

/// Text as it may stand in HTML, in an element or in an attribute.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_with_as_many_digits_as_say_something() {
        for (value, text) in [
            (0.0, "0"),
            (0.001_23, "0.001"),
            (0.5, "0.500"),
            (1.234, "1.23"),
            (12.34, "12.3"),
            (123.4, "123"),
            (1234.5, "1,234"),
            (-1_234_567.0, "-1,234,567"),
            (999_999.0, "999,999"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn what_has_a_meaning_in_html_is_escaped() {
        assert_eq!(escaped("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
    }
}
