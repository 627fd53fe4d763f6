//! A client system that stores documents and new versions until the server dies.

use std::collections::BTreeSet;

use serde_json::json;
use varanto_client::{Session, UseContext};
use varanto_model::Oid;
use varanto_testkit::{
    ClientshipDraft, Draft, Expect, Form, TestPerson, UnitEntry, fresh_case, fresh_client,
    fresh_oid,
};

use crate::dice::Dice;
use crate::interface;
use crate::ledger::{SentDocument, SentVersion};

/// What became of the requests that were never answered.
#[derive(Default)]
pub(crate) struct Settled {
    pub(crate) were_there: u32,
    pub(crate) were_not: u32,
}

/// A client with an open case, for whom the units of all workers work.
#[derive(Clone)]
pub(crate) struct CaredFor {
    pub(crate) client: String,
    pub(crate) case: Oid,
}

impl CaredFor {
    /// Stores a case and a clientship for a new client; gives them as they were sent.
    pub(crate) async fn arrange(
        session: &Session,
        workers: &[TestPerson],
    ) -> (Self, [SentDocument; 2]) {
        let (client, case) = (fresh_client(), fresh_case());
        let author = &workers[0];
        let units: BTreeSet<&str> = workers.iter().map(|worker| worker.unit().as_str()).collect();
        let clientship = Draft::clientship(author, &client).bare().task("X-ELDERLY");
        let clientship =
            units.into_iter().map(UnitEntry::of).fold(clientship, ClientshipDraft::unit);
        let sent = [
            SentDocument::store(session, &client, Draft::case(author, &client, &case).draft())
                .await,
            SentDocument::store(session, &client, clientship.draft()).await,
        ];
        (Self { client, case }, sent)
    }
}

pub(crate) struct Worker {
    dice: Dice,
    template: Draft,
    clients: Vec<CaredFor>,
    documents: Vec<SentDocument>,
    /// The document that was worked on last.
    last: usize,
}

impl Worker {
    /// A worker for these clients.
    pub(crate) fn new(author: &TestPerson, clients: Vec<CaredFor>, dice: Dice) -> Self {
        let template = Draft::assessment(author, &clients[0].client);
        Self { dice, template, clients, documents: Vec::new(), last: 0 }
    }

    /// Stores until an answer does not come.
    pub(crate) async fn work(&mut self, session: &Session) {
        loop {
            self.last = self.prepare();
            let sent = self.documents[self.last].versions.last_mut().expect("a version");
            let Ok(answer) = session.store(&sent.envelope).await else { return };
            sent.acknowledge(answer.expect_status(201));
        }
    }

    /// Makes a new document, or a new version of one; gives its place.
    fn prepare(&mut self) -> usize {
        if self.documents.is_empty() || self.dice.below(2) == 0 {
            let CaredFor { client, case } =
                self.clients[self.dice.place(self.clients.len())].clone();
            let oid = fresh_oid();
            let named = json!([{"id": client, "family_name": "Testinen", "given_names": "Aino"}]);
            let template = self.template.clone();
            let draft = template.with("oid", oid.as_str()).with("original_oid", oid.as_str());
            let draft = self.with_other_words(draft.with("clients", named).in_case(&case));
            let versions = vec![SentVersion::of(&draft)];
            self.documents.push(SentDocument { client, draft, versions });
            return self.documents.len() - 1;
        }
        let place = self.dice.place(self.documents.len());
        let draft = self.with_other_words(self.documents[place].draft.next_version());
        let document = &mut self.documents[place];
        document.versions.push(SentVersion::of(&draft));
        document.draft = draft;
        place
    }

    /// The same document with a display form that no other has, of up to some 30 kB.
    fn with_other_words(&mut self, mut draft: Draft) -> Draft {
        let most = if self.dice.below(8) == 0 { 1500 } else { 150 };
        let count = self.dice.below(most) + 1;
        let words: Vec<_> = (0..count).map(|_| format!("{:016x}", self.dice.next())).collect();
        let words = words.join(" ");
        draft.content.clone_from(&self.template.content);
        for form in &mut draft.content {
            if let Form::Xhtml(text) = form {
                *text = text.replace("</body>", &format!("<p>{words}</p></body>"));
            }
        }
        draft
    }

    /// Looks at what the server kept. A request that was never answered has been carried out whole or
    /// not at all; sent once more it is acknowledged, and is there once.
    pub(crate) async fn after_death(&mut self, session: &Session, settled: &mut Settled) {
        let Some(document) = self.documents.get_mut(self.last) else { return };
        let sent = document.versions.last_mut().expect("a version");
        if sent.receipt.is_none() {
            let answer = session.fetch(&sent.oid, &UseContext::default()).await.unwrap();
            let was_there = answer.status == 200;
            if was_there {
                settled.were_there += 1;
                interface::assert_whole(&answer.expect_status(200), sent);
            } else {
                settled.were_not += 1;
                answer.expect_problem("document-not-found");
            }
            let again = session.store(&sent.envelope).await.unwrap();
            sent.acknowledge(again.expect_status(if was_there { 200 } else { 201 }));
        }
        for place in [self.last, self.dice.place(self.documents.len())] {
            interface::document_is_there(session, &self.documents[place]).await;
        }
    }

    /// What was stored last.
    pub(crate) fn latest(&self) -> Option<&SentVersion> {
        self.documents.get(self.last).map(SentDocument::newest)
    }

    pub(crate) fn into_documents(self) -> Vec<SentDocument> {
        self.documents
    }
}
