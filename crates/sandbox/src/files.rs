//! The files of a sandbox: the only place of this crate that touches them.
//!
//! Private keys are readable by their owner alone, from the moment they exist. Nothing that is there
//! is overwritten when a sandbox is made; what changes later is replaced as a whole.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The longest file that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be {}", .path.display(), .action)]
pub(crate) struct FileError {
    path: PathBuf,
    action: &'static str,
    #[source]
    source: io::Error,
}

/// Who may read a file or enter a directory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    Owner,
    All,
}

/// Makes a directory with those above it; one that is there stays as it is.
pub(crate) fn make_directory(path: &Path, readers: Readers) -> Result<(), FileError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    }
    builder.create(path).map_err(|source| failed(path, "made", source))
}

/// Writes a file that is not there yet.
pub(crate) fn write_new(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), FileError> {
    create(path, readers)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|source| failed(path, "written", source))
}

/// Replaces a file as a whole: readers see the old or the new one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    let written = fs::remove_file(&new)
        .or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
        .and_then(|()| create(&new, Readers::All))
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&new, path));
    written.map_err(|source| failed(path, "written", source))
}

/// Reads a text file.
pub(crate) fn read(path: &Path) -> Result<String, FileError> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text))
        .map_err(|source| failed(path, "read", source))?;
    Ok(text)
}

/// Is there anything at this path?
pub(crate) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn create(path: &Path, readers: Readers) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(path)
}

fn failed(path: &Path, action: &'static str, source: io::Error) -> FileError {
    FileError { path: path.to_owned(), action, source }
}
