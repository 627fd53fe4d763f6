//! Ways in which somebody could learn of what is kept back, or keep it from being kept back, without breaking a
//! single rule: a log, a flag, a basis where none is wanted, a will that is too long or cannot be read any
//! more.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_documents::builtin;
use varanto_model::{SignatureRole, digest};
use varanto_store::disclosure_log::{self, DisclosureFilter, DisclosureScope};
use varanto_store::{
    MAX_PAGE, Origin, Published, PublishedSummary, Subject, bump_revision, structure, will,
};
use varanto_testkit::{
    CITIZEN_SERVICE_WORKER, Care, DenialDraft, Draft, Expect, TestClient, TestRepresentative,
    TestServer, fresh_case, fresh_client,
};

use crate::given::{MALLILA, Pair, TESTILA, body_of, by_disclosure, oid, search_of, with_reason};
use crate::in_process::InProcess;
use crate::rebuilt::commit;

/// REQ LOG-02: a joint document is about all its clients, whoever of them is sought.
#[tokio::test]
async fn a_joint_document_in_a_list_is_noted_as_disclosed_of_each_of_its_clients() {
    let office = InProcess::start().await;
    let (maija, sanna) = (office.caller("S-1001").await, office.caller("S-3001").await);
    let [one, other] = [fresh_client(), fresh_client()].map(|code| TestClient::of(&code));
    let case = Draft::case(&maija.person, &one, &fresh_case()).with_client(&other);
    maija.store(&case.draft()).await.unwrap();
    for client in [&one, &other] {
        maija.store(&Draft::clientship(&maija.person, client).draft()).await.unwrap();
        maija.store(&Draft::informing(&maija.person, client).draft()).await.unwrap();
        maija.store(&Draft::permit(&maija.person, client).draft()).await.unwrap();
    }
    let joint = Draft::assessment(&maija.person, &one).in_case(case.oid());
    maija.store(&joint).await.unwrap();
    let search = search_of(&one, &with_reason(by_disclosure())).to_string();
    let found = sanna.service.search_documents(&sanna.context(), search.as_bytes()).await.unwrap();
    assert!(serde_json::to_string(&found).unwrap().contains(one.id()));
    assert!(!format!("{found:?}").contains(one.id()), "nothing personal is printed");
    let scope = DisclosureScope::Controller(oid(TESTILA));
    let noted = disclosure_log::list(scope, DisclosureFilter::default(), None, MAX_PAGE).unwrap();
    let noted = office.database.fetch(noted).await.unwrap();
    assert_eq!(noted.len(), 2);
    assert!(noted.iter().all(|entry| entry.documents == [joint.oid()]));
    assert_eq!(noted.iter().map(|entry| entry.client).collect::<BTreeSet<Uuid>>().len(), 2);
    assert_eq!(noted[0].use_entry, noted[1].use_entry);
}

/// REQ DIS-04, CASE-07, SUM-01
#[tokio::test]
async fn a_summary_that_shows_nothing_does_not_tell_of_turvakielto_that_others_know() {
    let server = TestServer::start().await;
    let (maija, sanna) = (server.person("S-1001"), server.person("S-3001"));
    let (protected, nobody) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
    let case = Draft::case(&maija, &protected, &fresh_case());
    let clientship = Draft::clientship(&maija, &protected).turvakielto();
    Care::arrange(&maija.session(), &case, &clientship).await;
    let mut told = Vec::new();
    for client in [&protected, &nobody] {
        let used = body_of(&with_reason(by_disclosure()));
        let asked = json!({"context": used, "client": client.key()});
        let summary = sanna.session().summarise(&asked).await.unwrap();
        let mut summary: Value = summary.expect_status(200);
        summary.as_object_mut().unwrap().remove("log_entry");
        told.push(summary);
    }
    assert_eq!(told[0], told[1]);
}

/// REQ DOC-04, REG-07: what is disclosed is neither annulled nor moved by who gets it.
#[tokio::test]
async fn nothing_is_moved_on_a_basis_of_disclosure_nor_is_an_annulment_explained() {
    let pair = Pair::open().await;
    let document = pair.writes().await;
    let anew = pair.elsewhere.draft(&pair.sanna).build();
    let anew = json!({"reason": "väärä rekisteri", "document": anew});
    let path = format!("/v1/documents/{}/transfer?basis=disclosure", document.oid());
    let moved = pair.mallila.post_json(&path, &anew).await.unwrap();
    let problem = moved.expect_problem("invalid-request");
    assert_eq!(
        (problem.errors[0].code.as_str(), &*problem.errors[0].pointer),
        ("not-offered", "/basis")
    );
    let used = body_of(&by_disclosure());
    let asked = json!({"action": "annul", "oid": document.oid(), "context": used});
    let explained = pair.mallila.explain(&asked).await.unwrap();
    let problem = explained.expect_problem("invalid-request");
    assert_eq!(
        (problem.errors[0].code.as_str(), &*problem.errors[0].pointer),
        ("not-offered", "/context/basis")
    );
}

/// REQ DIS-03: what a client denies is read with every use of the client's data, at every controller.
#[tokio::test]
async fn a_denial_of_more_than_anybody_has_is_refused_whatever_it_denies() {
    let pair = Pair::open().await;
    let many = |count| {
        let denied = |denial: DenialDraft, _| denial.controller(&oid(MALLILA));
        (0..count).fold(pair.denial(), denied).draft()
    };
    let refused = pair.testila.store(&many(1_001).build()).await.unwrap();
    assert_eq!(refused.expect_problem("invalid-request").errors[0].code, "too-many");
    pair.records(many(1_000)).await;
}

/// REQ DIS-01, DIS-02, DIS-03: it would look as if the client had declared it alone.
#[tokio::test]
async fn a_professional_records_no_will_without_saying_who_recorded_it() {
    let pair = Pair::open().await;
    for draft in [
        Draft::informing(&pair.maija, &pair.client).draft(),
        Draft::permit(&pair.maija, &pair.client).draft(),
        pair.denial().everything().draft(),
        Draft::representation(&pair.maija, &pair.client).nobody().draft(),
    ] {
        let refused = pair.testila.store(&draft.without("authors").build()).await.unwrap();
        let problem = refused.expect_problem("invalid-request");
        assert_eq!(
            (problem.errors[0].code.as_str(), &*problem.errors[0].pointer),
            ("missing", "/metadata/authors")
        );
    }
}

/// REQ CIT-05, DIS-03: the day of a denial, and who denied, are not for somebody else to say anew.
#[tokio::test]
async fn a_representative_changes_nothing_in_what_the_client_has_denied() {
    let pair = Pair::open().await;
    let helper = fresh_client();
    let named = TestRepresentative::of(&helper).role("34");
    let representation = Draft::representation(&pair.maija, &pair.client);
    pair.records(representation.represented_by(named.clone()).draft()).await;
    let first = pair.records(pair.denial().controller(&oid(TESTILA)).draft()).await;
    let service = pair.server.person(CITIZEN_SERVICE_WORKER);
    let signers = Draft::permit(&service, &pair.client).draft().signers;
    let (provider, unit) = (&service.organisation.operating_unit, service.unit());
    let next = |denial: DenialDraft, before: &Draft| {
        let draft = denial.version_after(before).by_citizen();
        let draft = draft.with("provider", provider.as_str()).with("unit", unit.as_str());
        Draft { signers: signers.clone(), ..draft }
    };
    let acting = pair.server.citizen(&helper).acting_for(pair.client.id()).session();
    let moved = pair.denial().on("2026-09-02").controller(&oid(TESTILA));
    let refused = acting.store(&next(moved, &first).build()).await.unwrap();
    assert_eq!(refused.expect_problem("invalid-request").errors[0].code, "not-the-one-who-acts");
    let more = pair.denial().controller(&oid(TESTILA)).represented_by(named);
    let more = more.on("2026-09-02").service_task("20");
    acting.store(&next(more, &first).build()).await.unwrap().expect_status(201);
}

/// REQ DIS-09: wills are in joint control, cases are not.
#[tokio::test]
async fn whoever_records_a_will_of_anothers_register_does_not_learn_which_cases_it_has() {
    let pair = Pair::open().await;
    let denial = pair.records(pair.denial().everything().draft()).await;
    let withdrawn = Draft::denial(&pair.sanna, &pair.client).nothing().version_after(&denial);
    let (provider, unit) = (&pair.sanna.organisation.operating_unit, pair.sanna.unit());
    let withdrawn = withdrawn.with("provider", provider.as_str()).with("unit", unit.as_str());
    let signers = vec![(SignatureRole::System, pair.sanna.system_signer())];
    let withdrawn = Draft { signers, ..withdrawn };
    for case in [&pair.care.case, &fresh_case()] {
        let named = withdrawn.clone().with("case", case.as_str());
        let refused = pair.mallila.store(&named.build()).await.unwrap();
        refused.expect_problem("case-missing");
    }
    pair.mallila.store(&withdrawn.build()).await.unwrap().expect_status(201);
}

/// REQ CASE-05, DIS-03
#[tokio::test]
async fn a_denial_that_cannot_be_read_any_more_stands_as_it_was_derived() {
    let office = InProcess::start().await;
    let maija = office.caller("S-1001").await;
    let client = TestClient::of(&fresh_client());
    maija.store(&Draft::informing(&maija.person, &client).draft()).await.unwrap();
    let denial = Draft::denial(&maija.person, &client).everything().draft();
    maija.store(&denial).await.unwrap();
    let before = office.database.fetch(will::every(None, MAX_PAGE)).await.unwrap();
    // Under its name there is a structure of something else.
    let (_, other) = builtin::structures().find(|(name, _)| *name == "service-needs.json").unwrap();
    let summary = PublishedSummary {
        oid: oid(denial.metadata["structure"].as_str().unwrap()),
        digest: digest::sha256(other.as_bytes()),
        origin: Origin::Imported,
        imported_at: Timestamp::now(),
    };
    let published = Published { summary, json: other.to_owned() };
    let statements = vec![structure::upsert(published), bump_revision(Subject::Structures)];
    commit(&office.database, statements).await;
    let found = office.service.rebuild(&mut |_| ()).await.unwrap();
    assert!(found.unreadable == 1 && found.left == 1 && found.repaired.is_empty(), "{found:?}");
    let after = office.database.fetch(will::every(None, MAX_PAGE)).await.unwrap();
    assert!(before == after);
}
