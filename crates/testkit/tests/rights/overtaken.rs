//! What moves documents between clients, cases and registers, overtaken at every step by something that
//! is committed meanwhile – and the other way round: nothing is lost, and nothing is half done.

use std::sync::Arc;

use serde_json::{Value, json};
use varanto_model::Oid;
use varanto_service::{Error, TransferReceipt};
use varanto_store::interleave::Steps;
use varanto_testkit::{
    CaseDraft, Draft, TestClient, UnitEntry, fresh_case, fresh_client, fresh_oid,
};

use crate::given::KOIVULA;
use crate::in_process::{Caller, InProcess};

/// More steps than any use takes.
const MOST_STEPS: usize = 40;

/// Runs a task and lets `meanwhile` happen before one of its steps. Gives what came of the task, and
/// whether it had that many steps; else `meanwhile` happens after it.
async fn overtaken<T: Send + 'static>(
    step: usize,
    task: impl Future<Output = T> + Send + 'static,
    meanwhile: impl Future<Output = ()>,
) -> (T, bool) {
    let steps = Steps::stopping_before(step);
    let mut task = tokio::spawn(Arc::clone(&steps).run(task));
    let early = tokio::select! {
        () = steps.stopped() => None,
        result = &mut task => Some(result.unwrap()),
    };
    meanwhile.await;
    steps.go_on();
    match early {
        Some(result) => (result, false),
        None => (task.await.unwrap(), true),
    }
}

fn storing(caller: &Caller, draft: &Draft) -> impl Future<Output = ()> + Send + use<> {
    let (caller, draft) = (caller.clone(), draft.clone());
    async move {
        caller.store(&draft).await.unwrap();
    }
}

/// A document of a case in the register of its author, about one client.
fn document(author: &Caller, client: &TestClient, case: &Oid) -> Draft {
    Draft::assessment(&author.person, client).in_case(case)
}

/// The documents that a search finds, but control documents.
async fn found(caller: &Caller, client: &Value) -> Vec<String> {
    let search = json!({
        "context": {"special_reason": "X-OTHER"}, "client": client,
        "filter": {"groups": ["client_document"]}
    });
    let search = search.to_string().into_bytes();
    let page = caller.service.search_documents(&caller.context(), &search).await.unwrap();
    let page = serde_json::to_value(page).unwrap();
    let documents = page["documents"].as_array().unwrap().iter();
    let mut found: Vec<_> =
        documents.map(|d| d["original_oid"].as_str().unwrap().to_owned()).collect();
    found.sort();
    found
}

fn names(drafts: &[&Draft]) -> Vec<String> {
    let mut names: Vec<_> = drafts.iter().map(|draft| draft.oid().to_string()).collect();
    names.sort();
    names
}

/// A temporary identifier that no other test has.
fn nameless() -> TestClient {
    let identifier = fresh_oid().as_str().replace(".11.2026.", ".22.2026.");
    TestClient::temporary(&identifier, "2026-01-02")
}

fn joining(caller: &Caller, from: &TestClient, to: &str) -> impl Future<Output = ()> + use<> {
    let person = json!({"id": to, "family_name": "Testinen", "given_names": "Aino"});
    let body = json!({"temporary": from.key(), "client": person}).to_string().into_bytes();
    let caller = caller.clone();
    async move {
        caller.service.join_client(&caller.context(), &body).await.unwrap();
    }
}

/// REQ CASE-06
#[tokio::test]
async fn whatever_overtakes_a_joining_or_is_overtaken_by_it_ends_under_the_person() {
    let office = InProcess::start().await;
    let maija = office.caller("S-1001").await;
    for joining_is_overtaken in [true, false] {
        for step in 0.. {
            assert!(step < MOST_STEPS);
            let (temporary, person) = (nameless(), fresh_client());
            let case = Draft::case(&maija.person, &temporary, &fresh_case());
            let clientship = Draft::clientship(&maija.person, &temporary).draft();
            maija.store(&case.draft()).await.unwrap();
            maija.store(&clientship).await.unwrap();
            let first = document(&maija, &temporary, case.oid());
            maija.store(&first).await.unwrap();
            let second = document(&maija, &temporary, case.oid());
            let (join, store) = (joining(&maija, &temporary, &person), storing(&maija, &second));
            let ((), was_overtaken) = if joining_is_overtaken {
                Box::pin(overtaken(step, join, store)).await
            } else {
                Box::pin(overtaken(step, store, join)).await
            };
            let all = names(&[&first, &second]);
            for client in [temporary.key(), json!({"id": person})] {
                assert_eq!(found(&maija, &client).await, all, "{joining_is_overtaken} {step}");
            }
            if !was_overtaken {
                assert!(step >= 2, "it neither gathers nor commits");
                break;
            }
        }
    }
}

/// The next version of a case document, in which another client is.
fn joined_by(case: &CaseDraft, earlier: &Draft, client: &TestClient) -> Draft {
    let case = case.clone().with_client(client.clone().joining("2026-05-01T00:00:00Z"));
    let clients = case.draft().metadata["clients"].clone();
    case.version_after(earlier).with("clients", clients)
}

/// REQ CASE-03
#[tokio::test]
async fn a_document_and_a_client_that_come_into_a_case_at_once_find_each_other() {
    let office = InProcess::start().await;
    let maija = office.caller("S-1001").await;
    for case_is_overtaken in [true, false] {
        for step in 0.. {
            assert!(step < MOST_STEPS);
            let (one, other) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
            let case = Draft::case(&maija.person, &one, &fresh_case()).joint();
            let opened = case.draft();
            maija.store(&opened).await.unwrap();
            let before = document(&maija, &one, case.oid());
            let before = before.with("written_at", "2026-04-30T10:00:00Z");
            maija.store(&before).await.unwrap();
            let later = document(&maija, &one, case.oid());
            let (change, store) =
                (storing(&maija, &joined_by(&case, &opened, &other)), storing(&maija, &later));
            let ((), was_overtaken) = if case_is_overtaken {
                Box::pin(overtaken(step, change, store)).await
            } else {
                Box::pin(overtaken(step, store, change)).await
            };
            assert_eq!(found(&maija, &one.key()).await, names(&[&before, &later]));
            let of_other = found(&maija, &other.key()).await;
            assert_eq!(of_other, names(&[&later]), "{case_is_overtaken} {step}");
            if !was_overtaken {
                assert!(step >= 2, "it neither gathers nor commits");
                break;
            }
        }
    }
}

/// REQ REG-07, RA-04
#[tokio::test]
async fn a_transfer_that_the_end_of_either_right_overtakes_changes_nothing() {
    let office = InProcess::start().await;
    let (maija, sanna, tuula) = ("S-1001", "S-3001", "S-2001");
    let (maija, sanna) = (office.caller(maija).await, office.caller(sanna).await);
    let tuula = office.caller(tuula).await;
    for wrong_right_ends in [true, false] {
        for step in 0.. {
            assert!(step < MOST_STEPS);
            let client = TestClient::of(&fresh_client());
            let mut registers = Vec::new();
            for worker in [&maija, &sanna] {
                let case = Draft::case(&worker.person, &client, &fresh_case());
                let clientship = Draft::clientship(&worker.person, &client);
                let opened = clientship.clone().producer(UnitEntry::of(KOIVULA)).draft();
                worker.store(&case.draft()).await.unwrap();
                worker.store(&opened).await.unwrap();
                let written = document(&tuula, &client, case.oid());
                let written = written.in_register_of(&worker.person.organisation);
                registers.push((written, storing(worker, &clientship.version_after(&opened))));
            }
            let (right, right_ends) = registers.pop().unwrap();
            let (wrong, wrong_ends) = registers.pop().unwrap();
            tuula.store(&wrong).await.unwrap();
            let ends = async { if wrong_right_ends { wrong_ends.await } else { right_ends.await } };
            let moved = transferring(&tuula, &wrong, &right);
            let (moved, was_overtaken) = Box::pin(overtaken(step, moved, ends)).await;
            let (here, there) =
                (found(&maija, &client.key()).await, found(&sanna, &client.key()).await);
            if was_overtaken {
                let refused = matches!(moved, Err(Error::Refused { .. }));
                assert!(refused, "{wrong_right_ends} {step}: {moved:?}");
                assert_eq!((here, there), (names(&[&wrong]), vec![]));
            } else {
                assert!(moved.is_ok() && step >= 2, "{moved:?}");
                assert_eq!((here, there), (vec![], names(&[&right])));
                break;
            }
        }
    }
}

fn transferring(
    caller: &Caller,
    wrong: &Draft,
    right: &Draft,
) -> impl Future<Output = Result<TransferReceipt, Error>> + Send + use<> {
    let body = json!({"reason": "wrong register", "document": right.build()}).to_string();
    let (caller, oid) = (caller.clone(), wrong.oid());
    async move {
        let (context, body) = (caller.context(), body.into_bytes());
        caller.service.transfer_document(&context, oid.as_str(), &[], &body).await
    }
}
