//! How long it takes to be told that a document or a client is not there – where they are there but hidden
//! from the caller, and where there are none: the medians of both, their difference, and beside it the
//! difference that two halves of the same measurement show (the noise).
//!
//! `cargo run --release --package varanto-testkit --example no_trace -- --turns 2000`

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "this is run by hand: it tells what it measures, and ends where it cannot measure"
)]

use std::time::{Duration, Instant};

use clap::Parser;
use serde_json::json;
use varanto_client::{Answer, Session, UseContext};
use varanto_model::{Code, Oid};
use varanto_testkit::{Care, Draft, TestServer, UnitEntry, fresh_case, fresh_client, fresh_oid};

/// Compares answers about what is hidden with answers about what is not there.
#[derive(Debug, Parser)]
struct Options {
    /// How often each is asked for.
    #[arg(long, default_value_t = 2000)]
    turns: usize,
}

/// What is asked for.
#[derive(Clone)]
enum Asked {
    Fetch(Oid, UseContext),
    Search(serde_json::Value),
}

impl Asked {
    async fn ask(&self, session: &Session) -> Answer {
        let answer = match self {
            Self::Fetch(oid, context) => session.fetch(oid, context).await,
            Self::Search(search) => session.search(search).await,
        };
        answer.expect("an answer")
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let options = Options::parse();
    let server = Box::pin(TestServer::with_config(|text| {
        // All that is asked comes from two systems.
        text.replace("requests_per_second = 2000", "requests_per_second = 1000000")
    }))
    .await;
    let (maija, koivula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let without = Draft::clientship(&maija, &client);
    let with = without.clone().producer(UnitEntry::of(koivula.unit().as_str()));
    let organiser = maija.session();
    let care = Care::arrange(&organiser, &Draft::case(&maija, &client, &case), &with).await;
    let ended = without.version_after(&care.clientship_document);
    let hidden = care.draft(&maija);
    for draft in [&ended, &hidden] {
        let answer = organiser.store(&draft.build()).await.expect("an answer");
        assert_eq!(answer.status, 201);
    }
    let under = UseContext {
        basis: Code::parse("register_access").ok(),
        case: Some(case.clone()),
        ..UseContext::default()
    };
    let search = |client: &str| Asked::Search(json!({"client": {"id": client}}));
    let stranger = server.person("S-3001").session();
    let producer = koivula.session();
    for (what, session, there, not) in [
        (
            "document, another controller",
            &stranger,
            Asked::Fetch(hidden.oid(), UseContext::default()),
            Asked::Fetch(fresh_oid(), UseContext::default()),
        ),
        ("client, another controller", &stranger, search(&client), search(&fresh_client())),
        (
            "document, a right that has ended",
            &producer,
            Asked::Fetch(hidden.oid(), under.clone()),
            Asked::Fetch(fresh_oid(), under),
        ),
    ] {
        let (there, not) = measure(session, &there, &not, options.turns).await;
        tell(what, &there, &not);
    }
}

/// The times of both, asked for in turns so that whatever else goes on meets both alike.
async fn measure(
    session: &Session,
    there: &Asked,
    not: &Asked,
    turns: usize,
) -> (Vec<Duration>, Vec<Duration>) {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for turn in 0..turns + 50 {
        let mut statuses = Vec::new();
        // Which comes first changes too.
        let order = if turn % 2 == 0 { [true, false] } else { [false, true] };
        for is_there in order {
            let began = Instant::now();
            let answer = if is_there { there } else { not }.ask(session).await;
            let took = began.elapsed();
            statuses.push(answer.status);
            if turn >= 50 {
                if is_there { &mut first } else { &mut second }.push(took);
            }
        }
        assert!(statuses[0] == statuses[1] && statuses[0] >= 400, "{statuses:?}");
    }
    (first, second)
}

fn tell(what: &str, there: &[Duration], not: &[Duration]) {
    let (of_there, of_not) = (median(there), median(not));
    // Pairs of turns, so that each half has both orders.
    let half = |which: usize| {
        let pairs = there.chunks(2).skip(which).step_by(2);
        median(&pairs.flatten().copied().collect::<Vec<_>>())
    };
    println!(
        "{what}: hidden {of_there:.1} µs, absent {of_not:.1} µs, difference {:+.1} µs; noise {:+.1} µs",
        of_there - of_not,
        half(0) - half(1)
    );
}

/// In microseconds.
fn median(times: &[Duration]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2].as_secs_f64() * 1e6
}
