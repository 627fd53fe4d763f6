//! Up to which numbers the logs are final.
//!
//! An entry takes its number when it is written and shows when its transaction commits: number 7 may show
//! before number 6 does. A transaction takes its own identifier before its first number (see the defaults in
//! the schema). So: note the numbers that were given out, take an identifier, and once every transaction with a
//! lower one has ended, nothing up to those numbers will come any more.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::Object;
use tokio::time::sleep;

use super::Inner;
use super::values::refused;
use crate::error::StoreError;
use crate::log_tree::Numbers;

/// What was found out last, and what is waited for.
#[derive(Debug, Default)]
pub(super) struct Settled(Mutex<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    settled: Numbers,
    pending: Option<Pending>,
}

/// Numbers that are final once every transaction before this one has ended.
#[derive(Clone, Copy, Debug)]
struct Pending {
    given_out: Numbers,
    before: i64,
}

/// Transactions are short: most have ended after a moment.
const MOMENTS: u32 = 10;
const MOMENT: Duration = Duration::from_millis(5);

const GIVEN_OUT: &str = "-- settled::given_out
SELECT (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM use_entry_number),
    (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM disclosure_entry_number),
    (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM administrative_entry_number)";

const TAKE: &str = "-- settled::take
SELECT pg_current_xact_id()::text::bigint";

const OLDEST: &str = "-- settled::oldest
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

impl Inner {
    pub(super) async fn settled(&self) -> Result<Numbers, StoreError> {
        let connection = self.connection(Instant::now() + self.wait).await;
        let connection = connection.map_err(super::NoConnection::error)?;
        let state = *self.settled.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pending = match state.pending {
            Some(pending) => pending,
            None => pending(&connection).await?,
        };
        let mut found = State { pending: Some(pending), ..state };
        for _ in 0..MOMENTS {
            if number(&connection, OLDEST).await? > pending.before {
                found = State { settled: pending.given_out, pending: None };
                break;
            }
            sleep(MOMENT).await;
        }
        *self.settled.0.lock().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(found.settled)
    }
}

/// The numbers first, the identifier after them: whoever took one of those numbers has a lower identifier.
async fn pending(connection: &Object) -> Result<Pending, StoreError> {
    let prepared =
        connection.prepare_cached(GIVEN_OUT).await.map_err(refused("settled::given_out"))?;
    let row = connection.query_one(&prepared, &[]).await.map_err(refused("settled::given_out"))?;
    let number_of = |column| row.try_get::<_, i64>(column).map_err(refused("settled::given_out"));
    let given_out =
        Numbers { uses: number_of(0)?, disclosures: number_of(1)?, administration: number_of(2)? };
    Ok(Pending { given_out, before: number(connection, TAKE).await? })
}

async fn number(connection: &Object, sql: &'static str) -> Result<i64, StoreError> {
    let name = crate::plan::name(sql);
    let prepared = connection.prepare_cached(sql).await.map_err(refused(name))?;
    let row = connection.query_one(&prepared, &[]).await.map_err(refused(name))?;
    row.try_get(0).map_err(refused(name))
}
