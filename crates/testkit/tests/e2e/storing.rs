//! Storing a document for the first time, and again.

use serde_json::json;
use varanto_testkit::{Draft, Expect, Form, TestServer};

use crate::common::{all_of, found, own, store, use_log};

/// REQ DOC-01
#[tokio::test]
async fn a_right_document_is_stored_and_its_receipt_says_where_it_is() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let draft = server.care_of(&maija).await.draft(&maija);
    let answer = maija.session().store(&draft.build()).await.unwrap();
    let receipt = answer.expect_status(201);
    let oid = draft.oid();
    assert_eq!(receipt["oid"], oid.as_str());
    assert_eq!(receipt["original_oid"], oid.as_str());
    assert_eq!(receipt["version"], 1);
    assert_eq!(answer.headers["location"], format!("/v1/documents/{oid}"));
    let entries = use_log(&server).await;
    let entry = entries.iter().find(|entry| entry["id"] == receipt["log_entry"]).unwrap();
    assert_eq!((&entry["action"], &entry["outcome"]), (&json!("store"), &json!("permitted")));
    assert_eq!(entry["documents"], json!([oid.as_str()]));
}

/// REQ DOC-01
#[tokio::test]
async fn storing_the_same_bytes_again_is_answered_with_the_first_receipt() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    let first = store(&session, &draft).await;
    // The signature is another one, as ECDSA makes it; what is signed is the same.
    let again = session.store(&draft.build()).await.unwrap().expect_status(200);
    assert_eq!(again, first);
    assert_eq!(found(&session, &all_of(&care.client)).await, [draft.oid().as_str()]);
}

/// REQ DOC-01
#[tokio::test]
async fn ten_senders_of_the_same_document_store_it_once() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    session.token().await.unwrap();
    let care = server.care_of(&maija).await;
    let envelope = care.draft(&maija).build();
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (session, envelope) = (session.clone(), envelope.clone());
        senders.spawn(async move { session.store(&envelope).await.unwrap() });
    }
    let answers = senders.join_all().await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    let receipts: Vec<_> = answers.iter().map(|answer| answer.json().unwrap()).collect();
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:#?}");
    assert_eq!(found(&session, &all_of(&care.client)).await.len(), 1);
}

/// REQ DOC-01
#[tokio::test]
async fn other_bytes_under_a_taken_identifier_are_refused() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = server.care_of(&maija).await.draft(&maija);
    let of_another = server.care_of(&maija).await.draft(&maija);
    store(&session, &draft).await;
    let before = session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    for other in [draft.clone().with("title", "Toinen"), of_another] {
        let other = other.with("oid", draft.oid().as_str());
        let other = other.with("original_oid", draft.oid().as_str());
        let answer = session.store(&other.build()).await.unwrap();
        assert_eq!(answer.expect_problem("document-exists").status, 409);
    }
    let after = session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    assert_eq!((&before["metadata"], &before["digest"]), (&after["metadata"], &after["digest"]));
}

/// REQ DOC-02
#[tokio::test]
async fn each_form_of_a_document_is_taken_by_its_generation() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let pdf = pdf("Päätös");
    let structured = care.draft(&maija);
    let xhtml = vec![structured.content[1].clone()];
    let phase2_pdf = care.letter(&maija, pdf.clone());
    let phase1 = care.letter(&maija, pdf).with("generation", "phase1");
    let phase1_xhtml = phase1.clone().with_content(xhtml.clone());
    for draft in [structured, phase2_pdf, phase1.clone(), old(phase1.clone())] {
        store(&session, &fresh(draft)).await;
    }
    for draft in [phase1_xhtml.clone(), old(phase1_xhtml)] {
        store(&session, &fresh(draft)).await;
    }
    // A phase-2 document is structured or PDF/A; earlier ones have no structured form.
    let structured = care.draft(&maija);
    let shown_alone = structured.clone().without("structure").with_content(xhtml);
    let too_early = structured.with("generation", "phase1");
    for draft in [shown_alone, too_early] {
        let problem = session.store(&draft.build()).await.unwrap();
        let problem = problem.expect_problem("invalid-request");
        assert_eq!(problem.errors[0].code, "content-form", "{problem}");
    }
}

/// REQ DOC-08
#[tokio::test]
async fn each_generation_has_its_own_mandatory_metadata() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let phase2 = care.draft(&maija);
    let phase1 = care.letter(&maija, pdf("Vanha")).with("generation", "phase1");
    let missing = |draft: &Draft, members: &[&str]| {
        let draft = members.iter().fold(draft.clone(), |draft, member| draft.without(member));
        draft.build()
    };
    let phase2_needs =
        ["type_code", "organiser", "provider", "unit", "authors", "service_task"].as_slice();
    let phase1_needs = ["type_code", "provider", "unit"].as_slice();
    for (draft, needed) in [(&phase2, phase2_needs), (&phase1, phase1_needs)] {
        let answer = session.store(&missing(draft, needed)).await.unwrap();
        let problem = answer.expect_problem("invalid-request");
        let mut told: Vec<_> = problem.errors.iter().map(|e| e.pointer.clone()).collect();
        told.sort();
        let mut expected: Vec<_> = needed.iter().map(|m| format!("/metadata/{m}")).collect();
        expected.sort();
        assert_eq!(told, expected);
    }
    let bare = old(phase1.clone());
    let bare = ["type_code", "organiser", "provider", "unit", "authors", "service_task", "case"]
        .iter()
        .fold(bare, |draft, member| draft.without(member));
    store(&session, &bare).await;
    let client = bare.metadata["clients"][0]["id"].clone();
    let search = json!({"client": {"id": client}, "filter": {"generations": ["old"]}});
    assert_eq!(found(&session, &search).await, [bare.oid().as_str()]);
}

/// REQ DOC-02
#[tokio::test]
async fn a_document_of_several_files_is_kept_in_the_order_given() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let mut draft = server.care_of(&maija).await.draft(&maija);
    draft.content.push(Form::Pdf(pdf("Liite 1")));
    draft.content.push(Form::Pdf(pdf("Liite 2")));
    store(&session, &draft).await;
    let fetched = session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    let sent = draft.build();
    for (form, sent) in ["data", "text", "base64", "base64"].iter().zip(0..) {
        assert_eq!(fetched["content"][sent][form], draft_content(&draft)[sent][form]);
    }
    assert_eq!(sent["content"].as_array().unwrap().len(), 4);
}

/// REQ DOC-11
#[tokio::test]
async fn a_document_is_found_by_what_it_links_to() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let client = &care.client;
    let application = care.draft(&maija);
    let links = json!([{"oid": application.oid().as_str(), "relation": "based_on"}]);
    let decision = care.draft(&maija).with("links", links.clone());
    store(&session, &application).await;
    store(&session, &decision).await;
    let linked =
        json!({"client": {"id": client}, "filter": {"linked_to": [application.oid().as_str()]}});
    assert_eq!(found(&session, &linked).await, [decision.oid().as_str()]);
    let fetched = session.fetch(&decision.oid(), &own()).await.unwrap().expect_status(200);
    assert_eq!(fetched["metadata"]["links"], links);
    session.fetch(&application.oid(), &own()).await.unwrap().expect_status(200);
}

fn draft_content(draft: &Draft) -> serde_json::Value {
    draft.build()["content"].clone()
}

/// The same as another document.
fn fresh(draft: Draft) -> Draft {
    let oid = varanto_testkit::fresh_oid();
    draft.with("oid", oid.as_str()).with("original_oid", oid.as_str())
}

fn old(draft: Draft) -> Draft {
    fresh(draft).with("generation", "old")
}

fn pdf(title: &str) -> Vec<u8> {
    varanto_documents::pdfa::example::minimal(varanto_documents::pdfa::Part::Two, title)
}
