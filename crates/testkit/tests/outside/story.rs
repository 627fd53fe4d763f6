//! The whole course of a request, and what happens once.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_testkit::{Care, Draft, Expect, TestClient, TestServer, fresh_case, fresh_client};

use crate::given::{Recorded, assessed, reason};
use crate::package::Opened;

async fn log(server: &TestServer, path: &str) -> Vec<Value> {
    let search = json!({"context": {"purpose": "supervision"}, "page": {"size": 200}});
    let session = server.person("T-1008").session();
    let page = session.post_json(path, &search).await.unwrap().expect_status(200);
    page["entries"].as_array().unwrap().clone()
}

/// REQ DIS-07
#[tokio::test]
async fn kela_gets_what_two_have_agreed_to_in_a_package_that_it_can_prove() {
    let server = TestServer::start().await;
    let (care, draft) = assessed(&server).await;
    let recorded = Recorded::of(&server, &care, &[&draft, &care.case_document]).await;
    assert_eq!(recorded.request["state"], "recorded");
    assert_eq!(recorded.request["recipient"]["name"], "Kela");
    assert_eq!(recorded.request["client"]["id"], care.client);
    recorded.deliver().await.expect_problem("not-approved");

    // The manager finds it, though the client is not one of the manager's unit's, for a reason.
    let search = json!({"context": reason(), "state": "recorded"});
    let found = recorded.decider.search_disclosure_requests(&search).await.unwrap();
    assert_eq!(found.expect_status(200)["requests"][0]["id"], recorded.id.as_str());
    let approval = json!({
        "context": reason(), "decision": "approved", "documents": [draft.oid().as_str()],
        "reason": "Arvio tarvitaan, asia ei"
    });
    let decided = recorded.decider.decide_disclosure_request(&recorded.id, &approval).await;
    let decided = decided.unwrap().expect_status(200);
    assert_eq!(decided["state"], "approved");
    assert_eq!(decided["decision"]["documents"], json!([draft.oid().as_str()]));
    let again = recorded.decider.decide_disclosure_request(&recorded.id, &approval).await;
    again.unwrap().expect_problem("already-decided");

    let answer = recorded.deliver().await;
    assert_eq!(
        (answer.status, &answer.headers["content-type"]),
        (200, &"application/zip".parse().unwrap())
    );
    let package = Opened::proven(&server, &answer.body);
    let manifest = &package.manifest;
    assert_eq!(manifest["request"], recorded.id.as_str());
    assert_eq!(manifest["recipient"]["name"], "Kela");
    assert_eq!(manifest["controller"]["oid"], "1.2.246.10.99990001.19.0");
    assert_eq!(manifest["legal_ground"], "Asiakastietolaki 703/2023 64 §");
    assert_eq!(manifest["reference"], "KELA-2026-17");
    assert_eq!(manifest["documents"].as_array().unwrap().len(), 1);
    let session = server.person("S-1001").session();
    let whole = session.fetch(&draft.oid(), &UseContext::default()).await.unwrap();
    let whole = whole.expect_status(200);
    assert_eq!(manifest["documents"][0]["digest"], whole["digest"]);
    assert_eq!(manifest["documents"][0]["is_newest"], true);
    let metadata: Value = serde_json::from_slice(package.file("/metadata.json").unwrap()).unwrap();
    assert_eq!(metadata, whole["metadata"]);
    let data: Value = serde_json::from_slice(package.file("/content-1.json").unwrap()).unwrap();
    assert_eq!(data, whole["content"][0]["data"]);
    assert_eq!(
        package.file("/content-2.xhtml").unwrap(),
        whole["content"][1]["text"].as_str().unwrap().as_bytes()
    );
    let signatures: Value =
        serde_json::from_slice(package.file("/signatures.json").unwrap()).unwrap();
    assert_eq!(signatures, whole["signatures"]);

    recorded.deliver().await.expect_problem("already-delivered");
    let found = session.find_disclosure_request(&recorded.id, &UseContext::default()).await;
    let found = found.unwrap().expect_status(200);
    assert_eq!(found["state"], "delivered");
    assert!(found["delivery"]["sha256"].is_string());

    let disclosed = log(&server, "/v1/logs/disclosure/search").await;
    assert_eq!(disclosed.len(), 1, "{disclosed:?}");
    let text = disclosed[0].to_string();
    for expected in ["\"request\"", "\"Kela\"", "703/2023 64", draft.oid().as_str()] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let used = log(&server, "/v1/logs/use/search").await;
    let acts: Vec<_> = used
        .iter()
        .filter(|entry| entry["action"] == "disclose-outside")
        .map(|entry| (entry["search"]["act"].as_str().unwrap(), entry["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(
        acts,
        [
            ("look", "permitted"),
            ("deliver", "already-delivered"),
            ("deliver", "permitted"),
            ("decide", "already-decided"),
            ("decide", "permitted"),
            ("search", "permitted"),
            ("deliver", "not-approved"),
            ("record", "permitted"),
        ]
    );
}

/// REQ DIS-07: who recorded a request does not decide on it.
#[tokio::test]
async fn two_pairs_of_eyes_decide() {
    let server = TestServer::start().await;
    let (care, draft) = assessed(&server).await;
    let recorded = Recorded::of(&server, &care, &[&draft]).await;
    let decision = json!({"decision": "approved", "reason": "Laissa säädetty"});
    let own = recorded.worker.decide_disclosure_request(&recorded.id, &decision).await.unwrap();
    assert_eq!(own.expect_problem("four-eyes").status, 403);
    // A nurse of the same unit does not write disclosure notices, and decides nothing.
    let nurse = server.person("S-1004").session();
    let refused = nurse.decide_disclosure_request(&recorded.id, &decision).await.unwrap();
    refused.expect_problem("service-task-not-permitted");
    recorded.decide("approved").await.expect_status(200);
}

/// REQ DIS-07
#[tokio::test]
async fn of_several_who_fetch_at_once_one_gets_the_package() {
    let server = TestServer::start().await;
    let (care, draft) = assessed(&server).await;
    let recorded = Recorded::of(&server, &care, &[&draft]).await;
    recorded.decide("approved").await.expect_status(200);
    let fetches: Vec<_> = (0..6)
        .map(|_| {
            let (session, id) = (server.person("S-1001").session(), recorded.id.clone());
            tokio::spawn(async move {
                session.deliver_disclosure_request(&id, &json!({})).await.unwrap()
            })
        })
        .collect();
    let mut given = 0;
    for fetch in fetches {
        let answer = fetch.await.unwrap();
        if answer.status == 200 {
            given += 1;
        } else {
            assert_eq!(answer.expect_problem("already-delivered").status, 409);
        }
    }
    assert_eq!(given, 1);
    assert_eq!(log(&server, "/v1/logs/disclosure/search").await.len(), 1);
}

/// REQ DIS-07
#[tokio::test]
async fn what_is_refused_is_never_delivered() {
    let server = TestServer::start().await;
    let (care, draft) = assessed(&server).await;
    let recorded = Recorded::of(&server, &care, &[&draft]).await;
    let refused = recorded.decide("refused").await.expect_status(200);
    assert_eq!(
        (&refused["state"], &refused["decision"]["documents"]),
        (&"refused".into(), &json!([]))
    );
    recorded.deliver().await.expect_problem("not-approved");
    recorded.decide("approved").await.expect_problem("already-decided");
    assert!(log(&server, "/v1/logs/disclosure/search").await.is_empty());
}

/// REQ DIS-07, CASE-07
#[tokio::test]
async fn contact_data_of_a_client_under_turvakielto_stay_at_home() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let clientship = Draft::clientship(&maija, &client);
    let session = maija.session();
    let care = Care::arrange(&session, &opened, &clientship.turvakielto()).await;
    let draft = care.draft(&maija);
    let letter = care.letter(
        &maija,
        varanto_documents::pdfa::example::minimal(varanto_documents::pdfa::Part::Two, "Kirje"),
    );
    for draft in [&draft, &letter] {
        session.store(&draft.build()).await.unwrap().expect_status(201);
    }
    let recorded = Recorded::of(&server, &care, &[&draft, &letter]).await;
    recorded.decide("approved").await.expect_status(200);
    let package = Opened::proven(&server, &recorded.deliver().await.body);
    let documents = package.manifest["documents"].as_array().unwrap();
    // A file that cannot be masked is held back, and by nothing that is left could it be found out.
    assert_eq!(documents[1]["withheld"], json!(["/content/0"]));
    assert!(package.file(".pdf").is_none());
    for document in documents {
        assert_eq!(document["digest"], Value::Null);
    }
    let signatures = package.files.iter().filter(|(name, _)| name.ends_with("/signatures.json"));
    assert!(signatures.map(|(_, content)| content.as_slice()).all(|content| content == b"[]"));
}

/// REQ DIS-07, CASE-07: another county knows that the client is under turvakielto.
#[tokio::test]
async fn where_the_client_lives_stays_at_home_also_where_only_another_county_knows_why() {
    const ADDRESS: &str = "Piilopolku 1";
    let server = TestServer::start().await;
    let (maija, other) = (server.person("S-1001"), server.person("S-3001"));
    let (client, case) = (fresh_client(), fresh_case());
    let opened = Draft::case(&maija, &client, &case);
    let contact = json!({"puhelinnumero": "+358 40 0000000", "osoite": [{"lahiosoite": ADDRESS}]});
    let clientship = Draft::clientship(&maija, &client).about_client("yhteystiedot", contact);
    let care = Care::arrange(&maija.session(), &opened, &clientship).await;
    let theirs = Draft::clientship(&other, &client).organised_by(&other.organisation);
    let theirs = theirs.turvakielto().draft();
    other.session().store(&theirs.build()).await.unwrap().expect_status(201);
    let recorded = Recorded::of(&server, &care, &[&care.clientship_document]).await;
    recorded.decide("approved").await.expect_status(200);
    let package = Opened::proven(&server, &recorded.deliver().await.body);
    let withheld = &package.manifest["documents"][0]["withheld"];
    assert_eq!(
        withheld,
        &json!(["/content/0/data/asiakkuusasiakirja/asiakas/yhteystiedot/osoite"])
    );
    for content in package.files.values() {
        let text = String::from_utf8_lossy(content);
        assert!(!text.contains(ADDRESS), "{text}");
    }
    let shown = String::from_utf8_lossy(package.file("/content-2.xhtml").unwrap());
    assert!(shown.contains("+358 40 0000000"), "{shown}");
}

/// REQ DIS-07, DOC-03: what was decided on is what goes out.
#[tokio::test]
async fn a_version_that_is_stored_after_the_request_is_told_of_and_not_given() {
    let server = TestServer::start().await;
    let (care, draft) = assessed(&server).await;
    let recorded = Recorded::of(&server, &care, &[&draft]).await;
    recorded.decide("approved").await.expect_status(200);
    let newer = draft.next_version();
    let session = server.person("S-1001").session();
    session.store(&newer.build()).await.unwrap().expect_status(201);
    let package = Opened::proven(&server, &recorded.deliver().await.body);
    let given = &package.manifest["documents"][0];
    assert_eq!((&given["oid"], &given["is_newest"]), (&draft.oid().as_str().into(), &false.into()));
    let metadata: Value = serde_json::from_slice(package.file("/metadata.json").unwrap()).unwrap();
    assert_eq!(metadata["version"], 1);
}

/// REQ DIS-07, CASE-06
#[tokio::test]
async fn a_request_about_somebody_nameless_goes_on_about_the_person() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let nameless = TestClient::temporary("1.2.246.10.99990001.22.2026.1", "2026-01-02");
    let nameless = nameless.named("Tuntematon", "Tuntematon");
    let care = server.care_for(&maija, nameless).await;
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let recorded = Recorded::of(&server, &care, &[&draft]).await;
    let person = fresh_client();
    let joining = json!({
        "context": reason(), "temporary": care.person.key(),
        "client": {"id": person, "family_name": "Testinen", "given_names": "Aino"}
    });
    session.join_client(&joining).await.unwrap().expect_status(200);
    let found = session.search_disclosure_requests(&json!({"client": {"id": person}})).await;
    let found = found.unwrap().expect_status(200);
    assert_eq!(found["requests"][0]["client"]["id"], person);
    recorded.decide("approved").await.expect_status(200);
    let package = Opened::proven(&server, &recorded.deliver().await.body);
    assert_eq!(package.manifest["documents"][0]["oid"], draft.oid().as_str());
}
