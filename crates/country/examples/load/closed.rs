//! So many clients as fast as they are answered, in turns with bare statements on the same PostgreSQL.
//!
//! Rounds follow each other in pairs, the server's first in one and second in the next, so that whatever else goes
//! on falls on both. What counts is the ratio within a pair; the middle one of all pairs is told, and how far
//! they lie apart.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;
use varanto_country::Place;
use varanto_country::load::mix::Kind;
use varanto_country::load::record::Outcome;
use varanto_country::load::report::{Part, Section, Table, Verdict, number};

use crate::answers;
use crate::bare::{Bare, Input, Inputs};
use crate::callers::Callers;
use crate::machine::{self, Postgres};
use crate::open::this_run;
use crate::options::{Closed, Options};
use crate::requests::{Request, Requests};
use crate::server::{self, Server};
use crate::trust::trust;

/// What the server is to reach of what bare statements do.
const AIM: f64 = 0.6;
/// How many different requests there are of a kind that reads.
const DIFFERENT: usize = 1_000;
/// How many a second are prepared for before anything is known.
const FIRST_GUESS: f64 = 3_000.0;

/// What one round gave.
struct Round {
    count: usize,
    per_second: f64,
    p50: Duration,
    p95: Duration,
    p99: Duration,
    /// Processor time for one operation, in microseconds: the server, PostgreSQL, this program.
    costs: [f64; 3],
    wrong: Vec<String>,
}

/// What was measured of a kind.
pub(crate) struct Compared {
    kind: Kind,
    clients: usize,
    pairs: Vec<(Round, Round)>,
}

/// All that rounds need.
struct Bench<'a> {
    options: &'a Closed,
    server: &'a Server,
    bare: &'a Bare,
    postgres: Option<Postgres>,
    requests: Option<Requests>,
}

/// Measures every kind that the options name; gives too how durable commits were.
pub(crate) async fn run(
    closed: &Closed,
    place: &Arc<Place>,
    server: &Server,
    options: &Options,
) -> (Vec<Compared>, String) {
    let settings = server::postgres(place).expect("a place whose store is PostgreSQL");
    let trust = trust(place.config());
    let bare = Bare::connect(&settings, closed.bare_connections, trust).await;
    let callers = Arc::new(Callers::of(place, &server.base_url, options.connections));
    let choice = (options.seed, options.skew);
    let mut bench = Bench {
        options: closed,
        server,
        bare: &bare,
        postgres: Postgres::at(&settings.host, settings.port),
        requests: Some(Requests::new(place, &callers, choice, this_run())),
    };
    let mut all = Vec::new();
    for name in &closed.kinds {
        let kind = [Kind::Store, Kind::Search, Kind::Fetch].into_iter().find(|k| k.name() == *name);
        let kind =
            kind.unwrap_or_else(|| panic!("--kinds: {name} is none of store, search, fetch"));
        all.push(bench.compare(kind).await);
    }
    let durability = bare.durability().await;
    bare.end().await;
    (all, durability)
}

impl Bench<'_> {
    async fn compare(&mut self, kind: Kind) -> Compared {
        let Closed { clients, pairs, seconds, .. } = *self.options;
        let time = Duration::from_secs(seconds);
        let mut guess = FIRST_GUESS;
        // Both are warm, and how many requests are needed is known, before anything counts.
        let (whole, bare) = self.prepare(kind, guess).await;
        let warm = self.whole(whole, time / 2).await;
        let bare = self.bare(kind, bare, time / 2).await;
        guess = warm.per_second.max(bare.per_second) * 1.5;
        let mut measured = Vec::new();
        for pair in 0..pairs {
            let (whole, bare) = self.prepare(kind, guess).await;
            let (whole, bare) = if pair % 2 == 0 {
                let whole = self.whole(whole, time).await;
                (whole, self.bare(kind, bare, time).await)
            } else {
                let bare = self.bare(kind, bare, time).await;
                (self.whole(whole, time).await, bare)
            };
            measured.push((whole, bare));
        }
        Compared { kind, clients, pairs: measured }
    }

    /// As many requests as are needed, and for each of them what the bare statements go by.
    async fn prepare(&mut self, kind: Kind, per_second: f64) -> (Vec<Request>, Vec<Input>) {
        let seconds = Duration::from_secs(self.options.seconds).as_secs_f64();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few thousand"
        )]
        let needed = (per_second * seconds) as usize + self.options.clients;
        let different = if kind == Kind::Store { needed } else { DIFFERENT };
        let mut requests = self.requests.take().expect("they are given back");
        // Whoever makes a request may have to log in, and waits for it.
        let made = tokio::task::spawn_blocking(move || {
            let made: Vec<Request> = (0..different).map(|_| requests.next(kind)).collect();
            (requests, made)
        });
        let (requests, made) = made.await.expect("requests");
        self.requests = Some(requests);
        if kind == Kind::Store {
            let bytes = self.bytes_of_one().await;
            let inputs = made.iter().map(|request| Inputs::of_new(request, bytes)).collect();
            return (made, inputs);
        }
        let mut known = self.bare.inputs();
        let mut inputs = Vec::new();
        for request in &made {
            inputs.push(known.of_stored(&request.document, kind == Kind::Search).await);
        }
        let again = |place: usize| place % different;
        let whole = (0..needed).map(|place| made[again(place)].clone()).collect();
        (whole, (0..needed).map(|place| inputs[again(place)].clone()).collect())
    }

    /// How many bytes the server keeps of a document of the size that is stored here: it stores one.
    async fn bytes_of_one(&mut self) -> usize {
        let mut requests = self.requests.take().expect("they are given back");
        let made = tokio::task::spawn_blocking(move || {
            let made = requests.next(Kind::Store);
            (requests, made)
        });
        let (requests, request) = made.await.expect("a request");
        self.requests = Some(requests);
        let document = request.document.clone();
        let (_, outcome) = answers::carry_out(request).await;
        assert_eq!(outcome, Outcome::Right, "a document can be stored");
        self.bare.inputs().bytes_of(&document).await
    }

    async fn whole(&mut self, requests: Vec<Request>, time: Duration) -> Round {
        let requests = Arc::new(Mutex::new(requests));
        let before = self.used();
        let began = Instant::now();
        let mut at_work = JoinSet::new();
        for _ in 0..self.options.clients {
            let requests = Arc::clone(&requests);
            at_work.spawn(async move {
                let (mut times, mut wrong) = (Vec::new(), Vec::new());
                while began.elapsed() < time {
                    let Some(next) = requests.lock().expect("no task panics").pop() else { break };
                    let sent = Instant::now();
                    let (at, outcome) = answers::carry_out(next).await;
                    times.push(at.into_std().duration_since(sent));
                    match outcome {
                        Outcome::Right => {}
                        Outcome::Wrong(what) | Outcome::Missing(what) => wrong.push(what),
                    }
                }
                (times, wrong)
            });
        }
        let (times, wrong): (Vec<_>, Vec<_>) = at_work.join_all().await.into_iter().unzip();
        let took = began.elapsed();
        Round::of(times.concat(), took, self.since(before), wrong.concat())
    }

    async fn bare(&mut self, kind: Kind, inputs: Vec<Input>, time: Duration) -> Round {
        let before = self.used();
        let began = Instant::now();
        let times = self.bare.work(kind, self.options.clients, inputs, began + time).await;
        let took = began.elapsed();
        Round::of(times, took, self.since(before), Vec::new())
    }

    fn used(&mut self) -> [Duration; 3] {
        let server = self.server.process().map(machine::processor_time).unwrap_or_default();
        let postgres = self.postgres.as_mut().map(|p| p.look().1).unwrap_or_default();
        [server, postgres, machine::processor_time(std::process::id())]
    }

    fn since(&mut self, before: [Duration; 3]) -> [Duration; 3] {
        let now = self.used();
        [0, 1, 2].map(|which| now[which].saturating_sub(before[which]))
    }
}

impl Round {
    fn of(
        mut times: Vec<Duration>,
        took: Duration,
        used: [Duration; 3],
        wrong: Vec<String>,
    ) -> Self {
        times.sort_unstable();
        let count = u32::try_from(times.len()).expect("not so many").max(1);
        let quantile =
            |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
        Self {
            count: times.len(),
            per_second: f64::from(count) / took.as_secs_f64(),
            p50: quantile(50),
            p95: quantile(95),
            p99: quantile(99),
            costs: used.map(|time| time.as_secs_f64() * 1e6 / f64::from(count)),
            wrong,
        }
    }

    fn row(&self, name: &str) -> Vec<String> {
        let mut row = vec![name.to_owned(), number(self.per_second)];
        row.extend([self.p50, self.p95, self.p99].map(|time| number(millis(time))));
        row.extend(self.costs.map(number));
        row
    }

    fn json(&self) -> Value {
        json!({
            "count": self.count, "per_second": self.per_second, "p50_ms": millis(self.p50),
            "p95_ms": millis(self.p95), "p99_ms": millis(self.p99), "server_us": self.costs[0],
            "postgres_us": self.costs[1], "runner_us": self.costs[2], "wrong": self.wrong.len(),
        })
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

impl Compared {
    /// The ratios of all pairs, smallest first.
    fn ratios(&self) -> Vec<f64> {
        let ratio = |(whole, bare): &(Round, Round)| whole.per_second / bare.per_second;
        let mut ratios: Vec<f64> = self.pairs.iter().map(ratio).collect();
        ratios.sort_by(f64::total_cmp);
        ratios
    }

    fn middle(&self) -> f64 {
        let ratios = self.ratios();
        ratios.get(ratios.len() / 2).copied().unwrap_or_default()
    }

    /// Was every answer what it had to be?
    pub(crate) fn is_right(&self) -> bool {
        self.pairs.iter().all(|(whole, _)| whole.wrong.is_empty())
    }

    /// What had to hold.
    pub(crate) fn verdicts(&self) -> Vec<Verdict> {
        let (name, ratios) = (self.kind.name(), self.ratios());
        let percent = |ratio: Option<&f64>| number(ratio.copied().unwrap_or_default() * 100.0);
        let told = format!(
            "{name} with {} clients: {} % of bare statements in the middle of {} pairs ({} to {} %); wanted: 60 %",
            self.clients,
            number(self.middle() * 100.0),
            ratios.len(),
            percent(ratios.first()),
            percent(ratios.last()),
        );
        let wrong: Vec<&String> = self.pairs.iter().flat_map(|(whole, _)| &whole.wrong).collect();
        let first = wrong.first().map_or(String::new(), |what| format!(", such as: {what}"));
        vec![
            Verdict::new(self.middle() >= AIM, told),
            Verdict::new(wrong.is_empty(), format!("{name}: {} wrong answers{first}", wrong.len())),
        ]
    }

    pub(crate) fn json(&self) -> Value {
        let pairs = self.pairs.iter().map(|(whole, bare)| {
            json!({"server": whole.json(), "bare": bare.json(), "ratio": whole.per_second / bare.per_second})
        });
        json!({
            "kind": self.kind.name(), "clients": self.clients, "ratio": self.middle(),
            "ratios": self.ratios(), "pairs": pairs.collect::<Value>(),
        })
    }

    pub(crate) fn section(&self) -> Section {
        let head = [
            "round",
            "per s",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "server µs",
            "PostgreSQL µs",
            "runner µs",
        ];
        let mut rows = Vec::new();
        for (number_of, (whole, bare)) in self.pairs.iter().enumerate() {
            rows.push(whole.row(&format!("{} server", number_of + 1)));
            rows.push(bare.row(&format!("{} bare", number_of + 1)));
        }
        let table = Table {
            caption: "Rounds; the last three columns are processor time for one operation"
                .to_owned(),
            head: head.map(str::to_owned).into(),
            rows,
        };
        let ratios = Table {
            caption: "What the server reaches of what bare statements reach, in percent".to_owned(),
            head: ["pair", "ratio"].map(str::to_owned).into(),
            rows: self
                .pairs
                .iter()
                .enumerate()
                .map(|(n, (w, b))| {
                    vec![(n + 1).to_string(), number(w.per_second / b.per_second * 100.0)]
                })
                .collect(),
        };
        Section {
            heading: format!("{}, {} clients", self.kind.name(), self.clients),
            parts: vec![Part::Table(ratios), Part::Table(table)],
        }
    }
}
