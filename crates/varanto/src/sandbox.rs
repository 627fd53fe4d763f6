//! A sandbox made ready to serve: directory, configuration, keys and store.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use jiff::Timestamp;
use varanto_model::Oid;
use varanto_sandbox::{Sandbox, SandboxPaths, Settings, World};
use varanto_service::ImportOptions;
use varanto_signatures::Policies;
use varanto_store::{
    Database, OpenError, PostgresSettings, Secret, Settings as StoreSettings, directory,
};
use zeroize::Zeroizing;

use crate::commands::CommandError;
use crate::config::{
    Config, KeysSection, LimitsSection, LogSection, MetricsSection, PostgresSection,
    SandboxSection, SealingSection, ServerSection, SigningSection, StoreSection,
    SupervisionSection, TableSection, TrustSection,
};
use crate::server::{loopback, open_service};

/// The port of a sandbox where nothing else is said.
pub const PORT: u16 = 8443;

/// Makes a sandbox in `directory`, complete with its configuration and a store that holds its world.
pub async fn create(directory: &Path, world: &World, port: u16) -> Result<Sandbox, CommandError> {
    fill(directory, world, port, StoreSection::embedded("data/varanto.db"), None).await
}

/// Makes a sandbox whose data is kept on PostgreSQL, at a URL such as
/// `postgresql://varanto@/sandbox?host=/run/postgresql`: in a database that holds no organisations yet, whose
/// schema is made or brought forward first.
pub async fn create_on(
    directory: &Path,
    world: &World,
    port: u16,
    url: &str,
) -> Result<Sandbox, CommandError> {
    let settings = PostgresSettings::from_url(url)?;
    let password = settings.password.clone();
    let section = PostgresSection {
        port: settings.port,
        password_file: password.as_ref().map(|_| PASSWORD.into()),
        ..PostgresSection::new(&settings.host, &settings.database, &settings.user)
    };
    let store = StoreSection::of(section);
    if let Some(why) = store.told_faults() {
        return Err(CommandError::Other(why));
    }
    let settings = StoreSettings::Postgres(Box::new(settings));
    Database::migrate(&settings, Timestamp::now()).await?;
    let database = Database::open(&settings).await?;
    let held = database.fetch(directory::all_organisations()).await;
    if !held.map_err(OpenError::Store)?.is_empty() {
        let why = "the database holds organisations: a sandbox begins with one that holds none";
        return Err(CommandError::Other(why.to_owned()));
    }
    drop(database);
    fill(directory, world, port, store, password.as_ref()).await
}

/// The file of the database's password.
const PASSWORD: &str = "keys/postgres.password";

async fn fill(
    directory: &Path,
    world: &World,
    port: u16,
    store: StoreSection,
    password: Option<&Secret>,
) -> Result<Sandbox, CommandError> {
    let paths = SandboxPaths::new(directory);
    let base_url = format!("https://localhost:{port}");
    let settings = Settings { base_url: base_url.clone(), ..Settings::default() };
    let mut sandbox = Sandbox::create(paths.clone(), world, &settings, Timestamp::now())?;
    for name in ["master.key", "token.key", "log.key"] {
        write_key(&paths.keys().join(name))?;
    }
    if let Some(password) = password {
        write_secret(&paths.join(PASSWORD), password.reveal())?;
    }
    let text = toml::to_string(&configuration(&base_url, port, store))
        .map_err(|e| CommandError::other(&e))?;
    std::fs::write(paths.configuration(), HEADING.to_owned() + &text)
        .map_err(|e| CommandError::file(&paths.configuration(), e))?;
    let config = Config::read(&paths.configuration())?;
    let service = open_service(&config, &[base_url]).await?;
    let professionals = world.professionals();
    let world = std::fs::read(paths.world()).map_err(|e| CommandError::file(&paths.world(), e))?;
    let options = ImportOptions { source: "world.json".to_owned(), ..ImportOptions::default() };
    service.import_organisations(&world, &options).await?;
    let options = ImportOptions { source: "sandbox".to_owned(), ..ImportOptions::default() };
    service.import_professionals(professionals.as_bytes(), &options).await?;
    let structures: Vec<Oid> = service.structure_oids();
    sandbox.change_manifest(|manifest| manifest.structures = structures)?;
    Ok(sandbox)
}

const HEADING: &str = "# A sandbox: test certificates and test data only. `varanto serve --config` takes this file.\n";

fn configuration(base_url: &str, port: u16, store: StoreSection) -> Config {
    Config {
        version: 1,
        server: ServerSection {
            listen: loopback(port),
            base_url: base_url.to_owned(),
            certificate: "server/certificate.pem".into(),
            key: "server/key.pem".into(),
        },
        store,
        keys: KeysSection {
            master: "keys/master.key".into(),
            token: "keys/token.key".into(),
            log: "keys/log.key".into(),
        },
        sealing: SealingSection::of("sandbox.varanto.test/log"),
        trust: TrustSection {
            roots: vec!["ca.pem".into()],
            system_issuers: vec!["authority/systems.pem".into()],
            card_issuers: vec!["authority/cards.pem".into()],
            revocation_lists: vec!["authority/crls.pem".into()],
            look_every_seconds: 1,
            policies: Policies::of_test_authority(),
        },
        limits: LimitsSection::default(),
        roles: TableSection::default(),
        restrictions: TableSection::default(),
        summary: TableSection::default(),
        metrics: MetricsSection::default(),
        signing: Some(SigningSection {
            certificate: "server/signing.pem".into(),
            key: "server/signing.key".into(),
        }),
        patient_data_repository: None,
        mail: None,
        notices: Vec::new(),
        supervision: SupervisionSection::default(),
        log: LogSection::default(),
        sandbox: Some(SandboxSection { clock: "clock".into() }),
        folder: std::path::PathBuf::new(),
    }
}

/// Writes a new key that only its owner reads.
fn write_key(path: &Path) -> Result<(), CommandError> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    varanto_signatures::random(bytes.as_mut_slice());
    let mut text = Zeroizing::new(String::with_capacity(64));
    for byte in bytes.iter() {
        let _ = write!(text, "{byte:02x}");
    }
    write_secret(path, &text)
}

/// Writes a line into a new file that only its owner reads.
fn write_secret(path: &Path, line: &str) -> Result<(), CommandError> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| {
        file.write_all(line.as_bytes())?;
        file.write_all(b"\n")
    });
    written.map_err(|e| CommandError::file(path, e))
}
