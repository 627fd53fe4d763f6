//! A country with its folder: a sandbox whose world is the country, with the keys of all organisations, and the
//! file `country.toml` that says which country it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use varanto::config::Config;
use varanto::people::credentials;
use varanto_client::{ClientSettings, Credentials, Signer};
use varanto_sandbox::{Manifest, ManifestOrganisation, SandboxPaths};

use crate::country::{Country, Size, Worker};
use crate::failure::Failure;
use crate::keys::read;
use crate::shapes::Shapes;

const FILE: &str = "country.toml";
/// The port of its server, where nothing else is said.
const PORT: u16 = 8443;

/// Where the data of a country are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// Embedded, in a file; without one in the folder.
    Sqlite(Option<PathBuf>),
    /// On a server, by its address.
    Postgres(String),
}

/// Which country a folder is of.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    seed: u64,
    documents: u64,
    bytes: usize,
    whole_every: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    structures: Option<PathBuf>,
}

/// A country in its folder.
pub struct Place {
    country: Country,
    paths: SandboxPaths,
    manifest: Manifest,
    config: Config,
}

impl Store {
    /// Reads `sqlite:`, `sqlite:FILE` or `postgresql://…`.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        if text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let file = text.strip_prefix("sqlite:");
        let file = file.ok_or(Failure::Empty("`sqlite:FILE` or `postgresql://…`"))?;
        Ok(Self::Sqlite((!file.is_empty()).then(|| file.into())))
    }
}

impl Place {
    /// Makes the folder of a country with its keys and the directories in its store, and no document.
    pub(crate) async fn create(
        country: &Country,
        folder: &Path,
        store: &Store,
    ) -> Result<Self, Failure> {
        let world = country.world();
        let paths = SandboxPaths::new(folder);
        let failed = |error| Failure::Other(format!("{error}"));
        match store {
            Store::Sqlite(file) => {
                varanto::sandbox::create(folder, &world, PORT).await.map_err(failed)?;
                if let Some(file) = file {
                    move_store(&paths, file)?;
                }
            }
            Store::Postgres(url) => {
                let made = varanto::sandbox::create_on(folder, &world, PORT, url).await;
                made.map_err(failed)?;
            }
        }
        let Size { documents, bytes } = country.size();
        let structures = country.shapes().folder().map(Path::to_owned);
        let (seed, whole_every) = (country.seed(), country.whole_every());
        let described = Described { seed, documents, bytes, whole_every, structures };
        let text = toml::to_string(&described).map_err(|error| Failure::other(&error))?;
        let file = paths.join(FILE);
        std::fs::write(&file, text).map_err(|source| Failure::File { path: file, source })?;
        Self::of(country.clone(), paths)
    }

    /// Opens the folder of a country.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let paths = SandboxPaths::new(folder);
        let described: Described =
            toml::from_str(&read(&paths.join(FILE))?).map_err(|error| Failure::other(&error))?;
        let shapes = match &described.structures {
            Some(folder) => Shapes::read(folder)?,
            None => Shapes::builtin(),
        };
        let size = Size { documents: described.documents, bytes: described.bytes };
        let country = Country::sparse(described.seed, size, shapes, described.whole_every);
        Self::of(country, paths)
    }

    fn of(country: Country, paths: SandboxPaths) -> Result<Self, Failure> {
        let manifest = serde_json::from_str(&read(&paths.manifest())?);
        let manifest = manifest.map_err(|error| Failure::other(&error))?;
        let config =
            Config::read(&paths.configuration()).map_err(|e| Failure::Other(format!("{e}")))?;
        Ok(Self { country, paths, manifest, config })
    }

    /// The country.
    pub fn country(&self) -> &Country {
        &self.country
    }

    /// Its files.
    pub fn paths(&self) -> &SandboxPaths {
        &self.paths
    }

    /// Who there is, with the names of their keys. Organisations and people stand in the country's order.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The configuration of its server.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where its server is reached, as the configuration has it.
    pub fn base_url(&self) -> &str {
        &self.manifest.base_url
    }

    /// What the system of an organisation connects with, to a server at an address.
    pub fn settings(&self, organisation: usize, base_url: &str) -> Result<ClientSettings, Failure> {
        let system = &self.of_manifest(organisation)?.system;
        Ok(ClientSettings {
            base_url: base_url.to_owned(),
            ca_pem: read(&self.paths.ca())?,
            certificate_pem: read(&self.paths.join(&system.certificate))?,
            key_pem: read(&self.paths.join(&system.key))?,
        })
    }

    /// What the system of an organisation signs with.
    pub fn signer(&self, organisation: usize) -> Result<Arc<Signer>, Failure> {
        let system = &self.of_manifest(organisation)?.system;
        self.read_signer(&system.certificate, &system.key)
    }

    /// What somebody logs in with: the card, or where there is none, the word of the system.
    pub fn credentials(&self, worker: Worker) -> Result<Credentials, Failure> {
        let organisation = self.of_manifest(worker.organisation)?;
        let person = organisation.people.get(worker.staff).ok_or(Failure::Empty("a person"))?;
        let signer = match &person.card {
            Some(card) => self.read_signer(&card.certificate, &card.key)?,
            None => self.signer(worker.organisation)?,
        };
        Ok(credentials(organisation, person, signer))
    }

    fn of_manifest(&self, organisation: usize) -> Result<&ManifestOrganisation, Failure> {
        self.manifest.organisations.get(organisation).ok_or(Failure::Empty("an organisation"))
    }

    fn read_signer(&self, certificate: &str, key: &str) -> Result<Arc<Signer>, Failure> {
        let text = |relative: &str| read(&self.paths.join(relative));
        let signer = Signer::from_pem(&text(certificate)?, &text(key)?);
        signer.map(Arc::new).map_err(|error| Failure::other(&error))
    }
}

/// Moves the store of a new sandbox to another file and says so in its configuration.
fn move_store(paths: &SandboxPaths, file: &Path) -> Result<(), Failure> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Failure::File { path, source }
    };
    let file = std::path::absolute(file).map_err(failed(file))?;
    let old = paths.data().join("varanto.db");
    std::fs::copy(&old, &file).map_err(failed(&file))?;
    std::fs::remove_file(&old).map_err(failed(&old))?;
    let configuration = paths.configuration();
    let text = read(&configuration)?;
    let named = serde_json::to_string(&file).map_err(|error| Failure::other(&error))?;
    let text = text.replace("path = \"data/varanto.db\"", &format!("path = {named}"));
    std::fs::write(&configuration, text).map_err(failed(&configuration))
}
