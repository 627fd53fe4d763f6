//! The context of a use: the unit whose client the person is, or a special reason; and the strength of
//! the authentication.

use serde_json::json;
use varanto_client::{Session, UseContext};
use varanto_model::{Code, Oid, SignatureRole};
use varanto_service::ImportOptions;
use varanto_testkit::{Care, Draft, Expect, TestServer, UnitEntry, fresh_case, fresh_client};

use crate::given::{KOIVULA, under};

/// A use of the own register for a special reason.
fn because(reason: &str) -> UseContext {
    UseContext { special_reason: Code::parse(reason).ok(), ..UseContext::default() }
}

async fn slug_of_fetch(session: &Session, oid: &Oid, context: &UseContext) -> String {
    let answer = session.fetch(oid, context).await.unwrap();
    answer.problem().map(|problem| problem.slug().to_owned()).unwrap_or_default()
}

/// REQ AC-01
#[tokio::test]
async fn without_a_context_the_own_register_is_used_for_a_special_reason_alone() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    maija.session().store(&draft.build()).await.unwrap().expect_status(201);
    let olli = server.person("S-1002").session();
    let own = UseContext::default();
    let refused = olli.fetch(&draft.oid(), &own).await.unwrap();
    let problem = refused.expect_problem("special-reason-required");
    assert_eq!((problem.status, problem.rules.as_slice()), (403, &["R1".to_owned()][..]));
    olli.versions(&draft.oid(), &own).await.unwrap().expect_problem("special-reason-required");
    let search = |context| json!({"context": context, "client": {"id": care.client}});
    let refused = olli.search(&search(json!({}))).await.unwrap();
    refused.expect_problem("special-reason-required");

    olli.fetch(&draft.oid(), &because("X-EMERGENCY")).await.unwrap().expect_status(200);
    let found = olli.search(&search(json!({"special_reason": "X-EMERGENCY"}))).await.unwrap();
    assert_eq!(found.expect_status(200)["documents"].as_array().unwrap().len(), 3);
    let officer = server.person("T-1008").session();
    let log = json!({"context": {"purpose": "supervision"}, "filter": {"user": "S-1002"}});
    let log = officer.search_use_log(&log).await.unwrap().expect_status(200);
    let reasons: Vec<_> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["outcome"].as_str().unwrap(), e["special_reason"].as_str()))
        .collect();
    let given = ("permitted", Some("X-EMERGENCY"));
    let refused = ("special-reason-required", None);
    assert_eq!(reasons, [given, given, refused, refused, refused]);
}

/// REQ AC-01
#[tokio::test]
async fn a_special_reason_is_a_code_that_is_in_force() {
    let server = TestServer::start().await;
    let olli = server.person("S-1002").session();
    let problem = olli
        .search(&json!({"context": {"special_reason": "X-CURIOSITY"}, "client": {"id": fresh_client()}}))
        .await
        .unwrap()
        .expect_problem("unknown-code");
    assert_eq!(problem.errors[0].pointer, "/context/special_reason");
}

/// REQ AC-01, CASE-04
#[tokio::test]
async fn a_context_holds_from_its_first_day_to_its_last() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let unit = UnitEntry::of(maija.unit().as_str()).from("2026-09-10").until("2026-09-20");
    let clientship = Draft::clientship(&maija, &client).bare().task("X-ELDERLY").unit(unit);
    let session = maija.session();
    server.set_clock("2026-09-09T23:59:00+03:00");
    let care = Care::arrange(&session, &opened, &clientship).await;
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let own = UseContext::default();
    assert_eq!(slug_of_fetch(&session, &draft.oid(), &own).await, "special-reason-required");
    server.set_clock("2026-09-10T00:00:30+03:00");
    assert_eq!(slug_of_fetch(&session, &draft.oid(), &own).await, "");
    server.set_clock("2026-09-20T23:59:00+03:00");
    assert_eq!(slug_of_fetch(&session, &draft.oid(), &own).await, "");
    server.set_clock("2026-09-21T00:00:30+03:00");
    assert_eq!(slug_of_fetch(&session, &draft.oid(), &own).await, "special-reason-required");
}

/// REQ AC-07
#[tokio::test]
async fn what_another_register_holds_is_given_to_the_strongly_authenticated_and_taken_from_all() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let session = maija.session();
    let care = Care::arrange(&session, &opened, &clientship).await;
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let mobile = tuula.clone().vouched().session();
    let refused = mobile.fetch(&draft.oid(), &under(&case)).await.unwrap();
    let problem = refused.expect_problem("strong-authentication-required");
    assert_eq!((problem.status, problem.rules.as_slice()), (403, &["R3".to_owned()][..]));
    let search = json!({
        "context": {"basis": "register_access", "case": case.as_str()}, "client": {"id": client}
    });
    let refused = mobile.search(&search).await.unwrap();
    refused.expect_problem("strong-authentication-required");
    mobile.store(&care.draft(&tuula).build()).await.unwrap().expect_status(201);
    tuula.session().fetch(&draft.oid(), &under(&case)).await.unwrap().expect_status(200);
}

/// REQ AC-05, SIG-04
#[tokio::test]
async fn who_signs_as_a_professional_has_a_right_to_practise_that_is_valid_today() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let signed = || care.draft(&maija).signed_by(SignatureRole::Professional, maija.card_signer());
    let session = maija.session();
    session.store(&signed().build()).await.unwrap().expect_status(201);
    let service = varanto::server::open_service(&server.config(), &[]).await.unwrap();
    let others = "id,profession,valid_from\nS-1002,sosiaalityöntekijä,2010-01-01\n";
    let all = ImportOptions { source: "suosikki.csv".to_owned(), check: false, complete: true };
    service.import_professionals(others.as_bytes(), &all).await.unwrap();
    let refused = session.store(&signed().build()).await.unwrap();
    assert_eq!(refused.expect_problem("author-not-entitled").rules, ["W8"]);
    session.store(&care.draft(&maija).build()).await.unwrap().expect_status(201);
}

/// REQ AC-08
#[tokio::test]
async fn the_organiser_sees_what_its_producers_did_and_what_was_used_without_a_context() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let care = Care::arrange(&maija.session(), &opened, &clientship).await;
    let visit = care.draft(&tuula);
    tuula.session().store(&visit.build()).await.unwrap().expect_status(201);
    let olli = server.person("S-1002").session();
    olli.fetch(&visit.oid(), &because("X-ERROR")).await.unwrap().expect_status(200);
    let officer = server.person("T-1008").session();
    let log = async |filter| {
        let search = json!({"context": {"purpose": "supervision"}, "filter": filter});
        let page = officer.search_use_log(&search).await.unwrap().expect_status(200);
        let entries = page["entries"].as_array().unwrap().iter();
        entries.map(|entry| entry["user"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let producers = log(json!({"organisation": "1.2.246.10.99990002.10.0"})).await;
    assert_eq!(producers, ["S-2001"]);
    assert_eq!(log(json!({"with_special_reason": true})).await, ["S-1002"]);
    assert!(log(json!({})).await.len() > 3);
}
