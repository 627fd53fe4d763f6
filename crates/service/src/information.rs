//! The information texts that are given today: what clients are told before they declare anything (DIS-01).

use jiff::civil::Date;
use serde::Serialize;
use varanto_documents::information::{InformationTexts, TextKind};
use varanto_model::{Language, LocalText, calendar};

use crate::service::Service;

/// The kinds of texts with their words.
const KINDS: [(TextKind, &str); 3] = [
    (TextKind::Informing, "informing"),
    (TextKind::Permit, "permit"),
    (TextKind::Denial, "denial"),
];

/// A text that is given today.
#[derive(Debug, Serialize)]
pub struct ShownText {
    kind: &'static str,
    version: String,
    in_force_from: Date,
    text: LocalText,
}

impl Service {
    /// The texts that are given today, one of each kind.
    pub fn information_texts(&self) -> Vec<ShownText> {
        let (texts, today) = (InformationTexts::built_in(), calendar::day_of(self.now()));
        let shown = |(kind, word): (TextKind, &'static str)| {
            let text = texts.current(kind, today)?;
            let words = |language| text.text(language).map(str::to_owned);
            Some(ShownText {
                kind: word,
                version: text.version().to_owned(),
                in_force_from: text.in_force_from(),
                text: LocalText {
                    fi: words(Language::Fi)?,
                    sv: words(Language::Sv),
                    en: words(Language::En),
                },
            })
        };
        KINDS.into_iter().filter_map(shown).collect()
    }
}
