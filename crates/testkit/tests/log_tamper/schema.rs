//! Whoever changes the schema could rewrite entries before they are sealed, or hide them: nothing is sealed while
//! anything is there that the migrations have not made, and no server starts over it.

use varanto::server::open_service;
use varanto_store::testing::Hand;
use varanto_testkit::{TestServer, TestStore};

use crate::given::sealed;
use crate::scene::Scene;
use crate::stopped::{early, is_ready_again, is_told};

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
        is_told(&server, &before, what).await;
        let refused = Box::pin(open_service(&server.config(), &[])).await.err();
        let refused = refused.unwrap_or_else(|| panic!("{what}: a server starts")).to_string();
        assert!(refused.contains("the store cannot be opened"), "{what}: {refused}");
        hand.execute(&undone).unwrap_or_else(|error| panic!("{what}: {error}"));
        sealed(&before).await;
        is_ready_again(&server).await;
    }
}
