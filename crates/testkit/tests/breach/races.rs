//! What is committed between any two steps of a closing or of a report: of two who close a breach one does, and
//! a report that is sent twice at once opens one.

use serde_json::{Value, json};
use varanto_store::breach;
use varanto_store::interleave::Steps;
use varanto_store::use_log::Outcome;

use crate::given::report;
use crate::in_process::{Caller, InProcess};

/// More steps than a closing takes.
const MOST_STEPS: usize = 30;

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

/// Takes a step; gives the slug of the refusal.
async fn step(officer: Caller, id: String, step: Value) -> Result<(), &'static str> {
    let mut body = json!({"context": {"purpose": "supervision"}, "words": "x"});
    body.as_object_mut().unwrap().extend(step.as_object().unwrap().clone());
    let stepped = officer.service.step_breach(&officer.context(), &id, &bytes(&body)).await;
    stepped.map(drop).map_err(|error| error.slug())
}

fn closing() -> Value {
    json!({"kind": "closing"})
}

async fn assessed(worker: &Caller, officer: &Caller) -> String {
    let taken = worker.service.report_breach(&worker.context(), &bytes(&report())).await.unwrap();
    let id = serde_json::to_value(taken).unwrap()["id"].as_str().unwrap().to_owned();
    step(officer.clone(), id.clone(), json!({"kind": "assessment", "risk": "none"})).await.unwrap();
    id
}

/// REQ LOG-07
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_close_a_breach_at_the_same_time_one_does() {
    let office = InProcess::start().await;
    let (worker, officer) = (office.caller("S-1001").await, office.caller("T-1008").await);
    let mut stopped_at = 0;
    for at in 0..MOST_STEPS {
        let id = assessed(&worker, &officer).await;
        let steps = Steps::stopping_before(at);
        let first = tokio::spawn(steps.clone().run(step(officer.clone(), id.clone(), closing())));
        tokio::select! {
            () = steps.stopped() => {}
            () = ended(&first) => {
                assert_eq!(first.await.unwrap(), Ok(()));
                break;
            }
        }
        step(officer.clone(), id.clone(), closing()).await.unwrap();
        let before = office.last_number().await;
        steps.go_on();
        assert_eq!(first.await.unwrap(), Err("breach-closed"), "before step {at}");
        let noted = office.committed(before).await;
        let outcome = Outcome::Refused("breach-closed".to_owned());
        assert!(noted.len() == 1 && noted[0].1.outcome == outcome, "{noted:?}");
        let kept = office.database.fetch(breach::steps(id.parse().unwrap())).await.unwrap();
        assert_eq!(kept.len(), 2, "the assessment and one closing");
        stopped_at = at;
    }
    // The breach, its steps, the commit: all were passed.
    assert!((2..MOST_STEPS - 1).contains(&stopped_at), "{stopped_at}");
}

/// REQ LOG-07
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_that_overtakes_a_closing_hinders_it_not_and_both_are_kept() {
    let office = InProcess::start().await;
    let (worker, officer) = (office.caller("S-1001").await, office.caller("T-1008").await);
    let id = assessed(&worker, &officer).await;
    let steps = Steps::stopping_before(2);
    let first = tokio::spawn(steps.clone().run(step(officer.clone(), id.clone(), closing())));
    steps.stopped().await;
    step(officer.clone(), id.clone(), json!({"kind": "note"})).await.unwrap();
    steps.go_on();
    assert_eq!(first.await.unwrap(), Ok(()));
    let kept = office.database.fetch(breach::steps(id.parse().unwrap())).await.unwrap();
    assert_eq!(kept.iter().map(|step| step.number).collect::<Vec<_>>(), [1, 2, 3]);
}

/// Reports; gives the name of the breach.
async fn reported(worker: Caller, report: Value) -> String {
    let taken = worker.service.report_breach(&worker.context(), &bytes(&report)).await.unwrap();
    serde_json::to_value(taken).unwrap()["id"].as_str().unwrap().to_owned()
}

/// REQ LOG-07
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_that_is_sent_twice_at_the_same_time_opens_one_breach() {
    let office = InProcess::start().await;
    let worker = office.caller("S-1001").await;
    let mut stopped_at = 0;
    for at in 0..MOST_STEPS {
        let report = report();
        let steps = Steps::stopping_before(at);
        let first = tokio::spawn(steps.clone().run(reported(worker.clone(), report.clone())));
        tokio::select! {
            () = steps.stopped() => {}
            () = ended(&first) => break,
        }
        let second = reported(worker.clone(), report).await;
        steps.go_on();
        assert_eq!(first.await.unwrap(), second, "before step {at}");
        stopped_at = at;
    }
    // What was reported before, whom it is about, the commit: all were passed.
    assert!((2..MOST_STEPS - 1).contains(&stopped_at), "{stopped_at}");
}

async fn ended<T>(task: &tokio::task::JoinHandle<T>) {
    while !task.is_finished() {
        tokio::task::yield_now().await;
    }
}
