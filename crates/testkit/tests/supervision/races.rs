//! What is committed between any two steps of a decision: of two that it is a breach one opens it.

use serde_json::{Value, json};
use varanto_store::interleave::Steps;
use varanto_testkit::{Draft, fresh_client};

use crate::in_process::{Caller, InProcess};

/// More steps than a decision takes.
const MOST_STEPS: usize = 40;

/// Decides that a will that was stored without a context may be a breach; gives the name of the breach.
async fn decide(officer: Caller, item: String) -> String {
    let body = json!({
        "context": {"purpose": "supervision"}, "list": "wills-without-context", "item": item,
        "decision": "breach", "reason": "x"
    });
    let body = body.to_string();
    let receipt = officer.service.decide_supervision(&officer.context(), body.as_bytes()).await;
    let receipt: Value = serde_json::to_value(receipt.unwrap()).unwrap();
    receipt["breach"].as_str().unwrap().to_owned()
}

/// REQ LOG-06, LOG-07
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_decide_at_the_same_time_that_it_is_a_breach_one_opens_it() {
    let office = InProcess::start().await;
    let (worker, officer) = (office.caller("S-1001").await, office.caller("T-1008").await);
    let mut stopped_at = 0;
    for at in 0..MOST_STEPS {
        let informing = Draft::informing(&worker.person, &fresh_client()).draft();
        let before = office.last_number().await;
        worker.store(&informing).await.unwrap();
        let item = office.committed(before).await[0].1.id.to_string();
        let steps = Steps::stopping_before(at);
        let first = tokio::spawn(steps.clone().run(decide(officer.clone(), item.clone())));
        tokio::select! {
            () = steps.stopped() => {}
            () = ended(&first) => break,
        }
        let second = decide(officer.clone(), item).await;
        steps.go_on();
        assert_eq!(first.await.unwrap(), second, "before step {at}");
        stopped_at = at;
    }
    // The item, the earlier decisions, the commit: all were passed.
    assert!((3..MOST_STEPS - 1).contains(&stopped_at), "{stopped_at}");
}

async fn ended<T>(task: &tokio::task::JoinHandle<T>) {
    while !task.is_finished() {
        tokio::task::yield_now().await;
    }
}
