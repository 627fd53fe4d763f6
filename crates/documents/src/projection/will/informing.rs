//! Reading an informing document: that the client has been told how the data are used.

use std::fmt;

use jiff::civil::Date;
use serde_json::Value;
use varanto_model::{ClientIdentifier, Faults, Language, Pointer};

use super::super::read::{self, Partial};
use super::{Representative, client, document};
use crate::control::Control;
use crate::node::Node;

/// What an informing document says. `Debug` shows the version of the text alone.
#[derive(Clone, PartialEq, Eq)]
pub struct InformingDocument {
    /// Who was informed, or for whom a representative was.
    pub client: ClientIdentifier,
    /// The day in Finland on which it was done.
    pub day: Date,
    /// The version of the information text that was given ([`crate::information`]).
    pub text_version: String,
    /// The language in which it was given.
    pub language: Language,
    /// The representatives who were informed in the client's place.
    pub representatives: Vec<Representative>,
    /// Where these stand in the request.
    pub places: InformingPlaces,
}

/// Places of an informing document in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InformingPlaces {
    /// That of [`InformingDocument::client`].
    pub client: Pointer,
    /// That of [`InformingDocument::text_version`].
    pub text_version: Pointer,
}

impl InformingDocument {
    /// Reads the JSON content of an informing document, which stands at `at` in the request.
    ///
    /// # Errors
    /// `missing`, `not-a-day`, `not-in-list` (the language), `not-a-code`, and those of persons:
    /// `identity-missing`, `not-an-identity-code`, `not-a-temporary-identifier`,
    /// `representative-identity-missing`, `not-a-guardian-identifier`.
    pub fn read(content: &Value, at: &Pointer) -> Result<Self, Faults> {
        document(Control::Informing, content, at, Self::of)
    }

    fn of(root: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let person = client(root, faults);
        let representatives = Representative::all(root, "informoitu_edustaja", faults);
        let given = read::wanted(root, "informointi", faults)?;
        let (version, spoken) = ("infotekstin_versio", "infotekstin_kieli");
        let text_version = read::wanted_text(&given, version, faults);
        let language = language(&given, spoken, faults);
        let day = read::wanted_day(&given, "informoinnin_ajankohta", Partial::Refused, faults);
        let (client, places) = person?;
        let places = InformingPlaces { client: places.client, text_version: given.place(version) };
        Some(Self {
            client,
            day: day?,
            text_version: text_version?.to_owned(),
            language: language?,
            representatives,
            places,
        })
    }
}

fn language(given: &Node<'_>, name: &str, faults: &mut Faults) -> Option<Language> {
    read::wanted(given, name, faults)?;
    let language = given.text(name).and_then(Language::parse);
    if language.is_none() {
        faults.add(given.place(name), "not-in-list", "one of `fi`, `sv`, `en` is wanted here");
    }
    language
}

impl fmt::Debug for InformingDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("InformingDocument");
        shown.field("text_version", &self.text_version).finish_non_exhaustive()
    }
}
