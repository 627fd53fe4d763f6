//! The journal of a folder: one line of JSON for each document, appended when it is settled. It is the report
//! on the import, and what a later run need not look at again.
//!
//! A line is written after the store has committed. A run that ends in between finds the document stored; a
//! line that was cut off is cut away. While a run is at work, no other takes the same journal.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use varanto_model::{Oid, digest};
use varanto_service::ImportSummary;

use super::super::CommandError;
use super::places::Place;
use super::telling::{Outcome, Told};

/// The longest line, in bytes: a hundred faults take less.
const MAX_LINE: u64 = 1024 * 1024;

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    /// The form of the lines.
    varanto_import: u32,
    /// Whose data it is.
    organisation: Oid,
}

const FORM: u32 = 1;

/// What every journal begins with.
const BEGINS: &[u8] = b"{\"varanto_import\":";

/// A line on a document, as it is written.
#[derive(Serialize)]
struct Entry<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    size: u64,
    changed: u128,
    #[serde(flatten)]
    told: &'a Told<'a>,
}

/// The members of a line that a later run needs.
#[derive(Deserialize)]
struct Kept {
    path: String,
    line: Option<u64>,
    size: u64,
    changed: u128,
    outcome: Outcome,
}

/// What earlier runs have settled. Takes some 30 bytes for each document.
#[derive(Default)]
pub(super) struct Known(HashMap<u128, Outcome>);

impl Known {
    /// Is the document settled, as long as its file has not changed?
    pub(super) fn has(&self, place: &Place) -> bool {
        self.0.contains_key(&name(&place.path, place.line, place.size, place.changed))
    }

    /// Counts a document that is known.
    pub(super) fn count(&self, place: &Place, summary: &mut ImportSummary) {
        let name = name(&place.path, place.line, place.size, place.changed);
        match self.0.get(&name) {
            Some(Outcome::Refused) => summary.refused += 1,
            Some(_) => summary.stored_before += 1,
            None => {}
        }
    }
}

/// An open journal.
pub(super) struct Journal {
    path: PathBuf,
    file: BufWriter<File>,
    known: Known,
}

impl Journal {
    /// Opens the journal, or begins it.
    pub(super) fn open(path: &Path, organisation: &Oid) -> Result<Self, CommandError> {
        let file = locked(path)?;
        let broken = |e| CommandError::file(path, e);
        let mut reader = BufReader::new(file);
        let (mut known, mut whole, mut number) = (Known::default(), 0, 0_u64);
        loop {
            let mut line = Vec::new();
            let read = (&mut reader).take(MAX_LINE).read_until(b'\n', &mut line);
            let read = read.map_err(broken)?;
            if line.last() != Some(&b'\n') {
                if read as u64 >= MAX_LINE {
                    return Err(damaged(path, number + 1));
                }
                break;
            }
            number += 1;
            if number == 1 {
                let head: Head =
                    serde_json::from_slice(&line).map_err(|_| damaged(path, number))?;
                if head.varanto_import != FORM || head.organisation != *organisation {
                    let why = format!("{} is the journal of another import", path.display());
                    return Err(CommandError::Other(why));
                }
            } else {
                let kept: Kept =
                    serde_json::from_slice(&line).map_err(|_| damaged(path, number))?;
                known.0.insert(name(&kept.path, kept.line, kept.size, kept.changed), kept.outcome);
            }
            whole += read as u64;
        }
        let mut file = reader.into_inner();
        if number == 0 && !begins_like_one(&mut file).map_err(broken)? {
            return Err(damaged(path, 1));
        }
        file.set_len(whole).and_then(|()| file.seek(SeekFrom::End(0))).map_err(broken)?;
        known.0.retain(|_, outcome| {
            matches!(outcome, Outcome::Stored | Outcome::StoredBefore | Outcome::Refused)
        });
        let mut journal = Self { path: path.to_owned(), file: BufWriter::new(file), known };
        if number == 0 {
            journal.head(organisation)?;
        }
        Ok(journal)
    }

    /// A journal that knows nothing; what stood in the file is gone.
    pub(super) fn anew(path: &Path, organisation: &Oid) -> Result<Self, CommandError> {
        let mut file = locked(path)?;
        let broken = |e| CommandError::file(path, e);
        if !begins_like_one(&mut file).map_err(broken)? {
            return Err(damaged(path, 1));
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(broken)?;
        let file = BufWriter::new(file);
        let mut journal = Self { path: path.to_owned(), file, known: Known::default() };
        journal.head(organisation)?;
        Ok(journal)
    }

    fn head(&mut self, organisation: &Oid) -> Result<(), CommandError> {
        self.write(&Head { varanto_import: FORM, organisation: organisation.clone() })?;
        self.flush()
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What is known from earlier runs, once; without what was refused, to look at it `again`.
    pub(super) fn take_known(&mut self, again: bool) -> Known {
        let mut known = std::mem::take(&mut self.known);
        if again {
            known.0.retain(|_, outcome| *outcome != Outcome::Refused);
        }
        known
    }

    /// Notes what became of a document.
    pub(super) fn note(&mut self, place: &Place, told: &Told<'_>) -> Result<(), CommandError> {
        let Place { path, line, size, changed, .. } = place;
        self.write(&Entry { path, line: *line, size: *size, changed: *changed, told })
    }

    fn write(&mut self, line: &impl Serialize) -> Result<(), CommandError> {
        let mut text = serde_json::to_vec(line).map_err(|e| CommandError::other(&e))?;
        text.push(b'\n');
        self.file.write_all(&text).map_err(|e| CommandError::file(&self.path, e))
    }

    /// Hands the system what was noted.
    pub(super) fn flush(&mut self) -> Result<(), CommandError> {
        self.file.flush().map_err(|e| CommandError::file(&self.path, e))
    }
}

/// The file, made where there is none, and nobody else's until it is closed.
fn locked(path: &Path) -> Result<File, CommandError> {
    // Names of files can tell who they are about: for nobody else's eyes.
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let open = options.open(path);
    let file = open.map_err(|e| CommandError::file(path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let why = format!("another import is at work with {}", path.display());
            Err(CommandError::Other(why))
        }
        Err(TryLockError::Error(error)) => Err(CommandError::file(path, error)),
    }
}

/// Is there nothing in the file, or what a journal begins with, as far as that was written? Nothing else is
/// written over.
fn begins_like_one(file: &mut File) -> std::io::Result<bool> {
    let mut begins = Vec::new();
    file.rewind()?;
    file.take(BEGINS.len() as u64).read_to_end(&mut begins)?;
    Ok(BEGINS.starts_with(&begins))
}

fn damaged(path: &Path, line: u64) -> CommandError {
    let path = path.display();
    CommandError::Other(format!("line {line} of {path} is not one of a journal of imports"))
}

/// A name of a document as it lies there, short and the same each time.
fn name(path: &str, line: Option<u64>, size: u64, changed: u128) -> u128 {
    let line = line.unwrap_or(0);
    let digest = digest::sha256(format!("{path}\0{line}\0{size}\0{changed}").as_bytes());
    u128::from_be_bytes(digest.as_bytes().first_chunk().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use varanto_service::Verdict;

    use super::super::places::{Broken, Places};
    use super::*;

    fn organisation() -> Oid {
        Oid::parse("1.2.246.10.99990001.10.0").unwrap()
    }

    /// The places of three documents in a folder.
    fn places(folder: &Path) -> Vec<Place> {
        std::fs::write(folder.join("a.ndjson"), "1\n2\n3\n").unwrap();
        let mut places = Places::of(folder).unwrap();
        std::iter::from_fn(|| places.next(|_| false).unwrap()).map(|found| found.place).collect()
    }

    /// REQ DOC-10
    #[test]
    fn what_is_settled_is_known_to_the_next_run_and_the_rest_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let places = places(folder.path());
        let mut journal = Journal::open(&path, &organisation()).unwrap();
        let refused = Verdict::Refused(varanto_service::Error::DocumentExists);
        journal.note(&places[0], &Told::of(None, &refused)).unwrap();
        journal.note(&places[1], &Told::broken(Broken::TooLarge)).unwrap();
        drop(journal);
        let known = Journal::open(&path, &organisation()).unwrap().take_known(false);
        let has: Vec<bool> = places.iter().map(|place| known.has(place)).collect();
        assert_eq!(has, [true, false, false]);
        let mut summary = ImportSummary::default();
        for place in &places {
            known.count(place, &mut summary);
        }
        assert_eq!((summary.refused, summary.all()), (1, 1));
        let again = Journal::open(&path, &organisation()).unwrap().take_known(true);
        assert!(!again.has(&places[0]));
        let anew = Journal::anew(&path, &organisation()).unwrap().take_known(false);
        assert!(!anew.has(&places[0]));
    }

    /// REQ DOC-10
    #[test]
    fn a_line_that_was_cut_off_is_cut_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let places = places(folder.path());
        let mut journal = Journal::open(&path, &organisation()).unwrap();
        for place in &places {
            journal.note(place, &Told::of(None, &Verdict::StoredBefore(receipt()))).unwrap();
        }
        drop(journal);
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            let mut journal = Journal::open(&path, &organisation()).unwrap();
            let known = journal.take_known(false);
            let lines = whole[..length].split(|byte| *byte == b'\n').count() - 1;
            let has = places.iter().filter(|place| known.has(place)).count();
            assert_eq!(has, lines.saturating_sub(1), "{length}");
            // It can be written on.
            journal.note(&places[2], &Told::of(None, &Verdict::StoredBefore(receipt()))).unwrap();
            drop(journal);
            let known = Journal::open(&path, &organisation()).unwrap().take_known(false);
            assert!(known.has(&places[2]), "{length}");
        }
    }

    fn receipt() -> varanto_service::Receipt {
        let oid = Oid::parse("1.2.246.10.99990001.11.2023.1").unwrap();
        varanto_service::Receipt {
            oid: oid.clone(),
            original_oid: oid,
            version: 1,
            stored_at: jiff::Timestamp::UNIX_EPOCH,
            digest: digest::sha256(b"x"),
            log_entry: uuid::Uuid::nil(),
        }
    }

    #[test]
    fn a_journal_of_something_else_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        for text in ["notes", "notes\n", "{\"varanto_import\":2,\"organisation\":\"1.2.3\"}\n"] {
            std::fs::write(&path, text).unwrap();
            assert!(Journal::open(&path, &organisation()).is_err());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn two_runs_do_not_share_a_journal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let first = Journal::open(&path, &organisation()).unwrap();
        assert!(Journal::open(&path, &organisation()).is_err());
        drop(first);
        assert!(Journal::open(&path, &organisation()).is_ok());
    }
}
