//! A sandbox in a temporary directory, with its store and the address of the server over it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use varanto::config::Config;
use varanto::people::People;
use varanto::server::store_settings;
use varanto_client::{Client, ClientSettings};
use varanto_postgres::TestDatabase;
use varanto_sandbox::{Manifest, ManifestOrganisation, Sandbox, SandboxClock, SandboxPaths, World};
use varanto_signatures::Issued;
use varanto_store::{Database, Settings};

use crate::person::TestPerson;
use crate::store::{self, Kept, KeptStore, TestStore};

/// A sandbox, and where its server answers. The directory and the store go when the site is dropped.
pub struct Site {
    pub(crate) base_url: String,
    paths: SandboxPaths,
    manifest: Manifest,
    sandbox: Mutex<Sandbox>,
    // None on the embedded store.
    database: Option<TestDatabase>,
    _directory: TempDir,
}

impl Site {
    /// A sandbox of the built-in world, on the store of this run, that nobody has served yet.
    pub async fn fresh() -> Self {
        Self::create(TestStore::of_this_run(), &World::builtin(), |text| text).await
    }

    /// A sandbox of `world` on a store; `change` rewrites the text of its configuration.
    pub(crate) async fn create(
        store: TestStore,
        world: &World,
        change: impl FnOnce(String) -> String,
    ) -> Self {
        let database = (store == TestStore::Postgres).then(store::fresh_database);
        Self::create_in(database, world, change).await
    }

    /// A sandbox of the built-in world in an empty database, on a server of the test's own.
    pub async fn in_database(
        database: TestDatabase,
        change: impl FnOnce(String) -> String,
    ) -> Self {
        Self::create_in(Some(database), &World::builtin(), change).await
    }

    async fn create_in(
        database: Option<TestDatabase>,
        world: &World,
        change: impl FnOnce(String) -> String,
    ) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("sandbox");
        let sandbox = match &database {
            None => varanto::sandbox::create(&path, world, 0).await,
            Some(own) => varanto::sandbox::create_on(&path, world, 0, &own.url()).await,
        };
        let sandbox = sandbox.expect("a sandbox");
        let paths = sandbox.paths().clone();
        let file = paths.configuration();
        let text = std::fs::read_to_string(&file).expect("the configuration");
        std::fs::write(&file, change(text)).expect("the changed configuration");
        let manifest = sandbox.manifest().clone();
        let base_url = manifest.base_url.clone();
        let sandbox = Mutex::new(sandbox);
        Self { base_url, paths, manifest, sandbox, database, _directory: directory }
    }

    /// Where the server answers, such as `https://localhost:41234`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What there is in the sandbox. Its own address is that of no server.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where the files of the sandbox lie.
    pub fn paths(&self) -> &SandboxPaths {
        &self.paths
    }

    /// The sandbox, with its certificate authority.
    pub fn sandbox(&self) -> MutexGuard<'_, Sandbox> {
        self.sandbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The configuration, read from its file.
    pub fn config(&self) -> Config {
        Config::read(&self.paths.configuration()).expect("a configuration")
    }

    /// On which store it stands.
    pub fn store(&self) -> TestStore {
        if self.database.is_some() { TestStore::Postgres } else { TestStore::Sqlite }
    }

    /// How its store is opened.
    pub fn store_settings(&self) -> Settings {
        store_settings(&self.config()).expect("the settings of a store")
    }

    /// A second door to its store.
    pub async fn open_store(&self) -> Database {
        Database::open(&self.store_settings()).await.expect("the store")
    }

    /// What its store holds now. Nobody serves it.
    pub fn keep_store(&self) -> KeptStore {
        KeptStore(match &self.database {
            Some(database) => Kept::Database(store::copy(database)),
            None => Kept::File(std::fs::read(self.file_of_store()).expect("the store")),
        })
    }

    /// Makes its store what was kept of it. Nobody serves it.
    pub fn put_back(&self, kept: &KeptStore) {
        match (&kept.0, &self.database) {
            (Kept::Database(kept), Some(database)) => store::replace(database, kept),
            (Kept::File(bytes), None) => {
                let file = self.file_of_store();
                for beside in ["-wal", "-shm"] {
                    let mut name = file.clone().into_os_string();
                    name.push(beside);
                    // After a good end there is none.
                    let _ = std::fs::remove_file(name);
                }
                std::fs::write(file, bytes).expect("the store");
            }
            _ => panic!("it was kept of another store"),
        }
    }

    /// Every byte of its store, as somebody finds them who has the disk.
    pub fn bytes_of_store(&self) -> Vec<u8> {
        if let Some(database) = &self.database {
            return store::dump(database);
        }
        let folder = self.file_of_store();
        let folder = folder.parent().expect("a file lies in a folder");
        let files = folder.read_dir().expect("the folder of the store");
        let files = files.map(|entry| entry.expect("a file").path());
        files.filter(|file| file.is_file()).flat_map(|file| read_bytes(&file)).collect()
    }

    fn file_of_store(&self) -> PathBuf {
        match self.store_settings() {
            Settings::Sqlite(settings) => settings.path,
            Settings::Postgres(_) => panic!("a database is no file"),
        }
    }

    /// The text of a file that the manifest names.
    pub fn read(&self, relative: &str) -> String {
        let path = self.paths.join(relative);
        std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// The certificate of the authority, as PEM.
    pub fn ca_pem(&self) -> String {
        self.read(&self.manifest.ca)
    }

    /// The organisation with this business id.
    pub fn organisation(&self, business_id: &str) -> &ManifestOrganisation {
        let found = self.manifest.organisations.iter().find(|o| o.business_id == business_id);
        found.unwrap_or_else(|| panic!("no organisation {business_id} in this world"))
    }

    /// The person with this id, behind the system of the organisation whose register lists it first.
    pub fn person(&self, id: &str) -> TestPerson {
        let people = People {
            paths: self.paths.clone(),
            manifest: self.manifest.clone(),
            base_url: self.base_url.clone(),
        };
        TestPerson::of(&people, id)
    }

    /// What the system of an organisation connects with.
    pub fn client_settings(&self, business_id: &str) -> ClientSettings {
        let system = &self.organisation(business_id).system;
        ClientSettings {
            base_url: self.base_url.clone(),
            ca_pem: self.ca_pem(),
            certificate_pem: self.read(&system.certificate),
            key_pem: self.read(&system.key),
        }
    }

    /// A system of an organisation, connected.
    pub fn client(&self, business_id: &str) -> Client {
        Client::connect(&self.client_settings(business_id)).expect("a client")
    }

    /// A client that shows a certificate of the test's own making.
    pub fn client_with(&self, issued: &Issued) -> Client {
        let settings = ClientSettings {
            base_url: self.base_url.clone(),
            ca_pem: self.ca_pem(),
            certificate_pem: issued.chain_pem(),
            key_pem: issued.key_pem().to_owned(),
        };
        Client::connect(&settings).expect("a client")
    }

    /// A client without certificate.
    pub fn stranger(&self) -> Client {
        Client::without_certificate(&self.base_url, &self.ca_pem()).expect("a client")
    }

    /// Revokes a certificate that the manifest names; the server takes note within seconds.
    pub fn revoke(&self, relative: &str) {
        self.sandbox().revoke(relative, Timestamp::now()).expect("a revocation");
    }

    /// Sets the clock that the rules go by.
    pub fn set_clock(&self, wanted: &str) {
        let wanted: Timestamp = wanted.parse().expect("an instant");
        let clock = SandboxClock::set(wanted, Timestamp::now()).expect("a clock");
        self.paths.write_clock(clock).expect("the clock's file");
    }

    /// Moves the clock that the rules go by forwards.
    pub fn advance_clock(&self, by: SignedDuration) {
        let clock = self.paths.read_clock().expect("the clock's file");
        self.paths.write_clock(clock.advance(by).expect("a clock")).expect("the clock's file");
    }

    /// The directory of the sandbox.
    pub fn directory(&self) -> &Path {
        self.paths.directory()
    }
}

fn read_bytes(file: &Path) -> Vec<u8> {
    std::fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}
