//! What a use case may not take from the world by itself: time and randomness, passed in.

use std::time::Instant;

use jiff::Timestamp;
use uuid::Uuid;

/// Tells the time: the one that rules go by, and the one that certificates go by.
///
/// These two differ only in a sandbox, whose clock can be moved to try what happens in a week: the systems
/// that call it still sign by the real time.
pub trait Clock: Send + Sync {
    /// Now, for rules, documents and the log.
    fn now(&self) -> Timestamp;
    /// Now, for certificates, tokens and signatures.
    fn real(&self) -> Timestamp;
    /// Now, for telling how long something takes: it goes on evenly, whatever the others are set to.
    fn steady(&self) -> Instant;
}

/// Gives unpredictable bytes.
pub trait Randomness: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// A fresh nonce for sealing.
pub(crate) fn nonce(randomness: &dyn Randomness) -> [u8; 12] {
    let mut nonce = [0; 12];
    randomness.fill(&mut nonce);
    nonce
}

/// A fresh key, ordered by time (UUID version 7).
pub(crate) fn fresh_key(now: Timestamp, randomness: &dyn Randomness) -> Uuid {
    let mut random = [0; 10];
    randomness.fill(&mut random);
    let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
}
