//! The real world: clocks and randomness, for the use cases that are handed them.

use std::path::PathBuf;
use std::time::Instant;

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

    fn steady(&self) -> Instant {
        Instant::now()
    }
}

/// The clock of a sandbox, in its file. The file is read for every reading, so that a move is felt at
/// once: two moves may come within one tick of the file system's own clock, and so its times tell
/// nothing.
#[derive(Clone, Debug)]
pub struct FileClock(PathBuf);

impl FileClock {
    /// The clock of a file; where there is none it goes with the real one.
    pub const fn new(file: PathBuf) -> Self {
        Self(file)
    }

    fn clock(&self) -> SandboxClock {
        let text = std::fs::read_to_string(&self.0).unwrap_or_default();
        SandboxClock::parse(&text).unwrap_or_default()
    }
}

impl Clock for FileClock {
    fn now(&self) -> Timestamp {
        self.clock().show(Timestamp::now())
    }

    fn real(&self) -> Timestamp {
        Timestamp::now()
    }

    fn steady(&self) -> Instant {
        Instant::now()
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
