//! What somebody may not see leaves no trace in answers (AC-02, RA-04): what is there and what is not
//! there are answered alike, in status, headers and body.
//!
//! That they also take as long is measured by the example `no_trace`, and not asserted.

use serde_json::{Value, json};
use varanto_client::{Answer, Session, UseContext};
use varanto_model::{MediaType, Oid};
use varanto_testkit::{
    Care, Draft, Expect, TestServer, UnitEntry, fresh_case, fresh_client, fresh_oid,
};

use crate::given::{KOIVULA, under};

/// Headers that are of one answer alone.
const OF_ONE_ANSWER: [&str; 2] = ["date", "x-request-id"];

/// What is asked for: all of it there, or none of it.
#[derive(Clone)]
struct Named {
    document: Oid,
    case: Oid,
    client: String,
    /// The name of the producer's right.
    right: Oid,
}

impl Named {
    /// Names of the same lengths, of nothing and nobody.
    fn absent(&self) -> Self {
        let right = self.right.as_str();
        let (kept, last) = right.split_at(right.len() - 1);
        let last = if last == "7" { "8" } else { "7" };
        Self {
            document: absent(&self.document, fresh_oid),
            case: absent(&self.case, fresh_case),
            client: fresh_client(),
            right: Oid::parse(&format!("{kept}{last}")).unwrap(),
        }
    }

    /// The same with another document, which is not there.
    fn with_absent_document(&self) -> Self {
        Self { document: absent(&self.document, fresh_oid), ..self.clone() }
    }
}

fn absent(there: &Oid, fresh: fn() -> Oid) -> Oid {
    loop {
        let oid = fresh();
        if oid.as_str().len() == there.as_str().len() {
            return oid;
        }
    }
}

/// An answer without what is of it alone, and without the names that were sent.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Trace {
    fn of(answer: &Answer, named: &Named) -> Self {
        let headers = answer
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()));
        let mut headers: Vec<_> =
            headers.filter(|(name, _)| !OF_ONE_ANSWER.contains(&name.as_str())).collect();
        headers.sort();
        let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        forget_instance(&mut body);
        let mut body = body.to_string();
        let Named { document, case, client, right } = named;
        for name in [document.as_str(), case.as_str(), client, right.as_str()] {
            body = body.replace(name, "…");
        }
        Self { status: answer.status, headers, body }
    }
}

fn forget_instance(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("instance");
            members.values_mut().for_each(forget_instance);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_instance),
        _ => {}
    }
}

/// What is asked about a document.
async fn ask_for_document(session: &Session, named: &Named) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    let oid = &named.document;
    for (basis, context) in [("own", UseContext::default()), ("right", under(&named.case))] {
        let query = match basis {
            "own" => String::new(),
            _ => format!("basis=register_access&case={}&", named.case),
        };
        let mut note =
            |what: &str, answer: Answer| answers.push((format!("{what}, {basis}"), answer));
        note("document", session.fetch(oid, &context).await.unwrap());
        for version in [1, 2] {
            let path = format!("/v1/documents/{oid}?{query}version={version}");
            note("version", session.get(&path).await.unwrap());
        }
        note("versions", session.versions(oid, &context).await.unwrap());
        for form in [MediaType::Xhtml, MediaType::Pdf] {
            note("form", session.fetch_form(oid, form, &context).await.unwrap());
        }
        let mut several = json!({"oids": [oid]});
        if basis == "right" {
            several["context"] = json!({"basis": "register_access", "case": named.case.as_str()});
        }
        note("several", session.fetch_several(&several).await.unwrap());
        let reason = json!({"reason": "written about another client"});
        let path = format!("/v1/documents/{oid}/annulment?{}", query.trim_end_matches('&'));
        note("annulment", session.post_json(&path, &reason).await.unwrap());
    }
    answers
}

/// What is asked about a client and a case.
async fn ask_for_client(session: &Session, named: &Named) -> Vec<(String, Answer)> {
    let client = json!({"id": named.client});
    let right = json!({"basis": "register_access", "case": named.case.as_str()});
    let mut answers = Vec::new();
    for (path, body) in [
        ("/v1/documents/search", json!({"client": client})),
        ("/v1/documents/search", json!({"client": client, "context": right})),
        ("/v1/documents/search", json!({"client": client, "filter": {"cases": [named.case]}})),
        ("/v1/cases/search", json!({"client": client})),
        ("/v1/cases/search", json!({"client": client, "context": right})),
        ("/v1/clientships/search", json!({"client": client})),
        ("/v1/clientships/search", json!({"client": client, "context": right})),
        ("/v1/record-entries/search", json!({"client": client})),
        ("/v1/record-entries/search", json!({"client": client, "context": right})),
        ("/v1/register-access/search", json!({"client": client})),
    ] {
        answers.push((format!("{path} {body}"), session.post_json(path, &body).await.unwrap()));
    }
    for query in ["", "?basis=register_access&case="] {
        let named_again = if query.is_empty() { "" } else { named.case.as_str() };
        let path = format!("/v1/cases/{}{query}{named_again}", named.case);
        answers.push((path.clone(), session.get(&path).await.unwrap()));
    }
    let right = format!("/v1/register-access/{}", named.right);
    answers.push((right.clone(), session.get(&right).await.unwrap()));
    for (act, body) in [
        ("suspension", json!({"reason": "asked by the client"})),
        ("resumption", json!({"reason": "asked by the client"})),
        ("reconciliation", json!({"oids": [named.document]})),
        ("destruction", json!({})),
    ] {
        let path = format!("{right}/{act}");
        answers.push((path.clone(), session.post_json(&path, &body).await.unwrap()));
    }
    answers
}

/// Answers to both are the same, but for what is of one answer alone; they are refusals or empty.
fn assert_alike(there: &[(String, Answer)], of: &Named, not: &[(String, Answer)], nor: &Named) {
    assert_eq!(there.len(), not.len());
    for ((what, there), (_, not)) in there.iter().zip(not) {
        let (there, not) = (Trace::of(there, of), Trace::of(not, nor));
        assert_eq!(there, not, "{what}");
    }
}

/// A client of Testilä, whom the producer's unit works for until now.
async fn cared_for(server: &TestServer) -> (Care, Draft, varanto_testkit::ClientshipDraft) {
    let maija = server.person("S-1001");
    let client = fresh_client();
    let opened = Draft::case(&maija, &client, &fresh_case());
    let clientship = Draft::clientship(&maija, &client);
    let marked = clientship.clone().producer(UnitEntry::of(KOIVULA));
    let care = Care::arrange(&maija.session(), &opened, &marked).await;
    let draft = care.draft(&maija);
    maija.session().store(&draft.build()).await.unwrap().expect_status(201);
    (care, draft, clientship)
}

async fn named(server: &TestServer, care: &Care, draft: &Draft) -> Named {
    let asked = json!({"view": "controller", "client": care.person.key()});
    let session = server.person("S-1001").session();
    let found = session.post_json("/v1/register-access/search", &asked).await.unwrap();
    let found = found.expect_status(200);
    let right = found["rights"][0]["oid"].as_str().unwrap();
    Named {
        document: draft.oid(),
        case: care.case.clone(),
        client: care.client.clone(),
        right: Oid::parse(right).unwrap(),
    }
}

/// Identifiers of tests count up from 1: from here on they have as many digits as those after them.
fn past_the_short_ones() {
    for _ in 0..120 {
        fresh_oid();
        fresh_case();
    }
}

/// REQ AC-02, RA-04
#[tokio::test]
async fn for_who_has_no_right_an_existing_file_is_answered_like_none() {
    let Some(server) = TestServer::start_national().await else { return };
    past_the_short_ones();
    let (care, draft, _) = cared_for(&server).await;
    let there = named(&server, &care, &draft).await;
    let absent = there.absent();
    for stranger in ["S-3001", "S-5001", "S-4001"] {
        let session = server.person(stranger).session();
        let (first, second) =
            (ask_for_document(&session, &there).await, ask_for_document(&session, &absent).await);
        assert_alike(&first, &there, &second, &absent);
        assert!(first.iter().any(|(_, answer)| answer.status == 404), "{stranger}");
        let (first, second) =
            (ask_for_client(&session, &there).await, ask_for_client(&session, &absent).await);
        assert_alike(&first, &there, &second, &absent);
    }
}

/// REQ RA-04, RA-06
#[tokio::test]
async fn for_whose_right_has_ended_later_documents_are_answered_like_none() {
    let Some(server) = TestServer::start_national().await else { return };
    past_the_short_ones();
    let (care, before, clientship) = cared_for(&server).await;
    let (maija, producer) = (server.person("S-1001"), server.person("S-2001").session());
    producer.fetch(&before.oid(), &under(&care.case)).await.unwrap().expect_status(200);
    let ended = clientship.version_after(&care.clientship_document);
    maija.session().store(&ended.build()).await.unwrap().expect_status(201);
    let after = care.draft(&maija);
    maija.session().store(&after.build()).await.unwrap().expect_status(201);
    let told = producer.fetch(&before.oid(), &under(&care.case)).await.unwrap();
    told.expect_problem("register-access-ended");
    let there = named(&server, &care, &after).await;
    let absent = there.with_absent_document();
    let first = ask_for_document(&producer, &there).await;
    let second = ask_for_document(&producer, &absent).await;
    assert_alike(&first, &there, &second, &absent);
}
