//! A program in a process of its own that answers at an address: started, waited for, and ended.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a program may take to answer.
const PATIENCE: Duration = Duration::from_mins(2);

/// A program that answers. It is ended when this is dropped.
pub(crate) struct Process {
    pub(crate) base_url: String,
    child: Child,
}

impl Process {
    /// Starts a command that takes `--ready-file`, and waits for it to write there where it answers. Beside that
    /// file in `directory`, what it has to say is in `<name>.log`.
    pub(crate) fn start(command: &mut Command, directory: &Path, name: &str) -> Self {
        let ready = directory.join(format!("{name}.ready"));
        let _ = std::fs::remove_file(&ready);
        let log = directory.join(format!("{name}.log"));
        let began = Instant::now();
        let child = command
            .arg("--ready-file")
            .arg(&ready)
            .stdout(Stdio::null())
            .stderr(File::create(&log).expect("a log file"))
            .spawn();
        let child = child.expect("the program runs");
        let mut process = Self { base_url: String::new(), child };
        loop {
            let told = std::fs::read_to_string(&ready).unwrap_or_default();
            if told.ends_with('\n') {
                told.trim().clone_into(&mut process.base_url);
                return process;
            }
            let ended = process.child.try_wait().map_or(true, |end| end.is_some());
            assert!(!ended, "the program has ended: {}", log.display());
            assert!(began.elapsed() < PATIENCE, "the program is not ready: {}", log.display());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
