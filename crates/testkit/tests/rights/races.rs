//! A right that ended while a use is under way is never used after its commit (RA-04): the withdrawal is
//! committed between any two steps of the use, and then beside many uses at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tokio::task::JoinSet;
use varanto_model::{Language, Oid};
use varanto_service::{AccessOrderKind, Error, WantedForm};
use varanto_store::interleave::Steps;
use varanto_store::use_log::{Outcome, UseEntry};
use varanto_testkit::{Care, ClientshipDraft, Draft, UnitEntry, fresh_case, fresh_client};

use crate::given::KOIVULA;
use crate::in_process::{Caller, InProcess};
use crate::log_order::only_while_given;

/// A unit of the organiser that is not the one of who stores the clientship.
const FAMILIES: &str = "1.2.246.10.99990001.10.2";
/// More steps than any use takes.
const MOST_STEPS: usize = 40;
/// Producers at once, and how often their right is taken away meanwhile.
const PRODUCERS: usize = 16;
const ROUNDS: usize = 12;

/// What is under way.
#[derive(Clone, Copy, Debug)]
enum Use {
    /// Under the right.
    Store,
    StoreVersion,
    Fetch,
    FetchSeveral,
    Versions,
    Search,
    SearchCases,
    FindCase,
    SearchRecordEntries,
    Annul,
    /// In the own register, by somebody in a context.
    FetchInContext,
    SearchInContext,
}

const USES: [Use; 12] = [
    Use::Store,
    Use::StoreVersion,
    Use::Fetch,
    Use::FetchSeveral,
    Use::Versions,
    Use::Search,
    Use::SearchCases,
    Use::FindCase,
    Use::SearchRecordEntries,
    Use::Annul,
    Use::FetchInContext,
    Use::SearchInContext,
];

/// How right and context end.
#[derive(Clone, Copy, Debug)]
enum Withdrawal {
    /// A new version of the clientship leaves the units out.
    LeftOut,
    /// A new version ended the clientship yesterday.
    Ended,
    /// The clientship is annulled.
    Annulled,
    /// The controller suspends the right; contexts stay.
    Suspended,
}

const WITHDRAWALS: [Withdrawal; 4] =
    [Withdrawal::LeftOut, Withdrawal::Ended, Withdrawal::Annulled, Withdrawal::Suspended];

/// Somebody cared for by the organiser with a producer, and the documents that are used.
struct Scene {
    clientship: ClientshipDraft,
    care: Care,
    /// Written by the organiser.
    document: Draft,
    /// Written by the producer.
    own: Draft,
}

struct Stage {
    office: InProcess,
    organiser: Caller,
    producer: Caller,
    colleague: Caller,
}

impl Stage {
    async fn set() -> Self {
        let office = InProcess::start().await;
        let organiser = office.caller("S-1001").await;
        let producer = office.caller("S-2001").await;
        let colleague = office.caller("S-1002").await;
        Self { office, organiser, producer, colleague }
    }

    async fn scene(&self) -> Scene {
        let author = &self.organiser.person;
        let (client, case) = (fresh_client(), fresh_case());
        let clientship = Draft::clientship(author, &client);
        let whole =
            clientship.clone().unit(UnitEntry::of(FAMILIES)).producer(UnitEntry::of(KOIVULA));
        let opened = Draft::case(author, &client, &case);
        let care = Care {
            person: whole.client().clone(),
            client,
            case,
            organiser: whole.organiser().clone(),
            case_document: opened.draft(),
            clientship_document: whole.draft(),
        };
        let (document, own) = (care.draft(author), care.draft(&self.producer.person));
        for draft in [&care.case_document, &care.clientship_document, &document] {
            self.organiser.store(draft).await.unwrap();
        }
        self.producer.store(&own).await.unwrap();
        Scene { clientship, care, document, own }
    }

    /// Takes right and context away.
    async fn withdraw(&self, withdrawal: Withdrawal, scene: &Scene) {
        let before = &scene.care.clientship_document;
        let newer = match withdrawal {
            Withdrawal::LeftOut => scene.clientship.version_after(before),
            Withdrawal::Ended => {
                let ended = |unit| UnitEntry::of(unit).until("2026-01-31");
                let units = scene.clientship.clone().unit(ended(FAMILIES));
                units.producer(ended(KOIVULA)).version_after(before)
            }
            Withdrawal::Annulled => {
                return drop(self.organiser.annul(&before.oid()).await.unwrap());
            }
            Withdrawal::Suspended => return self.suspend(scene).await,
        };
        self.organiser.store(&newer).await.unwrap();
    }

    async fn suspend(&self, scene: &Scene) {
        let Caller { service, .. } = &self.organiser;
        let asked = json!({"view": "controller", "client": scene.care.person.key()}).to_string();
        let context = self.organiser.context();
        let found = service.search_register_access(&context, asked.as_bytes()).await.unwrap();
        let found = serde_json::to_value(found).unwrap();
        let right = found["rights"][0]["oid"].as_str().unwrap();
        let kind = AccessOrderKind::Suspension;
        let reason = br#"{"reason": "asked by the client"}"#;
        service
            .order_register_access(&self.organiser.context(), right, kind, reason)
            .await
            .unwrap();
    }

    /// Begins a use now; gives what is left to do.
    fn begin(&self, used: Use, scene: &Scene) -> impl Future<Output = Result<(), Error>> + use<> {
        let caller = match used {
            Use::FetchInContext | Use::SearchInContext => self.colleague.clone(),
            _ => self.producer.clone(),
        };
        let (document, own) = (scene.document.oid(), scene.own.oid());
        let body = match used {
            Use::Store => scene.care.draft(&caller.person).build(),
            Use::StoreVersion => scene.own.next_version().build(),
            Use::FetchSeveral => json!({"context": under(&scene.care.case), "oids": [document]}),
            Use::Search | Use::SearchCases | Use::SearchRecordEntries => {
                json!({"context": under(&scene.care.case), "client": scene.care.person.key()})
            }
            Use::SearchInContext => json!({"client": scene.care.person.key()}),
            Use::Annul => json!({"reason": "written about another client"}),
            Use::Fetch | Use::Versions | Use::FindCase | Use::FetchInContext => json!({}),
        };
        let body = body.to_string().into_bytes();
        let query: Vec<_> = match used {
            Use::FetchInContext => Vec::new(),
            _ => [("basis", "register_access"), ("case", scene.care.case.as_str())]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
        };
        let case = scene.care.case.clone();
        let context = caller.context();
        let service = caller.service;
        async move {
            match used {
                Use::Store | Use::StoreVersion => {
                    service.store_document(&context, &body).await.map(drop)
                }
                Use::Fetch | Use::FetchInContext => {
                    let whole = WantedForm::Whole;
                    service
                        .fetch_document(&context, document.as_str(), &query, whole)
                        .await
                        .map(drop)
                }
                Use::FetchSeveral => {
                    let mut each = service.fetch_documents(&context, &body).await?;
                    each.remove(0).1.map(drop)
                }
                Use::Versions => {
                    service.list_versions(&context, document.as_str(), &query).await.map(drop)
                }
                Use::Search | Use::SearchInContext => {
                    service.search_documents(&context, &body).await.map(drop)
                }
                Use::SearchCases => service.search_cases(&context, &body).await.map(drop),
                Use::FindCase => service.find_case(&context, case.as_str(), &query).await.map(drop),
                Use::SearchRecordEntries => {
                    let page = service.search_record_entries(&context, &body, Language::Fi);
                    page.await.map(drop)
                }
                Use::Annul => {
                    service.annul_document(&context, own.as_str(), &query, &body).await.map(drop)
                }
            }
        }
    }

    /// Lets a withdrawal come in before the step of a use. Gives whether the use had that many steps.
    async fn interleave(&self, used: Use, withdrawal: Withdrawal, step: usize) -> bool {
        let what = format!("{used:?} with {withdrawal:?} before step {step}");
        let scene = self.scene().await;
        let before = self.office.last_number().await;
        let steps = Steps::stopping_before(step);
        let mut task = tokio::spawn(Arc::clone(&steps).run(self.begin(used, &scene)));
        let early = tokio::select! {
            () = steps.stopped() => None,
            result = &mut task => Some(result.unwrap()),
        };
        let was_stopped = early.is_none();
        self.withdraw(withdrawal, &scene).await;
        steps.go_on();
        let result = match early {
            Some(result) => result,
            None => task.await.unwrap(),
        };
        let log = self.office.committed(before).await;
        let at = |found: &dyn Fn(&UseEntry) -> bool| {
            let of_client = log.iter().filter(|(_, entry)| entry.outcome == Outcome::Permitted);
            of_client.filter(|(_, entry)| found(entry)).map(|(number, _)| *number).next_back()
        };
        let organiser = self.organiser.person.person.id.as_str();
        // The last that the organiser did.
        let ended = at(&|entry| entry.user_id == organiser);
        let ended = ended.expect("the withdrawal stands in the log");
        let permitted = at(&|entry| entry.user_id != organiser);
        if was_stopped {
            assert_eq!(permitted, None, "{what}: the log tells of a use after the withdrawal");
            let refused = matches!(result, Err(Error::Refused { .. } | Error::DocumentNotFound));
            assert!(refused, "{what}: {result:?}");
            assert!(log.len() >= 2, "{what}: the refusal stands in the log");
        } else {
            assert!(result.is_ok(), "{what}: {result:?}");
            assert!(permitted.unwrap() < ended, "{what}");
        }
        was_stopped
    }
}

fn under(case: &Oid) -> serde_json::Value {
    json!({"basis": "register_access", "case": case.as_str()})
}

/// REQ RA-04, CASE-05
#[tokio::test]
async fn a_use_that_a_withdrawal_overtakes_at_any_step_is_refused_and_no_log_tells_otherwise() {
    let stage = Stage::set().await;
    let mut taken = Vec::new();
    for used in USES {
        let in_context = matches!(used, Use::FetchInContext | Use::SearchInContext);
        for withdrawal in WITHDRAWALS {
            if in_context && matches!(withdrawal, Withdrawal::Suspended) {
                continue;
            }
            let mut step = 0;
            while stage.interleave(used, withdrawal, step).await {
                step += 1;
                assert!(step < MOST_STEPS, "{used:?} does not end");
            }
            assert!(step >= 2, "{used:?} neither gathers nor commits");
            taken.push(format!("{used:?} {step}"));
        }
    }
    taken.dedup();
    println!("steps: {}", taken.join(", "));
}

/// REQ RA-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_many_uses_at_once_none_falls_between_a_withdrawal_and_the_next_giving() {
    let stage = Stage::set().await;
    let scene = Arc::new(stage.scene().await);
    let before = stage.office.last_number().await;
    let is_over = Arc::new(AtomicBool::new(false));
    let stage = Arc::new(stage);
    let mut at_work = JoinSet::new();
    for producer in 0..PRODUCERS {
        let (stage, scene, is_over) =
            (Arc::clone(&stage), Arc::clone(&scene), Arc::clone(&is_over));
        at_work.spawn(async move {
            let uses = [Use::Store, Use::Fetch, Use::Search, Use::Fetch];
            let mut counts = [0_usize; 2];
            for turn in producer.. {
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
                match stage.begin(uses[turn % uses.len()], &scene).await {
                    Ok(()) => counts[0] += 1,
                    Err(Error::Refused { .. } | Error::DocumentNotFound) => counts[1] += 1,
                    // So often did something change under it that it gave up.
                    Err(Error::Contended) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
            counts
        });
    }
    let (mut newest, mut withdrawals, mut givings) =
        (scene.care.clientship_document.clone(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let whole = scene.clientship.clone().producer(UnitEntry::of(KOIVULA));
        for (clientship, list) in [(&scene.clientship, &mut withdrawals), (&whole, &mut givings)] {
            tokio::time::sleep(std::time::Duration::from_millis(60)).await;
            newest = clientship.version_after(&newest);
            stage.organiser.store(&newest).await.unwrap();
            list.push(newest.oid());
        }
    }
    is_over.store(true, Ordering::SeqCst);
    let counts = at_work.join_all().await;
    let (permitted, refused) = counts.iter().fold((0, 0), |(p, r), c| (p + c[0], r + c[1]));
    println!("{permitted} uses permitted and {refused} refused in {ROUNDS} withdrawals");
    assert!(permitted > 0 && refused > 0);
    let log = stage.office.committed(before).await;
    only_while_given(&log, &withdrawals, &givings);
}
