//! What the driver tells of itself in metrics: numbers only.

use std::time::Instant;

use deadpool_postgres::Status;

/// Every name with its first value, so that all are there from the start.
pub(super) fn register() {
    for name in [
        "varanto_store_busy_total",
        "varanto_store_connections_lost_total",
        "varanto_store_unsettled_total",
    ] {
        metrics::counter!(name).increment(0);
    }
    for reason in ["serialisation", "deadlock", "lost"] {
        repeated_counter(reason).increment(0);
    }
    metrics::gauge!("varanto_store_waiting").increment(0.0);
    metrics::gauge!("varanto_store_in_doubt").increment(0.0);
}

fn repeated_counter(reason: &'static str) -> metrics::Counter {
    metrics::counter!("varanto_store_plans_repeated_total", "reason" => reason)
}

/// A plan is carried out again.
pub(super) fn repeated(reason: &'static str) {
    repeated_counter(reason).increment(1);
}

/// A caller gave up waiting.
pub(super) fn busy() {
    metrics::counter!("varanto_store_busy_total").increment(1);
}

/// A connection was lost.
pub(super) fn lost() {
    metrics::counter!("varanto_store_connections_lost_total").increment(1);
}

/// It could not be found out what became of a plan.
pub(super) fn unsettled() {
    metrics::counter!("varanto_store_unsettled_total").increment(1);
}

/// How long a plan took from the taken connection to the answer of its COMMIT.
pub(super) fn committed(since: Instant) {
    metrics::histogram!("varanto_store_commit_seconds").record(since.elapsed().as_secs_f64());
}

/// How long queries took.
pub(super) fn fetched(since: Instant) {
    metrics::histogram!("varanto_store_fetch_seconds").record(since.elapsed().as_secs_f64());
}

/// How many connections there are.
#[expect(clippy::cast_precision_loss, reason = "a metric")]
pub(super) fn pool(status: &Status) {
    let in_use = status.size.saturating_sub(status.available);
    metrics::gauge!("varanto_store_connections", "state" => "open").set(status.size as f64);
    metrics::gauge!("varanto_store_connections", "state" => "in_use").set(in_use as f64);
}

/// Counts in a gauge as long as it lives.
pub(super) struct Counted(metrics::Gauge);

/// A caller that waits for a connection.
pub(super) fn waiting() -> Counted {
    Counted::in_gauge(metrics::gauge!("varanto_store_waiting"))
}

/// A plan whose COMMIT was sent and of which it is being found out what became of it.
pub(super) fn in_doubt() -> Counted {
    Counted::in_gauge(metrics::gauge!("varanto_store_in_doubt"))
}

impl Counted {
    fn in_gauge(gauge: metrics::Gauge) -> Self {
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}
