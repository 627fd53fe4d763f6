//! `varanto structures`: imports published document structures, lists and shows them.
//!
//! A file that is no structure is named with its reason, and the others go in. Importing the same
//! again changes nothing.

mod read;
mod show;

use std::fmt;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use varanto_documents::import::{self, Import};
use varanto_service::{Importable, Imported, Service};

pub(super) use self::read::bounded;
use self::read::read;
pub(super) use self::show::{not_found, pretty, put_out, table};
use super::{CommandError, say};
use crate::config::Config;
use crate::server::open_service;

/// What to do with structures.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// Import published structures.
    Import {
        /// A folder of `.json` files, or a zip of them.
        #[arg(value_name = "DIR|ZIP")]
        source: PathBuf,
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
    /// List the structures that documents may follow.
    List {
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
    /// Show one structure.
    Show {
        /// Its identifier.
        oid: String,
        /// Show its JSON Schema, byte for byte.
        #[arg(long)]
        schema: bool,
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
}

/// Whose directories.
#[derive(Debug, Args)]
pub struct Of {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varanto.toml")]
    pub(super) config: PathBuf,
}

impl Of {
    /// The use cases over the store of the configuration.
    pub(super) async fn open(&self) -> Result<Service, CommandError> {
        Ok(open_service(&Config::read(&self.config)?, &[]).await?)
    }
}

/// What an import of structures has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// What went in, and what was there.
    pub(crate) imported: Imported,
    /// Files that are no structure, and why.
    pub(crate) broken: Vec<(String, String)>,
    /// Files with a structure that an earlier file has brought: the file, the earlier file.
    pub(crate) duplicates: Vec<(String, String)>,
}

/// One line of counts.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        counts(&self.imported, f)?;
        write!(f, ", {} broken, {} duplicate", self.broken.len(), self.duplicates.len())
    }
}

/// Does it.
pub async fn run(options: Options) -> Result<(), CommandError> {
    match options {
        Options::Import { source, of } => {
            let report = import_from(&of.open().await?, &source).await?;
            tell(&report);
            match report.broken.len() {
                0 => Ok(()),
                n => Err(CommandError::Other(format!("{n} of the files could not be imported"))),
            }
        }
        Options::List { of } => {
            let list = of.open().await?.list_structures().await?;
            let columns = [
                ("CODE", "/code"),
                ("IDENTIFIER", "/oid"),
                ("TITLE", "/title/fi"),
                ("ORIGIN", "/origin"),
            ];
            put_out(table(&list, &columns)?.as_bytes())
        }
        Options::Show { oid, schema, of } => {
            let service = of.open().await?;
            if schema {
                let text = service.structure_schema(&oid).await.map_err(not_found("structure"))?;
                return put_out(text.as_bytes());
            }
            let found = service.find_structure(&oid).await.map_err(not_found("structure"))?;
            put_out(pretty(&found)?.as_bytes())
        }
    }
}

/// Imports the structures of a folder or a zip.
pub(crate) async fn import_from(service: &Service, source: &Path) -> Result<Report, CommandError> {
    let (report, structures) = sort(read(source)?);
    let imported = service.import_structures(structures).await?;
    Ok(Report { imported, ..report })
}

/// What can go in, and the report on what cannot.
fn sort(files: Vec<(String, Vec<u8>)>) -> (Report, Vec<Importable>) {
    // Nothing is told of what is stored: the import itself finds what has not changed.
    let Import { added, broken, duplicate, .. } = import::import(files, |_| None);
    let mut report = Report { duplicates: duplicate, ..Report::default() };
    report.broken = broken.into_iter().map(|(file, why)| (file, why.to_string())).collect();
    let mut structures = Vec::with_capacity(added.len());
    for found in added {
        match String::from_utf8(found.bytes) {
            Ok(json) => {
                structures.push(Importable { oid: found.structure.oid().clone(), json });
            }
            Err(_) => report.broken.push((found.file, "not UTF-8".to_owned())),
        }
    }
    (report, structures)
}

fn tell(report: &Report) {
    say(report);
    let named = report.broken.iter().map(|(file, why)| ("broken", file, why.clone()));
    let doubled = report.duplicates.iter();
    let doubled = doubled.map(|(file, first)| ("duplicate", file, format!("the same as {first}")));
    for (what, file, why) in named.chain(doubled) {
        say(format_args!("  {what}: {file}: {why}"));
    }
}

/// The counts of an import, as words.
fn counts(imported: &Imported, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Imported { added, replaced, unchanged } = imported;
    write!(f, "{} added, {} replaced, {unchanged} unchanged", added.len(), replaced.len())
}

/// The same words on their own.
pub(super) fn counted(imported: &Imported) -> impl fmt::Display {
    fmt::from_fn(move |f| counts(imported, f))
}

#[cfg(test)]
mod tests {
    use varanto_documents::builtin;
    use varanto_documents::import::MAX_FILE;

    use super::*;

    fn builtin_files() -> Vec<(String, Vec<u8>)> {
        builtin::structures().map(|(name, text)| (name.to_owned(), text.into())).collect()
    }

    /// REQ DIR-05
    #[test]
    fn a_broken_file_is_named_and_the_others_go_in() {
        let mut files = builtin_files();
        let good = files.len();
        files.push(("broken.json".into(), b"{\"title\":".to_vec()));
        files.push(("zz-again.json".into(), files[0].1.clone()));
        let (report, structures) = sort(files.clone());
        assert_eq!(structures.len(), good);
        assert_eq!(report.broken.len(), 1);
        assert_eq!(report.broken[0].0, "broken.json");
        assert_eq!(report.duplicates, [("zz-again.json".to_owned(), files[0].0.clone())]);
        assert_eq!(report.to_string(), "0 added, 0 replaced, 0 unchanged, 1 broken, 1 duplicate");
    }

    #[test]
    fn a_file_that_is_larger_than_any_structure_is_broken() {
        let size = usize::try_from(MAX_FILE + 1).unwrap();
        let (report, structures) = sort(vec![("large.json".into(), vec![b' '; size])]);
        assert_eq!((report.broken.len(), structures.len()), (1, 0));
        assert!(report.broken[0].1.contains("bytes"), "{}", report.broken[0].1);
    }
}
