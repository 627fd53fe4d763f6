//! Information texts: what clients are told before they give a permit or deny (DIS-01).
//!
//! A text has a version, a day from which it is given, and its words in the languages of the
//! service. A version is in force until the day before the next one of its kind begins. The texts
//! are the project's own; an organisation gives the national one beside them where there is one.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de};
use varanto_model::Language;

/// The built-in texts, newest versions last.
const BUILT_IN: &str = include_str!("../information/texts.json");

/// What a text is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextKind {
    /// How data are used and disclosed, and what the client can do about it.
    Informing,
    /// What a permit lets happen.
    Permit,
    /// What a denial keeps from happening.
    Denial,
}

/// One version of a text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InformationText {
    kind: TextKind,
    version: String,
    #[serde(deserialize_with = "day")]
    in_force_from: Date,
    fi: String,
    #[serde(default)]
    sv: Option<String>,
    #[serde(default)]
    en: Option<String>,
}

impl InformationText {
    /// What it is about.
    pub fn kind(&self) -> TextKind {
        self.kind
    }

    /// The name of the version, which a document of informing has.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The first day in Finland on which it is given.
    pub fn in_force_from(&self) -> Date {
        self.in_force_from
    }

    /// The words in a language, where the text has them in it; paragraphs are apart by line ends.
    pub fn text(&self, language: Language) -> Option<&str> {
        match language {
            Language::Fi => Some(&self.fi),
            Language::Sv => self.sv.as_deref(),
            Language::En => self.en.as_deref(),
        }
    }
}

/// All versions of all texts.
#[derive(Clone, Debug, Default)]
pub struct InformationTexts(Vec<InformationText>);

impl InformationTexts {
    /// Those that come with the system.
    pub fn built_in() -> &'static Self {
        static TEXTS: LazyLock<InformationTexts> =
            LazyLock::new(|| InformationTexts::parse(BUILT_IN).unwrap_or_default());
        &TEXTS
    }

    /// Reads a list of texts.
    ///
    /// # Errors
    /// What keeps the JSON text from being one.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json).map(Self)
    }

    /// The text of a kind in a version.
    pub fn find(&self, kind: TextKind, version: &str) -> Option<&InformationText> {
        self.0.iter().find(|text| text.kind == kind && text.version == version)
    }

    /// The text of a kind that is given on `day`: the version that began last.
    pub fn current(&self, kind: TextKind, day: Date) -> Option<&InformationText> {
        let begun = self.0.iter().filter(|text| text.kind == kind && text.in_force_from <= day);
        begun.max_by_key(|text| text.in_force_from)
    }

    /// Is `text` the one that was given on `day`?
    pub fn was_in_force(&self, text: &InformationText, day: Date) -> bool {
        self.current(text.kind, day).is_some_and(|current| current.version == text.version)
    }
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| de::Error::custom("not a day of the calendar"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;

    const KINDS: [TextKind; 3] = [TextKind::Informing, TextKind::Permit, TextKind::Denial];

    /// REQ DIS-01
    #[test]
    fn every_built_in_text_is_there_in_three_languages_and_once_in_each_version() {
        let texts = InformationTexts::parse(BUILT_IN).unwrap();
        let names: BTreeSet<_> = texts.0.iter().map(|text| (text.kind, &text.version)).collect();
        assert_eq!(names.len(), texts.0.len(), "a version stands twice");
        for text in &texts.0 {
            for language in [Language::Fi, Language::Sv, Language::En] {
                let words = text.text(language).unwrap();
                assert!(words.chars().count() > 200, "{:?} {language:?}", text.kind);
            }
        }
        for kind in KINDS {
            assert!(texts.current(kind, date(2024, 1, 1)).is_some(), "{kind:?}");
            assert!(texts.current(kind, date(2020, 1, 1)).is_none(), "{kind:?}");
        }
        assert_eq!(InformationTexts::built_in().0, texts.0);
    }

    /// REQ DIS-01
    #[test]
    fn a_version_is_in_force_until_the_next_one_begins() {
        let text = |version: &str, day: &str| {
            format!(
                r#"{{"kind": "informing", "version": "{version}", "in_force_from": "{day}", "fi": "x"}}"#
            )
        };
        let list = format!("[{}, {}]", text("2", "2026-03-01"), text("1", "2026-01-01"));
        let texts = InformationTexts::parse(&list).unwrap();
        let kind = TextKind::Informing;
        let on = |day| texts.current(kind, day).map(InformationText::version);
        assert_eq!(on(date(2025, 12, 31)), None);
        assert_eq!(on(date(2026, 1, 1)), Some("1"));
        assert_eq!(on(date(2026, 2, 28)), Some("1"));
        assert_eq!(on(date(2026, 3, 1)), Some("2"));
        let first = texts.find(kind, "1").unwrap();
        assert!(texts.was_in_force(first, date(2026, 2, 28)));
        assert!(!texts.was_in_force(first, date(2026, 3, 1)));
        assert_eq!(texts.find(kind, "3"), None);
        assert_eq!(texts.find(TextKind::Permit, "1"), None);
        assert_eq!(first.text(Language::Sv), None);
    }
}
