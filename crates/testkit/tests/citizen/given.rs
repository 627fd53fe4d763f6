//! A client of a county and the citizen who the client is: what the tests begin with.

use jiff::civil::Date;
use serde_json::{Value, json};
use varanto_client::{CitizenSession, Session};
use varanto_documents::pdfa::{Part, example};
use varanto_model::Oid;
use varanto_testkit::{Care, Draft, Expect, TestPerson, TestServer, fresh_client, identity_code};

/// The register of the service for citizens.
pub(crate) const OWN: &str = "1.2.246.10.99990006.19.0";
/// The register of the county.
pub(crate) const TESTILA: &str = "1.2.246.10.99990001.19.0";

/// A client in Testilä, where Maija writes.
pub(crate) struct Given {
    pub(crate) server: TestServer,
    pub(crate) maija: TestPerson,
    pub(crate) testila: Session,
    pub(crate) client: String,
    pub(crate) care: Care,
}

impl Given {
    /// A grown-up client, on 10 September 2026.
    pub(crate) async fn start() -> Self {
        Self::of(&fresh_client()).await
    }

    /// A client born on a day.
    pub(crate) async fn born(day: Date) -> Self {
        Self::of(&identity_code(day, 903)).await
    }

    async fn of(client: &str) -> Self {
        let server = TestServer::start().await;
        server.set_clock("2026-09-10T12:00:00+03:00");
        let maija = server.person("S-1001");
        let care = server.care_for(&maija, client).await;
        let testila = maija.session();
        Self { server, maija, testila, client: client.to_owned(), care }
    }

    /// The client, logged in.
    pub(crate) fn citizen(&self) -> CitizenSession {
        self.server.citizen(&self.client).session()
    }

    /// A letter in the case, of a phase-2 type.
    pub(crate) fn letter(&self) -> Draft {
        self.care.letter(&self.maija, example::minimal(Part::Two, "Kirje"))
    }

    /// Stores a draft that is right.
    pub(crate) async fn store(&self, draft: &Draft) {
        self.testila.store(&draft.build()).await.unwrap().expect_status(201);
    }
}

/// The original identifiers of all that a citizen's search shows, page by page.
pub(crate) async fn found(citizen: &CitizenSession, filter: &Value, size: usize) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let search = json!({"filter": filter, "page": {"size": size, "cursor": cursor}});
        let page = citizen.search(&search).await.unwrap().expect_status(200);
        let documents = page["documents"].as_array().unwrap();
        found.extend(documents.iter().map(|d| d["original_oid"].as_str().unwrap().to_owned()));
        if page["next"].is_null() {
            return found;
        }
        assert_eq!(documents.len(), size, "a page that has a next one is full");
        cursor = page["next"].clone();
    }
}

/// The same for documents of the group that most tests store.
pub(crate) async fn letters(citizen: &CitizenSession) -> Vec<String> {
    found(citizen, &json!({"groups": ["client_document"]}), 50).await
}

/// Is a document shown by a fetch? Otherwise it is as if it were not there.
pub(crate) async fn is_fetched(citizen: &CitizenSession, oid: &Oid) -> bool {
    let answer = citizen.fetch(oid).await.unwrap();
    if answer.status == 200 {
        return true;
    }
    answer.expect_problem("document-not-found");
    false
}

/// Every entry of the use log of the service for citizens, oldest first.
pub(crate) async fn use_log(server: &TestServer) -> Vec<Value> {
    let officer = server.person(varanto_testkit::CITIZEN_SERVICE_WORKER).session();
    let asked = json!({"context": {"purpose": "supervision"}, "page": {"size": 200}});
    let page = officer.search_use_log(&asked).await.unwrap().expect_status(200);
    page["entries"].as_array().unwrap().iter().rev().cloned().collect()
}
