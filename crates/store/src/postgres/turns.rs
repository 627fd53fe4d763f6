//! Turns: few plans are on their way at once, and what comes meanwhile goes together, in the next transaction.
//!
//! A use is a small plan: some guards and an entry of the log. Most of what it costs the server is its
//! transaction – to be begun, written to disk and ended, and the waiting of many processes for one disk. Where
//! nobody waits a plan goes at once and by itself; the more there are, the more share one transaction.
//!
//! Only plans go together that insert and look, in the order in which they came: what the first inserts the
//! second sees, as if it had been committed before. What somebody else holds is not waited for here, so that
//! nobody waits for what another plan has run into: where the transaction fails, each of its plans is carried
//! out by itself. So each is kept whole or not at all, and is answered when it is on disk.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::oneshot;
use tokio::time::timeout_at;

use super::Inner;
use super::bulk::only_inserts;
use super::writer::{Failed, Holding, give_up};
use crate::error::StoreError;
use crate::plan::Plan;

/// How many transactions are on their way at once.
const MOST: usize = 2;
/// The most plans of one transaction.
const MOST_PLANS: usize = 16;
/// The most bytes of a plan that goes with others.
const MOST_BYTES: usize = 64 << 10;

/// Who waits, and how many are on their way.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    under_way: usize,
    waiting: VecDeque<Waiting>,
    /// How many have come to wait.
    came: u64,
}

type Outcome = Result<(), StoreError>;

/// A plan that waits for its turn.
#[derive(Debug)]
struct Waiting {
    number: u64,
    plan: Plan,
    until: Instant,
    answer: oneshot::Sender<Outcome>,
}

impl Waiting {
    fn answer(self, outcome: Outcome) {
        // Whoever asked may have gone away.
        let _ = self.answer.send(outcome);
    }
}

/// Can the plan share a transaction with others?
pub(super) fn goes_with_others(plan: &Plan) -> bool {
    only_inserts(plan) && plan.size() <= MOST_BYTES
}

impl Turns {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the plan in the line.
    fn line_up(&self, plan: Plan, until: Instant, answer: oneshot::Sender<Outcome>) -> u64 {
        let mut state = self.state();
        state.came += 1;
        let number = state.came;
        state.waiting.push_back(Waiting { number, plan, until, answer });
        number
    }

    /// Takes a plan out of the line, if it still waits there.
    fn withdraw(&self, number: u64) -> bool {
        let mut state = self.state();
        let place = state.waiting.iter().position(|waiting| waiting.number == number);
        place.and_then(|place| state.waiting.remove(place)).is_some()
    }
}

/// A transaction that is on its way, for as long as this lives.
struct Turn(Arc<Inner>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.turns.state().under_way -= 1;
    }
}

impl Inner {
    /// Carries a plan out at once, or together with others that wait for their turn.
    pub(super) async fn in_turn(self: &Arc<Self>, plan: Plan) -> Outcome {
        let (answer, mut answered) = oneshot::channel();
        let until = Instant::now() + self.wait;
        let number = self.turns.line_up(plan, until, answer);
        if let Some(first) = self.next_turn() {
            tokio::spawn(Arc::clone(self).take_turns(first));
        }
        let outcome = match timeout_at(until.into(), &mut answered).await {
            Ok(outcome) => outcome,
            Err(_) if self.turns.withdraw(number) => return Err(give_up(false)),
            Err(_) => answered.await,
        };
        outcome.unwrap_or(Err(StoreError::Unsettled))
    }

    /// The plans that go next; none where enough are on their way, or where nobody waits.
    fn next_turn(self: &Arc<Self>) -> Option<(Turn, Vec<Waiting>)> {
        let mut state = self.turns.state();
        let count = state.waiting.len().min(MOST_PLANS);
        (count > 0 && state.under_way < MOST).then(|| {
            state.under_way += 1;
            (Turn(Arc::clone(self)), state.waiting.drain(..count).collect())
        })
    }

    /// Carries out what waits, until nothing does. Whoever ends a turn looks once more: those who came meanwhile
    /// found none free.
    async fn take_turns(self: Arc<Self>, first: (Turn, Vec<Waiting>)) {
        let mut next = Some(first);
        while let Some((turn, group)) = next {
            self.carry_out(group).await;
            drop(turn);
            next = self.next_turn();
        }
    }

    async fn carry_out(self: &Arc<Self>, group: Vec<Waiting>) {
        let plans: Vec<&Plan> = group.iter().map(|waiting| &waiting.plan).collect();
        let until = group.iter().map(|waiting| waiting.until).min().unwrap_or_else(Instant::now);
        let in_doubt = match self.attempt(&plans, until, Holding::IfFree).await {
            Ok(()) => return group.into_iter().for_each(|waiting| waiting.answer(Ok(()))),
            Err(Failed::Conflict(_, conflict)) if group.len() == 1 => {
                let refused = |waiting: Waiting| waiting.answer(Err(conflict.into()));
                return group.into_iter().for_each(refused);
            }
            Err(Failed::Lost) => true,
            Err(_) => false,
        };
        for waiting in group {
            let inner = Arc::clone(self);
            tokio::spawn(async move {
                let outcome = inner.settle(&waiting.plan, waiting.until, in_doubt).await;
                waiting.answer(outcome);
            });
        }
    }
}
