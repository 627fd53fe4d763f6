//! The walk over the parsed text: elements, attributes, references, styles and the frame of the
//! document. It visits the nodes in their order without recursion.

use roxmltree::{Attribute, Document, Node};
use varanto_model::Language;

use super::allow::{self, Home, Value};
use super::{DisplayForm, Place, Report, name_for_fault, reference, style};

const XHTML: &str = "http://www.w3.org/1999/xhtml";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Checks the tree and reads what a display form tells of itself.
pub(super) fn check(document: &Document<'_>, report: &mut Report<'_>) -> DisplayForm {
    let mut walk = Walk { place: Place::new(document.input_text()), report };
    for node in document.descendants() {
        if node.is_element() {
            walk.element(node);
        } else if node.is_text() {
            walk.text(node);
        }
    }
    let root = document.root_element();
    walk.frame(root);
    DisplayForm { language: language(root), title: title(root) }
}

struct Walk<'a, 'r, 'p> {
    place: Place<'a>,
    report: &'r mut Report<'p>,
}

impl Walk<'_, '_, '_> {
    fn fault(&mut self, offset: usize, code: &'static str, what: &str) {
        self.report.add_at(&mut self.place, offset, code, what);
    }

    fn element(&mut self, node: Node<'_, '_>) {
        let name = node.tag_name().name();
        let shown = name_for_fault(name);
        let at = node.range().start;
        if node.tag_name().namespace() != Some(XHTML) {
            let what = format!("element {shown} is not of XHTML");
            self.fault(at, "xhtml-namespace", &what);
        } else if let Some(home) = allow::home(name) {
            if !is_at_home(node, home) {
                let what = format!("element {shown} must not stand here");
                self.fault(at, "xhtml-structure", &what);
            }
            if allow::is_empty_element(name) && node.has_children() {
                let what = format!("element {shown} must be empty");
                self.fault(at, "xhtml-structure", &what);
            }
            if name == "img" && node.attribute("src").is_none() {
                self.fault(at, "xhtml-attribute", "element \"img\" must have a \"src\"");
            }
        } else {
            self.fault(at, "xhtml-element", &format!("element {shown} is not allowed"));
        }
        if name == "meta" {
            self.meta(node);
        } else {
            for attribute in node.attributes() {
                self.attribute(name, attribute);
            }
        }
        if matches!(name, "title" | "style") {
            self.raw_text(node);
        }
    }

    /// `title` and `style` hold one text and nothing else.
    fn raw_text(&mut self, node: Node<'_, '_>) {
        let name = node.tag_name().name();
        if node.children().any(|child| !child.is_text()) {
            let what = format!("element \"{name}\" must hold text only");
            self.fault(node.range().start, "xhtml-structure", &what);
        } else if name == "style" && !style::is_allowed_element(node.text().unwrap_or_default()) {
            self.fault(
                node.range().start,
                "xhtml-style",
                "a style must be plain rules of allowed properties",
            );
        }
    }

    fn attribute(&mut self, element: &str, attribute: Attribute<'_, '_>) {
        let shown = name_for_fault(attribute.name());
        let at = attribute.range().start;
        let value = attribute.value();
        let kind = match (attribute.namespace(), attribute.name()) {
            (Some(XML), "lang") => Some(Value::LanguageTag),
            (Some(XML), "space") => Some(Value::OneOf(&["default", "preserve"])),
            (None, name) => allow::attribute(element, name),
            (Some(_), _) => None,
        };
        let Some(kind) = kind else {
            self.fault(at, "xhtml-attribute", &format!("attribute {shown} is not allowed here"));
            return;
        };
        match kind {
            Value::Fragment if !reference::is_fragment(value) => self.fault(
                at,
                "xhtml-reference",
                "a link must lead to a place in the same text: \"#\" and an identifier",
            ),
            Value::Image if !reference::is_inline_image(value) => self.fault(
                at,
                "xhtml-reference",
                "an image must be a PNG, JPEG or GIF in the text itself, in base64",
            ),
            Value::Style if !style::is_allowed_attribute(value) => self.fault(
                at,
                "xhtml-style",
                "a style must be plain declarations of allowed properties",
            ),
            Value::Fragment | Value::Image | Value::Style => {}
            kind if !kind.admits(value) => {
                let what = format!("attribute {shown} has a value that is not allowed");
                self.fault(at, "xhtml-attribute", &what);
            }
            _ => {}
        }
    }

    /// `meta` says the encoding, or names one of a few harmless things.
    fn meta(&mut self, node: Node<'_, '_>) {
        let mut attributes: Vec<(&str, &str)> =
            node.attributes().map(|a| (a.name(), a.value())).collect();
        attributes.sort_unstable();
        let allowed = node.attributes().all(|a| a.namespace().is_none())
            && match attributes.as_slice() {
                [("charset", charset)] => charset.eq_ignore_ascii_case("utf-8"),
                [("content", content), ("http-equiv", header)] => {
                    header.eq_ignore_ascii_case("content-type") && is_content_type(content)
                }
                [("content", content), ("name", name)] => {
                    Value::Text.admits(content)
                        && matches!(*name, "viewport" | "generator" | "author" | "description")
                }
                _ => false,
            };
        if !allowed {
            self.fault(
                node.range().start,
                "xhtml-attribute",
                "element \"meta\" may say UTF-8, or name a viewport, generator, author or description",
            );
        }
    }

    fn text(&mut self, node: Node<'_, '_>) {
        let parent = node.parent().map_or("", |parent| parent.tag_name().name());
        let blank = node.text().unwrap_or_default().bytes().all(|b| b.is_ascii_whitespace());
        if matches!(parent, "html" | "head") && !blank {
            let what = format!("element \"{parent}\" must not hold text");
            self.fault(node.range().start, "xhtml-structure", &what);
        }
    }

    /// The root is `html` with one `head` and one `body` that is not empty.
    fn frame(&mut self, root: Node<'_, '_>) {
        let at = root.range().start;
        if root.tag_name().name() != "html" {
            self.fault(at, "xhtml-structure", "the root must be \"html\"");
        }
        let names: Vec<&str> = root
            .children()
            .filter(Node::is_element)
            .map(|child| child.tag_name().name())
            .take(3)
            .collect();
        if names != ["head", "body"] {
            self.fault(
                at,
                "xhtml-structure",
                "the root must hold one \"head\" and then one \"body\"",
            );
        }
        let body = root.children().find(|child| child.tag_name().name() == "body");
        let shows_something = body.is_some_and(|body| {
            body.descendants().any(|node| {
                node.tag_name().name() == "img"
                    || (node.is_text()
                        && node.text().unwrap_or_default().chars().any(|c| !c.is_whitespace()))
            })
        });
        if !shows_something {
            self.fault(at, "xhtml-empty", "the body must not be empty");
        }
    }
}

fn is_at_home(node: Node<'_, '_>, home: Home) -> bool {
    let parent = node.parent_element().map(|parent| parent.tag_name().name());
    match home {
        Home::Root => parent.is_none(),
        Home::Top => parent == Some("html"),
        Home::Head => parent == Some("head"),
        Home::Body => !matches!(parent, None | Some("html" | "head")),
    }
}

fn is_content_type(text: &str) -> bool {
    let text: String = text.chars().filter(|c| *c != ' ').collect::<String>().to_ascii_lowercase();
    matches!(text.as_str(), "text/html;charset=utf-8" | "application/xhtml+xml;charset=utf-8")
}

fn language(root: Node<'_, '_>) -> Option<Language> {
    let tag = root.attribute((XML, "lang")).or_else(|| root.attribute("lang"))?;
    Language::parse(&tag.split('-').next()?.to_ascii_lowercase())
}

fn title(root: Node<'_, '_>) -> Option<String> {
    let head = root.children().find(|child| child.tag_name().name() == "head")?;
    let title = head.children().find(|child| child.tag_name().name() == "title")?;
    title.text().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
