//! A document that was stored at one server is found at every other, and stored by one of them alone.

use serde_json::{Value, json};
use tokio::task::JoinSet;
use varanto_client::UseContext;
use varanto_testkit::{Expect, TestPerson};

use crate::given::Servers;

/// The documents that somebody finds of a client.
async fn found(person: &TestPerson, client: &str) -> Vec<Value> {
    let search = json!({"client": {"id": client}});
    let found = person.session().search(&search).await.unwrap().expect_status(200);
    found["documents"].as_array().unwrap().clone()
}

/// REQ DOC-01, DOC-04
#[tokio::test]
async fn a_document_stored_at_one_server_is_at_every_other_with_the_answer() {
    let servers = Servers::start(3).await;
    let people: Vec<_> = (0..3).map(|place| servers.person(place, "S-1001")).collect();
    let care = servers.first.care_of(&people[0]).await;
    let own = UseContext::default();
    let mut documents = 2;
    for turn in 0..6 {
        let here = &people[turn % 3];
        let draft = care.draft(here);
        let receipt = here.session().store(&draft.build()).await.unwrap().expect_status(201);
        documents += 1;
        for there in &people {
            let fetched = there.session().fetch(&draft.oid(), &own).await.unwrap();
            assert_eq!(fetched.expect_status(200)["stored_at"], receipt["stored_at"]);
            assert_eq!(found(there, &care.client).await.len(), documents);
            // Who repeats it elsewhere gets the answer of the first.
            let again = there.session().store(&draft.build()).await.unwrap().expect_status(200);
            assert_eq!(again, receipt);
        }
        // A version on top of it at the next, and an end of it at the one after.
        let next = &people[(turn + 1) % 3];
        let version = draft.next_version();
        next.session().store(&version.build()).await.unwrap().expect_status(201);
        let stale = here.session().store(&draft.next_version().build()).await.unwrap();
        stale.expect_problem("version-conflict");
        let last = people[(turn + 2) % 3].session();
        last.annul(&version.oid(), "Väärä asiakas", &own).await.unwrap().expect_status(200);
        documents -= 1;
        for there in &people {
            assert_eq!(found(there, &care.client).await.len(), documents, "it is annulled");
        }
    }
}

/// REQ DOC-01
#[tokio::test]
async fn of_senders_at_several_servers_one_stores_a_document_and_all_are_told_the_same() {
    let servers = Servers::start(3).await;
    let people: Vec<_> = (0..3).map(|place| servers.person(place, "S-1001")).collect();
    let care = servers.first.care_of(&people[0]).await;
    let sessions: Vec<_> = people.iter().map(TestPerson::session).collect();
    for _ in 0..8 {
        let envelope = care.draft(&people[0]).build();
        let mut senders = JoinSet::new();
        for turn in 0..9 {
            let (session, envelope) = (sessions[turn % 3].clone(), envelope.clone());
            senders.spawn(async move { session.store(&envelope).await.unwrap() });
        }
        let answers = senders.join_all().await;
        let created = answers.iter().filter(|answer| answer.status == 201).count();
        let receipts: Vec<Value> = answers.iter().map(|answer| answer.json().unwrap()).collect();
        assert_eq!(created, 1, "{receipts:#?}");
        assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:#?}");
    }
    assert_eq!(found(&people[1], &care.client).await.len(), 2 + 8);
}

/// REQ SIG-04: also where each of them would take it, for it names what they have in common.
#[tokio::test]
async fn an_assertion_is_taken_once_by_all_servers_together() {
    let servers = Servers::start(2).await;
    let audience = format!("{}/oauth2/token", servers.first.config().server.base_url);
    let maija = servers.person(0, "S-1001");
    for turn in 0..5 {
        let name = format!("once-{turn}");
        let assertion =
            maija.credentials.assertion(&audience, jiff::Timestamp::now(), &name).unwrap();
        let mut racers = JoinSet::new();
        for place in 0..6 {
            let client = servers.person(place, "S-1001").client();
            let assertion = assertion.clone();
            racers.spawn(async move { client.request_token(&assertion).await.unwrap().status });
        }
        let statuses = racers.join_all().await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    }
}
