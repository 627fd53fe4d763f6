use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::builtin;

fn files() -> Vec<(String, Vec<u8>)> {
    builtin::structures().map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_broken_file_is_named_and_the_others_go_in() {
    let mut all = files();
    let count = all.len();
    all.push(("broken.json".into(), b"{\"a\": 1}".to_vec()));
    all.push(("twice.json".into(), all[0].1.clone()));
    let import = import(all, |_| None);
    assert_eq!(import.added.len(), count);
    assert_eq!(import.broken.len(), 1);
    assert_eq!(import.broken[0].0, "broken.json");
    assert_eq!(import.duplicate, [("twice.json".into(), "clientship.json".into())]);
}

#[test]
fn what_is_known_is_unchanged_or_changed() {
    let stored = files();
    let oid_of = |bytes: &[u8]| Structure::parse(bytes).unwrap().oid().clone();
    let known: BTreeMap<Oid, Vec<u8>> =
        stored.iter().map(|(_, b)| (oid_of(b), b.clone())).collect();
    let mut again = stored.clone();
    again[1].1.push(b'\n');
    let import = import(again, |oid| known.get(oid).map(Vec::as_slice));
    assert_eq!((import.added.len(), import.unchanged.len()), (0, stored.len() - 1));
    assert_eq!(import.changed[0].file, stored[1].0);
}

#[test]
fn an_archive_gives_its_json_files() {
    let archive = zip(&[("a/1.json", b"{}"), ("readme.txt", b"x"), ("2.JSON", b"[]")]);
    let found = unpack(&archive).unwrap();
    assert_eq!(
        found,
        [("a/1.json".to_owned(), b"{}".to_vec()), ("2.JSON".to_owned(), b"[]".to_vec())]
    );
}

#[test]
fn a_hostile_archive_is_an_error() {
    assert!(matches!(unpack(&zip(&[("../a.json", b"{}")])), Err(ArchiveError::Name(0))));
    let bomb = vec![b' '; 4 * 1024 * 1024 + 1];
    assert!(matches!(unpack(&zip(&[("a.json", &bomb)])), Err(ArchiveError::TooLarge(0))));
    let large = &bomb[1..];
    let names: Vec<String> = (0..33).map(|i| format!("{i}.json")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), large)).collect();
    assert!(matches!(unpack(&zip(&many)), Err(ArchiveError::TooLargeTogether)));
    let names: Vec<String> = (0..2001).map(|i| format!("{i}.json")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), b"".as_slice())).collect();
    assert!(matches!(unpack(&zip(&many)), Err(ArchiveError::TooManyEntries)));
    let whole = zip(&[("a.json", b"{}")]);
    assert!(matches!(unpack(&whole[..whole.len() - 5]), Err(ArchiveError::Unreadable(_))));
    assert!(matches!(unpack(b"not an archive"), Err(ArchiveError::Unreadable(_))));
}

proptest! {
    #[test]
    fn a_damaged_archive_never_makes_it_panic(at in 0_usize..400, to in any::<u8>(), cut in 0_usize..400) {
        let mut archive = zip(&[("a.json", b"{\"a\": [1, 2, 3, 4, 5]}"), ("b/c.json", b"[]")]);
        if let Some(byte) = archive.get_mut(at) {
            *byte = to;
        }
        archive.truncate(archive.len().saturating_sub(cut % archive.len()));
        let _ = unpack(&archive);
    }
}
