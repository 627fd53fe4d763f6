//! What is told beside documents: cases, clientships, texts, and who has received the data.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_model::Code;
use varanto_testkit::{Draft, Expect, fresh_case};

use crate::given::{Given, TESTILA};

fn hidden() -> Value {
    json!({"visibility": "hidden", "reason": "Asiakkaan turvallisuus"})
}

/// REQ CIT-01, CIT-02
#[tokio::test]
async fn cases_and_clientships_are_told_where_their_documents_are_shown() {
    let given = Given::start().await;
    let secret = Draft::case(&given.maija, &given.client, &fresh_case()).draft();
    given.store(&secret.with("citizen_view", hidden())).await;
    let sanna = given.server.person("S-3001");
    let elsewhere = given.server.care_for(&sanna, &given.client).await;
    let citizen = given.citizen();
    let cases = citizen.search_cases(&json!({})).await.unwrap().expect_status(200);
    let mut told: Vec<_> =
        cases["cases"].as_array().unwrap().iter().map(|c| c["oid"].clone()).collect();
    let mut expected = vec![json!(given.care.case), json!(elsewhere.case)];
    told.sort_by_key(ToString::to_string);
    expected.sort_by_key(ToString::to_string);
    assert_eq!(told, expected);
    let case = &cases["cases"][0];
    assert!(case["controller_name"]["fi"].is_string() && case["state"] == "open");
    let first = citizen.search_cases(&json!({"page": {"size": 1}})).await.unwrap();
    let first = first.expect_status(200);
    let next = json!({"page": {"size": 1, "cursor": first["next"]}});
    let second = citizen.search_cases(&next).await.unwrap().expect_status(200);
    assert!(second["next"].is_null() && second["cases"][0] != first["cases"][0]);
    let clientships = citizen.search_clientships(&json!({})).await.unwrap().expect_status(200);
    let listed = clientships["clientships"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    let own = listed.iter().find(|c| c["controller"] == TESTILA).unwrap();
    assert_eq!(own["units"][0]["unit"], given.maija.unit().as_str());
    assert!(own["units"][0]["name"]["fi"].is_string());
    let kept = given.care.clientship_document.next_version().with("citizen_view", hidden());
    given.store(&kept).await;
    let clientships = citizen.search_clientships(&json!({})).await.unwrap().expect_status(200);
    assert_eq!(clientships["clientships"].as_array().unwrap().len(), 1);
    let wrong = citizen.search_clientships(&json!({"client": {}, "page": {"cursor": "!"}})).await;
    let problem = wrong.unwrap().expect_problem("invalid-request");
    assert_eq!(problem.errors.len(), 2);
}

/// REQ CIT-04
#[tokio::test]
async fn a_citizen_sees_who_has_received_which_of_the_documents_that_are_shown() {
    let given = Given::start().await;
    let (letter, secret) = (given.letter(), given.letter().with("citizen_view", hidden()));
    for draft in [&letter, &secret] {
        given.store(draft).await;
    }
    given.store(&Draft::informing(&given.maija, &given.client).draft()).await;
    given.store(&Draft::permit(&given.maija, &given.client).draft()).await;
    let sanna = given.server.person("S-3001");
    given.server.care_for(&sanna, &given.client).await;
    let session = sanna.session();
    let code = |word: &str| Some(Code::parse(word).unwrap());
    let disclosure = UseContext { basis: code("disclosure"), ..UseContext::default() };
    let citizen = given.citizen();
    let none = citizen.search_disclosures(&json!({})).await.unwrap().expect_status(200);
    assert_eq!(none, json!({"disclosures": [], "next": null}));
    session.fetch(&letter.oid(), &disclosure).await.unwrap().expect_status(200);
    given.server.set_clock("2026-09-11T12:00:00+03:00");
    session.fetch(&secret.oid(), &disclosure).await.unwrap().expect_status(200);
    let page = citizen.search_disclosures(&json!({})).await.unwrap().expect_status(200);
    let told = page["disclosures"].as_array().unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["documents"], json!([]), "of what is hidden nothing is named");
    assert_eq!(told[1]["documents"], json!([letter.oid()]));
    let entry = &told[1];
    assert!(entry["basis"] == "disclosure" && entry["broad"] == false);
    assert_eq!(entry["controller"], TESTILA);
    assert_eq!(entry["receiver"]["organisation"], "1.2.246.10.99990003.10.0");
    assert!(entry["receiver"]["organisation_name"]["fi"].is_string());
    assert!(entry["receiver"]["unit_name"]["fi"].is_string());
    assert!(!page.to_string().contains("Testimaa"), "who it was is told by the controller");
    let first = citizen.search_disclosures(&json!({"page": {"size": 1}})).await.unwrap();
    let next = json!({"page": {"size": 1, "cursor": first.expect_status(200)["next"]}});
    let second = citizen.search_disclosures(&next).await.unwrap().expect_status(200);
    assert!(second["disclosures"][0] == *entry && second["next"].is_null());
    let filter = json!({"filter": {"from": "2026-09-11T00:00:00+03:00"}});
    let later = citizen.search_disclosures(&filter).await.unwrap().expect_status(200);
    assert_eq!(later["disclosures"].as_array().unwrap().len(), 1);
}

/// REQ DIS-01
#[tokio::test]
async fn the_information_texts_are_told_in_three_languages() {
    let given = Given::start().await;
    let client = given.server.client("99990006");
    let texts = client.get("/v1/information-texts").await.unwrap().expect_status(200);
    let texts = texts["texts"].as_array().unwrap();
    let kinds: Vec<_> = texts.iter().map(|text| text["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["informing", "permit", "denial"]);
    for text in texts {
        assert!(text["version"].is_string() && text["in_force_from"].is_string());
        for language in ["fi", "sv", "en"] {
            assert!(text["text"][language].is_string(), "{language}");
        }
    }
}
