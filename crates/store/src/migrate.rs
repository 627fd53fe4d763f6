//! Migrations: numbered texts that bring a schema forward, each applied once and never changed after.
//!
//! The database keeps the number, name and checksum of what was applied. A schema that this program
//! does not know, or a text that has changed, is refused rather than guessed at.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;

use crate::error::OpenError;

/// A migration as this program has it.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

impl Migration {
    fn checksum(&self) -> Vec<u8> {
        digest(&SHA256, self.sql.as_bytes()).as_ref().to_vec()
    }
}

/// A migration as the database has it.
pub(crate) struct Applied {
    version: i64,
    checksum: Vec<u8>,
    at: Timestamp,
}

/// A migration and when it was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// Its number, from 1.
    pub version: i64,
    /// Its name.
    pub name: &'static str,
    /// When it was applied; `None` if it is still to come.
    pub applied_at: Option<Timestamp>,
}

/// Is the schema exactly the one of this program?
pub(crate) fn check(applied: &[Applied]) -> Result<(), OpenError> {
    match status(applied)?.iter().find(|m| m.applied_at.is_none()) {
        Some(pending) => Err(OpenError::NotMigrated(pending.version)),
        None => Ok(()),
    }
}

/// Each known migration with its state; refuses what is unknown or has changed.
pub(crate) fn status(applied: &[Applied]) -> Result<Vec<Migrated>, OpenError> {
    for a in applied {
        let known = sqlite::MIGRATIONS.iter().find(|m| m.version == a.version);
        if known.ok_or(OpenError::Unknown(a.version))?.checksum() != a.checksum {
            return Err(OpenError::Changed(a.version));
        }
    }
    let at = |version| applied.iter().find(|a| a.version == version).map(|a| a.at);
    let state =
        |m: &Migration| Migrated { version: m.version, name: m.name, applied_at: at(m.version) };
    Ok(sqlite::MIGRATIONS.iter().map(state).collect())
}

pub(crate) mod sqlite {
    //! The migrations of the embedded database.

    use std::collections::{BTreeMap, BTreeSet};

    use jiff::Timestamp;
    use rusqlite::{Connection, OptionalExtension as _};

    use super::{Applied, Migration, status};
    use crate::error::{OpenError, StoreError};
    use crate::plan::Value;
    use crate::query::Row as _;
    use crate::sqlite::failed;

    pub(crate) const MIGRATIONS: &[Migration] = &[
        Migration {
            version: 1,
            name: "initial",
            sql: include_str!("../migrations/sqlite/0001_initial.sql"),
        },
        Migration {
            version: 2,
            name: "cases",
            sql: include_str!("../migrations/sqlite/0002_cases.sql"),
        },
        Migration {
            version: 3,
            name: "directories",
            sql: include_str!("../migrations/sqlite/0003_directories.sql"),
        },
        Migration {
            version: 4,
            name: "wills",
            sql: include_str!("../migrations/sqlite/0004_wills.sql"),
        },
        Migration {
            version: 5,
            name: "outside",
            sql: include_str!("../migrations/sqlite/0005_outside.sql"),
        },
        Migration {
            version: 6,
            name: "citizens",
            sql: include_str!("../migrations/sqlite/0006_citizens.sql"),
        },
        Migration {
            version: 7,
            name: "log_tree",
            sql: include_str!("../migrations/sqlite/0007_log_tree.sql"),
        },
        Migration {
            version: 8,
            name: "breaches",
            sql: include_str!("../migrations/sqlite/0008_breaches.sql"),
        },
        Migration {
            version: 9,
            name: "supervision",
            sql: include_str!("../migrations/sqlite/0009_supervision.sql"),
        },
        Migration {
            version: 10,
            name: "log_requests",
            sql: include_str!("../migrations/sqlite/0010_log_requests.sql"),
        },
    ];

    pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, \
                         name TEXT NOT NULL, checksum BLOB NOT NULL, applied_at INTEGER NOT NULL) STRICT";
    const EXISTS: &str = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'";
    const APPLIED: &str = "SELECT version, checksum, applied_at FROM migration ORDER BY version";
    /// Without the tables and indexes that the database makes for itself.
    const PARTS: &str = "SELECT type, name, sql FROM sqlite_schema \
                         WHERE type NOT IN ('table', 'index') OR substr(name, 1, 7) <> 'sqlite_'";
    const NOTE: &str =
        "INSERT INTO migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";

    /// What has been applied; nothing where there is no schema yet.
    pub(crate) fn applied(connection: &Connection) -> Result<Vec<Applied>, StoreError> {
        let read = || -> rusqlite::Result<Vec<_>> {
            if connection.query_row(EXISTS, [], |_| Ok(())).optional()?.is_none() {
                return Ok(Vec::new());
            }
            let mut statement = connection.prepare(APPLIED)?;
            let rows = statement.query_map([], |row| {
                Ok((|| {
                    let (version, checksum) = (row.int(0)?, row.bytes(1)?.to_vec());
                    Ok(Applied { version, checksum, at: row.instant(2)? })
                })())
            })?;
            rows.collect()
        };
        let rows = read().map_err(|e| failed("migrate::applied", &e))?;
        let corrupt = |source| StoreError::Corrupt { statement: "migrate::applied", source };
        rows.into_iter().map(|row| row.map_err(corrupt)).collect()
    }

    /// Applies what is missing in one transaction, under the write lock from its start.
    pub(crate) fn apply(connection: &Connection, now: Timestamp) -> Result<Vec<i64>, OpenError> {
        let run =
            |sql: &str| connection.execute_batch(sql).map_err(|e| failed("migrate::apply", &e));
        run("BEGIN IMMEDIATE")?;
        let outcome = apply_missing(connection, now);
        run(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        outcome
    }

    /// What the schema has otherwise than the migrations make it, by kind and name: what is missing, changed,
    /// or was put in, such as a trigger. An index with another text can hide rows from whoever searches by it.
    pub(crate) fn differences(connection: &Connection) -> Result<Vec<String>, StoreError> {
        let compare = || -> rusqlite::Result<Vec<String>> {
            let fresh = Connection::open_in_memory()?;
            fresh.execute_batch(TABLE)?;
            for migration in MIGRATIONS {
                fresh.execute_batch(migration.sql)?;
            }
            let (expected, found) = (parts(&fresh)?, parts(connection)?);
            let names = expected.keys().chain(found.keys()).collect::<BTreeSet<_>>();
            let differs = |name: &&&String| expected.get(**name) != found.get(**name);
            Ok(names.iter().filter(differs).map(ToString::to_string).collect())
        };
        compare().map_err(|e| failed("migrate::differences", &e))
    }

    /// Everything in a schema by kind and name, with its text.
    fn parts(connection: &Connection) -> rusqlite::Result<BTreeMap<String, Option<String>>> {
        let mut statement = connection.prepare(PARTS)?;
        let part = |row: &rusqlite::Row<'_>| {
            let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
            Ok((format!("{kind} {name}"), row.get(2)?))
        };
        statement.query_map([], part)?.collect()
    }

    fn apply_missing(connection: &Connection, now: Timestamp) -> Result<Vec<i64>, OpenError> {
        let failed = |e| failed("migrate::apply", &e);
        connection.execute_batch(TABLE).map_err(failed)?;
        let states = status(&applied(connection)?)?;
        let mut fresh = Vec::new();
        for (migration, state) in MIGRATIONS.iter().zip(states) {
            if state.applied_at.is_none() {
                connection.execute_batch(migration.sql).map_err(failed)?;
                let note: [Value; 4] = [
                    migration.version.into(),
                    migration.name.into(),
                    migration.checksum().into(),
                    now.into(),
                ];
                connection.execute(NOTE, rusqlite::params_from_iter(note)).map_err(failed)?;
                fresh.push(migration.version);
            }
        }
        Ok(fresh)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rusqlite::{Connection, params_from_iter};

    use super::sqlite::{MIGRATIONS, TABLE};
    use crate::breach::{Breach, BreachSource, Progress};
    use crate::document::{self, ListFilter, ListOrder, NewVersion, list_documents};
    use crate::plan::{Statement, Value};
    use crate::query::{json, keys};
    use crate::samples::{at, client_file, document_oid, first_version, key, lookup, oid, stored};
    use crate::{Database, Settings, SqliteSettings, breach, client};

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
    ];

    #[test]
    fn migrations_are_numbered_from_one_and_unchanged() {
        let hex = |sum: Vec<u8>| sum.iter().fold(String::new(), |s, b| s + &format!("{b:02x}"));
        let found: Vec<_> =
            MIGRATIONS.iter().map(|m| (m.version, m.name, hex(m.checksum()))).collect();
        let found: Vec<_> = found.iter().map(|(v, n, sum)| (*v, *n, sum.as_str())).collect();
        assert_eq!(found, CHECKSUMS);
        assert!(MIGRATIONS.iter().zip(1..).all(|(m, n)| m.version == n));
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
            let note = "INSERT INTO migration VALUES ($1, $2, $3, 0)";
            let checksum = migration.checksum();
            run(note, vec![migration.version.into(), migration.name.into(), checksum.into()]);
        }
        for n in [1, 2] {
            let file = "INSERT INTO client (client_key, lookup, identifier, version, created_at)
                VALUES ($1, $2, x'010203', 1, $3)";
            run(file, vec![key(n).into(), (&lookup(n)).into(), at(0).into()]);
        }
        for statement in
            documents.iter().flat_map(|new| document::insert_first_version(new.clone()))
        {
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
        let applied = Database::migrate(&settings, at(1)).unwrap();
        let later: Vec<i64> = MIGRATIONS[schemas..].iter().map(|m| m.version).collect();
        assert_eq!(applied, later);
        assert_eq!(Database::faults(&settings).unwrap(), [] as [&str; 0]);
        let database = Database::open(&settings).unwrap();
        assert_eq!(database.fetch(client::find(key(1))).await, Ok(vec![client_file(1)]));
        for (client, expected) in [(1, &[(2, true), (1, false)][..]), (2, &[(2, true)])] {
            let order = ListOrder::NewestFirst;
            let all = list_documents(key(client), &ListFilter::default(), order, None, 50);
            let listed = database.fetch(all.unwrap()).await.unwrap();
            let listed: Vec<_> = listed.into_iter().map(|d| (d.original_oid, d.joint)).collect();
            let expected: Vec<_> = expected.iter().map(|(n, j)| (document_oid(*n), *j)).collect();
            assert_eq!(listed, expected, "whether it is joint");
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
        let (controller, producer) =
            (oid("1.2.246.10.99990001.19.0"), oid("1.2.246.10.99990002.10.0"));
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
        Database::migrate(&settings, at(9)).unwrap();
        let listed = breach::list(&controller, None, None, 10);
        let database = Database::open(&settings).unwrap();
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
}
