//! Taking in many structure files at once: a folder or a zip archive of them.
//!
//! A file that is no structure is named with its reason and the others go in; a structure that
//! stands in two files goes in once and the other file is named. An archive is bounded in every
//! way and its file names are never used as paths: a hostile one is an error. Files are opened, and
//! structures stored, by the caller.

mod archive;

use std::collections::BTreeMap;

use varanto_model::Oid;

pub use self::archive::{ArchiveError, MAX_ENTRIES, MAX_FILE, MAX_TOTAL, unpack};
use crate::structure::{Structure, StructureError};

/// One structure of an import.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The name of its file.
    pub file: String,
    /// The file as it is: the published schema.
    pub bytes: Vec<u8>,
    /// What it says.
    pub structure: Structure,
}

/// What came of an import.
#[derive(Debug, Default)]
pub struct Import {
    /// Structures that are new.
    pub added: Vec<Imported>,
    /// Structures that are known under the same identifier with other bytes.
    pub changed: Vec<Imported>,
    /// Structures that are known with the same bytes.
    pub unchanged: Vec<Oid>,
    /// Files that are no structure, and why.
    pub broken: Vec<(String, StructureError)>,
    /// Files with a structure that an earlier file has brought: the file, the earlier file.
    pub duplicate: Vec<(String, String)>,
}

/// Reads structure files. `known` gives the stored bytes of the structure with an identifier.
///
/// The order of the files does not matter: they are taken in the order of their names.
pub fn import<'k>(
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
    known: impl Fn(&Oid) -> Option<&'k [u8]>,
) -> Import {
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let mut import = Import::default();
    let mut seen: BTreeMap<Oid, String> = BTreeMap::new();
    for (file, bytes) in files {
        let structure = match Structure::parse(&bytes) {
            Ok(structure) => structure,
            Err(error) => {
                import.broken.push((file, error));
                continue;
            }
        };
        if let Some(first) = seen.get(structure.oid()) {
            import.duplicate.push((file, first.clone()));
            continue;
        }
        seen.insert(structure.oid().clone(), file.clone());
        match known(structure.oid()) {
            None => import.added.push(Imported { file, bytes, structure }),
            Some(stored) if stored == bytes => import.unchanged.push(structure.oid().clone()),
            Some(_) => import.changed.push(Imported { file, bytes, structure }),
        }
    }
    import
}

#[cfg(test)]
mod tests;
