//! A right is given by the organiser's documents, and by nothing else.

use serde_json::json;
use varanto_client::UseContext;
use varanto_model::{Code, Oid};
use varanto_testkit::{Care, Draft, Expect, TestServer, UnitEntry, fresh_case, fresh_client};

/// The producer's unit in the built-in world.
const KOIVULA: &str = "1.2.246.10.99990002.10.3";

/// A use under the right to a case.
fn under(case: &Oid) -> UseContext {
    UseContext {
        basis: Code::parse("register_access").ok(),
        case: Some(case.clone()),
        ..UseContext::default()
    }
}

/// REQ RA-01, REQ RA-04, REQ RA-05, REQ CASE-05
#[tokio::test]
async fn a_unit_marked_on_the_clientship_reads_and_stores_in_the_case_and_no_other_unit_does() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let clientship = Draft::clientship(&maija, &client);
    let session = maija.session();
    let care = Care::arrange(&session, &opened, &clientship).await;
    let organisers = care.draft(&maija);
    session.store(&organisers.build()).await.unwrap().expect_status(201);

    let producer = tuula.session();
    let refused = producer.fetch(&organisers.oid(), &under(&case)).await.unwrap();
    refused.expect_problem("document-not-found");
    let own = care.draft(&tuula);
    let refused = producer.store(&own.build()).await.unwrap();
    assert_eq!(refused.expect_problem("register-access-missing").rules, ["W2"]);

    let marked = clientship.producer(UnitEntry::of(KOIVULA));
    let newer = marked.version_after(&care.clientship_document);
    session.store(&newer.build()).await.unwrap().expect_status(201);

    producer.fetch(&organisers.oid(), &under(&case)).await.unwrap().expect_status(200);
    producer.store(&own.build()).await.unwrap().expect_status(201);
    session.fetch(&own.oid(), &UseContext::default()).await.unwrap().expect_status(200);
    let search = json!({
        "context": {"basis": "register_access", "case": case.as_str()}, "client": {"id": client}
    });
    let found = producer.search(&search).await.unwrap().expect_status(200);
    assert_eq!(found["documents"].as_array().unwrap().len(), 3, "{found}");
}
