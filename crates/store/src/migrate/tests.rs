//! Migrations of the embedded database, and what holds for both.

use std::path::Path;

use rusqlite::{Connection, params_from_iter};

use super::sqlite::{self, MIGRATIONS, TABLE};
use super::{Effect, Migration, check, postgres};
use crate::breach::{Breach, BreachSource, Progress};
use crate::document::{self, ListFilter, ListOrder, ListedDocument, NewVersion, list_documents};
use crate::plan::{Statement, Value};
use crate::query::{json, keys};
use crate::samples::{at, client_file, document_oid, first_version, key, lookup, oid, stored};
use crate::{Database, OpenError, Settings, SqliteSettings, breach, client};

/// Once released, a migration is never changed: add another one.
const CHECKSUMS: &[(i64, &str, &str)] = &[
    (1, "initial", "5cb66dec8adbd0e84b26ca82df36e3d6b626639c487f9d3e6dd873e5a3c7b89c"),
    (2, "cases", "64a8c18788a9badeec8ab542f957d257bf2e7f4dcd9b2990ad876cec0385953b"),
    (3, "directories", "2869c4997b5d0b12603e9b22dd3495e62a7c5d2a011bd2ad67670d85dfbc5b88"),
    (4, "wills", "66ed7b0b8bc509020d1b1c9a430761797159733426274139f027636f2c523318"),
    (5, "outside", "80076a36afd2eaaf5addb501b1c347e914e71e1d2bbcd8a60dfeb560d1ced631"),
    (6, "citizens", "d30956ea9ea2e99af894a279bcd6c5b0156cb708d1cb50968e4226ff053de6ca"),
    (7, "log_tree", "23fa67cdf52042d5c24a049127868e84a9d580b2a79473a9a5c52fc6670e6392"),
    (8, "breaches", "0449d19cf513ba7f1452296c6a6eee7a02813429717f093396d8cc2f1c40b295"),
    (9, "supervision", "ae31b4f1a310100c830bc67267031e16081403ae5a8d87ca5582b6bfd5f7464e"),
    (10, "log_requests", "55436886320b513765a476505c55ea27b0e6ee58fc0d06534d38d34c157e8728"),
    (11, "reads_from", "c73b6be76ff287caaf4a19dd5d8e3e264e728320ddf3e2590cf141b6ee1b8c96"),
    (12, "hot_paths", "d55df2f21b2a72bd3c75094803dc0e672f78d3f07421220b30ad9c646e60f657"),
    (13, "listed_metadata", "c5a691fa01469e29bd0e7555090462964e619db11db11094eba379c6ee68e496"),
];

#[test]
fn migrations_are_numbered_from_one_and_unchanged() {
    let hex = |sum: Vec<u8>| sum.iter().fold(String::new(), |s, b| s + &format!("{b:02x}"));
    for (database, migrations, checksums) in [
        ("SQLite", MIGRATIONS, CHECKSUMS),
        ("PostgreSQL", postgres::MIGRATIONS, CHECKSUMS_OF_POSTGRES),
    ] {
        let found: Vec<_> =
            migrations.iter().map(|m| (m.version, m.name, hex(m.checksum()))).collect();
        let found: Vec<_> = found.iter().map(|(v, n, sum)| (*v, *n, sum.as_str())).collect();
        assert_eq!(found, checksums, "{database}");
        assert!(migrations.iter().zip(1..).all(|(m, n)| m.version == n), "{database}");
    }
}

#[test]
fn each_migration_has_a_twin_on_the_other_database() {
    let told = |m: &Migration| (m.version, m.name, m.effect);
    assert!(MIGRATIONS.iter().map(told).eq(postgres::MIGRATIONS.iter().map(told)));
}

/// The migrations of a later program: these and what comes after them.
pub(super) fn and_later(
    these: &[Migration],
    later: &[(&'static str, Effect)],
) -> &'static [Migration] {
    let later = later.iter().zip(these.len() + 1..).map(|((sql, effect), version)| Migration {
        version: i64::try_from(version).unwrap(),
        name: "later",
        sql,
        effect: *effect,
    });
    these.iter().cloned().chain(later).collect::<Vec<_>>().leak()
}

/// Of PostgreSQL's.
const CHECKSUMS_OF_POSTGRES: &[(i64, &str, &str)] = &[
    (1, "initial", "775d3a6aa539c1d2f8be412781384153fb0b8d717d065b20ec1d587dbb7cb060"),
    (2, "cases", "4d5edb49226427525ec5222c8786d8f3de1c312a776c9cd38e74e0f5531bdf3f"),
    (3, "directories", "e7fa1f6651c31ea0bcdae34ad4be9764b865eda1e7ab0bb4d7c2f1aed2e6bc67"),
    (4, "wills", "430d3b4c67b894e0f26128ce093e1b0322407712bbc48c6383e5a33078a95236"),
    (5, "outside", "6170c95d45e964134fd0e5537313e66fffcbecd85e14333fa0f63482962225ce"),
    (6, "citizens", "3480ab452d959c447a972a13ccc574ae41c6038c8d6a6592799df21acfd1b5cb"),
    (7, "log_tree", "5723dfb4cd5e0394979ecc698928cd336560fed0a11fc3e1034aa756d8575042"),
    (8, "breaches", "e2eadc8abe34c88acefae3e4524002f887dd6f403f21da47a485cca943312d06"),
    (9, "supervision", "cf88466c1f79955a633492a381909a4fbb335eeaa694b4295990cbd387177897"),
    (10, "log_requests", "931839efd73fc115c12e19571736b8d2a18ace79918b3fc9a726804246c24292"),
    (11, "reads_from", "1c025147cbaf999b6aea9b340cf1ada035f78311867967c60d6872726ef4eecf"),
    (12, "hot_paths", "b24311fa30c78e5879981c2e80e09f6fcd0474b5d839d72ac39635133ec8d4fc"),
    (13, "listed_metadata", "de1dc29ba65bcce1249045fa33b7cc9740282615f21a6f1d4da90c682a375dd9"),
];

/// What a later program adds, on either database.
pub(super) const ADDED: &str = "ALTER TABLE unit ADD COLUMN later text;
    CREATE TABLE later (name text NOT NULL PRIMARY KEY)";

fn sqlite_of(known: &'static [Migration], contract: bool) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    sqlite::apply_all(&connection, known, at(0), contract).unwrap();
    connection
}

#[test]
fn an_older_program_goes_on_beside_what_a_newer_one_has_added() {
    let newest = MIGRATIONS.len().try_into().unwrap();
    let newer = and_later(MIGRATIONS, &[(ADDED, Effect::Adds { reads_from: newest })]);
    let newer = sqlite_of(newer, false);
    let history = sqlite::applied(&newer).unwrap();
    check(&history).unwrap();
    assert_eq!(sqlite::differences(&newer).unwrap(), [] as [&str; 0]);
    let told = super::status(&history).unwrap().pop().unwrap();
    assert_eq!((told.version, &*told.name, told.applied_at), (newest + 1, "later", Some(at(0))));
    let hiding = "CREATE TRIGGER hide AFTER INSERT ON review BEGIN DELETE FROM review; END;
        DROP INDEX review_by_item";
    newer.execute_batch(hiding).unwrap();
    assert_eq!(sqlite::differences(&newer).unwrap(), ["index review_by_item", "trigger hide"]);
}

#[test]
fn a_program_that_is_too_old_for_what_was_added_or_changed_is_refused() {
    let newest: i64 = MIGRATIONS.len().try_into().unwrap();
    for effect in [Effect::Changes, Effect::TakesAway, Effect::Adds { reads_from: newest + 1 }] {
        let newer = sqlite_of(and_later(MIGRATIONS, &[(ADDED, effect)]), true);
        let refused = check(&sqlite::applied(&newer).unwrap());
        assert!(matches!(refused, Err(OpenError::Unknown(n)) if n == newest + 1), "{effect:?}");
    }
}

#[test]
fn what_takes_away_waits_until_it_is_asked_for() {
    let newest: i64 = MIGRATIONS.len().try_into().unwrap();
    let later = [
        ("ALTER TABLE breach_event DROP COLUMN kind", Effect::TakesAway),
        (ADDED, Effect::Adds { reads_from: newest }),
    ];
    let known = and_later(MIGRATIONS, &later);
    let database = sqlite_of(known, false);
    for contract in [false, true] {
        check(&sqlite::history(&database, known).unwrap()).unwrap();
        assert_eq!(sqlite::differences_from(&database, known).unwrap(), [] as [&str; 0]);
        let applied = sqlite::apply_all(&database, known, at(1), contract).unwrap();
        assert_eq!(applied, if contract { vec![newest + 1] } else { vec![] });
    }
    assert_eq!(sqlite::differences_from(&database, known).unwrap(), [] as [&str; 0]);
}

#[test]
fn a_database_that_has_not_been_migrated_or_has_another_text_is_refused() {
    let empty = Connection::open_in_memory().unwrap();
    let refused = check(&sqlite::applied(&empty).unwrap());
    assert!(matches!(refused, Err(OpenError::NotMigrated(1))), "{refused:?}");
    let database = sqlite_of(MIGRATIONS, false);
    database.execute_batch("UPDATE migration SET checksum = x'00' WHERE version = 3").unwrap();
    let refused = check(&sqlite::applied(&database).unwrap());
    assert!(matches!(refused, Err(OpenError::Changed(3))), "{refused:?}");
}

/// How documents were indexed before it was noted there whether they are joint.
const INDEX_ROW: &str = "INSERT INTO client_document (client_key, original_oid, newest, version,
        stored_at, annulled, controller, register, document_group, generation, structure,
        type_code, service_task, service_process, case_oid, provider, unit, author_organisation,
        written_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";

/// A database of the first so many schemas, with two clients and documents of theirs in it.
fn of_schemas(schemas: usize, file: &Path, documents: &[NewVersion]) {
    let connection = Connection::open(file).unwrap();
    connection.execute_batch(TABLE).unwrap();
    let run = |sql: &str, args: Vec<Value>| {
        connection.execute(sql, params_from_iter(args)).unwrap();
    };
    for migration in &MIGRATIONS[..schemas] {
        connection.execute_batch(migration.sql).unwrap();
        let note = "INSERT INTO migration (version, name, checksum, applied_at)
            VALUES ($1, $2, $3, 0)";
        let checksum = migration.checksum();
        run(note, vec![migration.version.into(), migration.name.into(), checksum.into()]);
    }
    for n in [1, 2] {
        let file = "INSERT INTO client (client_key, lookup, identifier, version, created_at)
            VALUES ($1, $2, x'010203', 1, $3)";
        run(file, vec![key(n).into(), (&lookup(n)).into(), at(0).into()]);
    }
    for statement in documents.iter().flat_map(|new| document::insert_first_version(new.clone())) {
        let (name, Statement { sql, mut args, .. }) = (statement.name(), statement);
        if name == "index::insert" {
            args.truncate(19);
            run(INDEX_ROW, args);
        } else {
            run(sql, args);
        }
    }
}

async fn is_brought_forward_with_what_is_in_it(schemas: usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let (new, joint) = (first_version(1, &[1]), first_version(2, &[1, 2]));
    of_schemas(schemas, &file, &[new.clone(), joint.clone()]);
    let settings = Settings::Sqlite(SqliteSettings::new(file));
    let applied = Database::migrate(&settings, at(1)).await.unwrap();
    let later: Vec<i64> = MIGRATIONS[schemas..].iter().map(|m| m.version).collect();
    assert_eq!(applied, later);
    assert_eq!(Database::faults(&settings).await.unwrap(), [] as [&str; 0]);
    let database = Database::open(&settings).await.unwrap();
    assert_eq!(database.fetch(client::find(key(1))).await, Ok(vec![client_file(1)]));
    for (client, expected) in [(1, &[(2, true), (1, false)][..]), (2, &[(2, true)])] {
        let order = ListOrder::NewestFirst;
        let all = list_documents(key(client), &ListFilter::default(), order, None, 50);
        let listed = database.fetch(all.unwrap()).await.unwrap();
        let told = |d: ListedDocument| (d.original_oid, d.joint, d.metadata);
        let listed: Vec<_> = listed.into_iter().map(told).collect();
        let metadata = |n| if n == 1 { &new.version.metadata } else { &joint.version.metadata };
        let expected = expected.iter().map(|(n, j)| (document_oid(*n), *j, metadata(*n).clone()));
        assert_eq!(listed, expected.collect::<Vec<_>>(), "whether it is joint, and what it is");
    }
    let found = database.fetch(document::find_document(&document_oid(1))).await;
    assert_eq!(found, Ok(vec![stored(&new)]));
    let of_case = document::documents_of_case(&document_oid(900), None, 50);
    assert_eq!(database.fetch(of_case).await, Ok(vec![stored(&new), stored(&joint)]));
    let content = database.fetch(document::contents_of(&document_oid(1))).await;
    assert_eq!(content, Ok(new.content));
}

/// REQ REG-07, LOG-07
#[tokio::test]
async fn what_controllers_had_been_told_of_stands_in_the_register_of_breaches() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    of_schemas(6, &file, &[]);
    let event = "INSERT INTO breach_event (id, at, controller, kind, documents, clients,
            organisation, user_id, log_entry)
        VALUES ($1, $2, $3, 'wrong-register', $4, $5, $6, 'S-2001', $1)";
    let (controller, producer) = (oid("1.2.246.10.99990001.19.0"), oid("1.2.246.10.99990002.10.0"));
    let args: Vec<Value> = vec![
        key(7).into(),
        at(5).into(),
        (&controller).into(),
        json(&[document_oid(1)]),
        keys(&[key(1)]),
        (&producer).into(),
    ];
    Connection::open(&file).unwrap().execute(event, params_from_iter(args)).unwrap();
    let settings = Settings::Sqlite(SqliteSettings::new(file));
    Database::migrate(&settings, at(9)).await.unwrap();
    let listed = breach::list(&controller, None, None, 10);
    let database = Database::open(&settings).await.unwrap();
    let expected = Breach {
        id: key(7),
        at: at(5),
        controller,
        aware_at: at(5),
        source: BreachSource::WrongRegister,
        documents: vec![document_oid(1)],
        clients: vec![key(1)],
        details: None,
        organisation: producer,
        user_id: "S-2001".to_owned(),
        steps: 0,
        progress: Progress::BEGINNING,
    };
    assert_eq!(database.fetch(listed).await, Ok(vec![expected]));
}

#[tokio::test]
async fn a_database_of_the_first_schema_is_brought_forward_with_what_is_in_it() {
    is_brought_forward_with_what_is_in_it(1).await;
}

#[tokio::test]
async fn a_database_from_before_wills_is_brought_forward_with_what_is_in_it() {
    is_brought_forward_with_what_is_in_it(3).await;
}
