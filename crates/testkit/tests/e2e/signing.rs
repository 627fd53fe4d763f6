//! Signatures of documents: by whom, over what, and until when.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use varanto_client::Signer;
use varanto_model::SignatureRole;
use varanto_signatures::{CardSubject, Issued, KeyKind, TestAuthority, TestSubject, Validity};
use varanto_testkit::{Expect, TestServer};

use crate::common::{store, world};

const SYSTEM: TestSubject<'static> =
    TestSubject::System { name: "Testilän hyvinvointialue", business_id: "99990001" };

fn validity() -> Validity {
    let day = SignedDuration::from_hours(24);
    Validity { not_before: Timestamp::now() - day, not_after: Timestamp::now() + day }
}

fn signer(issued: &Issued) -> Arc<Signer> {
    Arc::new(Signer::new(issued.signing_key().unwrap(), issued.chain().to_vec()))
}

/// REQ SIG-02
#[tokio::test]
async fn a_document_is_signed_by_the_system_or_by_the_professional_or_by_both() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let draft = || care.draft(&maija);
    let card = || maija.card_signer();
    store(&session, &draft()).await;
    store(&session, &draft().signed_by(SignatureRole::Professional, card())).await;
    store(&session, &draft().unsigned().signed_by(SignatureRole::Professional, card())).await;
}

/// REQ SIG-02, SIG-03
#[tokio::test]
async fn a_signature_over_anything_else_does_not_hold() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = server.care_of(&maija).await.draft(&maija);
    let good = draft.build();
    let mut other_title = good.clone();
    other_title["metadata"]["title"] = json!("Toinen otsikko");
    let mut other_text = good.clone();
    let text = good["content"][1]["text"].as_str().unwrap().replace("Testinen", "Toinen");
    other_text["content"][1]["text"] = json!(format!("{text} "));
    let mut no_jws = good.clone();
    no_jws["signatures"][0]["jws"] = json!("e30..e30");
    let mut cut = good.clone();
    let jws = good["signatures"][0]["jws"].as_str().unwrap();
    cut["signatures"][0]["jws"] = json!(jws[..jws.len() - 4]);
    for wrong in [other_title, other_text, no_jws, cut] {
        let problem = session.store(&wrong).await.unwrap();
        let problem = problem.expect_problem("signature-invalid");
        assert_eq!(problem.errors[0].pointer, "/signatures/0/jws", "{problem}");
    }
    // What was refused was not stored: the right one is new.
    session.store(&good).await.unwrap().expect_status(201);
}

/// REQ SIG-03
#[tokio::test]
async fn a_signer_of_another_authority_or_out_of_its_time_is_not_trusted() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let foreign = TestAuthority::create("Varanto sandbox", validity()).unwrap();
    let foreign = foreign.issue(&SYSTEM, KeyKind::P256, validity()).unwrap();
    let hour = SignedDuration::from_hours(1);
    let past = Validity { not_after: Timestamp::now() - hour, ..validity() };
    let expired = server.sandbox().authority().issue(&SYSTEM, KeyKind::P256, past).unwrap();
    let server_only = TestSubject::MisissuedSystem { name: "Testilä", business_id: "99990001" };
    let misissued =
        server.sandbox().authority().issue(&server_only, KeyKind::P256, validity()).unwrap();
    let care = server.care_of(&maija).await;
    for issued in [foreign, expired, misissued] {
        let draft = care.draft(&maija).unsigned();
        let draft = draft.signed_by(SignatureRole::System, signer(&issued));
        let answer = session.store(&draft.build()).await.unwrap();
        assert_eq!(answer.expect_problem("certificate-untrusted").status, 422);
    }
}

/// REQ SIG-03
#[tokio::test]
async fn a_revoked_signer_is_refused_and_what_it_signed_before_stays() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let second = server.sandbox().authority().issue(&SYSTEM, KeyKind::P384, validity()).unwrap();
    std::fs::write(server.paths().join("second.pem"), second.chain_pem()).unwrap();
    let care = server.care_of(&maija).await;
    let draft = || {
        let draft = care.draft(&maija).unsigned();
        draft.signed_by(SignatureRole::System, signer(&second))
    };
    let before = draft();
    store(&session, &before).await;
    server.revoke("second.pem");
    let mut tries = 0;
    let problem = loop {
        let answer = session.store(&draft().build()).await.unwrap();
        if answer.status != 201 {
            break answer.expect_problem("certificate-revoked");
        }
        tries += 1;
        assert!(tries < 300, "the revocation is not taken note of");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert_eq!(problem.status, 422);
    let fetched = session.fetch(&before.oid(), &crate::common::own()).await.unwrap();
    fetched.expect_status(200);
}

/// REQ SIG-04
#[tokio::test]
async fn who_may_sign_is_told_apart_by_organisation_person_and_card() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let person = |registration_id| CardSubject {
        registration_id,
        family_name: "Esimerkki",
        given_names: "Maija",
    };
    let issue = |subject: &TestSubject<'_>| {
        let issued = server.sandbox().authority().issue(subject, KeyKind::P256, validity());
        signer(&issued.unwrap())
    };
    let (system, card, by_client) =
        (SignatureRole::System, SignatureRole::Professional, SignatureRole::Client);
    let mine = || maija.card_signer();
    for (role, signer, detail) in [
        (system, server.person("S-3001").system_signer(), "another organisation's system"),
        (card, server.person("S-1002").card_signer(), "neither author nor sender"),
        (card, issue(&TestSubject::ActorCard(person("S-1001"))), "an actor card"),
        (card, issue(&TestSubject::ProfessionalCard(person("S-9999"))), "not listed"),
        (by_client, mine(), "not the client"),
    ] {
        let draft = care.draft(&maija).signed_by(role, signer);
        let answer = session.store(&draft.build()).await.unwrap();
        let problem = answer.expect_problem("author-not-entitled");
        assert_eq!(
            (problem.status, problem.errors[0].pointer.as_str()),
            (403, "/signatures/1/jws"),
            "{detail}"
        );
    }
    // A card is no system and a system no card.
    for (role, signer) in [(system, mine()), (card, maija.system_signer())] {
        let draft = care.draft(&maija).signed_by(role, signer);
        let answer = session.store(&draft.build()).await.unwrap();
        answer.expect_problem("certificate-untrusted");
    }
    let own_card = issue(&TestSubject::PersonnelCard(person("S-1001")));
    store(&session, &care.draft(&maija).signed_by(card, own_card)).await;
    let of_client = issue(&TestSubject::PersonnelCard(person(&care.client)));
    store(&session, &care.draft(&maija).signed_by(by_client, of_client)).await;
}

/// REQ SIG-02, SIG-04
#[tokio::test]
async fn where_the_controller_demands_it_a_professional_signs_with_the_card() {
    let demanded = world(|world| {
        world["organisations"][0]["controller"]["professional_signatures_from"] =
            json!("2026-01-01");
    });
    let server = TestServer::with_world(&demanded).await;
    let maija = server.person("S-1001");
    let structure = varanto_testkit::builtin_structure("1.2.246.537.6.1506.11052.2023.9.8");
    assert!(structure.asks_for_professional_signature());
    let care = server.care_of(&maija).await;
    let draft = || care.draft_of(&maija, &structure, 1);
    let signed = || draft().signed_by(SignatureRole::Professional, maija.card_signer());
    let answer = maija.session().store(&draft().build()).await.unwrap();
    let problem = answer.expect_problem("signature-missing");
    assert_eq!((problem.status, problem.rules), (403, vec!["W8".to_owned()]));
    let without_card = maija.clone().vouched();
    let answer = without_card.session().store(&signed().build()).await.unwrap();
    answer.expect_problem("signature-missing");
    store(&maija.session(), &signed()).await;
    // A structure that does not ask for one needs none.
    store(&maija.session(), &care.draft(&maija)).await;
}
