//! A run in which requests come whether those before them were answered or not.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use varanto_country::Place;
use varanto_country::load::arrivals::{Arrivals, Rates};
use varanto_country::load::figures;
use varanto_country::load::mix::Mix;
use varanto_country::load::open_loop::{self, Limits};
use varanto_country::load::record::Record;
use varanto_country::load::report::{Part, Section};

use crate::answers;
use crate::callers::Callers;
use crate::machine::{self, Postgres};
use crate::options::{Options, Pace};
use crate::requests::Requests;
use crate::server::{self, Server};
use crate::watch::{self, Reading, Watch, Watched};

/// How long after the end requests are still sent.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many pieces a run is looked at in.
const PIECES: u32 = 300;

/// A run, measured.
pub(crate) struct Ran {
    pub(crate) record: Record,
    pub(crate) readings: Vec<Reading>,
    /// The most memory that the server ever held, in bytes.
    pub(crate) peak: Option<u64>,
}

/// What is run over a place.
pub(crate) struct Plan {
    pub(crate) rates: Rates,
    pub(crate) mix: Mix,
    pub(crate) warm_up: Duration,
    pub(crate) in_flight: usize,
}

impl Plan {
    pub(crate) fn of(pace: &Pace, rates: Rates, mix: Mix) -> Self {
        let warm_up = Duration::from_secs(pace.warm_up);
        Self { rates, mix, warm_up, in_flight: pace.in_flight }
    }

    /// Runs it on a server over a place.
    pub(crate) async fn run(&self, place: &Arc<Place>, server: &Server, options: &Options) -> Ran {
        let callers = Arc::new(Callers::of(place, &server.base_url, options.connections));
        let choice = (options.seed, options.skew);
        let mut requests = Requests::new(place, &callers, choice, this_run());
        let record = Record::new(self.warm_up, self.rates.lasts(), PIECES);
        let arrivals = Arrivals::new(self.rates.after(self.warm_up), options.seed);
        // The first requests are made, and those who make them logged in, before the first is due.
        let begun = Instant::now() + Duration::from_secs(3);
        let watch = Watch::begin(watched(place, server), begun.into_std());
        let mix = self.mix.clone();
        let coming = open_loop::pace(begun, arrivals, move |_| {
            let kind = mix.choose(requests.dice());
            (kind, requests.next(kind))
        });
        let limits = Limits { places: self.in_flight, patience: PATIENCE };
        let record = open_loop::drive(begun, coming, limits, record, |_, request| async {
            let answered = answers::carry_out(request).await;
            (answered.at, answered.outcome)
        });
        let record = record.await;
        // From the end of the warming up on, as the record counts.
        let measured = |reading: Reading| {
            let at = reading.at - self.warm_up.as_secs_f64();
            (0.0..=record.lasts().as_secs_f64()).contains(&at).then_some(Reading { at, ..reading })
        };
        let readings = watch.end().into_iter().filter_map(measured).collect();
        Ran { record, readings, peak: server.process().map(machine::peak) }
    }
}

/// What there is to watch of a server over a place.
pub(crate) fn watched(place: &Place, server: &Server) -> Watched {
    let postgres = server::postgres(place);
    let postgres = postgres.and_then(|settings| Postgres::at(&settings.host, settings.port));
    Watched { server: server.process(), postgres, metrics: server.metrics }
}

/// A number that no other run has: new documents are called by it.
pub(crate) fn this_run() -> u64 {
    jiff::Timestamp::now().as_millisecond().cast_unsigned()
}

impl Ran {
    /// Takes in another run of the same plan, as if both had been one after the other.
    pub(crate) fn join(&mut self, other: Self) {
        self.record.join(other.record);
        let end = self.readings.last().map_or(0.0, |reading| reading.at);
        let later = other.readings.into_iter().map(|r| Reading { at: r.at + end, ..r });
        self.readings.extend(later);
        self.peak = self.peak.max(other.peak);
    }

    /// All of it as JSON.
    pub(crate) fn json(&self) -> Value {
        json!({
            "record": figures::json(&self.record),
            "server_peak_bytes": self.peak,
            "readings": watch::json(&self.readings),
        })
    }

    /// All of it for people, under a heading.
    pub(crate) fn section(&self, heading: &str) -> Section {
        let mut parts = vec![
            Part::Table(figures::table(&self.record)),
            Part::Chart(figures::latencies(&self.record)),
        ];
        parts.extend(figures::over_time(&self.record).map(Part::Chart));
        parts.extend(watch::charts(&self.readings).into_iter().map(Part::Chart));
        Section { heading: heading.to_owned(), parts }
    }

    /// The longest time that an entry waited to be sealed, and that at the end, in seconds; `None` where it was
    /// not looked at.
    pub(crate) fn lag(&self) -> Option<(f64, f64)> {
        let lags: Vec<f64> = self.readings.iter().filter_map(|reading| reading.lag).collect();
        Some((lags.iter().copied().fold(0.0, f64::max), *lags.last()?))
    }

    /// By how much the server's memory grew in the second half of the run, by the line that is nearest to it,
    /// and what it held on average there; in megabytes.
    pub(crate) fn growth(&self) -> Option<(f64, f64)> {
        let half = self.readings.get(self.readings.len() / 2..)?;
        let points: Vec<(f64, f64)> = half.iter().map(|r| (r.at, r.server_memory)).collect();
        let (first, last) = (points.first()?.0, points.last()?.0);
        let mut sum = 0.0;
        let mut count = 0.0;
        for (_, memory) in &points {
            sum += memory;
            count += 1.0;
        }
        (sum > 0.0).then(|| (figures::slope(&points) * (last - first), sum / count))
    }
}
