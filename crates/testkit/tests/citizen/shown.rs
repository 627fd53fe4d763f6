//! Which documents are shown to the client, and what of them.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_documents::pdfa::{Part, example};
use varanto_model::{MediaType, Oid};
use varanto_testkit::{Care, Draft, Expect, TestClient, fresh_case, fresh_client, fresh_oid};

use crate::given::{Given, found, is_fetched, letters};

/// The types of documents that citizens are never shown: shelters, work against violence, payment
/// commitments.
const NEVER: [&str; 8] = ["1011", "1014", "1016", "1017", "9001", "9002", "15019", "15025"];

fn hidden() -> Value {
    json!({"visibility": "hidden", "reason": "Asiakkaan turvallisuus"})
}

fn delayed(day: &str) -> Value {
    json!({"visibility": "delayed", "release_on": day})
}

fn ids(drafts: &[&Draft]) -> Vec<String> {
    drafts.iter().map(|draft| draft.metadata["original_oid"].as_str().unwrap().to_owned()).collect()
}

/// REQ CIT-02
#[tokio::test]
async fn what_is_kept_from_citizens_stands_in_no_list_and_is_not_found() {
    let given = Given::start().await;
    let shown = given.care.draft(&given.maija);
    given.store(&shown).await;
    let old = given.letter().without("case").with("generation", "old");
    let mut kept = vec![
        old,
        given.letter().with("generation", "phase1"),
        given.letter().with("citizen_view", hidden()),
        given.letter().with("citizen_view", delayed("2026-09-11")),
    ];
    kept.extend(NEVER.map(|code| given.letter().with("type_code", code)));
    let annulled = given.letter();
    for draft in kept.iter().chain([&annulled]) {
        given.store(draft).await;
    }
    let context = UseContext::default();
    let done = given.testila.annul(&annulled.oid(), "Väärä asiakas", &context).await.unwrap();
    done.expect_status(200);
    kept.push(annulled);
    let citizen = given.citizen();
    assert_eq!(letters(&citizen).await, ids(&[&shown]));
    assert!(is_fetched(&citizen, &shown.oid()).await);
    let absent = citizen.fetch(&fresh_oid()).await.unwrap();
    for draft in kept {
        let answer = citizen.fetch(&draft.oid()).await.unwrap();
        answer.expect_problem("document-not-found");
        let told = |answer: &varanto_client::Answer| {
            let mut body = answer.json().unwrap();
            body["instance"] = Value::Null;
            body
        };
        assert_eq!(told(&answer), told(&absent));
    }
}

/// REQ CIT-02
#[tokio::test]
async fn a_delayed_document_is_shown_from_its_day_on() {
    let given = Given::start().await;
    let draft = given.letter().with("citizen_view", delayed("2026-09-11"));
    given.store(&draft).await;
    let citizen = given.citizen();
    given.server.set_clock("2026-09-10T23:59:00+03:00");
    assert!(!is_fetched(&citizen, &draft.oid()).await);
    assert!(letters(&citizen).await.is_empty());
    given.server.set_clock("2026-09-11T00:01:00+03:00");
    assert!(is_fetched(&citizen, &draft.oid()).await);
    assert_eq!(letters(&citizen).await, ids(&[&draft]));
}

/// REQ CIT-02
#[tokio::test]
async fn the_newest_version_alone_is_shown_and_decides() {
    let given = Given::start().await;
    let first = given.letter();
    let second = first.next_version();
    let third = second.next_version().with("citizen_view", hidden());
    let citizen = given.citizen();
    given.store(&first).await;
    assert!(is_fetched(&citizen, &first.oid()).await);
    given.store(&second).await;
    let page = citizen.search(&json!({"filter": {"groups": ["client_document"]}})).await.unwrap();
    let page = page.expect_status(200);
    assert_eq!(page["documents"][0]["oid"], second.oid().as_str());
    assert_eq!(page["documents"][0]["version"], 2);
    // The first version shares its identifier with the document, which means the newest one.
    let read = citizen.fetch(&first.oid()).await.unwrap().expect_status(200);
    assert_eq!(read["metadata"]["oid"], second.oid().as_str());
    given.store(&third).await;
    for oid in [first.oid(), second.oid(), third.oid()] {
        assert!(!is_fetched(&citizen, &oid).await, "{oid}");
    }
    assert!(letters(&citizen).await.is_empty());
    let fourth = third.next_version().with("citizen_view", json!({"visibility": "shown"}));
    given.store(&fourth).await;
    assert!(is_fetched(&citizen, &fourth.oid()).await);
    assert!(!is_fetched(&citizen, &third.oid()).await, "an earlier version");
}

/// REQ CIT-02
#[tokio::test]
async fn nobody_sees_the_documents_of_another_person() {
    let given = Given::start().await;
    let draft = given.letter();
    given.store(&draft).await;
    for stranger in [fresh_client(), given.server.care_of(&given.maija).await.client] {
        let citizen = given.server.citizen(&stranger).session();
        assert!(!is_fetched(&citizen, &draft.oid()).await);
        assert!(letters(&citizen).await.is_empty());
    }
}

/// REQ CIT-02
#[tokio::test]
async fn links_are_left_out_with_what_would_prove_them() {
    let given = Given::start().await;
    let (secret, plain) = (given.letter().with("citizen_view", hidden()), given.letter());
    let links = json!([{"oid": secret.oid().as_str(), "relation": "based_on"}]);
    let linked = given.letter().with("links", links);
    for draft in [&secret, &plain, &linked] {
        given.store(draft).await;
    }
    let citizen = given.citizen();
    let page = citizen.search(&json!({})).await.unwrap();
    assert!(!page.expect_status(200).to_string().contains(secret.oid().as_str()));
    let read = citizen.fetch(&linked.oid()).await.unwrap().expect_status(200);
    assert!(read["metadata"].get("links").is_none() && read.get("digest").is_none());
    assert_eq!(read["signatures"], json!([]));
    let read = citizen.fetch(&plain.oid()).await.unwrap().expect_status(200);
    assert!(read["digest"].is_string() && !read["signatures"].as_array().unwrap().is_empty());
}

/// REQ CIT-02
#[tokio::test]
async fn pages_are_full_whatever_lies_between_and_hold_what_a_fetch_gives() {
    let given = Given::start().await;
    let mut expected = Vec::new();
    for n in 0..23 {
        let written_at = format!("2026-09-02T10:{n:02}:00+03:00");
        let draft = given.letter().with("written_at", written_at);
        let draft = if n % 4 == 1 { draft } else { draft.with("citizen_view", hidden()) };
        given.store(&draft).await;
        if n % 4 == 1 {
            expected.insert(0, draft.oid().to_string());
        }
    }
    let citizen = given.citizen();
    let path = format!("/v1/citizen/documents/{}?version=1", expected[0]);
    citizen.get(&path).await.unwrap().expect_problem("invalid-request");
    for size in [1, 2, 3, 50] {
        let filter = json!({"groups": ["client_document"]});
        assert_eq!(found(&citizen, &filter, size).await, expected, "{size}");
    }
    for oid in &expected {
        assert!(is_fetched(&citizen, &Oid::parse(oid).unwrap()).await);
    }
    let filter = json!({
        "service_tasks": ["X-ELDERLY"], "written_from": "2026-09-02T10:05:00+03:00",
        "written_to": "2026-09-02T10:09:00+03:00", "groups": ["client_document", "record_entry"]
    });
    assert_eq!(found(&citizen, &filter, 50).await, expected[4..5]);
    let search =
        json!({"filter": {"controllers": [], "groups": ["x"]}, "page": {"size": 0}, "client": 1});
    let problem = citizen.search(&search).await.unwrap().expect_problem("invalid-request");
    let mut places: Vec<_> = problem.errors.iter().map(|e| e.pointer.clone()).collect();
    places.sort();
    assert_eq!(places, ["/client", "/filter/controllers", "/filter/groups/0", "/page/size"]);
}

/// REQ CIT-02
#[tokio::test]
async fn a_joint_document_is_shown_to_each_client_without_the_others_identity_code() {
    let given = Given::start().await;
    let (aino, eino) = (TestClient::of(&given.client), TestClient::of(&fresh_client()));
    let case = Draft::case(&given.maija, &aino, &fresh_case()).joint().with_client(eino.clone());
    let clientship = Draft::clientship(&given.maija, &eino);
    let joint = Care::arrange(&given.testila, &case, &clientship).await;
    let clients = [aino.clone(), eino.clone()];
    let text = format!("Perhe: {} ja {}", aino.id(), eino.id());
    let draft = joint.draft(&given.maija).naming(&clients).with("title", text);
    given.store(&draft).await;
    for (own, other) in [(&aino, &eino), (&eino, &aino)] {
        let citizen = given.server.citizen(own.id()).session();
        assert!(letters(&citizen).await.contains(&draft.oid().to_string()));
        for body in [
            citizen.search(&json!({})).await.unwrap().expect_status(200),
            citizen.fetch(&draft.oid()).await.unwrap().expect_status(200),
            citizen.fetch(&joint.case_document.oid()).await.unwrap().expect_status(200),
        ] {
            let text = body.to_string();
            assert!(text.contains(own.id()) && !text.contains(other.id()), "{text}");
        }
        let read = citizen.fetch(&draft.oid()).await.unwrap().expect_status(200);
        let withheld = read["withheld"].as_array().unwrap();
        assert!(withheld.iter().any(|at| at.as_str().unwrap().starts_with("/metadata/clients/")));
        assert!(read.get("digest").is_none() && read["signatures"] == json!([]));
        let form = citizen.fetch_form(&draft.oid(), MediaType::Xhtml).await.unwrap();
        assert_eq!(form.status, 200);
        let form = String::from_utf8(form.body.clone()).unwrap();
        assert!(form.starts_with("<html") && !form.contains(other.id()));
    }
}

/// REQ CIT-02, CASE-07
#[tokio::test]
async fn a_joint_document_tells_no_address_of_a_client_under_turvakielto() {
    let given = Given::start().await;
    let (aino, eino) = (TestClient::of(&given.client), TestClient::of(&fresh_client()));
    let case = Draft::case(&given.maija, &aino, &fresh_case()).joint().with_client(eino.clone());
    let clientship = Draft::clientship(&given.maija, &eino).turvakielto();
    let joint = Care::arrange(&given.testila, &case, &clientship).await;
    let file = example::minimal(Part::Two, "Osoite");
    let draft = joint.letter(&given.maija, file).naming(&[aino.clone(), eino.clone()]);
    given.store(&draft).await;
    let read = given.citizen().fetch(&draft.oid()).await.unwrap().expect_status(200);
    assert_eq!(read["content"][0]["altered"], "held_back");
    assert_eq!(read["turvakielto"], false, "it is not told whose contact data are protected");
    let protected = given.server.citizen(eino.id()).session();
    let read = protected.fetch(&draft.oid()).await.unwrap().expect_status(200);
    assert!(read["content"][0]["base64"].is_string(), "one's own contact data are one's own");
}

/// REQ CIT-02
#[tokio::test]
async fn a_form_that_is_not_there_is_told_to_whom_the_document_is_shown() {
    let given = Given::start().await;
    let (letter, secret) = (given.letter(), given.letter().with("citizen_view", hidden()));
    for draft in [&letter, &secret] {
        given.store(draft).await;
    }
    let citizen = given.citizen();
    let form = citizen.fetch_form(&letter.oid(), MediaType::Pdf).await.unwrap();
    assert!(form.status == 200 && form.body.starts_with(b"%PDF"));
    let missing = citizen.fetch_form(&letter.oid(), MediaType::Xhtml).await.unwrap();
    missing.expect_problem("form-not-available");
    let hidden = citizen.fetch_form(&secret.oid(), MediaType::Xhtml).await.unwrap();
    hidden.expect_problem("document-not-found");
}
