//! `cargo xtask deny`: holds all dependencies against `deny.toml`.
//!
//! cargo-deny is used where it is installed, and otherwise built once into the target directory. The
//! database of advisories is fetched from the network, so it is asked only on request.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Done, Places};

const VERSION: &str = "0.20.2";

/// What to check.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Ask the database of advisories too; needs the network.
    #[arg(long)]
    advisories: bool,
}

/// Checks bans, licences and sources, and on request advisories.
pub(crate) fn run(options: &Options) -> Done {
    let places = Places::find()?;
    let program = find_or_install(&places.target)?;
    let mut command = Command::new(program);
    command.current_dir(&places.root).args(["--workspace", "check", "bans", "licenses", "sources"]);
    if options.advisories {
        command.arg("advisories");
    }
    shell::run(&mut command)
}

fn find_or_install(target: &Path) -> Result<PathBuf, String> {
    if shell::is_installed("cargo-deny") {
        return Ok(PathBuf::from("cargo-deny"));
    }
    let tools = target.join("tools");
    let program = tools.join(format!("cargo-deny-{VERSION}/bin/cargo-deny"));
    if !program.is_file() {
        println!("building cargo-deny {VERSION}: this takes minutes, once");
        let build = tools.join("build");
        // Without optimisation it checks in seconds all the same, and is built in half the time.
        shell::run(
            shell::cargo()
                .args(["install", "cargo-deny", "--locked", "--debug", "--version", VERSION])
                .arg("--root")
                .arg(tools.join(format!("cargo-deny-{VERSION}")))
                .env("CARGO_TARGET_DIR", &build),
        )?;
        fs::remove_dir_all(&build).map_err(|error| format!("{}: {error}", build.display()))?;
    }
    Ok(program)
}
