//! Putting a country into a store: plans are made on all cores and committed in bulk, a bounded number of them
//! at a time.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use varanto::server::open_service;
use varanto_service::{Importable, Sealed, Sealer};
use varanto_store::{Database, Plan};

use crate::country::Country;
use crate::failure::Failure;
use crate::keys::{systems, vault};
use crate::layout;
use crate::place::{Place, Store};
use crate::rows::{Writer, plans};

/// Villages of which the plans are committed together, in the order of time: so the documents of a client lie
/// apart from each other in the store, as they do in life.
const TOGETHER: u64 = 2;
/// Batches that wait to be committed.
const WAITING: usize = 2;

/// How a country is put into a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// How many threads make plans.
    pub makers: usize,
    /// How many batches are committed at a time.
    pub committers: usize,
    /// Are the log's entries taken into its tree? A server does it otherwise, and is not ready meanwhile.
    pub seals: bool,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many documents are in the store.
    Documents(u64),
    /// So many entries are in the log's tree.
    Sealed(u64),
}

/// Makes the folder of a country and fills its store. `progress` is told now and then.
pub async fn populate(
    country: &Country,
    folder: &Path,
    store: &Store,
    effort: Effort,
    progress: Arc<dyn Fn(Progress) + Send + Sync>,
) -> Result<Place, Failure> {
    let place = Place::create(country, folder, store).await?;
    import(&place).await?;
    let settings = varanto::server::store_settings(place.config());
    let settings = settings.map_err(|error| Failure::other(&error))?;
    let database = Database::open(&settings).await.map_err(|error| Failure::other(&error))?;
    let writer = Writer {
        country: country.clone(),
        vault: vault(place.paths())?,
        systems: systems(place.paths(), place.manifest())?,
    };
    fill(Arc::new(writer), Arc::new(database), effort, &progress).await?;
    if effort.seals {
        seal(&place, &*progress).await?;
    }
    Ok(place)
}

/// Imports the published structures that the country's documents follow.
async fn import(place: &Place) -> Result<(), Failure> {
    let published = place.country().shapes().published();
    if published.is_empty() {
        return Ok(());
    }
    let service = Box::pin(open_service(place.config(), &[])).await;
    let service = service.map_err(|error| Failure::other(&error))?;
    let given =
        published.iter().map(|(oid, json)| Importable { oid: oid.clone(), json: json.clone() });
    let imported = service.import_structures(given.collect()).await;
    imported.map(|_| ()).map_err(|error| Failure::Other(format!("{error:?}")))
}

/// Plans that are committed together: first those that open clients' files, then all others.
struct Together {
    opening: Vec<Plan>,
    others: Vec<Plan>,
    documents: u64,
}

type Batch = Result<Together, Failure>;

/// Makes all plans and commits them.
async fn fill(
    writer: Arc<Writer>,
    database: Arc<Database>,
    effort: Effort,
    progress: &Arc<dyn Fn(Progress) + Send + Sync>,
) -> Result<(), Failure> {
    let (send, batches) = mpsc::channel::<Batch>(WAITING);
    let batches = Arc::new(tokio::sync::Mutex::new(batches));
    let next = Arc::new(AtomicU64::new(0));
    let mut makers = JoinSet::new();
    for _ in 0..effort.makers.max(1) {
        let (writer, next, send) = (Arc::clone(&writer), Arc::clone(&next), send.clone());
        makers.spawn_blocking(move || make(&writer, &next, &send));
    }
    drop(send);
    let done = Arc::new(AtomicU64::new(0));
    let mut committers = JoinSet::new();
    for _ in 0..effort.committers.max(1) {
        let (batches, database) = (Arc::clone(&batches), Arc::clone(&database));
        let (done, progress) = (Arc::clone(&done), Arc::clone(progress));
        committers.spawn(async move {
            while let Some(batch) = { batches.lock().await.recv().await } {
                let Together { opening, others, documents } = batch?;
                for plans in [opening, others] {
                    for outcome in database.commit_all(plans).await {
                        outcome?;
                    }
                }
                progress(Progress::Documents(
                    done.fetch_add(documents, Ordering::Relaxed) + documents,
                ));
            }
            Ok::<(), Failure>(())
        });
    }
    while let Some(ended) = committers.join_next().await {
        ended.map_err(|error| Failure::other(&error))??;
    }
    while let Some(ended) = makers.join_next().await {
        ended.map_err(|error| Failure::other(&error))?;
    }
    Ok(())
}

/// Makes batch after batch, until there is none left or nobody wants them any more.
fn make(writer: &Writer, next: &AtomicU64, send: &mpsc::Sender<Batch>) {
    let villages = layout::villages(writer.country.documents());
    loop {
        let first = next.fetch_add(TOGETHER, Ordering::Relaxed);
        if first >= villages {
            return;
        }
        let batch = batch(writer, first..villages.min(first + TOGETHER));
        let failed = batch.is_err();
        if send.blocking_send(batch).is_err() || failed {
            return;
        }
    }
}

fn batch(writer: &Writer, villages: std::ops::Range<u64>) -> Batch {
    let mut written = Vec::new();
    for village in villages {
        written.extend(writer.village(village)?);
    }
    written.sort_by_key(|written| written.stored_at);
    let many = u64::try_from(written.len()).unwrap_or_default();
    let (mut opening, mut others): (Vec<_>, Vec<_>) =
        written.into_iter().partition(|written| written.opens);
    // Every plan has a log entry, which what is whole brings: where nothing that opens is whole, it goes with
    // the others.
    if opening.iter().all(|written| written.entries.is_empty()) {
        others.splice(..0, opening.drain(..));
    }
    Ok(Together { opening: plans(opening)?, others: plans(others)?, documents: many })
}

/// Takes all entries of the log into its tree, as a server does.
async fn seal(place: &Place, progress: &(dyn Fn(Progress) + Send + Sync)) -> Result<(), Failure> {
    let service = Box::pin(open_service(place.config(), &[])).await;
    let service = service.map_err(|error| Failure::other(&error))?;
    let (mut sealer, mut sealed) = (Sealer::new(service), 0);
    loop {
        match sealer.seal().await.map_err(|error| Failure::other(&error))? {
            Sealed::Entries(count) => {
                sealed += u64::try_from(count).unwrap_or_default();
                progress(Progress::Sealed(sealed));
            }
            Sealed::Nothing | Sealed::ByAnother => return Ok(()),
        }
    }
}
