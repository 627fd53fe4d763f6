//! The compiled fields of a structure: what may stand where, and how it is called.

use regex::Regex;
use varanto_model::{Language, LocalText, Oid};

/// One field of a structure.
#[derive(Clone, Debug)]
pub struct Field {
    pub(super) name: Box<str>,
    pub(super) label: LocalText,
    pub(super) title: Option<LocalText>,
    pub(super) representation: Option<Box<str>>,
    pub(super) required: bool,
    pub(super) conditional: bool,
    pub(super) display: Display,
    pub(super) row: u32,
    pub(super) repeat: Option<usize>,
    pub(super) kind: Kind,
}

impl Field {
    /// The member name in the JSON content.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The field's name for people.
    pub fn label(&self) -> &LocalText {
        &self.label
    }

    /// What a display form calls the field: its title where it has one, else its name.
    pub fn heading(&self, language: Language) -> &str {
        self.title.as_ref().unwrap_or(&self.label).get(language)
    }

    /// The published form of presentation in Finnish, such as `Pvm` or `Koodi`.
    pub fn representation(&self) -> Option<&str> {
        self.representation.as_deref()
    }

    /// Must the member be there?
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// Is it mandatory under a condition that only words tell?
    pub fn is_conditional(&self) -> bool {
        self.conditional
    }

    /// The least number of elements where the member is an array of such fields; `None` where the
    /// member is a single one.
    pub fn repeats(&self) -> Option<usize> {
        self.repeat
    }

    /// A display form leaves the field itself out; of a group, the fields within are shown.
    pub fn is_hidden(&self) -> bool {
        self.display == Display::Hidden
    }

    /// A display form shows the value without the field's name.
    pub fn has_hidden_title(&self) -> bool {
        self.display == Display::WithoutTitle
    }

    /// What the value is.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// This field and all fields within, parents first.
    pub fn walk(&self) -> impl Iterator<Item = &Field> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let field = waiting.pop()?;
            if let Kind::Group(fields) = &field.kind {
                waiting.extend(fields.iter().rev());
            }
            Some(field)
        })
    }
}

/// How a display form shows a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Display {
    Whole,
    WithoutTitle,
    Hidden,
}

/// What the value of a field is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// An object with exactly these members, in the order of presentation.
    Group(Vec<Field>),
    /// A string.
    Text(Text),
    /// A string that is a year, a month or a day: `2026`, `2026-09` or `2026-09-02`.
    Date,
    /// A string that is a date as above, or a day with a time and a zone (RFC 3339).
    Moment,
    /// `true` or `false`.
    Switch,
    /// A number.
    Number,
    /// An object `{value: number, code: string}`; the code is the unit.
    Quantity,
    /// An object `{system?: string, value: string}`.
    Identifier {
        /// Must the value be a personal identity code?
        personal: bool,
    },
    /// An object `{system, code, display}`, all strings and all mandatory.
    Code(Coded),
}

/// The limits of a text.
#[derive(Clone, Debug, Default)]
pub struct Text {
    pub(super) min_length: usize,
    pub(super) pattern: Option<Regex>,
    pub(super) allowed: Option<Vec<String>>,
}

impl Text {
    /// The least length in Unicode characters.
    pub fn min_length(&self) -> usize {
        self.min_length
    }

    /// What the text must match somewhere within.
    pub fn pattern(&self) -> Option<&Regex> {
        self.pattern.as_ref()
    }

    /// The only texts that may stand, where they are listed.
    pub fn allowed(&self) -> Option<&[String]> {
        self.allowed.as_deref()
    }
}

/// Which codes may stand in a field.
#[derive(Clone, Debug)]
pub struct Coded {
    pub(super) system: System,
    pub(super) allowed: Option<Vec<String>>,
}

impl Coded {
    /// Where the codes are from.
    pub fn system(&self) -> &System {
        &self.system
    }

    /// The only codes that may stand, where they are listed.
    pub fn allowed(&self) -> Option<&[String]> {
        self.allowed.as_deref()
    }
}

/// Where the codes of a field are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum System {
    /// `urn:oid:` and this code set, in any version: the version follows as further arcs.
    CodeSet(Oid),
    /// One of these names, which the structure gives to lists of its own.
    Own(Vec<String>),
}
