//! How far the tree lags behind the logs, told by looking now and then: pure. It goes by a steady clock: one that is
//! set would make a lag where there is none, at every server at once.

use std::time::{Duration, Instant};

use varanto_store::log_tree::{LogKind, Numbers};

/// What was committed when it was looked, and until when everything is known to be in the tree.
pub(super) struct Lag {
    covered: Instant,
    seen: Option<(Instant, Numbers)>,
}

impl Lag {
    /// Nothing lags behind at `now`.
    pub(super) fn since(now: Instant) -> Self {
        Self { covered: now, seen: None }
    }

    /// Notes what is in the tree at `now`, and what is committed.
    pub(super) fn note(&mut self, now: Instant, sealed: Numbers, committed: Numbers) {
        let covers = |seen: &Numbers| LogKind::ALL.iter().all(|l| sealed.of(*l) >= seen.of(*l));
        if let Some((at, _)) = self.seen.filter(|(_, seen)| covers(seen)) {
            self.covered = at;
            self.seen = None;
        }
        if covers(&committed) {
            self.covered = now;
            self.seen = None;
        } else if self.seen.is_none() {
            self.seen = Some((now, committed));
        }
    }

    /// How long ago, at most, the oldest entry was committed that is not in the tree.
    pub(super) fn at(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.covered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(uses: i64) -> Numbers {
        Numbers { uses, ..Numbers::default() }
    }

    /// REQ LOG-03
    #[test]
    fn the_lag_grows_while_an_entry_waits_and_ends_when_it_is_sealed() {
        let began = Instant::now();
        let second = |n| began + Duration::from_secs(n);
        let mut lag = Lag::since(began);
        let mut seconds = Vec::new();
        for (now, sealed, committed) in
            [(1, 0, 0), (2, 0, 5), (3, 0, 6), (4, 5, 9), (5, 5, 9), (6, 9, 9), (7, 9, 9)]
        {
            lag.note(second(now), uses(sealed), uses(committed));
            seconds.push(lag.at(second(now)).as_secs());
        }
        // Seen at 2, in the tree at 4; the next were seen at 4 and in the tree at 6.
        assert_eq!(seconds, [0, 1, 2, 2, 3, 0, 0]);
    }

    #[test]
    fn every_log_counts() {
        let began = Instant::now();
        let later = began + Duration::from_secs(3);
        let mut lag = Lag::since(began);
        let administration = Numbers { administration: 1, ..Numbers::default() };
        lag.note(later, uses(1), administration);
        assert_eq!(lag.at(later).as_secs(), 3);
    }

    #[test]
    fn at_an_instant_before_the_last_look_there_is_no_lag() {
        let now = Instant::now();
        assert_eq!(Lag::since(now + Duration::from_secs(9)).at(now), Duration::ZERO);
    }
}
