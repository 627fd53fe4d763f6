//! What the tests need from the machine beside Rust, installed when it is missing.
//!
//! A program that is there is left as it is, whatever its origin. Packages are Debian's; on another
//! system the task says what is missing and stops.

use std::path::Path;
use std::process::Command;

use crate::shell::{self, Done};

/// A program, how to tell that it is there, and the Debian packages that bring it.
struct Need {
    program: &'static str,
    /// Arguments with which the program must succeed; none: it is enough that it is on the path.
    probe: &'static [&'static str],
    packages: &'static [&'static str],
}

const NEEDS: [Need; 6] = [
    Need { program: "gcc", probe: &[], packages: &["gcc", "libc6-dev"] },
    Need { program: "g++", probe: &[], packages: &["g++"] },
    Need { program: "make", probe: &[], packages: &["make"] },
    Need {
        program: "python3",
        probe: &["-c", "import ensurepip, venv"],
        packages: &["python3", "python3-venv", "python3-pip"],
    },
    Need { program: "openssl", probe: &[], packages: &["openssl"] },
    Need { program: "curl", probe: &[], packages: &["curl"] },
];

/// Installs what is missing.
pub(crate) fn prepare() -> Done {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !is_there(need)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let programs: Vec<_> = missing.iter().map(|need| need.program).collect();
    let packages: Vec<_> = missing.iter().flat_map(|need| need.packages).copied().collect();
    println!("missing: {}; installing {}", programs.join(", "), packages.join(", "));
    install(&packages).map_err(|failure| {
        format!(
            "{failure}\nplease install by hand what the tests need: {}\n(Debian packages: {})",
            programs.join(", "),
            packages.join(" ")
        )
    })
}

fn is_there(need: &Need) -> bool {
    shell::is_installed(need.program)
        && (need.probe.is_empty() || shell::succeeds(Command::new(need.program).args(need.probe)))
}

fn install(packages: &[&str]) -> Done {
    if !Path::new("/usr/bin/apt-get").is_file() {
        return Err("this is no Debian system: there is no apt-get".to_owned());
    }
    let root = shell::output(Command::new("id").arg("-u"))?.trim() == "0";
    if !root && !shell::succeeds(Command::new("sudo").args(["-n", "true"])) {
        return Err("packages can be installed only as root or with sudo".to_owned());
    }
    shell::run(apt_get(root).args(["update", "-q"]))?;
    shell::run(
        apt_get(root).args(["install", "-y", "-q", "--no-install-recommends"]).args(packages),
    )
}

fn apt_get(root: bool) -> Command {
    let mut command = if root {
        Command::new("env")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "env"]);
        sudo
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    command
}
