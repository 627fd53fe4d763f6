//! PostgreSQL as the database of a region or a country: a pool of connections, each plan one flight of
//! prepared statements with its COMMIT; where many come at once, small ones share it (see [`turns`]).
//!
//! Plans run side by side. What one must not change while another looks at it is held (see [`crate::hold`]);
//! where the connection is lost in the middle, the log entry that every plan begins with tells whether it was
//! committed. Which numbers of the logs are final is told by [`settled`].

mod bulk;
pub(crate) mod citus;
mod flight;
mod joined;
mod meter;
mod reader;
mod settings;
mod settled;
pub(crate) mod texts;
mod tls;
mod turns;
pub(crate) mod values;
mod writer;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, QueueMode, RecyclingMethod,
    Runtime,
};
use jiff::Timestamp;
use tokio_postgres::{Client, NoTls};

use crate::error::{OpenError, StoreError};
use crate::log_tree::Numbers;
use crate::migrate::{self, Migrated};
use crate::plan::Plan;
use crate::query::Queries;
use joined::Joined;
pub use settings::{PostgresSettings, PostgresTls, Secret};
use settled::Settled;
use texts::Texts;
use tls::Tls;
use turns::Turns;
use values::{Trouble, refused};

/// An open database of PostgreSQL.
#[derive(Debug)]
pub struct Postgres(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: Pool,
    wait: Duration,
    /// How long a call is waited for. The server has limits of its own: this is for one that has vanished from the
    /// net, and for a COMMIT that waits for a standby.
    limit: Duration,
    texts: Texts,
    joined: Joined,
    settled: Settled,
    turns: Turns,
}

/// What a session of the pool is set to once it is there: nothing writes in it but what begins with
/// [`flight::BEGIN`]. It does not stand with its other settings, because it is by this one that the driver knows a
/// server that takes no writes.
const READ_ONLY: &str = "SET default_transaction_read_only = on";

/// Why there is no connection.
enum NoConnection {
    /// All are in use.
    Busy,
    /// The server does not answer, or does not let us in.
    Away(StoreError),
}

impl Postgres {
    pub(crate) async fn open(settings: &PostgresSettings) -> Result<Self, OpenError> {
        let database = Self(Arc::new(Inner {
            pool: pool(settings)?,
            wait: settings.wait,
            limit: settings.wait * 7,
            texts: Texts::default(),
            joined: Joined::default(),
            settled: Settled::default(),
            turns: Turns::default(),
        }));
        meter::register();
        let until = Instant::now() + settings.wait;
        let connection = database.0.connection(until).await.map_err(NoConnection::error)?;
        migrate::check(&migrate::postgres::applied(&connection).await?)?;
        if let Some(changed) = migrate::postgres::differences(&connection).await?.into_iter().next()
        {
            return Err(OpenError::SchemaChanged(changed));
        }
        look_at_settings(&connection).await?;
        Ok(database)
    }

    pub(crate) async fn commit(&self, plan: Plan) -> Result<(), StoreError> {
        // Whoever asked for it may go away; the plan is carried out.
        if turns::goes_with_others(&plan) {
            return self.0.in_turn(plan).await;
        }
        let inner = Arc::clone(&self.0);
        let committing = tokio::spawn(async move { inner.commit(&plan).await });
        committing.await.unwrap_or(Err(StoreError::Unsettled))
    }

    pub(crate) async fn commit_all(&self, plans: Vec<Plan>) -> Vec<Result<(), StoreError>> {
        let (inner, count) = (Arc::clone(&self.0), plans.len());
        let committing = tokio::spawn(async move { inner.commit_all(&plans).await });
        committing.await.unwrap_or_else(|_| vec![Err(StoreError::Unsettled); count])
    }

    pub(crate) async fn fetch<Q: Queries>(&self, queries: Q) -> Result<Q::Rows, StoreError> {
        self.0.fetch(queries).await
    }

    /// The numbers of the logs up to which nothing more will be committed.
    pub(crate) async fn settled(&self) -> Result<Numbers, StoreError> {
        self.0.settled().await
    }

    pub(crate) async fn schema_changes(&self) -> Result<i64, StoreError> {
        let connection = self.0.connection_to_look().await?;
        migrate::postgres::changes(&connection).await
    }

    pub(crate) async fn schema_differences(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.0.connection_to_look().await?;
        migrate::postgres::differences(&connection).await
    }
}

impl Inner {
    async fn connection(&self, until: Instant) -> Result<Object, NoConnection> {
        let left = until.saturating_duration_since(Instant::now());
        let _waiting = meter::waiting();
        let connection = match tokio::time::timeout(left, self.pool.get()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(
                PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)),
            )) => Err(NoConnection::Away(away(&error))),
            Ok(Err(PoolError::Closed)) => Err(NoConnection::Away(StoreError::Closed)),
            Ok(Err(_)) | Err(_) => Err(NoConnection::Busy),
        };
        meter::pool(&self.pool.status());
        connection
    }

    async fn connection_to_look(&self) -> Result<Object, StoreError> {
        self.connection(Instant::now() + self.wait).await.map_err(NoConnection::error)
    }
}

/// Lets a connection go that is not used again. Its place in the pool stays taken until the server has answered what
/// it was asked, or the connection has ended: a COMMIT that waits for a standby goes on waiting at the server when
/// nobody listens any more, and with another connection in place of each the server would soon have no room.
fn let_go(connection: Object) {
    tokio::spawn(async move {
        // Answered after all that was sent before; an error says that the connection has ended.
        let _ = connection.check_connection().await;
        drop(Object::take(connection));
    });
}

impl NoConnection {
    fn error(self) -> StoreError {
        match self {
            Self::Busy => StoreError::Busy,
            Self::Away(error) => error,
        }
    }
}

/// A server that cannot be reached is busy; one that does not let us in has failed.
fn away(error: &tokio_postgres::Error) -> StoreError {
    Trouble::of(error).error("postgres::connect")
}

pub(crate) async fn migrate(
    settings: &PostgresSettings,
    now: Timestamp,
    contract: bool,
) -> Result<Vec<i64>, OpenError> {
    let mut connection = connect_alone(settings).await?;
    migrate::postgres::apply(&mut connection, &settings.schema, now, contract).await
}

pub(crate) async fn status(settings: &PostgresSettings) -> Result<Vec<Migrated>, OpenError> {
    let connection = connect_alone(settings).await?;
    migrate::status(&migrate::postgres::applied(&connection).await?)
}

/// What is wrong with the schema. Pages and indexes are looked at by the server's own tools.
pub(crate) async fn faults(settings: &PostgresSettings) -> Result<Vec<String>, OpenError> {
    let connection = connect_alone(settings).await?;
    let changed = migrate::postgres::differences(&connection).await?;
    Ok(changed.into_iter().map(|part| format!("{part} is not as the migrations made it")).collect())
}

/// A connection beside the pool, without a limit of time for its statements: for upkeep. It ends with the client.
pub(crate) async fn connect_alone(settings: &PostgresSettings) -> Result<Client, OpenError> {
    let mut config = settings.config()?;
    config.options(format!("-c search_path={} -c timezone=UTC", settings.schema));
    let failed = |error| OpenError::Store(away(&error));
    if let Some(tls) = &settings.tls {
        let (client, connection) = config.connect(Tls(tls.client()?)).await.map_err(failed)?;
        tokio::spawn(connection);
        Ok(client)
    } else {
        let (client, connection) = config.connect(NoTls).await.map_err(failed)?;
        tokio::spawn(connection);
        Ok(client)
    }
}

/// A connection with the settings that those of the pool have.
#[cfg(test)]
pub(crate) async fn session(settings: &PostgresSettings) -> Client {
    let (client, connection) = settings.config().unwrap().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn pool(settings: &PostgresSettings) -> Result<Pool, OpenError> {
    let config = settings.config()?;
    let recycle = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = match &settings.tls {
        Some(tls) => Manager::from_config(config, Tls(tls.client()?), recycle),
        None => Manager::from_config(config, NoTls, recycle),
    };
    Pool::builder(manager)
        .max_size(settings.connections.max(1))
        // The one that was used last: the server's process behind it is warm, and those that are not needed rest.
        .queue_mode(QueueMode::Lifo)
        .create_timeout(Some(settings.wait))
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(
                async move { client.batch_execute(READ_ONLY).await.map_err(HookError::Backend) },
            )
        }))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|_| OpenError::Settings("the pool of connections cannot be made"))
}

/// What is acknowledged must be on disk: a server that answers before is told of. Where somebody has switched off
/// triggers for all sessions, references are not looked at any more: such a database is not served.
async fn look_at_settings(connection: &Object) -> Result<(), OpenError> {
    let sql = "SELECT current_setting('fsync'), current_setting('full_page_writes'),
        current_setting('session_replication_role')";
    let row = connection.query_one(sql, &[]).await.map_err(refused("postgres::open"))?;
    for (column, name) in ["fsync", "full_page_writes"].into_iter().enumerate() {
        if row.try_get::<_, &str>(column).is_ok_and(|value| value == "off") {
            tracing::warn!(
                setting = name,
                "the database server may lose what was acknowledged: a setting is off"
            );
        }
    }
    if row.try_get::<_, &str>(2).is_ok_and(|value| value == "origin") {
        Ok(())
    } else {
        Err(OpenError::SchemaChanged("the setting session_replication_role".to_owned()))
    }
}
