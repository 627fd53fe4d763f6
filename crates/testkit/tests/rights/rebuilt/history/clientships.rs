//! Clientships of the history: units that are added, ended, left out and taken in again.

use jiff::civil::Date;
use varanto_testkit::{ClientshipDraft, Draft, UnitEntry};

use super::{Client, Clientship, History, KEEPERS, Unit};

impl History {
    pub(super) fn unit(&mut self, keeper: usize) -> Unit {
        let of = &KEEPERS[keeper];
        let is_own = self.dice.below(3) == 0;
        let unit = self.one_of(if is_own { of.units } else { of.producers });
        let other = self.one_of(of.producers);
        let has_implementer = !is_own && other != unit && self.dice.below(4) == 0;
        let first = self.past_day(Date::constant(2024, 3, 4));
        let last = (self.dice.below(3) == 0).then(|| self.day_from(first));
        let implementer = has_implementer.then_some(other);
        Unit { task: self.one_of(of.tasks), is_own, of: unit, implementer, first, last }
    }

    /// A clientship with the one unit of the organiser that it cannot do without.
    pub(super) fn bare(&self, client: usize) -> ClientshipDraft {
        let Client { keeper, who, person, .. } = &self.clients[client];
        let who = person.as_ref().unwrap_or(who);
        Draft::clientship(&self.callers[*keeper].person, who)
            .bare()
            .unit_of_no_task(UnitEntry::of(KEEPERS[*keeper].units[0]))
            .organised_by(&self.organiser(*keeper))
            .started("2024-03-04")
    }

    pub(super) async fn open_clientship(&mut self, client: usize) {
        let keeper = self.clients[client].keeper;
        let bare = self.bare(client);
        let units = self.units(keeper);
        let newest = with_units(bare.clone(), &units).draft();
        if self.keep(keeper, "a clientship", &newest).await {
            let clientship = Clientship { bare, units, ended: None, newest };
            self.clients[client].clientship = Some(clientship);
        }
    }

    /// One to four units, each but once.
    pub(super) fn units(&mut self, keeper: usize) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        for _ in 0..=self.dice.below(4) {
            let unit = self.unit(keeper);
            if !units.iter().any(|other| is_same_place(other, &unit)) {
                units.push(unit);
            }
        }
        units
    }

    pub(super) async fn change_clientship(&mut self) {
        let Some(client) = self.any_client() else { return };
        let keeper = self.clients[client].keeper;
        let Some(before) = &self.clients[client].clientship else {
            return self.open_clientship(client).await;
        };
        let (mut units, mut bare) = (before.units.clone(), before.bare.clone());
        let (newest, mut ended) = (before.newest.clone(), before.ended);
        let unit = self.dice.place(units.len());
        match self.dice.below(8) {
            0 | 1 => {
                let new = self.unit(keeper);
                if units.iter().any(|other| is_same_place(other, &new)) {
                    return;
                }
                units.push(new);
            }
            2 | 3 if units.len() > 1 => drop(units.remove(unit)),
            4 => units[unit].last = Some(self.past_day(units[unit].first)),
            5 => units[unit].last = None,
            6 if ended.is_none() => ended = Some(self.day_from(self.today())),
            6 => {
                // Opened again: as a clientship without an end.
                ended = None;
                bare = self.bare(client);
            }
            _ => bare = bare.turvakielto(),
        }
        if self.clients[client].person.is_some() {
            // From now on under the person's own name.
            bare = self.bare(client);
        }
        if let Some(day) = ended {
            bare = bare.ended(&day.to_string());
        }
        let newer = with_units(bare.clone(), &units).version_after(&newest);
        let newer = newer.with("clients", vec![bare.client().reference()]);
        if self.keep(keeper, "a version of a clientship", &newer).await {
            self.clients[client].clientship =
                Some(Clientship { bare, units, ended, newest: newer });
        }
    }

    pub(super) async fn annul_clientship(&mut self) {
        let Some(client) = self.any_client() else { return };
        let keeper = self.clients[client].keeper;
        let Some(clientship) = &self.clients[client].clientship else { return };
        let oid = clientship.newest.oid();
        if self.annul(keeper, &oid).await {
            self.clients[client].clientship = None;
        }
    }
}

/// Would one of the two have to end before the other begins?
fn is_same_place(one: &Unit, other: &Unit) -> bool {
    (one.task, one.of) == (other.task, other.of)
}

fn with_units(mut clientship: ClientshipDraft, units: &[Unit]) -> ClientshipDraft {
    let mut tasks: Vec<&str> = units.iter().map(|unit| unit.task).collect();
    tasks.sort_unstable();
    tasks.dedup();
    for task in tasks {
        clientship = clientship.task(task);
        for unit in units.iter().filter(|unit| unit.task == task) {
            let days = |entry: UnitEntry| {
                let entry = entry.from(&unit.first.to_string());
                match unit.last {
                    Some(last) => entry.until(&last.to_string()),
                    None => entry,
                }
            };
            let entry = days(UnitEntry::of(unit.of));
            clientship = match (unit.is_own, unit.implementer) {
                (true, _) => clientship.unit(entry),
                (false, None) => clientship.producer(entry),
                (false, Some(other)) => {
                    clientship.producer(entry.implementer(days(UnitEntry::of(other))))
                }
            };
        }
    }
    clientship
}
