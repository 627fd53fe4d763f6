//! Writing one page of XHTML: well-formed by construction, all text escaped.

use quick_xml::escape::escape;
use varanto_model::Language;

/// A page being written.
pub(crate) struct Page {
    text: String,
    in_list: bool,
}

impl Page {
    pub(crate) fn new(language: Language, title: &str) -> Self {
        let (code, title) = (language.code(), clean(title));
        let text = format!(
            "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{code}\" xml:lang=\"{code}\">\n\
             <head>\n<meta charset=\"utf-8\"/>\n<title>{title}</title>\n</head>\n\
             <body>\n<h1>{title}</h1>\n"
        );
        Self { text, in_list: false }
    }

    /// A heading of the level 2 to 6; deeper ones are of the level 6.
    pub(crate) fn heading(&mut self, level: usize, heading: &str) {
        self.close_list();
        let level = level.clamp(2, 6);
        self.line(&format!("<h{level}>{}</h{level}>", clean(heading)));
    }

    /// A term with its values; without a term each value is a paragraph.
    pub(crate) fn values(&mut self, term: Option<&str>, values: &[String]) {
        if values.is_empty() {
            return;
        }
        if let Some(term) = term {
            if !self.in_list {
                self.line("<dl>");
                self.in_list = true;
            }
            self.line(&format!("<dt>{}</dt>", clean(term)));
        } else {
            self.close_list();
        }
        let element = if term.is_some() { "dd" } else { "p" };
        for value in values {
            self.line(&format!("<{element}>{}</{element}>", with_breaks(value)));
        }
    }

    /// Begins an element that holds further content.
    pub(crate) fn open(&mut self, element: &str) {
        self.close_list();
        self.line(&format!("<{element}>"));
    }

    /// Ends the element that was begun last.
    pub(crate) fn close(&mut self, element: &str) {
        self.close_list();
        self.line(&format!("</{element}>"));
    }

    /// A table that is named by a text; its header cells, if any, and its rows of cells.
    pub(crate) fn table<'t, C: Iterator<Item = &'t str>>(
        &mut self,
        name: &str,
        columns: Option<C>,
        rows: impl Iterator<Item = C>,
    ) {
        self.close_list();
        // What an attribute may hold is bounded.
        let name: String = name.chars().take(1_000).collect();
        self.line(&format!("<table aria-label=\"{}\">", clean(&name)));
        if let Some(columns) = columns {
            self.line("<thead>");
            self.row(columns, "<th scope=\"col\">", "</th>");
            self.line("</thead>");
        }
        self.line("<tbody>");
        for row in rows {
            self.row(row, "<td>", "</td>");
        }
        self.line("</tbody>\n</table>");
    }

    fn row<'t>(&mut self, cells: impl Iterator<Item = &'t str>, open: &str, close: &str) {
        self.text.push_str("<tr>");
        for cell in cells {
            self.text.push_str(open);
            self.text.push_str(&with_breaks(cell));
            self.text.push_str(close);
        }
        self.line("</tr>");
    }

    pub(crate) fn finish(mut self) -> String {
        self.close_list();
        self.line("</body>\n</html>");
        self.text
    }

    /// Ends the list of terms that is being written, if any.
    pub(crate) fn close_list(&mut self) {
        if std::mem::take(&mut self.in_list) {
            self.line("</dl>");
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// Escaped text in which line breaks stay.
fn with_breaks(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(clean).collect();
    lines.join("<br/>")
}

/// Escaped text; characters that XML cannot carry become the replacement character.
fn clean(text: &str) -> String {
    let allowed = |c: char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => !c.is_control(),
    };
    let kept: String = text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect();
    escape(kept.as_str()).into_owned()
}
