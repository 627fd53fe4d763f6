//! Until when a request is answered, and how far back it reaches without a reason (LOG-05): one month from
//! the day on which it came, with an extension two months more; two years back.
//!
//! Months are those of the calendar: a month from the 31st ends on the last day of a shorter one.

use jiff::ToSpan;
use jiff::civil::Date;

/// The last day on which a request is answered in time.
pub(super) fn due(received: Date) -> Date {
    received.saturating_add(1.month())
}

/// The same of a request whose time was extended. It is reckoned from the day on which the request came,
/// so that a short month in between takes nothing away.
pub(super) fn due_extended(received: Date) -> Date {
    received.saturating_add(3.months())
}

/// The first day of which entries are given without a reason.
pub(super) fn free_from(received: Date) -> Date {
    received.saturating_sub(2.years())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// REQ LOG-05
    #[test]
    fn a_month_ends_on_the_same_day_or_on_the_last_one() {
        assert_eq!(due(date(2026, 9, 10)), date(2026, 10, 10));
        assert_eq!(due(date(2027, 1, 31)), date(2027, 2, 28));
        assert_eq!(due(date(2028, 1, 31)), date(2028, 2, 29));
        assert_eq!(due(date(2026, 12, 31)), date(2027, 1, 31));
        assert_eq!(due_extended(date(2027, 1, 31)), date(2027, 4, 30));
        assert_eq!(due_extended(date(2026, 11, 30)), date(2027, 2, 28));
        assert_eq!(free_from(date(2028, 2, 29)), date(2026, 2, 28));
    }

    fn any_day() -> impl Strategy<Value = Date> {
        (1990_i16..2200, 1_i16..=365)
            .prop_map(|(year, day)| date(year, 1, 1).saturating_add(i64::from(day - 1).days()))
    }

    fn months(from: Date, to: Date) -> i32 {
        let count = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
        count(to) - count(from)
    }

    proptest! {
        /// REQ LOG-05
        #[test]
        fn due_days_are_whole_months_after_the_receipt(received in any_day()) {
            for (last, ahead) in [(due(received), 1), (due_extended(received), 3)] {
                prop_assert_eq!(months(received, last), ahead);
                prop_assert!(last.day() == received.day() || last.day() == last.days_in_month());
                prop_assert!(last.day() <= received.day());
            }
            prop_assert!(due_extended(received) > due(received));
            prop_assert_eq!(months(free_from(received), received), 24);
        }

        /// REQ LOG-05
        #[test]
        fn who_asks_later_is_never_answered_earlier(a in any_day(), b in any_day()) {
            let (first, second) = (a.min(b), a.max(b));
            prop_assert!(due(first) <= due(second));
            prop_assert!(due_extended(first) <= due_extended(second));
            prop_assert!(free_from(first) <= free_from(second));
        }
    }
}
