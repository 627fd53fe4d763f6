//! The journal of a folder: one line of JSON for each document, appended when it is settled. It is the report
//! on the import, and what a later run need not look at again.
//!
//! A line is written after the store has committed. A run that ends in between finds the document stored; a
//! line that was cut off is cut away. While a run is at work, no other takes the same journal.
//!
//! What the journal says is not believed blindly: it belongs to one installation, a document is known by its
//! bytes, and what is noted as stored is looked up ([`Journal::look_up`]).

use std::collections::{HashMap, HashSet};
use std::fs::{File, TryLockError};
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use varanto_model::{Digest, Oid, digest};
use varanto_service::ImportSummary;

use super::super::CommandError;
use super::places::Place;
use super::regular::open_regular;
use super::telling::{Outcome, Told};

/// The longest line, in bytes: a hundred faults take less.
const MAX_LINE: u64 = 1024 * 1024;
/// How many documents are looked up at once.
const AT_ONCE: usize = 1024;

/// Whose documents go where.
#[derive(Clone, Debug)]
pub(super) struct Whose {
    /// Whose data it is.
    pub(super) organisation: Oid,
    /// By which keys the log of the installation is verified, the present one first. No other installation has
    /// one of them.
    pub(super) log_keys: Vec<String>,
}

/// What the first line tells in every form.
#[derive(Deserialize)]
struct Form {
    varanto_import: u32,
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    /// The form of the lines.
    varanto_import: u32,
    /// Whose data it is.
    organisation: Oid,
    /// The key of the installation's log.
    log: String,
}

const FORM: u32 = 2;

/// What every journal begins with.
const BEGINS: &[u8] = b"{\"varanto_import\":";

/// A line on a document, as it is written.
#[derive(Serialize)]
struct Entry<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<Digest>,
    #[serde(flatten)]
    told: &'a Told<'a>,
}

/// The members of a line that a later run needs.
#[derive(Deserialize)]
struct Kept {
    path: String,
    line: Option<u64>,
    sha256: Option<Digest>,
    outcome: Outcome,
    oid: Option<Oid>,
}

impl Kept {
    fn name(&self) -> Option<u128> {
        Some(name(&self.path, self.line, self.sha256?))
    }
}

/// What earlier runs have settled. Takes some 30 bytes for each document.
#[derive(Default)]
pub(super) struct Known(HashMap<u128, Outcome>);

impl Known {
    fn outcome(&self, place: &Place) -> Option<Outcome> {
        self.0.get(&name(&place.path, place.line, place.sha256?)).copied()
    }

    /// Is the document settled, as long as it has the same bytes?
    pub(super) fn has(&self, place: &Place) -> bool {
        self.outcome(place).is_some()
    }

    /// Counts a document that is known.
    pub(super) fn count(&self, place: &Place, summary: &mut ImportSummary) {
        match self.outcome(place) {
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
    pub(super) fn open(path: &Path, whose: &Whose) -> Result<Self, CommandError> {
        let mut file = locked(path)?;
        let broken = |e| CommandError::file(path, e);
        let mut lines = Lines::of(&file, path)?;
        let mut known = Known::default();
        if let Some(head) = lines.next()? {
            of_this_import(path, &head, whose)?;
        }
        while let Some(line) = lines.next()? {
            let kept: Kept = lines.parsed(&line)?;
            if let Some(name) = kept.name() {
                known.0.insert(name, kept.outcome);
            }
        }
        let Lines { number, whole, .. } = lines;
        if number == 0 && !begins_like_one(&mut file).map_err(broken)? {
            return Err(damaged(path, 1));
        }
        file.set_len(whole).and_then(|()| file.seek(SeekFrom::End(0))).map_err(broken)?;
        known.0.retain(|_, outcome| outcome.is_stored() || *outcome == Outcome::Refused);
        let mut journal = Self { path: path.to_owned(), file: BufWriter::new(file), known };
        if number == 0 {
            journal.head(whose)?;
        }
        Ok(journal)
    }

    /// A journal that knows nothing; what stood in the file is gone.
    pub(super) fn anew(path: &Path, whose: &Whose) -> Result<Self, CommandError> {
        let mut file = locked(path)?;
        let broken = |e| CommandError::file(path, e);
        if !begins_like_one(&mut file).map_err(broken)? {
            return Err(damaged(path, 1));
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(broken)?;
        let file = BufWriter::new(file);
        let mut journal = Self { path: path.to_owned(), file, known: Known::default() };
        journal.head(whose)?;
        Ok(journal)
    }

    /// Asks of each document that is noted as stored whether it is, and forgets the others; gives how many these
    /// are. A store that was brought back to an earlier time has lost what the journal still has.
    pub(super) async fn look_up(
        &mut self,
        which_are_stored: impl AsyncFn(Vec<Oid>) -> Result<HashSet<Oid>, CommandError>,
    ) -> Result<u64, CommandError> {
        let Self { path, file, known } = self;
        let mut file = file.get_ref();
        let mut lines = Lines::of(file, path)?;
        // The head.
        lines.next()?;
        let mut gone = 0;
        loop {
            let noted = lines.stored()?;
            if noted.is_empty() {
                break;
            }
            let oids = noted.iter().filter_map(|(_, oid)| oid.clone()).collect();
            let stored = which_are_stored(oids).await?;
            for (name, oid) in noted {
                let is_there = oid.is_some_and(|oid| stored.contains(&oid));
                let is_known = known.0.get(&name).is_some_and(|outcome| outcome.is_stored());
                if is_known && !is_there {
                    known.0.remove(&name);
                    gone += 1;
                }
            }
        }
        file.seek(SeekFrom::End(0)).map_err(|e| CommandError::file(path, e))?;
        Ok(gone)
    }

    fn head(&mut self, whose: &Whose) -> Result<(), CommandError> {
        let organisation = whose.organisation.clone();
        let log = whose.log_keys.first().cloned().unwrap_or_default();
        self.write(&Head { varanto_import: FORM, organisation, log })?;
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
        let Place { path, line, sha256, .. } = place;
        self.write(&Entry { path, line: *line, sha256: *sha256, told })
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

/// The lines of a journal that are whole, from the first.
struct Lines<'a> {
    reader: BufReader<&'a File>,
    path: &'a Path,
    /// How many were read, and their bytes.
    number: u64,
    whole: u64,
}

impl<'a> Lines<'a> {
    fn of(mut file: &'a File, path: &'a Path) -> Result<Self, CommandError> {
        file.rewind().map_err(|e| CommandError::file(path, e))?;
        Ok(Self { reader: BufReader::new(file), path, number: 0, whole: 0 })
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, CommandError> {
        let mut line = Vec::new();
        let read = (&mut self.reader).take(MAX_LINE).read_until(b'\n', &mut line);
        let read = read.map_err(|e| CommandError::file(self.path, e))? as u64;
        if line.last() != Some(&b'\n') {
            return if read < MAX_LINE {
                Ok(None)
            } else {
                Err(damaged(self.path, self.number + 1))
            };
        }
        self.number += 1;
        self.whole += read;
        Ok(Some(line))
    }

    /// The line that was read last.
    fn parsed(&self, line: &[u8]) -> Result<Kept, CommandError> {
        serde_json::from_slice(line).map_err(|_| damaged(self.path, self.number))
    }

    /// The next documents that are noted as stored, by name and identifier; none at the end.
    fn stored(&mut self) -> Result<Vec<(u128, Option<Oid>)>, CommandError> {
        let mut noted = Vec::new();
        while noted.len() < AT_ONCE {
            let Some(line) = self.next()? else { break };
            let kept = self.parsed(&line)?;
            if let (Some(name), true) = (kept.name(), kept.outcome.is_stored()) {
                noted.push((name, kept.oid));
            }
        }
        Ok(noted)
    }
}

/// Holds the first line of a journal to whose it has to be.
fn of_this_import(path: &Path, head: &[u8], whose: &Whose) -> Result<(), CommandError> {
    let form: Form = serde_json::from_slice(head).map_err(|_| damaged(path, 1))?;
    let other = |what| {
        let path = path.display();
        Err(CommandError::Other(format!(
            "{path} is the journal of {what}: name one with --journal"
        )))
    };
    if form.varanto_import != FORM {
        return other("another version of this program");
    }
    let head: Head = serde_json::from_slice(head).map_err(|_| damaged(path, 1))?;
    if head.organisation != whose.organisation {
        return other("another organisation");
    }
    if !whose.log_keys.contains(&head.log) {
        return other("another installation");
    }
    Ok(())
}

/// The file, made where there is none, and nobody else's until it is closed.
fn locked(path: &Path) -> Result<File, CommandError> {
    // Names of files can tell who they are about: for nobody else's eyes.
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let file = open_regular(&mut options, path).map_err(|e| CommandError::file(path, e))?;
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
fn name(path: &str, line: Option<u64>, sha256: Digest) -> u128 {
    let line = line.unwrap_or(0);
    let digest = digest::sha256(format!("{path}\0{line}\0{sha256}").as_bytes());
    u128::from_be_bytes(digest.as_bytes().first_chunk().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests;
