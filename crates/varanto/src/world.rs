//! The real world: clocks and randomness, for the use cases that are handed them.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use varanto_sandbox::clock;
use varanto_service::{Clock, Randomness};

/// The clock of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealClock;

impl Clock for RealClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn real(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The clock of a sandbox: the real one, moved by what stands in a file. The file is looked at for
/// every reading, so that a move is felt at once.
#[derive(Debug)]
pub struct SandboxClock {
    file: PathBuf,
    read: Mutex<(Option<SystemTime>, SignedDuration)>,
}

impl SandboxClock {
    /// The clock of a file; where there is no file it is not moved.
    pub fn new(file: PathBuf) -> Self {
        Self { file, read: Mutex::new((None, SignedDuration::ZERO)) }
    }

    fn offset(&self) -> SignedDuration {
        let changed = std::fs::metadata(&self.file).and_then(|m| m.modified()).ok();
        let mut read = self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if read.0 != changed || changed.is_none() {
            let text = std::fs::read_to_string(&self.file).unwrap_or_default();
            *read = (changed, clock::parse(&text).unwrap_or(SignedDuration::ZERO));
        }
        read.1
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        let real = Timestamp::now();
        real.checked_add(self.offset()).unwrap_or(real)
    }

    fn real(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Randomness of the cryptographic library.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        varanto_signatures::random(bytes);
    }
}
