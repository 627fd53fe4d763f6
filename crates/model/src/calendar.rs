//! Days in Finland: where they start and end, and which of them are working days.
//!
//! A day is one of Europe/Helsinki with the summer time rules known when this was built; nothing is
//! read from the machine. Public holidays follow the laws in force since 1991 (church act,
//! act on independence day, act on the first of May), so other years than [`FIRST_YEAR`] to
//! [`LAST_YEAR`] are refused.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// The first year with the holidays of today: Epiphany and Ascension Day left Saturday in 1991.
pub const FIRST_YEAR: i16 = 1991;

/// The last year whose holidays are reckoned.
pub const LAST_YEAR: i16 = 2200;

static HELSINKI: TimeZone = jiff::tz::get!("Europe/Helsinki");

/// A day is outside the years that are reckoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the day is outside the years of the calendar")]
pub struct OutOfCalendar;

/// The day in Finland at an instant.
pub fn day_of(instant: Timestamp) -> Date {
    HELSINKI.to_datetime(instant).date()
}

/// The time of day in Finland at an instant: hour and minute.
pub fn hour_and_minute_of(instant: Timestamp) -> (i8, i8) {
    let time = HELSINKI.to_datetime(instant).time();
    (time.hour(), time.minute())
}

/// The first instant of a day in Finland. Refuses only the first and last days that `jiff` knows.
pub fn start_of(day: Date) -> Result<Timestamp, OutOfCalendar> {
    HELSINKI.to_timestamp(day.at(0, 0, 0, 0)).map_err(|_| OutOfCalendar)
}

/// The first instant after a day in Finland: the day is over from then on. Where summer time starts
/// the day has 23 hours, where it ends 25.
pub fn end_of(day: Date) -> Result<Timestamp, OutOfCalendar> {
    start_of(day.tomorrow().map_err(|_| OutOfCalendar)?)
}

/// The public holidays of a year in order, each once: New Year's Day, Epiphany, Good Friday, Easter
/// Sunday and Monday, the first of May, Ascension Day, Pentecost, Midsummer Day, All Saints' Day,
/// Independence Day, Christmas Day and the day after.
pub fn public_holidays(year: i16) -> Result<Vec<Date>, OutOfCalendar> {
    let mut days = holidays(year).ok_or(OutOfCalendar)?.to_vec();
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// Is it a working day?
///
/// Saturdays, Sundays, public holidays, Midsummer Eve and Christmas Eve are not: they are the days
/// that the act on the calculation of statutory time limits (150/1930, section 5) leaves out. The
/// eves are no public holidays, but no authority is open on them.
pub fn is_working_day(day: Date) -> Result<bool, OutOfCalendar> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&day.year()) {
        return Err(OutOfCalendar);
    }
    if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
        return Ok(false);
    }
    let free = holidays(day.year()).ok_or(OutOfCalendar)?;
    let christmas_eve = day.month() == 12 && day.day() == 24;
    let midsummer_eve =
        day.month() == 6 && (19..=25).contains(&day.day()) && day.weekday() == Weekday::Friday;
    Ok(!christmas_eve && !midsummer_eve && !free.contains(&day))
}

/// The `n`-th working day after a day; the day itself where `n` is 0.
///
/// A register access right closes at the end of the seventh one after the service's last day
/// (RA-06).
pub fn add_working_days(day: Date, n: u32) -> Result<Date, OutOfCalendar> {
    let mut day = day;
    let mut left = n;
    while left > 0 {
        day = day.tomorrow().map_err(|_| OutOfCalendar)?;
        left -= u32::from(is_working_day(day)?);
    }
    Ok(day)
}

/// The public holidays; Ascension Day can fall on the first of May.
fn holidays(year: i16) -> Option<[Date; 13]> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return None;
    }
    let fixed = |month, day| Date::new(year, month, day).ok();
    let easter = easter(year)?;
    let after_easter = |days: i64| easter.checked_add(days.days()).ok();
    Some([
        fixed(1, 1)?,
        fixed(1, 6)?,
        after_easter(-2)?,
        easter,
        after_easter(1)?,
        fixed(5, 1)?,
        after_easter(39)?,
        after_easter(49)?,
        saturday_from(fixed(6, 20)?)?,
        saturday_from(fixed(10, 31)?)?,
        fixed(12, 6)?,
        fixed(12, 25)?,
        fixed(12, 26)?,
    ])
}

/// The first Saturday on or after a day.
fn saturday_from(day: Date) -> Option<Date> {
    day.yesterday().ok()?.nth_weekday(1, Weekday::Saturday).ok()
}

/// Easter Sunday in the Gregorian calendar: the Sunday after the full moon that the tables of 1582
/// put on or next after 21 March.
fn easter(year: i16) -> Option<Date> {
    let year_of_moon_cycle = year.rem_euclid(19);
    let century = year.div_euclid(100);
    let leap_days_left_out = century - century / 4;
    let moon_correction = (8 * century + 13) / 25;
    let epact =
        (19 * year_of_moon_cycle + leap_days_left_out - moon_correction + 15).rem_euclid(30);
    // The tables keep the moon out of a thirtieth day, and from one day twice in a cycle.
    let late = epact == 29 || (epact == 28 && year_of_moon_cycle > 10);
    let after_equinox = i64::from(epact) - i64::from(late);
    let full_moon = Date::new(year, 3, 21).ok()?.checked_add(after_equinox.days()).ok()?;
    full_moon.nth_weekday(1, Weekday::Sunday).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_starts_at_midnight_in_helsinki() {
        assert_eq!(day_of(instant("2026-01-31T21:59:59Z")), date(2026, 1, 31));
        assert_eq!(day_of(instant("2026-01-31T22:00:00Z")), date(2026, 2, 1));
        assert_eq!(day_of(instant("2026-07-31T20:59:59Z")), date(2026, 7, 31));
        assert_eq!(day_of(instant("2026-07-31T21:00:00Z")), date(2026, 8, 1));
        assert_eq!(start_of(date(2026, 8, 1)), Ok(instant("2026-07-31T21:00:00Z")));
        assert_eq!(end_of(date(2026, 7, 31)), start_of(date(2026, 8, 1)));
    }

    #[test]
    fn days_at_the_change_of_summer_time_have_23_and_25_hours() {
        let hours = |day| {
            let length = end_of(day).unwrap().duration_since(start_of(day).unwrap());
            length.as_hours()
        };
        assert_eq!(hours(date(2026, 3, 28)), 24);
        assert_eq!(hours(date(2026, 3, 29)), 23);
        assert_eq!(hours(date(2026, 10, 25)), 25);
        // Until 1995 summer time ended in September.
        assert_eq!(hours(date(1995, 9, 24)), 25);
        assert_eq!(hours(date(2190, 3, 28)), 23);
    }

    #[test]
    fn the_calendar_ends_without_panic() {
        assert_eq!(end_of(Date::MAX), Err(OutOfCalendar));
        assert_eq!(add_working_days(date(2200, 12, 1), u32::MAX), Err(OutOfCalendar));
        assert_eq!(add_working_days(Date::MAX, 1), Err(OutOfCalendar));
        assert_eq!(is_working_day(date(1990, 12, 31)), Err(OutOfCalendar));
        assert_eq!(public_holidays(2201), Err(OutOfCalendar));
        assert!(public_holidays(i16::MIN).is_err());
        let _ = (day_of(Timestamp::MIN), day_of(Timestamp::MAX), start_of(Date::MIN));
    }

    #[test]
    fn the_holidays_of_2026_are_those_of_the_almanac() {
        let days = [
            (1, 1),
            (1, 6),
            (4, 3),
            (4, 5),
            (4, 6),
            (5, 1),
            (5, 14),
            (5, 24),
            (6, 20),
            (10, 31),
            (12, 6),
            (12, 25),
            (12, 26),
        ];
        let expected: Vec<Date> = days.iter().map(|(m, d)| date(2026, *m, *d)).collect();
        assert_eq!(public_holidays(2026).unwrap(), expected);
    }

    #[test]
    fn ascension_day_on_the_first_of_may_counts_once() {
        let days = public_holidays(2008).unwrap();
        assert_eq!(days.len(), 12);
        assert!(days.contains(&date(2008, 5, 1)));
    }

    /// The algorithm of Meeus, Jones and Butcher: months and days by divisions alone.
    fn easter_by_divisions(year: i32) -> (i32, i32) {
        let (golden, century, rest) = (year % 19, year / 100, year % 100);
        let moon = century - (century + 8) / 25 + 1;
        let full = (19 * golden + century - century / 4 - moon / 3 + 15) % 30;
        let week = (32 + 2 * (century % 4) + 2 * (rest / 4) - full - rest % 4) % 7;
        let late = (golden + 11 * full + 22 * week) / 451;
        let sum = full + week - 7 * late + 114;
        (sum / 31, sum % 31 + 1)
    }

    #[test]
    fn two_ways_of_reckoning_give_the_same_easter() {
        for year in 1583..=4099 {
            let easter = easter(year).unwrap();
            let found = (i32::from(easter.month()), i32::from(easter.day()));
            assert_eq!(found, easter_by_divisions(i32::from(year)), "{year}");
        }
        assert_eq!(easter(2008), Some(date(2008, 3, 23)));
        assert_eq!(easter(2038), Some(date(2038, 4, 25)));
    }

    /// REQ RA-06
    #[test]
    fn a_right_closes_on_the_seventh_working_day() {
        for (last_day, closes) in [
            // A plain week: Monday to Wednesday of the week after.
            (date(2026, 9, 7), date(2026, 9, 16)),
            // The service ends on a Saturday.
            (date(2026, 9, 5), date(2026, 9, 15)),
            // Good Friday and Easter Monday.
            (date(2026, 4, 1), date(2026, 4, 14)),
            // Midsummer Eve.
            (date(2026, 6, 15), date(2026, 6, 25)),
            // Christmas Eve, Christmas Day, New Year's Day, Epiphany.
            (date(2026, 12, 23), date(2027, 1, 7)),
        ] {
            assert_eq!(add_working_days(last_day, 7), Ok(closes), "{last_day}");
        }
        assert_eq!(add_working_days(date(2026, 9, 5), 0), Ok(date(2026, 9, 5)));
    }

    #[test]
    fn eves_of_christmas_and_midsummer_are_free_and_other_eves_are_not() {
        for free in [date(2026, 6, 19), date(2026, 12, 24), date(2027, 6, 25)] {
            assert_eq!(is_working_day(free), Ok(false), "{free}");
        }
        for work in [date(2026, 6, 18), date(2026, 4, 30), date(2026, 12, 31), date(2027, 6, 18)] {
            assert_eq!(is_working_day(work), Ok(true), "{work}");
        }
    }

    fn days() -> impl Strategy<Value = Date> {
        (0_i64..76_000).prop_map(|n| date(1991, 1, 1).saturating_add(n.days()))
    }

    proptest! {
        #[test]
        fn each_instant_lies_in_its_day(second in -3_000_000_000_i64..7_000_000_000) {
            let instant = Timestamp::from_second(second).unwrap();
            let day = day_of(instant);
            prop_assert!(start_of(day).unwrap() <= instant && instant < end_of(day).unwrap());
        }

        #[test]
        fn midsummer_and_all_saints_are_saturdays_of_their_weeks(year in FIRST_YEAR..=LAST_YEAR) {
            let found = public_holidays(year).unwrap();
            let saturdays = |from: Date| {
                let week = (0..7).map(|n| from.saturating_add(n.days()));
                week.filter(|d| d.weekday() == Weekday::Saturday).collect::<Vec<_>>()
            };
            for day in saturdays(date(year, 6, 20)).iter().chain(&saturdays(date(year, 10, 31))) {
                prop_assert!(found.contains(day));
            }
        }

        #[test]
        fn working_days_add_up(day in days(), a in 0_u32..30, b in 0_u32..30) {
            let in_two_steps = add_working_days(day, a).and_then(|d| add_working_days(d, b));
            prop_assert_eq!(in_two_steps, add_working_days(day, a + b));
        }

        #[test]
        fn the_days_passed_over_are_all_free(day in days()) {
            let next = add_working_days(day, 1).unwrap();
            prop_assert_eq!(is_working_day(next), Ok(true));
            let mut between = day.tomorrow().unwrap();
            while between < next {
                prop_assert_eq!(is_working_day(between), Ok(false));
                between = between.tomorrow().unwrap();
            }
        }
    }
}
