//! The load runner: a country's callers upon a server, as real as it can be made on one machine.
//!
//! Callers are the systems of the country's organisations, each with its certificate, over TLS connections that
//! stay open; behind them people with tokens. What they store is signed. Requests come when they come, whether the
//! server is quick or slow just then, and latencies count from the instant at which each was due. Every answer is
//! held against what it must be, and a wrong one fails the run. Server, PostgreSQL and runner share the machine, so
//! that each one's processor time is told.
//!
//! `cargo run --release --package varanto-country --example load -- --help`

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is run by hand: it tells what it measures, and ends where it cannot measure"
)]

mod answers;
mod bare;
mod callers;
mod closed;
mod growth;
mod machine;
mod open;
mod options;
mod process;
mod requests;
mod server;
mod short;
mod told;
mod trust;
mod watch;

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use serde_json::Value;
use varanto_country::Place;
use varanto_country::load::figures::millis;
use varanto_country::load::mix::{Kind, Mix};
use varanto_country::load::report::{Verdict, number};

use open::{Plan, Ran};
use options::{Open, Options, Run};
use server::Server;
use told::Told;

/// How late requests may be sent, so that a run counts as kept up with.
const LATE: Duration = Duration::from_millis(10);
/// How much memory the server may hold, in bytes.
const MEMORY: u64 = 200_000_000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let options = Options::parse();
    let told = match &options.run {
        Run::Mixed(open) => mixed(open, &options).await,
        Run::FindPerson(open) => find_person(open, &options).await,
        Run::Soak(open) => soak(open, &options).await,
        Run::Growth(growth) => grown(growth, &options).await,
        Run::Closed(closed) => compared(closed, &options).await,
        Run::BareService(service) => {
            bare::serve(service).await;
            return ExitCode::SUCCESS;
        }
        Run::Short(short) => Box::pin(short::run(short, &options)).await,
    };
    if told.tell(&options) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn mixed(open: &Open, options: &Options) -> Told {
    let rates = open.pace.rates("100", 2.0);
    let plan = Plan::of(&open.pace, rates, open.pace.mix());
    let (mut told, ran) = run("Mixed work", open, &plan, options).await;
    told.sections.push(ran.section("All requests"));
    told.figures = ran.json();
    told
}

async fn find_person(open: &Open, options: &Options) -> Told {
    let rates = open.pace.rates("30", 2.0);
    let plan = Plan::of(&open.pace, rates, Mix::only(Kind::FindPerson));
    let (mut told, ran) = run("Finding a person", open, &plan, options).await;
    let p95 = millis(&ran.record.all().latency, 0.95);
    let what = format!("95 of 100 people are found within {} ms; wanted: 5 ms", number(p95));
    told.verdicts.insert(0, Verdict::new(p95 < 5.0, what));
    told.sections.push(ran.section("All requests"));
    told.figures = ran.json();
    told
}

async fn soak(open: &Open, options: &Options) -> Told {
    let rates = open.pace.rates("100", 30.0);
    let plan = Plan::of(&open.pace, rates, open.pace.mix());
    let (mut told, ran) = run("Mixed work for long", open, &plan, options).await;
    if let Some((grown, mean)) = ran.growth() {
        let what = format!(
            "in the second half the server's memory grew by {} MB, of {} MB; at most a twentieth is wanted",
            number(grown),
            number(mean)
        );
        told.verdicts.push(Verdict::new(grown <= mean / 20.0, what));
    }
    if let Some((most, last)) = ran.lag() {
        let what = format!(
            "a log entry waited at most {} s to be sealed, {} s in the end; wanted: 10 s",
            number(most),
            number(last)
        );
        told.verdicts.push(Verdict::new(most <= 10.0, what));
    }
    told.sections.push(ran.section("All requests"));
    told.figures = ran.json();
    told
}

/// Runs a plan over one place, and begins to tell of it.
async fn run(title: &str, open: &Open, plan: &Plan, options: &Options) -> (Told, Ran) {
    let mut told = Told::begin(title);
    let place = Arc::new(Place::open(&open.place).expect("a populated country"));
    let server = Server::over(&open.place, options);
    let ran = plan.run(&place, &server, options).await;
    describe(&mut told, &place, plan);
    told.is_right = ran.record.is_right();
    told.verdicts.extend(verdicts(&ran));
    (told, ran)
}

fn describe(told: &mut Told, place: &Place, plan: &Plan) {
    told.note("documents before the run", place.country().documents().to_string());
    let store = if server::postgres(place).is_some() { "PostgreSQL" } else { "the embedded store" };
    told.note("store", store);
    let shares = Kind::ALL.into_iter().filter(|kind| plan.mix.share(*kind) > 0.0);
    let shares = shares.map(|k| format!("{} {} %", k.name(), number(plan.mix.share(k) * 100.0)));
    told.note("mix", shares.collect::<Vec<_>>().join(", "));
    told.note("warming up", format!("{} s", plan.warm_up.as_secs()));
}

/// What has to hold of every run.
fn verdicts(ran: &Ran) -> Vec<Verdict> {
    let record = &ran.record;
    let all = record.all();
    let mut wrong = format!(
        "{} requests, {} answered wrongly, {} not answered, {} never sent",
        all.count(),
        all.wrong,
        all.missing,
        record.given_up()
    );
    for (kind, what, count) in record.faults().take(10) {
        // Writing to a string cannot fail.
        let _ = write!(wrong, "; {}: {what} ({count} times)", kind.name());
    }
    let late = millis(record.lateness(), 0.99);
    let kept_up = format!(
        "the runner sent 99 of 100 requests at most {} ms after they were due; {} waited since too many were under way",
        number(late),
        record.held_back()
    );
    let mut verdicts = vec![
        Verdict::new(record.is_right(), wrong),
        Verdict::new(record.kept_up(LATE) && record.held_back() == 0, kept_up),
    ];
    if let Some(peak) = ran.peak {
        let what = format!(
            "the server held at most {} MB; wanted: {} MB",
            number(watch::megabytes(peak)),
            number(watch::megabytes(MEMORY))
        );
        verdicts.push(Verdict::new(peak < MEMORY, what));
    }
    verdicts
}

async fn grown(growth: &options::Growth, options: &Options) -> Told {
    let mut told = Told::begin("The same work over places of different size");
    let plan = Plan::of(&growth.pace, growth.pace.rates("60", 2.0), growth.pace.mix());
    let grown = growth::run(growth, &plan, options).await;
    told.verdicts = growth::verdicts(&grown);
    told.sections.push(growth::section(&grown));
    for place in &grown {
        told.is_right &= place.ran.record.is_right();
        told.verdicts.extend(verdicts(&place.ran));
        told.sections.push(place.section());
    }
    told.figures = grown.iter().map(growth::Grown::json).collect::<Value>();
    told
}

async fn compared(closed: &options::Closed, options: &Options) -> Told {
    let mut told = Told::begin("The server beside bare statements and a bare service");
    let directory: &Path = &closed.place;
    let place = Arc::new(Place::open(directory).expect("a populated country"));
    let server = Server::over(directory, options);
    let (compared, durability) = closed::run(closed, &place, &server, options).await;
    told.note("PostgreSQL", durability);
    told.note(
        "connections of bare statements, and of the bare service",
        closed.bare_connections.to_string(),
    );
    for one in &compared {
        told.is_right &= one.is_right();
        told.verdicts.extend(one.verdicts());
        told.sections.push(one.section());
    }
    if let Some(peak) = server.process().map(machine::peak) {
        let what = format!("the server held at most {} MB", number(watch::megabytes(peak)));
        told.verdicts.push(Verdict::new(peak < MEMORY, what));
    }
    told.figures = compared.iter().map(closed::Compared::json).collect::<Value>();
    told
}
