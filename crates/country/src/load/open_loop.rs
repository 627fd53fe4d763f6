//! Sending requests when they are due, whether those before them have been answered or not.
//!
//! Two threads stand before the runtime. One prepares requests ahead of their time: whom they are about, what
//! they say, signatures. The other sleeps until each is due and hands it over; the runtime's own timers wait
//! whole milliseconds, which is more than many an answer takes. So many requests may be under way; what is due
//! beyond that waits, and its latency counts all the same.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use super::arrivals::Arrivals;
use super::mix::Kind;
use super::record::{Outcome, Record, Sample};

/// How many requests are prepared ahead.
const AHEAD: usize = 256;
/// How late a request is sent that counts as on time: after it, nothing is held back any more.
const ON_TIME: Duration = Duration::from_millis(1);

/// A request and when it has to be sent.
#[derive(Debug)]
pub struct Due<J> {
    /// From the beginning of the run.
    pub due: Duration,
    /// What is asked.
    pub kind: Kind,
    /// All that is needed to send it.
    pub job: J,
}

/// Begins a thread that lets `prepare` make each request and gives it over when it is due, counted from `begun`.
/// The run ends early when nobody takes the requests any more.
pub fn pace<J: Send + 'static>(
    begun: Instant,
    arrivals: Arrivals,
    mut prepare: impl FnMut(Duration) -> (Kind, J) + Send + 'static,
) -> mpsc::Receiver<Due<J>> {
    let (ready, coming) = std::sync::mpsc::sync_channel(AHEAD);
    let (hand_over, taken) = mpsc::channel(AHEAD);
    std::thread::spawn(move || {
        for due in arrivals {
            let (kind, job) = prepare(due);
            if ready.send(Due { due, kind, job }).is_err() {
                break;
            }
        }
    });
    std::thread::spawn(move || {
        for next in coming {
            let until = (begun + next.due).into_std();
            std::thread::sleep(until.saturating_duration_since(std::time::Instant::now()));
            if hand_over.blocking_send(next).is_err() {
                break;
            }
        }
    });
    taken
}

/// How far a run goes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many requests may be under way at once.
    pub places: usize,
    /// How long after its end what is due is still sent; the rest is counted and given up.
    pub patience: Duration,
}

/// Carries out requests as they come, and takes down what becomes of each: what the answer was, and when it was
/// whole. Ends when no more come and all are answered.
pub async fn drive<J, F>(
    begun: Instant,
    mut coming: mpsc::Receiver<Due<J>>,
    limits: Limits,
    mut record: Record,
    carry_out: impl Fn(Kind, J) -> F,
) -> Record
where
    F: Future<Output = (Instant, Outcome)> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(limits.places));
    let given_up = record.ends().saturating_add(limits.patience);
    let mut under_way = JoinSet::new();
    let mut held_back = false;
    while let Some(Due { due, kind, job }) = coming.recv().await {
        while let Some(sample) = under_way.try_join_next() {
            add(&mut record, sample);
        }
        if begun.elapsed() <= due + ON_TIME {
            held_back = false;
        }
        let mut place = Arc::clone(&places).try_acquire_owned().ok();
        if place.is_none() {
            held_back = true;
            place = Arc::clone(&places).acquire_owned().await.ok();
        }
        if begun.elapsed() > given_up {
            record.give_up();
            continue;
        }
        let request = carry_out(kind, job);
        under_way.spawn(async move {
            let sent = begun.elapsed();
            let (at, outcome) = request.await;
            drop(place);
            let answered = at.saturating_duration_since(begun);
            Sample { kind, due, sent, answered, held_back, outcome }
        });
    }
    while let Some(sample) = under_way.join_next().await {
        add(&mut record, sample);
    }
    record
}

/// A request that broke down has no sample; it is not lost sight of.
fn add(record: &mut Record, sample: Result<Sample, JoinError>) {
    match sample {
        Ok(sample) => record.add(sample),
        Err(_) => record.give_up(),
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{sleep, sleep_until};

    use super::*;
    use crate::load::arrivals::Rates;

    const MS: Duration = Duration::from_millis(1);
    /// From then to then, nothing is answered.
    const STALL: (Duration, Duration) = (Duration::from_secs(4), Duration::from_secs(6));
    const LASTS: Duration = Duration::from_secs(10);

    /// A server that answers after a millisecond, but for two seconds in which it stands still.
    async fn answer(begun: Instant) -> (Instant, Outcome) {
        if (STALL.0..STALL.1).contains(&begun.elapsed()) {
            sleep_until(begun + STALL.1).await;
        }
        sleep(MS).await;
        (Instant::now(), Outcome::Right)
    }

    /// A request each ten milliseconds.
    fn steady(begun: Instant) -> mpsc::Receiver<Due<()>> {
        let (hand_over, coming) = mpsc::channel(4);
        tokio::spawn(async move {
            for number in 0..1_000 {
                let due = 10 * MS * number;
                sleep_until(begun + due).await;
                if hand_over.send(Due { due, kind: Kind::Fetch, job: () }).await.is_err() {
                    break;
                }
            }
        });
        coming
    }

    const fn limits(places: usize) -> Limits {
        Limits { places, patience: LASTS }
    }

    #[expect(clippy::cast_precision_loss, reason = "microseconds of seconds")]
    fn quantile(record: &Record, quantile: f64) -> f64 {
        let fetch = record.of(Kind::Fetch).unwrap();
        fetch.latency.value_at_quantile(quantile) as f64 / 1000.0
    }

    /// Two hundred of a thousand requests come while the server stands still, the first of them waits two
    /// seconds, the last ten milliseconds: one in ten of all has waited for a second or more.
    #[tokio::test(start_paused = true)]
    async fn a_server_that_stands_still_shows_in_the_percentiles() {
        let begun = Instant::now();
        let record = Record::new(Duration::ZERO, LASTS, 10);
        let record =
            drive(begun, steady(begun), limits(1_000), record, |_, ()| answer(begun)).await;
        assert_eq!(record.all().count(), 1_000);
        for (of_all, wanted) in
            [(0.5, 1.0), (0.79, 1.0), (0.9, 1_001.0), (0.99, 1_901.0), (1.0, 2_001.0)]
        {
            let found = quantile(&record, of_all);
            assert!((found - wanted).abs() <= 11.0, "{of_all}: {found} ms, not {wanted}");
        }
        let (pieces, _) = record.intervals();
        let due: Vec<u64> = pieces.iter().map(|piece| piece.due).collect();
        let answered: Vec<u64> = pieces.iter().map(|piece| piece.answered).collect();
        assert_eq!(due, [100; 10]);
        assert_eq!((answered[4], answered[5], answered[6]), (0, 0, 300));
        assert!(record.kept_up(MS) && record.held_back() == 0);
    }

    /// What is measured when each request waits for the answer before it: one of thousands was slow, and the
    /// server looks as if it never stood still.
    #[tokio::test(start_paused = true)]
    async fn a_runner_that_waits_for_answers_would_not_have_seen_it() {
        let begun = Instant::now();
        let mut record = Record::new(Duration::ZERO, LASTS, 10);
        while begun.elapsed() < LASTS {
            let sent = begun.elapsed();
            let (at, outcome) = answer(begun).await;
            let (kind, answered) = (Kind::Fetch, at.saturating_duration_since(begun));
            record.add(Sample { kind, due: sent, sent, answered, held_back: false, outcome });
        }
        assert!(quantile(&record, 0.999) <= 2.0);
        assert!(quantile(&record, 1.0) > 2_000.0);
    }

    /// With one place, what comes in the stall queues up before the runner and is late all the same: the wait
    /// for a place is part of the latency, and is not laid to the runner's charge.
    #[tokio::test(start_paused = true)]
    async fn who_waits_for_a_place_is_late_from_when_it_was_due() {
        let begun = Instant::now();
        let record = Record::new(Duration::ZERO, LASTS, 10);
        let record = drive(begun, steady(begun), limits(1), record, |_, ()| answer(begun)).await;
        assert_eq!(record.all().count(), 1_000);
        assert!(quantile(&record, 0.9) > 900.0);
        assert!((200..=260).contains(&record.held_back()), "{}", record.held_back());
        assert!(record.kept_up(2 * MS));
        let service = &record.of(Kind::Fetch).unwrap().service;
        assert!(
            service.value_at_quantile(0.99) <= 2_000,
            "each was answered quickly once it was sent"
        );
    }

    /// Requests that are handed over late without anything being under way are late by the runner.
    #[tokio::test(start_paused = true)]
    async fn a_runner_that_does_not_keep_up_says_so() {
        let begun = Instant::now();
        let (hand_over, coming) = mpsc::channel(4);
        tokio::spawn(async move {
            for number in 0..100 {
                sleep(20 * MS).await;
                let due = 10 * MS * number;
                hand_over.send(Due { due, kind: Kind::Fetch, job: () }).await.unwrap();
            }
        });
        let record = Record::new(Duration::ZERO, LASTS, 10);
        let record = drive(begun, coming, limits(1_000), record, |_, ()| answer(begun)).await;
        assert_eq!(record.held_back(), 0);
        assert!(!record.kept_up(10 * MS));
        assert!(quantile(&record, 0.5) > 500.0, "what the runner adds is not hidden");
    }

    /// A server that never answers in time ends the run all the same, and what was not sent is told.
    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_sent_in_time_is_given_up_and_told() {
        let begun = Instant::now();
        let record = Record::new(Duration::ZERO, LASTS, 10);
        let limits = Limits { places: 1, patience: Duration::from_secs(1) };
        let record = drive(begun, steady(begun), limits, record, |_, ()| async {
            sleep(100 * MS).await;
            (Instant::now(), Outcome::Right)
        });
        let record = record.await;
        assert_eq!(record.all().count() + record.given_up(), 1_000);
        assert!((109..=111).contains(&record.all().count()), "eleven seconds of ten each");
        assert!(!record.is_right());
    }

    /// The threads give over every arrival, in order, with what was prepared for it, and none before its time.
    #[tokio::test]
    async fn requests_are_prepared_ahead_and_handed_over_in_order_and_not_early() {
        let rates = Rates::constant(1_000.0, Duration::from_secs(1)).unwrap();
        let wanted: Vec<Duration> = Arrivals::new(rates.clone(), 1).take(50).collect();
        let begun = Instant::now();
        let mut coming = pace(begun, Arrivals::new(rates, 1), |due| (Kind::Store, due));
        for due in wanted {
            let next = coming.recv().await.unwrap();
            assert_eq!((next.due, next.job), (due, due));
            assert!(begun.elapsed() >= due);
        }
    }
}
