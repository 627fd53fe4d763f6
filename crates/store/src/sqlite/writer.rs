//! The one thread that writes: it takes what has queued up, applies each plan, commits them together
//! and only then answers. A plan that fails undoes only itself; a commit that fails undoes the group
//! and says so to each.
//!
//! To undo one plan alone takes a savepoint, which copies every page that the plan touches. So plans are
//! applied without, and only when one fails is the group begun anew, with a savepoint for each.

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
    let mut group = Group { connection, members: Vec::new(), state: State::Closed };
    let mut next = Some(first);
    let mut bytes = 0;
    while let Some(job) = next.take() {
        bytes += job.plan.size();
        group.take(job);
        if matches!(group.state, State::Lost(_)) {
            break;
        }
        if group.members.len() < MAX_GROUP && bytes < MAX_GROUP_BYTES {
            next = jobs.try_recv().ok();
        }
    }
    group.commit();
}

/// The plans of one transaction.
struct Group<'a> {
    connection: &'a Connection,
    members: Vec<(Job, Outcome)>,
    state: State,
}

/// How far a transaction is.
enum State {
    /// Not begun.
    Closed,
    /// Begun, and every plan has held so far: none has a savepoint. Nearly always it ends so.
    Hopeful,
    /// Begun, and each plan has a savepoint of its own, because one did not hold.
    Careful,
    /// Undone as a whole.
    Lost(StoreError),
}

impl Group<'_> {
    /// Applies the plan of a job, and keeps the job with what came of it.
    fn take(&mut self, job: Job) {
        let outcome = self.begin(&job).and_then(|()| self.apply(&job.plan));
        self.members.push((job, outcome));
    }

    fn begin(&mut self, job: &Job) -> Outcome {
        if job.until < Instant::now() {
            return Err(StoreError::Busy);
        }
        if matches!(self.state, State::Closed) {
            execute(self.connection, "BEGIN IMMEDIATE")?;
            self.state = State::Hopeful;
        }
        Ok(())
    }

    fn apply(&mut self, plan: &Plan) -> Outcome {
        if matches!(self.state, State::Hopeful) {
            match apply_all(self.connection, plan) {
                Ok(()) => return Ok(()),
                Err(error) if self.connection.is_autocommit() => return self.lose(error),
                Err(_) => self.become_careful()?,
            }
        }
        match apply_alone(self.connection, plan) {
            Err(error) if self.connection.is_autocommit() => self.lose(error),
            outcome => outcome,
        }
    }

    /// A plan did not hold, and parts of it stand: the transaction is begun anew, and every plan is
    /// applied again so that it can be undone alone.
    fn become_careful(&mut self) -> Outcome {
        let anew = execute(self.connection, "ROLLBACK");
        if let Err(error) = anew.and_then(|()| execute(self.connection, "BEGIN IMMEDIATE")) {
            return self.lose(error);
        }
        self.state = State::Careful;
        for (job, outcome) in &mut self.members {
            if outcome.is_ok() {
                *outcome = apply_alone(self.connection, &job.plan);
                if let Err(error) = *outcome
                    && self.connection.is_autocommit()
                {
                    self.state = State::Lost(error);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// SQLite has rolled everything back of its own accord: the disk is full or failing.
    fn lose(&mut self, error: StoreError) -> Outcome {
        self.state = State::Lost(error);
        Err(error)
    }

    /// Commits, and only then answers.
    fn commit(mut self) {
        if matches!(self.state, State::Hopeful | State::Careful)
            && let Err(error) = execute(self.connection, "COMMIT")
        {
            self.state = State::Lost(error);
        }
        let lost = match self.state {
            State::Lost(error) => Some(error),
            State::Closed | State::Hopeful | State::Careful => None,
        };
        if let Some(error) = &lost {
            if !self.connection.is_autocommit() {
                // Nothing more can be done here if this fails; the next BEGIN would tell.
                let _ = execute(self.connection, "ROLLBACK");
            }
            tracing::error!(%error, plans = self.members.len(), "a group of plans could not be committed");
        }
        for (job, outcome) in self.members {
            // The caller may have gone away: what is committed stands.
            let _ = job.reply.send(outcome.and_then(|()| lost.map_or(Ok(()), Err)));
        }
    }
}

/// Applies a plan so that it leaves nothing behind if it fails.
fn apply_alone(connection: &Connection, plan: &Plan) -> Outcome {
    execute(connection, "SAVEPOINT plan")?;
    let outcome = apply_all(connection, plan);
    if outcome.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK TO plan")?;
    }
    if !connection.is_autocommit() {
        execute(connection, "RELEASE plan")?;
    }
    outcome
}

fn apply_all(connection: &Connection, plan: &Plan) -> Outcome {
    plan.statements().iter().try_for_each(|statement| apply(connection, statement))
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
