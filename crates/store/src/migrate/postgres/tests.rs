//! Migrations of PostgreSQL while others work, and what is found where somebody has changed the schema.

use std::fmt::Write as _;
use std::path::Path;

use tokio_postgres::Client;
use varanto_postgres::{Server, TestDatabase};

use super::*;
use crate::contract;
use crate::migrate::tests::{ADDED, and_later};
use crate::migrate::{Effect, check};
use crate::postgres::connect_alone;
use crate::samples::at;
use crate::{Database, PostgresSettings, Settings};

fn settings(database: &TestDatabase) -> PostgresSettings {
    PostgresSettings::from_url(&database.url()).unwrap()
}

async fn connect(database: &TestDatabase) -> Client {
    connect_alone(&settings(database)).await.unwrap()
}

async fn apply_known(
    client: &mut Client,
    known: &'static [Migration],
    contract: bool,
) -> Result<Vec<i64>, OpenError> {
    apply_all(client, "varanto", known, at(0), contract).await
}

const NEWEST: i64 = 13;

fn adds(sql: &'static str) -> &'static [Migration] {
    and_later(MIGRATIONS, &[(sql, Effect::Adds { reads_from: NEWEST })])
}

/// Where migrations have changed the schema, `VARANTO_WRITE=1` writes the list of its parts anew.
#[tokio::test]
async fn the_parts_of_the_schema_are_listed() {
    let database = contract::migrated();
    let client = connect(&database).await;
    let mut list = String::new();
    for (name, form) in parts(&client).await.unwrap() {
        writeln!(list, "{name}: {form}").unwrap();
    }
    if std::env::var_os("VARANTO_WRITE").is_some() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres/schema.txt");
        std::fs::write(file, &list).unwrap();
    }
    assert!(list == SCHEMA, "the list is not as the migrations are: run with VARANTO_WRITE=1");
    assert!(list.lines().count() > 500);
}

#[tokio::test]
async fn of_two_programs_that_migrate_at_once_one_does() {
    let database = Server::shared().create_database();
    let (mut one, mut other) = (connect(&database).await, connect(&database).await);
    let (first, second) = tokio::join!(
        apply(&mut one, "varanto", at(0), false),
        apply(&mut other, "varanto", at(0), false)
    );
    let mut applied = [first.unwrap(), second.unwrap()];
    applied.sort();
    assert_eq!(applied, [vec![], (1..=NEWEST).collect()]);
    check(&super::applied(&one).await.unwrap()).unwrap();
    assert_eq!(differences(&one).await, Ok(vec![]));
}

/// Whoever comes after a migration that waits would wait behind it: it must not wait long.
#[tokio::test]
async fn a_migration_waits_for_whoever_works_and_lets_others_pass() {
    let database = contract::migrated();
    let (mut worker, writer) = (connect(&database).await, connect(&database).await);
    let mut migrating = connect(&database).await;
    let work = worker.transaction().await.unwrap();
    work.query("SELECT * FROM unit", &[]).await.unwrap();
    let migration = async { apply_known(&mut migrating, adds(ADDED), false).await };
    let others = async {
        // Until somebody waits for the table at all.
        let waits = "SELECT 1 FROM pg_locks WHERE relation = 'unit'::regclass AND NOT granted";
        while writer.query_opt(waits, &[]).await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let unit =
            "INSERT INTO unit (oid, organisation, name, valid_from) VALUES ('1', '2', '3', '4')";
        writer.execute(unit, &[]).await.unwrap();
        // The worker is still at it: the writer has passed the migration.
        work.commit().await.unwrap();
    };
    let (applied, ()) = tokio::join!(migration, others);
    assert_eq!(applied.unwrap(), [NEWEST + 1]);
}

#[tokio::test]
async fn an_older_program_goes_on_beside_what_a_newer_one_has_added() {
    let database = contract::migrated();
    let older = Settings::Postgres(Box::new(settings(&database)));
    let running = Database::open(&older).await.unwrap();
    let mut newer = connect(&database).await;
    let added = "ALTER TABLE unit ADD COLUMN later text;
        ALTER TABLE client_document ADD COLUMN later bigint;
        CREATE TABLE later (client_key uuid PRIMARY KEY REFERENCES client) PARTITION BY HASH (client_key);
        CREATE TABLE later_0 PARTITION OF later FOR VALUES WITH (MODULUS 1, REMAINDER 0);
        CREATE INDEX unit_by_later ON unit (later)";
    apply_known(&mut newer, adds(added), false).await.unwrap();
    assert_eq!(running.schema_differences().await, Ok(vec![]));
    Database::open(&older).await.unwrap();
    let told = Database::status(&older).await.unwrap().pop().unwrap();
    assert_eq!((told.version, &*told.name, told.applied_at), (NEWEST + 1, "later", Some(at(0))));
    assert_eq!(Database::migrate(&older, at(1)).await.unwrap(), [] as [i64; 0]);
    // What only somebody else than a migration would put in is seen all the same.
    let hiding =
        "CREATE FUNCTION hide() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER hide BEFORE INSERT ON use_entry FOR EACH ROW EXECUTE FUNCTION hide();
        CREATE TABLE more () INHERITS (client);
        DROP INDEX use_entry_by_controller;
        ALTER TABLE review ALTER COLUMN reason DROP NOT NULL";
    newer.batch_execute(hiding).await.unwrap();
    let found = running.schema_differences().await.unwrap();
    let expected = [
        "column review.reason",
        "function hide()",
        "index use_entry_by_controller",
        "table more",
        "trigger hide on use_entry",
    ];
    let seen = found.iter().filter(|name| !name.starts_with("trigger hide on use_entry_"));
    assert!(seen.eq(expected), "{found:?}");
}

#[tokio::test]
async fn a_program_that_is_too_old_or_finds_another_text_is_refused() {
    let database = contract::migrated();
    let mut client = connect(&database).await;
    let later = and_later(MIGRATIONS, &[(ADDED, Effect::Changes)]);
    apply_known(&mut client, later, false).await.unwrap();
    let settings = Settings::Postgres(Box::new(settings(&database)));
    let refused = Database::open(&settings).await.unwrap_err();
    assert!(matches!(refused, OpenError::Unknown(n) if n == NEWEST + 1), "{refused:?}");
    database.sql("UPDATE varanto.migration SET checksum = '' WHERE version = 3").unwrap();
    for refused in [
        Database::open(&settings).await.unwrap_err(),
        Database::migrate(&settings, at(1)).await.unwrap_err(),
    ] {
        assert!(matches!(refused, OpenError::Changed(3)), "{refused:?}");
    }
    let empty = Server::shared().create_database();
    let empty = Settings::Postgres(Box::new(self::settings(&empty)));
    let refused = Database::open(&empty).await.unwrap_err();
    assert!(matches!(refused, OpenError::NotMigrated(1)), "{refused:?}");
}

#[tokio::test]
async fn what_takes_away_waits_until_it_is_asked_for() {
    let known = and_later(MIGRATIONS, &[("DROP TABLE breach_event", Effect::TakesAway)]);
    let database = contract::migrated();
    let mut client = connect(&database).await;
    let mut expected = listed(SCHEMA);
    expected.retain(|name, _| !name.contains("breach_event"));
    for contract in [false, true] {
        let before = history(&client, known).await.unwrap();
        check(&before).unwrap();
        assert_eq!(differences_from(&client, &expected, &before).await, Ok(vec![]));
        let applied = apply_known(&mut client, known, contract).await.unwrap();
        assert_eq!(applied, if contract { vec![NEWEST + 1] } else { vec![] });
    }
    let after = history(&client, known).await.unwrap();
    assert_eq!(differences_from(&client, &expected, &after).await, Ok(vec![]));
    client.batch_execute("CREATE TABLE breach_event ()").await.unwrap();
    let found = differences_from(&client, &expected, &after).await;
    assert_eq!(found, Ok(vec!["table breach_event".to_owned()]));
}

/// REQ LOG-03: whatever could rewrite entries before they are sealed, or hide them from who looks.
#[tokio::test]
async fn each_change_of_the_schema_is_told_and_counted() {
    let database = contract::migrated();
    let client = connect(&database).await;
    let before = changes(&client).await.unwrap();
    client.batch_execute("UPDATE log_state SET size = 0; ANALYZE; VACUUM").await.ok();
    assert_eq!(changes(&client).await, Ok(before), "what is stored is no change");
    for (sql, part) in [
        ("DROP INDEX use_entry_by_client", "index use_entry_by_client"),
        (
            "DROP INDEX use_entry_by_client;
             CREATE INDEX use_entry_by_client ON use_entry (client_key, at, id) WHERE number > 7",
            "index use_entry_by_client",
        ),
        ("CREATE VIEW other AS SELECT 1 AS n", "view other"),
        ("CREATE RULE hide AS ON INSERT TO review DO INSTEAD NOTHING", "rule hide on review"),
        ("CREATE POLICY hide ON review USING (false)", "policy hide on review"),
        ("ALTER TABLE review ENABLE ROW LEVEL SECURITY", "table review"),
        ("ALTER TABLE use_entry_2026 SET UNLOGGED", "table use_entry_2026"),
        ("ALTER TABLE log_state ALTER COLUMN size SET DEFAULT 5", "column log_state.size"),
        (
            "ALTER TABLE use_entry_2027 ALTER COLUMN number SET DEFAULT 5",
            "column use_entry_2027.number",
        ),
        ("ALTER SEQUENCE use_entry_number INCREMENT 2", "sequence use_entry_number"),
        (
            "ALTER TABLE breach_step DROP CONSTRAINT breach_step_breach_fkey",
            "constraint breach_step_breach_fkey of breach_step",
        ),
        (
            "CREATE FUNCTION length(bytea) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "function varanto.length(bytea)",
        ),
        ("ALTER TABLE use_entry DETACH PARTITION use_entry_2035", "table use_entry_2035"),
        (
            "CREATE FUNCTION public.look() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
             CREATE EVENT TRIGGER look ON ddl_command_end EXECUTE FUNCTION public.look()",
            "event trigger look",
        ),
        ("CREATE PUBLICATION copy FOR TABLE review", "publication copy"),
        ("CREATE PUBLICATION copy FOR TABLES IN SCHEMA varanto", "publication copy"),
        ("CREATE PUBLICATION copy FOR ALL TABLES", "publication copy"),
    ] {
        client.batch_execute("BEGIN").await.unwrap();
        client.batch_execute(sql).await.unwrap();
        let found = differences(&client).await.unwrap();
        assert!(found.iter().any(|name| name == part), "{part}: {found:?}");
        assert_ne!(changes(&client).await.unwrap(), before, "{part}");
        client.batch_execute("ROLLBACK").await.unwrap();
        assert_eq!(differences(&client).await, Ok(vec![]));
    }
    client.batch_execute("BEGIN; ALTER TABLE breach_step DISABLE TRIGGER ALL").await.unwrap();
    let found = differences(&client).await.unwrap();
    assert!(found.iter().all(|name| name.starts_with("trigger RI_")) && !found.is_empty());
}

/// REQ LOG-03
#[tokio::test]
async fn a_table_that_is_published_later_is_told_and_one_of_somebody_else_is_not() {
    let database = contract::migrated();
    let client = connect(&database).await;
    let of_another =
        "CREATE TABLE public.other (n int); CREATE PUBLICATION copy FOR TABLE public.other";
    client.batch_execute(of_another).await.unwrap();
    assert_eq!(differences(&client).await, Ok(vec![]));
    let before = changes(&client).await.unwrap();
    client.batch_execute("ALTER PUBLICATION copy ADD TABLE review").await.unwrap();
    assert_ne!(changes(&client).await, Ok(before));
    assert_eq!(differences(&client).await, Ok(vec!["publication copy".to_owned()]));
}

/// A server serves as a role that owns nothing and may change no schema.
#[tokio::test]
async fn the_schema_is_looked_at_without_any_right_but_to_read() {
    let database = contract::migrated();
    let role = format!("reader_{}", database.name());
    let grant = format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA varanto TO {role};
         GRANT SELECT ON ALL TABLES IN SCHEMA varanto TO {role}"
    );
    database.sql(&grant).unwrap();
    let settings = PostgresSettings { user: role.clone(), ..settings(&database) };
    let settings = Settings::Postgres(Box::new(settings));
    let opened = Database::open(&settings).await.unwrap();
    assert!(opened.schema_changes().await.is_ok());
    assert_eq!(Database::faults(&settings).await.unwrap(), [] as [&str; 0]);
    assert!(Database::status(&settings).await.unwrap().iter().all(|m| m.applied_at.is_some()));
    drop(database.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}")));
}

/// Who made the schema need not let the one who migrates make others.
#[tokio::test]
async fn a_schema_that_was_made_for_its_owner_is_migrated_by_its_owner() {
    let database = Server::shared().create_database();
    let role = format!("owner_{}", database.name());
    let grant = format!("CREATE ROLE {role} LOGIN; CREATE SCHEMA varanto AUTHORIZATION {role}");
    database.sql(&grant).unwrap();
    let settings = PostgresSettings { user: role.clone(), ..settings(&database) };
    let settings = Settings::Postgres(Box::new(settings));
    assert_eq!(Database::migrate(&settings, at(0)).await.unwrap().len(), MIGRATIONS.len());
    Database::open(&settings).await.unwrap();
    drop(database.sql(&format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}")));
}
