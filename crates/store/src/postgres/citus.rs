//! What `varanto migrate --citus` does: it hands the tables that grow with the documents to Citus, which lays them
//! over many servers. Everything else stays on the coordinator, as the migrations made it.
//!
//! It is done once and in one transaction: where something is missing, it is told and nothing is changed. Which
//! table goes where, and why, is told beside the statements (`citus/*.sql`) and in decision 0021. No use case and
//! no statement knows of it.

use tokio_postgres::{Client, Transaction};

use super::values::refused;
use super::{connect_alone, status};
use crate::database::Settings;
use crate::error::{OpenError, StoreError};

/// The tables that leave the coordinator.
pub(crate) const MOVED: [&str; 6] = [
    "client_document",
    "client_document_link",
    "client_document_service",
    "content",
    "document",
    "document_version",
];

const WHOLE: &str = include_str!("citus/whole.sql");
const DISTRIBUTE: &str = include_str!("citus/distribute.sql");

/// Joins of what every node has with what is cut came with this version.
const OLDEST: (u32, u32) = (11, 2);

/// Whether the program is there at all, and in this database.
const EXTENSION: &str = "SELECT
    (SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'),
    (SELECT extversion FROM pg_extension WHERE extname = 'citus')";

/// Which node this is, which there are, and whether tables are distributed.
const NODES: &str = "SELECT
    (SELECT groupid = 0 FROM pg_dist_local_group),
    (SELECT count(*) FROM pg_dist_node WHERE groupid = 0 AND isactive),
    (SELECT count(*) FROM pg_dist_node WHERE groupid <> 0 AND isactive AND shouldhaveshards
        AND noderole::text = 'primary'),
    (SELECT count(*) FROM pg_dist_partition AS p JOIN pg_class AS c ON c.oid = p.logicalrelid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY ($1))";

/// Nobody migrates meanwhile; who uses the tables is waited for, but not long. With foreign keys to tables on every
/// node, one connection to each node has to do all of it.
const BEFORE: &str = "SET LOCAL lock_timeout = '10s';
    LOCK TABLE migration IN SHARE ROW EXCLUSIVE MODE;
    LOCK TABLE client, case_file, document, document_version, content, client_document, client_document_service,
        client_document_link IN ACCESS EXCLUSIVE MODE;
    SET LOCAL citus.multi_shard_modify_mode = 'sequential'";

/// Why the tables are not distributed. Nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum CitusError {
    /// The store is no PostgreSQL.
    #[error("the store is embedded: only one on PostgreSQL can be distributed")]
    Embedded,
    /// The database server does not have the extension.
    #[error(
        "the database server has no extension citus: install it on every node, add citus to \
         shared_preload_libraries, and restart them (docs/operations/citus.md)"
    )]
    NotInstalled,
    /// The extension is not in this database.
    #[error(
        "the extension is not in this database: run CREATE EXTENSION citus in it, on every node"
    )]
    NotCreated,
    /// A version in which joins are refused that the store's statements need.
    #[error("version {0} of citus is too old: 11.2 or newer is needed")]
    TooOld(String),
    /// Another node than the one that all servers speak to.
    #[error("this is not the coordinator: name its host in the configuration")]
    NotCoordinator,
    /// The coordinator does not stand among the nodes, so that no local table can lead to one on every node.
    #[error(
        "the coordinator is not among the nodes: run SELECT citus_set_coordinator_host('its name')"
    )]
    NotAmongNodes,
    /// There is nobody to take shards.
    #[error("there is no worker: run SELECT citus_add_node('its name', 5432) for each")]
    NoWorkers,
    /// It was done before.
    #[error("the tables are distributed already")]
    Done,
    /// The database refused a step. Its own words are about the schema, never about rows.
    #[error("the database refused to {doing}: {reason} (code {code}); nothing has been changed")]
    Refused {
        /// The step.
        doing: &'static str,
        /// The database's words.
        reason: String,
        /// Its code.
        code: String,
    },
    /// The database cannot be opened, or is of another schema than this program's.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// What Citus tells of its nodes.
#[derive(Clone, Copy)]
struct Nodes {
    on_coordinator: bool,
    coordinators: i64,
    workers: i64,
    distributed: i64,
}

/// Distributes the tables of a store that is of this program's schema. Servers may run, and are kept waiting.
pub async fn distribute(settings: &Settings) -> Result<(), CitusError> {
    let Settings::Postgres(settings) = settings else { return Err(CitusError::Embedded) };
    let mut client = connect_alone(settings).await?;
    let (available, version) = extension(&client).await.map_err(OpenError::Store)?;
    judge_extension(available, version.as_deref())?;
    let migrations = status(settings).await?;
    if let Some(missing) = migrations.iter().find(|migration| migration.applied_at.is_none()) {
        return Err(OpenError::NotMigrated(missing.version).into());
    }
    judge_nodes(nodes(&client).await.map_err(OpenError::Store)?)?;
    move_tables(&mut client).await
}

async fn extension(client: &Client) -> Result<(bool, Option<String>), StoreError> {
    let fail = || refused("citus::extension");
    let row = client.query_one(EXTENSION, &[]).await.map_err(fail())?;
    let available: i64 = row.try_get(0).map_err(fail())?;
    Ok((available > 0, row.try_get(1).map_err(fail())?))
}

async fn nodes(client: &Client) -> Result<Nodes, StoreError> {
    let fail = || refused("citus::nodes");
    let row = client.query_one(NODES, &[&MOVED.as_slice()]).await.map_err(fail())?;
    Ok(Nodes {
        on_coordinator: row.try_get::<_, Option<bool>>(0).map_err(fail())?.unwrap_or(false),
        coordinators: row.try_get(1).map_err(fail())?,
        workers: row.try_get(2).map_err(fail())?,
        distributed: row.try_get(3).map_err(fail())?,
    })
}

fn judge_extension(available: bool, version: Option<&str>) -> Result<(), CitusError> {
    let version = match (available, version) {
        (_, Some(version)) => version,
        (true, None) => return Err(CitusError::NotCreated),
        (false, None) => return Err(CitusError::NotInstalled),
    };
    // Such as 12.1-1.
    let mut numbers = version.split(['.', '-']).map(|part| part.parse().unwrap_or(0));
    let number = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if number < OLDEST { Err(CitusError::TooOld(version.to_owned())) } else { Ok(()) }
}

const fn judge_nodes(nodes: Nodes) -> Result<(), CitusError> {
    match nodes {
        Nodes { on_coordinator: false, .. } => Err(CitusError::NotCoordinator),
        Nodes { distributed: 1.., .. } => Err(CitusError::Done),
        Nodes { coordinators: ..=0, .. } => Err(CitusError::NotAmongNodes),
        Nodes { workers: ..=0, .. } => Err(CitusError::NoWorkers),
        Nodes { .. } => Ok(()),
    }
}

/// All of it, or nothing.
async fn move_tables(client: &mut Client) -> Result<(), CitusError> {
    let begin = "begin a transaction";
    let transaction = client.transaction().await.map_err(|e| no(begin, &e))?;
    step(&transaction, "lock the tables", BEFORE).await?;
    step(&transaction, "make the tables whole", WHOLE).await?;
    step(&transaction, "distribute the tables", DISTRIBUTE).await?;
    transaction.commit().await.map_err(|e| no("commit", &e))
}

async fn step(
    transaction: &Transaction<'_>,
    doing: &'static str,
    sql: &str,
) -> Result<(), CitusError> {
    transaction.batch_execute(sql).await.map_err(|e| no(doing, &e))
}

/// The message of the database tells of tables and settings; values stand in its detail, which is left out.
fn no(doing: &'static str, error: &tokio_postgres::Error) -> CitusError {
    let (code, reason) = match error.as_db_error() {
        Some(error) => (error.code().code().to_owned(), error.message().to_owned()),
        None => ("none".to_owned(), "the connection was lost".to_owned()),
    };
    CitusError::Refused { doing, reason, code }
}

#[cfg(test)]
mod tests;
