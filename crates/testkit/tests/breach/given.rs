//! What the tests begin with: a report, and the officer of the controller who is told.

use serde_json::{Value, json};
use varanto_client::{Answer, Session, UseContext};
use varanto_model::Code;
use varanto_testkit::{Expect, Site, fresh_oid};

/// The controller of the first county in the built-in world.
pub(crate) const TESTILA: &str = "1.2.246.10.99990001.19.0";
/// The controller of the second county.
pub(crate) const MALLILA: &str = "1.2.246.10.99990003.19.0";
/// When the tests about time begin.
pub(crate) const BEGINNING: &str = "2026-09-01T08:00:00Z";

/// A report of something that was noticed when the tests begin, about a document of its own.
pub(crate) fn report() -> Value {
    json!({
        "what": "Kirje lähetetty väärälle asiakkaalle", "when_noticed": BEGINNING,
        "documents": [fresh_oid().as_str()]
    })
}

/// Reports; gives the name of the breach.
pub(crate) async fn reported(session: &Session, report: &Value) -> String {
    let taken = session.report_breach(report).await.unwrap().expect_status(201);
    taken["id"].as_str().unwrap().to_owned()
}

/// The context of a privacy officer.
pub(crate) fn supervision() -> UseContext {
    UseContext { purpose: Code::parse("supervision").ok(), ..UseContext::default() }
}

/// A privacy officer.
pub(crate) struct Officer(Session);

impl Officer {
    pub(crate) fn of(site: &Site, id: &str) -> Self {
        Self(site.person(id).session())
    }

    /// The breaches of the register, in one state.
    pub(crate) async fn listed(&self, state: Option<&str>) -> Vec<Value> {
        let search = json!({"context": {"purpose": "supervision"}, "state": state});
        let page = self.0.search_breaches(&search).await.unwrap().expect_status(200);
        page["breaches"].as_array().unwrap().clone()
    }

    pub(crate) async fn look(&self, id: &str) -> Answer {
        self.0.find_breach(id, &supervision()).await.unwrap()
    }

    pub(crate) async fn found(&self, id: &str) -> Value {
        self.look(id).await.expect_status(200)
    }

    pub(crate) async fn step(&self, id: &str, step: &Value) -> Answer {
        let mut body = json!({"context": {"purpose": "supervision"}, "words": "Selvitetty"});
        body.as_object_mut().unwrap().extend(step.as_object().unwrap().clone());
        self.0.step_breach(id, &body).await.unwrap()
    }

    pub(crate) async fn stepped(&self, id: &str, step: &Value) -> Value {
        self.step(id, step).await.expect_status(201)
    }

    /// The newest entries of the use log of the register about an action.
    pub(crate) async fn log(&self, action: &str) -> Vec<Value> {
        let search = json!({"context": {"purpose": "supervision"}, "filter": {"action": action}});
        let page = self.0.search_use_log(&search).await.unwrap().expect_status(200);
        page["entries"].as_array().unwrap().clone()
    }
}

/// The names in a list.
pub(crate) fn ids(listed: &[Value]) -> Vec<&str> {
    listed.iter().map(|breach| breach["id"].as_str().unwrap()).collect()
}
