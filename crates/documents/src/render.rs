//! The display form of structured content: plain XHTML that people read and that is stored and
//! signed beside the JSON (DOC-02).
//!
//! Groups become headings, fields become terms with their values, in the order and with the names
//! of the structure. The same content gives the same bytes. Nothing is decided here about who may
//! see what, and there is no style and no script: the result passes
//! [`display_form::check`](crate::display_form::check).

pub(crate) mod page;

use serde_json::Value;
use varanto_model::{Language, Moment, PartialDate};

use self::page::Page;
use crate::structure::{Field, Kind, Structure};

/// The identifiers of denied documents are not for the client's eyes (note of 1505.9).
const UNSHOWN: &str = "oid_tunnus";

impl Structure {
    /// The display form of `document` with headings in `language`. What does not agree with the
    /// structure is left out: [`validate`](Self::validate) comes first.
    pub fn render(&self, document: &Value, language: Language) -> String {
        let root = self.root();
        let mut renderer = Renderer { page: Page::new(language, root.heading(language)), language };
        if let (Kind::Group(fields), Some(content)) = (root.kind(), document.get(root.name())) {
            renderer.members(fields, content, 2);
        }
        renderer.page.finish()
    }
}

struct Renderer {
    page: Page,
    language: Language,
}

impl Renderer {
    fn members(&mut self, fields: &[Field], content: &Value, level: usize) {
        for field in fields.iter().filter(|field| field.name() != UNSHOWN) {
            if let Some(value) = content.get(field.name()) {
                self.field(field, value, level);
            }
        }
    }

    fn field(&mut self, field: &Field, value: &Value, level: usize) {
        let single = std::slice::from_ref(value);
        let values = match field.repeats() {
            Some(_) => value.as_array().map(Vec::as_slice).unwrap_or_default(),
            None => single,
        };
        match field.kind() {
            Kind::Group(fields) => self.group(field, fields, values, level),
            _ if field.is_hidden() => {}
            _ => {
                let told: Vec<String> =
                    values.iter().filter_map(|value| self.tell(field, value)).collect();
                let heading = (!field.has_hidden_title()).then(|| field.heading(self.language));
                self.page.values(heading, &told);
            }
        }
    }

    /// A heading, once, and what is within; a hidden group shows only what is within.
    fn group(&mut self, field: &Field, fields: &[Field], values: &[Value], level: usize) {
        if values.is_empty() {
            return;
        }
        let is_headed = !field.is_hidden() && !field.has_hidden_title();
        let below = if is_headed { level + 1 } else { level };
        if is_headed {
            self.page.open("section");
            self.page.heading(level, field.heading(self.language));
        }
        for value in values {
            if field.repeats().is_some() {
                self.page.open("div");
                self.members(fields, value, below);
                self.page.close("div");
            } else {
                self.members(fields, value, below);
            }
        }
        if is_headed {
            self.page.close("section");
        }
    }

    /// A single value as people read it.
    fn tell(&self, field: &Field, value: &Value) -> Option<String> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        match field.kind() {
            Kind::Group(_) => None,
            Kind::Text(_) => value.as_str().map(String::from),
            Kind::Date => PartialDate::parse(value.as_str()?).ok().map(|date| date.finnish()),
            Kind::Moment => {
                let told = Moment::parse(value.as_str()?).ok()?.finnish();
                Some(told.replace("klo", self.at_the_hour()))
            }
            Kind::Switch => value.as_bool().map(|so| self.yes_or_no(so).to_owned()),
            Kind::Number => self.number(value),
            Kind::Quantity => {
                Some(format!("{} {}", self.number(value.get("value")?)?, text("code")?))
            }
            Kind::Identifier { .. } => text("value").map(String::from),
            Kind::Code(_) => text("display")
                .filter(|display| !display.is_empty())
                .or(text("code"))
                .map(String::from),
        }
    }

    fn number(&self, value: &Value) -> Option<String> {
        let number = value.as_number()?.to_string();
        Some(match self.language {
            Language::Fi | Language::Sv => number.replace('.', ","),
            Language::En => number,
        })
    }

    fn yes_or_no(&self, so: bool) -> &'static str {
        match (self.language, so) {
            (Language::Fi, true) => "Kyllä",
            (Language::Fi, false) => "Ei",
            (Language::Sv, true) => "Ja",
            (Language::Sv, false) => "Nej",
            (Language::En, true) => "Yes",
            (Language::En, false) => "No",
        }
    }

    fn at_the_hour(&self) -> &'static str {
        match self.language {
            Language::Fi => "klo",
            Language::Sv => "kl.",
            Language::En => "at",
        }
    }
}

#[cfg(test)]
mod tests;
