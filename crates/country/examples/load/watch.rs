//! What the server and PostgreSQL use while a run goes on, and how far sealing lies behind: read once a second.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use varanto_country::load::report::{Axis, Chart, Scale, Series};

use crate::machine::{self, Postgres};

const EVERY: Duration = Duration::from_secs(1);

/// What was found at an instant. Memory is in megabytes (10⁶), processors in how many of them were busy.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    /// Seconds from the beginning of the run.
    pub(crate) at: f64,
    pub(crate) server_memory: f64,
    pub(crate) postgres_memory: f64,
    pub(crate) server_processors: f64,
    pub(crate) postgres_processors: f64,
    pub(crate) runner_processors: f64,
    /// How long the oldest entry that is not sealed has waited, in seconds.
    pub(crate) lag: Option<f64>,
}

/// What is watched.
pub(crate) struct Watched {
    pub(crate) server: Option<u32>,
    pub(crate) postgres: Option<Postgres>,
    pub(crate) metrics: Option<SocketAddr>,
}

/// A watch that goes on until it is ended.
pub(crate) struct Watch {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Reading>>,
}

impl Watch {
    /// Begins; readings are told from `begun` on.
    pub(crate) fn begin(watched: Watched, begun: Instant) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        let thread = std::thread::spawn(move || watch(watched, begun, &seen));
        Self { over, thread }
    }

    /// Ends it.
    pub(crate) fn end(self) -> Vec<Reading> {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().expect("the watch goes on")
    }
}

fn watch(mut watched: Watched, begun: Instant, over: &AtomicBool) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut look = || {
        let (memory, postgres) = watched.postgres.as_mut().map(Postgres::look).unwrap_or_default();
        let server = watched.server.map(machine::processor_time).unwrap_or_default();
        let runner = machine::processor_time(std::process::id());
        (Instant::now(), memory, [server, postgres, runner])
    };
    let mut before = look();
    while !over.load(Ordering::Relaxed) {
        std::thread::sleep(EVERY);
        let now = look();
        let time = now.0.duration_since(before.0).as_secs_f64();
        let busy =
            |which: usize| (now.2[which].saturating_sub(before.2[which])).as_secs_f64() / time;
        readings.push(Reading {
            at: now.0.duration_since(begun).as_secs_f64(),
            server_memory: megabytes(watched.server.map(machine::resident).unwrap_or_default()),
            postgres_memory: megabytes(now.1),
            server_processors: busy(0),
            postgres_processors: busy(1),
            runner_processors: busy(2),
            lag: watched.metrics.and_then(|at| metric(at, "varanto_log_sealing_lag_seconds")),
        });
        before = now;
    }
    readings
}

/// The value of a metric without labels.
fn metric(address: SocketAddr, name: &str) -> Option<f64> {
    let text = fetch(address).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    line.trim().parse().ok()
}

fn fetch(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, EVERY)?;
    stream.set_read_timeout(Some(EVERY))?;
    let request = format!("GET /metrics HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

#[expect(clippy::cast_precision_loss, reason = "bytes of a process")]
pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Readings as JSON.
pub(crate) fn json(readings: &[Reading]) -> Value {
    let told = readings.iter().map(|reading| {
        json!({
            "at": reading.at, "server_mb": reading.server_memory,
            "postgres_mb": reading.postgres_memory, "server_cpus": reading.server_processors,
            "postgres_cpus": reading.postgres_processors, "runner_cpus": reading.runner_processors,
            "sealing_lag_s": reading.lag,
        })
    });
    told.collect()
}

/// Memory, processors and lag over time. What was never looked at has no line.
pub(crate) fn charts(readings: &[Reading]) -> Vec<Chart> {
    // Enough points for the eye, and the first of each piece for the whole.
    let every = readings.len().div_ceil(300).max(1);
    let shown: Vec<&Reading> = readings.iter().step_by(every).collect();
    let line = |name: &str, of: fn(&Reading) -> Option<f64>| {
        let points = shown.iter().filter_map(|r| Some((r.at / 60.0, of(r)?)));
        Series::new(name, points)
    };
    let charts = [
        (
            "Memory",
            "The memory that each holds: the server, and all processes of PostgreSQL, whose shared memory is \
             counted once.",
            "megabytes",
            vec![
                line("server", |r| Some(r.server_memory)),
                line("PostgreSQL", |r| Some(r.postgres_memory)),
            ],
        ),
        (
            "Processors",
            "How many processors were busy for each. All of them share the machine.",
            "processors",
            vec![
                line("server", |r| Some(r.server_processors)),
                line("PostgreSQL", |r| Some(r.postgres_processors)),
                line("load runner", |r| Some(r.runner_processors)),
            ],
        ),
        (
            "Lag of the sealer",
            "How long the oldest log entry that was not yet sealed had waited.",
            "seconds",
            vec![line("lag", |r| r.lag)],
        ),
    ];
    let charts = charts.into_iter().filter_map(|(title, about, unit, series)| {
        let says = |series: &Series| series.points.iter().any(|point| point.1 > 0.0);
        let series: Vec<Series> = series.into_iter().filter(says).collect();
        (!series.is_empty()).then(|| Chart {
            title: title.to_owned(),
            about: about.to_owned(),
            x: Axis::new("minutes", Scale::Linear),
            y: Axis::new(unit, Scale::Linear),
            series,
        })
    });
    charts.collect()
}
