//! What stops the sealer shows, and holds up no use; what stops the log holds up every use. A hand in the store
//! blocks, so the server runs beside it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::Uuid;
use varanto_client::UseContext;
use varanto_store::Database;
use varanto_store::testing::Hand;
use varanto_testkit::{Draft, Expect, Site, TestServer, TestStore, fresh_client, fresh_oid};

use crate::dice::Dice;
use crate::forged::{self, TABLES};
use crate::given::{PATIENCE, sealed, signer, state};
use crate::scene::Scene;
use crate::stored::Stored;

/// An alarm after a second.
pub(crate) fn early(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    let changed = text.replace("alarm_seconds = 30", "alarm_seconds = 1");
    assert_ne!(changed, text, "there is such a setting");
    changed
}

async fn ready(site: &Site) -> (u16, Value) {
    let answer = site.stranger().get("/readyz").await.unwrap();
    (answer.status, answer.json().unwrap())
}

/// The server says that it is not ready, for its log alone, and goes on with everything.
pub(crate) async fn is_told(server: &TestServer, database: &Database, why: &str) {
    let scene = Scene::on(server).await;
    let began = Instant::now();
    let size = state(database).await.size;
    while ready(server).await.0 == 200 {
        assert!(began.elapsed() < PATIENCE, "nobody is told: {why}");
        scene.act(4).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("told after {} ms: {why}", began.elapsed().as_millis());
    let (status, body) = ready(server).await;
    assert_eq!((status, &body["reasons"]), (503, &json!(["the log is not sealed in time"])));
    for turn in 0..5 {
        scene.act(turn).await;
    }
    assert_eq!(state(database).await.size, size, "a tree in doubt is not written on: {why}");
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tree_that_was_changed_is_not_written_on_and_the_alarm_is_raised() {
    let server = TestServer::with_config(early).await;
    Scene::on(&server).await.act(0).await;
    sealed(&server.open_store().await).await;
    let mut site = server.stop().await;
    let (store, kept) = (Hand::on(site.store_settings()), site.keep_store());
    let zeros = store.zeros("length(hashes)");
    for tampering in [
        &format!("UPDATE log_tile SET hashes = {zeros} WHERE level = 0"),
        "UPDATE log_tile SET hashes = substr(hashes, 1, length(hashes) - 32) WHERE level = 0",
        "DELETE FROM log_tile",
        "DELETE FROM log_checkpoint",
        "DELETE FROM log_checkpoint WHERE size = (SELECT max(size) FROM log_checkpoint)",
        "UPDATE log_checkpoint SET note = replace(note, 'time 2', 'time 3')",
        "UPDATE log_state SET size = size - 1",
    ] {
        site.put_back(&kept);
        store.execute(tampering).unwrap();
        let server = TestServer::over(site).await;
        is_told(&server, &server.open_store().await, tampering).await;
        site = server.stop().await;
    }
    // It was for what was changed alone.
    site.put_back(&kept);
    let server = TestServer::over(site).await;
    Scene::on(&server).await.act(0).await;
    sealed(&server.open_store().await).await;
    is_ready_again(&server).await;
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tree_that_was_cut_back_under_a_running_server_is_not_written_on() {
    let server = TestServer::with_config(early).await;
    let scene = Scene::on(&server).await;
    sealed(&server.open_store().await).await;
    for turn in 0..5 {
        scene.act(turn).await;
    }
    sealed(&server.open_store().await).await;
    let stored = Stored::read(&server).await;
    let [.., earlier, _] = stored.checkpoints.as_slice() else { panic!("it was sealed twice") };
    // All of it as it was when that was signed, so that nothing stored tells of what is gone.
    let store = Hand::on(server.store_settings());
    store.execute(&forged::cut(&store, &stored, earlier.size, &signer(&server))).unwrap();
    is_told(&server, &server.open_store().await, "the tree was cut back").await;
    let newest = Stored::read(&server).await.checkpoints.pop().unwrap();
    assert_eq!(newest.note, earlier.note, "nothing else was signed in the place of what is gone");
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_that_says_other_than_the_leaves_is_not_believed() {
    for change in [
        "use_number = 9000000000000000",
        "disclosure_number = disclosure_number + 1",
        "administration_number = administration_number - 1",
        "size = size + 1",
    ] {
        let server = TestServer::with_config(early).await;
        Scene::on(&server).await;
        sealed(&server.open_store().await).await;
        let store = Hand::on(server.store_settings());
        store.execute(&format!("UPDATE log_state SET {change}")).unwrap();
        is_told(&server, &server.open_store().await, change).await;
    }
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_holds_the_tree_for_longer_than_a_moment() {
    let server = TestServer::start().await;
    Scene::on(&server).await;
    sealed(&server.open_store().await).await;
    let store = Hand::on(server.store_settings());
    let far = format!("holder = {}, held_until = 4000000000000000", store.key(Uuid::nil()));
    let far = format!("UPDATE log_state SET {far}");
    store.execute(&far).unwrap();
    Scene::on(&server).await.act(0).await;
    sealed(&server.open_store().await).await;
    let server = TestServer::over(server.stop().await).await;
    store.execute(&far).unwrap();
    Scene::on(&server).await.act(0).await;
    sealed(&server.open_store().await).await;
}

/// REQ LOG-03, LOG-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_times_that_are_signed_never_go_back() {
    let server = TestServer::start().await;
    for clock in ["2031-05-01T12:00:00Z", "2030-01-01T00:00:00Z", "2031-05-01T12:00:01Z"] {
        server.set_clock(clock);
        Scene::on(&server).await.act(0).await;
        sealed(&server.open_store().await).await;
    }
    let stored = Stored::read(&server.stop().await).await;
    let times: Vec<_> = stored.checkpoints.iter().map(|kept| kept.at).collect();
    assert!(times.is_sorted() && times.len() > 3, "{times:?}");
    stored.assert_whole(&mut Dice::new(6));
}

/// REQ LOG-03: on the embedded store, which takes what is no text for text. PostgreSQL does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_an_entry_that_cannot_be_read_stops_the_tree_before_it_and_nothing_else() {
    let site = TestServer::on(TestStore::Sqlite).await.stop().await;
    let configuration = site.paths().configuration();
    let text = early(std::fs::read_to_string(&configuration).unwrap());
    std::fs::write(&configuration, text).unwrap();
    let server = TestServer::over(site).await;
    Scene::on(&server).await;
    sealed(&server.open_store().await).await;
    let store = Hand::on(server.store_settings());
    store
        .execute(
            "INSERT INTO use_entry (id, at, controller, action, user_id, user_name, organisation,
                authentication, documents, rules)
            SELECT zeroblob(16), at, controller, CAST(X'ff' AS TEXT), user_id, user_name, organisation,
                authentication, documents, rules
            FROM use_entry WHERE number = 1",
        )
        .unwrap();
    is_told(&server, &server.open_store().await, "an entry cannot be read").await;
    store.execute("UPDATE use_entry SET action = 'read' WHERE id = zeroblob(16)").unwrap();
    sealed(&server.open_store().await).await;
    is_ready_again(&server).await;
}

/// It goes on by itself.
pub(crate) async fn is_ready_again(server: &TestServer) {
    let began = Instant::now();
    while ready(server).await.0 != 200 {
        assert!(began.elapsed() < PATIENCE, "it is never ready again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// REQ LOG-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_can_be_noted_nothing_is_told() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let own = UseContext::default();
    let secret = care.person.reference()["family_name"].as_str().unwrap().to_owned();
    let search = json!({"client": {"id": care.client}});
    let store = Hand::on(server.store_settings());
    for log in TABLES {
        store.execute(&full(server.store(), log)).unwrap();
    }
    let other: Draft = care.draft(&maija);
    for answer in [
        session.fetch(&draft.oid(), &own).await.unwrap(),
        session.versions(&draft.oid(), &own).await.unwrap(),
        session.search(&search).await.unwrap(),
        session.store(&other.build()).await.unwrap(),
        session.store(&json!({})).await.unwrap(),
        session.annul(&draft.oid(), "Syy", &own).await.unwrap(),
    ] {
        assert_eq!(answer.expect_problem("log-unavailable").status, 503);
        assert!(!String::from_utf8_lossy(&answer.body).contains(&secret));
    }
    let asked = json!({"oids": [draft.oid().as_str()]});
    let several = session.fetch_several(&asked).await.unwrap();
    let told = String::from_utf8_lossy(&several.body).into_owned();
    assert!(told.contains("log-unavailable") && !told.contains(&secret), "{told}");
    // A token is not given either.
    assert!(maija.session().token().await.is_err());
    for log in TABLES {
        store.execute(&emptied(server.store(), log)).unwrap();
    }
    session.fetch(&draft.oid(), &own).await.unwrap().expect_status(200);
    session.fetch(&other.oid(), &own).await.unwrap().expect_problem("document-not-found");
}

/// REQ LOG-01: what is written into a log is looked for: nobody makes it vanish unseen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_what_is_noted_vanishes_nothing_is_told() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    // With a token in hand.
    let care = server.care_for(&maija, fresh_client().as_str()).await;
    session.fetch(&fresh_oid(), &UseContext::default()).await.unwrap();
    let store = Hand::on(server.store_settings());
    for log in TABLES {
        store.execute(&vanishing(server.store(), log)).unwrap();
    }
    let (own, search) = (UseContext::default(), json!({"client": {"id": care.client}}));
    for answer in [
        session.fetch(&care.case_document.oid(), &own).await.unwrap(),
        session.search(&search).await.unwrap(),
        session.store(&care.draft(&maija).build()).await.unwrap(),
    ] {
        let told = String::from_utf8_lossy(&answer.body);
        assert!([500, 503].contains(&answer.status), "{} {told}", answer.status);
        assert!(!told.contains(&care.client), "{told}");
    }
    assert!(maija.session().token().await.is_err());
}

/// From now on what is written into a log vanishes.
fn vanishing(store: TestStore, log: &str) -> String {
    match store {
        TestStore::Sqlite => format!(
            "CREATE TRIGGER vanishing_{log} BEFORE INSERT ON {log} BEGIN SELECT RAISE(IGNORE); END"
        ),
        TestStore::Postgres => format!(
            "CREATE FUNCTION vanishing_{log}() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RETURN NULL; END $$;
             CREATE TRIGGER vanishing_{log} BEFORE INSERT ON {log}
             FOR EACH ROW EXECUTE FUNCTION vanishing_{log}()"
        ),
    }
}

/// From now on nothing can be written into a log.
fn full(store: TestStore, log: &str) -> String {
    match store {
        TestStore::Sqlite => format!(
            "CREATE TRIGGER full_{log} BEFORE INSERT ON {log}
             BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        ),
        TestStore::Postgres => format!(
            "CREATE FUNCTION full_{log}() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
             CREATE TRIGGER full_{log} BEFORE INSERT ON {log} FOR EACH ROW EXECUTE FUNCTION full_{log}()"
        ),
    }
}

/// It can again.
fn emptied(store: TestStore, log: &str) -> String {
    match store {
        TestStore::Sqlite => format!("DROP TRIGGER full_{log}"),
        TestStore::Postgres => {
            format!("DROP TRIGGER full_{log} ON {log}; DROP FUNCTION full_{log}")
        }
    }
}
