//! What a display form may be made of: elements, their attributes, and what an attribute may say.

/// Where an element may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// The root.
    Root,
    /// A child of the root.
    Top,
    /// A child of `head`.
    Head,
    /// Anywhere below `body`.
    Body,
}

/// What an attribute's value must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// Any text of a bounded length; nothing reads it but people.
    Text,
    /// An identifier.
    Identifier,
    /// Identifiers with spaces between them.
    Identifiers,
    /// A language tag (BCP 47) by its shape.
    LanguageTag,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number from 0 to 1000.
    Number,
    /// A size of old documents: a number, or a percentage.
    Size,
    /// A date, a time or a duration by its characters.
    Time,
    /// A place in the same text: `#` and an identifier.
    Fragment,
    /// An image that is in the text itself.
    Image,
    /// Declarations of style.
    Style,
}

/// Where an element may stand; `None` where it may not.
pub(super) fn home(element: &str) -> Option<Home> {
    Some(match element {
        "html" => Home::Root,
        "head" | "body" => Home::Top,
        "title" | "meta" | "style" => Home::Head,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "p" | "div" | "span" | "br" | "hr" | "ul"
        | "ol" | "li" | "dl" | "dt" | "dd" | "table" | "caption" | "col" | "colgroup" | "thead"
        | "tbody" | "tfoot" | "tr" | "td" | "th" | "section" | "article" | "header" | "footer"
        | "main" | "nav" | "aside" | "figure" | "figcaption" | "address" | "blockquote" | "pre"
        | "code" | "em" | "strong" | "b" | "i" | "u" | "s" | "sub" | "sup" | "small" | "abbr"
        | "time" | "q" | "cite" | "mark" | "del" | "ins" | "img" | "a" => Home::Body,
        _ => return None,
    })
}

/// Elements without content.
pub(super) fn is_empty_element(element: &str) -> bool {
    matches!(element, "meta" | "br" | "hr" | "col" | "img")
}

const ALIGNMENTS: Value =
    Value::OneOf(&["left", "right", "center", "justify", "top", "middle", "bottom", "baseline"]);

/// What the attribute of the element may say; `None` where it is not allowed. The attributes of
/// `meta` are checked together, elsewhere.
pub(super) fn attribute(element: &str, attribute: &str) -> Option<Value> {
    Some(match (element, attribute) {
        (_, "id") | ("a", "name") => Value::Identifier,
        (_, "class") | ("td" | "th", "headers") => Value::Identifiers,
        (_, "lang") => Value::LanguageTag,
        (_, "dir") => Value::OneOf(&["ltr", "rtl", "auto"]),
        (_, "title" | "aria-label")
        | ("td" | "th", "abbr")
        | ("table", "summary")
        | ("img", "alt") => Value::Text,
        ("style", "type") => Value::OneOf(&["text/css"]),
        ("style", "media") => Value::OneOf(&["all", "screen", "print"]),
        (element, "style") if home(element) == Some(Home::Body) || element == "body" => {
            Value::Style
        }
        ("td" | "th", "colspan" | "rowspan")
        | ("col" | "colgroup", "span")
        | ("ol", "start")
        | ("li", "value")
        | ("table", "border" | "cellpadding" | "cellspacing") => Value::Number,
        ("td" | "th" | "col" | "table" | "img", "width") | ("img", "height") => Value::Size,
        ("td" | "th" | "tr" | "col" | "p" | "div", "align")
        | ("td" | "th" | "tr" | "col", "valign") => ALIGNMENTS,
        ("th" | "td", "scope") => Value::OneOf(&["row", "col", "rowgroup", "colgroup"]),
        ("ol", "type") => Value::OneOf(&["1", "a", "A", "i", "I"]),
        ("ol", "reversed") => Value::OneOf(&["reversed"]),
        ("time" | "del" | "ins", "datetime") => Value::Time,
        ("a", "href") => Value::Fragment,
        ("img", "src") => Value::Image,
        _ => return None,
    })
}

impl Value {
    /// Is this value of the kind? Images, fragments and styles are checked elsewhere.
    pub(super) fn admits(self, text: &str) -> bool {
        match self {
            Self::Text => text.len() <= 8_192,
            Self::Identifier => is_identifier(text),
            Self::Identifiers => {
                text.len() <= 1_024 && text.split_ascii_whitespace().all(is_identifier)
            }
            Self::LanguageTag => is_language_tag(text),
            Self::OneOf(words) => words.contains(&text),
            Self::Number => is_number(text),
            Self::Size => {
                let number = text.strip_suffix('%').or(text.strip_suffix("px")).unwrap_or(text);
                (1..=5).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit())
            }
            Self::Time => {
                (1..=40).contains(&text.len())
                    && text.bytes().all(|b| {
                        b.is_ascii_digit() || b.is_ascii_uppercase() || b"-:.+ ".contains(&b)
                    })
            }
            Self::Fragment | Self::Image | Self::Style => false,
        }
    }
}

/// Is this a name for an element of the text?
pub(super) fn is_identifier(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
}

fn is_language_tag(text: &str) -> bool {
    (2..=35).contains(&text.len())
        && text.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|n| n <= 1_000)
}
