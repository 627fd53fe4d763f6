//! An entry as it is told to the client: who, when, what, for what, on which basis – and not the rules that
//! decided, what was searched for, or how somebody was authenticated, which the canonical forms tell that go
//! with an answer only where it is decided so.
//!
//! An entry that is another person's as well is joint. To say who worked on it can tell where the other lives
//! or has found shelter, and is left out unless it is decided to be shown.
//!
//! It is kept as codes with the names that they had, so that it can be told in another language later and
//! still tells the same.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varanto_documents::codes::CodeSets;
use varanto_model::{Language, LocalText, Oid};
use varanto_rules::Action;
use varanto_store::disclosure_log::DisclosureEntry;
use varanto_store::log_tree::LogKind;
use varanto_store::use_log::UseEntry;

use super::texts;
use crate::Error;
use crate::client_log::ClientEntry;
use crate::disclosure::Words;
use crate::past_names::PastNames;
use crate::service::Service;
use crate::sets::{GROUNDS, SPECIAL_REASONS};
use crate::shown_document::text_without_codes;
use crate::snapshot::Snapshot;

/// In which log an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OfLog {
    Use,
    Disclosure,
}

impl OfLog {
    /// The log as the tree knows it.
    pub(super) const fn kind(self) -> LogKind {
        match self {
            Self::Use => LogKind::Use,
            Self::Disclosure => LogKind::Disclosure,
        }
    }
}

/// An entry as it is kept. Has no `Debug`: it names people.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) id: Uuid,
    pub(super) log: OfLog,
    pub(super) at: Timestamp,
    /// The name of who did it; left out of a joint entry unless it is to be shown.
    #[serde(default)]
    pub(super) user: Option<String>,
    /// Is it another person's as well?
    #[serde(default)]
    pub(super) joint: bool,
    pub(super) unit: Option<Party>,
    /// The organisation in which the user worked.
    pub(super) organisation: Option<Party>,
    /// The word for what was done.
    pub(super) action: String,
    pub(super) purpose: Option<Phrase>,
    pub(super) basis: Option<String>,
    pub(super) ground: Option<Phrase>,
    pub(super) special_reason: Option<Phrase>,
    /// Who received the data, in words, where it was nobody of the organisations here.
    pub(super) receiver: Option<String>,
    /// What was given in another way, in words.
    pub(super) what: Option<String>,
    pub(super) documents: Vec<Oid>,
    pub(super) case: Option<Oid>,
}

/// An organisation or a unit, as it was called then.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Party {
    oid: Oid,
    name: Option<LocalText>,
}

/// A code with what it stood for, or words where there is no code.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Phrase {
    code: Option<String>,
    name: Option<LocalText>,
}

impl Party {
    fn of(oid: Oid, names: &PastNames, at: Timestamp) -> Self {
        Self { name: names.at(&oid, at), oid }
    }

    /// The name, or the identifier where none is known.
    pub(super) fn text(&self, language: Language) -> &str {
        self.name.as_ref().map_or(self.oid.as_str(), |name| name.get(language))
    }
}

impl Phrase {
    fn words(text: String) -> Self {
        Self { code: None, name: Some(LocalText { fi: text, ..LocalText::default() }) }
    }

    fn of_set(code: String, set: &str, codes: &CodeSets) -> Self {
        let set = Oid::parse(set).ok().and_then(|oid| codes.find(&oid));
        let name = set.and_then(|set| set.find(&code)).map(|entry| entry.name().clone());
        Self { code: Some(code), name }
    }

    /// What it stands for, as far as that is known; else the code.
    fn text(&self, language: Language) -> &str {
        let name = self.name.as_ref().map(|name| name.get(language));
        name.or(self.code.as_deref()).unwrap_or_default()
    }
}

impl Told {
    /// The entry without who did it, where, and who received the data.
    pub(super) fn without_who(self) -> Self {
        Self { user: None, unit: None, organisation: None, receiver: None, ..self }
    }

    /// Did the handling of a breach, a review or a request make it?
    pub(super) fn tells_of_handling(&self) -> bool {
        let handling = [
            Action::Supervise,
            Action::AnswerLogRequest,
            Action::ReportBreach,
            Action::HandleBreach,
        ];
        self.log == OfLog::Use && handling.iter().any(|action| action.as_str() == self.action)
    }

    /// What was done, in words.
    pub(super) fn action_text(&self, language: Language) -> &str {
        texts::action(self.log, &self.action).map_or(&self.action, |words| words.get(language))
    }

    /// For what, in words.
    pub(super) fn purpose_text(&self, language: Language) -> Option<&str> {
        let purpose = self.purpose.as_ref()?;
        let known = purpose.code.as_deref().and_then(texts::purpose);
        Some(known.map_or_else(|| purpose.text(language), |words| words.get(language)))
    }

    /// On which basis, in words.
    pub(super) fn basis_text(&self, language: Language) -> Option<&str> {
        let basis = self.basis.as_deref()?;
        Some(texts::basis(basis).map_or(basis, |words| words.get(language)))
    }

    /// The ground of a broad right or of a disclosure, in words.
    pub(super) fn ground_text(&self, language: Language) -> Option<&str> {
        self.ground.as_ref().map(|ground| ground.text(language))
    }

    /// The special reason, in words.
    pub(super) fn reason_text(&self, language: Language) -> Option<&str> {
        self.special_reason.as_ref().map(|reason| reason.text(language))
    }

    /// The entry in a language.
    pub(super) fn shown(&self, language: Language) -> ShownTold {
        let party = |party: &Party| ShownParty {
            oid: party.oid.clone(),
            name: party.name.as_ref().map(|name| name.get(language).to_owned()),
        };
        let coded = |code: Option<&str>, text: &str| ShownPhrase {
            code: code.map(str::to_owned),
            text: text.to_owned(),
        };
        let phrase = |phrase: &Phrase| coded(phrase.code.as_deref(), phrase.text(language));
        let purpose = self.purpose.as_ref().zip(self.purpose_text(language));
        ShownTold {
            id: self.id,
            log: self.log,
            at: self.at,
            user: self.user.clone(),
            joint: self.joint,
            unit: self.unit.as_ref().map(party),
            organisation: self.organisation.as_ref().map(party),
            action: coded(Some(&self.action), self.action_text(language)),
            purpose: purpose.map(|(purpose, text)| coded(purpose.code.as_deref(), text)),
            basis: self.basis_text(language).map(|text| coded(self.basis.as_deref(), text)),
            ground: self.ground.as_ref().map(phrase),
            special_reason: self.special_reason.as_ref().map(phrase),
            receiver: self.receiver.clone(),
            what: self.what.clone(),
            documents: self.documents.clone(),
            case: self.case.clone(),
        }
    }
}

/// An entry in a language. Has no `Debug`: it names people.
#[derive(Serialize)]
pub(super) struct ShownTold {
    id: Uuid,
    log: OfLog,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    joint: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<ShownParty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<ShownParty>,
    action: ShownPhrase,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<ShownPhrase>,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<ShownPhrase>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<ShownPhrase>,
    #[serde(skip_serializing_if = "Option::is_none")]
    special_reason: Option<ShownPhrase>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<String>,
    documents: Vec<Oid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<Oid>,
}

#[derive(Serialize)]
struct ShownParty {
    oid: Oid,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Serialize)]
struct ShownPhrase {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    text: String,
}

impl Service {
    /// Entries as they are told to the client of the identifier `own`, each with all that it tells and whether it
    /// is joint: the identity codes of others do not stand in them.
    pub(super) async fn tell_entries(
        &self,
        snapshot: &Snapshot,
        entries: Vec<ClientEntry>,
        own: &str,
    ) -> Result<Vec<Told>, Error> {
        let parties = entries.iter().flat_map(|entry| parties(snapshot, entry)).collect();
        let names = self.past_names(snapshot, &parties).await?;
        let documents = entries.iter().flat_map(|entry| documents_and_case(entry).0).collect();
        let cases = entries.iter().filter_map(|entry| documents_and_case(entry).1).collect();
        let named = self.documents_named(documents, cases).await?;
        let tell = |entry: ClientEntry| {
            let (documents, case) = documents_and_case(&entry);
            let joint = named.is_joint(documents, case);
            let told = match entry {
                ClientEntry::Use(entry) => of_use(*entry, snapshot, &names),
                ClientEntry::Disclosure(entry) => {
                    let words = self.words_of(&entry)?;
                    of_disclosure(*entry, words, snapshot, &names, own)
                }
            };
            Ok(Told { joint, ..told })
        };
        entries.into_iter().map(tell).collect()
    }
}

/// The documents and the case that an entry names.
fn documents_and_case(entry: &ClientEntry) -> (&[Oid], Option<&Oid>) {
    match entry {
        ClientEntry::Use(entry) => (&entry.documents, entry.case.as_ref()),
        ClientEntry::Disclosure(entry) => (&entry.documents, None),
    }
}

/// The organisations and units that an entry names.
fn parties(snapshot: &Snapshot, entry: &ClientEntry) -> BTreeSet<Oid> {
    let (organisation, unit) = match entry {
        ClientEntry::Use(entry) => (Some(entry.organisation.clone()), entry.unit.clone()),
        ClientEntry::Disclosure(entry) => (organisation_of(entry, snapshot), entry.unit.clone()),
    };
    organisation.into_iter().chain(unit).collect()
}

/// Whoever works with what is disclosed: in the organisation that receives it, or, where it goes outside, in
/// the controller's own.
fn organisation_of(entry: &DisclosureEntry, snapshot: &Snapshot) -> Option<Oid> {
    let own = || snapshot.directory.of_controller(&entry.controller).map(|o| &o.operating_unit);
    entry.receiver_organisation.as_ref().or_else(own).cloned()
}

fn of_use(entry: UseEntry, snapshot: &Snapshot, names: &PastNames) -> Told {
    let at = entry.at;
    let party = |oid| Party::of(oid, names, at);
    Told {
        id: entry.id,
        log: OfLog::Use,
        at,
        user: Some(entry.user_name),
        joint: false,
        unit: entry.unit.map(party),
        organisation: Some(party(entry.organisation)),
        action: entry.action,
        purpose: entry.purpose.map(|code| Phrase { code: Some(code), name: None }),
        basis: entry.basis,
        ground: entry.ground.map(|code| Phrase::of_set(code, GROUNDS, &snapshot.codes)),
        special_reason: entry
            .special_reason
            .map(|code| Phrase::of_set(code, SPECIAL_REASONS, &snapshot.codes)),
        receiver: None,
        what: None,
        documents: entry.documents,
        case: entry.case,
    }
}

fn of_disclosure(
    entry: DisclosureEntry,
    words: Words,
    snapshot: &Snapshot,
    names: &PastNames,
    own: &str,
) -> Told {
    let at = entry.at;
    let party = |oid| Party::of(oid, names, at);
    let without_codes = |text: String| text_without_codes(&text, &[own]).unwrap_or(text);
    let coded = |code| Phrase::of_set(code, GROUNDS, &snapshot.codes);
    Told {
        organisation: organisation_of(&entry, snapshot).map(party),
        id: entry.id,
        log: OfLog::Disclosure,
        at,
        user: Some(entry.user_name),
        joint: false,
        unit: entry.unit.map(party),
        action: entry.action,
        purpose: Some(match words.purpose {
            Some(text) => Phrase::words(without_codes(text)),
            None => Phrase { code: Some(entry.purpose), name: None },
        }),
        basis: Some(entry.basis),
        ground: match words.ground {
            Some(text) => Some(Phrase::words(without_codes(text))),
            None => entry.ground.map(coded),
        },
        special_reason: entry
            .special_reason
            .map(|code| Phrase::of_set(code, SPECIAL_REASONS, &snapshot.codes)),
        receiver: words.receiver.map(without_codes),
        what: words.what.map(without_codes),
        documents: entry.documents,
        case: None,
    }
}
