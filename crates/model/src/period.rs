//! Periods of whole days in Finland.
//!
//! A period holds its first and its last day. A period without last day goes on. What a period
//! means, and which clock says today, is known elsewhere.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::{self, OutOfCalendar};

/// The days from a first one to a last one, both included; days of Europe/Helsinki.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    first: Date,
    last: Option<Date>,
}

/// The last day is before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the last day of a period is not before its first day")]
pub struct PeriodError;

impl Period {
    /// The period from `first` to `last`; without `last` it goes on.
    pub fn new(first: Date, last: Option<Date>) -> Result<Self, PeriodError> {
        match last {
            Some(last) if last < first => Err(PeriodError),
            _ => Ok(Self { first, last }),
        }
    }

    /// The first day.
    pub fn first(&self) -> Date {
        self.first
    }

    /// The last day, where there is one.
    pub fn last(&self) -> Option<Date> {
        self.last
    }

    /// Is `day` one of its days?
    pub fn contains(&self, day: Date) -> bool {
        self.first <= day && !self.is_over(day)
    }

    /// Does it hold the day of `instant` in Finland?
    pub fn contains_instant(&self, instant: Timestamp) -> bool {
        self.contains(calendar::day_of(instant))
    }

    /// Is there a day in both?
    pub fn overlaps(&self, other: &Self) -> bool {
        !self.is_over(other.first) && !other.is_over(self.first)
    }

    /// Has its last day passed on `today`?
    pub fn is_over(&self, today: Date) -> bool {
        self.last.is_some_and(|last| last < today)
    }

    /// The first instant after its last day; nothing where it goes on.
    pub fn end(&self) -> Result<Option<Timestamp>, OutOfCalendar> {
        self.last.map(calendar::end_of).transpose()
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_period_holds_its_first_and_its_last_day() {
        let period = Period::new(date(2026, 1, 1), Some(date(2026, 1, 31))).unwrap();
        assert!(period.contains(date(2026, 1, 1)) && period.contains(date(2026, 1, 31)));
        assert!(!period.contains(date(2025, 12, 31)) && !period.contains(date(2026, 2, 1)));
        assert!(!period.is_over(date(2026, 1, 31)) && period.is_over(date(2026, 2, 1)));
        // In Helsinki the last day ends two hours before it does in Greenwich.
        assert!(period.contains_instant("2026-01-31T21:59:59Z".parse().unwrap()));
        assert!(!period.contains_instant("2026-01-31T22:00:00Z".parse().unwrap()));
        assert_eq!(period.end(), Ok(Some("2026-01-31T22:00:00Z".parse().unwrap())));
    }

    #[test]
    fn one_day_is_a_period_and_less_is_not() {
        assert!(Period::new(date(2026, 1, 1), Some(date(2026, 1, 1))).is_ok());
        assert_eq!(Period::new(date(2026, 1, 1), Some(date(2025, 12, 31))), Err(PeriodError));
    }

    #[test]
    fn a_period_without_last_day_goes_on() {
        let period = Period::new(date(2026, 1, 1), None).unwrap();
        assert!(period.contains(Date::MAX) && !period.is_over(Date::MAX));
        assert_eq!(period.end(), Ok(None));
    }

    fn day(n: i64) -> Date {
        date(2026, 1, 1).saturating_add(n.days())
    }

    prop_compose! {
        fn periods()(first in 0_i64..40, length in prop::option::of(0_i64..20)) -> Period {
            Period::new(day(first), length.map(|n| day(first + n))).unwrap()
        }
    }

    proptest! {
        #[test]
        fn periods_overlap_where_they_have_a_day_in_common(a in periods(), b in periods()) {
            let common = (0..80).any(|n| a.contains(day(n)) && b.contains(day(n)));
            prop_assert_eq!(a.overlaps(&b), common);
            prop_assert_eq!(b.overlaps(&a), common);
        }

        #[test]
        fn a_day_is_before_or_in_a_period_or_the_period_is_over(p in periods(), n in 0_i64..80) {
            let states = [day(n) < p.first(), p.contains(day(n)), p.is_over(day(n))];
            prop_assert_eq!(states.iter().filter(|s| **s).count(), 1);
        }

        #[test]
        fn the_order_of_days_decides_whether_a_period_exists(a in 0_i64..9, b in 0_i64..9) {
            prop_assert_eq!(Period::new(day(a), Some(day(b))).is_ok(), a <= b);
        }
    }
}
