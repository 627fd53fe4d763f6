//! The project's own tasks, one file each: `cargo xtask help` lists them.
//!
//! What a developer types and what continuous integration runs are the same commands. Only clap,
//! `serde_json` and our own starter of PostgreSQL are used, so that the tasks themselves compile in
//! seconds. Nothing here is part of the product, and no crate of the product may depend on it.

#![expect(clippy::print_stdout, reason = "tasks report to the person who runs them")]

mod bench;
mod check_deps;
mod ci;
mod deny;
mod docs;
mod fuzz;
mod machine;
mod populate;
mod python;
mod requirements;
mod shell;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks of the project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Prepare the machine, build everything and run all tests.
    Test(test::Options),
    /// Hold the crates' dependencies against the architecture.
    CheckDeps,
    /// Check licences, banned crates and sources of all dependencies.
    Deny(deny::Options),
    /// Write into docs/requirements.md which tests prove which requirement.
    Requirements(requirements::Options),
    /// Run the fuzz targets for a while.
    Fuzz(fuzz::Options),
    /// Measure: the benchmarks, then a load run against a server.
    Bench,
    /// Make a country in small and put it into a store.
    Populate(populate::Options),
    /// Build the documentation of all crates; warnings are errors.
    Docs,
    /// Do all that continuous integration does.
    Ci,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Test(options) => test::run(&options),
        Task::CheckDeps => check_deps::run(),
        Task::Deny(options) => deny::run(&options),
        Task::Requirements(options) => requirements::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Bench => bench::run(),
        Task::Populate(options) => populate::run(&options),
        Task::Docs => docs::run(),
        Task::Ci => ci::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
