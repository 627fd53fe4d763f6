//! The published dialect as data: the keywords of JSON Schema draft-07 that the structures use,
//! with their `sosmeta` annotations.
//!
//! A keyword that is not named here is refused by name, and no keyword may stand twice, so that a
//! structure never asks for something that nobody checks. Annotations only describe; those that are
//! not used are passed over.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use varanto_model::LocalText;

/// A whole structure file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[serde(rename = "$schema")]
    pub(super) schema: String,
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "type")]
    pub(super) kind: Type,
    #[serde(rename = "additionalProperties")]
    pub(super) additional: bool,
    pub(super) sosmeta: DocumentNotes,
    pub(super) required: Vec<String>,
    pub(super) properties: Members,
}

/// The annotations of a whole structure.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentNotes {
    pub(super) oid: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) document_type: Option<String>,
    #[serde(default)]
    pub(super) document_author: Option<String>,
    #[serde(default)]
    pub(super) document_subject: Option<String>,
}

/// One node below the root.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Node {
    #[serde(rename = "type")]
    pub(super) kind: Type,
    #[serde(default)]
    pub(super) additional_properties: Option<bool>,
    #[serde(default)]
    pub(super) required: Option<Vec<String>>,
    #[serde(default)]
    pub(super) properties: Option<Members>,
    #[serde(default)]
    pub(super) items: Option<Box<Node>>,
    #[serde(default)]
    pub(super) min_items: Option<usize>,
    #[serde(default)]
    pub(super) min_length: Option<usize>,
    #[serde(default)]
    pub(super) pattern: Option<String>,
    #[serde(default, rename = "enum")]
    pub(super) allowed: Option<Vec<String>>,
    #[serde(default)]
    pub(super) sosmeta: Option<Notes>,
}

impl Node {
    /// Are these the only keywords beside `type` and annotations?
    pub(super) fn only(&self, keywords: &[&str]) -> bool {
        let present = [
            ("additionalProperties", self.additional_properties.is_some()),
            ("required", self.required.is_some()),
            ("properties", self.properties.is_some()),
            ("items", self.items.is_some()),
            ("minItems", self.min_items.is_some()),
            ("minLength", self.min_length.is_some()),
            ("pattern", self.pattern.is_some()),
            ("enum", self.allowed.is_some()),
        ];
        present.iter().all(|(name, is)| !is || keywords.contains(name))
    }
}

/// The five types in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Type {
    Object,
    Array,
    String,
    Boolean,
    Number,
}

/// The annotations of a field.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Notes {
    pub(super) name: Vec<Told>,
    pub(super) title: Vec<Told>,
    pub(super) representation: Vec<Told>,
    pub(super) system_uri: Vec<Told>,
    pub(super) conditional_required: bool,
    pub(super) hidden_field: bool,
    pub(super) hidden_title: bool,
    pub(super) row_number: u32,
}

/// A text in one language; the language is empty where the text has none.
#[derive(Deserialize)]
pub(super) struct Told {
    lang: String,
    value: String,
}

/// The text among `told` that is Finnish or of no language, with its Swedish and English forms.
pub(super) fn local(told: &[Told]) -> Option<LocalText> {
    let of = |lang: &str| told.iter().find(|t| t.lang == lang).map(|t| t.value.clone());
    let fi = of("fi").or_else(|| of("")).filter(|text| !text.is_empty())?;
    Some(LocalText {
        fi,
        sv: of("sv").filter(|t| !t.is_empty()),
        en: of("en").filter(|t| !t.is_empty()),
    })
}

/// Named nodes in the order of the file, no name twice.
pub(super) struct Members(pub(super) Vec<(String, Node)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of named fields")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut seen = HashSet::new();
                let mut members = Vec::new();
                while let Some((name, node)) = map.next_entry::<String, Node>()? {
                    if !seen.insert(name.clone()) {
                        return Err(A::Error::custom(format_args!(
                            "the field `{name}` stands twice"
                        )));
                    }
                    members.push((name, node));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
