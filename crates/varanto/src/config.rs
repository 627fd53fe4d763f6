//! The configuration: one TOML file with a version, and environment variables over it.
//!
//! Paths are relative to the file. Secrets stand in files of their own, never in the configuration.
//! A variable such as `VARANTO__SERVER__LISTEN` takes the place of `listen` in `[server]`. Unknown
//! keys are refused, and every fault names its key.

mod notices;
mod sealing;
mod store;
mod supervision;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use varanto_signatures::Policies;

pub(crate) use notices::NoticeWay;
pub use notices::{MailSection, MailTls, NoticeSection};
pub use sealing::SealingSection;
pub(crate) use store::Place;
pub use store::{PostgresSection, StoreSection};
pub use supervision::SupervisionSection;

/// The whole configuration; `docs/varanto.sample.toml` shows every key.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The version of the format: 1.
    pub version: u32,
    /// The listener.
    pub server: ServerSection,
    /// The store.
    pub store: StoreSection,
    /// The secret keys.
    pub keys: KeysSection,
    /// Who signs the log of uses and disclosures.
    pub sealing: SealingSection,
    /// Whom we trust.
    pub trust: TrustSection,
    /// Bounds on what callers may do.
    #[serde(default)]
    pub limits: LimitsSection,
    /// The roles.
    #[serde(default)]
    pub roles: TableSection,
    /// The types of documents that are kept back.
    #[serde(default)]
    pub restrictions: TableSection,
    /// How a client's summary is made of documents.
    #[serde(default)]
    pub summary: TableSection,
    /// The metrics.
    #[serde(default)]
    pub metrics: MetricsSection,
    /// What packages for recipients outside are signed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing: Option<SigningSection>,
    /// Where patient data is passed on to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient_data_repository: Option<EndpointSection>,
    /// The mail server that notices go through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailSection>,
    /// Who is told of a suspected breach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<NoticeSection>,
    /// What supervision shows.
    #[serde(default)]
    pub supervision: SupervisionSection,
    /// The program's own log.
    #[serde(default)]
    pub log: LogSection,
    /// Only in a sandbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<SandboxSection>,
    /// The folder of the file, to which paths are relative.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSection {
    /// The address and port to listen on.
    pub listen: SocketAddr,
    /// The URL at which callers reach the server, without a slash at the end.
    pub base_url: String,
    /// PEM: the server's certificate and its issuers.
    pub certificate: PathBuf,
    /// PEM: the key of the certificate.
    pub key: PathBuf,
}

/// `[keys]`: files of 64 hexadecimal digits.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KeysSection {
    /// The key under which data is sealed. Without it the data is lost.
    pub master: PathBuf,
    /// The key that proves our tokens.
    pub token: PathBuf,
    /// The key that signs the log.
    pub log: PathBuf,
}

/// `[trust]`: PEM files.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrustSection {
    /// The root authorities.
    pub roots: Vec<PathBuf>,
    /// The authorities that issue systems' certificates.
    pub system_issuers: Vec<PathBuf>,
    /// The authorities that issue cards.
    pub card_issuers: Vec<PathBuf>,
    /// The revocation lists, one of each authority. They are read again when they change.
    pub revocation_lists: Vec<PathBuf>,
    /// How often the revocation lists are looked at, in seconds.
    #[serde(default = "five")]
    pub look_every_seconds: u64,
    /// Which certificate policies mean what.
    pub policies: Policies,
}

const fn five() -> u64 {
    5
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsSection {
    /// Requests a second of one organisation, in the long run.
    pub requests_per_second: u32,
    /// Requests of one organisation at once.
    pub request_burst: u32,
    /// The time that a request may take, in seconds.
    pub request_seconds: u64,
    /// Connections at a time.
    pub connections: usize,
}

impl Default for LimitsSection {
    fn default() -> Self {
        Self {
            requests_per_second: 2_000,
            request_burst: 4_000,
            request_seconds: 60,
            connections: 2_048,
        }
    }
}

/// `[roles]`, `[restrictions]`, `[summary]`
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct TableSection {
    /// JSON, in place of the built-in table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
}

/// `[metrics]`
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsSection {
    /// The address of `/metrics`, which only operators reach; none where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}

/// `[signing]`: PEM.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SigningSection {
    /// The repository's certificate for signing, and its issuers.
    pub certificate: PathBuf,
    /// The key of the certificate.
    pub key: PathBuf,
}

/// `[patient_data_repository]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointSection {
    /// The `https` URL to which it is sent.
    pub url: String,
    /// PEM: the certificates that the other server's certificate must come from; no others are trusted.
    pub ca: PathBuf,
    /// PEM: the certificate that is shown to the other server, and its issuers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// PEM: the key of the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSection {
    /// `text` or `json`.
    pub format: LogFormat,
    /// What is told: `error`, `warn`, `info`, `debug`, or a filter such as `info,varanto_store=debug`.
    pub level: String,
}

impl Default for LogSection {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `[sandbox]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxSection {
    /// The file of the clock that can be moved.
    pub clock: PathBuf,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read, or a key is missing, unknown or of the wrong kind.
    #[error("{file}: {source}")]
    Read {
        /// The file.
        file: String,
        /// What is wrong, with the key.
        source: config::ConfigError,
    },
    /// The format is of another version.
    #[error("{file}: `version` is {found}, and this program reads version 1")]
    Version {
        /// The file.
        file: String,
        /// What stands there.
        found: u32,
    },
    /// A value is not one that can be used.
    #[error("{file}: `{key}` {why}")]
    Value {
        /// The file.
        file: String,
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The store cannot be reached so; every fault is told with its key.
    #[error("{file}: {faults}")]
    Store {
        /// The file.
        file: String,
        /// The keys, each with what is wrong with it.
        faults: String,
    },
    /// An address that notices go to is not one that can be used.
    #[error("{file}: `notices`: {name:?} {why}")]
    Notice {
        /// The file.
        file: String,
        /// The name of the address.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl Config {
    /// Reads a file, and the environment over it.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        let name = file.display().to_string();
        let environment = config::Environment::with_prefix("VARANTO")
            .separator("__")
            .prefix_separator("__")
            .try_parsing(true);
        let read = config::Config::builder()
            .add_source(config::File::from(file).format(config::FileFormat::Toml))
            .add_source(environment)
            .build()
            .and_then(config::Config::try_deserialize::<Self>);
        let mut config = read.map_err(|source| ConfigError::Read { file: name.clone(), source })?;
        if config.version != 1 {
            return Err(ConfigError::Version { file: name, found: config.version });
        }
        let url = &config.server.base_url;
        if !url.starts_with("https://") || url.ends_with('/') {
            let why = "is a URL that begins with `https://` and does not end with a slash";
            return Err(ConfigError::Value { file: name, key: "server.base_url", why });
        }
        if let Some(faults) = config.store.told_faults() {
            return Err(ConfigError::Store { file: name, faults });
        }
        if let Some(endpoint) = &config.patient_data_repository {
            let key = "patient_data_repository";
            if !endpoint.url.starts_with("https://") {
                let why = "has a `url` that begins with `https://`";
                return Err(ConfigError::Value { file: name, key, why });
            }
            if endpoint.certificate.is_some() != endpoint.key.is_some() {
                let why = "has both `certificate` and `key`, or neither";
                return Err(ConfigError::Value { file: name, key, why });
            }
        }
        if let Some(why) = config.sealing.fault() {
            return Err(ConfigError::Value { file: name, key: "sealing", why });
        }
        if let Some(why) = config.mail.as_ref().and_then(MailSection::fault) {
            return Err(ConfigError::Value { file: name, key: "mail", why });
        }
        if let Some((of, why)) = notices::fault(&config.notices, config.mail.as_ref()) {
            return Err(ConfigError::Notice { file: name, name: of.to_owned(), why });
        }
        file.parent().unwrap_or(Path::new(".")).clone_into(&mut config.folder);
        Ok(config)
    }

    /// A path of the configuration, from where the program runs.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("varanto.toml");
        std::fs::write(&file, text).unwrap();
        Config::read(&file)
    }

    const SAMPLE: &str = include_str!("../../../docs/varanto.sample.toml");

    #[test]
    fn the_sample_file_is_a_configuration() {
        let config = read(SAMPLE).unwrap();
        assert_eq!(config.server.listen.port(), 8443);
    }

    /// The sample with the section of PostgreSQL in the place of the embedded store's.
    fn sample_on_postgres() -> String {
        let (before, after) = SAMPLE.split_once("# [store.postgres]").unwrap();
        let (section, after) = after.split_once("\n\n").unwrap();
        let section = section.replace("\n# ", "\n");
        let before = before.replace("path = \"varanto.db\"\n", "");
        format!("{before}[store.postgres]{section}\n\n{after}")
    }

    #[test]
    fn the_sample_file_shows_postgresql_too() {
        let config = read(&sample_on_postgres()).unwrap();
        let section = config.store.postgres.unwrap();
        assert_eq!((section.port, section.connections), (5432, 16));
        assert!(config.store.path.is_none() && section.ca.is_some());
    }

    #[test]
    fn every_fault_of_the_store_is_told_at_once() {
        let wrong = sample_on_postgres().replace("port = 5432", "port = 0").replace("ca = ", "# ");
        let told = read(&wrong).unwrap_err().to_string();
        assert!(told.contains("`store.postgres.port`"), "{told}");
        assert!(told.contains("`store.postgres.ca` is missing: without TLS"), "{told}");
    }

    #[test]
    fn a_fault_names_its_key() {
        for (from, to, key) in [
            ("listen = \"127.0.0.1:8443\"", "listen = 7", "listen"),
            ("version = 1", "version = 2", "version"),
            ("request_seconds = 60", "request_minutes = 60", "request_minutes"),
            ("https://localhost:8443", "http://localhost:8443", "base_url"),
        ] {
            assert!(SAMPLE.contains(from), "{from}");
            let error = read(&SAMPLE.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(key), "{error}");
        }
    }

    /// REQ DIS-08: patient data goes over `https`, and a certificate is shown with its key.
    #[test]
    fn the_way_to_the_repository_of_patient_data_is_encrypted_and_whole() {
        let section =
            |rest: &str| format!("{SAMPLE}\n[patient_data_repository]\n{rest}\nca = \"ca.pem\"\n");
        read(&section("url = \"https://localhost/\"")).unwrap();
        for wrong in [
            "url = \"http://localhost/\"",
            "url = \"https://localhost/\"\ncertificate = \"c.pem\"",
            "url = \"https://localhost/\"\nkey = \"k.pem\"",
        ] {
            let error = read(&section(wrong)).unwrap_err().to_string();
            assert!(error.contains("patient_data_repository"), "{error}");
        }
    }
}
