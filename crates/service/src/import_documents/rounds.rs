//! The second half of an import: deciding and committing, wave by wave.
//!
//! A wave is decided on at once and committed together. Where a fact has changed under one of its plans, that
//! document alone is decided on again; after a few rounds, those that are left go one by one.

use std::collections::HashMap;
use std::sync::Arc;

use varanto_rules::Action;
use varanto_store::{Plan, StoreError};

use super::checked::CheckedDocument;
use super::order::{turn, waves};
use super::rehearsal::lack;
use super::spread::{cores, spread};
use super::verdict::{Settled, Verdict};
use super::{Checked, DocumentImport, Run};
use crate::Error;
use crate::found_document::own_register;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::store_document::Stored;
use crate::way::Way;

/// How often a wave is decided on as a whole.
const ROUNDS: usize = 3;
/// How many documents are decided on at once, for each core: some wait for the store meanwhile.
const LANES: usize = 4;

/// One document, to be decided on.
struct StoreOne<'a> {
    run: &'a Run,
    document: &'a CheckedDocument,
    /// The facts on which it was checked.
    checked_on: &'a Arc<Snapshot>,
}

impl UseCase for StoreOne<'_> {
    type Answer = Stored;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Stored>, Error> {
        let incoming = &self.document.incoming;
        let again = (!Arc::ptr_eq(snapshot, self.checked_on))
            .then(|| self.run.check(snapshot, Arc::clone(incoming)));
        let alone = &again.as_ref().unwrap_or(self.document).alone;
        service.attempt_store(snapshot, &self.run.context(), incoming, Way::Bulk(alone)).await
    }
}

impl DocumentImport {
    /// Decides on each document of a checked batch and stores what is good; answers in the order of the
    /// batch, when all of it is committed. What may depend on documents of other batches waits, unless this
    /// is its last chance.
    ///
    /// Fails only where the store does: some of the batch may have been stored then, and is found to be when
    /// it is tried again.
    pub async fn store(
        &self,
        checked: Checked,
        is_last_chance: bool,
    ) -> Result<Vec<Settled>, Error> {
        let Checked { snapshot, documents } = checked;
        let run = &self.0;
        let mut settled: Vec<_> = documents
            .iter()
            .map(|document| Settled {
                oid: document.as_ref().ok().map(|d| d.incoming.envelope.metadata.oid.clone()),
                verdict: Verdict::Undecided(Error::Contended),
            })
            .collect();
        let (mut good, mut unread) = (Vec::new(), Vec::new());
        for (place, document) in documents.into_iter().enumerate() {
            match document {
                Ok(document) => good.push((place, document)),
                Err(error) => unread.push((place, error)),
            }
        }
        let lookup = |client: &_, controller: &_| run.service.lookup(client, controller);
        let order = waves(good.iter().map(|(place, document)| (*place, document)), lookup);
        let mut good: HashMap<_, _> = good.into_iter().collect();
        let mut settle = |answers: Vec<(usize, Verdict)>| {
            for (place, verdict) in answers {
                if let Some(settled) = settled.get_mut(place) {
                    settled.verdict = verdict;
                }
            }
        };
        settle(run.refuse_unread(unread).await?);
        for wave in order {
            let wave: Vec<_> =
                wave.into_iter().filter_map(|at| Some((at, good.remove(&at)?))).collect();
            settle(Arc::clone(run).settle(wave, &snapshot, is_last_chance).await?);
        }
        Ok(settled)
    }
}

/// A document that was attempted, with what came of it.
struct Attempted {
    place: usize,
    document: CheckedDocument,
    outcome: Result<Attempt<Stored>, Error>,
}

impl Run {
    /// Settles the documents of a wave.
    async fn settle(
        self: Arc<Self>,
        wave: Vec<(usize, CheckedDocument)>,
        checked_on: &Arc<Snapshot>,
        is_last_chance: bool,
    ) -> Result<Vec<(usize, Verdict)>, Error> {
        let mut settled = Vec::with_capacity(wave.len());
        let mut left = wave;
        for _ in 0..ROUNDS {
            if left.is_empty() {
                return Ok(settled);
            }
            let attempted = self.attempt_all(std::mem::take(&mut left), checked_on).await?;
            let (mut plans, mut asked) = (Vec::new(), Vec::new());
            for Attempted { place, document, outcome } in attempted {
                match self.weigh(&document, outcome, is_last_chance)? {
                    Weighed::Settled(verdict) => settled.push((place, verdict)),
                    Weighed::Planned(plan, result) => {
                        plans.push(plan);
                        asked.push((place, document, result));
                    }
                }
            }
            let committed = self.service.database.commit_all(plans).await;
            for ((place, document, result), committed) in asked.into_iter().zip(committed) {
                match committed {
                    Ok(()) => settled.push((place, verdict(result))),
                    Err(StoreError::Conflict(conflict)) => {
                        self.service.after(conflict).await?;
                        left.push((place, document));
                    }
                    // Whether it was stored shows when it is decided on again.
                    Err(StoreError::Busy | StoreError::Unsettled) => left.push((place, document)),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        for (place, document) in left {
            let one = StoreOne { run: &self, document: &document, checked_on };
            let result = self.service.run(&one).await;
            let metadata = &document.incoming.envelope.metadata;
            let lacks = result.as_ref().err().and_then(|error| lack(error, metadata)).is_some();
            let verdict = match result {
                Err(_) if lacks && !is_last_chance => Verdict::Waiting(turn(metadata)),
                result => verdict(result),
            };
            settled.push((place, verdict));
        }
        Ok(settled)
    }

    async fn attempt_all(
        self: &Arc<Self>,
        wave: Vec<(usize, CheckedDocument)>,
        checked_on: &Arc<Snapshot>,
    ) -> Result<Vec<Attempted>, Error> {
        let (run, checked_on) = (Arc::clone(self), Arc::clone(checked_on));
        let attempt = move |(place, document): (usize, CheckedDocument)| {
            let (run, checked_on) = (Arc::clone(&run), Arc::clone(&checked_on));
            async move {
                let snapshot = run.service.snapshot();
                let one = StoreOne { run: &run, document: &document, checked_on: &checked_on };
                let outcome = one.attempt(&run.service, &snapshot).await;
                let outcome = outcome.map(|mut attempt| {
                    snapshot.guard(&mut attempt.plan);
                    attempt
                });
                Attempted { place, document, outcome }
            }
        };
        spread(wave, cores() * LANES, attempt).await
    }

    /// What an attempt comes to before anything is committed.
    fn weigh(
        &self,
        document: &CheckedDocument,
        outcome: Result<Attempt<Stored>, Error>,
        is_last_chance: bool,
    ) -> Result<Weighed, Error> {
        let Attempt { plan, result } = match outcome {
            Ok(attempt) => attempt,
            Err(error @ Error::LogUnavailable(_)) => return Err(error),
            Err(error) => return Ok(Weighed::Settled(verdict(Err(error)))),
        };
        let metadata = &document.incoming.envelope.metadata;
        let lack = result.as_ref().err().and_then(|error| lack(error, metadata));
        let rehearsal = self.rehearsal.as_ref().map(|r| r.lock().map_err(|_| POISONED));
        let Some(rehearsal) = rehearsal else {
            return Ok(match lack {
                Some(_) if !is_last_chance => Weighed::Settled(Verdict::Waiting(turn(metadata))),
                _ => Weighed::Planned(plan, result),
            });
        };
        let mut rehearsal = rehearsal?;
        let verdict = match (result, lack) {
            (Ok(stored), _) if !stored.created => Verdict::StoredBefore(stored.receipt),
            (Ok(_), _) => Verdict::Good,
            (Err(_), Some(lack)) if rehearsal.has(&lack) => {
                // The rest of it can be told; what follows from the other document cannot.
                match document.alone.findings.clone().outcome() {
                    Ok(()) => Verdict::Good,
                    Err(error) => Verdict::Refused(error),
                }
            }
            (Err(_), Some(_)) if !is_last_chance => Verdict::Waiting(turn(metadata)),
            (Err(error), _) => Verdict::Refused(error),
        };
        if matches!(verdict, Verdict::Good) {
            rehearsal.note(document);
        }
        Ok(Weighed::Settled(verdict))
    }

    /// Notes what could not even be read.
    async fn refuse_unread(
        &self,
        unread: Vec<(usize, Error)>,
    ) -> Result<Vec<(usize, Verdict)>, Error> {
        if self.rehearsal.is_none() && !unread.is_empty() {
            let snapshot = self.service.snapshot();
            let context = self.context();
            let own = own_register(&snapshot, &context);
            let plan = |(_, error): &(usize, Error)| {
                let how = (None, Some(error));
                let entry = self.service.use_entry(&context, own, Action::Import, how);
                Plan::recorded(entry)
            };
            let committed =
                self.service.database.commit_all(unread.iter().map(plan).collect()).await;
            committed.into_iter().collect::<Result<(), _>>()?;
        }
        let told = |(place, error)| (place, Verdict::Refused(error));
        Ok(unread.into_iter().map(told).collect())
    }
}

const POISONED: Error = Error::Internal("a part of an import has failed");

/// What an attempt comes to.
enum Weighed {
    Settled(Verdict),
    /// So it is, once the plan is committed.
    Planned(Plan, Result<Stored, Error>),
}

fn verdict(result: Result<Stored, Error>) -> Verdict {
    match result {
        Ok(Stored { receipt, created: true }) => Verdict::Stored(receipt),
        Ok(Stored { receipt, created: false }) => Verdict::StoredBefore(receipt),
        Err(
            error @ (Error::Rejected { .. }
            | Error::Refused { .. }
            | Error::VersionConflict
            | Error::DocumentExists
            | Error::DocumentAnnulled),
        ) => Verdict::Refused(error),
        // Nothing has been found out: not by the documents' fault.
        Err(error) => Verdict::Undecided(error),
    }
}
