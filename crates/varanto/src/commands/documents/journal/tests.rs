//! The journal through runs, cuts, other installations and other bytes.

use varanto_service::Verdict;

use super::super::places::{Broken, Places};
use super::*;

fn whose() -> Whose {
    let organisation = Oid::parse("1.2.246.10.99990001.10.0").unwrap();
    Whose { organisation, log_keys: vec!["log.example+1+A".into(), "log.example+0+B".into()] }
}

/// The places of three documents in a folder.
fn places(folder: &Path) -> Vec<Place> {
    std::fs::write(folder.join("a.ndjson"), "1\n2\n3\n").unwrap();
    let mut places = Places::of(folder).unwrap();
    std::iter::from_fn(|| places.next(|_| false).unwrap()).map(|found| found.place).collect()
}

/// REQ DOC-10
#[test]
fn what_is_settled_is_known_to_the_next_run_and_the_rest_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let places = places(folder.path());
    let mut journal = Journal::open(&path, &whose()).unwrap();
    let refused = Verdict::Refused(varanto_service::Error::DocumentExists);
    journal.note(&places[0], &Told::of(None, &refused)).unwrap();
    journal.note(&places[1], &Told::broken(Broken::TooLarge)).unwrap();
    drop(journal);
    let known = Journal::open(&path, &whose()).unwrap().take_known(false);
    let has: Vec<bool> = places.iter().map(|place| known.has(place)).collect();
    assert_eq!(has, [true, false, false]);
    let mut summary = ImportSummary::default();
    for place in &places {
        known.count(place, &mut summary);
    }
    assert_eq!((summary.refused, summary.all()), (1, 1));
    let again = Journal::open(&path, &whose()).unwrap().take_known(true);
    assert!(!again.has(&places[0]));
    let anew = Journal::anew(&path, &whose()).unwrap().take_known(false);
    assert!(!anew.has(&places[0]));
}

/// REQ DOC-10
#[test]
fn a_line_that_was_cut_off_is_cut_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let places = places(folder.path());
    let mut journal = Journal::open(&path, &whose()).unwrap();
    for place in &places {
        journal.note(place, &Told::of(None, &Verdict::StoredBefore(receipt()))).unwrap();
    }
    drop(journal);
    let whole = std::fs::read(&path).unwrap();
    for length in 0..whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        let mut journal = Journal::open(&path, &whose()).unwrap();
        let known = journal.take_known(false);
        let lines = whole[..length].split(|byte| *byte == b'\n').count() - 1;
        let has = places.iter().filter(|place| known.has(place)).count();
        assert_eq!(has, lines.saturating_sub(1), "{length}");
        // It can be written on.
        journal.note(&places[2], &Told::of(None, &Verdict::StoredBefore(receipt()))).unwrap();
        drop(journal);
        let known = Journal::open(&path, &whose()).unwrap().take_known(false);
        assert!(known.has(&places[2]), "{length}");
    }
}

fn receipt() -> varanto_service::Receipt {
    let oid = Oid::parse("1.2.246.10.99990001.11.2023.1").unwrap();
    varanto_service::Receipt {
        oid: oid.clone(),
        original_oid: oid,
        version: 1,
        stored_at: jiff::Timestamp::UNIX_EPOCH,
        digest: digest::sha256(b"x"),
        log_entry: uuid::Uuid::nil(),
    }
}

#[test]
fn a_journal_of_something_else_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    for text in ["notes", "notes\n", "{\"varanto_import\":2,\"organisation\":\"1.2.3\"}\n"] {
        std::fs::write(&path, text).unwrap();
        assert!(Journal::open(&path, &whose()).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn two_runs_do_not_share_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let first = Journal::open(&path, &whose()).unwrap();
    assert!(Journal::open(&path, &whose()).is_err());
    drop(first);
    assert!(Journal::open(&path, &whose()).is_ok());
}

#[test]
fn a_journal_of_another_installation_or_form_is_refused_and_one_of_an_earlier_key_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    drop(Journal::open(&path, &whose()).unwrap());
    let with_keys = |keys: &[&str]| {
        let log_keys = keys.iter().map(ToString::to_string).collect();
        let opened = Journal::open(&path, &Whose { log_keys, ..whose() });
        opened.map(drop).map_err(|error| error.to_string())
    };
    // The same origin, and another key.
    let refused = with_keys(&["log.example+2+C"]).unwrap_err();
    assert!(refused.contains("is the journal of another installation"), "{refused}");
    assert_eq!(with_keys(&["log.example+2+C", "log.example+1+A"]), Ok(()));
    let organisation = Oid::parse("1.2.246.10.99990002.10.0").unwrap();
    let refused = Journal::open(&path, &Whose { organisation, ..whose() }).err().unwrap();
    assert!(refused.to_string().contains("another organisation"), "{refused}");
    let before = "{\"varanto_import\":1,\"organisation\":\"1.2.246.10.99990001.10.0\"}\n";
    std::fs::write(&path, before).unwrap();
    let refused = Journal::open(&path, &whose()).err().unwrap();
    assert!(refused.to_string().contains("another version of this program"), "{refused}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
}

/// REQ DOC-10
#[tokio::test]
async fn what_is_noted_as_stored_and_is_not_in_the_store_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let places = places(folder.path());
    let oid = |n: usize| Oid::parse(&format!("1.2.246.10.99990001.11.2023.{}", n + 1)).unwrap();
    let mut journal = Journal::open(&path, &whose()).unwrap();
    for (n, place) in places[..2].iter().enumerate() {
        let stored = Verdict::Stored(receipt());
        journal.note(place, &Told::of(Some(&oid(n)), &stored)).unwrap();
    }
    let refused = Verdict::Refused(varanto_service::Error::DocumentExists);
    journal.note(&places[2], &Told::of(Some(&oid(2)), &refused)).unwrap();
    drop(journal);
    let mut journal = Journal::open(&path, &whose()).unwrap();
    let gone = journal.look_up(async |oids| {
        assert_eq!(oids, [oid(0), oid(1)]);
        Ok(HashSet::from([oid(1)]))
    });
    assert_eq!(gone.await.unwrap(), 1);
    let known = journal.take_known(false);
    let has: Vec<bool> = places.iter().map(|place| known.has(place)).collect();
    assert_eq!(has, [false, true, true]);
    // It is written on at its end.
    let before = std::fs::read(&path).unwrap();
    journal.note(&places[0], &Told::of(Some(&oid(0)), &Verdict::Stored(receipt()))).unwrap();
    drop(journal);
    assert!(std::fs::read(&path).unwrap().starts_with(&before));
    assert!(Journal::open(&path, &whose()).unwrap().take_known(false).has(&places[0]));
}

/// REQ DOC-10
#[test]
fn a_document_is_known_by_its_bytes_whatever_the_time_of_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let file = folder.path().join("a.ndjson");
    let was = places(folder.path());
    let mut journal = Journal::open(&path, &whose()).unwrap();
    for place in &was {
        journal.note(place, &Told::of(None, &Verdict::StoredBefore(receipt()))).unwrap();
    }
    drop(journal);
    let changed = file.metadata().unwrap().modified().unwrap();
    // Of the same length, and with the same time of change.
    std::fs::write(&file, "1\n9\n3\n").unwrap();
    File::options().write(true).open(&file).unwrap().set_modified(changed).unwrap();
    let known = Journal::open(&path, &whose()).unwrap().take_known(false);
    let mut places = Places::of(folder.path()).unwrap();
    let mut bodies = Vec::new();
    while let Some(found) = places.next(|place| known.has(place)).unwrap() {
        bodies.push(found.body);
    }
    assert_eq!(bodies, [None, Some(Ok(b"9".to_vec())), None]);
}

#[test]
fn a_link_is_not_taken_for_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let (path, elsewhere) = (folder.path().join("journal"), folder.path().join("elsewhere"));
    drop(Journal::open(&elsewhere, &whose()).unwrap());
    let text = std::fs::read(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    assert!(Journal::anew(&path, &whose()).is_err());
    assert!(Journal::open(&path, &whose()).is_err());
    assert_eq!(std::fs::read(&elsewhere).unwrap(), text);
}
