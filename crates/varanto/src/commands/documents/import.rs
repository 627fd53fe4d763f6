//! `varanto documents import`: reads a folder batch by batch, has each batch checked while the one before is
//! stored, and writes down what became of each document.
//!
//! The store says what is stored; the journal only saves checking it again. So a run may be ended at any
//! point, by whatever means, and the next one goes on.

use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::{JoinHandle, spawn_blocking};
use varanto_model::Oid;
use varanto_service::{
    CheckedDocuments, DocumentImport, ImportSummary, Importer, Settled, Turn, Verdict,
};

use super::super::structures::Of;
use super::super::{CommandError, say};
use super::journal::{Journal, Known, Whose};
use super::places::{Broken, Found, Place, Places, read};
use super::telling::Told;

/// The most documents that are checked and stored together.
const BATCH: usize = 256;
/// No further document joins a batch of so many bytes.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// Options of `varanto documents import`.
#[derive(Debug, Args)]
pub struct Options {
    /// The folder: in it and in its subfolders, `.json` files with one document each and `.ndjson` files with one
    /// on each line, in the form in which a document is stored over the interface.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// On whose responsibility: an archivist, by the id in the user register of the organisation.
    #[arg(long = "as", value_name = "USER")]
    user: String,
    /// The organisation whose data it is, by its operating unit. Its system has signed the documents.
    #[arg(long, value_name = "OID", value_parser = Oid::parse)]
    organisation: Oid,
    /// The archivist's unit, where there are several.
    #[arg(long, value_name = "OID", value_parser = Oid::parse)]
    unit: Option<Oid>,
    /// Where what became of each document is written, and from where an interrupted run goes on; otherwise
    /// beside the folder, under its name with `.journal` after it.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Look again at documents that were refused before.
    #[arg(long)]
    again: bool,
    /// Only check: nothing is stored. The journal, which begins anew, is then that of a check.
    #[arg(long)]
    dry_run: bool,
    /// The installation.
    #[command(flatten)]
    of: Of,
}

/// Imports. Fails where any document of the folder is refused, now or before, or could not be read.
pub(super) async fn run(options: Options) -> Result<(), CommandError> {
    let folder = &options.folder;
    let journal = options.journal.clone().unwrap_or_else(|| beside(folder, options.dry_run));
    let places = Places::of(folder)?;
    let service = options.of.open().await?;
    let whose = Whose {
        organisation: options.organisation.clone(),
        log_keys: service.log_keys().iter().map(ToString::to_string).collect(),
    };
    let mut journal = if options.dry_run {
        Journal::anew(&journal, &whose)?
    } else {
        Journal::open(&journal, &whose)?
    };
    let importer = Importer {
        organisation: options.organisation.clone(),
        user: options.user.clone(),
        unit: options.unit.clone(),
    };
    let import = service.import_documents(&importer, options.dry_run).await?;
    let gone = journal.look_up(async |oids| Ok(import.which_are_stored(&oids).await?)).await?;
    if gone > 0 {
        say(format_args!(
            "noted as stored, and not in the store: {gone}; they are looked at again"
        ));
    }
    let known = journal.take_known(options.again);
    let mut work = Work {
        import: import.clone(),
        folder: folder.clone(),
        journal,
        bar: bar(),
        now: ImportSummary::default(),
        waiting: Vec::new(),
    };
    let passed = work.all(places, known).await;
    work.bar.finish_and_clear();
    // What was done is noted however it ended.
    let ended = import.end(&work.now).await;
    let before = passed?;
    ended?;
    let folder = folder.display();
    if options.dry_run {
        say("checked only: nothing has been stored");
    }
    say(format_args!("{folder}: {}", work.now));
    if before.all() > 0 {
        say(format_args!("{folder}: {before} by an earlier run"));
    }
    say(format_args!("what became of each document: {}", work.journal.path().display()));
    let left = work.now.refused + work.now.undecided + before.refused;
    match left {
        0 => Ok(()),
        n => Err(CommandError::Other(format!("{n} of the documents are not stored"))),
    }
}

/// The journal of a folder where no other is named.
fn beside(folder: &Path, dry_run: bool) -> PathBuf {
    let plain = folder.components().as_path();
    let mut name = plain.as_os_str().to_owned();
    name.push(if dry_run { ".check" } else { ".journal" });
    PathBuf::from(name)
}

/// A number of documents, read and checked.
struct Batch {
    places: Vec<Place>,
    checked: CheckedDocuments,
    broken: Vec<(Place, Broken)>,
}

/// A run at work.
struct Work {
    import: DocumentImport,
    folder: PathBuf,
    journal: Journal,
    bar: ProgressBar,
    now: ImportSummary,
    /// What depends on documents that have not come yet.
    waiting: Vec<(Turn, Place)>,
}

/// The batch that is being read, and where reading stands.
type Coming = JoinHandle<Result<(Reader, Option<Batch>), CommandError>>;

impl Work {
    /// Everything in the folder that no earlier run has settled; gives the counts of what it has.
    async fn all(&mut self, places: Places, known: Known) -> Result<ImportSummary, CommandError> {
        let reader = Reader { places, known, before: ImportSummary::default() };
        let mut coming = self.read_on(reader);
        let before = loop {
            let (reader, batch) = joined(coming.await)?;
            let Some(batch) = batch else { break reader.before };
            coming = self.read_on(reader);
            self.store(batch, false).await?;
        };
        while !self.waiting.is_empty() {
            let mut waiting = std::mem::take(&mut self.waiting);
            waiting.sort_by_key(|(turn, _)| *turn);
            let waited = waiting.len();
            self.these(waiting, false).await?;
            if self.waiting.len() == waited {
                // Nobody brings what they wait for.
                let waiting = std::mem::take(&mut self.waiting);
                self.these(waiting, true).await?;
            }
        }
        Ok(before)
    }

    /// Begins to read and check the next batch.
    fn read_on(&self, mut reader: Reader) -> Coming {
        let import = self.import.clone();
        tokio::spawn(async move {
            let read = spawn_blocking(move || reader.next_batch().map(|batch| (reader, batch)));
            let (reader, batch) = joined(read.await)?;
            let Some((places, bodies, broken)) = batch else { return Ok((reader, None)) };
            let checked = import.check(bodies).await?;
            Ok((reader, Some(Batch { places, checked, broken })))
        })
    }

    /// The documents that have waited, each read again.
    async fn these(
        &mut self,
        waiting: Vec<(Turn, Place)>,
        is_last_chance: bool,
    ) -> Result<(), CommandError> {
        let mut waiting = waiting.into_iter().map(|(_, place)| place).peekable();
        while waiting.peek().is_some() {
            let (mut places, mut bodies, mut broken) = (Vec::new(), Vec::new(), Vec::new());
            let mut bytes = 0;
            while places.len() < BATCH && bytes < BATCH_BYTES {
                let Some(place) = waiting.next() else { break };
                match read(&self.folder, &place) {
                    Ok(body) => {
                        bytes += body.len();
                        places.push(place);
                        bodies.push(body);
                    }
                    Err(why) => broken.push((place, why)),
                }
            }
            let checked = self.import.check(bodies).await?;
            self.store(Batch { places, checked, broken }, is_last_chance).await?;
        }
        Ok(())
    }

    /// Stores a batch and writes down what became of it.
    async fn store(&mut self, batch: Batch, is_last_chance: bool) -> Result<(), CommandError> {
        let Batch { places, checked, broken } = batch;
        for (place, why) in broken {
            self.now.refused += 1;
            self.journal.note(&place, &Told::broken(why))?;
            self.bar.inc(1);
        }
        let settled = self.import.store(checked, is_last_chance).await?;
        for (place, Settled { oid, verdict }) in places.into_iter().zip(settled) {
            if let Verdict::Waiting(turn) = verdict {
                self.waiting.push((turn, place));
                continue;
            }
            self.now.count(&verdict);
            self.journal.note(&place, &Told::of(oid.as_ref(), &verdict))?;
            self.bar.inc(1);
        }
        self.bar.set_message(self.now.to_string());
        self.journal.flush()
    }
}

/// Reads the folder on, passing over what is known by its bytes.
struct Reader {
    places: Places,
    known: Known,
    /// What earlier runs have settled of what lies there now.
    before: ImportSummary,
}

/// Documents with their bytes, and what could not be read.
type Bodies = (Vec<Place>, Vec<Vec<u8>>, Vec<(Place, Broken)>);

impl Reader {
    fn next_batch(&mut self) -> Result<Option<Bodies>, CommandError> {
        let (mut places, mut bodies, mut broken) = (Vec::new(), Vec::new(), Vec::new());
        let mut bytes = 0;
        while places.len() + broken.len() < BATCH && bytes < BATCH_BYTES {
            let known = &self.known;
            let Some(Found { place, body }) = self.places.next(|place| known.has(place))? else {
                break;
            };
            match body {
                None => self.known.count(&place, &mut self.before),
                Some(Ok(body)) => {
                    bytes += body.len();
                    places.push(place);
                    bodies.push(body);
                }
                Some(Err(why)) => broken.push((place, why)),
            }
        }
        let is_over = places.is_empty() && broken.is_empty();
        Ok((!is_over).then_some((places, bodies, broken)))
    }
}

fn joined<T>(
    ended: Result<Result<T, CommandError>, tokio::task::JoinError>,
) -> Result<T, CommandError> {
    ended.unwrap_or_else(|_| Err(CommandError::Other("a part of the import has failed".into())))
}

/// A line that is drawn only where a person looks on.
fn bar() -> ProgressBar {
    let bar = ProgressBar::no_length();
    match ProgressStyle::with_template("{spinner} {pos} documents, {per_sec}: {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_lies_beside_the_folder() {
        assert_eq!(beside(Path::new("old/"), false), Path::new("old.journal"));
        assert_eq!(beside(Path::new("/data/old"), true), Path::new("/data/old.check"));
    }
}
