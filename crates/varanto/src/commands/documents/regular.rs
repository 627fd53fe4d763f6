//! Regular files, opened so that nothing else can stand in their place: a link is not followed, and a pipe, at
//! which opening waits for the other end, ends nothing.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Opens a file, and fails where it is anything but a regular one. What it is, is asked of the open file: a name
/// may stand for another one meanwhile.
pub(super) fn open_regular(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let refused = |why| io::Error::new(io::ErrorKind::InvalidInput, why);
    let opened = options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path);
    let file = opened.map_err(|error| match error.raw_os_error() {
        Some(libc::ELOOP) => refused("it is a link"),
        _ => error,
    })?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(refused("it is no regular file")) }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn links_and_pipes_are_refused_without_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("file"), "bytes").unwrap();
        std::os::unix::fs::symlink(at("file"), at("link")).unwrap();
        assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        let open = |name| open_regular(File::options().read(true), &at(name));
        assert!(open("file").is_ok());
        for (name, why) in [("link", "it is a link"), ("pipe", "it is no regular file")] {
            assert_eq!(open(name).unwrap_err().to_string(), why);
        }
        let both = open_regular(File::options().read(true).write(true).create(true), &at("pipe"));
        assert_eq!(both.unwrap_err().to_string(), "it is no regular file");
    }
}
