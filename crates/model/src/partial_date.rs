//! Dates of documents: a year, a month or a day, and moments.
//!
//! The published document structures check dates by a pattern that lets days pass which no calendar
//! has. Here only real ones are read; the forms are those of the pattern. Like all content of
//! documents they can be personal data, so `Debug` hides them.

use std::fmt;

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::calendar;

/// How much of a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precision {
    /// The year.
    Year,
    /// Year and month.
    Month,
    /// The day.
    Day,
}

/// A date of which the day, or day and month, can be unknown (esitysmuoto Pvm).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    first_day: Date,
    precision: Precision,
}

/// A date, or an instant with its time of day (esitysmuoto Hetki).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// No time of day is given.
    Date(PartialDate),
    /// Time of day and offset are given.
    Instant(Timestamp),
}

/// Why a text is no date or moment. It repeats nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartialDateError {
    /// The date has another form.
    #[error("a date is written as YYYY, YYYY-MM or YYYY-MM-DD")]
    DateForm,
    /// The time has another form.
    #[error("a time is written as hh:mm:ss with Z or an offset from -14:00 to +14:00")]
    TimeForm,
    /// There is no such day.
    #[error("the calendar has no such day")]
    NoSuchDay,
}

impl PartialDate {
    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; a `-` before it makes the year one before 0.
    pub fn parse(text: &str) -> Result<Self, PartialDateError> {
        let form = PartialDateError::DateForm;
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let mut parts = digits.splitn(3, '-');
        let year: i16 = number(parts.next(), 4).ok_or(form)?;
        let month = parts.next().map(|m| number(Some(m), 2).ok_or(form)).transpose()?;
        let day = parts.next().map(|d| number(Some(d), 2).ok_or(form)).transpose()?;
        if sign < 0 && year == 0 {
            return Err(PartialDateError::NoSuchDay);
        }
        let precision = match (month, day) {
            (None, _) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
        };
        let first_day = Date::new(sign * year, month.unwrap_or(1), day.unwrap_or(1))
            .map_err(|_| PartialDateError::NoSuchDay)?;
        Ok(Self { first_day, precision })
    }

    /// The first day that it can mean.
    pub fn first_day(&self) -> Date {
        self.first_day
    }

    /// The last day that it can mean.
    pub fn last_day(&self) -> Date {
        match self.precision {
            Precision::Year => self.first_day.last_of_year(),
            Precision::Month => self.first_day.last_of_month(),
            Precision::Day => self.first_day,
        }
    }

    /// How much is known.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The day, where it is known.
    pub fn day(&self) -> Option<Date> {
        (self.precision == Precision::Day).then_some(self.first_day)
    }

    /// The Finnish form for people: `2026`, `9/2026` or `1.9.2026`.
    pub fn finnish(&self) -> String {
        let (year, month) = (self.first_day.year(), self.first_day.month());
        match self.precision {
            Precision::Year => year.to_string(),
            Precision::Month => format!("{month}/{year}"),
            Precision::Day => format!("{}.{month}.{year}", self.first_day.day()),
        }
    }
}

impl From<Date> for PartialDate {
    fn from(day: Date) -> Self {
        Self { first_day: day, precision: Precision::Day }
    }
}

impl Moment {
    /// Reads a date, or `YYYY-MM-DDThh:mm:ss` with or without fraction and with `Z` or `±hh:mm`.
    /// Digits of the fraction after the ninth are dropped.
    pub fn parse(text: &str) -> Result<Self, PartialDateError> {
        let Some((date, time)) = text.split_once('T') else {
            return PartialDate::parse(text).map(Self::Date);
        };
        let day = PartialDate::parse(date)?.day().ok_or(PartialDateError::DateForm)?;
        let (time, offset) = time_of_day(time).ok_or(PartialDateError::TimeForm)?;
        let instant = offset.to_timestamp(day.to_datetime(time));
        instant.map(Self::Instant).map_err(|_| PartialDateError::NoSuchDay)
    }

    /// The date; of an instant, its day in Finland.
    pub fn date(&self) -> PartialDate {
        match *self {
            Self::Date(date) => date,
            Self::Instant(instant) => calendar::day_of(instant).into(),
        }
    }

    /// The Finnish form for people, in Finnish time: that of the date, or `1.9.2026 klo 10.15`.
    pub fn finnish(&self) -> String {
        let date = self.date().finnish();
        match *self {
            Self::Date(_) => date,
            Self::Instant(instant) => {
                let (hour, minute) = calendar::hour_and_minute_of(instant);
                format!("{date} klo {hour}.{minute:02}")
            }
        }
    }
}

impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartialDate(…)")
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Moment(…)")
    }
}

/// A number of exactly so many decimal digits.
fn number<N: std::str::FromStr>(text: Option<&str>, digits: usize) -> Option<N> {
    let text = text.filter(|t| t.len() == digits && t.bytes().all(|b| b.is_ascii_digit()))?;
    text.parse().ok()
}

/// Reads `hh:mm:ss`, an optional fraction and the offset.
fn time_of_day(text: &str) -> Option<(Time, Offset)> {
    let zone = text.find(['Z', '+', '-'])?;
    let (time, zone) = text.split_at_checked(zone)?;
    let (time, fraction) = match time.split_once('.') {
        Some((time, fraction)) => (time, nanoseconds(fraction)?),
        None => (time, 0),
    };
    let mut parts = time.splitn(3, ':');
    let hour = number(parts.next(), 2)?;
    let minute = number(parts.next(), 2)?;
    let second = number(parts.next(), 2)?;
    Some((Time::new(hour, minute, second, fraction).ok()?, offset(zone)?))
}

/// The nanoseconds that the digits after a decimal point mean.
fn nanoseconds(fraction: &str) -> Option<i32> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(digits.fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0')))
}

/// Reads `Z` or an offset of up to 14 hours.
fn offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let hours: i64 = number(Some(hours), 2)?;
    let minutes: i64 = number(Some(minutes), 2).filter(|m| *m < 60)?;
    let size = SignedDuration::from_mins(hours * 60 + minutes);
    let known = matches!(sign, "+" | "-") && size <= SignedDuration::from_hours(14);
    known.then(|| Offset::try_from(if sign == "-" { -size } else { size }).ok())?
}

#[cfg(test)]
mod tests {
    use PartialDateError as E;
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn dated(text: &str) -> PartialDate {
        PartialDate::parse(text).unwrap()
    }

    #[test]
    fn a_date_can_be_a_year_a_month_or_a_day() {
        for (text, first, last, finnish) in [
            ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026"),
            ("2026-09", date(2026, 9, 1), date(2026, 9, 30), "9/2026"),
            ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2/2024"),
            ("2026-09-01", date(2026, 9, 1), date(2026, 9, 1), "1.9.2026"),
            ("0000", date(0, 1, 1), date(0, 12, 31), "0"),
            ("9999-12-31", date(9999, 12, 31), date(9999, 12, 31), "31.12.9999"),
            ("-0044-03-15", date(-44, 3, 15), date(-44, 3, 15), "15.3.-44"),
        ] {
            let found = dated(text);
            assert_eq!((found.first_day(), found.last_day()), (first, last), "{text}");
            assert_eq!(found.finnish(), finnish);
        }
        assert_eq!(dated("2026-09-01").day(), Some(date(2026, 9, 1)));
        assert_eq!(dated("2026-09").day(), None);
    }

    #[test]
    fn days_that_no_calendar_has_are_refused_though_the_pattern_lets_them_pass() {
        for text in ["2026-01-00", "2026-02-30", "2026-02-29", "2026-04-31", "1900-02-29", "-0000"]
        {
            assert_eq!(PartialDate::parse(text), Err(E::NoSuchDay), "{text}");
        }
        assert_eq!(Moment::parse("2026-02-30T10:15:00Z"), Err(E::NoSuchDay));
        assert_eq!(Moment::parse("9999-12-31T23:59:59-14:00"), Err(E::NoSuchDay));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "-",
            "26",
            "20260901",
            "2026-9",
            "2026-9-1",
            "2026-09-01-",
            "2026-09-01-01",
            "2026-",
            "+2026",
            "--2026",
            "1.9.2026",
            "2026-09-01 ",
            "2026-٠٩",
            "2026/09/01",
        ] {
            assert_eq!(PartialDate::parse(text), Err(E::DateForm), "{text}");
        }
        for text in ["2026T10:15:00Z", "2026-09T10:15:00Z", "T10:15:00Z", "2026-09-01t10:15:00Z"] {
            assert_eq!(Moment::parse(text), Err(E::DateForm), "{text}");
        }
        for time in [
            "",
            "10:15:00",
            "10:15Z",
            "10:15:00z",
            "24:00:00Z",
            "10:60:00Z",
            "10:15:60Z",
            "10:15:00.Z",
            "10:15:00+14:01",
            "10:15:00+15:00",
            "10:15:00+02",
            "10:15:00+0200",
            "10:15:00+02:60",
            "10:15:00Z ",
            "10:15:00+02:00Z",
            "1:15:00Z",
            "10:15:00.1.2Z",
            "10:15:00:00Z",
        ] {
            assert_eq!(Moment::parse(&format!("2026-09-01T{time}")), Err(E::TimeForm), "{time}");
        }
    }

    #[test]
    fn a_moment_is_shown_in_finnish_time() {
        for (text, finnish) in [
            ("2026", "2026"),
            ("2026-09", "9/2026"),
            ("2026-09-01", "1.9.2026"),
            ("2026-09-01T07:15:00Z", "1.9.2026 klo 10.15"),
            ("2026-09-01T10:15:00+03:00", "1.9.2026 klo 10.15"),
            ("2026-09-01T00:05:59.999999999999-00:00", "1.9.2026 klo 3.05"),
            ("2026-12-31T22:00:00.5Z", "1.1.2027 klo 0.00"),
            ("2026-01-01T13:59:00+14:00", "1.1.2026 klo 1.59"),
        ] {
            assert_eq!(Moment::parse(text).unwrap().finnish(), finnish, "{text}");
        }
        let expected: Timestamp = "2026-09-01T07:15:00.25Z".parse().unwrap();
        assert!(Moment::parse("2026-09-01T10:15:00.250+03:00") == Ok(Moment::Instant(expected)));
    }

    #[test]
    fn debugging_output_hides_the_date() {
        assert_eq!(format!("{:?}", dated("2026")), "PartialDate(…)");
        assert_eq!(format!("{:?}", Moment::parse("2026-09-01T10:15:00Z").unwrap()), "Moment(…)");
    }

    proptest! {
        #[test]
        fn every_day_is_read_from_its_iso_form(days in -3_000_000_i64..2_900_000) {
            let day = date(2000, 1, 1).saturating_add(days.days());
            prop_assume!(day.year() >= 0);
            prop_assert_eq!(dated(&day.to_string()).day(), Some(day));
        }

        #[test]
        fn every_instant_is_read_from_its_iso_form(
            second in -60_000_000_000_i64..250_000_000_000,
            nanosecond in 0_i32..1_000_000_000,
        ) {
            let instant = Timestamp::new(second, nanosecond).unwrap();
            let is_same = Moment::parse(&instant.to_string()) == Ok(Moment::Instant(instant));
            prop_assert!(is_same);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-0-9TZ:.+é]{0,30}") {
            let _ = Moment::parse(&text);
        }
    }
}
