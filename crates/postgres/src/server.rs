//! A server: one of a test's own, or the one that the tests of a program share.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use tempfile::TempDir;

use crate::cluster;
use crate::database::{Place, TestDatabase};
use crate::process::{Postgres, Watch};
use crate::tls::{self, Tls};

/// The environment variable that names the socket's folder of a running server, to be shared instead of
/// starting one.
pub const VARIABLE: &str = "VARANTO_TEST_POSTGRES";

/// The user with all rights on every server.
pub(crate) const USER: &str = "varanto";

/// The port that a socket is named by where nothing else is said.
pub(crate) const PORT: u16 = 5432;

/// How a server of a test's own is started. The default is fast and forgets what it has when the machine dies.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Is a commit on the disk before it is answered? Then also the server tidies up in the background, as one
    /// in real use does.
    pub fsync: bool,
    /// In which folder its data lie, such as a small file system that is to be filled up; else in memory where
    /// there is room and nothing is to be on the disk, or in a temporary folder.
    pub data: Option<PathBuf>,
    /// Does it listen with TLS on a free port of 127.0.0.1 too? See [`Server::tls`].
    pub tls: bool,
    /// Further settings; they count where ours say otherwise.
    pub settings: Vec<(String, String)>,
}

/// A PostgreSQL server that ends, with all that is in it, when it is dropped or the process ends.
#[derive(Debug)]
pub struct Server {
    place: Place,
    own: Option<Own>,
    templates: Mutex<Vec<String>>,
}

/// What a server of our own has.
#[derive(Debug)]
struct Own {
    data: PathBuf,
    log: PathBuf,
    settings: Vec<(String, String)>,
    tls: Option<Tls>,
    running: Option<Postgres>,
    // Last: the watch removes the folders.
    #[expect(dead_code, reason = "held, not read")]
    watch: Watch,
}

impl Server {
    /// The server that the tests of this program share: the one that [`VARIABLE`] names, or one that is
    /// started now.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Server> = LazyLock::new(|| match std::env::var_os(VARIABLE) {
            Some(folder) => Server::at(PathBuf::from(folder)),
            None => Server::start(Options::default()),
        });
        &SHARED
    }

    fn at(folder: PathBuf) -> Self {
        let place = Place { folder, port: PORT };
        let server = Self { place, own: None, templates: Mutex::default() };
        server.sql("postgres", "SELECT 1").unwrap_or_else(|error| {
            panic!("{VARIABLE} names {}, where no server is: {error}", server.socket().display())
        });
        server
    }

    /// Starts a server of the caller's own.
    pub fn start(options: Options) -> Self {
        let folder = kept(cluster::folder(&std::env::temp_dir()));
        let memory = || if options.fsync { None } else { cluster::memory() };
        let data = match options.data.clone().or_else(memory) {
            Some(parent) => kept(cluster::folder(&parent)).join("data"),
            None => folder.join("data"),
        };
        let watch = Watch::over(&folder, &data);
        cluster::put_into(&data);
        let tls = options.tls.then(|| tls::prepare(&folder, &data));
        let place = Place { folder, port: tls.as_ref().map_or(PORT, |tls| tls.port) };
        let settings = settings(options, &place, tls.as_ref());
        let log = place.folder.join("log");
        let running = Some(Postgres::start(&data, &log, &settings));
        let own = Own { data, log, settings, tls, running, watch };
        let server = Self { place, own: Some(own), templates: Mutex::default() };
        if server.tls().is_some() {
            server.sql("postgres", Tls::ROLES).expect("the server is fresh");
        }
        server
    }

    /// Kills it: nothing is tidied up, nothing is written any more.
    pub fn kill(&mut self) {
        if let Some(running) = self.own().running.take() {
            running.kill();
        }
    }

    /// Ends it in good order: connections are cut, and what they had not committed is undone.
    pub fn stop(&mut self) {
        if let Some(running) = self.own().running.take() {
            running.stop();
        }
    }

    /// Starts it again on the same data; one that runs is stopped before.
    pub fn restart(&mut self) {
        self.stop();
        let own = self.own();
        own.running = Some(Postgres::start(&own.data, &own.log, &own.settings));
    }

    fn own(&mut self) -> &mut Own {
        self.own.as_mut().expect("only a server of the test's own is ended")
    }

    /// The folder of its socket. The port that the socket is named by is 5432, or that of TLS.
    pub fn socket(&self) -> &Path {
        &self.place.folder
    }

    /// How it is reached over TLS, where it was started so.
    pub fn tls(&self) -> Option<&Tls> {
        self.own.as_ref()?.tls.as_ref()
    }

    /// What it has written since it was started last.
    pub fn log(&self) -> String {
        let log = self.own.as_ref().map(|own| std::fs::read_to_string(&own.log));
        log.transpose().ok().flatten().unwrap_or_default()
    }

    /// The address of a database, for a user with all rights: `postgresql://user@/database?host=/folder`, and
    /// `&port=` behind where it is not 5432.
    pub fn url(&self, database: &str) -> String {
        self.place.url(database)
    }

    /// Runs statements in a database as a user with all rights, one transaction for each text, and gives the
    /// rows: columns apart by `|`, rows by line ends.
    pub fn sql(&self, database: &str, text: &str) -> Result<String, String> {
        self.place.psql(database, text)
    }

    /// An empty database.
    pub fn create_database(&self) -> TestDatabase {
        self.from_template("template0")
    }

    /// A copy of a database that nobody is connected to.
    pub fn from_template(&self, template: &str) -> TestDatabase {
        TestDatabase::create(&self.place, &fresh_name("test"), template)
    }

    /// Makes a database to be copied, unless it is there: `fill` is given an empty one, and must have closed its
    /// connections when it ends. Whoever shares the server shares it: what the template depends on, such as the
    /// checksum of a schema, belongs into its name.
    pub fn make_template(&self, name: &str, fill: impl FnOnce(&TestDatabase)) {
        // One after another: two tests of a program do not fill the same.
        let mut made = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        if made.iter().any(|one| one == name) {
            return;
        }
        let there = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
        if self.sql("postgres", &there).expect("the server runs").trim() == "0" {
            let draft = TestDatabase::create(&self.place, &fresh_name("draft"), "template0");
            fill(&draft);
            let rename = format!("ALTER DATABASE {} RENAME TO {name}", draft.name());
            match self.sql("postgres", &rename) {
                Ok(_) => draft.keep(),
                // Another test program was faster.
                Err(error) => assert!(error.contains("already exists"), "{error}"),
            }
        }
        made.push(name.to_owned());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(running) = self.own.as_mut().and_then(|own| own.running.take()) {
            running.abandon();
        }
    }
}

/// From here on the watch removes it.
fn kept(folder: TempDir) -> PathBuf {
    // The watch compares it with the folder that a process works in, which the system tells so.
    folder.keep().canonicalize().expect("the folder is there")
}

fn settings(options: Options, place: &Place, tls: Option<&Tls>) -> Vec<(String, String)> {
    let on = |on: bool| if on { "on" } else { "off" }.to_owned();
    let fixed = [
        ("listen_addresses", tls.map_or(String::new(), |_| "127.0.0.1".to_owned())),
        ("port", place.port.to_string()),
        ("unix_socket_directories", place.folder.display().to_string()),
        ("fsync", on(options.fsync)),
        ("full_page_writes", on(options.fsync)),
        ("autovacuum", on(options.fsync)),
        // In its own folder, and not left behind in the memory of the machine.
        ("dynamic_shared_memory_type", "mmap".to_owned()),
        ("max_connections", "250".to_owned()),
        ("max_locks_per_transaction", "256".to_owned()),
        ("max_wal_size", "256MB".to_owned()),
    ];
    let encrypted = tls.into_iter().flat_map(Tls::settings);
    let fixed = fixed.into_iter().chain(encrypted).map(|(name, value)| (name.to_owned(), value));
    // The last of equal names counts.
    fixed.chain(options.settings).collect()
}

/// A name that no other database of the server has, whichever test program made it.
fn fresh_name(kind: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("{kind}_{}_{number}", std::process::id())
}
