//! Many plans in few transactions: for bulk storing.
//!
//! Plans that only insert and look are put together: their rows go into each table by COPY, and what they look
//! at is looked at afterwards, once. Where such a group fails it is halved until the plan that fails stands
//! alone, and is carried out as any other. So each plan is kept whole or not at all, as always, and a group
//! never keeps less than its plans one by one would.

use std::collections::HashSet;
use std::future::Future;
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};

use deadpool_postgres::Object;
use tokio::time::timeout;
use tokio_postgres::binary_copy::BinaryCopyInWriter;

use super::flight::{BEGIN, Flight, HOLD};
use super::texts::Insert;
use super::values::borrowed;
use super::writer::give_up;
use super::{Inner, let_go};
use crate::error::StoreError;
use crate::hold::in_order;
use crate::plan::{Expect, Plan, Statement};

/// The most plans of one transaction: each holds what it is guarded by, and the server's table of holds is
/// bounded.
const MAX_GROUP: usize = 1024;
/// The most bytes of one transaction.
const MAX_GROUP_BYTES: usize = 32 << 20;
/// A group is many plans: it may take longer than one.
const LONGEST: Duration = Duration::from_mins(1);

/// What became of each plan.
type Outcomes = Vec<Result<(), StoreError>>;

impl Inner {
    pub(super) async fn commit_all(&self, plans: &[Plan]) -> Outcomes {
        let mut outcomes = Vec::with_capacity(plans.len());
        let mut rest = plans;
        while let Some(first) = rest.first() {
            if only_inserts(first) {
                let (group, after) = rest.split_at(group_length(rest));
                outcomes.extend(self.commit_group(group).await);
                rest = after;
            } else {
                outcomes.push(self.commit(first).await);
                rest = rest.get(1..).unwrap_or_default();
            }
        }
        outcomes
    }

    /// Commits plans that only insert: together, or halved where they fail.
    fn commit_group<'a>(
        &'a self,
        plans: &'a [Plan],
    ) -> Pin<Box<dyn Future<Output = Outcomes> + Send + 'a>> {
        Box::pin(async move {
            if let [plan] = plans {
                return vec![self.commit(plan).await];
            }
            match self.copy(plans).await {
                Ok(()) => vec![Ok(()); plans.len()],
                Err(Copying::Away) => vec![Err(give_up(false)); plans.len()],
                Err(Copying::NotKept) => {
                    let (first, second) = plans.split_at(plans.len() / 2);
                    let mut outcomes = self.commit_group(first).await;
                    outcomes.extend(self.commit_group(second).await);
                    outcomes
                }
                Err(Copying::InDoubt) => {
                    let mut outcomes = Vec::with_capacity(plans.len());
                    for plan in plans {
                        let outcome = self.settle(plan, Instant::now() + self.wait, true).await;
                        outcomes.push(outcome);
                        if outcome == Err(StoreError::Unsettled) {
                            // The server stays away: nothing can be found out of the others either.
                            outcomes.resize(plans.len(), outcome);
                            break;
                        }
                    }
                    outcomes
                }
            }
        })
    }

    async fn copy(&self, plans: &[Plan]) -> Result<(), Copying> {
        let connection = self.connection(Instant::now() + self.wait).await;
        let connection = connection.map_err(|_| Copying::Away)?;
        match timeout(LONGEST, self.copy_on(&connection, plans)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(failed)) => {
                // Whatever state the session is in: it is not used again.
                let_go(connection);
                Err(failed)
            }
            Err(_) => {
                let_go(connection);
                Err(Copying::InDoubt)
            }
        }
    }

    async fn copy_on(&self, connection: &Object, plans: &[Plan]) -> Result<(), Copying> {
        let statements = || plans.iter().flat_map(Plan::statements);
        let holds = in_order(statements().flat_map(|s| s.holds.iter().copied()));
        let hold = match holds.as_slice() {
            [] => None,
            _ => Some(connection.prepare_cached(HOLD).await?),
        };
        let mut flight = Flight::new(connection);
        flight.command(BEGIN).await;
        flight.holds(hold, &holds).await;
        for answer in flight.answers().await {
            answer?;
        }
        for table in tables(statements()) {
            copy_rows(connection, table, statements()).await?;
        }
        let mut seen = HashSet::new();
        let mut flight = Flight::new(connection);
        for guard in statements().filter(|s| s.expect == Expect::Found) {
            if seen.insert((guard.sql, &guard.args)) {
                let prepared = connection.prepare_cached(&self.texts.of(guard)).await?;
                flight.statement(prepared, &guard.args).await;
            }
        }
        for answer in flight.answers().await {
            answer?;
        }
        // From here on nobody knows where the connection is lost.
        connection.batch_execute("COMMIT").await.map_err(|_| Copying::InDoubt)
    }
}

/// Why a group was not committed.
enum Copying {
    /// There was no connection: nothing was begun.
    Away,
    /// Nothing of it was kept.
    NotKept,
    /// It may be kept.
    InDoubt,
}

impl From<tokio_postgres::Error> for Copying {
    fn from(_: tokio_postgres::Error) -> Self {
        Self::NotKept
    }
}

/// Can the plan be put together with others?
pub(super) fn only_inserts(plan: &Plan) -> bool {
    plan.statements().iter().all(|statement| match statement.expect {
        Expect::Found => true,
        Expect::Rows(1) => Insert::of(statement.sql).is_some(),
        Expect::Rows(_) | Expect::Any => false,
    })
}

fn group_length(plans: &[Plan]) -> usize {
    let mut bytes = 0;
    let fits = |plan: &&Plan| {
        bytes += plan.size();
        only_inserts(plan) && bytes <= MAX_GROUP_BYTES
    };
    plans.iter().take(MAX_GROUP).take_while(fits).count().max(1)
}

/// The texts that insert, each once, in an order in which no row refers to one that is not there: a text stands
/// after those that come before it in some plan.
fn tables<'a>(statements: impl Iterator<Item = &'a Statement>) -> Vec<&'static str> {
    let mut texts: Vec<&'static str> = Vec::new();
    for statement in statements.filter(|s| s.expect != Expect::Found) {
        if !texts.contains(&statement.sql) {
            texts.push(statement.sql);
        }
    }
    texts.sort_by_key(|text| rank(text));
    texts
}

/// Tables that others refer to come first.
const PARENTS: [&str; 6] =
    ["client ", "recipient ", "document ", "document_version ", "standing ", "breach "];

fn rank(text: &'static str) -> usize {
    let into = Insert::of(text).map_or("", |insert| insert.into);
    PARENTS.iter().position(|parent| into.starts_with(parent)).unwrap_or(PARENTS.len())
}

/// Copies the rows of every statement with this text. What stands behind the values in the text, for a key that
/// is there already, is not needed: such a key makes the COPY fail.
async fn copy_rows<'a>(
    connection: &Object,
    text: &'static str,
    statements: impl Iterator<Item = &'a Statement>,
) -> Result<(), Copying> {
    let insert = Insert::of(text).ok_or(Copying::NotKept)?;
    let prepared = connection.prepare_cached(text).await?;
    let copy = format!("COPY {} FROM STDIN BINARY", insert.into);
    let sink = connection.copy_in(&copy).await?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, prepared.params()));
    let mut rows = 0;
    for statement in statements.filter(|statement| statement.sql == text) {
        rows += 1;
        writer.as_mut().write(&borrowed(&statement.args)).await?;
    }
    // A trigger could let rows vanish.
    if writer.finish().await? == rows { Ok(()) } else { Err(Copying::NotKept) }
}
