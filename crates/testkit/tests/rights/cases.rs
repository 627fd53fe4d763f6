//! Cases are opened, changed and closed by versions of their documents, and client documents belong to
//! them.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_documents::pdfa;
use varanto_model::Code;
use varanto_testkit::{
    Care, Draft, Expect, TestClient, TestPerson, TestServer, UnitEntry, fresh_case, fresh_client,
};

use crate::given::{KOIVULA, under};

/// The cases of a client, as a search tells them.
async fn cases_of(session: &Session, client: &str) -> Vec<Value> {
    let search = json!({"client": {"id": client}});
    let page = session.search_cases(&search).await.unwrap().expect_status(200);
    assert_eq!(page["next"], Value::Null);
    page["cases"].as_array().unwrap().clone()
}

async fn store(session: &Session, draft: &Draft) {
    session.store(&draft.build()).await.unwrap().expect_status(201);
}

/// Client work for a special reason.
fn by_reason() -> UseContext {
    UseContext { special_reason: Code::parse("X-OTHER").ok(), ..UseContext::default() }
}

/// REQ CASE-01
#[tokio::test]
async fn a_case_is_opened_changed_and_closed_by_versions_of_its_document() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let care = Care::arrange(&session, &opened, &Draft::clientship(&maija, &client)).await;

    let found = cases_of(&session, &client).await;
    let told = json!([{
        "oid": case.as_str(), "document": care.case_document.oid().as_str(),
        "controller": "1.2.246.10.99990001.19.0", "service_task": "X-ELDERLY",
        "name": "X-SERVICE", "state": "open", "opened_on": "2024-04-02", "joint": false,
        "turvakielto": false
    }]);
    assert_eq!(json!(found), told);
    let single = session.find_case(&case, &UseContext::default()).await.unwrap().expect_status(200);
    assert_eq!(single["clients"][0]["id"], client);
    assert_eq!((&single["oid"], &single["state"]), (&told[0]["oid"], &told[0]["state"]));

    let second = opened.clone().opened("2024-03-01").version_after(&care.case_document);
    store(&session, &second).await;
    assert_eq!(cases_of(&session, &client).await[0]["opened_on"], "2024-03-01");

    let closed = opened.clone().closed("2026-09-10");
    let third = closed.version_after(&second);
    store(&session, &third).await;
    let found = cases_of(&session, &client).await;
    assert_eq!(
        (&found[0]["state"], &found[0]["closed_on"]),
        (&json!("closed"), &json!("2026-09-10"))
    );

    let later = care.draft(&maija).with("written_at", "2026-09-11T08:00:00+03:00");
    let problem = session.store(&later.build()).await.unwrap().expect_problem("case-closed");
    assert_eq!((problem.status, problem.rules.as_slice()), (409, ["W4".to_owned()].as_slice()));
    assert_eq!(problem.errors[0].pointer, "/metadata/case");
    store(&session, &care.draft(&maija).with("written_at", "2026-09-10T20:00:00+03:00")).await;

    store(&session, &opened.version_after(&third)).await;
    assert_eq!(cases_of(&session, &client).await[0]["state"], "open");
    store(&session, &later).await;
}

/// REQ CASE-01: an annulled case is none, and its document still tells that it was.
#[tokio::test]
async fn an_annulled_case_is_not_listed_and_not_found() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let document = care.case_document.oid();
    let own = UseContext::default();
    session.annul(&document, "Väärä asiakas.", &own).await.unwrap().expect_status(200);
    assert_eq!(cases_of(&session, &care.client).await, Vec::<Value>::new());
    let gone = session.find_case(&care.case, &own).await.unwrap();
    gone.expect_problem("document-not-found");
    session.fetch(&document, &own).await.unwrap().expect_status(200);
    let refused = session.store(&care.draft(&maija).build()).await.unwrap();
    refused.expect_problem("case-missing");
}

/// REQ CASE-02
#[tokio::test]
async fn a_client_document_belongs_to_an_open_case_of_its_client_in_its_register() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let refused = |draft: Draft| {
        let session = session.clone();
        async move {
            let answer = session.store(&draft.build()).await.unwrap();
            let problem = answer.problem().unwrap();
            assert_eq!(problem.rules, ["W4"], "{problem}");
            (problem.slug().to_owned(), problem.status, problem.errors[0].pointer.clone())
        }
    };
    let missing = ("case-missing".to_owned(), 422, "/metadata/case".to_owned());
    assert_eq!(refused(care.draft(&maija).without("case")).await, missing);
    assert_eq!(refused(care.draft(&maija).in_case(&fresh_case())).await, missing);
    let elsewhere = server.care_for(&sanna, &care.client).await;
    assert_eq!(refused(care.draft(&maija).in_case(&elsewhere.case)).await, missing);

    let other = server.care_of(&maija).await;
    let another_clients =
        ("case-of-another-client".to_owned(), 422, "/metadata/clients".to_owned());
    assert_eq!(refused(care.draft(&maija).in_case(&other.case)).await, another_clients);

    let file = pdfa::example::minimal(pdfa::Part::Two, "Vanha");
    let old = care.letter(&maija, file).without("case").with("generation", "old");
    store(&session, &old).await;
}

/// REQ CASE-05
#[tokio::test]
async fn nothing_but_case_and_clientship_documents_gives_a_context_or_a_case() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, olli) = (server.person("S-1001"), server.person("S-1002"));
    let care = server.care_of(&maija).await;
    let session = olli.session();
    // Who writes about a client is no context.
    let written = care.draft(&olli);
    store(&session, &written).await;
    let refused = session.fetch(&written.oid(), &UseContext::default()).await.unwrap();
    refused.expect_problem("special-reason-required");
    // Neither is a document of their form that is none of them.
    for (draft, group) in [
        (Draft::clientship(&olli, &care.client).draft(), "client_document"),
        (Draft::case(&olli, &care.client, &care.case).draft(), "record_entry"),
    ] {
        let disguised =
            draft.with("group", group).with("service_task", "X-ELDERLY").in_case(&care.case);
        let problem = session.store(&disguised.build()).await.unwrap().problem().unwrap();
        let fault = problem.errors.iter().find(|fault| fault.code == "structure-group");
        assert_eq!(fault.map(|f| f.pointer.as_str()), Some("/metadata/group"), "{problem}");
    }
    let refused = session.fetch(&written.oid(), &UseContext::default()).await.unwrap();
    refused.expect_problem("special-reason-required");
    assert_eq!(cases_of(&maija.session(), &care.client).await.len(), 1);
}

/// REQ CASE-01, AC-01, AC-02: a case is visible exactly when its document is.
#[tokio::test]
async fn a_case_is_seen_by_whom_its_document_is_seen() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let (client, case, of_child) = (fresh_client(), fresh_case(), fresh_case());
    let nurse = server.person("S-1004");
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let opened = Draft::case(&maija, &client, &case);
    let care = Care::arrange(&session, &opened, &clientship).await;
    let child = Draft::case(&maija, &client, &of_child).service_task("10").draft();
    store(&session, &child).await;

    let seen_by = |person: TestPerson, context: UseContext, basis: Value| {
        let (case, of_child, child) = (case.clone(), of_child.clone(), child.oid());
        let (document, client) = (care.case_document.oid(), client.clone());
        async move {
            let session = person.session();
            let mut seen = Vec::new();
            for (case, document) in [(&case, &document), (&of_child, &child)] {
                let found = session.find_case(case, &context).await.unwrap();
                let fetched = session.fetch(document, &context).await.unwrap();
                let slug =
                    |problem: Option<varanto_client::Problem>| problem.map(|p| p.slug().to_owned());
                assert_eq!(found.status, fetched.status, "{case}");
                assert_eq!(slug(found.problem()), slug(fetched.problem()));
                seen.push(found.status);
            }
            let search = json!({"context": basis, "client": {"id": client}});
            let listed = session.search_cases(&search).await.unwrap();
            let listed = listed.json().unwrap()["cases"].as_array().map(Vec::len);
            (seen, listed)
        }
    };
    let (own, none) = (UseContext::default(), json!({}));
    assert_eq!(seen_by(maija.clone(), own.clone(), none.clone()).await, (vec![200, 200], Some(2)));
    // A work task that does not cover the case's service task.
    assert_eq!(seen_by(nurse, own.clone(), none.clone()).await, (vec![200, 403], Some(1)));
    let olli = server.person("S-1002");
    let refused = seen_by(olli.clone(), own.clone(), none.clone()).await;
    assert_eq!(refused, (vec![403, 403], None));
    let reason = json!({"special_reason": "X-OTHER"});
    assert_eq!(seen_by(olli, by_reason(), reason).await, (vec![200, 200], Some(2)));
    let sanna = server.person("S-3001");
    assert_eq!(
        seen_by(sanna, by_reason(), json!({"special_reason": "X-OTHER"})).await,
        (vec![404, 404], Some(0))
    );
    // Under a right, the case of the right alone.
    let right = json!({"basis": "register_access", "case": case.as_str()});
    let tuula = server.person("S-2001");
    assert_eq!(seen_by(tuula, under(&case), right).await, (vec![200, 404], Some(1)));
}

/// REQ CASE-03: whoever may see the case document sees its clients, and each of them is in the log.
#[tokio::test]
async fn a_joint_case_is_told_with_all_its_clients_and_noted_for_each() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let (one, other, case) = (fresh_client(), fresh_client(), fresh_case());
    let leaver = TestClient::of(&other)
        .named("Lähtijä", "Lauri")
        .joining("2024-05-01T10:00:00+03:00")
        .leaving("2026-06-01T12:00:00+03:00");
    let opened = Draft::case(&maija, &one, &case).with_client(leaver);
    Care::arrange(&session, &opened, &Draft::clientship(&maija, &one)).await;

    let found = session.find_case(&case, &UseContext::default()).await.unwrap().expect_status(200);
    let clients = found["clients"].as_array().unwrap();
    let left = clients.iter().find(|c| c["id"] == other.as_str()).unwrap();
    let told = json!({
        "id": other, "family_name": "Lähtijä", "given_names": "Lauri",
        "joined_at": "2024-05-01T07:00:00Z", "left_at": "2026-06-01T09:00:00Z"
    });
    assert_eq!((clients.len(), left), (2, &told));
    assert_eq!((&found["joint"], found.get("left_at")), (&json!(true), None));

    let mut reads = 0;
    let officer = server.person("T-1008").session();
    let log = json!({"context": {"purpose": "supervision"}, "page": {"size": 200}});
    let log = officer.search_use_log(&log).await.unwrap().expect_status(200);
    for entry in log["entries"].as_array().unwrap() {
        reads += usize::from(entry["action"] == "read" && entry["case"] == case.as_str());
    }
    assert_eq!(reads, 2, "one entry for each client shown");
}

/// REQ CASE-01: pages of a list follow one another.
#[tokio::test]
async fn cases_come_page_by_page() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    for _ in 0..4 {
        store(&session, &Draft::case(&maija, &care.client, &fresh_case()).draft()).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut page = json!({"size": 2});
        if let Some(cursor) = cursor {
            page["cursor"] = json!(cursor);
        }
        let search = json!({"client": {"id": care.client}, "page": page});
        let found = session.search_cases(&search).await.unwrap().expect_status(200);
        let cases = found["cases"].as_array().unwrap();
        seen.extend(cases.iter().map(|case| case["oid"].as_str().unwrap().to_owned()));
        match found["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!((seen.len(), distinct.len()), (5, 5));
    assert!(seen.contains(&care.case.to_string()));
}
