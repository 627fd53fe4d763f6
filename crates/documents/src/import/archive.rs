//! Unpacking a zip archive from outside, in memory and within bounds.

use std::io::{Cursor, Read};

use zip::ZipArchive;

/// The most entries of an archive.
pub const MAX_ENTRIES: usize = 2_000;
/// The most bytes of one file.
pub const MAX_FILE: u64 = 4 * 1024 * 1024;
/// The most bytes of all files together.
pub const MAX_TOTAL: u64 = 128 * 1024 * 1024;

/// Why an archive is not read at all.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Not a zip archive, or a broken one, or packed or sealed in a way that is not read.
    #[error("the archive cannot be read: {0}")]
    Unreadable(String),
    /// More than [`MAX_ENTRIES`].
    #[error("the archive has more than {MAX_ENTRIES} entries")]
    TooManyEntries,
    /// An entry is not what its name in the archive may be.
    #[error("entry {0} of the archive has a name that leads out of it")]
    Name(usize),
    /// A file has more than [`MAX_FILE`] bytes.
    #[error("entry {0} of the archive has more than {MAX_FILE} bytes")]
    TooLarge(usize),
    /// All files together have more than [`MAX_TOTAL`] bytes.
    #[error("the files of the archive have more than {MAX_TOTAL} bytes together")]
    TooLargeTogether,
}

/// The files of a zip archive whose names end in `.json`, with their names as written there.
///
/// # Errors
/// [`ArchiveError`] for anything that an honest archive does not have. Sizes are counted on the
/// bytes that really come out, whatever the archive declares.
pub fn unpack(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>, ArchiveError> {
    let unreadable = |error: &dyn std::fmt::Display| ArchiveError::Unreadable(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(archive)).map_err(|e| unreadable(&e))?;
    if archive.len() > MAX_ENTRIES {
        return Err(ArchiveError::TooManyEntries);
    }
    let mut files = Vec::new();
    let mut total = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|e| unreadable(&e))?;
        if entry.enclosed_name().is_none() || entry.is_symlink() {
            return Err(ArchiveError::Name(index));
        }
        let name = entry.name().to_owned();
        if entry.is_dir() || !name.to_ascii_lowercase().ends_with(".json") {
            continue;
        }
        let mut bytes = Vec::new();
        entry.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|e| unreadable(&e))?;
        let size = bytes.len() as u64;
        if size > MAX_FILE {
            return Err(ArchiveError::TooLarge(index));
        }
        total += size;
        if total > MAX_TOTAL {
            return Err(ArchiveError::TooLargeTogether);
        }
        files.push((name, bytes));
    }
    Ok(files)
}
