//! The three languages of the service, and text in them.

use serde::{Deserialize, Serialize};

/// A language of documents and of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Finnish.
    #[default]
    Fi,
    /// Swedish.
    Sv,
    /// English.
    En,
}

impl Language {
    /// Reads the two-letter code of ISO 639-1.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "fi" => Some(Self::Fi),
            "sv" => Some(Self::Sv),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The two-letter code of ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fi => "fi",
            Self::Sv => "sv",
            Self::En => "en",
        }
    }
}

/// A text that has a Finnish form and, where known, others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalText {
    /// Finnish; always there.
    pub fi: String,
    /// Swedish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sv: Option<String>,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl LocalText {
    /// The text in `language`, or in Finnish where that is missing.
    pub fn get(&self, language: Language) -> &str {
        let wanted = match language {
            Language::Fi => None,
            Language::Sv => self.sv.as_deref(),
            Language::En => self.en.as_deref(),
        };
        wanted.unwrap_or(&self.fi)
    }
}
