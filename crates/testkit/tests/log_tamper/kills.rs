//! Sudden death under load, again and again: after each start the tree goes on, and nothing of what was told
//! before is told otherwise afterwards.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use varanto_client::{Client, Session, UseContext};
use varanto_store::log_tree;
use varanto_testkit::{Care, Draft, ServerProcess, Site, TestPerson, fresh_oid};

use crate::dice::Dice;
use crate::given::{sealed, state};
use crate::stored::Stored;

/// Who works, each on a connection of its own.
const PEOPLE: [&str; 4] = ["S-1001", "S-3001", "S-1001", "S-1004"];

/// What came of it.
pub(crate) struct Deaths {
    times: u64,
    /// Deaths with entries that were committed and not in the tree.
    in_between: u64,
    leaves: u64,
    checkpoints: usize,
    /// Checkpoints that outsiders were told.
    told: usize,
}

impl fmt::Display for Deaths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { times, in_between, leaves, checkpoints, told } = self;
        write!(
            f,
            "{times} deaths, {in_between} of them before the tree had everything; {leaves} leaves, \
             {checkpoints} checkpoints, each of which goes on from the one before; {told} of them were told \
             to outsiders, and stand"
        )
    }
}

/// Kills the server so many times under load, and looks at the log after the last time.
pub(crate) async fn die(deaths: u64, dice: &mut Dice) -> Deaths {
    let mut server = ServerProcess::start().await;
    let care = server.care_of(&server.person("S-1001")).await;
    let (mut in_between, mut size) = (0, 0);
    // Checkpoints by size, as outsiders were told them.
    let mut seen = BTreeMap::new();
    for _ in 0..deaths {
        let mut at_work = JoinSet::new();
        for id in PEOPLE {
            let person = server.person(id);
            at_work.spawn(work(person, care.clone(), dice.fork()));
        }
        let watching = tokio::spawn(watch(server.stranger()));
        let opened = server.open_store().await;
        while state(&opened).await.size <= size {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        tokio::time::sleep(Duration::from_millis(dice.below(400))).await;
        drop(opened);
        let site = server.kill();
        at_work.join_all().await;
        seen.extend(watching.await.unwrap());
        let left = site.open_store().await;
        let standing = state(&left).await;
        let committed = left.fetch_one(log_tree::numbers()).await.unwrap().unwrap();
        assert!(standing.size >= size, "the tree has shrunk");
        in_between += u64::from(standing.sealed.until(committed) > 0);
        size = standing.size;
        server = ServerProcess::over(site);
    }
    sealed(&server.open_store().await).await;
    let (status, site) = server.terminate();
    assert!(status.success(), "{status}");
    assert!(seen.len() > 1, "hardly anything was told");
    let stored = assert_log(&site, &seen, dice).await;
    let (leaves, checkpoints, told) = (stored.state.size, stored.checkpoints.len(), seen.len());
    Deaths { times: deaths, in_between, leaves, checkpoints, told }
}

/// The log is whole, and every checkpoint that was seen is as it was.
async fn assert_log(site: &Site, seen: &BTreeMap<u64, String>, dice: &mut Dice) -> Stored {
    let stored = Stored::read(site).await;
    stored.assert_whole(dice);
    for (size, note) in seen {
        let kept = stored.checkpoints.iter().find(|kept| kept.size == *size);
        assert_eq!(kept.map(|kept| &kept.note), Some(note), "the checkpoint over {size}");
    }
    stored
}

/// Asks for the newest checkpoint, as monitors do, until an answer does not come.
async fn watch(outsider: Client) -> BTreeMap<u64, String> {
    let mut seen = BTreeMap::new();
    while let Ok(answer) = outsider.get("/v1/logs/checkpoint").await {
        if answer.status == 200 {
            let note = String::from_utf8(answer.body).unwrap();
            let size = note.lines().nth(1).unwrap().parse().unwrap();
            let earlier = seen.insert(size, note.clone());
            assert!(earlier.is_none_or(|earlier| earlier == note), "signed twice for {size}");
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    seen
}

/// Works until an answer does not come.
async fn work(person: TestPerson, care: Care, mut dice: Dice) {
    let session = person.session();
    while once(&session, &person, &care, dice.below(4)).await {}
}

/// Whether an answer came. What it says is looked at elsewhere.
async fn once(session: &Session, person: &TestPerson, care: &Care, act: u64) -> bool {
    let own = UseContext::default();
    let answer = match act {
        0 => session.store(&care.draft(person).build()).await,
        1 => session.search(&json!({"client": {"id": care.client}})).await,
        2 => session.fetch(&Draft::oid(&care.case_document), &own).await,
        _ => session.fetch(&fresh_oid(), &own).await,
    };
    answer.is_ok()
}
