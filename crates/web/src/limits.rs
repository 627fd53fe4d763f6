//! Rate limits by organisation: one busy system does not take the service from the others.

use std::num::NonZeroU32;

use axum::http::StatusCode;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use varanto_model::Oid;

use crate::problem::Problem;

/// The limiter of all organisations.
pub(crate) struct RateLimits {
    limiter: DefaultKeyedRateLimiter<Oid>,
    clock: DefaultClock,
}

impl RateLimits {
    /// So many requests a second in the long run, and so many at once. Zero counts as one.
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst));
        Self { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default() }
    }

    /// Takes one request of an organisation, or tells when to come again.
    pub(crate) fn take(&self, organisation: &Oid) -> Result<(), Problem> {
        self.limiter.check_key(organisation).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            let title = "Too many requests";
            let problem = Problem::new("rate-limited", StatusCode::TOO_MANY_REQUESTS, title);
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            Problem { retry_after: Some(seconds), ..problem }
        })
    }
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
}
