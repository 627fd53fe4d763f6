//! Styles: plain declarations of a small list of properties.
//!
//! A style is not parsed as CSS defines it. It is held to a form that every reader reads alike:
//! `property: value;` with values of few characters, and in a style element rules of plain
//! selectors. Nothing can be fetched, escaped, commented out or nested. Properties that hide or
//! move text are not on the list: what was signed is what is seen.

/// The most bytes of a style attribute.
const MAX_ATTRIBUTE: usize = 4 * 1024;
/// The most bytes of a style element.
const MAX_ELEMENT: usize = 64 * 1024;

const PROPERTIES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-width",
    "caption-side",
    "color",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "page-break-after",
    "page-break-before",
    "page-break-inside",
    "text-align",
    "text-decoration",
    "vertical-align",
    "white-space",
    "width",
];

/// Is this an allowed value of a style attribute?
pub(super) fn is_allowed_attribute(text: &str) -> bool {
    text.len() <= MAX_ATTRIBUTE && are_declarations(text)
}

/// Is this an allowed content of a style element?
pub(super) fn is_allowed_element(text: &str) -> bool {
    if text.len() > MAX_ELEMENT {
        return false;
    }
    let mut rest = text.trim();
    while !rest.is_empty() {
        let Some((selectors, after)) = rest.split_once('{') else { return false };
        let Some((declarations, after)) = after.split_once('}') else { return false };
        if !selectors.split(',').all(is_selector) || !are_declarations(declarations) {
            return false;
        }
        rest = after.trim_start();
    }
    true
}

/// Names of elements, classes and identifiers, one below the other.
fn is_selector(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.split([' ', '\n', '\r', '\t', '>']).all(|part| {
            part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.#".contains(&b)) || part == "*"
        })
}

fn are_declarations(text: &str) -> bool {
    text.split(';').map(str::trim).filter(|declaration| !declaration.is_empty()).all(
        |declaration| {
            declaration.split_once(':').is_some_and(|(property, value)| {
                PROPERTIES.contains(&property.trim()) && is_value(value.trim())
            })
        },
    )
}

/// Words, numbers, colours and names of fonts in quotes.
fn is_value(text: &str) -> bool {
    let text = text.strip_suffix("!important").map_or(text, str::trim_end);
    let quotes = |quote: u8| text.bytes().filter(|b| *b == quote).count();
    let mixed = quotes(b'"') > 0 && quotes(b'\'') > 0;
    let even = (quotes(b'"') + quotes(b'\'')).is_multiple_of(2);
    !text.is_empty()
        && even
        && !mixed
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b" \t\r\n#%.,+-'\"()".contains(&b))
        && parentheses_are_colours(text)
}

/// Parentheses are only those of `rgb(…)` and `rgba(…)`, with numbers in them.
fn parentheses_are_colours(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('(') {
        let Some((inside, after)) = after.split_once(')') else { return false };
        let word = before.rsplit([' ', ',']).next().unwrap_or_default();
        let numbers = inside.bytes().all(|b| b.is_ascii_digit() || b" ,.%".contains(&b));
        if !matches!(word, "rgb" | "rgba") || !numbers || before.contains(')') {
            return false;
        }
        rest = after;
    }
    !rest.contains(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_declarations_are_allowed() {
        for style in [
            "",
            "color: red",
            "margin: 0 auto -1px; padding:2em;",
            "font-family: 'Open Sans', sans-serif",
            "background-color: rgb(1, 2, 3) !important",
            "width:50%;border:1px solid #cccccc",
        ] {
            assert!(is_allowed_attribute(style), "{style}");
        }
    }

    #[test]
    fn what_loads_escapes_comments_or_hides_is_refused() {
        for style in [
            "background: url(https://example.org/)",
            "background-color: url(x)",
            "color: u\\72l(x)",
            "color: red/*;*/",
            "color: expression(alert(1))",
            "behavior: x",
            "-moz-binding: x",
            "display: none",
            "position: fixed",
            "color: rgb(url(x))",
            "color: rgb(1",
            "color: 1)",
            "font-family: 'a",
            "font-family: 'a\"b'\"",
            "color: red}body{color:red",
            "color",
            "--x: 1",
            "COLOR: red",
            "color: r\u{e9}d",
            "color: var(--x)",
            "color: image-set('x' 1x)",
        ] {
            assert!(!is_allowed_attribute(style), "{style}");
        }
        assert!(!is_allowed_attribute(&" ".repeat(MAX_ATTRIBUTE + 1)));
    }

    #[test]
    fn a_style_element_holds_plain_rules_only() {
        assert!(is_allowed_element("\n h1, .a > td#b { color: red; }\n * { margin: 0 }\n"));
        for style in [
            "@import 'x';",
            "@media print { p { color: red } }",
            "@font-face { font-family: x }",
            "p { color: red",
            "p { color: red } }",
            "{ color: red }",
            "a[href^='x'] { color: red }",
            "p::before { content: 'x' }",
            "<!-- p { color: red } -->",
            "p { color: red } /* x */",
            "p { p { color: red } }",
        ] {
            assert!(!is_allowed_element(style), "{style}");
        }
    }
}
