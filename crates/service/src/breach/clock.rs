//! The 72 hours within which the controller tells the authority of a breach (GDPR, article 33).
//!
//! They are hours and not days: neither nights nor holidays nor the change of summer time stop them.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use varanto_store::breach::Progress;

/// How long the controller has.
const TIME_TO_TELL: SignedDuration = SignedDuration::from_hours(72);

/// By when the authority must have been told of what the controller became aware of at `aware_at`.
pub(super) fn due(aware_at: Timestamp) -> Timestamp {
    aware_at.checked_add(TIME_TO_TELL).unwrap_or(Timestamp::MAX)
}

/// How the time stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Clock {
    due_at: Timestamp,
    /// None once it has stopped; never below zero.
    remaining_seconds: Option<i64>,
    /// Has the time run out, or had it when the clock stopped?
    overdue: bool,
    /// Has the authority been told, or need it not be?
    met: bool,
}

impl Clock {
    /// The clock at `now`. It stops when the duty is met, and at the latest when the breach is closed.
    pub(super) fn read(aware_at: Timestamp, progress: &Progress, now: Timestamp) -> Self {
        let due_at = due(aware_at);
        let stopped = progress.met_at.or(progress.closed_at);
        let remaining = due_at.duration_since(now).as_secs().max(0);
        Self {
            due_at,
            remaining_seconds: stopped.is_none().then_some(remaining),
            overdue: stopped.unwrap_or(now) > due_at,
            met: progress.met_at.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use varanto_store::breach::{BreachState, Risk};

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// REQ LOG-07
    #[test]
    fn the_time_is_72_hours_whatever_the_calendar_says() {
        // The last Sunday of March has 23 hours in Finland, and 1.5. is a holiday.
        for (aware, expected) in [
            ("2026-09-01T08:00:00Z", "2026-09-04T08:00:00Z"),
            ("2026-03-28T12:00:00+02:00", "2026-03-31T13:00:00+03:00"),
            ("2026-04-30T20:00:00Z", "2026-05-03T20:00:00Z"),
        ] {
            assert_eq!(due(time(aware)), time(expected), "{aware}");
        }
        assert_eq!(due(Timestamp::MAX), Timestamp::MAX);
    }

    /// REQ LOG-07
    #[test]
    fn a_clock_runs_out_after_its_last_second_and_stays_as_it_was_stopped() {
        let aware = time("2026-09-01T08:00:00Z");
        let at = |text| Clock::read(aware, &Progress::BEGINNING, time(text));
        let last = at("2026-09-04T08:00:00Z");
        assert_eq!((last.remaining_seconds, last.overdue, last.met), (Some(0), false, false));
        let over = at("2026-09-04T08:00:01Z");
        assert_eq!((over.remaining_seconds, over.overdue, over.met), (Some(0), true, false));
        for (met, overdue) in [("2026-09-04T08:00:00Z", false), ("2026-09-04T08:00:01Z", true)] {
            let progress = Progress {
                state: BreachState::Assessed,
                risk: Some(Risk::Low),
                met_at: Some(time(met)),
                closed_at: None,
            };
            let years_later = Clock::read(aware, &progress, time("2029-01-01T00:00:00Z"));
            assert_eq!((years_later.remaining_seconds, years_later.overdue), (None, overdue));
            assert!(years_later.met);
        }
    }

    /// REQ LOG-07
    #[test]
    fn closing_without_telling_stops_the_clock_and_does_not_meet_the_duty() {
        let closed_at = Some(time("2026-09-02T08:00:00Z"));
        let progress = Progress { state: BreachState::Closed, closed_at, ..Progress::BEGINNING };
        let clock = Clock::read(time("2026-09-01T08:00:00Z"), &progress, Timestamp::MAX);
        assert_eq!((clock.remaining_seconds, clock.overdue, clock.met), (None, false, false));
    }

    proptest::proptest! {
        /// REQ LOG-07: what has gone by and what remains are 72 hours together, until none remain.
        #[test]
        fn what_remains_and_what_has_gone_by_are_72_hours(
            aware in 0..4_000_000_000_i64,
            gone in 0..400_000_i64,
        ) {
            let aware = Timestamp::from_second(aware).unwrap();
            let now = aware.checked_add(SignedDuration::from_secs(gone)).unwrap();
            let clock = Clock::read(aware, &Progress::BEGINNING, now);
            let remaining = clock.remaining_seconds.unwrap();
            proptest::prop_assert_eq!(remaining, (72 * 3_600 - gone).max(0));
            proptest::prop_assert_eq!(clock.overdue, gone > 72 * 3_600);
            proptest::prop_assert_eq!(clock.due_at.duration_since(aware), TIME_TO_TELL);
        }
    }
}
