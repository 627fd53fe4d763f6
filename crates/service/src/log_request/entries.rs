//! The entries that a request asks for: permitted uses and disclosures of the client's data in the
//! controller's register, in the units and the time that are asked for.
//!
//! A refused attempt has used no data, and is not among them.

use varanto_model::Oid;
use varanto_store::MAX_PAGE;
use varanto_store::use_log::{LogCursor, Outcome};

use super::met::Met;
use crate::Error;
use crate::client_log::{ClientEntry, ClientLog, Logs};
use crate::service::Service;

/// The most entries of one answer. Who wants more asks for two periods.
pub(super) const MAX_GIVEN: usize = 5_000;
/// The fewest entries that are fetched at once: some of them may not be asked for.
const LEAST_BATCH: u32 = 100;
/// The most entries that are looked through for one answer or page.
const MAX_SEEN: usize = 100_000;

impl Service {
    /// The entries that a request asks for, newest first, after a place; at most `most`. It is too large
    /// where [`MAX_SEEN`] entries do not hold as many.
    pub(super) async fn entries_asked_for(
        &self,
        met: &Met,
        mut after: Option<LogCursor>,
        most: usize,
    ) -> Result<Vec<ClientEntry>, Error> {
        let Some(file) = &met.file else { return Ok(Vec::new()) };
        let (from, until) = met.details.period.instants()?;
        let log = ClientLog {
            keys: self.keys_of(file).await?,
            register: Some(met.request.controller.clone()),
            from: Some(from),
            until: Some(until),
            logs: Logs::Both,
        };
        let batch = u32::try_from(most).unwrap_or(MAX_PAGE).clamp(LEAST_BATCH, MAX_PAGE);
        let (mut entries, mut seen) = (Vec::new(), 0);
        loop {
            let page = log.page(self, after, batch).await?;
            let is_last = u32::try_from(page.len()).is_ok_and(|found| found < batch);
            after = page.last().map(ClientEntry::cursor);
            seen += page.len();
            entries
                .extend(page.into_iter().filter(|entry| is_asked_for(entry, &met.details.units)));
            if is_last || entries.len() >= most {
                entries.truncate(most);
                return Ok(entries);
            }
            if seen >= MAX_SEEN {
                return Err(Error::LogRequestTooLarge);
            }
        }
    }
}

/// Has it used or disclosed data, in one of the units where they are named?
fn is_asked_for(entry: &ClientEntry, units: &[Oid]) -> bool {
    let (is_permitted, unit) = match entry {
        ClientEntry::Use(entry) => (entry.outcome == Outcome::Permitted, &entry.unit),
        ClientEntry::Disclosure(entry) => (true, &entry.unit),
    };
    is_permitted && (units.is_empty() || unit.as_ref().is_some_and(|unit| units.contains(unit)))
}
