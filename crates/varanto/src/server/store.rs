//! Where the data is kept, from the configuration: the one place that turns `[store]` into settings of the store.

use std::mem;
use std::path::Path;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use varanto_store::{PostgresSettings, PostgresTls, Secret, Settings, SqliteSettings};
use zeroize::Zeroizing;

use super::{StartError, content_error, password, text};
use crate::config::{Config, Place, PostgresSection};

/// The settings of the store, with the files that they name read.
pub fn store_settings(config: &Config) -> Result<Settings, StartError> {
    match config.store.place() {
        Some(Place::File(file)) => Ok(Settings::Sqlite(SqliteSettings::new(config.path(file)))),
        Some(Place::Postgres(section)) => {
            Ok(Settings::Postgres(Box::new(postgres(config, section)?)))
        }
        None => Err(StartError::NoStore),
    }
}

fn postgres(config: &Config, section: &PostgresSection) -> Result<PostgresSettings, StartError> {
    let PostgresSection { host, database, user, .. } = section;
    let password = section.password_file.as_ref().map(|file| password(config, file)).transpose()?;
    let tls = section.ca.as_ref().map(|ca| tls(config, section, ca)).transpose()?;
    Ok(PostgresSettings {
        port: section.port,
        password: password.map(|mut password| Secret::new(mem::take(&mut *password))),
        tls,
        connections: section.connections,
        schema: section.schema.clone(),
        ..PostgresSettings::new(host, database, user)
    })
}

fn tls(config: &Config, section: &PostgresSection, ca: &Path) -> Result<PostgresTls, StartError> {
    let roots = certificates(config, ca)?;
    let identity = match (&section.certificate, &section.key) {
        (Some(certificate), Some(key)) => {
            Some((certificates(config, certificate)?, private_key(config, key)?))
        }
        _ => None,
    };
    Ok(PostgresTls { roots, identity })
}

fn certificates(config: &Config, file: &Path) -> Result<Vec<CertificateDer<'static>>, StartError> {
    let pem = text(&config.path(file))?;
    let read = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>();
    let read = read.ok().filter(|certificates| !certificates.is_empty());
    read.ok_or_else(|| content_error(file, "certificates in PEM"))
}

fn private_key(config: &Config, file: &Path) -> Result<PrivateKeyDer<'static>, StartError> {
    let pem = Zeroizing::new(text(&config.path(file))?);
    PrivateKeyDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| content_error(file, "a private key in PEM"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use varanto_signatures::{TestAuthority, Validity};

    use super::*;

    const SAMPLE: &str = include_str!("../../../../docs/varanto.sample.toml");

    /// What a configuration with this section comes to; `files` stand beside it.
    fn settings(section: &str, files: &[(&str, &str)]) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("varanto.toml");
        let text = SAMPLE.replace("[store]\npath = \"varanto.db\"", section);
        assert_ne!(text, SAMPLE);
        std::fs::write(&file, text).unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        store_settings(&Config::read(&file).unwrap()).map_err(|error| error.to_string())
    }

    fn of_postgres(rest: &str, files: &[(&str, &str)]) -> Result<PostgresSettings, String> {
        let base = "[store.postgres]\nhost = \"localhost\"\ndatabase = \"a\"\nuser = \"b\"";
        match settings(&format!("{base}\n{rest}"), files)? {
            Settings::Postgres(settings) => Ok(*settings),
            Settings::Sqlite(_) => Err("the embedded store".to_owned()),
        }
    }

    #[test]
    fn each_section_becomes_the_settings_of_its_store() {
        assert!(matches!(settings("[store]\npath = \"x.db\"", &[]), Ok(Settings::Sqlite(_))));
        let settings =
            of_postgres("port = 5433\nconnections = 3\nschema = \"other\"", &[]).unwrap();
        assert_eq!((settings.port, settings.connections), (5433, 3));
        assert_eq!((settings.host.as_str(), settings.database.as_str()), ("localhost", "a"));
        assert_eq!((settings.user.as_str(), settings.schema.as_str()), ("b", "other"));
        assert!(settings.password.is_none() && settings.tls.is_none());
    }

    #[test]
    fn a_password_is_the_one_line_of_its_file() {
        let with = |content| of_postgres("password_file = \"p\"", &[("p", content)]);
        assert_eq!(with("a word\n").unwrap().password.unwrap().reveal(), "a word");
        for wrong in ["", "\n", "one\ntwo\n"] {
            let told = with(wrong).unwrap_err();
            assert!(told.contains("a password on one line"), "{told}");
        }
        assert!(of_postgres("password_file = \"none\"", &[]).unwrap_err().contains("none"));
    }

    #[test]
    fn the_certificates_of_an_encrypted_connection_are_read() {
        let now = Timestamp::now();
        let validity = Validity { not_before: now, not_after: now };
        let authority = TestAuthority::create("Test", validity).unwrap();
        let [root, ..] = authority.parts();
        let (ca, key) = (root.certificate, root.key.to_string());
        let settings = of_postgres("ca = \"ca\"", &[("ca", &ca)]).unwrap();
        assert!(settings.tls.is_some_and(|tls| tls.roots.len() == 1 && tls.identity.is_none()));
        let shown = "ca = \"ca\"\ncertificate = \"ca\"\nkey = \"key\"";
        let settings = of_postgres(shown, &[("ca", &ca), ("key", &key)]).unwrap();
        assert!(settings.tls.unwrap().identity.is_some());
        let told = of_postgres(shown, &[("ca", &ca), ("key", &ca)]).unwrap_err();
        assert!(told.contains("a private key in PEM"), "{told}");
        let told = of_postgres("ca = \"ca\"", &[("ca", "nothing")]).unwrap_err();
        assert!(told.contains("certificates in PEM"), "{told}");
    }
}
