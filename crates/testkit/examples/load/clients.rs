//! The clients: each with a connection and a token of its own, calling as fast as it is answered.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;
use varanto_client::{Answer, Session, Signer, UseContext};
use varanto_model::Oid;
use varanto_testkit::TestPerson;

use crate::documents::{Documents, Person};
use crate::figures::{Figures, Measurement};
use crate::server::Server;

const WORKER: &str = "S-1001";
const DOCUMENTS: &str = "/v1/documents";
/// How many persons documents are stored about.
const PERSONS: usize = 200;
/// How many documents the person has who is searched for: more than one page.
const LONG_FILE: usize = 60;
/// How many documents are signed beforehand for each client and second, at the most.
const PREPARED: usize = 2400;

/// What clients do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Store what was put together and signed beforehand.
    StorePrepared,
    /// Put together, sign and store.
    Store,
    /// The first fifty documents of a person in the own register.
    Search,
    /// One document, whole.
    Fetch,
}

impl Act {
    const fn name(self) -> &'static str {
        match self {
            Self::StorePrepared => "store, signed beforehand",
            Self::Store => "sign and store",
            Self::Search => "search, page of 50",
            Self::Fetch => "fetch",
        }
    }
}

/// Everyone who calls.
pub(crate) struct Clients {
    worker: TestPerson,
    sessions: Vec<Session>,
    work: Work,
}

/// What there is to work with.
#[derive(Clone)]
struct Work {
    documents: Documents,
    system: Arc<Signer>,
    persons: Arc<[Person]>,
    long_file: Arc<Person>,
}

impl Clients {
    /// As many clients as there may be at once.
    pub(crate) fn connect(server: &Server, documents: Documents, most: Option<usize>) -> Self {
        let worker = TestPerson::of(&server.people, WORKER);
        Self {
            sessions: (0..most.unwrap_or(1).max(8)).map(|_| worker.session()).collect(),
            work: Work {
                documents,
                system: worker.system_signer(),
                persons: (0..PERSONS).map(|_| Person::fresh()).collect(),
                long_file: Arc::new(Person::fresh()),
            },
            worker,
        }
    }

    /// Logs everyone in, opens the persons' files with a case, a clientship and a document, and fills
    /// the one that is searched for.
    pub(crate) async fn prepare(&self) {
        for session in &self.sessions {
            session.token().await.expect("a token");
        }
        let long = &*self.work.long_file;
        for person in self.work.persons.iter().chain([long]) {
            person.arrange(&self.sessions[0], &self.worker).await;
        }
        let long = std::iter::repeat_n(long, LONG_FILE);
        let mut storing = JoinSet::new();
        for (place, person) in self.work.persons.iter().chain(long).enumerate() {
            let session = self.sessions[place % self.sessions.len()].clone();
            let body = self.work.documents.body(person, &self.work.system);
            storing.spawn(async move { store(&session, body).await });
        }
        storing.join_all().await;
    }

    /// Lets `count` clients do the same for some time.
    pub(crate) async fn measure(
        &self,
        act: Act,
        count: usize,
        time: Duration,
        server: &Server,
    ) -> Figures {
        let stored = self.stored().await;
        let wanted = if act == Act::StorePrepared {
            PREPARED * usize::try_from(time.as_secs()).expect("a short time") / count
        } else {
            0
        };
        let hands: Vec<Hand> = self.sessions[..count]
            .iter()
            .zip(0..)
            .map(|(session, number)| {
                let mut hand = Hand {
                    session: session.clone(),
                    work: self.work.clone(),
                    stored: Arc::clone(&stored),
                    number,
                    prepared: Vec::new(),
                };
                hand.prepared = (0..wanted).map(|turn| hand.body(turn)).collect();
                hand
            })
            .collect();
        let measurement = Measurement::begin(Some(server.process()));
        let until = Instant::now() + time;
        let mut at_work = JoinSet::new();
        for hand in hands {
            at_work.spawn(hand.work(act, until));
        }
        let times = at_work.join_all().await.concat();
        measurement.end(act.name(), count, times)
    }

    /// Documents to fetch: those of the long file.
    async fn stored(&self) -> Arc<[Oid]> {
        let page = search(&self.sessions[0], &self.work.long_file).await;
        let documents = page["documents"].as_array().expect("documents").iter();
        documents.map(|d| Oid::parse(d["oid"].as_str().unwrap()).unwrap()).collect()
    }
}

/// One client at work.
struct Hand {
    session: Session,
    work: Work,
    stored: Arc<[Oid]>,
    number: usize,
    prepared: Vec<Vec<u8>>,
}

impl Hand {
    /// Calls until the time is over, or there is nothing left that was prepared.
    async fn work(mut self, act: Act, until: Instant) -> Vec<Duration> {
        let mut times = Vec::new();
        let mut turn = self.number;
        while Instant::now() < until {
            let began = Instant::now();
            match act {
                Act::StorePrepared => match self.prepared.pop() {
                    Some(body) => store(&self.session, body).await,
                    None => break,
                },
                Act::Store => store(&self.session, self.body(turn)).await,
                Act::Search => {
                    let page = search(&self.session, &self.work.long_file).await;
                    assert_eq!(page["documents"].as_array().map(Vec::len), Some(50));
                }
                Act::Fetch => {
                    let oid = &self.stored[turn % self.stored.len()];
                    let answer = self.session.fetch(oid, &UseContext::default()).await;
                    expect(&answer.expect("an answer"), 200);
                }
            }
            times.push(began.elapsed());
            turn += 1;
        }
        times
    }

    /// A new document of one of the persons, who take turns.
    fn body(&self, turn: usize) -> Vec<u8> {
        let persons = &self.work.persons;
        let person = &persons[(turn + self.number * 7) % persons.len()];
        self.work.documents.body(person, &self.work.system)
    }
}

async fn store(session: &Session, body: Vec<u8>) {
    expect(&session.post(DOCUMENTS, body).await.expect("an answer"), 201);
}

async fn search(session: &Session, person: &Person) -> Value {
    let wanted = json!({"client": {"id": person.client}, "page": {"size": 50}});
    let answer = session.search(&wanted).await.expect("an answer");
    expect(&answer, 200);
    answer.json().expect("JSON")
}

fn expect(answer: &Answer, status: u16) {
    let problem = answer.problem().map(|problem| problem.to_string()).unwrap_or_default();
    assert_eq!(answer.status, status, "{problem}");
}
