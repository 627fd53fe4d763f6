//! A file of checkpoints: every one, in their order, only ever added to.
//!
//! Each stands there as it was signed – its text, an empty line, its signatures – and ends with another empty
//! line. Neither a text nor signatures have empty lines in them, so that the second one is always the end. What
//! stands after the last end was not written whole, and is no checkpoint.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use varanto_log::{Checkpoint, MAX_CHECKPOINT_BYTES, VerifierKey};

/// More than the last whole checkpoint and one that was not written whole.
const TAIL: u64 = 4 * MAX_CHECKPOINT_BYTES as u64;

/// Why a file cannot be added to.
#[derive(Debug, thiserror::Error)]
pub enum WitnessFileError {
    /// It cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Another server adds to it.
    #[error("another server adds to it")]
    InUse,
    /// What stands in it is something else.
    #[error("it is not a file of this log's checkpoints")]
    NotOurs,
}

/// A file that is added to, by one at a time.
#[derive(Debug)]
pub struct WitnessFile {
    file: File,
    last: Option<(u64, String)>,
}

impl WitnessFile {
    /// Takes a file up again, or makes it. What was not written whole at its end is cut off; a file that does
    /// not end with a checkpoint of these keys is left as it is.
    pub fn open(path: &Path, keys: &[VerifierKey]) -> Result<Self, WitnessFileError> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(WitnessFileError::InUse),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let length = file.metadata()?.len();
        let from = length.saturating_sub(TAIL);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        Read::by_ref(&mut file).take(TAIL).read_to_end(&mut tail)?;
        let Some((note, end)) = last_whole(&tail) else {
            let torn = from == 0 && keys.iter().any(|key| begins(&tail, key));
            return if torn || length == 0 {
                file.set_len(0)?;
                Ok(Self { file, last: None })
            } else {
                Err(WitnessFileError::NotOurs)
            };
        };
        let checkpoint = Checkpoint::open(&note, keys).map_err(|_| WitnessFileError::NotOurs)?;
        file.set_len(from + end as u64)?;
        Ok(Self { file, last: Some((checkpoint.size, note)) })
    }

    /// The size and the text of the last checkpoint in it.
    pub fn last(&self) -> Option<(u64, &str)> {
        self.last.as_ref().map(|(size, note)| (*size, note.as_str()))
    }

    /// Adds checkpoints, each with its size, which are on the disk afterwards.
    pub fn add(&mut self, checkpoints: Vec<(u64, String)>) -> io::Result<()> {
        let text: String = checkpoints.iter().flat_map(|(_, note)| [note.as_str(), "\n"]).collect();
        self.file.write_all(text.as_bytes())?;
        self.file.sync_all()?;
        self.last = checkpoints.into_iter().next_back().or(self.last.take());
        Ok(())
    }
}

/// The last checkpoint that ends in these bytes, and where it ends.
fn last_whole(tail: &[u8]) -> Option<(String, usize)> {
    let ends: Vec<usize> = (0..tail.len().saturating_sub(1))
        .filter(|at| tail.get(*at..at + 2) == Some(b"\n\n"))
        .collect();
    let mut starts = vec![0];
    starts.extend(ends.iter().map(|at| at + 2));
    // A block of signatures that has an end, with the text before it.
    let signed = |n: &usize| {
        tail.get(starts.get(*n).copied()?..)?.starts_with("— ".as_bytes()).then_some(())
    };
    let block = (1..ends.len()).rev().find(|n| signed(n).is_some())?;
    let (start, end) = (*starts.get(block - 1)?, *ends.get(block)?);
    let note = String::from_utf8(tail.get(start..=end)?.to_vec()).ok()?;
    Some((note, end + 2))
}

/// Is this the beginning of a checkpoint of the key's log, or the beginning of that?
fn begins(bytes: &[u8], key: &VerifierKey) -> bool {
    let origin = format!("{}\n", key.name());
    bytes.iter().zip(origin.as_bytes()).all(|(found, wanted)| found == wanted)
}

/// The checkpoints of a file, one after another.
pub struct Notes {
    file: BufReader<File>,
    ended: bool,
    /// The place after the last end.
    whole: u64,
}

/// Reads a file; what is no text, or too long for a checkpoint, is given as `None`.
pub fn notes_in(file: &Path) -> io::Result<Notes> {
    Ok(Notes { file: BufReader::new(File::open(file)?), ended: false, whole: 0 })
}

impl Notes {
    /// Up to where the file has been read as whole checkpoints.
    pub fn whole(&self) -> u64 {
        self.whole
    }

    /// The next checkpoint's bytes, with whether they are too many; `None` at the end of what is whole.
    fn read(&mut self) -> io::Result<Option<(Vec<u8>, bool)>> {
        let (mut note, mut ends, mut length, mut at_start) = (Vec::new(), 0, 0_u64, true);
        let mut is_long = false;
        while ends < 2 {
            let mut line = Vec::new();
            let most = MAX_CHECKPOINT_BYTES as u64;
            self.file.by_ref().take(most).read_until(b'\n', &mut line)?;
            if line.is_empty() {
                return Ok(None);
            }
            length += line.len() as u64;
            if at_start && line == b"\n" {
                ends += 1;
            }
            at_start = line.ends_with(b"\n");
            is_long |= note.len() + line.len() > MAX_CHECKPOINT_BYTES;
            if ends < 2 && !is_long {
                note.append(&mut line);
            }
        }
        self.whole += length;
        Ok(Some((note, is_long)))
    }
}

impl Iterator for Notes {
    type Item = Option<String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.read() {
            Ok(Some((note, is_long))) => Some(String::from_utf8(note).ok().filter(|_| !is_long)),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(_) => {
                self.ended = true;
                Some(None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use varanto_log::{Hash, NoteSigner};
    use zeroize::Zeroizing;

    use super::*;

    fn signed(size: u64) -> (u64, String, VerifierKey) {
        let signer = NoteSigner::from_seed("example/log", &Zeroizing::new([1; 32])).unwrap();
        let (origin, root) = ("example/log".to_owned(), Hash::of_leaf(&size.to_be_bytes()));
        let at = "2026-11-22T12:00:07Z".parse().unwrap();
        let note = Checkpoint { origin, size, root, at }.sign(&signer);
        (size, note, signer.key().clone())
    }

    /// REQ LOG-03: wherever a write was cut off, the file goes on after the last whole checkpoint.
    #[test]
    fn a_file_is_taken_up_after_its_last_whole_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("witness");
        let ((_, one, key), (_, two, _), (_, three, _)) = (signed(1), signed(2), signed(3));
        let keys = [key];
        let all = format!("{one}\n{two}\n");
        for end in 0..=all.len() {
            std::fs::write(&path, &all.as_bytes()[..end]).unwrap();
            let mut file = WitnessFile::open(&path, &keys).unwrap();
            let whole = [0, one.len() + 1, all.len()].into_iter().rfind(|whole| *whole <= end);
            let known = if whole == Some(all.len()) { 2 } else { u64::from(whole != Some(0)) };
            assert_eq!(file.last().map_or(0, |(size, _)| size), known, "{end}");
            file.add(vec![(3, three.clone())]).unwrap();
            assert_eq!(file.last(), Some((3, three.as_str())));
            drop(file);
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(text, format!("{}{three}\n", &all[..whole.unwrap()]), "{end}");
        }
    }

    /// REQ LOG-03
    #[test]
    fn a_file_of_something_else_is_left_alone_and_one_in_use_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("witness");
        let (_, note, key) = signed(1);
        let keys = [key];
        for other in ["something else", "a\n\n— b c\n\n", "other/log\n1\n", &"x".repeat(100_000)]
        {
            std::fs::write(&path, other).unwrap();
            let refused = WitnessFile::open(&path, &keys);
            assert!(matches!(refused, Err(WitnessFileError::NotOurs)), "{refused:?}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), other);
        }
        std::fs::write(&path, format!("{note}\n")).unwrap();
        let one = WitnessFile::open(&path, &keys).unwrap();
        assert!(matches!(WitnessFile::open(&path, &keys), Err(WitnessFileError::InUse)));
        drop(one);
        assert!(WitnessFile::open(&path, &keys).is_ok());
    }

    fn read(text: &[u8]) -> (Vec<Option<String>>, u64) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("witness");
        std::fs::write(&file, text).unwrap();
        let mut notes = notes_in(&file).unwrap();
        (notes.by_ref().collect(), notes.whole())
    }

    /// REQ LOG-03
    #[test]
    fn checkpoints_are_read_one_by_one_and_a_part_at_the_end_is_none() {
        let (one, other) = ("a\n1\nx\n\n— a x\n", "a\n2\ny\n\n— a y\n— b z\n");
        let both = format!("{one}\n{other}\n");
        let whole = vec![Some(one.to_owned()), Some(other.to_owned())];
        assert_eq!(read(b""), (vec![], 0));
        assert_eq!(read(both.as_bytes()), (whole.clone(), both.len() as u64));
        for end in 1..=one.len() {
            let torn = [both.as_bytes(), &one.as_bytes()[..end]].concat();
            assert_eq!(read(&torn), (whole.clone(), both.len() as u64), "{end}");
        }
    }

    #[test]
    fn what_is_no_checkpoint_is_told_and_what_follows_is_read() {
        let long = "x".repeat(3 * MAX_CHECKPOINT_BYTES);
        let text = format!("{long}\n\n— a x\n\na\n1\nx\n\n— a x\n\n");
        let (notes, whole) = read(text.as_bytes());
        assert_eq!(notes, [None, Some("a\n1\nx\n\n— a x\n".to_owned())]);
        assert_eq!(whole, text.len() as u64);
        assert_eq!(read(b"\xff\n\n\xfe\n\n").0, [None]);
    }
}
