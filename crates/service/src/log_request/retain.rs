//! Requests, breaches and reviews do not outlive the log that they are about (LOG-03).
//!
//! What was answered, closed or decided before all content that the log still has is forgotten: what was asked,
//! given and written, and the names of those who did it. The rows stay, without them. How old something is, is
//! told by the signed times by which the log's own content has left: where a clock is wrong for a moment, no more
//! goes than goes of the log.

use jiff::Timestamp;
use varanto_log::Checkpoint;
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::{Conflict, Plan, StoreError, breach, log_request, log_tree, review};

use crate::Error;
use crate::service::Service;

/// The most of each kind that one plan forgets.
const AT_ONCE: u32 = 100;

impl Service {
    /// Forgets requests, breaches and reviews whose handling ended before the content of the log that is left;
    /// gives how many. What goes is noted in the administration log in the same plan.
    pub async fn forget_handled(&self) -> Result<usize, Error> {
        let Some(before) = self.log_left_until().await? else { return Ok(0) };
        let mut forgotten = 0;
        loop {
            let requests = log_request::answered_before(before, AT_ONCE);
            let breaches = breach::closed_before(before, AT_ONCE);
            let reviews = review::decided_before(before, AT_ONCE);
            let found = (requests, (breaches, reviews));
            let (requests, (breaches, reviews)) = self.database.fetch(found).await?;
            let counts = [requests.len(), breaches.len(), reviews.len()];
            let count: usize = counts.iter().sum();
            if count == 0 {
                return Ok(forgotten);
            }
            let [of_requests, of_breaches, of_reviews] = counts;
            let detail =
                format!("{of_requests} log requests, {of_breaches} breaches, {of_reviews} reviews");
            let entry = AdministrativeEntry {
                action: "forget_handled".to_owned(),
                detail: Some(detail),
                ..self.entry(self.now())
            };
            let mut plan = Plan::administrative(entry);
            plan.extend(requests.into_iter().map(log_request::forget));
            plan.extend(breaches.into_iter().flat_map(breach::forget));
            plan.extend(reviews.into_iter().map(review::forget));
            match self.database.commit(plan).await {
                Ok(()) => forgotten += count,
                // Another server was faster.
                Err(StoreError::Conflict(Conflict::Gone(_))) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Until when the content of the log has left, by the signed time of the checkpoint that it has left up to.
    async fn log_left_until(&self) -> Result<Option<Timestamp>, Error> {
        let size = self.log_state().await?.content_from;
        let stored = self.database.fetch_one(log_tree::checkpoint(size)).await?;
        let signed = stored.and_then(|c| Checkpoint::open(&c.note, self.log_keys()).ok());
        Ok(signed.filter(|signed| signed.size == size).map(|signed| signed.at))
    }
}
