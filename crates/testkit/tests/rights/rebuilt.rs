//! Projections are nothing but the documents (CASE-05): after a random history, what is derived anew is
//! byte for byte what is stored, and whatever is damaged comes back.
//!
//! `VARANTO_HISTORY_DOCUMENTS` makes the history longer, `VARANTO_HISTORY_SEED` repeats one.

mod history;
mod tables;

use std::collections::BTreeMap;
use std::time::Instant;

use varanto::server::open_service;
use varanto_service::{Derivation, Difference, Rebuilt, Service};
use varanto_testkit::run;

use crate::in_process::InProcess;
use history::History;
use tables::Tables;

const DOCUMENTS: u64 = 10_000;

async fn rebuild(service: &Service) -> Rebuilt {
    service.rebuild(&mut |_| ()).await.unwrap()
}

/// How many rows of a kind were repaired.
fn repaired(rebuilt: &Rebuilt, of: Derivation, difference: Difference) -> u64 {
    rebuilt.repaired.get(&(of, difference)).copied().unwrap_or_default()
}

/// REQ CASE-05
#[tokio::test]
async fn what_is_derived_anew_from_a_random_history_is_what_is_stored_and_damage_is_repaired() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let documents = number("VARANTO_HISTORY_DOCUMENTS").unwrap_or(DOCUMENTS);
    let seed = number("VARANTO_HISTORY_SEED").unwrap_or_else(rand_seed);
    println!("{documents} documents, VARANTO_HISTORY_SEED={seed}");
    let office = InProcess::start().await;
    let service = office.service.clone();
    let mut history = History::begin(office, seed).await;

    let began = Instant::now();
    history.go_on(documents).await;
    println!("{} in {:.1?}", history.told(), began.elapsed());
    let database = &history.office.database;
    tables::give_orders(database).await;
    let before = Tables::read(database).await;
    let began = Instant::now();
    let found = rebuild(&service).await;
    println!("rebuilt in {:.1?}: {found:?}", began.elapsed());
    assert!(found.is_clean(), "{found:?}");
    assert_eq!(found.documents, history.control_documents);
    assert_eq!((found.cases, found.rights), before.counts());
    assert!(found.rights > 0 && before.has_several_clients_in_a_case());
    assert_eq!(Tables::read(database).await, before, "nothing was to be repaired");

    tables::damage(database, &before, seed).await;
    let damaged = Tables::read(database).await;
    assert_ne!(damaged, before);
    let found = rebuild(&service).await;
    println!("damaged here and there: {found:?}");
    assert_eq!((found.left, found.unreadable), (0, 0));
    let ways = [Difference::Missing, Difference::Changed, Difference::Superfluous];
    for of in [Derivation::Standing, Derivation::Case, Derivation::Right] {
        let of_each: Vec<_> = ways.iter().map(|way| repaired(&found, of, *way)).collect();
        let is_enough = |number: &u64| *number > 0 || documents < DOCUMENTS;
        assert!(of_each.iter().sum::<u64>() > 0, "{of:?}: {found:?}");
        assert!(of_each.iter().all(is_enough), "{of:?}: {found:?}");
    }
    assert_eq!(Tables::read(database).await, before);
    assert!(rebuild(&service).await.is_clean());

    tables::empty(database, &before).await;
    let found = rebuild(&service).await;
    println!("all lost: {found:?}");
    let lost = |of| repaired(&found, of, Difference::Missing);
    assert_eq!((lost(Derivation::Case), lost(Derivation::Right)), before.counts());
    assert_eq!(Tables::read(database).await.without_orders(), before.without_orders());
    assert!(rebuild(&service).await.is_clean());
}

/// REQ CASE-05
#[tokio::test]
async fn a_rebuild_beside_those_who_store_repairs_what_is_damaged_and_harms_nothing() {
    let office = InProcess::start().await;
    let service = office.service.clone();
    let mut history = History::begin(office, 7).await;
    history.go_on(150).await;
    let before = Tables::read(&history.office.database).await;
    tables::damage(&history.office.database, &before, 7).await;
    let beside = service.clone();
    let rebuilding = tokio::spawn(async move {
        let mut found: BTreeMap<_, u64> = BTreeMap::new();
        for _ in 0..4 {
            for (kind, number) in rebuild(&beside).await.repaired {
                *found.entry(kind).or_default() += number;
            }
        }
        found
    });
    history.go_on_where_possible(250).await;
    assert!(!rebuilding.await.unwrap().is_empty());
    let last = rebuild(&service).await;
    assert_eq!((last.left, last.unreadable), (0, 0), "{last:?}");
    assert!(rebuild(&service).await.is_clean());
}

/// REQ CASE-05
#[tokio::test]
async fn with_documents_that_cannot_be_opened_nothing_is_changed() {
    let office = InProcess::start().await;
    let mut history = History::begin(office, 9).await;
    history.go_on(60).await;
    let database = &history.office.database;
    let before = Tables::read(database).await;
    let site = &history.office.site;
    std::fs::write(site.paths().keys().join("master.key"), "ab".repeat(32)).unwrap();
    let blind = Box::pin(open_service(&site.config(), &[])).await.unwrap();
    let found = rebuild(&blind).await;
    assert_eq!(found.unreadable, history.control_documents);
    assert!(found.left > 0 && found.repaired.is_empty() && !found.is_clean(), "{found:?}");
    assert_eq!(Tables::read(database).await, before);
}

/// REQ CASE-05
#[tokio::test]
async fn the_command_repairs_tells_of_it_and_fails_and_finds_nothing_the_next_time() {
    let office = InProcess::start().await;
    let mut history = History::begin(office, 11).await;
    history.go_on(60).await;
    let configuration = history.office.site.paths().configuration();
    let configuration = configuration.to_str().unwrap();
    let check = || {
        let done = run(["check", "--rebuild", "--config", configuration]);
        let told = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (done.status.success(), told.concat())
    };
    let (is_good, told) = check();
    assert!(is_good && told.contains("control documents in"), "{told}");
    let database = &history.office.database;
    let before = Tables::read(database).await;
    tables::damage(database, &before, 11).await;
    let (is_good, told) = check();
    assert!(!is_good && told.contains("– repaired") && told.contains("run it again"), "{told}");
    assert_eq!(Tables::read(database).await, before);
    let (is_good, told) = check();
    assert!(is_good && !told.contains("repaired"), "{told}");
}

fn rand_seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::from(now.subsec_nanos())
}
