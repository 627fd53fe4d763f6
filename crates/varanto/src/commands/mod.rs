//! The commands: one file each, with its options and what it does.

pub mod call;
pub mod check;
pub mod codes;
pub mod demo;
pub mod deployments;
pub mod documents;
mod import_report;
pub mod log;
pub mod migrate;
pub mod organisations;
pub mod professionals;
pub mod sandbox;
pub mod serve;
pub mod structures;
pub mod supervision;
pub mod users;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use varanto_store::OpenError;

/// Varanto: an open client data repository for social welfare.
#[derive(Debug, Parser)]
#[command(name = "varanto", version, max_term_width = 100)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the whole at work: makes a sandbox, serves it, and plays a story.
    Demo(demo::Options),
    /// Run the server.
    Serve(serve::Options),
    /// Bring the store to the schema of this program.
    Migrate(migrate::Options),
    /// Is everything in order: configuration, keys, certificates, store?
    Check(check::Options),
    /// Document structures.
    #[command(subcommand)]
    Structures(structures::Options),
    /// Code sets.
    #[command(subcommand)]
    Codes(codes::Options),
    /// Organisations, their units and their people.
    #[command(subcommand)]
    Organisations(organisations::Options),
    /// The user registers of organisations.
    #[command(subcommand)]
    Users(users::Options),
    /// Rights to practise a profession.
    #[command(subcommand)]
    Professionals(professionals::Options),
    /// Who uses the client data repository since when.
    #[command(subcommand)]
    Deployments(deployments::Options),
    /// Client documents, in bulk.
    #[command(subcommand)]
    Documents(documents::Options),
    /// Call the interface once, as a person of a sandbox.
    Call(call::Options),
    /// Review uses of client data, as a privacy officer of a sandbox.
    #[command(subcommand)]
    Supervision(supervision::Options),
    /// The log of uses and disclosures, and its tree.
    #[command(subcommand)]
    Log(log::Options),
    /// Sandboxes: test organisations, persons and certificates.
    #[command(subcommand)]
    Sandbox(sandbox::Options),
}

impl CommandLine {
    /// Does what the command line says. 0 is success, 1 a failure that is told on the standard
    /// error, 2 a command line that makes no sense.
    pub async fn run(self) -> ExitCode {
        let done = match self.command {
            Command::Demo(options) => Box::pin(demo::run(options)).await,
            Command::Serve(options) => serve::run(options).await,
            Command::Migrate(options) => migrate::run(&options).await,
            Command::Check(options) => check::run(&options).await,
            Command::Structures(options) => structures::run(options).await,
            Command::Codes(options) => Box::pin(codes::run(options)).await,
            Command::Organisations(options) => Box::pin(organisations::run(options)).await,
            Command::Users(options) => users::run(options).await,
            Command::Professionals(options) => professionals::run(options).await,
            Command::Deployments(options) => deployments::run(options).await,
            Command::Documents(options) => Box::pin(documents::run(options)).await,
            Command::Call(options) => call::run(options).await,
            Command::Supervision(options) => supervision::run(options).await,
            Command::Log(options) => Box::pin(log::run(options)).await,
            Command::Sandbox(options) => sandbox::run(options).await,
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                say_error(&error);
                ExitCode::FAILURE
            }
        }
    }
}

#[expect(clippy::print_stderr, reason = "this is where a person is told")]
fn say_error(error: &CommandError) {
    eprintln!("varanto: {error}");
}

/// Says a line to the person at the terminal.
#[expect(clippy::print_stdout, reason = "this is where a person is told")]
pub(crate) fn say(line: impl std::fmt::Display) {
    println!("{line}");
}

/// Why a command did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The configuration.
    #[error(transparent)]
    Config(Box<crate::config::ConfigError>),
    /// The server or what it is made of.
    #[error(transparent)]
    Start(#[from] crate::server::StartError),
    /// The store.
    #[error("{}", cannot_open(.0))]
    Store(#[from] OpenError),
    /// The sandbox.
    #[error(transparent)]
    Sandbox(#[from] varanto_sandbox::SandboxError),
    /// A file.
    #[error("{file}: {source}")]
    File {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file or a request has faults; every one is named.
    #[error("{what}:\n{}", list(.faults))]
    Faults {
        /// What has them.
        what: String,
        /// The faults.
        faults: varanto_model::Faults,
    },
    /// Anything else, in words.
    #[error("{0}")]
    Other(String),
}

impl CommandError {
    pub(crate) fn file(file: &Path, source: std::io::Error) -> Self {
        Self::File { file: file.display().to_string(), source }
    }

    pub(crate) fn other(error: &dyn std::fmt::Display) -> Self {
        Self::Other(error.to_string())
    }

    pub(crate) fn faults(what: impl Into<String>, faults: varanto_model::Faults) -> Self {
        Self::Faults { what: what.into(), faults }
    }
}

impl From<crate::config::ConfigError> for CommandError {
    fn from(error: crate::config::ConfigError) -> Self {
        Self::Config(Box::new(error))
    }
}

impl From<varanto_service::Error> for CommandError {
    fn from(error: varanto_service::Error) -> Self {
        match error {
            varanto_service::Error::Rejected { faults, .. } => {
                Self::faults("this was refused", faults)
            }
            other => Self::Other(format!("{} ({other:?})", other.slug())),
        }
    }
}

/// Why a store cannot be opened, with what to do where that is known.
pub(crate) fn cannot_open(error: &OpenError) -> String {
    let remedy = match error {
        OpenError::NotMigrated(_) => "; `varanto migrate` applies it",
        _ => "",
    };
    format!("the store cannot be opened: {error}{remedy}")
}

/// The faults, each on a line of its own.
pub(crate) fn list(faults: &varanto_model::Faults) -> String {
    let lines: Vec<_> = faults
        .as_slice()
        .iter()
        .map(|f| format!("  {}: {} ({})", f.pointer, f.detail, f.code))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_makes_sense() {
        CommandLine::command().debug_assert();
    }
}
