//! An explanation says what would happen, and nothing that the act itself would not tell.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_documents::pdfa;
use varanto_sandbox::World;
use varanto_testkit::{
    Care, Draft, Expect, TestServer, UnitEntry, fresh_case, fresh_client, fresh_oid,
};

use crate::given::{KOIVULA, under};

mod act;

use act::Act::{Annul, Read, Search, Store};
use act::{agree, agree_all, by_reason, for_archive, own};

/// The built-in world, where an organisation has not joined.
fn world() -> World {
    let mut world: Value = serde_json::from_str(World::builtin_json()).unwrap();
    world["organisations"][4]["joined"] = Value::Null;
    World::parse(world.to_string().as_bytes()).unwrap()
}

/// REQ AC-06
#[tokio::test]
async fn what_is_explained_is_what_happens_in_the_own_register() {
    let Some(server) = TestServer::start_national_with(&world()).await else { return };
    let person = |id| server.person(id);
    let maija = person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let child = Draft::case(&maija, &care.client, &fresh_case()).service_task("10");
    session.store(&child.draft().build()).await.unwrap().expect_status(201);
    let of_child = care.draft(&maija).in_case(child.oid()).with("service_task", "10");
    session.store(&of_child.build()).await.unwrap().expect_status(201);
    let other = server.care_of(&maija).await;
    let file = pdfa::example::minimal(pdfa::Part::Two, "Vanha");
    let old = care.letter(&maija, file).without("case").with("generation", "old");

    let (maija, olli, nurse) = (&maija, &person("S-1002"), &person("S-1004"));
    let (desk, archivist, officer) = (&person("T-1006"), &person("T-1007"), &person("T-1008"));
    let (outsider, sanna, riitta) = (&person("U-1009"), &person("S-3001"), &person("S-5001"));
    let read = |context: UseContext| Read(draft.oid(), context);
    let sought = |context: UseContext| Search(care.client.clone(), context);
    let store = |draft: Draft| Store(Box::new(draft));
    let a_case = |author| store(Draft::case(author, &care.client, &fresh_case()).draft());
    let hidden = Some("document-not-found");
    let (no_reason, no_purpose) = (Some("special-reason-required"), Some("purpose-not-permitted"));
    let (no_task, no_case) = (Some("service-task-not-permitted"), Some("case-missing"));
    let another_clients = Some("case-of-another-client");
    agree_all([
        ("in context", maija, read(own()), None),
        ("in context, sought", maija, sought(own()), None),
        ("no context", olli, read(own()), no_reason),
        ("no context, sought", olli, sought(own()), no_reason),
        ("no context, nobody", olli, Search(fresh_client(), own()), no_reason),
        ("special reason", olli, read(by_reason()), None),
        ("special reason, sought", olli, sought(by_reason()), None),
        ("absent", maija, Read(fresh_oid(), own()), hidden),
        ("task covered", nurse, read(own()), None),
        ("task not covered", nurse, Read(of_child.oid(), own()), no_task),
        ("group not covered", desk, read(own()), no_task),
        ("no such purpose", maija, read(for_archive()), no_purpose),
        ("archivist", archivist, read(for_archive()), None),
        ("no documents at all", officer, read(own()), no_purpose),
        ("outsider", outsider, read(own()), Some("outsider")),
        ("another register", sanna, read(by_reason()), hidden),
        ("another register, sought", sanna, sought(by_reason()), None),
        ("another's right", sanna, read(under(&care.case)), hidden),
        ("own register by right", maija, read(under(&care.case)), hidden),
        ("not joined", riitta, read(own()), Some("not-joined")),
        ("not joined, sought", riitta, sought(own()), Some("not-joined")),
    ])
    .await;
    agree_all([
        ("stored", maija, store(care.draft(maija)), None),
        ("stored without context", olli, store(care.draft(olli)), None),
        ("no case", maija, store(care.draft(maija).without("case")), no_case),
        ("unknown case", maija, store(care.draft(maija).in_case(&fresh_case())), no_case),
        ("another's case", maija, store(care.draft(maija).in_case(&other.case)), another_clients),
        ("old", maija, store(old), None),
        ("a case", maija, a_case(maija), None),
        ("group not written", nurse, a_case(nurse), no_task),
        (
            "no right named",
            sanna,
            store(care.draft(sanna).without("case")),
            Some("not-the-controller"),
        ),
        ("no right", sanna, store(care.draft(sanna)), Some("register-access-missing")),
        ("a new version", maija, store(draft.next_version()), None),
        ("of nothing", maija, store(care.draft(maija).next_version()), Some("version-conflict")),
        ("annulled by another", sanna, Annul(draft.oid(), own()), hidden),
        ("annulled", maija, Annul(draft.oid(), own()), None),
        ("annulled before", maija, store(draft.next_version()), Some("document-annulled")),
        ("annulled and read", maija, read(own()), None),
    ])
    .await;
}

/// An order of the controller about the only right to a client's case.
async fn order(session: &Session, client: &str, kind: &str, body: Value) {
    let search = json!({"view": "controller", "client": {"id": client}});
    let found = session.search_register_access(&search).await.unwrap().expect_status(200);
    let right = found["rights"][0]["oid"].as_str().unwrap();
    let ordered = session.order_register_access(right, kind, &body).await.unwrap();
    ordered.success().unwrap();
}

/// REQ AC-06, RA-05, RA-06, RA-07
#[tokio::test]
async fn what_is_explained_is_what_happens_under_a_right() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (&server.person("S-1001"), &server.person("S-2001"));
    let session = maija.session();
    let (client, case) = (fresh_client(), fresh_case());
    server.set_clock("2026-09-09T12:00:00+03:00");
    let plain = Draft::clientship(maija, &client);
    let clientship = plain.clone().producer(UnitEntry::of(KOIVULA).from("2026-09-10"));
    let care = Care::arrange(&session, &Draft::case(maija, &client, &case), &clientship).await;
    let draft = care.draft(maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);

    let right = under(&case);
    let read = |draft: &Draft| Read(draft.oid(), right.clone());
    let sought = || Search(client.clone(), right.clone());
    let new = || Store(Box::new(care.draft(tuula)));
    let corrected = |draft: &Draft| Store(Box::new(draft.next_version()));
    let hidden = Some("document-not-found");
    let (missing, ended) = (Some("register-access-missing"), Some("register-access-ended"));
    let suspended = Some("register-access-suspended");

    agree_all([
        ("coming", tuula, read(&draft), hidden),
        ("coming, sought", tuula, sought(), missing),
        ("coming, stored", tuula, new(), missing),
    ])
    .await;

    server.set_clock("2026-09-10T12:00:00+03:00");
    let vouched = &tuula.clone().vouched();
    let matti = &server.person("S-2002").in_unit("1.2.246.10.99990002.10.4");
    let elsewhere = under(&fresh_case());
    let clientships = Store(Box::new(plain.version_after(&care.clientship_document)));
    let first = care.draft(tuula);
    agree_all([
        ("open", tuula, read(&draft), None),
        ("open, sought", tuula, sought(), None),
        ("another case", tuula, Search(client.clone(), elsewhere), missing),
        ("own basis", tuula, Read(draft.oid(), own()), hidden),
        ("not strong", vouched, read(&draft), Some("strong-authentication-required")),
        ("another unit", matti, read(&draft), hidden),
        ("open, stored", tuula, Store(Box::new(first.clone())), None),
        ("open, corrected", tuula, corrected(&first), None),
        ("a clientship", matti, clientships, Some("not-the-organiser")),
        ("another's corrected", tuula, corrected(&draft), Some("not-the-author")),
        ("another's annulled", tuula, Annul(draft.oid(), own()), Some("not-the-author")),
    ])
    .await;

    order(&session, &client, "suspension", json!({"reason": "Epäselvä sopimus."})).await;
    server.set_clock("2026-09-11T12:00:00+03:00");
    let meanwhile = care.draft(maija);
    session.store(&meanwhile.build()).await.unwrap().expect_status(201);
    agree_all([
        ("suspended", tuula, read(&draft), suspended),
        ("suspended, later document", tuula, read(&meanwhile), hidden),
        ("suspended, sought", tuula, sought(), suspended),
        ("suspended, stored", tuula, new(), suspended),
        ("suspended, annulled", tuula, Annul(first.oid(), own()), suspended),
    ])
    .await;

    order(&session, &client, "resumption", json!({"reason": "Sopimus on selvä."})).await;
    let over = clientship.bare().task("X-ELDERLY").unit(UnitEntry::of(maija.unit().as_str()));
    let over = over.producer(UnitEntry::of(KOIVULA).from("2026-09-10").until("2026-09-12"));
    let over = over.version_after(&care.clientship_document);
    session.store(&over.build()).await.unwrap().expect_status(201);
    server.set_clock("2026-09-15T12:00:00+03:00");
    agree_all([("closing", tuula, read(&draft), None), ("closing, stored", tuula, new(), None)])
        .await;

    server.set_clock("2026-10-15T12:00:00+03:00");
    let late = care.draft(maija);
    session.store(&late.build()).await.unwrap().expect_status(201);
    let third = first.next_version().with("version", 3);
    agree_all([
        ("ended", tuula, read(&draft), ended),
        ("ended, later document", tuula, read(&late), hidden),
        ("ended, sought", tuula, sought(), ended),
        ("ended, stored", tuula, new(), ended),
        ("ended, corrected", tuula, Store(Box::new(third.clone())), ended),
    ])
    .await;

    let reopening = json!({"reason": "Kirjaus puuttuu.", "until": "2026-10-30"});
    order(&session, &client, "reopening", reopening).await;
    agree_all([
        ("reopened", tuula, read(&draft), ended),
        ("reopened, stored", tuula, new(), ended),
        ("reopened, own read", tuula, read(&first), None),
        ("reopened, corrected", tuula, Store(Box::new(third)), None),
        ("reopened, annulled", tuula, Annul(first.oid(), own()), None),
    ])
    .await;
}

/// REQ AC-06: the facts that a permitted act was decided on, each in words of the interface.
#[tokio::test]
async fn an_explanation_tells_rules_and_facts() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, tuula) = (server.person("S-1001"), server.person("S-2001"));
    let session = maija.session();
    let (client, case) = (fresh_client(), fresh_case());
    let clientship = Draft::clientship(&maija, &client).producer(UnitEntry::of(KOIVULA));
    let care = Care::arrange(&session, &Draft::case(&maija, &client, &case), &clientship).await;
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);

    let told = agree("own", &session, &Read(draft.oid(), own()), None).await;
    let first = &told["rules"][0];
    assert_eq!((&first["id"], &first["held"]), (&json!("S1"), &json!(true)));
    for language in ["fi", "sv", "en"] {
        assert!(first["text"][language].as_str().is_some_and(|text| text.len() > 20));
    }
    let facts = &told["facts"];
    assert_eq!(
        facts["system"],
        json!({"organisation": "1.2.246.10.99990001.10.0", "joined": true, "model": "direct"})
    );
    assert_eq!(facts["controller"]["closing_working_days"], 7);
    assert_eq!(facts["document"]["case"], case.as_str());
    let right = json!({"case": case.as_str(), "unit": KOIVULA, "state": "open"});
    assert_eq!(facts["clients"]["count"], 1);
    assert_eq!(facts["clients"]["each"][0]["rights"], json!([right]));
    assert_eq!(facts["clients"]["each"][0]["context"].as_array().unwrap().len(), 2);
    assert!(!told.to_string().contains(&client), "nobody is named");

    // A producer is told of its own unit, and of no other.
    let told = agree("right", &tuula.session(), &Read(draft.oid(), under(&case)), None).await;
    let of_client = &told["facts"]["clients"]["each"][0];
    assert_eq!(of_client["rights"], json!([right]));
    assert_eq!(of_client["context"].as_array().unwrap().len(), 1, "{of_client}");
    assert_eq!(of_client["context"][0]["unit"], KOIVULA);
}

/// REQ AC-06, RA-04: where an act would not tell whether there is something, neither does its
/// explanation.
#[tokio::test]
async fn what_is_hidden_is_explained_like_what_is_not_there() {
    let Some(server) = TestServer::start_national().await else { return };
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    maija.session().store(&draft.build()).await.unwrap().expect_status(201);
    server.set_clock("2026-12-01T12:00:00+02:00");
    for (id, context) in [
        ("S-3001", by_reason()),
        ("S-2001", own()),
        ("S-2001", under(&care.case)),
        ("U-1009", own()),
        ("T-1008", own()),
    ] {
        let session = server.person(id).session();
        for annuls in [false, true] {
            let act =
                |oid| if annuls { Annul(oid, context.clone()) } else { Read(oid, context.clone()) };
            let ask = |oid| {
                let (session, question) = (session.clone(), act(oid).question());
                async move {
                    let mut told = session.explain(&question).await.unwrap().expect_status(200);
                    told["facts"]["now"] = Value::Null;
                    told
                }
            };
            assert_eq!(ask(draft.oid()).await, ask(fresh_oid()).await, "{id}, {annuls}");
        }
        let ask = |client: String| {
            let (session, question) = (session.clone(), Search(client, context.clone()).question());
            async move {
                let mut told = session.explain(&question).await.unwrap().expect_status(200);
                told["facts"]["now"] = Value::Null;
                told
            }
        };
        let (there, absent) = (ask(care.client.clone()).await, ask(fresh_client()).await);
        assert_eq!(there["rules"], absent["rules"], "{id}");
        assert_eq!(there["facts"]["controller"], absent["facts"]["controller"], "{id}");
    }
}

/// REQ AC-06, LOG-01: asking is a use, and changes nothing.
#[tokio::test]
async fn asking_is_logged_and_changes_nothing() {
    let Some(server) = TestServer::start_national().await else { return };
    let (maija, olli) = (server.person("S-1001"), server.person("S-1002"));
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let annul = Annul(draft.oid(), own()).question();
    session.explain(&annul).await.unwrap().expect_status(200);
    let refused = Read(draft.oid(), own()).question();
    olli.session().explain(&refused).await.unwrap().expect_status(200);
    let found = session.fetch(&draft.oid(), &own()).await.unwrap().expect_status(200);
    assert_eq!(found["annulled"], Value::Null);

    let officer = server.person("T-1008").session();
    let log = json!({"context": {"purpose": "supervision"}, "page": {"size": 200}});
    let log = officer.search_use_log(&log).await.unwrap().expect_status(200);
    let entries = log["entries"].as_array().unwrap();
    let asked: Vec<_> =
        entries.iter().filter(|e| e["search"] == json!({"explain": true})).collect();
    let told: Vec<_> = asked.iter().map(|e| (&e["action"], &e["outcome"])).collect();
    let (read, annul) = (json!("read"), json!("annul"));
    let (refused, permitted) = (json!("special-reason-required"), json!("permitted"));
    assert_eq!(told, [(&read, &refused), (&annul, &permitted)], "{asked:?}");
    assert!(asked.iter().all(|e| e["documents"] == json!([draft.oid().as_str()])));
}
