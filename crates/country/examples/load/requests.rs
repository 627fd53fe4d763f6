//! What is asked: requests made ahead of their time, of whom and about whom, and what the answer must be.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_client::{Client, Credentials, Session};
use varanto_country::load::mix::Kind;
use varanto_country::load::skew::Skew;
use varanto_country::{Country, Dice, Document, Kind as DocumentKind, Place, Reader};
use varanto_model::Oid;
use varanto_rules::Basis;

use crate::answers::Wanted;
use crate::callers::Callers;

const DOCUMENTS: &str = "/v1/documents";
const SEARCH: &str = "/v1/documents/search";
/// How many documents a page has.
const PAGE: u32 = 50;
/// How many documents are looked at for one that a kind of request can be about.
const TRIES: usize = 100_000;
/// The reason that somebody gives who has no context to a client.
const REASON: &str = "X-OTHER";

/// A request, ready to be sent.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) ask: Ask,
    pub(crate) wanted: Wanted,
    /// The document that was chosen for it; of a new one, itself.
    pub(crate) document: Oid,
}

/// How it is sent.
#[derive(Clone)]
pub(crate) enum Ask {
    Get { session: Session, path: String },
    Post { session: Session, path: &'static str, body: Vec<u8> },
    Token { system: Client, credentials: Box<Credentials> },
}

/// Makes requests, one after another; always the same ones of a seed, but for new documents, which are those of
/// this run.
pub(crate) struct Requests {
    place: Arc<Place>,
    callers: Arc<Callers>,
    dice: Dice,
    skew: Skew,
    run: u64,
    stored: u64,
    refused: usize,
}

impl Requests {
    pub(crate) fn new(
        place: &Arc<Place>,
        callers: &Arc<Callers>,
        (seed, skew): (u64, f64),
        run: u64,
    ) -> Self {
        Self {
            place: Arc::clone(place),
            callers: Arc::clone(callers),
            dice: Dice::new(seed),
            skew: Skew::new(place.country().documents(), skew),
            run,
            stored: 0,
            refused: 0,
        }
    }

    /// The next request of a kind.
    pub(crate) fn next(&mut self, kind: Kind) -> Request {
        match kind {
            Kind::Store => self.store(),
            Kind::Search | Kind::FindPerson | Kind::Summary => self.about_client(kind),
            Kind::Fetch => {
                let (document, reader) = self.readable(Basis::Own);
                self.get(&reader, document.oid, "")
            }
            Kind::SearchUnderRight => {
                let (document, reader) = self.readable(Basis::RegisterAccess);
                let case = reader.case.clone().expect("a right is to a case");
                let context = json!({"basis": "register_access", "case": case});
                let wanted = Wanted::found(&document, Some(case));
                self.search(&reader, document, &context, wanted)
            }
            Kind::FetchUnderRight => {
                let (document, reader) = self.readable(Basis::RegisterAccess);
                let case = reader.case.clone().expect("a right is to a case");
                let query = format!("?basis=register_access&case={case}");
                self.get(&reader, document.oid, &query)
            }
            Kind::Disclosure => self.disclosure(),
            Kind::Refused => self.refused(),
            Kind::LogIn => self.log_in(),
        }
    }

    /// The next kind of a mix.
    pub(crate) fn dice(&mut self) -> &mut Dice {
        &mut self.dice
    }

    fn country(&self) -> &Country {
        self.place.country()
    }

    fn store(&mut self) -> Request {
        self.stored += 1;
        let now = Timestamp::now();
        let fresh = self.country().fresh_document(self.run, self.stored, now);
        let signer = self.callers.signer(fresh.worker.organisation);
        let body = fresh.body(&signer, now).expect("a signature");
        let session = self.callers.session(fresh.worker);
        Request {
            ask: Ask::Post { session, path: DOCUMENTS, body },
            wanted: Wanted::Stored(fresh.oid.clone()),
            document: fresh.oid,
        }
    }

    fn about_client(&mut self, kind: Kind) -> Request {
        let (document, reader) = self.readable(Basis::Own);
        let key = document.clients[0].key();
        let (path, body, wanted) = match kind {
            Kind::FindPerson => {
                ("/v1/clientships/search", json!({"client": key}), Wanted::Clientships)
            }
            Kind::Summary => ("/v1/summaries", json!({"client": key}), Wanted::Summary),
            _ => {
                let wanted = Wanted::found(&document, None);
                return self.search(&reader, document, &Value::Null, wanted);
            }
        };
        let session = self.callers.session(reader.worker);
        let body = body.to_string().into_bytes();
        Request { ask: Ask::Post { session, path, body }, wanted, document: document.oid }
    }

    fn search(
        &self,
        reader: &Reader,
        document: Document,
        context: &Value,
        wanted: Wanted,
    ) -> Request {
        let mut search = json!({"client": document.clients[0].key(), "page": {"size": PAGE}});
        if !context.is_null() {
            search["context"] = context.clone();
        }
        let session = self.callers.session(reader.worker);
        let body = search.to_string().into_bytes();
        Request { ask: Ask::Post { session, path: SEARCH, body }, wanted, document: document.oid }
    }

    fn get(&self, reader: &Reader, document: Oid, query: &str) -> Request {
        let session = self.callers.session(reader.worker);
        let path = format!("{DOCUMENTS}/{document}{query}");
        Request {
            ask: Ask::Get { session, path },
            wanted: Wanted::Document(document.clone()),
            document,
        }
    }

    /// A search in other controllers' registers, for a client who lets something out to them.
    fn disclosure(&mut self) -> Request {
        let found = self.place.country().document_let_out(&mut self.dice);
        let (number, worker) = found.expect("a client with a permit; take a larger country");
        let document = self.country().document(number);
        let reader = Reader { worker, basis: Basis::Disclosure, case: None };
        let context = json!({"basis": "disclosure", "special_reason": REASON});
        let wanted = Wanted::found(&document, None);
        self.search(&reader, document, &context, wanted)
    }

    /// What must be refused, in four ways that take turns.
    fn refused(&mut self) -> Request {
        self.refused += 1;
        if self.refused.is_multiple_of(4) {
            return self.changed_after_signing();
        }
        let (document, _) = self.readable(Basis::Own);
        let worker = self.country().who_may_not_read(document.number);
        let reader = Reader { worker, basis: Basis::Own, case: None };
        match self.refused % 4 {
            1 => {
                let request = self.get(&reader, document.oid, "");
                Request { wanted: Wanted::Refusal(404, "document-not-found"), ..request }
            }
            2 => {
                let wanted = Wanted::Refusal(403, "special-reason-required");
                self.search(&reader, document, &Value::Null, wanted)
            }
            _ => {
                let case = document.case.as_ref().map(|case| case.oid.clone());
                let case = case.unwrap_or_else(|| document.oid.clone());
                let context = json!({"basis": "register_access", "case": case});
                let wanted = Wanted::Refusal(403, "register-access-missing");
                self.search(&reader, document, &context, wanted)
            }
        }
    }

    fn changed_after_signing(&mut self) -> Request {
        let mut request = self.store();
        if let Ask::Post { body, .. } = &mut request.ask {
            let mut envelope: Value = serde_json::from_slice(body).expect("an envelope");
            envelope["metadata"]["title"] = json!("Muutettu otsikko");
            *body = envelope.to_string().into_bytes();
        }
        Request { wanted: Wanted::Refusal(422, "signature-invalid"), ..request }
    }

    fn log_in(&mut self) -> Request {
        let (document, reader) = self.readable(Basis::Own);
        let system = self.callers.system(reader.worker.organisation);
        let credentials = Box::new(self.callers.credentials(reader.worker));
        let ask = Ask::Token { system, credentials };
        Request { ask, wanted: Wanted::Token, document: document.oid }
    }

    /// A document of client work with somebody who may read it on this basis.
    fn readable(&mut self, basis: Basis) -> (Document, Reader) {
        let mut found = None;
        let document = self.some(|country, document| {
            if !matches!(document.kind, DocumentKind::Ordinary { .. } | DocumentKind::Case) {
                return false;
            }
            let readers = country.who_may_read(document.number);
            found = readers.into_iter().find(|reader| reader.basis == basis);
            found.is_some()
        });
        (document, found.expect("somebody who may read it"))
    }

    fn some(&mut self, mut wanted: impl FnMut(&Country, &Document) -> bool) -> Document {
        for _ in 0..TRIES {
            let number = self.skew.choose(&mut self.dice);
            let country = self.place.country();
            // Where few documents are whole, the others cannot be opened: all kinds keep to the whole ones and
            // their clients.
            if !country.is_whole(number) {
                continue;
            }
            let document = country.document(number);
            if wanted(country, &document) {
                return document;
            }
        }
        panic!("this country has no document of the kind that is asked for; take a larger one");
    }
}
