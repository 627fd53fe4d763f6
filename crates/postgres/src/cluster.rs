//! The files of a server: made once by `initdb`, kept beside what is built, and copied for each server.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine::Machine;
use crate::server::USER;

/// The megabytes that must be free in memory.
const ROOM: u64 = 1536;

/// Puts the files of a fresh server into `data`, which must not be there yet.
pub(crate) fn put_into(data: &Path) {
    let kept = kept();
    if !kept.is_dir() {
        keep_one(&kept);
    }
    copy(&kept, data);
}

/// A folder in `parent` that the server's user owns.
pub(crate) fn folder(parent: &Path) -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("varanto-pg-").tempdir_in(parent);
    let folder = folder.expect("a folder can be made");
    if let Some((user, group)) = Machine::this().user() {
        std::os::unix::fs::chown(folder.path(), Some(user), Some(group)).expect("it is ours");
    }
    folder
}

/// Where files lie in memory, if there is room for many databases: each is more than a thousand files, which a
/// disk takes long to make and to drop.
pub(crate) fn memory() -> Option<PathBuf> {
    let shared = Path::new("/dev/shm");
    let free = Command::new("df").args(["--output=avail", "--block-size=1M"]).arg(shared).output();
    let free = String::from_utf8_lossy(&free.ok()?.stdout).lines().last()?.trim().parse::<u64>();
    let is_ours = tempfile::tempfile_in(shared).is_ok();
    (free.is_ok_and(|free| free >= ROOM) && is_ours).then(|| shared.to_owned())
}

/// Where the files are kept that are copied: one place for each version and user.
fn kept() -> PathBuf {
    let machine = Machine::this();
    let name: String =
        machine.version.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let user = machine.user().map_or_else(String::new, |(user, _)| format!("-{user}"));
    built().join("postgres").join(name + &user)
}

/// The folder of what is built, which cargo marks with a file; else the folder for temporary files.
fn built() -> PathBuf {
    let ourselves = std::env::current_exe().unwrap_or_default();
    let built = ourselves.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    built.map_or_else(|| std::env::temp_dir().join("varanto"), Path::to_owned)
}

/// Several test programs may do so at once: the first that is ready is kept.
fn keep_one(kept: &Path) {
    let parent = kept.parent().expect("it lies in a folder");
    std::fs::create_dir_all(parent).expect("what is built may be written");
    // Not beside `kept`, where the server's user may not be let in.
    let folder = folder(&std::env::temp_dir());
    let fresh = folder.path().join("data");
    let mut initdb = Machine::this().program("initdb");
    initdb.args(["--encoding=UTF8", "--locale=C", "--auth=trust", "--no-sync", "--wal-segsize=1"]);
    initdb.arg(format!("--username={USER}")).arg("--pgdata").arg(&fresh);
    succeed(&mut initdb);
    let beside = tempfile::tempdir_in(parent).expect("what is built may be written");
    let copied = beside.path().join("data");
    copy(&fresh, &copied);
    if let Err(error) = std::fs::rename(&copied, kept) {
        assert!(kept.is_dir(), "the files of a fresh server cannot be kept: {error}");
    }
}

fn copy(from: &Path, to: &Path) {
    succeed(Command::new("cp").arg("-a").arg("--reflink=auto").args([from, to]));
}

/// Runs a program that must succeed.
pub(crate) fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?} does not run: {e}"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {told}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
