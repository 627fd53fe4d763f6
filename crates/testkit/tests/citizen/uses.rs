//! Who has used a citizen's data, as the citizen is told it, and whoever acts for the citizen.

use serde_json::{Value, json};
use varanto_client::{CitizenSession, UseContext};
use varanto_model::Code;
use varanto_testkit::{
    Care, Draft, Expect, TestClient, TestRepresentative, fresh_case, fresh_client,
};

use crate::given::{Given, TESTILA};

/// Everything that is told of uses.
async fn uses(citizen: &CitizenSession) -> Vec<Value> {
    let asked = json!({"page": {"size": 200}});
    let page = citizen.search_uses(&asked).await.unwrap().expect_status(200);
    page["uses"].as_array().unwrap().clone()
}

/// REQ CIT-04
#[tokio::test]
async fn a_citizen_sees_where_and_for_what_the_own_data_were_used_and_not_by_whom() {
    let given = Given::start().await;
    let letter = given.letter();
    given.store(&letter).await;
    let nurse = given.server.person("S-1004").session();
    nurse.fetch(&letter.oid(), &UseContext::default()).await.unwrap().expect_status(200);
    let olli = given.server.person("S-1002").session();
    let refused = olli.fetch(&letter.oid(), &UseContext::default()).await.unwrap();
    assert!(refused.status >= 400);
    let citizen = given.citizen();
    let told = uses(&citizen).await;
    assert!(told.iter().all(|used| used["unit"] != "1.2.246.10.99990001.10.2"), "it used nothing");
    let read = &told[0];
    assert_eq!((&read["action"], &read["by"]), (&json!("read"), &json!("professional")));
    assert_eq!((&read["purpose"], &read["basis"]), (&json!("client_work"), &json!("own")));
    assert_eq!(read["controller"], TESTILA);
    assert_eq!(read["organisation_name"]["fi"], "Testilän hyvinvointialue");
    assert_eq!(read["unit_name"]["fi"], "Iäkkäiden palvelut");
    assert_eq!(read["documents"], json!([letter.oid()]));
    let text = Value::from(told.clone()).to_string();
    for kept in ["Keksitty", "Esimerkki", "S-1001", "S-1004", given.client.as_str()] {
        assert!(!text.contains(kept), "{kept}");
    }
    let again = uses(&citizen).await;
    assert_eq!((&again[0]["by"], &again[0]["action"]), (&json!("citizen"), &json!("read-log")));
    assert_eq!(again[1..], told[..]);
    let first =
        citizen.search_uses(&json!({"page": {"size": 1}})).await.unwrap().expect_status(200);
    let next = json!({"page": {"size": 200, "cursor": first["next"]}});
    let rest = citizen.search_uses(&next).await.unwrap().expect_status(200);
    assert_eq!(rest["uses"].as_array().unwrap(), &again, "one look more than was told before");
    let filter = json!({"filter": {"to": "2026-09-10T00:00:00+03:00"}});
    let earlier = citizen.search_uses(&filter).await.unwrap().expect_status(200);
    assert_eq!(earlier, json!({"uses": [], "next": null}));
    let wrong = citizen.search_uses(&json!({"filter": {"user": "S-1001"}})).await.unwrap();
    assert_eq!(wrong.expect_problem("invalid-request").errors[0].pointer, "/filter/user");
}

/// REQ CIT-04, CIT-02
#[tokio::test]
async fn a_use_of_what_is_hidden_is_told_without_naming_the_document() {
    let given = Given::start().await;
    let hidden = json!({"visibility": "hidden", "reason": "Asiakkaan turvallisuus"});
    let (letter, secret) = (given.letter(), given.letter().with("citizen_view", hidden));
    for draft in [&letter, &secret] {
        given.store(draft).await;
    }
    let told = uses(&given.citizen()).await;
    let documents: Vec<_> = told.iter().take(2).map(|used| used["documents"].clone()).collect();
    assert_eq!(documents, [json!([]), json!([letter.oid()])]);
    assert!(told.iter().take(2).all(|used| used["action"] == "store"));
}

/// REQ CIT-04, CIT-05
#[tokio::test]
async fn whoever_acts_for_a_client_is_told_of_documents_that_they_see_and_not_who_used_them() {
    let given = Given::start().await;
    let (letter, denied) = (given.letter(), given.letter().with("guardian_view", "denied"));
    for draft in [&letter, &denied] {
        given.store(draft).await;
    }
    let (holder, other) = (fresh_client(), fresh_client());
    for person in [&holder, &other] {
        let mandate = TestRepresentative::of(person).role("34");
        let mandate = Draft::representation(&given.maija, &given.client).represented_by(mandate);
        given.store(&mandate.draft()).await;
    }
    given.citizen().fetch(&letter.oid()).await.unwrap().expect_status(200);
    let acting = |person: &str| given.server.citizen(person).acting_for(&given.client).session();
    acting(&other).fetch(&letter.oid()).await.unwrap().expect_status(200);
    let told = uses(&acting(&holder)).await;
    assert!(!told.is_empty());
    for used in &told {
        assert_eq!(used["by"], "professional", "what the client and others look at is theirs");
        assert_ne!(used["documents"], json!([]));
        let names = ["controller", "organisation", "organisation_name", "unit", "unit_name"];
        assert!(names.iter().all(|name| used.get(name).is_none()), "{used}");
    }
    let text = Value::from(told).to_string();
    assert!(text.contains(letter.oid().as_str()) && !text.contains(denied.oid().as_str()));
    let own = uses(&given.citizen()).await;
    let by = |who: &str| own.iter().filter(|used| used["by"] == who).count();
    assert!(by("citizen") >= 1 && by("representative") == 2, "the client sees all of it");
}

/// REQ CIT-04, CASE-06
#[tokio::test]
async fn what_was_noted_under_a_temporary_identifier_is_told_after_the_joining() {
    let given = Given::start().await;
    let temporary = "1.2.246.10.99990001.22.2026.1";
    let nameless = TestClient::temporary(temporary, "2026-01-02").named("Tuntematon", "Tuntematon");
    let case = Draft::case(&given.maija, &nameless, &fresh_case());
    let care =
        Care::arrange(&given.testila, &case, &Draft::clientship(&given.maija, &nameless)).await;
    let person = fresh_client();
    let joining = json!({
        "temporary": {"temporary_id": temporary},
        "client": {"id": person, "family_name": "Testinen", "given_names": "Aino"}
    });
    given.testila.join_client(&joining).await.unwrap().expect_status(200);
    let told = uses(&given.server.citizen(&person).session()).await;
    let acts: Vec<_> = told.iter().map(|used| used["action"].as_str().unwrap()).collect();
    assert_eq!(acts, ["join-client", "join-client", "store", "store"]);
    assert_eq!(told[3]["documents"], json!([care.case_document.oid()]));
}

/// REQ CIT-04: a document of two clients, one of whom has found shelter.
#[tokio::test]
async fn of_what_is_anothers_as_well_it_is_not_told_where_it_was_used() {
    let given = Given::start().await;
    let olli = given.server.person("S-1002");
    let (aino, eino) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
    let case = Draft::case(&given.maija, &aino, &fresh_case()).joint().with_client(eino.clone());
    let clientship = Draft::clientship(&given.maija, &eino);
    let care = Care::arrange(&given.maija.session(), &case, &clientship).await;
    given.store(&Draft::clientship(&olli, &aino).turvakielto().draft()).await;
    let joint = care.draft(&given.maija).naming(&[aino, eino.clone()]);
    given.store(&joint).await;
    let own = UseContext::default();
    olli.session().fetch(&joint.oid(), &own).await.unwrap().expect_status(200);
    let told = uses(&given.server.citizen(eino.id()).session()).await;
    let read: Vec<_> = told.iter().filter(|used| used["action"] == "read").collect();
    assert_eq!(read.len(), 1, "that it was used is told");
    for member in ["unit", "unit_name", "organisation", "organisation_name", "controller"] {
        assert!(read[0][member].is_null(), "{member}");
    }
}

/// REQ CIT-04: nor who received what is somebody else's as well.
#[tokio::test]
async fn of_what_is_anothers_as_well_it_is_not_told_who_received_it() {
    let given = Given::start().await;
    let (aino, eino) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
    let case = Draft::case(&given.maija, &aino, &fresh_case()).joint().with_client(eino.clone());
    let clientship = Draft::clientship(&given.maija, &eino);
    let care = Care::arrange(&given.maija.session(), &case, &clientship).await;
    let joint = care.draft(&given.maija).naming(&[aino, eino.clone()]);
    given.store(&joint).await;
    let code = |word: &str| Some(Code::parse(word).unwrap());
    let (basis, ground) = (code("broad"), code("X-AUTHORITY"));
    let broad = UseContext { basis, ground, ..UseContext::default() };
    let sanna = given.server.person("S-3001").session();
    sanna.fetch(&joint.oid(), &broad).await.unwrap().expect_status(200);
    let citizen = given.server.citizen(eino.id()).session();
    let told = citizen.search_disclosures(&json!({})).await.unwrap().expect_status(200);
    let entries = told["disclosures"].as_array().unwrap();
    assert!(entries.len() == 1 && entries[0]["broad"] == true, "that it was disclosed is told");
    assert!(entries[0]["receiver"].is_null());
}

/// REQ CIT-04: nor of what names no document, but is of several clients.
#[tokio::test]
async fn of_what_is_anothers_as_well_it_is_not_told_where_no_document_is_named() {
    let given = Given::start().await;
    let (aino, eino) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
    let case = Draft::case(&given.maija, &aino, &fresh_case()).joint().with_client(eino.clone());
    let clientship = Draft::clientship(&given.maija, &eino);
    let care = Care::arrange(&given.maija.session(), &case, &clientship).await;
    let coming = care.draft(&given.maija).naming(&[aino.clone(), eino.clone()]);
    let names = [
        "controller",
        "group",
        "generation",
        "service_task",
        "service_process",
        "type_code",
        "case",
        "clients",
        "written_at",
    ];
    let metadata = names.map(|name| (name.to_owned(), coming.metadata[name].clone()));
    let asked =
        json!({"action": "store", "metadata": Value::Object(metadata.into_iter().collect())});
    let told = given.testila.explain(&asked).await.unwrap().expect_status(200);
    assert_eq!(told["permitted"], true, "{told}");
    let notice = Draft::disclosure_notice(&given.maija, &aino).with_client(eino.clone());
    let notice = notice.what("Puhelimessa kerrottu").draft();
    given.store(&notice).await;
    let citizen = given.server.citizen(eino.id()).session();
    let told = uses(&citizen).await;
    let explained =
        told.iter().find(|used| used["action"] == "store" && used["documents"] == json!([]));
    assert!(explained.unwrap()["unit"].is_null() && explained.unwrap()["organisation"].is_null());
    let told = citizen.search_disclosures(&json!({})).await.unwrap().expect_status(200);
    let entries = told["disclosures"].as_array().unwrap();
    assert!(entries.len() == 1 && entries[0]["what"].is_string(), "{told}");
    assert!(entries[0]["receiver"].is_null());
}
