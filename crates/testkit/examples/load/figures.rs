//! The figures of one measurement.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::machine::processor_time;

/// What one measurement gave.
pub(crate) struct Figures {
    pub(crate) what: &'static str,
    pub(crate) clients: usize,
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p95: Duration,
    pub(crate) p99: Duration,
    /// Processor time for one operation, of the server and of this program.
    pub(crate) server: Duration,
    pub(crate) here: Duration,
}

/// A measurement under way.
pub(crate) struct Measurement {
    began: Instant,
    server: Option<u32>,
    server_before: Duration,
    here_before: Duration,
}

impl Measurement {
    /// Begins to measure, with a server process or without.
    pub(crate) fn begin(server: Option<u32>) -> Self {
        let server_before = server.map(processor_time).unwrap_or_default();
        let here_before = processor_time(std::process::id());
        Self { began: Instant::now(), server, server_before, here_before }
    }

    /// Ends with the time that each operation took.
    pub(crate) fn end(
        self,
        what: &'static str,
        clients: usize,
        mut times: Vec<Duration>,
    ) -> Figures {
        let took = self.began.elapsed();
        let server = self.server.map(processor_time).unwrap_or_default();
        let server = server.saturating_sub(self.server_before);
        let here = processor_time(std::process::id()).saturating_sub(self.here_before);
        times.sort_unstable();
        let count = u32::try_from(times.len()).expect("not so many").max(1);
        let quantile = |percent: usize| times.get(times.len() * percent / 100).copied();
        Figures {
            what,
            clients,
            per_second: f64::from(count) / took.as_secs_f64(),
            p50: quantile(50).unwrap_or_default(),
            p95: quantile(95).unwrap_or_default(),
            p99: quantile(99).unwrap_or_default(),
            server: server / count,
            here: here / count,
        }
    }
}

impl Figures {
    pub(crate) fn json(&self) -> Value {
        json!({
            "what": self.what, "clients": self.clients, "per_second": self.per_second.round(),
            "p50_us": micros(self.p50), "p95_us": micros(self.p95), "p99_us": micros(self.p99),
            "server_cpu_us": micros(self.server), "load_run_cpu_us": micros(self.here),
        })
    }
}

pub(crate) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
