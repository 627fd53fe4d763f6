//! What a client declares counts from its commit on (DIS-09): a denial that comes in between any two steps
//! of a disclosure, or beside many of them at once, is never overtaken.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;
use varanto_model::Oid;
use varanto_service::{Error, WantedForm};
use varanto_store::disclosure_log::{self, DisclosureEntry};
use varanto_store::interleave::Steps;
use varanto_store::use_log::{Outcome, UseEntry};
use varanto_testkit::{Draft, TestClient, fresh_case, fresh_client};

use crate::given::{Pair, body_of, by_disclosure, names, search_of};
use crate::in_process::{Caller, InProcess};

/// More steps than any use takes.
const MOST_STEPS: usize = 40;
/// Readers at once, and how often everything is denied meanwhile.
const READERS: usize = 32;
const ROUNDS: usize = 10;

/// What is under way.
#[derive(Clone, Copy, Debug)]
enum Reading {
    Search,
    Fetch,
    FetchSeveral,
    Versions,
    Explain,
    Summarise,
}

const READINGS: [Reading; 6] = [
    Reading::Search,
    Reading::Fetch,
    Reading::FetchSeveral,
    Reading::Versions,
    Reading::Explain,
    Reading::Summarise,
];

/// How it comes that the document does not leave any more.
#[derive(Clone, Copy, Debug)]
enum Closing {
    /// A first denial document of the client.
    Denied,
    /// The other client of the joint case denies the document in a new version.
    DeniedByTheOther,
    /// A new version of the permit says no.
    PermitRefused,
    PermitAnnulled,
    InformingAnnulled,
    /// The document itself is annulled. A list is of the moment at which it was read.
    DocumentAnnulled,
}

const CLOSINGS: [Closing; 6] = [
    Closing::Denied,
    Closing::DeniedByTheOther,
    Closing::PermitRefused,
    Closing::PermitAnnulled,
    Closing::InformingAnnulled,
    Closing::DocumentAnnulled,
];

struct Stage {
    office: InProcess,
    /// In Testilä, and another one there in whose name the client's will is recorded.
    maija: Caller,
    /// In Mallila.
    sanna: Caller,
}

/// A document of two clients that leaves Testilä, and what both have declared.
struct Scene {
    one: TestClient,
    other: TestClient,
    document: Draft,
    informing: Draft,
    permit: Draft,
    /// The other client's, of nothing yet.
    denial: Draft,
}

impl Stage {
    async fn set() -> Self {
        let office = InProcess::start().await;
        let maija = office.caller("S-1001").await;
        let sanna = office.caller("S-3001").await;
        Self { office, maija, sanna }
    }

    async fn scene(&self) -> Scene {
        let author = &self.maija.person;
        let (one, other) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
        let case = Draft::case(author, &one, &fresh_case()).with_client(&other);
        let scene = Scene {
            document: Draft::assessment(author, &one).in_case(case.oid()),
            informing: Draft::informing(author, &one).draft(),
            permit: Draft::permit(author, &one).draft(),
            denial: Draft::denial(author, &other).draft(),
            one,
            other,
        };
        let of_other = Draft::informing(author, &scene.other).draft();
        let permit_of_other = Draft::permit(author, &scene.other).draft();
        for draft in [
            &case.draft(),
            &scene.document,
            &scene.informing,
            &scene.permit,
            &of_other,
            &permit_of_other,
            &scene.denial,
        ] {
            self.maija.store(draft).await.unwrap();
        }
        let clientship = Draft::clientship(&self.sanna.person, &scene.one).draft();
        self.sanna.store(&clientship).await.unwrap();
        scene
    }

    async fn close(&self, closing: Closing, scene: &Scene) {
        let author = &self.maija.person;
        let newer = match closing {
            Closing::Denied => Draft::denial(author, &scene.one).everything().draft(),
            Closing::DeniedByTheOther => Draft::denial(author, &scene.other)
                .document(&scene.document.oid())
                .version_after(&scene.denial),
            Closing::PermitRefused => {
                Draft::permit(author, &scene.one).refused().version_after(&scene.permit)
            }
            Closing::PermitAnnulled => return self.annul(&scene.permit).await,
            Closing::InformingAnnulled => return self.annul(&scene.informing).await,
            Closing::DocumentAnnulled => return self.annul(&scene.document).await,
        };
        self.maija.store(&newer).await.unwrap();
    }

    async fn annul(&self, draft: &Draft) {
        self.maija.annul(&draft.oid()).await.unwrap();
    }

    /// Begins a reading now; gives what is left to do. It ends with whether the document was shown.
    fn begin(
        &self,
        reading: Reading,
        scene: &Scene,
    ) -> impl Future<Output = Result<bool, Error>> + use<> {
        let document = scene.document.oid();
        let used = body_of(&by_disclosure());
        let body = match reading {
            Reading::Search | Reading::Summarise => search_of(&scene.one, &by_disclosure()),
            Reading::FetchSeveral => json!({"context": used, "oids": [document.as_str()]}),
            Reading::Explain => {
                json!({"action": "read", "oid": document.as_str(), "context": used})
            }
            Reading::Fetch | Reading::Versions => json!({}),
        };
        let body = body.to_string().into_bytes();
        let query = [("basis".to_owned(), "disclosure".to_owned())];
        let (context, service) = (self.sanna.context(), self.sanna.service.clone());
        async move {
            let oid = document.as_str();
            match reading {
                Reading::Search => {
                    let page = service.search_documents(&context, &body).await?;
                    let page = serde_json::to_value(page).unwrap();
                    Ok(page["documents"] != json!([]))
                }
                Reading::Summarise => {
                    let summary = service.summarise(&context, &body).await?;
                    Ok(serde_json::to_string(&summary).unwrap().contains(oid))
                }
                Reading::Fetch => {
                    let whole = WantedForm::Whole;
                    service.fetch_document(&context, oid, &query, whole).await.map(|_| true)
                }
                Reading::FetchSeveral => {
                    let mut each = service.fetch_documents(&context, &body).await?;
                    each.remove(0).1.map(|_| true)
                }
                Reading::Versions => {
                    service.list_versions(&context, oid, &query).await.map(|_| true)
                }
                Reading::Explain => {
                    let told = service.explain_decision(&context, &body).await?;
                    Ok(serde_json::to_value(told).unwrap()["permitted"] == true)
                }
            }
        }
    }

    async fn disclosures(&self, mut after: i64) -> Vec<(i64, DisclosureEntry)> {
        let mut entries = Vec::new();
        loop {
            let query = disclosure_log::committed(after);
            let page = self.office.database.fetch(query).await.unwrap();
            let Some((last, _)) = page.last() else { return entries };
            after = *last;
            entries.extend(page);
        }
    }

    /// Lets a closing come in before a step of a reading. Gives whether the reading had that many steps.
    async fn interleave(&self, reading: Reading, closing: Closing, step: usize) -> bool {
        let what = format!("{reading:?} with {closing:?} before step {step}");
        let scene = self.scene().await;
        let before = self.office.last_number().await;
        let told_before = self.disclosures(0).await.len();
        let steps = Steps::stopping_before(step);
        let mut task = tokio::spawn(Arc::clone(&steps).run(self.begin(reading, &scene)));
        let early = tokio::select! {
            () = steps.stopped() => None,
            result = &mut task => Some(result.unwrap()),
        };
        let was_stopped = early.is_none();
        self.close(closing, &scene).await;
        steps.go_on();
        let result = match early {
            Some(result) => result,
            None => task.await.unwrap(),
        };
        let log = self.office.committed(before).await;
        let told = self.disclosures(0).await.split_off(told_before);
        assert_alike(&log, &told);
        if was_stopped {
            let is_hidden =
                matches!(result, Ok(false) | Err(Error::Refused { .. } | Error::DocumentNotFound));
            assert!(is_hidden, "{what}: {result:?}");
            assert!(told.is_empty(), "{what}: something was disclosed after it");
            let is_told = |entry: &UseEntry| shows(entry, &scene.document.oid());
            assert!(!log.iter().any(|(_, entry)| is_told(entry)), "{what}");
            assert!(log.len() >= 2, "{what}: the attempt stands in the log");
        } else {
            assert!(matches!(result, Ok(true)), "{what}: {result:?}");
            assert_eq!(told.len(), 2, "{what}: of each client of the document");
            let number = |is: &dyn Fn(&UseEntry) -> bool| {
                log.iter().rfind(|(_, entry)| is(entry)).map(|(number, _)| *number).unwrap()
            };
            let shown = number(&|entry| shows(entry, &scene.document.oid()));
            let closed = number(&|entry| entry.user_id == self.maija.person.person.id);
            assert!(shown < closed, "{what}");
        }
        was_stopped
    }
}

/// Does the entry tell that something was disclosed?
fn discloses(entry: &UseEntry) -> bool {
    let is_disclosure = entry.basis.as_deref() == Some("disclosure");
    is_disclosure && entry.outcome == Outcome::Permitted && !entry.documents.is_empty()
}

/// Is it an entry of a reading that showed the document?
fn shows(entry: &UseEntry, document: &Oid) -> bool {
    discloses(entry) && entry.documents.contains(document)
}

/// Both logs tell the same: what a use showed was noted as a disclosure of each client whom it names, once,
/// and no disclosure without a use (LOG-02).
fn assert_alike(log: &[(i64, UseEntry)], told: &[(i64, DisclosureEntry)]) {
    let uses: Vec<_> = log.iter().map(|(_, used)| used).filter(|used| discloses(used)).collect();
    let mut noted = BTreeSet::new();
    for (_, entry) in told {
        let used = uses.iter().find(|used| Some(used.id) == entry.use_entry).expect("a use");
        assert_eq!((&entry.documents, entry.at), (&used.documents, used.at));
        assert!(noted.insert((entry.request_id.clone(), entry.client)), "it is noted twice");
    }
    for used in uses {
        let client = used.client.expect("a client");
        assert!(noted.contains(&(used.request_id.clone(), client)), "a use without a disclosure");
    }
}

/// REQ DIS-09, LOG-02
#[tokio::test]
async fn a_disclosure_that_the_client_overtakes_at_any_step_shows_nothing() {
    let stage = Stage::set().await;
    let mut taken = Vec::new();
    for reading in READINGS {
        for closing in CLOSINGS {
            if let (Reading::Search, Closing::DocumentAnnulled) = (reading, closing) {
                continue;
            }
            let mut step = 0;
            while stage.interleave(reading, closing, step).await {
                step += 1;
                assert!(step < MOST_STEPS, "{reading:?} does not end");
            }
            assert!(step >= 2, "{reading:?} neither gathers nor commits");
            taken.push(format!("{reading:?} {step}"));
        }
    }
    taken.dedup();
    println!("steps: {}", taken.join(", "));
}

/// REQ DIS-09
#[tokio::test]
async fn what_was_found_before_a_denial_is_not_fetched_after_it() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    assert_eq!(pair.shown().await, names(&[&document]));
    pair.records(pair.denial().document(&document.oid()).draft()).await;
    assert_eq!(pair.fetched(&document.oid()).await.status, 404);
}

/// REQ DIS-09, LOG-02
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_many_readers_at_once_nothing_is_disclosed_between_a_denial_and_its_withdrawal() {
    let stage = Arc::new(Stage::set().await);
    let scene = Arc::new(stage.scene().await);
    let before = stage.office.last_number().await;
    let told_before = stage.disclosures(0).await.len();
    let is_over = Arc::new(AtomicBool::new(false));
    let mut at_work = JoinSet::new();
    for reader in 0..READERS {
        let (stage, scene, is_over) =
            (Arc::clone(&stage), Arc::clone(&scene), Arc::clone(&is_over));
        at_work.spawn(async move {
            let mut counts = [0_usize; 2];
            for turn in reader.. {
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
                match stage.begin(READINGS[turn % READINGS.len()], &scene).await {
                    Ok(true) => counts[0] += 1,
                    Ok(false) | Err(Error::Refused { .. } | Error::DocumentNotFound) => {
                        counts[1] += 1;
                    }
                    // So often did something change under it that it gave up.
                    Err(Error::Contended) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
            counts
        });
    }
    let (mut newest, mut closings, mut openings) = (scene.denial.clone(), Vec::new(), Vec::new());
    let nothing = Draft::denial(&stage.maija.person, &scene.other);
    let everything = nothing.clone().everything();
    for _ in 0..ROUNDS {
        for (denial, list) in [(&everything, &mut closings), (&nothing, &mut openings)] {
            tokio::time::sleep(Duration::from_millis(80)).await;
            newest = denial.version_after(&newest);
            stage.maija.store(&newest).await.unwrap();
            list.push(newest.oid());
        }
    }
    is_over.store(true, Ordering::SeqCst);
    let counts = at_work.join_all().await;
    let (shown, hidden) = counts.iter().fold((0, 0), |(s, h), c| (s + c[0], h + c[1]));
    let log = stage.office.committed(before).await;
    let told = stage.disclosures(0).await.split_off(told_before);
    println!(
        "{READERS} readers, {ROUNDS} denials: {shown} readings showed it, {hidden} did not, {} disclosures",
        told.len()
    );
    assert!(shown > 0 && hidden > 0);
    assert_alike(&log, &told);
    only_while_open(&log, &told, &closings, &openings);
}

/// Asserts by the order of the commits that nothing was disclosed between a denial and its withdrawal; at
/// the beginning nothing is denied.
fn only_while_open(
    log: &[(i64, UseEntry)],
    told: &[(i64, DisclosureEntry)],
    closings: &[Oid],
    openings: &[Oid],
) {
    let disclosing: Vec<Option<Uuid>> = told.iter().map(|(_, entry)| entry.use_entry).collect();
    let (mut is_open, mut changes, mut seen) = (true, 0, 0);
    for (number, entry) in log {
        let names = |list: &[Oid]| entry.documents.iter().any(|oid| list.contains(oid));
        if entry.action == "store-version" && names(closings) {
            (is_open, changes) = (false, changes + 1);
        } else if entry.action == "store-version" && names(openings) {
            (is_open, changes) = (true, changes + 1);
        } else if disclosing.contains(&Some(entry.id)) {
            assert!(is_open, "entry {number} tells of a disclosure of what was denied");
            seen += 1;
        }
    }
    assert_eq!(changes, closings.len() + openings.len(), "a version is missing in the log");
    assert!(seen > 0);
}
