//! The oracle's reading of register access rights: services from the clientships, cut to the life of the
//! case, their days counted one by one.

use jiff::civil::Date;
use varanto_model::calendar;

use super::View;
use crate::world::{Entry, Moment};

/// How the right of a unit to a case stands for one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    None,
    Ended,
    Reopened,
    Suspended,
    InForce,
}

/// A producer's entry in a clientship, cut to the life of the case.
struct Service<'a> {
    entry: &'a Entry,
    last: Option<Date>,
    closing: u32,
}

impl Service<'_> {
    fn has_begun(&self, now: Moment) -> bool {
        let never_lived = self.last.is_some_and(|last| last < self.entry.days.first)
            || self.entry.withdrawn.is_some_and(|at| at.day < self.entry.days.first);
        !never_lived && self.entry.days.first <= now.day
    }

    /// Is the right over, closing time and all?
    fn is_over(&self, at: Moment) -> bool {
        if self.entry.withdrawn.is_some_and(|withdrawn| withdrawn <= at) {
            return true;
        }
        let Some(mut day) = self.last else { return false };
        let mut working_days = 0;
        while working_days < self.closing {
            day = day.tomorrow().unwrap();
            if calendar::is_working_day(day).unwrap() {
                working_days += 1;
            }
        }
        day < at.day
    }
}

impl<'a> View<'a> {
    /// The services that the own unit gives to a client in a case of the register.
    fn services(&self, client: usize, case: usize) -> Vec<Service<'a>> {
        let mut found = Vec::new();
        let Some(register) = self.register else { return found };
        let case = &self.world.cases[case];
        for entry in &self.world.clients[client].entries {
            let overlap = case.days.last.is_none_or(|last| entry.days.first <= last)
                && entry.days.last.is_none_or(|last| case.days.first <= last);
            if entry.produces
                && entry.register == self.organiser
                && entry.unit == self.unit
                && self.world.units[entry.unit].organisation != self.organiser
                && case.register == self.organiser
                && case.task == entry.task
                && case.members.iter().any(|member| member.client == client)
                && overlap
            {
                let last = match (entry.days.last, case.days.last) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, other) => one.or(other),
                };
                found.push(Service { entry, last, closing: register.closing_working_days });
            }
        }
        found
    }

    fn suspended_since(&self, client: usize, case: usize) -> Option<Moment> {
        let orders = &self.world.clients[client].orders;
        let order = orders.iter().find(|order| {
            order.register == self.organiser && order.case == case && order.unit == self.unit
        })?;
        order.suspended_since
    }

    fn reopened_until(&self, client: usize, case: usize) -> Option<Date> {
        let orders = &self.world.clients[client].orders;
        let order = orders.iter().find(|order| {
            order.register == self.organiser && order.case == case && order.unit == self.unit
        })?;
        order.reopened_until
    }

    fn standing_of(&self, client: usize, case: usize) -> Standing {
        let now = self.request.now;
        let begun: Vec<_> = self
            .services(client, case)
            .into_iter()
            .filter(|service| service.has_begun(now))
            .collect();
        if begun.is_empty() {
            Standing::None
        } else if begun.iter().all(|service| service.is_over(now)) {
            let corrects = self.reopened_until(client, case).is_some_and(|day| now.day <= day);
            let is_suspended = self.suspended_since(client, case).is_some();
            if corrects && !is_suspended { Standing::Reopened } else { Standing::Ended }
        } else if self.suspended_since(client, case).is_some_and(|since| since <= now) {
            Standing::Suspended
        } else {
            Standing::InForce
        }
    }

    /// The case in question: the document's, or the one that the caller names.
    fn case(&self) -> Option<usize> {
        match self.document {
            Some(document) => document.case,
            None => self.request.case,
        }
    }

    pub(super) fn standing(&self) -> Standing {
        let Some(case) = self.case() else { return Standing::None };
        let all = self.clients.iter().map(|client| self.standing_of(*client, case));
        all.max().unwrap_or(Standing::None)
    }

    /// Could the unit have seen under its right what was stored at this moment?
    pub(crate) fn could_have_seen(&self, stored: Moment) -> bool {
        let Some(case) = self.case() else { return false };
        self.clients.iter().any(|client| {
            let services = self.services(*client, case);
            let suspended =
                self.suspended_since(*client, case).is_some_and(|since| since <= stored);
            let given =
                services.iter().any(|s| s.has_begun(self.request.now) && !s.is_over(stored));
            given && !suspended
        })
    }

    /// The same, where the clients' rights of the best standing alone are looked at.
    pub(super) fn was_within(&self, stored: Moment) -> bool {
        let (Some(case), best) = (self.case(), self.standing()) else { return false };
        let mut within = best == Standing::InForce;
        for client in &self.clients {
            if self.standing_of(*client, case) != best {
                continue;
            }
            within |= match best {
                Standing::Suspended => {
                    self.suspended_since(*client, case).is_some_and(|since| stored < since)
                }
                Standing::Reopened | Standing::Ended => {
                    let was_suspended =
                        self.suspended_since(*client, case).is_some_and(|since| since <= stored);
                    let services = self.services(*client, case);
                    let given =
                        |s: &Service<'_>| s.has_begun(self.request.now) && !s.is_over(stored);
                    !was_suspended && services.iter().any(given)
                }
                Standing::InForce | Standing::None => false,
            };
        }
        best != Standing::None && (within || self.wrote())
    }
}
