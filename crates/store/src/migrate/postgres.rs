//! The migrations of PostgreSQL.

use jiff::Timestamp;
use tokio_postgres::Client;

use super::{Applied, Migration, status};
use crate::error::{OpenError, StoreError};
use crate::postgres::values::refused;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "initial",
        sql: include_str!("../../migrations/postgres/0001_initial.sql"),
    },
    Migration {
        version: 2,
        name: "cases",
        sql: include_str!("../../migrations/postgres/0002_cases.sql"),
    },
    Migration {
        version: 3,
        name: "directories",
        sql: include_str!("../../migrations/postgres/0003_directories.sql"),
    },
    Migration {
        version: 4,
        name: "wills",
        sql: include_str!("../../migrations/postgres/0004_wills.sql"),
    },
    Migration {
        version: 5,
        name: "outside",
        sql: include_str!("../../migrations/postgres/0005_outside.sql"),
    },
    Migration {
        version: 6,
        name: "citizens",
        sql: include_str!("../../migrations/postgres/0006_citizens.sql"),
    },
    Migration {
        version: 7,
        name: "log_tree",
        sql: include_str!("../../migrations/postgres/0007_log_tree.sql"),
    },
    Migration {
        version: 8,
        name: "breaches",
        sql: include_str!("../../migrations/postgres/0008_breaches.sql"),
    },
    Migration {
        version: 9,
        name: "supervision",
        sql: include_str!("../../migrations/postgres/0009_supervision.sql"),
    },
    Migration {
        version: 10,
        name: "log_requests",
        sql: include_str!("../../migrations/postgres/0010_log_requests.sql"),
    },
];

pub(crate) async fn apply(
    client: &mut Client,
    schema: &str,
    now: Timestamp,
    _contract: bool,
) -> Result<Vec<i64>, OpenError> {
    let fail = || refused("migrate::apply");
    client.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {schema}; CREATE TABLE IF NOT EXISTS migration (version bigint PRIMARY KEY, name text NOT NULL, checksum bytea NOT NULL, applied_at bigint NOT NULL)")).await.map_err(fail())?;
    let states = status(MIGRATIONS, &applied(client).await?)?;
    let mut fresh = vec![];
    let transaction = client.transaction().await.map_err(fail())?;
    for (migration, state) in MIGRATIONS.iter().zip(states) {
        if state.applied_at.is_none() {
            transaction.batch_execute(migration.sql).await.map_err(fail())?;
            transaction
                .execute(
                    "INSERT INTO migration VALUES ($1, $2, $4, $3)",
                    &[&migration.version, &migration.name, &now.as_microsecond(), &migration.checksum()],
                )
                .await
                .map_err(fail())?;
            fresh.push(migration.version);
        }
    }
    transaction.commit().await.map_err(fail())?;
    Ok(fresh)
}

pub(crate) async fn applied(client: &Client) -> Result<Vec<Applied>, StoreError> {
    let rows = client
        .query("SELECT version, checksum, applied_at FROM migration ORDER BY version", &[])
        .await
        .map_err(refused("migrate::applied"))?;
    let read = |row: &tokio_postgres::Row| {
        use crate::query::Row as _;
        Ok(Applied { version: row.int(0)?, checksum: row.bytes(1)?.to_vec(), at: row.instant(2)? })
    };
    let corrupt = |source| StoreError::Corrupt { statement: "migrate::applied", source };
    rows.iter().map(|row| read(row).map_err(corrupt)).collect()
}

pub(crate) async fn differences(_: &Client) -> Result<Vec<String>, StoreError> {
    Ok(vec![])
}

pub(crate) async fn changes(_: &Client) -> Result<i64, StoreError> {
    Ok(0)
}
