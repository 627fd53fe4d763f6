//! A run that only checks.

use varanto_testkit::{fresh_case, fresh_client};

use crate::in_process::InProcess;
use crate::old_data::{body, entry, letter, store, tampered, unsafe_form, whole_file};

/// REQ DOC-10
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_only_checks_tells_what_would_happen_and_stores_nothing() {
    let varanto = InProcess::start().await;
    let maija = varanto.site.person("S-1001");
    let drafts = whole_file(&maija, &fresh_case());
    let kept = letter(&maija, &fresh_client());
    let run = varanto.import(false).await;
    assert_eq!(store(&run, vec![body(&kept)], true).await, ["stored"]);
    let after = varanto.last_number().await;

    let rehearsal = varanto.import(true).await;
    let mut batch: Vec<_> = drafts.iter().map(body).collect();
    batch.push(body(&kept));
    batch.push(tampered(&letter(&maija, &fresh_client())));
    batch.push(b"{}".to_vec());
    // What depends on a document that would be stored is looked at as far as it can be.
    let client = drafts[0].metadata["clients"][0]["id"].as_str().unwrap();
    let case = varanto_model::Oid::parse(drafts[2].metadata["case"].as_str().unwrap()).unwrap();
    batch.push(body(&unsafe_form(&entry(&maija, client, &case))));
    let told = store(&rehearsal, batch.clone(), false).await;
    let mut expected = vec!["good"; drafts.len()];
    let others = ["stored before", "signature-invalid", "invalid-request", "display-form-unsafe"];
    expected.extend(others);
    assert_eq!(told, expected);
    // The same in another order, over batches.
    let other = varanto.import(true).await;
    let entries = vec![body(&drafts[3]), body(&drafts[2])];
    assert_eq!(store(&other, entries.clone(), false).await, ["waiting"; 2]);
    assert_eq!(store(&other, vec![body(&drafts[0])], false).await, ["good"]);
    assert_eq!(store(&other, entries.clone(), false).await, ["good"; 2]);
    let alone = varanto.import(true).await;
    assert_eq!(store(&alone, entries, true).await, ["case-missing"; 2]);

    assert_eq!(varanto.last_number().await, after);
    let run = varanto.import(false).await;
    let stored = store(&run, drafts.iter().map(body).collect(), true).await;
    assert_eq!(stored, vec!["stored"; drafts.len()]);
}
