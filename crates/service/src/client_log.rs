//! What the logs have about one client: uses and disclosures in one order of time, under every key that
//! leads to the client.
//!
//! What was noted under a temporary identifier before it was joined to the person stays under its own key.
//! Nothing is decided here about who may see what.

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::Oid;
use varanto_store::disclosure_log::{self, DisclosureEntry, DisclosureFilter, DisclosureScope};
use varanto_store::use_log::{self, LogCursor, LogFilter, Scope, UseEntry};
use varanto_store::{MAX_PAGE, client};

use crate::Error;
use crate::client_file::ClientFile;
use crate::service::Service;

/// An entry about a client.
#[derive(Clone, Debug)]
pub(crate) enum ClientEntry {
    Use(Box<UseEntry>),
    Disclosure(Box<DisclosureEntry>),
}

impl ClientEntry {
    /// Its place in a list.
    pub(crate) fn cursor(&self) -> LogCursor {
        match self {
            Self::Use(entry) => entry.cursor(),
            Self::Disclosure(entry) => entry.cursor(),
        }
    }
}

/// Which logs are looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Logs {
    Uses,
    Disclosures,
    Both,
}

/// The entries about one client, of one register or of all.
pub(crate) struct ClientLog {
    /// The keys that lead to the client.
    pub(crate) keys: Vec<Uuid>,
    /// Whose register; `None`: every one.
    pub(crate) register: Option<Oid>,
    /// Only from this instant on.
    pub(crate) from: Option<Timestamp>,
    /// Only before this instant.
    pub(crate) until: Option<Timestamp>,
    pub(crate) logs: Logs,
}

impl ClientLog {
    /// The entries after a place, newest first, at most `size` and at most [`MAX_PAGE`]. Fewer only where
    /// there are no more.
    pub(crate) async fn page(
        &self,
        service: &Service,
        after: Option<LogCursor>,
        size: u32,
    ) -> Result<Vec<ClientEntry>, Error> {
        let size = size.min(MAX_PAGE);
        let too_many = |_| Error::Internal("a filter has too many values");
        let (mut uses, mut disclosures) = (Vec::new(), Vec::new());
        for key in &self.keys {
            let scope = match &self.register {
                Some(register) => Scope::ClientInRegister(*key, register.clone()),
                None => Scope::Client(*key),
            };
            if self.logs != Logs::Disclosures {
                let (from, until) = (self.from, self.until);
                let filter = LogFilter { from, until, ..LogFilter::default() };
                uses.push(use_log::list(scope, filter, after, size).map_err(too_many)?);
            }
            if self.logs != Logs::Uses {
                let scope = match &self.register {
                    Some(register) => DisclosureScope::ClientAt(*key, register.clone()),
                    None => DisclosureScope::Client(*key),
                };
                let (from, until) = (self.from, self.until);
                let filter = DisclosureFilter { from, until, ..DisclosureFilter::default() };
                let query = disclosure_log::list(scope, filter, after, size).map_err(too_many)?;
                disclosures.push(query);
            }
        }
        let (uses, disclosures) = service.database.fetch((uses, disclosures)).await?;
        let uses = uses.into_iter().flatten().map(|entry| ClientEntry::Use(Box::new(entry)));
        let disclosures = disclosures.into_iter().flatten();
        let disclosures = disclosures.map(|entry| ClientEntry::Disclosure(Box::new(entry)));
        Ok(newest(uses.chain(disclosures).collect(), ClientEntry::cursor, size))
    }
}

/// The newest `size` of entries that hold the newest `size` of each list.
fn newest<T>(mut entries: Vec<T>, place: fn(&T) -> LogCursor, size: u32) -> Vec<T> {
    let place = |entry: &T| {
        let LogCursor { at, id } = place(entry);
        (at, id)
    };
    entries.sort_unstable_by_key(|entry| std::cmp::Reverse(place(entry)));
    entries.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    entries
}

impl Service {
    /// Every key that leads to the person of a file: its own, and those of the temporary identifiers that
    /// were joined to it.
    pub(crate) async fn keys_of(&self, file: &ClientFile) -> Result<Vec<Uuid>, Error> {
        let joined = self.database.fetch(client::joined_to(file.key, MAX_PAGE)).await?;
        if u32::try_from(joined.len()).is_ok_and(|found| found < MAX_PAGE) {
            Ok(std::iter::once(file.key).chain(joined).collect())
        } else {
            Err(Error::Internal("more temporary identifiers than can be were joined to a person"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place((second, id): (i64, u64)) -> LogCursor {
        LogCursor {
            at: Timestamp::from_second(1_788_000_000 + second).unwrap(),
            id: Uuid::from_u64_pair(0, id),
        }
    }

    proptest! {
        /// REQ LOG-05
        #[test]
        fn the_newest_of_each_list_hold_the_newest_of_all(
            lists in prop::collection::vec(prop::collection::btree_set((0_i64..9, 0_u64..9), 0..12), 0..5),
            size in 1_u32..8,
        ) {
            let all: Vec<_> = lists.iter().flatten().copied().map(place).collect();
            let whole = newest(all, |place| *place, size);
            let tops = lists.into_iter().flat_map(|list| {
                newest(list.into_iter().map(place).collect(), |place| *place, size)
            });
            prop_assert_eq!(newest(tops.collect(), |place| *place, size), whole);
        }
    }
}
