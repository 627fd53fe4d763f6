//! The documents of a folder: `.json` files, and the lines of `.ndjson` files, in one order that is the same
//! each time. Never more than one document and the names in the folders on the way to it are held.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use varanto_model::{Digest, digest};

use super::super::CommandError;
use super::regular::open_regular;

/// The largest document, in bytes: what the interface takes.
pub(super) const MAX_DOCUMENT: u64 = 32 * 1024 * 1024;
/// The most names in one folder.
const MAX_NAMES: usize = 1_000_000;
/// The most folders in each other.
const MAX_DEPTH: usize = 32;

/// Where a document lies.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The file, seen from the folder.
    pub(super) path: Arc<str>,
    /// The line in it, from 1, where it is one of lines.
    pub(super) line: Option<u64>,
    /// Where it begins in the file, and how long it is, in bytes.
    begins: u64,
    length: u64,
    /// The digest of its bytes, where they could be read.
    pub(super) sha256: Option<Digest>,
}

/// Why a document could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The system does not give it.
    Unreadable(io::ErrorKind),
    /// It has more bytes than a document may have.
    TooLarge,
    /// It is not what it was when it was read first.
    Changed,
    /// It lies in more folders than are looked into.
    TooDeep,
    /// A folder has more names than are looked at.
    TooMany,
    /// Its name is not text.
    Nameless,
}

/// A document that was come upon.
pub(super) struct Found {
    pub(super) place: Place,
    /// Its bytes; `None` where it is known already.
    pub(super) body: Option<Result<Vec<u8>, Broken>>,
}

/// The documents of a folder that are still to come.
pub(super) struct Places {
    folder: PathBuf,
    /// The names still to be looked at, of each folder on the way, the last one first.
    names: Vec<(PathBuf, Vec<OsString>)>,
    lines: Option<Lines>,
}

/// A file of lines that is being read.
struct Lines {
    file: BufReader<File>,
    path: Arc<str>,
    line: u64,
    at: u64,
}

impl Places {
    /// The documents of a folder, which is looked into at once.
    pub(super) fn of(folder: &Path) -> Result<Self, CommandError> {
        let names = names(folder).map_err(|e| CommandError::file(folder, e))?;
        if names.len() > MAX_NAMES {
            let why = format!("{} has more than {MAX_NAMES} names", folder.display());
            return Err(CommandError::Other(why));
        }
        let names = vec![(PathBuf::new(), names)];
        Ok(Self { folder: folder.to_owned(), names, lines: None })
    }

    /// The next document, without its bytes where it `is_known` by them.
    pub(super) fn next(
        &mut self,
        is_known: impl Fn(&Place) -> bool,
    ) -> Result<Option<Found>, CommandError> {
        loop {
            if let Some(lines) = &mut self.lines {
                match lines.next() {
                    Some((place, body)) => {
                        return Ok(Some(found(place, body, is_known)));
                    }
                    None => self.lines = None,
                }
            }
            let Some((within, names)) = self.names.last_mut() else { return Ok(None) };
            let Some(name) = names.pop() else {
                self.names.pop();
                continue;
            };
            let path = within.join(name);
            if let Some(found) = self.look_at(path, &is_known) {
                return Ok(Some(found));
            }
        }
    }

    /// Looks at a name in a folder: a document, more names, or nothing that matters here.
    fn look_at(&mut self, path: PathBuf, is_known: impl Fn(&Place) -> bool) -> Option<Found> {
        let full = self.folder.join(&path);
        // What is reached by a link lies elsewhere.
        let metadata = match full.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error) => return Some(broken(&path, Broken::Unreadable(error.kind()))),
        };
        if metadata.is_dir() {
            if self.names.len() >= MAX_DEPTH {
                return Some(broken(&path, Broken::TooDeep));
            }
            return match names(&full) {
                Ok(names) if names.len() > MAX_NAMES => Some(broken(&path, Broken::TooMany)),
                Ok(names) => {
                    self.names.push((path, names));
                    None
                }
                Err(error) => Some(broken(&path, Broken::Unreadable(error.kind()))),
            };
        }
        let is = |wanted: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(wanted));
        if !metadata.is_file() || !(is("json") || is("ndjson")) {
            return None;
        }
        let Some(text) = path.to_str() else { return Some(broken(&path, Broken::Nameless)) };
        let file = match open_regular(File::options().read(true), &full) {
            Ok(file) => file,
            Err(error) => return Some(broken(&path, Broken::Unreadable(error.kind()))),
        };
        let path = text.into();
        if is("json") {
            let body = whole(file);
            let length = body.as_ref().map_or(0, |bytes| bytes.len() as u64);
            let place = Place { path, line: None, begins: 0, length, sha256: None };
            return Some(found(place, body, is_known));
        }
        self.lines = Some(Lines { file: BufReader::new(file), path, line: 0, at: 0 });
        None
    }
}

/// A document that has been read.
fn found(
    mut place: Place,
    body: Result<Vec<u8>, Broken>,
    is_known: impl Fn(&Place) -> bool,
) -> Found {
    place.sha256 = body.as_deref().ok().map(digest::sha256);
    let body = (!is_known(&place)).then_some(body);
    Found { place, body }
}

/// All bytes of a file that is one document.
fn whole(file: File) -> Result<Vec<u8>, Broken> {
    let mut bytes = Vec::new();
    let read = file.take(MAX_DOCUMENT + 1).read_to_end(&mut bytes);
    match read {
        Ok(read) if read as u64 > MAX_DOCUMENT => Err(Broken::TooLarge),
        Ok(_) => Ok(bytes),
        Err(error) => Err(Broken::Unreadable(error.kind())),
    }
}

impl Lines {
    /// The next line that is not empty, with its bytes.
    fn next(&mut self) -> Option<(Place, Result<Vec<u8>, Broken>)> {
        loop {
            let (begins, mut bytes) = (self.at, Vec::new());
            let read = (&mut self.file).take(MAX_DOCUMENT + 1).read_until(b'\n', &mut bytes);
            self.line += 1;
            let read = match read {
                Ok(0) => return None,
                Ok(read) => read as u64,
                Err(error) => {
                    // There is no way to go on in this file.
                    let place = self.place(begins, 0);
                    self.file = BufReader::new(File::open("/dev/null").ok()?);
                    return Some((place, Err(Broken::Unreadable(error.kind()))));
                }
            };
            self.at += read;
            if bytes.last() == Some(&b'\n') {
                bytes.pop();
            } else if read > MAX_DOCUMENT {
                self.skip_line();
                return Some((self.place(begins, 0), Err(Broken::TooLarge)));
            }
            if !bytes.trim_ascii().is_empty() {
                return Some((self.place(begins, bytes.len() as u64), Ok(bytes)));
            }
        }
    }

    fn skip_line(&mut self) {
        loop {
            let Ok(buffer) = self.file.fill_buf() else { return };
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.file.consume(used);
            self.at += used as u64;
            if end.is_some() || used == 0 {
                return;
            }
        }
    }

    fn place(&self, begins: u64, length: u64) -> Place {
        let (path, line) = (Arc::clone(&self.path), Some(self.line));
        Place { path, line, begins, length, sha256: None }
    }
}

/// The bytes of the document at a place, read again.
pub(super) fn read(folder: &Path, place: &Place) -> Result<Vec<u8>, Broken> {
    let unreadable = |error: io::Error| Broken::Unreadable(error.kind());
    let path = folder.join(&*place.path);
    let mut file = open_regular(File::options().read(true), &path).map_err(unreadable)?;
    file.seek(SeekFrom::Start(place.begins)).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(place.length).read_to_end(&mut bytes).map_err(unreadable)?;
    if Some(digest::sha256(&bytes)) == place.sha256 { Ok(bytes) } else { Err(Broken::Changed) }
}

fn broken(path: &Path, why: Broken) -> Found {
    let path = path.to_string_lossy().into();
    let place = Place { path, line: None, begins: 0, length: 0, sha256: None };
    Found { place, body: Some(Err(why)) }
}

/// The names in a folder that do not begin with a dot, the last one first.
fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in folder.read_dir()? {
        let name = entry?.file_name();
        if !name.as_encoded_bytes().starts_with(b".") {
            names.push(name);
        }
        if names.len() > MAX_NAMES {
            return Ok(names);
        }
    }
    names.sort_unstable_by(|a, b| b.cmp(a));
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(folder: &Path, known: &[&str]) -> Vec<(String, Option<u64>, Option<String>)> {
        let mut places = Places::of(folder).unwrap();
        let mut found = Vec::new();
        while let Some(Found { place, body }) =
            places.next(|place| known.contains(&&*place.path)).unwrap()
        {
            if let Some(Ok(bytes)) = &body {
                assert_eq!(&read(folder, &place).unwrap(), bytes, "read again");
            }
            let body = body.map(|body| match body {
                Ok(bytes) => String::from_utf8(bytes).unwrap(),
                Err(why) => format!("{why:?}"),
            });
            found.push((place.path.to_string(), place.line, body));
        }
        found
    }

    /// REQ DOC-10
    #[test]
    fn documents_come_in_the_order_of_their_names_with_lines_in_theirs() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("2/deep")).unwrap();
        std::fs::write(at("2/deep/x.json"), "x").unwrap();
        std::fs::write(at("1.ndjson"), "a\n\n  \nb\r\nc").unwrap();
        std::fs::write(at("3.JSON"), "y").unwrap();
        std::fs::write(at("3.txt"), "no").unwrap();
        std::fs::write(at(".hidden.json"), "no").unwrap();
        std::os::unix::fs::symlink(at("3.JSON"), at("link.json")).unwrap();
        let one = |path: &str, line, body: &str| (path.to_owned(), line, Some(body.to_owned()));
        let expected = [
            one("1.ndjson", Some(1), "a"),
            one("1.ndjson", Some(4), "b\r"),
            one("1.ndjson", Some(5), "c"),
            one("2/deep/x.json", None, "x"),
            one("3.JSON", None, "y"),
        ];
        assert_eq!(all(folder.path(), &[]), expected);
        let known = all(folder.path(), &["3.JSON"]);
        assert_eq!(known.last(), Some(&("3.JSON".to_owned(), None, None)));
    }

    #[test]
    fn what_is_too_large_or_too_deep_is_told_and_the_rest_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let large = usize::try_from(MAX_DOCUMENT).unwrap() + 1;
        std::fs::write(folder.path().join("a.json"), vec![b' '; large]).unwrap();
        let lines = [vec![b'x'; large + 5], b"\nsmall\n".to_vec()].concat();
        std::fs::write(folder.path().join("b.ndjson"), lines).unwrap();
        let deep: PathBuf = (0..40).map(|_| "d").collect();
        std::fs::create_dir_all(folder.path().join(&deep)).unwrap();
        std::fs::write(folder.path().join("e.json"), "e").unwrap();
        let found = all(folder.path(), &[]);
        let told: Vec<_> = found.iter().map(|(_, _, body)| body.as_deref().unwrap()).collect();
        assert_eq!(told, ["TooLarge", "TooLarge", "small", "TooDeep", "e"]);
        assert_eq!(found[2].1, Some(2));
    }

    #[test]
    fn a_file_that_changes_under_the_run_is_not_taken_for_what_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        std::fs::write(&file, "one").unwrap();
        let mut places = Places::of(folder.path()).unwrap();
        let found = places.next(|_| true).unwrap().unwrap();
        std::fs::write(&file, "two").unwrap();
        assert_eq!(read(folder.path(), &found.place), Err(Broken::Changed));
        std::fs::remove_file(&file).unwrap();
        let gone = Err(Broken::Unreadable(io::ErrorKind::NotFound));
        assert_eq!(read(folder.path(), &found.place), gone);
    }
}
