//! Whoever changes the schema could rewrite entries before they are sealed, or hide them: nothing is sealed while
//! anything is there that the migrations have not made, from a second after it was made, and no server starts over
//! it.

use std::time::{Duration, Instant};

use varanto::server::open_service;
use varanto_service::{SealError, Sealer};
use varanto_store::log_tree;
use varanto_store::testing::Hand;
use varanto_testkit::{TestServer, TestStore};

use crate::forged::TABLES;
use crate::given::{PATIENCE, sealed, state};
use crate::scene::Scene;
use crate::stopped::{early, is_ready_again, is_told};

/// For as long what a server has found is believed.
const BELIEVED: Duration = Duration::from_secs(1);

/// A change of the schema, and what undoes it.
struct Change {
    what: &'static str,
    made: String,
    undone: String,
}

fn change(what: &'static str, made: &str, undone: &str) -> Change {
    Change { what, made: made.to_owned(), undone: undone.to_owned() }
}

fn on_sqlite() -> Vec<Change> {
    vec![
        change(
            "a trigger",
            "CREATE TRIGGER rewrites AFTER INSERT ON use_entry
             BEGIN UPDATE use_entry SET user_name = 'X' WHERE id = NEW.id; END",
            "DROP TRIGGER rewrites",
        ),
        change("an index", "CREATE INDEX more ON use_entry (action)", "DROP INDEX more"),
        change(
            "a column",
            "ALTER TABLE use_entry ADD COLUMN more TEXT",
            "ALTER TABLE use_entry DROP COLUMN more",
        ),
        change("a table", "CREATE TABLE more (a INTEGER)", "DROP TABLE more"),
    ]
}

fn on_postgres(hand: &Hand) -> Vec<Change> {
    const PART: &str = "disclosure_entry_2035";
    let bound =
        format!("SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = '{PART}'");
    let bound = &hand.column(&bound).unwrap()[0];
    vec![
        change(
            "a trigger of rows",
            "CREATE FUNCTION rewrites() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN NEW.user_name := 'X'; RETURN NEW; END $$;
             CREATE TRIGGER rewrites BEFORE INSERT ON use_entry FOR EACH ROW EXECUTE FUNCTION rewrites()",
            "DROP TRIGGER rewrites ON use_entry; DROP FUNCTION rewrites",
        ),
        change(
            "a rule",
            "CREATE RULE stays AS ON DELETE TO log_checkpoint DO INSTEAD NOTHING",
            "DROP RULE stays ON log_checkpoint",
        ),
        change(
            "a policy",
            "ALTER TABLE use_entry ENABLE ROW LEVEL SECURITY;
             CREATE POLICY hides ON use_entry USING (action <> 'store')",
            "DROP POLICY hides ON use_entry; ALTER TABLE use_entry DISABLE ROW LEVEL SECURITY",
        ),
        change(
            "a default",
            "ALTER TABLE administrative_entry ALTER COLUMN detail SET DEFAULT 'x'",
            "ALTER TABLE administrative_entry ALTER COLUMN detail DROP DEFAULT",
        ),
        Change {
            what: "a partition that was taken out",
            made: format!("ALTER TABLE disclosure_entry DETACH PARTITION {PART}"),
            undone: format!("ALTER TABLE disclosure_entry ATTACH PARTITION {PART} {bound}"),
        },
        change(
            "a partition that was put in",
            "CREATE TABLE more PARTITION OF disclosure_entry FOR VALUES FROM
             ('ffffffff-0000-7000-8000-000000000000') TO ('ffffffff-ffff-7000-8000-000000000000')",
            "DROP TABLE more",
        ),
        change("an index", "CREATE INDEX more ON use_entry (action)", "DROP INDEX more"),
        change(
            "a column",
            "ALTER TABLE use_entry ADD COLUMN more text",
            "ALTER TABLE use_entry DROP COLUMN more",
        ),
    ]
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sealed_and_no_server_starts_while_the_schema_is_another() {
    let server = TestServer::with_config(early).await;
    Scene::on(&server).await.act(0).await;
    sealed(&server.open_store().await).await;
    let hand = Hand::on(server.store_settings());
    let changes = match server.store() {
        TestStore::Sqlite => on_sqlite(),
        TestStore::Postgres => on_postgres(&hand),
    };
    let before = server.open_store().await;
    for Change { what, made, undone } in changes {
        hand.execute(&made).unwrap_or_else(|error| panic!("{what}: {error}"));
        tokio::time::sleep(BELIEVED).await;
        is_told(&server, &before, what).await;
        let refused = Box::pin(open_service(&server.config(), &[])).await.err();
        let refused = refused.unwrap_or_else(|| panic!("{what}: a server starts")).to_string();
        assert!(refused.contains("the store cannot be opened"), "{what}: {refused}");
        hand.execute(&undone).unwrap_or_else(|error| panic!("{what}: {error}"));
        sealed(&before).await;
        is_ready_again(&server).await;
    }
}

/// REQ LOG-03: where every entry is taken away again nothing waits to be sealed, and it is found out all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trigger_that_takes_every_entry_away_is_told_of_though_nothing_waits() {
    let server = TestServer::with_config(early).await;
    Scene::on(&server).await.act(0).await;
    let site = server.stop().await;
    let hand = Hand::on(site.store_settings());
    hand.execute("UPDATE log_state SET held_until = 0").unwrap();
    let service = Box::pin(open_service(&site.config(), &[])).await.unwrap();
    let mut sealer = Sealer::new(service.clone());
    site.seal_with(&mut sealer).await;
    let database = site.open_store().await;
    let size = state(&database).await.size;
    for log in TABLES {
        hand.execute(&taking_away(site.store(), log)).unwrap();
    }
    service.forget_old_assertions().await.unwrap();
    let began = Instant::now();
    // One that has not looked yet looks at once.
    let mut sealer = Sealer::new(service.clone());
    while service.reasons_not_ready().await != ["the log is not sealed in time"] {
        let outcome = sealer.seal().await;
        assert!(matches!(outcome, Err(SealError::Schema(_))), "{outcome:?}");
        assert!(began.elapsed() < PATIENCE, "nobody is told");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let left = database.fetch_one(log_tree::numbers()).await.unwrap().unwrap();
    let state = state(&database).await;
    assert_eq!((state.size, state.sealed), (size, left), "nothing waits");
}

/// From now on what is written into a log is taken away again.
fn taking_away(store: TestStore, log: &str) -> String {
    match store {
        TestStore::Sqlite => format!(
            "CREATE TRIGGER taken_{log} AFTER INSERT ON {log}
             BEGIN DELETE FROM {log} WHERE id = NEW.id; END"
        ),
        TestStore::Postgres => format!(
            "CREATE FUNCTION taken_{log}() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN DELETE FROM {log} WHERE id = NEW.id; RETURN NULL; END $$;
             CREATE TRIGGER taken_{log} AFTER INSERT ON {log}
             FOR EACH ROW EXECUTE FUNCTION taken_{log}()"
        ),
    }
}
