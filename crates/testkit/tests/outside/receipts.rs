//! The receipt of a delivery: the record entry by which the controller notes in the client's own file what it
//! disclosed.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_testkit::{
    Care, Draft, Expect, TestClient, TestServer, builtin_structure, fresh_case, fresh_client,
};

use crate::given::{Recorded, assessed};

/// The content of an entry.
fn told(receipt: &Value) -> &Value {
    &receipt["data"]["merkinta_asiakastietojen_luovuttamisesta"]
}

/// Approves and delivers a request for these documents; gives it as it is told afterwards.
async fn delivered(server: &TestServer, care: &Care, drafts: &[&Draft]) -> Value {
    let recorded = Recorded::of(server, care, drafts).await;
    recorded.decide("approved").await.expect_status(200);
    assert_eq!(recorded.deliver().await.status, 200);
    recorded.looked_at().await
}

/// The identity codes of the clients whom an entry names.
fn clients(receipt: &Value) -> Vec<&str> {
    let clients = told(receipt)["asiakas"].as_array().unwrap();
    clients.iter().map(|client| client["henkilotunnus"]["value"].as_str().unwrap()).collect()
}

/// REQ DIS-07
#[tokio::test]
async fn what_went_outside_is_noted_in_the_clients_file_by_its_receipt() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let (care, draft) = assessed(&server).await;
    let recorded = Recorded::of(&server, &care, &[&draft, &care.case_document]).await;
    for state in ["recorded", "approved"] {
        let request = recorded.looked_at().await;
        assert_eq!(request["state"], state);
        assert!(request.get("receipt").is_none(), "{request}");
        if state == "recorded" {
            recorded.decide("approved").await.expect_status(200);
        }
    }
    assert_eq!(recorded.deliver().await.status, 200);
    let request = recorded.looked_at().await;
    let receipt = &request["receipt"];
    assert_eq!(receipt["group"], "record_entry", "{request}");
    assert_eq!(clients(receipt), [care.client.as_str()]);
    let entry = told(receipt);
    let documents = entry["luovutetut_asiakirjat"].as_array().unwrap().iter();
    let oids: Vec<_> = documents.map(|document| document["oid_tunnus"]["value"].clone()).collect();
    assert_eq!(oids, [draft.oid().as_str(), care.case_document.oid().as_str()]);
    // The recipient is known, a person of it is not.
    assert_eq!(
        entry["tietojen_vastaanottaja"],
        json!({"sukunimi": "Ei tiedossa", "etunimet": "Ei tiedossa", "organisaatio": "Kela"})
    );
    assert_eq!(entry["tietojen_luovuttaja"], entry["laatija"]);
    assert_eq!(entry["laatija"]["palveluyksikko"]["code"], "1.2.246.10.99990001.10.1");
    let ground = "Asiakastietolaki 703/2023 64 §; Etuuden ratkaiseminen, 703/2023 64 §";
    assert_eq!(entry["perustelu"], ground);
    assert_eq!(entry["kayttotarkoitus_johon_tiedot_on_luovutettu"], "Hoitotuen ratkaiseminen");

    let structure = builtin_structure(receipt["structure"].as_str().unwrap());
    let noted = care.draft_with(&maija, &structure, receipt["data"].clone());
    let noted = noted.with("group", "record_entry");
    maija.session().store(&noted.build()).await.unwrap().expect_status(201);
    let found = maija.session().fetch(&noted.oid(), &UseContext::default()).await.unwrap();
    assert_eq!(found.expect_status(200)["content"][0]["data"], receipt["data"]);
}

/// REQ DIS-07: who else is in a joint case is not told.
#[tokio::test]
async fn a_receipt_names_each_client_whose_documents_went_once_and_nobody_else() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let [one, other, third] = [(); 3].map(|()| TestClient::of(&fresh_client()));
    let case = Draft::case(&maija, &one, &fresh_case()).with_client(&other).with_client(&third);
    let care = Care::arrange(&session, &case, &Draft::clientship(&maija, &one)).await;
    let alone = care.draft(&maija).with("clients", json!([one.reference()]));
    let joint = care.draft(&maija);
    let joint = joint.with("clients", json!([other.reference(), one.reference()]));
    for draft in [&joint, &alone] {
        session.store(&draft.build()).await.unwrap().expect_status(201);
    }
    let request = delivered(&server, &care, &[&alone]).await;
    assert_eq!(clients(&request["receipt"]), [one.id()]);
    let request = delivered(&server, &care, &[&alone, &joint]).await;
    assert_eq!(clients(&request["receipt"]), [one.id(), other.id()]);
    assert!(!request.to_string().contains(third.id()), "{request}");
}

/// REQ DIS-07, CASE-07
#[tokio::test]
async fn the_receipt_of_what_was_masked_tells_that_it_went_and_not_where_the_client_lives() {
    const ADDRESS: &str = "Piilopolku 1";
    let server = TestServer::start().await;
    let (maija, other) = (server.person("S-1001"), server.person("S-3001"));
    let (client, case) = (fresh_client(), fresh_case());
    let contact = json!({"osoite": [{"lahiosoite": ADDRESS}]});
    let clientship = Draft::clientship(&maija, &client).about_client("yhteystiedot", contact);
    let opened = Draft::case(&maija, &client, &case);
    let session = maija.session();
    let care = Care::arrange(&session, &opened, &clientship).await;
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let theirs = Draft::clientship(&other, &client).organised_by(&other.organisation);
    let theirs = theirs.turvakielto().draft();
    other.session().store(&theirs.build()).await.unwrap().expect_status(201);
    let request = delivered(&server, &care, &[&care.clientship_document, &draft]).await;
    assert_eq!(clients(&request["receipt"]), [client.as_str()]);
    assert!(!request.to_string().contains(ADDRESS), "{request}");
}

/// REQ DIS-07: the service task is what an entry is filed by.
#[tokio::test]
async fn without_a_service_task_there_is_no_receipt() {
    let server = TestServer::start().await;
    let care = server.care_of(&server.person("S-1001")).await;
    let request = delivered(&server, &care, &[&care.clientship_document]).await;
    assert_eq!(request["state"], "delivered");
    assert!(request.get("receipt").is_none(), "{request}");
}
