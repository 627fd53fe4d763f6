//! One server seals at a time; when it dies another goes on, and nothing is signed twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinHandle;
use varanto_client::UseContext;
use varanto_store::log_tree;
use varanto_testkit::{Care, FurtherServer, Site, TestPerson, fresh_oid, run};

use crate::dice::Dice;
use crate::given::{Servers, sealed, state};
use crate::stored::Stored;

/// Somebody who uses a server until told to stop, or until it is gone.
struct Busy {
    is_over: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    at_work: JoinHandle<()>,
}

impl Busy {
    fn at(person: TestPerson, care: Care) -> Self {
        let (is_over, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let (over, count) = (Arc::clone(&is_over), Arc::clone(&answered));
        let at_work = tokio::spawn(async move {
            let session = person.session();
            let search = json!({"client": {"id": care.client}});
            for turn in 0.. {
                let answer = match turn % 3 {
                    0 => session.store(&care.draft(&person).build()).await,
                    1 => session.search(&search).await,
                    _ => session.fetch(&fresh_oid(), &UseContext::default()).await,
                };
                if over.load(Ordering::SeqCst) || answer.is_err() {
                    return;
                }
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { is_over, answered, at_work }
    }

    async fn end(self) -> usize {
        self.is_over.store(true, Ordering::SeqCst);
        self.at_work.await.unwrap();
        self.answered.load(Ordering::SeqCst)
    }
}

/// What was told of the log while servers came and went: every checkpoint that was seen as the newest.
async fn watch(site: &Site, is_over: Arc<AtomicBool>) -> JoinHandle<BTreeMap<u64, String>> {
    let database = site.open_store().await;
    tokio::spawn(async move {
        let mut seen = BTreeMap::new();
        while !is_over.load(Ordering::SeqCst) {
            let newest = database.fetch_one(log_tree::newest_checkpoint()).await.unwrap().unwrap();
            let earlier = seen.insert(newest.size, newest.note.clone());
            assert!(earlier.is_none_or(|note| note == newest.note), "signed twice");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        seen
    })
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_of_three_servers_dies_the_others_make_one_tree_of_all_that_was_answered() {
    let mut servers = Servers::start(3).await;
    let maija = servers.person(0, "S-1001");
    let care = servers.first.care_of(&maija).await;
    let database = servers.first.open_store().await;
    let is_over = Arc::<AtomicBool>::default();
    let watching = watch(&servers.first, Arc::clone(&is_over)).await;
    let mut holders = vec![state(&database).await.holder];
    // Again and again the server that came first of those that run is killed under load, and one comes instead.
    let mut answered = 0;
    for round in 0..6 {
        let places = 1..=servers.others.len();
        let busy: Vec<_> =
            places.map(|place| Busy::at(servers.person(place, "S-1001"), care.clone())).collect();
        tokio::time::sleep(Duration::from_millis(600)).await;
        holders.push(state(&database).await.holder);
        servers.others.remove(0).kill();
        let next = FurtherServer::over(&servers.first, &format!("later-{round}"));
        tokio::time::sleep(Duration::from_millis(300)).await;
        for busy in busy {
            answered += busy.end().await;
        }
        println!("all is in the tree {} ms later", sealed(&database).await.as_millis());
        servers.others.push(next);
    }
    // The last one left seals alone, whoever held the tree.
    let Servers { first, mut others } = servers;
    let last = others.pop().unwrap();
    drop(others);
    let site = first.kill();
    let session = last.person("S-1001").session();
    session.store(&care.draft(&last.person("S-1001")).build()).await.unwrap();
    sealed(&database).await;
    holders.push(state(&database).await.holder);
    holders.dedup();
    println!(
        "{answered} requests answered; the tree was held by {} servers in turn",
        holders.len()
    );
    assert!(holders.len() > 1 && answered > 20, "{} {answered}", holders.len());
    is_over.store(true, Ordering::SeqCst);
    let seen = watching.await.unwrap();
    last.kill();
    let stored = Stored::read(&site).await;
    stored.assert_whole(&mut Dice::new(8));
    let kept: BTreeMap<u64, &String> =
        stored.checkpoints.iter().map(|c| (c.size, &c.note)).collect();
    for (size, note) in &seen {
        assert_eq!(kept.get(size), Some(&note), "the checkpoint over {size} stands as it was told");
    }
    let configuration = site.paths().configuration();
    let verified = run(["log", "verify", "--config", configuration.to_str().unwrap()]);
    assert!(verified.status.success(), "{verified:?}");
}
