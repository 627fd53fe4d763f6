//! Producers use a right while the organiser gives and withdraws it: how fast that goes, and that the use
//! log, in the order of its commits, has no use between a withdrawal and the next giving (RA-04).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use varanto_client::{Session, UseContext};
use varanto_model::Code;
use varanto_store::Database;
use varanto_store::use_log::{self, UseEntry};
use varanto_testkit::{Care, Draft, TestPerson, UnitEntry, fresh_case, fresh_client};

use crate::figures::{Figures, Measurement};
use crate::log_order::only_while_given;
use crate::server::Server;

const ORGANISER: &str = "S-1001";
const PRODUCER: &str = "S-2001";
/// How many producers use the right at once.
const PRODUCERS: usize = 16;
/// How long a right is given or withdrawn.
const SPELL: Duration = Duration::from_millis(40);

/// What came of it.
pub(crate) struct Races {
    withdrawals: usize,
    permitted: usize,
    refused: usize,
    gave_up: usize,
    uses: Figures,
}

#[derive(Default)]
struct Hand {
    times: Vec<Duration>,
    permitted: usize,
    refused: usize,
    gave_up: usize,
}

/// What producers use: the right to a case, and a document in it.
#[derive(Clone)]
struct Scene {
    care: Care,
    document: Draft,
    producer: TestPerson,
    is_over: Arc<AtomicBool>,
}

impl Races {
    /// Withdraws and gives a right so many times while it is used.
    pub(crate) async fn run(server: &Server, withdrawals: usize) -> Self {
        let organiser = TestPerson::of(&server.people, ORGANISER);
        let producer = TestPerson::of(&server.people, PRODUCER);
        let session = organiser.session();
        let client = fresh_client();
        let without = Draft::clientship(&organiser, &client);
        let with = without.clone().producer(UnitEntry::of(producer.unit().as_str()));
        let opened = Draft::case(&organiser, &client, &fresh_case());
        let care = Care::arrange(&session, &opened, &with).await;
        let document = care.draft(&organiser);
        assert_eq!(session.store(&document.build()).await.unwrap().status, 201);
        let mut newest = care.clientship_document.clone();
        let scene = Scene { care, document, producer, is_over: Arc::default() };

        let before = committed(server, 0).await.last().map_or(0, |(number, _)| *number);
        let measurement = Measurement::begin(Some(server.process()));
        let mut at_work = JoinSet::new();
        for turn in 0..PRODUCERS {
            at_work.spawn(scene.clone().work(turn));
        }
        let (mut withdrawn, mut given) = (Vec::new(), Vec::new());
        for _ in 0..withdrawals {
            for (clientship, list) in [(&without, &mut withdrawn), (&with, &mut given)] {
                tokio::time::sleep(SPELL).await;
                newest = clientship.version_after(&newest);
                let answer = session.store(&newest.build()).await.expect("an answer");
                assert_eq!(answer.status, 201, "the organiser is never kept from it");
                list.push(newest.oid());
            }
        }
        scene.is_over.store(true, Ordering::SeqCst);
        let hands = at_work.join_all().await;
        let times = hands.iter().flat_map(|hand| hand.times.clone()).collect();
        let uses = measurement.end("uses in a race", PRODUCERS, times);
        only_while_given(&committed(server, before).await, &withdrawn, &given);
        let sum = |of: fn(&Hand) -> usize| hands.iter().map(of).sum();
        Self {
            withdrawals,
            permitted: sum(|hand| hand.permitted),
            refused: sum(|hand| hand.refused),
            gave_up: sum(|hand| hand.gave_up),
            uses,
        }
    }
}

impl Scene {
    /// Fetches and stores in turns until it is over.
    async fn work(self, first: usize) -> Hand {
        let session = self.producer.session();
        let mut hand = Hand::default();
        let mut turn = first;
        while !self.is_over.load(Ordering::SeqCst) {
            let began = Instant::now();
            let status = self.once(&session, turn).await;
            hand.times.push(began.elapsed());
            match status {
                200 | 201 => hand.permitted += 1,
                403 | 404 => hand.refused += 1,
                409 => hand.gave_up += 1,
                other => panic!("an answer with status {other}"),
            }
            turn += 1;
        }
        hand
    }

    async fn once(&self, session: &Session, turn: usize) -> u16 {
        let answer = if turn.is_multiple_of(3) {
            session.store(&self.care.draft(&self.producer).build()).await
        } else {
            let context = UseContext {
                basis: Code::parse("register_access").ok(),
                case: Some(self.care.case.clone()),
                ..UseContext::default()
            };
            session.fetch(&self.document.oid(), &context).await
        };
        answer.expect("an answer").status
    }
}

/// The use log after a number, as the store has it while the server goes on.
async fn committed(server: &Server, mut after: i64) -> Vec<(i64, UseEntry)> {
    let database = Database::open(&server.store_settings()).await.expect("the store");
    let mut entries = Vec::new();
    loop {
        let page = database.fetch(use_log::committed(after)).await.expect("a page");
        let Some((last, _)) = page.last() else { return entries };
        after = *last;
        entries.extend(page);
    }
}

impl fmt::Display for Races {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { withdrawals, permitted, refused, gave_up, uses } = self;
        writeln!(
            f,
            "{withdrawals} withdrawals under {PRODUCERS} producers: {permitted} uses permitted, \
             {refused} refused, {gave_up} gave up; none between a withdrawal and the next giving"
        )?;
        writeln!(
            f,
            "{:.0} uses per s, p50 {:.2} ms, p99 {:.2} ms, {} µs of the server's processors each",
            uses.per_second,
            uses.p50.as_secs_f64() * 1000.0,
            uses.p99.as_secs_f64() * 1000.0,
            uses.server.as_micros()
        )
    }
}
