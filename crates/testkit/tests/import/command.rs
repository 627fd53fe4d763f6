//! `varanto documents import`, as an operator runs it.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use varanto_testkit::{Draft, Site, TestServer, fresh_case, fresh_client, run};

use crate::old_data::{ARCHIVIST, ORGANISATION, body, letter, tampered, whole_file, write};

/// Runs the import of a folder with more arguments.
pub(crate) fn import(site: &Site, folder: &Path, more: &[&str]) -> Output {
    let config = site.paths().configuration();
    let fixed = [
        "documents",
        "import",
        folder.to_str().unwrap(),
        "--config",
        config.to_str().unwrap(),
        "--as",
        ARCHIVIST,
        "--organisation",
        ORGANISATION,
    ];
    run(fixed.into_iter().chain(more.iter().copied()))
}

pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    text(&output.stdout) + &text(&output.stderr)
}

/// The lines of a journal after its head.
pub(crate) fn journal(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn site() -> Site {
    Box::pin(TestServer::start()).await.stop().await
}

/// REQ DOC-10
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_imported_with_a_report_and_what_was_refused_can_be_mended() {
    let site = site().await;
    let maija = site.person("S-1001");
    let folder = site.directory().join("old");
    std::fs::create_dir_all(folder.join("b/c")).unwrap();
    let drafts = whole_file(&maija, &fresh_case());
    write(&folder.join("b/c"), &drafts);
    let wrong = letter(&maija, &fresh_client());
    std::fs::write(folder.join("a.json"), tampered(&wrong)).unwrap();
    std::fs::write(folder.join("broken.json"), "{\"metadata\": ").unwrap();
    std::fs::write(folder.join("notes.txt"), "not looked at").unwrap();
    let lines: Vec<_> = (0..3).map(|_| letter(&maija, &fresh_client())).collect();
    let mut text = lines.iter().map(body).collect::<Vec<_>>().join(&b'\n');
    text.extend(b"\nno document\n");
    std::fs::write(folder.join("z.ndjson"), text).unwrap();

    let output = import(&site, &folder, &[]);
    assert!(!output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("9 stored, 3 refused"), "{}", said(&output));
    let file = site.directory().join("old.journal");
    let told = journal(&file);
    assert_eq!(told.len(), 12);
    let refused: Vec<_> = told.iter().filter(|line| line["outcome"] == "refused").collect();
    let problems: Vec<_> = refused
        .iter()
        .map(|l| (l["path"].as_str().unwrap(), l["problem"].as_str().unwrap()))
        .collect();
    let expected = [
        ("a.json", "signature-invalid"),
        ("broken.json", "invalid-request"),
        ("z.ndjson", "invalid-request"),
    ];
    assert_eq!(problems, expected);
    assert_eq!(refused[0]["faults"][0]["pointer"], "/signatures/0/jws");
    assert_eq!(refused[2]["line"], 4);
    nothing_personal(&file, drafts.iter().chain(&lines).chain([&wrong]));

    // Again: nothing is done twice, and what is refused still is.
    let again = import(&site, &folder, &[]);
    assert!(!again.status.success());
    let said_again = said(&again);
    assert!(said_again.contains("0 stored, 0 refused"), "{said_again}");
    assert!(said_again.contains("9 stored before, 3 refused by an earlier run"), "{said_again}");
    assert_eq!(journal(&file).len(), 12);
    // What has changed is looked at; what was refused, where it is asked for.
    std::fs::write(folder.join("a.json"), body(&wrong)).unwrap();
    std::fs::remove_file(folder.join("broken.json")).unwrap();
    let mended = import(&site, &folder, &["--again"]);
    assert!(said(&mended).contains("1 stored, 1 refused"), "{}", said(&mended));
    let text = std::fs::read_to_string(folder.join("z.ndjson")).unwrap();
    std::fs::write(folder.join("z.ndjson"), text.replace("no document", "")).unwrap();
    let clean = import(&site, &folder, &[]);
    assert!(clean.status.success(), "{}", said(&clean));
    // The other lines of the file are what they were.
    assert!(said(&clean).contains("0 stored, 0 refused\n"), "{}", said(&clean));
}

/// Neither names nor identity codes, nor what stands in a document.
fn nothing_personal<'a>(file: &Path, drafts: impl Iterator<Item = &'a Draft>) {
    let text = std::fs::read_to_string(file).unwrap();
    for draft in drafts {
        let client = &draft.metadata["clients"][0];
        for member in ["id", "family_name", "given_names"] {
            if let Some(value) = client[member].as_str() {
                assert!(!text.contains(value), "{member}");
            }
        }
        assert!(!text.contains(draft.metadata["title"].as_str().unwrap()));
    }
}

/// REQ DOC-10
#[tokio::test(flavor = "multi_thread")]
async fn documents_that_depend_on_later_files_are_stored_in_the_end() {
    let site = site().await;
    let maija = site.person("S-1001");
    let folder = site.directory().join("old");
    std::fs::create_dir(&folder).unwrap();
    // More than one batch: all entries come before the cases that they name.
    let files: Vec<_> = (0..60).map(|_| whole_file(&maija, &fresh_case())).collect();
    let part = |range: std::ops::Range<usize>| {
        files.iter().flat_map(move |file| file[range.clone()].iter().rev()).cloned()
    };
    let drafts: Vec<_> = part(2..6).chain(part(0..2)).collect();
    write(&folder, &drafts);
    let check = import(&site, &folder, &["--dry-run"]);
    assert!(check.status.success(), "{}", said(&check));
    assert!(said(&check).contains("nothing has been stored"), "{}", said(&check));
    assert!(said(&check).contains("0 stored, 360 good, 0 refused"), "{}", said(&check));
    let output = import(&site, &folder, &[]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("360 stored, 0 refused"), "{}", said(&output));
    let mut paths: Vec<_> = journal(&site.directory().join("old.journal"))
        .iter()
        .map(|l| l["path"].to_string())
        .collect();
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), 360);
    let config = site.paths().configuration();
    let check = run(["check", "--config", config.to_str().unwrap(), "--rebuild"]);
    assert!(said(&check).contains("✓ rebuild"), "{}", said(&check));
}

/// REQ DOC-10
#[tokio::test(flavor = "multi_thread")]
async fn it_is_said_who_may_not_import_and_a_strange_journal_is_left_alone() {
    let site = site().await;
    let folder = site.directory().join("old");
    std::fs::create_dir(&folder).unwrap();
    let notes = site.directory().join("notes");
    std::fs::write(&notes, "mine").unwrap();
    for more in [
        ["--journal", notes.to_str().unwrap(), "--again"],
        ["--journal", notes.to_str().unwrap(), "--dry-run"],
    ] {
        let output = import(&site, &folder, &more);
        assert!(!output.status.success());
        assert_eq!(std::fs::read_to_string(&notes).unwrap(), "mine");
    }
    let config = site.paths().configuration();
    let worker = run([
        "documents",
        "import",
        folder.to_str().unwrap(),
        "--config",
        config.to_str().unwrap(),
        "--as",
        "S-1002",
        "--organisation",
        ORGANISATION,
    ]);
    assert!(!worker.status.success());
    assert!(said(&worker).contains("purpose-not-permitted"), "{}", said(&worker));
}

/// REQ DOC-10, REQ DOC-01
#[tokio::test(flavor = "multi_thread")]
async fn a_journal_does_not_make_up_for_what_another_store_or_an_earlier_one_has_not() {
    let (site, other) = (site().await, site().await);
    let maija = site.person("S-1001");
    let folder = site.directory().join("old");
    std::fs::create_dir(&folder).unwrap();
    let drafts: Vec<_> = (0..3).map(|_| letter(&maija, &fresh_client())).collect();
    write(&folder, &drafts[..2]);
    let first = import(&site, &folder, &[]);
    assert!(said(&first).contains("2 stored, 0 refused"), "{}", said(&first));
    let file = site.directory().join("old.journal");
    let text = std::fs::read_to_string(&file).unwrap();

    // Into another installation, such as after a trial.
    let elsewhere = import(&other, &folder, &[]);
    assert!(!elsewhere.status.success());
    let why = "is the journal of another installation: name one with --journal";
    assert!(said(&elsewhere).contains(why), "{}", said(&elsewhere));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);

    // The store is brought back to when the third was not there yet.
    let kept = site.keep_store();
    std::fs::write(folder.join("third.json"), body(&drafts[2])).unwrap();
    let third = import(&site, &folder, &[]);
    assert!(said(&third).contains("1 stored, 0 refused"), "{}", said(&third));
    site.put_back(&kept);
    let after = import(&site, &folder, &[]);
    assert!(after.status.success(), "{}", said(&after));
    let told = said(&after);
    assert!(told.contains("noted as stored, and not in the store: 1;"), "{told}");
    assert!(told.contains("1 stored, 0 refused"), "{told}");
    assert!(told.contains("0 stored, 2 stored before, 0 refused by an earlier run"), "{told}");
    let again = import(&site, &folder, &[]);
    assert!(said(&again).contains("3 stored before, 0 refused by an"), "{}", said(&again));
}
