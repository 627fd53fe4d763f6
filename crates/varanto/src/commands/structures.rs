//! `varanto structures`: imports published document structures, lists and shows them.
//!
//! A file that is no structure is named with its reason, and the others go in. Importing the same
//! again changes nothing.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use comfy_table::{ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::Value;
use varanto_documents::import::{self, Import, MAX_ENTRIES, MAX_FILE, MAX_TOTAL};
use varanto_service::{Error, Importable, Imported, Service};

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
    config: PathBuf,
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
            say(table(&list, &columns)?);
            Ok(())
        }
        Options::Show { oid, schema, of } => {
            let service = of.open().await?;
            if schema {
                say(service.structure_schema(&oid).await.map_err(not_found("structure"))?);
                return Ok(());
            }
            say(pretty(&service.find_structure(&oid).await.map_err(not_found("structure"))?)?);
            Ok(())
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

/// The `.json` files of a folder or a zip, with their names.
fn read(source: &Path) -> Result<Vec<(String, Vec<u8>)>, CommandError> {
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
pub(super) fn bounded(file: &Path, most: u64) -> Result<Vec<u8>, CommandError> {
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

/// A plain table: one row for each item, one column for each heading with the place of its value.
pub(super) fn table<T: Serialize>(
    items: &[T],
    columns: &[(&str, &str)],
) -> Result<Table, CommandError> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(columns.iter().map(|(heading, _)| *heading));
    for item in items {
        let item = serde_json::to_value(item).map_err(|e| CommandError::other(&e))?;
        table.add_row(columns.iter().map(|(_, place)| cell(item.pointer(place))));
    }
    Ok(table)
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) => list.len().to_string(),
        Some(other) => other.to_string(),
    }
}

/// JSON for people.
pub(super) fn pretty(value: &impl Serialize) -> Result<String, CommandError> {
    serde_json::to_string_pretty(value).map_err(|e| CommandError::other(&e))
}

/// Says of what there is none.
pub(super) fn not_found(what: &'static str) -> impl Fn(Error) -> CommandError {
    move |error| match error {
        Error::NotFound => CommandError::Other(format!("no {what} here has this identifier")),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use varanto_documents::builtin;

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
    fn a_file_that_is_too_large_is_not_taken_in_whole() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("large.json"), vec![b' '; 5 * 1024 * 1024]).unwrap();
        let (report, structures) = sort(read(folder.path()).unwrap());
        assert_eq!((report.broken.len(), structures.len()), (1, 0));
        assert!(report.broken[0].1.contains("bytes"), "{}", report.broken[0].1);
        assert!(bounded(&folder.path().join("large.json"), 100).is_err());
    }

    #[test]
    fn a_table_has_one_row_for_each_item_and_shows_what_is_missing() {
        let items = [json!({"a": {"b": "x"}, "n": [1, 2]}), json!({"a": null, "n": true})];
        let text = table(&items, &[("AB", "/a/b"), ("N", "/n")]).unwrap().to_string();
        let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split_whitespace().collect()).collect();
        assert_eq!(rows, [["AB", "N"], ["x", "2"], ["–", "true"]]);
    }
}
