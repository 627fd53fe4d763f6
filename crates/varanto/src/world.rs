//! The real world: clocks and randomness, for the use cases that are handed them.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use jiff::Timestamp;
use varanto_sandbox::SandboxClock;
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

/// The clock of a sandbox, in its file. The file is looked at for every reading, so that a move is
/// felt at once.
#[derive(Debug)]
pub struct FileClock {
    file: PathBuf,
    read: Mutex<(Option<SystemTime>, SandboxClock)>,
}

impl FileClock {
    /// The clock of a file; where there is none it goes with the real one.
    pub fn new(file: PathBuf) -> Self {
        Self { file, read: Mutex::new((None, SandboxClock::default())) }
    }

    fn clock(&self) -> SandboxClock {
        let changed = std::fs::metadata(&self.file).and_then(|m| m.modified()).ok();
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.0 != changed {
            let text = std::fs::read_to_string(&self.file).unwrap_or_default();
            *read = (changed, SandboxClock::parse(&text).unwrap_or_default());
        }
        read.1
    }
}

impl Clock for FileClock {
    fn now(&self) -> Timestamp {
        self.clock().show(Timestamp::now())
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
