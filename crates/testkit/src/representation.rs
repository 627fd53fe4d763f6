//! Representation documents: who may act for a client, put together from what a test varies.

use std::sync::LazyLock;

use serde_json::{Value, json};
use varanto_documents::Structure;

use crate::documents::{Draft, builtin_structure};
use crate::person::TestPerson;
use crate::test_client::TestClient;
use crate::will::{TestRepresentative, will_author, will_client};

static STRUCTURE: LazyLock<Structure> =
    LazyLock::new(|| builtin_structure("1.2.246.10.99990000.97.2.2026.11.22"));

/// A representation document being put together. As it begins nobody represents the client.
#[derive(Clone)]
pub struct RepresentationDraft {
    author: TestPerson,
    client: TestClient,
    representatives: Vec<TestRepresentative>,
}

impl Draft {
    /// Who may act for a client, recorded in the register of the author's organisation; to be varied
    /// and then made a [`draft`](RepresentationDraft::draft).
    pub fn representation(
        author: &TestPerson,
        client: impl Into<TestClient>,
    ) -> RepresentationDraft {
        let (author, client) = (author.clone(), client.into());
        RepresentationDraft { author, client, representatives: Vec::new() }
    }
}

impl RepresentationDraft {
    /// The same with one more representative.
    #[must_use]
    pub fn represented_by(mut self, representative: TestRepresentative) -> Self {
        self.representatives.push(representative);
        self
    }

    /// The same with nobody.
    #[must_use]
    pub fn nobody(mut self) -> Self {
        self.representatives.clear();
        self
    }

    /// The document, in its first version.
    pub fn draft(&self) -> Draft {
        let entries: Vec<Value> =
            self.representatives.iter().map(TestRepresentative::entry).collect();
        let data = json!({"edustusasiakirja": {
            "asiakas": will_client(&self.client),
            "edustaja": entries,
            "ammattihenkilon_laatima_asiakirja": {"laatija": will_author(&self.author)},
        }});
        Draft::of_will(&self.author, &self.client, &STRUCTURE, data)
    }

    /// The document as the version that follows `earlier`, with what has been varied since.
    pub fn version_after(&self, earlier: &Draft) -> Draft {
        earlier.next_version().with_content(self.draft().content)
    }
}
