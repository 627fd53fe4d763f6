//! The program `varanto`: reads the command line and calls the command.

use std::process::ExitCode;

use clap::Parser;
use varanto::commands::CommandLine;

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(command_line.run()),
        Err(_) => ExitCode::FAILURE,
    }
}
