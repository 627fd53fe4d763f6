//! The server, wired: configuration → store, keys, trust → service → listener and background work.

pub(crate) mod couriers;
pub(crate) mod sealing;
mod store;
mod trust;
mod upkeep;
pub(crate) mod witnesses;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use varanto_documents::summary::SummaryRules;
use varanto_rules::{Restrictions, RestrictionsError, Roles};
use varanto_service::{Clock, PARCEL_KINDS, PackageSigner, Parts, Service};
use varanto_signatures::{MacKey, SigningKey, certificates_from_pem};
use varanto_store::{Database, OpenError, Settings, Vault};
use varanto_web::{ConnectionLimits, ServerIdentity, WebSettings};
use zeroize::Zeroizing;

use self::couriers::{couriers, notice_addresses};
use self::sealing::log_identity;
pub use self::store::store_settings;
use self::trust::TrustFiles;
use self::upkeep::{keep_delivering, keep_fresh, keep_retaining, keep_sealing, until, watch_trust};
use self::witnesses::{keep_in_file, keep_witnessed, look_before_sealing, witness};
use crate::commands;
use crate::config::Config;
use crate::courier::MailerError;
use crate::telemetry::{self, End};
use crate::world::{FileClock, RealClock, SystemRandomness};

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file cannot be read.
    #[error("{file} cannot be read: {source}")]
    File {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{file} does not hold {wanted}")]
    Content {
        /// The file.
        file: String,
        /// What it should hold.
        wanted: &'static str,
    },
    /// The store cannot be opened or migrated.
    #[error("{}", commands::cannot_open(.0))]
    Store(#[from] OpenError),
    /// The configuration has no store.
    #[error("`store` names no store")]
    NoStore,
    /// The trusted certificates do not work together.
    #[error("the trusted certificates cannot be used: {0}")]
    Trust(#[from] varanto_signatures::TrustError),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] varanto_web::TlsError),
    /// Another system cannot be reached with what the configuration says.
    #[error("`{key}` cannot be used: {source}")]
    Endpoint {
        /// The section of the configuration.
        key: &'static str,
        /// Why.
        source: varanto_client::ClientError,
    },
    /// The mail server cannot be reached with what the configuration says.
    #[error("`mail` cannot be used: {0}")]
    Mail(#[from] MailerError),
    /// Mail has no address to come from.
    #[error("`mail.from` is no mail address")]
    From,
    /// Nobody can sign the log so.
    #[error("`sealing.origin` or `keys.log`: {0}")]
    LogSigner(varanto_log::SeedError),
    /// An earlier key of the log cannot be read.
    #[error("`sealing.earlier_keys`: {0}")]
    EarlierKey(varanto_log::VerifierKeyError),
    /// The key of the witness cannot be read.
    #[error("`sealing.witness_key`: {0}")]
    WitnessKey(varanto_log::VerifierKeyError),
    /// The table of restrictions cannot be used.
    #[error(transparent)]
    Restrictions(#[from] RestrictionsError),
    /// The table of roles cannot be used.
    #[error("the roles cannot be used: {0}")]
    Roles(#[from] varanto_rules::RoleError),
    /// The rules of summaries have faults; every one is named.
    #[error("the rules of summaries cannot be used:\n{}", commands::list(.0))]
    Summary(varanto_model::Faults),
    /// The service cannot read its data.
    #[error("the service cannot start: {0}")]
    Service(String),
    /// The address is taken or not to be had.
    #[error("{address} cannot be listened on: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

impl From<varanto_service::Error> for StartError {
    fn from(error: varanto_service::Error) -> Self {
        Self::Service(format!("{error:?}"))
    }
}

/// What may be said otherwise than in the configuration.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Another port; 0 takes a free one.
    pub port: Option<u16>,
}

/// A server that answers.
pub struct RunningServer {
    /// Where it is reached.
    pub base_url: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where its metrics are, if anywhere.
    pub metrics: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl RunningServer {
    /// Lets requests under way end, and waits for everything to stop.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// The use cases over the store of a configuration, without a listener; puts in what comes with the program.
/// An embedded store is migrated first. On PostgreSQL that is left to whoever owns the schema, and to the
/// moment at which they choose to: a server needs no right to do so.
pub async fn open_service(config: &Config, base_urls: &[String]) -> Result<Service, StartError> {
    let settings = store_settings(config)?;
    if matches!(settings, Settings::Sqlite(_)) {
        Database::migrate(&settings, Timestamp::now()).await?;
    }
    let service = service_over(&settings, config, base_urls).await?;
    service.put_in_builtin().await?;
    Ok(service)
}

/// The use cases over the store of a configuration as it is: nothing is migrated, and nothing put in.
pub async fn look_through_service(config: &Config) -> Result<Service, StartError> {
    service_over(&store_settings(config)?, config, &[]).await
}

async fn service_over(
    settings: &Settings,
    config: &Config,
    base_urls: &[String],
) -> Result<Service, StartError> {
    let database = Database::open(settings).await?;
    let roles = match &config.roles.file {
        Some(file) => Roles::parse(&text(&config.path(file))?)?,
        None => Roles::builtin()?,
    };
    let restrictions = match &config.restrictions.file {
        Some(file) => Restrictions::parse(&text(&config.path(file))?)?,
        None => Restrictions::builtin()?,
    };
    let summary_rules = match &config.summary.file {
        Some(file) => SummaryRules::parse(text(&config.path(file))?.as_bytes()),
        None => SummaryRules::builtin(),
    };
    let clock: Arc<dyn Clock> = match &config.sandbox {
        Some(sandbox) => Arc::new(FileClock::new(config.path(&sandbox.clock))),
        None => Arc::new(RealClock),
    };
    let master = secret(&config.path(&config.keys.master))?;
    let wrong = |_| StartError::Content {
        file: config.keys.master.display().to_string(),
        wanted: "a usable key",
    };
    let parts = Parts {
        database,
        vault: Vault::new(&master).map_err(wrong)?,
        trust: TrustFiles::of(config).read()?,
        token_key: MacKey::new(&secret(&config.path(&config.keys.token))?),
        roles,
        restrictions,
        summary_rules: summary_rules.map_err(StartError::Summary)?,
        audiences: base_urls.iter().map(|url| format!("{url}/oauth2/token")).collect(),
        clock,
        log: log_identity(config)?,
        randomness: Arc::new(SystemRandomness),
        courier: Arc::new(couriers(config)?),
        signing: signing(config)?,
        notices: notice_addresses(config, base_urls.first().unwrap_or(&config.server.base_url)),
        thresholds: config.supervision.thresholds(),
    };
    // It is large, and would make every future that waits for it as large.
    Ok(Box::pin(Service::start(parts)).await?)
}

/// What packages are signed with.
fn signing(config: &Config) -> Result<Option<PackageSigner>, StartError> {
    let Some(section) = &config.signing else { return Ok(None) };
    let content =
        |file: &Path, wanted| StartError::Content { file: file.display().to_string(), wanted };
    let chain = certificates_from_pem(&text(&config.path(&section.certificate))?);
    let chain = chain.map_err(|_| content(&section.certificate, "certificates in PEM"))?;
    let key = Zeroizing::new(text(&config.path(&section.key))?);
    let key = SigningKey::from_pkcs8_pem(&key)
        .map_err(|_| content(&section.key, "a private key in PEM (PKCS#8)"))?;
    Ok(Some(PackageSigner { key, chain }))
}

/// Starts a server; when this returns, it answers.
pub async fn start(config: &Config, overrides: &Overrides) -> Result<RunningServer, StartError> {
    let mut address = config.server.listen;
    if let Some(port) = overrides.port {
        address.set_port(port);
    }
    // Before anything is counted.
    let metrics = config.metrics.listen.map(|address| (address, telemetry::metrics()));
    let listener = listen(address).await?;
    let address = listener.local_addr().unwrap_or(address);
    let base_url = with_port(&config.server.base_url, overrides.port.map(|_| address.port()));
    let mut base_urls = vec![base_url.clone(), config.server.base_url.clone()];
    base_urls.dedup();
    let service = open_service(config, &base_urls).await?;

    let (stop, stopped) = watch::channel(false);
    let files = TrustFiles::of(config);
    let certificate = bytes(&config.path(&config.server.certificate))?;
    let key = Zeroizing::new(bytes(&config.path(&config.server.key))?);
    let identity = ServerIdentity::from_pem(&certificate, &key)?;
    note_certificate(&certificate);
    let tls = Arc::new(ArcSwap::new(identity.config(&files.read()?)?));
    let settings = WebSettings {
        base_url: base_url.clone(),
        request_time: Duration::from_secs(config.limits.request_seconds),
        requests_per_second: config.limits.requests_per_second,
        request_burst: config.limits.request_burst,
    };
    let router = varanto_web::router(service.clone(), &settings);
    let limits =
        ConnectionLimits { connections: config.limits.connections, ..ConnectionLimits::default() };

    let mut tasks = Vec::new();
    let mut metrics_at = None;
    if let Some((address, metrics)) = metrics {
        let listener = listen(address).await?;
        metrics_at = listener.local_addr().ok();
        tasks.push(tokio::spawn(telemetry::keep(metrics.clone(), stopped.clone())));
        let stopped = until(stopped.clone());
        tasks.push(tokio::spawn(async move {
            let _ = varanto_web::serve_metrics(listener, metrics, stopped).await;
        }));
    }
    let serving =
        varanto_web::serve(listener, Arc::clone(&tls), router, limits, until(stopped.clone()));
    tasks.push(tokio::spawn(serving));
    let every = Duration::from_secs(config.trust.look_every_seconds.max(1));
    tasks.push(tokio::spawn(watch_trust(
        files,
        identity,
        tls,
        service.clone(),
        every,
        stopped.clone(),
    )));
    // Each kind goes its own way: one that is held up does not hold up the others.
    for kind in PARCEL_KINDS {
        tasks.push(tokio::spawn(keep_delivering(service.clone(), kind, stopped.clone())));
    }
    if let Some(file) = &config.sealing.witness_file {
        look_before_sealing(&service, &config.path(file)).await;
    }
    tasks.push(tokio::spawn(keep_sealing(service.clone(), stopped.clone())));
    if let Some(file) = &config.sealing.witness_file {
        let file = config.path(file);
        tasks.push(tokio::spawn(keep_in_file(service.clone(), file, stopped.clone())));
    }
    if let Some(witness) = witness(config)? {
        tasks.push(tokio::spawn(keep_witnessed(service.clone(), witness, stopped.clone())));
    }
    tasks.push(tokio::spawn(keep_retaining(service.clone(), stopped.clone())));
    tasks.push(tokio::spawn(keep_fresh(service, stopped)));
    Ok(RunningServer { base_url, address, metrics: metrics_at, stop, tasks })
}

/// Notes when the server's own certificate ends: the first of the file.
fn note_certificate(pem: &[u8]) {
    let certificates = std::str::from_utf8(pem).ok().map(certificates_from_pem);
    if let Some(own) = certificates.and_then(Result::ok).and_then(|c| c.into_iter().next()) {
        telemetry::note_end(End::ServerCertificate, own.not_after());
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })
}

/// The URL with another port.
fn with_port(url: &str, port: Option<u16>) -> String {
    let Some(port) = port else { return url.to_owned() };
    let host = url.trim_start_matches("https://");
    let bare = match host.rfind(':') {
        Some(at) if !host.ends_with(']') => host.get(..at).unwrap_or(host),
        _ => host,
    };
    format!("https://{bare}:{port}")
}

fn bytes(path: &Path) -> Result<Vec<u8>, StartError> {
    std::fs::read(path)
        .map_err(|source| StartError::File { file: path.display().to_string(), source })
}

fn text(path: &Path) -> Result<String, StartError> {
    std::fs::read_to_string(path)
        .map_err(|source| StartError::File { file: path.display().to_string(), source })
}

/// The first line of a file, which is all that it has.
fn password(config: &Config, file: &Path) -> Result<Zeroizing<String>, StartError> {
    let content = Zeroizing::new(text(&config.path(file))?);
    let line = content.trim_end_matches(['\r', '\n']);
    if line.is_empty() || line.contains(char::is_control) {
        return Err(content_error(file, "a password on one line"));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

fn content_error(file: &Path, wanted: &'static str) -> StartError {
    StartError::Content { file: file.display().to_string(), wanted }
}

/// A key of 32 bytes from a file of 64 hexadecimal digits.
fn secret(path: &Path) -> Result<Zeroizing<[u8; 32]>, StartError> {
    let text = Zeroizing::new(text(path)?);
    let mut key = Zeroizing::new([0; 32]);
    let digits = text.trim().as_bytes();
    let wrong = || StartError::Content {
        file: path.display().to_string(),
        wanted: "64 hexadecimal digits",
    };
    if digits.len() != 64 {
        return Err(wrong());
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(key)
}

/// The address of this machine on which a sandbox listens.
pub fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_port_takes_the_place_of_the_one_in_the_url() {
        assert_eq!(with_port("https://localhost:8443", Some(9)), "https://localhost:9");
        assert_eq!(with_port("https://localhost", Some(9)), "https://localhost:9");
        assert_eq!(with_port("https://[::1]:8443", Some(9)), "https://[::1]:9");
        assert_eq!(with_port("https://[::1]", Some(9)), "https://[::1]:9");
        assert_eq!(with_port("https://localhost:8443", None), "https://localhost:8443");
    }

    #[test]
    fn a_key_file_has_exactly_64_digits() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        for (text, good) in
            [("ab".repeat(32), true), ("ab".repeat(31), false), ("xy".repeat(32), false)]
        {
            std::fs::write(&file, text + "\n").unwrap();
            assert_eq!(secret(&file).is_ok(), good);
        }
    }
}
