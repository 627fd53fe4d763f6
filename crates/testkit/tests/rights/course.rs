//! The course of a right: open, closing, closed; suspended and resumed; reopened for corrections; and
//! what the producer does at its end.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_model::Oid;
use varanto_sandbox::World;
use varanto_testkit::{
    Care, Draft, Expect, TestPerson, TestServer, UnitEntry, fresh_case, fresh_client,
};

use crate::given::{KOIVULA, under};
use crate::inbox::{only_right, rights, served_by};

/// The slug of the problem that an answer is; empty where it is none.
macro_rules! slug {
    ($call:expr) => {
        $call.await.unwrap().problem().map(|p| p.slug().to_owned()).unwrap_or_default()
    };
}

async fn store(session: &Session, draft: &Draft) -> Oid {
    session.store(&draft.build()).await.unwrap().expect_status(201);
    draft.oid()
}

async fn right(session: &Session) -> Value {
    let found = rights(session, json!({})).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

async fn order(session: &Session, right: &str, order: &str, body: Value) -> Value {
    let answer = session.order_register_access(right, order, &body).await.unwrap();
    answer.expect_status(200)
}

fn search_of(care: &Care) -> Value {
    let context = json!({"basis": "register_access", "case": care.case.as_str()});
    json!({"context": context, "client": {"id": care.client}})
}

/// What a producer's worker is answered who fetches what the organiser wrote, searches, and stores.
async fn tries(worker: &TestPerson, session: &Session, care: &Care, others: &Oid) -> [String; 3] {
    let new = care.draft(worker);
    [
        slug!(session.fetch(others, &under(&care.case))),
        slug!(session.search(&search_of(care))),
        slug!(session.store(&new.build())),
    ]
}

fn all(slug: &str) -> [String; 3] {
    [slug, slug, slug].map(str::to_owned)
}

/// A right whose service ends on the eve of the first of May's: its closing time holds a holiday and
/// a weekend.
async fn until_april(server: &TestServer) -> (Care, Oid) {
    server.set_clock("2026-04-20T12:00:00+03:00");
    let maija = server.person("S-1001");
    let care = served_by(&maija, UnitEntry::of(KOIVULA).until("2026-04-29")).await;
    let others = store(&maija.session(), &care.draft(&maija)).await;
    (care, others)
}

async fn closes(server: &TestServer, closes_on: &str, day_after: &str) {
    let (care, others) = until_april(server).await;
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let producer = tuula.session();
    server.set_clock("2026-04-29T23:59:00+03:00");
    let open = right(&producer).await;
    assert_eq!((&open["state"], &open["closes_on"]), (&json!("open"), &Value::Null));
    server.set_clock("2026-04-30T00:00:30+03:00");
    let closing = right(&producer).await;
    assert_eq!((&closing["state"], &closing["closes_on"]), (&json!("closing"), &json!(closes_on)));
    assert_eq!(
        (&closing["last_day"], &closing["local_copies"]),
        (&json!("2026-04-29"), &json!("kept"))
    );
    server.set_clock(&format!("{closes_on}T23:59:00+03:00"));
    assert_eq!(tries(&tuula, &producer, &care, &others).await, all(""));
    server.set_clock(&format!("{day_after}T00:00:30+03:00"));
    let closed = right(&producer).await;
    assert_eq!((&closed["state"], &closed["closes_on"]), (&json!("closed"), &json!(closes_on)));
    assert_eq!(closed["local_copies"], "to_destroy");
    assert_eq!(tries(&tuula, &producer, &care, &others).await, all("register-access-ended"));
    let later = store(&maija.session(), &care.draft(&maija)).await;
    let never_seen = slug!(producer.fetch(&later, &under(&care.case)));
    assert_eq!(never_seen, "document-not-found");
}

/// REQ RA-06
#[tokio::test]
async fn a_right_closes_seven_working_days_after_the_service_over_holiday_and_weekend() {
    let Some(server) = TestServer::start_national().await else { return };
    closes(&server, "2026-05-11", "2026-05-12").await;
}

/// REQ RA-06
#[tokio::test]
async fn a_controller_sets_another_number_of_working_days() {
    let mut world: Value = serde_json::from_str(World::builtin_json()).unwrap();
    world["organisations"][0]["controller"]["closing_working_days"] = 2.into();
    let world = World::parse(world.to_string().as_bytes()).unwrap();
    let Some(server) = TestServer::start_national_with(&world).await else { return };
    closes(&server, "2026-05-04", "2026-05-05").await;
}

/// REQ RA-07
#[tokio::test]
async fn a_controller_suspends_and_resumes_a_right_and_documents_do_not_lift_a_suspension() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (organiser, producer) = (maija.session(), tuula.session());
    let client = fresh_client();
    let case = Draft::case(&maija, &client, &fresh_case());
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let care = Care::arrange(&organiser, &case, &clientship).await;
    let others = store(&organiser, &care.draft(&maija)).await;
    let oid = only_right(&producer).await;
    let reason = json!({"reason": "Toimintaa selvitetään"});
    for (session, slug) in [
        (&producer, "not-the-controller"),
        (&server.person("S-2002").session(), "not-the-controller"),
        (&server.person("S-3001").session(), "not-found"),
    ] {
        let refused = slug!(session.order_register_access(&oid, "suspension", &reason));
        assert_eq!(refused, slug);
    }
    let refused = organiser.order_register_access(&oid, "resumption", &reason).await.unwrap();
    let problem = refused.expect_problem("register-access-state");
    assert_eq!((problem.status, problem.detail.as_deref()), (409, Some("its state is open")));

    let suspended = order(&organiser, &oid, "suspension", reason.clone()).await;
    assert_eq!(suspended["state"], "suspended");
    assert_eq!(right(&producer).await, suspended);
    assert_eq!(tries(&tuula, &producer, &care, &others).await, all("register-access-suspended"));
    let unseen = store(&organiser, &care.draft(&maija)).await;
    assert_eq!(slug!(producer.fetch(&unseen, &under(&care.case))), "document-not-found");
    let without = Draft::clientship(&maija, &client).version_after(&care.clientship_document);
    store(&organiser, &without).await;
    store(&organiser, &clientship.version_after(&without)).await;
    assert_eq!(right(&producer).await["state"], "suspended");
    let again = slug!(organiser.order_register_access(&oid, "suspension", &reason));
    assert_eq!(again, "register-access-state");

    let resumed = order(&organiser, &oid, "resumption", json!({"reason": "Selvitetty"})).await;
    assert_eq!((&resumed["state"], &resumed["suspended_since"]), (&json!("open"), &Value::Null));
    assert_eq!(tries(&tuula, &producer, &care, &others).await, all(""));
    let own = UseContext::default();
    let told = organiser.find_register_access(&oid, &own).await.unwrap().expect_status(200);
    let orders = told["orders"].as_array().unwrap();
    let kinds: Vec<_> = orders.iter().map(|o| (&o["kind"], &o["by"], &o["reason"])).collect();
    let by = json!("S-1001");
    let (first, last) = ((json!("suspension"), reason["reason"].clone()), json!("resumption"));
    assert_eq!(kinds, [(&last, &by, &json!("Selvitetty")), (&first.0, &by, &first.1)]);
    let told = producer.find_register_access(&oid, &own).await.unwrap().expect_status(200);
    assert_eq!(
        (told["orders"].as_array().unwrap().len(), &told["orders"][0]["reason"]),
        (2, &Value::Null)
    );
    assert_eq!(told["stored"]["documents"], 1);
}

/// REQ RA-07
#[tokio::test]
async fn under_a_reopened_right_a_producer_corrects_and_annuls_its_own_and_does_nothing_else() {
    let Some(server) = TestServer::start_national().await else { return };
    let (care, others) = until_april(&server).await;
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (organiser, producer) = (maija.session(), tuula.session());
    let (corrected, mistaken) = (care.draft(&tuula), care.draft(&tuula));
    store(&producer, &corrected).await;
    let mistaken = store(&producer, &mistaken).await;
    let oid = only_right(&producer).await;
    let reopening = json!({"reason": "Kirjauksessa on virhe", "until": "2026-06-10"});
    let refused = organiser.order_register_access(&oid, "reopening", &reopening).await.unwrap();
    let problem = refused.expect_problem("register-access-state");
    assert_eq!(problem.detail.as_deref(), Some("its state is open"));

    server.set_clock("2026-06-01T12:00:00+03:00");
    let too_long = json!({"reason": "Kirjauksessa on virhe", "until": "2026-09-02"});
    let refused = organiser.order_register_access(&oid, "reopening", &too_long).await.unwrap();
    assert_eq!(refused.expect_problem("invalid-request").errors[0].code, "out-of-range");
    let ended = "register-access-ended";
    let second = corrected.next_version();
    assert_eq!(slug!(producer.store(&second.build())), ended);
    let reopened = order(&organiser, &oid, "reopening", reopening).await;
    assert_eq!(
        (&reopened["state"], &reopened["reopened_until"]),
        (&json!("reopened"), &json!("2026-06-10"))
    );
    store(&producer, &second).await;
    let context = under(&care.case);
    producer.annul(&mistaken, "Väärä asiakas", &context).await.unwrap().expect_status(200);
    assert_eq!(tries(&tuula, &producer, &care, &others).await, all(ended));
    let annulled = slug!(producer.annul(&others, "Ei oma", &context));
    assert_eq!(annulled, ended);

    server.set_clock("2026-06-11T00:00:30+03:00");
    assert_eq!(right(&producer).await["state"], "closed");
    assert_eq!(slug!(producer.store(&second.next_version().build())), ended);
}

/// REQ RA-09, ARC-05
#[tokio::test]
async fn a_producer_compares_what_it_has_stored_and_confirms_that_its_copies_are_destroyed() {
    let Some(server) = TestServer::start_national().await else { return };
    let (care, others) = until_april(&server).await;
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (organiser, producer) = (maija.session(), tuula.session());
    let stored = store(&producer, &care.draft(&tuula)).await;
    let forgotten = care.draft(&tuula).oid();
    let oid = only_right(&producer).await;
    let oids = [&stored, &others, &forgotten].map(Oid::to_string);
    let parted = producer.reconcile_register_access(&oid, &oids).await.unwrap().expect_status(200);
    assert_eq!(parted, json!({"stored": [stored], "missing": [others, forgotten]}));
    for stranger in ["S-1001", "S-3001", "S-5001"] {
        let session = server.person(stranger).session();
        assert_eq!(slug!(session.reconcile_register_access(&oid, &oids)), "not-found");
        let confirmed = slug!(session.order_register_access(&oid, "destruction", &json!({})));
        assert_eq!(confirmed, "not-found");
    }
    let early = producer.order_register_access(&oid, "destruction", &json!({})).await.unwrap();
    assert_eq!(early.expect_problem("register-access-state").status, 409);

    server.set_clock("2026-05-12T12:00:00+03:00");
    let parted = producer.reconcile_register_access(&oid, &oids[..1]).await.unwrap();
    assert_eq!(parted.expect_status(200)["missing"], json!([]));
    let note = json!({"note": "Paperit silputtu"});
    let confirmed = order(&producer, &oid, "destruction", note).await;
    assert_eq!(
        (&confirmed["state"], &confirmed["local_copies"]),
        (&json!("closed"), &json!("destroyed"))
    );
    let view = json!({"view": "controller", "client": {"id": care.client}});
    assert_eq!(rights(&organiser, view).await[0]["local_copies"], "destroyed");
    let told = organiser.find_register_access(&oid, &UseContext::default()).await.unwrap();
    let told = told.expect_status(200);
    assert_eq!(told["orders"][0]["kind"], "destruction");
    assert_eq!(told["orders"][0]["reason"], "Paperit silputtu");

    let reopening = json!({"reason": "Kirjauksessa on virhe", "until": "2026-05-20"});
    let reopened = order(&organiser, &oid, "reopening", reopening).await;
    assert_eq!(reopened["local_copies"], "kept");
    let early = slug!(producer.order_register_access(&oid, "destruction", &json!({})));
    assert_eq!(early, "register-access-state");
    server.set_clock("2026-05-21T00:00:30+03:00");
    assert_eq!(right(&producer).await["local_copies"], "to_destroy");
    let confirmed = order(&producer, &oid, "destruction", json!({})).await;
    assert_eq!(confirmed["local_copies"], "destroyed");
}

/// REQ RA-01, RA-05
#[tokio::test]
async fn a_subcontractors_unit_has_a_right_of_its_own_as_long_as_the_producer_has() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, riitta) = (server.person("S-1001"), server.person("S-5001"));
    let (organiser, implementer) = (maija.session(), riitta.session());
    server.set_clock("2026-04-20T12:00:00+03:00");
    let unit = UnitEntry::of(riitta.unit().as_str());
    let care =
        served_by(&maija, UnitEntry::of(KOIVULA).until("2026-04-29").implementer(unit)).await;
    let others = store(&organiser, &care.draft(&maija)).await;
    let open = right(&implementer).await;
    assert_eq!((&open["state"], &open["last_day"]), (&json!("open"), &json!("2026-04-29")));
    assert_eq!(tries(&riitta, &implementer, &care, &others).await, all(""));
    server.set_clock("2026-05-12T12:00:00+03:00");
    assert_eq!(tries(&riitta, &implementer, &care, &others).await, all("register-access-ended"));
}

/// REQ RA-01
#[tokio::test]
async fn a_right_ends_at_once_when_the_document_leaves_it_out_or_is_annulled() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let (organiser, producer) = (maija.session(), tuula.session());
    for is_annulled in [false, true] {
        let care = served_by(&maija, UnitEntry::of(KOIVULA)).await;
        let others = store(&organiser, &care.draft(&maija)).await;
        assert_eq!(tries(&tuula, &producer, &care, &others).await, all(""));
        let document = &care.clientship_document;
        if is_annulled {
            let oid = document.oid();
            let own = UseContext::default();
            organiser.annul(&oid, "Väärä asiakas", &own).await.unwrap().expect_status(200);
        } else {
            let newer = Draft::clientship(&maija, &care.client).version_after(document);
            store(&organiser, &newer).await;
        }
        assert_eq!(tries(&tuula, &producer, &care, &others).await, all("register-access-ended"));
        let view = json!({
            "view": "controller", "client": {"id": care.client},
            "context": {"special_reason": "X-OTHER"}
        });
        let ended = &rights(&organiser, view).await[0];
        assert_eq!((&ended["state"], &ended["closes_on"]), (&json!("closed"), &ended["last_day"]));
        assert_eq!(ended["local_copies"], "to_destroy");
    }
}
