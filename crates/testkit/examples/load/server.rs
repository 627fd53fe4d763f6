//! The server under load: the program in a process of its own, over a sandbox.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use varanto::config::Config;
use varanto::people::People;
use varanto::server::store_settings;
use varanto_sandbox::{SandboxPaths, World};
use varanto_store::Settings;

use crate::machine;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that answers. It is killed when this is dropped.
pub(crate) struct Server {
    pub(crate) people: People,
    /// From the start of the program to its first possible answer.
    pub(crate) ready_after: Duration,
    /// The memory that it holds a second after that, in bytes.
    pub(crate) at_rest: u64,
    child: Child,
}

impl Server {
    /// Makes a sandbox in `directory` and serves it.
    pub(crate) async fn start(program: &Path, directory: &Path) -> Self {
        let made = varanto::sandbox::create(directory, &World::builtin(), 0).await;
        Self::over(program, made.expect("a sandbox").paths().clone())
    }

    /// Ends it and serves the same sandbox again.
    pub(crate) fn start_again(self, program: &Path) -> Self {
        let paths = self.people.paths.clone();
        drop(self);
        Self::over(program, paths)
    }

    fn over(program: &Path, paths: SandboxPaths) -> Self {
        let ready = paths.join("ready");
        let _ = std::fs::remove_file(&ready);
        let log = || File::create(paths.join("server.log")).expect("a log file");
        let began = Instant::now();
        let child = Command::new(program)
            .args(["serve", "--port", "0", "--config"])
            .arg(paths.configuration())
            .arg("--ready-file")
            .arg(&ready)
            // All clients are of one organisation.
            .env("VARANTO__LIMITS__REQUESTS_PER_SECOND", "1000000")
            .env("VARANTO__LIMITS__REQUEST_BURST", "1000000")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log())
            .spawn();
        let mut child = child.expect("the program runs");
        let base_url = loop {
            let told = std::fs::read_to_string(&ready).unwrap_or_default();
            if told.ends_with('\n') {
                break told.trim().to_owned();
            }
            assert!(child.try_wait().is_ok_and(|end| end.is_none()), "the server has ended");
            assert!(began.elapsed() < PATIENCE, "the server is not ready");
            std::thread::sleep(Duration::from_millis(1));
        };
        let ready_after = began.elapsed();
        std::thread::sleep(Duration::from_secs(1));
        let at_rest = machine::memory(child.id()).resident;
        let mut people = People::of(paths).expect("the people of the sandbox");
        people.base_url = base_url;
        Self { people, ready_after, at_rest, child }
    }

    /// How its store is opened.
    pub(crate) fn store_settings(&self) -> Settings {
        let config = Config::read(&self.people.paths.configuration()).expect("a configuration");
        store_settings(&config).expect("the settings of a store")
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Builds the program, unless that is done already, and tells where it is.
pub(crate) fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--release", "--package", "varanto"]).status();
    assert!(built.is_ok_and(|status| status.success()), "the program could not be built");
    let here = std::env::current_exe().expect("this is a program");
    let folder = here.ancestors().nth(2).expect("an example lies in target/release/examples");
    folder.join(format!("varanto{}", std::env::consts::EXE_SUFFIX))
}
