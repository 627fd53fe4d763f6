//! What it costs to look for a client's documents in other controllers' registers, beside looking in one's
//! own: the use cases without the network, then the whole over TLS.
//!
//! Fifty-one counties; a client with 1,000 documents in the register of whoever looks, one with as many in
//! the fifty others, and one with as many there of which one in ten is of two clients. Both searches are
//! made in turns, so that whatever else goes on meets both alike. Over TLS an answer about other registers
//! leaves at whole steps of time, and so takes longer than the work in it. The work is told too: the
//! processor time of this process, client and server together.
//!
//! `cargo run --release --package varanto-testkit --example disclosure -- --turns 400`

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "this is run by hand: it tells what it measures, and ends where it cannot measure"
)]

mod figures;
mod files;
#[expect(dead_code, reason = "the tests use all of it")]
#[path = "../../tests/rights/in_process.rs"]
mod in_process;
mod world;

use std::time::{Duration, Instant};

use clap::Parser;
use serde_json::{Value, json};
use varanto::server::open_service;
use varanto_client::Session;
use varanto_testkit::{TestClient, TestServer};

use figures::{Begun, Taken, print_head, print_line};
use files::Files;
use in_process::{Caller, InProcess};

/// Compares a search in other controllers' registers with one in the own register.
#[derive(Debug, Parser)]
struct Options {
    /// How often each search is made.
    #[arg(long, default_value_t = 400)]
    turns: usize,
    /// How many documents there are on a page, for each round.
    #[arg(long, value_delimiter = ',', default_value = "50,200")]
    pages: Vec<usize>,
    /// In how many other counties the documents lie.
    #[arg(long, default_value_t = 50)]
    counties: usize,
    /// How many documents a client has.
    #[arg(long, default_value_t = 1000)]
    documents: usize,
}

/// Whoever looks: without the network, or over it.
enum Reader {
    InProcess(Box<Caller>),
    OverTls(Session),
}

impl Reader {
    const fn name(&self) -> &'static str {
        match self {
            Self::InProcess(_) => "use case",
            Self::OverTls(_) => "over TLS",
        }
    }

    /// Searches, and tells what it took and what came of it.
    async fn search(&self, search: &Value) -> ((Duration, Duration), Value) {
        match self {
            Self::InProcess(caller) => {
                let (context, body) = (caller.context(), search.to_string());
                let begun = Begun::now();
                let found = caller.service.search_documents(&context, body.as_bytes()).await;
                let took = begun.end();
                let found = found.unwrap_or_else(|error| panic!("{error:?}"));
                (took, serde_json::to_value(found).expect("JSON"))
            }
            Self::OverTls(session) => {
                let begun = Begun::now();
                let answer = session.search(search).await.expect("an answer");
                let took = begun.end();
                assert_eq!(answer.status, 200, "{:?}", answer.problem());
                (took, answer.json().expect("JSON"))
            }
        }
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let options = Options::parse();
    let server = Box::pin(TestServer::with(&world::of(options.counties), |text| {
        // All that is asked comes from one system.
        text.replace("requests_per_second = 2000", "requests_per_second = 1000000")
    }))
    .await;
    let site = server.stop().await;
    let urls = [site.base_url().to_owned()];
    let config = site.config();
    let service = Box::pin(open_service(&config, &urls)).await.expect("the use cases");
    let database = site.open_store().await;
    let inside = InProcess { site, service, database };

    let began = Instant::now();
    let files = Files::fill(&inside, options.counties, options.documents).await;
    println!(
        "{} documents of each client in {} counties, stored in {:.1} s",
        options.documents,
        options.counties,
        began.elapsed().as_secs_f64()
    );
    print_head();
    let reader = Reader::InProcess(Box::new(inside.caller(world::READER).await));
    round(&reader, &options, "permitted", &files.own, &files.elsewhere).await;
    round(&reader, &options, "a tenth of two clients", &files.own, &files.joint).await;
    files.deny(&inside).await;
    round(&reader, &options, "with 25 denials", &files.own, &files.elsewhere).await;
    drop(reader);
    drop(inside.database);
    drop(inside.service);

    let server = Box::pin(TestServer::over(inside.site)).await;
    let reader = Reader::OverTls(server.person(world::READER).session());
    round(&reader, &options, "a tenth of two clients", &files.own, &files.joint).await;
    round(&reader, &options, "with 25 denials", &files.own, &files.elsewhere).await;
}

/// The first page of both searches, in turns, for each size of page.
async fn round(
    reader: &Reader,
    options: &Options,
    what: &str,
    own: &TestClient,
    elsewhere: &TestClient,
) {
    for &size in &options.pages {
        let search = |client: &TestClient, basis: &str| {
            json!({"context": {"basis": basis}, "client": client.key(), "page": {"size": size},
                   "filter": {"groups": ["client_document"]}})
        };
        let searches = [search(own, "own"), search(elsewhere, "disclosure")];
        let mut taken = [Taken::default(), Taken::default()];
        let warming = 20;
        for turn in 0..options.turns + warming {
            // Which comes first changes too.
            for which in [turn % 2, (turn + 1) % 2] {
                let (took, found) = reader.search(&searches[which]).await;
                assert_eq!(found["documents"].as_array().map(Vec::len), Some(size), "a full page");
                if turn >= warming {
                    taken[which].add(took);
                }
            }
        }
        let [own, elsewhere] = taken.map(Taken::figures);
        print_line(&format!("{}, {what}", reader.name()), size, &own, &elsewhere);
    }
}
