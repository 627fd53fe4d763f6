//! `cargo xtask test`: from a fresh machine to the result of every test.
//!
//! The whole workspace is built always: another choice of packages unifies features differently and
//! compiles the heavy crates again. All tests run even when one fails, and the last lines add up
//! what the test programs have said.
//!
//! What the end-to-end tests show must be so on either store: they run a second time over PostgreSQL. One server
//! serves the whole run.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;
use varanto_postgres::{Options as ServerOptions, Server};

use crate::shell::{self, Done, Places};
use crate::{machine, python};

/// What to test.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only the tests whose names contain this text.
    filter: Option<String>,
}

/// The package of the end-to-end tests.
const END_TO_END: &str = "varanto-testkit";

/// Those of its test programs that choose their stores themselves: once is enough.
const ONCE: [&str; 2] = ["faults", "servers"];

/// Says to the test programs on which store their servers stand.
const STORE: &str = "VARANTO_TEST_STORE";

/// Prepares, builds, runs, adds up.
pub(crate) fn run(options: &Options) -> Done {
    machine::prepare()?;
    let places = Places::find()?;
    let python = python::prepare(&places)?;
    let over_both = over_both(&shell::metadata(&["--no-deps"])?)?;

    let started = Instant::now();
    shell::run(shell::cargo().args(["test", "--workspace", "--no-run"]))?;
    shell::run(shell::cargo().args(["build", "--workspace", "--bins"]))?;
    println!("built in {} s", started.elapsed().as_secs());

    let server = Server::start(ServerOptions::default());
    let tests = || {
        let mut command = shell::cargo();
        command.args(["test", "--workspace", "--no-fail-fast"]);
        command.env(python::VARIABLE, &python).env(varanto_postgres::VARIABLE, server.socket());
        command
    };
    let mut embedded = tests();
    embedded.env(STORE, "sqlite").args(&options.filter);
    let mut on_postgres = tests();
    on_postgres.env(STORE, "postgres");
    on_postgres.args(over_both.iter().flat_map(|name| ["--test", name])).args(&options.filter);

    let passes = [
        ("everything, end to end over the embedded store", pass(embedded)?),
        ("end to end over PostgreSQL", pass(on_postgres)?),
    ];
    println!();
    let mut counts = Counts::default();
    for (what, pass) in &passes {
        println!("{what}: {} in {} s", pass.counts.told(), pass.seconds);
        counts.add(&pass.counts);
    }
    println!("{}", counts.told());
    if let Some((what, _)) = passes.iter().find(|(_, pass)| !pass.succeeded) {
        return Err(format!("cargo test failed: {what}"));
    }
    if counts.passed == 0 {
        return Err("no test was run".to_owned());
    }
    Ok(())
}

/// The test programs that run over both stores, by name.
fn over_both(metadata: &Value) -> Result<Vec<String>, String> {
    let list = |value: &Value, name| value.get(name).and_then(Value::as_array).cloned();
    let packages = list(metadata, "packages").unwrap_or_default();
    let package = packages.iter().find(|package| package.get("name") == Some(&END_TO_END.into()));
    let targets = package.and_then(|package| list(package, "targets")).unwrap_or_default();
    let is_test = |target: &Value| {
        list(target, "kind").is_some_and(|kinds| kinds.iter().any(|kind| kind == "test"))
    };
    let names = targets.iter().filter(|target| is_test(target));
    let names = names.filter_map(|target| target.get("name")?.as_str());
    let names: Vec<_> = names.filter(|name| !ONCE.contains(name)).map(str::to_owned).collect();
    if names.is_empty() { Err(format!("{END_TO_END} has no tests")) } else { Ok(names) }
}

/// What came of a run of the tests.
struct Pass {
    counts: Counts,
    seconds: u64,
    succeeded: bool,
}

/// Runs tests, shows what they print, and reads from it how many there were.
fn pass(mut tests: Command) -> Result<Pass, String> {
    let started = Instant::now();
    let child = tests.stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| format!("cannot run cargo test: {error}"))?;
    let mut counts = Counts::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line =
                line.map_err(|error| format!("cannot read what cargo test prints: {error}"))?;
            println!("{line}");
            counts.read(&line);
        }
    }
    let status = child.wait().map_err(|error| format!("cannot wait for cargo test: {error}"))?;
    Ok(Pass { counts, seconds: started.elapsed().as_secs(), succeeded: status.success() })
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
    fn read(&mut self, line: &str) {
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

    fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }

    fn told(&self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.ignored)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
            counts.read(line);
        }
        assert_eq!(counts, Counts { passed: 4, failed: 2, ignored: 2 });
    }

    #[test]
    fn the_end_to_end_tests_run_over_both_stores_but_for_those_that_choose_theirs() {
        let target = |kind: &str, name: &str| json!({"kind": [kind], "name": name});
        let metadata = json!({"packages": [
            {"name": "varanto", "targets": [target("test", "other")]},
            {"name": END_TO_END, "targets": [
                target("lib", "varanto_testkit"), target("test", "e2e"), target("example", "load"),
                target("test", "faults"), target("test", "servers"), target("test", "crash"),
            ]},
        ]});
        assert_eq!(over_both(&metadata), Ok(vec!["e2e".to_owned(), "crash".to_owned()]));
        assert!(over_both(&json!({"packages": []})).is_err());
    }
}
