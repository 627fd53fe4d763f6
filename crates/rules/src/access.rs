//! A register access right and its course in time (RA-01, RA-05, RA-06, RA-07).

use jiff::Timestamp;
use jiff::civil::Date;
use varanto_model::{Oid, calendar};

/// The working days after which a right closes, where its controller has set no others (RA-06).
pub const CLOSING_WORKING_DAYS: u32 = 7;

/// A stretch of time that a clientship document gives to a unit, in whole days of Finland.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// The first day.
    pub first: Date,
    /// The last day; `None` where it goes on.
    pub last: Option<Date>,
    /// When a later version of the document left it out, or the document was annulled: from that
    /// instant on it holds no more.
    pub withdrawn_at: Option<Timestamp>,
}

impl Spell {
    /// Does it hold at this instant, on this day?
    pub fn holds(&self, now: Timestamp, today: Date) -> bool {
        self.withdrawn(now).is_none()
            && self.first <= today
            && self.last.is_none_or(|last| today <= last)
    }

    fn withdrawn(&self, now: Timestamp) -> Option<Timestamp> {
        self.withdrawn_at.filter(|at| *at <= now)
    }

    /// Has it begun? One that ends or was withdrawn before its first day was never there.
    fn has_begun(&self, now: Timestamp, today: Date) -> bool {
        self.first <= today
            && self.last.is_none_or(|last| self.first <= last)
            && self.withdrawn(now).is_none_or(|at| self.first <= calendar::day_of(at))
    }

    /// The last day of its closing time, where it runs out. Beyond the years of the calendar there
    /// is no closing time.
    fn closes_on(&self, closing_working_days: u32) -> Option<Date> {
        let day = |last| calendar::add_working_days(last, closing_working_days).unwrap_or(last);
        self.last.map(day)
    }

    /// The instant from which nothing is reached under it: its withdrawal, or the end of its closing
    /// time, whichever comes first.
    fn ends_at(&self, now: Timestamp, closing_working_days: u32) -> Option<Timestamp> {
        let end = |day| calendar::end_of(day).unwrap_or(Timestamp::MAX);
        let runs_out = self.closes_on(closing_working_days).map(end);
        [self.withdrawn(now), runs_out].into_iter().flatten().min()
    }
}

/// The right of one unit to one case of one client in a controller's register. It is read from the
/// controller's documents; only its suspension and reopening are orders of the controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterAccess {
    /// The case that it reaches.
    pub case: Oid,
    /// The unit that has it.
    pub unit: Oid,
    /// When.
    pub spells: Vec<Spell>,
    /// Since when the controller has it suspended.
    pub suspended_since: Option<Timestamp>,
    /// The last day on which what was written under it may still be corrected and annulled; not while
    /// it is suspended.
    pub reopened_until: Option<Date>,
}

/// How a right stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessState {
    /// It has not begun: as if it were not there.
    Coming,
    /// It is in force.
    Open,
    /// The service has ended; the right is whole until the end of a day.
    Closing {
        /// Its last day.
        closes_on: Date,
    },
    /// The controller has suspended it.
    Suspended {
        /// Since when.
        since: Timestamp,
    },
    /// It has closed, but what was written under it may be corrected and annulled until a day.
    Reopened {
        /// When it had closed, as in [`Self::Closed`].
        closed_on: Date,
        /// The last day of corrections.
        until: Date,
    },
    /// It has closed.
    Closed {
        /// Its last day; where it was withdrawn, the day of that.
        closed_on: Date,
    },
}

impl AccessState {
    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Coming => "coming",
            Self::Open => "open",
            Self::Closing { .. } => "closing",
            Self::Suspended { .. } => "suspended",
            Self::Reopened { .. } => "reopened",
            Self::Closed { .. } => "closed",
        }
    }

    /// May data be read and stored under it?
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::Open | Self::Closing { .. })
    }
}

impl RegisterAccess {
    /// How it stands at an instant, with the controller's closing time in working days.
    ///
    /// A spell that was withdrawn ends at once; one that has run out closes at the end of the last
    /// working day of the closing time. The spell that reaches furthest decides.
    pub fn state(&self, now: Timestamp, today: Date, closing_working_days: u32) -> AccessState {
        let mut closing: Option<Date> = None;
        let mut closed: Option<Date> = None;
        let mut is_open = false;
        for spell in self.spells.iter().filter(|spell| spell.has_begun(now, today)) {
            let has_run_out = spell.last.is_some_and(|last| last < today);
            let closes_on = has_run_out.then(|| spell.closes_on(closing_working_days)).flatten();
            match (spell.withdrawn(now).map(calendar::day_of), closes_on) {
                (None, None) => is_open = true,
                (None, Some(day)) if today <= day => closing = closing.max(Some(day)),
                (None, Some(day)) | (Some(day), None) => closed = closed.max(Some(day)),
                (Some(withdrawn), Some(day)) => closed = closed.max(Some(withdrawn.min(day))),
            }
        }
        let suspended = |state| match self.suspended_since.filter(|since| *since <= now) {
            Some(since) => AccessState::Suspended { since },
            None => state,
        };
        match (is_open, closing, closed) {
            (true, ..) => suspended(AccessState::Open),
            (false, Some(closes_on), _) => suspended(AccessState::Closing { closes_on }),
            (false, None, Some(closed_on)) => match self.reopened_until.filter(|u| today <= *u) {
                Some(until) if self.suspended_since.is_none() => {
                    AccessState::Reopened { closed_on, until }
                }
                _ => AccessState::Closed { closed_on },
            },
            (false, None, None) => AccessState::Coming,
        }
    }

    /// The instant at which a right that has closed ended, or was suspended for good: what was stored
    /// from then on was never within it.
    pub(crate) fn ended_at(&self, now: Timestamp, today: Date, closing: u32) -> Option<Timestamp> {
        let begun = self.spells.iter().filter(|spell| spell.has_begun(now, today));
        let ended = begun.filter_map(|spell| spell.ends_at(now, closing)).max();
        [ended, self.suspended_since].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn at(text: &str) -> (Timestamp, Date) {
        let now: Timestamp = text.parse().unwrap();
        (now, calendar::day_of(now))
    }

    fn right(spells: &[(Date, Option<Date>, Option<&str>)]) -> RegisterAccess {
        let spell = |(first, last, withdrawn): &(Date, Option<Date>, Option<&str>)| Spell {
            first: *first,
            last: *last,
            withdrawn_at: withdrawn.map(|at| at.parse().unwrap()),
        };
        RegisterAccess {
            case: Oid::parse("1.2.246.10.99990001.14.1").unwrap(),
            unit: Oid::parse("1.2.246.10.99990002.10.3").unwrap(),
            spells: spells.iter().map(spell).collect(),
            suspended_since: None,
            reopened_until: None,
        }
    }

    fn state(right: &RegisterAccess, when: &str) -> AccessState {
        let (now, today) = at(when);
        right.state(now, today, CLOSING_WORKING_DAYS)
    }

    /// REQ RA-01
    #[test]
    fn a_right_is_in_force_from_the_start_of_its_first_day_in_finland() {
        let right = right(&[(date(2026, 9, 2), None, None)]);
        assert_eq!(state(&right, "2026-09-01T23:59:59+03:00"), AccessState::Coming);
        assert_eq!(state(&right, "2026-09-02T00:00:00+03:00"), AccessState::Open);
    }

    /// REQ RA-06
    #[test]
    fn a_right_closes_at_the_end_of_the_seventh_working_day() {
        // The service ends on the Friday before Christmas: the calendar knows the days between.
        let right = right(&[(date(2026, 9, 2), Some(date(2026, 12, 18)), None)]);
        let closes_on = calendar::add_working_days(date(2026, 12, 18), 7).unwrap();
        assert_eq!(state(&right, "2026-12-18T23:59:59+02:00"), AccessState::Open);
        assert_eq!(state(&right, "2026-12-19T00:00:00+02:00"), AccessState::Closing { closes_on });
        let last = closes_on.to_string();
        let evening = format!("{last}T23:59:59+02:00");
        assert_eq!(state(&right, &evening), AccessState::Closing { closes_on });
        let after = format!("{}T00:00:00+02:00", closes_on.tomorrow().unwrap());
        assert_eq!(state(&right, &after), AccessState::Closed { closed_on: closes_on });
    }

    /// REQ RA-07
    #[test]
    fn a_suspended_right_is_out_of_force_and_closes_like_any_other() {
        let mut right = right(&[(date(2026, 9, 2), Some(date(2026, 9, 30)), None)]);
        let since: Timestamp = "2026-09-10T09:00:00+03:00".parse().unwrap();
        right.suspended_since = Some(since);
        assert_eq!(state(&right, "2026-09-10T08:59:59+03:00"), AccessState::Open);
        assert_eq!(state(&right, "2026-09-10T09:00:00+03:00"), AccessState::Suspended { since });
        assert_eq!(state(&right, "2026-10-02T09:00:00+03:00"), AccessState::Suspended { since });
        let closed_on = date(2026, 10, 9);
        assert_eq!(state(&right, "2026-10-10T09:00:00+03:00"), AccessState::Closed { closed_on });
    }

    /// REQ RA-07
    #[test]
    fn a_reopened_right_is_open_for_corrections_until_its_day() {
        let mut right = right(&[(date(2026, 9, 2), Some(date(2026, 9, 30)), None)]);
        let until = date(2026, 11, 20);
        right.reopened_until = Some(until);
        let closed_on = date(2026, 10, 9);
        let reopened = AccessState::Reopened { closed_on, until };
        assert_eq!(state(&right, "2026-11-20T23:59:59+02:00"), reopened);
        assert!(!reopened.is_in_force());
        assert_eq!(state(&right, "2026-11-21T00:00:00+02:00"), AccessState::Closed { closed_on });
    }

    /// REQ RA-01: what the newest document leaves out has ended, without closing time.
    #[test]
    fn a_right_that_was_withdrawn_has_ended_at_that_instant() {
        let right = right(&[(date(2026, 9, 2), None, Some("2026-09-10T12:00:00+03:00"))]);
        assert_eq!(state(&right, "2026-09-10T11:59:59+03:00"), AccessState::Open);
        let closed_on = date(2026, 9, 10);
        assert_eq!(state(&right, "2026-09-10T12:00:00+03:00"), AccessState::Closed { closed_on });
    }

    #[test]
    fn a_right_that_was_withdrawn_before_it_began_was_never_there() {
        let right = right(&[(date(2026, 10, 1), None, Some("2026-09-10T12:00:00+03:00"))]);
        assert_eq!(state(&right, "2026-11-10T12:00:00+02:00"), AccessState::Coming);
    }

    /// REQ RA-01: an implementer's entry that begins after its producer's has ended.
    #[test]
    fn a_spell_that_ends_before_it_begins_was_never_there() {
        let right = right(&[(date(2026, 9, 10), Some(date(2026, 9, 4)), None)]);
        assert_eq!(state(&right, "2026-09-11T12:00:00+03:00"), AccessState::Coming);
        assert_eq!(state(&right, "2026-12-11T12:00:00+02:00"), AccessState::Coming);
    }

    /// REQ RA-06: a later version of the document leaves out what has long been over.
    #[test]
    fn a_right_that_had_closed_is_not_kept_alive_by_its_withdrawal() {
        let spell = (date(2026, 1, 5), Some(date(2026, 1, 30)), Some("2026-09-10T12:00:00+03:00"));
        let closed_on = date(2026, 2, 10);
        assert_eq!(
            state(&right(&[spell]), "2026-09-11T12:00:00+03:00"),
            AccessState::Closed { closed_on }
        );
    }

    #[test]
    fn a_right_ended_when_its_last_spell_did() {
        let right = right(&[
            (date(2026, 9, 2), None, Some("2026-09-10T12:00:00+03:00")),
            (date(2026, 1, 5), Some(date(2026, 1, 30)), None),
        ]);
        let (now, today) = at("2026-09-11T12:00:00+03:00");
        let ended = "2026-09-10T12:00:00+03:00".parse().ok();
        assert_eq!(right.ended_at(now, today, CLOSING_WORKING_DAYS), ended);
        let (now, today) = at("2026-08-11T12:00:00+03:00");
        let ended = "2026-02-11T00:00:00+02:00".parse().ok();
        assert_eq!(right.ended_at(now, today, CLOSING_WORKING_DAYS), ended);
    }

    #[test]
    fn the_spell_that_reaches_furthest_decides() {
        let right = right(&[
            (date(2026, 1, 1), Some(date(2026, 2, 1)), None),
            (date(2026, 9, 2), None, None),
        ]);
        assert!(matches!(state(&right, "2026-06-01T12:00:00+03:00"), AccessState::Closed { .. }));
        assert_eq!(state(&right, "2026-09-02T12:00:00+03:00"), AccessState::Open);
    }
}
