//! The clients' files: who has how many documents where, and what they have declared.

use jiff::civil::datetime;
use jiff::{Timestamp, ToSpan};
use tokio::task::JoinSet;
use varanto_model::Oid;
use varanto_testkit::{Draft, TestClient, TestPerson, fresh_case, fresh_client, fresh_oid};

use crate::in_process::{Caller, InProcess};
use crate::world::{READER, controller, worker};

/// How many controllers and documents are denied.
const DENIED: (usize, usize) = (5, 20);

/// Three clients, all of them known in the reader's county.
pub(crate) struct Files {
    /// All documents lie in the reader's register.
    pub(crate) own: TestClient,
    /// All of them lie in others, in turns.
    pub(crate) elsewhere: TestClient,
    /// The same, and one of each ten is of another client too.
    pub(crate) joint: TestClient,
    /// Documents of the client elsewhere, newest first.
    documents: Vec<Oid>,
}

impl Files {
    /// Stores them. Each document is written a minute after the one before, in another county.
    pub(crate) async fn fill(inside: &InProcess, counties: usize, documents: usize) -> Self {
        let client = || TestClient::of(&fresh_client());
        let (own, elsewhere, joint, second) = (client(), client(), client(), client());
        let reader = inside.caller(READER).await;
        know(&reader, &own).await;
        let of_own = Desk::open(&reader, &[&own]).await;
        for known in [&elsewhere, &joint, &second] {
            know(&reader, known).await;
            declare(&reader, known).await;
        }
        let mut storing = JoinSet::new();
        let minutes: Vec<usize> = (0..documents).collect();
        storing.spawn(async move { of_own.store(&minutes).await });
        let (mut newest, mut stored) = (Vec::new(), JoinSet::new());
        for county in 1..=counties {
            let caller = inside.caller(&worker(county)).await;
            for known in [&elsewhere, &joint, &second] {
                know(&caller, known).await;
            }
            let plain = Desk::open(&caller, &[&elsewhere]).await;
            let single = Desk::open(&caller, &[&joint]).await;
            let both = Desk::open(&caller, &[&joint, &second]).await;
            let of_county = |minute: &usize| minute % counties == county - 1;
            let minutes: Vec<usize> = (0..documents).filter(of_county).collect();
            stored.spawn(async move {
                // In another place of each ten, so that all counties have some.
                let of_two = |minute: &usize| minute % 10 == minute / counties % 10;
                let (two, one) = minutes.iter().copied().partition::<Vec<_>, _>(of_two);
                single.store(&one).await;
                both.store(&two).await;
                (minutes.clone(), plain.store(&minutes).await)
            });
        }
        for (minutes, oids) in stored.join_all().await {
            newest.extend(minutes.into_iter().zip(oids));
        }
        storing.join_all().await;
        newest.sort_unstable_by_key(|(minute, _)| std::cmp::Reverse(*minute));
        let documents = newest.into_iter().map(|(_, oid)| oid).collect();
        Self { own, elsewhere, joint, documents }
    }

    /// The client elsewhere denies five controllers and twenty documents that would stand first.
    pub(crate) async fn deny(&self, inside: &InProcess) {
        let reader = inside.caller(READER).await;
        let mut denial = Draft::denial(&reader.person, &self.elsewhere);
        for county in 1..=DENIED.0 {
            denial = denial.controller(&Oid::parse(&controller(county)).expect("an identifier"));
        }
        for document in self.documents.iter().take(DENIED.1) {
            denial = denial.document(document);
        }
        store(&reader, &denial.draft()).await;
    }
}

/// Where a worker writes about clients, in a case.
struct Desk {
    caller: Caller,
    /// A document of which all others are copies with other identifiers.
    model: Draft,
}

impl Desk {
    /// Stores a case of the clients.
    async fn open(caller: &Caller, clients: &[&TestClient]) -> Self {
        let worker: &TestPerson = &caller.person;
        let case = Draft::case(worker, clients[0], &fresh_case());
        let case = case.with_clients(clients.iter().map(|client| (*client).clone()));
        store(caller, &case.draft()).await;
        let named: Vec<_> = clients.iter().map(|client| client.reference()).collect();
        let model = Draft::assessment(worker, clients[0]).with("clients", named);
        Self { caller: caller.clone(), model: model.in_case(case.oid()) }
    }

    /// Stores a document for each of these minutes.
    async fn store(&self, minutes: &[usize]) -> Vec<Oid> {
        let began = datetime(2026, 9, 1, 5, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
        let began: Timestamp = began.expect("an instant").timestamp();
        let mut oids = Vec::new();
        for minute in minutes {
            let oid = fresh_oid();
            let minute = i64::try_from(*minute).expect("few minutes").minutes();
            let at = began.checked_add(minute).expect("an instant");
            let draft = self.model.clone().with("written_at", at.to_string());
            let draft = draft.with("oid", oid.as_str()).with("original_oid", oid.as_str());
            store(&self.caller, &draft).await;
            oids.push(oid);
        }
        oids
    }
}

/// Stores a clientship, which gives the worker a context to the client.
async fn know(caller: &Caller, client: &TestClient) {
    store(caller, &Draft::clientship(&caller.person, client).draft()).await;
}

/// Records that a client was informed and gave a permit.
async fn declare(caller: &Caller, client: &TestClient) {
    store(caller, &Draft::informing(&caller.person, client).draft()).await;
    store(caller, &Draft::permit(&caller.person, client).draft()).await;
}

async fn store(caller: &Caller, draft: &Draft) {
    let stored = caller.store(draft).await;
    assert!(stored.is_ok(), "{:?}", stored.err());
}
