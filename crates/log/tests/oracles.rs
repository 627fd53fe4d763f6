//! The tree, its tiles and its proofs against two other implementations (LOG-03).

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "these are tests, and a test fails by panicking"
)]

use std::collections::BTreeMap;

use ct_merkle::digest::Output;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2_11::Sha256;
use tlog_tiles::{Error as TlogError, HashReader};
use varanto_log::{
    Commitment, ConsistencyProof, Edge, Hash, InclusionProof, NotProven, ProofError, Tile, Tiles,
};

/// Every tile of a growing tree, and its root at every size.
struct Grown {
    edge: Edge,
    full: BTreeMap<(u8, u64), Vec<u8>>,
    roots: Vec<Hash>,
}

fn leaf(n: u64) -> Commitment {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    Commitment::new(bytes)
}

impl Grown {
    fn to(size: u64) -> Self {
        let mut full = BTreeMap::new();
        let (mut edge, mut roots) = (Edge::empty(), vec![Edge::empty().root()]);
        for n in 0..size {
            edge.append(leaf(n).leaf(), &mut |tile| {
                let twice = full.insert((tile.level, tile.index), tile.bytes);
                assert_eq!(twice, None, "a tile becomes full once");
            });
            roots.push(edge.root());
        }
        Self { edge, full, roots }
    }

    fn tiles(&self) -> BTreeMap<(u8, u64), Vec<u8>> {
        let mut tiles = self.full.clone();
        tiles.extend(self.edge.partial_tiles().map(|(t, bytes)| ((t.level, t.index), bytes)));
        tiles
    }

    fn fetch(&self, wanted: impl IntoIterator<Item = Tile>) -> Tiles {
        let (all, mut tiles) = (self.tiles(), Tiles::default());
        for tile in wanted {
            let bytes = &all[&(tile.level, tile.index)];
            tiles.add(tile.level, tile.index, &bytes[..usize::from(tile.width) * 32]);
        }
        tiles
    }

    fn inclusion(&self, leaf: u64, size: u64) -> Vec<Hash> {
        let proof = InclusionProof::new(leaf, size).unwrap();
        proof.hashes(&self.fetch(proof.tiles())).unwrap()
    }

    fn consistency(&self, earlier: u64, later: u64) -> Vec<Hash> {
        let proof = ConsistencyProof::new(earlier, later).unwrap();
        proof.hashes(&self.fetch(proof.tiles())).unwrap()
    }
}

fn digest(hash: &Hash) -> Output<Sha256> {
    (*hash.as_bytes()).into()
}

fn other_tree(size: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    (0..size).for_each(|n| tree.push(leaf(n).as_bytes().to_vec()));
    tree
}

#[test]
fn every_root_up_to_two_levels_of_tiles_is_that_of_the_other_tree() {
    let grown = Grown::to(1_500);
    let mut other = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for n in 0..1_500 {
        other.push(leaf(n).as_bytes().to_vec());
        let root = grown.roots[usize::try_from(n).unwrap() + 1];
        assert_eq!(*other.root().as_bytes(), digest(&root), "{n}");
    }
}

#[test]
fn every_proof_of_small_trees_holds_and_no_other() {
    let grown = Grown::to(33);
    for size in 1..=33_u64 {
        let root = grown.roots[usize::try_from(size).unwrap()];
        for n in 0..size {
            let proof = InclusionProof::new(n, size).unwrap();
            let hashes = grown.inclusion(n, size);
            assert_eq!(proof.verify(leaf(n).leaf(), &hashes, root), Ok(()));
            assert_eq!(proof.verify(leaf(n + 1).leaf(), &hashes, root), Err(NotProven));
            assert_eq!(proof.verify(leaf(n).leaf(), &hashes, grown.roots[0]), Err(NotProven));
            let longer = [hashes.clone(), vec![root]].concat();
            assert_eq!(proof.verify(leaf(n).leaf(), &longer, root), Err(NotProven));
            if let Some((_, shorter)) = hashes.split_last() {
                assert_eq!(proof.verify(leaf(n).leaf(), shorter, root), Err(NotProven));
            }
        }
        for earlier in 0..=size {
            let proof = ConsistencyProof::new(earlier, size).unwrap();
            let (hashes, before) =
                (grown.consistency(earlier, size), grown.roots[usize::try_from(earlier).unwrap()]);
            assert_eq!(proof.verify(&hashes, before, root), Ok(()), "{earlier} {size}");
            let wrong = leaf(99).leaf();
            assert_eq!(proof.verify(&hashes, wrong, root), Err(NotProven));
            if earlier > 0 {
                assert_eq!(proof.verify(&hashes, before, wrong), Err(NotProven));
            }
            let longer = [hashes.clone(), vec![root]].concat();
            assert_eq!(proof.verify(&longer, before, root), Err(NotProven));
        }
    }
}

#[test]
fn there_is_no_proof_of_what_is_not_in_the_tree() {
    assert_eq!(InclusionProof::new(5, 5), Err(ProofError::TooSmall));
    assert_eq!(InclusionProof::new(0, 0), Err(ProofError::TooSmall));
    assert_eq!(ConsistencyProof::new(6, 5), Err(ProofError::TooSmall));
    let missing = InclusionProof::new(0, 2).unwrap().hashes(&Tiles::default());
    assert_eq!(missing, Err(ProofError::TileMissing));
}

/// Reads hashes for the other implementation out of our tiles.
struct OurTiles(BTreeMap<(u8, u64), Vec<u8>>);

impl HashReader for OurTiles {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, TlogError> {
        let hash = |index: &u64| {
            let tile = tlog_tiles::Tile::from_index(8, *index);
            let bytes = &self.0[&(tile.level(), tile.level_index())];
            let wide = tlog_tiles::Tile::new(
                8,
                tile.level(),
                tile.level_index(),
                u32::try_from(bytes.len() / 32).unwrap(),
                false,
            );
            wide.hash_at_index(bytes, *index)
        };
        indexes.iter().map(hash).collect()
    }
}

fn theirs(hash: &Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(*hash.as_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// REQ LOG-03: sizes up to 10⁵; proofs are equal to, and accepted by, two other implementations.
    #[test]
    fn proofs_agree_with_others_for_any_size(
        size in 2..100_000_u64,
        places in prop::collection::vec(any::<prop::sample::Index>(), 8),
    ) {
        let (grown, other) = (Grown::to(size), other_tree(size));
        let tiles = OurTiles(grown.tiles());
        let root = *grown.roots.last().unwrap();
        prop_assert_eq!(*other.root().as_bytes(), digest(&root));
        for place in places {
            let n = place.index(usize::try_from(size).unwrap()) as u64;
            let ours = grown.inclusion(n, size);
            let at = usize::try_from(n).unwrap();
            let expected = other.prove_inclusion(at);
            prop_assert_eq!(ours.iter().flat_map(Hash::as_bytes).copied().collect::<Vec<_>>(), expected.as_bytes());
            let proven = InclusionProof::new(n, size).unwrap().verify(leaf(n).leaf(), &ours, root);
            prop_assert_eq!(proven, Ok(()));
            let theirs_too = ours.iter().map(theirs).collect();
            let of = theirs(&leaf(n).leaf());
            prop_assert!(tlog_tiles::check_record(&theirs_too, size, theirs(&root), n, of).is_ok());
            prop_assert_eq!(tlog_tiles::prove_record(size, n, &tiles).unwrap(), theirs_too);

            let earlier = n + 1;
            let ours = grown.consistency(earlier, size);
            let before = grown.roots[usize::try_from(earlier).unwrap()];
            let added = usize::try_from(size - earlier).unwrap();
            let expected = other.prove_consistency(added);
            prop_assert_eq!(ours.iter().flat_map(Hash::as_bytes).copied().collect::<Vec<_>>(), expected.as_bytes());
            let proof = ConsistencyProof::new(earlier, size).unwrap();
            prop_assert_eq!(proof.verify(&ours, before, root), Ok(()));
            let theirs_too = ours.iter().map(theirs).collect();
            prop_assert!(tlog_tiles::check_tree(&theirs_too, size, theirs(&root), earlier, theirs(&before)).is_ok());
        }
    }

    /// Taken up again from its stored tiles, a tree goes on as if it had never been left.
    #[test]
    fn a_tree_is_taken_up_again_at_any_size(size in 0..70_000_u64, more in 1..600_u64) {
        let mut grown = Grown::to(size);
        let tiles = grown.tiles();
        let stored = |tile: Tile| tiles.get(&(tile.level, tile.index)).cloned();
        let mut again = Edge::restore(size, stored).unwrap();
        prop_assert_eq!(&again, &grown.edge);
        let (mut one, mut other) = (Vec::new(), Vec::new());
        for n in size..size + more {
            again.append(leaf(n).leaf(), &mut |tile| one.push(tile));
            grown.edge.append(leaf(n).leaf(), &mut |tile| other.push(tile));
        }
        prop_assert_eq!(again.root(), grown.edge.root());
        prop_assert_eq!(one, other);
    }

    #[test]
    fn a_tree_with_a_tile_missing_is_not_taken_up(size in 1..70_000_u64) {
        let found = Edge::restore(size, |_| None);
        let any_partial = Edge::tiles_of(size).iter().any(|tile| tile.width > 0);
        prop_assert_eq!(found.is_err(), any_partial);
    }
}
