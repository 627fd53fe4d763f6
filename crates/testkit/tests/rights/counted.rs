//! Everybody sees how the log grows (decision 0018): what a refused call writes into it does not go by what it was
//! refused to see.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_model::Code;
use varanto_store::log_tree::{self, LogKind};
use varanto_store::{Database, MAX_PAGE};
use varanto_testkit::{
    Care, Draft, Expect, TestClient, TestPerson, TestServer, UnitEntry, fresh_case, fresh_client,
    fresh_oid,
};

use crate::given::{KOIVULA, under};

/// What is asked of somebody's document or case.
#[derive(Clone, Copy, Debug)]
enum Call {
    Read,
    Annul,
    Versions,
    Store,
    StoreWrong,
    Version,
    ExplainRead,
    ExplainStore,
}

impl Call {
    /// What somebody is refused: of the own county without a context, with one but a fault in the document,
    /// and of others, all of it.
    fn refused_to(person: &str) -> &'static [Self] {
        match person {
            "S-1002" => &[Self::Read, Self::Versions, Self::ExplainRead],
            "S-1001" => &[Self::StoreWrong],
            _ => &[
                Self::Read,
                Self::Annul,
                Self::Versions,
                Self::Store,
                Self::Version,
                Self::ExplainRead,
                Self::ExplainStore,
            ],
        }
    }

    /// Does it; it is refused.
    async fn refused(self, caller: &TestPerson, used: &UseContext, on: &Of) {
        let session = caller.session();
        let Of { document, care, .. } = on;
        let coming = || on.names(Draft::assessment(caller, &on.client), care);
        let answer = match self {
            Self::Read => session.fetch(&document.oid(), used).await,
            Self::Annul => session.annul(&document.oid(), "väärä", used).await,
            Self::Versions => session.versions(&document.oid(), used).await,
            Self::Store => session.store(&coming().build()).await,
            Self::StoreWrong => {
                let wrong = coming().with("service_task", "X-NOTHING");
                session.store(&wrong.build()).await
            }
            Self::Version => {
                let next = on.names(document.next_version(), care);
                session.store(&next.build()).await
            }
            Self::ExplainRead => {
                let body =
                    json!({"action": "read", "oid": document.oid(), "context": context(used)});
                return assert_explained(&session, &body).await;
            }
            Self::ExplainStore => {
                let body = json!({"action": "store", "metadata": metadata(&coming())});
                return assert_explained(&session, &body).await;
            }
        };
        let answer = answer.unwrap();
        assert!(answer.status >= 400, "{self:?}: {}", answer.status);
    }
}

async fn assert_explained(session: &Session, body: &Value) {
    let told = session.explain(body).await.unwrap().expect_status(200);
    assert_eq!(told["permitted"], false, "{told}");
}

fn context(used: &UseContext) -> Value {
    let mut body = json!({});
    let members = [("basis", &used.basis), ("purpose", &used.purpose)];
    for (name, value) in members {
        if let Some(value) = value {
            body[name] = json!(value.as_str());
        }
    }
    if let Some(case) = &used.case {
        body["case"] = json!(case);
    }
    body
}

/// What an explanation takes of a document's metadata.
fn metadata(draft: &Draft) -> Value {
    let names = [
        "controller",
        "group",
        "generation",
        "service_task",
        "service_process",
        "type_code",
        "case",
        "clients",
        "written_at",
    ];
    let named = names.map(|name| (name.to_owned(), draft.metadata[name].clone()));
    Value::Object(named.into_iter().collect())
}

/// Whose document: of how many people it is, and whether there is any of it, differs.
struct Of {
    what: &'static str,
    document: Draft,
    care: Care,
    client: TestClient,
}

impl Of {
    /// A document that names the client alone, and the case.
    fn names(&self, draft: Draft, care: &Care) -> Draft {
        let draft = draft.naming(std::slice::from_ref(&self.client));
        draft.in_case(&care.case).in_register_of(&care.organiser)
    }
}

/// A document of one, one of two, and one that is not there, each in a case of its own.
async fn each(maija: &TestPerson) -> [Of; 3] {
    let session = maija.session();
    let (one, two) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
    let alone = arranged(maija, &one, None).await;
    let joint = arranged(maija, &two, Some(TestClient::of(&fresh_client()))).await;
    let stored = [Draft::assessment(maija, &one), Draft::assessment(maija, &two)];
    let [of_one, of_two] = stored;
    let (of_one, of_two) = (of_one.in_case(&alone.case), of_two.in_case(&joint.case));
    for draft in [&of_one, &of_two] {
        session.store(&draft.build()).await.unwrap().expect_status(201);
    }
    let nobody = TestClient::of(&fresh_client());
    let absent = Draft::assessment(maija, &nobody).in_case(&fresh_case());
    let nowhere = Care { case: fresh_case(), ..alone.clone() };
    [
        Of { what: "of one", document: of_one, care: alone, client: one },
        Of { what: "of two", document: of_two, care: joint, client: two },
        Of { what: "not there", document: absent, care: nowhere, client: nobody },
    ]
}

async fn arranged(maija: &TestPerson, client: &TestClient, other: Option<TestClient>) -> Care {
    let case = Draft::case(maija, client, &fresh_case()).joint();
    let case = match other {
        Some(other) => case.with_client(other),
        None => case,
    };
    Care::arrange(&maija.session(), &case, &Draft::clientship(maija, client)).await
}

/// How many entries all logs have together.
async fn size(database: &Database) -> usize {
    let mut size = 0;
    for log in LogKind::ALL {
        let mut after = 0;
        loop {
            let page = database.fetch(log_tree::entries_after(log, after, MAX_PAGE)).await.unwrap();
            let Some(last) = page.last() else { break };
            after = last.number;
            size += page.len();
        }
    }
    size
}

/// REQ LOG-01, AC-02
#[tokio::test]
async fn a_refusal_writes_as_many_entries_of_what_is_joint_or_not_there_as_of_one_persons() {
    let server = TestServer::start().await;
    let database = server.open_store().await;
    let maija = server.person("S-1001");
    let each = each(&maija).await;
    let own = UseContext::default();
    let disclosure = UseContext { basis: Code::parse("disclosure").ok(), ..own.clone() };
    let right = |of: &Of| under(&of.care.case);
    for id in ["S-1001", "S-1002", "S-3001", "S-2001"] {
        let caller = server.person(id);
        // The first call gets a token.
        caller.session().fetch(&fresh_oid(), &own).await.unwrap();
        for call in Call::refused_to(id) {
            let mut written = Vec::new();
            for of in &each {
                let used = match id {
                    "S-3001" if matches!(call, Call::Read | Call::Versions) => disclosure.clone(),
                    "S-2001" => right(of),
                    _ => own.clone(),
                };
                let before = size(&database).await;
                call.refused(&caller, &used, of).await;
                written.push((of.what, size(&database).await - before));
            }
            let first = written.first().map(|(_, count)| *count);
            assert!(
                written.iter().all(|(_, count)| Some(*count) == first),
                "{id} {call:?}: {written:?}"
            );
        }
    }
}

/// REQ LOG-01, AC-02
#[tokio::test]
async fn a_refusal_has_an_entry_for_each_client_who_was_named_whoever_is_known() {
    let server = TestServer::start().await;
    let database = server.open_store().await;
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (known, other) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
    let care = arranged(&maija, &known, Some(other.clone())).await;
    let clientship = Draft::clientship(&maija, &other).producer(UnitEntry::of(KOIVULA));
    maija.session().store(&clientship.draft().build()).await.unwrap().expect_status(201);
    let session = tuula.session();
    session.fetch(&fresh_oid(), &UseContext::default()).await.unwrap();
    let stranger = TestClient::of(&fresh_client());
    let mut written = Vec::new();
    for others in [other, stranger] {
        let coming = Draft::assessment(&tuula, &known).naming(&[known.clone(), others]);
        let coming = coming.in_case(&fresh_case()).in_register_of(&care.organiser);
        let before = size(&database).await;
        let refused = session.store(&coming.build()).await.unwrap();
        assert!(refused.status >= 400);
        written.push(size(&database).await - before);
    }
    assert_eq!(written, [4, 4], "two in the log of each of the organisations");
}
