//! The tree over the log: what makes a log that nobody can change unseen (LOG-03).
//!
//! Every entry has a salted [`Commitment`]; commitments are the leaves of an RFC 6962 tree, kept as tiles
//! (C2SP tlog-tiles) and signed as [`Checkpoint`]s (C2SP tlog-checkpoint in a signed note). Whoever has a
//! checkpoint can check that an entry is in the tree and that a later tree has only grown. A salt that is
//! destroyed with the content leaves a leaf that tells nothing.
//!
//! Everything here is a pure function of its arguments: entries, salts, keys and the time come from outside,
//! and where tiles are kept is not known here.

mod checkpoint;
mod commitment;
mod cosignature;
mod edge;
mod frontier;
mod hash;
mod note;
mod proof;
mod tile;

pub use checkpoint::{Checkpoint, CheckpointError, MAX_CHECKPOINT_BYTES};
pub use commitment::{Commitment, SALT_LENGTH, Salt};
pub use cosignature::{MAX_COSIGNATURE_BYTES, NotCosigned, WitnessKey};
pub use edge::{Edge, EdgeError, FullTile};
pub use frontier::Frontier;
pub use hash::{HASH_LENGTH, Hash, HashError};
pub use note::{NoteError, NoteSigner, SeedError, VerifierKey, VerifierKeyError};
pub use proof::{ConsistencyProof, InclusionProof, NotProven, ProofError, Range};
pub use tile::{Node, TILE_WIDTH, Tile, TilePathError, Tiles};
