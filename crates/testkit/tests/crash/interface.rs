//! What is there, as the interface shows it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use varanto_client::{EnvelopeBuilder, Session, UseContext};
use varanto_model::MediaType;
use varanto_testkit::{Expect, TestPerson};

use crate::ledger::{SentDocument, SentVersion};

/// A fetched version is what was sent, to the byte: the same manifest, content and signatures.
pub(crate) fn assert_whole(fetched: &Value, sent: &SentVersion) {
    let items = fetched["content"].as_array().expect("content");
    let begun = EnvelopeBuilder::new(fetched["metadata"].clone());
    let rebuilt = items.iter().fold(begun, |envelope, item| match &item["data"] {
        Value::Null => envelope.text(MediaType::Xhtml, item["text"].as_str().expect("text")),
        data => envelope.data(data.clone()),
    });
    assert!(rebuilt.manifest() == sent.manifest, "{} is not what was stored", sent.oid);
    assert_eq!(fetched["digest"], json!(sent.digest()));
    assert_eq!(fetched["signatures"], sent.envelope["signatures"]);
}

/// The document has just the versions that were sent, each once, and its newest one is whole.
pub(crate) async fn document_is_there(session: &Session, document: &SentDocument) {
    let context = UseContext::default();
    let listed = session.versions(document.original_oid(), &context).await.unwrap();
    let listed = listed.expect_status(200);
    let known = document.versions.iter().rev().map(|sent| {
        let stored_at = sent.receipt.as_ref().expect("acknowledged")["stored_at"].clone();
        let (oid, version, digest) = (&sent.oid, sent.version, sent.digest());
        json!({"oid": oid, "version": version, "stored_at": stored_at, "digest": digest})
    });
    assert_eq!(listed["versions"], known.collect::<Value>());
    let newest = session.fetch(document.original_oid(), &context).await.unwrap();
    assert_whole(&newest.expect_status(200), document.newest());
}

/// Each of these versions has, under the name that its receipt tells, an entry in the use log.
pub(crate) async fn log_has(officer: &Session, sent: impl Iterator<Item = &SentVersion>) {
    let mut missing: BTreeMap<&str, &SentVersion> = sent.map(|v| (v.log_entry(), v)).collect();
    let mut page = json!({"size": 200});
    while !missing.is_empty() {
        let search = json!({"context": {"purpose": "supervision"}, "page": page});
        let found = officer.search_use_log(&search).await.unwrap().expect_status(200);
        for entry in found["entries"].as_array().expect("entries") {
            let Some(sent) = missing.remove(entry["id"].as_str().expect("a name")) else {
                continue;
            };
            assert_eq!(entry["outcome"], "permitted");
            assert_eq!(entry["documents"], json!([sent.oid]));
        }
        assert!(
            missing.is_empty() || !found["next"].is_null(),
            "without entry: {:?}",
            missing.keys()
        );
        page["cursor"] = found["next"].clone();
    }
}

/// Every document, as [`document_is_there`]; every version whole; every client's list complete.
pub(crate) async fn everything_is_there(reader: &TestPerson, documents: &[SentDocument]) {
    let session = reader.session();
    for document in documents {
        document_is_there(&session, document).await;
        for sent in document.versions.iter().rev().skip(1) {
            let path = format!("/v1/documents/{}?version={}", sent.original_oid, sent.version);
            let fetched = session.get(&path).await.unwrap();
            assert_whole(&fetched.expect_status(200), sent);
        }
    }
    let mut by_client: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for document in documents {
        by_client.entry(&document.client).or_default().insert(document.newest().oid.as_str());
    }
    for (client, known) in by_client {
        let listed = list(&session, client).await;
        let distinct: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
        assert_eq!(distinct.len(), listed.len(), "a document is listed twice");
        assert_eq!(distinct, known);
    }
}

/// The identifiers of the newest versions of a client's documents.
async fn list(session: &Session, client: &str) -> Vec<String> {
    let mut listed = Vec::new();
    let mut page = json!({"size": 200});
    loop {
        let search = json!({"client": {"id": client}, "page": page});
        let found = session.search(&search).await.unwrap().expect_status(200);
        let documents = found["documents"].as_array().expect("documents");
        listed.extend(documents.iter().map(|d| d["oid"].as_str().expect("an oid").to_owned()));
        if found["next"].is_null() {
            return listed;
        }
        page["cursor"] = found["next"].clone();
    }
}
