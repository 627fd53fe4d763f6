//! What stands on the machine: PostgreSQL's programs, and the user that they may run as.

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Where the programs of PostgreSQL are, and as whom they run.
#[derive(Debug)]
pub(crate) struct Machine {
    programs: PathBuf,
    /// The user and group to become, where we are root: the server refuses to run as root.
    unprivileged: Option<(u32, u32)>,
    /// As `initdb` tells it, such as `initdb (PostgreSQL) 15.8`.
    pub(crate) version: String,
}

impl Machine {
    /// This one.
    pub(crate) fn this() -> &'static Self {
        static THIS: LazyLock<Machine> = LazyLock::new(Machine::look);
        &THIS
    }

    fn look() -> Self {
        let programs = programs().unwrap_or_else(|| {
            panic!(
                "PostgreSQL is not installed, which this test needs: \
                 run `cargo xtask test`, or install Debian's package `postgresql`"
            )
        });
        let told = Command::new(programs.join("initdb")).arg("--version").output();
        let told = told.expect("initdb runs").stdout;
        let version = String::from_utf8_lossy(&told).trim().to_owned();
        Self { programs, unprivileged: unprivileged(), version }
    }

    /// The user's number that the server runs as; `None` where it is our own.
    pub(crate) fn user(&self) -> Option<(u32, u32)> {
        self.unprivileged
    }

    /// One of PostgreSQL's programs, to be run as a user that it runs as, without what the environment would
    /// say about servers.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = self.client(name);
        if let Some((user, group)) = self.unprivileged {
            command.uid(user).gid(group);
        }
        // Our own may be closed to that user.
        command.current_dir("/");
        command
    }

    /// The same to be run as ourselves.
    pub(crate) fn client(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        for variable in ["PGOPTIONS", "PGSERVICE", "PGDATA", "PGSSLMODE", "PGCLIENTENCODING"] {
            command.env_remove(variable);
        }
        command.env("LC_ALL", "C");
        command
    }
}

/// Where `pg_config` says, or else where Debian has them, the newest.
fn programs() -> Option<PathBuf> {
    let told = Command::new("pg_config").arg("--bindir").output().ok();
    let told = told.map(|output| String::from_utf8_lossy(&output.stdout).trim().into());
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    versions.sort_by_key(|path| std::cmp::Reverse(version(path)));
    let debian = versions.into_iter().map(|path| path.join("bin"));
    told.into_iter().chain(debian).find(|folder: &PathBuf| folder.join("initdb").is_file())
}

/// Where we are root: the user of PostgreSQL, or nobody.
fn unprivileged() -> Option<(u32, u32)> {
    let ourselves = std::fs::metadata("/proc/self").expect("a system with /proc");
    if ourselves.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").expect("the users of the system");
    let numbers = |name: &str| {
        let user = users.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        let mut fields = user.split(':').skip(1);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    Some(numbers("postgres").or_else(|| numbers("nobody")).expect("a user that is not root"))
}
