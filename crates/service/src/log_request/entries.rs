//! The entries that a request asks for: permitted uses and disclosures of the client's data in the
//! controller's register, in the units and the time that are asked for.
//!
//! A refused attempt has used no data, and is not among them.

use varanto_model::Oid;
use varanto_store::MAX_PAGE;
use varanto_store::use_log::{LogCursor, Outcome};

use super::met::Met;
use super::wanted::Continued;
use crate::Error;
use crate::client_log::{ClientEntry, ClientLog, Logs};
use crate::service::Service;

/// The most entries of one answer. What is older is given on another request.
pub(super) const MAX_GIVEN: usize = 5_000;
/// The fewest entries that are fetched at once: some of them may not be asked for.
const LEAST_BATCH: u32 = 100;
/// The most entries that are looked through for one answer or page, about.
const MAX_SEEN: usize = 100_000;

/// Some of the entries that a request asks for.
pub(super) struct AskedFor {
    /// Newest first.
    pub(super) entries: Vec<ClientEntry>,
    /// After which place there may be more.
    pub(super) rest: Option<LogCursor>,
}

impl Service {
    /// The entries that a request asks for, newest first, after a place; at most `most`, and no more than
    /// [`MAX_SEEN`] entries hold.
    pub(super) async fn entries_asked_for(
        &self,
        met: &Met,
        after: Option<LogCursor>,
        most: usize,
    ) -> Result<AskedFor, Error> {
        let (mut entries, mut seen) = (Vec::new(), 0);
        let Some(file) = &met.file else { return Ok(AskedFor { entries, rest: None }) };
        let (from, until) = met.details.period.instants()?;
        let log = ClientLog {
            keys: self.keys_of(file).await?,
            register: Some(met.request.controller.clone()),
            from: Some(from),
            until: Some(until),
            logs: Logs::Both,
        };
        let begin = met.details.continues.map(Continued::place);
        // The older of the two: what another request gave is not asked for here.
        let mut after = after.into_iter().chain(begin).min();
        let batch = u32::try_from(most).unwrap_or(MAX_PAGE).clamp(LEAST_BATCH, MAX_PAGE);
        loop {
            let page = log.page(self, after, batch).await?;
            let is_last = u32::try_from(page.len()).is_ok_and(|found| found < batch);
            after = page.last().map(ClientEntry::cursor);
            seen += page.len();
            entries
                .extend(page.into_iter().filter(|entry| is_asked_for(entry, &met.details.units)));
            if entries.len() > most {
                entries.truncate(most);
                let rest = entries.last().map(ClientEntry::cursor);
                return Ok(AskedFor { entries, rest });
            }
            if is_last || seen >= MAX_SEEN {
                return Ok(AskedFor { entries, rest: after.filter(|_| !is_last) });
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
