//! What citizens declare: informing, permits and denials.

use jiff::civil::date;
use serde_json::{Value, json};
use varanto_client::{CitizenSession, Session};
use varanto_model::Oid;
use varanto_testkit::{
    CITIZEN_SERVICE_WORKER, Care, Draft, Expect, TestPerson, TestRepresentative, fresh_client,
};

use crate::given::{Given, OWN, TESTILA};

/// The client's letter in Testilä, and somebody in Mallila who would like to see it.
struct Reader {
    sanna: Session,
    client: Value,
    letter: Draft,
}

impl Reader {
    async fn of(given: &Given) -> Self {
        let sanna = given.server.person("S-3001");
        let care: Care = given.server.care_for(&sanna, &given.client).await;
        let letter = given.letter();
        given.store(&letter).await;
        Self { sanna: sanna.session(), client: care.person.key(), letter }
    }

    async fn sees(&self) -> bool {
        let search = json!({
            "context": {"basis": "disclosure"}, "client": self.client,
            "filter": {"groups": ["client_document"]}
        });
        let page = self.sanna.search(&search).await.unwrap().expect_status(200);
        let documents = page["documents"].as_array().unwrap();
        documents.iter().any(|d| d["oid"] == self.letter.oid().as_str())
    }
}

/// Somebody of the service for citizens, as the one in whose name drafts are put together.
fn service(given: &Given) -> TestPerson {
    given.server.person(CITIZEN_SERVICE_WORKER)
}

fn oid(text: &str) -> Oid {
    Oid::parse(text).unwrap()
}

async fn declare(citizen: &CitizenSession, draft: &Draft) {
    citizen.store(&draft.build()).await.unwrap().expect_status(201);
}

async fn refused(citizen: &CitizenSession, draft: &Draft) -> Vec<String> {
    let problem = citizen.store(&draft.build()).await.unwrap().expect_problem("invalid-request");
    problem.errors.iter().map(|e| format!("{} {}", e.pointer, e.code)).collect()
}

/// REQ CIT-03, DIS-01, DIS-02, DIS-03
#[tokio::test]
async fn what_a_citizen_declares_counts_at_the_next_disclosure() {
    let given = Given::start().await;
    let reader = Reader::of(&given).await;
    let (service, citizen) = (service(&given), given.citizen());
    let permit = Draft::permit(&service, &given.client);
    let answer = citizen.store(&permit.draft().by_citizen().build()).await.unwrap();
    answer.expect_problem("not-informed");
    declare(&citizen, &Draft::informing(&service, &given.client).draft().by_citizen()).await;
    assert!(!reader.sees().await);
    let given_permit = permit.draft().by_citizen();
    declare(&citizen, &given_permit).await;
    assert!(reader.sees().await);
    let denial = Draft::denial(&service, &given.client);
    let first = denial.clone().controller(&oid(TESTILA)).draft().by_citizen();
    declare(&citizen, &first).await;
    assert!(!reader.sees().await);
    let will = citizen.will().await.unwrap().expect_status(200);
    assert!(
        will["informed"] == true && will["permit"]["given"] == true && will["complete"] == true
    );
    assert_eq!(will["denials"][0]["denied_controller"], TESTILA);
    assert_eq!(will["denials"][0]["document"], first.oid().as_str());
    declare(&citizen, &denial.version_after(&first).by_citizen()).await;
    assert!(reader.sees().await);
    declare(&citizen, &permit.refused().version_after(&given_permit).by_citizen()).await;
    assert!(!reader.sees().await);
    let read = citizen.fetch(&given_permit.oid()).await.unwrap().expect_status(200);
    assert_eq!(read["metadata"]["version"], 2);
    assert_eq!(read["metadata"]["controller"], OWN);
}

/// REQ CIT-03, DIS-09
#[tokio::test]
async fn a_citizen_changes_what_a_provider_has_recorded() {
    let given = Given::start().await;
    let reader = Reader::of(&given).await;
    let recorded = Draft::permit(&given.maija, &given.client);
    let first = recorded.draft();
    given.store(&Draft::informing(&given.maija, &given.client).draft()).await;
    given.store(&first).await;
    assert!(reader.sees().await);
    let unit = service(&given).unit().to_string();
    let changed = recorded.refused().version_after(&first).by_citizen();
    let changed = changed.with("provider", "1.2.246.10.99990006.10.0").with("unit", unit);
    let changed = Draft {
        signers: Draft::permit(&service(&given), &given.client).draft().signers,
        ..changed
    };
    let stranger = given.server.citizen(&fresh_client()).session();
    let answer = stranger.store(&changed.build()).await.unwrap();
    assert!(answer.status >= 400, "it is somebody else's");
    declare(&given.citizen(), &changed).await;
    assert!(!reader.sees().await);
}

/// REQ CIT-03
#[tokio::test]
async fn a_declaration_is_of_the_client_alone_and_of_no_professional() {
    let given = Given::start().await;
    let (service, citizen) = (service(&given), given.citizen());
    let right = Draft::informing(&service, &given.client).draft();
    let other = Draft::informing(&service, fresh_client().as_str()).draft().by_citizen();
    assert!(refused(&citizen, &other).await.contains(&"/metadata/clients not-the-client".into()));
    let professional = refused(&citizen, &right).await;
    assert!(professional.contains(&"/metadata/authors not-by-a-professional".into()));
    assert!(professional.contains(&"/content/0/data not-by-a-professional".into()));
    let elsewhere = right.clone().by_citizen().with("controller", TESTILA);
    let elsewhere = refused(&citizen, &elsewhere).await;
    assert!(elsewhere.contains(&"/metadata/controller not-of-the-caller".into()), "{elsewhere:?}");
    let named = TestRepresentative::of(&fresh_client()).role("34");
    let named = Draft::informing(&service, &given.client).represented_by(named).draft();
    assert_eq!(refused(&citizen, &named.by_citizen()).await, ["/content not-the-one-who-acts"]);
    let signed = Draft { signers: given.letter().signers, ..right.clone().by_citizen() };
    let answer = citizen.store(&signed.build()).await.unwrap();
    answer.expect_problem("author-not-entitled");
    let letter = given.letter();
    let answer = citizen.store(&letter.build()).await.unwrap();
    answer.expect_problem("service-task-not-permitted");
    let representation = Draft::representation(&service, &given.client).draft().by_citizen();
    let answer = citizen.store(&representation.build()).await.unwrap();
    answer.expect_problem("service-task-not-permitted");
    let will = citizen.will().await.unwrap().expect_status(200);
    assert_eq!(will["informed"], false, "nothing of all that was stored");
    let right = right.by_citizen();
    declare(&citizen, &right).await;
    let again = citizen.store(&right.build()).await.unwrap();
    assert_eq!(again.status, 200, "the very same was stored before");
}

/// REQ CIT-05, DIS-03
#[tokio::test]
async fn a_guardian_gives_permits_and_sets_no_denials() {
    let given = Given::born(date(2016, 5, 1)).await;
    let reader = Reader::of(&given).await;
    let guardian = fresh_client();
    let custody = Draft::representation(&given.maija, &given.client);
    let custody = custody.represented_by(TestRepresentative::of(&guardian)).draft();
    given.store(&custody).await;
    let service = service(&given);
    let session = given.server.citizen(&guardian).acting_for(&given.client).session();
    let voice = || TestRepresentative::of(&guardian);
    let unnamed = Draft::informing(&service, &given.client).draft().by_citizen();
    assert_eq!(refused(&session, &unnamed).await, ["/content not-the-one-who-acts"]);
    let informing = Draft::informing(&service, &given.client).represented_by(voice()).draft();
    declare(&session, &informing.by_citizen()).await;
    let permit = Draft::permit(&service, &given.client).represented_by(voice()).draft();
    declare(&session, &permit.by_citizen()).await;
    assert!(reader.sees().await);
    let denial = Draft::denial(&service, &given.client);
    let denial = denial.represented_by(voice()).controller(&oid(TESTILA)).draft().by_citizen();
    let answer = session.store(&denial.build()).await.unwrap();
    assert_eq!(answer.expect_problem("denial-by-guardian").status, 403);
    let own = Draft::permit(&service, &given.client).refused().draft().by_citizen();
    let answer = given.citizen().store(&own.build()).await.unwrap();
    assert_eq!(answer.expect_problem("capacity-not-assessed").status, 403);
    assert!(reader.sees().await);
    let will = session.will().await.unwrap().expect_status(200);
    assert_eq!(will["permit"]["by_representative"], true);
    assert!(!will.to_string().contains(&guardian));
}

/// REQ CIT-05
#[tokio::test]
async fn a_minors_own_denial_is_not_told_to_the_guardian() {
    let given = Given::born(date(2010, 5, 1)).await;
    let guardian = fresh_client();
    let custody = Draft::representation(&given.maija, &given.client);
    given.store(&custody.represented_by(TestRepresentative::of(&guardian)).draft()).await;
    given.store(&Draft::informing(&given.maija, &given.client).draft()).await;
    given.store(&Draft::denial(&given.maija, &given.client).everything().draft()).await;
    let denials = |will: Value| will["denials"].as_array().unwrap().len();
    let own = given.citizen().will().await.unwrap().expect_status(200);
    assert_eq!(denials(own), 1);
    let acting = given.server.citizen(&guardian).acting_for(&given.client).session();
    let told = acting.will().await.unwrap().expect_status(200);
    assert_eq!(told["complete"], false, "so it is told to whoever acts for another");
    assert_eq!(denials(told), 0);
}
