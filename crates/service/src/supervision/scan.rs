//! The entries that one call looks at: those that can be on a list, found by an index of their own, or among
//! a bounded number of entries of the log.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use varanto_model::{Oid, calendar};
use varanto_store::disclosure_log::{self, DisclosureEntry, DisclosureFilter, DisclosureScope};
use varanto_store::use_log::{
    self, LogCursor, LogFilter, Outcome, ReviewFilter, UseEntry, UserVolume,
};

use super::item::{BroadKind, Item, Place};
use super::list::List;
use super::lists::{Candidate, Examined, UserDay};
use super::request::Filter;
use crate::Error;
use crate::log_page::Whose;
use crate::search_use_log::scopes;
use crate::service::Service;
use crate::snapshot::Snapshot;

/// The entries of the log that one call passes over at most where no index tells the list's own.
const STRETCH: u32 = 20_000;

/// What one call looks at.
pub(super) struct Stretch {
    /// The newest first.
    pub(super) candidates: Vec<Candidate>,
    /// The place up to which the log was looked through, where that is not its end: where everything was
    /// examined, the next call begins there.
    pub(super) end: Option<LogCursor>,
}

/// What one call found, the newest first.
pub(super) struct Scan {
    pub(super) items: Vec<Item>,
    /// The place up to which the log was looked through, where that is not its end.
    pub(super) end: Option<LogCursor>,
    /// The documents that were opened for it.
    pub(super) opened: BTreeSet<Oid>,
}

impl Service {
    /// The items of a list, of the entries that one call looks at.
    pub(super) async fn scan(
        &self,
        snapshot: &Snapshot,
        whose: &Whose,
        filter: &Filter,
        after: Option<LogCursor>,
    ) -> Result<Scan, Error> {
        let Stretch { candidates, end } = self.stretch(snapshot, whose, filter, after).await?;
        let of = (filter.list, whose);
        let Examined { found, opened } = self.examine(snapshot, of, &candidates).await?;
        let end = match found.len().checked_sub(1).and_then(|last| candidates.get(last)) {
            // Not all were examined.
            Some(last) if found.len() < candidates.len() => Some(last.entry.cursor()),
            _ => end,
        };
        let items = candidates.iter().zip(found);
        let items = items.filter_map(|(candidate, found)| Some(Item::of(&candidate.entry, found?)));
        Ok(Scan { items: items.collect(), end, opened })
    }

    /// The next entries that can be on the list.
    async fn stretch(
        &self,
        snapshot: &Snapshot,
        whose: &Whose,
        filter: &Filter,
        after: Option<LogCursor>,
    ) -> Result<Stretch, Error> {
        let Filter { list, from, until, .. } = filter;
        let most = list.most_examined();
        let end = if list.is_indexed() {
            None
        } else {
            let ends = scopes(whose, snapshot)
                .map(|scope| use_log::stretch(scope, (*from, *until), after, STRETCH));
            let ends = self.database.fetch(ends.collect::<Vec<_>>()).await?.into_iter().flatten();
            ends.filter(|found| found.entries == STRETCH).map(|found| found.last).max()
        };
        let mut narrowed = LogFilter {
            user_id: filter.user.clone(),
            organisation: filter.organisation.clone(),
            from: Some(*from),
            until: Some(*until),
            review: ReviewFilter {
                unit: filter.unit.clone(),
                down_to: end,
                ..ReviewFilter::default()
            },
            ..LogFilter::default()
        };
        list.narrow(&mut narrowed);
        let lists = scopes(whose, snapshot)
            .map(|scope| use_log::list(scope, narrowed.clone(), after, most + 1))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| Error::Internal("a filter has too many values"))?;
        let uses = self.database.fetch(lists).await?.into_iter().flatten();
        let mut candidates: Vec<_> =
            uses.map(|entry| Candidate { entry, kind: BroadKind::Use }).collect();
        candidates.extend(self.broad_disclosures(whose, filter, after, most + 1).await?);
        candidates.sort_unstable_by_key(|c| std::cmp::Reverse(c.entry.cursor()));
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let is_cut = candidates.len() > most;
        candidates.truncate(most);
        let last = candidates.last().map(|last| last.entry.cursor());
        Ok(Stretch { end: if is_cut { last } else { end }, candidates })
    }

    /// Of the list of broad rights, the data of the own register that went out on one.
    async fn broad_disclosures(
        &self,
        whose: &Whose,
        filter: &Filter,
        after: Option<LogCursor>,
        size: u32,
    ) -> Result<Vec<Candidate>, Error> {
        let (List::Broad, Whose::Register(controller)) = (filter.list, whose) else {
            return Ok(Vec::new());
        };
        let narrowed = DisclosureFilter {
            user_id: filter.user.clone(),
            receiver_organisation: filter.organisation.clone(),
            from: Some(filter.from),
            until: Some(filter.until),
            unit: filter.unit.clone(),
            ..DisclosureFilter::default()
        };
        let scope = DisclosureScope::BroadOf(controller.clone());
        let query = disclosure_log::list(scope, narrowed, after, size)
            .map_err(|_| Error::Internal("a filter has too many values"))?;
        let found = self.database.fetch(query).await?.into_iter();
        Ok(found
            .map(|entry| Candidate { entry: as_use(entry), kind: BroadKind::Disclosure })
            .collect())
    }

    /// What everybody used on each day of the time that is looked at, the newest day first. Whole days are
    /// counted.
    pub(super) async fn user_days(
        &self,
        snapshot: &Snapshot,
        whose: &Whose,
        filter: &Filter,
    ) -> Result<Vec<UserDay>, Error> {
        let first = calendar::day_of(filter.from);
        let last_instant = filter.until.checked_sub(SignedDuration::from_micros(1));
        let mut day = calendar::day_of(last_instant.unwrap_or(filter.until)).max(first);
        let mut all = Vec::new();
        loop {
            let bounds =
                calendar::start_of(day).and_then(|start| Ok((start, calendar::end_of(day)?)));
            let (from, until) =
                bounds.map_err(|_| Error::Internal("a day is out of the calendar"))?;
            let queries = scopes(whose, snapshot).map(|scope| use_log::volumes(scope, from, until));
            let used = self.database.fetch(queries.collect::<Vec<_>>()).await?;
            all.extend(added(used).into_iter().map(|used| UserDay { day, used }));
            match day.yesterday() {
                Ok(before) if before >= first => day = before,
                _ => return Ok(all),
            }
        }
    }
}

/// The volumes of several logs together; nobody's client is in two of them.
fn added(logs: Vec<Vec<UserVolume>>) -> Vec<UserVolume> {
    let mut all: Vec<UserVolume> = Vec::new();
    for volume in logs.into_iter().flatten() {
        let same = |v: &&mut UserVolume| {
            v.organisation == volume.organisation && v.user_id == volume.user_id
        };
        match all.iter_mut().find(same) {
            Some(there) => {
                there.clients = there.clients.saturating_add(volume.clients);
                there.uses = there.uses.saturating_add(volume.uses);
            }
            None => all.push(volume),
        }
    }
    all
}

/// A disclosure as the use that it was to whoever got the data.
fn as_use(entry: DisclosureEntry) -> UseEntry {
    UseEntry {
        id: entry.id,
        at: entry.at,
        organisation: entry.receiver_organisation.unwrap_or_else(|| entry.controller.clone()),
        controller: entry.controller,
        client: Some(entry.client),
        action: entry.action,
        outcome: Outcome::Permitted,
        basis: Some(entry.basis),
        purpose: Some(entry.purpose),
        user_id: entry.user_id,
        user_name: entry.user_name,
        unit: entry.unit,
        role: entry.role,
        authentication: entry.authentication.unwrap_or_default(),
        documents: entry.documents,
        case: None,
        special_reason: entry.special_reason,
        ground: entry.ground,
        rules: Vec::new(),
        parameters: None,
        request_id: entry.request_id,
        certificate: entry.certificate,
    }
}

/// The item of a user-day.
pub(super) fn day_item(day: UserDay, volume: super::item::Volume) -> Result<Item, Error> {
    let id = day.id();
    let at =
        calendar::start_of(day.day).map_err(|_| Error::Internal("a day is out of the calendar"))?;
    Ok(Item {
        place: Place::Day(id.clone()),
        id,
        at,
        user_id: day.used.user_id,
        user_name: day.used.user_name,
        unit: day.used.unit,
        organisation: day.used.organisation,
        action: None,
        documents: Vec::new(),
        case: None,
        special_reason: None,
        ground: None,
        findings: super::item::Findings::Volume(volume),
    })
}

/// Organisation, user and day of the name of a user-day.
pub(super) fn read_day(id: &str) -> Option<(Oid, &str, jiff::civil::Date)> {
    let (organisation, rest) = id.split_once('/')?;
    let (user, day) = rest.rsplit_once('/')?;
    Some((Oid::parse(organisation).ok()?, user, day.parse().ok()?))
}
