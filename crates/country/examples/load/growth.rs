//! The same mixed work over places of different size, side by side.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use varanto_country::Place;
use varanto_country::load::figures::millis;
use varanto_country::load::mix::Kind;
use varanto_country::load::report::{
    Axis, Chart, Part, Scale, Section, Series, Table, Verdict, number,
};

use crate::open::{Plan, Ran};
use crate::options::{Growth, Options};
use crate::server::Server;

/// How much slower the largest place may be than the smallest, at p99.
const AIM: f64 = 1.5;
/// The kinds of which that is asked.
const ASKED: [Kind; 4] = [Kind::Store, Kind::Search, Kind::Fetch, Kind::Summary];

/// A place, and what was measured there.
pub(crate) struct Grown {
    name: String,
    documents: u64,
    pub(crate) ran: Ran,
}

/// Runs the same over every place, in turns.
pub(crate) async fn run(growth: &Growth, plan: &Plan, options: &Options) -> Vec<Grown> {
    let mut grown: Vec<Grown> = Vec::new();
    for round in 0..growth.rounds {
        for (number, named) in growth.places.iter().enumerate() {
            let (name, directory) = named.split_once('=').unwrap_or((named, named));
            let directory = Path::new(directory);
            let place = Arc::new(Place::open(directory).expect("a populated country"));
            let server = Server::over(directory, options);
            // Other requests in each round, the same ones at each place.
            let options = Options { seed: options.seed + round as u64, ..options.clone() };
            let ran = plan.run(&place, &server, &options).await;
            if let Some(before) = grown.get_mut(number) {
                before.ran.join(ran);
            } else {
                let documents = place.country().documents();
                grown.push(Grown { name: name.to_owned(), documents, ran });
            }
        }
    }
    grown
}

/// The ratio of the largest to the smallest at p99, for each kind that is asked of.
pub(crate) fn verdicts(grown: &[Grown]) -> Vec<Verdict> {
    let (Some(first), Some(last)) = (grown.first(), grown.last()) else { return Vec::new() };
    let ratio = |kind: &Kind| {
        let of = |grown: &Grown| grown.ran.record.of(*kind).map(|of| millis(&of.latency, 0.99));
        let (small, large) = (of(first)?, of(last)?);
        let told = format!(
            "{}: p99 {} ms at {} and {} ms at {}, {} times as much; at most 1.5 times is wanted",
            kind.name(),
            number(small),
            first.name,
            number(large),
            last.name,
            number(large / small)
        );
        Some(Verdict::new(large <= AIM * small, told))
    };
    ASKED.iter().filter_map(ratio).collect()
}

/// Side by side: a table and a plot of p50 and p99 by kind.
pub(crate) fn section(grown: &[Grown]) -> Section {
    let mut head = vec!["kind".to_owned()];
    for place in grown {
        head.extend(["p50 ms", "p99 ms"].map(|what| format!("{}: {what}", place.name)));
    }
    let of = |place: &Grown, kind: Kind, quantile: f64| {
        place.ran.record.of(kind).map(|of| millis(&of.latency, quantile))
    };
    let asked =
        || Kind::ALL.into_iter().filter(|kind| grown.iter().all(|g| of(g, *kind, 0.5).is_some()));
    let row = |kind: Kind| {
        let mut row = vec![kind.name().to_owned()];
        for place in grown {
            row.extend([0.5, 0.99].map(|q| number(of(place, kind, q).unwrap_or_default())));
        }
        row
    };
    #[expect(clippy::cast_precision_loss, reason = "a count of documents")]
    let line = |kind: Kind| {
        let points = grown.iter().filter_map(|g| Some((g.documents as f64, of(g, kind, 0.99)?)));
        Series::new(kind.name(), points)
    };
    let chart = Chart {
        title: "p99 by the number of documents".to_owned(),
        about: "The latency that one of a hundred requests exceeds, by kind, over places of different size.".to_owned(),
        x: Axis::new("documents", Scale::Log),
        y: Axis::new("milliseconds", Scale::Log),
        series: asked().map(line).collect(),
    };
    let table = Table {
        caption: "The same work over each place".to_owned(),
        head,
        rows: asked().map(row).collect(),
    };
    Section {
        heading: "Side by side".to_owned(),
        parts: vec![Part::Table(table), Part::Chart(chart)],
    }
}

impl Grown {
    pub(crate) fn json(&self) -> Value {
        json!({"name": self.name, "documents": self.documents, "run": self.ran.json()})
    }

    pub(crate) fn section(&self) -> Section {
        self.ran.section(&format!("{} ({} documents)", self.name, self.documents))
    }
}
