//! A plan carried out: one flight, and again where that is safe.
//!
//! It is safe where nothing was kept: the server said so, or there was no connection yet. Where the connection
//! was lost after the COMMIT was sent, nobody knows. But every plan begins with a log entry of its own, whose
//! name is unique: the plan is carried out again, waits there for the lost transaction if that still runs, and
//! if the entry is stored already, so is the plan.

use std::time::{Duration, Instant};

use deadpool_postgres::Object;
use tokio::time::{sleep, timeout};
use tokio_postgres::Statement as Prepared;

use super::flight::{BEGIN, Flight, HOLD, HOLD_IF_FREE};
use super::joined::{Sending, apart};
use super::texts::Insert;
use super::values::Trouble;
use super::{Inner, NoConnection, let_go, meter};
use crate::error::{Conflict, Entity, FailureCode, StoreError};
use crate::hold::in_order;
use crate::plan::{Plan, Statement};

/// Before a plan is carried out again; doubled each time, to a second.
pub(super) const PAUSE: Duration = Duration::from_millis(10);
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Writes into the journal of the server what nobody reads, and is answered as any commit is.
const WRITE: &str = "-- writer::write
SELECT pg_logical_emit_message(true, 'varanto', '')";

/// Why an attempt has not come through.
pub(super) enum Failed {
    /// A statement, by its place in the plan, did not find what it must find. Nothing was kept.
    Conflict(usize, Conflict),
    /// Nothing was kept, and it may come through the next time.
    Repeat(&'static str),
    /// Nothing was sent: there is no connection.
    Away,
    /// The connection is gone; nobody knows what was kept.
    Lost,
    /// Nothing was kept, and it will not come through.
    Error(StoreError),
}

/// How holds are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holding {
    /// Whoever has them is waited for.
    Waits,
    /// Where somebody has them, nothing is carried out.
    IfFree,
}

impl Inner {
    pub(super) async fn commit(&self, plan: &Plan) -> Result<(), StoreError> {
        self.settle(plan, Instant::now() + self.wait, false).await
    }

    /// Carries a plan out until it is kept or cannot be. `in_doubt` says that it may be kept already.
    pub(super) async fn settle(
        &self,
        plan: &Plan,
        until: Instant,
        mut in_doubt: bool,
    ) -> Result<(), StoreError> {
        let (mut pause, mut doubt) = (PAUSE, in_doubt.then(meter::in_doubt));
        loop {
            match self.attempt(&[plan], until, Holding::Waits).await {
                Ok(()) => return Ok(()),
                Err(Failed::Conflict(0, Conflict::AlreadyExists(Entity::LogEntry))) if in_doubt => {
                    if self.is_as_durable_as_asked(until).await {
                        return Ok(());
                    }
                }
                Err(Failed::Conflict(_, conflict)) => return Err(conflict.into()),
                Err(Failed::Error(error)) if !in_doubt => return Err(error),
                Err(Failed::Repeat(reason)) => meter::repeated(reason),
                Err(Failed::Error(_) | Failed::Away) => {}
                Err(Failed::Lost) => {
                    in_doubt = true;
                    doubt.get_or_insert_with(meter::in_doubt);
                }
            }
            if Instant::now() + pause >= until {
                return Err(give_up(in_doubt));
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Somebody may have ended the wait of a lost commit for the standby: then it shows, and is on one machine
    /// alone. Whatever is written after it and is answered is where it has to be, and so is all before it.
    async fn is_as_durable_as_asked(&self, until: Instant) -> bool {
        let Ok(connection) = self.connection(until).await else { return false };
        let write = async {
            let prepared = connection.prepare_cached(WRITE).await?;
            connection.execute(&prepared, &[]).await
        };
        match timeout(self.limit, write).await {
            Ok(Ok(_)) => true,
            Ok(Err(_)) => false,
            Err(_) => {
                let_go(connection);
                false
            }
        }
    }

    /// Carries plans out in one transaction, one after another.
    pub(super) async fn attempt(
        &self,
        plans: &[&Plan],
        until: Instant,
        holding: Holding,
    ) -> Result<(), Failed> {
        let connection = self.connection(until).await.map_err(NoConnection::failed)?;
        let started = Instant::now();
        let outcome = timeout(self.limit, self.fly(&connection, plans, holding)).await;
        let outcome = outcome.unwrap_or(Err(Failed::Lost));
        meter::committed(started);
        if matches!(outcome, Err(Failed::Lost)) {
            meter::lost();
            meter::repeated("lost");
            let_go(connection);
        }
        outcome
    }

    /// As few statements as may be. Where one of several parts of a plan fails, it is carried out once more one by
    /// one, to know which it was; whoever carries out several plans does that for each.
    async fn fly(
        &self,
        connection: &Object,
        plans: &[&Plan],
        holding: Holding,
    ) -> Result<(), Failed> {
        let mut statements: Vec<&Statement> = Vec::new();
        let mut joined = Vec::new();
        for plan in plans {
            // The forms of plans are few, those of what comes together are not.
            joined.extend(self.joined.of(plan.statements(), statements.len(), &self.texts));
            statements.extend(plan.statements());
        }
        match self.send(connection, &statements, joined, holding).await {
            Err(Refused { by_one_of_several: true, .. }) if plans.len() == 1 => {}
            other => return other.map_err(|refused| refused.failed),
        }
        let apart = apart(&statements, &self.texts);
        self.send(connection, &statements, apart, holding).await.map_err(|refused| refused.failed)
    }

    async fn send(
        &self,
        connection: &Object,
        statements: &[&Statement],
        sendings: Vec<Sending<'_>>,
        holding: Holding,
    ) -> Result<(), Refused> {
        let holds = in_order(statements.iter().flat_map(|s| s.holds.iter().copied()));
        let unsent = |error: &tokio_postgres::Error, name| match Trouble::of(error) {
            Trouble::Lost => Failed::Away,
            trouble => Failed::Error(trouble.error(name)),
        };
        let name_at = |at: usize| statements.get(at).map_or("flight::commit", |s| s.name());
        let mut prepared: Vec<Prepared> = Vec::with_capacity(sendings.len());
        for sending in &sendings {
            let made = connection.prepare_cached(&sending.text).await;
            prepared.push(made.map_err(|e| unsent(&e, name_at(sending.stands_for.start)))?);
        }
        let taking = match holding {
            Holding::Waits => HOLD,
            Holding::IfFree => HOLD_IF_FREE,
        };
        let hold = match holds.as_slice() {
            [] => None,
            _ => Some(
                connection.prepare_cached(taking).await.map_err(|e| unsent(&e, "flight::hold"))?,
            ),
        };

        let mut flight = Flight::new(connection);
        flight.command(BEGIN).await;
        flight.holds(hold, &holds).await;
        let first = 1 + usize::from(!holds.is_empty());
        let mut stand_for = Vec::with_capacity(sendings.len());
        for (sending, prepared) in sendings.into_iter().zip(prepared) {
            stand_for.push(sending.stands_for);
            flight.statement(prepared, sending.args).await;
        }
        flight.command(if flight.is_broken() { "ROLLBACK" } else { "COMMIT" }).await;

        let answers = flight.answers().await;
        let failed = answers.iter().enumerate().find_map(|(at, a)| Some((at, a.as_ref().err()?)));
        let Some((at, error)) = failed else { return Ok(()) };
        // A connection that ends tells the first statements the reason and the others only that it is closed. And
        // where the end itself fails, as when it is cancelled, the session stays in the transaction.
        let troubles = answers.iter().filter_map(|answer| answer.as_ref().err()).map(Trouble::of);
        let has_ended = matches!(answers.last(), Some(Ok(_)));
        if !has_ended || troubles.clone().any(|trouble| trouble == Trouble::Lost) {
            return Err(Failed::Lost.into());
        }
        let trouble = Trouble::of(error);
        let stands_for = at.checked_sub(first).and_then(|at| stand_for.get(at));
        let by_one_of_several = stands_for.is_some_and(|of| of.len() > 1)
            && matches!(trouble, Trouble::Duplicate | Trouble::Missed | Trouble::Failed(..));
        let place = stands_for.map(|of| of.start);
        let statement = place.and_then(|place| statements.get(place));
        let failed = match (trouble, statement, place) {
            (Trouble::Missed, Some(statement), _)
                if Insert::of(statement.sql).is_some_and(Insert::is_of_a_log) =>
            {
                Failed::Error(StoreError::Failed {
                    statement: statement.name(),
                    code: FailureCode::Driver,
                    reason: "an entry of a log vanished",
                })
            }
            (Trouble::Duplicate | Trouble::Missed, Some(statement), Some(place)) => {
                Failed::Conflict(place, statement.otherwise)
            }
            (Trouble::Repeat(reason), ..) => Failed::Repeat(reason),
            (trouble, Some(statement), _) => Failed::Error(trouble.error(statement.name())),
            (trouble, None, _) => Failed::Error(trouble.error("flight::commit")),
        };
        Err(Refused { failed, by_one_of_several })
    }
}

/// A flight that has not come through.
struct Refused {
    /// Why.
    failed: Failed,
    /// Was it a part of a statement of several? Then it may have been another one than `failed` names.
    by_one_of_several: bool,
}

impl From<Failed> for Refused {
    fn from(failed: Failed) -> Self {
        Self { failed, by_one_of_several: false }
    }
}

impl NoConnection {
    fn failed(self) -> Failed {
        match self {
            Self::Busy => Failed::Error(StoreError::Busy),
            Self::Away(StoreError::Busy) => Failed::Away,
            Self::Away(error) => Failed::Error(error),
        }
    }
}

pub(super) fn give_up(in_doubt: bool) -> StoreError {
    if in_doubt {
        meter::unsettled();
        StoreError::Unsettled
    } else {
        meter::busy();
        StoreError::Busy
    }
}
