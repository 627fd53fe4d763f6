//! So many clients as fast as they are answered: by the server, by PostgreSQL itself, and by a bare service.
//!
//! Bare statements on the same PostgreSQL, sent from here, are what it gives to a program that does nothing but ask
//! it. The bare service is the same statements behind mutual TLS, HTTP/2 and JSON: what any service gives on these
//! processors. Rounds of the three follow each other, the order going round, so that whatever else goes on falls on
//! all of them. What counts are ratios of rounds that stood beside each other; the middle one is told, and how far
//! they lie apart.

mod compared;
mod prepare;
mod round;

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use varanto_country::Place;
use varanto_country::load::mix::Kind;
use varanto_country::load::record::Outcome;

pub(crate) use self::compared::Compared;
use self::prepare::{Preparation, Work};
use self::round::{Round, Side};
use crate::answers;
use crate::bare::{Bare, Input};
use crate::machine::{self, Postgres};
use crate::options::{Closed, Options};
use crate::process::Process;
use crate::requests::Request;
use crate::server::{self, Server};
use crate::trust::trust;

/// How many a second are prepared for before anything is known.
const FIRST_GUESS: f64 = 3_000.0;
/// By how much more than was reached is prepared for.
const SPARE: f64 = 1.5;

/// All that rounds need.
struct Bench<'a> {
    options: &'a Closed,
    server: &'a Server,
    service: Process,
    bare: &'a Bare,
    postgres: Option<Postgres>,
}

/// Measures every kind that the options name; gives too how durable commits were.
pub(crate) async fn run(
    closed: &Closed,
    place: &Arc<Place>,
    server: &Server,
    options: &Options,
) -> (Vec<Compared>, String) {
    let settings = server::postgres(place).expect("a place whose store is PostgreSQL");
    let bare = Bare::connect(&settings, closed.bare_connections, trust(place.config())).await;
    let service = start_service(closed);
    let addresses = [server.base_url.as_str(), service.base_url.as_str()];
    let mut preparation = Preparation::new(place, addresses, options, &bare);
    let postgres = Postgres::at(&settings.host, settings.port);
    let mut bench = Bench { options: closed, server, service, bare: &bare, postgres };
    let mut all = Vec::new();
    for name in &closed.kinds {
        let kind = [Kind::Store, Kind::Search, Kind::Fetch].into_iter().find(|k| k.name() == *name);
        let kind =
            kind.unwrap_or_else(|| panic!("--kinds: {name} is none of store, search, fetch"));
        all.push(bench.compare(kind, &mut preparation).await);
    }
    let durability = bare.durability().await;
    drop(bench);
    bare.end().await;
    (all, durability)
}

/// The bare service over the same place, which is this program.
fn start_service(closed: &Closed) -> Process {
    let mut command = Command::new(std::env::current_exe().expect("this is a program"));
    command
        .args(["bare-service", "--pool", &closed.bare_connections.to_string(), "--place"])
        .arg(&closed.place)
        // It ends with this program, whatever this one ends by.
        .stdin(Stdio::piped());
    Process::start(&mut command, &closed.place, "bare-service")
}

impl Bench<'_> {
    async fn compare(&mut self, kind: Kind, preparation: &mut Preparation<'_>) -> Compared {
        let Closed { clients, rounds, seconds, .. } = *self.options;
        let time = Duration::from_secs(seconds);
        // All are warm, and how many requests are needed is known, before anything counts.
        let needed = |per_second: f64| round::count(per_second * time.as_secs_f64()) + clients;
        let mut wanted = Side::ALL.map(|side| (side, needed(FIRST_GUESS))).into();
        let mut work = preparation.prepare(kind, &wanted, 0).await;
        let mut answer = 0;
        for side in Side::ALL {
            let warm = self.round(kind, side, &mut work, time / 2).await;
            wanted.insert(side, needed(warm.per_second * SPARE));
            if side == Side::Server {
                answer = warm.answer;
            }
        }
        let mut turns = Vec::new();
        for turn in 0..rounds {
            let mut work = preparation.prepare(kind, &wanted, answer).await;
            let mut order = Side::ALL;
            order.rotate_left(turn % Side::ALL.len());
            let mut turn = BTreeMap::new();
            for side in order {
                turn.insert(side, self.round(kind, side, &mut work, time).await);
            }
            turns.push(turn);
        }
        Compared { kind, clients, turns }
    }

    async fn round(&mut self, kind: Kind, side: Side, work: &mut Work, time: Duration) -> Round {
        let before = self.used(side);
        let began = Instant::now();
        let mut round = match side {
            Side::Server => self.asked(std::mem::take(&mut work.server), began + time).await,
            Side::Service => self.asked(std::mem::take(&mut work.service), began + time).await,
            Side::Bare => self.bare(kind, std::mem::take(&mut work.bare), began + time).await,
        };
        let took = began.elapsed();
        let after = self.used(side);
        let since = |which: usize| Some(after[which]?.saturating_sub(before[which]?));
        round.took(took, [0, 1, 2].map(since));
        round
    }

    async fn asked(&self, requests: Vec<Request>, until: Instant) -> Round {
        let requests = Arc::new(Mutex::new(requests));
        let mut at_work = JoinSet::new();
        for _ in 0..self.options.clients {
            let requests = Arc::clone(&requests);
            at_work.spawn(async move {
                let (mut times, mut wrong, mut bytes) = (Vec::new(), Vec::new(), 0);
                while Instant::now() < until {
                    let Some(next) = requests.lock().expect("no task panics").pop() else { break };
                    let sent = Instant::now();
                    let answered = answers::carry_out(next).await;
                    times.push(answered.at.into_std().duration_since(sent));
                    bytes += answered.bytes;
                    match answered.outcome {
                        Outcome::Right => {}
                        Outcome::Wrong(what) | Outcome::Missing(what) => wrong.push(what),
                    }
                }
                (times, wrong, bytes)
            });
        }
        let (mut times, mut wrong, mut bytes) = (Vec::new(), Vec::new(), 0);
        for of_one in at_work.join_all().await {
            times.extend(of_one.0);
            wrong.extend(of_one.1);
            bytes += of_one.2;
        }
        Round::of(times, bytes, wrong)
    }

    async fn bare(&self, kind: Kind, inputs: Vec<Input>, until: Instant) -> Round {
        let times = self.bare.work(kind, self.options.clients, inputs, until).await;
        Round::of(times, 0, Vec::new())
    }

    /// The processor time used so far: by whoever answers, by PostgreSQL, by this program.
    fn used(&mut self, side: Side) -> [Option<Duration>; 3] {
        let answering = match side {
            Side::Server => self.server.process(),
            Side::Service => Some(self.service.id()),
            Side::Bare => None,
        };
        let postgres = self.postgres.as_mut().map(|p| p.look().1);
        let runner = machine::processor_time(std::process::id());
        [answering.map(machine::processor_time), postgres, Some(runner)]
    }
}
