//! A small disk in memory, to be filled up.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A small file system, as long as this lives.
pub(crate) struct Disk(TempDir);

impl Disk {
    /// Needs root, or `sudo` that asks for no password.
    pub(crate) fn of_megabytes(size: u32) -> Self {
        let disk = Self(tempfile::tempdir().unwrap());
        let options = format!("size={size}m,mode=0755,uid={},gid={}", id("-u"), id("-g"));
        let place = disk.folder().display().to_string();
        let mounted = as_root(&["mount", "-t", "tmpfs", "-o", &options, "tmpfs", &place]);
        assert!(mounted, "a small file system cannot be mounted: this test needs root or sudo");
        disk
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    /// Takes all room but so many bytes.
    pub(crate) fn fill(&self, left: u64) {
        let mut file = File::options().create(true).append(true).open(self.ballast()).unwrap();
        for block in [1 << 16, 1 << 12] {
            let zeros = vec![0; block];
            while file.write_all(&zeros).is_ok() {}
        }
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(left)).unwrap();
    }

    /// Gives the room back.
    pub(crate) fn make_room(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.folder().join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Also where a server still stands on it.
        as_root(&["umount", "--lazy", &self.folder().display().to_string()]);
    }
}

fn id(of: &str) -> String {
    let told = Command::new("id").arg(of).output().expect("a system with `id`");
    String::from_utf8_lossy(&told.stdout).trim().to_owned()
}

fn as_root(command: &[&str]) -> bool {
    let [program, arguments @ ..] = command else { return false };
    let mut command = if id("-u") == "0" {
        Command::new(program)
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", program]);
        sudo
    };
    command.args(arguments).status().is_ok_and(|status| status.success())
}
