//! Wills that are not taken in: before the informing, of more than one person or of nobody known, in a minor's
//! place, of days to come or of what there is not (DIS-01…03). Nothing of them is stored.

use jiff::civil::date;
use serde_json::{Value, json};
use varanto_client::{Problem, Session, UseContext};
use varanto_testkit::{
    Draft, Expect, TestClient, TestPerson, TestRepresentative, TestServer, fresh_client,
    identity_code,
};

use crate::given::{Pair, oid, store, with_reason};
use crate::recording::told;

async fn refused(session: &Session, draft: &Draft, slug: &str) -> Problem {
    session.store(&draft.build()).await.unwrap().expect_problem(slug)
}

/// Asserts that a draft is refused by rule W7 with this slug, and that nothing of it is stored.
async fn refused_by_rule(worker: &TestPerson, draft: &Draft, slug: &str) {
    let session = worker.session();
    let problem = refused(&session, draft, slug).await;
    assert_eq!((problem.status, problem.rules), (403, vec!["W7".to_owned()]), "{slug}");
    is_not_stored(&session, draft).await;
}

/// Asserts that a draft is refused for one fault, with its place, and that nothing of it is stored.
async fn refused_at(worker: &TestPerson, draft: &Draft, slug: &str, code: &str, place: &str) {
    let session = worker.session();
    let problem = refused(&session, draft, slug).await;
    assert_eq!(problem.errors.len(), 1, "{problem}");
    assert_eq!(problem.errors[0].code, code, "{problem}");
    assert!(problem.errors[0].pointer.ends_with(place), "{problem}");
    is_not_stored(&session, draft).await;
}

async fn is_not_stored(session: &Session, draft: &Draft) {
    let used = with_reason(UseContext::default());
    let absent = session.fetch(&draft.oid(), &used).await.unwrap();
    absent.expect_problem("document-not-found");
}

fn minor() -> TestClient {
    TestClient::of(&identity_code(date(2015, 3, 5), 911))
}

/// REQ DIS-01: rule W7.
#[tokio::test]
async fn permits_and_denials_come_after_the_informing() {
    let pair = Pair::silent().await;
    let (permit, denial) = (Draft::permit(&pair.maija, &pair.client), pair.denial().everything());
    refused_by_rule(&pair.maija, &permit.draft(), "not-informed").await;
    refused_by_rule(&pair.maija, &denial.draft(), "not-informed").await;
    let informing = pair.inform().await;
    let permit = pair.records(permit.draft()).await;
    let used = UseContext::default();
    pair.testila.annul(&informing.oid(), "väärä", &used).await.unwrap().expect_status(200);
    refused_by_rule(&pair.maija, &denial.draft(), "not-informed").await;
    let next = permit.next_version();
    refused_by_rule(&pair.maija, &next, "not-informed").await;
    // Whoever was informed at one controller is informed.
    store(&pair.mallila, &Draft::informing(&pair.sanna, &pair.client).draft()).await;
    pair.records(denial.draft()).await;
}

/// REQ DIS-01, DIS-02, DIS-03: rule W7.
#[tokio::test]
async fn a_will_is_of_one_person_known_by_an_identity_code() {
    let pair = Pair::open().await;
    let nameless = TestClient::temporary("1.2.246.10.99990001.22.2026.7", "1990-03-05");
    pair.server.care_for(&pair.maija, &nameless).await;
    for draft in [
        Draft::informing(&pair.maija, &nameless).draft(),
        Draft::permit(&pair.maija, &nameless).draft(),
        Draft::denial(&pair.maija, &nameless).everything().draft(),
        Draft::representation(&pair.maija, &nameless).draft(),
    ] {
        refused_by_rule(&pair.maija, &draft, "hetu-required").await;
        let problem = refused(&pair.testila, &draft, "hetu-required").await;
        assert_eq!(problem.errors[0].pointer, "/metadata/clients");
    }
    let other = TestClient::of(&fresh_client());
    let both = [pair.client.reference(), other.reference()];
    let of_two = pair.denial().everything().draft().with("clients", both.to_vec());
    refused_by_rule(&pair.maija, &of_two, "hetu-required").await;
    // Whose will it is, the content says like the metadata.
    let of_another = pair.denial().everything().draft().with("clients", vec![other.reference()]);
    pair.server.care_for(&pair.maija, &other).await;
    store(&pair.testila, &Draft::informing(&pair.maija, &other).draft()).await;
    let (slug, code) = ("invalid-request", "differs-from-metadata");
    refused_at(&pair.maija, &of_another, slug, code, "/asiakas").await;
}

/// REQ DIS-03: rule W7.
#[tokio::test]
async fn nobody_denies_in_a_minors_place_and_nobody_of_age_has_a_guardian() {
    let server = TestServer::start().await;
    let (maija, minor) = (server.person("S-1001"), minor());
    let session = maija.session();
    server.care_for(&maija, &minor).await;
    let guardian = TestRepresentative::of(&fresh_client());
    let informing = Draft::informing(&maija, &minor).represented_by(guardian.clone());
    store(&session, &informing.draft()).await;
    let by_guardian = Draft::denial(&maija, &minor).represented_by(guardian.clone()).everything();
    refused_by_rule(&maija, &by_guardian.draft(), "denial-by-guardian").await;
    let permit = Draft::permit(&maija, &minor).represented_by(guardian.clone());
    store(&session, &permit.draft()).await;
    let own = Draft::denial(&maija, &minor).everything().draft();
    store(&session, &own).await;
    let will = told(&session, &minor, "client_work").await;
    assert_eq!(will["permit"]["by_representative"], true, "{will}");
    assert_eq!(will["denials"][0]["by_representative"], false);
    // Nor as the second version of the minor's own.
    let later = by_guardian.version_after(&own);
    refused_by_rule(&maija, &later, "denial-by-guardian").await;

    let adult = TestClient::of(&fresh_client());
    server.care_for(&maija, &adult).await;
    let of_adult = Draft::informing(&maija, &adult);
    let (slug, code) = ("invalid-request", "guardian-of-an-adult");
    let with_guardian = of_adult.clone().represented_by(guardian.clone()).draft();
    refused_at(&maija, &with_guardian, slug, code, "/asiakas").await;
    store(&session, &of_adult.draft()).await;
    for draft in [
        Draft::permit(&maija, &adult).represented_by(guardian.clone()).draft(),
        Draft::denial(&maija, &adult).represented_by(guardian.clone()).everything().draft(),
        Draft::representation(&maija, &adult).represented_by(guardian).draft(),
    ] {
        refused_at(&maija, &draft, slug, code, "/asiakas").await;
    }
    let for_interests = TestRepresentative::of(&fresh_client()).role("32");
    let denied = Draft::denial(&maija, &adult).represented_by(for_interests).everything();
    store(&session, &denied.draft()).await;
}

/// REQ DIS-01, DIS-02, DIS-03
#[tokio::test]
async fn what_is_not_yet_or_not_known_is_refused_with_its_place() {
    let pair = Pair::silent().await;
    let (maija, client) = (&pair.maija, &pair.client);
    let slug = "structure-violation";
    let informing = Draft::informing(maija, client);
    let future = informing.clone().on("2099-01-01").draft();
    refused_at(maija, &future, slug, "in-the-future", "/informoinnin_ajankohta").await;
    let unknown = informing.clone().text_version("77").draft();
    let code = "unknown-information-text";
    refused_at(maija, &unknown, slug, code, "/infotekstin_versio").await;
    let too_early = informing.clone().on("2020-01-01").draft();
    refused_at(maija, &too_early, slug, code, "/infotekstin_versio").await;
    pair.records(informing.draft()).await;
    let future = Draft::permit(maija, client).on("2099-01-01").draft();
    refused_at(maija, &future, slug, "in-the-future", "/luovutusluvan_antamisen_ajankohta").await;
    let future = pair.denial().on("2099-01-01").everything().draft();
    refused_at(maija, &future, slug, "in-the-future", "/kiellon_asettamisen_ajankohta").await;
    let nowhere = pair.denial().service_task("X-NOTHING").draft();
    let place = "/palvelutehtava_jonka_tietojen_luovutus_kielletaan/0";
    refused_at(maija, &nowhere, "unknown-code", "unknown-code", place).await;
    let nobody = pair.denial().controller(&oid("1.2.246.10.99990008.19.0")).draft();
    let problem = pair.testila.store(&nobody.build()).await.unwrap().problem().unwrap();
    let place = "/rekisterinpitaja_jonka_tietojen_luovutus_kielletaan/0";
    assert!(problem.errors[0].pointer.ends_with(place), "{problem}");
    is_not_stored(&pair.testila, &nobody).await;
    let will = told(&pair.testila, client, "will").await;
    assert_eq!((&will["permit"], &will["denials"]), (&Value::Null, &json!([])));
}
