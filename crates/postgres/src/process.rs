//! The process of a server, and the watch that ends it when we are gone.
//!
//! The watch is a shell that waits for the end of a pipe whose other end only we hold: the system closes that
//! when our process ends, whatever ends it. Then the shell ends the server and removes its files.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::machine::Machine;

/// How long a server may take to start or to end.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long it may take to end in good order. One that recovers from a crash may not hear the wish.
const GOOD_ORDER: Duration = Duration::from_secs(15);

/// Waits for the end of its input. A number of a process may have been given away again: it is the server's
/// only while it works in the server's folder, which no other process does.
const WATCH: &str = r#"
trap '' HUP INT TERM
read -r line
is_server() { [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd")" = "$2" ]; }
pid=$(head -n 1 "$2/postmaster.pid")
if is_server "$@"; then
    kill -QUIT "$pid"
    tries=0
    while is_server "$@" && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
    if is_server "$@"; then kill -KILL "$pid"; fi
fi
rm -rf "$1" "${2%/*}"
"#;

/// The shell that outlives us.
#[derive(Debug)]
pub(crate) struct Watch(Child);

impl Watch {
    /// Watches over the server with these files: what is in `folder`, and the data, alone in a folder of theirs
    /// or in that one.
    pub(crate) fn over(folder: &Path, data: &Path) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", WATCH, "watch"]).args([folder, data]).current_dir("/");
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // A group of its own: what the terminal sends to ours does not reach it.
        Self(shell.process_group(0).spawn().expect("a shell runs"))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // Where it cannot be waited for, it still does its work.
        let _ = self.0.wait();
    }
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Postgres {
    child: Child,
    data: PathBuf,
}

impl Postgres {
    /// Starts a server on its files and waits until it takes connections.
    pub(crate) fn start(data: &Path, log: &Path, settings: &[(String, String)]) -> Self {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut server = Self::spawn(data, log, settings);
            if server.is_ready_by(until) {
                return server;
            }
            // What a server that was killed has left behind may not be gone yet.
            let log = std::fs::read_to_string(log).unwrap_or_default();
            let again = log.contains("pre-existing shared memory block");
            assert!(again && Instant::now() < until, "PostgreSQL does not start: {log}");
            sleep(Duration::from_millis(100));
        }
    }

    fn spawn(data: &Path, log: &Path, settings: &[(String, String)]) -> Self {
        let output = File::create(log).expect("the folder is ours");
        let mut command = Machine::this().program("postgres");
        command.arg("-D").arg(data).process_group(0);
        for (name, value) in settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output);
        let child = command.spawn().expect("PostgreSQL runs");
        Self { child, data: data.to_owned() }
    }

    /// `false` where it has ended instead.
    fn is_ready_by(&mut self, until: Instant) -> bool {
        while matches!(self.child.try_wait(), Ok(None)) {
            // The server notes its own number first and, in the eighth line, how far it is.
            let note = std::fs::read_to_string(self.data.join("postmaster.pid"));
            let note = note.unwrap_or_default();
            let is_own = note.lines().next() == Some(&self.child.id().to_string());
            if is_own && note.lines().nth(7).is_some_and(|state| state.trim() == "ready") {
                return true;
            }
            assert!(Instant::now() < until, "PostgreSQL does not become ready");
            sleep(Duration::from_millis(5));
        }
        false
    }

    /// Ends it at once and without any tidying, with every process of it: as when the machine dies, but for what
    /// the system still writes to the disk.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it is our child");
        self.child.wait().expect("it is our child");
        let until = Instant::now() + PATIENCE;
        loop {
            let left = working_in(&self.data);
            if left.is_empty() {
                return;
            }
            assert!(Instant::now() < until, "processes of PostgreSQL stay: {left:?}");
            send("KILL", &left);
            sleep(Duration::from_millis(5));
        }
    }

    /// Undoes what is not committed, cuts all connections and ends it in good order; at once where that takes
    /// too long, as an operator would.
    pub(crate) fn stop(mut self) {
        self.signal("INT");
        if !self.ends_by(Instant::now() + GOOD_ORDER) {
            self.abandon();
        }
    }

    /// Ends it without writing to its files: the next start recovers what was committed.
    pub(crate) fn abandon(mut self) {
        self.signal("QUIT");
        assert!(self.ends_by(Instant::now() + PATIENCE), "PostgreSQL does not end");
    }

    fn signal(&self, signal: &str) {
        send(signal, &[self.child.id().to_string()]);
    }

    fn ends_by(&mut self, until: Instant) -> bool {
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() >= until {
                return false;
            }
            sleep(Duration::from_millis(5));
        }
        true
    }
}

fn send(signal: &str, processes: &[String]) {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"kill -s "$@""#, "kill", signal]).args(processes).stderr(Stdio::null());
    // It may have ended meanwhile.
    let _ = shell.status();
}

/// The processes that work in a folder.
fn working_in(folder: &Path) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").expect("a system with /proc").flatten();
    let works = |process: &std::fs::DirEntry| {
        std::fs::read_link(process.path().join("cwd")).is_ok_and(|place| place == folder)
    };
    let names =
        processes.filter(works).filter_map(|process| process.file_name().into_string().ok());
    names.collect()
}
