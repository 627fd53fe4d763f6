//! Sealing where several servers have one database, and where the database goes away. In a program of its own, for
//! it starts others.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use varanto::config::Config;
use varanto::sandbox::create_on;
use varanto::server::open_service;
use varanto_postgres::{Options, Server};
use varanto_sandbox::World;
use varanto_service::{Sealed, Sealer, Service};

/// The folder of a sandbox in a database.
async fn sandbox(url: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("sandbox");
    Box::pin(create_on(&folder, &World::builtin(), 0, url)).await.unwrap();
    directory
}

/// The use cases of one more server over the sandbox.
async fn server(sandbox: &TempDir) -> Service {
    let config = Config::read(&sandbox.path().join("sandbox/varanto.toml")).unwrap();
    Box::pin(open_service(&config, &[])).await.unwrap()
}

/// Puts an entry into a log.
async fn note(service: &Service) {
    service.forget_old_assertions().await.unwrap();
}

/// Seals until there is nothing left; gives how many entries went in.
async fn seal_all(sealer: &mut Sealer) -> usize {
    let mut all = 0;
    loop {
        match sealer.seal().await.unwrap() {
            Sealed::Entries(entries) => all += entries,
            Sealed::Nothing => return all,
            // Who sealed before keeps the others off for a second at most.
            Sealed::ByAnother => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn assert_whole(service: &Service) {
    let verified = service.verify_log(None, &mut |_, _| {}).await.unwrap();
    assert!(verified.is_clean(), "{:?}", verified.faults);
    assert_eq!(verified.unsealed, 0);
}

/// An entry with the next number, in a transaction that stays open until there is a table `go`, for a minute at most.
const SLOW: &str = "INSERT INTO varanto.administrative_entry (id, at, action)
    SELECT '019c0000-0000-7000-8000-000000000001', at, 'slow' FROM varanto.administrative_entry LIMIT 1;
    DO $$ BEGIN FOR i IN 1..3000 LOOP
        EXIT WHEN EXISTS (SELECT FROM pg_class WHERE relname = 'go');
        PERFORM pg_sleep(0.02);
    END LOOP; END $$";

/// Has a number been given out that does not show yet?
const GIVEN_OUT: &str = "SELECT last_value > (SELECT max(number) FROM varanto.administrative_entry)
    FROM varanto.administrative_entry_number";

/// REQ LOG-03: an entry that shows before one with a smaller number is not sealed before it.
#[tokio::test]
async fn an_entry_that_overtakes_another_waits_for_it() {
    let database = Arc::new(Server::shared().create_database());
    let sandbox = sandbox(&database.url()).await;
    let service = server(&sandbox).await;
    let mut sealer = Sealer::new(service.clone());
    seal_all(&mut sealer).await;
    let other = Arc::clone(&database);
    let slow = tokio::task::spawn_blocking(move || other.sql(SLOW).unwrap());
    while database.sql(GIVEN_OUT).unwrap().trim() == "f" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    note(&service).await;
    assert_eq!(sealer.seal().await.unwrap(), Sealed::Nothing, "the slow one may still come");
    database.sql("CREATE TABLE public.go ()").unwrap();
    slow.await.unwrap();
    assert_eq!(seal_all(&mut sealer).await, 2);
    let order = "SELECT string_agg(action, ' ' ORDER BY leaf) FROM varanto.log_leaf
        JOIN varanto.administrative_entry USING (number)
        WHERE log = 2 AND leaf >= (SELECT max(leaf) - 1 FROM varanto.log_leaf)";
    assert_eq!(database.sql(order).unwrap().trim(), "slow forget_old_assertions");
    assert_whole(&service).await;
}

/// REQ LOG-03: a number that was taken and given up holds up nothing and is no fault.
#[tokio::test]
async fn a_number_that_nobody_has_is_passed_over() {
    let database = Server::shared().create_database();
    let sandbox = sandbox(&database.url()).await;
    let service = server(&sandbox).await;
    database.sql("CREATE TABLE public.go ()").unwrap();
    assert!(database.sql(&format!("{SLOW}; SELECT 1 / 0")).is_err());
    note(&service).await;
    seal_all(&mut Sealer::new(service.clone())).await;
    let missing = "SELECT max(number) > count(*) FROM varanto.administrative_entry";
    assert_eq!(database.sql(missing).unwrap().trim(), "t");
    assert_whole(&service).await;
}

/// REQ LOG-03: whoever of several seals, there is one tree; and when one dies another goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_three_servers_one_seals_at_a_time_and_another_goes_on_when_it_dies() {
    let database = Server::shared().create_database();
    let sandbox = sandbox(&database.url()).await;
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(server(&sandbox).await);
    }
    seal_all(&mut Sealer::new(servers[0].clone())).await;
    let sealing = servers.iter().map(|service| {
        let service = service.clone();
        tokio::spawn(async move {
            let mut sealer = Sealer::new(service.clone());
            let mut batches = 0_usize;
            // For longer than one of them keeps the others off after its last batch.
            for _ in 0..100 {
                tokio::time::sleep(Duration::from_millis(20)).await;
                note(&service).await;
                let sealed = sealer.seal().await.unwrap();
                batches += usize::from(matches!(sealed, Sealed::Entries(_)));
            }
            batches
        })
    });
    let mut batches = 0;
    for sealing in sealing.collect::<Vec<_>>() {
        batches += sealing.await.unwrap();
    }
    assert!(batches > 0);
    // Those who sealed are gone. Whoever comes next waits for the last of them and goes on.
    note(&servers[1]).await;
    let went_in = seal_all(&mut Sealer::new(servers[2].clone())).await;
    assert!(went_in > 0);
    assert_whole(&servers[0]).await;
    let checkpoints = "SELECT count(*) - count(DISTINCT size) FROM varanto.log_checkpoint";
    assert_eq!(database.sql(checkpoints).unwrap().trim(), "0");
}

/// A server whose database goes away says so soon, and is ready again by itself.
#[tokio::test]
async fn a_server_without_its_database_is_not_ready_and_is_again_by_itself() {
    let mut postgres = Server::start(Options::default());
    let database = postgres.create_database();
    let (sandbox, url) = (sandbox(&database.url()).await, database.url());
    let service = server(&sandbox).await;
    let ready = service.reasons_not_ready().await;
    assert!(ready.is_empty(), "{ready:?} at {url}");
    postgres.kill();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(service.reasons_not_ready().await, ["the store does not answer"]);
    postgres.restart();
    let mut reasons = Vec::new();
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        reasons = service.reasons_not_ready().await;
        if reasons.is_empty() {
            break;
        }
    }
    assert!(reasons.is_empty(), "{reasons:?}");
    note(&service).await;
}
