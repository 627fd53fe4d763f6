//! Ways around the rules, each tried by somebody who controls what is sent: other documents' identifiers,
//! other people's cases and names, versions written by both sides.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_documents::pdfa::{Part, example};
use varanto_testkit::{
    Care, Draft, Expect, TestClient, TestServer, UnitEntry, fresh_case, fresh_client,
};

use crate::given::KOIVULA;
use crate::inbox::served_by;

async fn store(session: &Session, draft: &Draft) {
    session.store(&draft.build()).await.unwrap().expect_status(201);
}

/// The slug and the rules of a refusal.
fn refusal(answer: &varanto_client::Answer) -> (u16, Value, Value) {
    let body: Value = answer.json().unwrap();
    (answer.status, body["type"].clone(), body["rules"].clone())
}

/// REQ REG-02, AC-06
#[tokio::test]
async fn a_version_onto_a_hidden_document_is_answered_like_one_onto_none() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let served = served_by(&maija, UnitEntry::of(KOIVULA)).await;
    let elsewhere = server.care_of(&maija).await;
    let hidden = elsewhere.draft(&maija);
    store(&maija.session(), &hidden).await;
    let session = tuula.session();
    let mut answers = Vec::new();
    for original in [hidden.oid(), elsewhere.case_document.oid(), served.draft(&tuula).oid()] {
        let onto = served.draft(&tuula).with("original_oid", original.as_str()).with("version", 2);
        let stored = session.store(&onto.build()).await.unwrap();
        let explained = session
            .explain(&json!({
                "action": "store-version", "oid": original.as_str(), "metadata": {
                    "controller": served.organiser.controller.as_ref().unwrap().oid.as_str(),
                    "group": "client_document", "case": served.case.as_str(),
                    "service_task": "X-ELDERLY", "clients": [served.person.key()]
                }
            }))
            .await
            .unwrap();
        let mut explained = explained.expect_status(200);
        explained["facts"]["now"].take();
        answers.push((refusal(&stored), explained));
    }
    let of_none = answers.pop().unwrap();
    assert_eq!(of_none.0.0, 409);
    assert_eq!(answers, [of_none.clone(), of_none]);
}

/// REQ LOG-01, CASE-03
#[tokio::test]
async fn an_attempt_on_a_joint_case_does_not_tell_the_own_log_of_its_other_clients() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
    let [one, other] = [(); 2].map(|()| TestClient::of(&fresh_client()));
    let case = Draft::case(&maija, &one, &fresh_case()).with_client(&other);
    let care = Care::arrange(&maija.session(), &case, &Draft::clientship(&maija, &one)).await;
    let draft = care.draft(&sanna).with("clients", json!([one.reference()]));
    let refused = sanna.session().store(&draft.build()).await.unwrap();
    refused.expect_problem("register-access-missing");
    // Nor do both logs grow by them, which everybody sees.
    for (officer, entries) in [("T-3003", 1), ("T-1008", 1)] {
        let search = json!({"context": {"purpose": "supervision"}});
        let page = server.person(officer).session().search_use_log(&search).await.unwrap();
        let page = page.expect_status(200);
        let refused = page["entries"].as_array().unwrap().iter();
        let refused = refused.filter(|entry| entry["outcome"] == "register-access-missing");
        assert_eq!(refused.count(), entries, "{officer}");
    }
}

/// REQ CASE-03, CASE-04
#[tokio::test]
async fn no_control_document_is_slipped_into_a_case_that_it_does_not_open() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let [one, other, third] = [(); 3].map(|()| TestClient::of(&fresh_client()));
    let case = Draft::case(&maija, &one, &fresh_case()).with_client(&other);
    let session = maija.session();
    let care = Care::arrange(&session, &case, &Draft::clientship(&maija, &one)).await;
    let clientship = Draft::clientship(&maija, &third).draft().in_case(&care.case);
    let paper = care.letter(&maija, example::minimal(Part::Two, "Asia")).with("group", "case");
    let paper = paper.with("clients", json!([third.reference()]));
    for draft in [clientship, paper] {
        let refused = session.store(&draft.build()).await.unwrap();
        let refused = refused.expect_problem("invalid-request");
        assert_eq!(refused.errors[0].pointer, "/metadata/case");
    }
}

/// REQ DOC-05, RA-05
#[tokio::test]
async fn what_is_stored_under_a_right_is_not_said_to_be_somebody_elses() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let care = served_by(&maija, UnitEntry::of(KOIVULA)).await;
    for (member, value) in
        [("provider", "1.2.246.10.99990001.10.0"), ("unit", "1.2.246.10.99990001.10.1")]
    {
        let forged = care.draft(&tuula).with(member, value);
        let refused = tuula.session().store(&forged.build()).await.unwrap();
        let refused = refused.expect_problem("invalid-request");
        assert_eq!(refused.errors[0].pointer, format!("/metadata/{member}"));
        assert_eq!(refused.errors.len(), 1);
    }
    store(&tuula.session(), &care.draft(&tuula)).await;
}

/// REQ DOC-03, CASE-03
#[tokio::test]
async fn a_new_version_takes_a_document_from_nobodys_file() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let [one, other] = [(); 2].map(|()| TestClient::of(&fresh_client()));
    let case = Draft::case(&maija, &one, &fresh_case()).with_client(&other);
    let joint = Care::arrange(&session, &case, &Draft::clientship(&maija, &one)).await;
    let alone = Draft::case(&maija, &one, &fresh_case());
    store(&session, &alone.draft()).await;
    let paper = joint.letter(&maija, example::minimal(Part::Two, "Kirje")).without("case");
    let paper = paper.with("generation", "old");
    let paper = paper.with("clients", json!([one.reference(), other.reference()]));
    let of_case = joint.draft(&maija).with("clients", json!([one.reference()]));
    let left_out = paper.next_version().with("clients", json!([other.reference()]));
    let moved = of_case.next_version().in_case(alone.oid());
    for (first, second) in [(paper, left_out), (of_case.clone(), moved)] {
        store(&session, &first).await;
        let refused = session.store(&second.build()).await.unwrap();
        let refused = refused.expect_problem("invalid-request");
        assert_eq!((refused.errors.len(), refused.errors[0].code.as_str()), (1, "left-out"));
    }
    store(&session, &of_case.next_version()).await;
}

/// REQ AC-01, RA-08
#[tokio::test]
async fn a_shelter_gives_no_unit_of_the_organiser_a_context() {
    let Some(server) = TestServer::start_national().await else { return };
    let [maija, olli, marja] = ["S-1001", "S-1002", "S-4001"].map(|id| server.person(id));
    let care = server.care_of(&olli).await;
    let document = care.draft(&olli);
    store(&olli.session(), &document).await;
    let clientship = Draft::clientship(&marja, &care.client).bare().task("X-WORKING-AGE");
    let clientship = clientship.unit(UnitEntry::of(maija.unit().as_str()));
    let clientship = clientship.organised_by(server.organisation("99990001"));
    store(&marja.session(), &clientship.draft()).await;
    let read = maija.session().fetch(&document.oid(), &UseContext::default()).await.unwrap();
    read.expect_problem("special-reason-required");
}
