//! How a PostgreSQL database is reached, and what every connection to it is set to.

use std::fmt;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use zeroize::Zeroizing;

use crate::error::OpenError;

/// A password. It is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the password over.
    pub fn new(password: String) -> Self {
        Self(Zeroizing::new(password))
    }

    /// The password itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Never the password.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Encryption of the connection; the server's certificate and name are always checked.
#[derive(Debug)]
pub struct PostgresTls {
    /// The authorities of which one has issued the server's certificate.
    pub roots: Vec<CertificateDer<'static>>,
    /// Our own certificate with its issuers, and its key, where the server asks for one.
    pub identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
}

impl Clone for PostgresTls {
    fn clone(&self) -> Self {
        let identity = self.identity.as_ref().map(|(chain, key)| (chain.clone(), key.clone_key()));
        Self { roots: self.roots.clone(), identity }
    }
}

impl PostgresTls {
    pub(super) fn client(&self) -> Result<Arc<ClientConfig>, OpenError> {
        let mut roots = RootCertStore::empty();
        for root in &self.roots {
            let bad = |_| OpenError::Settings("an authority is no certificate");
            roots.add(root.clone()).map_err(bad)?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| OpenError::Settings("there is no version of TLS"))?
            .with_root_certificates(roots);
        let config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => builder
                .with_client_auth_cert(chain.clone(), key.clone_key())
                .map_err(|_| OpenError::Settings("certificate and key do not belong together"))?,
        };
        Ok(Arc::new(config))
    }
}

/// How a database of PostgreSQL is opened.
#[derive(Clone, Debug)]
pub struct PostgresSettings {
    /// Name or address of the server, or the folder of its socket; several, set apart by commas, of which the
    /// one that takes writes is used.
    pub host: String,
    /// The port, also of a socket.
    pub port: u16,
    /// The name of the database.
    pub database: String,
    /// The role.
    pub user: String,
    /// Its password, where one is asked for.
    pub password: Option<Secret>,
    /// Encryption. Without it the connection is plain: for a socket, or the machine itself.
    pub tls: Option<PostgresTls>,
    /// How many connections are open at most.
    pub connections: usize,
    /// How long a plan or a query may wait for its turn, for locks, and for a server that has gone away,
    /// before it is [`crate::StoreError::Busy`].
    pub wait: Duration,
    /// The schema in which the tables lie.
    pub schema: String,
}

/// What every session is set to. No plan of a query depends on statistics: every text has its index, and what
/// it costs is the same today and tomorrow. A commit is answered when it is on disk.
const SESSION: &[(&str, &str)] = &[
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("jit", "off"),
    ("synchronous_commit", "on"),
    ("default_transaction_isolation", "read\\ committed"),
    ("idle_in_transaction_session_timeout", "60s"),
    // No limit of time for a statement: it would end the wait of a COMMIT for a standby, and answer it as kept.
    ("statement_timeout", "0"),
    ("client_connection_check_interval", "2s"),
    ("timezone", "UTC"),
];

impl PostgresSettings {
    /// Port 5432, sixteen connections, five seconds of waiting, the schema `varanto`; no password, no TLS.
    pub fn new(
        host: impl Into<String>,
        database: impl Into<String>,
        user: impl Into<String>,
    ) -> Self {
        Self {
            host: host.into(),
            port: 5432,
            database: database.into(),
            user: user.into(),
            password: None,
            tls: None,
            connections: 16,
            wait: Duration::from_secs(5),
            schema: "varanto".to_owned(),
        }
    }

    /// Reads an address such as `postgresql://user@/database?host=/folder`, without encryption: for tests and
    /// tools.
    pub fn from_url(url: &str) -> Result<Self, OpenError> {
        let wrong = || OpenError::Settings("the address is not of the form postgresql://…");
        let config: Config = url.parse().map_err(|_| wrong())?;
        if config.get_ssl_mode() == SslMode::Require {
            return Err(OpenError::Settings(
                "an address cannot ask for encryption: say it in a file",
            ));
        }
        let host = match config.get_hosts().first() {
            Some(tokio_postgres::config::Host::Tcp(name)) => name.clone(),
            #[cfg(unix)]
            Some(tokio_postgres::config::Host::Unix(folder)) => folder.display().to_string(),
            None => return Err(wrong()),
        };
        let user = config.get_user().ok_or_else(wrong)?;
        let mut settings = Self::new(host, config.get_dbname().unwrap_or(user), user);
        settings.port = config.get_ports().first().copied().unwrap_or(settings.port);
        if let Some(password) = config.get_password() {
            let password = std::str::from_utf8(password).map_err(|_| wrong())?;
            settings.password = Some(Secret::new(password.to_owned()));
        }
        Ok(settings)
    }

    /// What the driver connects with.
    pub(super) fn config(&self) -> Result<Config, OpenError> {
        let name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.schema.is_empty() || !self.schema.chars().all(name) {
            return Err(OpenError::Settings("a schema is named by a-z, 0-9 and _"));
        }
        let mut config = Config::new();
        for host in self.host.split(',') {
            if Path::new(host).is_absolute() {
                config.host_path(host);
            } else {
                config.host(host);
            }
            config.port(self.port);
        }
        config.dbname(&self.database).user(&self.user).application_name("varanto");
        if let Some(Secret(password)) = &self.password {
            config.password(password.as_bytes());
        }
        config.ssl_mode(if self.tls.is_some() { SslMode::Require } else { SslMode::Disable });
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.connect_timeout(self.wait).tcp_user_timeout(self.wait.saturating_mul(2));
        config
            .keepalives_idle(Duration::from_secs(30))
            .keepalives_interval(Duration::from_secs(10));
        config.options(self.options());
        Ok(config)
    }

    fn options(&self) -> String {
        let wait = self.wait.as_millis();
        let mut options = format!("-c search_path={} -c lock_timeout={wait}", self.schema);
        for (name, value) in SESSION {
            // Writing to a string cannot fail.
            let _ = write!(options, " -c {name}={value}");
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_with_the_folder_of_a_socket() {
        let settings = PostgresSettings::from_url("postgresql://ann@/shop?host=/run/pg&port=5433");
        let settings = settings.unwrap();
        assert_eq!(
            (settings.host.as_str(), settings.port, settings.database.as_str()),
            ("/run/pg", 5433, "shop")
        );
        assert_eq!(settings.user, "ann");
        assert!(PostgresSettings::from_url("mysql://x/y").is_err());
        let encrypted = "postgresql://ann@db.example/shop?sslmode=require";
        assert!(PostgresSettings::from_url(encrypted).is_err(), "it would not be");
    }

    #[test]
    fn a_password_does_not_show() {
        let url = "postgresql://ann:hidden@db.example/shop";
        let shown = format!("{:?}", PostgresSettings::from_url(url).unwrap());
        assert!(!shown.contains("hidden"));
    }

    #[test]
    fn a_schema_with_another_name_than_letters_make_is_refused() {
        let mut settings = PostgresSettings::new("/run", "a", "b");
        assert!(settings.config().is_ok());
        settings.schema = "public, pg_temp".to_owned();
        assert!(settings.config().is_err());
    }
}
