//! What another controller's professional gets, and what it takes (DIS-02, DIS-03, DIS-04): rule R4, through
//! every way to a document.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_model::{MediaType, Oid};
use varanto_testkit::{
    Care, Draft, Expect, TestClient, TestServer, UnitEntry, builtin_structure, fresh_case,
    fresh_client,
};

use crate::given::{
    MALLILA, Pair, TESTILA, by_disclosure, code, file, identifiers, names, oid, search_of, store,
    with_reason,
};

/// The producer's unit in the built-in world.
const KOIVULA: &str = "1.2.246.10.99990002.10.3";

/// REQ DIS-02, DIS-04
#[tokio::test]
async fn nothing_leaves_without_informing_permit_and_context() {
    let pair = Pair::silent().await;
    let document = pair.writes().await;
    pair.expect(&document, false).await;
    let informing = pair.inform().await;
    pair.expect(&document, false).await;
    let permit = pair.permit().await;
    pair.expect(&document, true).await;
    let refused = Draft::permit(&pair.maija, &pair.client).refused().version_after(&permit);
    pair.records(refused.clone()).await;
    pair.expect(&document, false).await;
    let again = Draft::permit(&pair.maija, &pair.client).version_after(&refused);
    pair.records(again).await;
    pair.expect(&document, true).await;
    let own = UseContext::default();
    pair.testila.annul(&permit.oid(), "väärä", &own).await.unwrap().expect_status(200);
    pair.expect(&document, false).await;
    pair.permit().await;
    pair.expect(&document, true).await;
    pair.testila.annul(&informing.oid(), "väärä", &own).await.unwrap().expect_status(200);
    pair.expect(&document, false).await;
    pair.inform().await;
    pair.expect(&document, true).await;

    // The context is that with the reader's own controller.
    let colleague = pair.server.person("S-3002").session();
    let search = search_of(&pair.client, &by_disclosure());
    let refused = colleague.search(&search).await.unwrap();
    assert_eq!(refused.expect_problem("special-reason-required").rules, ["R1"]);
    let hidden = colleague.fetch(&document.oid(), &by_disclosure()).await.unwrap();
    hidden.expect_problem("document-not-found");
    let reason = with_reason(by_disclosure());
    colleague.fetch(&document.oid(), &reason).await.unwrap().expect_status(200);
    assert_eq!(pair.shown_to(&colleague, &reason).await, names(&[&document]));
}

/// REQ DIS-03
#[tokio::test]
async fn each_denial_keeps_back_what_it_covers_and_nothing_else() {
    let pair = Pair::open().await;
    let families = Draft::case(&pair.maija, &pair.client, &fresh_case()).service_task("10");
    pair.records(families.draft()).await;
    let one = pair.writes_at("2026-09-02T10:00:00+03:00").await;
    let two = pair.writes_at("2026-09-03T10:00:00+03:00").await;
    let of_families = pair.care.draft(&pair.maija).with("service_task", "10");
    let of_families = of_families.in_case(families.oid());
    let of_families =
        pair.records(of_families.with("written_at", "2026-09-04T10:00:00+03:00")).await;
    let all = [&of_families, &two, &one];
    assert_eq!(pair.shown().await, names(&all));
    let mut denial = pair.denial().nothing().draft();
    pair.records(denial.clone()).await;
    assert_eq!(pair.shown().await, names(&all), "a denial of nothing denies nothing");
    let testila = oid(TESTILA);
    for (denied, left) in [
        (pair.denial().document(&two.oid()), vec![&of_families, &one]),
        (pair.denial().document(&one.oid()).document(&two.oid()), vec![&of_families]),
        (pair.denial().service_task("10"), vec![&two, &one]),
        (pair.denial().service_task("10").document(&one.oid()), vec![&two]),
        (pair.denial().service_task("10").service_task("X-ELDERLY"), vec![]),
        (pair.denial().service_task("15"), all.to_vec()),
        (pair.denial().controller(&testila), vec![]),
        (pair.denial().controller(&oid(MALLILA)), all.to_vec()),
        (pair.denial().everything(), vec![]),
        (pair.denial(), all.to_vec()),
    ] {
        denial = denied.version_after(&denial);
        pair.records(denial.clone()).await;
        assert_eq!(pair.shown().await, names(&left));
        for document in all {
            let is_left = left.iter().any(|l| l.oid() == document.oid());
            pair.expect(document, is_left).await;
        }
    }
    // What is denied in one document is denied, whatever another one says.
    let of_mallila = Draft::denial(&pair.sanna, &pair.client).document(&one.oid()).draft();
    store(&pair.mallila, &of_mallila).await;
    assert_eq!(pair.shown().await, names(&[&of_families, &two]));
    let own = UseContext::default();
    pair.mallila.annul(&of_mallila.oid(), "väärä", &own).await.unwrap().expect_status(200);
    assert_eq!(pair.shown().await, names(&all));
}

/// REQ DIS-03
#[tokio::test]
async fn a_denial_of_a_document_covers_its_versions_whichever_is_named_and_those_to_come() {
    for names_a_version in [false, true] {
        let pair = Pair::open().await;
        let first = pair.writes().await;
        let second = pair.records(first.next_version()).await;
        pair.expect(&second, true).await;
        let denied = if names_a_version { second.oid() } else { first.oid() };
        let denial = pair.records(pair.denial().document(&denied).draft()).await;
        pair.expect(&second, false).await;
        let third = pair.records(second.next_version()).await;
        pair.expect(&third, false).await;
        assert_eq!(pair.fetched(&first.oid()).await.status, 404);
        pair.records(pair.denial().nothing().version_after(&denial)).await;
        pair.expect(&third, true).await;
    }
}

/// REQ DIS-04
#[tokio::test]
async fn only_the_newest_version_leaves() {
    let pair = Pair::open().await;
    let first = pair.writes().await;
    let second = pair.records(first.next_version().with("title", "Korjattu arvio")).await;
    let third = pair.records(second.next_version()).await;
    let context = "basis=disclosure";
    for (named, status) in [
        (format!("{}?{context}", second.oid()), 404),
        (format!("{}?{context}&version=1", first.oid()), 404),
        (format!("{}?{context}&version=2", first.oid()), 404),
        (format!("{}?{context}&version=3", first.oid()), 200),
        (format!("{}?{context}&version=4", first.oid()), 404),
        (format!("{}/versions?{context}", second.oid()), 404),
    ] {
        let answer = pair.mallila.get(&format!("/v1/documents/{named}")).await.unwrap();
        assert_eq!(answer.status, status, "{named}");
    }
    let fetched = pair.fetched(&first.oid()).await.expect_status(200);
    assert_eq!(fetched["metadata"]["oid"], third.oid().as_str());
    let versions = pair.mallila.versions(&third.oid(), &by_disclosure()).await.unwrap();
    let versions = versions.expect_status(200);
    assert_eq!(versions["versions"].as_array().unwrap().len(), 1, "{versions}");
    assert_eq!(versions["versions"][0]["oid"], third.oid().as_str());
}

/// REQ DIS-04
#[tokio::test]
async fn the_document_comes_as_it_was_stored_with_every_form_of_it() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    let fetched = pair.fetched(&document.oid()).await.expect_status(200);
    assert_eq!(fetched["metadata"], document.metadata);
    assert_eq!(fetched["content"][0]["data"], *document.data());
    let own = pair.testila.fetch(&document.oid(), &UseContext::default()).await.unwrap();
    let own = own.expect_status(200);
    for member in ["content", "digest", "signatures", "annulled", "turvakielto"] {
        assert_eq!(fetched[member], own[member], "{member}");
    }
    let form =
        pair.mallila.fetch_form(&document.oid(), MediaType::Xhtml, &by_disclosure()).await.unwrap();
    assert_eq!((form.status, form.media_type()), (200, "application/xhtml+xml"));
}

/// REQ DIS-04
#[tokio::test]
async fn what_never_leaves_stays_whatever_the_client_permits() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    let letter = || pair.care.letter(&pair.maija, file());
    let phase1 = pair.records(letter().with("generation", "phase1")).await;
    let old = pair.records(letter().without("case").with("generation", "old")).await;
    let annulled = pair.writes().await;
    let own = UseContext::default();
    pair.testila.annul(&annulled.oid(), "väärä", &own).await.unwrap().expect_status(200);
    let plan = pair.records(letter().with("type_code", "1011")).await;
    let permit = pair.permit().await;
    let Care { case_document, clientship_document, .. } = &pair.care;
    for kept in [case_document, clientship_document, &permit, &old, &phase1, &annulled, &plan] {
        pair.expect(kept, false).await;
    }
    assert_eq!(pair.shown().await, names(&[&document]));
    let mut all = search_of(&pair.client, &by_disclosure());
    all["filter"] = json!({"include_annulled": true});
    let found = pair.mallila.search(&all).await.unwrap().expect_status(200);
    assert_eq!(identifiers(&found), names(&[&document]));
    let case = format!("/v1/cases/{}?basis=disclosure", pair.care.case);
    pair.mallila.get(&case).await.unwrap().expect_problem("document-not-found");
}

/// REQ DIS-04
#[tokio::test]
async fn what_is_ones_own_is_not_disclosed_to_oneself() {
    let pair = Pair::open().await;
    let own = pair.elsewhere.draft(&pair.sanna);
    store(&pair.mallila, &own).await;
    pair.expect(&own, false).await;
    pair.mallila.fetch(&own.oid(), &UseContext::default()).await.unwrap().expect_status(200);
    let mut search = search_of(&pair.client, &by_disclosure());
    search["filter"] = json!({"controllers": [MALLILA]});
    let found = pair.mallila.search(&search).await.unwrap().expect_status(200);
    assert_eq!(found["documents"], json!([]));
}

/// REQ DIS-04, CASE-07
#[tokio::test]
async fn contact_data_of_a_client_under_turvakielto_are_masked_wherever_that_is_known() {
    let server = TestServer::start().await;
    let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
    let client = TestClient::of(&fresh_client());
    for (worker, is_protected) in [(&maija, false), (&sanna, true)] {
        let case = Draft::case(worker, &client, &fresh_case());
        let clientship = Draft::clientship(worker, &client);
        let clientship = if is_protected { clientship.turvakielto() } else { clientship };
        Care::arrange(&worker.session(), &case, &clientship).await;
    }
    let session = maija.session();
    store(&session, &Draft::informing(&maija, &client).draft()).await;
    store(&session, &Draft::permit(&maija, &client).draft()).await;
    let case = Draft::case(&sanna, &client, &fresh_case());
    store(&sanna.session(), &case.draft()).await;
    let structure = builtin_structure("1.2.246.537.6.1506.1000.2023.9.8");
    let draft = Draft::of_structure(&sanna, &client, &structure, 5).in_case(case.oid());
    store(&sanna.session(), &draft).await;
    // Testilä does not know of it; Mallila does, whose document it is.
    let found = session.search(&search_of(&client, &by_disclosure())).await.unwrap();
    assert_eq!(found.expect_status(200)["turvakielto"], true);
    let fetched = session.fetch(&draft.oid(), &by_disclosure()).await.unwrap().expect_status(200);
    assert_eq!(fetched["turvakielto"], true, "{fetched}");
    assert_eq!((&fetched["digest"], &fetched["signatures"]), (&Value::Null, &json!([])));
}

/// REQ DIS-03, RA-10: rule R6.
#[tokio::test]
async fn a_denial_cuts_neither_the_controller_nor_who_produces_for_it() {
    let server = TestServer::start().await;
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let client = TestClient::of(&fresh_client());
    let case = Draft::case(&maija, &client, &fresh_case());
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let (organiser, producer) = (maija.session(), tuula.session());
    let care = Care::arrange(&organiser, &case, &clientship).await;
    let draft = care.draft(&maija);
    store(&organiser, &draft).await;
    let under = UseContext {
        basis: code("register_access"),
        case: Some(care.case.clone()),
        ..UseContext::default()
    };
    let read = async |session: &Session, used: &UseContext| {
        let mut document = session.fetch(&draft.oid(), used).await.unwrap().expect_status(200);
        document.as_object_mut().unwrap().remove("log_entry");
        document
    };
    let own = UseContext::default();
    let before = (read(&organiser, &own).await, read(&producer, &under).await);
    store(&organiser, &Draft::informing(&maija, &client).draft()).await;
    store(&organiser, &Draft::permit(&maija, &client).refused().draft()).await;
    let denial = Draft::denial(&maija, &client).everything().controller(&oid(TESTILA));
    store(&organiser, &denial.document(&draft.oid()).draft()).await;
    assert_eq!((read(&organiser, &own).await, read(&producer, &under).await), before);
    let search = json!({
        "context": {"basis": "register_access", "case": care.case.as_str()}, "client": client.key()
    });
    let found = producer.search(&search).await.unwrap().expect_status(200);
    assert!(identifiers(&found).contains(&draft.oid().to_string()));
    let next = care.draft(&tuula);
    store(&producer, &next).await;
}

/// REQ DIS-04: a temporary identifier is a name within one register.
#[tokio::test]
async fn nothing_is_sought_elsewhere_by_a_temporary_identifier() {
    let pair = Pair::open().await;
    let nameless = TestClient::temporary("1.2.246.10.99990001.22.2026.5", "1990-03-05");
    for basis in ["disclosure", "broad"] {
        let search = json!({"context": {"basis": basis}, "client": nameless.key()});
        let problem = pair.mallila.search(&search).await.unwrap().expect_problem("invalid-request");
        assert_eq!(problem.errors[0].pointer, "/client/temporary_id");
        assert_eq!(problem.errors[0].code, "hetu-required");
    }
    let absent: Oid = oid("1.2.246.10.99990001.11.2026.987654");
    assert_eq!(pair.fetched(&absent).await.status, 404);
}
