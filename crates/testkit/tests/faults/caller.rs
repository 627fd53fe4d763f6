//! A client system that goes on whatever happens: it stores, reads and searches, repeats what was not
//! acknowledged, and holds every answer against what it has sent.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use varanto_client::{Answer, ClientError, Session, UseContext};
use varanto_model::Oid;
use varanto_testkit::{Draft, Expect, Form, fresh_oid};

use crate::book::{self, Call, End, Kind};
use crate::dice::Dice;
use crate::interface;
use crate::ledger::{SentDocument, SentVersion};
use crate::load::Place;

/// Somebody who is cared for, with a document to be made again and again.
#[derive(Clone)]
pub(crate) struct CaredFor {
    pub(crate) client: String,
    pub(crate) template: Draft,
}

pub(crate) struct Caller {
    number: usize,
    person: &'static str,
    place: Arc<Place>,
    dice: Dice,
    clients: Vec<CaredFor>,
    session: Option<(String, Session)>,
    /// The document whose newest version is not acknowledged, and whether that may be stored all the same.
    pending: Option<(usize, bool)>,
    pub(crate) documents: Vec<SentDocument>,
    pub(crate) calls: Vec<Call>,
}

impl Caller {
    pub(crate) fn new(
        number: usize,
        person: &'static str,
        place: Arc<Place>,
        clients: Vec<CaredFor>,
        dice: Dice,
    ) -> Self {
        let (documents, calls) = (Vec::new(), Vec::new());
        Self {
            number,
            person,
            place,
            dice,
            clients,
            session: None,
            pending: None,
            documents,
            calls,
        }
    }

    /// Works until it is told to stop, and then until nothing is open any more.
    pub(crate) async fn work(mut self) -> Self {
        while !self.place.is_over() {
            let session = self.session();
            let went_well = self.turn(&session).await;
            let pause = if went_well { 1 + self.dice.below(10) } else { 20 + self.dice.below(100) };
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        let mut tries = 0;
        while let Some(pending) = self.pending {
            assert!(tries < 200, "what is repeated is acknowledged in the end");
            tries += 1;
            let session = self.session();
            if !self.store(&session, pending).await {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        self
    }

    /// With the server that it is to call now.
    fn session(&mut self) -> Session {
        let address = self.place.address(self.number);
        if let Some((_, session)) = self.session.as_ref().filter(|(at, _)| *at == address) {
            return session.clone();
        }
        let session = self.place.session(&address, self.person);
        self.session = Some((address, session.clone()));
        session
    }

    async fn turn(&mut self, session: &Session) -> bool {
        if let Some(pending) = self.pending {
            return self.store(session, pending).await;
        }
        match self.dice.below(10) {
            0..=2 => {
                let place = self.new_document();
                self.store(session, (place, false)).await
            }
            3..=5 => {
                let place = self.new_version();
                self.store(session, (place, false)).await
            }
            6 => self.store_again(session).await,
            7..=8 => self.read(session).await,
            _ => self.search(session).await,
        }
    }

    fn new_document(&mut self) -> usize {
        let CaredFor { client, template } =
            self.clients[self.dice.place(self.clients.len())].clone();
        let oid = fresh_oid();
        let draft = template.with("oid", oid.as_str()).with("original_oid", oid.as_str());
        let draft = self.with_other_words(draft, &client);
        let versions = vec![SentVersion::of(&draft)];
        self.documents.push(SentDocument { client, draft, versions });
        self.documents.len() - 1
    }

    fn new_version(&mut self) -> usize {
        if self.documents.is_empty() {
            return self.new_document();
        }
        let place = self.dice.place(self.documents.len());
        let SentDocument { draft, client, .. } = &self.documents[place];
        let (draft, client) = (draft.next_version(), client.clone());
        let draft = self.with_other_words(draft, &client);
        let document = &mut self.documents[place];
        document.versions.push(SentVersion::of(&draft));
        document.draft = draft;
        place
    }

    /// The same document with words that no other has, of up to some 10 kB.
    fn with_other_words(&mut self, mut draft: Draft, client: &str) -> Draft {
        let count = self.dice.below(600) + 1;
        let words: Vec<_> = (0..count).map(|_| format!("{:016x}", self.dice.next())).collect();
        let words = words.join(" ");
        let template = self.clients.iter().find(|one| one.client == client).expect("a client");
        draft.content.clone_from(&template.template.content);
        for form in &mut draft.content {
            if let Form::Xhtml(text) = form {
                *text = text.replace("</body>", &format!("<p>{words}</p></body>"));
            }
        }
        draft
    }

    /// Sends the newest version of a document, for the first time or once more. What was not stored for
    /// certain is stored now; what may have been is acknowledged either way.
    async fn store(&mut self, session: &Session, (place, may_be_stored): (usize, bool)) -> bool {
        let sent = self.documents[place].versions.last().expect("a version");
        let came = session.store(&sent.envelope).await;
        let answer = self.note(Kind::Store, Some(sent.oid.clone()), came);
        let end = self.calls.last().expect("a call").end;
        let Some(answer) = answer else {
            let may_be_stored = may_be_stored || matches!(end, End::NotKnown | End::Unanswered);
            self.pending = Some((place, may_be_stored));
            return false;
        };
        self.pending = None;
        if !may_be_stored {
            answer.expect_status(201);
        }
        let receipt = answer.expect_status(answer.status);
        self.documents[place].versions.last_mut().expect("a version").acknowledge(receipt);
        true
    }

    /// A request that was acknowledged gets its first answer again.
    async fn store_again(&mut self, session: &Session) -> bool {
        let Some((place, version)) = self.any() else { return true };
        let sent = &self.documents[place].versions[version];
        let (oid, came) = (sent.oid.clone(), session.store(&sent.envelope).await);
        let Some(answer) = self.note(Kind::Store, Some(oid), came) else { return false };
        let receipt = self.documents[place].versions[version].receipt.clone();
        assert_eq!(Some(answer.expect_status(200)), receipt);
        true
    }

    async fn read(&mut self, session: &Session) -> bool {
        let Some((place, _)) = self.any() else { return true };
        let document = &self.documents[place];
        let oid = document.newest().oid.clone();
        if document.newest().receipt.is_none() {
            return true;
        }
        let came = session.fetch(&oid, &UseContext::default()).await;
        let Some(answer) = self.note(Kind::Read, Some(oid), came) else { return false };
        let newest = self.documents[place].newest();
        interface::assert_whole(&answer.expect_status(200), newest);
        true
    }

    async fn search(&mut self, session: &Session) -> bool {
        let client = &self.clients[self.dice.place(self.clients.len())].client;
        let search = json!({"client": {"id": client}, "page": {"size": 5}});
        let came = session.search(&search).await;
        self.note(Kind::Search, None, came).is_some()
    }

    /// An acknowledged version.
    fn any(&mut self) -> Option<(usize, usize)> {
        if self.documents.is_empty() {
            return None;
        }
        let place = self.dice.place(self.documents.len());
        let versions = &self.documents[place].versions;
        let version = self.dice.place(versions.len());
        versions[version].receipt.is_some().then_some((place, version))
    }

    fn note(
        &mut self,
        kind: Kind,
        oid: Option<Oid>,
        came: Result<Answer, ClientError>,
    ) -> Option<Answer> {
        let (call, answer) = book::read(kind, oid, came, self.place.tolerated());
        self.calls.push(call);
        answer
    }
}
