//! What a client system remembers of what it has sent.

use serde_json::{Value, json};
use varanto_client::Session;
use varanto_model::{Digest, Oid, digest};
use varanto_testkit::{Draft, Expect};

/// A document with the versions that were sent, in order. Only the last one may lack its receipt.
pub(crate) struct SentDocument {
    pub(crate) client: String,
    pub(crate) draft: Draft,
    pub(crate) versions: Vec<SentVersion>,
}

/// A version as it was sent.
pub(crate) struct SentVersion {
    pub(crate) oid: Oid,
    pub(crate) original_oid: Oid,
    pub(crate) version: usize,
    pub(crate) envelope: Value,
    pub(crate) manifest: Vec<u8>,
    /// The answer, once there was one.
    pub(crate) receipt: Option<Value>,
}

impl SentDocument {
    /// Stores a document that is not versioned afterwards, such as a case.
    pub(crate) async fn store(session: &Session, client: &str, draft: Draft) -> Self {
        let mut sent = SentVersion::of(&draft);
        let answer = session.store(&sent.envelope).await.unwrap();
        sent.acknowledge(answer.expect_status(201));
        Self { client: client.to_owned(), draft, versions: vec![sent] }
    }

    pub(crate) fn original_oid(&self) -> &Oid {
        &self.versions[0].original_oid
    }

    pub(crate) fn newest(&self) -> &SentVersion {
        self.versions.last().expect("a version")
    }
}

impl SentVersion {
    pub(crate) fn of(draft: &Draft) -> Self {
        let text = |name: &str| draft.metadata[name].as_str().expect("an identifier").to_owned();
        Self {
            oid: draft.oid(),
            original_oid: Oid::parse(&text("original_oid")).unwrap(),
            version: usize::try_from(draft.metadata["version"].as_u64().unwrap()).unwrap(),
            envelope: draft.build(),
            manifest: draft.manifest(),
            receipt: None,
        }
    }

    pub(crate) fn digest(&self) -> Digest {
        digest::sha256(&self.manifest)
    }

    /// The name of the log entry that the receipt tells.
    pub(crate) fn log_entry(&self) -> &str {
        let receipt = self.receipt.as_ref().expect("every version is acknowledged by now");
        receipt["log_entry"].as_str().expect("a log entry")
    }

    /// Keeps the receipt, which must be of just this version.
    pub(crate) fn acknowledge(&mut self, receipt: Value) {
        let wanted = json!({
            "oid": self.oid, "original_oid": self.original_oid, "version": self.version,
            "digest": self.digest(),
            "stored_at": receipt["stored_at"], "log_entry": receipt["log_entry"],
        });
        assert_eq!(receipt, wanted, "a receipt is of what was sent");
        self.receipt = Some(receipt);
    }
}
