//! Rate limits by organisation: one busy system does not take the service from the others. Strangers share
//! one limit, and few of their requests are answered at once, so that all of them together do not either.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use varanto_model::Oid;

use crate::problem::Problem;

/// Requests a second of all strangers, in the long run and at once.
const OF_STRANGERS: (u32, u32) = (100, 200);
/// Requests about the log's tree that are answered at the same time: fewer than the store has readers.
const AT_ONCE: usize = 2;

/// The limiters of all organisations and of strangers.
pub(crate) struct RateLimits {
    limiter: DefaultKeyedRateLimiter<Oid>,
    strangers: DefaultDirectRateLimiter,
    at_once: Arc<Semaphore>,
    clock: DefaultClock,
}

impl RateLimits {
    /// So many requests a second in the long run, and so many at once. Zero counts as one.
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        let strangers = quota(OF_STRANGERS.0, OF_STRANGERS.1);
        Self {
            limiter: RateLimiter::keyed(quota(per_second, burst)),
            strangers: RateLimiter::direct(strangers),
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            clock: DefaultClock::default(),
        }
    }

    /// Takes one request of an organisation, or tells when to come again.
    pub(crate) fn take(&self, organisation: &Oid) -> Result<(), Problem> {
        let taken = self.limiter.check_key(organisation);
        taken.map_err(|not_until| later(not_until.wait_time_from(self.clock.now())))
    }

    /// Takes one request of a stranger, or tells when to come again.
    pub(crate) fn take_stranger(&self) -> Result<(), Problem> {
        let taken = self.strangers.check();
        taken.map_err(|not_until| later(not_until.wait_time_from(self.clock.now())))
    }

    /// Waits for the turn of a request about the log's tree, which is over when the permit is dropped.
    pub(crate) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.at_once).acquire_owned().await.ok()
    }
}

/// Zero counts as one.
fn quota(per_second: u32, burst: u32) -> Quota {
    let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst))
}

fn later(wait: Duration) -> Problem {
    let title = "Too many requests";
    let problem = Problem::new("rate-limited", StatusCode::TOO_MANY_REQUESTS, title);
    let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
    Problem { retry_after: Some(seconds), ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_organisation_does_not_use_up_the_limit_of_another() {
        let limits = RateLimits::new(1, 2);
        let (one, other) = (Oid::parse("1.2.1").unwrap(), Oid::parse("1.2.2").unwrap());
        assert!(limits.take(&one).is_ok() && limits.take(&one).is_ok());
        let problem = limits.take(&one).unwrap_err();
        assert_eq!(problem.slug, "rate-limited");
        assert!(problem.retry_after.is_some());
        assert!(limits.take(&other).is_ok());
    }

    #[test]
    fn strangers_use_up_their_own_limit_alone() {
        let limits = RateLimits::new(1, 2);
        let taken = (0..1_000).take_while(|_| limits.take_stranger().is_ok()).count();
        assert!((200..1_000).contains(&taken), "{taken}");
        assert_eq!(limits.take_stranger().unwrap_err().slug, "rate-limited");
        assert!(limits.take(&Oid::parse("1.2.1").unwrap()).is_ok());
    }
}
