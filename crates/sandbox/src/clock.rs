//! The clock of a sandbox, which can be moved.
//!
//! It is kept as one line of text: by how many seconds the sandbox is ahead of (or, with a minus,
//! behind) real time. So it goes on by itself, and moving it is writing one number. Real time is an
//! argument; nothing here reads a clock or a file.

use jiff::{SignedDuration, Timestamp};

/// How far a sandbox's clock can be from real time: a hundred years.
const MAX_SECONDS: i64 = 100 * 366 * 24 * 60 * 60;

/// The clock of a sandbox: an offset from real time, in whole seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SandboxClock {
    seconds: i64,
}

/// Why a clock cannot be read or moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The text is not one whole number of seconds.
    #[error("the clock's file is not one whole number of seconds")]
    Text,
    /// It would be more than a hundred years from real time.
    #[error("a sandbox's clock stays within a hundred years of real time")]
    TooFar,
    /// It would go back.
    #[error("a clock is advanced forwards; to go back, set it")]
    Backwards,
}

impl SandboxClock {
    /// Reads the text form: a whole number of seconds, with white space around it or not.
    pub fn parse(text: &str) -> Result<Self, ClockError> {
        let number = text.trim();
        if number.len() > 20 {
            return Err(ClockError::Text);
        }
        Self::ahead_by(number.parse().map_err(|_| ClockError::Text)?)
    }

    /// The text form, with a line end.
    pub fn to_text(self) -> String {
        format!("{}\n", self.seconds)
    }

    /// What this clock shows at the real instant `real`.
    pub fn show(self, real: Timestamp) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.seconds);
        let edge = if self.seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
        real.checked_add(ahead).unwrap_or(edge)
    }

    /// The clock that shows `wanted` at the real instant `real`, or up to a second more: a day that
    /// is set has begun.
    pub fn set(wanted: Timestamp, real: Timestamp) -> Result<Self, ClockError> {
        let ahead = wanted.duration_since(real);
        let begun = i64::from(ahead.subsec_nanos() > 0);
        Self::ahead_by(ahead.as_secs().saturating_add(begun))
    }

    /// The same clock, further ahead by `by`, which is not negative.
    pub fn advance(self, by: SignedDuration) -> Result<Self, ClockError> {
        if by.is_negative() {
            return Err(ClockError::Backwards);
        }
        Self::ahead_by(self.seconds.checked_add(by.as_secs()).ok_or(ClockError::TooFar)?)
    }

    fn ahead_by(seconds: i64) -> Result<Self, ClockError> {
        let near = (-MAX_SECONDS..=MAX_SECONDS).contains(&seconds);
        if near { Ok(Self { seconds }) } else { Err(ClockError::TooFar) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// REQ PRO-03
    #[test]
    fn a_clock_that_was_set_or_advanced_goes_on_by_itself() {
        let real = instant("2026-11-22T10:00:00Z");
        assert_eq!(SandboxClock::default().show(real), real);
        let set = SandboxClock::set(instant("2026-09-01T00:00:00Z"), real).unwrap();
        assert_eq!(set.show(instant("2026-11-22T10:00:05Z")), instant("2026-09-01T00:00:05Z"));
        let week = set.advance(SignedDuration::from_hours(7 * 24)).unwrap();
        assert_eq!(week.show(real), instant("2026-09-08T00:00:00Z"));
    }

    /// REQ PRO-03
    #[test]
    fn a_clock_never_shows_less_than_it_was_set_to() {
        let wanted = instant("2026-09-01T00:00:00+03:00");
        for real in ["2026-01-01T10:00:00.3Z", "2026-01-01T10:00:00Z", "2026-11-22T10:00:00.3Z"] {
            let real = instant(real);
            let shown = SandboxClock::set(wanted, real).unwrap().show(real);
            assert!(shown >= wanted && shown.duration_since(wanted).as_secs() < 1, "{shown}");
        }
    }

    #[test]
    fn the_text_form_is_read_back_and_nothing_else_is_read() {
        for seconds in [0, 1, -1, 604_800, MAX_SECONDS, -MAX_SECONDS] {
            let clock = SandboxClock { seconds };
            assert_eq!(SandboxClock::parse(&clock.to_text()), Ok(clock));
        }
        assert_eq!(SandboxClock::parse(" 60 "), Ok(SandboxClock { seconds: 60 }));
        for bad in ["", "x", "1.5", "1 2", "--1", "9999999999999999999999"] {
            assert_eq!(SandboxClock::parse(bad), Err(ClockError::Text), "{bad}");
        }
        assert_eq!(SandboxClock::parse("9223372036854775807"), Err(ClockError::TooFar));
    }

    #[test]
    fn a_clock_stays_within_a_hundred_years_and_is_not_advanced_backwards() {
        let clock = SandboxClock::default();
        let second = SignedDuration::from_secs(1);
        assert_eq!(clock.advance(-second), Err(ClockError::Backwards));
        let edge = clock.advance(SignedDuration::from_secs(MAX_SECONDS)).unwrap();
        assert_eq!(edge.advance(second), Err(ClockError::TooFar));
        assert_eq!(edge.advance(SignedDuration::MAX), Err(ClockError::TooFar));
        assert_eq!(edge.show(Timestamp::MAX), Timestamp::MAX);
        assert_eq!(SandboxClock::set(Timestamp::MAX, Timestamp::MIN), Err(ClockError::TooFar));
    }
}
