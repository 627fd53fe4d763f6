//! What a person's will keeps of each document. No identity code stands here: representatives are
//! known by the opaque name that the caller gives.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varanto_model::{Code, Language, Oid};

use super::super::form::{day, instant, maybe_day, maybe_instant};
use super::super::read::to_the_microsecond;
use super::{
    DenialDocument, DenialEntry, DenialScope, InformingDocument, PermitDocument,
    RepresentationEntry, RepresentativeIdentifier,
};

/// That the client has been informed, as the newest version of a document tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InformingStanding {
    /// When the version was stored.
    #[serde(rename = "stored", with = "instant")]
    pub stored_at: Timestamp,
    /// The controller at which it was recorded.
    pub controller: Oid,
    /// The day on which the client was informed.
    #[serde(with = "day")]
    pub day: Date,
    /// The version of the information text.
    #[serde(rename = "text")]
    pub text_version: String,
    /// The language of the text.
    pub language: Language,
    /// Was a representative informed in the client's place?
    #[serde(rename = "represented", default, skip_serializing_if = "std::ops::Not::not")]
    pub by_representative: bool,
    /// When the document was annulled.
    #[serde(
        rename = "annulled",
        default,
        with = "maybe_instant",
        skip_serializing_if = "Option::is_none"
    )]
    pub annulled_at: Option<Timestamp>,
}

impl InformingStanding {
    pub(super) fn of(controller: &Oid, said: &InformingDocument, stored_at: Timestamp) -> Self {
        Self {
            stored_at: to_the_microsecond(stored_at),
            controller: controller.clone(),
            day: said.day,
            text_version: said.text_version.clone(),
            language: said.language,
            by_representative: !said.representatives.is_empty(),
            annulled_at: None,
        }
    }

    fn key(&self) -> impl Ord + '_ {
        let what = (self.day, &self.text_version, self.language.code(), self.by_representative);
        (self.stored_at, &self.controller, what, self.annulled_at)
    }
}

impl Ord for InformingStanding {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for InformingStanding {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A permit, given or refused, as the newest version of a document tells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitStanding {
    /// When the version was stored.
    #[serde(rename = "stored", with = "instant")]
    pub stored_at: Timestamp,
    /// The controller at which it was recorded.
    pub controller: Oid,
    /// May the data be disclosed between controllers?
    pub given: bool,
    /// The day on which it was given or refused.
    #[serde(with = "day")]
    pub day: Date,
    /// Did a representative speak for the client?
    #[serde(rename = "represented", default, skip_serializing_if = "std::ops::Not::not")]
    pub by_representative: bool,
    /// When the document was annulled.
    #[serde(
        rename = "annulled",
        default,
        with = "maybe_instant",
        skip_serializing_if = "Option::is_none"
    )]
    pub annulled_at: Option<Timestamp>,
}

impl PermitStanding {
    pub(super) fn of(controller: &Oid, said: &PermitDocument, stored_at: Timestamp) -> Self {
        Self {
            stored_at: to_the_microsecond(stored_at),
            controller: controller.clone(),
            given: said.given,
            day: said.day,
            by_representative: !said.representatives.is_empty(),
            annulled_at: None,
        }
    }
}

/// What the newest version of a document denies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DenialStanding {
    /// When the version was stored.
    #[serde(rename = "stored", with = "instant")]
    pub stored_at: Timestamp,
    /// The controller at which it was recorded.
    pub controller: Oid,
    /// What is denied, in order, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<DenialEntryStanding>,
    /// When the document was annulled.
    #[serde(
        rename = "annulled",
        default,
        with = "maybe_instant",
        skip_serializing_if = "Option::is_none"
    )]
    pub annulled_at: Option<Timestamp>,
}

impl DenialStanding {
    pub(super) fn of(
        controller: &Oid,
        said: &DenialDocument,
        resolve: impl Fn(&Oid) -> Option<Oid>,
        stored_at: Timestamp,
    ) -> Self {
        let entry = |entry| DenialEntryStanding::of(entry, &resolve);
        let mut entries: Vec<_> = said.entries.iter().map(entry).collect();
        entries.sort_unstable();
        entries.dedup();
        Self {
            stored_at: to_the_microsecond(stored_at),
            controller: controller.clone(),
            entries,
            annulled_at: None,
        }
    }
}

/// One thing that is denied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DenialEntryStanding {
    /// What.
    pub scope: DeniedScope,
    /// The day on which it was denied.
    #[serde(with = "day")]
    pub day: Date,
    /// Did a representative deny in the client's place?
    #[serde(rename = "represented", default, skip_serializing_if = "std::ops::Not::not")]
    pub by_representative: bool,
}

impl DenialEntryStanding {
    fn of(entry: &DenialEntry, resolve: impl Fn(&Oid) -> Option<Oid>) -> Self {
        let scope = match &entry.scope {
            DenialScope::Everything => DeniedScope::Everything,
            DenialScope::Controller(controller) => DeniedScope::Controller(controller.clone()),
            DenialScope::ServiceTask(task) => DeniedScope::ServiceTask(task.clone()),
            DenialScope::Document(named) => DeniedScope::Document {
                named: named.clone(),
                original: resolve(named).unwrap_or_else(|| named.clone()),
            },
        };
        let by_representative = !entry.representatives.is_empty();
        Self { scope, day: entry.day, by_representative }
    }
}

/// What a denial is about, with the documents known by their originals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DeniedScope {
    /// All data of the client.
    Everything,
    /// What is in the register of a controller.
    Controller(Oid),
    /// What belongs to a service task, at any controller.
    ServiceTask(Code),
    /// One document in all its versions.
    Document {
        /// The identifier by which the denial names it: that of the original or of a version.
        named: Oid,
        /// The identifier of the original; where none was known, that by which it is named.
        original: Oid,
    },
}

/// Who represents the client, as the newest version of a document tells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepresentationStanding {
    /// When the version was stored.
    #[serde(rename = "stored", with = "instant")]
    pub stored_at: Timestamp,
    /// The controller at which it was recorded.
    pub controller: Oid,
    /// The representatives, in order, each once.
    #[serde(rename = "persons", default, skip_serializing_if = "Vec::is_empty")]
    pub representatives: Vec<RepresentativeStanding>,
    /// When the document was annulled.
    #[serde(
        rename = "annulled",
        default,
        with = "maybe_instant",
        skip_serializing_if = "Option::is_none"
    )]
    pub annulled_at: Option<Timestamp>,
}

impl RepresentationStanding {
    pub(super) fn of(
        controller: &Oid,
        said: &[RepresentationEntry],
        name: impl Fn(&RepresentativeIdentifier) -> Option<String>,
        stored_at: Timestamp,
    ) -> Self {
        let person = |entry: &RepresentationEntry| RepresentativeStanding {
            name: name(&entry.identifier),
            role: entry.role.clone(),
            first: entry.first,
            last: entry.last,
        };
        let mut representatives: Vec<_> = said.iter().map(person).collect();
        representatives.sort_unstable();
        representatives.dedup();
        Self {
            stored_at: to_the_microsecond(stored_at),
            controller: controller.clone(),
            representatives,
            annulled_at: None,
        }
    }
}

/// A representative with the days of the representation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepresentativeStanding {
    /// The opaque name of the person; none where the caller gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// As what: a code of 1.2.246.537.6.1284.
    pub role: Code,
    /// The first day.
    #[serde(with = "day")]
    pub first: Date,
    /// The last day; without one the representation goes on.
    #[serde(default, with = "maybe_day", skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
}

impl RepresentativeStanding {
    /// Does the person represent the client on `today`?
    pub fn holds_on(&self, today: Date) -> bool {
        self.first <= today && self.last.is_none_or(|last| today <= last)
    }
}
