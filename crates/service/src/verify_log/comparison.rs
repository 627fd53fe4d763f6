//! Rows, leaves, tiles and checkpoints held against each other, leaf by leaf: a pure machine that is given
//! pages and asks for the next.

use jiff::Timestamp;
use uuid::Uuid;
use varanto_log::{Checkpoint, CheckpointError, Commitment, HASH_LENGTH, Hash, Salt, Tile};
use varanto_store::CanonicalEntry;
use varanto_store::log_tree::{Leaf, LogKind, LogState, Numbers, StoredTile};

use super::fault::{LogFault, Verified};
use super::feed::Feed;
use super::loose::Unmatched;
use super::trees::{Doubt, Trees};

/// The most leaves without a salt that are looked at again.
const MAX_WITHOUT_SALT: usize = 1_000;

/// The page that has to come before it can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Leaves,
    Entries(LogKind),
    Tiles(u8),
    Checkpoints,
}

/// A checkpoint as it is stored, opened.
pub(super) struct Opened {
    pub(super) size: u64,
    pub(super) at: Timestamp,
    pub(super) read: Result<Checkpoint, CheckpointError>,
}

/// A leaf with the number that the next leaf of the same log has, as far as the page tells.
struct Placed {
    leaf: Leaf,
    next: Option<i64>,
}

/// How far is verified: fixed when it begins.
pub(super) struct Bounds {
    /// The tree.
    pub(super) state: LogState,
    /// The last entries, sealed or not.
    pub(super) committed: Numbers,
    /// Content of leaves before this may have left.
    pub(super) horizon: u64,
    /// Does the store leave numbers out, such as those of plans that were undone?
    pub(super) has_gaps: bool,
}

/// How an entry and its leaf go together.
#[derive(Clone, Copy)]
enum Fit {
    /// The entry is the one that the row of the leaf is for.
    Row { log: LogKind, number: i64, entry: Uuid },
    /// It is the one that the tile is for, and the row of the leaf is not.
    Tile,
    /// Nothing is known of the entry, or something has been told.
    Unknown,
}

/// The machine.
pub(super) struct Comparison {
    bounds: Bounds,
    at: u64,
    leaves: Feed<Placed>,
    uses: Feed<CanonicalEntry>,
    disclosures: Feed<CanonicalEntry>,
    administration: Feed<CanonicalEntry>,
    tiles: [Feed<StoredTile>; 8],
    /// Of each level the last place of which a fault was told.
    told: [Option<u64>; 8],
    checkpoints: Feed<Opened>,
    /// The size of the last checkpoint that was met.
    signed: Option<u64>,
    /// When the last believed checkpoint was signed.
    signed_at: Option<Timestamp>,
    /// The last number of each log that a leaf has named.
    named: Numbers,
    /// The last number of each log that a leaf or an entry had.
    reached: Numbers,
    trees: Trees,
    unmatched: Unmatched,
    /// Leaves without a salt whose entries are there: unless their content has left by now, a fault.
    pub(super) without_salt: Vec<(LogKind, i64, u64)>,
    /// Stored tiles that are wider than the tree is: they may have grown since.
    pub(super) wide: Vec<(u8, u64, usize)>,
    /// What was found.
    pub(super) verified: Verified,
}

impl Comparison {
    pub(super) fn new(bounds: Bounds) -> Self {
        let mut verified = Verified { leaves: bounds.state.size, ..Verified::default() };
        if bounds.state.content_from > bounds.horizon {
            let why = "content has left that no checkpoint of twelve years ago covers";
            verified.note(LogFault::State { why });
        }
        Self {
            bounds,
            at: 0,
            leaves: Feed::default(),
            uses: Feed::default(),
            disclosures: Feed::default(),
            administration: Feed::default(),
            tiles: std::array::from_fn(|_| Feed::default()),
            told: [None; 8],
            checkpoints: Feed::default(),
            signed: None,
            signed_at: None,
            named: Numbers::default(),
            reached: Numbers::default(),
            trees: Trees::default(),
            unmatched: Unmatched::default(),
            without_salt: Vec::new(),
            wide: Vec::new(),
            verified,
        }
    }

    /// How many leaves have been compared.
    pub(super) fn leaves_done(&self) -> u64 {
        self.at
    }

    pub(super) fn take_leaves(&mut self, page: Vec<Leaf>) {
        let mut next: [Option<i64>; 3] = [None; 3];
        let mut placed: Vec<_> = page
            .into_iter()
            .rev()
            .map(|leaf| {
                let slot = leaf.log.and_then(|log| {
                    LogKind::ALL.iter().zip(&mut next).find(|(l, _)| **l == log).map(|(_, n)| n)
                });
                let next = slot.and_then(|slot| slot.replace(leaf.number));
                Placed { leaf, next }
            })
            .collect();
        placed.reverse();
        self.leaves.take(placed);
    }

    pub(super) fn take_entries(&mut self, log: LogKind, page: Vec<CanonicalEntry>) {
        self.entries(log).take(page);
    }

    pub(super) fn take_tiles(&mut self, level: u8, page: Vec<StoredTile>) {
        if let Some(feed) = self.tiles.get_mut(usize::from(level)) {
            feed.take(page);
        }
    }

    pub(super) fn take_checkpoints(&mut self, page: Vec<Opened>) {
        self.verified.checkpoints += page.len() as u64;
        self.checkpoints.take(page);
    }

    /// Goes on as far as the pages reach; `None` where everything has been compared.
    pub(super) fn advance(&mut self) -> Option<Wanted> {
        self.go_on().err()
    }

    fn go_on(&mut self) -> Result<(), Wanted> {
        self.meet_checkpoints()?;
        while self.at < self.bounds.state.size {
            self.meet_leaf()?;
            self.meet_checkpoints()?;
        }
        LogKind::ALL.into_iter().try_for_each(|log| self.meet_rest(log))
    }

    fn entries(&mut self, log: LogKind) -> &mut Feed<CanonicalEntry> {
        match log {
            LogKind::Use => &mut self.uses,
            LogKind::Disclosure => &mut self.disclosures,
            LogKind::Administration => &mut self.administration,
        }
    }

    /// The checkpoints over the tree as far as it has come.
    fn meet_checkpoints(&mut self) -> Result<(), Wanted> {
        loop {
            let next = self.checkpoints.peek().map_err(|_| Wanted::Checkpoints)?;
            if next.is_none_or(|next| next.size > self.at) {
                return Ok(());
            }
            let Some(Opened { size, at, read }) = self.checkpoints.next() else { return Ok(()) };
            self.signed = Some(size);
            let mut fault = |why: &str| {
                self.verified.note(LogFault::Checkpoint { size, why: why.to_owned() });
            };
            match read {
                Err(error) => fault(&error.to_string()),
                Ok(checkpoint) if checkpoint.size != size => {
                    fault("it was signed over a tree of another size");
                }
                Ok(checkpoint) => {
                    if checkpoint.at.as_second() != at.as_second() {
                        fault("it was signed at another time than is noted");
                    }
                    if self.signed_at.is_some_and(|before| checkpoint.at < before) {
                        fault("it was signed at an earlier time than the one before it");
                    }
                    self.signed_at = Some(checkpoint.at);
                    self.trees.meet(checkpoint.root, &mut self.verified);
                }
            }
        }
    }

    fn meet_leaf(&mut self) -> Result<(), Wanted> {
        let at = self.at;
        let row = self.leaves.peek().map_err(|_| Wanted::Leaves)?;
        let row = row.filter(|row| row.leaf.leaf == at).map(|row| (row.leaf.clone(), row.next));
        let tile = self.hash_in_tile(0, at)?;
        let whole = at + 1;
        for level in 1..8_u8 {
            if whole.trailing_zeros() < u32::from(level) * 8 {
                break;
            }
            self.position(level, (whole >> (u32::from(level) * 8)) - 1)?;
        }
        let mut fit = Fit::Unknown;
        if let Some((leaf, next)) = &row {
            fit = self.meet_entry(leaf, *next, tile)?;
            self.leaves.next();
        } else {
            self.verified.note(LogFault::LeafMissing { leaf: at });
        }
        let stored = row.as_ref().and_then(|(leaf, _)| leaf.commitment);
        let stored = stored.map(|commitment| Commitment::new(commitment).leaf());
        match (stored, tile) {
            (Some(row), Some(tile)) if row != tile => {
                let otherwise = match fit {
                    Fit::Row { log, number, entry } => {
                        LogFault::Changed { log: log.as_str(), number, entry, leaf: at }
                    }
                    Fit::Tile | Fit::Unknown => LogFault::LeafChanged { leaf: at },
                };
                self.trees.append_doubtful(row, tile, Doubt { leaf: at, otherwise });
            }
            (Some(hash), _) => self.trees.append(hash),
            (None, hash) => {
                if row.is_some() {
                    self.verified.note(LogFault::LeafChanged { leaf: at });
                }
                match hash {
                    Some(hash) => self.trees.append(hash),
                    None => self.trees.lose(),
                }
            }
        }
        self.meet_tiles_above();
        self.at = whole;
        Ok(())
    }

    /// The entry of a leaf, and those before it that have none.
    fn meet_entry(
        &mut self,
        leaf: &Leaf,
        next: Option<i64>,
        tile: Option<Hash>,
    ) -> Result<Fit, Wanted> {
        let Some(log) = leaf.log else {
            self.verified.note(LogFault::LeafChanged { leaf: leaf.leaf });
            return Ok(Fit::Unknown);
        };
        let number = leaf.number;
        let in_order = number > self.named.of(log) && next.is_none_or(|next| number < next);
        if !in_order || number > self.bounds.committed.of(log).max(self.bounds.state.sealed.of(log))
        {
            self.unmatched.misplaced(log, leaf.clone(), &mut self.verified);
            return Ok(Fit::Unknown);
        }
        let entry = loop {
            let entry = self.entries(log).peek().map_err(|_| Wanted::Entries(log))?;
            match entry.map(|entry| entry.number) {
                Some(found) if found < number => {
                    self.reach(log, found);
                    if let Some(entry) = self.entries(log).next() {
                        self.unmatched.without_leaf(log, entry, &mut self.verified);
                    }
                }
                Some(found) if found == number => break self.entries(log).next(),
                _ => break None,
            }
        };
        self.named = self.named.with(log, number);
        self.reach(log, number);
        Ok(match entry {
            Some(entry) => self.hold(log, leaf, entry, tile),
            None if leaf.leaf < self.bounds.horizon => {
                self.verified.without_content += 1;
                Fit::Unknown
            }
            None => {
                self.unmatched.removed(log, leaf.clone(), &mut self.verified);
                Fit::Unknown
            }
        })
    }

    /// Goes on to a number: none before it is passed over where the store gives every number to an entry.
    fn reach(&mut self, log: LogKind, number: i64) {
        let reached = self.reached.of(log);
        if !self.bounds.has_gaps && number > reached.saturating_add(1) {
            let (log, from) = (log.as_str(), reached + 1);
            self.verified.note(LogFault::Missing { log, from, to: number - 1 });
        }
        self.reached = self.reached.with(log, reached.max(number));
    }

    /// Holds an entry against its leaf.
    fn hold(
        &mut self,
        log: LogKind,
        leaf: &Leaf,
        entry: CanonicalEntry,
        tile: Option<Hash>,
    ) -> Fit {
        let (number, id) = (entry.number, entry.id);
        let Some(salt) = leaf.salt else {
            if self.without_salt.len() < MAX_WITHOUT_SALT && leaf.leaf < self.bounds.horizon {
                self.without_salt.push((log, number, leaf.leaf));
            } else {
                let (log, leaf) = (log.as_str(), leaf.leaf);
                self.verified.note(LogFault::SaltMissing { log, number, leaf });
            }
            return Fit::Unknown;
        };
        let commitment = entry.form.as_ref().map(|form| Commitment::to(&Salt::new(salt), form));
        match commitment {
            Some(made) if leaf.commitment == Some(*made.as_bytes()) => {
                self.verified.entries += 1;
                Fit::Row { log, number, entry: id }
            }
            Some(made) if tile == Some(made.leaf()) => {
                self.verified.entries += 1;
                Fit::Tile
            }
            _ => {
                self.unmatched.changed(log, leaf.clone(), entry, &mut self.verified);
                Fit::Unknown
            }
        }
    }

    /// The tiles above the leaves, as far as the last leaf has made hashes of them.
    fn meet_tiles_above(&mut self) {
        for made in std::mem::take(&mut self.trees.made) {
            let stored = self.stored_hash(made.level, made.index);
            if stored.is_some() && stored != Some(made.hash) && stored != made.other {
                self.tell_tile(made.level, made.index / 256, false);
            }
        }
    }

    /// The hash of a stored tile, which is first asked for where it is not at hand.
    fn hash_in_tile(&mut self, level: u8, index: u64) -> Result<Option<Hash>, Wanted> {
        self.position(level, index)?;
        Ok(self.stored_hash(level, index))
    }

    /// Goes on to the tile that has a hash.
    fn position(&mut self, level: u8, index: u64) -> Result<(), Wanted> {
        let place = index / 256;
        let Some(feed) = self.tiles.get_mut(usize::from(level)) else { return Ok(()) };
        loop {
            match feed.peek().map_err(|_| Wanted::Tiles(level))? {
                Some(tile) if tile.place < place => {
                    feed.next();
                }
                Some(tile) if tile.place == place && index.is_multiple_of(256) => {
                    let width = Tile::width_in(level, place, self.bounds.state.size);
                    if tile.hashes.len() > usize::from(width) * HASH_LENGTH {
                        self.wide.push((level, place, tile.hashes.len()));
                    }
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
    }

    fn stored_hash(&mut self, level: u8, index: u64) -> Option<Hash> {
        let tile = self.tiles.get(usize::from(level))?.peek().ok()?;
        let tile = tile.filter(|tile| tile.place == index / 256);
        let at = usize::try_from(index % 256).ok()? * HASH_LENGTH;
        let bytes = tile.and_then(|tile| tile.hashes.get(at..at + HASH_LENGTH));
        let hash = bytes.and_then(|bytes| bytes.try_into().ok()).map(Hash::new);
        if hash.is_none() {
            self.tell_tile(level, index / 256, true);
        }
        hash
    }

    /// Tells once that a tile is not as it should be.
    fn tell_tile(&mut self, level: u8, place: u64, missing: bool) {
        let Some(told) = self.told.get_mut(usize::from(level)) else { return };
        if told.replace(place) != Some(place) {
            self.verified.note(if missing {
                LogFault::TileMissing { level, place }
            } else {
                LogFault::TileChanged { level, place }
            });
        }
    }

    /// The entries of a log after the last that a leaf has named.
    fn meet_rest(&mut self, log: LogKind) -> Result<(), Wanted> {
        let (sealed, committed) = (self.bounds.state.sealed.of(log), self.bounds.committed.of(log));
        loop {
            let next = self.entries(log).peek().map_err(|_| Wanted::Entries(log))?;
            if next.is_none_or(|next| next.number > committed.max(sealed)) {
                return Ok(());
            }
            if let Some(number) = next.map(|next| next.number) {
                self.reach(log, number);
            }
            match self.entries(log).next() {
                Some(entry) if entry.number <= sealed => {
                    self.unmatched.without_leaf(log, entry, &mut self.verified);
                }
                _ => self.verified.unsealed += 1,
            }
        }
    }

    /// Ends, with the horizon as it is by now.
    pub(super) fn end(&mut self, horizon: u64) {
        self.unmatched.end(horizon, &mut self.verified);
        self.trees.end(&mut self.verified);
        let LogState { size, sealed, .. } = self.bounds.state;
        if self.signed != Some(size) && (self.signed.is_some() || size > 0) {
            let why = "no checkpoint is signed over the tree of the size that is noted";
            self.verified.note(LogFault::State { why });
        }
        if LogKind::ALL.iter().any(|log| self.named.of(*log) != sealed.of(*log)) {
            let why = "the last entries in the tree are others than are noted";
            self.verified.note(LogFault::State { why });
        }
    }
}
