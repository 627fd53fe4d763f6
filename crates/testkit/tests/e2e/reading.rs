//! Reading back what was stored: byte for byte, whole or in one form, one or several.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_documents::pdfa;
use varanto_model::json::canonical;
use varanto_model::{Code, MediaType, digest};
use varanto_signatures::{Policies, Trust, TrustMaterial, Usage, verify_detached};
use varanto_signatures::{certificates_from_pem, crls_from_pem};
use varanto_testkit::{Draft, Expect, Form, Site, TestPerson, TestServer, fresh_oid};

use crate::common::{Raw, outcome, own, store};

/// A document with all three forms, and characters that are easily spoilt.
async fn rich(site: &Site, author: &TestPerson) -> Draft {
    let care = site.care_of(author).await;
    let mut draft = care.draft(author).with("title", "Å \"ä\" \\ ö 𝄞 \u{2028}");
    draft.content.push(Form::Pdf(pdfa::example::minimal(pdfa::Part::Three, "Liite")));
    draft
}

/// REQ DOC-07
#[tokio::test]
async fn a_document_comes_back_byte_for_byte() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = rich(&server, &maija).await;
    let sent = draft.build();
    let receipt = session.store(&sent).await.unwrap().expect_status(201);
    let fetched = session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    assert_eq!(fetched["metadata"], sent["metadata"]);
    assert_eq!(fetched["signatures"], sent["signatures"]);
    assert_eq!(fetched["digest"], receipt["digest"]);
    assert_eq!(fetched["stored_at"], receipt["stored_at"]);
    assert_eq!(receipt["digest"], digest::sha256(&draft.manifest()).to_string());
    for (sent, got) in sent["content"].as_array().unwrap().iter().zip(contents(&fetched)) {
        for form in ["media_type", "data", "text", "base64"] {
            assert_eq!(sent.get(form), got.get(form));
        }
        let bytes = bytes_of(sent);
        assert_eq!(got["size"], bytes.len());
        assert_eq!(got["sha256"], digest::sha256(&bytes).to_string());
    }
}

/// The manifest can be made again from what was fetched, and the signature holds over it.
///
/// REQ DOC-07, SIG-03
#[tokio::test]
async fn the_signature_still_holds_over_what_is_read_back() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = rich(&server, &maija).await;
    store(&session, &draft).await;
    let fetched = session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    let content: Vec<Value> = contents(&fetched)
        .map(|item| {
            let bytes = bytes_of(item);
            let sha256 = URL_SAFE_NO_PAD.encode(digest::sha256(&bytes).as_bytes());
            json!({"media_type": item["media_type"], "sha256": sha256, "size": bytes.len()})
        })
        .collect();
    let manifest = canonical(&json!({"metadata": fetched["metadata"], "content": content}));
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    let paths = server.paths();
    let material = TrustMaterial {
        roots: certificates_from_pem(&read(paths.ca())).unwrap(),
        system_issuers: certificates_from_pem(&read(paths.system_issuers())).unwrap(),
        card_issuers: certificates_from_pem(&read(paths.card_issuers())).unwrap(),
        crls: crls_from_pem(&read(paths.crls())).unwrap(),
    };
    let trust = Trust::build(material, Policies::of_test_authority()).unwrap();
    let jws = fetched["signatures"][0]["jws"].as_str().unwrap();
    let now = jiff::Timestamp::now();
    let verified = verify_detached(jws, &manifest, &trust, Usage::System, now).unwrap();
    assert_eq!(verified.chain.organisation().unwrap().as_str(), "99990001");
}

/// REQ DOC-07
#[tokio::test]
async fn accept_chooses_one_form_and_its_bytes_are_the_stored_ones() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = rich(&server, &maija).await;
    store(&session, &draft).await;
    for form in &draft.content {
        let (media_type, bytes) = match form {
            Form::Data(_) => continue,
            Form::Xhtml(text) => (MediaType::Xhtml, text.clone().into_bytes()),
            Form::Pdf(bytes) => (MediaType::Pdf, bytes.clone()),
        };
        let answer = session.fetch_form(&draft.oid(), media_type, &own()).await.unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.media_type(), media_type.as_str());
        assert_eq!(answer.body, bytes);
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert!(answer.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    }
}

/// REQ DOC-07
#[tokio::test]
async fn a_form_that_the_document_does_not_have_is_not_acceptable() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = server.care_of(&maija).await.draft(&maija);
    store(&session, &draft).await;
    let answer = session.fetch_form(&draft.oid(), MediaType::Pdf, &own()).await.unwrap();
    assert_eq!(answer.expect_problem("form-not-available").status, 406);
}

/// REQ DOC-07
#[tokio::test]
async fn several_documents_are_fetched_each_with_its_own_outcome() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let one = server.care_of(&maija).await.draft(&maija);
    let other = server.care_of(&maija).await.draft(&maija);
    store(&session, &one).await;
    store(&session, &other).await;
    let foreign = server.person("S-3001");
    let hidden = server.care_of(&foreign).await.draft(&foreign);
    store(&foreign.session(), &hidden).await;
    let missing = fresh_oid();
    let oids = [other.oid(), missing, one.oid(), hidden.oid(), other.oid()];
    let oids: Vec<_> = oids.iter().map(varanto_model::Oid::as_str).collect();
    let request = json!({"context": {"purpose": "client_work"}, "oids": oids});
    let answer = session.fetch_several(&request).await.unwrap().expect_status(200);
    let outcomes = answer["documents"].as_array().unwrap();
    let told: Vec<_> = outcomes.iter().map(|o| (&o["oid"], &o["status"])).collect();
    let expected: Vec<_> = oids.iter().map(|oid| json!(oid)).collect();
    let statuses = [200, 404, 200, 404, 200].map(Value::from);
    assert_eq!(told, expected.iter().zip(&statuses).collect::<Vec<_>>());
    assert_eq!(outcomes[0]["document"]["metadata"]["oid"], other.oid().as_str());
    assert_eq!(outcomes[1]["problem"], outcomes[3]["problem"], "no trace of the hidden one");
    let too_many: Vec<_> = (0..51).map(|_| fresh_oid().as_str().to_owned()).collect();
    let refused = session.fetch_several(&json!({"oids": too_many})).await.unwrap();
    assert_eq!(refused.expect_problem("invalid-request").errors[0].pointer, "/oids");
}

/// REQ DOC-07
#[tokio::test]
async fn a_use_context_of_unknown_or_repeated_members_is_refused() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = server.care_of(&maija).await.draft(&maija);
    store(&session, &draft).await;
    let context = UseContext { basis: Code::parse("curiosity").ok(), ..own() };
    let answer = session.fetch(&draft.oid(), &context).await.unwrap();
    assert_eq!(answer.expect_problem("invalid-request").errors[0].pointer, "/basis");
    let raw = Raw::new(maija.settings());
    let token = session.token().await.unwrap();
    for query in ["colour=red", "purpose=client_work&purpose=client_work", "purpose="] {
        let path = format!("/v1/documents/{}?{query}", draft.oid());
        let request = raw.request("GET", &path).bearer_auth(token.expose());
        let answer = outcome(request.send().await.unwrap()).await;
        assert_eq!(answer, (400, "invalid-request".to_owned()), "{query}");
    }
}

fn contents(document: &Value) -> impl Iterator<Item = &Value> {
    document["content"].as_array().unwrap().iter()
}

/// The bytes that the digest of a content item is of.
fn bytes_of(item: &Value) -> Vec<u8> {
    match (item.get("data"), item.get("text"), item.get("base64")) {
        (Some(data), ..) => canonical(data),
        (_, Some(text), _) => text.as_str().unwrap().as_bytes().to_vec(),
        (.., file) => STANDARD.decode(file.unwrap().as_str().unwrap()).unwrap(),
    }
}
