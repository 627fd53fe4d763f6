//! To whom documents leave (DIS-04, AC-07): what rule R4 asks of the reader, and what a reader's role reaches.

use serde_json::json;
use varanto_client::{Session, UseContext};
use varanto_testkit::{
    Care, Draft, Expect, TestClient, TestServer, fresh_case, fresh_client, fresh_oid,
};

use crate::given::{Pair, body_of, by_disclosure, code, names, oid, search_of, store, with_reason};

/// REQ AC-07, DIS-04
#[tokio::test]
async fn what_is_disclosed_wants_strong_authentication_a_controller_and_a_role() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    let search = search_of(&pair.client, &with_reason(by_disclosure()));
    let several =
        json!({"context": body_of(&with_reason(by_disclosure())), "oids": [document.oid()]});
    let refused = async |session: &Session, slug: &str, status: u16| {
        let reason = with_reason(by_disclosure());
        for answer in [
            session.search(&search).await.unwrap(),
            session.fetch(&document.oid(), &reason).await.unwrap(),
            session.versions(&document.oid(), &reason).await.unwrap(),
        ] {
            assert_eq!(answer.expect_problem(slug).status, status);
        }
        let each = session.fetch_several(&several).await.unwrap().expect_status(200);
        assert_eq!(each["documents"][0]["status"], status, "{each}");
    };
    let vouched = pair.sanna.clone().vouched().session();
    refused(&vouched, "strong-authentication-required", 403).await;
    for producer in ["S-2001", "T-2003", "S-5001"] {
        refused(&pair.server.person(producer).session(), "not-the-controller", 403).await;
    }
    let officer = pair.server.person("T-3003").session();
    refused(&officer, "purpose-not-permitted", 403).await;
    // A service desk reads cases and clientships, which do not leave.
    let desk = pair.server.person("T-1006").session();
    let theirs = pair.elsewhere.draft(&pair.sanna);
    store(&pair.mallila, &theirs).await;
    let reason = with_reason(by_disclosure());
    assert!(pair.shown_to(&desk, &reason).await.is_empty());
    let hidden = desk.fetch(&theirs.oid(), &reason).await.unwrap();
    hidden.expect_problem("document-not-found");
    // A nurse does: in Testilä this is a document of another controller.
    let nurse = pair.server.person("S-1004").session();
    assert_eq!(pair.shown_to(&nurse, &by_disclosure()).await, names(&[&theirs]));
    for purpose in ["archive", "supervision", "will"] {
        let used = UseContext { purpose: code(purpose), ..by_disclosure() };
        let answer = pair.mallila.fetch(&document.oid(), &used).await.unwrap();
        answer.expect_problem("purpose-not-permitted");
    }
}

/// REQ DIS-04, AC-01
#[tokio::test]
async fn a_context_that_has_ended_is_none() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    pair.expect(&document, true).await;
    let ended = Draft::clientship(&pair.sanna, &pair.client).ended("2026-10-31");
    let ended = ended.version_after(&pair.elsewhere.clientship_document);
    store(&pair.mallila, &ended).await;
    let search = search_of(&pair.client, &by_disclosure());
    let refused = pair.mallila.search(&search).await.unwrap();
    refused.expect_problem("special-reason-required");
    assert_eq!(pair.fetched(&document.oid()).await.status, 404);
    let reason = with_reason(by_disclosure());
    assert_eq!(pair.shown_to(&pair.mallila, &reason).await, names(&[&document]));
    pair.mallila.fetch(&document.oid(), &reason).await.unwrap().expect_status(200);
}

/// REQ DIS-04, AC-02: what a role does not cover is told of no more than what is denied.
#[tokio::test]
async fn a_role_reaches_in_other_registers_what_it_reaches_in_the_own_one() {
    let server = TestServer::start().await;
    let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
    let client = TestClient::of(&fresh_client());
    server.care_for(&maija, &client).await;
    let case = Draft::case(&sanna, &client, &fresh_case()).service_task("10");
    let care = Care::arrange(&sanna.session(), &case, &Draft::clientship(&sanna, &client)).await;
    let session = maija.session();
    store(&session, &Draft::informing(&maija, &client).draft()).await;
    store(&session, &Draft::permit(&maija, &client).draft()).await;
    let of_families = care.draft(&sanna).with("service_task", "10");
    store(&sanna.session(), &of_families).await;
    let nurse = server.person("S-1004").session();
    let found = nurse.search(&search_of(&client, &by_disclosure())).await.unwrap();
    assert_eq!(found.expect_status(200)["documents"], json!([]));
    let mut bodies = Vec::new();
    for named in [&of_families.oid(), &fresh_oid()] {
        let hidden = nurse.fetch(named, &by_disclosure()).await.unwrap();
        let mut body = hidden.json().unwrap();
        hidden.expect_problem("document-not-found");
        body.as_object_mut().unwrap().remove("instance");
        bodies.push(body);
    }
    assert_eq!(bodies[0], bodies[1]);
    session.fetch(&of_families.oid(), &by_disclosure()).await.unwrap().expect_status(200);
}

/// REQ DIS-02, DIS-04, DOC-08
#[tokio::test]
async fn record_entries_leave_like_documents() {
    let pair = Pair::open().await;
    let entry = pair.care.draft(&pair.maija).with("group", "record_entry");
    let entry = pair.records(entry).await;
    pair.expect(&entry, true).await;
    pair.records(pair.denial().document(&entry.oid()).draft()).await;
    pair.expect(&entry, false).await;
}

/// REQ DIS-01, DIS-02, DIS-03
#[tokio::test]
async fn on_the_national_structures_it_is_the_same() {
    let Some(server) = TestServer::start_national().await else { return };
    let pair = Pair::on(server).await;
    let document = pair.writes().await;
    pair.inform().await;
    pair.expect(&document, false).await;
    let permit = pair.permit().await;
    pair.expect(&document, true).await;
    let mut denial = pair.records(pair.denial().draft()).await;
    let controller = oid(document.metadata["controller"].as_str().unwrap());
    for denied in [
        pair.denial().document(&document.oid()),
        pair.denial().controller(&controller),
        pair.denial().service_task("X-ELDERLY"),
    ] {
        denial = pair.records(denied.version_after(&denial)).await;
        pair.expect(&document, false).await;
    }
    pair.records(pair.denial().version_after(&denial)).await;
    pair.expect(&document, true).await;
    let refused = Draft::permit(&pair.maija, &pair.client).refused().version_after(&permit);
    pair.records(refused).await;
    pair.expect(&document, false).await;
}
