//! What stays of a citizen's use: entries in logs, and no identity code.

use serde_json::{Value, json};
use varanto_documents::pdfa::{Part, example};
use varanto_testkit::{
    CITIZEN_SERVICE_WORKER, Draft, Expect, ServerProcess, TestRepresentative, fresh_client,
    fresh_oid,
};

use crate::given::{Given, use_log};

/// REQ LOG-01, CIT-04
#[tokio::test]
async fn every_use_of_a_citizen_is_noted_with_the_client_and_without_identity_codes() {
    let given = Given::start().await;
    let (letter, holder) = (given.letter(), fresh_client());
    given.store(&letter).await;
    let mandate = TestRepresentative::of(&holder).role("34");
    let mandate = Draft::representation(&given.maija, &given.client).represented_by(mandate);
    given.store(&mandate.draft()).await;
    let (citizen, absent) = (given.citizen(), fresh_oid());
    citizen.search(&json!({})).await.unwrap().expect_status(200);
    citizen.fetch(&letter.oid()).await.unwrap().expect_status(200);
    citizen.fetch(&absent).await.unwrap().expect_problem("document-not-found");
    citizen.will().await.unwrap().expect_status(200);
    citizen.search_cases(&json!({"x": 1})).await.unwrap().expect_problem("invalid-request");
    citizen.search_disclosures(&json!({})).await.unwrap().expect_status(200);
    let service = given.server.person(CITIZEN_SERVICE_WORKER);
    let permit = Draft::permit(&service, &given.client).draft().by_citizen();
    citizen.store(&permit.build()).await.unwrap().expect_problem("not-informed");
    let informing = Draft::informing(&service, &given.client).draft().by_citizen();
    citizen.store(&informing.build()).await.unwrap().expect_status(201);
    let acting = given.server.citizen(&holder).acting_for(&given.client).session();
    acting.fetch(&letter.oid()).await.unwrap().expect_status(200);
    let log = use_log(&given.server).await;
    let told = |entry: &Value| {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        (text("action"), text("outcome"))
    };
    let expected = [
        ("search", "permitted"),
        ("read", "permitted"),
        ("read", "document-not-found"),
        ("read-wills", "permitted"),
        ("search", "invalid-request"),
        ("read-log", "permitted"),
        ("store", "not-informed"),
        ("store", "permitted"),
        ("read", "permitted"),
    ];
    let noted: Vec<_> = log.iter().map(told).collect();
    let expected = expected.map(|(action, outcome)| (action.to_owned(), outcome.to_owned()));
    assert_eq!(noted, expected, "{log:#?}");
    let text = Value::from(log.clone()).to_string();
    assert!(!text.contains(&given.client) && !text.contains(&holder));
    assert!(log[0]["user"]["id"].as_str().unwrap().starts_with("citizen:"));
    assert_ne!(log[0]["user"]["id"], log[8]["user"]["id"]);
    assert!(log[1]["documents"] == json!([letter.oid()]) && log[2]["documents"] == json!([absent]));
    let county = given.server.person("T-1008").session();
    let asked = json!({"context": {"purpose": "supervision"}, "page": {"size": 200}});
    let county = county.search_use_log(&asked).await.unwrap().expect_status(200).to_string();
    assert!(!county.contains(&given.client) && !county.contains(&holder));
}

/// REQ DOC-06
#[tokio::test]
async fn no_identity_code_stands_in_what_the_server_writes_and_refuses() {
    let server = ServerProcess::start().await;
    server.set_clock("2026-09-10T12:00:00+03:00");
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let letter = care.letter(&maija, example::minimal(Part::Two, "Kirje"));
    maija.session().store(&letter.build()).await.unwrap().expect_status(201);
    let (client, stranger) = (care.client.clone(), fresh_client());
    let citizen = server.citizen(&client).session();
    citizen.fetch(&letter.oid()).await.unwrap().expect_status(200);
    let other = server.citizen(&stranger).session();
    let mut answers = vec![
        other.fetch(&letter.oid()).await.unwrap(),
        other.search(&json!({"filter": {"client": client}})).await.unwrap(),
        other.get(&format!("/v1/citizen/documents/{stranger}")).await.unwrap(),
    ];
    let service = server.person(CITIZEN_SERVICE_WORKER);
    let informing = Draft::informing(&service, &client).draft().by_citizen();
    answers.push(other.store(&informing.build()).await.unwrap());
    let acting = server.citizen(&stranger).acting_for(&client);
    let (now, url) = (jiff::Timestamp::now(), acting.client().token_url());
    let assertion = acting.credentials.assertion(&url, now, "once").unwrap();
    answers.push(acting.client().request_token(&assertion).await.unwrap());
    for answer in answers {
        assert!(answer.status >= 400);
        let text = String::from_utf8(answer.body.clone()).unwrap();
        assert!(!text.contains(&client) && !text.contains(&stranger), "{text}");
    }
    let log = server.log();
    assert!(!log.contains(&client), "the log of the server names a client");
    assert!(!log.contains(&*maija.person.family_name));
}
