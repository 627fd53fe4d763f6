//! The outbox: what is handed to another system after the use that it follows from (DIS-08).
//!
//! A parcel is put in by the plan of the use, sealed. [`Service::deliver_due`], called again and again by the
//! program, claims what is due, hands it to the [`Courier`] and notes what came of it; a parcel that does not
//! come through is tried again later, ever more seldom, and is given up after a week. How it is carried –
//! HTTP, mail – is the courier's to know.

use std::future::Future;
use std::pin::Pin;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;
use varanto_model::Oid;
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::outbox::{self, Parcel, ParcelState, Waiting};
use varanto_store::use_log::Outcome;
use varanto_store::{Plan, Purpose, Statement, StoreError};

use crate::Error;
use crate::notices::NoticeKind;
use crate::patient_data::PATIENT_DATA;
use crate::service::Service;

/// Every kind of parcel there is.
pub const PARCEL_KINDS: [&str; 3] =
    [PATIENT_DATA, NoticeKind::Mail.as_str(), NoticeKind::Webhook.as_str()];

/// The most parcels of a kind that are attempted at once: each is in memory, sealed and opened.
const AT_ONCE: u32 = 8;
/// How many parcels of one kind and one organisation may wait.
const MOST_WAITING: u32 = 1_000;
/// How many bytes of them may wait, sealed (256 MiB).
const MOST_BYTES_WAITING: u64 = 256 * 1024 * 1024;
/// How long a claim holds: longer than any courier takes.
const CLAIM: SignedDuration = SignedDuration::from_mins(5);
/// The pause after the first attempt, which doubles with each.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// How long it is tried.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// That a parcel did not come through: it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undelivered;

/// A delivery under way.
pub type Delivering<'a> = Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'a>>;

/// Carries parcels to other systems.
pub trait Courier: Send + Sync {
    /// Does it know where parcels of this kind go?
    fn reaches(&self, kind: &str) -> bool;

    /// Carries one parcel. The same `id` may come again: the receiver takes it once.
    fn deliver<'a>(&'a self, id: Uuid, kind: &'a str, payload: Vec<u8>) -> Delivering<'a>;
}

/// How a parcel stands, as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ParcelStatus {
    id: Uuid,
    state: &'static str,
    put_in_at: Timestamp,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
}

/// It tells of nobody.
impl varanto_rules::Mask for ParcelStatus {
    fn masked(self) -> Self {
        self
    }
}

impl ParcelStatus {
    /// The status of a parcel.
    pub(crate) fn of(parcel: &Parcel) -> Self {
        let waits = parcel.state == ParcelState::Waiting;
        Self {
            id: parcel.id,
            state: parcel.state.as_str(),
            put_in_at: parcel.at,
            attempts: parcel.attempts,
            next_attempt_at: waits.then_some(parcel.due_at),
            ended_at: (!waits).then_some(parcel.due_at),
        }
    }
}

/// The pause after an attempt, counted from 1.
fn pause_after(attempt: u32) -> SignedDuration {
    let doubled = 1_i32.checked_shl(attempt.saturating_sub(1)).filter(|factor| *factor > 0);
    let pause = doubled.and_then(|factor| FIRST_PAUSE.checked_mul(factor));
    pause.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

/// Does so much wait that no more is taken?
const fn is_full(waiting: Waiting) -> bool {
    waiting.parcels >= MOST_WAITING || waiting.bytes >= MOST_BYTES_WAITING
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

impl Service {
    /// The statement that puts a parcel in.
    pub(crate) fn put_in(&self, parcel: &Parcel, payload: &[u8]) -> Result<Statement, Error> {
        let sealed = self.seal(Purpose::Parcel, parcel.id.as_bytes(), payload)?;
        Ok(outbox::insert(parcel.clone(), sealed))
    }

    /// The statement that puts a parcel for an addressee in, unless one waits there that has not been attempted.
    pub(crate) fn put_in_next(
        &self,
        parcel: &Parcel,
        addressee: &str,
        payload: &[u8],
    ) -> Result<Statement, Error> {
        let sealed = self.seal(Purpose::Parcel, parcel.id.as_bytes(), payload)?;
        Ok(outbox::insert_next(parcel.clone(), addressee.to_owned(), sealed))
    }

    /// Does so much of this kind wait of this organisation that no more is taken? What it puts in at the same
    /// moment is not counted: it can go over by as many parcels as it sends at once.
    pub(crate) async fn outbox_is_full(
        &self,
        organisation: &Oid,
        kind: &'static str,
    ) -> Result<bool, Error> {
        let waiting = self.database.fetch_one(outbox::waiting(organisation, kind)).await?;
        Ok(waiting.is_some_and(is_full))
    }

    /// Attempts the parcels of a kind that are due, a few at a time; gives how many were attempted.
    pub async fn deliver_due(&self, kind: &'static str) -> Result<usize, Error> {
        let due = self.database.fetch(outbox::due(kind, self.now(), AT_ONCE)).await?;
        let mut attempts = JoinSet::new();
        for parcel in due {
            let service = self.clone();
            attempts.spawn(async move { service.attempt_parcel(&parcel).await });
        }
        // Each is waited for, also where one of them fails: what is under way is not broken off.
        let mut attempted = Ok(0);
        while let Some(ended) = attempts.join_next().await {
            let done = ended.map_err(|_| Error::Internal("an attempt to deliver did not end"));
            match done.flatten() {
                Ok(done) => attempted = attempted.map(|n| n + usize::from(done)),
                Err(error) => attempted = Err(error),
            }
        }
        attempted
    }

    /// One attempt; `false` where another server has claimed the parcel.
    async fn attempt_parcel(&self, due: &Parcel) -> Result<bool, Error> {
        let attempt = due.attempts + 1;
        let claim = outbox::claim(due, later(self.now(), CLAIM));
        if !self.note_parcel("claim_parcel", due, attempt, Outcome::Permitted, claim).await? {
            return Ok(false);
        }
        let delivered = self.carry(due).await?;
        let now = self.now();
        let (action, outcome, statement) = if delivered {
            metrics::counter!("varanto_outbox_delivered_total").increment(1);
            let statement = outbox::finish(due.id, attempt, ParcelState::Delivered, now);
            ("deliver_parcel", Outcome::Permitted, statement)
        } else if now.duration_since(due.at) >= GIVE_UP_AFTER {
            metrics::counter!("varanto_outbox_given_up_total").increment(1);
            let statement = outbox::finish(due.id, attempt, ParcelState::Failed, now);
            ("give_up_parcel", Outcome::Refused("undelivered".to_owned()), statement)
        } else {
            metrics::counter!("varanto_outbox_failed_attempts_total").increment(1);
            let statement = outbox::postpone(due.id, attempt, later(now, pause_after(attempt)));
            ("postpone_parcel", Outcome::Refused("undelivered".to_owned()), statement)
        };
        // Where the claim has ended meanwhile, whoever claimed the parcel next notes what came of it.
        self.note_parcel(action, due, attempt, outcome, statement).await?;
        Ok(true)
    }

    /// Hands a parcel to the courier. What cannot be opened does not come through either.
    async fn carry(&self, parcel: &Parcel) -> Result<bool, Error> {
        if !self.courier.reaches(&parcel.kind) {
            return Ok(false);
        }
        let Some(sealed) = self.database.fetch_one(outbox::payload(parcel.id)).await? else {
            return Ok(false);
        };
        let opened = self.unseal(Purpose::Parcel, parcel.id.as_bytes(), &sealed.0);
        let Ok(payload) = opened else { return Ok(false) };
        Ok(self.courier.deliver(parcel.id, &parcel.kind, payload).await.is_ok())
    }

    /// Commits a step of a parcel with its entry; `false` where the parcel is not as it was.
    async fn note_parcel(
        &self,
        action: &str,
        parcel: &Parcel,
        attempt: u32,
        outcome: Outcome,
        statement: Statement,
    ) -> Result<bool, Error> {
        let noted = json!({"parcel": parcel.id, "kind": parcel.kind, "attempt": attempt});
        let entry = AdministrativeEntry {
            action: action.to_owned(),
            outcome,
            organisation: Some(parcel.organisation.clone()),
            detail: Some(noted.to_string()),
            ..self.entry(self.now())
        };
        match self.database.commit(Plan::administrative(entry).with(statement)).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ DIS-08
    #[test]
    fn a_thousand_parcels_or_256_mib_of_them_fill_the_outbox() {
        let full = |parcels, bytes| is_full(Waiting { parcels, bytes });
        assert!(!full(999, 268_435_455));
        assert!(full(1_000, 0));
        assert!(full(1, 268_435_456));
    }

    /// REQ DIS-08
    #[test]
    fn pauses_double_from_a_second_to_an_hour() {
        let seconds = |attempt| pause_after(attempt).as_secs();
        assert_eq!([1, 2, 3, 12, 13].map(seconds), [1, 2, 4, 2_048, 3_600]);
        assert!((1..200).all(|n| pause_after(n) <= pause_after(n + 1)));
        assert_eq!(pause_after(u32::MAX), LONGEST_PAUSE);
    }
}
