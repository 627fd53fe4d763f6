//! Several display forms as one text for reading (DOC-09). Each keeps its words and its order; what
//! would reach beyond it – styles, classes, names of places and links to them – is left out, so that
//! no form can cover or imitate another. What results is a display form itself.

use std::borrow::Cow;
use std::fmt::Write;

use roxmltree::{Document, Node};
use varanto_model::{Language, Pointer};

use super::{MAX_BYTES, MAX_DEPTH, MAX_NODES, Report, allow, options, readable_text, tree};

/// Room for the end of the page, in bytes, and of one entry's own elements, in nodes.
const RESERVE: usize = 4_096;
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// What is left out of every element.
const LEFT_OUT: &[&str] = &["class", "headers", "href", "id", "lang", "name", "style"];

/// One text being made of several.
pub struct Joined {
    language: Language,
    text: String,
    nodes: usize,
}

impl Joined {
    /// A text with a title, and nothing under it yet.
    pub fn new(language: Language, title: &str) -> Self {
        let (code, title) = (language.code(), escaped(title));
        let text = format!(
            "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{code}\" xml:lang=\"{code}\">\n\
             <head>\n<meta charset=\"utf-8\"/>\n<title>{title}</title>\n</head>\n\
             <body>\n<h1>{title}</h1>\n"
        );
        Self { language, text, nodes: RESERVE }
    }

    /// Adds a display form under a heading. One that is no acceptable display form, or for which there
    /// is no room, is replaced by a word about that.
    pub fn add(&mut self, heading: &str, form: &[u8]) {
        let heading = escaped(heading);
        let article = self.article(form).unwrap_or_else(|| Article {
            language: None,
            text: format!("<p>{}</p>", self.not_shown()),
            nodes: 2,
        });
        let language = article.language.map_or_else(String::new, |language| {
            let code = language.code();
            format!(" lang=\"{code}\" xml:lang=\"{code}\"")
        });
        let body = &article.text;
        self.nodes += article.nodes + 8;
        let entry =
            format!("<article>\n<h2>{heading}</h2>\n<div{language}>{body}</div>\n</article>\n");
        // Without room even for a word the text stays as it is.
        if self.text.len() + entry.len() + RESERVE <= MAX_BYTES && self.nodes <= MAX_NODES {
            self.text.push_str(&entry);
        }
    }

    /// The whole text.
    pub fn finish(mut self) -> String {
        self.text.push_str("</body>\n</html>");
        self.text
    }

    fn article(&self, form: &[u8]) -> Option<Article> {
        let at = Pointer::root();
        let mut report = Report { faults: varanto_model::Faults::none(), at: &at };
        let text: Cow<'_, str> = readable_text(form, &mut report)?;
        let document = Document::parse_with_options(&text, options()).ok()?;
        let known = tree::check(&document, &mut report);
        if !report.faults.is_empty() {
            return None;
        }
        let root = document.root_element();
        let body = root.children().find(|child| child.tag_name().name() == "body")?;
        let mut article = Article { language: known.language(), text: String::new(), nodes: 0 };
        // The article stands one element deeper than the form's own body: html, body, article, div.
        let has_room = article.children(body, 5);
        let bytes = self.text.len() + article.text.len() + 2 * RESERVE;
        let fits = has_room && bytes <= MAX_BYTES && self.nodes + article.nodes + 8 <= MAX_NODES;
        fits.then_some(article)
    }

    fn not_shown(&self) -> &'static str {
        match self.language {
            Language::Fi => "Tätä kirjausta ei voi näyttää tässä. Hae asiakirja erikseen.",
            Language::Sv => "Denna anteckning kan inte visas här. Hämta handlingen separat.",
            Language::En => "This entry cannot be shown here. Fetch the document by itself.",
        }
    }
}

/// The body of one display form, written anew.
struct Article {
    language: Option<Language>,
    text: String,
    nodes: usize,
}

impl Article {
    /// Writes the children of a node, which stand at `depth`. Not deeper than a text may be: then
    /// nothing is to be used of what was written.
    fn children(&mut self, parent: Node<'_, '_>, depth: usize) -> bool {
        parent.children().all(|child| self.node(child, depth))
    }

    fn node(&mut self, node: Node<'_, '_>, depth: usize) -> bool {
        self.nodes += 1;
        if node.is_text() {
            self.text.push_str(&escaped(node.text().unwrap_or_default()));
        }
        if !node.is_element() {
            return true;
        }
        let name = node.tag_name().name();
        self.text.push('<');
        self.text.push_str(name);
        for attribute in node.attributes() {
            let is_xml = attribute.namespace() == Some(XML);
            let name = attribute.name();
            if is_xml && name == "lang" {
                let value = escaped(attribute.value());
                let _infallible = write!(self.text, " lang=\"{value}\" xml:lang=\"{value}\"");
            } else if !is_xml && !LEFT_OUT.contains(&name) {
                let value = escaped(attribute.value());
                let _infallible = write!(self.text, " {name}=\"{value}\"");
            }
        }
        if allow::is_empty_element(name) {
            self.text.push_str("/>");
            return depth <= MAX_DEPTH;
        }
        self.text.push('>');
        let has_room = depth <= MAX_DEPTH && self.children(node, depth + 1);
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
        has_room
    }
}

/// Text for an element or an attribute; characters that XML cannot carry become the replacement
/// character.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' | '\n' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::display_form::check;

    fn form(body: &str) -> String {
        format!(
            "<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"sv\"><head><title>t</title>\
             <style>p {{ color: red }}</style></head><body>{body}</body></html>"
        )
    }

    fn joined(forms: &[String]) -> String {
        let mut page = Joined::new(Language::Fi, "Asiakaskertomus");
        for (n, form) in forms.iter().enumerate() {
            page.add(&format!("{n}. <heading> & more"), form.as_bytes());
        }
        let text = page.finish();
        let checked = check(text.as_bytes(), &Pointer::root());
        assert!(checked.is_ok(), "{checked:?}\n{text}");
        text
    }

    /// REQ DOC-09
    #[test]
    fn forms_stand_one_after_another_each_under_its_heading_and_in_its_language() {
        let text = joined(&[form("<p>first &amp; &lt;b&gt;</p>"), form("<p>second</p>")]);
        let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what}: {text}"));
        assert!(place("0. &lt;heading&gt;") < place("first &amp; &lt;b&gt;"));
        assert!(place("first") < place("1. &lt;heading&gt;"));
        assert!(place("1. &lt;heading&gt;") < place("second"));
        assert!(text.contains("<div lang=\"sv\" xml:lang=\"sv\">"));
    }

    /// REQ DOC-09
    #[test]
    fn nothing_of_a_form_reaches_beyond_it() {
        let text = joined(&[form(
            "<p id=\"a\" class=\"b\" style=\"color: red\" title=\"stays\">x</p>\
             <a name=\"c\" href=\"#a\">y</a><table><tr><td headers=\"a\" colspan=\"2\">z</td></tr></table>",
        )]);
        for gone in ["id=", "class=", "style", "name=", "href=", "headers="] {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
        assert!(text.contains("title=\"stays\"") && text.contains("colspan=\"2\""));
        assert!(text.contains("<a>y</a>"));
    }

    #[test]
    fn what_cannot_be_shown_is_said_and_the_rest_stays() {
        let deep = form(&format!("{}x{}", "<div>".repeat(97), "</div>".repeat(97)));
        assert!(check(deep.as_bytes(), &Pointer::root()).is_ok(), "deep but acceptable");
        let large = form(&format!("<p>{}</p>", "x".repeat(3 * 1024 * 1024)));
        let script = form("<script>x</script>");
        let text = joined(&[large.clone(), large, deep, script, String::new(), form("<p>end</p>")]);
        assert_eq!(text.matches("ei voi näyttää").count(), 4);
        assert!(text.contains("<p>end</p>"));
    }

    proptest! {
        /// REQ DOC-09
        #[test]
        fn whatever_is_joined_is_a_display_form(
            texts in prop::collection::vec("[ -~äö\\n]{0,40}", 0..6),
            headings in prop::collection::vec(any::<String>(), 6),
        ) {
            let mut page = Joined::new(Language::En, "Record");
            for (text, heading) in texts.iter().zip(&headings) {
                let body = format!("<section><h1>h</h1><p>{}<br/></p></section>", escaped(text));
                page.add(heading, form(&body).as_bytes());
            }
            prop_assert!(check(page.finish().as_bytes(), &Pointer::root()).is_ok());
        }
    }
}
