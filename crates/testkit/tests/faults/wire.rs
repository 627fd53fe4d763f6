//! Stands between the server and its database, and cuts connections by chance: before a COMMIT, after one whose
//! answer nobody gets, or in the middle of anything.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use crate::dice::Dice;

const SOCKET: &str = ".s.PGSQL.5432";
const COMMIT: &[u8] = b"COMMIT\0";

/// How connections are treated.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mood {
    /// All goes through.
    Good,
    /// Some are cut.
    Bad,
    /// Every one is cut after its COMMIT was carried out.
    Worst,
}

/// How many were cut where.
#[derive(Default)]
pub(crate) struct Cuts {
    pub(crate) before: AtomicU64,
    pub(crate) after: AtomicU64,
    pub(crate) elsewhere: AtomicU64,
}

/// The wire. It is taken down with its folder.
pub(crate) struct Wire {
    folder: TempDir,
    inner: Arc<Inner>,
}

struct Inner {
    server: PathBuf,
    mood: AtomicU8,
    dice: Mutex<Dice>,
    cuts: Cuts,
}

impl Wire {
    /// Before the server whose socket lies in this folder.
    pub(crate) fn before(server: &Path, dice: Dice) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let inner = Arc::new(Inner {
            server: server.join(SOCKET),
            mood: AtomicU8::new(Mood::Good as u8),
            dice: Mutex::new(dice),
            cuts: Cuts::default(),
        });
        tokio::spawn(accept(listener, Arc::clone(&inner)));
        Self { folder, inner }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn set(&self, mood: Mood) {
        self.inner.mood.store(mood as u8, Ordering::SeqCst);
    }

    pub(crate) fn cuts(&self) -> &Cuts {
        &self.inner.cuts
    }
}

async fn accept(listener: UnixListener, inner: Arc<Inner>) {
    while let Ok((driver, _)) = listener.accept().await {
        let Ok(server) = UnixStream::connect(&inner.server).await else { continue };
        let inner = Arc::clone(&inner);
        tokio::spawn(async move {
            // An error ends the connection, as a cut does.
            let _ = inner.carry(driver, server).await;
        });
    }
}

impl Inner {
    async fn carry(&self, driver: UnixStream, server: UnixStream) -> std::io::Result<()> {
        let (mut from_driver, mut to_driver) = driver.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let (mut sent, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        loop {
            tokio::select! {
                read = from_driver.read(&mut sent) => {
                    let bytes = match read? { 0 => return Ok(()), n => &sent[..n] };
                    let (through, cut) = self.cut(bytes);
                    to_server.write_all(&bytes[..through]).await?;
                    if cut {
                        // Long enough to be carried out.
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        return Ok(());
                    }
                }
                read = from_server.read(&mut answered) => {
                    let bytes = match read? { 0 => return Ok(()), n => &answered[..n] };
                    to_driver.write_all(bytes).await?;
                }
            }
        }
    }

    /// How many of these bytes get through, and whether nothing does after them.
    fn cut(&self, bytes: &[u8]) -> (usize, bool) {
        let all = (bytes.len(), false);
        let mood = self.mood.load(Ordering::SeqCst);
        if mood == Mood::Good as u8 {
            return all;
        }
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let commit = bytes.windows(COMMIT.len()).position(|part| part == COMMIT);
        let count = |counter: &AtomicU64| counter.fetch_add(1, Ordering::SeqCst);
        let Some(place) = commit else {
            if mood == Mood::Worst as u8 || dice.below(150) > 0 {
                return all;
            }
            count(&self.cuts.elsewhere);
            return (dice.place(bytes.len()), true);
        };
        let fate = if mood == Mood::Worst as u8 { 1 } else { dice.below(16) };
        match fate {
            0 => {
                count(&self.cuts.before);
                // A simple query: a letter and four bytes of length before its text.
                (place.saturating_sub(5), true)
            }
            1 => {
                count(&self.cuts.after);
                (bytes.len(), true)
            }
            _ => all,
        }
    }
}
