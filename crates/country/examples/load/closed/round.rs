//! One round: whose it was, and what it gave.

use std::time::Duration;

use serde_json::{Value, json};
use varanto_country::load::report::number;

/// Whose round it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Server,
    Service,
    Bare,
}

impl Side {
    pub(super) const ALL: [Self; 3] = [Self::Server, Self::Service, Self::Bare];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Service => "bare service",
            Self::Bare => "bare",
        }
    }
}

/// What one round gave.
#[derive(Default)]
pub(super) struct Round {
    count: usize,
    pub(super) per_second: f64,
    p50: Duration,
    p95: Duration,
    p99: Duration,
    /// How many bytes an answer had, on average; 0 where there was none to send.
    pub(super) answer: usize,
    /// Processor time for one operation, in microseconds: of who answers, of PostgreSQL, of this program; `None` of
    /// what is not looked at.
    costs: [Option<f64>; 3],
    pub(super) wrong: Vec<String>,
}

impl Round {
    /// What came of so many operations, whose answers had so many bytes together.
    pub(super) fn of(mut times: Vec<Duration>, bytes: usize, wrong: Vec<String>) -> Self {
        times.sort_unstable();
        let count = times.len();
        let quantile =
            |percent: usize| times.get(count * percent / 100).copied().unwrap_or_default();
        let [p50, p95, p99] = [50, 95, 99].map(quantile);
        Self { count, p50, p95, p99, answer: bytes / count.max(1), wrong, ..Self::default() }
    }

    /// Notes how long the round took, and the processor time that it used.
    pub(super) fn took(&mut self, time: Duration, used: [Option<Duration>; 3]) {
        let count = f64::from(u32::try_from(self.count).expect("not so many").max(1));
        self.per_second = count / time.as_secs_f64();
        self.costs = used.map(|used| Some(used?.as_secs_f64() * 1e6 / count));
    }

    pub(super) const HEAD: [&str; 9] = [
        "round",
        "per s",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "answer bytes",
        "answering µs",
        "PostgreSQL µs",
        "runner µs",
    ];

    pub(super) fn row(&self, name: String) -> Vec<String> {
        let mut row = vec![name, number(self.per_second)];
        row.extend([self.p50, self.p95, self.p99].map(|time| number(millis(time))));
        let bytes = (self.answer > 0).then(|| self.answer.to_string());
        let costs = self.costs.map(|cost| cost.map(number));
        let told = std::iter::once(bytes).chain(costs);
        row.extend(told.map(|told| told.unwrap_or_else(|| "–".to_owned())));
        row
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "count": self.count, "per_second": self.per_second, "p50_ms": millis(self.p50),
            "p95_ms": millis(self.p95), "p99_ms": millis(self.p99), "answer_bytes": self.answer,
            "answering_us": self.costs[0], "postgres_us": self.costs[1], "runner_us": self.costs[2],
            "wrong": self.wrong.len(),
        })
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousands")]
pub(super) fn count(number: f64) -> usize {
    number as usize
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
