//! Recording what a client declares: by whom, in which order, and what it says together (DIS-01…03, DIS-09).

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_testkit::{Draft, Expect, TestClient, TestRepresentative, fresh_client, fresh_oid};

use crate::given::{MALLILA, Pair, TESTILA, identifiers, log_of, oid, store};

pub(crate) async fn told(session: &Session, client: &TestClient, purpose: &str) -> Value {
    let asked = json!({"context": {"purpose": purpose}, "client": client.key()});
    session.post_json("/v1/wills/search", &asked).await.unwrap().expect_status(200)
}

/// REQ DIS-01, DIS-02, DIS-03, CIT-05
#[tokio::test]
async fn what_a_client_declares_is_recorded_in_versions_and_told_as_it_stands() {
    let pair = Pair::silent().await;
    let (maija, client) = (&pair.maija, &pair.client);
    let nothing = told(&pair.testila, client, "will").await;
    assert_eq!((&nothing["informed"], &nothing["permit"]), (&json!(false), &Value::Null));
    let informing = pair.inform().await;
    let permit = pair.permit().await;
    let denial = pair.records(pair.denial().service_task("X-ELDERLY").everything().draft()).await;
    let guardian = TestRepresentative::of(&fresh_client()).role("33");
    let representation = Draft::representation(maija, client).represented_by(guardian).draft();
    let representation = pair.records(representation).await;

    let will = told(&pair.testila, client, "client_work").await;
    assert_eq!((&will["informed"], &will["complete"]), (&json!(true), &json!(false)), "{will}");
    assert_eq!(will["informing"][0]["document"], informing.oid().as_str());
    assert_eq!(will["informing"][0]["text_version"], "1");
    assert_eq!(will["permit"]["document"], permit.oid().as_str());
    assert_eq!(
        (&will["permit"]["given"], &will["permit"]["day"]),
        (&json!(true), &json!("2026-09-01"))
    );
    let mut scopes: Vec<_> =
        will["denials"].as_array().unwrap().iter().map(|d| d["scope"].as_str().unwrap()).collect();
    scopes.sort_unstable();
    assert_eq!(scopes, ["everything", "service_task"]);
    assert_eq!(will["denials"][0]["document"], denial.oid().as_str());
    assert_eq!(will["representatives"][0]["document"], representation.oid().as_str());
    assert_eq!(will["representatives"][0]["role"], "33");

    // A new version says all of it anew.
    let refused = Draft::permit(maija, client).refused().on("2026-09-02").version_after(&permit);
    let fewer = pair.denial().everything().version_after(&denial);
    let nobody = Draft::representation(maija, client).nobody().version_after(&representation);
    for next in [&refused, &fewer, &nobody] {
        store(&pair.testila, next).await;
    }
    let will = told(&pair.testila, client, "client_work").await;
    assert_eq!(
        (&will["permit"]["given"], &will["permit"]["day"]),
        (&json!(false), &json!("2026-09-02"))
    );
    assert_eq!(will["denials"].as_array().unwrap().len(), 1, "{will}");
    assert_eq!(will["denials"][0]["scope"], "everything");
    assert_eq!(will["representatives"], json!([]));
    assert_eq!(
        (&will["permit"]["version"], &will["denials"][0]["version"]),
        (&json!(2), &json!(2))
    );
    // Elsewhere it stands without the names of documents and controllers, unless it is being recorded.
    let elsewhere = told(&pair.mallila, client, "client_work").await;
    assert_eq!(elsewhere["permit"]["given"], json!(false));
    for member in ["document", "controller", "version"] {
        for part in ["/permit", "/informing/0", "/denials/0"] {
            let part = elsewhere.pointer(part).unwrap();
            assert_eq!(part.get(member), None, "{part}");
        }
    }
    let whole = told(&pair.mallila, client, "will").await;
    assert_eq!(whole["denials"][0]["document"], denial.oid().as_str());
    let used = UseContext::default();
    let versions = pair.testila.versions(&denial.oid(), &used).await.unwrap().expect_status(200);
    let versions = versions["versions"].as_array().unwrap();
    assert_eq!((&versions[0]["version"], &versions[1]["version"]), (&json!(2), &json!(1)));
    let first = format!("/v1/documents/{}?version=1", denial.oid());
    pair.testila.get(&first).await.unwrap().expect_status(200);

    // What is annulled does not stand.
    for annulled in [&informing, &permit, &denial] {
        let oid = oid(annulled.metadata["original_oid"].as_str().unwrap());
        pair.testila.annul(&oid, "väärä asiakas", &used).await.unwrap().expect_status(200);
    }
    let will = told(&pair.testila, client, "will").await;
    assert_eq!(will["informed"], false, "{will}");
    assert_eq!((&will["permit"], &will["denials"]), (&Value::Null, &json!([])));
}

/// REQ DIS-02
#[tokio::test]
async fn of_several_permits_a_refusal_is_overcome_only_by_one_given_and_stored_after_it() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    let permit = |day: &str| Draft::permit(&pair.maija, &pair.client).on(day);
    pair.expect(&document, true).await;
    // A refusal of the same day that is stored later counts, and so does one of an earlier day.
    let refusal = pair.records(permit("2026-09-01").refused().draft()).await;
    pair.expect(&document, false).await;
    pair.records(permit("2026-08-31").draft()).await;
    pair.expect(&document, false).await;
    pair.records(permit("2026-09-02").draft()).await;
    pair.expect(&document, true).await;
    pair.records(permit("2026-08-01").refused().draft()).await;
    pair.expect(&document, false).await;
    pair.records(permit("2026-09-03").draft()).await;
    pair.expect(&document, true).await;
    let of_mallila = Draft::permit(&pair.sanna, &pair.client).refused().on("2026-09-04").draft();
    store(&pair.mallila, &of_mallila).await;
    pair.expect(&document, false).await;
    let used = UseContext::default();
    pair.mallila.annul(&of_mallila.oid(), "väärä", &used).await.unwrap().expect_status(200);
    pair.expect(&document, true).await;
    assert_eq!(told(&pair.testila, &pair.client, "will").await["permit"]["day"], "2026-09-03");
    pair.testila.annul(&refusal.oid(), "väärä", &used).await.unwrap().expect_status(200);
    pair.expect(&document, true).await;
}

/// REQ DIS-09
#[tokio::test]
async fn a_denial_may_be_withdrawn_with_any_controller_of_whom_one_is_a_client() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    // In Testilä it belongs to a case, of which Mallila knows nothing.
    let denial = pair.denial().everything().draft().in_case(&pair.care.case);
    let denial = pair.records(denial).await;
    pair.expect(&document, false).await;
    // It stays in Testilä's register, and is written by Mallila.
    let withdrawn = Draft::denial(&pair.sanna, &pair.client).nothing().version_after(&denial);
    let by_mallila = |draft: Draft| {
        draft
            .with("provider", pair.sanna.organisation.operating_unit.as_str())
            .with("unit", pair.sanna.unit().as_str())
    };
    let mut withdrawn = by_mallila(withdrawn.without("case"));
    withdrawn.signers = Draft::denial(&pair.sanna, &pair.client).draft().signers;
    let metadata = json!({
        "controller": TESTILA, "group": "denial", "clients": [pair.client.key()]
    });
    let original = denial.metadata["original_oid"].clone();
    let asked = json!({"action": "store-version", "oid": original, "metadata": metadata});
    let explained = pair.mallila.explain(&asked).await.unwrap().expect_status(200);
    assert_eq!(explained["permitted"], true, "{explained}");
    store(&pair.mallila, &withdrawn).await;
    pair.expect(&document, true).await;
    assert_eq!(told(&pair.testila, &pair.client, "will").await["denials"], json!([]));
    let log = log_of(&pair.server, "T-1008", "use").await;
    let stored = log.iter().find(|entry| entry["documents"] == json!([withdrawn.oid().as_str()]));
    assert_eq!(stored.unwrap()["action"], "store-version", "it stands in the controller's log");

    // Whose client it is not, it is as if there were no such document.
    let stranger = TestClient::of(&fresh_client());
    pair.server.care_for(&pair.maija, &stranger).await;
    store(&pair.testila, &Draft::informing(&pair.maija, &stranger).draft()).await;
    let denied = Draft::denial(&pair.maija, &stranger).everything();
    let there = denied.draft();
    store(&pair.testila, &there).await;
    let mut attempts = Vec::new();
    let absent = denied.draft();
    for earlier in [&there, &absent] {
        let mut next = by_mallila(denied.clone().nothing().version_after(earlier));
        next.signers = withdrawn.signers.clone();
        let answer = pair.mallila.store(&next.build()).await.unwrap();
        assert!(answer.problem().is_some());
        let mut problem = answer.json().unwrap();
        problem.as_object_mut().unwrap().remove("instance");
        attempts.push((answer.status, problem));
    }
    assert_eq!(attempts[0], attempts[1]);
    let will = told(&pair.testila, &stranger, "will").await;
    assert_eq!(will["denials"][0]["scope"], "everything");
}

/// REQ DIS-09: what the group claims makes no document a will.
#[tokio::test]
async fn a_document_of_another_register_is_not_overwritten_as_a_will() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    let absent = pair.care.draft(&pair.maija);
    let mut answers = Vec::new();
    for earlier in [&document, &absent] {
        let original = earlier.metadata["original_oid"].clone();
        let mut claimed = Draft::denial(&pair.sanna, &pair.client)
            .everything()
            .draft()
            .in_register_of(&pair.maija.organisation)
            .with("original_oid", original)
            .with("version", 2);
        claimed.signers = Draft::denial(&pair.sanna, &pair.client).draft().signers;
        let answer = pair.mallila.store(&claimed.build()).await.unwrap();
        let mut problem = answer.json().unwrap();
        problem.as_object_mut().unwrap().remove("instance");
        assert!((400..500).contains(&answer.status), "{problem}");
        answers.push((answer.status, problem));
    }
    assert_eq!(answers[0], answers[1]);
    pair.expect(&document, true).await;
    let new = Draft::denial(&pair.sanna, &pair.client).everything().draft();
    let new = new.in_register_of(&pair.maija.organisation);
    let first = pair.mallila.store(&new.build()).await.unwrap();
    first.expect_problem("not-the-controller");
}

/// REQ DIS-03, DIS-09
#[tokio::test]
async fn in_client_work_only_denials_of_ones_own_are_told_and_all_where_they_are_recorded() {
    let pair = Pair::open().await;
    let (ours, theirs) = (pair.writes().await, pair.elsewhere.draft(&pair.sanna));
    store(&pair.mallila, &theirs).await;
    let denial = pair.denial().service_task("10").controller(&oid(MALLILA));
    pair.records(denial.document(&ours.oid()).document(&theirs.oid()).draft()).await;
    let scopes = async |session: &Session, purpose: &str| {
        let will = told(session, &pair.client, purpose).await;
        let denials = will["denials"].as_array().unwrap().iter();
        let named = |d: &Value| {
            let names = ["denied_controller", "denied_service_task", "denied_document"];
            let name = names.iter().find_map(|name| d[name].as_str());
            name.unwrap_or("everything").to_owned()
        };
        let mut scopes: Vec<_> = denials.map(named).collect();
        scopes.sort();
        scopes
    };
    let all = {
        let mut all = vec![
            "10".to_owned(),
            MALLILA.to_owned(),
            ours.oid().to_string(),
            theirs.oid().to_string(),
        ];
        all.sort();
        all
    };
    assert_eq!(scopes(&pair.testila, "client_work").await, all, "it was recorded here");
    let mut of_mallila = vec![MALLILA.to_owned(), theirs.oid().to_string()];
    of_mallila.sort();
    assert_eq!(scopes(&pair.mallila, "client_work").await, of_mallila);
    assert_eq!(scopes(&pair.mallila, "will").await, all);
    assert!(told(&pair.mallila, &pair.client, "will").await["complete"].as_bool().unwrap());
    let log = log_of(&pair.server, "T-3003", "use").await;
    let read = log.iter().filter(|entry| entry["action"] == "read-wills");
    let purposes: Vec<_> = read.map(|entry| entry["purpose"].as_str().unwrap()).collect();
    assert_eq!(purposes, ["client_work", "will", "will"]);

    let asked =
        |purpose: &str| json!({"context": {"purpose": purpose}, "client": pair.client.key()});
    for (person, purpose, slug) in [
        ("S-1004", "client_work", "service-task-not-permitted"),
        ("S-1004", "will", "purpose-not-permitted"),
        ("T-1007", "archive", "purpose-not-permitted"),
        ("T-1007", "client_work", "purpose-not-permitted"),
        ("T-1007", "will", "purpose-not-permitted"),
        ("T-1008", "supervision", "purpose-not-permitted"),
        ("T-1008", "will", "purpose-not-permitted"),
        ("S-1002", "will", "special-reason-required"),
        ("S-2001", "client_work", "not-the-controller"),
        ("T-2003", "will", "not-the-controller"),
    ] {
        let session = pair.server.person(person).session();
        let answer = session.post_json("/v1/wills/search", &asked(purpose)).await.unwrap();
        let problem = answer.expect_problem(slug);
        assert_eq!(problem.status, 403, "{person} {purpose}");
    }
    for basis in ["disclosure", "broad", "register_access"] {
        let asked = json!({"context": {"basis": basis}, "client": pair.client.key()});
        let answer = pair.testila.post_json("/v1/wills/search", &asked).await.unwrap();
        let problem = answer.expect_problem("invalid-request");
        assert_eq!(problem.errors[0].code, "not-offered", "{basis}");
    }
}

/// REQ LOG-01
#[tokio::test]
async fn the_log_keeps_which_documents_of_a_will_were_told_and_whether_all_of_it_was() {
    let pair = Pair::silent().await;
    let informing = pair.inform().await;
    told(&pair.testila, &pair.client, "client_work").await;
    told(&pair.mallila, &pair.client, "client_work").await;
    told(&pair.testila, &pair.client, "will").await;
    let looks = |log: Vec<Value>| -> Vec<Value> {
        let looks = log.into_iter().filter(|entry| entry["action"] == "read-wills");
        looks.map(|entry| json!([entry["documents"], entry["search"]["complete"]])).collect()
    };
    let ours = looks(log_of(&pair.server, "T-1008", "use").await);
    let named = json!([informing.oid().as_str()]);
    assert_eq!(ours, [json!([named, false]), json!([named, true])]);
    let theirs = looks(log_of(&pair.server, "T-3003", "use").await);
    assert_eq!(theirs, [json!([[], false])], "what Testilä recorded is not named in Mallila");
}

/// REQ DIS-03: what it names need not be there, and whether it is, nobody is told.
#[tokio::test]
async fn a_document_that_is_not_there_is_denied_like_one_that_is() {
    let pair = Pair::open().await;
    let theirs = pair.elsewhere.draft(&pair.sanna);
    store(&pair.mallila, &theirs).await;
    let draft = pair.care.draft(&pair.maija);
    let denial = pair.denial().document(&theirs.oid()).document(&fresh_oid());
    let mut receipt = pair
        .testila
        .store(&denial.document(&draft.oid()).draft().build())
        .await
        .unwrap()
        .expect_status(201);
    let members = receipt.as_object_mut().unwrap();
    let named: Vec<_> = members.keys().cloned().collect();
    assert_eq!(named, ["digest", "log_entry", "oid", "original_oid", "stored_at", "version"]);
    // It is denied from the moment on at which it comes.
    pair.records(draft.clone()).await;
    pair.expect(&draft, false).await;
    assert!(
        identifiers(
            &pair
                .testila
                .search(&json!({"client": pair.client.key()}))
                .await
                .unwrap()
                .expect_status(200)
        )
        .contains(&draft.oid().to_string())
    );
    assert_eq!(draft.metadata["controller"], TESTILA);
}
