//! What the tests begin with: a recipient, a request, somebody who decides.

use serde_json::{Value, json};
use varanto_client::{Answer, Session, UseContext};
use varanto_testkit::{Care, Draft, Expect, Site, TestServer};

/// The reason of one who has no context.
pub(crate) fn reason() -> Value {
    json!({"special_reason": "X-OTHER"})
}

/// Kela, as it is registered.
pub(crate) fn kela() -> Value {
    json!({
        "name": "Kela", "kind": "kela", "legal_ground": "Asiakastietolaki 703/2023 64 §",
        "business_id": "99990099", "contact": "Viestinvälitys, osoite 1"
    })
}

/// Registers a recipient as the manager; gives its name.
pub(crate) async fn registered(site: &Site, recipient: &Value) -> String {
    let session = site.person("T-1005").session();
    let answer = session.register_recipient(recipient).await.unwrap().expect_status(201);
    answer["id"].as_str().unwrap().to_owned()
}

/// What a recipient asks for.
pub(crate) fn request(recipient: &str, care: &Care, documents: &[&str]) -> Value {
    json!({
        "recipient": recipient, "ground": "Etuuden ratkaiseminen, 703/2023 64 §",
        "reference": "KELA-2026-17", "received_on": "2026-01-02", "purpose": "Hoitotuen ratkaiseminen",
        "client": care.person.key(), "documents": documents
    })
}

/// A request for documents that are stored, recorded by a worker who has the client.
pub(crate) struct Recorded {
    pub(crate) worker: Session,
    pub(crate) decider: Session,
    pub(crate) recipient: String,
    pub(crate) id: String,
    /// The request as it was answered.
    pub(crate) request: Value,
}

impl Recorded {
    /// Records a request for stored drafts.
    pub(crate) async fn of(server: &TestServer, care: &Care, drafts: &[&Draft]) -> Self {
        let worker = server.person("S-1001").session();
        let recipient = registered(server, &kela()).await;
        let oids: Vec<_> = drafts.iter().map(|draft| draft.oid()).collect();
        let oids: Vec<_> = oids.iter().map(varanto_model::Oid::as_str).collect();
        let wanted = request(&recipient, care, &oids);
        let request = worker.record_disclosure_request(&wanted).await.unwrap().expect_status(201);
        let id = request["id"].as_str().unwrap().to_owned();
        Self { worker, decider: server.person("T-1005").session(), recipient, id, request }
    }

    /// Decides as the manager.
    pub(crate) async fn decide(&self, decision: &str) -> Answer {
        let body = json!({"context": reason(), "decision": decision, "reason": "Laissa säädetty"});
        self.decider.decide_disclosure_request(&self.id, &body).await.unwrap()
    }

    /// Looks at it as the worker.
    pub(crate) async fn looked_at(&self) -> Value {
        let found = self.worker.find_disclosure_request(&self.id, &UseContext::default()).await;
        found.unwrap().expect_status(200)
    }

    /// Fetches the package as the worker.
    pub(crate) async fn deliver(&self) -> Answer {
        self.worker.deliver_disclosure_request(&self.id, &json!({})).await.unwrap()
    }
}

/// A client in the worker's care, with an assessment that is stored.
pub(crate) async fn assessed(server: &TestServer) -> (Care, Draft) {
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    maija.session().store(&draft.build()).await.unwrap().expect_status(201);
    (care, draft)
}
