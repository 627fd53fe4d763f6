//! A client's summary: what the documents say today, for each reader as far as a fetch would give it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_testkit::{
    Care, Draft, Expect, Form, TestClient, TestPerson, TestServer, UnitEntry, builtin_structure,
    fresh_case, fresh_client,
};

use crate::given::{GROUND, Pair, log_of};

const DECISION: &str = "1.2.246.537.6.1506.11052.2023.9.8";
/// A producer's unit in the built-in world.
const KOIVULA: &str = "1.2.246.10.99990002.10.3";
const SECTIONS: [&str; 6] =
    ["decisions", "plans", "services", "own_workers", "risks", "assessments"];

/// A decision that is in force from `first` to `last`.
fn decision(care: &Care, author: &TestPerson, first: &str, last: Option<&str>) -> Draft {
    let structure = builtin_structure(DECISION);
    let mut data = care.draft_of(author, &structure, 1).data().clone();
    let decision = &mut data["tyoikaisten_palvelupaatos"]["paatos"];
    decision["paatoksen_voimassaolo"] = json!({"alkamispaiva": first});
    if let Some(last) = last {
        decision["paatoksen_voimassaolo"]["paattymispaiva"] = last.into();
    }
    decision["ratkaisu_ja_perustelut"] = "Kotihoito myönnetään.".into();
    care.draft_with(author, &structure, data)
}

async fn store(session: &Session, drafts: &[&Draft]) {
    for draft in drafts {
        session.store(&draft.build()).await.unwrap().expect_status(201);
    }
}

async fn summary(session: &Session, client: &str, context: &Value) -> Value {
    let request = json!({"context": context, "client": {"id": client}});
    session.summarise(&request).await.unwrap().expect_status(200)
}

/// The documents that a section names, newest first.
fn named<'a>(summary: &'a Value, section: &str) -> Vec<&'a str> {
    let entries = summary[section]["entries"].as_array().unwrap();
    entries.iter().map(|entry| entry["document"].as_str().unwrap()).collect()
}

/// Every document that a summary is made of.
fn all_named(summary: &Value) -> BTreeSet<&str> {
    SECTIONS.iter().flat_map(|section| named(summary, section)).collect()
}

/// The documents that a search in the same context shows, and a fetch gives.
async fn found(session: &Session, client: &str, context: &Value) -> BTreeSet<String> {
    let search = json!({"context": context, "client": {"id": client}});
    let page = session.search(&search).await.unwrap().expect_status(200);
    let documents = page["documents"].as_array().unwrap();
    let oids: Vec<&str> = documents.iter().map(|d| d["oid"].as_str().unwrap()).collect();
    let fetch = json!({"context": context, "oids": oids});
    let fetched = session.fetch_several(&fetch).await.unwrap().expect_status(200);
    assert!(!fetched.to_string().contains("problem"), "{fetched}");
    oids.into_iter().map(ToOwned::to_owned).collect()
}

fn oid(draft: &Draft) -> String {
    draft.oid().to_string()
}

fn set(drafts: &[&Draft]) -> BTreeSet<String> {
    drafts.iter().map(|draft| oid(draft)).collect()
}

/// The same clientship with a risk and a worker.
fn with_risk(mut clientship: Draft) -> Draft {
    for form in &mut clientship.content {
        if let Form::Data(data) = form {
            let content = &mut data["asiakkuusasiakirja"];
            content["riskitieto"] = json!([
                {"riskin_kuvaus": "Vihainen koira.", "riskitiedon_alkamispaiva": "2026-01-01"},
                {
                    "riskin_kuvaus": "Ohi.", "voimassa_maaraajan": true,
                    "maaraaikaisen_riskitiedon_paattymispaiva": "2026-01-31",
                },
            ]);
            content["palveluista_vastaava_tyontekija"] = json!([{
                "sukunimi": "Esimerkki", "etunimet": "Maija",
                "yhteystiedot": {"puhelinnumero": "+358 40 0000000"},
            }]);
        }
    }
    clientship
}

/// REQ SUM-01
#[tokio::test]
async fn in_the_own_register_the_summary_says_what_all_documents_say_today() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let (client, case) = (fresh_client(), fresh_case());
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let care = Care::arrange(&session, &Draft::case(&maija, &client, &case), &clientship).await;
    let newer = with_risk(clientship.version_after(&care.clientship_document));
    let in_force = decision(&care, &maija, "2026-01-01", None);
    let over = decision(&care, &maija, "2025-01-01", Some("2025-12-31"));
    let older = care.draft(&maija).with("written_at", "2026-09-01T10:00:00+03:00");
    let latest = care.draft(&maija);
    store(&session, &[&newer, &in_force, &over, &older, &latest]).await;

    let own = json!({});
    let told = summary(&session, &client, &own).await;
    assert_eq!(named(&told, "decisions"), [oid(&in_force)]);
    assert_eq!(named(&told, "assessments"), [oid(&latest)], "the older one is not the latest");
    assert_eq!(named(&told, "risks"), [oid(&newer)], "the newest version, and the valid risk");
    assert_eq!(named(&told, "own_workers"), [oid(&newer)]);
    assert!(named(&told, "services").contains(&oid(&newer).as_str()));
    assert_eq!(told["decisions"]["entries"][0]["valid_from"], "2026-01-01");
    assert_eq!(
        told["risks"]["entries"][0]["fields"][0]["values"][0]["text"]["text"],
        "Vihainen koira."
    );
    assert_eq!(told["cases"]["entries"][0]["oid"], case.as_str());
    assert_eq!(told["clientships"]["entries"].as_array().unwrap().len(), 1);
    assert_eq!((&told["turvakielto"], &told["cut"]), (&json!(false), &json!(false)));
    assert!(!told.to_string().contains("0000000"), "no contact data");
    let found = found(&session, &client, &own).await;
    assert!(all_named(&told).iter().all(|document| found.contains(*document)));

    let officer = server.person("T-1008").session();
    let log = json!({"context": {"purpose": "supervision"}});
    let log = officer.search_use_log(&log).await.unwrap().expect_status(200);
    let entries = log["entries"].as_array().unwrap();
    let noted = entries.iter().find(|entry| entry["id"] == told["log_entry"]).unwrap();
    assert_eq!(noted["action"], "summarise");
    for document in [&in_force, &over, &older, &latest, &newer] {
        assert!(noted["documents"].as_array().unwrap().contains(&json!(oid(document))), "{noted}");
    }

    let closed = Draft::case(&maija, &client, &case).closed("2026-09-30");
    store(&session, &[&closed.version_after(&care.case_document)]).await;
    session
        .annul(&in_force.oid(), "Väärä asiakas.", &UseContext::default())
        .await
        .unwrap()
        .expect_status(200);
    let after = summary(&session, &client, &own).await;
    assert_eq!(after["cases"], json!({"entries": [], "more": false}));
    assert_eq!(named(&after, "decisions"), [] as [&str; 0]);
}

/// REQ SUM-01, AC-01
#[tokio::test]
async fn a_summary_wants_a_context_and_is_for_client_work_alone() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    store(&maija.session(), &[&care.draft(&maija)]).await;
    let olli = server.person("S-1002").session();
    let request = |context: Value| json!({"context": context, "client": {"id": care.client}});
    let refused = olli.summarise(&request(json!({}))).await.unwrap();
    assert_eq!(refused.expect_problem("special-reason-required").rules, ["R1"]);
    let given = summary(&olli, &care.client, &json!({"special_reason": "X-OTHER"})).await;
    assert_eq!(named(&given, "assessments").len(), 1);
    let archivist = server.person("T-1007").session();
    let refused = archivist.summarise(&request(json!({"purpose": "archive"}))).await.unwrap();
    refused.expect_problem("purpose-not-permitted");
    let unread = maija.session().summarise(&json!({"person": 1})).await.unwrap();
    unread.expect_problem("invalid-request");
    let nobody = summary(&olli, &fresh_client(), &json!({"special_reason": "X-OTHER"})).await;
    assert!(all_named(&nobody).is_empty());
}

/// REQ SUM-01, RA-05
#[tokio::test]
async fn under_a_register_access_right_the_summary_is_of_its_case_alone() {
    let server = TestServer::start().await;
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let session = maija.session();
    let (client, case, other) = (fresh_client(), fresh_case(), fresh_case());
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let care = Care::arrange(&session, &Draft::case(&maija, &client, &case), &clientship).await;
    let newer = with_risk(clientship.version_after(&care.clientship_document));
    let of_another_case = Draft::case(&maija, &client, &other).service_task("10").draft();
    let seen = decision(&care, &maija, "2026-01-01", None);
    let unseen =
        decision(&care, &maija, "2026-01-01", None).in_case(&other).with("service_task", "10");
    store(&session, &[&newer, &of_another_case, &seen, &unseen]).await;

    let producer = tuula.session();
    let under = json!({"basis": "register_access", "case": case.as_str()});
    let told = summary(&producer, &client, &under).await;
    assert_eq!(named(&told, "decisions"), [oid(&seen)]);
    assert_eq!((named(&told, "risks").len(), named(&told, "own_workers").len()), (0, 0));
    assert!(told.get("clientships").is_none(), "{told}");
    let cases = told["cases"]["entries"].as_array().unwrap();
    assert!(cases.iter().all(|shown| shown["oid"] == case.as_str()), "{told}");
    assert!(
        !told.to_string().contains(other.as_str()) && !told.to_string().contains(&oid(&unseen))
    );
    let found = found(&producer, &client, &under).await;
    assert!(all_named(&told).iter().all(|document| found.contains(*document)));
    let elsewhere = json!({"basis": "register_access", "case": other.as_str()});
    let request = json!({"context": elsewhere, "client": {"id": client}});
    let refused = producer.summarise(&request).await.unwrap();
    refused.expect_problem("register-access-missing");
}

/// REQ SUM-01, AC-02
#[tokio::test]
async fn a_role_of_fewer_service_tasks_gets_a_summary_of_these() {
    let server = TestServer::start().await;
    let (maija, eero) = (server.person("S-1001"), server.person("S-1004"));
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let other = fresh_case();
    let child_case = Draft::case(&maija, &care.client, &other).service_task("10").draft();
    let elderly = decision(&care, &maija, "2026-01-01", None);
    let child =
        decision(&care, &maija, "2026-01-01", None).in_case(&other).with("service_task", "10");
    store(&session, &[&child_case, &elderly, &child]).await;
    let whole = summary(&session, &care.client, &json!({})).await;
    assert_eq!(named(&whole, "decisions").len(), 2);
    assert_eq!(whole["cases"]["entries"].as_array().unwrap().len(), 2);
    let narrower = summary(&eero.session(), &care.client, &json!({})).await;
    assert_eq!(named(&narrower, "decisions"), [oid(&elderly)]);
    assert_eq!(narrower["cases"]["entries"].as_array().unwrap().len(), 1);
    assert_eq!(narrower["decisions"]["more"], false, "nothing is counted");
}

/// REQ SUM-01, CASE-07
#[tokio::test]
async fn under_turvakielto_free_text_does_not_leave_the_controller_in_a_summary() {
    let server = TestServer::start().await;
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let session = maija.session();
    let (client, case) = (fresh_client(), fresh_case());
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let opened = Draft::case(&maija, &client, &case);
    let care = Care::arrange(&session, &opened, &clientship.turvakielto()).await;
    let organisers = decision(&care, &maija, "2026-01-01", None);
    let producers = decision(&care, &tuula, "2026-01-01", None);
    let producer = tuula.session();
    store(&session, &[&organisers]).await;
    store(&producer, &[&producers]).await;
    let text = "Kotihoito myönnetään.";
    let own = summary(&session, &client, &json!({})).await;
    assert!(own["turvakielto"] == true && own.to_string().contains(text), "{own}");
    let under = json!({"basis": "register_access", "case": case.as_str()});
    let told = summary(&producer, &client, &under).await;
    assert_eq!(told["turvakielto"], true);
    let entry = |draft: &Draft| {
        let entries = told["decisions"]["entries"].as_array().unwrap();
        entries.iter().find(|entry| entry["document"] == oid(draft)).unwrap()
    };
    let withheld = entry(&organisers);
    assert!(withheld["text_withheld"] == true && !withheld.to_string().contains(text), "{told}");
    let written = entry(&producers);
    assert!(written.to_string().contains(text), "whoever wrote it sees it whole: {told}");
}

/// REQ SUM-01, CASE-03, LOG-01
#[tokio::test]
async fn a_document_of_several_clients_is_noted_as_used_for_each_of_them() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let (one, other) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
    let case = Draft::case(&maija, &one, &fresh_case()).joint();
    let care = Care::arrange(&session, &case, &Draft::clientship(&maija, &one)).await;
    let joined = case.with_client(other.joining("2026-04-01T08:00:00Z"));
    let clients = joined.draft().metadata["clients"].clone();
    let joined = joined.version_after(&care.case_document).with("clients", clients);
    let shared = care.draft(&maija);
    store(&session, &[&joined, &shared]).await;
    let told = summary(&session, one.id(), &json!({})).await;
    assert_eq!(named(&told, "assessments"), [oid(&shared)]);
    let log = log_of(&server, "T-1008", "use").await;
    let noted: Vec<_> = log.iter().filter(|entry| entry["action"] == "summarise").collect();
    assert_eq!(noted.len(), 2, "{log:?}");
    for entry in noted {
        assert!(entry["documents"].as_array().unwrap().contains(&json!(oid(&shared))), "{entry}");
    }
}

/// What a county where the client is a client too gets.
async fn elsewhere(pair: &Pair) -> Value {
    summary(&pair.mallila, pair.client.id(), &json!({"basis": "disclosure"})).await
}

/// REQ SUM-01, DIS-03, DIS-04, LOG-02
#[tokio::test]
async fn a_denied_document_shows_in_no_other_countys_summary_nor_in_its_count() {
    let pair = Pair::silent().await;
    let open = decision(&pair.care, &pair.maija, "2026-01-01", None);
    let denied = decision(&pair.care, &pair.maija, "2026-01-01", None)
        .with("written_at", "2026-09-03T10:15:00+03:00");
    store(&pair.testila, &[&open, &denied]).await;
    let assessed = pair.writes().await;
    let nothing = elsewhere(&pair).await;
    assert!(all_named(&nothing).is_empty(), "nobody has informed the client: {nothing}");

    pair.inform().await;
    pair.permit().await;
    let denial = pair.records(pair.denial().document(&denied.oid()).draft()).await;
    let told = elsewhere(&pair).await;
    assert_eq!(named(&told, "decisions"), [oid(&open)]);
    assert_eq!(named(&told, "assessments"), [oid(&assessed)]);
    assert!(told.get("clientships").is_none() && told.get("cases").is_none(), "{told}");
    assert!(!told.to_string().contains(&oid(&denied)));
    assert_eq!((&told["decisions"]["more"], &told["cut"]), (&json!(false), &json!(false)));
    let basis = json!({"basis": "disclosure"});
    let found = found(&pair.mallila, pair.client.id(), &basis).await;
    assert_eq!(found, set(&[&open, &assessed]), "exactly what a search shows");

    let entries = log_of(&pair.server, "T-1008", "disclosure").await;
    let noted: Vec<_> = entries.iter().filter(|entry| entry["action"] == "summarise").collect();
    assert_eq!(noted.len(), 1, "an empty summary discloses nothing: {entries:?}");
    let documents = noted[0]["documents"].as_array().unwrap().iter();
    let documents: BTreeSet<_> = documents.map(|d| d.as_str().unwrap().to_owned()).collect();
    assert_eq!(documents, set(&[&open, &assessed]));
    let used = log_of(&pair.server, "T-3003", "use").await;
    assert!(used.iter().any(|entry| entry["id"] == told["log_entry"]), "in the reader's own log");

    pair.records(pair.denial().everything().version_after(&denial)).await;
    let after = elsewhere(&pair).await;
    assert!(all_named(&after).is_empty(), "{after}");
    let members = |told: &Value| told.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(members(&after), members(&told), "whatever is withheld, the answer has one form");
}

/// REQ SUM-01, DIS-05
#[tokio::test]
async fn the_broad_right_passes_what_the_client_has_denied() {
    let pair = Pair::silent().await;
    let held = decision(&pair.care, &pair.maija, "2026-01-01", None);
    store(&pair.testila, &[&held]).await;
    let request = json!({"context": {"basis": "broad"}, "client": pair.client.key()});
    let refused = pair.mallila.summarise(&request).await.unwrap();
    refused.expect_problem("ground-required");
    let broad = json!({"basis": "broad", "ground": GROUND});
    let told = summary(&pair.mallila, pair.client.id(), &broad).await;
    assert_eq!(named(&told, "decisions"), [oid(&held)]);
}

/// REQ SUM-01, DIS-04
#[tokio::test]
async fn what_others_hold_is_summarised_by_the_identity_code_alone() {
    let server = TestServer::start().await;
    let sanna = server.person("S-3001").session();
    let client = json!({"temporary_id": "1.2.246.10.99990003.22.2026.77"});
    let request = json!({"context": {"basis": "disclosure"}, "client": client});
    let refused = sanna.summarise(&request).await.unwrap();
    assert_eq!(refused.expect_problem("invalid-request").errors[0].code, "hetu-required");
}
