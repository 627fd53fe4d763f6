//! What is there, as the store itself has it once no server stands over it.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use varanto_model::json::canonical;
use varanto_model::{Oid, digest};
use varanto_store::document::{self, Content, Version, content_place};
use varanto_store::use_log::{self, LogCursor, LogFilter, Outcome, Scope, UseEntry};
use varanto_store::{Database, MAX_PAGE, Purpose, Vault, unpack};
use varanto_testkit::Site;
use zeroize::Zeroizing;

use crate::ledger::{SentDocument, SentVersion};

const CONTROLLER: &str = "1.2.246.10.99990001.19.0";

/// The store is sound; every document has just the versions that were sent, without gaps, each whole
/// and with the log entry that was written with it; and no entry tells of a version that is missing. Where the
/// clock never went back, that entry is the first that tells of the version.
pub(crate) async fn is_consistent(site: &Site, documents: &[SentDocument], in_order: bool) {
    assert_eq!(Database::faults(&site.store_settings()).await.unwrap(), Vec::<String>::new());
    let database = site.open_store().await;
    let vault = Vault::new(&master_key(site)).unwrap();

    let mut created_by: BTreeMap<Oid, Uuid> = BTreeMap::new();
    for sent in documents {
        let original = sent.original_oid();
        let versions = database.fetch(document::list_versions(original, None, MAX_PAGE)).await;
        let versions = versions.unwrap();
        assert_eq!(versions.len(), sent.versions.len(), "{original}");
        for (kept, sent) in versions.iter().rev().zip(&sent.versions) {
            assert_is(kept, sent);
            let content = database.fetch(document::contents_of(&kept.oid)).await.unwrap();
            assert_whole(&vault, kept, &content, sent);
            created_by.insert(kept.oid.clone(), kept.log_entry);
        }
        let standing = database.fetch_one(document::find_document(original)).await.unwrap();
        let standing = standing.expect("a version has its document");
        assert_eq!(standing.newest, sent.newest().oid);
        assert_eq!(usize::try_from(standing.version).unwrap(), sent.versions.len());
    }
    let mut entries = store_entries(&database).await;
    if !in_order {
        // A repeated request may have an earlier time than the first.
        entries.sort_by_key(|entry| !created_by.values().any(|id| *id == entry.id));
    }
    assert_log(&entries, &created_by);
}

fn assert_is(kept: &Version, sent: &SentVersion) {
    assert_eq!(kept.oid, sent.oid);
    assert_eq!(usize::try_from(kept.version).unwrap(), sent.version);
    assert_eq!(kept.digest, sent.digest());
    assert_eq!(kept.log_entry.to_string(), sent.log_entry());
}

fn assert_whole(vault: &Vault, kept: &Version, content: &[Content], sent: &SentVersion) {
    let place = kept.oid.as_str().as_bytes();
    let metadata = unpack(vault, Purpose::Metadata, place, &kept.metadata).unwrap();
    assert!(metadata == canonical(&sent.envelope["metadata"]), "metadata of {}", kept.oid);
    assert!(unpack(vault, Purpose::Signatures, place, &kept.signatures).is_ok());
    let items = sent.envelope["content"].as_array().expect("content");
    assert_eq!(content.len(), items.len(), "{}", kept.oid);
    for (kept, sent) in content.iter().zip(items) {
        let place = content_place(&kept.version_oid, kept.ordinal);
        let bytes = unpack(vault, Purpose::Content, &place, &kept.packed).unwrap();
        let wanted = match &sent["data"] {
            serde_json::Value::Null => sent["text"].as_str().expect("text").as_bytes().to_vec(),
            data => canonical(data),
        };
        assert!(bytes == wanted, "item {} of {}", kept.ordinal, kept.version_oid);
        assert_eq!(kept.sha256, digest::sha256(&wanted));
    }
}

/// Every version was created with the first entry that permits storing it: an earlier one would tell
/// of a version that was lost. Entries and versions are of the same documents.
fn assert_log(entries: &[UseEntry], created_by: &BTreeMap<Oid, Uuid>) {
    let mut first: BTreeMap<&Oid, Uuid> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for entry in entries {
        assert!(names.insert(entry.id), "an entry stands twice");
        assert_eq!(entry.outcome, Outcome::Permitted, "every document was right");
        let [oid] = entry.documents.as_slice() else { panic!("an entry of storing names one") };
        assert!(created_by.contains_key(oid), "the log tells of {oid}, which is not there");
        first.entry(oid).or_insert(entry.id);
    }
    assert_eq!(first.len(), created_by.len(), "a version without entry");
    for (oid, entry) in created_by {
        assert_eq!(first.get(oid), Some(entry), "{oid} was created with another entry");
    }
}

/// All entries of storing, oldest first.
async fn store_entries(database: &Database) -> Vec<UseEntry> {
    let mut entries = Vec::new();
    let mut after = None;
    loop {
        let scope = Scope::Register(Oid::parse(CONTROLLER).unwrap());
        let query = use_log::list(scope, LogFilter::default(), after, MAX_PAGE).unwrap();
        let page = database.fetch(query).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(LogCursor { at: last.at, id: last.id });
        entries.extend(page);
    }
    entries.retain(|entry| ["store", "store-version"].contains(&entry.action.as_str()));
    entries.reverse();
    entries
}

fn master_key(site: &Site) -> Zeroizing<[u8; 32]> {
    let text = std::fs::read_to_string(site.paths().keys().join("master.key")).unwrap();
    let mut key = Zeroizing::new([0; 32]);
    for (byte, digits) in key.iter_mut().zip(text.trim().as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    }
    key
}
