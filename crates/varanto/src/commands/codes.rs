//! `varanto codes`: imports code sets in our JSON form or as a table, lists and shows them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use varanto_documents::codes::{CodeSet, Coverage, Header, MAX_BYTES, Validity};
use varanto_model::{Faults, LocalText, Oid};
use varanto_service::{Importable, code_sets};

use super::structures::{Of, bounded, counted, not_found, pretty, put_out, table};
use super::{CommandError, say};

/// What to do with code sets.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// Import code sets.
    Import(Import),
    /// List the code sets.
    List {
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
    /// Show one code set with its codes.
    Show {
        /// Its identifier, with or without that of a version.
        oid: String,
        /// The installation.
        #[command(flatten)]
        of: Of,
    },
}

/// Options of `varanto codes import`.
#[derive(Debug, Args)]
pub struct Import {
    /// A file of code sets: JSON, or with `--csv` a table
    /// `code;fi;sv;en;valid_from;valid_to` with that head line.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The file is a table of one code set.
    #[arg(long, requires_all = ["oid", "name"])]
    csv: bool,
    /// The identifier of the table's code set, without that of a version.
    #[arg(long, requires = "csv", value_parser = Oid::parse)]
    oid: Option<Oid>,
    /// The name of the table's code set, in Finnish.
    #[arg(long, requires = "csv")]
    name: Option<String>,
    /// Its version, as published.
    #[arg(long = "version", requires = "csv", value_name = "VERSION")]
    set_version: Option<String>,
    /// Are all its codes in the table? A code that is not is then refused.
    #[arg(long, requires = "csv", value_enum, default_value_t = Covers::Partial)]
    coverage: Covers,
    /// The first day on which it may be used.
    #[arg(long, requires = "csv", value_name = "DAY")]
    valid_from: Option<Date>,
    /// The last day.
    #[arg(long, requires = "csv", value_name = "DAY")]
    valid_to: Option<Date>,
    #[command(flatten)]
    of: Of,
}

/// How much of a code set a table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Covers {
    /// All its codes.
    Full,
    /// Some of them.
    Partial,
}

/// Does it.
pub async fn run(options: Options) -> Result<(), CommandError> {
    match options {
        Options::Import(import) => {
            let bytes = bounded(&import.file, MAX_BYTES as u64)?;
            let sets = read(&import, &bytes).map_err(|faults| {
                CommandError::faults(import.file.display().to_string(), faults)
            })?;
            let imported = import.of.open().await?.import_code_sets(sets).await?;
            say(counted(&imported));
        }
        Options::List { of } => {
            let columns = [
                ("IDENTIFIER", "/oid"),
                ("NAME", "/name/fi"),
                ("VERSION", "/version"),
                ("COVERAGE", "/coverage"),
                ("FROM", "/valid_from"),
                ("TO", "/valid_to"),
            ];
            let list = of.open().await?.list_code_sets().await?;
            put_out(table(&list, &columns)?.as_bytes())?;
        }
        Options::Show { oid, of } => {
            let set = of.open().await?.find_code_set(&oid).await.map_err(not_found("code set"))?;
            put_out(pretty(&set)?.as_bytes())?;
        }
    }
    Ok(())
}

/// The code sets of a file, in the form that the command line says.
fn read(import: &Import, bytes: &[u8]) -> Result<Vec<Importable>, Faults> {
    let (Some(oid), Some(name)) = (&import.oid, &import.name) else { return code_sets(bytes) };
    let header = Header {
        oid: oid.clone(),
        name: LocalText { fi: name.clone(), ..LocalText::default() },
        version: import.set_version.clone(),
        coverage: match import.coverage {
            Covers::Full => Coverage::Full,
            Covers::Partial => Coverage::Partial,
        },
        validity: Validity { from: import.valid_from, to: import.valid_to },
    };
    let set = CodeSet::from_csv(header, bytes)?;
    Ok(vec![Importable { oid: set.oid().clone(), json: set.to_json().to_string() }])
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        import: Import,
    }

    fn line(arguments: &str) -> Result<Import, clap::Error> {
        let words = std::iter::once("import").chain(arguments.split_whitespace());
        Line::try_parse_from(words).map(|line| line.import)
    }

    /// REQ DIR-04
    #[test]
    fn a_table_becomes_the_code_set_that_the_command_line_describes() {
        let import = line(
            "x.csv --csv --oid 1.2.246.537.6.99999 --name Koe --version 7 --coverage full \
             --valid-from 2024-01-01 --valid-to 2025-12-31",
        );
        let table = b"code;fi;sv;en;valid_from;valid_to\n1;Yksi;Ett;;2024-01-01;\n";
        let sets = read(&import.unwrap(), table).unwrap();
        assert_eq!(sets.len(), 1);
        let set = &CodeSet::parse(sets[0].json.as_bytes()).unwrap()[0];
        assert_eq!((set.oid(), set.version()), (&sets[0].oid, Some("7")));
        assert_eq!((set.name().fi.as_str(), set.coverage()), ("Koe", Coverage::Full));
        assert_eq!(set.validity().to, Some(jiff::civil::date(2025, 12, 31)));
        assert_eq!(set.find("1").unwrap().name().sv.as_deref(), Some("Ett"));
    }

    #[test]
    fn the_json_form_needs_no_more_than_the_file() {
        let json = br#"{"oid": "1.2.246.537.6.99999", "name": {"fi": "Koe"},
            "coverage": "partial", "codes": [{"code": "1", "name": {"fi": "Yksi"}}]}"#;
        let import = line("x.json").unwrap();
        assert_eq!(read(&import, json).unwrap()[0].oid.as_str(), "1.2.246.537.6.99999");
        assert!(read(&import, b"code;fi").is_err());
    }

    #[test]
    fn what_describes_a_table_goes_with_a_table_alone() {
        assert!(line("x.csv --csv").is_err());
        assert!(line("x.csv --csv --oid 1.2.3").is_err());
        assert!(line("x.csv --csv --oid one --name Koe").is_err());
        assert!(line("x.json --name Koe").is_err());
        assert!(line("x.json --coverage full").is_err());
    }
}
