//! Runs that end suddenly: `kill -9` at any moment, again and again, until one reaches the end.
//!
//! `VARANTO_CRASH_SEED` repeats a run.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use varanto_model::Oid;
use varanto_store::use_log::Outcome;
use varanto_testkit::{Draft, Expect, TestServer, binary, fresh_case};

use crate::command::{import, journal, said};
use crate::dice::Dice;
use crate::in_process::InProcess;
use crate::old_data::{ARCHIVIST, ORGANISATION, tampered, whole_file, write};

/// How many clients' files there are, with six documents each.
const FILES: usize = 400;
/// How often a run is killed at most.
const DEATHS: usize = 25;
/// About how many bytes of the journal a batch takes.
const BATCH_NOTED: u64 = 60_000;

/// REQ DOC-10, REQ DOC-01, REQ LOG-01
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_anywhere_is_gone_on_with_and_nothing_is_lost_or_stored_twice() {
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into();
    let given = std::env::var("VARANTO_CRASH_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed: u64 = given.unwrap_or_else(clock);
    println!("VARANTO_CRASH_SEED={seed}");
    let mut dice = Dice::new(seed);
    let varanto = InProcess::start().await;
    let site = &varanto.site;
    let maija = site.person("S-1001");
    let drafts: Vec<Draft> =
        (0..FILES).flat_map(|_| whole_file(&maija, &fresh_case())).rev().collect();
    let folder = site.directory().join("old");
    std::fs::create_dir(&folder).unwrap();
    write(&folder, &drafts);
    std::fs::write(folder.join("bad.json"), tampered(&drafts[0])).unwrap();
    let after = varanto.last_number().await;

    let config = site.paths().configuration();
    let file = site.directory().join("old.journal");
    let noted = || file.metadata().map_or(0, |file| file.len());
    let mut deaths = 0;
    while deaths < DEATHS {
        let mut child = Command::new(binary())
            .args(["documents", "import", folder.to_str().unwrap(), "--as", ARCHIVIST])
            .args(["--organisation", ORGANISATION, "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // After some more has been noted, and a while after that: mostly in the middle of a batch.
        let until = noted() + dice.below(3 * BATCH_NOTED);
        while noted() < until && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(dice.below(80)));
        let is_over = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        if is_over {
            break;
        }
        deaths += 1;
    }
    println!("killed {deaths} times");
    assert!(deaths > 0);
    // Between a commit and its note: the last lines of the journal are lost, one of them in the middle.
    let text = std::fs::read(&file).unwrap();
    let cut = text.len() - (text.len() / 4).min(5_000);
    std::fs::write(&file, &text[..cut]).unwrap();
    let output = import(site, &folder, &[]);
    assert!(said(&output).contains("1 of the documents are not stored"), "{}", said(&output));

    // Each document is noted, and stands stored just once.
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    for line in journal(&file) {
        let word = |name: &str| line[name].as_str().unwrap().to_owned();
        last.insert(word("path"), word("outcome"));
    }
    assert_eq!(last.len(), drafts.len() + 1);
    let refused: Vec<_> = last.iter().filter(|(_, outcome)| *outcome == "refused").collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(varanto.differences().await, 0);
    let mut newest: BTreeMap<Oid, u64> = BTreeMap::new();
    for draft in &drafts {
        let original = Oid::parse(draft.metadata["original_oid"].as_str().unwrap()).unwrap();
        let version = draft.metadata["version"].as_u64().unwrap();
        let known = newest.entry(original).or_default();
        *known = (*known).max(version);
    }
    let mut logged: BTreeMap<Oid, usize> = BTreeMap::new();
    for (_, entry) in varanto.committed(after).await {
        assert!(entry.action.starts_with("import"), "{}", entry.action);
        if entry.outcome == Outcome::Permitted {
            entry.documents.into_iter().for_each(|oid| *logged.entry(oid).or_default() += 1);
        }
    }
    for draft in &drafts {
        assert!(logged.contains_key(&draft.oid()), "{} has its entry", draft.oid());
    }

    let server = TestServer::over(varanto.site).await;
    let session = server.person("S-1001").session();
    for (original, versions) in newest {
        let listed = session.versions(&original, &varanto_client::UseContext::default()).await;
        let listed = listed.unwrap().expect_status(200);
        let count = listed["versions"].as_array().unwrap().len() as u64;
        assert_eq!(count, versions, "{original}");
    }
    let client = &drafts[0].metadata["clients"][0]["id"];
    let found = session.search(&json!({"client": {"id": client}})).await.unwrap();
    assert_eq!(found.expect_status(200)["documents"].as_array().unwrap().len(), 4);
}
