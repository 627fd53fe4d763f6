//! The service: what every use case shares, and the loop in which each of them runs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::Timestamp;
use varanto_documents::summary::SummaryRules;
use varanto_rules::{Restrictions, Roles};
use varanto_signatures::{MacKey, Trust};
use varanto_store::{Conflict, Database, Entity, Guard, Plan, StoreError, Vault};

use crate::sealing::{LogIdentity, Sealing};
use crate::snapshot::Snapshot;
use crate::{Clock, Courier, Error, NoticeAddresses, PackageSigner, Randomness, Thresholds};

/// How often a use case starts over when its facts have changed under it.
const ATTEMPTS: usize = 8;

/// How long it is known whether requests can be served.
const KNOWN: Duration = Duration::from_millis(200);

/// How long the store may take to answer before it is said that it does not: whoever asks whether requests can be
/// served wants to know soon, also where the store is away and everything else waits for it to come back.
const PROMPT: Duration = Duration::from_secs(2);

/// What a service is made of.
pub struct Parts {
    /// The stored data, migrated.
    pub database: Database,
    /// The keys of the sealed data.
    pub vault: Vault,
    /// Whom we trust, and who is revoked.
    pub trust: Trust,
    /// The key of our tokens.
    pub token_key: MacKey,
    /// What roles may do.
    pub roles: Roles,
    /// Which types of documents are kept back.
    pub restrictions: Restrictions,
    /// How a summary is made of documents.
    pub summary_rules: SummaryRules,
    /// The URLs of the token endpoint that an assertion may be addressed to.
    pub audiences: Vec<String>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who signs the log's checkpoints.
    pub log: LogIdentity,
    /// Unpredictable bytes.
    pub randomness: Arc<dyn Randomness>,
    /// Who carries parcels to other systems.
    pub courier: Arc<dyn Courier>,
    /// What packages for recipients outside are signed with; `None` where none are given.
    pub signing: Option<PackageSigner>,
    /// Who is told of a suspected breach.
    pub notices: NoticeAddresses,
    /// From when on a day with many clients is unusual.
    pub thresholds: Thresholds,
}

/// All use cases. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

/// What all clones of a service share.
pub struct Inner {
    pub(crate) database: Database,
    pub(crate) vault: Vault,
    pub(crate) trust: ArcSwap<Trust>,
    pub(crate) token_key: MacKey,
    pub(crate) roles: Roles,
    pub(crate) restrictions: Arc<Restrictions>,
    pub(crate) summary_rules: SummaryRules,
    pub(crate) audiences: Vec<String>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) courier: Arc<dyn Courier>,
    pub(crate) sealing: Sealing,
    pub(crate) signing: Option<PackageSigner>,
    pub(crate) notices: NoticeAddresses,
    pub(crate) thresholds: Thresholds,
    snapshot: ArcSwap<Snapshot>,
    readiness: ArcSwapOption<Readiness>,
}

/// Whether requests could be served, and when it was found out.
struct Readiness {
    at: Instant,
    reasons: Vec<&'static str>,
}

impl std::ops::Deref for Service {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// What one attempt at a use case came to: the plan with its log entry, and what is answered once
/// the plan is committed. A refusal has its plan as well.
pub(crate) struct Attempt<T> {
    pub(crate) plan: Plan,
    pub(crate) result: Result<T, Error>,
}

/// One use of the repository, asked for: made from a request, and attempted until it holds.
pub(crate) trait UseCase: Sync {
    /// What is answered.
    type Answer: Send;

    /// Gathers, decides and plans on the facts of a snapshot. Changes nothing.
    fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> impl Future<Output = Result<Attempt<Self::Answer>, Error>> + Send;
}

impl Service {
    /// A service over its parts. Reads the directories.
    pub async fn start(parts: Parts) -> Result<Self, Error> {
        let snapshot = Snapshot::read(&parts.database).await?;
        let sealing = Sealing::new(parts.log, parts.clock.steady());
        Ok(Self(Arc::new(Inner {
            database: parts.database,
            vault: parts.vault,
            trust: ArcSwap::from_pointee(parts.trust),
            token_key: parts.token_key,
            roles: parts.roles,
            restrictions: Arc::new(parts.restrictions),
            summary_rules: parts.summary_rules,
            audiences: parts.audiences,
            clock: parts.clock,
            randomness: parts.randomness,
            courier: parts.courier,
            sealing,
            signing: parts.signing,
            notices: parts.notices,
            thresholds: parts.thresholds,
            snapshot: ArcSwap::from_pointee(snapshot),
            readiness: ArcSwapOption::empty(),
        })))
    }

    /// Trusts otherwise from now on: after revocation lists or issuers have changed.
    pub fn trust_anew(&self, trust: Trust) {
        self.trust.store(Arc::new(trust));
    }

    /// Reads the directories, structures and code sets again if they have changed.
    pub async fn refresh(&self) -> Result<(), Error> {
        let revisions = Snapshot::current_revisions(&self.database).await?;
        if !self.snapshot.load().is_of(revisions) {
            self.snapshot.store(Arc::new(Snapshot::read(&self.database).await?));
        }
        Ok(())
    }

    /// Why requests could not be served now; empty where they can. What was found a moment ago is told again:
    /// anybody may ask, as often as they like.
    pub async fn reasons_not_ready(&self) -> Vec<&'static str> {
        let now = self.clock.steady();
        if let Some(found) = &*self.readiness.load()
            && now.saturating_duration_since(found.at) < KNOWN
        {
            return found.reasons.clone();
        }
        let reasons = self.find_reasons_not_ready().await;
        self.readiness.store(Some(Arc::new(Readiness { at: now, reasons: reasons.clone() })));
        reasons
    }

    async fn find_reasons_not_ready(&self) -> Vec<&'static str> {
        let mut reasons = Vec::new();
        let refreshed = tokio::time::timeout(PROMPT, self.refresh()).await;
        if !matches!(refreshed, Ok(Ok(()))) {
            reasons.push("the store does not answer");
        }
        let next = self.trust.load().next_update();
        if next.is_some_and(|next| next <= self.clock.real()) {
            reasons.push("a revocation list is out of date");
        }
        if self.sealing.is_distrusted() {
            reasons.push("the file of checkpoints is of another log than the store");
        }
        if self.sealing.is_late(self.clock.steady()) {
            reasons.push("the log is not sealed in time");
        }
        reasons
    }

    /// The time that rules go by.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The time that certificates, tokens and signatures go by.
    pub(crate) fn real_time(&self) -> Timestamp {
        self.clock.real()
    }

    /// The facts kept in memory.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The facts kept in memory, made sure to be the stored ones.
    pub(crate) async fn fresh_snapshot(&self) -> Result<Arc<Snapshot>, Error> {
        self.refresh().await?;
        Ok(self.snapshot())
    }

    /// Gather → decide → plan → commit, again from the start where a fact has changed meanwhile.
    ///
    /// Nothing is answered before the plan, and with it the log entry, is committed (rule L1).
    pub(crate) async fn run<U: UseCase>(&self, case: &U) -> Result<U::Answer, Error> {
        for _ in 0..ATTEMPTS {
            let snapshot = self.snapshot();
            let Attempt { mut plan, result } = case.attempt(self, &snapshot).await?;
            snapshot.guard(&mut plan);
            match self.database.commit(plan).await {
                Ok(()) => return result,
                Err(StoreError::Conflict(conflict)) => self.after(conflict).await?,
                Err(error) => return Err(error.into()),
            }
            metrics::counter!("varanto_attempts_repeated_total").increment(1);
        }
        Err(Error::Contended)
    }

    /// What to do before the next attempt.
    pub(crate) async fn after(&self, conflict: Conflict) -> Result<(), Error> {
        match conflict {
            Conflict::Stale(Guard::Kept) => self.refresh().await,
            // The next attempt reads these anew.
            Conflict::Stale(Guard::Client | Guard::Document | Guard::Log)
            | Conflict::AlreadyExists(
                Entity::Client
                | Entity::Document
                | Entity::Case
                | Entity::Standing
                | Entity::Will
                | Entity::RegisterAccess
                | Entity::Breach
                | Entity::Review,
            )
            | Conflict::Gone(
                Entity::Client
                | Entity::Document
                | Entity::Case
                | Entity::Standing
                | Entity::Will
                | Entity::Choice
                | Entity::Recipient
                | Entity::DisclosureRequest
                | Entity::Breach
                | Entity::LogRequest,
            ) => Ok(()),
            Conflict::AlreadyExists(_) | Conflict::Gone(_) => {
                Err(Error::Internal("a plan met a conflict that it cannot have"))
            }
        }
    }
}
