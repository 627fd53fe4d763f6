//! The one thread that writes: it takes what has queued up, applies each plan in a savepoint of its
//! own, commits them together and only then answers. A plan that fails undoes only itself; a commit
//! that fails undoes the group and says so to each.

use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::values::{bind, failed, is_duplicate};
use crate::error::StoreError;
use crate::plan::{Expect, Plan, Statement};

/// A plan on its way to the disk.
pub(super) struct Job {
    pub(super) plan: Plan,
    pub(super) reply: oneshot::Sender<Outcome>,
    /// After this instant it is no longer begun.
    pub(super) until: Instant,
}

type Outcome = Result<(), StoreError>;

/// The most plans in one commit.
const MAX_GROUP: usize = 128;

/// No further plan joins a group of so many bytes.
const MAX_GROUP_BYTES: usize = 16 << 20;

/// For the plans that went down with a group, where the database gave no cause.
const UNDONE: StoreError = StoreError::Failed {
    statement: "writer::write_group",
    code: 0,
    reason: "the database undid the transaction",
};

/// Works until every sender of jobs is gone, then empties the log of the database into its file.
pub(super) fn run(connection: &Connection, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        write_group(connection, first, &mut jobs);
    }
    if let Err(error) = connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)")
    {
        let error = failed("writer::run", &error);
        tracing::warn!(%error, "the database could not be tidied at its closing");
    }
}

fn write_group(connection: &Connection, first: Job, jobs: &mut mpsc::Receiver<Job>) {
    let mut next = Some(first);
    let mut done: Vec<(oneshot::Sender<Outcome>, Outcome)> = Vec::new();
    let (mut bytes, mut open) = (0, false);
    let mut lost = None;
    while let Some(Job { plan, reply, until }) = next.take() {
        let begun = if until < Instant::now() {
            Err(StoreError::Busy)
        } else if open {
            Ok(())
        } else {
            execute(connection, "BEGIN IMMEDIATE")
        };
        open |= begun.is_ok();
        let outcome = begun.and_then(|()| apply_alone(connection, &plan));
        bytes += plan.size();
        done.push((reply, outcome));
        if open && connection.is_autocommit() {
            // SQLite has rolled everything back of its own accord: the disk is full or failing.
            open = false;
            lost = done.last().and_then(|(_, outcome)| outcome.err()).or(Some(UNDONE));
            break;
        }
        if done.len() < MAX_GROUP && bytes < MAX_GROUP_BYTES {
            next = jobs.try_recv().ok();
        }
    }
    if open && let Err(error) = execute(connection, "COMMIT") {
        lost = Some(error);
        if !connection.is_autocommit() {
            // Nothing more can be done here if this fails; the next BEGIN would tell.
            let _ = execute(connection, "ROLLBACK");
        }
    }
    if let Some(error) = &lost {
        tracing::error!(%error, plans = done.len(), "a group of plans could not be committed");
    }
    for (reply, outcome) in done {
        // The caller may have gone away: what is committed stands.
        let _ = reply.send(outcome.and_then(|()| lost.map_or(Ok(()), Err)));
    }
}

/// Applies a plan so that it leaves nothing behind if it fails.
fn apply_alone(connection: &Connection, plan: &Plan) -> Outcome {
    execute(connection, "SAVEPOINT plan")?;
    let outcome = plan.statements().iter().try_for_each(|s| apply(connection, s));
    if outcome.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK TO plan")?;
    }
    if !connection.is_autocommit() {
        execute(connection, "RELEASE plan")?;
    }
    outcome
}

fn apply(connection: &Connection, statement: &Statement) -> Outcome {
    let run = || -> rusqlite::Result<bool> {
        let mut prepared = connection.prepare_cached(statement.sql)?;
        bind(&mut prepared, &statement.args)?;
        match statement.expect {
            Expect::Found => Ok(prepared.raw_query().next()?.is_some()),
            Expect::Any => prepared.raw_execute().map(|_| true),
            Expect::Rows(rows) => Ok(u64::try_from(prepared.raw_execute()?) == Ok(rows)),
        }
    };
    match run() {
        Ok(true) => Ok(()),
        Ok(false) => Err(statement.otherwise.into()),
        Err(error) if is_duplicate(&error) => Err(statement.otherwise.into()),
        Err(error) => Err(failed(statement.name(), &error)),
    }
}

fn execute(connection: &Connection, command: &'static str) -> Outcome {
    let run = || connection.prepare_cached(command)?.raw_execute();
    run().map(|_| ()).map_err(|e| failed(command, &e))
}
