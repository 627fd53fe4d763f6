//! What is committed between any two steps of a delivery: nothing goes out that may not go out at the moment
//! of its commit, and nothing twice.

use serde_json::{Value, json};
use varanto_store::disclosure_log;
use varanto_store::interleave::Steps;
use varanto_store::use_log::Outcome;
use varanto_testkit::{Care, Draft, fresh_case, fresh_client};

use crate::given::{kela, reason, request};
use crate::in_process::{Caller, InProcess};

/// More steps than a delivery takes.
const MOST_STEPS: usize = 40;

/// What happens meanwhile.
#[derive(Clone, Copy, Debug)]
enum Meanwhile {
    Annulled,
    Ended,
    Delivered,
}

struct Stage {
    worker: Caller,
    manager: Caller,
}

/// A request that is approved, and what it is about.
struct Approved {
    id: String,
    recipient: String,
    document: Draft,
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn name(shown: serde_json::Result<Value>) -> String {
    shown.unwrap()["id"].as_str().unwrap().to_owned()
}

impl Stage {
    async fn approved(&self) -> Approved {
        let Self { worker, manager } = self;
        let (client, case) = (fresh_client(), fresh_case());
        let clientship = Draft::clientship(&worker.person, &client);
        let opened = Draft::case(&worker.person, &client, &case);
        let care = Care {
            person: clientship.client().clone(),
            client,
            case,
            organiser: clientship.organiser().clone(),
            case_document: opened.draft(),
            clientship_document: clientship.draft(),
        };
        let document = care.draft(&worker.person);
        for draft in [&care.case_document, &care.clientship_document, &document] {
            worker.store(draft).await.unwrap();
        }
        let (context, body) = (manager.context(), bytes(&kela()));
        let registered = manager.service.register_recipient(&context, &body).await.unwrap();
        let recipient = name(serde_json::to_value(registered));
        let wanted = bytes(&request(&recipient, &care, &[document.oid().as_str()]));
        let recorded = worker.service.record_disclosure_request(&worker.context(), &wanted).await;
        let id = name(serde_json::to_value(recorded.unwrap()));
        let decision = json!({"context": reason(), "decision": "approved", "reason": "laki"});
        let (context, decision) = (manager.context(), bytes(&decision));
        manager.service.decide_disclosure_request(&context, &id, &decision).await.unwrap();
        Approved { id, recipient, document }
    }

    async fn happen(&self, meanwhile: Meanwhile, approved: &Approved) {
        let Self { worker, manager } = self;
        let Approved { id, recipient, document } = approved;
        match meanwhile {
            Meanwhile::Annulled => drop(worker.annul(&document.oid()).await.unwrap()),
            Meanwhile::Ended => {
                drop(manager.service.end_recipient(&manager.context(), recipient).await.unwrap());
            }
            Meanwhile::Delivered => drop(deliver(worker.clone(), id.clone()).await.unwrap()),
        }
    }
}

/// Fetches the package; gives the slug of the refusal.
async fn deliver(caller: Caller, id: String) -> Result<usize, &'static str> {
    let context = caller.context();
    let delivered = caller.service.deliver_disclosure_request(&context, &id, b"{}").await;
    delivered.map(|package| package.get().bytes.len()).map_err(|error| error.slug())
}

/// REQ DIS-07
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_committed_before_a_delivery_counts_for_it() {
    let office = InProcess::start().await;
    let stage =
        Stage { worker: office.caller("S-1001").await, manager: office.caller("T-1005").await };
    let mut delivered = 0;
    for (meanwhile, slug) in [
        (Meanwhile::Annulled, "document-withheld"),
        (Meanwhile::Ended, "recipient-ended"),
        (Meanwhile::Delivered, "already-delivered"),
    ] {
        let mut stopped_at = 0;
        for step in 0..MOST_STEPS {
            let approved = stage.approved().await;
            let steps = Steps::stopping_before(step);
            let delivery = deliver(stage.worker.clone(), approved.id.clone());
            let delivery = tokio::spawn(steps.clone().run(delivery));
            tokio::select! {
                () = steps.stopped() => {}
                () = ended(&delivery) => {
                    assert!(delivery.await.unwrap().is_ok());
                    delivered += 1;
                    break;
                }
            }
            stage.happen(meanwhile, &approved).await;
            let before = office.last_number().await;
            steps.go_on();
            assert_eq!(delivery.await.unwrap(), Err(slug), "{meanwhile:?} before step {step}");
            let noted = office.committed(before).await;
            let outcome = Outcome::Refused(slug.to_owned());
            assert!(noted.len() == 1 && noted[0].1.outcome == outcome, "{meanwhile:?}: {noted:?}");
            delivered += usize::from(matches!(meanwhile, Meanwhile::Delivered));
            stopped_at = step;
        }
        // The request, its file, the recipient, the document, its content, the commit: all were passed.
        assert!((5..MOST_STEPS - 1).contains(&stopped_at), "{meanwhile:?}: {stopped_at}");
    }
    let disclosed = office.database.fetch(disclosure_log::committed(0)).await.unwrap();
    assert_eq!(disclosed.len(), delivered, "what was delivered is in the disclosure log once");
}

async fn ended<T>(task: &tokio::task::JoinHandle<T>) {
    while !task.is_finished() {
        tokio::task::yield_now().await;
    }
}
