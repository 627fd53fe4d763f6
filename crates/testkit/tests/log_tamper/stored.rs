//! The stored log, read whole and looked at without any of the code that seals it: entries, leaves, tiles,
//! checkpoints, and whether each goes with the others.

use std::collections::BTreeMap;

use varanto_log::{Checkpoint, Commitment, ConsistencyProof, Edge, Hash, Salt, Tiles, VerifierKey};
use varanto_store::log_tree::{self, Leaf, LogKind, LogState, StoredCheckpoint, StoredTile};
use varanto_store::{CanonicalEntry, Database, MAX_PAGE};
use varanto_testkit::Site;

use crate::dice::Dice;

/// All that is stored of the log.
pub(crate) struct Stored {
    pub(crate) state: LogState,
    /// The entries of each log, in the order of [`LogKind::ALL`].
    pub(crate) entries: [Vec<CanonicalEntry>; 3],
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) tiles: Vec<StoredTile>,
    pub(crate) checkpoints: Vec<StoredCheckpoint>,
    key: VerifierKey,
}

impl Stored {
    /// Reads the log of a store that nobody writes to.
    pub(crate) async fn read(site: &Site) -> Self {
        let database = site.open_store().await;
        let mut entries = [const { Vec::new() }; 3];
        for (log, entries) in LogKind::ALL.into_iter().zip(&mut entries) {
            let after = |entry: &CanonicalEntry| entry.number;
            *entries =
                all(&database, 0, after, |after| log_tree::entries_after(log, after, MAX_PAGE))
                    .await;
        }
        let mut tiles = Vec::new();
        for level in 0..8 {
            let next = |tile: &StoredTile| tile.place + 1;
            tiles.extend(all(&database, 0, next, |from| log_tree::tiles(level, from)).await);
        }
        let next = |leaf: &Leaf| leaf.leaf + 1;
        let leaves = all(&database, 0, next, |from| log_tree::leaves(from, MAX_PAGE)).await;
        let next = |checkpoint: &StoredCheckpoint| checkpoint.size + 1;
        let checkpoints = all(&database, 0, next, log_tree::checkpoints).await;
        let state = database.fetch_one(log_tree::state()).await.unwrap().unwrap();
        Self { state, entries, leaves, tiles, checkpoints, key: key(site) }
    }

    /// Every entry is exactly one leaf, in the order of its log; tiles and checkpoints are what the leaves
    /// give; each checkpoint goes on from the one before, and from others by chance.
    pub(crate) fn assert_whole(&self, dice: &mut Dice) {
        self.assert_leaves();
        let roots = self.assert_tiles();
        let tiles = self.tiles_at_hand();
        let mut signed: Vec<Checkpoint> = Vec::new();
        for stored in &self.checkpoints {
            let opened = Checkpoint::open(&stored.note, std::slice::from_ref(&self.key)).unwrap();
            assert_eq!(opened.size, stored.size);
            assert_eq!(opened.at.as_second(), stored.at.as_second(), "the time that was signed");
            assert_eq!(Some(&opened.root), roots.get(&opened.size), "the root of {}", opened.size);
            signed.push(opened);
        }
        let newest = signed.last().map_or(0, |checkpoint| checkpoint.size);
        assert_eq!(newest, self.state.size, "the newest checkpoint is over the whole tree");
        for pair in signed.windows(2) {
            assert_goes_on(&tiles, &pair[0], &pair[1]);
        }
        for _ in 0..signed.len().min(200) {
            let (one, other) = (dice.place(signed.len()), dice.place(signed.len()));
            assert_goes_on(&tiles, &signed[one.min(other)], &signed[one.max(other)]);
        }
    }

    fn assert_leaves(&self) {
        assert_eq!(self.leaves.len() as u64, self.state.size);
        let mut entries = self.entries.each_ref().map(|entries| entries.iter());
        for (place, leaf) in self.leaves.iter().enumerate() {
            assert_eq!(leaf.leaf, place as u64);
            let log = leaf.log.expect("a log");
            let entry = entries[place_of(log)].next().expect("no leaf without entry");
            assert_eq!(leaf.number, entry.number, "leaf {place} is the next entry of its log");
            let salt = Salt::new(leaf.salt.expect("a salt"));
            let commitment = Commitment::to(&salt, entry.form.as_deref().expect("a form"));
            assert_eq!(leaf.commitment.as_ref(), Some(commitment.as_bytes()), "leaf {place}");
        }
        for (log, mut rest) in LogKind::ALL.into_iter().zip(entries) {
            assert!(rest.next().is_none(), "an entry of the {} log has no leaf", log.as_str());
            let last = self.entries[place_of(log)].last().map_or(0, |entry| entry.number);
            assert_eq!(self.state.sealed.of(log), last);
        }
    }

    /// Gives the root of every size for which there is a checkpoint.
    fn assert_tiles(&self) -> BTreeMap<u64, Hash> {
        let (mut edge, mut wanted, mut roots) = (Edge::empty(), BTreeMap::new(), BTreeMap::new());
        let mut sizes = self.checkpoints.iter().map(|checkpoint| checkpoint.size).peekable();
        for leaf in std::iter::once(None).chain(self.leaves.iter().map(Some)) {
            if let Some(leaf) = leaf {
                let commitment = Commitment::new(leaf.commitment.expect("a commitment"));
                edge.append(commitment.leaf(), &mut |tile| {
                    wanted.insert((tile.level, tile.index), tile.bytes);
                });
            }
            if sizes.next_if_eq(&edge.size()).is_some() {
                roots.insert(edge.size(), edge.root());
            }
        }
        wanted.extend(edge.partial_tiles().map(|(t, bytes)| ((t.level, t.index), bytes)));
        let stored = self.tiles.iter().map(|t| ((t.level, t.place), t.hashes.clone()));
        assert!(stored.collect::<BTreeMap<_, _>>() == wanted, "the tiles are what the leaves give");
        roots
    }

    fn tiles_at_hand(&self) -> Tiles {
        let mut tiles = Tiles::default();
        for tile in &self.tiles {
            tiles.add(tile.level, tile.place, &tile.hashes);
        }
        tiles
    }
}

fn assert_goes_on(tiles: &Tiles, earlier: &Checkpoint, later: &Checkpoint) {
    let proof = ConsistencyProof::new(earlier.size, later.size).unwrap();
    let hashes = proof.hashes(tiles).unwrap();
    let sizes = (earlier.size, later.size);
    assert_eq!(proof.verify(&hashes, earlier.root, later.root), Ok(()), "{sizes:?}");
}

/// The place of a log in [`LogKind::ALL`].
pub(crate) fn place_of(log: LogKind) -> usize {
    LogKind::ALL.iter().position(|kind| *kind == log).expect("a log")
}

/// The key by which the log of a site is verified, from the private one.
fn key(site: &Site) -> VerifierKey {
    crate::given::signer(site).key().clone()
}

/// All rows of a query that gives pages.
async fn all<T: Send + 'static, P: Copy>(
    database: &Database,
    first: P,
    next: impl Fn(&T) -> P,
    query: impl Fn(P) -> varanto_store::Query<T>,
) -> Vec<T> {
    let (mut rows, mut from) = (Vec::new(), first);
    loop {
        let page = database.fetch(query(from)).await.unwrap();
        let Some(last) = page.last() else { return rows };
        from = next(last);
        rows.extend(page);
    }
}
