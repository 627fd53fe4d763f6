//! Uses of every kind, on one server or another.

use serde_json::json;
use varanto::people::People;
use varanto::server::{Overrides, RunningServer, start};
use varanto_client::{Session, UseContext};
use varanto_store::log_tree::LogKind;
use varanto_testkit::{Care, Draft, Expect, Site, TestClient, TestPerson, fresh_client, fresh_oid};

use crate::given::by_disclosure;

/// Another server over the store of a site, in the process of the test.
pub(crate) async fn another_server(site: &Site) -> (RunningServer, People) {
    let overrides = Overrides { port: Some(0) };
    let running = Box::pin(start(&site.config(), &overrides)).await.unwrap();
    let (paths, manifest) = (site.paths().clone(), site.manifest().clone());
    let people = People { paths, manifest, base_url: running.base_url.clone() };
    (running, people)
}

/// Fills the use log with so many entries, and some more.
pub(crate) async fn fill(site: &Site, entries: usize) {
    let session = site.person("S-1001").session();
    for _ in 0..entries.div_ceil(25) {
        let oids: Vec<_> = (0..25).map(|_| fresh_oid().to_string()).collect();
        let answer = session.fetch_several(&json!({"oids": oids})).await.unwrap();
        answer.expect_status(200);
    }
}

/// A client of two counties who lets documents out, and a document.
pub(crate) struct Scene {
    maija: TestPerson,
    testila: Session,
    mallila: Session,
    care: Care,
    document: Draft,
}

impl Scene {
    /// The scene over the server of a site.
    pub(crate) async fn on(site: &Site) -> Self {
        let (maija, sanna) = (site.person("S-1001"), site.person("S-3001"));
        let client = TestClient::of(&fresh_client());
        let care = site.care_for(&maija, &client).await;
        site.care_for(&sanna, &client).await;
        let (testila, mallila) = (maija.session(), sanna.session());
        let document = care.draft(&maija);
        let informing = Draft::informing(&maija, &client).draft();
        let permit = Draft::permit(&maija, &client).draft();
        for draft in [&informing, &permit, &document] {
            testila.store(&draft.build()).await.unwrap().expect_status(201);
        }
        Self { maija, testila, mallila, care, document }
    }

    /// The same over another server.
    pub(crate) fn through(self, people: &People) -> Self {
        let maija = TestPerson::of(people, "S-1001");
        let sanna = TestPerson::of(people, "S-3001");
        Self { testila: maija.session(), mallila: sanna.session(), maija, ..self }
    }

    /// Uses the repository: stores, searches, is refused, reads what is disclosed – each in its turn.
    /// Gives what stands in the log last of it.
    pub(crate) async fn act(&self, turn: usize) -> (LogKind, &'static str, &'static str) {
        let own = UseContext::default();
        match turn % 5 {
            0 => {
                let draft = self.care.draft(&self.maija);
                self.testila.store(&draft.build()).await.unwrap().expect_status(201);
                (LogKind::Use, "store", "null")
            }
            1 => {
                let search = json!({"client": {"id": self.care.client}});
                self.testila.search(&search).await.unwrap().expect_status(200);
                (LogKind::Use, "search", "null")
            }
            2 => {
                let answer = self.testila.fetch(&fresh_oid(), &own).await.unwrap();
                answer.expect_problem("document-not-found");
                (LogKind::Use, "read", "document-not-found")
            }
            3 => {
                let fetched = self.mallila.fetch(&self.document.oid(), &by_disclosure()).await;
                fetched.unwrap().expect_status(200);
                (LogKind::Disclosure, "read", "none")
            }
            _ => {
                self.maija.session().token().await.unwrap();
                (LogKind::Administration, "issue_token", "null")
            }
        }
    }
}
