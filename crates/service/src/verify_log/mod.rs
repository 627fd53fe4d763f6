//! Verifying the whole log: are the entries, the tree and every checkpoint as they were signed? (LOG-03)
//!
//! Rows of the three logs, leaves, tiles and checkpoints are read in pages, each in its order, and held
//! against each other by a pure machine (`comparison`); every root is made anew and every signature checked.
//! What differs is told by name. It can run beside a server: how far it goes is fixed when it begins, entries
//! that are not sealed yet are counted, and content that leaves meanwhile after its years is no fault.
//!
//! It shows what was changed under the key that signs. Whoever has the key can sign another tree: that, and an
//! end of the log that was cut off, shows only against what a witness has kept.

mod comparison;
mod fault;
mod feed;
mod loose;
mod pages;
mod trees;
mod witness;

use varanto_log::{Checkpoint, HASH_LENGTH, Tile};
use varanto_store::CanonicalEntry;
use varanto_store::log_tree::{self, Leaf, LogKind, LogState, StoredCheckpoint, StoredTile};

use self::comparison::{Bounds, Comparison, Opened, Wanted};
pub use self::fault::{LogFault, MAX_SHOWN, Verified};
use self::pages::Pages;
pub use self::witness::WitnessNotes;
use crate::Error;
use crate::service::Service;

/// Items of a page.
const PAGE: u32 = 1_000;

/// Everything that is read, in pages.
struct Sources {
    leaves: Pages<Leaf>,
    entries: Vec<(LogKind, Pages<CanonicalEntry>)>,
    tiles: Vec<Pages<StoredTile>>,
    checkpoints: Pages<Opened>,
}

impl Sources {
    fn of(service: &Service) -> Self {
        let entries = |log| {
            let after = move |last: Option<&CanonicalEntry>| {
                log_tree::entries_after(log, last.map_or(i64::MIN, |last| last.number), PAGE)
            };
            (log, Pages::of(service, after, |_, entry| entry))
        };
        let tiles = |level| {
            let after = move |last: Option<&StoredTile>| {
                log_tree::tiles(level, last.map_or(0, |last| last.place + 1))
            };
            Pages::of(service, after, |_, tile| tile)
        };
        let leaves = |last: Option<&Leaf>| log_tree::leaves(last.map_or(0, |l| l.leaf + 1), PAGE);
        let checkpoints = |last: Option<&StoredCheckpoint>| {
            log_tree::checkpoints(last.map_or(0, |last| last.size + 1))
        };
        let open = |service: &Service, stored: StoredCheckpoint| Opened {
            size: stored.size,
            at: stored.at,
            read: Checkpoint::open(&stored.note, service.log_keys()),
        };
        Self {
            leaves: Pages::of(service, leaves, |_, leaf| leaf),
            entries: LogKind::ALL.into_iter().map(entries).collect(),
            tiles: (0..8).map(tiles).collect(),
            checkpoints: Pages::of(service, checkpoints, open),
        }
    }

    /// Ends: nothing is read any more.
    async fn end(self) {
        let Self { leaves, entries, tiles, checkpoints } = self;
        leaves.end().await;
        checkpoints.end().await;
        for (_, pages) in entries {
            pages.end().await;
        }
        for pages in tiles {
            pages.end().await;
        }
    }

    /// Gives the comparison the page that it wants.
    async fn give(&mut self, wanted: Wanted, to: &mut Comparison) -> Result<(), Error> {
        match wanted {
            Wanted::Leaves => to.take_leaves(self.leaves.page().await?),
            Wanted::Checkpoints => to.take_checkpoints(self.checkpoints.page().await?),
            Wanted::Entries(log) => {
                for (of, pages) in &mut self.entries {
                    if *of == log {
                        to.take_entries(log, pages.page().await?);
                    }
                }
            }
            Wanted::Tiles(level) => {
                if let Some(pages) = self.tiles.get_mut(usize::from(level)) {
                    to.take_tiles(level, pages.page().await?);
                }
            }
        }
        Ok(())
    }
}

impl Service {
    /// Verifies the whole log, and holds it against what a witness has kept. `progress` is told now and then
    /// how many leaves have been compared, of how many.
    ///
    /// # Errors
    /// Where the store fails, or a stored row cannot be read at all.
    pub async fn verify_log(
        &self,
        witness: Option<WitnessNotes>,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<Verified, Error> {
        let state = self.log_state().await?;
        let committed = self.database.fetch_one(log_tree::numbers()).await?.unwrap_or_default();
        let size = state.size;
        let horizon = self.log_horizon(0, None).await?;
        let has_gaps = self.database.has_gaps();
        let mut comparison = Comparison::new(Bounds { state, committed, horizon, has_gaps });
        let mut sources = Sources::of(self);
        let mut given = Ok(());
        while let Some(wanted) = comparison.advance().filter(|_| given.is_ok()) {
            progress(comparison.leaves_done(), size);
            given = sources.give(wanted, &mut comparison).await;
        }
        sources.end().await;
        given?;
        self.look_again(&mut comparison).await?;
        comparison.end(self.log_horizon(0, None).await?);
        progress(size, size);
        let mut verified = comparison.verified;
        if let Some(mut notes) = witness {
            self.verify_witness(&mut notes, &mut verified).await?;
        }
        Ok(verified)
    }

    pub(crate) async fn log_state(&self) -> Result<LogState, Error> {
        let state = self.database.fetch_one(log_tree::state()).await?;
        state.ok_or(Error::Internal("the log's tree has no state"))
    }

    /// What may have been otherwise only because a server was writing.
    async fn look_again(&self, comparison: &mut Comparison) -> Result<(), Error> {
        for (log, number, leaf) in std::mem::take(&mut comparison.without_salt) {
            let entry = log_tree::entries_after(log, number - 1, 1);
            let (entry, row) = self.database.fetch((entry, log_tree::leaves(leaf, 1))).await?;
            let is_there = entry.first().is_some_and(|entry| entry.number == number);
            let is_bare = row.first().is_none_or(|row| row.leaf == leaf && row.salt.is_none());
            if is_there && is_bare {
                let log = log.as_str();
                comparison.verified.note(LogFault::SaltMissing { log, number, leaf });
            } else {
                comparison.verified.without_content += 1;
            }
        }
        let heads = (log_tree::last_leaf(), log_tree::checkpoints(comparison.leaves_done() + 1));
        let (last, later) = self.database.fetch(heads).await?;
        // Read after the last leaf and the later checkpoints, and so no less.
        let size = self.log_state().await?.size;
        for StoredCheckpoint { size, .. } in later.into_iter().filter(|later| later.size > size) {
            let why = "it stands beyond the end of the tree".to_owned();
            comparison.verified.note(LogFault::Checkpoint { size, why });
        }
        if last.first().is_some_and(|last| last.leaf >= size) {
            let why = "there are more leaves than are noted";
            comparison.verified.note(LogFault::State { why });
        }
        let mut wide = std::mem::take(&mut comparison.wide);
        wide.dedup();
        for (level, place, length) in wide {
            if length > usize::from(Tile::width_in(level, place, size)) * HASH_LENGTH {
                comparison.verified.note(LogFault::TileChanged { level, place });
            }
        }
        Ok(())
    }
}
