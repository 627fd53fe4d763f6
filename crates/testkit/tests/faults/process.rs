//! A server over the scene's sandbox: the built program. There may be several, and each may die.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use varanto_testkit::{Site, binary};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running `varanto serve`. It is killed when this is dropped.
pub(crate) struct Serving {
    child: Child,
    log: PathBuf,
    /// Where it answers.
    pub(crate) address: String,
}

impl Serving {
    /// Starts one under a name of its own, with these variables in its environment.
    pub(crate) fn start(site: &Site, name: &str, environment: &[(&str, String)]) -> Self {
        let (log, ready) = (
            site.paths().join(&format!("{name}.log")),
            site.paths().join(&format!("{name}.ready")),
        );
        let _ = std::fs::remove_file(&ready);
        let append = || File::options().create(true).append(true).open(&log).expect("a log file");
        let mut command = Command::new(binary());
        command.args(["serve", "--port", "0", "--config"]).arg(site.paths().configuration());
        command.arg("--ready-file").arg(&ready).envs(environment.iter().cloned());
        command.stdin(Stdio::null()).stdout(append()).stderr(append());
        let child = command.spawn().expect("the program runs");
        let mut serving = Self { child, log, address: String::new() };
        serving.address = serving.await_address(&ready);
        serving
    }

    fn await_address(&mut self, ready: &Path) -> String {
        let began = Instant::now();
        loop {
            let told = std::fs::read_to_string(ready).unwrap_or_default();
            if told.ends_with('\n') {
                return told.trim().to_owned();
            }
            let ended = self.child.try_wait().expect("the process can be waited for");
            assert!(ended.is_none(), "the server ended: {}", self.log());
            assert!(began.elapsed() < PATIENCE, "the server is not ready: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// It has not ended by itself.
    pub(crate) fn assert_alive(&mut self) {
        let ended = self.child.try_wait().expect("the process can be waited for");
        assert!(ended.is_none(), "the server ended: {}", self.log());
    }

    /// What it has written.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
