//! Sealing: entries of the logs are taken into the log's tree soon after they are committed (LOG-03).
//!
//! A [`Sealer`] is called again and again by every server. It takes what has been committed since the tree was
//! last written, makes leaves of it, signs a checkpoint and commits all of it in one plan, held to the size of
//! the tree that it read: of two that seal at once one comes too late and begins anew, so that no two trees
//! ever come to be. It may be stopped at any point. A checkpoint is told to nobody before it is committed.
//!
//! Only what is *settled* is taken: entries before which none can come any more. Where plans are committed side by
//! side, an entry may be there while one with a smaller number is not yet; it waits until that is certain.
//!
//! Of several servers one seals: with each batch it takes the tree for a moment, which is also the sign that it
//! lives, and the others do nothing meanwhile. Where it has nothing to seal, or dies, the moment passes, and
//! whoever finds the next entry goes on. Which it is matters to nobody: the size of the tree is the fence.
//!
//! What goes wrong here holds up no use: an entry is kept by its own plan, and how far the tree lags behind is
//! told by a metric and by `/readyz`.

mod batch;
mod doubt;
mod lag;
mod schema;
mod tree;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;
use varanto_log::{Checkpoint, CheckpointError, Edge, EdgeError, NoteSigner, VerifierKey};
use varanto_store::log_tree::{self, LogKind, LogState, Numbers, StoredCheckpoint};
use varanto_store::{Conflict, Guard, Plan, StoreError};

use self::batch::{Unread, batch};
use self::doubt::Doubts;
use self::lag::Lag;
use self::schema::{BELIEVED, COMPARE, Schema};
use self::tree::Tree;
use crate::service::Service;
use crate::world::fresh_key;

/// The most entries of each log in one batch: few enough that nobody who stores waits long.
const MOST: u32 = 500;
/// How long a server that seals keeps the others from it, by the real clock, which they share. A tree stands still
/// for as long when that server dies; it is right without a lease, which only spares the others work in vain.
const LEASE: SignedDuration = SignedDuration::from_secs(1);

/// Who signs the log's checkpoints, and when it is told that the tree lags behind.
#[derive(Debug)]
pub struct LogIdentity {
    signer: NoteSigner,
    keys: Vec<VerifierKey>,
    alarm: Duration,
}

impl LogIdentity {
    /// Signs with `signer`; checkpoints signed with `earlier` keys are believed too. Beyond the lag of `alarm`
    /// the server is not ready.
    pub fn new(signer: NoteSigner, earlier: Vec<VerifierKey>, alarm: Duration) -> Self {
        let mut keys = vec![signer.key().clone()];
        keys.extend(earlier);
        Self { signer, keys, alarm }
    }

    /// The keys whose signatures are believed, the present one first.
    pub fn keys(&self) -> &[VerifierKey] {
        &self.keys
    }
}

/// Why the tree cannot be written on.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The tiles do not go with the last checkpoint: somebody has changed them.
    #[error("the stored tree is not the one that was signed")]
    TreeChanged,
    /// A tile is missing.
    #[error("the stored tree is not whole: {0}")]
    Tile(#[from] EdgeError),
    /// The last checkpoint is not ours.
    #[error("the last checkpoint is not believed: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Somebody has changed the schema of the store.
    #[error("{0} of the store has been changed")]
    Schema(String),
    /// The witness of another server has another log.
    #[error("another server has noted that its witness has another log than the store")]
    Doubted,
    /// An entry cannot be read.
    #[error("entry {number} of the {log} log cannot be read")]
    Entry {
        /// Of which log.
        log: &'static str,
        /// Its number.
        number: i64,
    },
}

impl From<Unread> for SealError {
    fn from(Unread { log, number }: Unread) -> Self {
        Self::Entry { log: log.as_str(), number }
    }
}

/// How far behind the tree is, shared by all clones of a service.
pub(crate) struct Sealing {
    pub(crate) identity: LogIdentity,
    /// The newest checkpoint as it was read last, with when that was.
    pub(crate) recent: ArcSwapOption<(Timestamp, StoredCheckpoint)>,
    lag: Mutex<Lag>,
    distrusted: AtomicBool,
}

impl Sealing {
    pub(crate) fn new(identity: LogIdentity, now: Instant) -> Self {
        Self {
            identity,
            recent: ArcSwapOption::empty(),
            lag: Mutex::new(Lag::since(now)),
            distrusted: AtomicBool::new(false),
        }
    }

    /// How old the oldest entry may be that is not in the tree.
    fn lag(&self, now: Instant) -> Duration {
        self.lag.lock().unwrap_or_else(PoisonError::into_inner).at(now)
    }

    /// Has the file of a witness another log?
    pub(crate) fn is_distrusted(&self) -> bool {
        self.distrusted.load(Ordering::Relaxed)
    }

    /// Has the tree lagged behind for too long?
    pub(crate) fn is_late(&self, now: Instant) -> bool {
        self.lag(now) > self.identity.alarm
    }
}

/// What one call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// Everything is in the tree.
    Nothing,
    /// So many entries went in; there may be more.
    Entries(usize),
    /// Another server seals.
    ByAnother,
}

/// Writes the tree on. One for each server.
///
/// It remembers the tree that it saw last, and writes on no other: whoever cuts the stored tree back, and with
/// it what was signed, does not get a signature for what comes in its stead.
pub struct Sealer {
    service: Service,
    holder: Uuid,
    tree: Option<Tree>,
    schema: Schema,
    doubts: Doubts,
}

impl Sealer {
    /// A sealer for this run of a server.
    pub fn new(service: Service) -> Self {
        let holder = fresh_key(service.real_time(), &*service.randomness);
        Self { service, holder, tree: None, schema: Schema::default(), doubts: Doubts::default() }
    }

    /// Takes the next entries into the tree.
    pub async fn seal(&mut self) -> Result<Sealed, SealError> {
        let outcome = self.go_on().await;
        // It grows also where nothing could be noted.
        let lag = self.service.sealing.lag(self.service.clock.steady());
        metrics::gauge!("varanto_log_sealing_lag_seconds").set(lag.as_secs_f64());
        outcome
    }

    async fn go_on(&mut self) -> Result<Sealed, SealError> {
        let service = self.service.clone();
        let (real, steady) = (service.real_time(), service.clock.steady());
        let Some(heads) = service.heads().await? else { return Ok(Sealed::ByAnother) };
        let Heads { state, numbers, last } = &heads;
        self.doubts.begin(*numbers);
        let is_whole = last.is_some() && state.sealed.until(*numbers) == 0;
        if is_whole {
            // Where a trigger takes every entry away again nothing ever waits. That all is in the tree is believed
            // of a schema as it should be alone, so that the alarm is raised for another.
            self.schema.look(&service, COMPARE).await?;
        }
        self.note_lag(steady, state, *numbers);
        if service.sealing.is_distrusted() {
            self.doubts.note(&service, state.size).await?;
            return Err(SealError::TreeChanged);
        }
        let held_until = real.checked_add(LEASE).unwrap_or(Timestamp::MAX);
        // Whose clock is ahead does not hold the tree for ever.
        let is_held = state.held_until > real && state.held_until <= held_until;
        if is_held && state.holder.is_some_and(|holder| holder != self.holder) {
            return Ok(Sealed::ByAnother);
        }
        let known = self.tree.as_ref();
        let tree = match known.filter(|known| known.is(state, last.as_ref())) {
            Some(known) => known.clone(),
            None => service.take_up(state, last.as_ref(), known).await?,
        };
        let tree = self.tree.insert(tree).clone();
        // Where the clock was ahead once, what is signed afterwards is too, and content stays the longer.
        let ahead = tree.signed_at.duration_since(service.now()).max(SignedDuration::ZERO);
        metrics::gauge!("varanto_log_signed_ahead_seconds").set(ahead.as_secs_f64());
        if is_whole {
            return Ok(Sealed::Nothing);
        }
        let settled = service.database.settled().await?;
        let entries =
            LogKind::ALL.map(|log| log_tree::entries_after(log, state.sealed.of(log), MOST));
        let mut entries = service.database.fetch(Vec::from(entries)).await?;
        for (log, entries) in LogKind::ALL.into_iter().zip(&mut entries) {
            entries.retain(|entry| entry.number <= settled.of(log));
        }
        if last.is_some() && entries.iter().all(Vec::is_empty) {
            // What was committed is not settled yet.
            return Ok(Sealed::Nothing);
        }
        if self.doubts.are_among(&entries) {
            return Err(SealError::Doubted);
        }
        // After they were read: what could have rewritten them was there before, or came in this second.
        self.schema.look(&service, BELIEVED).await?;
        let made = batch(&service, state, tree, (self.holder, real, held_until), &entries)?;
        let count = made.batch.leaves.len();
        match service.database.commit(Plan::sealing(made.batch)).await {
            Ok(()) => {
                self.tree = Some(made.tree);
                metrics::counter!("varanto_log_sealed_entries_total").increment(count as u64);
                Ok(Sealed::Entries(count))
            }
            Err(StoreError::Conflict(Conflict::Stale(Guard::Log))) => Ok(Sealed::ByAnother),
            Err(error) => Err(error.into()),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a metric")]
    fn note_lag(&self, now: Instant, state: &LogState, numbers: Numbers) {
        let sealing = &self.service.sealing;
        sealing.lag.lock().unwrap_or_else(PoisonError::into_inner).note(now, state.sealed, numbers);
        metrics::gauge!("varanto_log_tree_size").set(state.size as f64);
        let behind = state.sealed.until(numbers);
        metrics::gauge!("varanto_log_unsealed_entries").set(behind as f64);
    }
}

/// How far the logs and their tree have come.
struct Heads {
    state: LogState,
    /// The last entry of each log.
    numbers: Numbers,
    /// The newest checkpoint.
    last: Option<StoredCheckpoint>,
}

impl Service {
    /// How far the logs and their tree have come; `None` where another server writes the tree just now.
    async fn heads(&self) -> Result<Option<Heads>, SealError> {
        let numbers = vec![log_tree::numbers(), log_tree::numbers_of_leaves()];
        let between = (numbers, log_tree::newest_checkpoint());
        let heads = (log_tree::state(), between, log_tree::state());
        let (before, (numbers, last), after) = self.database.fetch(heads).await?;
        if before != after {
            return Ok(None);
        }
        let state = before.into_iter().next().ok_or(SealError::TreeChanged)?;
        let mut numbers = numbers.into_iter().flatten();
        let (numbers, sealed) = (numbers.next(), numbers.next());
        if sealed != Some(state.sealed) {
            return Err(SealError::TreeChanged);
        }
        let (numbers, last) = (numbers.unwrap_or_default(), last.into_iter().next());
        Ok(Some(Heads { state, numbers, last }))
    }

    /// The file of a witness has another log than the store: nothing is sealed by this run of the server any
    /// more, and it is not ready. Its sealer notes it for the others, which stop too. Somebody has to find out
    /// which is the true one.
    pub fn distrust_tree(&self) {
        self.sealing.distrusted.store(true, Ordering::Relaxed);
        metrics::gauge!("varanto_log_distrusted").set(1.0);
    }

    /// What others need to verify the log: the keys, the present one first.
    pub fn log_keys(&self) -> &[VerifierKey] {
        self.sealing.identity.keys()
    }

    /// Signs a tree. The signed time never goes back, whatever the clock does: by it the content of entries
    /// leaves.
    fn sign_checkpoint(&self, edge: &Edge, not_before: Timestamp) -> Checkpoint {
        let origin = self.sealing.identity.signer.key().name().to_owned();
        let at = self.now().max(not_before);
        Checkpoint { origin, size: edge.size(), root: edge.root(), at }
    }
}
