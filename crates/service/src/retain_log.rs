//! Retention of the logs: after twelve years the content of entries leaves, and their salts (LOG-03).
//!
//! How old an entry is, is told by what was signed, by the highest time up to the checkpoint that covers its
//! leaf: no later checkpoint with an early time makes it older, and what is noted beside checkpoints counts for
//! nothing. In one run goes at most what was sealed in a week, so that a clock that is wrong for a moment costs
//! a week and not everything. The commitments stay, so that the tree stays whole and can be verified, and
//! without the salts they tell nothing.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use varanto_log::Checkpoint;
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::{Conflict, Guard, Plan, StoreError, log_tree};

use crate::Error;
use crate::service::Service;

/// How long entries are kept.
const YEARS: i64 = 12;
/// What goes in one run was sealed in so long a time.
const IN_ONE_RUN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The most leaves whose content leaves in one plan.
const AT_ONCE: u64 = 1_000;

impl Service {
    /// Lets content go that has been kept for twelve years; gives of how many leaves. Whatever went is noted
    /// in the administration log in the same plan.
    pub async fn retain_log(&self) -> Result<u64, Error> {
        let first = self.log_state().await?.content_from;
        let to = self.log_horizon(first, Some(IN_ONE_RUN)).await?;
        let mut gone = 0;
        loop {
            let from = self.log_state().await?.content_from;
            if from >= to {
                return Ok(gone);
            }
            let until = to.min(from + AT_ONCE);
            let entry = AdministrativeEntry {
                action: "retain_log".to_owned(),
                detail: Some(format!("leaves {from} to {}", until - 1)),
                ..self.entry(self.now())
            };
            let mut plan = Plan::administrative(entry);
            plan.extend(log_tree::forget(from, until));
            match self.database.commit(plan).await {
                Ok(()) => gone += until - from,
                // Another server was faster.
                Err(StoreError::Conflict(Conflict::Stale(Guard::Log))) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The leaf up to which content may leave now: the size of the last checkpoint before the first that was
    /// signed less than twelve years ago, by what it says itself, or that is not believed. Begins after the
    /// leaf `from`, up to which that is known, and goes no further than `most` of signed time.
    pub(crate) async fn log_horizon(
        &self,
        from: u64,
        most: Option<SignedDuration>,
    ) -> Result<u64, Error> {
        let mut until = twelve_years_before(self.now());
        let (mut horizon, mut is_bounded) = (from, most.is_none());
        loop {
            let page = self.database.fetch(log_tree::checkpoints(horizon + 1)).await?;
            if page.is_empty() {
                return Ok(horizon);
            }
            for stored in page {
                let signed = Checkpoint::open(&stored.note, self.log_keys()).ok();
                let signed = signed.filter(|s| s.at <= until && s.size == stored.size);
                let Some(signed) = signed else { return Ok(horizon) };
                horizon = signed.size;
                if !is_bounded {
                    let end = most.and_then(|most| signed.at.checked_add(most).ok());
                    until = end.map_or(until, |end| end.min(until));
                    is_bounded = true;
                }
            }
        }
    }
}

/// Twelve calendar years before an instant, by the calendar of UTC.
fn twelve_years_before(now: Timestamp) -> Timestamp {
    let then = now.to_zoned(TimeZone::UTC).checked_sub(YEARS.years());
    then.map_or(Timestamp::MIN, |then| then.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ LOG-03
    #[test]
    fn twelve_years_are_calendar_years() {
        for (now, then) in [
            ("2038-11-22T12:00:00Z", "2026-11-22T12:00:00Z"),
            ("2040-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("2112-02-29T00:00:00Z", "2100-02-28T00:00:00Z"),
        ] {
            assert_eq!(twelve_years_before(now.parse().unwrap()), then.parse().unwrap());
        }
    }
}
