//! What bare statements go by: for each request that the server is sent, the same document, client and bytes.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tokio_postgres::Client;
use uuid::Uuid;
use varanto_model::{Envelope, Oid};

const OF_DOCUMENT: &str = "SELECT found.client_key, found.controller,
    (SELECT string_agg('\"' || page.newest || '\"', ',') FROM
        (SELECT c.newest FROM client_document AS c
         WHERE c.client_key = found.client_key AND c.controller = found.controller
         ORDER BY c.written_at DESC LIMIT 50) AS page)
FROM (SELECT encode(substring(clients FROM 1 FOR 16), 'hex')::uuid AS client_key, controller
      FROM document WHERE original_oid = $1) AS found";

const BYTES: &str = "SELECT length(v.metadata) + length(v.signatures)
    + (SELECT sum(length(c.packed)) FROM content AS c WHERE c.version_oid = v.oid)::bigint
FROM document_version AS v WHERE v.oid = $1";

/// What one use goes by.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Input {
    pub(super) oid: String,
    pub(super) client: Uuid,
    pub(super) controller: String,
    /// The documents that the log names.
    pub(super) documents: String,
    /// How many bytes the server keeps of a document.
    pub(super) bytes: usize,
    #[serde(skip)]
    pub(super) signed: Option<Signed>,
}

/// What the check of a signature needs.
#[derive(Clone)]
pub(super) struct Signed {
    pub(super) jws: String,
    pub(super) manifest: Vec<u8>,
}

/// Finds what uses go by.
pub(crate) struct Inputs<'a> {
    owner: &'a Client,
    known: HashMap<String, Input>,
}

impl<'a> Inputs<'a> {
    pub(super) fn new(owner: &'a Client) -> Self {
        Self { owner, known: HashMap::new() }
    }

    /// What a request that uses a stored document goes by.
    pub(crate) async fn of_stored(&mut self, document: &Oid, names_page: bool) -> Input {
        if let Some(known) = self.known.get(document.as_str()) {
            return known.clone();
        }
        let name = document.as_str();
        let row = self.owner.query_one(OF_DOCUMENT, &[&name]).await.expect("a stored document");
        let page: String = row.get(2);
        let input = Input {
            oid: name.to_owned(),
            client: row.get(0),
            controller: row.get(1),
            documents: if names_page { format!("[{page}]") } else { format!("[\"{name}\"]") },
            bytes: 0,
            signed: None,
        };
        self.known.insert(name.to_owned(), input.clone());
        input
    }

    /// How many bytes the server keeps of a document.
    pub(crate) async fn bytes_of(&self, document: &Oid) -> usize {
        let row = self.owner.query_one(BYTES, &[&document.as_str()]).await;
        let bytes: i64 = row.expect("a stored document").get(0);
        usize::try_from(bytes).expect("a length")
    }
}

impl Input {
    /// What goes by the body of a request that stores: its signature, and as many bytes as the server keeps of one.
    pub(crate) fn of_new(body: &[u8], bytes: usize) -> Self {
        let envelope = serde_json::from_slice(body).expect("an envelope");
        let envelope = Envelope::parse(envelope).expect("an envelope");
        let jws = envelope.signatures.first().expect("a signature").jws.clone();
        Self {
            oid: envelope.metadata.oid.to_string(),
            client: Uuid::now_v7(),
            controller: envelope.metadata.controller.to_string(),
            documents: String::new(),
            bytes,
            signed: Some(Signed { jws, manifest: envelope.manifest() }),
        }
    }
}
