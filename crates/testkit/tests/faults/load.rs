//! Many callers at once, and where they call.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;
use varanto::people::People;
use varanto_client::Session;
use varanto_testkit::{
    ClientshipDraft, Draft, Site, TestPerson, UnitEntry, fresh_case, fresh_client,
};

use crate::book::Call;
use crate::caller::{Caller, CaredFor};
use crate::dice::Dice;
use crate::ledger::SentDocument;
use crate::uses;
use crate::watch::{Watched, watch};

/// Who calls.
const PEOPLE: [&str; 2] = ["S-1001", "S-1002"];
const CALLERS: usize = 12;

/// What callers share: where the servers are now, what time it is, and whether it is over.
pub(crate) struct Place {
    people: People,
    addresses: RwLock<Vec<String>>,
    over: AtomicBool,
    ahead: Arc<AtomicI64>,
    tolerated: Vec<&'static str>,
}

impl Place {
    /// `tolerated` are slugs of refusals that may come beside those of a database that is away.
    pub(crate) fn of(site: &Site, addresses: &[&str], tolerated: &[&'static str]) -> Arc<Self> {
        let (paths, manifest) = (site.paths().clone(), site.manifest().clone());
        let place = Self {
            people: People { paths, manifest, base_url: String::new() },
            addresses: RwLock::default(),
            over: AtomicBool::new(false),
            ahead: Arc::default(),
            tolerated: tolerated.to_vec(),
        };
        place.moved(addresses);
        Arc::new(place)
    }

    /// From now on servers are here.
    pub(crate) fn moved(&self, addresses: &[&str]) {
        let addresses = addresses.iter().map(|&address| address.to_owned()).collect();
        *self.addresses.write().unwrap_or_else(PoisonError::into_inner) = addresses;
    }

    /// Where the caller with this number calls.
    pub(crate) fn address(&self, number: usize) -> String {
        let addresses = self.addresses.read().unwrap_or_else(PoisonError::into_inner);
        addresses[number % addresses.len()].clone()
    }

    /// Where servers are.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.addresses.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets the clocks of callers be ahead by so many seconds.
    pub(crate) fn set_ahead(&self, seconds: i64) {
        self.ahead.store(seconds, Ordering::SeqCst);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    pub(crate) fn tolerated(&self) -> &[&'static str] {
        &self.tolerated
    }

    pub(crate) fn person(&self, address: &str, id: &str) -> TestPerson {
        let People { paths, manifest, .. } = &self.people;
        let (paths, manifest) = (paths.clone(), manifest.clone());
        TestPerson::of(&People { paths, manifest, base_url: address.to_owned() }, id)
    }

    pub(crate) fn session(&self, address: &str, id: &str) -> Session {
        let person = self.person(address, id);
        let ahead = Arc::clone(&self.ahead);
        let clock =
            move || Timestamp::now() + SignedDuration::from_secs(ahead.load(Ordering::SeqCst));
        person.client().session(person.credentials.clone(), clock)
    }
}

/// Callers at work.
pub(crate) struct Load {
    pub(crate) place: Arc<Place>,
    callers: JoinSet<Caller>,
    watcher: JoinHandle<Watched>,
    control: Vec<SentDocument>,
    before: BTreeSet<Uuid>,
}

/// What callers have done.
pub(crate) struct Done {
    pub(crate) documents: Vec<SentDocument>,
    pub(crate) calls: Vec<Call>,
    pub(crate) watched: Watched,
    /// The entries that were in the log before.
    pub(crate) before: BTreeSet<Uuid>,
}

impl Load {
    /// Callers with clients of their own, and one client whom all work for.
    pub(crate) async fn begin(site: &Site, place: Arc<Place>, dice: &mut Dice) -> Self {
        let people = PEOPLE.map(|id| place.person(&place.address(0), id));
        let mut control = Vec::new();
        let shared = care(&people, &mut control).await;
        let mut ready = Vec::new();
        for number in 0..CALLERS {
            let clients = vec![shared.clone(), care(&people, &mut control).await];
            let of_person = clients
                .into_iter()
                .map(|[first, second]| if number % PEOPLE.len() == 0 { first } else { second });
            let (person, place) = (PEOPLE[number % PEOPLE.len()], Arc::clone(&place));
            ready.push(Caller::new(number, person, place, of_person.collect(), dice.fork()));
        }
        let before = uses::entries(site).await.into_iter().map(|entry| entry.id).collect();
        let mut callers = JoinSet::new();
        for caller in ready {
            callers.spawn(caller.work());
        }
        let watcher = tokio::spawn(watch(Arc::clone(&place)));
        Self { place, callers, watcher, control, before }
    }

    /// Tells all to stop once nothing is open.
    pub(crate) async fn end(mut self) -> Done {
        self.place.over.store(true, Ordering::SeqCst);
        let (mut documents, mut calls) = (self.control, Vec::new());
        while let Some(caller) = self.callers.join_next().await {
            let caller = caller.unwrap();
            documents.extend(caller.documents);
            calls.extend(caller.calls);
        }
        Done { documents, calls, watched: self.watcher.await.unwrap(), before: self.before }
    }
}

/// Stores a case and a clientship of a new client; gives a template for each of the people.
async fn care(people: &[TestPerson; 2], control: &mut Vec<SentDocument>) -> [CaredFor; 2] {
    let (client, case) = (fresh_client(), fresh_case());
    let [author, _] = people;
    let session = author.session();
    let units: BTreeSet<&str> = people.iter().map(|person| person.unit().as_str()).collect();
    let clientship = Draft::clientship(author, &client).bare().task("X-ELDERLY");
    let clientship = units.into_iter().map(UnitEntry::of).fold(clientship, ClientshipDraft::unit);
    for draft in [Draft::case(author, &client, &case).draft(), clientship.draft()] {
        control.push(SentDocument::store(&session, &client, draft).await);
    }
    people.each_ref().map(|person| {
        let template = Draft::assessment(person, &client).in_case(&case);
        CaredFor { client: client.clone(), template }
    })
}
