//! Importing structures, code sets and organisations; and putting in what comes with the program.
//!
//! Each import is one plan: it is in whole or not at all, raises the revision that all snapshots are
//! guarded by, and leaves an entry in the administration log. Importing the same again changes
//! nothing.

use std::collections::HashMap;

use jiff::Timestamp;
use varanto_documents::Structure;
use varanto_documents::builtin;
use varanto_documents::codes::CodeSet;
use varanto_model::{Digest, Faults, Oid, digest};
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::{
    Origin, Plan, Published, PublishedSummary, Query, Statement, Subject, bump_revision, code_set,
    structure,
};

use crate::Error;
use crate::service::Service;

/// A structure or a code set on its way in: checked, with its text as it came.
#[derive(Clone, Debug)]
pub struct Importable {
    /// Its identifier.
    pub oid: Oid,
    /// Its text.
    pub json: String,
}

/// What an import has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Were not there before.
    pub added: Vec<Oid>,
    /// Took the place of others.
    pub replaced: Vec<Oid>,
    /// Were there in the same form.
    pub unchanged: usize,
}

impl Service {
    /// Imports structures that have been read by [`Structure::parse`].
    pub async fn import_structures(&self, given: Vec<Importable>) -> Result<Imported, Error> {
        let import = Import {
            subject: Subject::Structures,
            action: "import_structures",
            upsert: structure::upsert,
        };
        self.import(import, structure::list(), given, Origin::Imported).await
    }

    /// Imports code sets, each in the JSON form of [`CodeSet::parse`].
    pub async fn import_code_sets(&self, given: Vec<Importable>) -> Result<Imported, Error> {
        let import = Import {
            subject: Subject::Codes,
            action: "import_code_sets",
            upsert: code_set::upsert,
        };
        self.import(import, code_set::list(), given, Origin::Imported).await
    }

    /// Puts in the structures and code sets that come with the program, unless imported ones stand
    /// in their place.
    pub async fn put_in_builtin(&self) -> Result<(), Error> {
        let broken = |_| Error::Internal("a built-in file cannot be read");
        let mut structures = Vec::new();
        for (_, json) in builtin::structures() {
            let read = Structure::parse(json.as_bytes())
                .map_err(|_| Error::Internal("a built-in file cannot be read"))?;
            structures.push(Importable { oid: read.oid().clone(), json: json.to_owned() });
        }
        let mut sets = Vec::new();
        for (_, json) in builtin::code_set_files() {
            sets.extend(code_sets(json.as_bytes()).map_err(broken)?);
        }
        let import = Import {
            subject: Subject::Structures,
            action: "put_in_structures",
            upsert: structure::upsert,
        };
        self.import(import, structure::list(), structures, Origin::Builtin).await?;
        let import = Import {
            subject: Subject::Codes,
            action: "put_in_code_sets",
            upsert: code_set::upsert,
        };
        self.import(import, code_set::list(), sets, Origin::Builtin).await?;
        Ok(())
    }

    async fn import(
        &self,
        import: Import,
        present: Query<PublishedSummary>,
        given: Vec<Importable>,
        origin: Origin,
    ) -> Result<Imported, Error> {
        let now = self.now();
        let listed = self.database.fetch(present).await?;
        let present: HashMap<Oid, PublishedSummary> =
            listed.into_iter().map(|p| (p.oid.clone(), p)).collect();
        let mut imported = Imported::default();
        let mut statements = Vec::new();
        for item in given {
            let digest = digest::sha256(item.json.as_bytes());
            match present.get(&item.oid) {
                Some(there) if stays(there, digest, origin) => {
                    imported.unchanged += 1;
                    continue;
                }
                Some(_) => imported.replaced.push(item.oid.clone()),
                None => imported.added.push(item.oid.clone()),
            }
            statements.push((import.upsert)(published(item, digest, origin, now)));
        }
        if !statements.is_empty() {
            let detail =
                format!("{} added, {} replaced", imported.added.len(), imported.replaced.len());
            let entry = AdministrativeEntry {
                action: import.action.to_owned(),
                detail: Some(detail),
                ..self.entry(now)
            };
            let mut plan = Plan::administrative(entry);
            plan.extend(statements);
            plan.push(bump_revision(import.subject));
            self.database.commit(plan).await?;
            self.refresh().await?;
        }
        Ok(imported)
    }
}

struct Import {
    subject: Subject,
    action: &'static str,
    upsert: fn(Published) -> Statement,
}

/// What is there stays where it is the same, and where it was imported and the new one comes with
/// the program.
fn stays(there: &PublishedSummary, digest: Digest, origin: Origin) -> bool {
    let same = there.digest == digest && there.origin == origin;
    same || (origin == Origin::Builtin && there.origin == Origin::Imported)
}

fn published(
    item: Importable,
    digest: Digest,
    origin: Origin,
    imported_at: Timestamp,
) -> Published {
    Published {
        summary: PublishedSummary { oid: item.oid, digest, origin, imported_at },
        json: item.json,
    }
}

/// Reads a file of code sets: each set with its own text.
pub fn code_sets(bytes: &[u8]) -> Result<Vec<Importable>, Faults> {
    let sets = CodeSet::parse(bytes)?;
    Ok(sets
        .into_iter()
        .map(|set| Importable { oid: set.oid().clone(), json: set.to_json().to_string() })
        .collect())
}
