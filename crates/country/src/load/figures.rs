//! A record in figures: as JSON, as a table, as plots.

use std::time::Duration;

use hdrhistogram::{Counter, Histogram};
use serde_json::{Value, json};

use super::mix::Kind;
use super::record::{KindRecord, Record};
use super::report::{Axis, Chart, Scale, Series, Table, number};

/// The quantiles that are told, with their names.
const QUANTILES: [(f64, &str); 6] =
    [(0.5, "p50"), (0.9, "p90"), (0.95, "p95"), (0.99, "p99"), (0.999, "p99.9"), (1.0, "max")];

/// Milliseconds at a quantile; 0 where there is nothing.
pub fn millis<T: Counter>(histogram: &Histogram<T>, quantile: f64) -> f64 {
    if histogram.is_empty() { 0.0 } else { as_millis(histogram.value_at_quantile(quantile)) }
}

#[expect(clippy::cast_precision_loss, reason = "at most some minutes in microseconds")]
const fn as_millis(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "a count of requests")]
fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64().max(1e-9)
}

/// All of it. Times are in milliseconds.
pub fn json(record: &Record) -> Value {
    let lasts = record.lasts();
    let kinds = Kind::ALL.into_iter().filter_map(|kind| Some((kind, record.of(kind)?)));
    let kinds: serde_json::Map<String, Value> =
        kinds.map(|(kind, of)| (kind.name().to_owned(), json_of(of, lasts))).collect();
    let (pieces, length) = record.intervals();
    let pieces = pieces.iter().map(|piece| {
        json!({
            "due": piece.due, "answered": piece.answered, "failed": piece.failed,
            "p50_ms": millis(&piece.latency, 0.5), "p99_ms": millis(&piece.latency, 0.99),
            "max_ms": millis(&piece.latency, 1.0),
        })
    });
    let faults = record
        .faults()
        .map(|(kind, what, count)| json!({"kind": kind.name(), "what": what, "count": count}));
    json!({
        "seconds": lasts.as_secs_f64(),
        "all": json_of(&record.all(), lasts),
        "kinds": kinds,
        "runner": {
            "late_p50_ms": millis(record.lateness(), 0.5),
            "late_p99_ms": millis(record.lateness(), 0.99),
            "late_max_ms": millis(record.lateness(), 1.0),
            "held_back": record.held_back(),
            "given_up": record.given_up(),
        },
        "faults": faults.collect::<Value>(),
        "piece_seconds": length.as_secs_f64(),
        "pieces": pieces.collect::<Value>(),
    })
}

fn json_of(of: &KindRecord, lasts: Duration) -> Value {
    let quantiles = |histogram: &Histogram<u64>| {
        let told = QUANTILES.map(|(q, name)| (name.to_owned(), json!(millis(histogram, q))));
        told.into_iter().collect::<serde_json::Map<_, _>>()
    };
    json!({
        "count": of.count(), "right": of.right, "wrong": of.wrong, "missing": of.missing,
        "per_second": per_second(of.right, lasts),
        "latency_ms": quantiles(&of.latency), "service_ms": quantiles(&of.service),
    })
}

/// A row for each kind and one for all.
pub fn table(record: &Record) -> Table {
    let mut head = vec!["kind".to_owned(), "requests".to_owned(), "per s".to_owned()];
    head.extend(QUANTILES.map(|(_, name)| format!("{name} ms")));
    head.extend(["p99 ms from sending", "wrong", "no answer"].map(str::to_owned));
    let row = |name: &str, of: &KindRecord| {
        let mut row = vec![name.to_owned(), of.count().to_string()];
        row.push(number(per_second(of.right, record.lasts())));
        row.extend(QUANTILES.map(|(q, _)| number(millis(&of.latency, q))));
        row.push(number(millis(&of.service, 0.99)));
        row.extend([of.wrong, of.missing].map(|count| count.to_string()));
        row
    };
    let kinds = Kind::ALL.into_iter().filter_map(|kind| Some(row(kind.name(), record.of(kind)?)));
    Table {
        caption: "Latencies from the instant at which each request was due".to_owned(),
        head,
        rows: kinds.chain([row("all", &record.all())]).collect(),
    }
}

/// Latency by how few were slower, a line for each kind.
pub fn latencies(record: &Record) -> Chart {
    let series = Kind::ALL.into_iter().filter_map(|kind| {
        let of = record.of(kind)?;
        Some(Series::new(kind.name(), distribution(&of.latency)))
    });
    Chart {
        title: "Latency by kind".to_owned(),
        about: "How long a request took from the instant at which it was due, for the share of requests that \
            were as quick or quicker; both axes are logarithmic."
            .to_owned(),
        x: Axis::new("share of requests that were as quick", Scale::Quantile),
        y: Axis::new("milliseconds", Scale::Log),
        series: series.collect(),
    }
}

/// Quantiles as far as there are requests enough to tell them.
fn distribution(latency: &Histogram<u64>) -> Vec<(f64, f64)> {
    let told = [0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999];
    #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
    let least = 1.0 / latency.len().max(1) as f64;
    let told = told.into_iter().filter(|quantile| 1.0 - quantile >= least);
    told.map(|quantile| (quantile, millis(latency, quantile))).collect()
}

/// Latency and throughput over time.
pub fn over_time(record: &Record) -> [Chart; 2] {
    let (pieces, length) = record.intervals();
    let minutes = || (0_u32..).map(move |place| f64::from(place) * length.as_secs_f64() / 60.0);
    let quantile = |name: &str, of: f64| {
        let with = minutes().zip(pieces).filter(|(_, piece)| !piece.latency.is_empty());
        Series::new(name, with.map(|(at, piece)| (at, millis(&piece.latency, of))))
    };
    let rate = |name: &str, of: fn(&super::record::Interval) -> u64| {
        let points = minutes().zip(pieces).map(|(at, piece)| (at, per_second(of(piece), length)));
        Series::new(name, points)
    };
    let x = Axis::new("minutes", Scale::Linear);
    let latency = Chart {
        title: "Latency over time".to_owned(),
        about: "Of all requests that were due in a piece of the run: the middle one, the slowest of a hundred, \
            and the slowest."
            .to_owned(),
        x: x.clone(),
        y: Axis::new("milliseconds", Scale::Log),
        series: vec![quantile("p50", 0.5), quantile("p99", 0.99), quantile("max", 1.0)],
    };
    let throughput = Chart {
        title: "Throughput over time".to_owned(),
        about:
            "Requests that were due, and right answers that came, in a second; and what went wrong."
                .to_owned(),
        x,
        y: Axis::new("requests a second", Scale::Linear),
        series: vec![
            rate("due", |piece| piece.due),
            rate("answered", |piece| piece.answered),
            rate("failed", |piece| piece.failed),
        ],
    };
    [latency, throughput]
}

/// By how much values grow in each unit of time: the slope of the straight line that is nearest to them all
/// (least squares); 0 for fewer than two instants.
pub fn slope(points: &[(f64, f64)]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a count of readings")]
    let count = points.len() as f64;
    let (sum_x, sum_y) = points.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
    let (mean_x, mean_y) = (sum_x / count, sum_y / count);
    let (mut both, mut squares) = (0.0, 0.0);
    for (x, y) in points {
        both += (x - mean_x) * (y - mean_y);
        squares += (x - mean_x).powi(2);
    }
    if squares > 0.0 { both / squares } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::record::{Outcome, Sample};

    const MS: Duration = Duration::from_millis(1);

    /// A request each ten milliseconds for ten seconds, each a millisecond slower than the one before.
    fn record() -> Record {
        let mut record = Record::new(Duration::ZERO, 10_000 * MS, 10);
        for number in 0..1_000 {
            let due = 10 * number * MS;
            record.add(Sample {
                kind: if number % 2 == 0 { Kind::Fetch } else { Kind::Store },
                due,
                sent: due,
                answered: due + (number + 1) * MS,
                held_back: false,
                outcome: Outcome::Right,
            });
        }
        record
    }

    fn is_near(found: f64, wanted: f64) -> bool {
        (found - wanted).abs() <= wanted / 100.0
    }

    #[test]
    fn figures_are_those_of_the_record() {
        let told = json(&record());
        let at = |pointer: &str| told.pointer(pointer).and_then(Value::as_f64).unwrap();
        assert!(is_near(at("/all/latency_ms/p50"), 500.0));
        assert!(is_near(at("/kinds/store/latency_ms/p99"), 990.0));
        assert!(is_near(at("/all/latency_ms/max"), 1_000.0));
        assert!(is_near(at("/all/per_second"), 100.0));
        assert!(is_near(at("/pieces/0/p50_ms"), 50.0));
        assert_eq!(at("/kinds/fetch/count").to_bits(), 500.0_f64.to_bits());
        assert!(told.pointer("/kinds/search").is_none());
    }

    #[test]
    fn the_table_has_a_row_for_each_kind_that_was_asked_and_one_for_all() {
        let table = table(&record());
        let first: Vec<&str> = table.rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(first, ["store", "fetch", "all"]);
        assert!(table.rows.iter().all(|row| row.len() == table.head.len()));
    }

    #[test]
    fn a_distribution_tells_no_more_than_there_are_requests_for() {
        let chart = latencies(&record());
        let last = |series: &Series| series.points.last().unwrap().0;
        assert!(chart.series.iter().all(|series| is_near(last(series), 0.998)));
        let [latency, throughput] = over_time(&record());
        assert_eq!(latency.series.len(), 3);
        assert!(is_near(throughput.series[0].points[3].1, 100.0));
    }

    #[test]
    fn a_slope_is_that_of_the_nearest_line() {
        let line: Vec<(f64, f64)> = (0..60).map(f64::from).map(|x| (x, 3.0 * x + 7.0)).collect();
        assert!((slope(&line) - 3.0).abs() < 1e-9);
        let flat: Vec<(f64, f64)> = line.iter().map(|(x, _)| (*x, 80.0)).collect();
        assert!(slope(&flat).abs() < 1e-9);
        assert!(slope(&[]).abs() < 1e-9 && slope(&[(1.0, 5.0)]).abs() < 1e-9);
    }
}
