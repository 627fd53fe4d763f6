//! `[store]`: where the data is kept – in a file of the embedded store, or on PostgreSQL.
//!
//! What leaves the machine is encrypted and goes to a server whose certificate is checked, with its name: a plain
//! connection is for a Unix socket and for the machine itself. All faults of the section are told at once.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::notices::is_this_machine;

/// The most connections that may be asked for.
const MAX_CONNECTIONS: usize = 1_000;
/// The longest name that PostgreSQL keeps whole, in bytes.
const MAX_NAME: usize = 63;

/// `[store]`: either `path` or `[store.postgres]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreSection {
    /// The file of the embedded store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// The PostgreSQL server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postgres: Option<PostgresSection>,
}

/// `[store.postgres]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PostgresSection {
    /// The name or address of the server, or the folder of its Unix socket; or several of one kind, set apart by
    /// commas, of which the one that takes writes is used.
    pub host: String,
    /// Its port, which a Unix socket has too.
    #[serde(default = "port")]
    pub port: u16,
    /// The database.
    pub database: String,
    /// The role that the program connects as.
    pub user: String,
    /// The file of the role's password, where the server asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// PEM: the certificates that the server's certificate must come from; no others are trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// PEM: the certificate that is shown to the server, and its issuers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// PEM: the key of the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// The most connections at a time.
    #[serde(default = "connections")]
    pub connections: usize,
    /// The schema that the tables stand in.
    #[serde(default = "schema")]
    pub schema: String,
}

/// Where the data is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    /// In a file of the embedded store.
    File(&'a Path),
    /// On a PostgreSQL server.
    Postgres(&'a PostgresSection),
}

const fn port() -> u16 {
    5432
}

const fn connections() -> usize {
    16
}

fn schema() -> String {
    "varanto".to_owned()
}

impl StoreSection {
    /// The embedded store in a file.
    pub fn embedded(path: impl Into<PathBuf>) -> Self {
        Self { path: Some(path.into()), postgres: None }
    }

    /// A PostgreSQL server.
    pub const fn of(postgres: PostgresSection) -> Self {
        Self { path: None, postgres: Some(postgres) }
    }

    /// Which of the two it is; `None` where the section says neither, which no configuration that was read does.
    pub(crate) fn place(&self) -> Option<Place<'_>> {
        let file = self.path.as_deref().map(Place::File);
        file.or_else(|| self.postgres.as_ref().map(Place::Postgres))
    }

    /// Everything that is wrong with the section, told one after another; `None` where nothing is.
    pub(crate) fn told_faults(&self) -> Option<String> {
        let faults = self.faults();
        let told: Vec<_> = faults.iter().map(|(key, why)| format!("`{key}` {why}")).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    /// Everything that is wrong with the section: the key, and what is wrong with it.
    fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        if self.path.is_some() == self.postgres.is_some() {
            faults.push(("store", "has either `path` or a section `store.postgres`"));
        }
        if self.path.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
            faults.push(("store.path", "is the path of a file"));
        }
        faults.extend(self.postgres.iter().flat_map(PostgresSection::faults));
        faults
    }
}

impl PostgresSection {
    /// A server with what is usual otherwise.
    pub fn new(
        host: impl Into<String>,
        database: impl Into<String>,
        user: impl Into<String>,
    ) -> Self {
        Self {
            host: host.into(),
            port: port(),
            database: database.into(),
            user: user.into(),
            password_file: None,
            ca: None,
            certificate: None,
            key: None,
            connections: connections(),
            schema: schema(),
        }
    }

    fn faults(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let is_socket = self.host.starts_with('/');
        let has_ca = self.ca.is_some();
        let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_control);
        let is_host = self.host.split(',').all(|host| {
            let is_name = !host.contains(|c: char| c == '/' || c.is_whitespace());
            is_word(host) && if is_socket { host.starts_with('/') } else { is_name }
        });
        let goes_out = is_host && !is_socket && !self.host.split(',').all(is_this_machine);
        let shows_half = self.certificate.is_some() != self.key.is_some();
        let shows_plain = !has_ca && (self.certificate.is_some() || self.key.is_some());
        let is_in_bounds = (1..=MAX_CONNECTIONS).contains(&self.connections);
        [
            (
                !is_host,
                ("store.postgres.host", "is the name of a server or the folder of its Unix socket"),
            ),
            (
                goes_out && !has_ca,
                (
                    "store.postgres.ca",
                    "is missing: without TLS a connection goes only to a Unix socket or to the machine itself",
                ),
            ),
            (
                is_socket && has_ca,
                ("store.postgres.ca", "has no place where the server is reached over a Unix socket"),
            ),
            (self.port == 0, ("store.postgres.port", "is a port from 1 to 65535")),
            (!is_word(&self.database), ("store.postgres.database", "is the name of a database")),
            (!is_word(&self.user), ("store.postgres.user", "is the name of a role")),
            (
                shows_half,
                ("store.postgres.certificate", "stands together with `store.postgres.key`"),
            ),
            (shows_plain, ("store.postgres.certificate", "has no place without TLS, which `ca` begins")),
            (!is_in_bounds, ("store.postgres.connections", "is a number from 1 to 1000")),
            (
                !is_name(&self.schema),
                (
                    "store.postgres.schema",
                    "has 1 to 63 small letters, digits and underscores, and begins with a letter",
                ),
            ),
        ]
        .into_iter()
        .filter_map(|(is_wrong, fault)| is_wrong.then_some(fault))
    }
}

/// A name that never has to be quoted.
fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<&'static str> {
        let section = toml::from_str::<StoreSection>(text).unwrap();
        section.faults().into_iter().map(|(key, _)| key).collect()
    }

    fn of_postgres(host: &str, rest: &str) -> Vec<&'static str> {
        let section = format!("host = \"{host}\"\ndatabase = \"varanto\"\nuser = \"varanto\"");
        faults(&format!("[postgres]\n{section}\n{rest}"))
    }

    #[test]
    fn the_data_is_kept_in_one_place() {
        assert_eq!(faults("path = \"varanto.db\""), Vec::<&str>::new());
        assert_eq!(of_postgres("/run/postgresql", ""), Vec::<&str>::new());
        assert_eq!(faults(""), ["store"]);
        assert_eq!(faults("path = \"\""), ["store.path"]);
        let both =
            "path = \"varanto.db\"\n[postgres]\nhost = \"/run\"\ndatabase = \"a\"\nuser = \"b\"";
        assert_eq!(faults(both), ["store"]);
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted() {
        for good in [
            "/run/postgresql",
            "/run/a,/run/b",
            "localhost",
            "localhost,::1",
            "127.0.0.1",
            "::1",
            "[::1]",
        ] {
            assert_eq!(of_postgres(good, ""), Vec::<&str>::new(), "{good}");
        }
        for away in ["db.example", "192.0.2.1", "localhost.example", "localhost,db.example"] {
            assert_eq!(of_postgres(away, ""), ["store.postgres.ca"], "{away}");
            assert_eq!(of_postgres(away, "ca = \"ca.pem\""), Vec::<&str>::new(), "{away}");
        }
        assert_eq!(of_postgres("localhost", "ca = \"ca.pem\""), Vec::<&str>::new());
        assert_eq!(of_postgres("/run/postgresql", "ca = \"ca.pem\""), ["store.postgres.ca"]);
    }

    #[test]
    fn a_certificate_is_shown_with_its_key_and_over_tls() {
        let shown = "certificate = \"c.pem\"\nkey = \"k.pem\"";
        assert_eq!(of_postgres("localhost", shown), ["store.postgres.certificate"]);
        let shown = format!("ca = \"ca.pem\"\n{shown}");
        assert_eq!(of_postgres("localhost", &shown), Vec::<&str>::new());
        for half in ["certificate = \"c.pem\"", "key = \"k.pem\""] {
            let half = format!("ca = \"ca.pem\"\n{half}");
            assert_eq!(of_postgres("localhost", &half), ["store.postgres.certificate"], "{half}");
        }
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let text = "[postgres]\nhost = \"a b\"\nport = 0\ndatabase = \"\"\nuser = \"\\u0000\"
            connections = 0\nschema = \"Varanto; drop\"";
        let expected = ["host", "port", "database", "user", "connections", "schema"];
        let expected = expected.map(|key| format!("store.postgres.{key}"));
        assert_eq!(faults(text), expected);
        for wrong in ["", ",", "a,", "a, b", "/run,a", "a,/run", "a/b"] {
            assert_eq!(of_postgres(wrong, "ca = \"ca.pem\"")[0], "store.postgres.host", "{wrong}");
        }
        for wrong in ["", "1a", "a-b", "A", &"a".repeat(64)] {
            let wrong = format!("schema = \"{wrong}\"");
            assert_eq!(of_postgres("/run", &wrong), ["store.postgres.schema"], "{wrong}");
        }
    }
}
