//! What each list finds: the facts of some entries are gathered in a few queries, then looked at purely.

mod after_end;
mod gather;
mod homes;
mod kin;
mod own_unit;
mod volumes;

pub(super) use volumes::{UserDay, unusual};

use std::collections::BTreeSet;

use varanto_documents::projection::ClientshipDocument;
use varanto_model::{Group, Oid, Pointer};
use varanto_store::use_log::UseEntry;

use super::item::{BroadKind, Findings, Kin};
use super::list::List;
use crate::Error;
use crate::log_page::Whose;
use crate::service::Service;
use crate::snapshot::Snapshot;

/// An entry that may be on a list.
#[derive(Clone)]
pub(super) struct Candidate {
    pub(super) entry: UseEntry,
    /// On which side of a broad right it stands.
    pub(super) kind: BroadKind,
}

/// What a list finds of candidates.
pub(super) struct Examined {
    /// In their order: `None` of those that are not on the list. As many were looked at as one call may, and at
    /// least one.
    pub(super) found: Vec<Option<Findings>>,
    /// The documents that were opened for it.
    pub(super) opened: BTreeSet<Oid>,
}

impl Service {
    /// What a list finds of candidates.
    pub(super) async fn examine(
        &self,
        snapshot: &Snapshot,
        (list, whose): (List, &Whose),
        candidates: &[Candidate],
    ) -> Result<Examined, Error> {
        let mut opened = BTreeSet::new();
        let found = match list {
            List::SpecialReasons | List::Representatives => {
                Ok(candidates.iter().map(|_| Some(Findings::Nothing {})).collect())
            }
            List::Broad => {
                Ok(candidates.iter().map(|c| Some(Findings::Broad { kind: c.kind })).collect())
            }
            List::Volumes => Err(Error::Internal("volumes are counted and not examined")),
            List::Kin => self.examine_kin(snapshot, whose, candidates, &mut opened).await,
            List::AfterEnd => self.examine_after_end(candidates).await,
            List::WillsWithoutContext => self.examine_wills(candidates).await,
            List::OwnUnit => self.examine_own_unit(candidates, &mut opened).await,
        };
        Ok(Examined { found: found?, opened })
    }

    /// Of the register of another the names alone are compared: addresses stay with the controller (rule R7).
    async fn examine_kin(
        &self,
        snapshot: &Snapshot,
        whose: &Whose,
        candidates: &[Candidate],
        opened: &mut BTreeSet<Oid>,
    ) -> Result<Vec<Option<Findings>>, Error> {
        let files = self.files_by_key(candidates).await?;
        let homes = match whose {
            Whose::Register(_) => self.homes(snapshot, candidates, &files, opened).await?,
            Whose::Staff(_) => vec![false; candidates.len()],
        };
        let examined = candidates.iter().zip(homes);
        let found = examined.map(|(Candidate { entry, .. }, home_address)| {
            let client = entry.client.and_then(|key| files.get(&key));
            let theirs = client.and_then(|file| file.family_name.as_deref());
            let own = kin::family_name(&entry.user_name);
            let family_name = theirs.is_some_and(|theirs| kin::are_namesakes(own, theirs));
            (family_name || home_address)
                .then_some(Findings::Kin(Kin { family_name, home_address }))
        });
        Ok(found.collect())
    }

    async fn examine_after_end(
        &self,
        candidates: &[Candidate],
    ) -> Result<Vec<Option<Findings>>, Error> {
        let standings = self.standings_of(candidates).await?;
        let found = candidates.iter().map(|Candidate { entry, .. }| {
            let standing = standings.get(&(entry.controller.clone(), entry.client?))?;
            after_end::after_end(entry, standing).map(Findings::AfterEnd)
        });
        Ok(found.collect())
    }

    async fn examine_wills(
        &self,
        candidates: &[Candidate],
    ) -> Result<Vec<Option<Findings>>, Error> {
        let standings = self.standings_of(candidates).await?;
        let groups = self.groups_of(candidates).await?;
        let found = candidates.iter().zip(groups).map(|(Candidate { entry, .. }, group)| {
            let group = group.filter(|group| {
                matches!(group, Group::Informing | Group::Permit | Group::Denial)
            })?;
            let standing = standings.get(&(entry.controller.clone(), entry.client?));
            let without =
                standing.is_none_or(|standing| after_end::without_context(entry, standing));
            without.then_some(Findings::Will { group: group.as_str() })
        });
        Ok(found.collect())
    }

    async fn examine_own_unit(
        &self,
        candidates: &[Candidate],
        opened: &mut BTreeSet<Oid>,
    ) -> Result<Vec<Option<Findings>>, Error> {
        let groups = self.groups_of(candidates).await?;
        let are_clientships: Vec<_> =
            groups.iter().map(|group| *group == Some(Group::Clientship)).collect();
        let versions = self.versions_of(candidates, &are_clientships, opened).await?;
        let read =
            |content: &serde_json::Value| ClientshipDocument::read(content, &Pointer::root()).ok();
        let found = candidates.iter().zip(versions).map(|(Candidate { entry, .. }, versions)| {
            let versions = versions?;
            let stored = read(versions.stored.as_ref()?)?;
            let before = versions.before.as_ref().and_then(read);
            let first_version = versions.is_first;
            let newly = own_unit::is_newly_named(entry.unit.as_ref()?, &stored, before.as_ref());
            newly.then_some(Findings::OwnUnit { first_version })
        });
        Ok(found.collect())
    }
}
