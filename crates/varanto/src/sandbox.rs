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
use zeroize::Zeroizing;

use crate::commands::CommandError;
use crate::config::{
    Config, KeysSection, LimitsSection, LogSection, MetricsSection, SandboxSection, SealingSection,
    ServerSection, SigningSection, StoreSection, SupervisionSection, TableSection, TrustSection,
};
use crate::server::{loopback, open_service};

/// The port of a sandbox where nothing else is said.
pub const PORT: u16 = 8443;

/// Makes a sandbox in `directory`, complete with its configuration and a store that holds its world.
pub async fn create(directory: &Path, world: &World, port: u16) -> Result<Sandbox, CommandError> {
    let paths = SandboxPaths::new(directory);
    let base_url = format!("https://localhost:{port}");
    let settings = Settings { base_url: base_url.clone(), ..Settings::default() };
    let mut sandbox = Sandbox::create(paths.clone(), world, &settings, Timestamp::now())?;
    for name in ["master.key", "token.key", "log.key"] {
        write_key(&paths.keys().join(name))?;
    }
    let text =
        toml::to_string(&configuration(&base_url, port)).map_err(|e| CommandError::other(&e))?;
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

fn configuration(base_url: &str, port: u16) -> Config {
    Config {
        version: 1,
        server: ServerSection {
            listen: loopback(port),
            base_url: base_url.to_owned(),
            certificate: "server/certificate.pem".into(),
            key: "server/key.pem".into(),
        },
        store: StoreSection { path: "data/varanto.db".into() },
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
    let mut text = Zeroizing::new(String::with_capacity(65));
    for byte in bytes.iter() {
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|e| CommandError::file(path, e))
}
