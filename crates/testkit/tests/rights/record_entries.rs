//! The continuous record: entries one after another, as data and as one text for reading.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_documents::display_form;
use varanto_model::Pointer;
use varanto_testkit::{
    Care, Draft, Expect, TestPerson, TestServer, UnitEntry, builtin_structure, fresh_case,
    fresh_client,
};

use crate::given::{KOIVULA, under};

/// The structure of an entry about a meeting.
const MEETING: &str = "1.2.246.537.6.1506.19005.2022.1.10";

fn entry(care: &Care, author: &TestPerson, written_at: &str, seed: u64) -> Draft {
    let draft = care.draft_of(author, &builtin_structure(MEETING), seed);
    draft.with("group", "record_entry").with("written_at", written_at)
}

async fn store(session: &Session, draft: &Draft) {
    session.store(&draft.build()).await.unwrap().expect_status(201);
}

fn identifiers(page: &Value) -> Vec<String> {
    let entries = page["entries"].as_array().unwrap();
    let oid = |entry: &Value| entry["metadata"]["original_oid"].as_str().unwrap().to_owned();
    entries.iter().map(oid).collect()
}

fn texts(drafts: &[&Draft]) -> Vec<String> {
    drafts.iter().map(|draft| draft.oid().to_string()).collect()
}

async fn read(session: &Session, search: &Value) -> Value {
    session.search_record_entries(search).await.unwrap().expect_status(200)
}

/// REQ DOC-09
#[tokio::test]
async fn the_record_is_read_oldest_first_whole_and_page_by_page() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let second = entry(&care, &maija, "2026-09-03T10:00:00+03:00", 2);
    let third = entry(&care, &maija, "2026-09-04T10:00:00+03:00", 3);
    let first = entry(&care, &maija, "2026-09-02T10:00:00+03:00", 1);
    for draft in [&second, &third, &first, &care.draft(&maija)] {
        store(&session, draft).await;
    }
    let client = json!({"id": care.client});
    let all = read(&session, &json!({"client": client})).await;
    assert_eq!(identifiers(&all), texts(&[&first, &second, &third]));
    assert_eq!((&all["next"], &all["turvakielto"]), (&Value::Null, &json!(false)));
    let own = UseContext::default();
    let fetched = session.fetch(&first.oid(), &own).await.unwrap().expect_status(200);
    for member in ["metadata", "content", "signatures", "stored_at", "digest", "annulled"] {
        assert_eq!(all["entries"][0][member], fetched[member], "{member}");
    }

    let page = read(&session, &json!({"client": client, "page": {"size": 2}})).await;
    assert_eq!(identifiers(&page), texts(&[&first, &second]));
    let page = json!({"size": 2, "cursor": page["next"]});
    let page = read(&session, &json!({"client": client, "page": page})).await;
    assert_eq!((identifiers(&page), &page["next"]), (texts(&[&third]), &Value::Null));

    let within = json!({
        "written_from": "2026-09-03T00:00:00+03:00", "written_to": "2026-09-04T00:00:00+03:00",
        "cases": [care.case.as_str()], "service_tasks": ["X-ELDERLY"]
    });
    let found = read(&session, &json!({"client": client, "filter": within})).await;
    assert_eq!(identifiers(&found), texts(&[&second]));
    for filter in [json!({"cases": [fresh_case().as_str()]}), json!({"service_tasks": ["10"]})] {
        let found = read(&session, &json!({"client": client, "filter": filter})).await;
        assert_eq!(identifiers(&found), texts(&[]));
    }

    session.annul(&second.oid(), "Väärä asiakas.", &own).await.unwrap().expect_status(200);
    let found = read(&session, &json!({"client": client})).await;
    assert_eq!(identifiers(&found), texts(&[&first, &third]));
    let annulled = json!({"client": client, "filter": {"include_annulled": true}});
    assert_eq!(identifiers(&read(&session, &annulled).await).len(), 3);

    let large = json!({"client": client, "page": {"size": 51}});
    let refused = session.search_record_entries(&large).await.unwrap();
    assert_eq!(refused.expect_problem("invalid-request").errors[0].pointer, "/page/size");
}

/// REQ DOC-09, LOG-01
#[tokio::test]
async fn the_log_names_every_entry_that_was_shown() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let drafts = [
        entry(&care, &maija, "2026-09-02T10:00:00+03:00", 1),
        entry(&care, &maija, "2026-09-03T10:00:00+03:00", 2),
        entry(&care, &maija, "2026-09-04T10:00:00+03:00", 3),
    ];
    for draft in &drafts {
        store(&session, draft).await;
    }
    let page = json!({"client": {"id": care.client}, "page": {"size": 2}});
    let page = read(&session, &page).await;
    let officer = server.person("T-1008").session();
    let log = json!({"context": {"purpose": "supervision"}});
    let log = officer.search_use_log(&log).await.unwrap().expect_status(200);
    let entries = log["entries"].as_array().unwrap();
    let noted = entries.iter().find(|e| e["id"] == page["entries"][0]["log_entry"]).unwrap();
    assert_eq!(noted["documents"], json!(texts(&[&drafts[0], &drafts[1]])));
    assert_eq!((&noted["action"], &noted["outcome"]), (&json!("read"), &json!("permitted")));
    assert!(!noted.to_string().contains(&care.client));
}

/// REQ DOC-09
#[tokio::test]
async fn the_record_is_one_text_for_reading() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    for (seed, written_at) in [(2, "2026-09-03T10:05:00+03:00"), (1, "2026-09-02T09:30:00+03:00")] {
        store(&session, &entry(&care, &maija, written_at, seed)).await;
    }
    let search = json!({"client": {"id": care.client}});
    let answer = session.read_record_entries(&search).await.unwrap();
    assert_eq!((answer.status, answer.media_type()), (200, "application/xhtml+xml"));
    assert!(answer.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    display_form::check(&answer.body, &Pointer::root()).unwrap();
    let text = String::from_utf8(answer.body).unwrap();
    let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what}: {text}"));
    assert!(
        place("2.9.2026 klo 9.30 – Maija Esimerkki")
            < place("3.9.2026 klo 10.05 – Maija Esimerkki")
    );
    assert_eq!(text.matches("<article>").count(), 2);
    assert!(text.contains("Merkintä tapaamisesta"), "the display forms are in it: {text}");
    assert_eq!(answer.headers.get("varanto-next"), None);

    let paged = json!({"client": {"id": care.client}, "page": {"size": 1}});
    let answer = session.read_record_entries(&paged).await.unwrap();
    let next = answer.headers["varanto-next"].to_str().unwrap();
    let paged = json!({"client": {"id": care.client}, "page": {"size": 1, "cursor": next}});
    let answer = session.read_record_entries(&paged).await.unwrap();
    assert!(String::from_utf8(answer.body).unwrap().contains("3.9.2026"));
}

/// REQ DOC-09, RA-04, CASE-07: under a right the entries of its case, with contact data masked.
#[tokio::test]
async fn a_producer_reads_the_record_of_its_case_with_contact_data_masked() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let session = maija.session();
    let (client, case, of_child) = (fresh_client(), fresh_case(), fresh_case());
    let clientship =
        Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA)).turvakielto();
    let care = Care::arrange(&session, &Draft::case(&maija, &client, &case), &clientship).await;
    store(&session, &Draft::case(&maija, &client, &of_child).service_task("10").draft()).await;
    let here = entry(&care, &maija, "2026-09-02T10:00:00+03:00", 1);
    let elsewhere = entry(&care, &maija, "2026-09-03T10:00:00+03:00", 2)
        .in_case(&of_child)
        .with("service_task", "10");
    for draft in [&here, &elsewhere] {
        store(&session, draft).await;
    }
    let context = json!({"basis": "register_access", "case": case.as_str()});
    let search = json!({"context": context, "client": {"id": client}});
    let page = read(&tuula.session(), &search).await;
    assert_eq!((identifiers(&page), &page["turvakielto"]), (texts(&[&here]), &json!(true)));
    let fetched = tuula.session().fetch(&here.oid(), &under(&case)).await.unwrap();
    let fetched = fetched.expect_status(200);
    for member in ["content", "withheld", "turvakielto"] {
        assert_eq!(page["entries"][0][member], fetched[member], "{member}");
    }
    tuula.session().read_record_entries(&search).await.unwrap().success().unwrap();
    let own = json!({"client": {"id": client}});
    let refused = tuula.session().search_record_entries(&own).await.unwrap();
    refused.expect_problem("document-not-found");
    let olli = server.person("S-1002").session();
    let refused = olli.search_record_entries(&json!({"client": {"id": client}})).await.unwrap();
    refused.expect_problem("special-reason-required");
}
