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
use crate::log_tree::{LogKind, Numbers};

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

const RUNNING: &str = "-- settled::running
SELECT pg_snapshot_xmin(now.snapshot)::text::bigint, pg_snapshot_xmax(now.snapshot)::text::bigint
FROM (SELECT pg_current_snapshot() AS snapshot) AS now";

impl Inner {
    pub(super) async fn settled(&self) -> Result<Numbers, StoreError> {
        let connection = self.connection(Instant::now() + self.wait).await;
        let connection = connection.map_err(super::NoConnection::error)?;
        let given_out = given_out(&connection).await?;
        let known = *self.settled.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Numbers never go back: where they did, this is another server, such as one that was restored.
        let is_known = LogKind::ALL.iter().all(|l| known.settled.of(*l) <= given_out.of(*l));
        let known = if is_known { known } else { State::default() };
        let pending = if let Some(pending) = known.pending {
            pending
        } else {
            // The identifier after the numbers: whoever took one of those has a lower one.
            let [before] = numbers(&connection, TAKE).await?;
            Pending { given_out, before }
        };
        let mut found = State { pending: Some(pending), ..known };
        for _ in 0..MOMENTS {
            let [oldest, next] = numbers(&connection, RUNNING).await?;
            if next <= pending.before {
                // Identifiers do not go back either.
                found = State::default();
                break;
            }
            if oldest > pending.before {
                found = State { settled: pending.given_out, pending: None };
                break;
            }
            sleep(MOMENT).await;
        }
        *self.settled.0.lock().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(found.settled)
    }
}

async fn given_out(connection: &Object) -> Result<Numbers, StoreError> {
    let [uses, disclosures, administration] = numbers(connection, GIVEN_OUT).await?;
    Ok(Numbers { uses, disclosures, administration })
}

/// The whole numbers in the one row of a query.
async fn numbers<const N: usize>(
    connection: &Object,
    sql: &'static str,
) -> Result<[i64; N], StoreError> {
    let name = crate::plan::name(sql);
    let prepared = connection.prepare_cached(sql).await.map_err(refused(name))?;
    let row = connection.query_one(&prepared, &[]).await.map_err(refused(name))?;
    let mut found = [0; N];
    for (column, number) in found.iter_mut().enumerate() {
        *number = row.try_get(column).map_err(refused(name))?;
    }
    Ok(found)
}
