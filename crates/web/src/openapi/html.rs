//! Text into HTML: everything that is not markup of ours is escaped.

/// The text with the five special characters of HTML replaced.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

/// One paragraph of Markdown: spans of code and of strong text are told, all else is plain.
pub(super) fn inline(markdown: &str) -> String {
    let spans = markdown.split('`').enumerate().map(|(i, part)| match i % 2 {
        0 => strong(part),
        _ => format!("<code>{}</code>", escaped(part)),
    });
    spans.collect()
}

/// Several paragraphs, with empty lines between them.
pub(super) fn paragraphs(markdown: &str) -> String {
    let texts = markdown.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
    texts.map(|text| format!("<p>{}</p>\n", inline(text))).collect::<Vec<_>>().concat()
}

fn strong(text: &str) -> String {
    let spans = text.split("**").enumerate().map(|(i, part)| match i % 2 {
        0 => escaped(part),
        _ => format!("<strong>{}</strong>", escaped(part)),
    });
    spans.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_is_shown_and_not_obeyed() {
        let text = r#"<script>'a' & "b"</script>"#;
        let shown = "&lt;script&gt;&#39;a&#39; &amp; &quot;b&quot;&lt;/script&gt;";
        assert_eq!(escaped(text), shown);
        assert_eq!(inline(&format!("`{text}`")), format!("<code>{shown}</code>"));
        assert_eq!(
            paragraphs(&format!("**{text}**")),
            format!("<p><strong>{shown}</strong></p>\n")
        );
    }

    #[test]
    fn paragraphs_stand_between_empty_lines() {
        assert_eq!(paragraphs("one\nline\n\n\ntwo\n"), "<p>one\nline</p>\n<p>two</p>\n");
    }
}
