//! A file of checkpoints: every one, in their order, only ever added to.
//!
//! Each stands there as it was signed – its text, an empty line, its signatures – and ends with another empty
//! line. Neither a text nor signatures have empty lines in them, so that the second one is always the end. What
//! stands after the last end was not written whole, and is no checkpoint.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use varanto_log::MAX_CHECKPOINT_BYTES;

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
    use super::*;

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
        for end in 1..one.len() + 1 {
            let torn = format!("{both}{}", &one.get(..end).unwrap_or(one));
            if torn.is_char_boundary(torn.len()) {
                assert_eq!(read(torn.as_bytes()), (whole.clone(), both.len() as u64), "{torn:?}");
            }
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
