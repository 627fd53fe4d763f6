//! What is refused at storing: each cause once, every fault at once, and nothing stored.

use jiff::SignedDuration;
use serde_json::{Value, json};
use varanto_client::Problem;
use varanto_testkit::{Draft, Expect, Form, TestPerson, TestServer, fresh_case, fresh_client};

use crate::common::{all_of, found, own, store, use_log, use_log_of, with_reason, world};

/// Is refused with this problem and leaves nothing behind but its log entry.
async fn refused(server: &TestServer, who: &TestPerson, draft: &Draft, slug: &str) -> Problem {
    let answer = who.session().store(&draft.build()).await.unwrap();
    let problem = answer.expect_problem(slug);
    let maija = server.person("S-1001").session();
    assert_eq!(maija.fetch(&draft.oid(), &own()).await.unwrap().status, 404, "{slug}");
    let client = draft.metadata["clients"][0]["id"].as_str().unwrap();
    let everything = with_reason(json!({"client": {"id": client}}));
    let oids = found(&maija, &everything).await;
    assert!(!oids.contains(&draft.oid().to_string()), "{slug}");
    let entries = use_log(server).await;
    let logged = entries.iter().any(|entry| {
        entry["outcome"] == slug && entry["user"]["id"] == who.credentials.user_id.as_str()
    });
    assert!(logged, "{slug} is not in the use log");
    problem
}

fn pointers(problem: &Problem) -> Vec<&str> {
    problem.errors.iter().map(|error| error.pointer.as_str()).collect()
}

/// REQ DOC-05, LOG-04
#[tokio::test]
async fn each_fault_of_content_has_its_own_problem_and_stores_nothing() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = || care.draft(&maija);
    let unsafe_form = Form::Xhtml(
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>x</title></head>\
         <body><script>alert(1)</script></body></html>"
            .to_owned(),
    );
    let mut violating = draft().data().clone();
    violating["iakkaiden_palvelutarpeen_arvio"]["unknown_member"] = json!(true);
    let display = draft().content[1].clone();
    for (wrong, slug, status, pointer) in [
        (draft().without("title"), "invalid-request", 400, "/metadata/title"),
        (
            draft().with("structure", "1.2.246.537.6.1506.99999.2023.9.8"),
            "unknown-structure",
            422,
            "/metadata/structure",
        ),
        (draft().with("service_task", "X-NONE"), "unknown-code", 422, "/metadata/service_task"),
        (
            draft().with_content(vec![Form::Data(violating), display]),
            "structure-violation",
            422,
            "/content/0/data/iakkaiden_palvelutarpeen_arvio/unknown_member",
        ),
        (
            draft().with_content(vec![draft().content[0].clone()]),
            "display-form-missing",
            422,
            "/content",
        ),
        (
            draft().with_content(vec![draft().content[0].clone(), unsafe_form]),
            "display-form-unsafe",
            422,
            "/content/1",
        ),
        (care.letter(&maija, b"%PDF-1.7 but no more".to_vec()), "not-pdf-a", 422, "/content/0"),
        (draft().unsigned(), "signature-missing", 422, "/signatures"),
    ] {
        let problem = refused(&server, &maija, &wrong, slug).await;
        assert_eq!(problem.status, status, "{slug}");
        let told = pointers(&problem);
        assert!(told.iter().any(|told| told.starts_with(pointer)), "{slug}: {problem}");
    }
}

/// REQ DOC-05
#[tokio::test]
async fn a_refusal_names_every_fault_of_every_part_at_once() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let mut draft = care
        .draft(&maija)
        .with("service_task", "X-NONE")
        .with("register", "X-NONE")
        .with("written_at", "2130-01-01T00:00:00Z")
        .unsigned();
    let mut data = draft.data().clone();
    let root = data["iakkaiden_palvelutarpeen_arvio"].as_object_mut().unwrap();
    let removed = root.keys().next().unwrap().clone();
    root.remove(&removed);
    root.insert("extra".into(), json!(1));
    draft.content[0] = Form::Data(data);
    draft.content[1] = Form::Xhtml("<p>no document".to_owned());
    draft.content.push(Form::Pdf(b"no file".to_vec()));
    let problem = refused(&server, &maija, &draft, "invalid-request").await;
    let told = pointers(&problem);
    for expected in [
        "/metadata/service_task",
        "/metadata/register",
        "/metadata/written_at",
        "/content/0/data/iakkaiden_palvelutarpeen_arvio/extra",
        "/content/1",
        "/content/2",
        "/signatures",
    ] {
        assert!(told.iter().any(|told| told.starts_with(expected)), "{expected}: {problem}");
    }
}

/// REQ DOC-05
#[tokio::test]
async fn no_fault_repeats_what_was_sent() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let secret = "Salaisuus9876";
    let mut draft = server.care_of(&maija).await.draft(&maija);
    let mut data = draft.data().clone();
    for value in data["iakkaiden_palvelutarpeen_arvio"].as_object_mut().unwrap().values_mut() {
        *value = json!([secret]);
    }
    draft.content[0] = Form::Data(data);
    draft.content[1] = Form::Xhtml(format!("<{secret} {secret}='{secret}'>{secret}"));
    let wrong_id = json!([{"id": secret, "family_name": secret, "given_names": secret}]);
    let codes = draft.clone().with("service_task", secret).with("register", secret);
    let codes = codes.with("services", json!([secret])).with("type_code", secret);
    for draft in [draft.clone(), draft.with("clients", wrong_id), codes] {
        let answer = session.store(&draft.build()).await.unwrap();
        assert!((400..500).contains(&answer.status));
        let body = String::from_utf8(answer.body).unwrap();
        assert!(!body.contains(secret), "{body}");
    }
}

/// REQ REG-01, REG-02, LOG-04
#[tokio::test]
async fn nobody_stores_into_the_register_of_another_controller() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    for other in ["S-3001", "T-2003"] {
        let other = server.person(other);
        let draft = Draft::assessment(&other, &fresh_client())
            .with("controller", "1.2.246.10.99990001.19.0")
            .with("organiser", "1.2.246.10.99990001.10.0");
        let problem = refused(&server, &other, &draft, "not-the-controller").await;
        assert_eq!(problem.status, 403);
        assert!(problem.rules.contains(&"W1".to_owned()), "{problem}");
    }
    // The attempt stands in the log of the register that it was on, and in the own one.
    let own_log = use_log_of(&server, "T-3003").await;
    assert_eq!(own_log.iter().filter(|e| e["outcome"] == "not-the-controller").count(), 1);
    let care = server.care_of(&maija).await;
    let unknown = care.draft(&maija).with("controller", "1.2.246.10.99990009.19.0");
    let answer = maija.session().store(&unknown.build()).await.unwrap();
    answer.expect_problem("not-the-controller");
}

/// The same identifier in two registers are two documents to those who see them.
///
/// REQ REG-01
#[tokio::test]
async fn a_version_is_not_stored_onto_a_document_of_another_register() {
    let server = TestServer::start().await;
    let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
    let first = server.care_of(&maija).await.draft(&maija);
    store(&maija.session(), &first).await;
    let other = server.care_of(&sanna).await.draft(&sanna);
    let next = other.with("original_oid", first.oid().as_str()).with("version", 2).build();
    let answer = sanna.session().store(&next).await.unwrap();
    answer.expect_problem("version-conflict");
    let versions = maija.session().versions(&first.oid(), &own()).await.unwrap();
    assert_eq!(versions.expect_status(200)["versions"].as_array().unwrap().len(), 1);
}

/// REQ REG-04
#[tokio::test]
async fn a_register_opens_at_midnight_in_helsinki_on_its_day() {
    let world = world(|world| {
        world["organisations"][0]["controller"]["register_opens"] = json!("2031-07-01");
    });
    let server = TestServer::with_world(&world).await;
    let maija = server.person("S-1001");
    // A case is what a client's file begins with.
    let draft = Draft::case(&maija, &fresh_client(), &fresh_case()).draft();
    let problem = refused(&server, &maija, &draft, "register-not-open").await;
    assert_eq!(problem.rules, ["W3"]);
    server.set_clock("2031-06-30T20:55:00Z");
    let answer = maija.session().store(&draft.build()).await.unwrap();
    answer.expect_problem("register-not-open");
    server.advance_clock(SignedDuration::from_mins(6));
    store(&maija.session(), &draft).await;
}

/// REQ AC-04, LOG-04
#[tokio::test]
async fn only_those_in_the_user_register_of_a_joined_organisation_store() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = || care.draft(&maija);
    let nurse = server.person("S-1004");
    let child_protection = care.draft(&nurse).with("service_task", "10");
    for (who, draft, slug, rule) in [
        (maija.clone().in_unit("1.2.246.10.99990003.10.1"), draft(), "unit-unknown", "S2"),
        (maija.clone().in_unit("1.2.246.10.99990001.10.77"), draft(), "unit-unknown", "S2"),
        (maija.clone().in_unit("1.2.246.10.99990001.10.2"), draft(), "user-unknown", "S3"),
        (maija.clone().in_role("manager"), draft(), "user-unknown", "S3"),
        (server.person("U-1009"), draft(), "outsider", "S3"),
        (nurse, child_protection, "service-task-not-permitted", "S4"),
        (server.person("T-1008"), draft(), "purpose-not-permitted", "S4"),
    ] {
        let problem = refused(&server, &who, &draft, slug).await;
        assert_eq!(problem.status, 403, "{slug}");
        assert!(problem.rules.contains(&rule.to_owned()), "{slug}: {:?}", problem.rules);
    }
}

/// REQ AC-04
#[tokio::test]
async fn an_organisation_that_has_not_joined_stores_and_sees_nothing() {
    let joins_later = |world: &mut Value| {
        world["organisations"][0]["joined"]["from"] = json!("2031-07-01");
    };
    let server = TestServer::with_world(&world(joins_later)).await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = Draft::case(&maija, &fresh_client(), &fresh_case()).draft();
    let stored = session.store(&draft.build()).await.unwrap();
    assert_eq!(stored.expect_problem("not-joined").rules, ["S1"]);
    let searched = session.search(&all_of(&fresh_client())).await.unwrap();
    searched.expect_problem("not-joined");
    server.set_clock("2031-07-01T00:00:00+03:00");
    store(&session, &draft).await;
}

/// REQ AC-04
#[tokio::test]
async fn a_listing_and_a_unit_are_good_on_their_days_only() {
    let limited = |world: &mut Value| {
        world["organisations"][0]["people"][0]["valid_to"] = json!("2031-06-30");
        world["organisations"][0]["units"][2]["valid_to"] = json!("2031-05-31");
    };
    let server = TestServer::with_world(&world(limited)).await;
    let maija = server.person("S-1001");
    let other_unit = maija.clone().in_unit("1.2.246.10.99990001.10.3");
    let care = server.care_of(&maija).await;
    let draft = || care.draft(&maija);
    server.set_clock("2031-05-31T20:50:00Z");
    store(&other_unit.session(), &draft()).await;
    server.set_clock("2031-05-31T21:00:00Z");
    let answer = other_unit.session().store(&draft().build()).await.unwrap();
    answer.expect_problem("unit-unknown");
    server.set_clock("2031-06-30T20:50:00Z");
    store(&maija.session(), &draft()).await;
    server.set_clock("2031-06-30T21:00:00Z");
    let answer = maija.session().store(&draft().build()).await.unwrap();
    answer.expect_problem("user-unknown");
}
