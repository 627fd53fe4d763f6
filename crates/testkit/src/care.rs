//! A client who is cared for: with a case and a clientship in the register, so that documents may be
//! stored and their readers have a context.

use serde_json::Value;
use varanto_client::Session;
use varanto_documents::Structure;
use varanto_model::Oid;
use varanto_sandbox::ManifestOrganisation;

use crate::case::CaseDraft;
use crate::clients::{fresh_case, fresh_client};
use crate::clientship::ClientshipDraft;
use crate::documents::Draft;
use crate::expect::Expect;
use crate::person::TestPerson;
use crate::site::Site;
use crate::test_client::TestClient;

/// A client with an open case and a clientship, both stored over the interface. Drafts made here name
/// the client and the case and are for the register that the case is in: where their author works for
/// a producer, they are what a producer stores for the organiser.
#[derive(Clone)]
pub struct Care {
    /// The client's identity code, or temporary identifier.
    pub client: String,
    /// The client, whole.
    pub person: TestClient,
    /// The identifier of the case.
    pub case: Oid,
    /// Whose case it is.
    pub organiser: ManifestOrganisation,
    /// The case document as stored; see [`CaseDraft::version_after`].
    pub case_document: Draft,
    /// The clientship document as stored; see [`ClientshipDraft::version_after`].
    pub clientship_document: Draft,
}

impl Care {
    /// Stores a case and a clientship of its first client.
    pub async fn arrange(
        session: &Session,
        case: &CaseDraft,
        clientship: &ClientshipDraft,
    ) -> Self {
        let (case_document, clientship_document) = (case.draft(), clientship.draft());
        for draft in [&case_document, &clientship_document] {
            session.store(&draft.build()).await.expect("an answer").expect_status(201);
        }
        let person = clientship.client().clone();
        let (client, case) = (person.id().to_owned(), case.oid().clone());
        let organiser = clientship.organiser().clone();
        Self { client, person, case, organiser, case_document, clientship_document }
    }

    /// A service needs assessment of the client in the case, written by `author`.
    pub fn draft(&self, author: &TestPerson) -> Draft {
        self.of_case(Draft::assessment(author, &self.person))
    }

    /// A document of any structure of the client in the case, minimal, made from `seed`.
    pub fn draft_of(&self, author: &TestPerson, structure: &Structure, seed: u64) -> Draft {
        self.of_case(Draft::of_structure(author, &self.person, structure, seed))
    }

    /// A document of the client in the case with this structured content.
    pub fn draft_with(&self, author: &TestPerson, structure: &Structure, data: Value) -> Draft {
        self.of_case(Draft::of_data(author, &self.person, structure, data))
    }

    /// A letter of the client in the case as PDF/A, without structure.
    pub fn letter(&self, author: &TestPerson, file: Vec<u8>) -> Draft {
        self.of_case(Draft::letter(author, &self.person, file))
    }

    fn of_case(&self, draft: Draft) -> Draft {
        draft.in_case(&self.case).in_register_of(&self.organiser)
    }
}

impl Site {
    /// Care for a client whom no other test has: an open case of the service task `X-ELDERLY`, and a
    /// clientship for which the worker's unit works, both since 2024-04-02. The worker's organisation
    /// is a controller, and the worker may store both.
    pub async fn care_of(&self, worker: &TestPerson) -> Care {
        self.care_for(worker, &fresh_client()).await
    }

    /// The same for a certain client.
    pub async fn care_for(&self, worker: &TestPerson, client: impl Into<TestClient>) -> Care {
        let client = client.into();
        let case = Draft::case(worker, &client, &fresh_case());
        Care::arrange(&worker.session(), &case, &Draft::clientship(worker, &client)).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use varanto_client::UseContext;

    use super::*;
    use crate::server::TestServer;

    async fn is_cared_for(server: &TestServer) {
        let maija = server.person("S-1001");
        let session = maija.session();
        let care = server.care_of(&maija).await;
        let draft = care.draft(&maija);
        session.store(&draft.build()).await.unwrap().expect_status(201);
        session.fetch(&draft.oid(), &UseContext::default()).await.unwrap().expect_status(200);
        let search = json!({"client": care.person.key(), "filter": {"cases": [care.case]}});
        let page = session.search(&search).await.unwrap().expect_status(200);
        assert_eq!(page["documents"][0]["oid"], draft.oid().as_str());
    }

    #[tokio::test]
    async fn a_client_who_is_cared_for_has_documents_that_the_worker_reads() {
        is_cared_for(&TestServer::start().await).await;
    }

    #[tokio::test]
    async fn with_the_national_structures_it_is_the_same() {
        if let Some(server) = TestServer::start_national().await {
            is_cared_for(&server).await;
        }
    }
}
