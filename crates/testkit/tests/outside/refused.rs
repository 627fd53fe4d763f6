//! What cannot be asked for, and what stops a delivery at the last moment.

use serde_json::{Value, json};
use varanto_client::{Answer, UseContext};
use varanto_testkit::{Draft, Expect, TestServer, fresh_oid};

use crate::given::{Recorded, assessed, kela, reason, registered, request};

fn faults(answer: &Answer, slug: &str) -> Vec<(String, String)> {
    let problem = answer.expect_problem(slug);
    problem.errors.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

/// REQ DIS-07, DIS-09
#[tokio::test]
async fn what_may_not_go_out_is_named_at_its_place_as_if_it_were_not_there() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let (care, draft) = assessed(&server).await;
    let annulled = care.draft(&maija);
    let session = maija.session();
    session.store(&annulled.build()).await.unwrap().expect_status(201);
    let context = UseContext::default();
    session.annul(&annulled.oid(), "väärä", &context).await.unwrap().expect_status(200);
    let will = Draft::informing(&maija, &care.client).draft();
    session.store(&will.build()).await.unwrap().expect_status(201);
    let (_, of_another_client) = assessed(&server).await;
    // Another county's document.
    let other = server.person("S-3001");
    let theirs = server.care_of(&other).await.draft(&other);
    other.session().store(&theirs.build()).await.unwrap().expect_status(201);

    let recipient = registered(&server, &kela()).await;
    let oids = [&annulled, &will, &of_another_client, &theirs, &draft, &draft];
    let mut oids = oids.map(|draft| draft.oid().to_string()).to_vec();
    oids.insert(4, fresh_oid().to_string());
    let oids: Vec<_> = oids.iter().map(String::as_str).collect();
    let wanted = request(&recipient, &care, &oids);
    let refused = session.record_disclosure_request(&wanted).await.unwrap();
    let expected: Vec<_> = (0..5)
        .map(|n| (format!("/documents/{n}"), "document-not-found".to_owned()))
        .chain([("/documents/6".to_owned(), "named-twice".to_owned())])
        .collect();
    assert_eq!(faults(&refused, "invalid-request"), expected);
}

/// REQ DIS-07
#[tokio::test]
async fn a_request_that_is_not_whole_is_refused_with_every_fault() {
    let server = TestServer::start().await;
    let (care, draft) = assessed(&server).await;
    let session = server.person("S-1001").session();
    let mut wanted = request("Kela", &care, &[draft.oid().as_str()]);
    wanted["received_on"] = "2999-01-01".into();
    let refused = session.record_disclosure_request(&wanted).await.unwrap();
    let found = faults(&refused, "invalid-request");
    let expected = [("/recipient", "unknown-recipient"), ("/received_on", "in-future")];
    assert_eq!(found, expected.map(|(p, c)| (p.to_owned(), c.to_owned())));
    for (member, value, at) in [
        ("documents", json!([]), "/documents"),
        ("documents", json!(vec!["1.2.3"; 51]), "/documents"),
        ("reference", json!("x".repeat(201)), "/reference"),
        ("ground", Value::Null, "/ground"),
        ("context", json!({"basis": "disclosure"}), "/context/basis"),
    ] {
        let mut wanted = wanted.clone();
        wanted[member] = value;
        let refused = session.record_disclosure_request(&wanted).await.unwrap();
        assert_eq!(faults(&refused, "invalid-request")[0].0, at);
    }
}

/// REQ DIS-07: the context, the register and the role are those of any use.
#[tokio::test]
async fn who_has_no_context_no_register_or_no_such_role_asks_for_nothing() {
    let server = TestServer::start().await;
    let (care, draft) = assessed(&server).await;
    let recipient = registered(&server, &kela()).await;
    let wanted = request(&recipient, &care, &[draft.oid().as_str()]);
    for (person, slug) in [
        ("S-1002", "special-reason-required"),
        ("S-1004", "service-task-not-permitted"),
        ("S-2002", "not-the-controller"),
    ] {
        let session = server.person(person).session();
        let refused = session.record_disclosure_request(&wanted).await.unwrap();
        refused.expect_problem(slug);
    }
    // A request of another register is not there.
    let recorded = Recorded::of(&server, &care, &[&draft]).await;
    let other = server.person("S-3001").session();
    let decision = json!({"context": reason(), "decision": "approved", "reason": "x"});
    let unknown = other.decide_disclosure_request(&recorded.id, &decision).await.unwrap();
    unknown.expect_problem("not-found");
    let body = json!({"context": reason()});
    let unknown = other.deliver_disclosure_request(&recorded.id, &body).await.unwrap();
    unknown.expect_problem("not-found");
    let elsewhere = other.search_disclosure_requests(&json!({"context": reason()})).await.unwrap();
    assert_eq!(elsewhere.expect_status(200)["requests"], json!([]));
    // Without a context one learns no more than that a reason is missing.
    let ville = server.person("S-1002").session();
    for id in [recorded.id.as_str(), "0199c2f0-7b6a-7c1e-9f00-2d6b8f3a1c55", "x"] {
        let refused = ville.find_disclosure_request(id, &UseContext::default()).await.unwrap();
        refused.expect_problem("special-reason-required");
    }
}

/// REQ DIS-07
#[tokio::test]
async fn a_document_that_is_annulled_after_the_approval_stops_the_delivery() {
    let server = TestServer::start().await;
    let (care, draft) = assessed(&server).await;
    let recorded = Recorded::of(&server, &care, &[&draft]).await;
    recorded.decide("approved").await.expect_status(200);
    let session = server.person("S-1001").session();
    let context = UseContext::default();
    session.annul(&draft.oid(), "väärä", &context).await.unwrap().expect_status(200);
    let refused = recorded.deliver().await;
    let at = "/decision/documents/0".to_owned();
    assert_eq!(faults(&refused, "document-withheld"), [(at, "document-not-found".to_owned())]);
    let found = session.find_disclosure_request(&recorded.id, &context).await.unwrap();
    assert_eq!(found.expect_status(200)["state"], "approved");
}

/// REQ DIS-07
#[tokio::test]
async fn only_what_was_asked_for_is_approved() {
    let server = TestServer::start().await;
    let (care, draft) = assessed(&server).await;
    let recorded = Recorded::of(&server, &care, &[&draft]).await;
    let case = care.case_document.oid();
    let more = json!({
        "context": reason(), "decision": "approved", "reason": "x",
        "documents": [draft.oid().as_str(), case.as_str()]
    });
    let refused = recorded.decider.decide_disclosure_request(&recorded.id, &more).await.unwrap();
    let expected = [("/documents/1".to_owned(), "not-requested".to_owned())];
    assert_eq!(faults(&refused, "invalid-request"), expected);
    for (decision, documents) in [("refused", json!([case.as_str()])), ("approved", json!([]))] {
        let body = json!({
            "context": reason(), "decision": decision, "documents": documents, "reason": "x"
        });
        let refused = recorded.decider.decide_disclosure_request(&recorded.id, &body).await;
        assert_eq!(faults(&refused.unwrap(), "invalid-request")[0].0, "/documents");
    }
}

/// REQ DIS-07
#[tokio::test]
async fn a_server_without_a_key_to_sign_with_says_so() {
    let without = |text: String| {
        let (before, after) = text.split_once("[signing]").unwrap();
        let after = after.split_once("\n[").map_or("", |(_, after)| after);
        format!("{before}[{after}")
    };
    let server = TestServer::with_config(without).await;
    let (care, draft) = assessed(&server).await;
    let recorded = Recorded::of(&server, &care, &[&draft]).await;
    recorded.decide("approved").await.expect_status(200);
    assert_eq!(recorded.deliver().await.expect_problem("signing-not-configured").status, 501);
}
