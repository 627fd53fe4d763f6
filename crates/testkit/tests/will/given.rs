//! Two counties and a client of both: what the tests begin with.

use serde_json::{Value, json};
use varanto_client::{Answer, Session, UseContext};
use varanto_documents::pdfa::{Part, example};
use varanto_model::{Code, Oid};
use varanto_testkit::{
    Care, DenialDraft, Draft, Expect, TestClient, TestPerson, TestServer, fresh_client,
};

/// The controller whose documents are disclosed.
pub(crate) const TESTILA: &str = "1.2.246.10.99990001.19.0";
/// The controller for whose workers they are.
pub(crate) const MALLILA: &str = "1.2.246.10.99990003.19.0";
/// The only ground of a broad right that the built-in code set has.
pub(crate) const GROUND: &str = "X-AUTHORITY";

/// Fetching what another controller discloses.
pub(crate) fn by_disclosure() -> UseContext {
    UseContext { basis: code("disclosure"), ..UseContext::default() }
}

/// Fetching by a broad right.
pub(crate) fn broadly() -> UseContext {
    UseContext { basis: code("broad"), ground: code(GROUND), ..UseContext::default() }
}

/// Fetching without context, for a special reason.
pub(crate) fn with_reason(used: UseContext) -> UseContext {
    UseContext { special_reason: code("X-OTHER"), ..used }
}

pub(crate) fn code(word: &str) -> Option<Code> {
    Code::parse(word).ok()
}

pub(crate) fn oid(text: &str) -> Oid {
    Oid::parse(text).unwrap()
}

/// The same context in the body of a request.
pub(crate) fn body_of(used: &UseContext) -> Value {
    let mut body = json!({});
    for (name, value) in [
        ("basis", &used.basis),
        ("purpose", &used.purpose),
        ("special_reason", &used.special_reason),
        ("ground", &used.ground),
    ] {
        if let Some(value) = value {
            body[name] = json!(value.as_str());
        }
    }
    body
}

/// A search for what a client's documents are in others' registers.
pub(crate) fn search_of(client: &TestClient, used: &UseContext) -> Value {
    json!({"context": body_of(used), "client": client.key()})
}

/// Stores a draft that is right, and gives its receipt.
pub(crate) async fn store(session: &Session, draft: &Draft) -> Value {
    session.store(&draft.build()).await.unwrap().expect_status(201)
}

/// The original identifiers of a page, in its order.
pub(crate) fn identifiers(page: &Value) -> Vec<String> {
    let documents = page["documents"].as_array().unwrap();
    documents.iter().map(|d| d["original_oid"].as_str().unwrap().to_owned()).collect()
}

/// The original identifiers of drafts.
pub(crate) fn names(drafts: &[&Draft]) -> Vec<String> {
    let named = drafts.iter().map(|draft| draft.metadata["original_oid"].as_str().unwrap());
    named.map(str::to_owned).collect()
}

/// Every entry of a log that an officer sees, oldest first.
pub(crate) async fn log_of(server: &TestServer, officer: &str, log: &str) -> Vec<Value> {
    log_where(server, officer, log, json!({})).await
}

/// The entries of a log that an officer sees by a filter, oldest first.
pub(crate) async fn log_where(
    server: &TestServer,
    officer: &str,
    log: &str,
    filter: Value,
) -> Vec<Value> {
    let session = server.person(officer).session();
    let (mut entries, mut page) = (Vec::new(), json!({"size": 200}));
    loop {
        let asked = json!({"context": {"purpose": "supervision"}, "filter": filter, "page": page});
        let path = format!("/v1/logs/{log}/search");
        let found = session.post_json(&path, &asked).await.unwrap().expect_status(200);
        entries.extend(found["entries"].as_array().unwrap().iter().cloned());
        let Some(next) = found["next"].as_str() else { break };
        page = json!({"size": 200, "cursor": next});
    }
    entries.reverse();
    entries
}

/// A client of two counties: Testilä, where Maija writes, and Mallila, where Sanna reads what Testilä
/// discloses.
pub(crate) struct Pair {
    pub(crate) server: TestServer,
    pub(crate) maija: TestPerson,
    pub(crate) sanna: TestPerson,
    pub(crate) testila: Session,
    pub(crate) mallila: Session,
    pub(crate) client: TestClient,
    /// The care in Testilä.
    pub(crate) care: Care,
    /// The care in Mallila.
    pub(crate) elsewhere: Care,
}

impl Pair {
    /// A client of both who has declared nothing.
    pub(crate) async fn silent() -> Self {
        Self::on(TestServer::start().await).await
    }

    /// The same on a certain server.
    pub(crate) async fn on(server: TestServer) -> Self {
        let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
        let client = TestClient::of(&fresh_client());
        let care = server.care_for(&maija, &client).await;
        let elsewhere = server.care_for(&sanna, &client).await;
        let (testila, mallila) = (maija.session(), sanna.session());
        Self { server, maija, sanna, testila, mallila, client, care, elsewhere }
    }

    /// A client of both who was informed and has given a permit, both recorded in Testilä.
    pub(crate) async fn open() -> Self {
        let pair = Self::silent().await;
        pair.inform().await;
        pair.permit().await;
        pair
    }

    pub(crate) async fn inform(&self) -> Draft {
        self.records(Draft::informing(&self.maija, &self.client).draft()).await
    }

    pub(crate) async fn permit(&self) -> Draft {
        self.records(Draft::permit(&self.maija, &self.client).draft()).await
    }

    /// Stores something in Testilä.
    pub(crate) async fn records(&self, draft: Draft) -> Draft {
        store(&self.testila, &draft).await;
        draft
    }

    /// A document of the client in Testilä, stored.
    pub(crate) async fn writes(&self) -> Draft {
        self.records(self.care.draft(&self.maija)).await
    }

    /// The same, written at an instant.
    pub(crate) async fn writes_at(&self, at: &str) -> Draft {
        self.records(self.care.draft(&self.maija).with("written_at", at)).await
    }

    /// Denials of the client, to be recorded in Testilä.
    pub(crate) fn denial(&self) -> DenialDraft {
        Draft::denial(&self.maija, &self.client)
    }

    /// The documents that a search on the basis of disclosure shows in Mallila, newest first.
    pub(crate) async fn shown(&self) -> Vec<String> {
        self.shown_to(&self.mallila, &by_disclosure()).await
    }

    pub(crate) async fn shown_to(&self, reader: &Session, used: &UseContext) -> Vec<String> {
        let found = reader.search(&search_of(&self.client, used)).await.unwrap();
        identifiers(&found.expect_status(200))
    }

    pub(crate) async fn fetched(&self, oid: &Oid) -> Answer {
        self.mallila.fetch(oid, &by_disclosure()).await.unwrap()
    }

    /// Every way to a document shows it in Mallila, or none does.
    #[track_caller]
    pub(crate) fn expect(&self, draft: &Draft, is_shown: bool) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let (original, newest) = (names(&[draft])[0].clone(), draft.oid());
            let found = self.shown().await.contains(&original);
            let fetched = self.fetched(&oid(&original)).await;
            let version = self.fetched(&newest).await;
            let versions = self.mallila.versions(&newest, &by_disclosure()).await.unwrap();
            let body = json!({"context": body_of(&by_disclosure()), "oids": [newest.as_str()]});
            let several = self.mallila.fetch_several(&body).await.unwrap().expect_status(200);
            let of_several = several["documents"][0]["status"].as_u64().unwrap();
            let status = if is_shown { 200 } else { 404 };
            let ways = [fetched.status, version.status, versions.status];
            assert_eq!(ways, [status; 3], "fetch, by version, versions: {at}");
            assert_eq!((found, of_several), (is_shown, u64::from(status)), "{at}: {several}");
        }
    }
}

/// A letter that is a file.
pub(crate) fn file() -> Vec<u8> {
    example::minimal(Part::Two, "Kirje")
}
