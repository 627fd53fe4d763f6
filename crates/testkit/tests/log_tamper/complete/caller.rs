//! A client system that does all kinds of things, rightly and wrongly, and remembers each.

use serde_json::{Value, json};
use varanto_client::{Answer, ClientError, Session, UseContext};
use varanto_model::{Code, Oid};
use varanto_store::log_tree::LogKind;
use varanto_testkit::{Care, Draft, TestPerson, fresh_oid};

use crate::complete::ledger::{Ledger, Line, Request};
use crate::dice::Dice;
use crate::given::by_disclosure;

/// The organisation whose documents are disclosed.
const TESTILA: &str = "99990001";

/// What a caller is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Works for its own clients.
    Worker,
    /// Reads what another county discloses of its clients, and tries what it may not.
    Neighbour,
    /// Is refused whatever it does.
    Stranger,
    /// Looks at the log.
    Officer,
}

/// Somebody who calls, with a ledger.
pub(crate) struct Caller {
    /// Its place among the callers.
    place: usize,
    part: Part,
    ledger: Ledger,
    cares: Vec<Care>,
    /// The newest versions of what it has stored, all of which are there for certain.
    documents: Vec<Draft>,
    /// Documents of another county that are disclosed.
    disclosed: Vec<Oid>,
    dice: Dice,
}

/// One request on its way.
struct Asked {
    action: &'static str,
    documents: Vec<String>,
    answer: Result<Answer, ClientError>,
}

impl Asked {
    fn new(action: &'static str, documents: &[&Oid], answer: Result<Answer, ClientError>) -> Self {
        Self { action, documents: documents.iter().map(ToString::to_string).collect(), answer }
    }
}

impl Caller {
    pub(crate) fn new(
        (place, part): (usize, Part),
        cares: Vec<Care>,
        disclosed: Vec<Oid>,
        dice: Dice,
    ) -> Self {
        let (ledger, documents) = (Ledger::default(), Vec::new());
        Self { place, part, ledger, cares, documents, disclosed, dice }
    }

    pub(crate) const fn place(&self) -> usize {
        self.place
    }

    pub(crate) fn into_ledger(self) -> Ledger {
        self.ledger
    }

    /// Calls until an answer does not come, or there is nothing more to do.
    pub(crate) async fn work(mut self, person: TestPerson, goes_on: impl Fn() -> bool) -> Self {
        let session = person.session();
        let (came, in_vain) = &mut self.ledger.tokens;
        if session.token().await.is_err() {
            *in_vain += 1;
            return self;
        }
        *came += 1;
        while goes_on() {
            if !self.once(&session, &person).await {
                break;
            }
        }
        self
    }

    /// Whether an answer came.
    async fn once(&mut self, session: &Session, person: &TestPerson) -> bool {
        let before = self.ledger.requests.len();
        match (self.part, self.dice.below(100)) {
            (Part::Officer, 0..50) => self.look_at(session, person, "use").await,
            (Part::Officer, _) => self.look_at(session, person, "disclosure").await,
            (Part::Stranger, n) => self.try_in_vain(session, person, n).await,
            (Part::Neighbour, 0..40) => self.read_disclosed(session, person).await,
            (_, 0..25) => self.store(session, person).await,
            (_, 25..40) => self.store_version(session, person).await,
            (_, 40..43) => self.store_again(session, person).await,
            (_, 43..46) => self.annul(session, person).await,
            (_, 46..60) => self.fetch(session, person).await,
            (_, 60..64) => self.versions(session, person).await,
            (_, 64..74) => self.search(session, person).await,
            (_, 74..80) => self.fetch_several(session, person).await,
            (_, n) => self.try_in_vain(session, person, n).await,
        }
        let done = self.ledger.requests.get(before..).unwrap_or_default();
        done.iter().all(|request| request.id.is_some())
    }

    fn some_care(&mut self) -> Care {
        let place = self.dice.place(self.cares.len());
        self.cares[place].clone()
    }

    fn some_document(&mut self) -> Option<usize> {
        (!self.documents.is_empty()).then(|| self.dice.place(self.documents.len()))
    }

    async fn store(&mut self, session: &Session, person: &TestPerson) {
        let draft = self.some_care().draft(person);
        let answer = session.store(&draft.build()).await;
        let stored = self.note(person, Asked::new("store", &[&draft.oid()], answer), 201);
        if stored {
            self.documents.push(draft);
        }
    }

    async fn store_version(&mut self, session: &Session, person: &TestPerson) {
        let Some(place) = self.some_document() else { return };
        let draft = self.documents[place].next_version();
        let answer = session.store(&draft.build()).await;
        if self.note(person, Asked::new("store-version", &[&draft.oid()], answer), 201) {
            self.documents[place] = draft;
        } else {
            // Whether it is there is not known.
            self.documents.swap_remove(place);
        }
    }

    async fn store_again(&mut self, session: &Session, person: &TestPerson) {
        let Some(place) = self.some_document() else { return };
        let draft = &self.documents[place];
        let action = if draft.metadata["version"] == 1 { "store" } else { "store-version" };
        let asked = Asked::new(action, &[&draft.oid()], session.store(&draft.build()).await);
        self.note(person, asked, 200);
    }

    async fn annul(&mut self, session: &Session, person: &TestPerson) {
        let Some(place) = self.some_document() else { return };
        let draft = self.documents.swap_remove(place);
        let original = Oid::parse(draft.metadata["original_oid"].as_str().unwrap()).unwrap();
        let answer = session.annul(&draft.oid(), "Väärä asiakas", &UseContext::default()).await;
        self.note(person, Asked::new("annul", &[&original], answer), 200);
    }

    async fn fetch(&mut self, session: &Session, person: &TestPerson) {
        let Some(place) = self.some_document() else { return };
        let oid = self.documents[place].oid();
        let answer = session.fetch(&oid, &UseContext::default()).await;
        self.note(person, Asked::new("read", &[&oid], answer), 200);
    }

    async fn versions(&mut self, session: &Session, person: &TestPerson) {
        let Some(place) = self.some_document() else { return };
        let oid = self.documents[place].oid();
        let answer = session.versions(&oid, &UseContext::default()).await;
        self.note(person, Asked::new("read", &[&oid], answer), 200);
    }

    async fn search(&mut self, session: &Session, person: &TestPerson) {
        let client = self.some_care().client;
        let size = self.dice.below(20) + 1;
        let search = json!({"client": {"id": client}, "page": {"size": size}});
        let answer = session.search(&search).await;
        let shown = answer.as_ref().map(shown).unwrap_or_default();
        let asked = Asked { action: "search", documents: shown, answer };
        self.note(person, asked, 200);
        self.ledger.requests.last_mut().unwrap().shows = true;
    }

    async fn fetch_several(&mut self, session: &Session, person: &TestPerson) {
        let mut oids = vec![fresh_oid()];
        for _ in 0..self.dice.below(4) {
            oids.extend(self.some_document().map(|place| self.documents[place].oid()));
        }
        let named: Vec<_> = oids.iter().map(Oid::as_str).collect();
        let answer = session.fetch_several(&json!({"oids": named})).await;
        let lines = oids.iter().enumerate().map(|(place, oid)| {
            let refusal = (place == 0).then(|| "document-not-found".to_owned());
            let documents = vec![oid.to_string()];
            Line { refusal, documents, ..line(person, LogKind::Use, "read") }
        });
        let lines = lines.collect();
        self.note_lines(answer, lines, Some(200));
    }

    async fn read_disclosed(&mut self, session: &Session, person: &TestPerson) {
        let oid = self.disclosed[self.dice.place(self.disclosed.len())].clone();
        let answer = session.fetch(&oid, &by_disclosure()).await;
        let lines = [LogKind::Use, LogKind::Disclosure]
            .map(|log| Line { documents: vec![oid.to_string()], ..line(person, log, "read") });
        self.note_lines(answer, lines.to_vec(), Some(200));
    }

    async fn look_at(&mut self, session: &Session, person: &TestPerson, log: &str) {
        let asked = json!({"context": {"purpose": "supervision"}, "page": {"size": 5}});
        let answer = session.post_json(&format!("/v1/logs/{log}/search"), &asked).await;
        self.note(person, Asked::new("read-log", &[], answer), 200);
    }

    /// What is refused, or needs no entry.
    async fn try_in_vain(&mut self, session: &Session, person: &TestPerson, chance: u64) {
        let (own, unknown) = (UseContext::default(), fresh_oid());
        let care = self.some_care();
        let is_own = care.organiser.operating_unit == person.organisation.operating_unit;
        let draft = care.draft(person);
        let (oid, nothing) = (draft.oid(), Vec::<&Oid>::new());
        let store = |draft: Draft| async move { session.store(&draft.build()).await };
        let asked = match chance % 14 {
            0 => {
                // Another county's is told of like one that there is not.
                let is_theirs = person.organisation.business_id != TESTILA;
                let sought = if is_theirs { &self.disclosed[0] } else { &unknown };
                Asked::new("read", &[sought], session.fetch(sought, &own).await)
            }
            1 => Asked::new("store", &[&oid], store(draft.unsigned()).await),
            2 => Asked::new("store", &nothing, store(draft.without("title")).await),
            3 => Asked::new("store", &[&oid], store(draft.with("service_task", "X-NONE")).await),
            4 => {
                let structure = "1.2.246.537.6.1506.99999.2023.9.8";
                Asked::new("store", &[&oid], store(draft.with("structure", structure)).await)
            }
            5 => {
                let body = b"{\"metadata\": ".to_vec();
                Asked::new("store", &nothing, session.post("/v1/documents", body).await)
            }
            6 => Asked::new("search", &nothing, session.search(&json!({"client": 1})).await),
            7 => {
                let nonsense = UseContext { basis: Code::parse("nonsense").ok(), ..own };
                Asked::new("read", &nothing, session.fetch(&unknown, &nonsense).await)
            }
            8 => Asked::new("annul", &[&unknown], session.annul(&unknown, "Syy", &own).await),
            9 => {
                let path = format!("/v1/documents/{unknown}/annulment");
                Asked::new("annul", &nothing, session.post_json(&path, &json!([])).await)
            }
            10 => {
                let oids = json!({"oids": ["not an identifier"]});
                Asked::new("read", &nothing, session.fetch_several(&oids).await)
            }
            11 => Asked::new("read", &nothing, session.get("/v1/documents/not-an-oid").await),
            // No use of data: no entry.
            12 => return self.note_lines(session.get("/v1/nothing").await, vec![], None),
            _ => {
                let path = format!("/v1/documents/{unknown}");
                return self.note_lines(session.client().get(&path).await, vec![], None);
            }
        };
        let is_read = asked.action == "store" && !asked.documents.is_empty();
        self.note(person, asked, 0);
        if is_read && !is_own {
            // It stands in the log of the register that it was for as well.
            let lines = &mut self.ledger.requests.last_mut().unwrap().lines;
            lines.extend_from_within(..);
        }
    }

    /// Notes a request that leaves one entry. Whether it was answered with `status`, as it must be where that
    /// is not 0; then it is a refusal.
    fn note(&mut self, person: &TestPerson, asked: Asked, status: u16) -> bool {
        let Asked { action, documents, answer } = asked;
        let refusal = answer.as_ref().ok().and_then(slug);
        let lines = vec![Line { refusal, documents, ..line(person, LogKind::Use, action) }];
        let is_answered = answer.is_ok();
        self.note_lines(answer, lines, Some(status).filter(|status| *status != 0));
        is_answered
    }

    fn note_lines(
        &mut self,
        answer: Result<Answer, ClientError>,
        lines: Vec<Line>,
        status: Option<u16>,
    ) {
        let (mut id, mut outcome) = (None, "no answer".to_owned());
        if let Ok(answer) = answer {
            let refusal = slug(&answer);
            if let Some(status) = status {
                let why = refusal.as_deref().unwrap_or("no problem");
                assert_eq!(answer.status, status, "{why}: {lines:?}");
            } else {
                assert!(
                    answer.status >= 400 && answer.status < 500,
                    "{}: {lines:?}",
                    answer.status
                );
            }
            id = Some(answer.headers["x-request-id"].to_str().unwrap().to_owned());
            outcome = refusal.unwrap_or_else(|| "answered".to_owned());
        }
        self.ledger.requests.push(Request { id, outcome, lines, shows: false });
    }
}

fn line(person: &TestPerson, log: LogKind, action: &str) -> Line {
    Line {
        log,
        action: action.to_owned(),
        refusal: None,
        user: person.credentials.user_id.clone(),
        unit: person.unit().to_string(),
        organisation: person.organisation.operating_unit.to_string(),
        documents: Vec::new(),
    }
}

fn slug(answer: &Answer) -> Option<String> {
    answer.problem().map(|problem| problem.slug().to_owned())
}

/// The newest versions on a page of a search.
fn shown(answer: &Answer) -> Vec<String> {
    let page: Value = answer.json().unwrap_or_default();
    let documents = page["documents"].as_array().cloned().unwrap_or_default();
    documents.iter().map(|found| found["oid"].as_str().unwrap().to_owned()).collect()
}
