//! The orders that stand about the rights of a client at a controller: what the controller has
//! suspended or reopened, and what the producer has confirmed. They are not derived from documents
//! and survive when these are read anew; they never give a right (RA-07, RA-09, ARC-05).

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varanto_model::Oid;

use crate::Error;

/// What stands about one right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// The case of the right.
    pub(crate) case: Oid,
    /// The unit of the right.
    pub(crate) unit: Oid,
    /// Since when it is suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) suspended_since: Option<Timestamp>,
    /// The last day of corrections after it has closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reopened_until: Option<Date>,
    /// When the producer confirmed that its local copies are destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) destroyed_at: Option<Timestamp>,
}

/// All of them, in order of case and unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Order>", into = "Vec<Order>")]
pub(crate) struct Orders(BTreeMap<(Oid, Oid), Order>);

impl From<Vec<Order>> for Orders {
    fn from(list: Vec<Order>) -> Self {
        let key = |order: &Order| (order.case.clone(), order.unit.clone());
        Self(list.into_iter().map(|order| (key(&order), order)).collect())
    }
}

impl From<Orders> for Vec<Order> {
    fn from(orders: Orders) -> Self {
        orders.0.into_values().collect()
    }
}

impl Orders {
    /// Reads what was stored.
    pub(crate) fn read(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json).map_err(|_| Error::Internal("stored orders cannot be read"))
    }

    /// What is stored.
    pub(crate) fn written(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|_| Error::Internal("orders could not be written"))
    }

    /// What stands about a right.
    pub(crate) fn find(&self, case: &Oid, unit: &Oid) -> Option<&Order> {
        self.0.values().find(|order| order.case == *case && order.unit == *unit)
    }

    /// What stands about a right, to be changed.
    pub(crate) fn of_mut(&mut self, case: &Oid, unit: &Oid) -> &mut Order {
        self.0.entry((case.clone(), unit.clone())).or_insert_with(|| Order {
            case: case.clone(),
            unit: unit.clone(),
            suspended_since: None,
            reopened_until: None,
            destroyed_at: None,
        })
    }

    /// Takes in what stands in another file of the same person (CASE-06): a suspension in either
    /// holds, and corrections are open until the earlier day where both let them.
    pub(crate) fn merge(&mut self, other: Self) {
        for theirs in other.0.into_values() {
            let ours = self.of_mut(&theirs.case, &theirs.unit);
            ours.suspended_since = match (ours.suspended_since, theirs.suspended_since) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            ours.reopened_until = match (ours.reopened_until, theirs.reopened_until) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            ours.destroyed_at = ours.destroyed_at.or(theirs.destroyed_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        Oid::parse(text).unwrap()
    }

    /// REQ RA-07
    #[test]
    fn orders_are_read_back_as_written_and_found_by_case_and_unit() {
        let mut orders = Orders::default();
        orders.of_mut(&oid("1.2.3"), &oid("1.2.9")).reopened_until =
            Some(jiff::civil::date(2026, 10, 1));
        orders.of_mut(&oid("1.2.2"), &oid("1.2.9")).suspended_since =
            Some("2026-09-02T09:00:00Z".parse().unwrap());
        let read = Orders::read(&orders.written().unwrap()).unwrap();
        assert_eq!(read, orders);
        assert!(read.find(&oid("1.2.2"), &oid("1.2.9")).unwrap().suspended_since.is_some());
        assert!(read.find(&oid("1.2.2"), &oid("1.2.8")).is_none());
        assert!(Orders::read("{}").is_err());
    }

    /// REQ CASE-06
    #[test]
    fn a_suspension_in_either_file_holds_after_they_are_joined() {
        let (case, unit) = (oid("1.2.3"), oid("1.2.9"));
        let (mut one, mut other) = (Orders::default(), Orders::default());
        other.of_mut(&case, &unit).suspended_since = Some(Timestamp::UNIX_EPOCH);
        one.of_mut(&case, &unit).reopened_until = Some(jiff::civil::date(2026, 10, 1));
        one.merge(other);
        let merged = one.find(&case, &unit).unwrap();
        assert!(merged.suspended_since.is_some() && merged.reopened_until.is_some());
    }
}
