//! A client under turvakielto: what leaves the controller goes without where the client lives.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_documents::pdfa::{Part, example};
use varanto_documents::{Structure, builtin};
use varanto_model::MediaType;
use varanto_testkit::{
    Care, Draft, Expect, Form, NationalStructure, TestClient, TestPerson, TestServer, UnitEntry,
    fresh_case, fresh_client,
};

use crate::given::{KOIVULA, under};

/// An assessment as it may be published one day, in which the client's contact data stand.
const OID: &str = "1.2.246.537.6.1506.1000.2026.1.1";
const ADDRESS: &str = "Piilopolku 1";

async fn start() -> Option<(TestServer, Structure)> {
    let server = TestServer::start_national().await?;
    let structure = with_contact_data();
    let imported =
        NationalStructure { structure: structure.structure.clone(), json: structure.json };
    server.import(&[imported]).await;
    Some((server, structure.structure))
}

/// The built-in assessment, with contact data of its clients.
fn with_contact_data() -> NationalStructure {
    let is_assessment = |text: &str| text.contains("1.2.246.537.6.1506.1000.2023.9.8");
    let (_, text) = builtin::structures().find(|(_, text)| is_assessment(text)).unwrap();
    let mut json: Value = serde_json::from_str(text).unwrap();
    json["sosmeta"]["oid"] = OID.into();
    let notes = |name: &str, row: u32| {
        json!({"name": [{"lang": "fi", "value": name}, {"lang": "sv", "value": name}],
               "representation": [{"lang": "fi", "value": "Teksti"}, {"lang": "sv", "value": "Text"}],
               "repeatable": false, "required": false, "conditionalRequired": false,
               "hiddenField": false, "hiddenTitle": false, "rowNumber": row})
    };
    let text = |name: &str, row| json!({"type": "string", "sosmeta": notes(name, row)});
    let root = json["required"][0].as_str().unwrap().to_owned();
    let client = &mut json["properties"][&root]["properties"]["asiakas"]["items"]["properties"];
    client["kotikunta"] = text("Kotikunta", 900);
    client["yhteystiedot"] = json!({
        "type": "object", "additionalProperties": false, "sosmeta": notes("Yhteystiedot", 901),
        "properties": {
            "puhelinnumero": text("Puhelin", 902), "sahkopostiosoite": text("Sähköposti", 903),
            "kotiosoite": text("Kotiosoite", 904)
        }
    });
    let json = json.to_string();
    NationalStructure { structure: Structure::parse(json.as_bytes()).unwrap(), json }
}

/// The assessment of a client who lives in Testilä.
fn assessment(author: &TestPerson, care: &Care, structure: &Structure) -> Draft {
    let mut data = care.draft_of(author, structure, 1).data().clone();
    let (_, root) = data.as_object_mut().unwrap().iter_mut().next().unwrap();
    root["asiakas"][0]["kotikunta"] = "Testilä".into();
    root["asiakas"][0]["yhteystiedot"] = json!({
        "puhelinnumero": "+358 40 0000000", "sahkopostiosoite": "aino@example.org", "kotiosoite": ADDRESS
    });
    care.draft_with(author, structure, data)
}

/// REQ CASE-07
#[tokio::test]
async fn a_producer_gets_the_content_masked_and_the_display_form_made_anew() {
    let Some((server, structure)) = Box::pin(start()).await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let session = maija.session();
    let opened = Draft::case(&maija, &client, &case);
    let care = Care::arrange(&session, &opened, &clientship.clone().turvakielto()).await;
    let draft = assessment(&maija, &care, &structure);
    let receipt = session.store(&draft.build()).await.unwrap().expect_status(201);

    // The own register is shown as it is, and flagged.
    let own = UseContext::default();
    let whole = session.fetch(&draft.oid(), &own).await.unwrap().expect_status(200);
    assert!(whole["turvakielto"] == true && whole.get("withheld").is_none(), "{whole}");
    assert!(whole.to_string().contains(ADDRESS));
    let search = json!({"client": {"id": client}});
    let page = session.search(&search).await.unwrap().expect_status(200);
    assert_eq!(page["turvakielto"], true);

    let producer = tuula.session();
    let masked = producer.fetch(&draft.oid(), &under(&case)).await.unwrap().expect_status(200);
    assert!(!masked.to_string().contains(ADDRESS) && !masked.to_string().contains("aino@example"));
    assert_eq!(
        masked["withheld"],
        json!([
            "/content/0/data/iakkaiden_palvelutarpeen_arvio/asiakas/0/kotikunta",
            "/content/0/data/iakkaiden_palvelutarpeen_arvio/asiakas/0/yhteystiedot/kotiosoite",
            "/content/0/data/iakkaiden_palvelutarpeen_arvio/asiakas/0/yhteystiedot/sahkopostiosoite",
        ])
    );
    // By a digest of what was stored, or a signature over it, the place could be found by trying.
    assert_eq!(whole["digest"], receipt["digest"]);
    assert_eq!((masked.get("digest"), &masked["signatures"]), (None, &json!([])));
    let versions = producer.versions(&draft.oid(), &under(&case)).await.unwrap();
    assert!(versions.expect_status(200)["versions"][0].get("digest").is_none());
    for i in 0..2 {
        assert_ne!(masked["content"][i]["sha256"], whole["content"][i]["sha256"]);
    }
    assert_eq!(masked["content"][0]["altered"], "masked");
    assert_eq!(masked["content"][1]["altered"], "made_anew");
    let page = producer.fetch_form(&draft.oid(), MediaType::Xhtml, &under(&case)).await.unwrap();
    assert_eq!(page.status, 200);
    let page = String::from_utf8(page.body).unwrap();
    assert_eq!(masked["content"][1]["text"], page);
    assert!(!page.contains(ADDRESS) && page.contains("+358 40 0000000"));
    let shown = ["turvakielto", "withheld", "content"].map(|name| (name, &masked[name]));
    insta::assert_json_snapshot!("masked", std::collections::BTreeMap::from(shown));
    let several = json!({
        "context": {"basis": "register_access", "case": case.as_str()}, "oids": [draft.oid().as_str()]
    });
    let several = producer.fetch_several(&several).await.unwrap().expect_status(200);
    assert!(!several.to_string().contains(ADDRESS) && several.to_string().contains("withheld"));

    // It ends with its last day.
    let until = clientship.turvakielto_until("2026-09-15").version_after(&care.clientship_document);
    server.set_clock("2026-09-15T12:00:00+03:00");
    session.store(&until.build()).await.unwrap().expect_status(201);
    let still = producer.fetch(&draft.oid(), &under(&case)).await.unwrap().expect_status(200);
    assert_eq!((&still["turvakielto"], &still["content"]), (&true.into(), &masked["content"]));
    server.set_clock("2026-09-16T00:00:30+03:00");
    let again = producer.fetch(&draft.oid(), &under(&case)).await.unwrap().expect_status(200);
    assert_eq!((&again["turvakielto"], &again["content"]), (&false.into(), &whole["content"]));
}

/// REQ CASE-07
#[tokio::test]
async fn what_cannot_be_masked_is_held_back_from_all_but_its_author() {
    let Some((server, structure)) = Box::pin(start()).await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let opened = Draft::case(&maija, &client, &case);
    let care = Care::arrange(&maija.session(), &opened, &clientship.turvakielto()).await;
    let letter = care.letter(&maija, example::minimal(Part::Two, "Kirje"));
    let text = "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"fi\"><head><title>Kirje</title></head>\
                <body><p>Piilopolku 1</p></body></html>";
    let free = care.letter(&maija, Vec::new()).with("generation", "phase1");
    let free = free.with_content(vec![Form::Xhtml(text.to_owned())]);
    let own = UseContext::default();
    for draft in [&letter, &free] {
        maija.session().store(&draft.build()).await.unwrap().expect_status(201);
        let whole = maija.session().fetch(&draft.oid(), &own).await.unwrap().expect_status(200);
        let masked = tuula.session().fetch(&draft.oid(), &under(&case)).await.unwrap();
        let masked = masked.expect_status(200);
        assert_eq!(masked["withheld"], json!(["/content/0"]));
        let media_type = &whole["content"][0]["media_type"];
        let held_back = json!([{"media_type": media_type, "altered": "held_back"}]);
        assert_eq!(masked["content"], held_back);
    }
    for (draft, form) in [(&letter, MediaType::Pdf), (&free, MediaType::Xhtml)] {
        let refused = tuula.session().fetch_form(&draft.oid(), form, &under(&case)).await.unwrap();
        assert_eq!(refused.expect_problem("form-not-available").status, 406);
    }
    let theirs = assessment(&tuula, &care, &structure);
    tuula.session().store(&theirs.build()).await.unwrap().expect_status(201);
    let whole =
        tuula.session().fetch(&theirs.oid(), &under(&case)).await.unwrap().expect_status(200);
    assert!(whole["turvakielto"] == true && whole.get("withheld").is_none());
    assert!(whole.to_string().contains(ADDRESS));
}

/// REQ CASE-07, CASE-03
#[tokio::test]
async fn the_turvakielto_of_one_client_masks_the_documents_of_the_joint_case() {
    let Some((server, structure)) = Box::pin(start()).await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (one, other) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
    let case = Draft::case(&maija, &one, &fresh_case()).with_client(&other);
    let clientship = Draft::clientship(&maija, &one).producer(UnitEntry::of(KOIVULA));
    let session = maija.session();
    let care = Care::arrange(&session, &case, &clientship).await;
    let draft = assessment(&maija, &care, &structure);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let producer = tuula.session();
    let before = producer.fetch(&draft.oid(), &under(&care.case)).await.unwrap().expect_status(200);
    assert!(before["turvakielto"] == false && before.to_string().contains(ADDRESS));
    let of_other = Draft::clientship(&maija, &other).turvakielto().draft();
    session.store(&of_other.build()).await.unwrap().expect_status(201);
    let after = producer.fetch(&draft.oid(), &under(&care.case)).await.unwrap().expect_status(200);
    assert!(after["turvakielto"] == true && !after.to_string().contains(ADDRESS));
}

/// REQ CASE-07: what the controller's own workers have written into a producer's document is theirs.
#[tokio::test]
async fn what_the_controller_writes_into_a_producers_document_is_masked_from_the_producer() {
    let Some((server, structure)) = Box::pin(start()).await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let opened = Draft::case(&maija, &client, &case);
    let care = Care::arrange(&maija.session(), &opened, &clientship.turvakielto()).await;
    let first = care.draft_of(&tuula, &structure, 1);
    tuula.session().store(&first.build()).await.unwrap().expect_status(201);
    let corrected = assessment(&maija, &care, &structure)
        .with("original_oid", first.oid().as_str())
        .with("version", 2);
    maija.session().store(&corrected.build()).await.unwrap().expect_status(201);
    let producer = tuula.session();
    for oid in [corrected.oid(), first.oid()] {
        let shown = producer.fetch(&oid, &under(&case)).await.unwrap().expect_status(200);
        assert!(!shown.to_string().contains(ADDRESS), "{shown}");
        assert!(shown.get("withheld").is_some() && shown.get("digest").is_none());
    }
}
