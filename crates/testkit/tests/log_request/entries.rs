//! Which entries a request gives: all uses and disclosures of the client's data in the register, and no
//! others.

use serde_json::{Value, json};
use varanto::server::open_service;
use varanto_client::UseContext;
use varanto_model::Code;
use varanto_service::ImportOptions;
use varanto_testkit::{Care, Draft, Expect, TestClient, fresh_case, fresh_client};

use crate::given::{Given, request_of, told, with};

const UNIT: &str = "1.2.246.10.99990001.10.1";

/// REQ LOG-05
#[tokio::test]
async fn each_use_is_told_with_who_when_what_for_what_and_on_which_basis() {
    let given = Given::start().await;
    let letter = given.letter().await;
    given.server.set_clock("2026-09-10T13:00:00+03:00");
    let nurse = given.server.person("S-1004").session();
    nurse.fetch(&letter.oid(), &UseContext::default()).await.unwrap().expect_status(200);
    let reason = Some(Code::parse("X-OTHER").unwrap());
    let reason = UseContext { special_reason: reason, ..UseContext::default() };
    let olli = given.server.person("S-1002").session();
    olli.fetch(&letter.oid(), &reason).await.unwrap();
    let refused = olli.fetch(&letter.oid(), &UseContext::default()).await.unwrap();
    assert!(refused.status >= 400, "an attempt without context and reason");
    let id = given.register(&given.request()).await;
    let entries = given.preview(&id).await;
    let expected = [
        ("use", "answer-log-request", "Tietosuoja, Paavo"),
        ("use", "read", "Mallikas, Olli"),
        ("use", "read", "Keksitty, Eero"),
        ("use", "store", "Esimerkki, Maija"),
        ("use", "store", "Esimerkki, Maija"),
        ("use", "store", "Esimerkki, Maija"),
    ];
    assert_eq!(told(&entries), expected, "the refused attempt used no data: {entries:#?}");
    assert_eq!(entries[1]["special_reason"], json!({"code": "X-OTHER", "text": "Muu syy"}));
    let entry = &entries[2];
    assert!(entry["at"].as_str().unwrap().starts_with("2026-09-10T10:00:0"));
    assert_eq!(entry["unit"], json!({"oid": UNIT, "name": "Iäkkäiden palvelut"}));
    assert_eq!(entry["organisation"]["name"], "Testilän hyvinvointialue");
    assert_eq!(entry["action"]["text"], "Asiakirja avattu");
    assert_eq!(entry["purpose"], json!({"code": "client_work", "text": "Asiakastyö"}));
    assert_eq!(entry["basis"], json!({"code": "own", "text": "Oma rekisteri"}));
    assert_eq!(entry["documents"], json!([letter.oid()]));
    assert!(entry.get("user_id").is_none() && entry.get("rules").is_none());
}

/// REQ LOG-05, LOG-02
#[tokio::test]
async fn what_another_controller_received_is_told_to_the_client_of_the_controller_whose_data_it_is()
{
    let given = Given::start().await;
    let letter = given.letter().await;
    given.store(&Draft::informing(&given.maija, &given.client).draft()).await;
    given.store(&Draft::permit(&given.maija, &given.client).draft()).await;
    let sanna = given.server.person("S-3001");
    given.server.care_for(&sanna, given.client.as_str()).await;
    let basis = Some(Code::parse("disclosure").unwrap());
    let disclosure = UseContext { basis, ..UseContext::default() };
    sanna.session().fetch(&letter.oid(), &disclosure).await.unwrap().expect_status(200);
    let id = given.register(&given.request()).await;
    let entries = given.preview(&id).await;
    let disclosed: Vec<_> = entries.iter().filter(|e| e["log"] == "disclosure").collect();
    assert_eq!(disclosed.len(), 1);
    assert_eq!(disclosed[0]["user"], "Testimaa, Sanna");
    assert_eq!(disclosed[0]["organisation"]["name"], "Mallilan hyvinvointialue");
    assert_eq!(disclosed[0]["action"]["text"], "Asiakirja luovutettu");
    assert_eq!(disclosed[0]["basis"], json!({"code": "disclosure", "text": "Luovutuslupa"}));
    assert!(
        entries.iter().filter(|e| e["log"] == "use").all(|e| e["user"] != "Testimaa, Sanna"),
        "what Sanna did in the register of Mallila is told there"
    );
}

/// REQ LOG-05, CASE-06
#[tokio::test]
async fn what_was_noted_under_a_temporary_identifier_is_told_after_the_joining() {
    let given = Given::start().await;
    let temporary = "1.2.246.10.99990001.22.2026.1";
    let nameless = TestClient::temporary(temporary, "2026-01-02").named("Tuntematon", "Tuntematon");
    let session = given.maija.session();
    let case = Draft::case(&given.maija, &nameless, &fresh_case());
    let clientship = Draft::clientship(&given.maija, &nameless);
    Care::arrange(&session, &case, &clientship).await;
    let person = fresh_client();
    let joining = json!({
        "temporary": {"temporary_id": temporary},
        "client": {"id": person, "family_name": "Testinen", "given_names": "Aino"}
    });
    session.join_client(&joining).await.unwrap().expect_status(200);
    for client in [json!({"id": person}), json!({"temporary_id": temporary})] {
        let id = given.register(&request_of(&client)).await;
        let entries = given.preview(&id).await;
        let actions: Vec<_> = told(&entries).into_iter().map(|(_, action, _)| action).collect();
        let stored = actions.iter().filter(|action| **action == "store").count();
        assert_eq!(stored, 2, "the case and the clientship were stored before: {actions:?}");
        assert!(actions.contains(&"join-client"));
    }
}

/// REQ LOG-05, CASE-05
#[tokio::test]
async fn of_a_joint_document_each_client_is_told_the_own_entry() {
    let given = Given::start().await;
    let other = fresh_client();
    let case = Draft::case(&given.maija, given.client.as_str(), &fresh_case());
    let joint = case.with_client(other.as_str()).joint().draft();
    given.store(&joint).await;
    let mut told_of_it = Vec::new();
    for client in [&given.client, &other] {
        let id = given.register(&request_of(&json!({"id": client}))).await;
        let entries = given.preview(&id).await;
        let of_joint = |entry: &&Value| entry["documents"] == json!([joint.oid()]);
        let of_joint: Vec<_> = entries.iter().filter(of_joint).collect();
        assert_eq!(of_joint.len(), 1);
        assert_eq!(of_joint[0]["joint"], true);
        told_of_it.push(of_joint[0]["id"].clone());
    }
    assert_ne!(told_of_it[0], told_of_it[1]);
}

/// REQ LOG-05
#[tokio::test]
async fn a_request_can_name_units_and_days() {
    let given = Given::start().await;
    let letter = given.letter().await;
    given.server.set_clock("2026-09-12T12:00:00+03:00");
    let nurse = given.server.person("S-1004").session();
    nurse.fetch(&letter.oid(), &UseContext::default()).await.unwrap().expect_status(200);
    let mut request = given.request();
    request["received_at"] = json!("2026-09-12T12:00:00+03:00");
    let count = async |members: Value| {
        let mut request = request.clone();
        for (name, value) in members.as_object().unwrap() {
            request[name] = value.clone();
        }
        let entries = given.preview(&given.register(&request).await).await;
        told(&entries).iter().filter(|(_, action, _)| *action != "answer-log-request").count()
    };
    assert_eq!(count(json!({})).await, 4);
    assert_eq!(count(json!({"period": {"to": "2026-09-11"}})).await, 3);
    assert_eq!(count(json!({"period": {"from": "2026-09-11"}})).await, 1);
    assert_eq!(count(json!({"units": [UNIT]})).await, 4);
    assert_eq!(count(json!({"units": ["1.2.246.10.99990001.10.2"]})).await, 0);
}

/// REQ LOG-05, DIR-01
#[tokio::test]
async fn a_unit_is_called_what_it_was_called_when_it_used_the_data() {
    let given = Given::start().await;
    let letter = given.letter().await;
    given.server.set_clock("2026-09-11T12:00:00+03:00");
    let urls = [given.server.base_url().to_owned()];
    let service = Box::pin(open_service(&given.server.config(), &urls)).await.unwrap();
    let table = format!(
        "oid;parent;business_id;name_fi;name_sv;name_en;kind;valid_from;valid_to\n\
         {UNIT};1.2.246.10.99990001.10.0;;Uusi nimi;;;;2023-01-01;\n"
    );
    let options =
        ImportOptions { source: "registry.csv".to_owned(), check: false, complete: false };
    service.import_organisations(table.as_bytes(), &options).await.unwrap();
    given.server.set_clock("2026-09-12T12:00:00+03:00");
    let nurse = given.server.person("S-1004").session();
    nurse.fetch(&letter.oid(), &UseContext::default()).await.unwrap().expect_status(200);
    let mut request = given.request();
    request["received_at"] = json!("2026-09-12T12:00:00+03:00");
    let entries = given.preview(&given.register(&request).await).await;
    let name = |n: usize| entries[n]["unit"]["name"].clone();
    assert_eq!((name(1), name(2)), (json!("Uusi nimi"), json!("Iäkkäiden palvelut")));
}

/// REQ LOG-05
#[tokio::test]
async fn a_preview_goes_page_by_page() {
    let given = Given::start().await;
    for _ in 0..4 {
        given.letter().await;
    }
    let id = given.register(&given.request()).await;
    given.server.set_clock("2026-09-11T12:00:00+03:00");
    let all = given.preview(&id).await;
    let (mut seen, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let asked = with(&json!({"page": {"size": 3, "cursor": cursor}}));
        let page = given.officer.preview_log_request(&id, &asked).await.unwrap();
        let page = page.expect_status(200);
        seen.extend(page["entries"].as_array().unwrap().iter().cloned());
        if page["next"].is_null() {
            break;
        }
        assert_eq!(page["entries"].as_array().unwrap().len(), 3);
        cursor = page["next"].clone();
    }
    assert_eq!(seen, all, "looking on the next day is not asked for");
    assert_eq!(all.len(), 7);
}
