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
    probe: Probe,
    packages: &'static [&'static str],
}

/// How to tell that a program is there.
enum Probe {
    /// It is on the path.
    Path,
    /// It is on the path and succeeds with these arguments.
    Runs(&'static [&'static str]),
    /// This text of a shell succeeds.
    Shell(&'static str),
}

/// Debian keeps the programs of the database server off the path.
const SERVER: &str = r#"
for folder in "$(pg_config --bindir)" /usr/lib/postgresql/*/bin; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/psql" ]; then exit 0; fi
done
exit 1"#;

/// A library that gives one process another time, in a folder that is named by the kind of machine.
const OTHER_TIME: &str = "ls /usr/lib/*/faketime/libfaketimeMT.so.1";

const NEEDS: [Need; 8] = [
    Need { program: "gcc", probe: Probe::Path, packages: &["gcc", "libc6-dev"] },
    Need { program: "g++", probe: Probe::Path, packages: &["g++"] },
    Need { program: "make", probe: Probe::Path, packages: &["make"] },
    Need {
        program: "python3",
        probe: Probe::Runs(&["-c", "import ensurepip, venv"]),
        packages: &["python3", "python3-venv", "python3-pip"],
    },
    Need { program: "openssl", probe: Probe::Path, packages: &["openssl"] },
    Need { program: "curl", probe: Probe::Path, packages: &["curl"] },
    Need {
        program: "PostgreSQL",
        probe: Probe::Shell(SERVER),
        packages: &["postgresql", "postgresql-client"],
    },
    Need { program: "libfaketime", probe: Probe::Shell(OTHER_TIME), packages: &["libfaketime"] },
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
    match need.probe {
        Probe::Path => shell::is_installed(need.program),
        Probe::Runs(arguments) => {
            shell::is_installed(need.program)
                && shell::succeeds(Command::new(need.program).args(arguments))
        }
        Probe::Shell(text) => shell::succeeds(Command::new("sh").args(["-c", text])),
    }
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
