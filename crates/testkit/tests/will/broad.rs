//! The broad right of an authority (DIS-05): rule R5. It passes what the client has declared and how old
//! documents are, wants a ground, and leaves its mark in both logs.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_testkit::{Draft, Expect, TestServer};

use crate::given::{
    GROUND, MALLILA, Pair, TESTILA, body_of, broadly, by_disclosure, code, file, identifiers,
    log_of, log_where, names, oid, search_of, store, with_reason,
};

async fn refused(pair: &Pair, session: &Session, used: &UseContext, draft: &Draft, slug: &str) {
    for answer in [
        session.search(&search_of(&pair.client, used)).await.unwrap(),
        session.fetch(&draft.oid(), used).await.unwrap(),
        session.versions(&draft.oid(), used).await.unwrap(),
    ] {
        let problem = answer.expect_problem(slug);
        assert_eq!((problem.status, problem.rules), (403, vec!["R5".to_owned()]), "{slug}");
    }
}

/// REQ DIS-05
#[tokio::test]
async fn it_wants_a_ground_an_authority_and_a_role_that_has_it() {
    let pair = Pair::silent().await;
    let document = pair.writes().await;
    let groundless = UseContext { ground: None, ..broadly() };
    refused(&pair, &pair.mallila, &groundless, &document, "ground-required").await;
    let instructor = pair.server.person("S-3002").session();
    refused(&pair, &instructor, &broadly(), &document, "broad-right-not-permitted").await;
    let private = pair.server.person("T-2003").session();
    refused(&pair, &private, &broadly(), &document, "not-an-authority").await;
    let shelter = pair.server.person("S-4001").session();
    refused(&pair, &shelter, &broadly(), &document, "not-an-authority").await;
    let unknown = UseContext { ground: code("X-CURIOSITY"), ..broadly() };
    for answer in [
        pair.mallila.search(&search_of(&pair.client, &unknown)).await.unwrap(),
        pair.mallila.fetch(&document.oid(), &unknown).await.unwrap(),
    ] {
        let problem = answer.expect_problem("unknown-code");
        assert_eq!(problem.errors[0].pointer, "/context/ground");
    }
    let vouched = pair.sanna.clone().vouched().session();
    let answer = vouched.fetch(&document.oid(), &broadly()).await.unwrap();
    answer.expect_problem("strong-authentication-required");
    for purpose in ["archive", "supervision", "will"] {
        let used = UseContext { purpose: code(purpose), ..broadly() };
        let answer = pair.mallila.fetch(&document.oid(), &used).await.unwrap();
        answer.expect_problem("purpose-not-permitted");
    }
    pair.mallila.fetch(&document.oid(), &broadly()).await.unwrap().expect_status(200);
    // What refuses here does not hang on there being a document.
    let absent = pair.care.draft(&pair.maija);
    refused(&pair, &pair.mallila, &groundless, &absent, "ground-required").await;
    refused(&pair, &private, &broadly(), &absent, "not-an-authority").await;
    // A ground for another basis opens nothing.
    let with_ground = UseContext { ground: code(GROUND), ..by_disclosure() };
    let hidden = pair.mallila.fetch(&document.oid(), &with_ground).await.unwrap();
    hidden.expect_problem("document-not-found");
}

/// REQ DIS-05
#[tokio::test]
async fn it_passes_permit_denial_and_generation_and_nothing_else() {
    let pair = Pair::silent().await;
    let letter = || pair.care.letter(&pair.maija, file());
    let document = pair.writes().await;
    let phase1 = letter().with("generation", "phase1").with("written_at", "2026-08-02T10:00:00Z");
    let phase1 = pair.records(phase1).await;
    let old = letter().without("case").with("generation", "old");
    let old = pair.records(old.with("written_at", "2026-08-01T10:00:00Z")).await;
    let all = names(&[&document, &phase1, &old]);
    assert_eq!(pair.shown_to(&pair.mallila, &broadly()).await, all, "nothing declared");
    let informing = pair.inform().await;
    let permit = pair.records(Draft::permit(&pair.maija, &pair.client).refused().draft()).await;
    let denial = pair.denial().everything().controller(&oid(TESTILA)).document(&document.oid());
    let denial = pair.records(denial.draft()).await;
    assert_eq!(pair.shown_to(&pair.mallila, &broadly()).await, all, "all denied");
    for passed in [&document, &phase1, &old] {
        pair.mallila.fetch(&passed.oid(), &broadly()).await.unwrap().expect_status(200);
    }
    let newer = pair.records(document.next_version()).await;
    let annulled = pair.writes().await;
    let own = UseContext::default();
    pair.testila.annul(&annulled.oid(), "väärä", &own).await.unwrap().expect_status(200);
    let never = pair.records(letter().with("type_code", "1011")).await;
    let ours = pair.elsewhere.draft(&pair.sanna);
    store(&pair.mallila, &ours).await;
    let (case, clientship) = (&pair.care.case_document, &pair.care.clientship_document);
    for kept in [&informing, &permit, &denial, &annulled, &never, &ours, case, clientship] {
        let hidden = pair.mallila.fetch(&kept.oid(), &broadly()).await.unwrap();
        hidden.expect_problem("document-not-found");
    }
    assert_eq!(pair.shown_to(&pair.mallila, &broadly()).await, all);
    let first = format!("/v1/documents/{}?basis=broad&ground={GROUND}&version=1", document.oid());
    pair.mallila.get(&first).await.unwrap().expect_problem("document-not-found");
    let fetched = pair.mallila.fetch(&document.oid(), &broadly()).await.unwrap().expect_status(200);
    assert_eq!(fetched["metadata"]["oid"], newer.oid().as_str());
    let mut search = search_of(&pair.client, &broadly());
    search["filter"] = json!({"include_annulled": true});
    let found = pair.mallila.search(&search).await.unwrap().expect_status(200);
    assert_eq!(identifiers(&found), all);
}

/// REQ DIS-05: nobody has to be a client of the authority that asks.
#[tokio::test]
async fn it_needs_no_context() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    store(&maija.session(), &draft).await;
    let session = server.person("S-3001").session();
    session.fetch(&draft.oid(), &broadly()).await.unwrap().expect_status(200);
    let found = session.search(&search_of(&care.person, &broadly())).await.unwrap();
    assert_eq!(identifiers(&found.expect_status(200)), names(&[&draft]));
    let hidden = session.fetch(&draft.oid(), &with_reason(by_disclosure())).await.unwrap();
    hidden.expect_problem("document-not-found");
}

/// REQ DIS-05, LOG-01, LOG-02
#[tokio::test]
async fn it_stands_in_both_logs_with_its_ground_and_the_officers_find_it() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    pair.mallila.fetch(&document.oid(), &by_disclosure()).await.unwrap().expect_status(200);
    pair.mallila.fetch(&document.oid(), &UseContext::default()).await.unwrap();
    pair.shown_to(&pair.mallila, &broadly()).await;
    pair.mallila.fetch(&document.oid(), &broadly()).await.unwrap().expect_status(200);
    let groundless = UseContext { ground: None, ..broadly() };
    pair.mallila
        .fetch(&document.oid(), &groundless)
        .await
        .unwrap()
        .expect_problem("ground-required");
    let told = |entries: &[Value]| -> Vec<_> {
        let member = |entry: &Value, name: &str| entry[name].as_str().unwrap_or("–").to_owned();
        let told =
            entries.iter().map(|e| (member(e, "action"), member(e, "basis"), member(e, "ground")));
        told.collect()
    };
    let of = |action: &str, basis: &str, ground: &str| {
        (action.to_owned(), basis.to_owned(), ground.to_owned())
    };
    let broad = json!({"bases": ["broad"]});
    let theirs = log_where(&pair.server, "T-3003", "use", broad.clone()).await;
    let expected =
        [of("search", "broad", GROUND), of("read", "broad", GROUND), of("read", "broad", "–")];
    assert_eq!(told(&theirs), expected);
    assert_eq!(theirs[2]["outcome"], "ground-required");
    let ours = log_where(&pair.server, "T-1008", "disclosure", broad.clone()).await;
    assert_eq!(told(&ours), expected[..2]);
    assert_eq!(ours[1]["receiver"]["organisation"], "1.2.246.10.99990003.10.0");
    let disclosed = json!({"bases": ["disclosure"]});
    let disclosed = log_where(&pair.server, "T-1008", "disclosure", disclosed).await;
    assert_eq!(told(&disclosed), [of("read", "disclosure", "–")]);
    let all = json!({"bases": ["disclosure", "broad"]});
    assert_eq!(log_where(&pair.server, "T-1008", "disclosure", all).await.len(), 3);
    assert!(log_where(&pair.server, "T-3003", "disclosure", broad).await.is_empty());
    let body = body_of(&broadly());
    let session = pair.server.person("T-3003").session();
    let search =
        json!({"context": body, "client": pair.client.key(), "filter": {"controllers": [MALLILA]}});
    session.search(&search).await.unwrap().expect_problem("purpose-not-permitted");
    assert!(log_of(&pair.server, "T-1008", "use").await.iter().all(|e| e["basis"] == "own"));
}
