//! Looking whether the schema of the store is as the migrations made it.
//!
//! A trigger could rewrite entries before they are read for sealing, hide them, or take them away again. Nothing is
//! sealed from a second after there is one, and that there was one is counted.

use std::time::{Duration, Instant};

use super::SealError;
use crate::service::Service;

/// How often the whole schema is compared, whatever the number of changes says: that can be written too.
pub(super) const COMPARE: Duration = Duration::from_mins(1);

/// How long batches go by what was found: to ask costs the database more than a batch, and there may be many in a
/// second.
///
/// It is long enough to be cheap and short enough to lose nothing. Not to seal keeps no entry from being rewritten,
/// for what a trigger did stays when it is gone, and is sealed then; it is how somebody learns of it. And whoever can
/// make a trigger can as well write to the rows in the half second before they are sealed.
pub(super) const BELIEVED: Duration = Duration::from_secs(1);

/// The schema as it was found last; nothing where it was not as it should be.
#[derive(Default)]
pub(super) struct Schema(Option<Found>);

/// It was as it should be.
#[derive(Clone, Copy)]
struct Found {
    /// How often it had been changed.
    changes: i64,
    asked: Instant,
    compared: Instant,
}

impl Schema {
    /// Finds out whether the schema is as it should be; what was found within this time is believed.
    pub(super) async fn look(
        &mut self,
        service: &Service,
        within: Duration,
    ) -> Result<(), SealError> {
        let now = service.clock.steady();
        if self.0.is_some_and(|found| found.was_asked(within, now)) {
            return Ok(());
        }
        let changes = service.database.schema_changes().await?;
        if let Some(found) = self.0.filter(|found| found.still_holds(changes, now)) {
            self.0 = Some(Found { asked: now, ..found });
            return Ok(());
        }
        let differences = service.database.schema_differences().await?;
        if !differences.is_empty() || self.0.is_some_and(|found| found.changes != changes) {
            metrics::counter!("varanto_store_schema_changes_total").increment(1);
        }
        let differs = differences.into_iter().next();
        self.0 = differs.is_none().then_some(Found { changes, asked: now, compared: now });
        differs.map_or(Ok(()), |part| Err(SealError::Schema(part)))
    }
}

impl Found {
    fn was_asked(self, within: Duration, now: Instant) -> bool {
        now.saturating_duration_since(self.asked) < within
    }

    /// With so many changes now, need nothing be compared?
    fn still_holds(self, changes: i64, now: Instant) -> bool {
        self.changes == changes && now.saturating_duration_since(self.compared) < COMPARE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ LOG-03
    #[test]
    fn the_schema_is_compared_when_it_changed_and_now_and_then() {
        let began = Instant::now();
        let at = |seconds| began + Duration::from_secs(seconds);
        let found = Found { changes: 7, asked: at(50), compared: began };
        assert!(found.was_asked(COMPARE, at(109)) && !found.was_asked(COMPARE, at(110)));
        let later = |milliseconds| at(50) + Duration::from_millis(milliseconds);
        assert!(found.was_asked(BELIEVED, later(999)) && !found.was_asked(BELIEVED, later(1000)));
        assert!(found.still_holds(7, at(59)));
        assert!(!found.still_holds(8, at(1)) && !found.still_holds(7, at(60)));
    }
}
