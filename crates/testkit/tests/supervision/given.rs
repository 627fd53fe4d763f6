//! What the tests begin with: clients, uses that stand out, and looks at lists and logs.

use serde_json::{Value, json};
use varanto_client::{Answer, Session, UseContext};
use varanto_model::{Code, Oid};
use varanto_testkit::{Care, Draft, Expect, Site, TestPerson, UnitEntry, fresh_case, fresh_client};

/// The producer's unit in the built-in world.
pub(crate) const KOIVULA: &str = "1.2.246.10.99990002.10.3";
/// The producer.
pub(crate) const HOIVA: &str = "1.2.246.10.99990002.10.0";

/// A use under the right to a case.
pub(crate) fn under(case: &Oid) -> UseContext {
    UseContext {
        basis: Code::parse("register_access").ok(),
        case: Some(case.clone()),
        ..UseContext::default()
    }
}

/// A use without a context, for a special reason.
pub(crate) fn by_reason() -> UseContext {
    UseContext { special_reason: Code::parse("X-OTHER").ok(), ..UseContext::default() }
}

/// A fresh client of the worker's unit, for whom the producer's unit cares too.
pub(crate) async fn shared_care(worker: &TestPerson) -> Care {
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(worker, &client, &case);
    let clientship = Draft::clientship(worker, &client).producer(UnitEntry::of(KOIVULA));
    Care::arrange(&worker.session(), &opened, &clientship).await
}

/// Stores a draft, which must succeed.
pub(crate) async fn store(session: &Session, draft: &Draft) {
    session.store(&draft.build()).await.unwrap().expect_status(201);
}

/// Reads a document, which must succeed.
pub(crate) async fn read(session: &Session, draft: &Draft, used: &UseContext) {
    session.fetch(&draft.oid(), used).await.unwrap().expect_status(200);
}

/// All entries of the use log that a privacy officer finds, newest first, three at a time.
pub(crate) async fn use_log(site: &Site, officer: &str, filter: Value) -> Vec<Value> {
    let session = site.person(officer).session();
    paged(&session, "/v1/logs/use/search", "entries", &filter, 3).await
}

/// All items of a list that a privacy officer finds, newest first, two at a time.
pub(crate) async fn review(site: &Site, officer: &str, list: &str) -> Vec<Value> {
    reviewed(site, officer, &json!({"list": list})).await
}

/// The same by a filter.
pub(crate) async fn reviewed(site: &Site, officer: &str, filter: &Value) -> Vec<Value> {
    let session = site.person(officer).session();
    paged(&session, "/v1/supervision/search", "items", filter, 2).await
}

async fn paged(
    session: &Session,
    path: &str,
    member: &str,
    filter: &Value,
    size: u32,
) -> Vec<Value> {
    let (mut all, mut cursor) = (vec![], Value::Null);
    loop {
        let page = json!({"size": size, "cursor": cursor});
        let search = json!({"context": {"purpose": "supervision"}, "filter": filter, "page": page});
        let answer = session.post_json(path, &search).await.unwrap().expect_status(200);
        all.extend(answer[member].as_array().unwrap().iter().cloned());
        cursor = answer["next"].clone();
        if cursor.is_null() {
            return all;
        }
    }
}

/// A decision of an officer on an item.
pub(crate) async fn decide(officer: &Session, list: &str, item: &str, decision: &str) -> Answer {
    let body = json!({
        "context": {"purpose": "supervision"}, "list": list, "item": item, "decision": decision,
        "reason": format!("Perustelu {decision}")
    });
    officer.post_json("/v1/supervision/decisions", &body).await.unwrap()
}

/// Who used what, of each item.
pub(crate) fn told(items: &[Value]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    items.iter().map(|item| (text(&item["user"]["id"]), text(&item["documents"][0]))).collect()
}

/// One use, as [`told`].
pub(crate) fn by(user: &str, draft: &Draft) -> (String, String) {
    (user.to_owned(), draft.oid().to_string())
}
