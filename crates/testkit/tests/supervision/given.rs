//! What the tests begin with: a client whom a producer's unit cares for, and looks at logs.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_model::{Code, Oid};
use varanto_testkit::fresh_client;
use varanto_testkit::{Care, Draft, Expect, TestPerson, TestServer, UnitEntry, fresh_case};

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

/// All entries of the use log that a privacy officer finds, newest first, three at a time.
pub(crate) async fn use_log(server: &TestServer, officer: &str, filter: Value) -> Vec<Value> {
    let session = server.person(officer).session();
    let (mut all, mut page) = (vec![], json!({"size": 3}));
    loop {
        let search = json!({"context": {"purpose": "supervision"}, "filter": filter, "page": page});
        let answer = session.search_use_log(&search).await.unwrap().expect_status(200);
        all.extend(answer["entries"].as_array().unwrap().iter().cloned());
        match answer["next"].as_str() {
            Some(next) => page = json!({"size": 3, "cursor": next}),
            None => return all,
        }
    }
}
