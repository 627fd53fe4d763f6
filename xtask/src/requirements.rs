//! `cargo xtask requirements`: which tests prove which requirement.
//!
//! A test names what it proves in its doc comment (`/// REQ DOC-05`, several with commas) or in its
//! own name (`req_doc_05_…`). The last column of the tables in `docs/requirements.md` is written
//! from that. A requirement that is said to hold, wholly or in part, without a test that proves it
//! is an error, and so is a test that names an unknown requirement.

mod scan;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{Done, Places};

/// What to do with the table.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write nothing; fail if the table is not as the tests say.
    #[arg(long)]
    check: bool,
}

/// Scans the tests and writes or checks the table.
pub(crate) fn run(options: &Options) -> Done {
    let places = Places::find()?;
    let path = places.root.join("docs/requirements.md");
    let current = read(&path)?;

    let mut proofs = Vec::new();
    for source in sources(&places.root.join("crates"))? {
        let shown = source.strip_prefix(&places.root).unwrap_or(&source);
        let shown = shown.to_string_lossy().replace('\\', "/");
        proofs.extend(scan::proofs(&shown, &read(&source)?));
    }

    let table::Written { text, faults, proven, held } = table::write(&current, &proofs);
    if text != current {
        if options.check {
            return Err(
                "docs/requirements.md is out of date: run `cargo xtask requirements`".into()
            );
        }
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    println!("{} tests prove {proven} requirements; {held} are said to hold", proofs.len());
    Ok(())
}

/// All Rust files of the crates, in a stable order.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error| format!("{}: {error}", folder.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?.path());
    }
    entries.sort();
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
