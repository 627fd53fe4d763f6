//! Retention of the logs: after twelve years the content of entries leaves, and their salts (LOG-03).
//!
//! How old an entry is, is told by what was signed: it goes when the newest checkpoint of twelve years ago, by
//! its signed time, covers its leaf. The commitments stay, so that the tree stays whole and can be verified,
//! and without the salts they tell nothing.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use varanto_log::Checkpoint;
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::{Conflict, Guard, Plan, StoreError, log_tree};

use crate::Error;
use crate::service::Service;

/// How long entries are kept.
const YEARS: i64 = 12;
/// The most leaves whose content leaves in one plan.
const AT_ONCE: u64 = 1_000;

impl Service {
    /// Lets content go that has been kept for twelve years; gives of how many leaves. Whatever went is noted
    /// in the administration log in the same plan.
    pub async fn retain_log(&self) -> Result<u64, Error> {
        let to = self.log_horizon(self.now()).await?;
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

    /// The leaf up to which content may leave at `now`: the size of the newest checkpoint that was signed
    /// twelve years before, by what it says itself; 0 where there is none that is believed.
    pub(crate) async fn log_horizon(&self, now: Timestamp) -> Result<u64, Error> {
        let until = twelve_years_before(now);
        let stored = self.database.fetch_one(log_tree::newest_checkpoint_before(until)).await?;
        let signed = stored.and_then(|s| Checkpoint::open(&s.note, self.log_keys()).ok());
        Ok(signed.filter(|signed| signed.at <= until).map_or(0, |signed| signed.size))
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
