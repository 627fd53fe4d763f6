//! `cargo xtask test`: from a fresh machine to the result of every test.
//!
//! The whole workspace is built always: another choice of packages unifies features differently and
//! compiles the heavy crates again. All tests run even when one fails, and the last line adds up
//! what the test programs have said.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Instant;

use crate::shell::{self, Done, Places};
use crate::{machine, python};

/// What to test.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only the tests whose names contain this text.
    filter: Option<String>,
}

/// Prepares, builds, runs, adds up.
pub(crate) fn run(options: &Options) -> Done {
    machine::prepare()?;
    let places = Places::find()?;
    let python = python::prepare(&places)?;

    let started = Instant::now();
    shell::run(shell::cargo().args(["test", "--workspace", "--no-run"]))?;
    shell::run(shell::cargo().args(["build", "--workspace", "--bins"]))?;
    println!("built in {} s", started.elapsed().as_secs());

    let started = Instant::now();
    let mut command = shell::cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]).env(python::VARIABLE, python);
    command.args(&options.filter);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run cargo test: {error}"))?;
    let mut counts = Counts::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line =
                line.map_err(|error| format!("cannot read what cargo test prints: {error}"))?;
            println!("{line}");
            counts.add(&line);
        }
    }
    let status = child.wait().map_err(|error| format!("cannot wait for cargo test: {error}"))?;

    println!("\ntested in {} s", started.elapsed().as_secs());
    println!("{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.ignored);
    if !status.success() {
        return Err(format!("cargo test: {status}"));
    }
    if counts.passed == 0 {
        return Err("no test was run".to_owned());
    }
    Ok(())
}

/// The sum of what the test programs report at their ends.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Counts {
    /// Adds a closing line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|l| l.split_once(". "))
        else {
            return;
        };
        for part in counts.split("; ") {
            let Some((number, what)) = part.split_once(' ') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_add_up_and_other_lines_do_not_count() {
        let mut counts = Counts::default();
        for line in [
            "running 5 tests",
            "test result: ok. 3 passed; 0 failed; 2 ignored; 0 measured; 7 filtered out; finished in 0.00s",
            "test it ... ok",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
            "99 passed; of course",
        ] {
            counts.add(line);
        }
        assert_eq!(counts, Counts { passed: 4, failed: 2, ignored: 2 });
    }
}
