//! Contexts and register access rights, as they follow from a standing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varanto_model::{Code, Oid, Period, calendar};

use super::form::{day, maybe_day, maybe_instant};
use super::{CaseStanding, ClientshipStanding, Part, UnitStanding, read};

/// A unit whose workers stand in a context to the client on some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContextUnit<'a> {
    /// The service unit.
    pub unit: &'a Oid,
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Option<Date>,
    /// From when on it does not hold any more, whatever its days.
    pub withdrawn_at: Option<Timestamp>,
}

impl<'a> ContextUnit<'a> {
    pub(super) fn of(unit: &'a UnitStanding) -> Self {
        Self {
            unit: &unit.unit,
            first: unit.first,
            last: unit.until,
            withdrawn_at: unit.withdrawn_at,
        }
    }

    /// Does it hold at `now`?
    pub fn holds_at(&self, now: Timestamp) -> bool {
        let Self { first, last, withdrawn_at, .. } = *self;
        Spell { first, last, withdrawn_at }.holds_at(now)
    }
}

/// A register access right: a unit's right to a client's data of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerivedRight {
    /// The case.
    pub case: Oid,
    /// The producer's or implementer's service unit.
    pub unit: Oid,
    /// The service task of both.
    pub service_task: Code,
    /// When the service is given, in order. Spells that were not withdrawn neither overlap nor
    /// touch one another. There is at least one.
    pub spells: Vec<Spell>,
}

/// Days on which a service is given. The right outlasts them by its closing time (RA-06), which is
/// reckoned elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spell {
    /// The first day.
    #[serde(with = "day")]
    pub first: Date,
    /// The last day; without one the service goes on.
    #[serde(default, with = "maybe_day", skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    /// When the entry from which it follows was taken out of its document: it ends at that instant.
    #[serde(
        rename = "withdrawn",
        default,
        with = "maybe_instant",
        skip_serializing_if = "Option::is_none"
    )]
    pub withdrawn_at: Option<Timestamp>,
}

impl Spell {
    /// Is the service given at `now`?
    pub fn holds_at(&self, now: Timestamp) -> bool {
        let period = Period::new(self.first, self.last);
        let is_withdrawn = self.withdrawn_at.is_some_and(|at| at <= now);
        !is_withdrawn && period.is_ok_and(|period| period.contains_instant(now))
    }

    /// The spell of a service that `unit` gives in `case`; none where no day is left.
    fn of(unit: &UnitStanding, case: &CaseStanding) -> Option<Self> {
        let last = read::earlier(unit.until, case.last_day());
        let begins = unit.first.max(case.first_day());
        let is_void = last.is_some_and(|last| last < begins);
        let never_began = |at| calendar::start_of(unit.first).is_ok_and(|start| at <= start);
        let spell = Self { first: unit.first, last, withdrawn_at: unit.withdrawn_at };
        (!is_void && !unit.withdrawn_at.is_some_and(never_began)).then_some(spell)
    }

    /// Is there no day between this and one that begins later on `first`?
    fn reaches(&self, first: Date) -> bool {
        self.last.is_none_or(|last| last.tomorrow().map_or(true, |next| first <= next))
    }
}

/// For each producer's and implementer's entry and each case of its service task, the spell.
pub(super) fn derive(
    cases: &BTreeMap<Oid, CaseStanding>,
    clientships: &BTreeMap<Oid, ClientshipStanding>,
) -> Vec<DerivedRight> {
    let mut found: BTreeMap<(&Oid, &Oid), (&Code, Vec<Spell>)> = BTreeMap::new();
    let clientships = clientships.values().filter(|clientship| !clientship.is_old);
    let units = clientships.flat_map(|c| c.units.iter().map(move |unit| (&c.keeper, unit)));
    for (keeper, unit) in units.filter(|(_, unit)| unit.part != Part::Organiser) {
        let is_of = |case: &&CaseStanding| {
            case.annulled_at.is_none()
                && case.keeper == *keeper
                && Some(&case.service_task) == unit.service_task.as_ref()
        };
        for case in cases.values().filter(is_of) {
            let Some(spell) = Spell::of(unit, case) else { continue };
            let right = found.entry((&case.case, &unit.unit));
            right.or_insert_with(|| (&case.service_task, Vec::new())).1.push(spell);
        }
    }
    let right =
        |((case, unit), (task, spells)): ((&Oid, &Oid), (&Code, Vec<Spell>))| DerivedRight {
            case: case.clone(),
            unit: unit.clone(),
            service_task: task.clone(),
            spells: join(spells),
        };
    found.into_iter().map(right).collect()
}

/// Spells in order, made one where they touch and none of them was withdrawn.
fn join(spells: Vec<Spell>) -> Vec<Spell> {
    let (mut whole, mut all): (Vec<_>, Vec<_>) =
        spells.into_iter().partition(|spell| spell.withdrawn_at.is_none());
    whole.sort_unstable();
    let mut current: Option<Spell> = None;
    for spell in whole {
        match &mut current {
            Some(before) if before.reaches(spell.first) => {
                before.last = before.last.and_then(|last| Some(last.max(spell.last?)));
            }
            _ => all.extend(current.replace(spell)),
        }
    }
    all.extend(current);
    all.sort_unstable();
    all.dedup();
    all
}
