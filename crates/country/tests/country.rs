//! A small country in a store, checked over the real interface and against its own documents.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails where it cannot go on"
)]

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto::server::{Overrides, RunningServer, open_service, start};
use varanto_client::{Answer, Client, Session, UseContext};
use varanto_country::{
    Country, Dice, Effort, Kind, Person, Place, Shapes, Size, Store, Worker, populate,
};
use varanto_postgres::Server;
use varanto_rules::Basis;

const SIZE: Size = Size { documents: 1300, bytes: 1500 };
const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/sosmeta");

/// A country in a store, served.
struct Served {
    place: Place,
    running: RunningServer,
    _folder: tempfile::TempDir,
}

impl Served {
    async fn of(shapes: Shapes, store: Store) -> Self {
        Self::with(Country::new(7, SIZE, shapes), store).await
    }

    async fn with(country: Country, store: Store) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let effort = Effort { makers: 2, committers: 2, seals: true };
        let out = folder.path().join("country");
        let place = Box::pin(populate(&country, &out, &store, effort, Arc::new(|_| ())));
        drop(place.await.unwrap());
        let place = Place::open(&out).unwrap();
        let running = Box::pin(start(place.config(), &Overrides { port: Some(0) })).await.unwrap();
        Self { place, running, _folder: folder }
    }

    fn session(&self, worker: Worker) -> Session {
        let settings = self.place.settings(worker.organisation, &self.running.base_url).unwrap();
        let client = Client::connect(&settings).unwrap();
        client.session(self.place.credentials(worker).unwrap(), Timestamp::now)
    }

    fn country(&self) -> &Country {
        self.place.country()
    }
}

fn search(client: &Person, context: &Value) -> Value {
    json!({"client": client.key(), "context": context, "page": {"size": 200}})
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

fn oids(page: &Value) -> Vec<String> {
    let found = page["documents"].as_array().unwrap().iter();
    found.map(|document| document["oid"].as_str().unwrap().to_owned()).collect()
}

async fn is_as_the_service_writes_it(served: &Served) {
    let service = Box::pin(open_service(served.place.config(), &[])).await.unwrap();
    let rebuilt = service.rebuild(&mut |_| ()).await.unwrap();
    assert!(rebuilt.is_clean(), "{rebuilt:?}");
    assert!(rebuilt.documents > 200 && rebuilt.rights > 0 && rebuilt.wills > 0);
}

async fn the_right_people_read(served: &Served) {
    let (country, mut dice) = (served.country(), Dice::new(1));
    for _ in 0..12 {
        let document = country.existing_client_document(&mut dice);
        let reader = &country.who_may_read(document.number)[0];
        let session = served.session(reader.worker);
        let answer = session.fetch(&document.oid, &UseContext::default()).await.unwrap();
        assert_eq!(answer.status, 200, "{:?}: {}", document.kind, text(&answer));
        let client = country.client_of(document.number);
        let answer = session.search(&search(&client, &json!({}))).await.unwrap();
        assert_eq!(answer.status, 200, "{}", text(&answer));
        let other = served.session(country.who_may_not_read(document.number));
        let answer = other.fetch(&document.oid, &UseContext::default()).await.unwrap();
        assert_eq!(answer.status, 404);
        let answer = other.search(&search(&client, &json!({}))).await.unwrap();
        assert_eq!(answer.status, 403);
    }
}

async fn producers_and_other_controllers_read_what_they_may(served: &Served) {
    let (country, mut dice) = (served.country(), Dice::new(2));
    let (number, reader) = country.document_under_right(&mut dice).unwrap();
    assert_eq!(reader.basis, Basis::RegisterAccess);
    let (document, client) = (country.document(number), country.client_of(number));
    let context = json!({"basis": "register_access", "case": reader.case.unwrap()});
    let session = served.session(reader.worker);
    let page = session.search(&search(&client, &context)).await.unwrap();
    assert_eq!(page.status, 200, "{}", text(&page));
    assert!(oids(&page.json().unwrap()).contains(&document.oid.to_string()));

    let (number, worker) = country.document_let_out(&mut dice).unwrap();
    let (document, client) = (country.document(number), country.client_of(number));
    let context = json!({"basis": "disclosure", "special_reason": "X-OTHER"});
    let page = served.session(worker).search(&search(&client, &context)).await.unwrap();
    assert_eq!(page.status, 200, "{}", text(&page));
    assert!(oids(&page.json().unwrap()).contains(&document.oid.to_string()));
}

async fn new_documents_are_stored(served: &Served) {
    let country = served.country();
    for number in 0..5 {
        let now = Timestamp::now();
        let fresh = country.fresh_document(1, number, now);
        let signer = served.place.signer(fresh.worker.organisation).unwrap();
        let body = fresh.body(&signer, now).unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let session = served.session(fresh.worker);
        let answer = session.store(&body).await.unwrap();
        assert_eq!(answer.status, 201, "{}", text(&answer));
    }
}

async fn holds(served: Served) {
    is_as_the_service_writes_it(&served).await;
    the_right_people_read(&served).await;
    producers_and_other_controllers_read_what_they_may(&served).await;
    new_documents_are_stored(&served).await;
    served.running.stop().await;
}

/// REQ CASE-05
#[tokio::test(flavor = "multi_thread")]
async fn a_country_is_stored_as_the_service_would_have_stored_it_and_is_served() {
    holds(Box::pin(Served::of(Shapes::builtin(), Store::Sqlite(None))).await).await;
}

/// REQ CASE-05
#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_it_is_the_same() {
    let database = Server::shared().create_database();
    let store = Store::parse(&database.url()).unwrap();
    holds(Box::pin(Served::of(Shapes::builtin(), store)).await).await;
}

/// REQ CASE-05, DOC-12
#[tokio::test(flavor = "multi_thread")]
async fn with_the_published_structures_it_is_the_same() {
    let Ok(shapes) = Shapes::read(Path::new(PUBLISHED)) else {
        println!("SKIPPED: there are no national structures in {PUBLISHED}");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::Sqlite(Some(folder.path().join("elsewhere.db")));
    holds(Box::pin(Served::of(shapes, store)).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sparse_country_has_whole_lists_and_some_whole_documents() {
    let country = Country::sparse(7, SIZE, Shapes::builtin(), 5);
    let served = Box::pin(Served::with(country, Store::Sqlite(None))).await;
    let country = served.country();
    assert_eq!(country.whole_every(), 5);
    let whole = (0..SIZE.documents).filter(|number| country.is_whole(*number)).count();
    assert!((200..350).contains(&whole), "{whole}");
    the_right_people_read(&served).await;
    let (client, number) = (country.client_of(0), 0);
    let session = served.session(country.who_may_read(number)[0].worker);
    let page = session.search(&search(&client, &json!({}))).await.unwrap();
    let mut of_client: Vec<String> = (0..8).map(|n| country.document(n).oid.to_string()).collect();
    let mut found = oids(&page.json().unwrap());
    of_client.sort();
    found.sort();
    assert_eq!(found, of_client);
    new_documents_are_stored(&served).await;
    served.running.stop().await;
}

#[test]
fn every_kind_of_document_occurs_in_a_small_country() {
    let country = Country::new(7, SIZE, Shapes::builtin());
    let kinds: Vec<Kind> = (0..SIZE.documents).map(|n| country.document(n).kind).collect();
    for kind in
        [Kind::Clientship, Kind::Case, Kind::Informing, Kind::Permit, Kind::Denial, Kind::Old]
    {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
}
