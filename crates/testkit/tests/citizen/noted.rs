//! A citizen's use is noted in the log of each controller whose documents it showed, beside that of the service,
//! with those documents alone.

use serde_json::{Value, json};
use varanto_model::Oid;
use varanto_store::use_log::{self, UseEntry};
use varanto_store::{Database, Plan};
use varanto_testkit::{Draft, Expect, TestRepresentative, fresh_client, fresh_oid};

use crate::given::{Given, OWN, TESTILA, use_log};

/// The other county.
const MALLILA: &str = "1.2.246.10.99990003.19.0";

/// Every entry of the use log that citizens made, oldest first.
async fn of_citizens(database: &Database) -> Vec<UseEntry> {
    let (mut entries, mut after) = (Vec::new(), 0);
    loop {
        let page = database.fetch(use_log::committed(after)).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        after = *last;
        entries.extend(page.into_iter().map(|(_, entry)| entry));
    }
    entries.retain(|entry| entry.authentication == "citizen_strong");
    entries
}

/// Register, documents and purpose of each entry.
fn told(entries: &[UseEntry]) -> Vec<(&str, &[Oid], Option<&str>)> {
    let mut told = Vec::new();
    for UseEntry { controller, documents, purpose, .. } in entries {
        told.push((controller.as_str(), documents.as_slice(), purpose.as_deref()));
    }
    told
}

/// REQ LOG-01, CIT-02
#[tokio::test]
async fn a_use_is_noted_for_each_controller_with_its_own_documents_alone() {
    let given = Given::start().await;
    let sanna = given.server.person("S-3001");
    let elsewhere = given.server.care_for(&sanna, &given.client).await;
    let here = given.letter();
    given.store(&here).await;
    let there = elsewhere.draft(&sanna);
    sanna.session().store(&there.build()).await.unwrap().expect_status(201);
    let citizen = given.citizen();
    let search = json!({"filter": {"groups": ["client_document"]}});
    let found = citizen.search(&search).await.unwrap().expect_status(200);
    assert_eq!(found["documents"].as_array().unwrap().len(), 2);
    citizen.fetch(&fresh_oid()).await.unwrap().expect_problem("document-not-found");
    let database = given.server.open_store().await;
    let entries = of_citizens(&database).await;
    let (own, other) = ([here.oid()], [there.oid()]);
    let all: Vec<Oid> = entries[0].documents.clone();
    assert_eq!(all.len(), 2, "the service's log has both");
    let purpose = Some("own_matter");
    assert_eq!(
        told(&entries)[..3],
        [(OWN, &all[..], purpose), (TESTILA, &own, purpose), (MALLILA, &other, purpose)]
    );
    assert!(
        told(&entries)[3].0 == OWN && entries.len() == 4,
        "a refusal used nothing of anybody's"
    );
    let first = &entries[0];
    for entry in &entries[..3] {
        assert_eq!((&entry.client, &entry.action), (&first.client, &first.action));
        assert_eq!((&entry.user_id, &entry.user_name), (&first.user_id, &first.user_name));
        assert_eq!((&entry.role, &entry.request_id), (&first.role, &first.request_id));
        assert!(entry.client.is_some() && entry.unit.is_none() && entry.basis.is_none());
    }
    assert!(first.parameters.is_some() && entries[1].parameters.is_none(), "it was for both");
}

/// REQ LOG-01, CIT-02
#[tokio::test]
async fn each_call_that_shows_documents_is_noted_where_they_are() {
    let given = Given::start().await;
    let letter = given.letter();
    given.store(&letter).await;
    let informing = Draft::informing(&given.maija, &given.client).draft();
    given.store(&informing).await;
    let citizen = given.citizen();
    citizen.fetch(&letter.oid()).await.unwrap().expect_status(200);
    citizen.search_cases(&json!({})).await.unwrap().expect_status(200);
    citizen.search_clientships(&json!({})).await.unwrap().expect_status(200);
    citizen.will().await.unwrap().expect_status(200);
    citizen.search_uses(&json!({})).await.unwrap().expect_status(200);
    let entries = of_citizens(&given.server.open_store().await).await;
    let here = entries.iter().filter(|entry| entry.controller.as_str() == TESTILA);
    let noted: Vec<_> = here.map(|e| (e.action.as_str(), e.documents.clone())).collect();
    let case = given.care.case_document.oid();
    let clientship = given.care.clientship_document.oid();
    assert_eq!(
        noted,
        [
            ("read", vec![letter.oid()]),
            ("search", vec![case]),
            ("search", vec![clientship]),
            ("read-wills", vec![informing.oid()]),
        ]
    );
}

/// REQ LOG-05, CIT-05
#[tokio::test]
async fn the_county_can_tell_the_client_what_a_representative_has_looked_at() {
    let given = Given::start().await;
    let (letter, holder) = (given.letter(), fresh_client());
    given.store(&letter).await;
    let mandate = TestRepresentative::of(&holder).role("34");
    let mandate = Draft::representation(&given.maija, &given.client).represented_by(mandate);
    given.store(&mandate.draft()).await;
    let acting = given.server.citizen(&holder).acting_for(&given.client).session();
    acting.fetch(&letter.oid()).await.unwrap().expect_status(200);
    let officer = given.server.person("T-1008").session();
    let with = |body: Value| {
        let mut body = body;
        body["context"] = json!({"purpose": "supervision"});
        body
    };
    let request = with(json!({
        "client": {"id": given.client}, "received_at": "2026-09-10T12:00:00+03:00",
        "channel": "letter", "identified_by": "identity-document",
    }));
    let request = officer.register_log_request(&request).await.unwrap().expect_status(201);
    let asked = with(json!({"page": {"size": 200}}));
    let id = request["id"].as_str().unwrap();
    let entries = officer.preview_log_request(id, &asked).await.unwrap().expect_status(200);
    let entries = entries["entries"].as_array().unwrap().clone();
    let of_holder: Vec<_> =
        entries.iter().filter(|e| e["purpose"]["code"] == "representation").collect();
    assert_eq!(of_holder.len(), 1, "{entries:#?}");
    assert_eq!(of_holder[0]["action"]["code"], "read");
    assert_eq!(of_holder[0]["documents"], json!([letter.oid()]));
    assert_ne!(of_holder[0]["purpose"]["text"], "representation", "in words");
}

/// REQ CIT-04
#[tokio::test]
async fn what_a_citizen_did_is_told_once() {
    let given = Given::start().await;
    let letter = given.letter();
    given.store(&letter).await;
    let citizen = given.citizen();
    citizen.fetch(&letter.oid()).await.unwrap().expect_status(200);
    let told = citizen.search_uses(&json!({})).await.unwrap().expect_status(200);
    let own = told["uses"].as_array().unwrap().iter().filter(|used| used["by"] == "citizen");
    let own: Vec<_> = own.collect();
    assert_eq!(own.len(), 1, "{own:#?}");
    assert_eq!((&own[0]["action"], &own[0]["controller"]), (&json!("read"), &json!(OWN)));
    assert_eq!(own[0]["purpose"], "own_matter");
    assert_eq!(own[0]["documents"], json!([letter.oid()]));
    assert_eq!(use_log(&given.server).await.len(), 2);
}

/// REQ CIT-04
#[tokio::test]
async fn a_call_looks_at_a_bounded_number_of_entries_and_the_next_goes_on() {
    let given = Given::start().await;
    let (letter, holder) = (given.letter(), fresh_client());
    given.store(&letter).await;
    let mandate = TestRepresentative::of(&holder).role("34");
    let mandate = Draft::representation(&given.maija, &given.client).represented_by(mandate);
    given.store(&mandate.draft()).await;
    given.citizen().will().await.unwrap().expect_status(200);
    let database = given.server.open_store().await;
    let one = of_citizens(&database).await.into_iter().next_back().unwrap();
    for _ in 0..5 {
        let entry = || UseEntry { id: uuid::Uuid::now_v7(), ..one.clone() };
        let mut plan = Plan::recorded(entry());
        (1..500).for_each(|_| plan.also_recorded(entry()));
        database.commit(plan).await.unwrap();
    }
    let acting = given.server.citizen(&holder).acting_for(&given.client).session();
    let asked = json!({"page": {"size": 1}});
    let page = acting.search_uses(&asked).await.unwrap().expect_status(200);
    assert_eq!(page["uses"], json!([]), "the client's own looks are not told");
    let asked = json!({"page": {"size": 1, "cursor": page["next"].as_str().unwrap()}});
    let page = acting.search_uses(&asked).await.unwrap().expect_status(200);
    assert_eq!(page["uses"][0]["by"], "professional", "{page}");
}
