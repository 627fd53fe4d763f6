//! Against a real PostgreSQL without Citus, and functions in a schema of the test that have the names and the forms
//! that Citus documents and refuse what it refuses.

use std::collections::BTreeMap;

use varanto_postgres::{Server, TestDatabase};

use super::*;
use crate::samples::at;
use crate::{Database, PostgresSettings};

const STAND_IN: &str = include_str!("stand_in.sql");

async fn migrated() -> (TestDatabase, PostgresSettings) {
    let database = Server::shared().create_database();
    let settings = PostgresSettings::from_url(&database.url()).unwrap();
    Database::migrate(&Settings::Postgres(settings.clone().into()), at(0)).await.unwrap();
    (database, settings)
}

async fn with_stand_in(settings: &PostgresSettings) -> Client {
    let client = connect_alone(settings).await.unwrap();
    client.batch_execute(STAND_IN).await.unwrap();
    client.batch_execute("SET search_path = varanto, citus_stand_in").await.unwrap();
    client
}

/// Every table, index, column and constraint of the schema, with its definition; how the rows of a table lie, told of
/// the whole where it stands with its parts.
async fn parts(client: &Client) -> BTreeMap<String, String> {
    let sql = "SELECT 'column ' || c.relname || '.' || attname,
            format_type(atttypid, atttypmod) || attnotnull::text || attcollation::text
        FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
        WHERE relnamespace = 'varanto'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND attnum > 0
            AND NOT attisdropped
        UNION ALL SELECT 'index ' || c.relname, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
        FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid
        WHERE c.relnamespace = 'varanto'::regnamespace AND NOT c.relispartition
        UNION ALL SELECT 'constraint ' || c.relname || '.' || conname, pg_get_constraintdef(k.oid)
        FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = conrelid
        WHERE connamespace = 'varanto'::regnamespace AND NOT c.relispartition AND conparentid = 0
        UNION ALL SELECT 'grants of ' || relname, (SELECT string_agg(line::text, ',' ORDER BY line::text)
            FROM unnest(relacl) AS line)
        FROM pg_class
        WHERE relnamespace = 'varanto'::regnamespace AND relacl IS NOT NULL AND NOT relispartition
        UNION ALL SELECT DISTINCT 'settings of ' || coalesce(inhparent::regclass, c.oid::regclass), reloptions::text
        FROM pg_class AS c LEFT JOIN pg_inherits ON inhrelid = c.oid
        WHERE relnamespace = 'varanto'::regnamespace AND relkind = 'r' AND reloptions IS NOT NULL";
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn without_the_extension_it_is_told_and_nothing_is_changed() {
    let (_database, settings) = migrated().await;
    let client = connect_alone(&settings).await.unwrap();
    let before = parts(&client).await;
    let told = distribute(&Settings::Postgres(settings.into())).await.unwrap_err();
    assert!(matches!(told, CitusError::NotInstalled), "{told}");
    assert_eq!(parts(&client).await, before);
}

#[tokio::test]
async fn the_embedded_store_is_refused() {
    let settings = Settings::Sqlite(crate::SqliteSettings::new("nowhere.db"));
    assert!(matches!(distribute(&settings).await, Err(CitusError::Embedded)));
}

#[tokio::test]
async fn tables_that_grow_with_documents_go_where_each_is_asked_for() {
    let (_database, settings) = migrated().await;
    let mut client = with_stand_in(&settings).await;
    judge_nodes(nodes(&client).await.unwrap()).unwrap();
    move_tables(&mut client).await.unwrap();
    let calls =
        "SELECT concat_ws(' ', function, relation, by_column, beside) FROM citus_stand_in.call
        ORDER BY number";
    let calls: Vec<String> =
        client.query(calls, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(
        calls,
        [
            "create_reference_table document",
            "create_distributed_table document_version oid none",
            "create_distributed_table content version_oid document_version",
            "create_distributed_table client_document client_key none",
            "create_distributed_table client_document_service client_key client_document",
            "create_distributed_table client_document_link client_key client_document",
        ]
    );
    let mut moved: Vec<_> =
        calls.iter().map(|call| call.split(' ').nth(1).unwrap().to_owned()).collect();
    moved.sort();
    assert_eq!(moved, MOVED);
}

#[tokio::test]
async fn what_was_moved_keeps_its_rows_columns_indexes_settings_and_grants() {
    let (_database, settings) = migrated().await;
    let mut client = with_stand_in(&settings).await;
    let rows = "INSERT INTO document (original_oid, newest, version, stored_at, controller, register,
            document_group, generation, author_organisation, written_at, services, clients)
        SELECT n::text, n::text, 1, n, 'c', 'r', 'g', 'x', 'a', 1, '[]', '' FROM generate_series(1, 100) AS n;
        GRANT INSERT, SELECT ON document TO PUBLIC";
    client.batch_execute(rows).await.unwrap();
    let before = parts(&client).await;
    for table in ["client_document", "content", "document_version"] {
        let settings = before.get(&format!("settings of {table}")).unwrap();
        assert!(settings.contains("toast_tuple_target="), "{table}: {settings}");
    }
    move_tables(&mut client).await.unwrap();
    let after = parts(&client).await;
    let lost: Vec<_> =
        before.iter().filter(|(name, text)| after.get(*name) != Some(text)).collect();
    let lost: Vec<_> = lost.iter().map(|(name, _)| name.as_str()).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert_eq!(after.keys().find(|name| !before.contains_key(*name)), None);
    let sums = "SELECT count(*), sum(stored_at)::bigint FROM document";
    let row = client.query_one(sums, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (100, 5050));
}

#[tokio::test]
async fn it_is_done_once() {
    let (_database, settings) = migrated().await;
    let mut client = with_stand_in(&settings).await;
    move_tables(&mut client).await.unwrap();
    let told = judge_nodes(nodes(&client).await.unwrap()).unwrap_err();
    assert!(matches!(told, CitusError::Done), "{told}");
}

#[tokio::test]
async fn what_the_database_refuses_undoes_all_of_it() {
    let (_database, settings) = migrated().await;
    let mut client = with_stand_in(&settings).await;
    // Known already, and so the last step but one is refused.
    let known = "INSERT INTO citus_stand_in.call (function, relation) VALUES ('before', 'client_document_link')";
    client.batch_execute(known).await.unwrap();
    let before = parts(&client).await;
    let told = move_tables(&mut client).await.unwrap_err();
    assert_eq!(
        told.to_string(),
        "the database refused to distribute the tables: table client_document_link is already distributed (code \
         P0001); nothing has been changed"
    );
    assert_eq!(parts(&client).await, before);
}

#[test]
fn each_thing_that_is_missing_is_named() {
    let told = |available, version| judge_extension(available, version).unwrap_err().to_string();
    assert!(told(false, None).contains("shared_preload_libraries"));
    assert!(told(true, None).contains("CREATE EXTENSION citus"));
    assert!(told(true, Some("11.1-1")).starts_with("version 11.1-1 of citus is too old"));
    assert!(told(true, Some("9.5-1")).contains("too old"));
    for good in ["11.2-1", "12.0-1", "12.1-1", "13.0-1"] {
        assert!(judge_extension(true, Some(good)).is_ok(), "{good}");
    }
    let all = Nodes { on_coordinator: true, coordinators: 1, workers: 2, distributed: 0 };
    assert!(judge_nodes(all).is_ok());
    let told = |nodes| judge_nodes(nodes).unwrap_err();
    assert!(matches!(told(Nodes { on_coordinator: false, ..all }), CitusError::NotCoordinator));
    assert!(matches!(told(Nodes { coordinators: 0, ..all }), CitusError::NotAmongNodes));
    assert!(matches!(told(Nodes { workers: 0, ..all }), CitusError::NoWorkers));
    assert!(matches!(told(Nodes { distributed: 6, ..all }), CitusError::Done));
}
