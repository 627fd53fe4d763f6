//! References: to a place in the same text, or to an image that the text itself carries.

use super::allow::is_identifier;

/// Is this a link to a place in the same text?
pub(super) fn is_fragment(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(is_identifier)
}

/// Is this a PNG, JPEG or GIF image in base64 (RFC 2397, RFC 4648 section 4)? The first bytes of the
/// image must be those of the named type. SVG is not an image here: it can hold scripts.
pub(super) fn is_inline_image(text: &str) -> bool {
    const TYPES: [(&str, &[&str]); 3] = [
        ("data:image/png;base64,", &["iVBORw0KGgo"]),
        ("data:image/jpeg;base64,", &["/9j/"]),
        ("data:image/gif;base64,", &["R0lGODlh", "R0lGODdh"]),
    ];
    TYPES.iter().any(|(prefix, beginnings)| {
        text.strip_prefix(prefix).is_some_and(|data| {
            beginnings.iter().any(|beginning| data.starts_with(beginning)) && is_base64(data)
        })
    })
}

fn is_base64(data: &str) -> bool {
    let body = data.strip_suffix("==").or(data.strip_suffix('=')).unwrap_or(data);
    data.len().is_multiple_of(4)
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_only_to_a_place_in_the_same_text() {
        assert!(is_fragment("#chapter-1"));
        for other in ["", "#", "# a", "a#b", "//example.org", "javascript:0", "#a\u{0}", "?#a"] {
            assert!(!is_fragment(other), "{other}");
        }
    }

    #[test]
    fn an_image_is_in_base64_and_begins_as_its_type_does() {
        assert!(is_inline_image("data:image/png;base64,iVBORw0KGgoA"));
        assert!(is_inline_image("data:image/gif;base64,R0lGODlhAQ=="));
        for other in [
            "data:image/svg+xml;base64,PHN2Zy8+",
            "data:image/png;base64,R0lGODlhAQ==",
            "data:image/png,iVBORw0KGgoA",
            "data:image/png;base64,iVBORw0KGgo A",
            "data:image/png;base64,iVBORw0KGgoA=",
            "DATA:image/png;base64,iVBORw0KGgoA",
            " data:image/png;base64,iVBORw0KGgoA",
            "https://example.org/a.png",
            "data:text/html;base64,PHA+",
        ] {
            assert!(!is_inline_image(other), "{other}");
        }
    }
}
