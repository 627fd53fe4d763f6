//! The Python environment with the independent tools that the tests compare with.
//!
//! It lives under the target directory and is made anew only when the list of packages has changed
//! or its interpreter no longer runs.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::shell::{self, Done, Places};

/// The name under which tests find the interpreter.
pub(crate) const VARIABLE: &str = "VARANTO_TEST_PYTHON";

/// Makes the environment if need be and returns its interpreter.
pub(crate) fn prepare(places: &Places) -> Result<PathBuf, String> {
    let list = places.root.join("xtask/python-requirements.txt");
    let wanted =
        fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    let environment = places.target.join("python");
    let interpreter = environment.join("bin/python");
    let installed = environment.join("installed.txt");
    let is_current = fs::read_to_string(&installed).is_ok_and(|text| text == wanted)
        && shell::succeeds(Command::new(&interpreter).args(["-c", ""]));
    if is_current {
        return Ok(interpreter);
    }
    println!("making a Python environment in {}", environment.display());
    if environment.exists() {
        write(fs::remove_dir_all(&environment))?;
    }
    shell::run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    shell::run(
        Command::new(&interpreter)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(&list),
    )?;
    // Written last: an environment that was only half made is made again.
    write(fs::write(&installed, wanted))?;
    Ok(interpreter)
}

fn write(outcome: std::io::Result<()>) -> Done {
    outcome.map_err(|error| format!("the Python environment: {error}"))
}
