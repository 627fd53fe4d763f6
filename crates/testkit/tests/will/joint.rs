//! Documents of several clients, and of clients who are known by a temporary identifier: they leave only where
//! every one's will lets them out (DIS-02, DIS-03, DIS-04).

use serde_json::json;
use varanto_client::UseContext;
use varanto_model::Oid;
use varanto_testkit::{
    CaseDraft, Draft, Expect, TestClient, TestPerson, TestServer, fresh_case, fresh_client,
};

use crate::given::{
    body_of, broadly, by_disclosure, identifiers, log_of, names, oid, search_of, store, with_reason,
};

/// Two people with a joint case in Testilä, and a document of it that names the first.
struct Joint {
    server: TestServer,
    maija: TestPerson,
    case: CaseDraft,
    one: TestClient,
    other: TestClient,
    document: Draft,
}

impl Joint {
    async fn begin(other: TestClient) -> Self {
        let server = TestServer::start().await;
        let maija = server.person("S-1001");
        let session = maija.session();
        let one = TestClient::of(&fresh_client());
        let case = Draft::case(&maija, &one, &fresh_case()).with_client(&other);
        for draft in [
            case.draft(),
            Draft::clientship(&maija, &one).draft(),
            Draft::clientship(&maija, &other).draft(),
        ] {
            store(&session, &draft).await;
        }
        let document = Draft::assessment(&maija, &one).in_case(case.oid());
        store(&session, &document).await;
        Self { server, maija, case, one, other, document }
    }

    async fn records(&self, draft: Draft) -> Draft {
        store(&self.maija.session(), &draft).await;
        draft
    }

    async fn opens(&self, client: &TestClient) -> [Draft; 2] {
        let informing = self.records(Draft::informing(&self.maija, client).draft()).await;
        [informing, self.records(Draft::permit(&self.maija, client).draft()).await]
    }

    fn controller(&self) -> Oid {
        oid(self.document.metadata["controller"].as_str().unwrap())
    }

    async fn annuls(&self, draft: &Draft) {
        let session = self.maija.session();
        let own = UseContext::default();
        session.annul(&draft.oid(), "väärä", &own).await.unwrap().expect_status(200);
    }

    /// What Mallila's worker finds of a client and can fetch, by a special reason.
    async fn shown(&self, client: &TestClient) -> Vec<String> {
        let session = self.server.person("S-3001").session();
        let used = with_reason(by_disclosure());
        let found = session.search(&search_of(client, &used)).await.unwrap().expect_status(200);
        identifiers(&found)
    }

    async fn expect(&self, is_shown: bool) {
        let session = self.server.person("S-3001").session();
        let used = with_reason(by_disclosure());
        let status = if is_shown { 200 } else { 404 };
        let oid = self.document.oid();
        assert_eq!(session.fetch(&oid, &used).await.unwrap().status, status);
        assert_eq!(session.versions(&oid, &used).await.unwrap().status, status);
        let asked = json!({"context": body_of(&used), "oids": [oid.as_str()]});
        let several = session.fetch_several(&asked).await.unwrap().expect_status(200);
        assert_eq!(several["documents"][0]["status"], status);
        let expected = if is_shown { names(&[&self.document]) } else { Vec::new() };
        for client in [&self.one, &self.other] {
            if client.key()["id"].is_string() {
                assert_eq!(self.shown(client).await, expected);
            }
        }
    }
}

/// REQ DIS-02, DIS-03, DIS-04
#[tokio::test]
async fn a_document_of_two_leaves_only_where_both_let_it_out() {
    let joint = Joint::begin(TestClient::of(&fresh_client())).await;
    joint.expect(false).await;
    for (first, second) in [(&joint.one, &joint.other), (&joint.other, &joint.one)] {
        let [first_informing, permit] = joint.opens(first).await;
        joint.expect(false).await;
        let informing = joint.records(Draft::informing(&joint.maija, second).draft()).await;
        joint.expect(false).await;
        let second_permit = joint.records(Draft::permit(&joint.maija, second).draft()).await;
        joint.expect(true).await;
        for client in [first, second] {
            let denial = Draft::denial(&joint.maija, client);
            let mut stored = joint.records(denial.draft()).await;
            joint.expect(true).await;
            for denied in [
                denial.clone().everything(),
                denial.clone().document(&joint.document.oid()),
                denial.clone().service_task("X-ELDERLY"),
                denial.clone().controller(&joint.controller()),
            ] {
                stored = joint.records(denied.version_after(&stored)).await;
                joint.expect(false).await;
            }
            joint.records(denial.version_after(&stored)).await;
            joint.expect(true).await;
            let refused = Draft::permit(&joint.maija, client).refused().draft();
            let refused = joint.records(refused).await;
            joint.expect(false).await;
            joint.annuls(&refused).await;
            joint.expect(true).await;
        }
        for will in [&permit, &informing, &second_permit, &first_informing] {
            joint.annuls(will).await;
        }
        joint.expect(false).await;
    }
    let broad = joint.server.person("S-3001").session();
    broad.fetch(&joint.document.oid(), &broadly()).await.unwrap().expect_status(200);
}

/// REQ DIS-03
#[tokio::test]
async fn pages_are_full_though_the_other_client_denies_what_is_between() {
    let joint = Joint::begin(TestClient::of(&fresh_client())).await;
    joint.opens(&joint.one).await;
    let own_case = Draft::case(&joint.maija, &joint.one, &fresh_case());
    joint.records(own_case.draft()).await;
    let mut own = Vec::new();
    for day in 1..=12 {
        let case = if day % 3 == 0 { &own_case } else { &joint.case };
        let at = format!("2026-06-{day:02}T10:00:00Z");
        let draft = Draft::assessment(&joint.maija, &joint.one).in_case(case.oid());
        let draft = joint.records(draft.with("written_at", at)).await;
        if day % 3 == 0 {
            own.insert(0, draft);
        }
    }
    let session = joint.server.person("S-3001").session();
    let expected = names(&own.iter().collect::<Vec<_>>());
    for size in [1, 2, 3, 4, 5] {
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut search = search_of(&joint.one, &with_reason(by_disclosure()));
            search["page"] = json!({"size": size, "cursor": cursor});
            if cursor.is_none() {
                search["page"] = json!({"size": size});
            }
            let page = session.search(&search).await.unwrap().expect_status(200);
            let found = identifiers(&page);
            assert_eq!(found.len(), size.min(expected.len() - seen.len()));
            seen.extend(found);
            let Some(next) = page["next"].as_str() else { break };
            cursor = Some(next.to_owned());
        }
        assert_eq!(seen, expected, "pages of {size}");
    }
    joint.opens(&joint.other).await;
    assert_eq!(joint.shown(&joint.one).await.len(), 13);
}

/// REQ DIS-04, CASE-06
#[tokio::test]
async fn under_a_temporary_identifier_nothing_leaves_and_joined_it_is_by_the_persons_will() {
    let temporary = TestClient::temporary("1.2.246.10.99990001.22.2026.1", "1990-03-05");
    let joint = Joint::begin(temporary.clone()).await;
    joint.opens(&joint.one).await;
    let alone = Draft::case(&joint.maija, &temporary, &fresh_case());
    joint.records(alone.draft()).await;
    let of_nameless = Draft::assessment(&joint.maija, &temporary).in_case(alone.oid());
    let of_nameless = of_nameless.with("written_at", "2026-06-01T10:00:00Z");
    let of_nameless = joint.records(of_nameless).await;
    let person = TestClient::of(&fresh_client());
    joint.server.care_for(&joint.server.person("S-3001"), &person).await;
    joint.opens(&person).await;
    joint.expect(false).await;
    let session = joint.server.person("S-3001").session();
    let hidden = session.fetch(&of_nameless.oid(), &with_reason(by_disclosure())).await.unwrap();
    hidden.expect_problem("document-not-found");
    assert!(joint.shown(&person).await.is_empty());
    session.fetch(&of_nameless.oid(), &broadly()).await.unwrap().expect_status(200);

    let joining = json!({"temporary": temporary.key(), "client": person.reference()});
    joint.maija.session().join_client(&joining).await.unwrap().expect_status(200);
    joint.expect(true).await;
    assert_eq!(joint.shown(&person).await, names(&[&joint.document, &of_nameless]));
    session.fetch(&of_nameless.oid(), &by_disclosure()).await.unwrap().expect_status(200);
    let denial = Draft::denial(&joint.maija, &person).document(&of_nameless.oid());
    let denial = joint.records(denial.draft()).await;
    assert_eq!(joint.shown(&person).await, names(&[&joint.document]));
    joint.records(Draft::denial(&joint.maija, &person).everything().version_after(&denial)).await;
    joint.expect(false).await;
    assert!(joint.shown(&person).await.is_empty());
}

/// REQ DIS-04
#[tokio::test]
async fn whoever_serves_one_of_the_clients_has_the_context_to_a_document_of_both() {
    let joint = Joint::begin(TestClient::of(&fresh_client())).await;
    joint.opens(&joint.one).await;
    joint.opens(&joint.other).await;
    let sanna = joint.server.person("S-3001");
    joint.server.care_for(&sanna, &joint.one).await;
    let session = sanna.session();
    session.fetch(&joint.document.oid(), &by_disclosure()).await.unwrap().expect_status(200);
    let of_other = session.search(&search_of(&joint.other, &by_disclosure())).await.unwrap();
    of_other.expect_problem("special-reason-required");
}

/// REQ LOG-02
#[tokio::test]
async fn a_list_is_noted_for_each_client_with_the_documents_that_are_about_that_client() {
    let joint = Joint::begin(TestClient::of(&fresh_client())).await;
    joint.opens(&joint.one).await;
    joint.opens(&joint.other).await;
    let case = Draft::case(&joint.maija, &joint.one, &fresh_case());
    joint.records(case.draft()).await;
    let alone = Draft::assessment(&joint.maija, &joint.one).in_case(case.oid());
    let alone = joint.records(alone.with("written_at", "2026-06-01T10:00:00Z")).await;
    assert_eq!(joint.shown(&joint.one).await, names(&[&joint.document, &alone]));
    let log = log_of(&joint.server, "T-1008", "disclosure").await;
    let mut told: Vec<_> = log.iter().map(|entry| entry["documents"].clone()).collect();
    told.sort_by_key(|documents| documents.as_array().unwrap().len());
    assert_eq!(told, [json!(names(&[&joint.document])), json!(names(&[&joint.document, &alone]))]);
}
