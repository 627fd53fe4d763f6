//! Reading files from outside: a folder, a zip, or one file, never more than is allowed.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use varanto_documents::import::{self, MAX_ENTRIES, MAX_FILE, MAX_TOTAL};

use crate::commands::CommandError;

/// The `.json` files of a folder or a zip, with their names.
pub(super) fn read(source: &Path) -> Result<Vec<(String, Vec<u8>)>, CommandError> {
    if !source.is_dir() {
        let archive = bounded(source, MAX_TOTAL)?;
        return import::unpack(&archive)
            .map_err(|e| CommandError::Other(format!("{}: {e}", source.display())));
    }
    let names = json_files(source)?;
    let bar = progress(names.len() as u64, "reading");
    let (mut files, mut total) = (Vec::with_capacity(names.len()), 0);
    for name in bar.wrap_iter(names.into_iter()) {
        // One byte more than a structure may have, so that it is seen to be too large.
        let bytes = first_bytes(&source.join(&name), MAX_FILE + 1)?;
        total += bytes.len() as u64;
        if total > MAX_TOTAL {
            return Err(too_large(source, MAX_TOTAL));
        }
        files.push((name, bytes));
    }
    bar.finish_and_clear();
    Ok(files)
}

fn json_files(folder: &Path) -> Result<Vec<String>, CommandError> {
    let broken = |e| CommandError::file(folder, e);
    let mut names = Vec::new();
    for entry in folder.read_dir().map_err(broken)? {
        let path = entry.map_err(broken)?.path();
        let is_json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
        if let Some(name) = path.file_name().filter(|_| is_json && path.is_file()) {
            names.push(name.to_string_lossy().into_owned());
        }
        if names.len() > MAX_ENTRIES {
            let why = format!("{} has more than {MAX_ENTRIES} files", folder.display());
            return Err(CommandError::Other(why));
        }
    }
    if names.is_empty() {
        return Err(CommandError::Other(format!("{} has no .json files", folder.display())));
    }
    names.sort();
    Ok(names)
}

/// A file of at most so many bytes.
pub(in crate::commands) fn bounded(file: &Path, most: u64) -> Result<Vec<u8>, CommandError> {
    let bytes = first_bytes(file, most + 1)?;
    if bytes.len() as u64 > most { Err(too_large(file, most)) } else { Ok(bytes) }
}

fn first_bytes(file: &Path, most: u64) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|f| f.take(most).read_to_end(&mut bytes));
    read.map_err(|e| CommandError::file(file, e))?;
    Ok(bytes)
}

fn too_large(file: &Path, most: u64) -> CommandError {
    CommandError::Other(format!("{} has more than {most} bytes", file.display()))
}

/// A bar that is drawn only where a person looks on.
fn progress(length: u64, doing: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(length).with_message(doing);
    match ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_files_of_a_folder_are_read_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.json", "a.JSON", "notes.txt"] {
            std::fs::write(folder.path().join(name), "{}").unwrap();
        }
        std::fs::create_dir(folder.path().join("more.json")).unwrap();
        let names: Vec<String> = read(folder.path()).unwrap().into_iter().map(|f| f.0).collect();
        assert_eq!(names, ["a.JSON", "b.json"]);
    }

    #[test]
    fn a_source_without_structures_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).is_err());
        assert!(read(&folder.path().join("nothing.zip")).is_err());
        let text = folder.path().join("text.zip");
        std::fs::write(&text, "no archive").unwrap();
        assert!(read(&text).is_err());
    }

    #[test]
    fn no_more_is_read_than_is_allowed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("large.json");
        std::fs::write(&file, vec![b' '; 5 * 1024 * 1024]).unwrap();
        assert!(bounded(&file, 5 * 1024 * 1024).is_ok());
        assert!(bounded(&file, 5 * 1024 * 1024 - 1).is_err());
        let found = read(folder.path()).unwrap();
        assert_eq!(found[0].1.len() as u64, MAX_FILE + 1);
    }
}
