//! Witnesses of the log: what keeps its checkpoints where whoever runs the repository cannot change them.

mod file;
mod remote;

pub use self::file::{WitnessFile, WitnessFileError, notes_in};
pub use self::remote::{Witness, WitnessError};
