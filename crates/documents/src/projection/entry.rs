//! What a standing keeps of each document.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varanto_model::{Code, Oid, calendar};

use super::form::{day, maybe_day, maybe_instant};
use super::read;
use super::{CaseClient, CaseDocument, ClientshipDocument, Part, UnitEntry};

/// A case as its document has it for one of its clients. `Debug` shows the case alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseStanding {
    /// The organisation that keeps the document.
    pub keeper: Oid,
    /// The identifier of the case.
    pub case: Oid,
    /// The organiser's operating unit.
    pub organiser: Oid,
    /// The service task.
    #[serde(rename = "task")]
    pub service_task: Code,
    /// The code of what it is about.
    pub name: Code,
    /// The code of its state.
    pub state: Code,
    /// Is it closed ([`CaseDocument::is_closed`])?
    #[serde(rename = "closed", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_closed: bool,
    /// The day on which it was opened.
    #[serde(with = "day")]
    pub opened: Date,
    /// The day on which it was or will be closed.
    #[serde(
        rename = "closed_on",
        default,
        with = "maybe_day",
        skip_serializing_if = "Option::is_none"
    )]
    pub closed: Option<Date>,
    /// Is it a joint case?
    #[serde(rename = "joint", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_joint: bool,
    /// When the client joined it; `None` is from its opening.
    #[serde(
        rename = "joined",
        default,
        with = "maybe_instant",
        skip_serializing_if = "Option::is_none"
    )]
    pub joined_at: Option<Timestamp>,
    /// From when on the client is no longer in it.
    #[serde(
        rename = "left",
        default,
        with = "maybe_instant",
        skip_serializing_if = "Option::is_none"
    )]
    pub left_at: Option<Timestamp>,
    /// When its document was annulled.
    #[serde(
        rename = "annulled",
        default,
        with = "maybe_instant",
        skip_serializing_if = "Option::is_none"
    )]
    pub annulled_at: Option<Timestamp>,
}

impl CaseStanding {
    pub(super) fn of(keeper: &Oid, document: &CaseDocument, member: &CaseClient) -> Self {
        Self {
            keeper: keeper.clone(),
            case: document.case.clone(),
            organiser: document.organiser.clone(),
            service_task: document.service_task.clone(),
            name: document.name.clone(),
            state: document.state.clone(),
            is_closed: document.is_closed,
            opened: document.opened,
            closed: document.closed,
            is_joint: document.is_joint,
            joined_at: member.joined_at.map(read::to_the_microsecond),
            left_at: member.left_at.map(read::to_the_microsecond),
            annulled_at: None,
        }
    }

    /// The first day on which it is a case of the client.
    pub fn first_day(&self) -> Date {
        self.joined_at.map_or(self.opened, |joined| self.opened.max(calendar::day_of(joined)))
    }

    /// The last day on which it is: that of its closing, or that on which the client left it.
    pub fn last_day(&self) -> Option<Date> {
        read::earlier(self.closed, self.left_at.map(read::last_day_before))
    }

    /// One out of what two files of the same person tell of the same document: in the case from
    /// the earlier joining to the later leaving, and annulled where both are.
    pub(super) fn merge(mut self, mut other: Self) -> Self {
        fn later(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
            Some(a?.max(b?))
        }
        let joined_at = self.joined_at.min(other.joined_at);
        let left_at = later(self.left_at, other.left_at);
        let annulled_at = later(self.annulled_at, other.annulled_at);
        for case in [&mut self, &mut other] {
            case.joined_at = joined_at;
            case.left_at = left_at;
            case.annulled_at = annulled_at;
        }
        self.max(other)
    }
}

impl fmt::Debug for CaseStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseStanding").field("case", &self.case).finish_non_exhaustive()
    }
}

/// A clientship as its document, in all versions up to now, has it. `Debug` shows its identifier
/// alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientshipStanding {
    /// The organisation that keeps the document.
    pub keeper: Oid,
    /// The identifier of the clientship.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clientship: Option<Oid>,
    /// The organiser's operating unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organiser: Option<Oid>,
    /// Is it an old one, from which nothing follows?
    #[serde(rename = "old", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_old: bool,
    /// The first day.
    #[serde(with = "day")]
    pub first: Date,
    /// The last day.
    #[serde(default, with = "maybe_day", skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    /// Are the client's contact data protected?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub turvakielto: bool,
    /// The last day of that protection.
    #[serde(default, with = "maybe_day", skip_serializing_if = "Option::is_none")]
    pub turvakielto_until: Option<Date>,
    /// When the document was annulled.
    #[serde(
        rename = "annulled",
        default,
        with = "maybe_instant",
        skip_serializing_if = "Option::is_none"
    )]
    pub annulled_at: Option<Timestamp>,
    /// The units in order, those that were taken out of the document among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitStanding>,
}

impl ClientshipStanding {
    pub(super) fn of(keeper: &Oid, document: &ClientshipDocument) -> Self {
        Self {
            keeper: keeper.clone(),
            clientship: document.clientship.clone(),
            organiser: document.organiser.clone(),
            is_old: document.is_old,
            first: document.first,
            last: document.last,
            turvakielto: document.turvakielto,
            turvakielto_until: document.turvakielto_until,
            annulled_at: None,
            units: document.units.iter().map(UnitStanding::of).collect(),
        }
    }

    /// Is it the client's clientship on `today`: not an old one, not annulled, not ended?
    pub fn is_active(&self, today: Date) -> bool {
        let ended = self.last.is_some_and(|last| last < today);
        !self.is_old && self.annulled_at.is_none() && !ended
    }
}

impl fmt::Debug for ClientshipStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ClientshipStanding");
        shown.field("clientship", &self.clientship).finish_non_exhaustive()
    }
}

/// A unit of a clientship with its days ([`UnitEntry`]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitStanding {
    /// The service task.
    #[serde(rename = "task", default, skip_serializing_if = "Option::is_none")]
    pub service_task: Option<Code>,
    /// As what it stands in the document.
    pub part: Part,
    /// The service unit.
    pub unit: Oid,
    /// The producer's unit under which it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Oid>,
    /// The codes of its social services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<Code>,
    /// The first day.
    #[serde(with = "day")]
    pub first: Date,
    /// The last day as the document tells it.
    #[serde(default, with = "maybe_day", skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    /// The last day as it counts ([`UnitEntry::until`]).
    #[serde(default, with = "maybe_day", skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// When a version that does not have it, or an annulment, took it out of the document.
    #[serde(
        rename = "withdrawn",
        default,
        with = "maybe_instant",
        skip_serializing_if = "Option::is_none"
    )]
    pub withdrawn_at: Option<Timestamp>,
}

impl UnitStanding {
    fn of(entry: &UnitEntry) -> Self {
        Self {
            service_task: entry.service_task.clone(),
            part: entry.part,
            unit: entry.unit.clone(),
            via: entry.via.clone(),
            services: entry.services.clone(),
            first: entry.first,
            last: entry.last,
            until: entry.until,
            withdrawn_at: None,
        }
    }

    /// Taken out of its document at `at`, unless it was before.
    pub(super) fn withdraw(&mut self, at: Timestamp) {
        self.withdrawn_at.get_or_insert(at);
    }

    /// What makes an entry the same one in another version of the document.
    pub(super) fn identity(&self) -> (Option<&Code>, Part, Option<&Oid>, &Oid, Date) {
        (self.service_task.as_ref(), self.part, self.via.as_ref(), &self.unit, self.first)
    }
}
