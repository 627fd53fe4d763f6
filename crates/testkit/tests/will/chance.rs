//! Random documents and random wills of a few clients of three cases: what a search shows page by page, what a
//! fetch gives and what follows from the documents by a naive reckoning are the same (DIS-02, DIS-03, DIS-04).
//!
//! `VARANTO_DISCLOSURE_SEED` repeats a run, `VARANTO_DISCLOSURE_ROUNDS` makes it longer.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_model::Oid;
use varanto_service::WantedForm;
use varanto_testkit::{Draft, TestClient, fresh_case, fresh_client};

use crate::dice::Dice;
use crate::given::{MALLILA, TESTILA, by_disclosure, file, oid, search_of, with_reason};
use crate::in_process::{Caller, InProcess};

const CLIENTS: usize = 3;
const DOCUMENTS: usize = 36;
const ROUNDS: usize = 60;
/// The service task of each case, and which of the clients are in it.
const CASES: [(&str, &[usize]); 3] = [("X-ELDERLY", &[0]), ("10", &[0, 1]), ("X-ELDERLY", &[1, 2])];

/// What matters of a document.
struct Written {
    draft: Draft,
    case: usize,
    leaves: bool,
}

/// What a client has declared so far, as the drafts have it.
#[derive(Default)]
struct Said {
    informing: Option<Draft>,
    permit: Option<(Draft, bool)>,
    denial: Option<Draft>,
    /// What the newest version of the denial denies.
    denied: BTreeSet<Denied>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Denied {
    Everything,
    Controller(&'static str),
    Task(&'static str),
    Document(Oid),
}

impl Said {
    fn lets_out(&self, document: &Written) -> bool {
        let of_case = CASES[document.case].0;
        let covers = |denied: &Denied| match denied {
            Denied::Everything => true,
            Denied::Controller(controller) => *controller == TESTILA,
            Denied::Task(task) => *task == of_case,
            Denied::Document(original) => *original == original_of(&document.draft),
        };
        self.informing.is_some()
            && self.permit.as_ref().is_some_and(|(_, given)| *given)
            && !self.denied.iter().any(covers)
    }
}

fn original_of(draft: &Draft) -> Oid {
    oid(draft.metadata["original_oid"].as_str().unwrap())
}

struct World {
    dice: Dice,
    maija: Caller,
    sanna: Caller,
    clients: Vec<TestClient>,
    said: Vec<Said>,
    documents: Vec<Written>,
}

impl World {
    async fn make(office: &InProcess, seed: u64) -> Self {
        let mut world = Self {
            dice: Dice::new(seed).fork(),
            maija: office.caller("S-1001").await,
            sanna: office.caller("S-3001").await,
            clients: (0..CLIENTS).map(|_| TestClient::of(&fresh_client())).collect(),
            said: (0..CLIENTS).map(|_| Said::default()).collect(),
            documents: Vec::new(),
        };
        let author = world.maija.person.clone();
        for client in &world.clients {
            let clientship = Draft::clientship(&author, client).draft();
            world.maija.store(&clientship).await.unwrap();
        }
        let mut cases = Vec::new();
        for (task, members) in CASES {
            let first = &world.clients[members[0]];
            let case = Draft::case(&author, first, &fresh_case()).service_task(task);
            let others = &members[1..];
            let case = others.iter().fold(case, |c, place| c.with_client(&world.clients[*place]));
            world.maija.store(&case.draft()).await.unwrap();
            cases.push(case.oid().clone());
        }
        for _ in 0..DOCUMENTS {
            world.write(&cases).await;
        }
        world
    }

    /// A document of any case, of any kind, of any day; now and then in another version, or annulled.
    async fn write(&mut self, cases: &[Oid]) {
        let case = self.dice.place(CASES.len());
        let (task, members) = CASES[case];
        let named = &self.clients[members[self.dice.place(members.len())]];
        let author = &self.maija.person;
        let at = format!("2026-0{}-1{}T10:00:00Z", 4 + self.dice.below(4), self.dice.below(3));
        let kind = self.dice.below(8);
        let draft = match kind {
            0 => Draft::letter(author, named, file()).with("generation", "phase1"),
            1 => Draft::letter(author, named, file()).with("type_code", "15019"),
            _ => Draft::assessment(author, named),
        };
        let mut draft =
            draft.in_case(&cases[case]).with("service_task", task).with("written_at", at);
        self.maija.store(&draft).await.unwrap();
        if self.dice.below(4) == 0 {
            draft = draft.next_version();
            self.maija.store(&draft).await.unwrap();
        }
        let is_annulled = self.dice.below(8) == 0;
        if is_annulled {
            self.maija.annul(&original_of(&draft)).await.unwrap();
        }
        self.documents.push(Written { draft, case, leaves: kind > 1 && !is_annulled });
    }

    /// One of the clients declares something.
    async fn declare(&mut self) {
        let place = self.dice.place(CLIENTS);
        let author = self.maija.person.clone();
        let client = self.clients[place].clone();
        let turn = self.dice.below(10);
        let said = &mut self.said[place];
        if said.informing.is_none() {
            let informing = Draft::informing(&author, &client).draft();
            self.maija.store(&informing).await.unwrap();
            said.informing = Some(informing);
            return;
        }
        match turn {
            0 => {
                let informing = said.informing.take().unwrap();
                self.maija.annul(&informing.oid()).await.unwrap();
            }
            1 => {
                if let Some((permit, _)) = said.permit.take() {
                    self.maija.annul(&original_of(&permit)).await.unwrap();
                }
            }
            2..5 => {
                let given = said.permit.as_ref().is_none_or(|(_, given)| !given);
                let permit = Draft::permit(&author, &client);
                let permit = if given { permit } else { permit.refused() };
                let draft = match &said.permit {
                    Some((earlier, _)) => permit.version_after(earlier),
                    None => permit.draft(),
                };
                self.maija.store(&draft).await.unwrap();
                said.permit = Some((draft, given));
            }
            _ => self.deny(place).await,
        }
    }

    async fn deny(&mut self, place: usize) {
        let mut denied = BTreeSet::new();
        for _ in 0..self.dice.below(4) {
            let any = self.dice.place(self.documents.len());
            denied.insert(match self.dice.below(12) {
                0 => Denied::Everything,
                1 => Denied::Controller(TESTILA),
                2 => Denied::Controller(MALLILA),
                3 => Denied::Task("10"),
                4 => Denied::Task("15"),
                _ => Denied::Document(original_of(&self.documents[any].draft)),
            });
        }
        let denial = Draft::denial(&self.maija.person, &self.clients[place]);
        let denial = denied.iter().fold(denial, |denial, denied| match denied {
            Denied::Everything => denial.everything(),
            Denied::Controller(controller) => denial.controller(&oid(controller)),
            Denied::Task(task) => denial.service_task(task),
            Denied::Document(original) => denial.document(original),
        });
        let said = &mut self.said[place];
        let draft = match &said.denial {
            Some(earlier) => denial.version_after(earlier),
            None => denial.draft(),
        };
        self.maija.store(&draft).await.unwrap();
        (said.denial, said.denied) = (Some(draft), denied);
    }

    /// What leaves of what a client has, by the documents alone.
    fn reckoned(&self, client: usize) -> BTreeSet<Oid> {
        let of_client = self.documents.iter().filter(|d| CASES[d.case].1.contains(&client));
        let left = of_client.filter(|document| self.leaves(document));
        left.map(|document| original_of(&document.draft)).collect()
    }

    fn leaves(&self, document: &Written) -> bool {
        let members = CASES[document.case].1;
        document.leaves && members.iter().all(|member| self.said[*member].lets_out(document))
    }

    /// What a search shows, page by page; every page but the last one is full.
    async fn searched(&self, client: usize, size: usize) -> BTreeSet<Oid> {
        let (mut shown, mut cursor) = (BTreeSet::new(), None::<Value>);
        loop {
            let used = with_reason(by_disclosure());
            let mut search = search_of(&self.clients[client], &used);
            search["page"] = json!({"size": size});
            if let Some(cursor) = cursor {
                search["page"]["cursor"] = cursor;
            }
            let (service, body) = (&self.sanna.service, search.to_string().into_bytes());
            let page = service.search_documents(&self.sanna.context(), &body).await.unwrap();
            let page = serde_json::to_value(page).unwrap();
            let documents = page["documents"].as_array().unwrap();
            shown.extend(documents.iter().map(|d| oid(d["original_oid"].as_str().unwrap())));
            if page["next"].is_null() {
                return shown;
            }
            assert_eq!(documents.len(), size, "a page before another is full");
            cursor = Some(page["next"].clone());
        }
    }

    async fn is_fetched(&self, document: &Written) -> bool {
        let query = [("basis", "disclosure"), ("special_reason", "X-OTHER")];
        let query = query.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (service, context) = (&self.sanna.service, self.sanna.context());
        let named = document.draft.oid();
        service.fetch_document(&context, named.as_str(), &query, WantedForm::Whole).await.is_ok()
    }
}

/// REQ DIS-02, DIS-03, DIS-04
#[tokio::test]
async fn search_fetch_and_a_naive_reckoning_agree_on_random_wills() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let now = Timestamp::now().subsec_nanosecond().unsigned_abs();
    let seed = number("VARANTO_DISCLOSURE_SEED").unwrap_or_else(|| u64::from(now));
    let rounds =
        number("VARANTO_DISCLOSURE_ROUNDS").map_or(ROUNDS, |n| usize::try_from(n).unwrap());
    println!("VARANTO_DISCLOSURE_SEED={seed}");
    let office = InProcess::start().await;
    let mut world = World::make(&office, seed).await;
    // Begun where everything is open, so that chance soon closes some of it and opens it again.
    for place in 0..CLIENTS {
        let (author, client) = (world.maija.person.clone(), world.clients[place].clone());
        let informing = Draft::informing(&author, &client).draft();
        let permit = Draft::permit(&author, &client).draft();
        for draft in [&informing, &permit] {
            world.maija.store(draft).await.unwrap();
        }
        world.said[place].informing = Some(informing);
        world.said[place].permit = Some((permit, true));
    }
    let (mut shown, mut kept) = (0, 0);
    for round in 0..rounds {
        for client in 0..CLIENTS {
            let size = 1 + world.dice.place(7);
            let (reckoned, searched) = (world.reckoned(client), world.searched(client, size).await);
            assert_eq!(searched, reckoned, "round {round}, client {client}, pages of {size}");
            shown += searched.len();
        }
        for _ in 0..6 {
            let any = world.dice.place(world.documents.len());
            let document = &world.documents[any];
            let leaves = world.leaves(document);
            assert_eq!(world.is_fetched(document).await, leaves, "round {round}");
            kept += usize::from(!leaves);
        }
        world.declare().await;
    }
    println!("{shown} documents shown in lists, {kept} fetches of what was kept back");
    assert!(shown > 0 && kept > 0);
}
