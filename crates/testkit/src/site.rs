//! A sandbox in a temporary directory, with the address of the server over it.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use varanto::config::Config;
use varanto::people::People;
use varanto_client::{Client, ClientSettings};
use varanto_sandbox::{Manifest, ManifestOrganisation, Sandbox, SandboxClock, SandboxPaths, World};
use varanto_signatures::Issued;

use crate::person::TestPerson;

/// A sandbox, and where its server answers. The directory goes when the site is dropped.
pub struct Site {
    pub(crate) base_url: String,
    paths: SandboxPaths,
    manifest: Manifest,
    sandbox: Mutex<Sandbox>,
    _directory: TempDir,
}

impl Site {
    /// A sandbox of `world`; `change` rewrites the text of its configuration.
    pub(crate) async fn create(world: &World, change: impl FnOnce(String) -> String) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("sandbox");
        let sandbox = varanto::sandbox::create(&path, world, 0).await.expect("a sandbox");
        let paths = sandbox.paths().clone();
        let file = paths.configuration();
        let text = std::fs::read_to_string(&file).expect("the configuration");
        std::fs::write(&file, change(text)).expect("the changed configuration");
        let manifest = sandbox.manifest().clone();
        let base_url = manifest.base_url.clone();
        Self { base_url, paths, manifest, sandbox: Mutex::new(sandbox), _directory: directory }
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
