//! What became of requests: latencies, outcomes, and how they went over time.
//!
//! A latency counts from the instant at which the request was *due*, not from when it could be sent. A server that
//! stands still for two seconds makes everybody late who comes in that time, also those whom a runner that
//! waits for answers would never have sent (“coordinated omission”). The time from sending to answer is kept
//! beside it.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::mix::Kind;

/// The longest latency that is told apart; longer ones count as this.
const LONGEST: Duration = Duration::from_mins(10);
/// How many different faults are told by name.
const MAX_FAULTS: usize = 50;
/// What further faults are told as.
const OTHER_FAULTS: &str = "others";

/// What an answer was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What it had to be; a refusal where there had to be one.
    Right,
    /// An answer with another status or another content, and in which way.
    Wrong(String),
    /// There was none, or one that asks to come again, and why.
    Missing(String),
}

/// One request. Instants are durations from the beginning of the run.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What was asked.
    pub kind: Kind,
    /// When it had to be sent.
    pub due: Duration,
    /// When it was sent.
    pub sent: Duration,
    /// When the answer was whole.
    pub answered: Duration,
    /// Did it wait because as many requests as may be were under way?
    pub held_back: bool,
    /// What came back.
    pub outcome: Outcome,
}

/// Collects samples.
#[derive(Debug)]
pub struct Record {
    warm_up: Duration,
    lasts: Duration,
    kinds: Vec<KindRecord>,
    intervals: Vec<Interval>,
    interval: Duration,
    lateness: Histogram<u64>,
    held_back: u64,
    given_up: u64,
    faults: BTreeMap<(Kind, String), u64>,
}

/// What became of the requests of one kind.
#[derive(Clone, Debug)]
pub struct KindRecord {
    /// From due to answered, in microseconds.
    pub latency: Histogram<u64>,
    /// From sent to answered, in microseconds.
    pub service: Histogram<u64>,
    /// Right answers.
    pub right: u64,
    /// Wrong answers.
    pub wrong: u64,
    /// Requests without answer.
    pub missing: u64,
}

/// A piece of the run.
#[derive(Clone, Debug)]
pub struct Interval {
    /// How many requests were due in it.
    pub due: u64,
    /// How many were answered in it, rightly.
    pub answered: u64,
    /// How many of those that were due in it went wrong.
    pub failed: u64,
    /// From due to answered, of those that were due in it, in microseconds.
    pub latency: Histogram<u32>,
}

#[expect(clippy::expect_used, reason = "bounds and digits are constants that a histogram can have")]
fn histogram<T: hdrhistogram::Counter>(digits: u8) -> Histogram<T> {
    let highest = micros(LONGEST);
    Histogram::new_with_bounds(1, highest, digits).expect("a histogram")
}

/// Whole microseconds, at least one.
fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1)
}

impl Record {
    /// Of a run that measures for `lasts` after a time of warming up, whose requests do not count. The run is
    /// looked at in `pieces`, which are at least a second each.
    pub fn new(warm_up: Duration, lasts: Duration, pieces: u32) -> Self {
        let interval = (lasts / pieces.max(1)).max(Duration::from_secs(1));
        let count = lasts.as_nanos().div_ceil(interval.as_nanos());
        let empty = Interval { due: 0, answered: 0, failed: 0, latency: histogram(2) };
        let kind = KindRecord::empty();
        Self {
            warm_up,
            lasts,
            kinds: vec![kind; Kind::ALL.len()],
            intervals: vec![empty; usize::try_from(count).unwrap_or(1)],
            interval,
            lateness: histogram(3),
            held_back: 0,
            given_up: 0,
            faults: BTreeMap::new(),
        }
    }

    /// Takes a sample in. One of the warming up only counts where it is a fault.
    pub fn add(&mut self, sample: Sample) {
        let failed = sample.outcome != Outcome::Right;
        let counted = sample.due.checked_sub(self.warm_up).filter(|due| *due < self.lasts);
        if let Some(due) = counted {
            self.count(&sample, due, failed);
        }
        if let Outcome::Wrong(what) | Outcome::Missing(what) = sample.outcome {
            self.fault(sample.kind, what);
        }
    }

    fn count(&mut self, sample: &Sample, due: Duration, failed: bool) {
        let latency = micros(sample.answered.saturating_sub(sample.due));
        let late = micros(sample.sent.saturating_sub(sample.due));
        if sample.held_back {
            self.held_back += 1;
        } else {
            self.lateness.saturating_record(late);
        }
        if let Some(kind) = self.kinds.get_mut(sample.kind.index()) {
            match sample.outcome {
                Outcome::Right => kind.right += 1,
                Outcome::Wrong(_) => kind.wrong += 1,
                Outcome::Missing(_) => kind.missing += 1,
            }
            // Also of what failed: who waits in vain has waited.
            kind.latency.saturating_record(latency);
            kind.service.saturating_record(micros(sample.answered.saturating_sub(sample.sent)));
        }
        if let Some(interval) = self.interval_of(due) {
            interval.due += 1;
            interval.failed += u64::from(failed);
            interval.latency.saturating_record(latency);
        }
        let answered = sample.answered.saturating_sub(self.warm_up);
        if !failed && let Some(interval) = self.interval_of(answered) {
            interval.answered += 1;
        }
    }

    /// Takes in another run of the same length, as if both had been one after the other.
    pub fn join(&mut self, other: Self) {
        for (kind, of) in self.kinds.iter_mut().zip(&other.kinds) {
            kind.join(of);
        }
        self.lasts = self.lasts.saturating_add(other.lasts);
        self.intervals.extend(other.intervals);
        // They have the same bounds, so that nothing is left out.
        let _ = self.lateness.add(&other.lateness);
        self.held_back += other.held_back;
        self.given_up += other.given_up;
        for ((kind, what), count) in other.faults {
            *self.faults.entry((kind, what)).or_default() += count;
        }
    }

    /// Notes a request that was due and was not sent, since the run was over long before.
    pub fn give_up(&mut self) {
        self.given_up += 1;
    }

    fn fault(&mut self, kind: Kind, what: String) {
        let is_full = self.faults.len() >= MAX_FAULTS;
        let key = (kind, what);
        let key = if is_full && !self.faults.contains_key(&key) {
            (kind, OTHER_FAULTS.to_owned())
        } else {
            key
        };
        *self.faults.entry(key).or_default() += 1;
    }

    fn interval_of(&mut self, instant: Duration) -> Option<&mut Interval> {
        let place = instant.as_nanos() / self.interval.as_nanos();
        usize::try_from(place).ok().and_then(|place| self.intervals.get_mut(place))
    }

    /// When the last requests are due, from the beginning of the run.
    pub fn ends(&self) -> Duration {
        self.warm_up.saturating_add(self.lasts)
    }

    /// For how long was measured.
    pub fn lasts(&self) -> Duration {
        self.lasts
    }

    /// The requests of a kind, where there were any.
    pub fn of(&self, kind: Kind) -> Option<&KindRecord> {
        self.kinds.get(kind.index()).filter(|record| record.count() > 0)
    }

    /// The requests of all kinds together.
    pub fn all(&self) -> KindRecord {
        let mut all = KindRecord::empty();
        for kind in &self.kinds {
            all.join(kind);
        }
        all
    }

    /// The pieces of the run, and how long each is.
    pub fn intervals(&self) -> (&[Interval], Duration) {
        (&self.intervals, self.interval)
    }

    /// How much later than due requests were sent that nothing held back, in microseconds: what the runner
    /// itself adds.
    pub fn lateness(&self) -> &Histogram<u64> {
        &self.lateness
    }

    /// How many requests waited because as many as may be were under way.
    pub fn held_back(&self) -> u64 {
        self.held_back
    }

    /// How many requests were due and never sent.
    pub fn given_up(&self) -> u64 {
        self.given_up
    }

    /// What went wrong, also while warming up, and how often.
    pub fn faults(&self) -> impl Iterator<Item = (Kind, &str, u64)> {
        self.faults.iter().map(|((kind, what), count)| (*kind, what.as_str(), *count))
    }

    /// Did everything go as it had to?
    pub fn is_right(&self) -> bool {
        self.faults.is_empty() && self.given_up == 0
    }

    /// Did the runner keep up: were 99 of 100 requests that nothing held back sent at most so late?
    pub fn kept_up(&self, late: Duration) -> bool {
        self.given_up == 0 && self.lateness.value_at_quantile(0.99) <= micros(late)
    }
}

impl KindRecord {
    fn empty() -> Self {
        let [latency, service] = [histogram(3), histogram(3)];
        Self { latency, service, right: 0, wrong: 0, missing: 0 }
    }

    fn join(&mut self, other: &Self) {
        // They have the same bounds, so that nothing is left out.
        let _ = self.latency.add(&other.latency);
        let _ = self.service.add(&other.service);
        self.right += other.right;
        self.wrong += other.wrong;
        self.missing += other.missing;
    }

    /// How many requests there were.
    pub fn count(&self) -> u64 {
        self.right + self.wrong + self.missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn record() -> Record {
        Record::new(1000 * MS, 10_000 * MS, 10)
    }

    fn sample(due: u32, sent: u32, answered: u32) -> Sample {
        Sample {
            kind: Kind::Fetch,
            due: due * MS,
            sent: sent * MS,
            answered: answered * MS,
            held_back: false,
            outcome: Outcome::Right,
        }
    }

    /// Within what a histogram of three digits tells apart.
    fn is_about(found: u64, wanted: Duration) -> bool {
        found.abs_diff(micros(wanted)) * 1000 <= micros(wanted)
    }

    #[test]
    fn a_latency_counts_from_the_instant_at_which_the_request_was_due() {
        let mut record = record();
        record.add(sample(2_000, 2_300, 2_301));
        let fetch = record.of(Kind::Fetch).unwrap();
        assert!(is_about(fetch.latency.max(), 301 * MS));
        assert!(is_about(fetch.service.max(), MS));
        assert!(is_about(record.lateness().max(), 300 * MS));
        assert!(record.of(Kind::Store).is_none());
    }

    #[test]
    fn what_was_held_back_is_late_but_not_by_the_runner() {
        let mut record = record();
        record.add(Sample { held_back: true, ..sample(2_000, 2_300, 2_301) });
        assert!(is_about(record.of(Kind::Fetch).unwrap().latency.max(), 301 * MS));
        assert_eq!((record.held_back(), record.lateness().len()), (1, 0));
        assert!(record.kept_up(MS));
        record.add(sample(3_000, 3_002, 3_003));
        assert!(!record.kept_up(MS) && record.kept_up(3 * MS));
    }

    #[test]
    fn warming_up_does_not_count_but_its_faults_do() {
        let mut record = record();
        record.add(sample(999, 999, 1_000));
        assert!(record.of(Kind::Fetch).is_none() && record.is_right());
        let outcome = Outcome::Wrong("status 500".to_owned());
        record.add(Sample { outcome, ..sample(999, 999, 1_000) });
        assert!(record.of(Kind::Fetch).is_none() && !record.is_right());
        record.add(sample(11_000, 11_000, 11_001));
        assert!(record.of(Kind::Fetch).is_none(), "due after the end");
    }

    #[test]
    fn what_is_due_and_what_is_answered_stand_in_the_pieces_in_which_they_were() {
        let mut record = record();
        record.add(sample(1_999, 1_999, 3_500));
        record.add(sample(1_000, 1_000, 1_001));
        record.add(Sample {
            outcome: Outcome::Missing("timeout".to_owned()),
            ..sample(10_900, 10_900, 12_000)
        });
        let (pieces, length) = record.intervals();
        assert_eq!((pieces.len(), length), (10, 1000 * MS));
        let told: Vec<_> = pieces.iter().map(|p| (p.due, p.answered, p.failed)).collect();
        assert_eq!(told[..3], [(2, 1, 0), (0, 0, 0), (0, 1, 0)]);
        assert_eq!(told[9], (1, 0, 1));
        let fetch = record.of(Kind::Fetch).unwrap();
        assert_eq!((fetch.right, fetch.wrong, fetch.missing), (2, 0, 1));
    }

    #[test]
    fn the_faults_that_are_told_by_name_are_bounded_and_all_are_counted() {
        let mut record = record();
        for number in 0..200 {
            let outcome = Outcome::Wrong(format!("status {number}"));
            record.add(Sample { outcome, ..sample(2_000, 2_000, 2_001) });
        }
        assert_eq!(record.faults().count(), MAX_FAULTS + 1);
        assert_eq!(record.faults().map(|(_, _, count)| count).sum::<u64>(), 200);
    }

    #[test]
    fn all_kinds_together_are_the_sum_of_each() {
        let mut record = record();
        record.add(sample(2_000, 2_000, 2_010));
        record.add(Sample { kind: Kind::Store, ..sample(2_000, 2_000, 2_020) });
        let all = record.all();
        assert_eq!((all.count(), all.latency.len()), (2, 2));
        assert!(is_about(all.latency.max(), 20 * MS));
    }

    #[test]
    fn two_runs_together_have_all_that_each_has() {
        let (mut first, mut second) = (record(), record());
        first.add(sample(2_000, 2_000, 2_010));
        let outcome = Outcome::Missing("503".to_owned());
        second.add(Sample { outcome, ..sample(3_000, 3_005, 3_030) });
        second.give_up();
        first.join(second);
        let fetch = first.of(Kind::Fetch).unwrap();
        assert_eq!((fetch.right, fetch.missing, fetch.latency.len()), (1, 1, 2));
        assert_eq!((first.given_up(), first.faults().count()), (1, 1));
        assert_eq!(first.intervals().0.len(), 20);
        assert_eq!(first.lasts(), 20_000 * MS);
    }

    #[test]
    fn what_was_never_sent_is_a_fault() {
        let mut record = record();
        record.give_up();
        assert!(!record.is_right() && !record.kept_up(LONGEST));
    }
}
