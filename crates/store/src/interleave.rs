//! For tests alone: stops a task before one of its steps at the store, so that something else can be
//! committed in between. Without the feature `interleave` nothing of this is in the program.
//!
//! The steps of a use case are its fetches and commits: between two of them it holds nothing, and
//! whatever may happen meanwhile happens there.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

tokio::task_local! {
    static STEPS: Arc<Steps>;
}

/// Counts the steps of a task and stops it before one of them.
#[derive(Debug)]
pub struct Steps {
    stop_before: usize,
    taken: AtomicUsize,
    stopped: Notify,
    go_on: Notify,
}

impl Steps {
    /// Stops before the step with this number, the first being 0.
    pub fn stopping_before(step: usize) -> Arc<Self> {
        Arc::new(Self {
            stop_before: step,
            taken: AtomicUsize::new(0),
            stopped: Notify::new(),
            go_on: Notify::new(),
        })
    }

    /// Runs a task so that its steps are counted. What the task spawns is not.
    pub async fn run<F: Future>(self: Arc<Self>, task: F) -> F::Output {
        STEPS.scope(self, task).await
    }

    /// Waits until the task stands before its step.
    pub async fn stopped(&self) {
        self.stopped.notified().await;
    }

    /// Lets the task go on.
    pub fn go_on(&self) {
        self.go_on.notify_one();
    }

    /// How many steps were begun.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }
}

/// A step of the task that runs.
pub(crate) async fn step() {
    let Ok(steps) = STEPS.try_with(Arc::clone) else { return };
    if steps.taken.fetch_add(1, Ordering::SeqCst) == steps.stop_before {
        steps.stopped.notify_one();
        steps.go_on.notified().await;
    }
}
