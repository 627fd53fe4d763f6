//! What callers do rightly.

use serde_json::{Value, json};
use varanto_client::{Answer, Session, UseContext};
use varanto_model::Oid;
use varanto_store::log_tree::LogKind;
use varanto_testkit::{TestPerson, fresh_oid};

use crate::complete::caller::{Asked, Caller, line};
use crate::complete::ledger::Line;
use crate::given::by_disclosure;

impl Caller {
    pub(super) async fn store(&mut self, session: &Session, person: &TestPerson) {
        let draft = self.some_care().draft(person);
        let answer = session.store(&draft.build()).await;
        let stored = self.note(person, Asked::new("store", &[&draft.oid()], answer), 201);
        if stored {
            self.documents.push(draft);
        }
    }

    pub(super) async fn store_version(&mut self, session: &Session, person: &TestPerson) {
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

    pub(super) async fn store_again(&mut self, session: &Session, person: &TestPerson) {
        let Some(place) = self.some_document() else { return };
        let draft = &self.documents[place];
        let action = if draft.metadata["version"] == 1 { "store" } else { "store-version" };
        let asked = Asked::new(action, &[&draft.oid()], session.store(&draft.build()).await);
        self.note(person, asked, 200);
    }

    pub(super) async fn annul(&mut self, session: &Session, person: &TestPerson) {
        let Some(place) = self.some_document() else { return };
        let draft = self.documents.swap_remove(place);
        let original = Oid::parse(draft.metadata["original_oid"].as_str().unwrap()).unwrap();
        let answer = session.annul(&draft.oid(), "Väärä asiakas", &UseContext::default()).await;
        self.note(person, Asked::new("annul", &[&original], answer), 200);
    }

    pub(super) async fn fetch(&mut self, session: &Session, person: &TestPerson) {
        let Some(place) = self.some_document() else { return };
        let oid = self.documents[place].oid();
        let answer = session.fetch(&oid, &UseContext::default()).await;
        self.note(person, Asked::new("read", &[&oid], answer), 200);
    }

    pub(super) async fn versions(&mut self, session: &Session, person: &TestPerson) {
        let Some(place) = self.some_document() else { return };
        let oid = self.documents[place].oid();
        let answer = session.versions(&oid, &UseContext::default()).await;
        self.note(person, Asked::new("read", &[&oid], answer), 200);
    }

    pub(super) async fn search(&mut self, session: &Session, person: &TestPerson) {
        let client = self.some_care().client;
        let size = self.dice.below(20) + 1;
        let search = json!({"client": {"id": client}, "page": {"size": size}});
        let answer = session.search(&search).await;
        let shown = answer.as_ref().map(shown).unwrap_or_default();
        let asked = Asked { action: "search", documents: shown, answer };
        self.note(person, asked, 200);
        self.ledger.requests.last_mut().unwrap().shows = true;
    }

    pub(super) async fn fetch_several(&mut self, session: &Session, person: &TestPerson) {
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

    pub(super) async fn read_disclosed(&mut self, session: &Session, person: &TestPerson) {
        let oid = self.disclosed[self.dice.place(self.disclosed.len())].clone();
        let answer = session.fetch(&oid, &by_disclosure()).await;
        let lines = [LogKind::Use, LogKind::Disclosure]
            .map(|log| Line { documents: vec![oid.to_string()], ..line(person, log, "read") });
        self.note_lines(answer, lines.to_vec(), Some(200));
    }

    pub(super) async fn look_at(&mut self, session: &Session, person: &TestPerson, log: &str) {
        let asked = json!({"context": {"purpose": "supervision"}, "page": {"size": 5}});
        let answer = session.post_json(&format!("/v1/logs/{log}/search"), &asked).await;
        self.note(person, Asked::new("read-log", &[], answer), 200);
    }
}

/// The newest versions on a page of a search.
fn shown(answer: &Answer) -> Vec<String> {
    let page: Value = answer.json().unwrap_or_default();
    let documents = page["documents"].as_array().cloned().unwrap_or_default();
    documents.iter().map(|found| found["oid"].as_str().unwrap().to_owned()).collect()
}
