//! The database's disk is full.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use varanto_postgres::Options;

use crate::book::{Call, End, Kind};
use crate::disk::Disk;
use crate::scene::{self, Scene};

/// Room for a server's files and some thousand documents.
const MEGABYTES: u32 = 256;

fn options(disk: &Disk) -> Options {
    let settings = vec![("max_wal_size".to_owned(), "32MB".to_owned())];
    Options { data: Some(disk.folder().to_owned()), settings, ..Options::default() }
}

/// The database lives on, as its journal has a disk of its own: it says what it cannot do.
///
/// REQ DOC-01, REQ LOG-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_kept_on_a_full_disk_is_refused_and_all_goes_on_when_there_is_room() {
    let disk = Disk::of_megabytes(MEGABYTES);
    let mut scene = Scene::open(options(&disk), |_, text| text).await;
    let journal = scene::block(|| move_journal(&mut scene, disk.folder()));
    let mut server = scene.serve("server");
    let load = scene.load(&[&server], &[]).await;
    let (end, mut times) = (scene::end(), 0);
    while Instant::now() < end || times < 2 {
        scene.pause(1000).await;
        disk.fill(scene.dice.below(1 << 20));
        times += 1;
        tokio::time::sleep(Duration::from_secs(4)).await;
        disk.make_room();
    }
    scene.pause(1000).await;
    server.assert_alive();
    let done = load.end().await;
    let refused = |call: &&Call| call.kind == Kind::Store && call.end == End::NotDone;
    assert!(done.calls.iter().any(|call| refused(&call)), "the disk was never full");
    let what = format!("the disk of the tables was full {times} times");
    let sum = scene.all_is_well(&what, &server, done).await;
    assert_eq!(sum.ended(End::Unanswered) + sum.ended(End::NotKnown), 0, "all was answered");
    drop(scene);
    drop(journal);
}

/// The database stops itself when it cannot go on writing its journal. An operator makes room and starts it.
///
/// REQ DOC-01, REQ LOG-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_database_whose_whole_disk_was_full() {
    let disk = Disk::of_megabytes(MEGABYTES);
    let mut scene = Scene::open(options(&disk), |_, text| text).await;
    let mut server = scene.serve("server");
    let load = scene.load(&[&server], &[]).await;
    let (end, mut times, mut starts) = (scene::end(), 0, 0);
    while Instant::now() < end || times < 2 {
        scene.pause(1000).await;
        disk.fill(scene.dice.below(1 << 20));
        times += 1;
        tokio::time::sleep(Duration::from_secs(6)).await;
        disk.make_room();
        if scene.postgres.sql("postgres", "SELECT 1").is_err() {
            starts += 1;
            scene::block(|| scene.postgres.restart());
        }
    }
    scene.pause(1000).await;
    server.assert_alive();
    let done = load.end().await;
    let what = format!(
        "the disk of the whole database was full {times} times; it had to be started {starts} times"
    );
    let sum = scene.all_is_well(&what, &server, done).await;
    assert!(sum.ended(End::NotDone) + sum.ended(End::NotKnown) > 0, "the disk was never full");
}

/// Puts the write-ahead log of the server on this disk onto another one.
fn move_journal(scene: &mut Scene, disk: &Path) -> TempDir {
    scene.postgres.stop();
    let mut folders = std::fs::read_dir(disk).unwrap().map(|entry| entry.unwrap().path());
    let journal = folders.find_map(|folder| {
        let journal: PathBuf = folder.join("data").join("pg_wal");
        journal.is_dir().then_some(journal)
    });
    let journal = journal.expect("the files of a server");
    let elsewhere = tempfile::tempdir().unwrap();
    // The server's user gets through.
    std::fs::set_permissions(elsewhere.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let moved = elsewhere.path().join("pg_wal");
    let move_it = Command::new("mv").args([&journal, &moved]).status();
    assert!(move_it.unwrap().success());
    symlink(&moved, &journal).unwrap();
    scene.postgres.restart();
    elsewhere
}
