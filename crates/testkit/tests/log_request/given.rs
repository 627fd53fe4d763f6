//! A client of a county and the county's privacy officer: what the tests begin with.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_documents::pdfa::{Part, example};
use varanto_model::Code;
use varanto_testkit::{Care, Draft, Expect, TestPerson, TestServer, fresh_client};

/// A client in Testilä, where Maija writes, on 10 September 2026.
pub(crate) struct Given {
    pub(crate) server: TestServer,
    pub(crate) maija: TestPerson,
    pub(crate) officer: Session,
    pub(crate) client: String,
    pub(crate) care: Care,
}

impl Given {
    pub(crate) async fn start() -> Self {
        let server = TestServer::start().await;
        server.set_clock("2026-09-10T12:00:00+03:00");
        let (maija, client) = (server.person("S-1001"), fresh_client());
        let care = server.care_for(&maija, client.as_str()).await;
        let officer = server.person("T-1008").session();
        Self { server, maija, officer, client, care }
    }

    /// A letter in the case, stored by Maija.
    pub(crate) async fn letter(&self) -> Draft {
        let letter = self.care.letter(&self.maija, example::minimal(Part::Two, "Kirje"));
        self.store(&letter).await;
        letter
    }

    /// Stores a draft that is right.
    pub(crate) async fn store(&self, draft: &Draft) {
        self.maija.session().store(&draft.build()).await.unwrap().expect_status(201);
    }

    /// A request of the client that came at noon of 10 September.
    pub(crate) fn request(&self) -> Value {
        request_of(&json!({"id": self.client}))
    }

    /// Registers a request, and gives its name.
    pub(crate) async fn register(&self, request: &Value) -> String {
        let registered = self.officer.register_log_request(request).await.unwrap();
        registered.expect_status(201)["id"].as_str().unwrap().to_owned()
    }

    /// Every entry that would be given.
    pub(crate) async fn preview(&self, id: &str) -> Vec<Value> {
        let asked = with(&json!({"page": {"size": 200}}));
        let page = self.officer.preview_log_request(id, &asked).await.unwrap().expect_status(200);
        assert!(page["next"].is_null());
        page["entries"].as_array().unwrap().clone()
    }

    /// Answers a request. Proofs wait for the sealer, though not for ever.
    pub(crate) async fn answer(&self, id: &str, decision: &Value) -> Value {
        let decision = with(decision);
        for _ in 0..5 {
            let answered = self.officer.answer_log_request(id, &decision).await.unwrap();
            let is_early = answered.problem().is_some_and(|told| told.slug() == "try-again");
            if !is_early {
                return answered.expect_status(200);
            }
        }
        panic!("what is to be proven is never sealed");
    }

    /// The answer as data, in a language.
    pub(crate) async fn given(&self, id: &str, language: &str) -> Value {
        let form = (language, "application/json");
        let answer = self.officer.fetch_log_answer(id, form, &supervision()).await.unwrap();
        answer.expect_status(200)
    }
}

/// A request of somebody that came at noon of 10 September.
pub(crate) fn request_of(client: &Value) -> Value {
    with(&json!({
        "client": client,
        "received_at": "2026-09-10T12:00:00+03:00",
        "channel": "letter",
        "identified_by": "identity-document",
    }))
}

/// A body with the purpose of supervision.
pub(crate) fn with(body: &Value) -> Value {
    let mut body = body.clone();
    body["context"] = json!({"purpose": "supervision"});
    body
}

/// The purpose of supervision.
pub(crate) fn supervision() -> UseContext {
    UseContext { purpose: Some(Code::parse("supervision").unwrap()), ..UseContext::default() }
}

/// What the entries tell: log, action, user.
pub(crate) fn told(entries: &[Value]) -> Vec<(&str, &str, &str)> {
    let tell = |entry| {
        let word = |pointer: &str| Value::pointer(entry, pointer).and_then(Value::as_str).unwrap();
        (word("/log"), word("/action/code"), word("/user"))
    };
    entries.iter().map(tell).collect()
}
